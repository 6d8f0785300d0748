/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api-call.h"

#include "tc-json.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>

#define LOG_PAGE 20000

static TcValue *
execution_value (const TcHead    *head,
                 const GPtrArray *runs)
{
  g_autoptr (GPtrArray) none = runs == NULL ? g_ptr_array_new () : NULL;

  return tc_execution_to_kestra (head, runs != NULL ? runs : none);
}

static void
execution_loaded (GObject      *engine,
                  GAsyncResult *result,
                  gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *source = NULL;
  g_autoptr (TcHead) head = tc_engine_load_execution_finish (call->engine, result, &runs, &source, &error);

  if (head == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, execution_value (head, runs));
}

static void
answer_execution (TcApiCall  *call,
                  const char *id)
{
  tc_engine_load_execution_async (call->engine, id, NULL, execution_loaded, call);
}

static void
get_execution (TcApiCall *call)
{
  answer_execution (call, call->arguments[0]);
}

/* `labels=k:v`, as often as wanted; the parsed query keeps only the last of a name. */
static TcValue *
query_labels (TcApiCall *call)
{
  const char *query = g_uri_get_query (call->soup->server_message_get_uri (call->message));
  g_auto (GStrv) pairs = g_strsplit (query != NULL ? query : "", "&", -1);
  TcMapBuilder *labels = tc_map_builder_new ();

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      g_autofree char *label = g_str_has_prefix (*pair, "labels=") ? g_uri_unescape_string (*pair + strlen ("labels="), NULL) : NULL;
      char *colon = label != NULL ? strchr (label, ':') : NULL;

      if (colon == NULL)
        continue;
      *colon = '\0';
      tc_map_builder_str (labels, label, colon + 1);
    }
  return tc_map_builder_end (labels);
}

static void
executed (GObject      *engine,
          GAsyncResult *result,
          gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tc_engine_execute_finish (call->engine, result, &error);

  if (id == NULL)
    tc_api_answer_error (call, error);
  else
    answer_execution (call, id);
}

static void
execute (TcApiCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) inputs = call->upload != NULL ? tc_upload_finish (call->upload, &error) : tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) labels = query_labels (call);
  TcExecuteRequest request = { 0 };

  if (inputs == NULL)
    {
      tc_api_answer_error (call, error);
      return;
    }
  request.namespace = call->arguments[0];
  request.flow_id = call->arguments[1];
  request.revision = (int) tc_api_query_int (call, "revision", 0);
  request.kind = tc_api_query (call, "kind");
  request.inputs = inputs;
  request.labels = labels;
  tc_engine_execute_async (call->engine, &request, NULL, executed, call);
}

static void
commanded (GObject      *engine,
           GAsyncResult *result,
           gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) answer = tc_engine_command_finish (call->engine, result, &error);
  const char *id = tc_value_get_str (answer, "id");

  if (answer == NULL)
    tc_api_answer_error (call, error);
  else if (g_str_equal (call->state, "kill"))
    tc_api_answer (call, 202, NULL);
  else if (g_str_equal (call->state, "delete"))
    tc_api_answer (call, 204, NULL);
  else
    answer_execution (call, id != NULL ? id : call->arguments[0]);
}

/* JSON as our own client sends it, or the inputs as a form, which Kestra's clients resume with. */
static TcValue *
read_args (TcApiCall  *call,
           GError    **error)
{
  TcValue *inputs = call->upload != NULL ? tc_upload_finish (call->upload, error) : NULL;
  g_autofree char *body = NULL;
  gsize length;

  if (call->upload != NULL)
    return inputs != NULL ? tc_value_map_of ("inputs", inputs, NULL) : NULL;
  body = tc_api_body (call, &length);
  return length > 0 ? tc_json_read (body, length, error) : tc_value_map_of (NULL, NULL);
}

static void
send_command (TcApiCall  *call,
              const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) args = read_args (call, &error);
  const char *task_run = tc_api_query (call, "taskRunId");

  if (args == NULL && error->domain != TC_JSON_ERROR)
    {
      tc_api_answer_error (call, error);
      return;
    }
  if (args == NULL)
    {
      tc_api_answer_status (call, 422, "Invalid json: %s", error->message);
      return;
    }
  if (task_run != NULL)
    {
      g_autoptr (TcValue) id = tc_value_string (task_run);
      TcValue *with = tc_value_with (args, "taskRunId", id);

      tc_value_unref (args);
      args = with;
    }
  call->state = g_strdup (command);
  call->state_free = g_free;
  tc_engine_command_async (call->engine, call->arguments[0], command, args, NULL, commanded, call);
}

static void
kill_execution (TcApiCall *call)
{
  send_command (call, "kill");
}

static void
delete_execution (TcApiCall *call)
{
  send_command (call, "delete");
}

/* Kestra's words for what the engine names in one way. */
static void
act_on_execution (TcApiCall *call)
{
  static const char *const known[] = { "pause", "resume", "restart", "replay", "force-run", "unqueue", NULL };
  const char *action = call->arguments[1];

  if (g_strv_contains (known, action))
    send_command (call, action);
  else if (g_str_equal (action, "state"))
    send_command (call, "change-state");
  else if (g_str_equal (action, "resume-from-breakpoint"))
    send_command (call, "resume-breakpoint");
  else
    execute (call);
}

static void
executions_found (GObject      *engine,
                  GAsyncResult *result,
                  gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heads = tc_engine_find_executions_finish (call->engine, result, &error);
  TcListBuilder *list;

  if (heads == NULL)
    {
      tc_api_answer_error (call, error);
      return;
    }
  list = tc_list_builder_new ();
  for (guint i = 0; i < heads->len; i++)
    tc_list_builder_take (list, execution_value (heads->pdata[i], NULL));
  tc_api_answer (call, 200, tc_api_page (tc_list_builder_end (list)));
}

static void
search_executions (TcApiCall *call)
{
  TcMapBuilder *query = tc_map_builder_new ();
  gint64 size = tc_api_query_int (call, "size", 10), page = MAX (1, tc_api_query_int (call, "page", 1));
  const char *state = tc_api_query (call, "state");
  g_autoptr (TcValue) built = NULL;

  tc_map_builder_str (query, "namespace", tc_api_query (call, "namespace"));
  tc_map_builder_str (query, "flowId", tc_api_query (call, "flowId"));
  tc_map_builder_str (query, "text", tc_api_query (call, "q"));
  if (state != NULL)
    {
      TcValue *name = tc_value_string (state);

      tc_map_builder_take (query, "states", tc_value_list (&name, 1));
    }
  tc_map_builder_take (query, "limit", tc_value_int (size));
  tc_map_builder_take (query, "offset", tc_value_int ((page - 1) * size));
  built = tc_map_builder_end (query);
  tc_engine_find_executions_async (call->engine, built, NULL, executions_found, call);
}

static TcValue *
log_value (const char      *execution_id,
           const TcLogLine *line)
{
  TcMapBuilder *entry = tc_map_builder_new ();
  g_autofree char *time = tc_time_format_us (line->at_us);

  tc_map_builder_str (entry, "executionId", execution_id);
  tc_map_builder_str (entry, "taskId", line->task_id);
  tc_map_builder_str (entry, "taskRunId", line->task_run_id);
  tc_map_builder_str (entry, "value", line->value);
  if (line->task_run_id != NULL)
    tc_map_builder_take (entry, "attemptNumber", tc_value_int (line->attempt));
  tc_map_builder_str (entry, "timestamp", time);
  tc_map_builder_str (entry, "level", tc_level_name (line->level));
  tc_map_builder_str (entry, "message", line->message);
  return tc_map_builder_end (entry);
}

/* On a worker: reading logs blocks. */
static void
read_logs (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  TcApiCall *call = data;
  const char *id = call->arguments[0], *minimum = tc_api_query (call, "minLevel"), *run = tc_api_query (call, "taskRunId");
  GError *error = NULL;
  g_autoptr (TcLogCursor) cursor = tc_engine_open_logs (call->engine, id, &error);
  gint64 offset = tc_api_query_int (call, "offset", 0), n = tc_api_query_int (call, "limit", G_MAXINT64);
  TcListBuilder *list = tc_list_builder_new ();
  TcLevel level = TC_LEVEL_TRACE;

  if (minimum != NULL)
    tc_level_parse (minimum, &level);
  for (guint64 at = (guint64) offset, end = 0; error == NULL && n > 0; at += LOG_PAGE)
    {
      g_autoptr (GPtrArray) lines = NULL;

      end = tc_log_cursor_n (cursor);
      if (at >= end)
        break;
      lines = tc_log_cursor_read (cursor, at, MIN (LOG_PAGE, MIN (end - at, (guint64) n)), &error);
      for (guint i = 0; lines != NULL && i < lines->len; i++)
        {
          const TcLogLine *line = lines->pdata[i];

          if (line->level >= level && (run == NULL || g_strcmp0 (run, line->task_run_id) == 0))
            tc_list_builder_take (list, log_value (id, line));
        }
      n -= lines != NULL ? lines->len : 0;
    }
  if (error != NULL)
    {
      tc_list_builder_free (list);
      g_task_return_error (task, error);
    }
  else
    g_task_return_pointer (task, tc_list_builder_end (list), (GDestroyNotify) tc_value_unref);
}

static void
logs_read (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  TcValue *list = g_task_propagate_pointer (G_TASK (result), &error);

  if (list == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, list);
}

static void
get_logs (TcApiCall *call)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, logs_read, call);

  g_task_set_task_data (task, call, NULL);
  g_task_run_in_thread (task, read_logs);
}

static void
metrics_loaded (GObject      *engine,
                GAsyncResult *result,
                gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  TcValue *metrics = tc_engine_load_metrics_finish (call->engine, result, &error);

  if (metrics == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, tc_api_page (metrics));
}

static void
get_metrics (TcApiCall *call)
{
  tc_engine_load_metrics_async (call->engine, call->arguments[0], NULL, metrics_loaded, call);
}

static void
evaluated (GObject      *engine,
           GAsyncResult *result,
           gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  TcValue *value = tc_engine_eval_finish (call->engine, result, &error);

  tc_api_answer (call, 200, value != NULL ? tc_value_map_of ("result", value, NULL)
                                          : tc_value_map_of ("error", tc_value_string (error->message), NULL));
}

static void
eval (TcApiCall *call)
{
  gsize length;
  g_autofree char *text = tc_api_body (call, &length);

  tc_engine_eval_async (call->engine, call->arguments[0], call->arguments[1], text, NULL, evaluated, call);
}

const TcApiRoute tc_api_execution_routes[] = {
  { "GET", "executions/search", search_executions },
  { "GET", "executions/*", get_execution },
  { "DELETE", "executions/*", delete_execution },
  { "DELETE", "executions/*/kill", kill_execution },
  { "POST", "executions/*/eval/*", eval },
  { "POST", "executions/trigger/*/*", execute },
  { "POST", "executions/*/*", act_on_execution },
  { "GET", "logs/*", get_logs },
  { "GET", "metrics/*", get_metrics },
  { 0 }
};
