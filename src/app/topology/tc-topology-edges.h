/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-graph.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** tc_topology_edges_snapshot: draws the edges of @graph in graph coordinates, in @color; labels in the font of @widget. Only colour nodes, so
 * that panning costs nothing. Main thread. */
void tc_topology_edges_snapshot (const TcGraph *graph, GtkWidget *widget, GtkSnapshot *snapshot, const GdkRGBA *color, gboolean labels);

G_END_DECLS
