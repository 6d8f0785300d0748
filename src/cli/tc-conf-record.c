/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-conf.h"

#include "tc-json.h"
#include "tc-sync.h"
#include <stdio.h>
#include <string.h>

#define MAX_LOGS 4000
#define MAX_FILES 60
#define MAX_FILE_BYTES 4096

static TcValue *
history_value (const TcHistory *history)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (size_t i = 0; i < history->n; i++)
    tc_list_builder_take (list, tc_value_string (tc_state_name (history->items[i].state)));
  return tc_list_builder_end (list);
}

static int
index_of_run (GPtrArray  *runs,
              const char *id)
{
  for (guint i = 0; i < runs->len; i++)
    if (strcmp (((TcTaskRun *) runs->pdata[i])->id, id) == 0)
      return (int) i;
  return -1;
}

static TcValue *
attempt_states (const TcTaskRun *run)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (guint i = 0; i < run->attempts->len; i++)
    {
      const TcAttempt *attempt = run->attempts->pdata[i];

      tc_list_builder_take (list, tc_value_string (tc_state_name (attempt->history.items[attempt->history.n - 1].state)));
    }
  return tc_list_builder_end (list);
}

static TcValue *
run_value (TcConfNorm      *norm,
           GPtrArray       *runs,
           const TcTaskRun *run)
{
  TcMapBuilder *map = tc_map_builder_new ();
  guint attempts = run->attempts != NULL ? run->attempts->len : 0;

  tc_map_builder_str (map, "id", run->task_id);
  if (run->value != NULL)
    tc_map_builder_take (map, "value", tc_value_string_take (tc_conf_norm_text (norm, run->value)));
  if (run->iteration >= 0)
    tc_map_builder_take (map, "iteration", tc_value_int (run->iteration));
  if (run->parent_id != NULL)
    tc_map_builder_take (map, "parent", tc_value_int (index_of_run (runs, run->parent_id)));
  tc_map_builder_str (map, "state", tc_state_name (tc_task_run_state (run)));
  tc_map_builder_take (map, "history", history_value (&run->history));
  tc_map_builder_take (map, "attempts", tc_value_int (attempts));
  if (attempts > 1)
    tc_map_builder_take (map, "attemptStates", attempt_states (run));
  if (run->outputs != NULL && tc_value_length (run->outputs) > 0)
    tc_map_builder_take (map, "outputs", tc_conf_norm_value (norm, run->outputs));
  return tc_map_builder_end (map);
}

typedef struct
{
  TcConfCase   *self;
  TcMapBuilder *map;
  guint         n;
} Files;

static void
add_file (Files      *files,
          const char *uri,
          const char *path)
{
  g_autofree char *local = tc_engine_uri_path (files->self->engine, uri, NULL), *content = NULL;
  gsize length;

  files->n++;
  if (local == NULL || !g_file_get_contents (local, &content, &length, NULL))
    tc_map_builder_str (files->map, path, "<unreadable>");
  else if (length > MAX_FILE_BYTES)
    tc_map_builder_str (files->map, path, "<long>");
  else
    tc_map_builder_take (files->map, path, tc_value_string_len (content, length));
}

/* Texts of stored files that outputs name. */
static void
collect_files (Files         *files,
               const TcValue *value,
               const char    *path)
{
  if (tc_value_is (value, TC_VALUE_MAP) || tc_value_is (value, TC_VALUE_LIST))
    for (size_t i = 0; i < tc_value_length (value); i++)
      {
        g_autofree char *below = tc_value_is (value, TC_VALUE_MAP) ? g_strdup_printf ("%s/%s", path, tc_value_key (value, i))
                                                                   : g_strdup_printf ("%s/%zu", path, i);

        collect_files (files, tc_value_item (value, i), below);
      }
  else if (tc_value_is (value, TC_VALUE_STRING) && g_str_has_prefix (tc_value_get_text (value), "kestra:///") && files->n < MAX_FILES)
    add_file (files, tc_value_get_text (value), path);
}

static TcValue *
log_value (TcConfNorm      *norm,
           GPtrArray       *runs,
           const TcLogLine *line)
{
  TcMapBuilder *map = tc_map_builder_new ();
  int run = line->task_run_id != NULL ? index_of_run (runs, line->task_run_id) : -1;
  const char *value = run >= 0 ? ((TcTaskRun *) runs->pdata[run])->value : NULL;

  tc_map_builder_str (map, "task", line->task_id);
  if (value != NULL)
    tc_map_builder_take (map, "value", tc_value_string_take (tc_conf_norm_text (norm, value)));
  if (line->attempt > 0)
    tc_map_builder_take (map, "attempt", tc_value_int (line->attempt));
  tc_map_builder_str (map, "level", tc_level_name (line->level));
  tc_map_builder_take (map, "message", tc_value_string_take (tc_conf_norm_text (norm, line->message)));
  return tc_map_builder_end (map);
}

static gboolean
is_stack_trace (const TcLogLine *line)
{
  return line->level == TC_LEVEL_TRACE && (strstr (line->message, "\n\tat ") != NULL || strstr (line->message, "Exception") != NULL);
}

static TcValue *
record_logs (TcConfCase *self,
             TcConfNorm *norm,
             const char *id,
             GPtrArray  *runs)
{
  TcListBuilder *list = tc_list_builder_new ();
  g_autoptr (TcLogCursor) cursor = tc_engine_open_logs (self->engine, id, NULL);
  g_autoptr (GPtrArray) lines = NULL;

  if (cursor != NULL && tc_log_cursor_refresh (cursor, NULL))
    lines = tc_log_cursor_read (cursor, 0, MAX_LOGS, NULL);
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    if (!is_stack_trace (lines->pdata[i]))
      tc_list_builder_take (list, log_value (norm, runs, lines->pdata[i]));
  return tc_list_builder_end (list);
}

static TcValue *
metric_value (TcConfNorm    *norm,
              const TcValue *metric)
{
  TcMapBuilder *map = tc_map_builder_new ();
  const char *name = tc_value_get_str (metric, "name"), *type = tc_value_get_str (metric, "type");
  const TcValue *value = tc_value_get (metric, "value"), *tags = tc_value_get (metric, "tags");

  tc_map_builder_str (map, "task", tc_value_get_str (metric, "taskId"));
  tc_map_builder_str (map, "name", name);
  tc_map_builder_str (map, "type", type);
  if (g_strcmp0 (name, "duration") == 0 && g_strcmp0 (type, "timer") == 0)
    tc_map_builder_str (map, "value", "<duration>");
  else if (value != NULL)
    tc_map_builder_take (map, "value", tc_value_ref (value));
  if (tags != NULL && tc_value_length (tags) > 0)
    tc_map_builder_take (map, "tags", tc_conf_norm_value (norm, tags));
  return tc_map_builder_end (map);
}

static TcValue *
record_metrics (TcConfCase *self,
                TcConfNorm *norm,
                const char *id)
{
  g_autoptr (TcValue) metrics = tc_sync_metrics (self->engine, id, NULL);
  TcListBuilder *list = tc_list_builder_new ();

  for (size_t i = 0; metrics != NULL && i < tc_value_length (metrics); i++)
    tc_list_builder_take (list, metric_value (norm, tc_value_item (metrics, i)));
  return tc_list_builder_end (list);
}

static TcValue *
label_map (TcConfNorm    *norm,
           const TcValue *labels)
{
  TcMapBuilder *map = tc_map_builder_new ();

  for (size_t i = 0; labels != NULL && i < tc_value_length (labels); i++)
    {
      const TcValue *label = tc_value_item (labels, i), *value = tc_value_get (label, "value");

      const char *key = tc_value_get_str (label, "key");

      /* Kestra's API marks the execution that was replayed; the recorder worked below the API. */
      if (key != NULL && value != NULL && strcmp (key, "system.replayed") != 0)
        tc_map_builder_take (map, key, tc_conf_norm_value (norm, value));
    }
  return tc_map_builder_end (map);
}

static void
put_if_any (TcMapBuilder  *map,
            const char    *key,
            TcConfNorm    *norm,
            const TcValue *value)
{
  if (value != NULL && tc_value_length (value) > 0)
    tc_map_builder_take (map, key, tc_conf_norm_value (norm, value));
}

static void
record_runs (TcConfCase   *self,
             TcConfNorm   *norm,
             GPtrArray    *runs,
             TcMapBuilder *map)
{
  TcListBuilder *list = tc_list_builder_new ();
  Files files = { self, tc_map_builder_new (), 0 };
  g_autoptr (TcValue) found = NULL;

  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = runs->pdata[i];
      g_autofree char *path = g_strdup_printf ("%u", i);

      tc_list_builder_take (list, run_value (norm, runs, run));
      if (run->outputs != NULL)
        collect_files (&files, run->outputs, path);
    }
  tc_map_builder_take (map, "taskRuns", tc_list_builder_end (list));
  found = tc_map_builder_end (files.map);
  put_if_any (map, "files", norm, found);
}

static void
record_execution (TcConfCase   *self,
                  TcConfNorm   *norm,
                  const char   *id,
                  TcMapBuilder *map)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = tc_sync_execution (self->engine, id, &runs, NULL);
  g_autoptr (TcValue) metrics = NULL;

  if (head == NULL)
    return;
  tc_map_builder_str (map, "state", tc_state_name (tc_head_state (head)));
  tc_map_builder_take (map, "history", history_value (&head->history));
  record_runs (self, norm, runs, map);
  if (head->outputs != NULL)
    tc_map_builder_take (map, "outputs", tc_conf_norm_value (norm, head->outputs));
  put_if_any (map, "inputs", norm, head->inputs);
  tc_map_builder_take (map, "labels", label_map (norm, head->labels));
  put_if_any (map, "variables", norm, head->variables);
  tc_map_builder_take (map, "logs", record_logs (self, norm, id, runs));
  metrics = record_metrics (self, norm, id);
  if (tc_value_length (metrics) > 0)
    tc_map_builder_take (map, "metrics", g_steal_pointer (&metrics));
}

static TcValue *
record_others (TcConfCase *self,
               TcConfNorm *norm,
               GPtrArray  *heads)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (guint i = 0; i < heads->len; i++)
    {
      const TcHead *head = heads->pdata[i];
      TcMapBuilder *map;

      if (g_strcmp0 (head->id, self->id) == 0)
        continue;
      map = tc_map_builder_new ();
      tc_map_builder_str (map, "flow", head->flow_id);
      if (head->trigger != NULL)
        tc_map_builder_str (map, "trigger", tc_value_get_str (head->trigger, "type"));
      if (head->parent_id != NULL)
        tc_map_builder_take (map, "hasParent", tc_value_bool (TRUE));
      record_execution (self, norm, head->id, map);
      tc_list_builder_take (list, tc_map_builder_end (map));
    }
  return tc_list_builder_end (list);
}

static GPtrArray *
all_ids (TcConfCase *self,
         GPtrArray  *heads)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < heads->len; i++)
    {
      g_autoptr (GPtrArray) runs = NULL;
      g_autoptr (TcHead) head = tc_sync_execution (self->engine, ((TcHead *) heads->pdata[i])->id, &runs, NULL);

      for (guint j = 0; head != NULL && j < runs->len; j++)
        g_ptr_array_add (ids, g_strdup (((TcTaskRun *) runs->pdata[j])->id));
      g_ptr_array_add (ids, g_strdup (((TcHead *) heads->pdata[i])->id));
    }
  return ids;
}

TcValue *
tc_conf_record (TcConfCase *self)
{
  g_autoptr (GPtrArray) heads = tc_conf_executions (self);
  g_autoptr (TcConfNorm) norm = tc_conf_norm_new (self->data, all_ids (self, heads));
  TcMapBuilder *map = tc_map_builder_new ();
  g_autoptr (TcValue) others = NULL;

  tc_map_builder_take (map, "refused", tc_value_null ());
  if (!self->in_time)
    tc_map_builder_take (map, "timeout", tc_value_bool (TRUE));
  if (self->acts->len > 0)
    {
      TcListBuilder *acts = tc_list_builder_new ();

      for (guint i = 0; i < self->acts->len; i++)
        tc_list_builder_take (acts, tc_value_ref (self->acts->pdata[i]));
      tc_map_builder_take (map, "acts", tc_list_builder_end (acts));
    }
  record_execution (self, norm, self->id, map);
  others = record_others (self, norm, heads);
  if (tc_value_length (others) > 0)
    tc_map_builder_take (map, "others", g_steal_pointer (&others));
  return tc_map_builder_end (map);
}
