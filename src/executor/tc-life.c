/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-life.h"

#include "tc-group.h"

/*
 * Invariants of attempts: L1 an attempt is CREATED, RUNNING and then ends once; L2 a run has an open attempt exactly while it is RUNNING or
 * PAUSED, except a flowable that was set going again, which keeps its first one; L3 what the attempt ended as is kept before allowFailure.
 */

static TcAttempt *
last_attempt (TcTaskRun *run)
{
  return run->attempts->len > 0 ? g_ptr_array_index (run->attempts, run->attempts->len - 1) : NULL;
}

static gboolean
is_open (const TcAttempt *attempt)
{
  return attempt != NULL && !tc_state_is_terminated (attempt->history.items[attempt->history.n - 1].state);
}

/* Only what a worker says goes to a file, as in Kestra; what stands for it here are jobs, programs and rows of the kind WORKER. */
static gboolean
logs_to_file (const TcTask *task)
{
  const TcFlowable *row = task != NULL && task->klass != NULL && task->log_to_file ? tc_flowable_of (task) : NULL;

  return task != NULL && task->klass != NULL && task->log_to_file
         && (task->klass->kind == TC_TASK_JOB || task->klass->kind == TC_TASK_RUN || (row != NULL && row->kind == TC_FLOWABLE_WORKER));
}

static void
open_attempt (TcPass *pass, TcTaskRun *run, const char *effect_id)
{
  TcAttempt *attempt = tc_attempt_new (effect_id, tc_pass_at (pass));

  if (logs_to_file (tc_pass_task (pass, run)))
    attempt->log_file = tc_task_run_log_uri (run, tc_pass_head (pass), (int) run->attempts->len);
  g_ptr_array_add (run->attempts, attempt);
}

void
tc_life_run (TcPass *pass, TcTaskRun *run, const char *effect_id)
{
  tc_pass_set_run_state (pass, run, TC_STATE_RUNNING);
  open_attempt (pass, run, effect_id);
  tc_history_add (&last_attempt (run)->history, TC_STATE_RUNNING, tc_pass_at (pass));
}

void
tc_life_end_attempt (TcPass *pass, TcTaskRun *run, TcState state)
{
  TcAttempt *attempt = last_attempt (run);

  if (is_open (attempt))
    tc_history_add (&attempt->history, state, tc_pass_at (pass));
}

/* A flowable that was set going again ends its one attempt anew. */
static void
set_attempt_end (TcPass *pass, TcTaskRun *run, TcState state)
{
  TcAttempt *attempt = last_attempt (run);

  if (attempt != NULL)
    attempt->history.items[attempt->history.n - 1] = (TcStateChange) { state, tc_pass_at (pass) };
}

static TcState
after_properties (TcPass *pass, TcTaskRun *run, const TcTask *task, TcState state)
{
  if (state == TC_STATE_SUCCESS && task->retry != NULL && task->retry->warning_on_retry && run->attempts->len > 1)
    state = TC_STATE_WARNING;
  if (state == TC_STATE_FAILED && tc_retry_own_is_pending (pass, run, task, state))
    return state;
  return tc_resolve_allow (task, state);
}

static void
take_outputs (TcTaskRun *run, TcValue *outputs)
{
  TcValue *merged;

  if (outputs == NULL)
    return;
  merged = run->outputs != NULL ? tc_value_merge (run->outputs, outputs) : tc_value_ref (outputs);
  tc_value_unref (run->outputs);
  tc_value_unref (outputs);
  run->outputs = merged;
}

void
tc_life_end (TcPass *pass, TcTaskRun *run, TcState state, gboolean allowed, TcValue *outputs)
{
  const TcTask *task = tc_pass_task (pass, run);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;
  gboolean is_parent = tc_flowable_is_parent (pass, run);
  TcState from = tc_task_run_state (run), final = state;

  tc_life_end_attempt (pass, run, state);
  if (allowed && task != NULL)
    final = after_properties (pass, run, task, state);
  if (row != NULL && row->kind == TC_FLOWABLE_PARENT)
    set_attempt_end (pass, run, final);
  take_outputs (run, outputs);
  tc_pass_forget (pass, run);
  tc_pass_set_run_state (pass, run, final);
  if (is_parent && from != final)
    tc_resolve_close (pass, run->id, final);
  if (!tc_state_is_terminated (from))
    tc_finish_late (pass);
  if (final == TC_STATE_FAILED && !is_parent && tc_retry_take (pass, run))
    return;
  tc_pass_note_ended (pass, run);
  tc_pass_queue_group (pass, run->parent_id);
  tc_sla_check (pass);
}

void
tc_life_fail (TcPass *pass, TcTaskRun *run, gboolean allowed, const char *message)
{
  TcState state = tc_task_run_state (run);

  tc_pass_log (pass, run, TC_LEVEL_ERROR, "%s", message);
  /* A try that fails before it runs is an attempt too, or a retry would never be exhausted. */
  if (run->attempts->len == 0 || state == TC_STATE_CREATED || state == TC_STATE_RESTARTED)
    {
      open_attempt (pass, run, NULL);
      tc_history_add (&last_attempt (run)->history, TC_STATE_RUNNING, tc_pass_at (pass));
    }
  tc_life_end (pass, run, TC_STATE_FAILED, allowed, NULL);
}

void
tc_life_done (TcPass *pass, TcTaskRun *run, TcState state, TcValue *outputs)
{
  tc_life_run (pass, run, NULL);
  tc_life_end (pass, run, state, FALSE, outputs);
}

void
tc_life_timeout (TcPass *pass, TcTaskRun *run, int64_t at_us)
{
  int64_t timeout_us = run->memo != NULL ? tc_value_get_i64 (run->memo, "timeout", 0) : 0;

  if (timeout_us > 0)
    tc_pass_ask (pass, TC_EFFECT_TIMER, run, "timeout", at_us + timeout_us, NULL);
}
