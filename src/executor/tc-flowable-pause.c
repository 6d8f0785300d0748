/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"
#include "tc-util.h"

#include <string.h>

static const char *const props[] = { "pauseDuration", "delay", "timeout", "behavior", NULL };

static gboolean
has_children (const TcTask *task)
{
  return tc_next_has_any (tc_task_list (task, "tasks")) || tc_next_has_any (tc_task_list (task, "errors"))
         || tc_next_has_any (tc_task_list (task, "finally"));
}

static void
run_on_pause (TcPass *pass, const TcTask *task)
{
  const TcTaskList *list = tc_task_list (task, "onPause");
  const TcTask *first;

  if (!tc_next_has_any (list))
    return;
  first = g_ptr_array_index (list->tasks, tc_next_after (list, NULL));
  tc_pass_queue_start (pass, tc_pass_create (pass, first, NULL, NULL, -1)->id);
}

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  static const char *const behaviors[] = { "RESUME", "WARN", "FAIL", "CANCEL", NULL };
  g_autofree char *behavior = tc_flowable_text (tc_value_get (rendered, "behavior"));
  int64_t delay, duration, timeout;

  if (!tc_flowable_duration (rendered, "delay", 0, &delay, error) || !tc_flowable_duration (rendered, "pauseDuration", delay, &duration, error)
      || !tc_flowable_duration (rendered, "timeout", 0, &timeout, error))
    return FALSE;
  if (!g_strv_contains (behaviors, behavior != NULL ? behavior : "RESUME"))
    {
      tc_flowable_error (error, "`behavior`: '%s' is none of RESUME, WARN, FAIL, CANCEL", behavior);
      return FALSE;
    }
  if (duration <= 0 && timeout <= 0 && tc_state_is_terminated (tc_pass_state (pass)))
    {
      tc_flowable_error (error, "After the end of the execution nobody can resume it: give it a `pauseDuration`");
      return FALSE;
    }
  tc_pass_set_run_state (pass, run, TC_STATE_PAUSED);
  if (duration > 0)
    tc_pass_ask (pass, TC_EFFECT_TIMER, run, behavior != NULL ? behavior : "RESUME", tc_pass_at (pass) + duration, NULL);
  else if (timeout > 0)
    tc_pass_ask (pass, TC_EFFECT_TIMER, run, "FAIL", tc_pass_at (pass) + timeout, NULL);
  pass->pausing = TRUE;
  run_on_pause (pass, task);
  tc_command_stand_still (pass);
  return TRUE;
}

static TcValue *
resumed (TcPass *pass, const char *to, TcValue *on_resume)
{
  const TcValue *by = pass->event->payload != NULL && pass->event->kind == TC_EVENT_RESUME ? tc_value_get (pass->event->payload, "by") : NULL;
  g_autoptr (TcMapBuilder) outputs = tc_map_builder_new ();
  g_autoptr (TcMapBuilder) mark = tc_map_builder_new ();

  if (on_resume != NULL)
    tc_map_builder_take (outputs, "onResume", on_resume);
  if (by != NULL)
    tc_map_builder_take (mark, "by", tc_value_ref (by));
  tc_map_builder_take (mark, "on", tc_value_string_take (tc_time_format_us (tc_pass_at (pass))));
  tc_map_builder_str (mark, "to", to);
  tc_map_builder_take (outputs, "resumed", tc_map_builder_end (g_steal_pointer (&mark)));
  return tc_map_builder_end (g_steal_pointer (&outputs));
}

static void
take_outputs (TcTaskRun *run, TcValue *outputs)
{
  tc_value_unref (run->outputs);
  run->outputs = outputs;
}

/* The run and all around it are CANCELLED at once. */
static void
cancel (TcPass *pass, TcTaskRun *run)
{
  if (!tc_state_is_terminated (tc_pass_state (pass)))
    tc_finish_now (pass, TC_STATE_CANCELLED);
  for (;;)
    {
      tc_life_end (pass, run, TC_STATE_CANCELLED, FALSE, NULL);
      if (run->parent_id == NULL)
        return;
      run = tc_pass_edit (pass, tc_pass_run (pass, run->parent_id));
    }
}

void
tc_pause_resume (TcPass *pass, TcTaskRun *run, TcState to, TcValue *on_resume)
{
  const TcTask *task = tc_pass_task (pass, run);

  take_outputs (run, resumed (pass, tc_state_name (to), on_resume));
  tc_pass_forget (pass, run);
  if (to == TC_STATE_CANCELLED)
    {
      cancel (pass, run);
      return;
    }
  if (task != NULL && has_children (task))
    {
      tc_pass_set_run_state (pass, run, TC_STATE_RUNNING);
      tc_pass_remember (run, "terminal", tc_value_string (tc_state_name (to)));
    }
  else
    tc_life_end (pass, run, to, FALSE, NULL);
  tc_pass_edit_head (pass)->attempt_number++;
  if (tc_pass_state (pass) == TC_STATE_PAUSED && tc_command_has_paused (pass))
    return;
  if (tc_pass_state (pass) == TC_STATE_PAUSED)
    {
      tc_pass_set_state (pass, TC_STATE_RESTARTED);
      tc_pass_set_state (pass, TC_STATE_RUNNING);
    }
  tc_command_wake (pass);
}

static void
answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *behavior, const TcValue *entry)
{
  TcState to = TC_STATE_SUCCESS;

  if (tc_task_run_state (run) != TC_STATE_PAUSED)
    return;
  if (strcmp (behavior, "WARN") == 0)
    to = TC_STATE_WARNING;
  else if (strcmp (behavior, "FAIL") == 0)
    to = TC_STATE_FAILED;
  else if (strcmp (behavior, "CANCEL") == 0)
    to = TC_STATE_CANCELLED;
  tc_pause_resume (pass, run, tc_resolve_allow (task, to), NULL);
}

static gboolean
kill_pause (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  if (tc_task_run_state (run) == TC_STATE_PAUSED)
    take_outputs (run, resumed (pass, tc_state_name (TC_STATE_KILLING), NULL));
  return FALSE;
}

/* Kestra: Pause, ExecutionService.resume(). */
const TcFlowable tc_flowable_pause = {
  .name = "Pause", .kind = TC_FLOWABLE_PARENT, .props = props, .begin = begin, .answer = answer, .kill = kill_pause,
};
