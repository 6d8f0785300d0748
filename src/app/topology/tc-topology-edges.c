/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-topology-edges.h"

#include <math.h>

#define LINE 2.0
#define DASH 6.0
#define ARROW 5

static void
snapshot_segment (GtkSnapshot   *snapshot,
                  const GdkRGBA *color,
                  double         x1,
                  double         y1,
                  double         x2,
                  double         y2)
{
  double left = MIN (x1, x2) - LINE / 2, top = MIN (y1, y2) - LINE / 2;

  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (left, top, fabs (x2 - x1) + LINE, fabs (y2 - y1) + LINE));
}

static void
snapshot_dashes (GtkSnapshot   *snapshot,
                 const GdkRGBA *color,
                 double         x1,
                 double         y1,
                 double         x2,
                 double         y2)
{
  double length = fabs (x2 - x1) + fabs (y2 - y1);
  double dx = length > 0 ? (x2 - x1) / length : 0, dy = length > 0 ? (y2 - y1) / length : 0;

  for (double at = 0; at < length; at += 2 * DASH)
    {
      double end = MIN (at + DASH, length);

      snapshot_segment (snapshot, color, x1 + dx * at, y1 + dy * at, x1 + dx * end, y1 + dy * end);
    }
}

/* An arrow head of stacked lines: it stays a colour node, and looks right at every zoom. */
static void
snapshot_arrow (GtkSnapshot   *snapshot,
                const GdkRGBA *color,
                double         x1,
                double         y1,
                double         x2,
                double         y2)
{
  double dx = (x2 > x1) - (x2 < x1), dy = (y2 > y1) - (y2 < y1);

  for (int i = 0; i <= ARROW; i++)
    {
      double x = x2 - dx * i, y = y2 - dy * i;

      if (dx != 0)
        gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x - 0.5, y - i, 1.2, 2 * i + 0.5));
      else
        gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x - i, y - 0.5, 2 * i + 0.5, 1.2));
    }
}

static void
snapshot_label (GtkWidget         *widget,
                GtkSnapshot       *snapshot,
                const GdkRGBA     *color,
                const TcGraphEdge *edge)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, edge->label);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (edge->points[2 * edge->n_points - 2] + 6,
                                                          edge->points[2 * edge->n_points - 1] - height - 4));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

void
tc_topology_edges_snapshot (const TcGraph *graph,
                            GtkWidget     *widget,
                            GtkSnapshot   *snapshot,
                            const GdkRGBA *color,
                            gboolean       labels)
{
  for (size_t i = 0; i < tc_graph_n_edges (graph); i++)
    {
      const TcGraphEdge *edge = tc_graph_edge (graph, i);
      const double *at = edge->points;

      if (edge->n_points < 2)
        continue;
      for (size_t p = 0; p + 1 < edge->n_points; p++)
        {
          const double *from = at + 2 * p, *to = from + 2;

          if (edge->kind == TC_EDGE_ORDER)
            snapshot_segment (snapshot, color, from[0], from[1], to[0], to[1]);
          else
            snapshot_dashes (snapshot, color, from[0], from[1], to[0], to[1]);
        }
      at += 2 * (edge->n_points - 2);
      snapshot_arrow (snapshot, color, at[0], at[1], at[2], at[3]);
      /* A branch shows its name itself. */
      if (labels && edge->label != NULL && tc_graph_node (graph, edge->to)->kind != TC_NODE_BRANCH)
        snapshot_label (widget, snapshot, color, edge);
    }
}
