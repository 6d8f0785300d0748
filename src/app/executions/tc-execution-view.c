/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution-view.h"

#include "tc-format.h"
#include "tc-gantt.h"
#include "tc-log-view.h"
#include "tc-metrics-view.h"
#include "tc-outputs-view.h"
#include "tc-overview.h"
#include <glib/gi18n-lib.h>

#define N_VIEWS 5

struct _TcExecutionView
{
  GtkWidget        parent_instance;

  TcSession       *session;
  TcExecutionItem *item;
  GtkWidget       *bar;
  GtkToggleButton *gantt_button, *logs_button, *outputs_button, *metrics_button, *overview_button;
  GtkLabel        *summary, *pull_label, *pull_text;
  GtkWidget       *pull_box;
  GtkProgressBar  *pull_bar;
  GtkStack        *stack;
  TcGantt         *gantt;
  TcLogView       *logs;
  TcOutputsView   *outputs;
  TcMetricsView   *metrics;
  TcOverview      *overview;
  gboolean         watching;
};

G_DEFINE_FINAL_TYPE (TcExecutionView, tc_execution_view, GTK_TYPE_WIDGET)

enum { TASK_SELECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GtkToggleButton *
view_button (TcExecutionView *self,
             const char      *view)
{
  return g_str_equal (view, "logs")       ? self->logs_button
         : g_str_equal (view, "outputs")  ? self->outputs_button
         : g_str_equal (view, "metrics")  ? self->metrics_button
         : g_str_equal (view, "overview") ? self->overview_button
                                          : self->gantt_button;
}

static void
view_toggled (TcExecutionView *self,
              GtkToggleButton *button)
{
  static const char *const views[N_VIEWS] = { "gantt", "logs", "outputs", "metrics", "overview" };

  if (!gtk_toggle_button_get_active (button))
    return;
  for (int i = 0; i < N_VIEWS; i++)
    if (view_button (self, views[i]) == button)
      gtk_stack_set_visible_child_name (self->stack, views[i]);
}

void
tc_execution_view_show (TcExecutionView *self,
                        const char      *view)
{
  gtk_toggle_button_set_active (view_button (self, view), TRUE);
}

static void
task_selected (TcExecutionView *self,
               const char      *task_id)
{
  g_signal_emit (self, signals[TASK_SELECTED], 0, task_id);
}

/* What is going on, in one line. */

static void
count_runs (TcExecutionItem *item,
            guint           *done,
            guint           *all)
{
  g_autoptr (GPtrArray) runs = tc_execution_item_list_runs (item);

  *done = 0;
  *all = runs->len;
  for (guint i = 0; i < runs->len; i++)
    *done += tc_state_is_terminated (tc_task_run_state (runs->pdata[i]));
}

static void
show_summary (TcExecutionView *self)
{
  const TcHead *head = self->item != NULL ? tc_execution_item_get_head (self->item) : NULL;
  g_autofree char *duration = NULL, *text = NULL;
  guint done, all;

  if (head == NULL)
    {
      const char *error = self->item != NULL ? tc_execution_item_get_error (self->item) : NULL;

      gtk_label_set_text (self->summary, error != NULL ? error : "");
      return;
    }
  count_runs (self->item, &done, &all);
  duration = tc_format_duration (tc_execution_item_get_elapsed (self->item));
  if (head->error != NULL)
    text = g_strdup_printf ("%s · %s · %s", tc_state_name (tc_head_state (head)), duration, head->error);
  else if (tc_execution_item_is_live (self->item))
    /* Translators: state, time since start, task runs that ended of all */
    text = g_strdup_printf (_("%s · %s · %u of %u task runs"), tc_state_name (tc_head_state (head)), duration, done, all);
  else
    text = g_strdup_printf ("%s · %s", tc_state_name (tc_head_state (head)), duration);
  gtk_label_set_text (self->summary, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary), text);
}

/* Image pulls. */

static void
show_pull (TcExecutionView *self)
{
  const TcValue *pull = self->item != NULL ? tc_execution_item_get_pull (self->item) : NULL;
  const gboolean pulling = g_strcmp0 (tc_value_get_str (pull, "state"), "pulling") == 0;
  const int64_t bytes = tc_value_get_i64 (pull, "bytes", 0), done = tc_value_get_i64 (pull, "bytesDone", 0);
  g_autofree char *what = NULL, *text = NULL;

  gtk_widget_set_visible (self->pull_box, pulling);
  if (!pulling)
    return;
  what = g_strdup_printf (_("Pulling %s"), tc_value_get_str (pull, "image"));
  gtk_label_set_text (self->pull_label, what);
  text = tc_format_pull (pull);
  gtk_label_set_text (self->pull_text, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pull_bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  if (bytes > 0)
    gtk_progress_bar_set_fraction (self->pull_bar, CLAMP ((double) done / (double) bytes, 0, 1));
  else
    gtk_progress_bar_pulse (self->pull_bar);
}

static void
set_watching (TcExecutionView *self,
              gboolean         watching)
{
  if (self->watching == watching || self->item == NULL)
    return;
  self->watching = watching;
  if (watching)
    tc_execution_item_watch (self->item);
  else
    tc_execution_item_unwatch (self->item);
}

static void
tc_execution_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_execution_view_parent_class)->map (widget);
  set_watching (TC_EXECUTION_VIEW (widget), TRUE);
}

static void
tc_execution_view_unmap (GtkWidget *widget)
{
  set_watching (TC_EXECUTION_VIEW (widget), FALSE);
  GTK_WIDGET_CLASS (tc_execution_view_parent_class)->unmap (widget);
}

void
tc_execution_view_set_session (TcExecutionView *self,
                               TcSession       *session)
{
  g_set_object (&self->session, session);
}

static void
disconnect_item (TcExecutionView *self)
{
  if (self->item == NULL)
    return;
  set_watching (self, FALSE);
  g_signal_handlers_disconnect_by_func (self->item, show_summary, self);
  g_signal_handlers_disconnect_by_func (self->item, show_pull, self);
}

void
tc_execution_view_set_execution (TcExecutionView *self,
                                 TcExecutionItem *item)
{
  TcEngine *engine = self->session != NULL ? tc_session_get_engine (self->session) : NULL;

  if (self->item == item)
    return;
  disconnect_item (self);
  g_set_object (&self->item, item);
  tc_gantt_set_execution (self->gantt, item);
  tc_log_view_set_execution (self->logs, engine, item);
  tc_outputs_view_set_execution (self->outputs, engine, item);
  tc_metrics_view_set_execution (self->metrics, engine, item);
  tc_overview_set_execution (self->overview, item);
  if (item != NULL)
    {
      g_signal_connect_object (item, "notify::head", G_CALLBACK (show_summary), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (item, "notify::error", G_CALLBACK (show_summary), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (item, "tick", G_CALLBACK (show_summary), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (item, "notify::pull", G_CALLBACK (show_pull), self, G_CONNECT_SWAPPED);
      set_watching (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
    }
  show_summary (self);
  show_pull (self);
}

GtkWidget *
tc_execution_view_get_bar (TcExecutionView *self)
{
  return self->bar;
}

static void
tc_execution_view_dispose (GObject *object)
{
  TcExecutionView *self = TC_EXECUTION_VIEW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  disconnect_item (self);
  g_clear_object (&self->item);
  g_clear_object (&self->session);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (tc_execution_view_parent_class)->dispose (object);
}

static void
ensure_types (void)
{
  g_type_ensure (TC_TYPE_GANTT);
  g_type_ensure (TC_TYPE_LOG_VIEW);
  g_type_ensure (TC_TYPE_OUTPUTS_VIEW);
  g_type_ensure (TC_TYPE_METRICS_VIEW);
  g_type_ensure (TC_TYPE_OVERVIEW);
}

static void
tc_execution_view_class_init (TcExecutionViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_execution_view_dispose;
  widget_class->map = tc_execution_view_map;
  widget_class->unmap = tc_execution_view_unmap;
  signals[TASK_SELECTED] = g_signal_new ("task-selected", TC_TYPE_EXECUTION_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_STRING);
  ensure_types ();
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/executions/tc-execution-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, bar);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, gantt_button);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, logs_button);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, outputs_button);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, metrics_button);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, overview_button);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, summary);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, pull_box);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, pull_label);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, pull_bar);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, pull_text);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, stack);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, gantt);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, logs);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, outputs);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, metrics);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionView, overview);
  gtk_widget_class_bind_template_callback (widget_class, view_toggled);
  gtk_widget_class_bind_template_callback (widget_class, task_selected);
}

static void
tc_execution_view_init (TcExecutionView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
