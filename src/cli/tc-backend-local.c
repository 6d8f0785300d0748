/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-backend.h"

#include "tc-api.h"
#include "tc-cli.h"
#include "tc-sync.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#define LOG_PAGE 5000
#define WAIT_MS 250

/* An engine of our own, served to other programs while it runs. */
typedef struct
{
  TcBackend     base;
  TcEngine     *engine;
  TcApi        *api;
  TcLogCursor  *logs;           /* of log_id */
  char         *log_id;

  /* The wait for an execution: a thread blocks in tc_engine_wait(), signals say that there may be something to see. */
  char         *wait_id;
  GCancellable *wait_cancel;
  gboolean      changed, over;
  GError       *wait_error;

  gboolean      in_trouble;
  guint         give_up_timer;
} Local;

static void
stop_waiting (Local *self)
{
  if (self->wait_id == NULL)
    return;
  g_cancellable_cancel (self->wait_cancel);
  while (!self->over)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->wait_cancel);
  g_clear_pointer (&self->wait_id, g_free);
  g_clear_error (&self->wait_error);
}

static void
local_free (TcBackend *backend)
{
  Local *self = (Local *) backend;

  stop_waiting (self);
  if (self->give_up_timer != 0)
    g_source_remove (self->give_up_timer);
  g_clear_pointer (&self->logs, tc_log_cursor_free);
  g_free (self->log_id);
  tc_api_stop (self->api);
  tc_engine_close (self->engine);
  g_signal_handlers_disconnect_by_data (self->engine, self);
  g_object_unref (self->engine);
  g_free (self);
}

static int
local_save_flow (TcBackend   *backend,
                 const char  *source,
                 GError     **error)
{
  return tc_sync_save_flow (((Local *) backend)->engine, source, error);
}

static char *
local_execute (TcBackend               *backend,
               const TcExecuteRequest  *request,
               const TcValue           *files,
               GError                 **error)
{
  return tc_sync_execute (((Local *) backend)->engine, request, error);
}

static TcValue *
local_execution (TcBackend   *backend,
                 const char  *id,
                 gboolean     with_runs,
                 GError     **error)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = tc_sync_execution (((Local *) backend)->engine, id, with_runs ? &runs : NULL, error);

  return head != NULL ? tc_execution_to_kestra (head, runs) : NULL;
}

static TcValue *
line_to_value (const TcLogLine *line)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autofree char *time = tc_time_format_us (line->at_us);

  tc_map_builder_str (map, "timestamp", time);
  tc_map_builder_str (map, "level", tc_level_name (line->level));
  tc_map_builder_str (map, "taskId", line->task_id);
  tc_map_builder_str (map, "taskRunId", line->task_run_id);
  tc_map_builder_take (map, "attemptNumber", tc_value_int (line->attempt));
  tc_map_builder_str (map, "value", line->value);
  tc_map_builder_str (map, "message", line->message);
  return tc_map_builder_end (g_steal_pointer (&map));
}

static gboolean
open_logs (Local       *self,
           const char  *id,
           GError     **error)
{
  if (self->logs == NULL || g_strcmp0 (self->log_id, id) != 0)
    {
      g_clear_pointer (&self->logs, tc_log_cursor_free);
      g_free (self->log_id);
      self->log_id = g_strdup (id);
      self->logs = tc_engine_open_logs (self->engine, id, error);
    }
  return self->logs != NULL && tc_log_cursor_refresh (self->logs, error);
}

static TcValue *
local_logs (TcBackend   *backend,
            const char  *id,
            uint64_t     offset,
            GError     **error)
{
  Local *self = (Local *) backend;
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  uint64_t n;

  if (!open_logs (self, id, error))
    return NULL;
  n = tc_log_cursor_n (self->logs);
  while (offset < n)
    {
      g_autoptr (GPtrArray) lines = tc_log_cursor_read (self->logs, offset, MIN (n - offset, LOG_PAGE), error);

      if (lines == NULL)
        return NULL;
      if (lines->len == 0)
        break;
      for (guint i = 0; i < lines->len; i++)
        tc_list_builder_take (list, line_to_value (g_ptr_array_index (lines, i)));
      offset += lines->len;
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
local_metrics (TcBackend   *backend,
               const char  *id,
               GError     **error)
{
  return tc_sync_metrics (((Local *) backend)->engine, id, error);
}

static void
wait_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  TcHead *head = tc_engine_wait (source, data, cancellable, &error);

  if (head != NULL)
    g_task_return_pointer (task, head, (GDestroyNotify) tc_head_unref);
  else
    g_task_return_error (task, error);
}

static void
waited (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  Local *self = data;
  g_autoptr (TcHead) head G_GNUC_UNUSED = g_task_propagate_pointer (G_TASK (result), &self->wait_error);

  self->over = TRUE;
}

static void
start_waiting (Local      *self,
               const char *id)
{
  g_autoptr (GTask) task = NULL;

  stop_waiting (self);
  self->wait_id = g_strdup (id);
  self->wait_cancel = g_cancellable_new ();
  self->over = FALSE;
  /* Not returned early: the thread uses the engine until it ends. */
  task = g_task_new (self->engine, self->wait_cancel, waited, self);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (id), g_free);
  g_task_run_in_thread (task, wait_in_thread);
}

static gboolean
wake (gpointer data)
{
  ((Local *) data)->changed = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
local_wait (TcBackend   *backend,
            const char  *id,
            gboolean    *over,
            GError     **error)
{
  Local *self = (Local *) backend;
  guint timer;

  if (g_strcmp0 (self->wait_id, id) != 0)
    start_waiting (self, id);
  timer = g_timeout_add (WAIT_MS, wake, self);
  self->changed = FALSE;
  while (!self->changed && !self->over)
    g_main_context_iteration (NULL, TRUE);
  if (!self->changed || g_main_context_find_source_by_id (NULL, timer) != NULL)
    g_source_remove (timer);
  *over = self->over;
  if (self->wait_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->wait_error));
  return FALSE;
}

static TcValue *
local_command (TcBackend      *backend,
               const char     *id,
               const char     *command,
               const TcValue  *args,
               GError        **error)
{
  return tc_sync_command (((Local *) backend)->engine, id, command, args, error);
}

static TcValue *
local_find (TcBackend      *backend,
            const TcValue  *query,
            GError        **error)
{
  g_autoptr (GPtrArray) heads = tc_sync_find (((Local *) backend)->engine, query, error), none = g_ptr_array_new ();
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  if (heads == NULL)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    tc_list_builder_take (list, tc_execution_to_kestra (g_ptr_array_index (heads, i), none));
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
local_flows (TcBackend  *backend,
             GError    **error)
{
  return tc_sync_flows (((Local *) backend)->engine, error);
}

static char *
local_flow (TcBackend   *backend,
            const char  *namespace_,
            const char  *id,
            int          revision,
            GError     **error)
{
  return tc_sync_flow (((Local *) backend)->engine, namespace_, id, revision, error);
}

static gboolean
local_delete_flow (TcBackend   *backend,
                   const char  *namespace_,
                   const char  *id,
                   GError     **error)
{
  return tc_sync_delete_flow (((Local *) backend)->engine, namespace_, id, error);
}

static TcValue *
local_kv (TcBackend      *backend,
          const char     *action,
          const char     *namespace_,
          const char     *key,
          const TcValue  *args,
          GError        **error)
{
  return tc_sync_kv (((Local *) backend)->engine, action, namespace_, key, args, error);
}

static TcValue *
local_triggers (TcBackend      *backend,
                const char     *action,
                const char     *namespace_,
                const char     *flow_id,
                const char     *trigger_id,
                const TcValue  *args,
                GError        **error)
{
  return tc_sync_triggers (((Local *) backend)->engine, action, namespace_, flow_id, trigger_id, args, error);
}

static TcValue *
local_secrets (TcBackend  *backend,
               GError    **error)
{
  return tc_sync_secrets (((Local *) backend)->engine, error);
}

static gboolean
local_set_secret (TcBackend   *backend,
                  const char  *namespace_,
                  const char  *name,
                  const char  *value,
                  GError     **error)
{
  return tc_sync_set_secret (((Local *) backend)->engine, namespace_, name, value, error);
}

static TcValue *
local_eval (TcBackend   *backend,
            const char  *id,
            const char  *task_run_id,
            const char  *text,
            GError     **error)
{
  return tc_sync_eval (((Local *) backend)->engine, id, task_run_id, text, error);
}

static void
local_keep (TcBackend *backend)
{
  tc_engine_keep (((Local *) backend)->engine);
}

/* J7: the engine waits for room on the disk. A user who set a limit has their answer by then: what is stored stays, and goes on next time. */
static gboolean
give_up (gpointer data)
{
  g_printerr (_("The data directory still cannot be written: giving up. What was stored goes on at the next start.\n"));
  exit (TC_EXIT_BROKEN);
}

static void
status_changed (TcEngine      *engine,
                const TcValue *status,
                Local         *self)
{
  const TcValue *store = tc_value_get (status, "store");
  const char *state = tc_value_get_str (store, "state"), *hint = tc_value_get_str (store, "hint");
  gboolean is_well = state == NULL || g_str_equal (state, "ok");

  if (is_well == !self->in_trouble)
    return;
  self->in_trouble = !is_well;
  if (is_well)
    g_printerr (_("The data directory can be written again.\n"));
  else
    g_printerr (_("Waiting: %s\n"), hint != NULL ? hint : _("the data directory cannot be written"));
  if (!is_well && self->base.patience_us > 0)
    self->give_up_timer = g_timeout_add ((guint) (self->base.patience_us / 1000), give_up, self);
  else if (self->give_up_timer != 0)
    g_source_remove (self->give_up_timer);
  self->give_up_timer = is_well ? 0 : self->give_up_timer;
}

static const TcBackendClass local_class = {
  local_free, local_save_flow, local_execute, local_execution, local_logs, local_metrics, local_wait, local_command, local_find,
  local_flows, local_flow, local_delete_flow, local_kv, local_triggers, local_secrets, local_set_secret, local_eval, local_keep,
};

static void
execution_changed (TcEngine  *engine,
                   TcHead    *head,
                   GPtrArray *runs,
                   Local     *self)
{
  self->changed = TRUE;
}

static void
logs_available (TcEngine   *engine,
                const char *execution_id,
                guint64     n,
                Local      *self)
{
  self->changed = TRUE;
}

TcBackend *
tc_backend_local_new (const TcEngineOptions  *options,
                      GError                **error)
{
  TcEngine *engine = tc_engine_new (options, error);
  Local *self;

  if (engine == NULL)
    return NULL;
  self = g_new0 (Local, 1);
  self->base.klass = &local_class;
  self->base.data = g_strdup (options->data_directory);
  self->engine = engine;
  g_signal_connect (engine, "execution-changed", G_CALLBACK (execution_changed), self);
  g_signal_connect (engine, "logs-available", G_CALLBACK (logs_available), self);
  g_signal_connect (engine, "status-changed", G_CALLBACK (status_changed), self);
  if (!options->ephemeral)
    self->api = tc_api_start (engine, error);
  if (self->api != NULL || options->ephemeral)
    return &self->base;
  tc_backend_free (&self->base);
  return NULL;
}
