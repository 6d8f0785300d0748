/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-graph.h"
#include "tc-graph-private.h"

#include <math.h>

/*
 * A Dag in layers (after Sugiyama, Tagawa, Toda 1981): longest path, a bend in every layer that an edge crosses, order by barycenter, places
 * near the mean of the neighbours. Ties keep the order of the source.
 */

#define MAX_BENDS 4000      /* beyond that, edges cross the layers between without bends */
#define SWEEPS    4

typedef struct
{
  int     node;             /* index in the graph, -1: a bend */
  guint   layer, order;
  double  size, centre, wish;
  GArray *above, *below;    /* guint: neighbours in the adjacent layers */
} Vertex;

typedef struct
{
  guint   edge, from, to;
  GArray *path;             /* guint: vertices from the start to the end; NULL: no route */
} Link;

typedef struct
{
  TcLayout  *layout;
  GPtrArray *vertices;      /* Vertex* */
  GArray    *links;         /* Link */
  GPtrArray *layers;        /* GArray of guint */
  double    *layer_at;      /* MAIN begin of each layer; one more for the end */
} Dag;

static void
vertex_free (gpointer data)
{
  Vertex *vertex = data;

  g_array_unref (vertex->above);
  g_array_unref (vertex->below);
  g_free (vertex);
}

static void
link_clear (gpointer data)
{
  Link *link = data;

  g_clear_pointer (&link->path, g_array_unref);
}

static Vertex *
vertex_at (const Dag *self,
           guint      index)
{
  return g_ptr_array_index (self->vertices, index);
}

static guint
add_vertex (Dag    *self,
            int     node,
            double  size)
{
  Vertex *vertex = g_new0 (Vertex, 1);

  vertex->node = node;
  vertex->size = size;
  vertex->above = g_array_new (FALSE, FALSE, sizeof (guint));
  vertex->below = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (self->vertices, vertex);
  return self->vertices->len - 1;
}

static void
collect (Dag   *self,
         guint  group)
{
  const TcLayout *layout = self->layout;
  g_autoptr (GHashTable) local = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = layout->first_child[group]; i < layout->graph->nodes->len; i = layout->next_sibling[i])
    {
      if (!tc_layout_is_lane (&g_array_index (layout->graph->nodes, TcGraphNode, i)))
        g_hash_table_insert (local, GUINT_TO_POINTER (i), GUINT_TO_POINTER (add_vertex (self, (int) i, layout->size[i].cross) + 1));
    }
  for (guint e = layout->first_edge[group]; e < layout->graph->edges->len; e = layout->next_edge[e])
    {
      const TcGraphEdge *edge = &g_array_index (layout->graph->edges, TcGraphEdge, e);
      guint from = GPOINTER_TO_UINT (g_hash_table_lookup (local, GINT_TO_POINTER (edge->from)));
      guint to = GPOINTER_TO_UINT (g_hash_table_lookup (local, GINT_TO_POINTER (edge->to)));
      Link link = { .edge = e, .from = from - 1, .to = to - 1 };

      if (from == 0 || to == 0)
        continue;
      g_array_append_val (self->links, link);
      g_array_append_val (vertex_at (self, link.from)->below, link.to);
    }
}

/* Longest path from the top. In a cycle (an error of the flow, but still to be drawn) the first task of the source begins. */
static void
assign_layers (Dag *self)
{
  guint n = self->vertices->len, done = 0, next = 0;
  g_autofree guint *waiting = g_new0 (guint, n + 1);
  g_autofree gboolean *seen = g_new0 (gboolean, n + 1);
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->links->len; i++)
    waiting[g_array_index (self->links, Link, i).to]++;
  for (guint i = 0; i < n; i++)
    {
      if (waiting[i] == 0)
        g_array_append_val (queue, i);
    }
  while (done < n)
    {
      guint at;
      GArray *below;

      if (done == queue->len)
        {
          while (seen[next] || waiting[next] == 0)
            next++;
          waiting[next] = 0;
          g_array_append_val (queue, next);
        }
      at = g_array_index (queue, guint, done++);
      seen[at] = TRUE;
      below = vertex_at (self, at)->below;
      for (guint i = 0; i < below->len; i++)
        {
          guint to = g_array_index (below, guint, i);

          if (waiting[to] == 0)
            continue;
          vertex_at (self, to)->layer = MAX (vertex_at (self, to)->layer, vertex_at (self, at)->layer + 1);
          if (--waiting[to] == 0)
            g_array_append_val (queue, to);
        }
    }
}

static guint
count_bends (const Dag *self)
{
  guint bends = 0;

  for (guint i = 0; i < self->links->len && bends <= MAX_BENDS; i++)
    {
      const Link *link = &g_array_index (self->links, Link, i);
      guint from = vertex_at (self, link->from)->layer, to = vertex_at (self, link->to)->layer;

      if (to > from)
        bends += to - from - 1;
    }
  return bends;
}

/* From here on `above` and `below` hold neighbours in adjacent layers only. */
static void
add_bends (Dag *self)
{
  gboolean bend = count_bends (self) <= MAX_BENDS;

  for (guint i = 0; i < self->vertices->len; i++)
    g_array_set_size (vertex_at (self, i)->below, 0);
  for (guint i = 0; i < self->links->len; i++)
    {
      Link *link = &g_array_index (self->links, Link, i);
      guint first = vertex_at (self, link->from)->layer, last = vertex_at (self, link->to)->layer;
      guint previous = link->from;

      if (last <= first || (!bend && last - first > 1))
        continue;
      link->path = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_val (link->path, link->from);
      for (guint layer = first + 1; layer <= last; layer++)
        {
          guint at = layer == last ? link->to : add_vertex (self, -1, 0);

          vertex_at (self, at)->layer = layer;
          g_array_append_val (vertex_at (self, previous)->below, at);
          g_array_append_val (vertex_at (self, at)->above, previous);
          g_array_append_val (link->path, at);
          previous = at;
        }
    }
}

static void
fill_layers (Dag *self)
{
  for (guint i = 0; i < self->vertices->len; i++)
    {
      Vertex *vertex = vertex_at (self, i);
      GArray *layer;

      while (self->layers->len <= vertex->layer)
        g_ptr_array_add (self->layers, g_array_new (FALSE, FALSE, sizeof (guint)));
      layer = g_ptr_array_index (self->layers, vertex->layer);
      vertex->order = layer->len;
      g_array_append_val (layer, i);
    }
}

static gint
compare_wishes (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  const Vertex *first = vertex_at (data, *(const guint *) a);
  const Vertex *second = vertex_at (data, *(const guint *) b);

  if (first->wish != second->wish)
    return first->wish < second->wish ? -1 : 1;
  return (first->order > second->order) - (first->order < second->order);
}

static double
mean_of (const Dag    *self,
         const GArray *neighbours,
         double        alone,
         gboolean      of_centres)
{
  double sum = 0;

  if (neighbours->len == 0)
    return alone;
  for (guint i = 0; i < neighbours->len; i++)
    {
      const Vertex *vertex = vertex_at (self, g_array_index (neighbours, guint, i));

      sum += of_centres ? vertex->centre : vertex->order;
    }
  return sum / neighbours->len;
}

static void
order_layer (Dag      *self,
             guint     index,
             gboolean  downwards)
{
  GArray *layer = g_ptr_array_index (self->layers, index);

  for (guint i = 0; i < layer->len; i++)
    {
      Vertex *vertex = vertex_at (self, g_array_index (layer, guint, i));

      vertex->wish = mean_of (self, downwards ? vertex->above : vertex->below, vertex->order, FALSE);
    }
  g_array_sort_with_data (layer, compare_wishes, self);
  for (guint i = 0; i < layer->len; i++)
    vertex_at (self, g_array_index (layer, guint, i))->order = i;
}

static double
distance (const Dag *self,
          guint      left,
          guint      right)
{
  return vertex_at (self, left)->size / 2 + self->layout->gap.cross + vertex_at (self, right)->size / 2;
}

/* As near to the wishes as the order and the gaps allow: the mean of pushing all to the right and all to the left. */
static void
spread_layer (Dag    *self,
              GArray *layer)
{
  g_autofree double *right = g_new (double, layer->len + 1);
  double left = 0;

  for (guint i = 0; i < layer->len; i++)
    {
      right[i] = vertex_at (self, g_array_index (layer, guint, i))->wish;
      if (i > 0)
        right[i] = MAX (right[i], right[i - 1] + distance (self, g_array_index (layer, guint, i - 1), g_array_index (layer, guint, i)));
    }
  for (guint i = layer->len; i > 0; i--)
    {
      Vertex *vertex = vertex_at (self, g_array_index (layer, guint, i - 1));

      if (i == layer->len)
        left = vertex->wish;
      else
        left = MIN (vertex->wish, left - distance (self, g_array_index (layer, guint, i - 1), g_array_index (layer, guint, i)));
      vertex->centre = (left + right[i - 1]) / 2;
    }
}

static void
place_layer (Dag      *self,
             guint     index,
             gboolean  downwards)
{
  GArray *layer = g_ptr_array_index (self->layers, index);

  for (guint i = 0; i < layer->len; i++)
    {
      Vertex *vertex = vertex_at (self, g_array_index (layer, guint, i));

      vertex->wish = mean_of (self, downwards ? vertex->above : vertex->below, vertex->centre, TRUE);
    }
  spread_layer (self, layer);
}

static void
pack_layers (Dag *self)
{
  for (guint k = 0; k < self->layers->len; k++)
    {
      GArray *layer = g_ptr_array_index (self->layers, k);

      for (guint i = 0; i < layer->len; i++)
        vertex_at (self, g_array_index (layer, guint, i))->wish = 0;
      spread_layer (self, layer);
    }
}

static void
arrange (Dag *self)
{
  guint n = self->layers->len;

  for (guint sweep = 0; sweep < SWEEPS; sweep++)
    {
      for (guint k = 1; k < n; k++)
        order_layer (self, k, TRUE);
      for (guint k = n - 1; k > 0; k--)
        order_layer (self, k - 1, FALSE);
    }
  pack_layers (self);
  for (guint sweep = 0; sweep < SWEEPS; sweep++)
    {
      for (guint k = 1; k < n; k++)
        place_layer (self, k, TRUE);
      for (guint k = n - 1; k > 0; k--)
        place_layer (self, k - 1, FALSE);
    }
}

static TcLayoutPoint
write_places (Dag *self)
{
  TcLayout *layout = self->layout;
  double left = G_MAXDOUBLE, right = -G_MAXDOUBLE, at = 0;

  for (guint i = 0; i < self->vertices->len; i++)
    {
      const Vertex *vertex = vertex_at (self, i);

      left = MIN (left, vertex->centre - vertex->size / 2);
      right = MAX (right, vertex->centre + vertex->size / 2);
    }
  for (guint k = 0; k < self->layers->len; k++)
    {
      const GArray *layer = g_ptr_array_index (self->layers, k);
      double tallest = 0;

      self->layer_at[k] = at;
      for (guint i = 0; i < layer->len; i++)
        {
          Vertex *vertex = vertex_at (self, g_array_index (layer, guint, i));

          vertex->centre -= left;
          if (vertex->node < 0)
            continue;
          tallest = MAX (tallest, layout->size[vertex->node].main);
          layout->place[vertex->node] = (TcLayoutPoint) { at, vertex->centre - vertex->size / 2 };
        }
      at += tallest + layout->gap.main;
    }
  self->layer_at[self->layers->len] = at;
  return (TcLayoutPoint) { at - layout->gap.main, right - left };
}

/* Each vertex turns its edges at a height of its own, so that the lines of two neighbours do not merge. */
static double
turn_below (const Dag    *self,
            const Vertex *vertex)
{
  const GArray *layer = g_ptr_array_index (self->layers, vertex->layer);
  double gap = self->layout->gap.main;

  return self->layer_at[vertex->layer + 1] - gap + gap * (vertex->order + 1) / (layer->len + 1);
}

static void
write_routes (Dag *self)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      const Link *link = &g_array_index (self->links, Link, i);
      GArray *route;

      if (link->path == NULL)
        continue;
      route = g_array_new (FALSE, FALSE, sizeof (TcLayoutPoint));
      for (guint k = 1; k < link->path->len; k++)
        {
          const Vertex *from = vertex_at (self, g_array_index (link->path, guint, k - 1));
          const Vertex *to = vertex_at (self, g_array_index (link->path, guint, k));
          TcLayoutPoint turn = { turn_below (self, from), from->centre };

          if (fabs (from->centre - to->centre) < 0.01)
            continue;
          g_array_append_val (route, turn);
          turn.cross = to->centre;
          g_array_append_val (route, turn);
        }
      g_ptr_array_index (self->layout->routes, link->edge) = route;
    }
}

TcLayoutPoint
tc_layout_dag (TcLayout *self,
               guint     group)
{
  Dag dag = { .layout = self };
  TcLayoutPoint block = { 0, 0 };

  dag.vertices = g_ptr_array_new_with_free_func (vertex_free);
  dag.links = g_array_new (FALSE, TRUE, sizeof (Link));
  g_array_set_clear_func (dag.links, link_clear);
  dag.layers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  collect (&dag, group);
  if (dag.vertices->len > 0)
    {
      assign_layers (&dag);
      add_bends (&dag);
      fill_layers (&dag);
      arrange (&dag);
      dag.layer_at = g_new0 (double, dag.layers->len + 1);
      block = write_places (&dag);
      write_routes (&dag);
    }
  g_free (dag.layer_at);
  g_array_unref (dag.links);
  g_ptr_array_unref (dag.vertices);
  g_ptr_array_unref (dag.layers);
  return block;
}
