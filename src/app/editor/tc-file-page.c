/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-file-page.h"

#include "tc-find-bar.h"
#include "tc-notice-bar.h"
#include "tc-source-view.h"
#include <glib/gi18n-lib.h>

#define MAX_BYTES (32 * 1024 * 1024)

struct _TcFilePage
{
  TcPage           parent_instance;

  GFile           *file;
  GtkSourceBuffer *buffer;
  TcSourceView    *source;
  TcNoticeBar     *notice;
  TcFindBar       *find;
};

G_DEFINE_FINAL_TYPE (TcFilePage, tc_file_page, TC_TYPE_PAGE)

enum { TOAST, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
cannot_show (TcFilePage *self,
             const char *why)
{
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->source), FALSE);
  tc_notice_bar_show (self->notice, "load", GTK_MESSAGE_ERROR, why, NULL, NULL);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (TcFilePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error))
    cannot_show (self, error->message);
  else if (length > MAX_BYTES)
    cannot_show (self, _("The file is too large to be edited here."));
  else if (!g_utf8_validate_len (text, length, NULL))
    cannot_show (self, _("The file is not UTF-8 text, so it is not shown."));
  else
    {
      GtkTextIter start;

      gtk_text_buffer_begin_irreversible_action (GTK_TEXT_BUFFER (self->buffer));
      gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), text, (int) length);
      gtk_text_buffer_end_irreversible_action (GTK_TEXT_BUFFER (self->buffer));
      gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), FALSE);
      gtk_text_buffer_get_start_iter (GTK_TEXT_BUFFER (self->buffer), &start);
      gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (self->buffer), &start);
    }
}

typedef struct
{
  GTask *task;
  char  *text;
} Saving;

static char *
get_text (TcFilePage *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, TRUE);
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      data)
{
  Saving *saving = data;
  TcFilePage *self = g_task_get_source_object (saving->task);
  g_autofree char *now = get_text (self);
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      if (g_str_equal (now, saving->text))
        gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), FALSE);
      g_signal_emit (self, signals[TOAST], 0, _("Saved"));
      g_task_return_boolean (saving->task, TRUE);
    }
  else
    {
      tc_notice_bar_show (self->notice, "save", GTK_MESSAGE_ERROR, error->message, NULL, NULL);
      g_task_return_error (saving->task, error);
    }
  g_object_unref (saving->task);
  g_free (saving->text);
  g_free (saving);
}

static void
tc_file_page_save (TcPage *page,
                   GTask  *task)
{
  TcFilePage *self = TC_FILE_PAGE (page);
  Saving *saving = g_new0 (Saving, 1);
  g_autoptr (GBytes) bytes = NULL;

  saving->task = task;
  saving->text = get_text (self);
  bytes = g_bytes_new (saving->text, strlen (saving->text));
  g_file_replace_contents_bytes_async (self->file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, saved, saving);
}

static void
tc_file_page_grab_focus (TcPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (TC_FILE_PAGE (page)->source));
}

static void
modified_changed (TcFilePage *self)
{
  tc_page_set_modified (TC_PAGE (self), gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (self->buffer)));
}

static void
tc_file_page_dispose (GObject *object)
{
  TcFilePage *self = TC_FILE_PAGE (object);

  g_clear_object (&self->file);
  g_clear_object (&self->buffer);
  G_OBJECT_CLASS (tc_file_page_parent_class)->dispose (object);
}

static void
tc_file_page_class_init (TcFilePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tc_file_page_dispose;
  TC_PAGE_CLASS (klass)->save = tc_file_page_save;
  TC_PAGE_CLASS (klass)->grab_focus = tc_file_page_grab_focus;
  signals[TOAST] = g_signal_new ("toast", TC_TYPE_FILE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tc_file_page_init (TcFilePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *scroller = gtk_scrolled_window_new ();

  self->notice = TC_NOTICE_BAR (tc_notice_bar_new ());
  self->source = TC_SOURCE_VIEW (tc_source_view_new (_("File editor")));
  self->buffer = gtk_source_buffer_new (NULL);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self->source), GTK_TEXT_BUFFER (self->buffer));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->source));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->notice));
  self->find = TC_FIND_BAR (tc_find_bar_new (GTK_SOURCE_VIEW (self->source)));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->find));
  gtk_box_append (GTK_BOX (box), scroller);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (self->buffer, "modified-changed", G_CALLBACK (modified_changed), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tc_file_page_new (GFile      *file,
                  const char *namespace_)
{
  TcFilePage *self = g_object_new (TC_TYPE_FILE_PAGE, NULL);
  g_autofree char *name = g_file_get_basename (file);

  self->file = g_object_ref (file);
  tc_page_set_title (TC_PAGE (self), name);
  tc_page_set_subtitle (TC_PAGE (self), namespace_);
  tc_source_view_set_language (self->source, NULL, name);
  g_file_load_contents_async (file, NULL, loaded, g_object_ref (self));
  return GTK_WIDGET (self);
}

GFile *
tc_file_page_get_file (TcFilePage *self)
{
  return self->file;
}

void
tc_file_page_zoom (TcFilePage *self,
                   int         direction)
{
  const double step = direction > 0 ? 1.1 : 1 / 1.1;

  tc_source_view_set_zoom (self->source, direction == 0 ? 1 : tc_source_view_get_zoom (self->source) * step);
}

void
tc_file_page_find (TcFilePage *self)
{
  tc_find_bar_open (self->find);
}
