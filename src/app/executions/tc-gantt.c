/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-gantt.h"

#include "tc-format.h"
#include "tc-gantt-cell.h"
#include "tc-state-icon.h"
#include "tc-text-scale.h"
#include <glib/gi18n-lib.h>

struct _TcGantt
{
  GtkWidget        parent_instance;

  GtkWidget       *scroller;
  GtkColumnView   *view;
  TcExecutionItem *item;
  TcGanttScale     scale;
  GHashTable      *cells;        /* bound GtkWidgets that show time: timeline cells and duration labels */
  gboolean         watching;
};

G_DEFINE_FINAL_TYPE (TcGantt, tc_gantt, GTK_TYPE_WIDGET)

enum { TASK_SELECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static TcRunItem *
row_run (GtkListItem *item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  g_autoptr (TcRunItem) run = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return run;     /* the row keeps it */
}

static void
update_scale (TcGantt *self)
{
  const TcHead *head = self->item != NULL ? tc_execution_item_get_head (self->item) : NULL;

  if (head == NULL)
    return;
  self->scale.start_us = head->history.items[0].at_us;
  self->scale.end_us = self->scale.start_us + MAX (tc_execution_item_get_elapsed (self->item), 1000);
}

/* Task column. */

static void
show_task (TcRunItem  *item,
           GParamSpec *pspec,
           GtkWidget  *box)
{
  const TcTaskRun *run = tc_run_item_get_run (item);
  GtkWidget *icon = gtk_widget_get_first_child (box), *label = gtk_widget_get_next_sibling (icon), *more = gtk_widget_get_next_sibling (label);
  g_autofree char *text = NULL, *name = NULL;

  if (run->attempts != NULL && run->attempts->len > 1)
    text = run->value != NULL ? g_strdup_printf (_("%s · try %u"), run->value, run->attempts->len)
                              : g_strdup_printf (_("try %u"), run->attempts->len);
  name = g_strdup_printf ("%s %s, %s", run->task_id, text != NULL ? text : run->value != NULL ? run->value : "",
                          tc_state_name (tc_task_run_state (run)));
  tc_state_icon_show (GTK_IMAGE (icon), tc_task_run_state (run));
  gtk_label_set_text (GTK_LABEL (label), run->task_id);
  gtk_label_set_text (GTK_LABEL (more), text != NULL ? text : run->value != NULL ? run->value : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* A row has a model for children that may come; the arrow shows only when there are some. */
static void
show_leaf (GtkWidget  *expander,
           guint       position,
           guint       removed,
           guint       added,
           GListModel *children)
{
  if (g_list_model_get_n_items (children) > 0)
    gtk_widget_remove_css_class (expander, "leaf");
  else
    gtk_widget_add_css_class (expander, "leaf");
}

static void
setup_task (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  GtkWidget *expander = gtk_tree_expander_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL), *more = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_ellipsize (GTK_LABEL (more), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (more, "dim-label");
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), more);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (item, expander);
}

static void
bind_task (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkWidget *box = gtk_tree_expander_get_child (expander);
  TcRunItem *run = row_run (item);

  gtk_tree_expander_set_list_row (expander, gtk_list_item_get_item (item));
  show_task (run, NULL, box);
  show_leaf (GTK_WIDGET (expander), 0, 0, 0, G_LIST_MODEL (tc_run_item_get_children (run)));
  g_signal_connect_swapped (tc_run_item_get_children (run), "items-changed", G_CALLBACK (show_leaf), expander);
  g_signal_connect (run, "notify::run", G_CALLBACK (show_task), box);
}

static void
unbind_task (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  TcRunItem *run = row_run (item);

  if (run != NULL)
    {
      g_signal_handlers_disconnect_by_func (run, show_task, gtk_tree_expander_get_child (expander));
      g_signal_handlers_disconnect_by_func (tc_run_item_get_children (run), show_leaf, expander);
    }
  gtk_tree_expander_set_list_row (expander, NULL);
}

/* State and duration columns: one label each. */

static void
show_state (TcRunItem  *item,
            GParamSpec *pspec,
            GtkWidget  *label)
{
  gtk_label_set_text (GTK_LABEL (label), tc_state_name (tc_task_run_state (tc_run_item_get_run (item))));
}

static void
show_duration (TcRunItem  *item,
               GParamSpec *pspec,
               GtkWidget  *label)
{
  const int64_t started = tc_run_item_get_started (item), ended = tc_run_item_get_ended (item);
  g_autofree char *text = started > 0 ? tc_format_duration ((ended > 0 ? ended : g_get_real_time ()) - started) : NULL;

  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
}

static void
setup_label (GtkSignalListItemFactory *factory,
             GtkListItem              *item,
             gpointer                  self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, "numeric");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
bind_state (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  show_state (row_run (item), NULL, gtk_list_item_get_child (item));
  g_signal_connect (row_run (item), "notify::run", G_CALLBACK (show_state), gtk_list_item_get_child (item));
}

static void
unbind_state (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  if (row_run (item) != NULL)
    g_signal_handlers_disconnect_by_func (row_run (item), show_state, gtk_list_item_get_child (item));
}

static void
bind_duration (GtkSignalListItemFactory *factory,
               GtkListItem              *item,
               TcGantt                  *self)
{
  GtkWidget *label = gtk_list_item_get_child (item);

  show_duration (row_run (item), NULL, label);
  g_signal_connect (row_run (item), "notify::run", G_CALLBACK (show_duration), label);
  g_hash_table_insert (self->cells, label, row_run (item));
}

static void
unbind_duration (GtkSignalListItemFactory *factory,
                 GtkListItem              *item,
                 TcGantt                  *self)
{
  if (row_run (item) != NULL)
    g_signal_handlers_disconnect_by_func (row_run (item), show_duration, gtk_list_item_get_child (item));
  g_hash_table_remove (self->cells, gtk_list_item_get_child (item));
}

/* Time line column. */

static void
setup_cell (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            TcGantt                  *self)
{
  gtk_list_item_set_child (item, tc_gantt_cell_new (&self->scale));
}

static void
bind_cell (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           TcGantt                  *self)
{
  tc_gantt_cell_set_item (TC_GANTT_CELL (gtk_list_item_get_child (item)), row_run (item));
  g_hash_table_insert (self->cells, gtk_list_item_get_child (item), row_run (item));
}

static void
unbind_cell (GtkSignalListItemFactory *factory,
             GtkListItem              *item,
             TcGantt                  *self)
{
  tc_gantt_cell_set_item (TC_GANTT_CELL (gtk_list_item_get_child (item)), NULL);
  g_hash_table_remove (self->cells, gtk_list_item_get_child (item));
}

static void
redraw (TcGantt *self)
{
  GHashTableIter iter;
  gpointer widget, item;

  update_scale (self);
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &widget, &item))
    if (GTK_IS_LABEL (widget))
      show_duration (item, NULL, widget);
    else
      gtk_widget_queue_draw (widget);
}

static GListModel *
children_of (gpointer item,
             gpointer unused)
{
  return G_LIST_MODEL (g_object_ref (tc_run_item_get_children (item)));
}

static void
row_activated (TcGantt *self,
               guint    position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (self->view)), position);
  g_autoptr (TcRunItem) run = gtk_tree_list_row_get_item (row);

  g_signal_emit (self, signals[TASK_SELECTED], 0, tc_run_item_get_run (run)->task_id);
}

static void
set_watching (TcGantt *self,
              gboolean watching)
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
tc_gantt_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_gantt_parent_class)->map (widget);
  set_watching (TC_GANTT (widget), TRUE);
  redraw (TC_GANTT (widget));
}

static void
tc_gantt_unmap (GtkWidget *widget)
{
  set_watching (TC_GANTT (widget), FALSE);
  GTK_WIDGET_CLASS (tc_gantt_parent_class)->unmap (widget);
}

void
tc_gantt_set_execution (TcGantt         *self,
                        TcExecutionItem *item)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  if (self->item == item)
    return;
  if (self->item != NULL)
    {
      set_watching (self, FALSE);
      g_signal_handlers_disconnect_by_func (self->item, redraw, self);
    }
  gtk_column_view_set_model (self->view, NULL);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  update_scale (self);
  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (
    gtk_tree_list_model_new (G_LIST_MODEL (g_object_ref (tc_execution_item_get_runs (item))), FALSE, TRUE, children_of, NULL, NULL))));
  gtk_single_selection_set_autoselect (GTK_SINGLE_SELECTION (selection), FALSE);
  gtk_column_view_set_model (self->view, selection);
  g_signal_connect_object (item, "tick", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::head", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  set_watching (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
tc_gantt_dispose (GObject *object)
{
  TcGantt *self = TC_GANTT (object);

  if (self->scroller != NULL)
    tc_gantt_set_execution (self, NULL);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->cells, g_hash_table_unref);
  G_OBJECT_CLASS (tc_gantt_parent_class)->dispose (object);
}

static void
tc_gantt_class_init (TcGanttClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_gantt_dispose;
  widget_class->map = tc_gantt_map;
  widget_class->unmap = tc_gantt_unmap;
  signals[TASK_SELECTED] = g_signal_new ("task-selected", TC_TYPE_GANTT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkColumnViewColumn *
add_column (TcGantt    *self,
            const char *title,
            GCallback   setup,
            GCallback   bind,
            GCallback   unbind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", setup, self);
  g_signal_connect (factory, "bind", bind, self);
  g_signal_connect (factory, "unbind", unbind, self);
  gtk_column_view_append_column (self->view, column);
  return column;
}

static void
tc_gantt_init (TcGantt *self)
{
  const double scale = tc_text_scale (GTK_WIDGET (self));
  GtkColumnViewColumn *column;

  self->cells = g_hash_table_new (NULL, NULL);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Gantt"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  column = add_column (self, _("Task"), G_CALLBACK (setup_task), G_CALLBACK (bind_task), G_CALLBACK (unbind_task));
  gtk_column_view_column_set_fixed_width (column, (int) (260 * scale));
  gtk_column_view_column_set_resizable (column, TRUE);
  column = add_column (self, _("State"), G_CALLBACK (setup_label), G_CALLBACK (bind_state), G_CALLBACK (unbind_state));
  gtk_column_view_column_set_fixed_width (column, (int) (100 * scale));
  column = add_column (self, _("Duration"), G_CALLBACK (setup_label), G_CALLBACK (bind_duration), G_CALLBACK (unbind_duration));
  gtk_column_view_column_set_fixed_width (column, (int) (100 * scale));
  column = add_column (self, _("Time line"), G_CALLBACK (setup_cell), G_CALLBACK (bind_cell), G_CALLBACK (unbind_cell));
  gtk_column_view_column_set_expand (column, TRUE);
  g_signal_connect_object (self->view, "activate", G_CALLBACK (row_activated), self, G_CONNECT_SWAPPED);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}
