/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include <adwaita.h>

G_BEGIN_DECLS

/** TcOutputsView: inputs and outputs of an execution as a tree; the chosen value in full, files to open and save. Main thread. */
#define TC_TYPE_OUTPUTS_VIEW (tc_outputs_view_get_type ())
G_DECLARE_FINAL_TYPE (TcOutputsView, tc_outputs_view, TC, OUTPUTS_VIEW, GtkWidget)

void tc_outputs_view_set_execution (TcOutputsView *self, TcEngine *engine, TcExecutionItem *item);     /* @item or NULL */

G_END_DECLS
