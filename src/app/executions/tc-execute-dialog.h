/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcExecuteDialog: asks for the inputs of a flow. It stays open until it is told that the execution started, so that what the engine refuses
 * can be shown beside the field. Main thread.
 * Signals: execute (TcValue *inputs)   map of flat keys; the receiver answers with tc_execute_dialog_refused() or closes the window
 */
#define TC_TYPE_EXECUTE_DIALOG (tc_execute_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TcExecuteDialog, tc_execute_dialog, TC, EXECUTE_DIALOG, AdwWindow)

/** tc_execute_dialog_new: @engine tells which inputs are switched off by others; @values: what was entered the last time (map), or NULL. */
TcExecuteDialog *tc_execute_dialog_new        (GtkWindow *parent, TcEngine *engine, TcFlow *flow, const TcValue *values);
/** tc_execute_dialog_refused: @findings: TcDiagnostic* with paths "inputs.ID", or NULL; @message for all others. */
void             tc_execute_dialog_refused    (TcExecuteDialog *self, GPtrArray *findings, const char *message);
/** tc_execute_dialog_get_values: (transfer full): what is entered now, secrets left out; for the next time. */
TcValue         *tc_execute_dialog_get_values (TcExecuteDialog *self);

G_END_DECLS
