/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"

static const char *const if_props[] = { "condition", NULL };
static const char *const switch_props[] = { "value", NULL };

static void
set_output (TcTaskRun *run, const char *key, TcValue *value)
{
  g_autoptr (TcValue) item = value;
  g_autoptr (TcValue) old = run->outputs != NULL ? run->outputs : tc_value_map_of (NULL, NULL);

  run->outputs = tc_value_with (old, key, item);
}

/* A list that is written as nothing (`defaults:`, null) is none. */
static const TcTaskList *
list_of (const TcTask *task, const char *name)
{
  const TcTaskList *list = tc_task_list (task, name);

  return list != NULL && list->tasks->len > 0 ? list : NULL;
}

static const TcTaskList *
if_tasks (const TcTask *task, const TcTaskRun *run)
{
  gboolean chosen = run->outputs != NULL && tc_value_get_flag (run->outputs, "evaluationResult", FALSE);

  return list_of (task, chosen ? "then" : "else");
}

/* Without a branch to run it is over at once, its errors and finally do not run (golden D03). */
static gboolean
if_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  const TcValue *condition = tc_value_get (rendered, "condition");

  set_output (run, "evaluationResult", tc_value_bool (condition != NULL && tc_expr_is_truthy (condition)));
  if (if_tasks (task, run) == NULL)
    tc_life_end (pass, run, TC_STATE_SUCCESS, TRUE, NULL);
  return TRUE;
}

static const TcTaskList *
case_of (const TcTask *task, const char *value)
{
  g_autofree char *name = g_strconcat ("cases.", value, NULL);

  return list_of (task, name);
}

static const TcTaskList *
switch_tasks (const TcTask *task, const TcTaskRun *run)
{
  const char *value = run->outputs != NULL ? tc_value_get_str (run->outputs, "value") : NULL;
  const TcTaskList *chosen = value != NULL ? case_of (task, value) : NULL;

  return chosen != NULL ? chosen : list_of (task, "defaults");
}

static gboolean
switch_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  g_autofree char *value = tc_flowable_text (tc_value_get (rendered, "value"));

  set_output (run, "value", tc_value_string (value != NULL ? value : ""));
  set_output (run, "defaults", tc_value_bool (case_of (task, value != NULL ? value : "") == NULL));
  if (switch_tasks (task, run) == NULL)
    {
      tc_pass_log (pass, run, TC_LEVEL_WARN, "Task '%s': no case for the value '%s', and no defaults; add one of them", task->id,
                   value != NULL ? value : "");
      tc_life_end (pass, run, TC_STATE_FAILED, TRUE, NULL);
    }
  return TRUE;
}

/* Kestra: If, Switch. */
const TcFlowable tc_flowable_if = {
  .name = "If", .kind = TC_FLOWABLE_PARENT, .props = if_props, .tells = TRUE, .begin = if_begin, .tasks = if_tasks,
};
const TcFlowable tc_flowable_switch = {
  .name = "Switch", .kind = TC_FLOWABLE_PARENT, .props = switch_props, .tells = TRUE, .begin = switch_begin, .tasks = switch_tasks,
};
