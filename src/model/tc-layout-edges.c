/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-graph.h"
#include "tc-graph-private.h"

#include <math.h>

/* Orthogonal lines: along MAIN out of a node, across in the middle of the gap before the next point, along MAIN into it. */

static TcLayoutPoint
end_of (const TcLayout *self,
        int             node)
{
  return (TcLayoutPoint) { self->place[node].main + self->size[node].main, self->place[node].cross + self->size[node].cross / 2 };
}

static TcLayoutPoint
start_of (const TcLayout *self,
          int             node)
{
  return (TcLayoutPoint) { self->place[node].main, self->place[node].cross + self->size[node].cross / 2 };
}

/* An edge from a group to something inside begins below the group's head. */
static gboolean
is_inward (const TcLayout    *self,
           const TcGraphEdge *edge)
{
  return g_array_index (self->graph->nodes, TcGraphNode, edge->to).parent == edge->from;
}

static void
append (GArray       *points,
        TcLayoutPoint point)
{
  const TcLayoutPoint *last = points->len > 0 ? &g_array_index (points, TcLayoutPoint, points->len - 1) : NULL;

  if (last != NULL && last->main == point.main && last->cross == point.cross)
    return;
  g_array_append_val (points, point);
}

static void
go_to (GArray       *points,
       TcLayoutPoint to,
       double        turn)
{
  TcLayoutPoint from = g_array_index (points, TcLayoutPoint, points->len - 1);

  if (fabs (from.cross - to.cross) >= 0.01)
    {
      append (points, (TcLayoutPoint) { turn, from.cross });
      append (points, (TcLayoutPoint) { turn, to.cross });
    }
  append (points, to);
}

static void
write_points (const TcLayout *self,
              TcGraphEdge    *edge,
              const GArray   *points)
{
  g_free (edge->points);
  edge->points = g_new (double, 2 * points->len);
  edge->n_points = points->len;
  for (guint i = 0; i < points->len; i++)
    {
      TcLayoutPoint point = g_array_index (points, TcLayoutPoint, i);

      edge->points[2 * i] = self->across ? point.main : point.cross;
      edge->points[2 * i + 1] = self->across ? point.cross : point.main;
    }
}

static void
route_edge (const TcLayout *self,
            TcGraphEdge    *edge,
            const GArray   *route)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TcLayoutPoint));
  TcLayoutPoint to = start_of (self, edge->to);
  double half = self->gap.main / 2;

  if (is_inward (self, edge))
    {
      TcLayoutPoint head = start_of (self, edge->from);

      head.main += self->across ? 0 : self->before.main - self->after.main;
      append (points, head);
      half /= 2;
    }
  else
    append (points, end_of (self, edge->from));
  /* The points of a route come in pairs: where to turn, and the cross place to turn to. */
  for (guint i = 0; route != NULL && i < route->len; i++)
    append (points, g_array_index (route, TcLayoutPoint, i));
  go_to (points, to, to.main - half);
  write_points (self, edge, points);
}

void
tc_layout_edges (TcLayout *self)
{
  for (guint e = 0; e < self->graph->edges->len; e++)
    route_edge (self, &g_array_index (self->graph->edges, TcGraphEdge, e), g_ptr_array_index (self->routes, e));
}
