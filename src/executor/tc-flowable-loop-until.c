/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"

#include <string.h>

/*
 * One iteration after the other: children → condition (RENDER) → over, or PAUSED until the next one is due (TIMER), when the children's runs are
 * removed and made anew. The run's `iteration` counts up from 0, or from the index that a loop around it gave it, which memo "group" keeps; its
 * output iterationCount counts from 1, or from nothing where an earlier run of the task has put one out (golden U09b: Kestra looks for the
 * output in the wrong place then). A condition about that output is looked at with the number of this iteration and with that of the next one
 * (Kestra: handleWaitFor). Memo: "counted" (the output has the number of the next one), "interval", "maxIterations", "maxDuration", "since" (of
 * the first iteration, or a restart), "done" (no further iteration), "terminal" (FAILED: a limit was hit that must fail).
 */

static const char *const props[] = { "checkFrequency", "failOnMaxReached", NULL };

static void
set_count (TcTaskRun *run, int64_t count)
{
  g_autoptr (TcValue) number = tc_value_int (count);
  g_autoptr (TcValue) old = run->outputs != NULL ? run->outputs : tc_value_map_of (NULL, NULL);

  run->outputs = tc_value_with (old, "iterationCount", number);
}

static int64_t
count_of (const TcTaskRun *run)
{
  return run->outputs != NULL ? tc_value_get_i64 (run->outputs, "iterationCount", 0) : 0;
}

/* Whether an earlier run of the same task has a count: where there is one, it mostly is the first of its loop. */
static gboolean
has_earlier (TcPass *pass, const TcTaskRun *run)
{
  size_t n = run->iteration >= 0 || run->parent_id != NULL ? tc_execution_n_runs (pass->now) : 0;

  for (size_t i = 0; i < n; i++)
    {
      const TcTaskRun *other = tc_execution_run (pass->now, i);

      if (strcmp (other->task_id, run->task_id) == 0 && strcmp (other->id, run->id) != 0 && count_of (other) > 0
          && other->history.items[0].at_us < run->history.items[0].at_us)
        return TRUE;
    }
  return FALSE;
}

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  const TcValue *check = tc_value_get (rendered, "checkFrequency");
  int64_t interval, iterations, duration;

  if (!tc_flowable_duration (check, "interval", INT64_C (60000000), &interval, error)
      || !tc_flowable_int (check, "maxIterations", 0, &iterations, error) || !tc_flowable_duration (check, "maxDuration", 0, &duration, error))
    return FALSE;
  tc_pass_remember (run, "interval", tc_value_int (interval));
  tc_pass_remember (run, "maxIterations", tc_value_int (iterations));
  tc_pass_remember (run, "maxDuration", tc_value_int (duration));
  tc_pass_remember (run, "since", tc_value_int (tc_pass_at (pass)));
  tc_pass_remember (run, "mustFail", tc_value_bool (tc_flowable_bool (rendered, "failOnMaxReached", FALSE)));
  if (run->iteration >= 0)
    tc_pass_remember (run, "group", tc_value_int (run->iteration));
  if (!has_earlier (pass, run))
    set_count (run, 1);
  return TRUE;
}

static gboolean
next (TcPass *pass, const TcGroup *group)
{
  return tc_next_in_order (pass, group, group->tasks, MAX (group->run->iteration, 0));
}

static gboolean
ended (TcPass *pass, TcTaskRun *run, const TcTask *task, TcState state)
{
  const TcValue *condition = task->props != NULL ? tc_value_get (task->props, "condition") : NULL;

  if (tc_value_get_flag (run->memo, "done", FALSE) || !tc_state_ended_well (state) || condition == NULL)
    return FALSE;
  if (tc_pass_awaits (run, TC_EFFECT_RENDER, NULL) == NULL)
    tc_pass_ask (pass, TC_EFFECT_RENDER, run, "condition", 0, tc_value_map_of ("condition", tc_value_ref (condition), NULL));
  return TRUE;
}

/* Why no further iteration may begin, or NULL. */
static const char *
limit_hit (TcPass *pass, TcTaskRun *run)
{
  int64_t count = count_of (run) - tc_value_get_flag (run->memo, "counted", FALSE), iterations = tc_value_get_i64 (run->memo, "maxIterations", 0);
  int64_t interval = tc_value_get_i64 (run->memo, "interval", 0), duration = tc_value_get_i64 (run->memo, "maxDuration", 0);
  int64_t since = tc_value_get_i64 (run->memo, "since", -1);

  if (iterations > 0 && count >= iterations)
    {
      set_count (run, count + 1);
      return "Max iterations reached";
    }
  if (since < 0)
    tc_pass_remember (run, "since", tc_value_int (tc_pass_at (pass)));
  else if (duration > 0 && tc_pass_at (pass) + interval > since + duration)
    return "Max duration reached";
  return NULL;
}

/* TRUE: the condition is asked again, as it speaks of the number that has gone up. */
static gboolean
count_up (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  const TcValue *condition = tc_value_get (task->props, "condition");

  if (tc_value_get_flag (run->memo, "counted", FALSE))
    return FALSE;
  tc_pass_remember (run, "counted", tc_value_bool (TRUE));
  set_count (run, count_of (run) + 1);
  if (!tc_value_is (condition, TC_VALUE_STRING) || strstr (tc_value_get_text (condition), "iterationCount") == NULL)
    return FALSE;
  tc_pass_ask (pass, TC_EFFECT_RENDER, run, "condition", 0, tc_value_map_of ("condition", tc_value_ref (condition), NULL));
  return TRUE;
}

static void
decide (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  const TcValue *value = pass->event->payload != NULL ? tc_value_get (pass->event->payload, "condition") : NULL;
  gboolean is_true = value != NULL && tc_expr_is_truthy (value);
  const char *reason = is_true ? NULL : limit_hit (pass, run);

  if (reason != NULL)
    tc_pass_log (pass, run, TC_LEVEL_WARN, "%s", reason);
  if (reason != NULL && tc_value_get_flag (run->memo, "mustFail", FALSE))
    tc_pass_remember (run, "terminal", tc_value_string ("FAILED"));
  if (is_true || reason != NULL)
    {
      tc_pass_remember (run, "done", tc_value_bool (TRUE));
      tc_pass_queue_group (pass, run->id);
      return;
    }
  if (count_up (pass, run, task))
    return;
  tc_pass_set_run_state (pass, run, TC_STATE_PAUSED);
  tc_command_stand_still (pass);
  tc_pass_ask (pass, TC_EFFECT_TIMER, run, "interval", tc_pass_at (pass) + tc_value_get_i64 (run->memo, "interval", 0), NULL);
}

static void
iterate (TcPass *pass, TcTaskRun *run)
{
  if (tc_task_run_state (run) != TC_STATE_PAUSED)
    return;
  for (size_t i = tc_pass_n_children (pass, run->id); i > 0; i--)
    {
      const TcTaskRun *child = tc_pass_child (pass, run->id, i - 1);

      if (child != NULL)
        tc_pass_remove (pass, child->id);
    }
  run->iteration = MAX (run->iteration, 0) + 1;
  tc_pass_remember (run, "counted", NULL);
  tc_pass_set_run_state (pass, run, TC_STATE_RUNNING);
  if (tc_pass_state (pass) == TC_STATE_PAUSED && tc_command_has_paused (pass))
    return;
  if (tc_pass_state (pass) == TC_STATE_PAUSED)
    tc_pass_set_state (pass, TC_STATE_RUNNING);
  tc_command_wake (pass);
}

static void
answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose, const TcValue *entry)
{
  if (strcmp (purpose, "interval") == 0)
    iterate (pass, run);
  else if (!tc_pass_may_start (pass) || tc_task_run_state (run) != TC_STATE_RUNNING)
    return;     /* a standstill: asked again when the execution goes on */
  else if (pass->event->error != NULL)
    tc_life_fail (pass, run, FALSE, pass->event->error);
  else
    decide (pass, run, task);
}

/* Kestra: LoopUntil (before: WaitFor). */
const TcFlowable tc_flowable_loop_until = {
  .name = "LoopUntil", .kind = TC_FLOWABLE_PARENT, .props = props, .begin = begin, .next = next, .ended = ended, .answer = answer,
};
