/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-graph.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TcTopologyView: draws a laid out graph; one light child widget per node, edges by the view itself. Implements GtkScrollable: put it in a
 * GtkScrolledWindow. Main thread. It reads only what it is given and never the engine.
 *
 * Properties: "selected" (string, task id or NULL, read-write; setting it scrolls the node into view and takes no focus),
 *             "zoom" (double, 0.05 to 3, read-write).
 * Signals:    activated (const char *task_id)   double click or Enter on a node: the caller shows the task's source.
 */
#define TC_TYPE_TOPOLOGY_VIEW (tc_topology_view_get_type ())
G_DECLARE_FINAL_TYPE (TcTopologyView, tc_topology_view, TC, TOPOLOGY_VIEW, GtkWidget)

GtkWidget  *tc_topology_view_new           (void);

/** tc_topology_view_metrics: the sizes with which a worker must call tc_graph_layout(). Static. */
const TcLayoutMetrics *tc_topology_view_metrics (void);

/**
 * tc_topology_view_set_graph: shows @graph, laid out before with tc_topology_view_metrics() to @width × @height; keeps a reference.
 * NULL: nothing to show. Ids that stay keep their widget, run state and selection; the viewport does not move.
 */
void        tc_topology_view_set_graph     (TcTopologyView *self, TcGraph *graph, double width, double height);
/** tc_topology_view_set_dimmed: TRUE while the text does not parse and the graph is the last good one. */
void        tc_topology_view_set_dimmed    (TcTopologyView *self, gboolean dimmed);

/**
 * tc_topology_view_update_runs: the newest form of changed task runs (TcTaskRun*, borrowed; the view keeps references). Nodes find theirs by
 * task id; several runs of one task (iterations) are shown as an aggregate.
 */
void        tc_topology_view_update_runs   (TcTopologyView *self, GPtrArray *runs);
/** tc_topology_view_clear_runs: forgets all run states, when another execution or none is shown. */
void        tc_topology_view_clear_runs    (TcTopologyView *self);
/** tc_topology_view_set_progress: a line under a task's node, e.g. an image pull; @fraction < 0 pulses; @text NULL takes it away. */
void        tc_topology_view_set_progress  (TcTopologyView *self, const char *task_id, double fraction, const char *text);

const char *tc_topology_view_get_selected  (TcTopologyView *self);
void        tc_topology_view_set_selected  (TcTopologyView *self, const char *task_id);
void        tc_topology_view_zoom_to_fit   (TcTopologyView *self);
double      tc_topology_view_get_zoom      (TcTopologyView *self);
void        tc_topology_view_set_zoom      (TcTopologyView *self, double zoom);

G_END_DECLS
