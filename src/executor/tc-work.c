/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-life.h"

#include "tc-group.h"

/* The WorkingDirectory run whose directory @run works in, or NULL. */
static const TcTaskRun *
directory_of (TcPass *pass, const TcTaskRun *run, const TcTask *task)
{
  if (run->parent_id == NULL || task->parent == NULL || tc_flowable_of (task->parent) != &tc_flowable_working_directory
      || g_strcmp0 (task->list->name, "tasks") != 0)
    return NULL;
  return tc_pass_run (pass, run->parent_id);
}

gboolean
tc_work_is_unseen (TcPass *pass, const TcTaskRun *run, const TcTask *task)
{
  return run->attempts->len == 0 && directory_of (pass, run, task) != NULL;
}

void
tc_work_submit (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  const TcTaskRun *directory = directory_of (pass, run, task);
  TcValue *payload = directory != NULL ? tc_value_map_of ("directory", tc_value_string (directory->id), NULL) : NULL;

  if (!tc_work_is_unseen (pass, run, task))
    tc_pass_set_run_state (pass, run, TC_STATE_SUBMITTED);
  tc_pass_ask (pass, TC_EFFECT_WORK, run, "work", 0, payload);
}

static void
started (TcPass *pass, TcTaskRun *run, const char *effect_id)
{
  const TcAttempt *attempt = tc_task_run_last_attempt (run);

  if (attempt != NULL && g_strcmp0 (attempt->effect_id, effect_id) == 0)
    return;
  tc_life_run (pass, run, effect_id);
  tc_life_timeout (pass, run, tc_pass_at (pass));
}

static char *
clock_text (int64_t us)
{
  int64_t ms = us / 1000;

  return g_strdup_printf ("%02d:%02d:%02d.%03d", (int) (ms / 3600000), (int) (ms / 60000 % 60), (int) (ms / 1000 % 60), (int) (ms % 1000));
}

static void
log_timeout (TcPass *pass, TcTaskRun *run)
{
  g_autofree char *after = clock_text (tc_value_get_i64 (run->memo, "timeout", 0));

  tc_pass_log (pass, run, TC_LEVEL_ERROR, "Timeout after %s", after);
}

/* What a worker may say; anything else is a failure. */
TcState
tc_work_end_state (TcState told)
{
  return told == TC_STATE_SUCCESS || told == TC_STATE_WARNING || told == TC_STATE_KILLED || told == TC_STATE_CANCELLED ? told : TC_STATE_FAILED;
}

static void
ended (TcPass *pass, TcTaskRun *run, const char *effect_id)
{
  const TcEvent *event = pass->event;
  const TcAttempt *attempt = tc_task_run_last_attempt (run);
  gboolean timed_out = run->memo != NULL && tc_value_get_flag (run->memo, "timedOut", FALSE);
  TcState state = tc_work_end_state (event->state);
  gboolean began = attempt != NULL && g_strcmp0 (attempt->effect_id, effect_id) == 0;

  if (timed_out)
    {
      state = TC_STATE_FAILED;
      log_timeout (pass, run);
      tc_pass_remember (run, "timedOut", NULL);
    }
  else if (event->error != NULL && state != TC_STATE_SUCCESS && state != TC_STATE_KILLED)
    tc_pass_log (pass, run, state == TC_STATE_WARNING ? TC_LEVEL_WARN : TC_LEVEL_ERROR, "%s", event->error);
  if (!began && state != TC_STATE_KILLED)
    {
      started (pass, run, effect_id);
      began = TRUE;
    }
  if (began)
    ((TcAttempt *) tc_task_run_last_attempt (run))->exit_code = event->exit_code;
  tc_life_end (pass, run, state, state != TC_STATE_KILLED, event->payload != NULL ? tc_value_ref (event->payload) : NULL);
  /* Killed without a kill of ours: as Kestra does, all around it is killed too. */
  if (state == TC_STATE_KILLED && !tc_state_is_terminated (tc_pass_state (pass)))
    tc_command_kill (pass, TC_STATE_KILLING);
}

/* What ran is gone with its worker: the attempt is RESUBMITTED and a new one starts. */
static void
lost (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  TcAttempt *attempt = (TcAttempt *) tc_task_run_last_attempt (run);

  tc_pass_forget (pass, run);
  if (tc_task_run_state (run) == TC_STATE_RUNNING && attempt != NULL)
    {
      tc_history_add (&attempt->history, TC_STATE_RESUBMITTED, tc_pass_at (pass));
      tc_pass_set_run_state (pass, run, TC_STATE_SUBMITTED);
    }
  if (tc_pass_state (pass) == TC_STATE_KILLING)
    tc_life_end (pass, run, TC_STATE_KILLED, FALSE, NULL);
  else
    tc_work_submit (pass, run, task);
}

void
tc_work_answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *effect_id)
{
  if (pass->event->kind == TC_EVENT_STARTED)
    started (pass, run, effect_id);
  else if (pass->event->kind == TC_EVENT_LOST)
    lost (pass, run, task);
  else
    ended (pass, run, effect_id);
}

void
tc_work_stop (TcPass *pass, TcTaskRun *run, const char *reason)
{
  const TcValue *pending = tc_pass_pending (run->memo);
  g_autoptr (TcValue) held = pending != NULL ? tc_value_ref (pending) : NULL;
  size_t n = held != NULL ? tc_value_length (held) : 0;

  for (size_t i = 0; i < n; i++)
    if (tc_value_get_i64 (tc_value_item (held, i), "kind", -1) == TC_EFFECT_WORK)
      tc_pass_effect (pass, TC_EFFECT_STOP, run, tc_value_map_of ("effectId", tc_value_string (tc_value_key (held, i)),
                                                                  "reason", tc_value_string (reason), NULL));
}

void
tc_work_timeout (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  if (tc_pass_awaits (run, TC_EFFECT_WORK, NULL) != NULL)
    {
      tc_pass_remember (run, "timedOut", tc_value_bool (TRUE));
      tc_work_stop (pass, run, "timeout");
      return;
    }
  log_timeout (pass, run);
  tc_life_end (pass, run, TC_STATE_FAILED, TRUE, NULL);
}
