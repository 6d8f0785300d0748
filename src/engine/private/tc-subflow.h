/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/*
 * Executions that executions start. The id of such an execution is derived from the effect that asks for it, so an effect that is carried out
 * again after a crash finds what it made before (J3).
 */
void tc_subflow_start (TcLive *live, const TcEffect *effect);       /* SUBFLOW */
void tc_subflow_again (TcLive *live, const TcEffect *effect);       /* EXECUTION */
void tc_subflow_kill  (TcCore *core, const char *effect_id, const char *execution_id);   /* KILL_CHILD */
void tc_subflow_ended (TcLive *child);                              /* a step of @child said it is over: its parent goes on */

/** tc_subflow_derived_id: the id of what @cause starts: always the same for the same one. Caller frees. Any thread. */
char    *tc_subflow_derived_id (const char *cause);
/** tc_subflow_labels: what an execution hands on of its labels: the correlation, and with @inherit its own. Caller owns the LIST. Any thread. */
TcValue *tc_subflow_labels     (const TcHead *parent, gboolean inherit);

G_END_DECLS
