/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-context-private.h"
#include "tc-java-hash.h"
#include "tc-tree-private.h"

/*
 * outputs and tasks (spec/flow-language.md §6.1). A run's outputs stand under its task id, then under the values of its ancestors from the
 * outermost, then under its own value. The tree is built in place and turned into values once, so the cost follows the number of runs. All
 * of it stands in the order of Kestra's HashMaps. Of a run that gave nothing there is an empty map once Kestra has asked for its outputs: at
 * the start of a flowable, at the end of what a worker did.
 */

static GHashTable *
index_runs (const GPtrArray *runs)
{
  GHashTable *by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < runs->len; i++)
    {
      TcTaskRun *run = g_ptr_array_index (runs, i);

      g_hash_table_insert (by_id, run->id, run);
    }
  return by_id;
}

/* A damaged record might make a ring of ancestors. */
#define MAX_ANCESTORS 1024

static TcTree *
enter_ancestors (TcTree          *branch,
                 GHashTable      *by_id,
                 const TcTaskRun *run,
                 GPtrArray       *values)
{
  const TcTaskRun *at = run;

  g_ptr_array_set_size (values, 0);
  for (guint i = 0; at->parent_id != NULL && i < MAX_ANCESTORS; i++)
    {
      at = g_hash_table_lookup (by_id, at->parent_id);
      if (at == NULL)
        break;
      if (at->value != NULL)
        g_ptr_array_add (values, at->value);
    }
  for (guint i = values->len; i > 0; i--)
    branch = tc_tree_enter (branch, g_ptr_array_index (values, i - 1));
  return branch;
}

static gboolean
was_asked (const TcFlow    *flow,
           const TcTaskRun *run)
{
  const TcTask *task = tc_flow_find_task (flow, run->task_id);
  TcState state = tc_task_run_state (run);

  if (task == NULL || task->klass == NULL)
    return FALSE;
  if (task->klass->kind == TC_TASK_FLOWABLE)
    return TRUE;
  if (!tc_state_is_terminated (state) || (state == TC_STATE_SKIPPED && !tc_context_is_directory (task->parent)))
    return FALSE;
  return task->klass->kind != TC_TASK_EXECUTOR || g_strcmp0 (task->klass->flowable, "Fail") == 0
         || g_strcmp0 (task->klass->flowable, "Sleep") == 0;      /* which a worker does there */
}

/* Kestra groups the runs by their task: a HashMap that is filled by computeIfAbsent() has the newest key of a bucket first. */
static TcValue *
grouped (const TcValue *map)
{
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();
  g_autoptr (TcValue) reversed = NULL;

  for (size_t i = tc_value_length (map); i > 0; i--)
    tc_map_builder_take (builder, tc_value_key (map, i - 1), tc_value_ref (tc_value_item (map, i - 1)));
  reversed = tc_map_builder_end (g_steal_pointer (&builder));
  return tc_java_hash_map (reversed, 0, TRUE);
}

TcValue *
tc_context_build_outputs (const TcFlow    *flow,
                          const GPtrArray *runs)
{
  g_autoptr (TcValue) nothing = tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) whole = NULL;
  g_autoptr (GHashTable) by_id = index_runs (runs);
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  TcTree *root = tc_tree_new ();

  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (runs, i);
      TcTree *branch;

      if (run->outputs == NULL || tc_value_length (run->outputs) == 0)
        {
          if (run->outputs != NULL || was_asked (flow, run))
            tc_tree_give (tc_tree_enter (root, run->task_id), nothing);
          continue;
        }
      branch = enter_ancestors (tc_tree_enter (root, run->task_id), by_id, run, values);
      if (run->value != NULL)
        branch = tc_tree_enter (branch, run->value);
      tc_tree_give (branch, run->outputs);
    }
  whole = tc_tree_end (root);
  return grouped (whole);
}

TcValue *
tc_context_build_tasks (const GPtrArray *runs,
                        const TcTaskRun *own)
{
  TcTree *root = tc_tree_new ();
  g_autoptr (TcValue) whole = NULL;

  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (runs, i);
      TcTree *branch = tc_tree_enter (root, run->task_id);
      gboolean is_own = own != NULL && g_str_equal (own->id, run->id) && tc_task_run_state (run) == TC_STATE_SUBMITTED;
      TcState shown = is_own ? TC_STATE_CREATED : tc_task_run_state (run);      /* Kestra looks before it hands the task over */
      g_autoptr (TcValue) state = tc_value_map_of ("state", tc_value_string (tc_state_name (shown)), NULL);

      if (run->value != NULL)
        branch = tc_tree_enter (branch, run->value);
      tc_tree_give (branch, state);
    }
  whole = tc_tree_end (root);
  return tc_java_hash_map (whole, TC_HASH_MAP_BUCKETS, TRUE);
}
