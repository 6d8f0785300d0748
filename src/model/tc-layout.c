/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-graph.h"
#include "tc-graph-private.h"

/*
 * Placing a graph. Groups are measured from the last node to the first, so that children come before their group; then places are made
 * absolute from the first to the last. Nothing recurses, and nothing depends on addresses: same input, same picture.
 */

static TcGraphNode *
node_at (const TcLayout *self,
         guint           index)
{
  return &g_array_index (self->graph->nodes, TcGraphNode, index);
}

gboolean
tc_layout_is_lane (const TcGraphNode *node)
{
  return node->kind == TC_NODE_BRANCH &&
         (node->lane == TC_LANE_ERRORS || node->lane == TC_LANE_FINALLY || node->lane == TC_LANE_AFTER);
}

static gboolean
is_group (const TcGraphNode *node)
{
  return node->kind == TC_NODE_GROUP || node->kind == TC_NODE_BRANCH;
}

static void
link_children (TcLayout *self)
{
  guint n = self->graph->nodes->len;

  for (guint i = 0; i <= n; i++)
    self->first_child[i] = n;
  for (guint i = n; i > 0; i--)
    {
      int parent = node_at (self, i - 1)->parent;
      guint group = parent < 0 ? n : (guint) parent;

      self->next_sibling[i - 1] = self->first_child[group];
      self->first_child[group] = i - 1;
    }
}

static void
link_edges (TcLayout *self)
{
  guint n = self->graph->nodes->len, n_edges = self->graph->edges->len;

  for (guint i = 0; i <= n; i++)
    self->first_edge[i] = n_edges;
  for (guint e = n_edges; e > 0; e--)
    {
      int parent = node_at (self, (guint) g_array_index (self->graph->edges, TcGraphEdge, e - 1).from)->parent;
      guint group = parent < 0 ? n : (guint) parent;

      self->next_edge[e - 1] = self->first_edge[group];
      self->first_edge[group] = e - 1;
    }
}

typedef gboolean (*Choose) (const TcGraphNode *node);

static gboolean
is_trigger (const TcGraphNode *node)
{
  return node->kind == TC_NODE_TRIGGER;
}

static gboolean
is_main (const TcGraphNode *node)
{
  return !is_trigger (node) && !tc_layout_is_lane (node);
}

/* One behind the other along MAIN, from @from; CROSS 0 for all until the block is centred. */
static TcLayoutPoint
place_chain (TcLayout *self,
             guint     group,
             Choose    choose,
             double    from)
{
  guint n = self->graph->nodes->len;
  TcLayoutPoint block = { 0, 0 };

  for (guint i = self->first_child[group]; i < n; i = self->next_sibling[i])
    {
      if (!choose (node_at (self, i)))
        continue;
      if (block.main > 0)
        block.main += self->gap.main;
      self->place[i] = (TcLayoutPoint) { from + block.main, 0 };
      block.main += self->size[i].main;
      block.cross = MAX (block.cross, self->size[i].cross);
    }
  for (guint i = self->first_child[group]; i < n; i = self->next_sibling[i])
    {
      if (choose (node_at (self, i)))
        self->place[i].cross = (block.cross - self->size[i].cross) / 2;
    }
  return block;
}

/* Side by side along CROSS, all beginning at @from. */
static TcLayoutPoint
place_row (TcLayout *self,
           guint     group,
           Choose    choose,
           double    from)
{
  TcLayoutPoint block = { 0, 0 };

  for (guint i = self->first_child[group]; i < self->graph->nodes->len; i = self->next_sibling[i])
    {
      if (!choose (node_at (self, i)))
        continue;
      if (block.cross > 0)
        block.cross += self->gap.cross;
      self->place[i] = (TcLayoutPoint) { from, block.cross };
      block.cross += self->size[i].cross;
      block.main = MAX (block.main, self->size[i].main);
    }
  return block;
}

static TcLayoutPoint
place_main (TcLayout   *self,
            guint       group,
            TcLaneKind  lane,
            double      from)
{
  TcLayoutPoint block;

  switch (lane)
    {
    case TC_LANE_PARALLEL:
    case TC_LANE_BRANCH:
      /* Room for the edges that fan out from the head of the group. */
      block = place_row (self, group, is_main, from + self->gap.main / 2);
      if (block.main > 0)
        block.main += self->gap.main / 2;
      return block;
    case TC_LANE_DAG:
      return tc_layout_dag (self, group);
    case TC_LANE_SEQUENCE:
    case TC_LANE_LOOP:
    case TC_LANE_ERRORS:
    case TC_LANE_FINALLY:
    case TC_LANE_AFTER:
      break;
    }
  return place_chain (self, group, is_main, from);
}

static void
shift_cross (TcLayout *self,
             guint     group,
             Choose    choose,
             double    by)
{
  for (guint i = self->first_child[group]; by > 0 && i < self->graph->nodes->len; i = self->next_sibling[i])
    {
      if (choose (node_at (self, i)))
        self->place[i].cross += by;
    }
}

/* The points of a Dag's edges move with its nodes. */
static void
shift_routes (TcLayout *self,
              guint     group,
              double    by)
{
  for (guint e = self->first_edge[group]; e < self->graph->edges->len; e = self->next_edge[e])
    {
      GArray *route = g_ptr_array_index (self->routes, e);

      for (guint i = 0; route != NULL && i < route->len; i++)
        g_array_index (route, TcLayoutPoint, i).cross += by;
    }
}

static void
stack_block (TcLayoutPoint       *content,
             const TcLayoutPoint *block,
             double               gap)
{
  content->main += block->main;
  if (block->main > 0)
    content->main += gap;
  content->cross = MAX (content->cross, block->cross);
}

/* Triggers, then the tasks, then the side lanes; each block is centred in the widest. */
static TcLayoutPoint
place_content (TcLayout   *self,
               guint       group,
               TcLaneKind  lane)
{
  TcLayoutPoint content = { 0, 0 };
  TcLayoutPoint triggers = place_row (self, group, is_trigger, 0);
  TcLayoutPoint tasks, sides;

  stack_block (&content, &triggers, self->gap.main);
  tasks = place_main (self, group, lane, content.main);
  stack_block (&content, &tasks, self->gap.main);
  sides = place_chain (self, group, tc_layout_is_lane, content.main);
  stack_block (&content, &sides, self->gap.main);
  if (content.main > 0)
    content.main -= self->gap.main;
  shift_cross (self, group, is_trigger, (content.cross - triggers.cross) / 2);
  shift_cross (self, group, is_main, (content.cross - tasks.cross) / 2);
  shift_cross (self, group, tc_layout_is_lane, (content.cross - sides.cross) / 2);
  if (lane == TC_LANE_DAG && content.cross > tasks.cross)
    shift_routes (self, group, (content.cross - tasks.cross) / 2);
  return content;
}

static void
measure (TcLayout *self)
{
  guint n = self->graph->nodes->len;

  for (guint i = n; i > 0; i--)
    {
      const TcGraphNode *node = node_at (self, i - 1);
      TcLayoutPoint content;

      if (!is_group (node))
        {
          self->size[i - 1] = self->node;
          continue;
        }
      content = place_content (self, i - 1, node->lane);
      content.main = MAX (content.main, self->node.main);
      content.cross = MAX (content.cross, self->node.cross);
      self->size[i - 1].main = self->before.main + content.main + self->after.main;
      self->size[i - 1].cross = self->before.cross + content.cross + self->after.cross;
    }
  self->size[n] = place_content (self, n, TC_LANE_SEQUENCE);
}

/* From here on places are absolute. A group stands before its children, so its own place is known by then. */
static void
settle (TcLayout *self,
        double    margin)
{
  guint n = self->graph->nodes->len;

  for (guint i = 0; i < n; i++)
    {
      int parent = node_at (self, i)->parent;
      TcLayoutPoint origin = { margin, margin };

      if (parent >= 0)
        origin = (TcLayoutPoint) { self->place[parent].main + self->before.main, self->place[parent].cross + self->before.cross };
      self->place[i].main += origin.main;
      self->place[i].cross += origin.cross;
    }
  for (guint e = 0; e < self->graph->edges->len; e++)
    {
      const TcGraphEdge *edge = &g_array_index (self->graph->edges, TcGraphEdge, e);
      GArray *route = g_ptr_array_index (self->routes, e);
      int parent = node_at (self, (guint) edge->from)->parent;

      for (guint i = 0; route != NULL && i < route->len; i++)
        {
          TcLayoutPoint *point = &g_array_index (route, TcLayoutPoint, i);

          point->main += self->place[parent].main + self->before.main;
          point->cross += self->place[parent].cross + self->before.cross;
        }
    }
}

static void
write_places (TcLayout *self)
{
  for (guint i = 0; i < self->graph->nodes->len; i++)
    {
      TcGraphNode *node = node_at (self, i);

      node->x = self->across ? self->place[i].main : self->place[i].cross;
      node->y = self->across ? self->place[i].cross : self->place[i].main;
      node->width = self->across ? self->size[i].main : self->size[i].cross;
      node->height = self->across ? self->size[i].cross : self->size[i].main;
    }
}

static void
route_free (gpointer route)
{
  if (route != NULL)
    g_array_unref (route);
}

static void
layout_init (TcLayout              *self,
             TcGraph               *graph,
             const TcLayoutMetrics *metrics)
{
  guint n = graph->nodes->len;

  self->graph = graph;
  self->across = metrics->across;
  self->node = self->across ? (TcLayoutPoint) { metrics->node_width, metrics->node_height }
                            : (TcLayoutPoint) { metrics->node_height, metrics->node_width };
  self->gap = self->across ? (TcLayoutPoint) { metrics->gap_x, metrics->gap_y } : (TcLayoutPoint) { metrics->gap_y, metrics->gap_x };
  self->before = self->after = (TcLayoutPoint) { metrics->padding, metrics->padding };
  /* The head of a group is on top, whichever way the flow goes. */
  if (self->across)
    self->before.cross += metrics->header_height;
  else
    self->before.main += metrics->header_height;
  self->first_child = g_new (guint, n + 1);
  self->next_sibling = g_new (guint, n + 1);
  self->first_edge = g_new (guint, n + 1);
  self->next_edge = g_new (guint, graph->edges->len + 1);
  self->place = g_new0 (TcLayoutPoint, n + 1);
  self->size = g_new0 (TcLayoutPoint, n + 1);
  self->routes = g_ptr_array_new_full (graph->edges->len, route_free);
  g_ptr_array_set_size (self->routes, (int) graph->edges->len);
}

void
tc_graph_layout (TcGraph               *self,
                 const TcLayoutMetrics *metrics,
                 double                *width,
                 double                *height)
{
  TcLayout layout = { 0 };
  TcLayoutPoint total;

  g_return_if_fail (self != NULL && metrics != NULL);

  layout_init (&layout, self, metrics);
  link_children (&layout);
  link_edges (&layout);
  measure (&layout);
  settle (&layout, metrics->padding);
  tc_layout_edges (&layout);
  write_places (&layout);

  total = layout.size[self->nodes->len];
  total.main += 2 * metrics->padding;
  total.cross += 2 * metrics->padding;
  if (width != NULL)
    *width = metrics->across ? total.main : total.cross;
  if (height != NULL)
    *height = metrics->across ? total.cross : total.main;
  g_free (layout.first_child);
  g_free (layout.next_sibling);
  g_free (layout.first_edge);
  g_free (layout.next_edge);
  g_free (layout.place);
  g_free (layout.size);
  g_ptr_array_unref (layout.routes);
}
