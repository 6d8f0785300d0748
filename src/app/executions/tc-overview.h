/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include <adwaita.h>

G_BEGIN_DECLS

/** TcOverview: what an execution is and how it went: state, failure, flow, times, labels. Main thread. */
#define TC_TYPE_OVERVIEW (tc_overview_get_type ())
G_DECLARE_FINAL_TYPE (TcOverview, tc_overview, TC, OVERVIEW, GtkWidget)

void tc_overview_set_execution (TcOverview *self, TcExecutionItem *item);     /* or NULL */

G_END_DECLS
