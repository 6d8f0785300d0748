/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-topology-node.h"

#include "tc-state-look.h"
#include "tc-text-scale.h"
#include <glib/gi18n.h>

#define STRIP_WIDTH 6
#define ICON_SIZE 16
#define PADDING 8
#define PROGRESS_HEIGHT 3

struct _TcTopologyNode
{
  GtkWidget    parent_instance;

  TcNodeKind   kind;
  char        *id, *title, *type, *next;
  gboolean     is_set, is_handler, disabled, plain;

  GHashTable  *runs;                     /* run id → TcTaskRun */
  TcTaskRun   *last;                     /* the newest run, or NULL */
  guint        counts[TC_N_STATES];
  int64_t      now_us;

  double       fraction;                 /* < 0: pulses */
  char        *progress;                 /* or NULL: none */

  PangoLayout *top, *bottom, *time;
  gboolean     stale;                    /* layouts do not show the present texts */
};

G_DEFINE_TYPE (TcTopologyNode, tc_topology_node, GTK_TYPE_WIDGET)

/* The state that stands for several runs: what needs attention first. */
static const TcState by_weight[] = {
  TC_STATE_FAILED, TC_STATE_KILLING, TC_STATE_RUNNING, TC_STATE_RETRYING, TC_STATE_PAUSED, TC_STATE_BREAKPOINT, TC_STATE_SUBMITTED,
  TC_STATE_RESTARTED, TC_STATE_CREATED, TC_STATE_QUEUED, TC_STATE_KILLED, TC_STATE_CANCELLED, TC_STATE_WARNING, TC_STATE_RETRIED,
  TC_STATE_RESUBMITTED, TC_STATE_SUCCESS, TC_STATE_SKIPPED,
};

static gboolean
node_state (TcTopologyNode *self,
            TcState        *state)
{
  for (size_t i = 0; i < G_N_ELEMENTS (by_weight); i++)
    if (self->counts[by_weight[i]] > 0)
      {
        *state = by_weight[i];
        return TRUE;
      }
  return FALSE;
}

/* "io.kestra.plugin.scripts.python.Script" → "python.Script"; "io.kestra.plugin.core.log.Log" → "Log". */
static const char *
short_type (const char *type)
{
  const char *last = strrchr (type, '.');
  const char *name = last != NULL ? last + 1 : type;

  if (!g_str_equal (name, "Script") && !g_str_equal (name, "Commands"))
    return name;
  for (const char *at = last - 1; last != NULL && at > type; at--)
    if (*at == '.')
      return at + 1;
  return name;
}

static char *
format_seconds (int64_t us)
{
  int64_t seconds = us / G_USEC_PER_SEC;

  if (us < 0)
    us = seconds = 0;
  if (seconds < 60)
    return g_strdup_printf (C_("duration", "%.1f s"), us / (double) G_USEC_PER_SEC);
  if (seconds < 3600)
    return g_strdup_printf (C_("duration", "%d min %d s"), (int) (seconds / 60), (int) (seconds % 60));
  return g_strdup_printf (C_("duration", "%d h %d min"), (int) (seconds / 3600), (int) (seconds / 60 % 60));
}

/* When the work of the newest run began and ended; FALSE: not yet. */
static gboolean
run_times (const TcTaskRun *run,
           int64_t         *start_us,
           int64_t         *end_us)
{
  const TcStateChange *last = &run->history.items[run->history.n - 1];

  for (size_t i = 0; i < run->history.n; i++)
    if (run->history.items[i].state == TC_STATE_RUNNING)
      {
        *start_us = run->history.items[i].at_us;
        *end_us = tc_state_is_terminated (last->state) ? last->at_us : 0;
        return TRUE;
      }
  return FALSE;
}

static char *
time_text (TcTopologyNode *self)
{
  int64_t start_us, end_us;

  if (self->last == NULL || g_hash_table_size (self->runs) != 1 || !run_times (self->last, &start_us, &end_us))
    return g_strdup ("");
  if (end_us == 0)
    end_us = MAX (self->now_us, start_us);
  return format_seconds (end_us - start_us);
}

static void
append_part (GString    *out,
             const char *separator,
             const char *text)
{
  if (out->len > 0)
    g_string_append (out, separator);
  g_string_append (out, text);
}

/* What the runs say in words: tries of one run, counts of several. */
static void
append_runs (TcTopologyNode *self,
             GString        *out,
             const char     *separator)
{
  if (g_hash_table_size (self->runs) > 1)
    {
      for (size_t i = 0; i < G_N_ELEMENTS (by_weight); i++)
        if (self->counts[by_weight[i]] > 0)
          {
            g_autofree char *part = g_strdup_printf ("%u %s", self->counts[by_weight[i]], tc_state_name (by_weight[i]));
            append_part (out, separator, part);
          }
    }
  else if (self->last != NULL && self->last->attempts != NULL && self->last->attempts->len > 1)
    {
      g_autofree char *part = g_strdup_printf (_("try %u"), self->last->attempts->len);
      append_part (out, separator, part);
    }
}

static void
update_accessible (TcTopologyNode *self)
{
  g_autoptr (GString) name = g_string_new (self->title);
  g_autofree char *time = time_text (self);
  g_autofree char *description = self->next != NULL ? g_strdup_printf (_("followed by %s"), self->next) : NULL;
  TcState state;

  if (self->type != NULL)
    append_part (name, ", ", short_type (self->type));
  if (self->disabled)
    append_part (name, ", ", _("disabled"));
  if (node_state (self, &state))
    append_part (name, ", ", tc_state_name (state));
  if (*time != '\0')
    append_part (name, ", ", time);
  append_runs (self, name, ", ");
  if (self->progress != NULL)
    append_part (name, ", ", self->progress);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name->str,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description != NULL ? description : "",
                                  -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name->str);
}

static void
node_changed (TcTopologyNode *self)
{
  self->stale = TRUE;
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static PangoLayout *
ensure_layout (TcTopologyNode *self,
               PangoLayout   **layout,
               double          scale,
               PangoWeight     weight)
{
  if (*layout == NULL)
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
      /* Nodes have sizes of their own, which the view enlarges with the text in them. */
      pango_attr_list_insert (attributes, pango_attr_scale_new (scale / tc_text_scale (GTK_WIDGET (self))));
      pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
      pango_layout_set_attributes (*layout, attributes);
      pango_layout_set_ellipsize (*layout, PANGO_ELLIPSIZE_MIDDLE);
    }
  return *layout;
}

static void
update_layouts (TcTopologyNode *self)
{
  g_autoptr (GString) second = g_string_new (NULL);
  g_autofree char *time = time_text (self);
  int width = gtk_widget_get_width (GTK_WIDGET (self)), time_width = 0;
  int text_left = STRIP_WIDTH + PADDING + ICON_SIZE + PADDING;
  PangoLayout *top = ensure_layout (self, &self->top, 1.0, PANGO_WEIGHT_BOLD);
  PangoLayout *bottom = ensure_layout (self, &self->bottom, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
  PangoLayout *right = ensure_layout (self, &self->time, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);

  if (self->progress != NULL)
    g_string_append (second, self->progress);
  else
    {
      if (self->type != NULL)
        g_string_append (second, short_type (self->type));
      append_runs (self, second, " · ");
    }
  pango_layout_set_text (right, time, -1);
  pango_layout_get_pixel_size (right, &time_width, NULL);
  pango_layout_set_text (top, self->title, -1);
  pango_layout_set_width (top, MAX (0, width - text_left - PADDING - (time_width > 0 ? time_width + PADDING : 0)) * PANGO_SCALE);
  pango_layout_set_text (bottom, second->str, -1);
  pango_layout_set_width (bottom, MAX (0, width - text_left - PADDING) * PANGO_SCALE);
  self->stale = FALSE;
}

static void
snapshot_layout (GtkSnapshot   *snapshot,
                 PangoLayout   *layout,
                 double         x,
                 double         y,
                 const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_icon (TcTopologyNode *self,
               GtkSnapshot    *snapshot,
               const char     *name,
               double          x,
               double          y,
               const GdkRGBA  *color)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (theme, name, NULL, ICON_SIZE,
                                                                  gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                                                  gtk_widget_get_direction (GTK_WIDGET (self)), 0);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE, ICON_SIZE, color, 1);
  gtk_snapshot_restore (snapshot);
}

/* A lane has one line: what a task says below its title stands beside it. */
static void
snapshot_beside (TcTopologyNode *self,
                 GtkSnapshot    *snapshot,
                 double          x,
                 const GdkRGBA  *color)
{
  GdkRGBA faint = *color;
  int width, height, small;

  pango_layout_get_pixel_size (self->top, &width, &height);
  pango_layout_get_pixel_size (self->bottom, NULL, &small);
  faint.alpha *= 0.7f;
  snapshot_layout (snapshot, self->bottom, x + width + PADDING, PADDING + (height - small) / 2.0 + 1, &faint);
}

static void
snapshot_progress (TcTopologyNode *self,
                   GtkSnapshot    *snapshot,
                   double          width,
                   double          height,
                   const GdkRGBA  *color)
{
  double from = 0, length = self->fraction * width;

  if (self->progress == NULL)
    return;
  if (self->fraction < 0)
    {
      length = width / 4;
      from = (self->now_us / (G_USEC_PER_SEC / 4)) % 4 * length;
    }
  gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (from, height - PROGRESS_HEIGHT, length, PROGRESS_HEIGHT));
}

static const char *
node_icon (TcTopologyNode *self,
           TcState         state,
           gboolean        has_state)
{
  if (has_state)
    return tc_state_look_icon (state);
  if (self->kind == TC_NODE_TRIGGER)
    return "alarm-symbolic";
  return self->disabled ? "tc-state-skipped-symbolic" : NULL;
}

static GdkRGBA
state_color (TcTopologyNode *self,
             TcState         state,
             gboolean        has_state)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA color;

  if (!has_state || !gtk_style_context_lookup_color (style, tc_state_look_color (state), &color))
    {
      gtk_style_context_get_color (style, &color);
      color.alpha *= 0.3f;
    }
  return color;
}

static void
tc_topology_node_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  TcTopologyNode *self = TC_TOPOLOGY_NODE (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  TcState state = TC_STATE_CREATED;
  gboolean has_state = node_state (self, &state), leaf = self->kind == TC_NODE_TASK || self->kind == TC_NODE_TRIGGER;
  GdkRGBA color = state_color (self, state, has_state), text;
  const char *icon = node_icon (self, state, has_state);
  double left = STRIP_WIDTH + PADDING, text_left = icon != NULL || leaf ? left + ICON_SIZE + PADDING : left;

  if (leaf || has_state)
    gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (0, 0, self->plain && leaf ? width : STRIP_WIDTH, height));
  if (self->plain)
    return;
  if (self->stale || self->top == NULL)
    update_layouts (self);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  if (icon != NULL)
    snapshot_icon (self, snapshot, icon, left, leaf ? (height - ICON_SIZE) / 2 : PADDING, &color);
  snapshot_layout (snapshot, self->top, text_left, PADDING, &text);
  if (*pango_layout_get_text (self->time) != '\0')
    {
      int time_width;

      pango_layout_get_pixel_size (self->time, &time_width, NULL);
      snapshot_layout (snapshot, self->time, width - PADDING - time_width, PADDING + 1, &text);
    }
  if (leaf)
    snapshot_layout (snapshot, self->bottom, text_left, height / 2 + 2, &text);
  else
    snapshot_beside (self, snapshot, text_left, &text);
  snapshot_progress (self, snapshot, width, height, &color);
}

static void
forget_layouts (TcTopologyNode *self)
{
  g_clear_object (&self->top);
  g_clear_object (&self->bottom);
  g_clear_object (&self->time);
}

static void
tc_topology_node_css_changed (GtkWidget         *widget,
                              GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tc_topology_node_parent_class)->css_changed (widget, change);
  forget_layouts (TC_TOPOLOGY_NODE (widget));
}

static void
tc_topology_node_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  TC_TOPOLOGY_NODE (widget)->stale = TRUE;
}

static void
tc_topology_node_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = *natural = 1;   /* the graph's layout decides */
}

static void
tc_topology_node_finalize (GObject *object)
{
  TcTopologyNode *self = TC_TOPOLOGY_NODE (object);

  forget_layouts (self);
  g_clear_pointer (&self->last, tc_task_run_unref);
  g_hash_table_unref (self->runs);
  g_free (self->id);
  g_free (self->title);
  g_free (self->type);
  g_free (self->next);
  g_free (self->progress);
  G_OBJECT_CLASS (tc_topology_node_parent_class)->finalize (object);
}

static void
tc_topology_node_class_init (TcTopologyNodeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tc_topology_node_finalize;
  widget_class->snapshot = tc_topology_node_snapshot;
  widget_class->measure = tc_topology_node_measure;
  widget_class->size_allocate = tc_topology_node_size_allocate;
  widget_class->css_changed = tc_topology_node_css_changed;
  gtk_widget_class_set_css_name (widget_class, "node");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
tc_topology_node_init (TcTopologyNode *self)
{
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tc_task_run_unref);
  self->title = g_strdup ("");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

TcTopologyNode *
tc_topology_node_new (void)
{
  return g_object_new (TC_TYPE_TOPOLOGY_NODE, NULL);
}

static gboolean
is_handler (const TcGraphNode *node)
{
  return node->lane == TC_LANE_ERRORS || node->lane == TC_LANE_FINALLY || node->lane == TC_LANE_AFTER;
}

static gboolean
shows (TcTopologyNode    *self,
       const TcGraphNode *node)
{
  return self->is_set && self->kind == node->kind && self->disabled == node->disabled && self->is_handler == is_handler (node)
         && g_strcmp0 (self->id, node->id) == 0 && g_strcmp0 (self->title, node->title != NULL ? node->title : "") == 0
         && g_strcmp0 (self->type, node->type) == 0;
}

void
tc_topology_node_set_node (TcTopologyNode    *self,
                           const TcGraphNode *node)
{
  static const char *const classes[] = { "task", "lane", "trigger", "branch" };

  /* At each check of a text that is being typed, nearly all nodes are as they were; styling and telling them anew costs much. */
  if (shows (self, node))
    return;
  self->is_set = TRUE;
  self->is_handler = is_handler (node);
  self->kind = node->kind;
  self->disabled = node->disabled;
  g_free (self->id);
  self->id = g_strdup (node->id);
  g_free (self->title);
  self->title = g_strdup (node->title != NULL ? node->title : "");
  g_free (self->type);
  self->type = g_strdup (node->type);
  for (size_t i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self), classes[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self), classes[node->kind]);
  if (self->is_handler)
    gtk_widget_add_css_class (GTK_WIDGET (self), "handler");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "handler");
  gtk_widget_set_focusable (GTK_WIDGET (self), tc_topology_node_is_task (self));
  gtk_widget_set_can_target (GTK_WIDGET (self), tc_topology_node_is_task (self));
  node_changed (self);
}

const char *
tc_topology_node_get_id (TcTopologyNode *self)
{
  return self->id;
}

gboolean
tc_topology_node_is_task (TcTopologyNode *self)
{
  return self->kind != TC_NODE_BRANCH && self->id != NULL && strchr (self->id, '/') == NULL;
}

void
tc_topology_node_put_run (TcTopologyNode  *self,
                          const TcTaskRun *run)
{
  TcTaskRun *old = g_hash_table_lookup (self->runs, run->id);
  TcState state;

  if (old != NULL)
    self->counts[tc_task_run_state (old)]--;
  self->counts[tc_task_run_state (run)]++;
  g_clear_pointer (&self->last, tc_task_run_unref);
  self->last = tc_task_run_ref (run);
  g_hash_table_replace (self->runs, run->id, tc_task_run_ref (run));
  if (node_state (self, &state))
    tc_state_look_apply (GTK_WIDGET (self), state);
  node_changed (self);
}

void
tc_topology_node_clear_runs (TcTopologyNode *self)
{
  TcState state;

  if (node_state (self, &state))
    gtk_widget_remove_css_class (GTK_WIDGET (self), tc_state_look_class (state));
  g_clear_pointer (&self->last, tc_task_run_unref);
  g_hash_table_remove_all (self->runs);
  memset (self->counts, 0, sizeof self->counts);
  tc_topology_node_set_progress (self, 0, NULL);
}

void
tc_topology_node_set_progress (TcTopologyNode *self,
                               double          fraction,
                               const char     *text)
{
  char *copy = g_strdup (text);

  g_free (self->progress);
  self->progress = copy;
  self->fraction = MIN (fraction, 1);
  node_changed (self);
}

void
tc_topology_node_set_next (TcTopologyNode *self,
                           const char     *next)
{
  if (g_strcmp0 (next, self->next) == 0)
    return;
  g_free (self->next);
  self->next = g_strdup (next);
  update_accessible (self);
}

void
tc_topology_node_set_plain (TcTopologyNode *self,
                            gboolean        plain)
{
  if (self->plain == plain)
    return;
  self->plain = plain;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
tc_topology_node_tick (TcTopologyNode *self,
                       int64_t         now_us)
{
  int64_t start_us, end_us;
  gboolean runs = self->last != NULL && run_times (self->last, &start_us, &end_us) && end_us == 0;

  if (!runs && self->progress == NULL)
    return FALSE;
  self->now_us = now_us;
  self->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}
