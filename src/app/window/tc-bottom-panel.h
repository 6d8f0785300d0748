/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow-page.h"

G_BEGIN_DECLS

/**
 * TcBottomPanel: problems and the execution of the page in view. Main thread.
 * Signals: problem-activated (TcProblem *problem), task-selected (const char *task_id), hide-panel ()
 */
#define TC_TYPE_BOTTOM_PANEL (tc_bottom_panel_get_type ())
G_DECLARE_FINAL_TYPE (TcBottomPanel, tc_bottom_panel, TC, BOTTOM_PANEL, GtkWidget)

void tc_bottom_panel_set_session (TcBottomPanel *self, TcSession *session);
void tc_bottom_panel_set_page    (TcBottomPanel *self, TcFlowPage *page);       /* or NULL */
/** tc_bottom_panel_show: "problems", "execution", or a view of the execution: "gantt", "logs", "outputs", "metrics". */
void tc_bottom_panel_show        (TcBottomPanel *self, const char *what);

G_END_DECLS
