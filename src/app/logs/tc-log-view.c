/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-log-view.h"

#include "tc-ansi.h"
#include "tc-log-row.h"
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define REFRESH_MS 33         /* at most so often, however fast lines come */

struct _TcLogView
{
  GtkWidget          parent_instance;

  GtkDropDown       *level;
  GtkSearchEntry    *find;
  GtkLabel          *count, *detail;
  GtkToggleButton   *follow;
  GtkStack          *stack;
  GtkScrolledWindow *scroller;
  GtkListView       *list;
  AdwStatusPage     *empty;
  GtkWidget         *show_all;
  GtkRevealer       *detail_revealer;

  TcEngine          *engine;
  TcExecutionItem   *item;
  TcLogModel        *model;
  guint              refresh_id, scroll_id;
  TcLogItem         *selected;
  gboolean           scrolling;          /* we scroll, not the user */
};

G_DEFINE_FINAL_TYPE (TcLogView, tc_log_view, GTK_TYPE_WIDGET)

static guint
n_shown (TcLogView *self)
{
  return self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;
}

/* Following: the last line stays in view until the user scrolls up. */

static gboolean
scroll_to_end (gpointer data)
{
  TcLogView *self = data;
  GtkAdjustment *vertical = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->scroll_id = 0;
  if (n_shown (self) == 0 || !gtk_toggle_button_get_active (self->follow))
    return G_SOURCE_REMOVE;
  self->scrolling = TRUE;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n_shown (self) - 1);
  gtk_adjustment_set_value (vertical, gtk_adjustment_get_upper (vertical));
  self->scrolling = FALSE;
  return G_SOURCE_REMOVE;
}

static void
queue_scroll (TcLogView *self)
{
  if (self->scroll_id == 0 && gtk_toggle_button_get_active (self->follow))
    self->scroll_id = g_idle_add_full (G_PRIORITY_LOW, scroll_to_end, self, NULL);
}

static void
follow_toggled (TcLogView *self)
{
  queue_scroll (self);
}

static gboolean
wheel_turned (TcLogView *self,
              double     dx,
              double     dy)
{
  GtkAdjustment *vertical = gtk_scrolled_window_get_vadjustment (self->scroller);

  if (dy < 0 && gtk_adjustment_get_upper (vertical) > gtk_adjustment_get_page_size (vertical))
    gtk_toggle_button_set_active (self->follow, FALSE);
  return GDK_EVENT_PROPAGATE;
}

/* Counts and empty states. */

static void
counted (TcLogView *self)
{
  const guint64 total = tc_log_model_get_total (self->model);
  const guint shown = n_shown (self);
  g_autofree char *text = NULL;
  const guint64 errors = tc_log_model_get_n_level (self->model, TC_LEVEL_ERROR), warnings = tc_log_model_get_n_level (self->model, TC_LEVEL_WARN);

  /* Translators: lines shown of all lines, then counts by level */
  text = g_strdup_printf (_("%'u of %'" PRIu64 " lines · WARN %'" PRIu64 " · ERROR %'" PRIu64), shown, total,
                          warnings, errors);
  gtk_label_set_text (self->count, text);
  if (shown > 0)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else if (!tc_log_model_is_busy (self->model) || total == 0)
    {
      adw_status_page_set_description (self->empty, total > 0 ? _("All lines are below the level, or have other text.") : NULL);
      gtk_widget_set_visible (self->show_all, total > 0);
      gtk_stack_set_visible_child_name (self->stack, "empty");
    }
  queue_scroll (self);
}

static gboolean
refresh_now (gpointer data)
{
  TcLogView *self = data;

  self->refresh_id = 0;
  if (self->model != NULL)
    tc_log_model_refresh (self->model);
  return G_SOURCE_REMOVE;
}

static void
logs_changed (TcLogView *self)
{
  if (self->refresh_id == 0 && self->model != NULL)
    self->refresh_id = g_timeout_add (REFRESH_MS, refresh_now, self);
}

static void
filter_changed (TcLogView *self)
{
  if (self->model != NULL)
    tc_log_model_set_filter (self->model, (TcLevel) gtk_drop_down_get_selected (self->level),
                             gtk_editable_get_text (GTK_EDITABLE (self->find)));
}

static void
show_all_clicked (TcLogView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->find), "");
  gtk_drop_down_set_selected (self->level, TC_LEVEL_TRACE);
  filter_changed (self);
}

/* The selected line in full. */

static void
show_detail (TcLogView *self)
{
  const TcLogLine *line = self->selected != NULL ? tc_log_item_get_line (self->selected) : NULL;

  gtk_revealer_set_reveal_child (self->detail_revealer, line != NULL);
  if (line != NULL)
    gtk_label_set_text (self->detail, line->message);
}

static void
selection_changed (TcLogView *self)
{
  GtkSelectionModel *selection = gtk_list_view_get_model (self->list);
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (selection);

  if (self->selected != NULL)
    g_signal_handlers_disconnect_by_func (self->selected, show_detail, self);
  g_clear_object (&self->selected);
  if (gtk_bitset_get_size (chosen) == 1)
    {
      self->selected = g_list_model_get_item (G_LIST_MODEL (selection), gtk_bitset_get_nth (chosen, 0));
      g_signal_connect_object (self->selected, "notify::line", G_CALLBACK (show_detail), self, G_CONNECT_SWAPPED);
      gtk_toggle_button_set_active (self->follow, gtk_bitset_get_nth (chosen, 0) + 1 == n_shown (self)
                                                  && gtk_toggle_button_get_active (self->follow));
    }
  show_detail (self);
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  TcLogView *self = TC_LOG_VIEW (widget);
  GtkSelectionModel *selection = gtk_list_view_get_model (self->list);
  g_autoptr (GtkBitset) chosen = selection != NULL ? gtk_selection_model_get_selection (selection) : gtk_bitset_new_empty ();
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint64 i = 0; i < gtk_bitset_get_size (chosen); i++)
    {
      g_autoptr (TcLogItem) item = g_list_model_get_item (G_LIST_MODEL (selection), gtk_bitset_get_nth (chosen, (guint) i));
      const TcLogLine *line = tc_log_item_get_line (item);
      g_autofree char *text = line != NULL ? tc_log_line_text (line) : NULL;
      g_autofree char *plain = text != NULL ? tc_ansi_plain (text, NULL, 0, FALSE) : NULL;

      if (plain != NULL)
        g_string_append_printf (out, "%s\n", plain);
    }
  if (out->len > 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), out->str);
}

/* Rows. */

static void
setup_row (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  gtk_list_item_set_child (item, tc_log_row_new ());
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  tc_log_row_set_item (TC_LOG_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  tc_log_row_set_item (TC_LOG_ROW (gtk_list_item_get_child (item)), NULL);
}

/* The log is opened when it is looked at, not for every execution that is shown. */
static void
open_log (TcLogView *self)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  if (self->model != NULL || self->item == NULL || self->engine == NULL)
    return;
  self->model = tc_log_model_new (self->engine, tc_execution_item_get_id (self->item));
  tc_log_model_set_filter (self->model, (TcLevel) gtk_drop_down_get_selected (self->level),
                           gtk_editable_get_text (GTK_EDITABLE (self->find)));
  g_signal_connect_object (self->model, "counted", G_CALLBACK (counted), self, G_CONNECT_SWAPPED);
  selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->model))));
  g_signal_connect_object (selection, "selection-changed", G_CALLBACK (selection_changed), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, selection);
}

static void
tc_log_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_log_view_parent_class)->map (widget);
  open_log (TC_LOG_VIEW (widget));
  queue_scroll (TC_LOG_VIEW (widget));
}

static void
close_log (TcLogView *self)
{
  gtk_list_view_set_model (self->list, NULL);
  gtk_revealer_set_reveal_child (self->detail_revealer, FALSE);
  g_clear_object (&self->selected);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, counted, self);
  g_clear_object (&self->model);
}

void
tc_log_view_set_execution (TcLogView       *self,
                           TcEngine        *engine,
                           TcExecutionItem *item)
{
  if (self->item != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->item, logs_changed, self);
      close_log (self);
    }
  g_set_object (&self->engine, engine);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  gtk_toggle_button_set_active (self->follow, TRUE);
  g_signal_connect_object (item, "notify::n-logs", G_CALLBACK (logs_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::head", G_CALLBACK (logs_changed), self, G_CONNECT_SWAPPED);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    open_log (self);
}

static void
tc_log_view_dispose (GObject *object)
{
  TcLogView *self = TC_LOG_VIEW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->scroll_id, g_source_remove);
  if (self->list != NULL)
    close_log (self);
  g_clear_object (&self->item);
  g_clear_object (&self->engine);
  g_clear_pointer (&child, gtk_widget_unparent);
  self->list = NULL;
  G_OBJECT_CLASS (tc_log_view_parent_class)->dispose (object);
}

static void
tc_log_view_class_init (TcLogViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_log_view_dispose;
  widget_class->map = tc_log_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "log.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/tiercel/Tiercel/logs/tc-log-view.ui");
  gtk_widget_class_bind_template_child (widget_class, TcLogView, level);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, find);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, count);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, follow);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, stack);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, scroller);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, list);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, empty);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, show_all);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, detail);
  gtk_widget_class_bind_template_child (widget_class, TcLogView, detail_revealer);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, follow_toggled);
  gtk_widget_class_bind_template_callback (widget_class, show_all_clicked);
}

static void
tc_log_view_init (TcLogView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *wheel = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
  gtk_event_controller_set_propagation_phase (wheel, GTK_PHASE_CAPTURE);
  g_signal_connect_object (wheel, "scroll", G_CALLBACK (wheel_turned), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), wheel);
}
