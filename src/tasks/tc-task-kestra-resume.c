/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *id;
  TcValue     *inputs;
} ResumeProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (ResumeProps),
  { "executionId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (ResumeProps, id), NULL, NULL, N_("Id of the execution.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, offsetof (ResumeProps, inputs), NULL, NULL, N_("What the Pause asks for.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ResumeProps *given = data;
  g_autoptr (TcValue) args = tc_value_map_of ("executionId", tc_value_string (given->id), "anyFlow", tc_value_bool (TRUE), "inputs",
                                              given->inputs != NULL ? tc_value_ref (given->inputs) : tc_value_null (), NULL);

  return tc_kestra_task_check (&given->kestra, error) ? tc_job_ask (job, "execution.resume", args, error) : NULL;
}

extern const TcTaskClass tc_task_kestra_resume;
const TcTaskClass tc_task_kestra_resume = {
  .info = {
    .type = "io.kestra.plugin.kestra.executions.Resume",
    .title = N_("Resume a paused execution"),
    .doc = N_("Lets an execution of any flow that waits at a Pause go on."),
    .props = props, .props_size = sizeof (ResumeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
