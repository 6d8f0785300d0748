/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-session.h"
#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/**
 * TcFlowCompletion: what may be written at the caret of a flow, from the tables of types and expressions (tc-complete.h). The text is read on
 * a worker; what is typed meanwhile only narrows the answer. Main thread.
 */
#define TC_TYPE_FLOW_COMPLETION (tc_flow_completion_get_type ())
G_DECLARE_FINAL_TYPE (TcFlowCompletion, tc_flow_completion, TC, FLOW_COMPLETION, GObject)

GtkSourceCompletionProvider *tc_flow_completion_new (TcSession *session);

G_END_DECLS
