/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"

#include "tc-life.h"

TcGroup
tc_group_of (TcPass *pass, const TcTaskRun *run)
{
  TcGroup group = { .run = run };

  if (run == NULL)
    {
      group.tasks = tc_flow_list (pass->flow, "tasks");
      group.errors = tc_flow_list (pass->flow, "errors");
      group.finally = tc_flow_list (pass->flow, "finally");
      return group;
    }
  group.id = run->id;
  group.task = tc_pass_task (pass, run);
  if (group.task != NULL)
    {
      const TcFlowable *row = tc_flowable_of (group.task);

      group.tasks = row != NULL && row->tasks != NULL ? row->tasks (group.task, run) : tc_task_list (group.task, "tasks");
      group.errors = tc_task_list (group.task, "errors");
      group.finally = tc_task_list (group.task, "finally");
    }
  return group;
}

TcState
tc_resolve_allow (const TcTask *task, TcState state)
{
  if (state == TC_STATE_FAILED && task->allow_failure)
    state = TC_STATE_WARNING;
  if (state == TC_STATE_WARNING && task->allow_warning)
    state = TC_STATE_SUCCESS;
  return state;
}

TcState
tc_resolve_guess (TcPass *pass, const TcGroup *group)
{
  gboolean seen[TC_N_STATES] = { FALSE };
  TcState terminal = TC_STATE_SUCCESS;
  const char *forced = group->run != NULL && group->run->memo != NULL ? tc_value_get_str (group->run->memo, "terminal") : NULL;
  size_t n = tc_pass_n_children (pass, group->id);
  static const TcState worst_first[] = { TC_STATE_KILLED, TC_STATE_FAILED, TC_STATE_WARNING, TC_STATE_PAUSED };

  for (size_t i = 0; i < n; i++)
    {
      const TcTaskRun *run = tc_pass_child (pass, group->id, i);
      const TcTask *task = run != NULL ? tc_pass_task (pass, run) : NULL;

      if (task != NULL && task->list == group->tasks)
        seen[tc_task_run_state (run)] = TRUE;
    }
  if (forced != NULL && tc_state_parse (forced, &terminal))
    seen[terminal] = TRUE;
  for (size_t i = 0; i < G_N_ELEMENTS (worst_first); i++)
    if (seen[worst_first[i]])
      return worst_first[i];
  return terminal;
}

/* What runs outside goes on and its late result is stored, except a retry that has not begun (golden G10). */
static gboolean
goes_on (TcPass *pass, const TcTaskRun *run)
{
  if (tc_flowable_is_parent (pass, run))
    return FALSE;
  if (tc_pass_awaits (run, TC_EFFECT_WORK, NULL) == NULL && tc_pass_awaits (run, TC_EFFECT_TIMER, "sleep") == NULL
      && tc_pass_awaits (run, TC_EFFECT_SUBFLOW, NULL) == NULL && tc_task_run_state (run) != TC_STATE_SUBMITTED)
    return FALSE;
  return tc_task_run_state (run) == TC_STATE_RUNNING || run->attempts->len == 0;
}

void
tc_resolve_close (TcPass *pass, const char *parent_id, TcState state)
{
  size_t n;

  if (tc_pass_count_open (pass, parent_id) == 0)
    return;
  n = tc_pass_n_children (pass, parent_id);
  for (size_t i = 0; i < n; i++)
    {
      const TcTaskRun *child = tc_pass_child (pass, parent_id, i);
      TcTaskRun *run;

      if (child == NULL || tc_state_is_terminated (tc_task_run_state (child)) || goes_on (pass, child))
        continue;
      run = tc_pass_edit (pass, child);
      tc_retry_give_up (pass, run);
      tc_work_stop (pass, run, "killed");
      tc_life_end_attempt (pass, run, state);
      tc_pass_forget (pass, run);
      tc_pass_set_run_state (pass, run, state);
      tc_resolve_close (pass, run->id, state);
    }
}

static void
end_flowable (TcPass *pass, const TcGroup *group)
{
  const TcFlowable *row = tc_flowable_of (group->task);
  TcState state = tc_resolve_guess (pass, group);

  if (row == &tc_flowable_allow_failure && state == TC_STATE_FAILED)
    state = TC_STATE_WARNING;
  tc_life_end (pass, tc_pass_edit (pass, group->run), state, TRUE, NULL);
}

static void
end_group (TcPass *pass, const TcGroup *group)
{
  if (group->run == NULL)
    tc_finish (pass, tc_resolve_guess (pass, group));
  else
    end_flowable (pass, group);
}

static void
start_restarted (TcPass *pass, const char *parent_id)
{
  size_t n = tc_pass_n_children (pass, parent_id);

  for (size_t i = 0; i < n; i++)
    {
      const TcTaskRun *child = tc_pass_child (pass, parent_id, i);

      if (child != NULL && tc_task_run_state (child) == TC_STATE_RESTARTED)
        tc_pass_queue_start (pass, child->id);
    }
}

/* The tasks' turn; TRUE: they are all over. */
static gboolean
tasks_are_over (TcPass *pass, const TcGroup *group)
{
  const TcFlowable *row = group->task != NULL ? tc_flowable_of (group->task) : NULL;

  if (tc_pass_count (pass, group->id, TC_STATE_RESTARTED) > 0)
    start_restarted (pass, group->id);
  if (row != NULL && row->next != NULL)
    {
      gboolean more = row->next (pass, group);

      return !more && tc_pass_count_open (pass, group->id) == 0;
    }
  return !tc_next_in_order (pass, group, group->tasks, -1);
}

static void
take_turn (TcPass *pass, const TcGroup *group)
{
  const TcFlowable *row = group->task != NULL ? tc_flowable_of (group->task) : NULL;
  TcTurn turn = tc_next_turn (pass, group);

  if (turn == TC_TURN_TASKS && !tasks_are_over (pass, group))
    return;
  /* A row may hold its end back once its tasks are over; errors and finally follow only then. */
  if ((turn == TC_TURN_TASKS || turn == TC_TURN_END || turn == TC_TURN_ERRORS || turn == TC_TURN_FINALLY) && row != NULL && row->ended != NULL
      && row->ended (pass, tc_pass_edit (pass, group->run), group->task, tc_resolve_guess (pass, group)))
    return;
  if (turn == TC_TURN_WAIT || pass->error != NULL)
    return;
  if (turn == TC_TURN_TASKS)
    turn = tc_next_has_any (group->finally) ? TC_TURN_FINALLY : TC_TURN_END;
  if (turn == TC_TURN_ERRORS && tc_next_in_order (pass, group, group->errors, -1))
    return;
  if (turn == TC_TURN_FINALLY && tc_next_in_order (pass, group, group->finally, -1))
    return;
  end_group (pass, group);
}

void
tc_resolve (TcPass *pass, const char *parent_id)
{
  const TcTaskRun *run = parent_id != NULL ? tc_pass_run (pass, parent_id) : NULL;
  TcState state = tc_pass_state (pass);
  TcGroup group;

  if (parent_id != NULL && (run == NULL || tc_task_run_state (run) != TC_STATE_RUNNING || tc_pass_awaits (run, TC_EFFECT_RENDER, "props") != NULL))
    return;
  if (run != NULL && !tc_flowable_is_parent (pass, run))
    return;
  group = tc_group_of (pass, run);
  if (state == TC_STATE_KILLING)
    {
      if (run != NULL && tc_pass_count_open (pass, run->id) == 0 && tc_pass_pending (run->memo) == NULL)
        tc_life_end (pass, tc_pass_edit (pass, run), TC_STATE_KILLED, FALSE, NULL);
      else if (run == NULL)
        tc_command_settle (pass);
    }
  else if (run == NULL && tc_state_is_terminated (state))
    tc_finish_after (pass);
  else if (run != NULL && tc_state_is_terminated (state) && !tc_finish_is_after (group.task))
    return;
  else if (run == NULL && (state == TC_STATE_CREATED || state == TC_STATE_RUNNING))
    take_turn (pass, &group);
  else if (run != NULL && group.task != NULL && tc_pass_may_start (pass))
    take_turn (pass, &group);
}
