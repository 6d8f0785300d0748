/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"
#include "tc-model-private.h"

#include <glib/gi18n-lib.h>

/*
 * Records of the store. A history is a flat list: state, microseconds, state, microseconds …; absent members are NULL or their default.
 * R1 from_record (to_record (x)) equals x in every field, memo included.
 */

static TcValue *
history_to_record (const TcHistory *self)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < self->n; i++)
    {
      tc_list_builder_take (list, tc_value_string (tc_state_name (self->items[i].state)));
      tc_list_builder_take (list, tc_value_int (self->items[i].at_us));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static void
put_value (TcMapBuilder  *map,
           const char    *key,
           const TcValue *value)
{
  if (value != NULL)
    tc_map_builder_take (map, key, tc_value_ref (value));
}

static void
put_int (TcMapBuilder *map,
         const char   *key,
         int64_t       value,
         int64_t       usual)
{
  if (value != usual)
    tc_map_builder_take (map, key, tc_value_int (value));
}

static void
put_flag (TcMapBuilder *map,
          const char   *key,
          gboolean      value)
{
  if (value)
    tc_map_builder_take (map, key, tc_value_bool (TRUE));
}

static TcValue *
attempts_to_record (const GPtrArray *attempts)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (guint i = 0; i < attempts->len; i++)
    {
      const TcAttempt *attempt = g_ptr_array_index (attempts, i);
      g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

      tc_map_builder_take (map, "history", history_to_record (&attempt->history));
      tc_map_builder_str (map, "effectId", attempt->effect_id);
      put_int (map, "exitCode", attempt->exit_code, -1);
      tc_map_builder_str (map, "logFile", attempt->log_file);
      tc_list_builder_take (list, tc_map_builder_end (g_steal_pointer (&map)));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_task_run_to_record (const TcTaskRun *self)
{
  g_autoptr (TcMapBuilder) map = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  map = tc_map_builder_new ();
  tc_map_builder_str (map, "id", self->id);
  tc_map_builder_str (map, "taskId", self->task_id);
  tc_map_builder_str (map, "parentId", self->parent_id);
  tc_map_builder_str (map, "value", self->value);
  put_int (map, "iteration", self->iteration, -1);
  tc_map_builder_take (map, "history", history_to_record (&self->history));
  if (self->attempts->len > 0)
    tc_map_builder_take (map, "attempts", attempts_to_record (self->attempts));
  put_value (map, "outputs", self->outputs);
  put_value (map, "memo", self->memo);
  put_flag (map, "dynamic", self->dynamic);
  return tc_map_builder_end (g_steal_pointer (&map));
}

TcValue *
tc_head_to_record (const TcHead *self)
{
  g_autoptr (TcMapBuilder) map = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  map = tc_map_builder_new ();
  tc_map_builder_str (map, "id", self->id);
  tc_map_builder_str (map, "namespace", self->namespace);
  tc_map_builder_str (map, "flowId", self->flow_id);
  tc_map_builder_take (map, "flowRevision", tc_value_int (self->flow_revision));
  put_flag (map, "unsaved", self->unsaved);
  tc_map_builder_take (map, "history", history_to_record (&self->history));
  put_value (map, "inputs", self->inputs);
  put_value (map, "outputs", self->outputs);
  put_value (map, "variables", self->variables);
  put_value (map, "labels", self->labels);
  put_value (map, "trigger", self->trigger);
  tc_map_builder_str (map, "parentId", self->parent_id);
  tc_map_builder_str (map, "originalId", self->original_id);
  put_int (map, "attemptNumber", self->attempt_number, 1);
  tc_map_builder_take (map, "createdUs", tc_value_int (self->created_us));
  put_int (map, "scheduleUs", self->schedule_us, 0);
  tc_map_builder_str (map, "kind", self->kind);
  put_value (map, "breakpoints", self->breakpoints);
  put_value (map, "memo", self->memo);
  tc_map_builder_str (map, "error", self->error);
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* Reader: one record, its first error kept. */
typedef struct
{
  const TcValue *record;
  const char    *what;      /* "task run", "execution", "attempt" */
  const char    *id;
  GError       **error;
} Reader;

static gboolean
reader_fail (const Reader *self,
             const char   *member)
{
  g_set_error (self->error, TC_MODEL_ERROR, TC_MODEL_ERROR_RECORD,
               _("The stored record of %s “%s” cannot be read: its member “%s” is missing or malformed"),
               self->what, self->id != NULL ? self->id : "?", member);
  return FALSE;
}

/* Strings of records are never partly valid: absent is NULL, another kind is an error. */
static gboolean
read_string (const Reader *self,
             const char   *member,
             gboolean      required,
             char        **out)
{
  const TcValue *value = tc_value_get (self->record, member);

  if (value == NULL || tc_value_is (value, TC_VALUE_NULL))
    return !required || reader_fail (self, member);
  if (!tc_value_is (value, TC_VALUE_STRING))
    return reader_fail (self, member);
  *out = g_strdup (tc_value_get_text (value));
  return TRUE;
}

static gboolean
read_int (const Reader *self,
          const char   *member,
          int64_t       fallback,
          int64_t       low,
          int64_t       high,
          int64_t      *out)
{
  const TcValue *value = tc_value_get (self->record, member);

  *out = fallback;
  if (value == NULL || tc_value_is (value, TC_VALUE_NULL))
    return TRUE;
  if (!tc_value_is (value, TC_VALUE_INT) || tc_value_get_int (value) < low || tc_value_get_int (value) > high)
    return reader_fail (self, member);
  *out = tc_value_get_int (value);
  return TRUE;
}

static gboolean
read_number (const Reader *self,
             const char   *member,
             int           fallback,
             int          *out)
{
  int64_t wide;

  if (!read_int (self, member, fallback, G_MININT, G_MAXINT, &wide))
    return FALSE;
  *out = (int) wide;
  return TRUE;
}

static gboolean
read_value (const Reader *self,
            const char   *member,
            TcValueKind   kind,
            TcValue     **out)
{
  const TcValue *value = tc_value_get (self->record, member);

  if (value == NULL || tc_value_is (value, TC_VALUE_NULL))
    return TRUE;
  if (!tc_value_is (value, kind))
    return reader_fail (self, member);
  tc_value_unref (*out);
  *out = tc_value_ref (value);
  return TRUE;
}

static gboolean
read_history (const Reader *self,
              TcHistory    *out)
{
  const TcValue *list = tc_value_get (self->record, "history");
  size_t n = tc_value_is (list, TC_VALUE_LIST) ? tc_value_length (list) : 0;

  if (n == 0 || n % 2 != 0)
    return reader_fail (self, "history");
  for (size_t i = 0; i < n; i += 2)
    {
      const TcValue *name = tc_value_item (list, i);
      const TcValue *at = tc_value_item (list, i + 1);
      TcState state;

      if (!tc_value_is (name, TC_VALUE_STRING) || !tc_value_is (at, TC_VALUE_INT) ||
          !tc_state_parse (tc_value_get_text (name), &state))
        return reader_fail (self, "history");
      tc_history_add (out, state, tc_value_get_int (at));
    }
  return TRUE;
}

static gboolean
read_attempt (const Reader  *run,
              const TcValue *record,
              GPtrArray     *attempts)
{
  Reader reader = { .record = record, .what = _("an attempt of"), .id = run->id, .error = run->error };
  TcAttempt *attempt;

  if (!tc_value_is (record, TC_VALUE_MAP))
    return reader_fail (run, "attempts");
  attempt = g_new0 (TcAttempt, 1);
  g_ptr_array_add (attempts, attempt);
  return read_history (&reader, &attempt->history) &&
         read_string (&reader, "effectId", FALSE, &attempt->effect_id) &&
         read_number (&reader, "exitCode", -1, &attempt->exit_code) &&
         read_string (&reader, "logFile", FALSE, &attempt->log_file);
}

static gboolean
read_attempts (const Reader *self,
               GPtrArray    *attempts)
{
  const TcValue *list = tc_value_get (self->record, "attempts");

  if (list == NULL)
    return TRUE;
  if (!tc_value_is (list, TC_VALUE_LIST))
    return reader_fail (self, "attempts");
  for (size_t i = 0; i < tc_value_length (list); i++)
    {
      if (!read_attempt (self, tc_value_item (list, i), attempts))
        return FALSE;
    }
  return TRUE;
}

TcTaskRun *
tc_task_run_from_record (const TcValue *record,
                         GError       **error)
{
  g_autoptr (TcTaskRun) run = NULL;
  Reader reader = { .record = record, .what = _("task run"), .error = error };

  g_return_val_if_fail (record != NULL, NULL);

  reader.id = tc_value_get_str (record, "id");
  run = g_new0 (TcTaskRun, 1);
  g_atomic_ref_count_init (&run->refs);
  run->attempts = tc_attempts_new ();
  run->dynamic = tc_value_get_flag (record, "dynamic", FALSE);
  if (!read_string (&reader, "id", TRUE, &run->id) ||
      !read_string (&reader, "taskId", TRUE, &run->task_id) ||
      !read_string (&reader, "parentId", FALSE, &run->parent_id) ||
      !read_string (&reader, "value", FALSE, &run->value) ||
      !read_number (&reader, "iteration", -1, &run->iteration) ||
      !read_history (&reader, &run->history) ||
      !read_attempts (&reader, run->attempts) ||
      !read_value (&reader, "outputs", TC_VALUE_MAP, &run->outputs) ||
      !read_value (&reader, "memo", TC_VALUE_MAP, &run->memo))
    return NULL;
  return g_steal_pointer (&run);
}

static gboolean
read_head_values (const Reader *reader,
                  TcHead       *head)
{
  return read_value (reader, "inputs", TC_VALUE_MAP, &head->inputs) &&
         read_value (reader, "outputs", TC_VALUE_MAP, &head->outputs) &&
         read_value (reader, "variables", TC_VALUE_MAP, &head->variables) &&
         read_value (reader, "labels", TC_VALUE_LIST, &head->labels) &&
         read_value (reader, "trigger", TC_VALUE_MAP, &head->trigger) &&
         read_value (reader, "breakpoints", TC_VALUE_LIST, &head->breakpoints) &&
         read_value (reader, "memo", TC_VALUE_MAP, &head->memo);
}

static gboolean
read_head_names (const Reader *reader,
                 TcHead       *head)
{
  return read_string (reader, "id", TRUE, &head->id) &&
         read_string (reader, "namespace", TRUE, &head->namespace) &&
         read_string (reader, "flowId", TRUE, &head->flow_id) &&
         read_string (reader, "parentId", FALSE, &head->parent_id) &&
         read_string (reader, "originalId", FALSE, &head->original_id) &&
         read_string (reader, "kind", FALSE, &head->kind) &&
         read_string (reader, "error", FALSE, &head->error);
}

TcHead *
tc_head_from_record (const TcValue *record,
                     GError       **error)
{
  g_autoptr (TcHead) head = NULL;
  Reader reader = { .record = record, .what = _("execution"), .error = error };

  g_return_val_if_fail (record != NULL, NULL);

  reader.id = tc_value_get_str (record, "id");
  head = g_new0 (TcHead, 1);
  g_atomic_ref_count_init (&head->refs);
  head->unsaved = tc_value_get_flag (record, "unsaved", FALSE);
  if (!read_head_names (&reader, head) ||
      !read_number (&reader, "flowRevision", 0, &head->flow_revision) ||
      !read_history (&reader, &head->history) ||
      !read_number (&reader, "attemptNumber", 1, &head->attempt_number) ||
      !read_int (&reader, "createdUs", head->history.items[0].at_us, INT64_MIN, INT64_MAX, &head->created_us) ||
      !read_int (&reader, "scheduleUs", 0, INT64_MIN, INT64_MAX, &head->schedule_us) ||
      !read_head_values (&reader, head))
    return NULL;
  return g_steal_pointer (&head);
}
