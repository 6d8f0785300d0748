/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-context-private.h"
#include "tc-java-hash.h"
#include "tc-tree-private.h"

/*
 * outputs and tasks (spec/flow-language.md §6.1). A run's outputs stand under its task id, then under the values of its ancestors from the
 * outermost, then under its own value. The tree is built in place and turned into values once, so the cost follows the number of runs. What a
 * run gave stands in the order of Kestra's HashMaps; values of loops stay in the order in which they began.
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

TcValue *
tc_context_build_outputs (const GPtrArray *runs)
{
  g_autoptr (GHashTable) by_id = index_runs (runs);
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  TcTree *root = tc_tree_new ();

  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (runs, i);
      g_autoptr (TcValue) given = run->outputs != NULL ? tc_java_hash_map (run->outputs, 0, TRUE) : NULL;
      TcTree *branch;

      if (given == NULL)
        continue;
      branch = enter_ancestors (tc_tree_enter (root, run->task_id), by_id, run, values);
      if (run->value != NULL)
        branch = tc_tree_enter (branch, run->value);
      tc_tree_give (branch, given);
    }
  return tc_tree_end (root);
}

TcValue *
tc_context_build_tasks (const GPtrArray *runs)
{
  TcTree *root = tc_tree_new ();
  g_autoptr (TcValue) whole = NULL;

  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (runs, i);
      TcTree *branch = tc_tree_enter (root, run->task_id);
      g_autoptr (TcValue) state = tc_value_map_of ("state", tc_value_string (tc_state_name (tc_task_run_state (run))), NULL);

      if (run->value != NULL)
        branch = tc_tree_enter (branch, run->value);
      tc_tree_give (branch, state);
    }
  whole = tc_tree_end (root);
  return tc_java_hash_map (whole, TC_HASH_MAP_BUCKETS, TRUE);
}
