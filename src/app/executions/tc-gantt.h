/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TcGantt: the task runs of an execution as a tree with state, duration, tries and a time line. Main thread.
 * Signals: task-selected (const char *task_id)
 */
#define TC_TYPE_GANTT (tc_gantt_get_type ())
G_DECLARE_FINAL_TYPE (TcGantt, tc_gantt, TC, GANTT, GtkWidget)

void tc_gantt_set_execution (TcGantt *self, TcExecutionItem *item);      /* or NULL */

G_END_DECLS
