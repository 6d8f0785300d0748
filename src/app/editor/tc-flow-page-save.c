/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-page-private.h"

#include <glib/gi18n-lib.h>

/* A text on its way out: the page, the text as it was, and who waits. */
typedef struct
{
  TcFlowPage *page;
  GTask      *task;
  char       *text;
} Saving;

static void
saving_free (Saving *saving)
{
  saving->page->saving = FALSE;
  g_object_unref (saving->page);
  g_object_unref (saving->task);
  g_free (saving->text);
  g_free (saving);
}

static void
saving_failed (Saving       *saving,
               const GError *error)
{
  tc_notice_bar_show (saving->page->notice, "save-error", GTK_MESSAGE_ERROR, error->message, _("_Try Again"), NULL);
  g_task_return_error (saving->task, g_error_copy (error));
}

/* Keys pressed while the text was being written leave the page modified. */
static void
saving_done (Saving *saving)
{
  TcFlowPage *self = saving->page;
  g_autofree char *now = tc_flow_buffer_get_text (self->buffer);

  if (g_str_equal (now, saving->text))
    gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), FALSE);
  tc_notice_bar_hide (self->notice, "save-error");
  if (!self->runnable && tc_flow_buffer_is_checked (self->buffer))
    tc_notice_bar_show (self->notice, "run-invalid", GTK_MESSAGE_WARNING, _("Saved. The flow has errors and cannot be executed."),
                        _("_Show Problems"), NULL);
  g_task_return_boolean (saving->task, TRUE);
}

static void
flow_saved (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Saving *saving = data;
  TcFlowPage *self = saving->page;
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const int revision = tc_engine_save_flow_finish (NULL, result, &error);

  if (revision == 0)
    saving_failed (saving, error);
  else
    {
      if (check != NULL && check->flow != NULL)
        {
          g_free (self->origin_namespace);
          g_free (self->origin_id);
          self->origin_namespace = g_strdup (tc_flow_namespace (check->flow));
          self->origin_id = g_strdup (tc_flow_id (check->flow));
        }
      text = g_strdup_printf (_("Saved as revision %d"), revision);
      tc_flow_page_emit_toast (self, text);
      saving_done (saving);
    }
  saving_free (saving);
}

static void
file_saved (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Saving *saving = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    saving_failed (saving, error);
  else
    {
      tc_flow_page_emit_toast (saving->page, _("Saved"));
      saving_done (saving);
    }
  saving_free (saving);
}

static void
save_to_library (Saving *saving)
{
  TcEngine *engine = tc_session_get_engine (saving->page->session);

  if (engine == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                                      _("The library is not open, so the flow could not be saved."));

      saving_failed (saving, error);
      saving_free (saving);
      return;
    }
  tc_engine_save_flow_async (engine, saving->text, NULL, flow_saved, saving);
}

static void
replace_answered (Saving     *saving,
                  const char *response)
{
  if (g_str_equal (response, "replace"))
    {
      save_to_library (saving);
      return;
    }
  g_task_return_new_error (saving->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _("Not saved"));
  saving_free (saving);
}

/* A new or renamed flow must not silently become a revision of another one. */
static gboolean
would_replace (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const char *namespace_, *id;

  if (check == NULL || check->flow == NULL)
    return FALSE;
  namespace_ = tc_flow_namespace (check->flow);
  id = tc_flow_id (check->flow);
  return tc_session_has_flow (self->session, namespace_, id) && !tc_flow_page_is_flow (self, namespace_, id);
}

static void
ask_replace (Saving *saving)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (saving->page))),
                                              _("Replace the Flow in the Library?"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_format_body (message, _("%s already has a flow named %s. Saving makes this text its newest revision; "
                                             "earlier revisions are kept."), saving->page->namespace, saving->page->flow_id);
  adw_message_dialog_add_responses (message, "cancel", _("_Cancel"), "replace", _("_Save as New Revision"), NULL);
  adw_message_dialog_set_response_appearance (message, "replace", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_swapped (dialog, "response", G_CALLBACK (replace_answered), saving);
  gtk_window_present (GTK_WINDOW (dialog));
}

static Saving *
saving_new (TcFlowPage *self,
            GTask      *task)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->page = g_object_ref (self);
  saving->task = task;
  saving->text = tc_flow_buffer_get_text (self->buffer);
  self->saving = TRUE;
  tc_flow_buffer_check_now (self->buffer);
  return saving;
}

void
tc_flow_page_save (TcPage *page,
                   GTask  *task)
{
  TcFlowPage *self = TC_FLOW_PAGE (page);
  Saving *saving = saving_new (self, task);

  if (self->file != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (saving->text, strlen (saving->text));

      g_file_replace_contents_bytes_async (self->file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, file_saved, saving);
    }
  else if (would_replace (self))
    ask_replace (saving);
  else
    save_to_library (saving);
}

/* Loading, and changes that others make. */

static void
show_last_execution (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  g_autoptr (TcFlowPage) self = data;
  g_autoptr (GPtrArray) heads = tc_engine_find_executions_finish (NULL, result, NULL);

  if (heads != NULL && heads->len > 0 && tc_page_get_execution (TC_PAGE (self)) == NULL && self->session != NULL)
    {
      g_autoptr (TcExecutionItem) item = tc_session_get_execution (self->session, ((TcHead *) heads->pdata[0])->id);

      tc_flow_page_set_run (self, item);
    }
}

static void
find_last_execution (TcFlowPage *self,
                     TcEngine   *engine)
{
  g_autoptr (TcValue) query = tc_value_map_of ("namespace", tc_value_string (self->origin_namespace),
                                               "flowId", tc_value_string (self->origin_id), "limit", tc_value_int (1), NULL);

  tc_engine_find_executions_async (engine, query, NULL, show_last_execution, g_object_ref (self));
}

static void
take_text (TcFlowPage *self,
           const char *text)
{
  g_autofree char *now = tc_flow_buffer_get_text (self->buffer);

  if (g_str_equal (now, text))
    return;
  if (!gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (self->buffer)))
    tc_flow_buffer_load (self->buffer, text);
  else if (!self->saving)
    tc_notice_bar_show (self->notice, "save-changed", GTK_MESSAGE_WARNING,
                        _("The flow was changed elsewhere. Your text is not saved yet."), _("_Reload"), _("_Keep Mine"));
}

static void
flow_loaded (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (TcFlowPage) self = data;
  g_autoptr (GError) error = NULL;
  int revision = 0;
  g_autofree char *text = tc_engine_load_flow_finish (NULL, result, &revision, &error);

  self->loading = FALSE;
  if (self->session == NULL)
    return;
  if (text != NULL)
    take_text (self, text);
  else if (!g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED))
    tc_notice_bar_show (self->notice, "save-load", GTK_MESSAGE_ERROR, error->message, _("_Try Again"), NULL);
}

static void
session_ready (TcSession  *session,
               GParamSpec *pspec,
               TcFlowPage *self)
{
  if (tc_session_get_state (session) != TC_SESSION_READY)
    return;
  g_signal_handlers_disconnect_by_func (session, session_ready, self);
  tc_flow_page_load_flow (self);
}

void
tc_flow_page_load_flow (TcFlowPage *self)
{
  TcEngine *engine = tc_session_get_engine (self->session);

  if (engine == NULL)
    {
      g_signal_connect_object (self->session, "notify::state", G_CALLBACK (session_ready), self, 0);
      return;
    }
  if (self->loading)
    return;
  self->loading = TRUE;
  tc_engine_load_flow_async (engine, self->origin_namespace, self->origin_id, 0, NULL, flow_loaded, g_object_ref (self));
  if (tc_page_get_execution (TC_PAGE (self)) == NULL)
    find_last_execution (self, engine);
}

void
tc_flow_page_flow_changed (TcFlowPage *self,
                           const char *namespace_,
                           const char *id)
{
  if (tc_flow_page_is_flow (self, namespace_, id) && !self->saving)
    tc_flow_page_load_flow (self);
}

static void
try_again_done (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  /* A second failure shows its own notice. */
  tc_page_save_finish (TC_PAGE (source), result, NULL);
}

void
tc_flow_page_saved_notice (TcFlowPage *self,
                           const char *topic,
                           int         button)
{
  if (g_str_equal (topic, "save-changed"))
    {
      if (button == 2)
        return;
      gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), FALSE);
      tc_flow_page_load_flow (self);
      return;
    }
  if (g_str_equal (topic, "save-load"))
    {
      tc_flow_page_load_flow (self);
      return;
    }
  if (g_str_equal (topic, "save-library"))
    g_clear_object (&self->file);
  tc_page_save_async (TC_PAGE (self), try_again_done, NULL);
}
