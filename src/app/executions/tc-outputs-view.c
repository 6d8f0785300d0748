/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-outputs-view.h"

#include "tc-output-item.h"
#include <glib/gi18n-lib.h>

#define PREVIEW_BYTES (64 * 1024)

struct _TcOutputsView
{
  GtkWidget        parent_instance;

  GtkStack        *stack;
  GtkColumnView   *view;
  GtkLabel        *expression;
  GtkTextView     *preview;
  TcEngine        *engine;
  TcExecutionItem *item;
  GListStore      *roots;
  TcOutputItem    *chosen;
  GCancellable    *reading;
  GtkFileChooserNative *chooser;
  guint            update_id;
};

G_DEFINE_FINAL_TYPE (TcOutputsView, tc_outputs_view, GTK_TYPE_WIDGET)

/* The tree: inputs and outputs of the flow, then of each task run that has some. */

static void
add_root (GListStore    *roots,
          const char    *name,
          const TcValue *value,
          const char    *expression)
{
  g_autoptr (TcOutputItem) item = NULL;

  if (value == NULL || tc_value_length (value) == 0)
    return;
  item = tc_output_item_new (name, value, expression);
  g_list_store_append (roots, item);
}

static void
add_run (GListStore      *roots,
         const TcTaskRun *run)
{
  g_autofree char *name = run->value != NULL ? g_strdup_printf ("%s [%s]", run->task_id, run->value) : g_strdup (run->task_id);
  g_autofree char *expression = NULL;

  if (run->value != NULL)
    expression = g_strdup_printf ("outputs.%s['%s']", run->task_id, run->value);
  else if (g_regex_match_simple ("^[A-Za-z_][A-Za-z0-9_]*$", run->task_id, 0, 0))
    expression = g_strdup_printf ("outputs.%s", run->task_id);
  else
    expression = g_strdup_printf ("outputs['%s']", run->task_id);
  add_root (roots, name, run->outputs, expression);
}

static gboolean
update_now (gpointer data)
{
  TcOutputsView *self = data;
  const TcHead *head = tc_execution_item_get_head (self->item);
  g_autoptr (GPtrArray) runs = tc_execution_item_list_runs (self->item);
  g_autoptr (GListStore) fresh = g_list_store_new (TC_TYPE_OUTPUT_ITEM);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  self->update_id = 0;
  if (head != NULL)
    {
      add_root (fresh, _("Inputs"), head->inputs, "inputs");
      add_root (fresh, _("Outputs of the flow"), head->outputs, NULL);
    }
  for (guint i = 0; i < runs->len; i++)
    add_run (fresh, runs->pdata[i]);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fresh)); i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (fresh), i));
  g_list_store_splice (self->roots, 0, g_list_model_get_n_items (G_LIST_MODEL (self->roots)), items->pdata, items->len);
  gtk_stack_set_visible_child_name (self->stack, items->len > 0 ? "tree" : "empty");
  return G_SOURCE_REMOVE;
}

/* Outputs appear when a run ends: nothing is rebuilt while nobody looks. */
static void
queue_update (TcOutputsView *self)
{
  if (self->item != NULL && self->update_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->update_id = g_timeout_add (100, update_now, self);
}

static void
runs_changed (TcOutputsView *self,
              GPtrArray     *runs)
{
  for (guint i = 0; i < runs->len; i++)
    if (((TcTaskRun *) runs->pdata[i])->outputs != NULL)
      {
        queue_update (self);
        return;
      }
}

static GListModel *
children_of (gpointer item,
             gpointer unused)
{
  return tc_output_item_list_children (item);
}

/* The chosen value. */

static void
show_text (TcOutputsView *self,
           const char    *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->preview), text, -1);
}

static void
first_bytes_read (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (TcOutputsView) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  const char *end;
  const char *start;
  gsize length;

  if (bytes == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_text (self, error->message);
      return;
    }
  start = g_bytes_get_data (bytes, &length);
  g_utf8_validate_len (start != NULL ? start : "", length, &end);
  if (start != NULL && length - (gsize) (end - start) > 4)
    show_text (self, _("The file is not text. Open it with another program, or save it."));
  else
    {
      g_autofree char *text = g_strndup (start, start != NULL ? (gsize) (end - start) : 0);
      g_autofree char *cut = length == PREVIEW_BYTES ? g_strconcat (text, "\n…", NULL) : NULL;

      show_text (self, cut != NULL ? cut : text);
    }
}

static void
file_opened (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (TcOutputsView) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream != NULL)
    g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), PREVIEW_BYTES, G_PRIORITY_DEFAULT, self->reading, first_bytes_read,
                                     g_steal_pointer (&self));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_text (self, error->message);
}

static GFile *
chosen_file (TcOutputsView *self,
             GError       **error)
{
  g_autofree char *path = NULL;

  if (self->chosen == NULL || self->engine == NULL || !tc_output_item_is_file (self->chosen))
    return NULL;
  path = tc_engine_uri_path (self->engine, tc_value_get_text (tc_output_item_get_value (self->chosen)), error);
  return path != NULL ? g_file_new_for_path (path) : NULL;
}

static void
show_chosen (TcOutputsView *self)
{
  const gboolean is_file = self->chosen != NULL && tc_output_item_is_file (self->chosen);
  const char *expression = self->chosen != NULL ? tc_output_item_get_expression (self->chosen) : NULL;
  g_autofree char *braced = expression != NULL ? g_strdup_printf ("{{ %s }}", expression) : NULL;
  g_autofree char *text = self->chosen != NULL ? tc_output_item_get_full_text (self->chosen) : g_strdup ("");
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = chosen_file (self, &error);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  gtk_label_set_text (self->expression, braced != NULL ? braced : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "outputs.copy", braced != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "outputs.open", is_file);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "outputs.save", is_file);
  show_text (self, error != NULL ? error->message : text);
  if (file == NULL)
    return;
  self->reading = g_cancellable_new ();
  g_file_read_async (file, G_PRIORITY_DEFAULT, self->reading, file_opened, g_object_ref (self));
}

static void
selection_changed (TcOutputsView      *self,
                   GParamSpec         *pspec,
                   GtkSingleSelection *selection)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (selection);
  g_autoptr (TcOutputItem) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  if (g_set_object (&self->chosen, item))
    show_chosen (self);
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), gtk_label_get_text (TC_OUTPUTS_VIEW (widget)->expression));
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_autoptr (GFile) file = chosen_file (TC_OUTPUTS_VIEW (widget), NULL);
  g_autofree char *uri = file != NULL ? g_file_get_uri (file) : NULL;

  if (uri != NULL)
    gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), uri, GDK_CURRENT_TIME);
}

static void
copied (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (TcOutputsView) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_copy_finish (G_FILE (source), result, &error))
    show_text (self, error->message);
}

static void
save_answered (TcOutputsView *self,
               int            response)
{
  g_autoptr (GFile) from = chosen_file (self, NULL);
  g_autoptr (GFile) to = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;

  if (from != NULL && to != NULL)
    g_file_copy_async (from, to, G_FILE_COPY_OVERWRITE, G_PRIORITY_DEFAULT, NULL, NULL, NULL, copied, g_object_ref (self));
  g_clear_object (&self->chooser);
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcOutputsView *self = TC_OUTPUTS_VIEW (widget);
  g_autofree char *base = NULL;

  if (self->chooser != NULL || self->chosen == NULL)
    return;
  base = g_path_get_basename (tc_value_get_text (tc_output_item_get_value (self->chosen)));
  self->chooser = gtk_file_chooser_native_new (_("Save Output File"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), base);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (save_answered), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* Columns. */

static TcOutputItem *
row_output (GtkListItem *item)
{
  g_autoptr (TcOutputItem) output = gtk_tree_list_row_get_item (gtk_list_item_get_item (item));

  return output;     /* the row keeps it */
}

static void
setup_name (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  GtkWidget *expander = gtk_tree_expander_new (), *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), label);
  gtk_list_item_set_child (item, expander);
}

static void
bind_name (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));

  gtk_tree_expander_set_list_row (expander, gtk_list_item_get_item (item));
  gtk_label_set_text (GTK_LABEL (gtk_tree_expander_get_child (expander)), tc_output_item_get_name (row_output (item)));
}

static void
setup_value (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "value-text");
  gtk_list_item_set_child (item, label);
}

static void
bind_value (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  g_autofree char *text = tc_output_item_get_text (row_output (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
add_column (TcOutputsView *self,
            const char    *title,
            GCallback      setup,
            GCallback      bind,
            gboolean       expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", setup, NULL);
  g_signal_connect (factory, "bind", bind, NULL);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_expand (column, expand);
  if (!expand)
    gtk_column_view_column_set_fixed_width (column, 220);
  gtk_column_view_append_column (self->view, column);
}

/* Object. */

static void
tc_outputs_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_outputs_view_parent_class)->map (widget);
  if (TC_OUTPUTS_VIEW (widget)->item != NULL)
    update_now (widget);
}

void
tc_outputs_view_set_execution (TcOutputsView   *self,
                               TcEngine        *engine,
                               TcExecutionItem *item)
{
  if (self->item != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->item, runs_changed, self);
      g_signal_handlers_disconnect_by_func (self->item, queue_update, self);
    }
  g_clear_handle_id (&self->update_id, g_source_remove);
  g_set_object (&self->engine, engine);
  g_set_object (&self->item, item);
  g_list_store_remove_all (self->roots);
  if (item == NULL)
    return;
  g_signal_connect_object (item, "runs-changed", G_CALLBACK (runs_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::head", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_now (self);
}

static void
tc_outputs_view_dispose (GObject *object)
{
  TcOutputsView *self = TC_OUTPUTS_VIEW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->chosen);
  g_clear_object (&self->chooser);
  g_clear_object (&self->item);
  g_clear_object (&self->engine);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->roots);
  G_OBJECT_CLASS (tc_outputs_view_parent_class)->dispose (object);
}

static void
tc_outputs_view_class_init (TcOutputsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_outputs_view_dispose;
  widget_class->map = tc_outputs_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "outputs.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "outputs.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "outputs.save", NULL, save_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/executions/tc-outputs-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TcOutputsView, stack);
  gtk_widget_class_bind_template_child (widget_class, TcOutputsView, view);
  gtk_widget_class_bind_template_child (widget_class, TcOutputsView, expression);
  gtk_widget_class_bind_template_child (widget_class, TcOutputsView, preview);
}

static void
tc_outputs_view_init (TcOutputsView *self)
{
  g_autoptr (GtkSingleSelection) selection = NULL;
  GtkTreeListModel *tree;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->roots = g_list_store_new (TC_TYPE_OUTPUT_ITEM);
  tree = gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (self->roots)), FALSE, FALSE, children_of, NULL, NULL);
  selection = gtk_single_selection_new (G_LIST_MODEL (tree));
  g_signal_connect_object (selection, "notify::selected-item", G_CALLBACK (selection_changed), self, G_CONNECT_SWAPPED);
  add_column (self, _("Name"), G_CALLBACK (setup_name), G_CALLBACK (bind_name), FALSE);
  add_column (self, _("Value"), G_CALLBACK (setup_value), G_CALLBACK (bind_value), TRUE);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  show_chosen (self);
}
