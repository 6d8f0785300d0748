/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-life.h"

/* TRUE: the limit is reached and has been acted on (spec/flow-language.md §7.7). */
static gboolean
is_held_back (TcPass *pass)
{
  const TcValue *concurrency = tc_flow_value (pass->flow, "concurrency");
  int64_t limit = concurrency != NULL ? tc_value_get_i64 (concurrency, "limit", 0) : 0;
  const char *behavior = concurrency != NULL ? tc_value_get_str (concurrency, "behavior") : NULL;

  if (limit <= 0 || pass->situation == NULL || pass->situation->n_running < limit)
    return FALSE;
  if (g_strcmp0 (behavior, "CANCEL") == 0)
    tc_finish_now (pass, TC_STATE_CANCELLED);
  else if (g_strcmp0 (behavior, "FAIL") == 0)
    {
      tc_pass_log (pass, NULL, TC_LEVEL_ERROR, "Execution is FAILED due to concurrency limit exceeded");
      tc_finish_now (pass, TC_STATE_FAILED);
    }
  else
    tc_pass_set_state (pass, TC_STATE_QUEUED);
  return TRUE;
}

void
tc_begin_open (TcPass *pass)
{
  if (tc_pass_state (pass) == TC_STATE_RESTARTED)
    tc_pass_set_state (pass, TC_STATE_RUNNING);
  if (tc_execution_n_runs (pass->now) > 0)
    tc_command_wake (pass);
  else
    tc_pass_queue_group (pass, NULL);
}

void
tc_begin_submitted (TcPass *pass)
{
  const TcHead *head = tc_pass_head (pass);
  TcState state = tc_pass_state (pass);

  if (state != TC_STATE_CREATED && state != TC_STATE_RESTARTED)
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_STALE, "execution %s has begun already", head->id);
      return;
    }
  if (head->schedule_us > tc_pass_at (pass))
    tc_pass_ask (pass, TC_EFFECT_TIMER, NULL, "schedule", head->schedule_us, NULL);
  else if (!is_held_back (pass) && !tc_sla_begin (pass))
    tc_begin_open (pass);
}

void
tc_begin_slot (TcPass *pass)
{
  if (tc_pass_state (pass) != TC_STATE_QUEUED)
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_STALE, "execution %s does not wait for a slot", tc_pass_head (pass)->id);
      return;
    }
  tc_pass_set_state (pass, TC_STATE_RUNNING);
  if (!tc_sla_begin (pass))
    tc_begin_open (pass);
}
