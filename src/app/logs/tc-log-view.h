/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include <adwaita.h>

G_BEGIN_DECLS

/** TcLogView: the log of an execution: level, find, follow; the selected line in full below. Main thread. */
#define TC_TYPE_LOG_VIEW (tc_log_view_get_type ())
G_DECLARE_FINAL_TYPE (TcLogView, tc_log_view, TC, LOG_VIEW, GtkWidget)

/** tc_log_view_set_execution: @engine and @item, or NULL for nothing. The log is read when the view is first shown. */
void tc_log_view_set_execution (TcLogView *self, TcEngine *engine, TcExecutionItem *item);

G_END_DECLS
