/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-source-view.h"

#include "tc-problem.h"
#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define LANGUAGE_SPECS "resource:///io/github/tiercel/Tiercel/language-specs"

struct _TcSourceView
{
  GtkSourceView   parent_instance;

  GtkCssProvider *css;
  double          zoom;
  char           *language, *file_name;    /* what to colour by, until it is done; either may be NULL */
  gboolean        wants_language;
  guint           language_id;             /* idle */
  gboolean        leaving;          /* Escape was the key before */
};

G_DEFINE_FINAL_TYPE (TcSourceView, tc_source_view, GTK_SOURCE_TYPE_VIEW)

static void
follow_style (TcSourceView *self)
{
  GtkSourceBuffer *buffer = GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)));
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  if (GTK_SOURCE_IS_BUFFER (buffer))
    gtk_source_buffer_set_style_scheme (buffer, gtk_source_style_scheme_manager_get_scheme (
                                                  gtk_source_style_scheme_manager_get_default (), dark ? "Adwaita-dark" : "Adwaita"));
}

/* Our own definition is found in the program itself. */
static GtkSourceLanguageManager *
languages (void)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();

  if (!g_strv_contains (gtk_source_language_manager_get_search_path (manager), LANGUAGE_SPECS))
    gtk_source_language_manager_append_search_path (manager, LANGUAGE_SPECS);
  return manager;
}

static gboolean
apply_language (gpointer data)
{
  TcSourceView *self = data;
  GtkSourceBuffer *buffer = GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)));
  GtkSourceLanguage *language = self->language != NULL ? gtk_source_language_manager_get_language (languages (), self->language)
                                                       : gtk_source_language_manager_guess_language (languages (), self->file_name, NULL);

  self->wants_language = FALSE;
  self->language_id = 0;
  gtk_source_buffer_set_language (buffer, language);
  return G_SOURCE_REMOVE;
}

static void
painted (GdkFrameClock *clock,
         TcSourceView  *self)
{
  g_signal_handlers_disconnect_by_func (clock, painted, self);
  if (self->wants_language && self->language_id == 0)
    self->language_id = g_idle_add (apply_language, self);
}

/* The first language takes 20 ms to read and compile: the text is there before its colours. */
static void
tc_source_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tc_source_view_parent_class)->map (widget);
  g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint", G_CALLBACK (painted), widget, 0);
}

static void
tc_source_view_dispose (GObject *object)
{
  TcSourceView *self = TC_SOURCE_VIEW (object);

  g_clear_object (&self->css);
  g_clear_handle_id (&self->language_id, g_source_remove);
  g_clear_pointer (&self->language, g_free);
  g_clear_pointer (&self->file_name, g_free);
  G_OBJECT_CLASS (tc_source_view_parent_class)->dispose (object);
}

static void
tc_source_view_class_init (TcSourceViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tc_source_view_dispose;
  GTK_WIDGET_CLASS (klass)->map = tc_source_view_map;
}

static void
add_problem_marks (GtkSourceView *view)
{
  static const struct { const char *category; TcSeverity severity; } marks[] = {
    { "tc-hint", TC_SEVERITY_HINT }, { "tc-warning", TC_SEVERITY_WARNING }, { "tc-error", TC_SEVERITY_ERROR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      g_autoptr (GtkSourceMarkAttributes) look = gtk_source_mark_attributes_new ();

      gtk_source_mark_attributes_set_icon_name (look, tc_severity_icon (marks[i].severity));
      gtk_source_view_set_mark_attributes (view, marks[i].category, look, (int) i);
    }
}

/* Tab indents, except right after Escape: without that the keyboard could not leave the text. */
static gboolean
key_pressed (TcSourceView   *self,
             guint           keyval,
             guint           keycode,
             GdkModifierType modifiers)
{
  const gboolean leaving = self->leaving, back = keyval == GDK_KEY_ISO_Left_Tab || (modifiers & GDK_SHIFT_MASK) != 0;

  if (keyval == GDK_KEY_Shift_L || keyval == GDK_KEY_Shift_R)
    return GDK_EVENT_PROPAGATE;
  self->leaving = keyval == GDK_KEY_Escape;
  if (!leaving || (modifiers & GDK_CONTROL_MASK) != 0 || (keyval != GDK_KEY_Tab && keyval != GDK_KEY_ISO_Left_Tab))
    return GDK_EVENT_PROPAGATE;
  g_signal_emit_by_name (self, "move-focus", back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
  return GDK_EVENT_STOP;
}

static void
watch_keys (TcSourceView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
tc_source_view_init (TcSourceView *self)
{
  GtkSourceView *view = GTK_SOURCE_VIEW (self);
  GtkTextView *text = GTK_TEXT_VIEW (self);

  self->zoom = 1;
  self->css = gtk_css_provider_new ();
  gtk_style_context_add_provider (gtk_widget_get_style_context (GTK_WIDGET (self)), GTK_STYLE_PROVIDER (self->css),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_text_view_set_monospace (text, TRUE);
  gtk_text_view_set_top_margin (text, 6);
  gtk_text_view_set_bottom_margin (text, 48);
  gtk_text_view_set_left_margin (text, 4);
  gtk_text_view_set_right_margin (text, 12);
  gtk_source_view_set_show_line_numbers (view, TRUE);
  gtk_source_view_set_show_line_marks (view, TRUE);
  gtk_source_view_set_highlight_current_line (view, TRUE);
  gtk_source_view_set_auto_indent (view, TRUE);
  gtk_source_view_set_insert_spaces_instead_of_tabs (view, TRUE);
  gtk_source_view_set_tab_width (view, 2);
  gtk_source_view_set_indent_width (view, 2);
  gtk_source_view_set_indent_on_tab (view, TRUE);
  gtk_source_view_set_smart_backspace (view, TRUE);
  gtk_source_view_set_smart_home_end (view, GTK_SOURCE_SMART_HOME_END_BEFORE);
  add_problem_marks (view);
  watch_keys (self);
  g_signal_connect (self, "notify::buffer", G_CALLBACK (follow_style), NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (follow_style), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tc_source_view_new (const char *name)
{
  GtkWidget *self = g_object_new (TC_TYPE_SOURCE_VIEW, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("Tab indents; Escape, then Tab moves on"), -1);
  return self;
}

void
tc_source_view_set_zoom (TcSourceView *self,
                         double        zoom)
{
  g_autofree char *css = NULL;

  self->zoom = CLAMP (zoom, 0.5, 4);
  css = g_strdup_printf ("textview { font-size: %d%%; }", (int) (self->zoom * 100 + 0.5));
  gtk_css_provider_load_from_data (self->css, css, -1);
}

double
tc_source_view_get_zoom (TcSourceView *self)
{
  return self->zoom;
}

void
tc_source_view_set_language (TcSourceView *self,
                             const char   *id,
                             const char   *file_name)
{
  g_free (self->language);
  g_free (self->file_name);
  self->language = g_strdup (id);
  self->file_name = g_strdup (file_name);
  self->wants_language = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && self->language_id == 0)
    self->language_id = g_idle_add (apply_language, self);
}

void
tc_source_view_show_offset (TcSourceView *self,
                            guint         offset)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter place;

  gtk_text_buffer_get_iter_at_offset (buffer, &place, (int) offset);
  gtk_text_buffer_place_cursor (buffer, &place);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self), gtk_text_buffer_get_insert (buffer), 0.1, FALSE, 0, 0);
}
