/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution-page.h"
struct _TcExecutionPage { TcPage parent_instance; };
G_DEFINE_FINAL_TYPE (TcExecutionPage, tc_execution_page, TC_TYPE_PAGE)
static void tc_execution_page_class_init (TcExecutionPageClass *klass) { g_signal_new ("open-flow", TC_TYPE_EXECUTION_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING); }
static void tc_execution_page_init (TcExecutionPage *self) {}
GtkWidget *tc_execution_page_new (TcSession *s, TcExecutionItem *i) { return g_object_new (TC_TYPE_EXECUTION_PAGE, NULL); }
void tc_execution_page_show (TcExecutionPage *s, const char *v) {}
