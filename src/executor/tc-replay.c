/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-executor.h"

#include "tc-flowable.h"
#include "tc-run-id.h"

#include <string.h>

static TcValue *
with_label (const TcValue *labels, const char *key, const char *value)
{
  TcListBuilder *builder = tc_list_builder_new ();
  size_t n = labels != NULL ? tc_value_length (labels) : 0;

  for (size_t i = 0; i < n; i++)
    if (g_strcmp0 (tc_value_get_str (tc_value_item (labels, i), "key"), key) != 0)
      tc_list_builder_take (builder, tc_value_ref (tc_value_item (labels, i)));
  tc_list_builder_take (builder, tc_value_map_of ("key", tc_value_string (key), "value", tc_value_string (value), NULL));
  return tc_list_builder_end (builder);
}

static TcValue *
ref_or_null (const TcValue *value)
{
  return value != NULL ? tc_value_ref (value) : NULL;
}

/* A CREATED head that goes back to @old. */
static TcHead *
new_head (const TcHead *old, const char *new_id, const TcValue *inputs, int64_t at_us)
{
  TcHead *head = tc_head_new (new_id, old->namespace, old->flow_id, old->flow_revision, at_us);

  g_free (head->parent_id);
  head->parent_id = g_strdup (old->id);
  g_free (head->original_id);
  head->original_id = g_strdup (old->original_id != NULL ? old->original_id : old->id);
  head->unsaved = old->unsaved;
  head->inputs = ref_or_null (inputs != NULL ? inputs : old->inputs);
  head->variables = ref_or_null (old->variables);
  head->trigger = ref_or_null (old->trigger);
  head->kind = g_strdup (old->kind);
  tc_value_unref (head->labels);
  head->labels = with_label (old->labels, "system.replay", "true");
  head->created_us = old->created_us;
  return head;
}

TcHead *
tc_executor_next_execution (const TcExecution *old, const TcEffect *effect, const char *new_id, int64_t at_us)
{
  const TcHead *from = tc_execution_head (old);
  TcHead *head = new_head (from, new_id, NULL, at_us);

  head->attempt_number = from->attempt_number + 1;
  head->schedule_us = effect->at_us > at_us ? effect->at_us : 0;
  return head;
}

/* Ids of @run and all around it, the outermost last. */
static GPtrArray *
lineage (const TcExecution *execution, const TcTaskRun *run)
{
  GPtrArray *line = g_ptr_array_new ();

  for (; run != NULL; run = run->parent_id != NULL ? tc_execution_find (execution, run->parent_id) : NULL)
    g_ptr_array_add (line, (gpointer) run);
  return line;
}

/* Order of two children of one parent: by task, then by value of a loop (t1[a], t1[b], t2[a], t2[b]). */
static int
compare_siblings (const TcFlow *flow, const TcTaskRun *a, const TcTaskRun *b)
{
  const TcTask *one = tc_flow_find_task (flow, a->task_id), *other = tc_flow_find_task (flow, b->task_id);
  guint x = one != NULL ? one->ordinal : 0, y = other != NULL ? other->ordinal : 0;

  if (x != y)
    return x < y ? -1 : 1;
  return a->iteration < b->iteration ? -1 : a->iteration > b->iteration;
}

/* Whether @run comes after @from in the order of the graph, or below it. */
static gboolean
is_after (const TcFlow *flow, const TcExecution *execution, const TcTaskRun *run, const GPtrArray *from)
{
  g_autoptr (GPtrArray) line = lineage (execution, run);
  guint shared = 0;

  while (shared < line->len && shared < from->len
         && g_ptr_array_index (line, line->len - 1 - shared) == g_ptr_array_index (from, from->len - 1 - shared))
    shared++;
  if (shared == from->len)
    return shared < line->len;
  if (shared == line->len)
    return FALSE;
  return compare_siblings (flow, g_ptr_array_index (line, line->len - 1 - shared), g_ptr_array_index (from, from->len - 1 - shared)) > 0;
}

static TcTaskRun *
renamed (const TcTaskRun *run, const char *new_id)
{
  TcTaskRun *copy = tc_task_run_copy (run);

  g_free (copy->id);
  copy->id = tc_run_id_from (new_id, run->id);
  if (run->parent_id != NULL)
    {
      g_free (copy->parent_id);
      copy->parent_id = tc_run_id_from (new_id, run->parent_id);
    }
  return copy;
}

static void
forget (TcTaskRun *run, const char *key)
{
  TcValue *rest;

  if (run->memo == NULL)
    return;
  rest = tc_value_without (run->memo, key);
  tc_value_unref (run->memo);
  run->memo = rest;
}

/* The replayed run and all around it go on; loops among them have gaps to look for. */
static void
reopen (const TcFlow *flow, TcTaskRun *run, gboolean is_target, int64_t at_us)
{
  static const char *const forgotten[] = { "terminal", "done", "since", "counted", "opened", "closed", "void" };
  const TcTask *task = tc_flow_find_task (flow, run->task_id);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;
  gboolean parent = row != NULL && row->kind == TC_FLOWABLE_PARENT && (row != &tc_flowable_working_directory || !is_target);
  g_autoptr (TcValue) yes = tc_value_bool (TRUE);

  for (size_t i = 0; i < G_N_ELEMENTS (forgotten); i++)
    forget (run, forgotten[i]);
  tc_history_add (&run->history, parent ? TC_STATE_RUNNING : TC_STATE_RESTARTED, at_us);
  if (parent && run->memo != NULL && tc_value_get (run->memo, "values") != NULL)
    {
      TcValue *memo = tc_value_with (run->memo, "gaps", yes);

      tc_value_unref (run->memo);
      run->memo = memo;
    }
}

static void
copy_history (TcHead *head, const TcHead *old, int64_t at_us)
{
  head->history.n = 0;
  for (size_t i = 0; i < old->history.n; i++)
    tc_history_add (&head->history, old->history.items[i].state, old->history.items[i].at_us);
  tc_history_add (&head->history, TC_STATE_RESTARTED, at_us);
}

TcExecution *
tc_executor_replay (const TcFlow *flow, const TcExecution *old, const char *new_id, const char *task_run_id, const TcValue *inputs,
                    int64_t at_us, GError **error)
{
  const TcHead *from_head = tc_execution_head (old);
  const TcTaskRun *target = task_run_id != NULL ? tc_execution_find (old, task_run_id) : NULL;
  TcHead *head;
  TcExecution *fresh;
  g_autoptr (GPtrArray) from = NULL;

  if (task_run_id != NULL && (target == NULL || !tc_state_is_terminated (tc_task_run_state (target))))
    {
      g_set_error (error, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_REFUSED, "No ended task run '%s' to replay execution '%s' from", task_run_id,
                   from_head->id);
      return NULL;
    }
  head = new_head (from_head, new_id, inputs, at_us);
  if (target == NULL)
    return tc_execution_new (head);
  copy_history (head, from_head, at_us);
  fresh = tc_execution_new (head);
  from = lineage (old, target);
  for (size_t i = 0; i < tc_execution_n_runs (old); i++)
    {
      const TcTaskRun *run = tc_execution_run (old, i);
      TcTaskRun *copy;

      if (!tc_state_is_terminated (tc_task_run_state (run)) || is_after (flow, old, run, from))
        continue;
      copy = renamed (run, new_id);
      forget (copy, "pending");
      if (g_ptr_array_find (from, run, NULL))
        reopen (flow, copy, run == target, at_us);
      tc_execution_put (fresh, copy);
    }
  return fresh;
}
