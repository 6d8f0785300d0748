/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include "tc-json.h"
#include "tc-template.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcValue *conditions;
  char    *error_message;
} AssertProps;

static const TcProp props[] = {
  { "conditions", TC_KIND_LIST, TC_PROP_REQUIRED | TC_PROP_LATE, offsetof (AssertProps, conditions), NULL, NULL, N_("Expressions that must all hold.") },
  { "errorMessage", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (AssertProps, error_message), NULL, NULL, N_("Further text of the failure.") },
  { 0 }
};

static gboolean
holds (TcJob         *job,
       const TcValue *condition)
{
  const char *text = tc_value_is (condition, TC_VALUE_STRING) ? tc_value_get_text (condition) : NULL;
  g_autofree char *written = text != NULL ? g_strdup (text) : tc_json_to_text (condition);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) value = tc_job_render (job, written, NULL, &error);

  if (value == NULL)
    tc_job_log (job, TC_LEVEL_ERROR, "Assertion `%s` failed, failed to render `%s`", written, error->message);
  else if (!tc_expr_is_truthy (value))
    tc_job_log (job, TC_LEVEL_ERROR, "Assertion `%s` failed!", written);
  else
    return TRUE;
  return FALSE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const AssertProps *given = data;
  guint n_held = 0, n_failed = 0;

  for (size_t i = 0; i < tc_value_length (given->conditions); i++)
    if (holds (job, tc_value_item (given->conditions, i)))
      n_held++;
    else
      n_failed++;
  job->klass->metric (job, TC_METRIC_COUNTER, "success", n_held, NULL);
  job->klass->metric (job, TC_METRIC_COUNTER, "failed", n_failed, NULL);
  if (n_failed == 0)
    return tc_value_null ();
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, n_failed == 1 ? "%u assertion failed!%s%s" : "%u assertions failed!%s%s",
               n_failed, given->error_message != NULL ? "\n" : "", given->error_message != NULL ? given->error_message : "");
  return NULL;
}

extern const TcTaskClass tc_task_execution_assert;
const TcTaskClass tc_task_execution_assert = {
  .info = {
    .type = "io.kestra.plugin.core.execution.Assert",
    .title = N_("Check conditions"),
    .doc = N_("Fails if one of the conditions does not hold; all of them are checked."),
    .props = props, .props_size = sizeof (AssertProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
