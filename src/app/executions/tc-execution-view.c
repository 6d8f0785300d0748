/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution-view.h"
struct _TcExecutionView { GtkWidget parent_instance; GtkWidget *bar; };
G_DEFINE_FINAL_TYPE (TcExecutionView, tc_execution_view, GTK_TYPE_WIDGET)
static void tc_execution_view_class_init (TcExecutionViewClass *klass) { g_signal_new ("task-selected", TC_TYPE_EXECUTION_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING); }
static void tc_execution_view_init (TcExecutionView *self) { self->bar = gtk_box_new (0, 0); }
void tc_execution_view_set_session (TcExecutionView *self, TcSession *s) {}
void tc_execution_view_set_execution (TcExecutionView *self, TcExecutionItem *i) {}
void tc_execution_view_show (TcExecutionView *self, const char *v) {}
GtkWidget *tc_execution_view_get_bar (TcExecutionView *self) { return self->bar; }
