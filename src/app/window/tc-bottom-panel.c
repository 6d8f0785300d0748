/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-bottom-panel.h"

#include "tc-execution-view.h"
#include "tc-problem-list.h"
#include "tc-state-icon.h"
#include <glib/gi18n-lib.h>

struct _TcBottomPanel
{
  GtkWidget        parent_instance;

  GtkToggleButton *problems_button, *execution_button;
  GtkLabel        *problems_label;
  GtkImage        *state_icon;
  GtkBox          *view_bar;
  GtkStack        *stack;
  TcProblemList   *problems;
  TcExecutionView *execution;       /* made for the first execution: the first window comes sooner without it */
  TcFlowPage      *page;
  TcExecutionItem *item;
  TcSession       *session;
};

G_DEFINE_FINAL_TYPE (TcBottomPanel, tc_bottom_panel, GTK_TYPE_WIDGET)

enum { PROBLEM_ACTIVATED, TASK_SELECTED, HIDE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
update_stack (TcBottomPanel *self)
{
  const gboolean problems = gtk_toggle_button_get_active (self->problems_button);

  gtk_stack_set_visible_child_name (self->stack, problems ? "problems" : self->item != NULL ? "execution" : "nothing");
  gtk_widget_set_opacity (GTK_WIDGET (self->view_bar), problems || self->item == NULL ? 0 : 1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->view_bar), !problems && self->item != NULL);
}

static void
page_toggled (TcBottomPanel *self)
{
  update_stack (self);
}

static void
hide_clicked (TcBottomPanel *self)
{
  g_signal_emit (self, signals[HIDE], 0);
}

static void
problem_corrected (TcBottomPanel *self,
                   TcProblem     *problem)
{
  if (self->page != NULL)
    tc_flow_buffer_correct (tc_flow_page_get_buffer (self->page), tc_problem_get_diagnostic (problem));
}

static void
problem_activated (TcBottomPanel *self,
                   TcProblem     *problem)
{
  g_signal_emit (self, signals[PROBLEM_ACTIVATED], 0, problem);
}

static void
task_selected (TcBottomPanel *self,
               const char    *task_id)
{
  g_signal_emit (self, signals[TASK_SELECTED], 0, task_id);
}

static void
show_count (TcBottomPanel *self)
{
  guint errors = 0, warnings = 0;
  g_autofree char *text = NULL;

  if (self->page != NULL)
    tc_flow_buffer_count (tc_flow_page_get_buffer (self->page), &errors, &warnings);
  text = errors + warnings > 0 ? g_strdup_printf (_("Problems %u"), errors + warnings) : g_strdup (_("Problems"));
  gtk_label_set_text (self->problems_label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->problems_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show_state (TcBottomPanel *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), self->item != NULL);
  if (self->item != NULL)
    tc_state_icon_show (self->state_icon, tc_execution_item_get_state (self->item));
}

static TcExecutionView *
ensure_view (TcBottomPanel *self)
{
  if (self->execution != NULL)
    return self->execution;
  self->execution = g_object_new (TC_TYPE_EXECUTION_VIEW, NULL);
  tc_execution_view_set_session (self->execution, self->session);
  g_signal_connect_object (self->execution, "task-selected", G_CALLBACK (task_selected), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->execution), "execution");
  gtk_box_append (self->view_bar, tc_execution_view_get_bar (self->execution));
  return self->execution;
}

static void
execution_changed (TcBottomPanel *self)
{
  TcExecutionItem *item = self->page != NULL ? tc_page_get_execution (TC_PAGE (self->page)) : NULL;

  if (item != self->item)
    {
      if (self->item != NULL)
        g_signal_handlers_disconnect_by_func (self->item, show_state, self);
      g_set_object (&self->item, item);
      if (item != NULL)
        g_signal_connect_object (item, "notify::head", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
      if (item != NULL || self->execution != NULL)
        tc_execution_view_set_execution (ensure_view (self), item);
    }
  show_state (self);
  update_stack (self);
}

static void
drop_page (TcBottomPanel *self)
{
  if (self->page == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->page, execution_changed, self);
  if (tc_flow_page_get_buffer (self->page) != NULL)
    g_signal_handlers_disconnect_by_func (tc_flow_page_get_buffer (self->page), show_count, self);
  g_clear_object (&self->page);
}

void
tc_bottom_panel_set_page (TcBottomPanel *self,
                          TcFlowPage    *page)
{
  if (self->page == page)
    return;
  drop_page (self);
  if (page != NULL)
    {
      self->page = g_object_ref (page);
      g_signal_connect_object (page, "notify::execution", G_CALLBACK (execution_changed), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (tc_flow_page_get_buffer (page), "checked", G_CALLBACK (show_count), self, G_CONNECT_SWAPPED);
    }
  tc_problem_list_set_model (self->problems, page != NULL ? tc_flow_buffer_get_problems (tc_flow_page_get_buffer (page)) : NULL);
  show_count (self);
  execution_changed (self);
}

void
tc_bottom_panel_set_session (TcBottomPanel *self,
                             TcSession     *session)
{
  g_set_object (&self->session, session);
}

void
tc_bottom_panel_show (TcBottomPanel *self,
                      const char    *what)
{
  if (g_str_equal (what, "problems"))
    {
      gtk_toggle_button_set_active (self->problems_button, TRUE);
      return;
    }
  gtk_toggle_button_set_active (self->execution_button, TRUE);
  if (!g_str_equal (what, "execution"))
    tc_execution_view_show (ensure_view (self), what);
}

static void
tc_bottom_panel_dispose (GObject *object)
{
  TcBottomPanel *self = TC_BOTTOM_PANEL (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  drop_page (self);
  g_clear_object (&self->item);
  g_clear_object (&self->session);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (tc_bottom_panel_parent_class)->dispose (object);
}

static void
tc_bottom_panel_class_init (TcBottomPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = TC_TYPE_BOTTOM_PANEL;

  G_OBJECT_CLASS (klass)->dispose = tc_bottom_panel_dispose;
  signals[PROBLEM_ACTIVATED] = g_signal_new ("problem-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, TC_TYPE_PROBLEM);
  signals[TASK_SELECTED] = g_signal_new ("task-selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[HIDE] = g_signal_new ("hide-panel", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (TC_TYPE_PROBLEM_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/window/tc-bottom-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, problems_button);
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, execution_button);
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, problems_label);
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, state_icon);
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, view_bar);
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, stack);
  gtk_widget_class_bind_template_child (widget_class, TcBottomPanel, problems);
  gtk_widget_class_bind_template_callback (widget_class, page_toggled);
  gtk_widget_class_bind_template_callback (widget_class, hide_clicked);
  gtk_widget_class_bind_template_callback (widget_class, problem_activated);
  gtk_widget_class_bind_template_callback (widget_class, problem_corrected);
}

static void
tc_bottom_panel_init (TcBottomPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_stack (self);
}
