/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-session.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TcExecutionView: one execution as Gantt, Logs, Outputs, Metrics and Overview; the bottom panel and the execution page use it. Main thread.
 * Signals: task-selected (const char *task_id)   a task run was chosen in one of the views
 */
#define TC_TYPE_EXECUTION_VIEW (tc_execution_view_get_type ())
G_DECLARE_FINAL_TYPE (TcExecutionView, tc_execution_view, TC, EXECUTION_VIEW, GtkWidget)

void       tc_execution_view_set_session   (TcExecutionView *self, TcSession *session);
void       tc_execution_view_set_execution (TcExecutionView *self, TcExecutionItem *item);    /* or NULL */
/** tc_execution_view_show: "gantt", "logs", "outputs", "metrics", "overview". */
void       tc_execution_view_show          (TcExecutionView *self, const char *view);
/** tc_execution_view_get_bar: the buttons that choose the view, and what is going on; to be put into the caller's bar. Borrowed. */
GtkWidget *tc_execution_view_get_bar       (TcExecutionView *self);

G_END_DECLS
