/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-page.h"
#include "tc-session.h"

G_BEGIN_DECLS

/**
 * TcExecutionPage: an execution in a tab of its own, with its topology. Main thread.
 * Signals: open-flow (const char *namespace, const char *id)
 */
#define TC_TYPE_EXECUTION_PAGE (tc_execution_page_get_type ())
G_DECLARE_FINAL_TYPE (TcExecutionPage, tc_execution_page, TC, EXECUTION_PAGE, TcPage)

GtkWidget *tc_execution_page_new  (TcSession *session, TcExecutionItem *item);
void       tc_execution_page_show (TcExecutionPage *self, const char *view);     /* as tc_execution_view_show() */

G_END_DECLS
