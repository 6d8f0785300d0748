/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow.h"

G_BEGIN_DECLS

/** TcGraph: the topology of a flow as nested groups. Pure, immutable, reference counted; built from the model, without a display. */
typedef struct _TcGraph TcGraph;
typedef enum { TC_NODE_TASK, TC_NODE_GROUP, TC_NODE_TRIGGER, TC_NODE_BRANCH } TcNodeKind;
typedef enum
{
  TC_LANE_SEQUENCE, TC_LANE_PARALLEL, TC_LANE_BRANCH, TC_LANE_LOOP, TC_LANE_DAG, TC_LANE_ERRORS, TC_LANE_FINALLY, TC_LANE_AFTER
} TcLaneKind;
typedef enum { TC_EDGE_ORDER, TC_EDGE_ERROR, TC_EDGE_DATA } TcEdgeKind;

typedef struct
{
  TcNodeKind  kind;
  TcLaneKind  lane;          /* of a GROUP or BRANCH: how its children stand */
  char       *id;            /* task or trigger id; of a BRANCH group its task id and list name: "if1/then"; of the flow's lists "/errors" */
  char       *title;         /* shown: id, or the branch's label */
  char       *type;          /* as written, or NULL */
  int         parent;        /* index of the group around it, -1: top; a group comes before its children */
  gboolean    disabled;
  double      x, y, width, height;   /* set by tc_graph_layout; absolute, pixels at 100 % */
} TcGraphNode;
typedef struct
{
  int         from, to;
  TcEdgeKind  kind;
  char       *label;         /* branch label, or NULL */
  double     *points;        /* x, y pairs of an orthogonal line; set by the layout */
  size_t      n_points;
} TcGraphEdge;

TcGraph           *tc_graph_new      (const TcFlow *flow);
TcGraph           *tc_graph_ref      (TcGraph *self);
void               tc_graph_unref    (TcGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcGraph, tc_graph_unref)
size_t             tc_graph_n_nodes  (const TcGraph *self);
const TcGraphNode *tc_graph_node     (const TcGraph *self, size_t index);
size_t             tc_graph_n_edges  (const TcGraph *self);
const TcGraphEdge *tc_graph_edge     (const TcGraph *self, size_t index);
int                tc_graph_find     (const TcGraph *self, const char *id);     /* -1: none */

typedef struct
{
  double   node_width, node_height, gap_x, gap_y, header_height, padding;
  gboolean across;           /* left to right instead of top to bottom */
} TcLayoutMetrics;
/** tc_graph_layout: places all nodes; same input, same picture; 500 nodes ≤ 30 ms. Call once, before the graph is shared. */
void               tc_graph_layout   (TcGraph *self, const TcLayoutMetrics *metrics, double *width, double *height);

G_END_DECLS
