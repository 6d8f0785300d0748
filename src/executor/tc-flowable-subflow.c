/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-child.h"
#include "tc-group.h"
#include "tc-life.h"

#include <string.h>

static const char *const props[] = {
  "namespace", "flowId", "revision", "inputs", "labels", "inheritLabels", "scheduleDate", "wait", "transmitFailed", "restartBehavior", NULL
};

static TcValue *
trigger_of (TcPass *pass, const TcTaskRun *run, const TcTask *task)
{
  const TcHead *head = tc_pass_head (pass);
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  tc_map_builder_str (builder, "executionId", head->id);
  tc_map_builder_str (builder, "namespace", head->namespace);
  tc_map_builder_str (builder, "flowId", head->flow_id);
  tc_map_builder_take (builder, "flowRevision", tc_value_int (head->flow_revision));
  tc_map_builder_str (builder, "taskRunId", run->id);
  tc_map_builder_str (builder, "taskId", run->task_id);
  if (run->outputs != NULL)
    tc_map_builder_take (builder, "taskRunOutputs", tc_value_ref (run->outputs));
  tc_map_builder_str (builder, "taskRunValue", run->value);
  if (run->iteration >= 0)
    tc_map_builder_take (builder, "taskRunIteration", tc_value_int (run->iteration));
  return tc_value_map_of ("id", tc_value_string (task->id), "type", tc_value_string ("io.kestra.plugin.core.flow.Subflow"),
                          "variables", tc_map_builder_end (g_steal_pointer (&builder)), NULL);
}

/* The child to restart instead of making a new one, or NULL. */
static const char *
child_to_restart (const TcTaskRun *run, const TcValue *rendered)
{
  if (tc_task_run_state (run) != TC_STATE_RESTARTED || run->outputs == NULL
      || g_strcmp0 (tc_value_get_str (rendered, "restartBehavior"), "NEW_EXECUTION") == 0)
    return NULL;
  return tc_value_get_str (run->outputs, "executionId");
}

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  static const char *const passed[] = { "namespace", "flowId", "revision", "inputs", "labels", "scheduleDate" };
  const TcValue *outputs = task->props != NULL ? tc_value_get (task->props, "outputs") : NULL;
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (passed); i++)
    if (tc_value_get (rendered, passed[i]) != NULL)
      tc_map_builder_take (builder, passed[i], tc_value_ref (tc_value_get (rendered, passed[i])));
  tc_map_builder_take (builder, "inheritLabels", tc_value_bool (tc_flowable_bool (rendered, "inheritLabels", FALSE)));
  tc_map_builder_take (builder, "wait", tc_value_bool (tc_flowable_bool (rendered, "wait", TRUE)));
  tc_map_builder_str (builder, "restart", child_to_restart (run, rendered));
  tc_map_builder_take (builder, "trigger", trigger_of (pass, run, task));
  if (outputs != NULL)
    tc_map_builder_take (builder, "outputs", tc_value_ref (outputs));
  tc_pass_remember (run, "wait", tc_value_bool (tc_flowable_bool (rendered, "wait", TRUE)));
  tc_pass_remember (run, "transmit", tc_value_bool (tc_flowable_bool (rendered, "transmitFailed", TRUE)));
  tc_pass_ask (pass, TC_EFFECT_SUBFLOW, run, "child", 0, tc_map_builder_end (g_steal_pointer (&builder)));
  return TRUE;
}

static void
kill_child (TcPass *pass, TcTaskRun *run)
{
  const char *id = run->outputs != NULL ? tc_value_get_str (run->outputs, "executionId") : NULL;

  if (id != NULL)
    tc_pass_effect (pass, TC_EFFECT_KILL_CHILD, run, tc_value_map_of ("executionId", tc_value_string (id), NULL));
}

static void
created (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *entry)
{
  const char *id = pass->event->payload != NULL ? tc_value_get_str (pass->event->payload, "executionId") : NULL;
  int before = (int) run->attempts->len;

  if (pass->event->error != NULL || id == NULL)
    {
      tc_life_fail (pass, run, FALSE, pass->event->error != NULL ? pass->event->error : "The subflow could not be created");
      return;
    }
  if (tc_task_run_state (run) == TC_STATE_RUNNING)
    return;
  tc_life_run (pass, run, NULL);
  tc_value_unref (run->outputs);
  run->outputs = tc_value_map_of ("executionId", tc_value_string (id), NULL);
  tc_child_log_created (pass, run, tc_value_get (entry, "payload"), id, before, before);
  if (!tc_value_get_flag (run->memo, "wait", TRUE))
    tc_life_end (pass, run, TC_STATE_SUCCESS, TRUE, tc_value_map_of ("state", tc_value_string (tc_state_name (TC_STATE_CREATED)), NULL));
  else if (tc_pass_state (pass) == TC_STATE_KILLING)
    kill_child (pass, run);
}

/* What a child's end is for its parent, before allowFailure (Kestra: ExecutableUtils.guessState). */
static TcState
transmitted (const TcTaskRun *run, TcState child)
{
  gboolean counts = child == TC_STATE_FAILED || child == TC_STATE_KILLED || child == TC_STATE_WARNING;

  return counts && tc_value_get_flag (run->memo, "transmit", TRUE) ? child : TC_STATE_SUCCESS;
}

/* The child's end is stored, and then that what was wanted of it could not be had. */
static void
without_outputs (TcPass *pass, TcTaskRun *run, const TcTask *task, TcValue *outputs)
{
  tc_pass_log (pass, run, TC_LEVEL_ERROR, "Failed to extract outputs with the error: '%s'", pass->event->error);
  if (pass->event->state != tc_resolve_allow (task, TC_STATE_FAILED))
    tc_pass_set_run_state (pass, run, pass->event->state);
  tc_life_end (pass, run, TC_STATE_FAILED, TRUE, outputs);
}

static void
child_ended (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *entry)
{
  const TcValue *payload = pass->event->payload;
  const TcValue *results = payload != NULL ? tc_value_get (payload, "outputs") : NULL;
  TcState child = pass->event->state, state = transmitted (run, child), final;
  const char *id = run->outputs != NULL ? tc_value_get_str (run->outputs, "executionId") : NULL;
  g_autofree char *link = tc_child_link (tc_value_get (entry, "payload"), id != NULL ? id : "");
  TcValue *outputs = tc_value_map_of ("state", tc_value_string (tc_state_name (child)), NULL);

  if (results != NULL && tc_value_length (results) > 0)
    {
      g_autoptr (TcValue) bare = outputs;

      outputs = tc_value_with (bare, "outputs", results);
    }
  if (pass->event->error != NULL)
    {
      without_outputs (pass, run, task, outputs);
      return;
    }
  final = state == TC_STATE_KILLED || tc_retry_own_is_pending (pass, run, task, state) ? state : tc_resolve_allow (task, state);
  if (final == TC_STATE_FAILED || final == TC_STATE_WARNING || final == TC_STATE_KILLED)
    tc_pass_log (pass, run, final == TC_STATE_WARNING ? TC_LEVEL_WARN : TC_LEVEL_ERROR, "Subflow execution %s ends in %s state", link,
                 tc_state_name (final));
  /* The child's failure is stored before what the properties make of it (goldens H03, H04). */
  if (child == TC_STATE_FAILED && final != TC_STATE_FAILED)
    tc_pass_set_run_state (pass, run, TC_STATE_FAILED);
  tc_life_end (pass, run, final, FALSE, outputs);
  if (final == TC_STATE_KILLED && !tc_state_is_terminated (tc_pass_state (pass)))
    tc_command_kill (pass, TC_STATE_KILLING);
}

static void
answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose, const TcValue *entry)
{
  if (pass->event->kind == TC_EVENT_CHILD_CREATED)
    created (pass, run, task, entry);
  else if (tc_task_run_state (run) == TC_STATE_RUNNING)
    child_ended (pass, run, task, entry);
}

static gboolean
kill_subflow (TcPass *pass, TcTaskRun *run, const TcTask *task)
{
  if (tc_pass_awaits (run, TC_EFFECT_SUBFLOW, NULL) == NULL)
    return FALSE;
  kill_child (pass, run);
  return TRUE;
}

/* Kestra: Subflow, ExecutableUtils. */
const TcFlowable tc_flowable_subflow = {
  .name = "Subflow", .kind = TC_FLOWABLE_ACTION, .props = props, .begin = begin, .answer = answer, .kill = kill_subflow,
};
