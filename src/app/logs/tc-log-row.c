/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-log-row.h"

#include "tc-ansi.h"
#include "tc-format.h"
#include <adwaita.h>

#define TASK_CHARS 14
#define MAX_CHARS  4000       /* what is drawn of a long line; the details show all of it */

struct _TcLogRow
{
  GtkWidget    parent_instance;

  TcLogItem   *item;
  PangoLayout *layout;
};

G_DEFINE_FINAL_TYPE (TcLogRow, tc_log_row, GTK_TYPE_WIDGET)

static const char *const level_classes[] = { "level-trace", "level-debug", "level-info", "level-warn", "level-error" };

char *
tc_log_line_text (const TcLogLine *line)
{
  g_autofree char *clock = tc_format_clock (line->at_us);

  return g_strdup_printf ("%s %-5s %s%s%s", clock, tc_level_name (line->level), line->task_id != NULL ? line->task_id : "",
                          line->task_id != NULL ? " " : "", line->message);
}

static void
dim (PangoAttrList *attributes,
     guint          start,
     guint          end)
{
  PangoAttribute *alpha = pango_attr_foreground_alpha_new (0x9000);

  alpha->start_index = start;
  alpha->end_index = end;
  pango_attr_list_insert (attributes, alpha);
}

/* Time, level, task and message in columns of a monospaced font. */
static void
show_line (TcLogRow        *self,
           const TcLogLine *line)
{
  const gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autofree char *clock = tc_format_clock (line->at_us), *message = NULL, *task = NULL, *name = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  glong chars;

  task = g_utf8_substring (line->task_id != NULL ? line->task_id : "", 0,
                           MIN (TASK_CHARS, g_utf8_strlen (line->task_id != NULL ? line->task_id : "", -1)));
  g_string_printf (text, "%s  ", clock);
  dim (attributes, 0, (guint) text->len);
  g_string_append_printf (text, "%-5s  %s", tc_level_name (line->level), task);
  for (chars = g_utf8_strlen (task, -1); chars < TASK_CHARS; chars++)
    g_string_append_c (text, ' ');
  g_string_append (text, "  ");
  message = tc_ansi_plain (line->message, attributes, (guint) text->len, dark);
  if (g_utf8_strlen (message, -1) > MAX_CHARS)
    *g_utf8_offset_to_pointer (message, MAX_CHARS) = '\0';
  g_string_append (text, message);
  pango_layout_set_text (self->layout, text->str, (int) text->len);
  pango_layout_set_attributes (self->layout, attributes);
  gtk_widget_set_css_classes (GTK_WIDGET (self), (const char *[]) { level_classes[line->level], NULL });
  name = tc_log_line_text (line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update (TcLogRow *self)
{
  const TcLogLine *line = self->item != NULL ? tc_log_item_get_line (self->item) : NULL;

  if (line != NULL)
    show_line (self, line);
  else
    pango_layout_set_text (self->layout, "", 0);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
tc_log_row_set_item (TcLogRow  *self,
                     TcLogItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, update, self);
  g_set_object (&self->item, item);
  if (item != NULL)
    g_signal_connect_object (item, "notify::line", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
tc_log_row_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  int width, height;

  pango_layout_get_pixel_size (TC_LOG_ROW (widget)->layout, &width, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
}

static void
tc_log_row_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gtk_snapshot_append_layout (snapshot, TC_LOG_ROW (widget)->layout, &color);
}

static void
tc_log_row_css_changed (GtkWidget         *widget,
                        GtkCssStyleChange *change)
{
  TcLogRow *self = TC_LOG_ROW (widget);

  GTK_WIDGET_CLASS (tc_log_row_parent_class)->css_changed (widget, change);
  pango_layout_context_changed (self->layout);
  gtk_widget_queue_draw (widget);
}

static void
tc_log_row_dispose (GObject *object)
{
  TcLogRow *self = TC_LOG_ROW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, update, self);
  g_clear_object (&self->item);
  g_clear_object (&self->layout);
  G_OBJECT_CLASS (tc_log_row_parent_class)->dispose (object);
}

static void
tc_log_row_class_init (TcLogRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tc_log_row_dispose;
  widget_class->measure = tc_log_row_measure;
  widget_class->snapshot = tc_log_row_snapshot;
  widget_class->css_changed = tc_log_row_css_changed;
  gtk_widget_class_set_css_name (widget_class, "logrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
tc_log_row_init (TcLogRow *self)
{
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_single_paragraph_mode (self->layout, TRUE);
}

GtkWidget *
tc_log_row_new (void)
{
  return g_object_new (TC_TYPE_LOG_ROW, NULL);
}
