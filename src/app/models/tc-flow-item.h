/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-state.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TcFlowItem: a flow of the library as lists show it. Main thread.
 * Properties (read-only): namespace, id, revision, last-state (int, -1: never run).
 */
#define TC_TYPE_FLOW_ITEM (tc_flow_item_get_type ())
G_DECLARE_FINAL_TYPE (TcFlowItem, tc_flow_item, TC, FLOW_ITEM, GObject)

TcFlowItem *tc_flow_item_new            (const char *namespace_, const char *id);
const char *tc_flow_item_get_namespace  (TcFlowItem *self);
const char *tc_flow_item_get_id         (TcFlowItem *self);
int         tc_flow_item_get_revision   (TcFlowItem *self);
int         tc_flow_item_get_last_state (TcFlowItem *self);
void        tc_flow_item_update         (TcFlowItem *self, int revision, int last_state);

/** TcNamespaceItem: a namespace and its flows. */
#define TC_TYPE_NAMESPACE_ITEM (tc_namespace_item_get_type ())
G_DECLARE_FINAL_TYPE (TcNamespaceItem, tc_namespace_item, TC, NAMESPACE_ITEM, GObject)

TcNamespaceItem *tc_namespace_item_new       (const char *id);
const char      *tc_namespace_item_get_id    (TcNamespaceItem *self);
GListStore      *tc_namespace_item_get_flows (TcNamespaceItem *self);    /* TcFlowItem, by id; borrowed */

G_END_DECLS
