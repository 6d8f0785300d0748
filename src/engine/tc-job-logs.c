/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-job-world.h"

#include "tc-engine.h"
#include "tc-json.h"
#include "tc-log-file.h"
#include "tc-util.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* The logs of executions, for tasks that fetch and purge them. */

typedef struct
{
  const TcHead  *head;
  const char    *task;          /* only of this task; NULL: of all */
  TcLevel        least;
  FILE          *file;
  size_t         n;
} Fetch;

/* JSON is Ion. */
static void
add_text (GString *line, const char *name, const char *text, size_t length)
{
  g_autoptr (TcValue) value = text != NULL ? tc_value_string_len (text, length) : tc_value_null ();
  g_autofree char *json = tc_json_to_text (value);

  g_string_append_printf (line, "%s%s:%s", line->len > 1 ? "," : "", name, json);
}

static void
add_name (GString *line, const char *name, const char *text)
{
  add_text (line, name, text, text != NULL ? strlen (text) : 0);
}

/* The names and their order are those of Kestra's LogEntry. Which thread wrote an entry is not recorded. */
static gboolean
write_entry (uint64_t index, const TcLogEntry *entry, gpointer data)
{
  Fetch *self = data;
  g_autoptr (GString) line = g_string_new ("{");
  g_autofree char *time = NULL;

  if (entry->level < self->least || (self->task != NULL && g_strcmp0 (entry->task_id, self->task) != 0))
    return TRUE;
  time = tc_time_format_us (entry->at_us);
  add_name (line, "tenantId", "main");
  add_name (line, "namespace", self->head->namespace);
  add_name (line, "flowId", self->head->flow_id);
  add_name (line, "taskId", entry->task_id);
  add_name (line, "executionId", self->head->id);
  add_name (line, "taskRunId", entry->task_run_id);
  g_string_append_printf (line, ",attemptNumber:%d,triggerId:null,timestamp:%s", entry->attempt, time);
  add_name (line, "level", tc_level_name (entry->level));
  add_name (line, "thread", "worker_0");
  add_text (line, "message", entry->message, entry->length);
  add_name (line, "executionKind", self->head->kind);
  g_string_append (line, "}\n");
  self->n++;
  return fwrite (line->str, 1, line->len, self->file) == line->len;
}

static gboolean
fetch (TcOrder *order, Fetch *self, const TcValue *tasks, GError **error)
{
  g_autoptr (TcLogReader) reader = tc_log_reader_open (order->site->log_dir, self->head->id, error);
  gboolean fine = reader != NULL;
  size_t n = tc_value_is (tasks, TC_VALUE_LIST) ? tc_value_length (tasks) : 0;

  for (size_t i = 0; fine && i < MAX (n, 1); i++)
    {
      self->task = n > 0 && tc_value_is (tc_value_item (tasks, i), TC_VALUE_STRING) ? tc_value_get_text (tc_value_item (tasks, i)) : NULL;
      fine = tc_log_reader_each (reader, 0, tc_log_reader_n (reader), write_entry, self, error);
    }
  return fine;
}

TcValue *
tc_call_fetch_logs (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (TcHead) head = tc_call_head (order, args, &problem);
  const char *path = tc_value_get_str (args, "path"), *level = tc_value_get_str (args, "level");
  Fetch self = { .head = head, .least = TC_LEVEL_INFO };
  gboolean fine, failed;

  /* Of an execution that there is not there are no entries. */
  if (head == NULL && !g_error_matches (problem, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (path == NULL || (level != NULL && !tc_level_parse (level, &self.least)))
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("'%s' is no log level"), level != NULL ? level : "");
      return NULL;
    }
  self.file = fopen (path, "we");
  if (self.file == NULL)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  tc_hub_barrier (order->site->hub);
  fine = head == NULL || fetch (order, &self, tc_value_get (args, "tasks"), error);
  failed = ferror (self.file) != 0;
  failed = fclose (self.file) != 0 || failed;
  if (fine && failed)
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, "%s: %s", path, g_strerror (errno));
  return fine && !failed ? tc_value_int ((int64_t) self.n) : NULL;
}

typedef struct
{
  const TcValue *levels;
  int64_t        start, end;
} Purge;

static gboolean
is_level (const TcValue *levels, TcLevel level)
{
  size_t n = tc_value_is (levels, TC_VALUE_LIST) ? tc_value_length (levels) : 0;

  for (size_t i = 0; i < n; i++)
    if (tc_value_is (tc_value_item (levels, i), TC_VALUE_STRING) && strcmp (tc_value_get_text (tc_value_item (levels, i)), tc_level_name (level)) == 0)
      return TRUE;
  return n == 0;
}

static gboolean
goes (const TcLogEntry *entry, gpointer data)
{
  const Purge *self = data;

  return entry->at_us >= self->start && entry->at_us <= self->end && is_level (self->levels, entry->level);
}

TcValue *
tc_call_purge_logs (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcValue) query = tc_value_without (args, "start_us"), wide = tc_value_without (query, "end_us");
  const char *flow = tc_value_get_str (args, "flowId"), *id = tc_value_get_str (args, "executionId");
  g_autoptr (GPtrArray) heads = tc_call_find_executions (order, wide, flow == NULL || tc_value_get_str (args, "namespace") == NULL, error);
  Purge purge = { tc_value_get (args, "levels"), tc_value_get_i64 (args, "start_us", G_MININT64), tc_value_get_i64 (args, "end_us", G_MAXINT64) };
  uint64_t n = 0;

  if (heads == NULL)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    {
      const TcHead *head = g_ptr_array_index (heads, i);

      uint64_t gone = 0;

      if (id != NULL && strcmp (head->id, id) != 0)
        continue;
      if (!tc_hub_purge (order->site->hub, head->id, goes, &purge, &gone, error))
        return NULL;
      n += gone;
    }
  return tc_value_int ((int64_t) n);
}
