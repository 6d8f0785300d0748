/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"
#include "tc-run-id.h"

#include <math.h>

/*
 * One run at a time waits for its retry (the execution is RETRYING then); others that failed meanwhile stay FAILED, stand in the head's memo
 * "waiting" and take their turn when the execution is RUNNING again (golden G10). Where what is around a task has the retry, the first of its
 * `errors` runs between two tries and leaves no record (retry-with-flowable-errors). Kestra: ExecutorService, ExecutionService.retryTask,
 * AbstractRetry.
 */

static const TcRetry *
policy_of (const TcPass *pass, const TcTask *task)
{
  if (tc_finish_is_after (task))
    return task->retry;
  for (const TcTask *around = task; around != NULL; around = around->parent)
    if (around->retry != NULL)
      return around->retry;
  return tc_flow_retry (pass->flow);
}

static int64_t
delay_us (const TcRetry *retry, const char *id, int tries)
{
  double delay;

  switch (retry->kind)
    {
    case TC_RETRY_CONSTANT:
      return retry->interval_us;
    case TC_RETRY_EXPONENTIAL:
      delay = (double) retry->interval_us * pow (retry->delay_factor > 0 ? retry->delay_factor : 2, tries - 1);
      return retry->max_interval_us > 0 && delay > (double) retry->max_interval_us ? retry->max_interval_us
                                                                                    : (int64_t) MIN (delay, (double) G_MAXINT64 / 4);
    case TC_RETRY_RANDOM:
      if (retry->max_interval_us <= retry->min_interval_us)
        return retry->min_interval_us;
      return retry->min_interval_us
             + (int64_t) (tc_run_hash (id, tries) % (uint64_t) (retry->max_interval_us - retry->min_interval_us + 1));
    }
  return retry->interval_us;
}

static int64_t
end_of_last_attempt (const TcTaskRun *run)
{
  const TcAttempt *last = tc_task_run_last_attempt (run);

  return last->history.items[last->history.n - 1].at_us;
}

static gboolean
next_date (const TcPass *pass, const TcRetry *retry, const TcTaskRun *run, int64_t *date_us)
{
  const TcHead *head = tc_pass_head (pass);
  int tries = retry->new_execution ? head->attempt_number : (int) run->attempts->len;
  int64_t since;

  if (run->attempts->len == 0 || (retry->max_attempts > 0 && tries >= retry->max_attempts))
    return FALSE;
  *date_us = end_of_last_attempt (run) + delay_us (retry, run->id, tries);
  since = retry->new_execution ? head->created_us : ((const TcAttempt *) g_ptr_array_index (run->attempts, 0))->history.items[0].at_us;
  return retry->max_duration_us == 0 || *date_us <= since + retry->max_duration_us;
}

gboolean
tc_retry_own_is_pending (const TcPass *pass, const TcTaskRun *run, const TcTask *task, TcState failed)
{
  int64_t date_us;
  TcState state = tc_pass_state (pass);

  return failed == TC_STATE_FAILED && task->retry != NULL && !task->retry->new_execution && state != TC_STATE_KILLING
         && !tc_state_is_terminated (state) && next_date (pass, task->retry, run, &date_us);
}

static const TcRetry *
pending_policy (TcPass *pass, const TcTaskRun *run, int64_t *date_us)
{
  const TcTask *task = tc_pass_task (pass, run);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;
  const TcRetry *retry = task != NULL ? policy_of (pass, task) : NULL;
  const TcTaskRun *parent = run->parent_id != NULL ? tc_pass_run (pass, run->parent_id) : NULL;
  TcState state = tc_pass_state (pass);

  if (retry == NULL || tc_task_run_state (run) != TC_STATE_FAILED || state == TC_STATE_KILLING || tc_state_is_terminated (state))
    return NULL;
  if (row != NULL && row->kind != TC_FLOWABLE_WORKER && row != &tc_flowable_subflow)
    return NULL;
  if (parent != NULL && tc_state_is_terminated (tc_task_run_state (parent)))
    return NULL;
  return next_date (pass, retry, run, date_us) ? retry : NULL;
}

gboolean
tc_retry_is_pending (TcPass *pass, const TcTaskRun *run)
{
  int64_t date_us;

  return pending_policy (pass, run, &date_us) != NULL;
}

/* Kestra computes the end of the execution before it sees the retry of a task of its own lists. */
static void
show_failed (TcPass *pass, const TcTaskRun *run, const TcTask *task)
{
  if (run->parent_id == NULL
      && (task->retry != NULL
          || (!tc_next_has_any (tc_flow_list (pass->flow, "errors")) && !tc_next_has_any (tc_flow_list (pass->flow, "finally")))))
    tc_pass_set_state (pass, TC_STATE_FAILED);
}

static void
retry_as_new_execution (TcPass *pass, TcTaskRun *run, int64_t date_us)
{
  TcTaskRun *around = run;

  for (;;)
    {
      const TcTaskRun *parent = around->parent_id != NULL ? tc_pass_run (pass, around->parent_id) : NULL;

      tc_life_end_attempt (pass, around, TC_STATE_RETRIED);
      tc_pass_forget (pass, around);
      tc_pass_set_run_state (pass, around, TC_STATE_RETRIED);
      if (parent == NULL)
        break;
      around = tc_pass_edit (pass, parent);
    }
  tc_resolve_close (pass, around->id, TC_STATE_RETRIED);
  tc_pass_set_state (pass, TC_STATE_RETRIED);
  tc_pass_effect (pass, TC_EFFECT_EXECUTION, NULL, NULL);
  ((TcEffect *) g_ptr_array_index (pass->step->effects, pass->step->effects->len - 1))->at_us = date_us;
  tc_pass_remember_head (pass, "over", tc_value_bool (TRUE));
  pass->step->over = TRUE;
}

static void
wait_for_turn (TcPass *pass, const TcTaskRun *run)
{
  const TcHead *head = tc_pass_head (pass);
  const TcValue *waiting = head->memo != NULL ? tc_value_get (head->memo, "waiting") : NULL;
  TcListBuilder *builder = tc_list_builder_new ();

  for (size_t i = 0; waiting != NULL && i < tc_value_length (waiting); i++)
    tc_list_builder_take (builder, tc_value_ref (tc_value_item (waiting, i)));
  tc_list_builder_take (builder, tc_value_string (run->id));
  tc_pass_remember_head (pass, "waiting", tc_list_builder_end (builder));
}

static void
start_errors (TcPass *pass, const TcTaskRun *run, const TcTask *task)
{
  const TcTaskRun *parent = run->parent_id != NULL && task->retry == NULL ? tc_pass_run (pass, run->parent_id) : NULL;
  const TcTask *first;
  TcGroup group;

  if (parent == NULL)
    return;
  group = tc_group_of (pass, parent);
  if (task->list != group.tasks || !tc_next_has_any (group.errors))
    return;
  first = g_ptr_array_index (group.errors->tasks, tc_next_after (group.errors, NULL));
  if (tc_pass_find (pass, first->id, group.id, NULL) == NULL)
    tc_next_create (pass, &group, first, NULL, -1);
}

static void
remove_list (TcPass *pass, const TcGroup *group, const TcTaskList *list)
{
  for (guint i = 0; list != NULL && i < list->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (list->tasks, i);
      const TcTaskRun *run = tc_pass_find (pass, task->id, group->id, NULL);

      if (run == NULL)
        continue;
      if (!tc_state_is_terminated (tc_task_run_state (run)))
        tc_work_stop (pass, tc_pass_edit (pass, run), "killed");
      tc_pass_remove (pass, run->id);
      tc_pass_next_generation (pass);
    }
}

/* The next try begins: what ran in between is forgotten. */
static void
remove_errors (TcPass *pass, const TcTaskRun *run)
{
  const TcTaskRun *parent = run->parent_id != NULL ? tc_pass_run (pass, run->parent_id) : NULL;
  const TcTask *task = tc_pass_task (pass, run);
  TcGroup group;

  if (parent == NULL || task == NULL)
    return;
  group = tc_group_of (pass, parent);
  if (task->list != group.tasks)
    return;
  remove_list (pass, &group, group.errors);
  remove_list (pass, &group, group.finally);
}

gboolean
tc_retry_take (TcPass *pass, TcTaskRun *run)
{
  int64_t date_us;
  const TcRetry *retry = pending_policy (pass, run, &date_us);
  const TcTask *task = tc_pass_task (pass, run);

  if (retry == NULL)
    return FALSE;
  if (tc_pass_state (pass) != TC_STATE_RUNNING)
    {
      wait_for_turn (pass, run);
      return TRUE;
    }
  show_failed (pass, run, task);
  if (retry->new_execution)
    {
      retry_as_new_execution (pass, run, date_us);
      return TRUE;
    }
  tc_pass_set_run_state (pass, run, TC_STATE_RETRYING);
  tc_pass_set_state (pass, TC_STATE_RETRYING);
  tc_pass_ask (pass, TC_EFFECT_TIMER, run, "retry", date_us, NULL);
  start_errors (pass, run, task);
  return TRUE;
}

void
tc_retry_take_next (TcPass *pass)
{
  const TcHead *head = tc_pass_head (pass);
  const TcValue *waiting = head->memo != NULL ? tc_value_get (head->memo, "waiting") : NULL;
  g_autoptr (TcValue) list = waiting != NULL ? tc_value_ref (waiting) : NULL;
  size_t n = list != NULL ? tc_value_length (list) : 0, i = 0;
  TcListBuilder *rest;

  if (n == 0 || tc_pass_state (pass) != TC_STATE_RUNNING)
    return;
  tc_pass_remember_head (pass, "waiting", NULL);
  for (; i < n && tc_pass_state (pass) == TC_STATE_RUNNING; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, tc_value_get_text (tc_value_item (list, i)));

      if (run != NULL && tc_task_run_state (run) == TC_STATE_FAILED && !tc_retry_take (pass, tc_pass_edit (pass, run)))
        tc_pass_queue_group (pass, run->parent_id);
    }
  if (i == n)
    return;
  rest = tc_list_builder_new ();
  for (; i < n; i++)
    tc_list_builder_take (rest, tc_value_ref (tc_value_item (list, i)));
  tc_pass_remember_head (pass, "waiting", tc_list_builder_end (rest));
}

/* The execution goes on; its own end was put off meanwhile. */
static void
stop_waiting (TcPass *pass)
{
  tc_pass_set_state (pass, TC_STATE_RUNNING);
  tc_retry_take_next (pass);
  tc_pass_queue_group (pass, NULL);
}

void
tc_retry_give_up (TcPass *pass, const TcTaskRun *run)
{
  if (tc_task_run_state (run) != TC_STATE_RETRYING || tc_pass_state (pass) != TC_STATE_RETRYING)
    return;
  stop_waiting (pass);
}

void
tc_retry_timer (TcPass *pass, TcTaskRun *run)
{
  if (tc_task_run_state (run) != TC_STATE_RETRYING)
    return;
  remove_errors (pass, run);
  tc_pass_set_run_state (pass, run, TC_STATE_CREATED);
  tc_pass_queue_start (pass, run->id);
  if (tc_pass_state (pass) == TC_STATE_RETRYING)
    stop_waiting (pass);
}
