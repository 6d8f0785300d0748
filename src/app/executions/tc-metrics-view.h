/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include <adwaita.h>

G_BEGIN_DECLS

/** TcMetricsView: the metrics of an execution as a table: task, name, kind, value, tags. Main thread. */
#define TC_TYPE_METRICS_VIEW (tc_metrics_view_get_type ())
G_DECLARE_FINAL_TYPE (TcMetricsView, tc_metrics_view, TC, METRICS_VIEW, GtkWidget)

void tc_metrics_view_set_execution (TcMetricsView *self, TcEngine *engine, TcExecutionItem *item);     /* @item or NULL */

G_END_DECLS
