/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-graph.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TcTopologyNode: one task, trigger or lane of the topology. Knows the runs of its task and shows them: one run with its time and tries,
 * several as counts by state. Main thread; made and placed by TcTopologyView only.
 */
#define TC_TYPE_TOPOLOGY_NODE (tc_topology_node_get_type ())
G_DECLARE_FINAL_TYPE (TcTopologyNode, tc_topology_node, TC, TOPOLOGY_NODE, GtkWidget)

TcTopologyNode *tc_topology_node_new          (void);
/** tc_topology_node_set_node: what it stands for; texts are copied. */
void            tc_topology_node_set_node     (TcTopologyNode *self, const TcGraphNode *node);
const char     *tc_topology_node_get_id       (TcTopologyNode *self);
gboolean        tc_topology_node_is_task      (TcTopologyNode *self);    /* has an id that the caret can go to */
void            tc_topology_node_put_run      (TcTopologyNode *self, const TcTaskRun *run);
void            tc_topology_node_clear_runs   (TcTopologyNode *self);
void            tc_topology_node_set_progress (TcTopologyNode *self, double fraction, const char *text);
/** tc_topology_node_set_next: titles of the nodes that follow, for the accessible description; NULL: none. */
void            tc_topology_node_set_next     (TcTopologyNode *self, const char *next);
/** tc_topology_node_set_plain: TRUE below the zoom at which text can be read: only a coloured box is drawn. */
void            tc_topology_node_set_plain    (TcTopologyNode *self, gboolean plain);
/** tc_topology_node_tick: shows the time that has passed. Returns whether its task still runs. */
gboolean        tc_topology_node_tick         (TcTopologyNode *self, int64_t now_us);

G_END_DECLS
