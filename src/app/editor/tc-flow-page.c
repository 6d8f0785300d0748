/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-page-private.h"

#include "tc-flow-completion.h"
#include "tc-flow-hover.h"
#include "tc-state-icon.h"
#include "tc-text-scale.h"
#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (TcFlowPage, tc_flow_page, TC_TYPE_PAGE)

enum { PROP_0, PROP_VIEW, PROP_FLOW_ID, PROP_FLOW_NAMESPACE, PROP_RUNNABLE, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { CARET_MOVED, SHOW_PANEL, TOAST, N_SIGNALS };
static guint signals[N_SIGNALS];

void
tc_flow_page_emit_toast (TcFlowPage *self,
                         const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text);
}

void
tc_flow_page_show_panel (TcFlowPage *self,
                         const char *panel)
{
  g_signal_emit (self, signals[SHOW_PANEL], 0, panel);
}

/* One selection: the caret's task is the selected node. */

static void
select_node_at_caret (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  GtkTextIter caret;
  const TcTask *task;

  if (self->syncing || !tc_flow_buffer_is_checked (self->buffer) || check->flow == NULL)
    return;
  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &caret,
                                    gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
  task = tc_flow_task_at (check->flow, (uint32_t) gtk_text_iter_get_offset (&caret));
  self->syncing = TRUE;
  tc_topology_view_set_selected (self->topology, task != NULL ? task->id : NULL);
  self->syncing = FALSE;
}

static void
caret_moved (TcFlowPage *self)
{
  select_node_at_caret (self);
  g_signal_emit (self, signals[CARET_MOVED], 0);
}

void
tc_flow_page_show_task (TcFlowPage *self,
                        const char *task_id)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const TcTask *task = check != NULL && check->flow != NULL ? tc_flow_find_task (check->flow, task_id) : NULL;

  if (task != NULL)
    tc_source_view_show_offset (self->source, task->id_span.line > 0 ? task->id_span.offset : task->span.offset);
}

static void
node_selected (TcFlowPage *self)
{
  const char *selected = tc_topology_view_get_selected (self->topology);

  if (self->syncing || selected == NULL)
    return;
  self->syncing = TRUE;
  tc_flow_page_show_task (self, selected);
  self->syncing = FALSE;
}

static void
node_activated (TcFlowPage *self,
                const char *task_id)
{
  if (g_str_equal (self->view, "topology"))
    tc_flow_page_set_view (self, "both");
  tc_flow_page_show_task (self, task_id);
  gtk_widget_grab_focus (GTK_WIDGET (self->source));
}

/* What a check found. */

static void
show_count (TcFlowPage *self)
{
  guint errors, warnings;
  g_autofree char *text = NULL;

  tc_flow_buffer_count (self->buffer, &errors, &warnings);
  gtk_image_set_from_icon_name (self->problems_icon, errors > 0 ? "tc-problem-error-symbolic"
                                                     : warnings > 0 ? "tc-problem-warning-symbolic" : "tc-state-success-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->problems_icon),
                              (const char *[]) { errors > 0 ? "problem-error" : warnings > 0 ? "problem-warning" : "state-success", NULL });
  if (errors + warnings == 0)
    text = g_strdup (_("No problems"));
  else if (errors > 0)
    text = g_strdup_printf (ngettext ("%u error", "%u errors", errors), errors);
  else
    text = g_strdup_printf (ngettext ("%u warning", "%u warnings", warnings), warnings);
  gtk_label_set_text (self->problems_label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->problems_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
set_text (TcFlowPage *self,
          char      **field,
          const char *text,
          int         property)
{
  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* While the text is no YAML, what could be read of it is a torso: the last good picture says more. */
static gboolean
is_torso (const TcFlowCheck *check)
{
  for (guint i = 0; i < check->diagnostics->len; i++)
    if (g_str_has_prefix (((TcDiagnostic *) check->diagnostics->pdata[i])->code, "yaml."))
      return TRUE;
  return check->flow == NULL;
}

/* The first picture of a flow that is wider than its pane is made to fit, as far as it stays readable. */
static gboolean
fit_first (gpointer data)
{
  TcFlowPage *self = data;
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const double room = gtk_widget_get_width (self->topology_pane) - 48;

  self->fit_id = 0;
  if (room > 0 && check != NULL && check->width * tc_topology_view_get_zoom (self->topology) > room)
    tc_topology_view_set_zoom (self->topology, MAX (room / check->width, 0.6 * tc_text_scale (GTK_WIDGET (self))));
  return G_SOURCE_REMOVE;
}

static void
show_graph (TcFlowPage        *self,
            const TcFlowCheck *check)
{
  const char *page = gtk_stack_get_visible_child_name (self->topology_stack);
  const gboolean stale = is_torso (check) && g_strcmp0 (page, "graph") == 0 && self->has_graph;

  if (!stale)
    {
      if (!self->has_graph && check->graph != NULL && self->fit_id == 0)
        self->fit_id = g_timeout_add (50, fit_first, self);
      self->has_graph = check->graph != NULL;
      tc_topology_view_set_graph (self->topology, check->graph, check->width, check->height);
      gtk_stack_set_visible_child_name (self->topology_stack, self->has_graph ? "graph" : "empty");
    }
  tc_topology_view_set_dimmed (self->topology, stale);
  gtk_widget_set_visible (GTK_WIDGET (self->stale_label), stale);
}

static void
update_titles (TcFlowPage *self)
{
  g_autofree char *base = self->file != NULL ? g_file_get_basename (self->file) : NULL;

  tc_page_set_title (TC_PAGE (self), self->flow_id != NULL ? self->flow_id : base != NULL ? base : _("New Flow"));
  tc_page_set_subtitle (TC_PAGE (self), self->namespace);
}

static void
update_runnable (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const gboolean runnable = check != NULL && check->flow != NULL && tc_flow_is_runnable (check->flow);

  if (self->runnable == runnable)
    return;
  self->runnable = runnable;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNABLE]);
}

static void
checked (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);

  if (check->flow != NULL)
    {
      set_text (self, &self->flow_id, tc_flow_id (check->flow), PROP_FLOW_ID);
      set_text (self, &self->namespace, tc_flow_namespace (check->flow), PROP_FLOW_NAMESPACE);
      update_titles (self);
    }
  show_count (self);
  show_graph (self, check);
  update_runnable (self);
  select_node_at_caret (self);
  tc_flow_page_checked (self);
}

static void
modified_changed (TcFlowPage *self)
{
  tc_page_set_modified (TC_PAGE (self), gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (self->buffer)));
}

static void
notice_response (TcFlowPage *self,
                 const char *topic,
                 int         button)
{
  if (g_str_has_prefix (topic, "save"))
    tc_flow_page_saved_notice (self, topic, button);
  else
    tc_flow_page_run_notice (self, topic, button);
}

static void
problems_clicked (TcFlowPage *self)
{
  tc_flow_page_show_panel (self, "problems");
}

/* View: source, both, topology. */

void
tc_flow_page_set_view (TcFlowPage *self,
                       const char *view)
{
  const gboolean source = !g_str_equal (view, "topology"), topology = !g_str_equal (view, "source");
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "view");

  gtk_widget_set_visible (GTK_WIDGET (self->source_pane), source);
  gtk_widget_set_visible (self->topology_pane, topology);
  gtk_widget_set_visible (self->zoom_box, topology);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (view));
  if (g_strcmp0 (self->view, view) == 0)
    return;
  g_free (self->view);
  self->view = g_strdup (view);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

static void
view_action (GSimpleAction *action,
             GVariant      *value,
             gpointer       data)
{
  tc_flow_page_set_view (data, g_variant_get_string (value, NULL));
}

static void
fit_action (GSimpleAction *action,
            GVariant      *value,
            gpointer       data)
{
  tc_topology_view_zoom_to_fit (TC_FLOW_PAGE (data)->topology);
}

static void
topology_zoom_action (GSimpleAction *action,
                      GVariant      *value,
                      gpointer       data)
{
  TcFlowPage *self = data;
  const double step = g_str_has_suffix (g_action_get_name (G_ACTION (action)), "larger") ? 1.2 : 1 / 1.2;

  tc_topology_view_set_zoom (self->topology, tc_topology_view_get_zoom (self->topology) * step);
}

static const GActionEntry entries[] = {
  { .name = "view", .parameter_type = "s", .state = "'both'", .activate = view_action },
  { .name = "fit", .activate = fit_action },
  { .name = "correct", .parameter_type = "u", .activate = tc_flow_page_correct_action },
  { .name = "topology-larger", .activate = topology_zoom_action },
  { .name = "topology-smaller", .activate = topology_zoom_action },
};

void
tc_flow_page_zoom (TcFlowPage *self,
                   int         direction)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  const double step = direction > 0 ? 1.1 : 1 / 1.1;

  if (focus != NULL && (focus == self->topology_pane || gtk_widget_is_ancestor (focus, self->topology_pane)))
    {
      if (direction == 0)
        tc_topology_view_zoom_to_fit (self->topology);
      else
        tc_topology_view_set_zoom (self->topology, tc_topology_view_get_zoom (self->topology) * step);
    }
  else
    tc_source_view_set_zoom (self->source, direction == 0 ? 1 : tc_source_view_get_zoom (self->source) * step);
}

/* Object. */

static void
tc_flow_page_grab_focus (TcPage *page)
{
  TcFlowPage *self = TC_FLOW_PAGE (page);

  if (g_str_equal (self->view, "topology"))
    gtk_widget_child_focus (GTK_WIDGET (self->topology), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->source));
}

static void
tc_flow_page_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TcFlowPage *self = TC_FLOW_PAGE (object);

  switch (id)
    {
    case PROP_VIEW:
      g_value_set_string (value, self->view);
      break;
    case PROP_FLOW_ID:
      g_value_set_string (value, self->flow_id);
      break;
    case PROP_FLOW_NAMESPACE:
      g_value_set_string (value, self->namespace);
      break;
    case PROP_RUNNABLE:
      g_value_set_boolean (value, self->runnable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_flow_page_dispose (GObject *object)
{
  TcFlowPage *self = TC_FLOW_PAGE (object);

  g_clear_handle_id (&self->fit_id, g_source_remove);
  g_clear_object (&self->buffer);
  g_clear_object (&self->session);
  g_clear_object (&self->actions);
  g_clear_object (&self->file);
  G_OBJECT_CLASS (tc_flow_page_parent_class)->dispose (object);
}

static void
tc_flow_page_finalize (GObject *object)
{
  TcFlowPage *self = TC_FLOW_PAGE (object);

  g_free (self->view);
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->origin_namespace);
  g_free (self->origin_id);
  g_free (self->pull_task);
  tc_value_unref (self->inputs);
  G_OBJECT_CLASS (tc_flow_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (TC_TYPE_NOTICE_BAR);
  g_type_ensure (TC_TYPE_TOPOLOGY_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/editor/tc-flow-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, source_pane);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, source_scroller);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, topology_pane);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, topology_stack);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, topology_empty);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, zoom_box);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, problems_button);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, problems_label);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, problems_icon);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, stale_label);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, notice);
  gtk_widget_class_bind_template_child (widget_class, TcFlowPage, topology);
  gtk_widget_class_bind_template_callback (widget_class, notice_response);
  gtk_widget_class_bind_template_callback (widget_class, problems_clicked);
  gtk_widget_class_bind_template_callback (widget_class, node_selected);
  gtk_widget_class_bind_template_callback (widget_class, node_activated);
}

static void
tc_flow_page_class_init (TcFlowPageClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = tc_flow_page_get_property;
  G_OBJECT_CLASS (klass)->dispose = tc_flow_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = tc_flow_page_finalize;
  TC_PAGE_CLASS (klass)->save = tc_flow_page_save;
  TC_PAGE_CLASS (klass)->grab_focus = tc_flow_page_grab_focus;
  properties[PROP_VIEW] = g_param_spec_string ("view", NULL, NULL, NULL, flags);
  properties[PROP_FLOW_ID] = g_param_spec_string ("flow-id", NULL, NULL, NULL, flags);
  properties[PROP_FLOW_NAMESPACE] = g_param_spec_string ("flow-namespace", NULL, NULL, NULL, flags);
  properties[PROP_RUNNABLE] = g_param_spec_boolean ("runnable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[CARET_MOVED] = g_signal_new ("caret-moved", TC_TYPE_FLOW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SHOW_PANEL] = g_signal_new ("show-panel", TC_TYPE_FLOW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                      G_TYPE_STRING);
  signals[TOAST] = g_signal_new ("toast", TC_TYPE_FLOW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
tc_flow_page_init (TcFlowPage *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "flow", G_ACTION_GROUP (self->actions));
  gtk_widget_init_template (GTK_WIDGET (self));
  self->source = TC_SOURCE_VIEW (tc_source_view_new (_("Flow editor")));
  gtk_scrolled_window_set_child (self->source_scroller, GTK_WIDGET (self->source));
  tc_flow_page_set_view (self, "both");
}

static void
add_providers (TcFlowPage *self)
{
  g_autoptr (GtkSourceCompletionProvider) completion = tc_flow_completion_new (self->session);
  g_autoptr (GtkSourceHoverProvider) hover = tc_flow_hover_new (self->session);

  g_object_set (gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->source)), "select-on-show", TRUE, NULL);
  gtk_source_completion_add_provider (gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->source)), completion);
  gtk_source_hover_add_provider (gtk_source_view_get_hover (GTK_SOURCE_VIEW (self->source)), hover);
}

static GtkWidget *
page_new (TcSession *session)
{
  TcFlowPage *self = g_object_new (TC_TYPE_FLOW_PAGE, NULL);

  self->session = g_object_ref (session);
  self->buffer = tc_flow_buffer_new (session);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self->source), GTK_TEXT_BUFFER (self->buffer));
  tc_source_view_set_language (self->source, "kestra-flow", NULL);
  add_providers (self);
  g_signal_connect_object (self->buffer, "checked", G_CALLBACK (checked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "modified-changed", G_CALLBACK (modified_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "notify::cursor-position", G_CALLBACK (caret_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "flow-changed", G_CALLBACK (tc_flow_page_flow_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::status", G_CALLBACK (tc_flow_page_status_changed), self, G_CONNECT_SWAPPED);
  update_titles (self);
  return GTK_WIDGET (self);
}

GtkWidget *
tc_flow_page_new (TcSession  *session,
                  const char *text)
{
  GtkWidget *self = page_new (session);

  tc_flow_buffer_load (TC_FLOW_PAGE (self)->buffer, text);
  return self;
}

GtkWidget *
tc_flow_page_new_for_flow (TcSession  *session,
                           const char *namespace_,
                           const char *id)
{
  TcFlowPage *self = TC_FLOW_PAGE (page_new (session));

  self->origin_namespace = g_strdup (namespace_);
  self->origin_id = g_strdup (id);
  set_text (self, &self->flow_id, id, PROP_FLOW_ID);
  set_text (self, &self->namespace, namespace_, PROP_FLOW_NAMESPACE);
  update_titles (self);
  tc_flow_page_load_flow (self);
  return GTK_WIDGET (self);
}

GtkWidget *
tc_flow_page_new_for_file (TcSession  *session,
                           GFile      *file,
                           const char *text)
{
  TcFlowPage *self = TC_FLOW_PAGE (page_new (session));

  self->file = g_object_ref (file);
  update_titles (self);
  tc_flow_buffer_load (self->buffer, text);
  tc_notice_bar_show (self->notice, "save-library", GTK_MESSAGE_INFO, _("This flow is a file outside of the library."),
                      _("_Add to Library"), NULL);
  return GTK_WIDGET (self);
}

void
tc_flow_page_find (TcFlowPage *self)
{
  if (g_str_equal (self->view, "topology"))
    tc_flow_page_set_view (self, "both");
  if (self->find == NULL)
    {
      self->find = TC_FIND_BAR (tc_find_bar_new (GTK_SOURCE_VIEW (self->source)));
      gtk_box_prepend (self->source_pane, GTK_WIDGET (self->find));
    }
  tc_find_bar_open (self->find);
}

TcFlowBuffer *
tc_flow_page_get_buffer (TcFlowPage *self)
{
  return self->buffer;
}

GFile *
tc_flow_page_get_file (TcFlowPage *self)
{
  return self->file;
}

gboolean
tc_flow_page_is_flow (TcFlowPage *self,
                      const char *namespace_,
                      const char *id)
{
  return self->origin_id != NULL && g_str_equal (self->origin_id, id) && g_str_equal (self->origin_namespace, namespace_);
}

const char *
tc_flow_page_get_namespace (TcFlowPage *self)
{
  return self->namespace;
}

gboolean
tc_flow_page_get_runnable (TcFlowPage *self)
{
  return self->runnable;
}

void
tc_flow_page_get_caret (TcFlowPage *self,
                        int        *line,
                        int        *column)
{
  GtkTextIter caret;

  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &caret,
                                    gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
  *line = gtk_text_iter_get_line (&caret) + 1;
  *column = gtk_text_iter_get_line_offset (&caret) + 1;
}

void
tc_flow_page_show_problem (TcFlowPage *self,
                           TcProblem  *problem)
{
  GtkTextIter start, end;

  if (g_str_equal (self->view, "topology"))
    tc_flow_page_set_view (self, "both");
  tc_flow_buffer_get_span (self->buffer, &tc_problem_get_diagnostic (problem)->span, &start, &end);
  tc_source_view_show_offset (self->source, (guint) gtk_text_iter_get_offset (&start));
  gtk_widget_grab_focus (GTK_WIDGET (self->source));
}

void
tc_flow_page_next_problem (TcFlowPage *self,
                           gboolean    forward)
{
  TcProblem *problem = tc_flow_buffer_find_problem (self->buffer, forward);

  if (problem == NULL)
    {
      tc_flow_page_emit_toast (self, _("No problems"));
      return;
    }
  tc_flow_page_show_problem (self, problem);
  tc_flow_page_show_panel (self, "problems");
}
