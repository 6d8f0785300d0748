/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-session.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** TcStatusStrip: one line at the foot of the window: container engine, processes, running and queued, the caret. Main thread. */
#define TC_TYPE_STATUS_STRIP (tc_status_strip_get_type ())
G_DECLARE_FINAL_TYPE (TcStatusStrip, tc_status_strip, TC, STATUS_STRIP, GtkWidget)

void tc_status_strip_set_session (TcStatusStrip *self, TcSession *session);
/** tc_status_strip_set_caret: @line 0: no caret to show. */
void tc_status_strip_set_caret   (TcStatusStrip *self, int line, int column);

G_END_DECLS
