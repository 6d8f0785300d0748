/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"

#include "tc-life.h"

/*
 * A list is run at one place: a parent run (or the flow). Its runs are found by (task, parent) where the list is short (errors, finally), and
 * by the index of the execution where it may be long (tasks), so that one event costs no walk over all runs.
 */

gboolean
tc_next_has_any (const TcTaskList *list)
{
  for (guint i = 0; list != NULL && i < list->tasks->len; i++)
    if (!((const TcTask *) g_ptr_array_index (list->tasks, i))->disabled)
      return TRUE;
  return FALSE;
}

static const TcTaskRun *
run_of (TcPass *pass, const TcGroup *group, const TcTask *task)
{
  return tc_pass_find (pass, task->id, group->id, NULL);
}

static gboolean
has_run (TcPass *pass, const TcGroup *group, const TcTaskList *list)
{
  for (guint i = 0; list != NULL && i < list->tasks->len; i++)
    if (run_of (pass, group, g_ptr_array_index (list->tasks, i)) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
all_terminated (TcPass *pass, const TcGroup *group, const TcTaskList *list)
{
  for (guint i = 0; i < list->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (list->tasks, i);
      const TcTaskRun *run = task->disabled ? NULL : run_of (pass, group, task);

      if (!task->disabled && (run == NULL || !tc_state_is_terminated (tc_task_run_state (run))))
        return FALSE;
    }
  return TRUE;
}

static guint
count_failed (TcPass *pass, const TcGroup *group, const TcTaskList *list)
{
  guint n = 0;

  for (guint i = 0; list != NULL && i < list->tasks->len; i++)
    {
      const TcTaskRun *run = run_of (pass, group, g_ptr_array_index (list->tasks, i));

      n += run != NULL && tc_task_run_state (run) == TC_STATE_FAILED;
    }
  return n;
}

static gboolean
is_of_tasks (TcPass *pass, const TcGroup *group, const TcTaskRun *run)
{
  const TcTask *task = tc_pass_task (pass, run);

  return task != NULL && task->list == group->tasks;
}

gboolean
tc_next_has_failed (TcPass *pass, const TcGroup *group)
{
  guint failed = tc_pass_count (pass, group->id, TC_STATE_FAILED);

  if (failed == 0)
    return FALSE;
  if (group->id != NULL)
    return failed > count_failed (pass, group, group->errors) + count_failed (pass, group, group->finally);
  /* The flow's own children hold runs of other lists too (listeners, onPause), but no more than its text has tasks. */
  for (size_t i = tc_pass_n_children (pass, NULL); i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_child (pass, NULL, i - 1);

      if (run != NULL && tc_task_run_state (run) == TC_STATE_FAILED && is_of_tasks (pass, group, run))
        return TRUE;
    }
  return FALSE;
}

static gboolean
may_be_retried (TcPass *pass, const TcGroup *group)
{
  for (const TcTask *task = group->task; task != NULL; task = task->parent)
    if (task->retry != NULL)
      return TRUE;
  for (guint i = 0; group->tasks != NULL && i < group->tasks->tasks->len; i++)
    if (((const TcTask *) g_ptr_array_index (group->tasks->tasks, i))->retry != NULL)
      return TRUE;
  return tc_flow_retry (pass->flow) != NULL;
}

/* Kestra's failedNoRetry, but over all levels of retry: error handlers wait until nothing is tried again. */
static gboolean
has_failed_for_good (TcPass *pass, const TcGroup *group)
{
  if (!may_be_retried (pass, group))
    return TRUE;
  for (size_t i = tc_pass_n_children (pass, group->id); i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_child (pass, group->id, i - 1);

      if (run != NULL && tc_task_run_state (run) == TC_STATE_FAILED && is_of_tasks (pass, group, run) && !tc_retry_is_pending (pass, run))
        return TRUE;
    }
  return FALSE;
}

TcTurn
tc_next_turn (TcPass *pass, const TcGroup *group)
{
  gboolean has_errors = tc_next_has_any (group->errors), has_finally = tc_next_has_any (group->finally);
  gboolean forced = group->run != NULL && group->run->memo != NULL
                    && g_strcmp0 (tc_value_get_str (group->run->memo, "terminal"), "FAILED") == 0;
  gboolean errors_began;

  if (has_finally && has_run (pass, group, group->finally))
    return TC_TURN_FINALLY;
  errors_began = has_errors && has_run (pass, group, group->errors);
  if (errors_began && tc_pass_count (pass, group->id, TC_STATE_RETRYING) > 0 && !forced && !tc_next_has_failed (pass, group))
    return TC_TURN_WAIT;      /* they run between two tries */
  if (!errors_began && !forced && !tc_next_has_failed (pass, group))
    return TC_TURN_TASKS;
  if (!errors_began && !forced && !has_failed_for_good (pass, group))
    return TC_TURN_WAIT;
  if (has_errors && !all_terminated (pass, group, group->errors))
    return TC_TURN_ERRORS;
  return has_finally ? TC_TURN_FINALLY : TC_TURN_END;
}

/* Tasks of a list stand in document order, so their place in it is found by halving. */
static size_t
place_of (const TcTaskList *list, const TcTask *task)
{
  size_t low = 0, high = list->tasks->len;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;

      if (((const TcTask *) g_ptr_array_index (list->tasks, middle))->ordinal < task->ordinal)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

size_t
tc_next_after (const TcTaskList *list, const TcTask *task)
{
  size_t at = task != NULL ? place_of (list, task) + 1 : 0;

  while (at < list->tasks->len && ((const TcTask *) g_ptr_array_index (list->tasks, at))->disabled)
    at++;
  return at;
}

static const TcTaskRun *
newest_of (TcPass *pass, const TcGroup *group, const TcTaskList *list)
{
  for (size_t i = tc_pass_n_children (pass, group->id); i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_child (pass, group->id, i - 1);
      const TcTask *task = run != NULL ? tc_pass_task (pass, run) : NULL;

      if (task != NULL && task->list == list)
        return run;
    }
  return NULL;
}

/* Mostly the newest one; after a restart also an earlier one. */
static gboolean
has_open (TcPass *pass, const TcGroup *group, const TcTaskList *list)
{
  for (size_t i = tc_pass_n_children (pass, group->id); i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_child (pass, group->id, i - 1);
      const TcTask *task = run != NULL && !tc_state_is_terminated (tc_task_run_state (run)) ? tc_pass_task (pass, run) : NULL;

      if (task != NULL && task->list == list)
        return TRUE;
    }
  return FALSE;
}

void
tc_next_create (TcPass *pass, const TcGroup *group, const TcTask *task, const char *value, int iteration)
{
  const TcTaskRun *run = tc_pass_create (pass, task, group->id, value, iteration);

  tc_pass_queue_start (pass, run->id);
}

gboolean
tc_next_in_order (TcPass *pass, const TcGroup *group, const TcTaskList *list, int iteration)
{
  const TcTaskRun *newest;
  size_t at;

  if (list == NULL)
    return FALSE;
  if (tc_pass_count_open (pass, group->id) > 0 && has_open (pass, group, list))
    return TRUE;
  newest = newest_of (pass, group, list);
  if (newest != NULL && tc_task_run_state (newest) == TC_STATE_FAILED && tc_retry_is_pending (pass, newest))
    return TRUE;
  at = tc_next_after (list, newest != NULL ? tc_pass_task (pass, newest) : NULL);
  if (at == list->tasks->len)
    return FALSE;
  tc_next_create (pass, group, g_ptr_array_index (list->tasks, at), NULL, iteration);
  return TRUE;
}
