/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-find-bar.h"

#include <glib/gi18n-lib.h>

struct _TcFindBar
{
  GtkWidget               parent_instance;

  GtkSearchBar           *bar;
  GtkSearchEntry         *entry;
  GtkLabel               *count;
  GtkSourceView          *view;         /* borrowed: both are in one page */
  GtkSourceSearchContext *search;       /* made when the bar is first opened */
};

G_DEFINE_FINAL_TYPE (TcFindBar, tc_find_bar, GTK_TYPE_WIDGET)

static void
show_count (TcFindBar *self)
{
  const int n = gtk_source_search_context_get_occurrences_count (self->search);
  g_autofree char *text = NULL;

  if (*gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0' && n >= 0)
    text = g_strdup_printf (ngettext ("%d match", "%d matches", (gulong) n), n);
  gtk_label_set_text (self->count, text != NULL ? text : "");
}

static void
text_changed (TcFindBar *self)
{
  if (self->search == NULL)
    return;
  gtk_source_search_settings_set_search_text (gtk_source_search_context_get_settings (self->search),
                                              gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  show_count (self);
}

static void
step (TcFindBar *self,
      gboolean   forward)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter start, end, from, to;
  gboolean found;

  if (self->search == NULL)
    return;
  /* The entry tells of changes with a delay; Enter may come before. */
  text_changed (self);
  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  found = forward ? gtk_source_search_context_forward (self->search, &end, &from, &to, NULL)
                  : gtk_source_search_context_backward (self->search, &start, &from, &to, NULL);
  if (!found)
    return;
  gtk_text_buffer_select_range (buffer, &from, &to);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (buffer), 0.1, FALSE, 0, 0);
}

static void
next (TcFindBar *self)
{
  step (self, TRUE);
}

static void
previous (TcFindBar *self)
{
  step (self, FALSE);
}

static gboolean
key_pressed (TcFindBar       *self,
             guint            key,
             guint            code,
             GdkModifierType  state)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (state & GDK_SHIFT_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  previous (self);
  return GDK_EVENT_STOP;
}

static void
mode_changed (TcFindBar *self)
{
  const gboolean open = gtk_search_bar_get_search_mode (self->bar);

  if (self->search != NULL)
    gtk_source_search_context_set_highlight (self->search, open);
  if (!open)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
tc_find_bar_open (TcFindBar *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter start, end;

  if (self->search == NULL)
    {
      g_autoptr (GtkSourceSearchSettings) settings = gtk_source_search_settings_new ();

      gtk_source_search_settings_set_wrap_around (settings, TRUE);
      self->search = gtk_source_search_context_new (GTK_SOURCE_BUFFER (buffer), settings);
      g_signal_connect_object (self->search, "notify::occurrences-count", G_CALLBACK (show_count), self, G_CONNECT_SWAPPED);
    }
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  if (gtk_text_buffer_get_selection_bounds (buffer, &start, &end) && gtk_text_iter_get_line (&start) == gtk_text_iter_get_line (&end))
    {
      g_autofree char *text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);

      gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
  text_changed (self);
}

static void
tc_find_bar_dispose (GObject *object)
{
  TcFindBar *self = TC_FIND_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_object (&self->search);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (tc_find_bar_parent_class)->dispose (object);
}

static void
tc_find_bar_class_init (TcFindBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tc_find_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
step_button (TcFindBar  *self,
             const char *icon,
             const char *name,
             GCallback   clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  return button;
}

static void
tc_find_bar_init (TcFindBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->bar = GTK_SEARCH_BAR (gtk_search_bar_new ());
  self->entry = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  self->count = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->count), "dim-label");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 8);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 24);
  gtk_label_set_ellipsize (self->count, PANGO_ELLIPSIZE_END);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Find"), -1);
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (text_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (next), self, G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->entry));
  gtk_box_append (GTK_BOX (box), step_button (self, "go-up-symbolic", _("Previous match"), G_CALLBACK (previous)));
  gtk_box_append (GTK_BOX (box), step_button (self, "go-down-symbolic", _("Next match"), G_CALLBACK (next)));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->count));
  gtk_search_bar_set_child (self->bar, box);
  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  gtk_search_bar_set_show_close_button (self->bar, TRUE);
  g_signal_connect_object (self->bar, "notify::search-mode-enabled", G_CALLBACK (mode_changed), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (GTK_WIDGET (self->bar), GTK_WIDGET (self));
}

GtkWidget *
tc_find_bar_new (GtkSourceView *view)
{
  TcFindBar *self = g_object_new (TC_TYPE_FIND_BAR, NULL);

  self->view = view;
  return GTK_WIDGET (self);
}
