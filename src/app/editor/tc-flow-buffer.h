/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow-check.h"
#include "tc-problem.h"
#include "tc-session.h"
#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/**
 * TcFlowBuffer: the text of a flow that checks itself while it is typed: 150 ms after the last key a copy is compiled on a worker; an answer
 * to a text that has changed since is dropped. Problems become underlines, marks of the categories "tc-error", "tc-warning", "tc-hint", and
 * a list. Main thread.
 *
 * Signals: checked ()   the problems, the flow and the graph are those of the present text
 */
#define TC_TYPE_FLOW_BUFFER (tc_flow_buffer_get_type ())
G_DECLARE_FINAL_TYPE (TcFlowBuffer, tc_flow_buffer, TC, FLOW_BUFFER, GtkSourceBuffer)

TcFlowBuffer      *tc_flow_buffer_new          (TcSession *session);
char              *tc_flow_buffer_get_text     (TcFlowBuffer *self);             /* caller frees */
/** tc_flow_buffer_load: replaces the text; no undo step, not modified afterwards. */
void               tc_flow_buffer_load         (TcFlowBuffer *self, const char *text);
void               tc_flow_buffer_check_now    (TcFlowBuffer *self);             /* without the delay */
/** tc_flow_buffer_get_check: the newest answer, also while a newer text is being checked; NULL: none yet. */
const TcFlowCheck *tc_flow_buffer_get_check    (TcFlowBuffer *self);
gboolean           tc_flow_buffer_is_checked   (TcFlowBuffer *self);             /* the answer is of the present text */
GListModel        *tc_flow_buffer_get_problems (TcFlowBuffer *self);             /* TcProblem; borrowed */
void               tc_flow_buffer_count        (TcFlowBuffer *self, guint *errors, guint *warnings);
/** tc_flow_buffer_find_problem: the next problem after (or before) the caret, around the ends; NULL: none. Borrowed. */
TcProblem         *tc_flow_buffer_find_problem (TcFlowBuffer *self, gboolean forward);
/** tc_flow_buffer_correct: writes what the finding says is right, as one undo step; nothing if the wrong word is no longer there. */
void               tc_flow_buffer_correct      (TcFlowBuffer *self, const TcDiagnostic *diagnostic);
void               tc_flow_buffer_get_span     (TcFlowBuffer *self, const TcSpan *span, GtkTextIter *start, GtkTextIter *end);

G_END_DECLS
