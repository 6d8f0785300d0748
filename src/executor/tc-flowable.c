/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-flowable.h"

#include "tc-json.h"
#include "tc-util.h"

#include <string.h>

static const TcFlowable *const rows[] = {
  &tc_flowable_sequential, &tc_flowable_allow_failure, &tc_flowable_parallel, &tc_flowable_dag, &tc_flowable_if, &tc_flowable_switch,
  &tc_flowable_for_each, &tc_flowable_each_sequential, &tc_flowable_each_parallel, &tc_flowable_loop_until, &tc_flowable_pause,
  &tc_flowable_subflow, &tc_flowable_for_each_item, &tc_flowable_working_directory, &tc_flowable_fail, &tc_flowable_sleep,
  &tc_flowable_exit, &tc_flowable_labels, &tc_flowable_set_variables, &tc_flowable_unset_variables,
};

const TcFlowable *
tc_flowable_find (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i]->name[0] == name[0] && strcmp (rows[i]->name, name) == 0)
      return rows[i];
  return NULL;
}

const TcFlowable *
tc_flowable_of (const TcTask *task)
{
  if (task->klass == NULL || (task->klass->kind != TC_TASK_FLOWABLE && task->klass->kind != TC_TASK_EXECUTOR))
    return NULL;
  return tc_flowable_find (task->klass->flowable);
}

const TcTask *
tc_flowable_maker (const TcFlow *flow, const TcTaskRun *parent)
{
  const TcTask *task = parent != NULL ? tc_flow_find_task (flow, parent->task_id) : NULL;

  return task != NULL && tc_flowable_of (task) == &tc_flowable_for_each_item ? task : NULL;
}

gboolean
tc_flowable_is_parent (TcPass *pass, const TcTaskRun *run)
{
  const TcTask *task = tc_pass_task (pass, run);
  const TcFlowable *row = task != NULL ? tc_flowable_of (task) : NULL;

  return row != NULL && row->kind == TC_FLOWABLE_PARENT && strcmp (task->id, run->task_id) == 0;
}

const char *const *
tc_flowable_names (void)
{
  static const char *const names[] = {
    "Sequential", "AllowFailure", "Parallel", "Dag", "If", "Switch", "ForEach", "EachSequential", "EachParallel", "LoopUntil", "Pause",
    "Subflow", "ForEachItem", "WorkingDirectory", "Fail", "Sleep", "Exit", "Labels", "SetVariables", "UnsetVariables", NULL
  };

  return names;
}

void
tc_flowable_error (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL && *error == NULL)
    *error = g_error_new_valist (TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_REFUSED, format, args);
  va_end (args);
}

char *
tc_flowable_text (const TcValue *value)
{
  if (value == NULL || tc_value_is (value, TC_VALUE_NULL))
    return NULL;
  if (tc_value_is (value, TC_VALUE_STRING))
    return g_strdup (tc_value_get_text (value));
  return tc_json_to_text (value);
}

gboolean
tc_flowable_duration (const TcValue *props, const char *name, int64_t fallback_us, int64_t *us, GError **error)
{
  g_autofree char *text = tc_flowable_text (props != NULL ? tc_value_get (props, name) : NULL);

  if (text == NULL || *text == '\0')
    {
      *us = fallback_us;
      return TRUE;
    }
  if (tc_duration_parse (text, us))
    return TRUE;
  tc_flowable_error (error, "`%s`: '%s' is no duration; write it like PT10S or as a number of seconds", name, text);
  return FALSE;
}

gboolean
tc_flowable_int (const TcValue *props, const char *name, int64_t fallback, int64_t *number, GError **error)
{
  g_autofree char *text = tc_flowable_text (props != NULL ? tc_value_get (props, name) : NULL);

  if (text == NULL || *text == '\0')
    {
      *number = fallback;
      return TRUE;
    }
  if (g_ascii_string_to_signed (text, 10, G_MININT32, G_MAXINT32, number, NULL))
    return TRUE;
  tc_flowable_error (error, "`%s`: '%s' is no whole number", name, text);
  return FALSE;
}

gboolean
tc_flowable_bool (const TcValue *props, const char *name, gboolean fallback)
{
  g_autofree char *text = tc_flowable_text (props != NULL ? tc_value_get (props, name) : NULL);

  return text == NULL || *text == '\0' ? fallback : g_ascii_strcasecmp (text, "true") == 0;
}
