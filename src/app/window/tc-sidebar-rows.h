/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Row factories of the sidebar's lists; transfer full. tc_flow_rows: GtkTreeListRow of TcNamespaceItem and TcFlowItem. */
GtkListItemFactory *tc_flow_rows_new      (void);
/** tc_execution_rows: TcExecutionItem: state, flow, start, duration. */
GtkListItemFactory *tc_execution_rows_new (void);

G_END_DECLS
