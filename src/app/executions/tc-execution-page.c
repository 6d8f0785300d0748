/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution-page.h"

#include "tc-execution-view.h"
#include "tc-flow-check.h"
#include "tc-format.h"
#include "tc-state-icon.h"
#include "tc-topology-view.h"
#include <glib/gi18n-lib.h>

struct _TcExecutionPage
{
  TcPage           parent_instance;

  TcSession       *session;
  TcExecutionItem *item;
  GtkImage        *icon;
  GtkBox          *bar_place;
  GtkToggleButton *topology_button;
  TcExecutionView *view;
  TcTopologyView  *topology;
  gboolean         drawn;
};

G_DEFINE_FINAL_TYPE (TcExecutionPage, tc_execution_page, TC_TYPE_PAGE)

enum { OPEN_FLOW, N_SIGNALS };
static guint signals[N_SIGNALS];

/* The topology is that of the flow as it was executed. */

static void
checked (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (TcExecutionPage) self = data;
  g_autoptr (TcFlowCheck) check = tc_flow_check_finish (result, NULL);
  g_autoptr (GPtrArray) runs = NULL;

  if (check == NULL || check->graph == NULL || self->item == NULL)
    return;
  tc_topology_view_set_graph (self->topology, check->graph, check->width, check->height);
  runs = tc_execution_item_list_runs (self->item);
  tc_topology_view_update_runs (self->topology, runs);
}

static void
draw_topology (TcExecutionPage *self)
{
  const char *source = tc_execution_item_get_source (self->item);
  TcRegistry *registry = tc_session_get_registry (self->session);

  if (self->drawn || source == NULL || registry == NULL)
    return;
  self->drawn = TRUE;
  tc_flow_check_async (source, registry, tc_topology_view_metrics (), NULL, checked, g_object_ref (self));
}

static void
runs_changed (TcExecutionPage *self,
              GPtrArray       *runs)
{
  tc_topology_view_update_runs (self->topology, runs);
}

static void
head_changed (TcExecutionPage *self)
{
  const TcHead *head = tc_execution_item_get_head (self->item);
  g_autofree char *title = NULL, *started = NULL;

  draw_topology (self);
  if (head == NULL)
    return;
  started = tc_format_time (head->history.items[0].at_us);
  title = g_strdup_printf ("%s %.8s", head->flow_id, head->id);
  tc_page_set_title (TC_PAGE (self), title);
  tc_page_set_subtitle (TC_PAGE (self), head->namespace);
  tc_state_icon_show (self->icon, tc_head_state (head));
}

static void
task_selected (TcExecutionPage *self,
               const char      *task_id)
{
  tc_topology_view_set_selected (self->topology, task_id);
}

static void
flow_clicked (TcExecutionPage *self)
{
  const TcHead *head = tc_execution_item_get_head (self->item);

  if (head != NULL)
    g_signal_emit (self, signals[OPEN_FLOW], 0, head->namespace, head->flow_id);
}

static void
tc_execution_page_dispose (GObject *object)
{
  TcExecutionPage *self = TC_EXECUTION_PAGE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (tc_execution_page_parent_class)->dispose (object);
}

static void
tc_execution_page_class_init (TcExecutionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_execution_page_dispose;
  g_type_ensure (TC_TYPE_EXECUTION_VIEW);
  g_type_ensure (TC_TYPE_TOPOLOGY_VIEW);
  signals[OPEN_FLOW] = g_signal_new ("open-flow", TC_TYPE_EXECUTION_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                     G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/executions/tc-execution-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TcExecutionPage, icon);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionPage, bar_place);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionPage, topology_button);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionPage, view);
  gtk_widget_class_bind_template_child (widget_class, TcExecutionPage, topology);
  gtk_widget_class_bind_template_callback (widget_class, task_selected);
  gtk_widget_class_bind_template_callback (widget_class, flow_clicked);
}

static void
tc_execution_page_init (TcExecutionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_box_append (self->bar_place, tc_execution_view_get_bar (self->view));
}

GtkWidget *
tc_execution_page_new (TcSession       *session,
                       TcExecutionItem *item)
{
  TcExecutionPage *self = g_object_new (TC_TYPE_EXECUTION_PAGE, NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  tc_page_set_title (TC_PAGE (self), _("Execution"));
  tc_execution_view_set_session (self->view, session);
  tc_execution_view_set_execution (self->view, item);
  tc_page_set_execution (TC_PAGE (self), item);
  g_signal_connect_object (item, "notify::head", G_CALLBACK (head_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::error", G_CALLBACK (head_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "runs-changed", G_CALLBACK (runs_changed), self, G_CONNECT_SWAPPED);
  head_changed (self);
  return GTK_WIDGET (self);
}

void
tc_execution_page_show (TcExecutionPage *self,
                        const char      *view)
{
  tc_execution_view_show (self->view, view);
}
