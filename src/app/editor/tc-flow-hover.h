/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-session.h"
#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/** TcFlowHover: what stands under the pointer: key, type, or name of an expression. Read on a worker. Main thread. */
#define TC_TYPE_FLOW_HOVER (tc_flow_hover_get_type ())
G_DECLARE_FINAL_TYPE (TcFlowHover, tc_flow_hover, TC, FLOW_HOVER, GObject)

GtkSourceHoverProvider *tc_flow_hover_new (TcSession *session);

G_END_DECLS
