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
  TcSiteAnswered answered;      /* NULL: it was called */
  gpointer data;
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
answer (Request *self, TcValue *value, const GError *error)
{
  TcSiteAnswered answered = self->answered;

  self->answered = NULL;
  answered (self->data, value, error);
}

static void
answer_id (Request *self, const char *id)
{
  answer (self, tc_value_map_of ("id", tc_value_string (id), NULL), NULL);
}

static void
refuse (Request *self, const GError *error)
{
  g_autoptr (GError) mine = NULL;

  if (error->domain == TC_EXECUTOR_ERROR)
    mine = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, error->message);
  else if (g_error_matches (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    mine = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, error->message);
  answer (self, NULL, mine != NULL ? mine : error);
}

static void refuse_because (Request *self, TcEngineError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
refuse_because (Request *self, TcEngineError code, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (TC_ENGINE_ERROR, (int) code, format, args);
  va_end (args);
  answer (self, NULL, error);
}

/* What is freed without an answer was lost on its way. */
static void
request_free (gpointer data)
{
  Request *self = data;

  if (self->answered != NULL)
    refuse_because (self, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));
  g_free (self->id);
  g_free (self->command);
  tc_value_unref (self->args);
  tc_head_unref (self->head);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
on_durable (TcCore *core, TcLive *live, gpointer data, const GError *error)
{
  g_autoptr (Request) self = data;

  if (error != NULL)
    refuse (self, error);
  else
    answer_id (self, tc_execution_head (live->execution)->id);
}

static void
send_event (TcLive *live, Request *self, TcEventKind kind)
{
  TcEvent *event = tc_event_new (kind, tc_now_us (), NULL);
  const char *state = self->args != NULL ? tc_value_get_str (self->args, "state") : NULL;
  g_autoptr (GError) error = NULL;

  event->payload = self->args != NULL ? tc_value_ref (self->args) : NULL;
  if (state != NULL)
    tc_state_parse (state, &event->state);
  if (tc_live_step (live, event, NULL, on_durable, self, &error))
    return;
  refuse (self, error);
  request_free (self);
}

static void
on_replayed (TcCore *core, TcSubmission *submission, const GError *error)
{
  g_autoptr (Request) self = submission->data;

  if (error != NULL)
    refuse (self, error);
  else
    answer_id (self, submission->execution_id);
}

static void
replay (TcCore *core, TcLive *live, Request *self)
{
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
  submission->data = self;
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
  Request *self = data, *files;

  if (error != NULL)
    {
      refuse (self, error);
      return;
    }
  files = g_new0 (Request, 1);
  files->site = self->site;
  files->id = g_strdup (self->id);
  files->head = tc_head_ref (self->head);
  tc_site_compute (self->site, remove_files, files);
  answer (self, tc_value_map_of (NULL, NULL), NULL);
}

static void
delete (TcCore *core, TcLive *live, Request *self)
{
  TcBatch *batch;

  if (!live->over || live->n_works > 0)
    {
      refuse_because (self, TC_ENGINE_ERROR_REFUSED, _("Execution '%s' is not over: kill it first"), self->id);
      request_free (self);
      return;
    }
  self->head = tc_head_ref (tc_execution_head (live->execution));
  batch = tc_batch_new ();
  tc_batch_execution_delete (batch, self->id);
  tc_store_commit (core->site.store, batch, on_deleted, self, request_free);
}

static void
on_inputs (TcCore *core, TcValue *inputs, gpointer data, const GError *error)
{
  Request *self = data;
  TcLive *live = g_hash_table_lookup (core->live, self->id);

  if (error != NULL || live == NULL)
    {
      if (error != NULL)
        refuse (self, error);
      else
        refuse_because (self, TC_ENGINE_ERROR_REFUSED, _("Execution '%s' is over"), self->id);
      request_free (self);
      return;
    }
  if (inputs != NULL)
    {
      TcValue *with = self->args != NULL ? tc_value_with (self->args, "inputs", inputs)
                                         : tc_value_map_of ("inputs", tc_value_ref (inputs), NULL);

      tc_value_unref (self->args);
      self->args = with;
    }
  send_event (live, self, TC_EVENT_RESUME);
}

static void
on_woken (TcCore *core, TcLive *live, gpointer data, const GError *error)
{
  Request *self = data;

  if (live == NULL)
    {
      refuse (self, error);
      request_free (self);
      return;
    }
  if (g_str_equal (self->command, "replay"))
    {
      replay (core, live, self);
      return;
    }
  if (g_str_equal (self->command, "delete"))
    {
      delete (core, live, self);
      return;
    }
  if (g_str_equal (self->command, "resume"))
    {
      tc_resume_resolve (live, self->args, on_inputs, self);
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (self->command, commands[i].name))
      {
        send_event (live, self, commands[i].kind);
        return;
      }
  refuse_because (self, TC_ENGINE_ERROR_REFUSED, _("There is no command '%s'"), self->command);
  request_free (self);
}

static void
begin (TcCore *core, gpointer data)
{
  Request *self = data;

  tc_wake (core, self->id, on_woken, self);
}

static void
post (TcSite *site, const char *execution_id, const char *command, const TcValue *args, TcSiteAnswered answered, gpointer data)
{
  Request *request = g_new0 (Request, 1);

  request->site = site;
  request->id = g_strdup (execution_id);
  request->command = g_strdup (command);
  request->args = args != NULL ? tc_value_ref (args) : NULL;
  request->answered = answered;
  request->data = data;
  tc_site_post (site, begin, request, request_free);
}

/* What tc_site_await() waits for. */
typedef struct
{
  TcValue *value;
  GError  *error;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *self = data;

  tc_value_unref (self->value);
  g_clear_error (&self->error);
  g_free (self);
}

static void
push_answer (gpointer data, TcValue *value, const GError *error)
{
  g_autoptr (GAsyncQueue) answers = data;
  Answer *message = g_new (Answer, 1);

  *message = (Answer) { value, error != NULL ? g_error_copy (error) : NULL };
  g_async_queue_push (answers, message);
}

static void
on_cancelled (GCancellable *cancellable, gpointer answers)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  push_answer (g_async_queue_ref (answers), NULL, error);
}

/* The first answer counts; one that comes after a cancellation goes with the queue. */
TcValue *
tc_site_await (TcSitePost ask, gpointer request, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new_full (answer_free);
  TcValue *value;
  Answer *first;
  gulong handler;

  ask (request, push_answer, g_async_queue_ref (answers));
  handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), answers, NULL);
  first = g_async_queue_pop (answers);
  g_cancellable_disconnect (cancellable, handler);
  value = g_steal_pointer (&first->value);
  if (value == NULL)
    g_propagate_error (error, g_steal_pointer (&first->error));
  answer_free (first);
  return value;
}

typedef struct
{
  TcSite        *site;
  const char    *id, *command;
  const TcValue *args;
} Command;

static void
ask_command (gpointer data, TcSiteAnswered answered, gpointer answer_data)
{
  const Command *self = data;

  post (self->site, self->id, self->command, self->args, answered, answer_data);
}

TcValue *
tc_site_command (TcSite *site, const char *execution_id, const char *command, const TcValue *args, GCancellable *cancellable, GError **error)
{
  Command request = { site, execution_id, command, args };

  return tc_site_await (ask_command, &request, cancellable, error);
}

static void
return_answer (gpointer data, TcValue *value, const GError *error)
{
  g_autoptr (GTask) task = data;

  if (value != NULL)
    g_task_return_pointer (task, value, (GDestroyNotify) tc_value_unref);
  else
    g_task_return_error (task, g_error_copy (error));
}

void
tc_engine_command_async (TcEngine *self, const char *execution_id, const char *command, const TcValue *args, GCancellable *c,
                         GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_command_async);

  if (task != NULL)
    post (&self->core->site, execution_id, command, args, return_answer, task);
}

TcValue *
tc_engine_command_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
