/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-job-world.h"
#include "private/tc-resume.h"
#include "private/tc-submit.h"
#include "tc-library.h"
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Commands on one execution: each is an event, journaled like any other; "replay" makes a new execution; "delete" forgets one. */

typedef struct
{
  TcSite  *site;
  char    *id, *command;
  TcValue *args;
  TcHead  *head;
} Request;

static const struct
{
  const char *name;
  TcEventKind kind;
} commands[] = {
  { "kill", TC_EVENT_KILL }, { "pause", TC_EVENT_PAUSE }, { "restart", TC_EVENT_RESTART },
  { "change-state", TC_EVENT_CHANGE_STATE }, { "force-run", TC_EVENT_FORCE_RUN }, { "unqueue", TC_EVENT_UNQUEUE },
  { "resume-breakpoint", TC_EVENT_RESUME_BREAKPOINT },
};

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->id);
  g_free (self->command);
  tc_value_unref (self->args);
  tc_head_unref (self->head);
  g_free (self);
}

static void
return_error (GTask *task, const GError *error)
{
  if (error->domain == TC_EXECUTOR_ERROR)
    g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, "%s", error->message);
  else if (g_error_matches (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, "%s", error->message);
  else
    g_task_return_error (task, g_error_copy (error));
}

static void
on_durable (TcCore *core, TcLive *live, gpointer data, const GError *error)
{
  g_autoptr (GTask) task = data;

  if (error != NULL)
    return_error (task, error);
  else
    g_task_return_pointer (task, tc_value_map_of ("id", tc_value_string (tc_execution_head (live->execution)->id), NULL),
                           (GDestroyNotify) tc_value_unref);
}

static void
send_event (TcLive *live, GTask *task, TcEventKind kind)
{
  Request *self = g_task_get_task_data (task);
  TcEvent *event = tc_event_new (kind, tc_now_us (), NULL);
  const char *state = self->args != NULL ? tc_value_get_str (self->args, "state") : NULL;
  g_autoptr (GError) error = NULL;

  event->payload = self->args != NULL ? tc_value_ref (self->args) : NULL;
  if (state != NULL)
    tc_state_parse (state, &event->state);
  if (tc_live_step (live, event, NULL, on_durable, task, &error))
    return;
  return_error (task, error);
  g_object_unref (task);
}

static void
on_replayed (TcCore *core, TcSubmission *submission, const GError *error)
{
  g_autoptr (GTask) task = submission->data;

  if (error != NULL)
    return_error (task, error);
  else
    g_task_return_pointer (task, tc_value_map_of ("id", tc_value_string (submission->execution_id), NULL), (GDestroyNotify) tc_value_unref);
}

static void
replay (TcCore *core, TcLive *live, GTask *task)
{
  Request *self = g_task_get_task_data (task);
  const TcValue *inputs = self->args != NULL ? tc_value_get (self->args, "inputs") : NULL;
  const TcHead *head = tc_execution_head (live->execution);
  TcSubmission *submission = tc_submission_new ();

  submission->namespace = g_strdup (head->namespace);
  submission->flow_id = g_strdup (head->flow_id);
  submission->revision = head->flow_revision;
  submission->replayed = tc_live_ref (live);
  submission->replayed_run = g_strdup (self->args != NULL ? tc_value_get_str (self->args, "taskRunId") : NULL);
  submission->inputs = inputs != NULL ? tc_value_ref (inputs) : NULL;
  submission->done = on_replayed;
  submission->data = task;
  tc_submit (core, submission);
}

static void
remove_files (gpointer data)
{
  Request *self = data;
  g_autofree char *source = tc_source_path (self->site, self->id);
  static const char *const endings[] = { ".log", ".idx", ".log.idx" };

  tc_storage_remove_execution (self->site->data_dir, self->head, NULL);
  g_unlink (source);
  for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *name = g_strconcat (self->id, endings[i], NULL);
      g_autofree char *path = g_build_filename (self->site->log_dir, name, NULL);

      g_unlink (path);
    }
  request_free (self);
}

static void
on_deleted (gpointer data, const GError *error)
{
  GTask *task = data;
  Request *self = g_task_get_task_data (task), *files;

  if (error != NULL)
    {
      return_error (task, error);
      return;
    }
  files = g_new0 (Request, 1);
  files->site = self->site;
  files->id = g_strdup (self->id);
  files->head = tc_head_ref (self->head);
  tc_site_compute (self->site, remove_files, files);
  g_task_return_pointer (task, tc_value_map_of (NULL, NULL), (GDestroyNotify) tc_value_unref);
}

static void
delete (TcCore *core, TcLive *live, GTask *task)
{
  Request *self = g_task_get_task_data (task);
  TcBatch *batch;

  if (!live->over || live->n_works > 0)
    {
      g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Execution '%s' is not over: kill it first"), self->id);
      g_object_unref (task);
      return;
    }
  self->head = tc_head_ref (tc_execution_head (live->execution));
  batch = tc_batch_new ();
  tc_batch_execution_delete (batch, self->id);
  tc_store_commit (core->site.store, batch, on_deleted, task, g_object_unref);
}

static void
on_inputs (TcCore *core, TcValue *inputs, gpointer data, const GError *error)
{
  GTask *task = data;
  Request *self = g_task_get_task_data (task);
  TcLive *live = g_hash_table_lookup (core->live, self->id);

  if (error != NULL || live == NULL)
    {
      if (error != NULL)
        return_error (task, error);
      else
        g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Execution '%s' is over"), self->id);
      g_object_unref (task);
      return;
    }
  if (inputs != NULL)
    {
      TcValue *with = self->args != NULL ? tc_value_with (self->args, "inputs", inputs)
                                         : tc_value_map_of ("inputs", tc_value_ref (inputs), NULL);

      tc_value_unref (self->args);
      self->args = with;
    }
  send_event (live, task, TC_EVENT_RESUME);
}

static void
on_woken (TcCore *core, TcLive *live, gpointer data, const GError *error)
{
  GTask *task = data;
  Request *self = g_task_get_task_data (task);

  if (live == NULL)
    {
      return_error (task, error);
      g_object_unref (task);
      return;
    }
  if (g_str_equal (self->command, "replay"))
    {
      replay (core, live, task);
      return;
    }
  if (g_str_equal (self->command, "delete"))
    {
      delete (core, live, task);
      return;
    }
  if (g_str_equal (self->command, "resume"))
    {
      tc_resume_resolve (live, self->args, on_inputs, task);
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (self->command, commands[i].name))
      {
        send_event (live, task, commands[i].kind);
        return;
      }
  g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("There is no command '%s'"), self->command);
  g_object_unref (task);
}

static void
begin (TcCore *core, gpointer data)
{
  Request *self = g_task_get_task_data (data);

  tc_wake (core, self->id, on_woken, data);
}

static void
post (TcSite *site, const char *execution_id, const char *command, const TcValue *args, GTask *task, GDestroyNotify lost)
{
  Request *request = g_new0 (Request, 1);

  request->site = site;
  request->id = g_strdup (execution_id);
  request->command = g_strdup (command);
  request->args = args != NULL ? tc_value_ref (args) : NULL;
  g_task_set_task_data (task, request, request_free);
  tc_site_post (site, begin, task, lost);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
on_lost (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  return G_SOURCE_REMOVE;      /* it has woken the loop: that is all */
}

/* An answer that comes after a cancellation is dispatched nowhere: its context is gone. */
TcValue *
tc_site_command (TcSite *site, const char *execution_id, const char *command, const TcValue *args, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) stop = g_cancellable_source_new (cancellable);
  g_autoptr (GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  g_source_set_callback (stop, G_SOURCE_FUNC (on_cancelled), NULL, NULL);
  g_source_attach (stop, context);
  post (site, execution_id, command, args, g_task_new (NULL, NULL, on_answer, &result), on_lost);
  while (result == NULL && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (context, TRUE);
  g_source_destroy (stop);
  g_main_context_pop_thread_default (context);
  if (result != NULL)
    return g_task_propagate_pointer (G_TASK (result), error);
  g_cancellable_set_error_if_cancelled (cancellable, error);
  return NULL;
}

void
tc_engine_command_async (TcEngine *self, const char *execution_id, const char *command, const TcValue *args, GCancellable *c,
                         GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_command_async);

  if (task != NULL)
    post (&self->core->site, execution_id, command, args, task, g_object_unref);
}

TcValue *
tc_engine_command_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
