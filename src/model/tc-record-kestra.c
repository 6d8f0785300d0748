/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"
#include "tc-model-private.h"
#include "tc-util.h"

/* Kestra's JSON of executions (spec/flow-language.md §8): nulls and empty maps are left out, dates are ISO-8601 in UTC. */

static void
put_time (TcMapBuilder *map,
          const char   *key,
          int64_t       us)
{
  tc_map_builder_take (map, key, tc_value_string_take (tc_time_format_us (us)));
}

static TcValue *
histories_to_kestra (const TcHistory *history)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < history->n; i++)
    {
      g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

      tc_map_builder_str (map, "state", tc_state_name (history->items[i].state));
      put_time (map, "date", history->items[i].at_us);
      tc_list_builder_take (list, tc_map_builder_end (g_steal_pointer (&map)));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
state_to_kestra (const TcHistory *history)
{
  const TcStateChange *first = &history->items[0];
  const TcStateChange *last = &history->items[history->n - 1];
  gboolean over = tc_state_is_terminated (last->state) || last->state == TC_STATE_PAUSED;
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "current", tc_state_name (last->state));
  tc_map_builder_take (map, "histories", histories_to_kestra (history));
  if (over)
    {
      tc_map_builder_take (map, "duration", tc_value_string_take (tc_duration_format (last->at_us - first->at_us)));
      put_time (map, "endDate", last->at_us);
    }
  put_time (map, "startDate", first->at_us);
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
attempts_to_kestra (const GPtrArray *attempts)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (guint i = 0; i < attempts->len; i++)
    {
      const TcAttempt *attempt = g_ptr_array_index (attempts, i);
      g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

      tc_map_builder_take (map, "state", state_to_kestra (&attempt->history));
      tc_map_builder_str (map, "logFile", attempt->log_file);
      tc_list_builder_take (list, tc_map_builder_end (g_steal_pointer (&map)));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_task_run_to_kestra (const TcTaskRun *self,
                       const TcHead    *head)
{
  g_autoptr (TcMapBuilder) map = NULL;

  g_return_val_if_fail (self != NULL && head != NULL, NULL);

  map = tc_map_builder_new ();
  tc_map_builder_str (map, "id", self->id);
  tc_map_builder_str (map, "executionId", head->id);
  tc_map_builder_str (map, "namespace", head->namespace);
  tc_map_builder_str (map, "flowId", head->flow_id);
  tc_map_builder_str (map, "taskId", self->task_id);
  tc_map_builder_str (map, "parentTaskRunId", self->parent_id);
  tc_map_builder_str (map, "value", self->value);
  if (self->iteration >= 0)
    tc_map_builder_take (map, "iteration", tc_value_int (self->iteration));
  if (self->attempts->len > 0)
    tc_map_builder_take (map, "attempts", attempts_to_kestra (self->attempts));
  /* Kestra writes no empty map here, although expressions see one. */
  tc_map_builder_take (map, "outputs", self->outputs != NULL && tc_value_length (self->outputs) > 0 ? tc_value_ref (self->outputs)
                                                                                                     : tc_value_null ());
  tc_map_builder_take (map, "state", state_to_kestra (&self->history));
  if (self->dynamic)
    tc_map_builder_take (map, "dynamic", tc_value_bool (TRUE));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static void
put_map (TcMapBuilder  *map,
         const char    *key,
         const TcValue *value)
{
  if (value != NULL && tc_value_length (value) > 0)
    tc_map_builder_take (map, key, tc_value_ref (value));
}

static TcValue *
metadata_to_kestra (const TcHead *head)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_take (map, "attemptNumber", tc_value_int (head->attempt_number));
  put_time (map, "originalCreatedDate", head->created_us);
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
runs_to_kestra (const TcHead    *head,
                const GPtrArray *runs)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (guint i = 0; i < runs->len; i++)
    tc_list_builder_take (list, tc_task_run_to_kestra (g_ptr_array_index (runs, i), head));
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_execution_to_kestra (const TcHead    *head,
                        const GPtrArray *runs)
{
  g_autoptr (TcMapBuilder) map = NULL;

  g_return_val_if_fail (head != NULL, NULL);

  map = tc_map_builder_new ();
  tc_map_builder_str (map, "id", head->id);
  tc_map_builder_str (map, "namespace", head->namespace);
  tc_map_builder_str (map, "flowId", head->flow_id);
  tc_map_builder_take (map, "flowRevision", tc_value_int (head->flow_revision));
  if (runs != NULL && runs->len > 0)
    tc_map_builder_take (map, "taskRunList", runs_to_kestra (head, runs));
  put_map (map, "inputs", head->inputs);
  put_map (map, "outputs", head->outputs);
  tc_map_builder_take (map, "labels", head->labels != NULL ? tc_value_ref (head->labels) : tc_value_list (NULL, 0));
  put_map (map, "variables", head->variables);
  tc_map_builder_take (map, "state", state_to_kestra (&head->history));
  tc_map_builder_str (map, "parentId", head->parent_id);
  tc_map_builder_str (map, "originalId", head->original_id != NULL ? head->original_id : head->id);
  put_map (map, "trigger", head->trigger);
  tc_map_builder_take (map, "deleted", tc_value_bool (FALSE));
  tc_map_builder_take (map, "metadata", metadata_to_kestra (head));
  if (head->schedule_us != 0)
    put_time (map, "scheduleDate", head->schedule_us);
  tc_map_builder_str (map, "kind", head->kind);
  put_map (map, "breakpoints", head->breakpoints);
  return tc_map_builder_end (g_steal_pointer (&map));
}
