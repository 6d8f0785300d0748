/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"
#include "tc-state-table.h"

#include <string.h>

/* Whether @task stands in, or below, a list that a restart runs anew: errors, finally, afterExecution. */
static gboolean
is_handler (const TcTask *task)
{
  for (; task != NULL; task = task->parent)
    if (task->list != NULL
        && (strcmp (task->list->name, "errors") == 0 || strcmp (task->list->name, "finally") == 0
            || strcmp (task->list->name, "afterExecution") == 0))
      return TRUE;
  return FALSE;
}

static void
remove_handlers (TcPass *pass)
{
  size_t n = tc_execution_n_runs (pass->now);

  for (size_t i = 0; i < n; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, tc_execution_run (pass->now, i)->id);
      const TcTask *task = run != NULL ? tc_pass_task (pass, run) : NULL;

      if (task != NULL && is_handler (task))
        tc_pass_remove (pass, run->id);
    }
}

static void
reopen_ancestors (TcPass *pass, const TcTaskRun *run)
{
  while (run->parent_id != NULL)
    {
      run = tc_pass_run (pass, run->parent_id);
      if (run == NULL)
        return;
      if (tc_state_is_terminated (tc_task_run_state (run)))
        tc_pass_set_run_state (pass, tc_pass_edit (pass, run), TC_STATE_RUNNING);
    }
}

/* What was killed never starts again, nor does what stands below it. */
static gboolean
is_below_killed (TcPass *pass, const TcTaskRun *run)
{
  while (run != NULL && run->parent_id != NULL)
    {
      run = tc_pass_run (pass, run->parent_id);
      if (run != NULL && (tc_task_run_state (run) == TC_STATE_KILLED || tc_task_run_state (run) == TC_STATE_RETRIED))
        return TRUE;
    }
  return FALSE;
}

static void
remove_children (TcPass *pass, const char *parent_id)
{
  for (size_t i = tc_pass_n_children (pass, parent_id); i > 0; i--)
    {
      const TcTaskRun *child = tc_pass_child (pass, parent_id, i - 1);

      if (child != NULL)
        tc_pass_remove (pass, child->id);
    }
}

static void
redo (TcPass *pass, const TcTaskRun *ended)
{
  static const char *const forgotten[] = { "terminal", "done", "since", "counted", "opened", "closed", "void", "timedOut", "timeout" };
  const TcTask *task = tc_pass_task (pass, ended);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;
  TcTaskRun *run = tc_pass_edit (pass, ended);
  gboolean is_parent = tc_flowable_is_parent (pass, run);

  tc_pass_forget (pass, run);
  if (row == &tc_flowable_working_directory)
    remove_children (pass, run->id);
  for (size_t i = 0; i < G_N_ELEMENTS (forgotten); i++)
    if (run->memo != NULL && tc_value_get (run->memo, forgotten[i]) != NULL)
      tc_pass_remember (run, forgotten[i], NULL);
  /* Only a LoopUntil shows both (golden loop-until-restart). */
  if (!is_parent || row == &tc_flowable_working_directory || row == &tc_flowable_loop_until)
    tc_pass_set_run_state (pass, run, TC_STATE_RESTARTED);
  if (is_parent && row != &tc_flowable_working_directory)
    tc_pass_set_run_state (pass, run, TC_STATE_RUNNING);
}

static void
reopen_head (TcPass *pass)
{
  TcHead *head = tc_pass_edit_head (pass);

  tc_pass_next_generation (pass);
  tc_pass_remember_head (pass, "over", NULL);
  tc_pass_remember_head (pass, "late", NULL);
  g_clear_pointer (&head->error, g_free);
  g_clear_pointer (&head->outputs, tc_value_unref);
  tc_pass_forget (pass, NULL);
  tc_pass_set_state (pass, TC_STATE_RESTARTED);
}

static gboolean
is_to_redo (const TcTaskRun *run)
{
  return tc_task_run_state (run) == TC_STATE_FAILED || tc_task_run_state (run) == TC_STATE_PAUSED;
}

/* TRUE: something was found. */
static gboolean
redo_failed (TcPass *pass)
{
  size_t n = tc_execution_n_runs (pass->now);
  gboolean found = FALSE;

  for (size_t i = 0; i < n; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, tc_execution_run (pass->now, i)->id);
      const TcTask *task = run != NULL ? tc_pass_task (pass, run) : NULL;

      if (run == NULL || !is_to_redo (run) || is_below_killed (pass, run) || (task != NULL && tc_finish_is_after (task)))
        continue;
      redo (pass, run);
      reopen_ancestors (pass, run);
      found = TRUE;
    }
  return found;
}

void
tc_restart (TcPass *pass)
{
  TcState state = tc_pass_state (pass);

  if ((!tc_state_is_terminated (state) && state != TC_STATE_PAUSED) || state == TC_STATE_KILLED || state == TC_STATE_RETRIED)
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED,
                    "Execution must be terminated or paused and not killed to be restarted, current state is '%s' !", tc_state_name (state));
      return;
    }
  remove_handlers (pass);
  if (!redo_failed (pass))
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "No task found to restart execution from!");
      return;
    }
  reopen_head (pass);
  tc_labels_set (pass, "system.restarted", "true");
  tc_pass_edit_head (pass)->attempt_number++;
  tc_begin_submitted (pass);
}

static void
set_attempt_state (TcTaskRun *run, TcState state)
{
  TcHistory *history = &((TcAttempt *) tc_task_run_last_attempt (run))->history;

  history->items[history->n - 1].state = state;
}

void
tc_restart_change_state (TcPass *pass)
{
  const TcValue *payload = pass->event->payload;
  const char *run_id = payload != NULL ? tc_value_get_str (payload, "taskRunId") : NULL;
  const char *name = payload != NULL ? tc_value_get_str (payload, "state") : NULL;
  const TcTaskRun *old = run_id != NULL ? tc_pass_run (pass, run_id) : NULL;
  TcState state = tc_pass_state (pass), to;
  TcTaskRun *run;

  if (!tc_state_is_terminated (state) || state == TC_STATE_KILLED || state == TC_STATE_RETRIED)
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "You can only change the state of a task run for a terminated non killed execution.");
      return;
    }
  if (old == NULL || name == NULL || !tc_state_parse (name, &to) || !tc_state_is_terminated (to)
      || !tc_state_is_terminated (tc_task_run_state (old))
      || is_below_killed (pass, old) || (to != tc_task_run_state (old) && !tc_state_run_may_become (tc_task_run_state (old), to)))
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Change state: no ended task run '%s', or no end state '%s'", run_id != NULL ? run_id : "",
                    name != NULL ? name : "");
      return;
    }
  remove_handlers (pass);
  old = tc_pass_run (pass, run_id);
  if (old != NULL)
    {
      run = tc_pass_edit (pass, old);
      tc_pass_set_run_state (pass, run, to);
      if (run->attempts->len > 0)
        set_attempt_state (run, to);
      reopen_ancestors (pass, run);
    }
  reopen_head (pass);
  tc_begin_submitted (pass);
}
