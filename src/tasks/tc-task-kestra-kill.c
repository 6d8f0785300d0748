/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *id;
  gboolean     cascade;
} KillProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (KillProps),
  { "executionId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (KillProps, id), NULL, NULL, N_("Id of the execution.") },
  { "propagateKill", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (KillProps, cascade), "true", NULL, N_("Whether executions that it started are killed too.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const KillProps *given = data;
  g_autoptr (TcValue) args = tc_value_map_of ("executionId", tc_value_string (given->id), "cascade", tc_value_bool (given->cascade), NULL);

  if (!tc_kestra_task_check (&given->kestra, error))
    return NULL;
  tc_job_log (job, TC_LEVEL_INFO, "Killing execution %s with propagateKill=%s", given->id, given->cascade ? "true" : "false");
  return tc_job_ask (job, "execution.kill", args, error);
}

extern const TcTaskClass tc_task_kestra_kill;
const TcTaskClass tc_task_kestra_kill = {
  .info = {
    .type = "io.kestra.plugin.kestra.executions.Kill",
    .title = N_("Kill an execution"),
    .doc = N_("Stops an execution that is not over, and what it started."),
    .props = props, .props_size = sizeof (KillProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
