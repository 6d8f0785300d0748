/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-topology-view.h"

#include "tc-topology-edges.h"
#include "tc-text-scale.h"
#include "tc-topology-node.h"
#include <glib/gi18n.h>
#include <math.h>

#define MARGIN 24.0
#define ZOOM_MIN 0.05
#define ZOOM_MAX 3.0
#define ZOOM_STEP 1.1
#define PLAIN_BELOW 0.4
#define TICK_MS 250

struct _TcTopologyView
{
  GtkWidget      parent_instance;

  TcGraph       *graph;                  /* or NULL */
  double         width, height;          /* of the graph at 100 % */
  GPtrArray     *nodes;                  /* TcTopologyNode*, one for each node of the graph, same index */
  GHashTable    *by_id;                  /* id → TcTopologyNode, for those that stay */
  GHashTable    *runs;                   /* task id → (run id → TcTaskRun), the newest form of each */
  char          *selected;
  double         zoom;
  gboolean       dimmed;
  guint          tick;

  GtkAdjustment *hadjustment, *vadjustment;
  GtkScrollablePolicy hpolicy, vpolicy;
  double         pan_x, pan_y, pinch;    /* where a drag or pinch began */
  double         pointer_x, pointer_y;
};

enum { PROP_0, PROP_SELECTED, PROP_ZOOM, N_PROPS, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HPOLICY, PROP_VPOLICY };
enum { ACTIVATED, N_SIGNALS };
static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_CODE (TcTopologyView, tc_topology_view, GTK_TYPE_WIDGET,
                         G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static const TcLayoutMetrics metrics = {
  .node_width = 220, .node_height = 56, .gap_x = 28, .gap_y = 36, .header_height = 34, .padding = 16,
};

const TcLayoutMetrics *
tc_topology_view_metrics (void)
{
  return &metrics;
}

static double
scroll_of (GtkAdjustment *adjustment)
{
  return adjustment != NULL ? gtk_adjustment_get_value (adjustment) : 0;
}

/* Where the graph's origin lies in the widget: centred while it is smaller than the view. */
static void
graph_origin (TcTopologyView *self,
              double         *x,
              double         *y)
{
  double width = self->width * self->zoom + 2 * MARGIN;

  *x = MARGIN - scroll_of (self->hadjustment) + MAX (0, (gtk_widget_get_width (GTK_WIDGET (self)) - width) / 2);
  *y = MARGIN - scroll_of (self->vadjustment);
}

static void
configure_adjustment (GtkAdjustment *adjustment,
                      double         size,
                      double         page)
{
  if (adjustment == NULL)
    return;
  double upper = MAX (size, page);
  double value = CLAMP (gtk_adjustment_get_value (adjustment), 0, upper - page);
  gtk_adjustment_configure (adjustment, value, 0, upper, page * 0.1, page * 0.9, page);
}

static void
tc_topology_view_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (widget);
  double x, y;

  configure_adjustment (self->hadjustment, self->width * self->zoom + 2 * MARGIN, width);
  configure_adjustment (self->vadjustment, self->height * self->zoom + 2 * MARGIN, height);
  graph_origin (self, &x, &y);
  for (guint i = 0; i < self->nodes->len; i++)
    {
      const TcGraphNode *node = tc_graph_node (self->graph, i);
      GtkWidget *child = self->nodes->pdata[i];
      double left = x + node->x * self->zoom, top = y + node->y * self->zoom;
      GskTransform *transform = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (left, top));

      gtk_widget_set_child_visible (child, left < width && top < height && left + node->width * self->zoom > 0
                                             && top + node->height * self->zoom > 0);
      tc_topology_node_set_plain (TC_TOPOLOGY_NODE (child), self->zoom < PLAIN_BELOW);
      gtk_widget_allocate (child, MAX (1, node->width), MAX (1, node->height), -1,
                           gsk_transform_scale (transform, self->zoom, self->zoom));
    }
}

static void
tc_topology_view_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (widget);
  GdkRGBA color;
  double x, y;

  if (self->graph == NULL)
    return;
  graph_origin (self, &x, &y);
  gtk_snapshot_push_opacity (snapshot, self->dimmed ? 0.45 : 1);
  /* Lanes below, then edges, then what stands in the lanes. */
  for (guint i = 0; i < self->nodes->len; i++)
    if (tc_graph_node (self->graph, i)->kind == TC_NODE_GROUP || tc_graph_node (self->graph, i)->kind == TC_NODE_BRANCH)
      gtk_widget_snapshot_child (widget, self->nodes->pdata[i], snapshot);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  /* As a whole, so that lines do not show where they cross. */
  gtk_snapshot_push_opacity (snapshot, 0.45);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_scale (snapshot, self->zoom, self->zoom);
  tc_topology_edges_snapshot (self->graph, widget, snapshot, &color, self->zoom >= PLAIN_BELOW);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
  for (guint i = 0; i < self->nodes->len; i++)
    if (tc_graph_node (self->graph, i)->kind == TC_NODE_TASK || tc_graph_node (self->graph, i)->kind == TC_NODE_TRIGGER)
      gtk_widget_snapshot_child (widget, self->nodes->pdata[i], snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
tc_topology_view_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (widget);
  double size = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;

  *minimum = 0;
  *natural = (int) ceil (size * self->zoom + 2 * MARGIN);
}

static void
scroll_to_node (TcTopologyView    *self,
                const TcGraphNode *node)
{
  double left = MARGIN + node->x * self->zoom, top = MARGIN + node->y * self->zoom;

  if (self->hadjustment != NULL)
    gtk_adjustment_clamp_page (self->hadjustment, left - MARGIN, left + node->width * self->zoom + MARGIN);
  if (self->vadjustment != NULL)
    gtk_adjustment_clamp_page (self->vadjustment, top - MARGIN, top + MIN (node->height, metrics.node_height) * self->zoom + MARGIN);
}

static void
mark_selected (TcTopologyView *self,
               gboolean        selected)
{
  GtkWidget *node = self->selected != NULL ? g_hash_table_lookup (self->by_id, self->selected) : NULL;

  if (node != NULL && selected)
    gtk_widget_set_state_flags (node, GTK_STATE_FLAG_SELECTED, FALSE);
  else if (node != NULL)
    gtk_widget_unset_state_flags (node, GTK_STATE_FLAG_SELECTED);
}

const char *
tc_topology_view_get_selected (TcTopologyView *self)
{
  g_return_val_if_fail (TC_IS_TOPOLOGY_VIEW (self), NULL);
  return self->selected;
}

void
tc_topology_view_set_selected (TcTopologyView *self,
                               const char     *task_id)
{
  int index;

  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  if (g_strcmp0 (task_id, self->selected) == 0)
    return;
  mark_selected (self, FALSE);
  g_free (self->selected);
  self->selected = g_strdup (task_id);
  mark_selected (self, TRUE);
  index = task_id != NULL && self->graph != NULL ? tc_graph_find (self->graph, task_id) : -1;
  if (index >= 0)
    scroll_to_node (self, tc_graph_node (self->graph, index));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
node_pressed (GtkGestureClick *gesture,
              int              n_press,
              double           x,
              double           y,
              gpointer         data)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  TcTopologyView *self = TC_TOPOLOGY_VIEW (data);
  const char *id = tc_topology_node_get_id (TC_TOPOLOGY_NODE (widget));

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (widget);
  tc_topology_view_set_selected (self, id);
  if (n_press == 2)
    g_signal_emit (self, signals[ACTIVATED], 0, id);
}

/* The nearest task in the direction of an arrow key: distance along it counts once, aside from it twice. */
static GtkWidget *
neighbour (TcTopologyView *self,
           const char     *id,
           guint           keyval)
{
  const TcGraphNode *from = tc_graph_node (self->graph, tc_graph_find (self->graph, id));
  gboolean vertical = keyval == GDK_KEY_Up || keyval == GDK_KEY_Down;
  int sign = keyval == GDK_KEY_Up || keyval == GDK_KEY_Left ? -1 : 1;
  GtkWidget *best = NULL;
  double best_cost = G_MAXDOUBLE;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      const TcGraphNode *to = tc_graph_node (self->graph, i);
      double dx = to->x + MIN (to->width, metrics.node_width) / 2 - from->x - MIN (from->width, metrics.node_width) / 2;
      double dy = to->y - from->y;
      double along = sign * (vertical ? dy : dx), aside = fabs (vertical ? dx : dy);

      if (to == from || along <= 1 || !tc_topology_node_is_task (self->nodes->pdata[i]) || along + 2 * aside >= best_cost)
        continue;
      best = self->nodes->pdata[i];
      best_cost = along + 2 * aside;
    }
  return best;
}

static gboolean
node_key (GtkEventControllerKey *controller,
          guint                  keyval,
          guint                  keycode,
          GdkModifierType        modifiers,
          gpointer               data)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (data);
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller)), *to;
  const char *id = tc_topology_node_get_id (TC_TOPOLOGY_NODE (widget));

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      g_signal_emit (self, signals[ACTIVATED], 0, id);
      return GDK_EVENT_STOP;
    case GDK_KEY_space:
      tc_topology_view_set_selected (self, id);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_Down:
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      to = neighbour (self, id, keyval);
      if (to != NULL)
        {
          gtk_widget_grab_focus (to);
          tc_topology_view_set_selected (self, tc_topology_node_get_id (TC_TOPOLOGY_NODE (to)));
        }
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static GtkWidget *
make_node (TcTopologyView *self)
{
  GtkWidget *node = GTK_WIDGET (tc_topology_node_new ());
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (click, "pressed", G_CALLBACK (node_pressed), self);
  gtk_widget_add_controller (node, GTK_EVENT_CONTROLLER (click));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (node_key), self);
  gtk_widget_add_controller (node, keys);
  gtk_widget_set_parent (node, GTK_WIDGET (self));
  return node;
}

static gboolean
tick (gpointer data)
{
  TcTopologyView *self = data;
  gboolean runs = FALSE;

  for (guint i = 0; i < self->nodes->len; i++)
    runs |= tc_topology_node_tick (self->nodes->pdata[i], g_get_real_time ());
  if (!runs || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick = 0;
  return self->tick != 0;
}

/* Time passes on the nodes only while something runs and can be seen. */
static void
start_ticking (TcTopologyView *self)
{
  if (self->tick == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick = g_timeout_add (TICK_MS, tick, self);
}

static void
tc_topology_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_topology_view_parent_class)->map (widget);
  start_ticking (TC_TOPOLOGY_VIEW (widget));
}

static void
put_runs (TcTopologyView *self,
          TcTopologyNode *node,
          const char     *id)
{
  GHashTable *runs = id != NULL ? g_hash_table_lookup (self->runs, id) : NULL;
  GHashTableIter iter;
  gpointer run;

  tc_topology_node_clear_runs (node);
  if (runs == NULL)
    return;
  g_hash_table_iter_init (&iter, runs);
  while (g_hash_table_iter_next (&iter, NULL, &run))
    tc_topology_node_put_run (node, run);
}

static void
update_accessible (TcTopologyView *self)
{
  g_autofree char *label = NULL;
  guint n = 0;

  for (guint i = 0; i < self->nodes->len; i++)
    n += tc_graph_node (self->graph, i)->kind == TC_NODE_TASK;
  label = g_strdup_printf (ngettext ("Topology, %u task", "Topology, %u tasks", n), n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
describe_successors (TcTopologyView *self)
{
  g_autoptr (GPtrArray) next = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_set_size (next, self->nodes->len);
  for (size_t i = 0; i < tc_graph_n_edges (self->graph); i++)
    {
      const TcGraphEdge *edge = tc_graph_edge (self->graph, i);
      char *so_far = next->pdata[edge->from];

      next->pdata[edge->from] = so_far != NULL ? g_strdup_printf ("%s, %s", so_far, tc_graph_node (self->graph, edge->to)->title)
                                               : g_strdup (tc_graph_node (self->graph, edge->to)->title);
      g_free (so_far);
    }
  for (guint i = 0; i < self->nodes->len; i++)
    tc_topology_node_set_next (self->nodes->pdata[i], next->pdata[i]);
}

/* The widget of an id that stays is taken over with its state and focus; others come and go. */
static void
replace_nodes (TcTopologyView *self)
{
  g_autoptr (GHashTable) old = g_steal_pointer (&self->by_id);
  GHashTableIter iter;
  gpointer widget;

  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_set_size (self->nodes, 0);
  for (size_t i = 0; self->graph != NULL && i < tc_graph_n_nodes (self->graph); i++)
    {
      const TcGraphNode *node = tc_graph_node (self->graph, i);
      GtkWidget *child = NULL;

      if (node->id != NULL && !g_hash_table_contains (self->by_id, node->id))
        {
          g_autofree char *old_key = NULL;

          if (!g_hash_table_steal_extended (old, node->id, (gpointer *) &old_key, (gpointer *) &child))
            child = NULL;
        }
      gboolean is_new = child == NULL;
      if (is_new)
        child = make_node (self);
      tc_topology_node_set_node (TC_TOPOLOGY_NODE (child), node);
      if (is_new)
        put_runs (self, TC_TOPOLOGY_NODE (child), node->id);
      g_hash_table_insert (self->by_id, g_strdup (node->id != NULL ? node->id : ""), child);
      g_ptr_array_add (self->nodes, child);
    }
  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, NULL, &widget))
    gtk_widget_unparent (widget);
}

void
tc_topology_view_set_graph (TcTopologyView *self,
                            TcGraph        *graph,
                            double          width,
                            double          height)
{
  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  mark_selected (self, FALSE);
  TcGraph *old = self->graph;
  self->graph = graph != NULL ? tc_graph_ref (graph) : NULL;
  self->width = graph != NULL ? width : 0;
  self->height = graph != NULL ? height : 0;
  replace_nodes (self);
  g_clear_pointer (&old, tc_graph_unref);
  if (graph != NULL)
    describe_successors (self);
  mark_selected (self, TRUE);
  update_accessible (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
tc_topology_view_set_dimmed (TcTopologyView *self,
                             gboolean        dimmed)
{
  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  self->dimmed = dimmed;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
remember_run (TcTopologyView *self,
              TcTaskRun      *run)
{
  GHashTable *runs = g_hash_table_lookup (self->runs, run->task_id);

  if (runs == NULL)
    {
      runs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tc_task_run_unref);
      g_hash_table_insert (self->runs, g_strdup (run->task_id), runs);
    }
  g_hash_table_replace (runs, run->id, tc_task_run_ref (run));
}

void
tc_topology_view_update_runs (TcTopologyView *self,
                              GPtrArray      *runs)
{
  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  for (guint i = 0; i < runs->len; i++)
    {
      TcTaskRun *run = runs->pdata[i];
      TcTopologyNode *node = g_hash_table_lookup (self->by_id, run->task_id);

      remember_run (self, run);
      if (node != NULL)
        tc_topology_node_put_run (node, run);
    }
  start_ticking (self);
}

void
tc_topology_view_clear_runs (TcTopologyView *self)
{
  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  g_hash_table_remove_all (self->runs);
  for (guint i = 0; i < self->nodes->len; i++)
    tc_topology_node_clear_runs (self->nodes->pdata[i]);
}

void
tc_topology_view_set_progress (TcTopologyView *self,
                               const char     *task_id,
                               double          fraction,
                               const char     *text)
{
  TcTopologyNode *node = g_hash_table_lookup (self->by_id, task_id);

  if (node != NULL)
    tc_topology_node_set_progress (node, fraction, text);
  start_ticking (self);
}

double
tc_topology_view_get_zoom (TcTopologyView *self)
{
  g_return_val_if_fail (TC_IS_TOPOLOGY_VIEW (self), 1);
  return self->zoom;
}

/* Zooms so that the point (x, y) of the widget keeps showing the same place of the graph. */
static void
zoom_around (TcTopologyView *self,
             double          zoom,
             double          x,
             double          y)
{
  double origin_x, origin_y, factor;

  zoom = CLAMP (zoom, ZOOM_MIN, ZOOM_MAX);
  if (zoom == self->zoom)
    return;
  graph_origin (self, &origin_x, &origin_y);
  factor = zoom / self->zoom;
  self->zoom = zoom;
  configure_adjustment (self->hadjustment, self->width * zoom + 2 * MARGIN, gtk_widget_get_width (GTK_WIDGET (self)));
  configure_adjustment (self->vadjustment, self->height * zoom + 2 * MARGIN, gtk_widget_get_height (GTK_WIDGET (self)));
  if (self->hadjustment != NULL)
    gtk_adjustment_set_value (self->hadjustment, MARGIN + (x - origin_x) * factor - x);
  if (self->vadjustment != NULL)
    gtk_adjustment_set_value (self->vadjustment, MARGIN + (y - origin_y) * factor - y);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

void
tc_topology_view_set_zoom (TcTopologyView *self,
                           double          zoom)
{
  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  zoom_around (self, zoom, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

void
tc_topology_view_zoom_to_fit (TcTopologyView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, height = gtk_widget_get_height (GTK_WIDGET (self)) - 2 * MARGIN;

  g_return_if_fail (TC_IS_TOPOLOGY_VIEW (self));
  if (self->width > 0 && self->height > 0 && width > 0 && height > 0)
    tc_topology_view_set_zoom (self, MIN (tc_text_scale (GTK_WIDGET (self)), MIN (width / self->width, height / self->height)));
}

static gboolean
scrolled (GtkEventControllerScroll *controller,
          double                    dx,
          double                    dy,
          gpointer                  data)
{
  TcTopologyView *self = data;

  if ((gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller)) & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  zoom_around (self, self->zoom * pow (ZOOM_STEP, -dy), self->pointer_x, self->pointer_y);
  return GDK_EVENT_STOP;
}

static void
pointer_moved (GtkEventControllerMotion *controller,
               double                    x,
               double                    y,
               gpointer                  data)
{
  TcTopologyView *self = data;

  self->pointer_x = x;
  self->pointer_y = y;
}

static void
pinch_begin (GtkGesture       *gesture,
             GdkEventSequence *sequence,
             gpointer          data)
{
  TcTopologyView *self = data;

  self->pinch = self->zoom;
}

static void
pinched (GtkGestureZoom *gesture,
         double          scale,
         gpointer        data)
{
  TcTopologyView *self = data;
  double x = self->pointer_x, y = self->pointer_y;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  zoom_around (self, self->pinch * scale, x, y);
}

static void
pan_begin (GtkGestureDrag *gesture,
           double          x,
           double          y,
           gpointer        data)
{
  TcTopologyView *self = data;

  self->pan_x = scroll_of (self->hadjustment);
  self->pan_y = scroll_of (self->vadjustment);
}

static void
panned (GtkGestureDrag *gesture,
        double          dx,
        double          dy,
        gpointer        data)
{
  TcTopologyView *self = data;

  if (self->hadjustment != NULL)
    gtk_adjustment_set_value (self->hadjustment, self->pan_x - dx);
  if (self->vadjustment != NULL)
    gtk_adjustment_set_value (self->vadjustment, self->pan_y - dy);
}

static void
set_adjustment (TcTopologyView  *self,
                GtkAdjustment  **slot,
                GtkAdjustment   *adjustment)
{
  if (*slot != NULL)
    g_signal_handlers_disconnect_by_func (*slot, gtk_widget_queue_allocate, self);
  g_set_object (slot, adjustment);
  if (adjustment != NULL)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_allocate), self, G_CONNECT_SWAPPED);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
tc_topology_view_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (object);

  switch (id)
    {
    case PROP_SELECTED:    tc_topology_view_set_selected (self, g_value_get_string (value)); break;
    case PROP_ZOOM:        tc_topology_view_set_zoom (self, g_value_get_double (value)); break;
    case PROP_HADJUSTMENT: set_adjustment (self, &self->hadjustment, g_value_get_object (value)); break;
    case PROP_VADJUSTMENT: set_adjustment (self, &self->vadjustment, g_value_get_object (value)); break;
    case PROP_HPOLICY:     self->hpolicy = g_value_get_enum (value); break;
    case PROP_VPOLICY:     self->vpolicy = g_value_get_enum (value); break;
    default:               G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_topology_view_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (object);

  switch (id)
    {
    case PROP_SELECTED:    g_value_set_string (value, self->selected); break;
    case PROP_ZOOM:        g_value_set_double (value, self->zoom); break;
    case PROP_HADJUSTMENT: g_value_set_object (value, self->hadjustment); break;
    case PROP_VADJUSTMENT: g_value_set_object (value, self->vadjustment); break;
    case PROP_HPOLICY:     g_value_set_enum (value, self->hpolicy); break;
    case PROP_VPOLICY:     g_value_set_enum (value, self->vpolicy); break;
    default:               G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_topology_view_dispose (GObject *object)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->tick, g_source_remove);
  g_ptr_array_set_size (self->nodes, 0);
  g_hash_table_remove_all (self->by_id);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  G_OBJECT_CLASS (tc_topology_view_parent_class)->dispose (object);
}

static void
tc_topology_view_finalize (GObject *object)
{
  TcTopologyView *self = TC_TOPOLOGY_VIEW (object);

  g_clear_pointer (&self->graph, tc_graph_unref);
  g_ptr_array_unref (self->nodes);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->runs);
  g_free (self->selected);
  G_OBJECT_CLASS (tc_topology_view_parent_class)->finalize (object);
}

static void
tc_topology_view_class_init (TcTopologyViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = tc_topology_view_set_property;
  object_class->get_property = tc_topology_view_get_property;
  object_class->dispose = tc_topology_view_dispose;
  object_class->finalize = tc_topology_view_finalize;
  widget_class->map = tc_topology_view_map;
  widget_class->measure = tc_topology_view_measure;
  widget_class->size_allocate = tc_topology_view_size_allocate;
  widget_class->snapshot = tc_topology_view_snapshot;

  properties[PROP_SELECTED] = g_param_spec_string ("selected", NULL, NULL, NULL,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, ZOOM_MIN, ZOOM_MAX, 1,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HPOLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VPOLICY, "vscroll-policy");
  signals[ACTIVATED] = g_signal_new ("activated", TC_TYPE_TOPOLOGY_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_css_name (widget_class, "topology");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tc_topology_view_init (TcTopologyView *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new (), *pan = gtk_gesture_drag_new ();

  self->zoom = tc_text_scale (GTK_WIDGET (self));
  self->nodes = g_ptr_array_new ();
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinched), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (pan), GDK_BUTTON_MIDDLE);
  g_signal_connect (pan, "drag-begin", G_CALLBACK (pan_begin), self);
  g_signal_connect (pan, "drag-update", G_CALLBACK (panned), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pan));
  update_accessible (self);
}

GtkWidget *
tc_topology_view_new (void)
{
  return g_object_new (TC_TYPE_TOPOLOGY_VIEW, NULL);
}
