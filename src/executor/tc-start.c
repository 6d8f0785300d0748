/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-life.h"

#include "tc-group.h"
#include "tc-util.h"

#include <string.h>

/*
 * A new run goes through its stages in order: breakpoint, runIf, timeout and properties, work. A stage whose values hold no expression is
 * decided at once; else a RENDER effect asks for them and its answer goes on from there. If a standstill (PAUSED, BREAKPOINT …) comes in
 * between, the answer to a run that is still CREATED is dropped: it starts over when the execution goes on.
 */

static gboolean
is_literal (const TcValue *value)
{
  size_t n = tc_value_length (value);

  if (tc_value_is (value, TC_VALUE_STRING))
    {
      const char *text = tc_value_get_text (value);

      return strstr (text, "{{") == NULL && strstr (text, "{%") == NULL && strstr (text, "{#") == NULL;
    }
  if (!tc_value_is (value, TC_VALUE_LIST) && !tc_value_is (value, TC_VALUE_MAP))
    return TRUE;
  for (size_t i = 0; i < n; i++)
    if (!is_literal (tc_value_item (value, i)) || (tc_value_is (value, TC_VALUE_MAP) && strchr (tc_value_key (value, i), '{') != NULL))
      return FALSE;
  return TRUE;
}

static const TcValue *
prop (const TcTask *task, const char *name)
{
  const TcValue *value = task->props != NULL ? tc_value_get (task->props, name) : NULL;

  return value != NULL && !tc_value_is (value, TC_VALUE_NULL) ? value : NULL;
}

static gboolean
is_breakpoint (TcPass *pass, const TcTaskRun *run)
{
  const TcValue *list = tc_pass_head (pass)->breakpoints;
  size_t n = list != NULL ? tc_value_length (list) : 0;

  if (run->memo != NULL && tc_value_get_flag (run->memo, "passed", FALSE))
    return FALSE;
  for (size_t i = 0; i < n; i++)
    {
      const TcValue *point = tc_value_item (list, i);
      const char *value = tc_value_get_str (point, "value");

      if (g_strcmp0 (tc_value_get_str (point, "id"), run->task_id) == 0 && (value == NULL || g_strcmp0 (value, run->value) == 0))
        return TRUE;
    }
  return FALSE;
}

/* The properties that @row, or a worker's task, needs before it starts. */
static TcValue *
props_of (const TcTask *task, const TcFlowable *row)
{
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  if (prop (task, "timeout") != NULL)
    tc_map_builder_take (builder, "timeout", tc_value_ref (prop (task, "timeout")));
  for (size_t i = 0; row != NULL && row->props != NULL && row->props[i] != NULL; i++)
    if (prop (task, row->props[i]) != NULL && strcmp (row->props[i], "timeout") != 0)
      tc_map_builder_take (builder, row->props[i], tc_value_ref (prop (task, row->props[i])));
  return tc_map_builder_end (g_steal_pointer (&builder));
}

static void
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcFlowable *row, const TcValue *props)
{
  g_autoptr (GError) error = NULL;

  if (!row->begin (pass, run, task, props, &error))
    {
      if (row->kind == TC_FLOWABLE_WORKER && tc_task_run_state (run) != TC_STATE_RUNNING)
        tc_life_run (pass, run, NULL);
      tc_life_fail (pass, run, row->kind == TC_FLOWABLE_WORKER, error->message);
    }
  else if (row->kind == TC_FLOWABLE_PARENT && tc_task_run_state (run) == TC_STATE_RUNNING)
    tc_pass_queue_group (pass, run->id);
}

static void
take_props (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props)
{
  const TcFlowable *row = tc_flowable_of (task);
  g_autoptr (GError) error = NULL;
  int64_t timeout_us = 0;

  /* On flowables a timeout is accepted and not enforced (golden U15); Pause reads its own. */
  if ((row == NULL || row->kind == TC_FLOWABLE_WORKER) && !tc_flowable_duration (props, "timeout", 0, &timeout_us, &error))
    {
      tc_life_run (pass, run, NULL);
      tc_life_fail (pass, run, TRUE, error->message);
      return;
    }
  if (timeout_us > 0)
    tc_pass_remember (run, "timeout", tc_value_int (timeout_us));
  if (row != NULL)
    begin (pass, run, task, row, props);
  else
    tc_work_submit (pass, run, task);
}

static void
start_props (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  const TcFlowable *row = tc_flowable_of (task);
  g_autoptr (TcValue) props = props_of (task, row);

  if (row == NULL && (task->klass == NULL || (task->klass->kind != TC_TASK_JOB && task->klass->kind != TC_TASK_RUN)))
    {
      g_autofree char *message = g_strdup_printf ("Task %s: nothing here can run the type %s", task->id, task->type);

      tc_life_run (pass, run, NULL);
      tc_life_fail (pass, run, FALSE, message);
      return;
    }
  if (row != NULL && row->kind == TC_FLOWABLE_PARENT)
    tc_life_run (pass, run, NULL);
  if (row != NULL && row->kind == TC_FLOWABLE_WORKER && !tc_work_is_unseen (pass, run, task))
    tc_pass_set_run_state (pass, run, TC_STATE_SUBMITTED);
  if (is_literal (props) && (row == NULL || row->kind != TC_FLOWABLE_WORKER))
    take_props (pass, run, task, props);
  else
    tc_pass_ask (pass, TC_EFFECT_RENDER, run, "props", 0, tc_value_ref (props));
}

static void
decide_run_if (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *value)
{
  if (tc_expr_is_truthy (value))
    {
      start_props (pass, run, task);
      return;
    }
  g_ptr_array_add (run->attempts, tc_attempt_new (NULL, tc_pass_at (pass)));
  tc_life_end (pass, run, TC_STATE_SKIPPED, FALSE, NULL);
}

/* A restart reopens any number of runs at once; those of a limited parent wait for their turn. */
static gboolean
is_crowded (TcPass *pass, const TcTaskRun *run)
{
  static const TcState idle[] = { TC_STATE_CREATED, TC_STATE_RESTARTED, TC_STATE_RETRYING };
  const TcTaskRun *parent = run->parent_id != NULL ? tc_pass_run (pass, run->parent_id) : NULL;
  int64_t limit = parent != NULL && parent->memo != NULL ? tc_value_get_i64 (parent->memo, "limit", 0) : 0;
  guint at_work;

  if (limit <= 0 || tc_task_run_state (run) != TC_STATE_RESTARTED)
    return FALSE;
  at_work = tc_pass_count_open (pass, parent->id);
  for (size_t i = 0; i < G_N_ELEMENTS (idle); i++)
    at_work -= tc_pass_count (pass, parent->id, idle[i]);
  return at_work >= limit;
}

/* What stands beside a Pause starts together with it; its onPause task is the only one to start later. */
static gboolean
may_start (TcPass *pass, const TcTaskRun *run)
{
  return tc_pass_may_start (pass)
         || (tc_pass_state (pass) == TC_STATE_PAUSED && pass->pausing && tc_pass_is_fresh (pass, run->id));
}

void
tc_start (TcPass *pass, const char *run_id)
{
  const TcTaskRun *waiting = tc_pass_run (pass, run_id);
  TcState state = waiting != NULL ? tc_task_run_state (waiting) : TC_STATE_KILLED;
  const TcTask *task = waiting != NULL ? tc_pass_task (pass, waiting) : NULL;
  const TcValue *run_if;
  TcTaskRun *run;

  if ((state != TC_STATE_CREATED && state != TC_STATE_RESTARTED) || !may_start (pass, waiting) || tc_pass_pending (waiting->memo) != NULL
      || is_crowded (pass, waiting))
    return;
  if (tc_state_is_terminated (tc_pass_state (pass)) && (task == NULL || !tc_finish_is_after (task)))
    return;
  /* What a ForEachItem makes it also starts. */
  if (task != NULL && strcmp (task->id, waiting->task_id) != 0)
    {
      tc_pass_queue_group (pass, waiting->parent_id);
      return;
    }
  run = tc_pass_edit (pass, waiting);
  if (task == NULL)
    {
      g_autofree char *message = g_strdup_printf ("The flow has no task %s any more", run->task_id);

      tc_life_fail (pass, run, FALSE, message);
      return;
    }
  if (is_breakpoint (pass, run))
    {
      tc_pass_set_run_state (pass, run, TC_STATE_BREAKPOINT);
      tc_pass_set_state (pass, TC_STATE_BREAKPOINT);
      return;
    }
  run_if = prop (task, "runIf");
  if (run_if == NULL)
    start_props (pass, run, task);
  else if (is_literal (run_if))
    decide_run_if (pass, run, task, run_if);
  else
    tc_pass_ask (pass, TC_EFFECT_RENDER, run, "runIf", 0, tc_value_map_of ("runIf", tc_value_ref (run_if), NULL));
}

static void
fail_rendering (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose)
{
  const TcFlowable *row = tc_flowable_of (task);
  const char *cause = pass->event->error != NULL ? pass->event->error : "its values did not come back";

  if (strcmp (purpose, "runIf") == 0)
    {
      tc_pass_log (pass, run, TC_LEVEL_ERROR, "Failed to evaluate the runIf condition for task %s. Cause: %s", task->id, cause);
      if (tc_work_is_unseen (pass, run, task))
        tc_directory_void (pass, run);
      else
        tc_life_end (pass, run, TC_STATE_FAILED, FALSE, NULL);
      return;
    }
  if ((row == NULL || row->kind != TC_FLOWABLE_ACTION) && tc_task_run_state (run) != TC_STATE_RUNNING)
    tc_life_run (pass, run, NULL);
  if (row != NULL && row->tells)
    {
      tc_pass_log (pass, run, TC_LEVEL_WARN, "Task %s has no outputs: %s", task->id, cause);
      tc_pass_log (pass, run, TC_LEVEL_ERROR, "Task %s cannot choose a branch; its outputs are needed for that", task->id);
    }
  tc_life_fail (pass, run, row == NULL || row->kind == TC_FLOWABLE_WORKER, cause);
}

void
tc_start_rendered (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose)
{
  const TcValue *values = pass->event->payload;
  TcState state = tc_task_run_state (run);

  if (!tc_pass_may_start (pass) && state != TC_STATE_SUBMITTED && state != TC_STATE_RUNNING)
    return;
  if (pass->event->error != NULL || values == NULL)
    fail_rendering (pass, run, task, purpose);
  else if (strcmp (purpose, "runIf") == 0)
    {
      const TcValue *value = tc_value_get (values, "runIf");
      g_autoptr (TcValue) none = tc_value_null ();

      decide_run_if (pass, run, task, value != NULL ? value : none);
    }
  else
    take_props (pass, run, task, values);
}
