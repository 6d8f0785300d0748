/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-window-private.h"

#include <glib/gi18n-lib.h>

/* Closing one tab. */

typedef struct
{
  TcWindow   *window;
  AdwTabPage *tab;
} ClosingTab;

static void
closing_tab_end (ClosingTab *closing,
                 gboolean    close)
{
  adw_tab_view_close_page_finish (closing->window->tabs, closing->tab, close);
  g_object_unref (closing->tab);
  g_object_unref (closing->window);
  g_free (closing);
}

static void
tab_saved (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  closing_tab_end (data, tc_page_save_finish (TC_PAGE (source), result, NULL));
}

static void
tab_answered (ClosingTab *closing,
              const char *response)
{
  if (g_str_equal (response, "save"))
    tc_page_save_async (TC_PAGE (adw_tab_page_get_child (closing->tab)), tab_saved, closing);
  else
    closing_tab_end (closing, g_str_equal (response, "discard"));
}

static GtkWidget *
unsaved_dialog (TcWindow   *self,
                const char *heading,
                const char *body,
                const char *save)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (message, "cancel", _("_Cancel"), "discard", _("_Discard"), "save", save, NULL);
  adw_message_dialog_set_response_appearance (message, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (message, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "save");
  adw_message_dialog_set_close_response (message, "cancel");
  return dialog;
}

gboolean
tc_window_close_page (TcWindow   *self,
                      AdwTabPage *tab)
{
  TcPage *page = TC_PAGE (adw_tab_page_get_child (tab));
  ClosingTab *closing;
  GtkWidget *dialog;
  g_autofree char *heading = NULL;

  if (!tc_page_get_modified (page))
    {
      adw_tab_view_close_page_finish (self->tabs, tab, TRUE);
      return GDK_EVENT_STOP;
    }
  closing = g_new0 (ClosingTab, 1);
  closing->window = g_object_ref (self);
  closing->tab = g_object_ref (tab);
  heading = g_strdup_printf (_("Save Changes to %s?"), tc_page_get_title (page));
  dialog = unsaved_dialog (self, heading, _("Changes that are not saved will be lost."), _("_Save"));
  g_signal_connect_swapped (dialog, "response", G_CALLBACK (tab_answered), closing);
  gtk_window_present (GTK_WINDOW (dialog));
  return GDK_EVENT_STOP;
}

/* Closing the window: one question for all tabs. */

static GPtrArray *
unsaved_pages (TcWindow *self)
{
  GPtrArray *pages = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tabs); i++)
    {
      GtkWidget *page = adw_tab_page_get_child (adw_tab_view_get_nth_page (self->tabs, i));

      if (tc_page_get_modified (TC_PAGE (page)))
        g_ptr_array_add (pages, g_object_ref (page));
    }
  return pages;
}

static void save_next (TcWindow *self);

static void
one_saved (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (TcWindow) self = data;

  /* One that cannot be saved keeps the window open, with its notice in view. */
  if (tc_page_save_finish (TC_PAGE (source), result, NULL) && !tc_page_get_modified (TC_PAGE (source)))
    save_next (self);
  else
    adw_tab_view_set_selected_page (self->tabs, adw_tab_view_get_page (self->tabs, GTK_WIDGET (source)));
}

static void
save_next (TcWindow *self)
{
  g_autoptr (GPtrArray) pages = unsaved_pages (self);

  if (pages->len > 0)
    tc_page_save_async (pages->pdata[0], one_saved, g_object_ref (self));
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
window_answered (TcWindow   *self,
                 const char *response)
{
  if (g_str_equal (response, "save"))
    save_next (self);
  else if (g_str_equal (response, "discard"))
    {
      self->closing = TRUE;
      gtk_window_close (GTK_WINDOW (self));
    }
}

/* The last window ends the program: what is at work is not lost, but what follows it waits. */

static guint
count_running (TcWindow *self)
{
  GtkApplication *app = gtk_window_get_application (GTK_WINDOW (self));
  TcExecutionCount count;

  for (GList *item = gtk_application_get_windows (app); item != NULL; item = item->next)
    if (TC_IS_WINDOW (item->data) && item->data != self)
      return 0;
  tc_session_count (self->session, &count);
  return count.running;
}

static void
leave_answered (TcWindow   *self,
                const char *response)
{
  self->leaving = g_str_equal (response, "quit");
  if (self->leaving)
    gtk_window_close (GTK_WINDOW (self));
  else
    self->closing = FALSE;
}

static void
ask_to_leave (TcWindow *self,
              guint     n)
{
  g_autofree char *body = g_strdup_printf (ngettext ("%u execution is at work. Its programs and containers go on; what follows them waits until Tiercel is "
                                                     "started again.",
                                                     "%u executions are at work. Their programs and containers go on; what follows them waits until "
                                                     "Tiercel is started again.", n), n);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Quit While Executions Run?"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "quit", _("_Quit"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (leave_answered), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
tc_window_close_request (GtkWindow *window)
{
  TcWindow *self = TC_WINDOW (window);
  g_autoptr (GPtrArray) pages = unsaved_pages (self);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *body = NULL;
  const guint running = self->leaving ? 0 : count_running (self);
  GtkWidget *dialog;

  if ((self->closing || pages->len == 0) && running > 0)
    {
      ask_to_leave (self, running);
      return TRUE;
    }
  if (self->closing || pages->len == 0)
    return GTK_WINDOW_CLASS (g_type_class_peek (ADW_TYPE_APPLICATION_WINDOW))->close_request (window);
  for (guint i = 0; i < pages->len; i++)
    g_string_append_printf (names, "%s• %s", i > 0 ? "\n" : "", tc_page_get_title (pages->pdata[i]));
  body = g_strdup_printf (_("Changes that are not saved will be lost:\n%s"), names->str);
  dialog = unsaved_dialog (self, _("Save Changes?"), body, _("_Save All"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (window_answered), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}
