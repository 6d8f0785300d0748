/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"

#include <string.h>

static const char *const props[] = { "concurrent", NULL };

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  int64_t limit;

  if (!tc_flowable_int (rendered, "concurrent", 0, &limit, error))
    return FALSE;
  if (limit > 0)
    tc_pass_remember (run, "limit", tc_value_int (limit));
  return TRUE;
}

static guint
free_places (TcPass *pass, const TcGroup *group)
{
  int64_t limit = group->run->memo != NULL ? tc_value_get_i64 (group->run->memo, "limit", 0) : 0;
  guint open = tc_pass_count_open (pass, group->id);

  if (limit <= 0)
    return G_MAXUINT;
  return open < limit ? (guint) (limit - open) : 0;
}

static const TcTask *
newest_task (TcPass *pass, const TcGroup *group)
{
  for (size_t i = tc_pass_n_children (pass, group->id); i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_child (pass, group->id, i - 1);

      if (run != NULL)
        return tc_pass_task (pass, run);
    }
  return NULL;
}

static gboolean
parallel_next (TcPass *pass, const TcGroup *group)
{
  guint places = free_places (pass, group);
  size_t at = tc_next_after (group->tasks, newest_task (pass, group));

  for (; at < group->tasks->tasks->len && places > 0; places--)
    {
      const TcTask *task = g_ptr_array_index (group->tasks->tasks, at);

      if (tc_pass_find (pass, task->id, group->id, NULL) == NULL)
        tc_next_create (pass, group, task, NULL, -1);
      at = tc_next_after (group->tasks, task);
    }
  return at < group->tasks->tasks->len;
}

/* A dependency on a task that is disabled, and so never runs, counts as satisfied (Kestra hangs: golden U17). */
static gboolean
is_satisfied (TcPass *pass, const TcGroup *group, const char *id)
{
  const TcTask *task = tc_flow_find_task (pass->flow, id);
  const TcTaskRun *run = tc_pass_find (pass, id, group->id, NULL);

  if (task == NULL || task->disabled)
    return TRUE;
  return run != NULL && tc_state_is_terminated (tc_task_run_state (run));
}

static gboolean
is_ready (TcPass *pass, const TcGroup *group, const TcTask *task)
{
  for (guint i = 0; task->depends != NULL && i < task->depends->len; i++)
    if (!is_satisfied (pass, group, g_ptr_array_index (task->depends, i)))
      return FALSE;
  return TRUE;
}

static gboolean
dag_next (TcPass *pass, const TcGroup *group)
{
  guint places = free_places (pass, group);
  gboolean more = FALSE;

  for (guint i = 0; i < group->tasks->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (group->tasks->tasks, i);

      if (task->disabled || tc_pass_find (pass, task->id, group->id, NULL) != NULL)
        continue;
      if (places == 0 || !is_ready (pass, group, task))
        {
          more = TRUE;
          continue;
        }
      tc_next_create (pass, group, task, NULL, -1);
      places--;
    }
  return more;
}

/* Kestra: Parallel, Dag, FlowableUtils.resolveParallelNexts, resolveDagNexts. */
const TcFlowable tc_flowable_parallel = {
  .name = "Parallel", .kind = TC_FLOWABLE_PARENT, .props = props, .begin = begin, .next = parallel_next,
};
const TcFlowable tc_flowable_dag = {
  .name = "Dag", .kind = TC_FLOWABLE_PARENT, .props = props, .begin = begin, .next = dag_next,
};
