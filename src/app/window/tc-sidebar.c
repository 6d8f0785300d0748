/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-sidebar.h"

#include "tc-sidebar-rows.h"

struct _TcSidebar
{
  GtkWidget        parent_instance;

  AdwViewStack    *stack;
  GtkSearchEntry  *filter;
  GtkStack        *flows_stack, *executions_stack;
  AdwStatusPage   *flows_empty;
  GtkListView     *flows, *executions;
  AdwBin          *files_bin;
  TcFilesPanel    *files;         /* made when it is first shown */
  TcSession       *session;
  GtkFilter       *flow_filter;
  char            *needle, *namespace;
};

G_DEFINE_FINAL_TYPE (TcSidebar, tc_sidebar, GTK_TYPE_WIDGET)

enum { OPEN_FLOW, OPEN_EXECUTION, OPEN_FILE, NAMESPACE_SELECTED, TOAST, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Flows: a tree of namespaces; the filter keeps a namespace for what is in it. */

static gboolean
flow_matches (TcSidebar  *self,
              TcFlowItem *flow)
{
  return strstr (tc_flow_item_get_id (flow), self->needle) != NULL || strstr (tc_flow_item_get_namespace (flow), self->needle) != NULL;
}

static gboolean
item_matches (gpointer item,
              gpointer data)
{
  TcSidebar *self = data;
  GListModel *flows;

  if (self->needle == NULL)
    return TRUE;
  if (TC_IS_FLOW_ITEM (item))
    return flow_matches (self, item);
  flows = G_LIST_MODEL (tc_namespace_item_get_flows (item));
  for (guint i = 0; i < g_list_model_get_n_items (flows); i++)
    {
      g_autoptr (TcFlowItem) flow = g_list_model_get_item (flows, i);

      if (flow_matches (self, flow))
        return TRUE;
    }
  return FALSE;
}

static void
filter_changed (TcSidebar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->filter));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_strdup (text) : NULL;
  gtk_filter_changed (self->flow_filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static GListModel *
children_of (gpointer item,
             gpointer data)
{
  TcSidebar *self = data;

  if (!TC_IS_NAMESPACE_ITEM (item))
    return NULL;
  return G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (tc_namespace_item_get_flows (item))),
                                                  g_object_ref (self->flow_filter)));
}

static void
flow_activated (TcSidebar *self,
                guint      position)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (self->flows));
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (model, position);
  g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);

  if (TC_IS_FLOW_ITEM (item))
    g_signal_emit (self, signals[OPEN_FLOW], 0, tc_flow_item_get_namespace (TC_FLOW_ITEM (item)), tc_flow_item_get_id (TC_FLOW_ITEM (item)));
  else
    {
      gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
      g_signal_emit (self, signals[NAMESPACE_SELECTED], 0, tc_namespace_item_get_id (TC_NAMESPACE_ITEM (item)));
    }
}

static void
execution_activated (TcSidebar *self,
                     guint      position)
{
  g_autoptr (TcExecutionItem) item = g_list_model_get_item (tc_session_get_executions (self->session), position);

  g_signal_emit (self, signals[OPEN_EXECUTION], 0, tc_execution_item_get_id (item));
}

static void
executions_edge (TcSidebar      *self,
                 GtkPositionType edge)
{
  if (edge == GTK_POS_BOTTOM)
    tc_session_load_more_executions (self->session);
}

static void
open_file (TcSidebar  *self,
           const char *path)
{
  g_signal_emit (self, signals[OPEN_FILE], 0, path);
}

static void
files_notice (TcSidebar  *self,
              const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text);
}

static void
update_empty (TcSidebar *self)
{
  const guint flows = g_list_model_get_n_items (tc_session_get_namespaces (self->session));
  const guint executions = g_list_model_get_n_items (tc_session_get_executions (self->session));

  gtk_stack_set_visible_child_name (self->flows_stack, flows > 0 ? "list" : "empty");
  gtk_stack_set_visible_child_name (self->executions_stack, executions > 0 ? "list" : "empty");
}

static void
update_files (TcSidebar *self)
{
  TcEngine *engine = tc_session_get_engine (self->session);
  g_autofree char *directory = NULL;

  if (self->files == NULL)
    return;
  if (engine != NULL && self->namespace != NULL)
    directory = tc_engine_namespace_directory (engine, self->namespace);
  tc_files_panel_set_namespace (self->files, directory != NULL ? self->namespace : NULL, directory);
}

static void
show_files (TcSidebar *self)
{
  if (self->files != NULL)
    return;
  self->files = TC_FILES_PANEL (tc_files_panel_new ());
  g_signal_connect_object (self->files, "open-file", G_CALLBACK (open_file), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->files, "notice", G_CALLBACK (files_notice), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->files_bin, GTK_WIDGET (self->files));
  update_files (self);
}

static void
tc_sidebar_dispose (GObject *object)
{
  TcSidebar *self = TC_SIDEBAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->session);
  g_clear_object (&self->flow_filter);
  g_clear_pointer (&self->needle, g_free);
  g_clear_pointer (&self->namespace, g_free);
  G_OBJECT_CLASS (tc_sidebar_parent_class)->dispose (object);
}

static void
tc_sidebar_class_init (TcSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = TC_TYPE_SIDEBAR;

  G_OBJECT_CLASS (klass)->dispose = tc_sidebar_dispose;
  signals[OPEN_FLOW] = g_signal_new ("open-flow", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[OPEN_EXECUTION] = g_signal_new ("open-execution", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[OPEN_FILE] = g_signal_new ("open-file", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[NAMESPACE_SELECTED] = g_signal_new ("namespace-selected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TOAST] = g_signal_new ("toast", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/window/tc-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, filter);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, flows);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, flows_stack);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, flows_empty);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, executions);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, executions_stack);
  gtk_widget_class_bind_template_child (widget_class, TcSidebar, files_bin);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, flow_activated);
  gtk_widget_class_bind_template_callback (widget_class, execution_activated);
  gtk_widget_class_bind_template_callback (widget_class, executions_edge);
  gtk_widget_class_bind_template_callback (widget_class, show_files);
}

static void
tc_sidebar_init (TcSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->flow_filter = GTK_FILTER (gtk_custom_filter_new (item_matches, self, NULL));
}

/* Rows are opened by a click; nothing is chosen before that. */
static GtkSelectionModel *
no_first_choice (GListModel *model)
{
  GtkSingleSelection *selection = gtk_single_selection_new (model);

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
  return GTK_SELECTION_MODEL (selection);
}

static void
show_list (GtkListView        *view,
           GListModel         *model,
           GtkListItemFactory *factory)
{
  g_autoptr (GtkSelectionModel) selection = no_first_choice (model);

  gtk_list_view_set_factory (view, factory);
  gtk_list_view_set_model (view, selection);
}

void
tc_sidebar_set_session (TcSidebar *self,
                        TcSession *session)
{
  GListModel *namespaces = tc_session_get_namespaces (session), *executions = tc_session_get_executions (session);
  g_autoptr (GtkListItemFactory) flow_rows = tc_flow_rows_new (), execution_rows = tc_execution_rows_new ();
  GtkFilterListModel *filtered;
  GtkTreeListModel *tree;

  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  filtered = gtk_filter_list_model_new (g_object_ref (namespaces), g_object_ref (self->flow_filter));
  tree = gtk_tree_list_model_new (G_LIST_MODEL (filtered), FALSE, TRUE, children_of, self, NULL);
  show_list (self->flows, G_LIST_MODEL (tree), flow_rows);
  show_list (self->executions, g_object_ref (executions), execution_rows);
  g_signal_connect_object (namespaces, "items-changed", G_CALLBACK (update_empty), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (executions, "items-changed", G_CALLBACK (update_empty), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (update_files), self, G_CONNECT_SWAPPED);
  update_empty (self);
}

void
tc_sidebar_set_namespace (TcSidebar  *self,
                          const char *namespace_)
{
  if (g_strcmp0 (self->namespace, namespace_) == 0)
    return;
  g_free (self->namespace);
  self->namespace = g_strdup (namespace_);
  update_files (self);
}

void
tc_sidebar_set_page (TcSidebar  *self,
                     const char *page)
{
  adw_view_stack_set_visible_child_name (self->stack, page);
}

const char *
tc_sidebar_get_page (TcSidebar *self)
{
  return adw_view_stack_get_visible_child_name (self->stack);
}
