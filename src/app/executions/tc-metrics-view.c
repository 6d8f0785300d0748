/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-metrics-view.h"

#include "tc-json.h"
#include "tc-output-item.h"
#include <glib/gi18n-lib.h>

struct _TcMetricsView
{
  GtkWidget        parent_instance;

  GtkWidget       *stack;
  GtkColumnView   *view;
  GListStore      *rows;         /* TcOutputItem: its value is one metric */
  TcEngine        *engine;
  TcExecutionItem *item;
  gboolean         loading, again;
};

G_DEFINE_FINAL_TYPE (TcMetricsView, tc_metrics_view, GTK_TYPE_WIDGET)

static void load (TcMetricsView *self);

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (TcMetricsView) self = data;
  g_autoptr (TcValue) metrics = tc_engine_load_metrics_finish (NULL, result, NULL);

  self->loading = FALSE;
  if (self->rows == NULL)
    return;
  g_list_store_remove_all (self->rows);
  for (size_t i = 0; metrics != NULL && i < tc_value_length (metrics); i++)
    {
      g_autoptr (TcOutputItem) row = tc_output_item_new ("", tc_value_item (metrics, i), NULL);

      g_list_store_append (self->rows, row);
    }
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    g_list_model_get_n_items (G_LIST_MODEL (self->rows)) > 0 ? "table" : "empty");
  if (self->again)
    load (self);
}

static void
load (TcMetricsView *self)
{
  self->again = self->loading;
  if (self->item == NULL || self->engine == NULL || self->loading || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->loading = TRUE;
  tc_engine_load_metrics_async (self->engine, tc_execution_item_get_id (self->item), NULL, loaded, g_object_ref (self));
}

static void
setup_cell (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "metric-value");
  gtk_list_item_set_child (item, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           const char               *key)
{
  const TcValue *value = tc_value_get (tc_output_item_get_value (gtk_list_item_get_item (item)), key);
  g_autofree char *text = NULL;

  if (tc_value_is (value, TC_VALUE_STRING))
    text = g_strdup (tc_value_get_text (value));
  else if (value != NULL && tc_value_kind (value) != TC_VALUE_NULL && tc_value_length (value) + !tc_value_is (value, TC_VALUE_MAP) > 0)
    text = tc_json_to_text (value);
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text != NULL ? text : "");
}

static void
add_column (TcMetricsView *self,
            const char    *title,
            const char    *key)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), (gpointer) key);
  gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (self->view, column);
}

static void
tc_metrics_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_metrics_view_parent_class)->map (widget);
  load (TC_METRICS_VIEW (widget));
}

void
tc_metrics_view_set_execution (TcMetricsView   *self,
                               TcEngine        *engine,
                               TcExecutionItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, load, self);
  g_set_object (&self->engine, engine);
  g_set_object (&self->item, item);
  g_list_store_remove_all (self->rows);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "empty");
  if (item == NULL)
    return;
  g_signal_connect_object (item, "runs-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::head", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
}

static void
tc_metrics_view_dispose (GObject *object)
{
  TcMetricsView *self = TC_METRICS_VIEW (object);

  g_clear_object (&self->item);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (tc_metrics_view_parent_class)->dispose (object);
}

static void
tc_metrics_view_class_init (TcMetricsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_metrics_view_dispose;
  widget_class->map = tc_metrics_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
tc_metrics_view_init (TcMetricsView *self)
{
  GtkWidget *empty = adw_status_page_new (), *scroller = gtk_scrolled_window_new ();

  self->rows = g_list_store_new (TC_TYPE_OUTPUT_ITEM);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows))))));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Metrics"), -1);
  add_column (self, _("Task"), "taskId");
  add_column (self, _("Name"), "name");
  add_column (self, _("Type"), "type");
  add_column (self, _("Value"), "value");
  add_column (self, _("Tags"), "tags");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _("No Metrics"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty), _("Numbers that tasks report appear here."));
  gtk_widget_add_css_class (empty, "compact");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "table");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}
