/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"

/* Every run known to the pass, in order of creation; a snapshot, as callers change runs on the way. */
static GPtrArray *
all_runs (TcPass *pass)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  size_t n = tc_execution_n_runs (pass->now);

  for (size_t i = 0; i < n; i++)
    g_ptr_array_add (ids, g_strdup (tc_execution_run (pass->now, i)->id));
  for (guint i = 0; i < pass->step->runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (pass->step->runs, i);

      if (tc_execution_find (pass->now, run->id) == NULL)
        g_ptr_array_add (ids, g_strdup (run->id));
    }
  return ids;
}

void
tc_command_wake (TcPass *pass)
{
  g_autoptr (GPtrArray) ids = all_runs (pass);

  if (pass->looked == NULL)
    pass->looked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < ids->len; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i));
      TcState state = run != NULL ? tc_task_run_state (run) : TC_STATE_KILLED;

      if (state == TC_STATE_CREATED || state == TC_STATE_RESTARTED)
        tc_pass_queue_start (pass, run->id);
      else if (state == TC_STATE_RUNNING)
        tc_pass_queue_group (pass, run->id);
    }
  tc_pass_queue_group (pass, NULL);
  tc_retry_take_next (pass);
}


/* One run of an execution that is being killed: at once, or once what runs outside has ended. */
static void
kill_run (TcPass *pass, const TcTaskRun *open)
{
  const TcTask *task = tc_pass_task (pass, open);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;
  TcTaskRun *run;

  if (tc_pass_awaits (open, TC_EFFECT_WORK, NULL) != NULL)
    {
      tc_work_stop (pass, tc_pass_edit (pass, open), "killed");
      return;
    }
  if (tc_task_run_state (open) == TC_STATE_RUNNING && tc_flowable_is_parent (pass, open))
    {
      if (tc_pass_pending (open->memo) != NULL)
        tc_pass_forget (pass, tc_pass_edit (pass, open));
      return;
    }
  run = tc_pass_edit (pass, open);
  if (row == NULL || row->kill == NULL || !row->kill (pass, run, task))
    tc_life_end (pass, run, TC_STATE_KILLED, FALSE, NULL);
}

static void
kill_all (TcPass *pass)
{
  g_autoptr (GPtrArray) ids = all_runs (pass);

  for (guint i = ids->len; i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i - 1));

      if (run == NULL || tc_state_is_terminated (tc_task_run_state (run)))
        continue;
      kill_run (pass, run);
      tc_pass_queue_group (pass, run->id);
    }
}

/* Flowables that nothing will drive any more take @state, innermost first. */
static void
end_parents (TcPass *pass, TcState state)
{
  g_autoptr (GPtrArray) ids = all_runs (pass);

  for (guint i = ids->len; i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i - 1));

      if (run != NULL && tc_task_run_state (run) == TC_STATE_RUNNING && tc_flowable_is_parent (pass, run))
        tc_life_end (pass, tc_pass_edit (pass, run), state, FALSE, NULL);
    }
}

gboolean
tc_command_has_paused (TcPass *pass)
{
  g_autoptr (GPtrArray) ids = all_runs (pass);

  for (guint i = 0; i < ids->len; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i));

      if (run != NULL && tc_task_run_state (run) == TC_STATE_PAUSED)
        return TRUE;
    }
  return FALSE;
}

guint
tc_command_count_open (TcPass *pass)
{
  g_autoptr (GPtrArray) ids = all_runs (pass);
  guint n = 0;

  for (guint i = 0; i < ids->len; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i));

      n += run != NULL && !tc_state_is_terminated (tc_task_run_state (run));
    }
  return n;
}

void
tc_command_kill (TcPass *pass, TcState how)
{
  if (tc_state_is_terminated (tc_pass_state (pass)))
    {
      if (tc_pass_head (pass)->memo != NULL && tc_value_get (tc_pass_head (pass)->memo, "late") != NULL)
        kill_all (pass);    /* its state is fixed, but something is still at work */
      else
        tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Execution is already finished, can't kill it");
      return;
    }
  if (tc_pass_state (pass) == TC_STATE_KILLING)
    return;
  /* Kestra resumes a Pause in order to kill it (golden I04). */
  if (how == TC_STATE_KILLING && tc_pass_state (pass) == TC_STATE_PAUSED && tc_command_has_paused (pass))
    tc_pass_set_state (pass, TC_STATE_RESTARTED);
  tc_pass_forget (pass, NULL);
  tc_pass_set_state (pass, how);
  kill_all (pass);
  if (how == TC_STATE_KILLED)
    end_parents (pass, TC_STATE_KILLED);
  tc_pass_queue_group (pass, NULL);
}

void
tc_command_break_off (TcPass *pass, TcState state)
{
  tc_finish_now (pass, state);
  kill_all (pass);
  end_parents (pass, state);
}

void
tc_command_settle (TcPass *pass)
{
  if (tc_pass_count_open (pass, NULL) == 0)
    tc_finish_now (pass, TC_STATE_KILLED);
}

void
tc_command_exit (TcPass *pass, TcTaskRun *run, TcState state)
{
  TcTaskRun *around = run;

  tc_life_run (pass, run, NULL);
  if (state == TC_STATE_KILLED && !tc_state_is_terminated (tc_pass_state (pass)))
    {
      tc_life_end (pass, run, TC_STATE_KILLED, FALSE, NULL);
      tc_command_kill (pass, TC_STATE_KILLED);
      return;
    }
  /* In afterExecution the state of the execution is fixed already. */
  if (!tc_state_is_terminated (tc_pass_state (pass)))
    tc_finish_now (pass, state);
  for (;;)
    {
      tc_life_end (pass, around, state, FALSE, NULL);
      if (around->parent_id == NULL)
        break;
      around = tc_pass_edit (pass, tc_pass_run (pass, around->parent_id));
      if (tc_state_is_terminated (tc_task_run_state (around)))
        break;
    }
}

void
tc_command_stand_still (TcPass *pass)
{
  if (!tc_state_is_terminated (tc_pass_state (pass)))
    tc_pass_set_state (pass, TC_STATE_PAUSED);
}

static void
pause_execution (TcPass *pass)
{
  if (tc_pass_state (pass) != TC_STATE_RUNNING)
    tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "The execution is not running");
  else
    tc_pass_set_state (pass, TC_STATE_PAUSED);
}

static const TcTaskRun *
paused_run (TcPass *pass, const char *run_id)
{
  g_autoptr (GPtrArray) ids = all_runs (pass);

  for (guint i = 0; i < ids->len; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i));
      const TcTask *task = run != NULL ? tc_pass_task (pass, run) : NULL;

      if (task != NULL && tc_task_run_state (run) == TC_STATE_PAUSED && tc_flowable_of (task) == &tc_flowable_pause
          && (run_id == NULL || g_strcmp0 (run_id, run->id) == 0))
        return run;
    }
  return NULL;
}

static void
resume (TcPass *pass)
{
  const TcValue *payload = pass->event->payload;
  const char *run_id = payload != NULL ? tc_value_get_str (payload, "taskRunId") : NULL;
  const TcValue *inputs = payload != NULL ? tc_value_get (payload, "inputs") : NULL;
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL);
  const TcTaskRun *run;

  /* A null says that there are none, and then there is no such output. */
  inputs = inputs == NULL ? none : tc_value_is (inputs, TC_VALUE_NULL) ? NULL : inputs;
  if (tc_pass_state (pass) != TC_STATE_PAUSED)
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Execution '%s' is not paused, can't resume it", tc_pass_head (pass)->id);
      return;
    }
  run = paused_run (pass, run_id);
  if (run != NULL)
    tc_pause_resume (pass, tc_pass_edit (pass, run), TC_STATE_SUCCESS, inputs != NULL ? tc_value_ref (inputs) : NULL);
  else if (run_id != NULL)
    tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Task run '%s' is not paused, can't resume it", run_id);
  else if (!tc_command_has_paused (pass))
    {
      tc_pass_set_state (pass, TC_STATE_RUNNING);
      tc_command_wake (pass);
    }
}

static void
resume_breakpoint (TcPass *pass)
{
  const TcValue *next = pass->event->payload != NULL ? tc_value_get (pass->event->payload, "breakpoints") : NULL;
  g_autoptr (GPtrArray) ids = NULL;

  if (tc_pass_state (pass) != TC_STATE_BREAKPOINT)
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Execution is not suspended");
      return;
    }
  if (next != NULL)
    {
      TcHead *head = tc_pass_edit_head (pass);

      tc_value_unref (head->breakpoints);
      head->breakpoints = tc_value_ref (next);
    }
  tc_pass_set_state (pass, TC_STATE_RUNNING);
  ids = all_runs (pass);
  for (guint i = 0; i < ids->len; i++)
    {
      const TcTaskRun *run = tc_pass_run (pass, g_ptr_array_index (ids, i));

      if (run != NULL && tc_task_run_state (run) == TC_STATE_BREAKPOINT)
        {
          tc_pass_set_run_state (pass, tc_pass_edit (pass, run), TC_STATE_CREATED);
          tc_pass_remember (tc_pass_edit (pass, run), "passed", tc_value_bool (TRUE));
        }
    }
  tc_command_wake (pass);
}

static void
force_run (TcPass *pass)
{
  TcState state = tc_pass_state (pass);

  if (tc_state_is_terminated (state))
    tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Only non terminated executions can be forced run.");
  else if (state == TC_STATE_PAUSED)
    resume (pass);
  else if (state == TC_STATE_CREATED || state == TC_STATE_RESTARTED || state == TC_STATE_QUEUED)
    {
      tc_pass_forget (pass, NULL);
      tc_pass_set_state (pass, TC_STATE_RUNNING);
      if (!tc_sla_begin (pass))
        tc_command_wake (pass);
    }
}

static void
unqueue (TcPass *pass)
{
  const char *name = pass->event->payload != NULL ? tc_value_get_str (pass->event->payload, "state") : NULL;
  TcState target = TC_STATE_RUNNING;

  if (tc_pass_state (pass) != TC_STATE_QUEUED)
    tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "Only QUEUED execution can be unqueued");
  else if (name != NULL && (!tc_state_parse (name, &target)
                            || (target != TC_STATE_RUNNING && target != TC_STATE_CANCELLED && target != TC_STATE_FAILED)))
    tc_pass_fail (pass, TC_EXECUTOR_ERROR_REFUSED, "A queued execution can become RUNNING, CANCELLED or FAILED, not '%s'", name);
  else if (target == TC_STATE_RUNNING)
    tc_begin_slot (pass);
  else
    tc_finish_now (pass, target);
}

void
tc_command_run (TcPass *pass)
{
  switch (pass->event->kind)
    {
    case TC_EVENT_KILL:
      tc_command_kill (pass, TC_STATE_KILLING);
      break;
    case TC_EVENT_PAUSE:
      pause_execution (pass);
      break;
    case TC_EVENT_RESUME:
      resume (pass);
      break;
    case TC_EVENT_RESTART:
      tc_restart (pass);
      break;
    case TC_EVENT_CHANGE_STATE:
      tc_restart_change_state (pass);
      break;
    case TC_EVENT_FORCE_RUN:
      force_run (pass);
      break;
    case TC_EVENT_UNQUEUE:
      unqueue (pass);
      break;
    case TC_EVENT_RESUME_BREAKPOINT:
      resume_breakpoint (pass);
      break;
    case TC_EVENT_SUBMITTED: case TC_EVENT_RENDERED: case TC_EVENT_STARTED: case TC_EVENT_ENDED: case TC_EVENT_LOST: case TC_EVENT_TIMER:
    case TC_EVENT_CHILD_CREATED: case TC_EVENT_CHILD_ENDED: case TC_EVENT_SLOT:
      g_assert_not_reached ();
    }
}
