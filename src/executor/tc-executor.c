/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-executor.h"

#include "tc-group.h"
#include "tc-life.h"

#include <string.h>

/*
 * One step: the event is taken to the mechanism that awaits it; what it changes puts runs to start and groups to drive into the pass's work
 * queue; the queue is worked off in order, which gives breadth-first order of creation, as Kestra's passes do.
 */

G_DEFINE_QUARK (tc-executor-error-quark, tc_executor_error)

static gboolean
answers (TcEventKind event, TcEffectKind effect)
{
  switch (effect)
    {
    case TC_EFFECT_RENDER:
      return event == TC_EVENT_RENDERED;
    case TC_EFFECT_WORK:
      return event == TC_EVENT_STARTED || event == TC_EVENT_ENDED || event == TC_EVENT_LOST;
    case TC_EFFECT_TIMER:
      return event == TC_EVENT_TIMER;
    case TC_EFFECT_SUBFLOW:
      return event == TC_EVENT_CHILD_CREATED || event == TC_EVENT_CHILD_ENDED;
    case TC_EFFECT_STOP: case TC_EFFECT_LOG: case TC_EFFECT_KILL_CHILD: case TC_EFFECT_EXECUTION:
      return FALSE;
    }
  return FALSE;
}

static void
answer_to_head (TcPass *pass, const char *purpose, const TcValue *entry)
{
  if (strcmp (purpose, "schedule") == 0)
    tc_begin_submitted (pass);
  else if (strcmp (purpose, "output") == 0)
    tc_finish_rendered (pass, entry);
  else
    tc_sla_answer (pass, purpose, entry);
}

static void
answer_to_run (TcPass *pass, TcTaskRun *run, TcEffectKind kind, const char *purpose, const TcValue *entry)
{
  const TcTask *task = tc_pass_task (pass, run);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;

  if (task == NULL)
    tc_pass_fail (pass, TC_EXECUTOR_ERROR_STALE, "the flow has no task %s", run->task_id);
  else if (kind == TC_EFFECT_RENDER && (strcmp (purpose, "runIf") == 0 || strcmp (purpose, "props") == 0))
    tc_start_rendered (pass, run, task, purpose);
  else if (kind == TC_EFFECT_TIMER && strcmp (purpose, "retry") == 0)
    tc_retry_timer (pass, run);
  else if (kind == TC_EFFECT_TIMER && strcmp (purpose, "timeout") == 0)
    tc_work_timeout (pass, run, task);
  else if (kind == TC_EFFECT_WORK && strcmp (purpose, "work") == 0)
    tc_work_answer (pass, run, task, pass->event->effect_id);
  else if (row != NULL && row->answer != NULL)
    row->answer (pass, run, task, purpose, entry);
}

/* The run that an effect's id "taskrun/attempt/serial" names; TRUE and NULL: the execution itself. */
static gboolean
find_owner (TcPass *pass, const char *effect_id, const TcTaskRun **run)
{
  const char *slash = strchr (effect_id, '/');
  g_autofree char *owner = slash != NULL ? g_strndup (effect_id, (gsize) (slash - effect_id)) : NULL;

  if (owner == NULL)
    return FALSE;
  *run = NULL;
  if (strcmp (owner, tc_pass_head (pass)->id) == 0)
    return TRUE;
  *run = tc_pass_run (pass, owner);
  return *run != NULL;
}

static void
take_answer (TcPass *pass)
{
  const TcEvent *event = pass->event;
  const TcTaskRun *owner = NULL;
  const TcValue *pending, *found = NULL;
  g_autoptr (TcValue) entry = NULL;
  const char *purpose;
  TcTaskRun *run;

  if (event->effect_id != NULL && find_owner (pass, event->effect_id, &owner))
    {
      pending = tc_pass_pending (owner != NULL ? owner->memo : tc_pass_head (pass)->memo);
      found = pending != NULL ? tc_value_get (pending, event->effect_id) : NULL;
    }
  purpose = found != NULL ? tc_value_get_str (found, "for") : NULL;
  if (purpose == NULL || !answers (event->kind, (TcEffectKind) tc_value_get_i64 (found, "kind", -1)))
    {
      tc_pass_fail (pass, TC_EXECUTOR_ERROR_STALE, "nothing waits for the answer to %s", event->effect_id != NULL ? event->effect_id : "no effect");
      return;
    }
  entry = tc_value_ref (found);
  run = owner != NULL ? tc_pass_edit (pass, owner) : NULL;
  if (event->kind != TC_EVENT_STARTED && event->kind != TC_EVENT_CHILD_CREATED)
    tc_pass_answered (pass, run, event->effect_id);
  purpose = tc_value_get_str (entry, "for");
  if (run == NULL)
    answer_to_head (pass, purpose, entry);
  else
    answer_to_run (pass, run, (TcEffectKind) tc_value_get_i64 (entry, "kind", -1), purpose, entry);
}

static void
take_event (TcPass *pass)
{
  switch (pass->event->kind)
    {
    case TC_EVENT_SUBMITTED:
      tc_begin_submitted (pass);
      break;
    case TC_EVENT_SLOT:
      tc_begin_slot (pass);
      break;
    case TC_EVENT_RENDERED: case TC_EVENT_STARTED: case TC_EVENT_ENDED: case TC_EVENT_LOST: case TC_EVENT_TIMER:
    case TC_EVENT_CHILD_CREATED: case TC_EVENT_CHILD_ENDED:
      take_answer (pass);
      break;
    case TC_EVENT_KILL: case TC_EVENT_PAUSE: case TC_EVENT_RESUME: case TC_EVENT_RESTART: case TC_EVENT_CHANGE_STATE:
    case TC_EVENT_FORCE_RUN: case TC_EVENT_UNQUEUE: case TC_EVENT_RESUME_BREAKPOINT:
      tc_command_run (pass);
      break;
    }
}

static void
work_off (TcPass *pass)
{
  while (pass->error == NULL)
    {
      g_autofree char *item = g_queue_pop_head (&pass->work);

      if (item == NULL)
        return;
      g_hash_table_remove (pass->queued, item);
      if (item[0] == 's')
        tc_start (pass, item + 1);
      else
        tc_resolve (pass, item[1] != '\0' ? item + 1 : NULL);
    }
}

/* A step that was given up leaves nothing behind. */
static void
clear_step (TcStep *step)
{
  g_clear_pointer (&step->head, tc_head_unref);
  g_ptr_array_set_size (step->runs, 0);
  g_ptr_array_set_size (step->removed, 0);
  g_ptr_array_set_size (step->effects, 0);
  step->over = FALSE;
}

gboolean
tc_executor_step (const TcFlow *flow, const TcExecution *now, const TcEvent *event, const TcSituation *situation, TcStep *step, GError **error)
{
  TcPass pass;
  gboolean done;

  g_return_val_if_fail (flow != NULL && now != NULL && event != NULL && step != NULL, FALSE);

  tc_pass_init (&pass, flow, now, event, situation, step);
  take_event (&pass);
  work_off (&pass);
  done = pass.error == NULL;
  if (!done)
    {
      clear_step (step);
      g_propagate_error (error, g_steal_pointer (&pass.error));
    }
  tc_pass_clear (&pass);
  return done;
}

gboolean
tc_executor_holds_slot (const TcExecution *now)
{
  const TcHead *head = tc_execution_head (now);
  TcState state = tc_head_state (head);

  if (tc_state_is_terminated (state))
    return tc_execution_n_runs (now) > 0 && !(head->memo != NULL && tc_value_get_flag (head->memo, "over", FALSE));
  return state != TC_STATE_CREATED && state != TC_STATE_QUEUED && state != TC_STATE_RESTARTED;
}
