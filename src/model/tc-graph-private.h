/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-graph.h"

G_BEGIN_DECLS

struct _TcGraph
{
  gatomicrefcount refs;
  GArray     *nodes;      /* TcGraphNode; a group stands before its children */
  GArray     *edges;      /* TcGraphEdge */
  GHashTable *by_id;      /* id → index + 1 */
};

/*
 * The layout works on two axes: MAIN is the direction of the flow, CROSS the other one. Top to bottom, MAIN is y; left to right, it is x.
 * L1 A node's place is relative to its group's content until tc_layout_settle() makes it absolute.
 */
typedef struct
{
  double main, cross;
} TcLayoutPoint;

typedef struct
{
  TcGraph       *graph;
  gboolean       across;
  TcLayoutPoint  node, gap;
  TcLayoutPoint  before, after;   /* between the border of a group and its content */
  guint         *first_child;     /* by node; n: none. The last element stands for the root */
  guint         *next_sibling;
  guint         *first_edge;      /* by group, last element: the root: edges that leave its children; the number of edges: none */
  guint         *next_edge;
  TcLayoutPoint *place, *size;    /* by node; the last element of size is the root's content */
  GPtrArray     *routes;          /* by edge: GArray of TcLayoutPoint between its ends, relative as L1 says, or NULL */
} TcLayout;

/* tc-layout-dag.c: places the main children of the Dag group @group from MAIN 0; returns the size of the block. */
TcLayoutPoint tc_layout_dag   (TcLayout *self, guint group);
/* tc-layout-edges.c: after all places are absolute. */
void          tc_layout_edges (TcLayout *self);

gboolean      tc_layout_is_lane (const TcGraphNode *node);      /* errors, finally, after: below everything else of its group */

G_END_DECLS
