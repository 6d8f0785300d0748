/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *id;
  gboolean     logs, metrics, files;
} DeleteProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (DeleteProps),
  { "executionId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (DeleteProps, id), NULL, NULL, N_("Id of the execution.") },
  { "deleteLogs", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (DeleteProps, logs), "true", NULL, N_("Accepted: the log is always deleted too.") },
  { "deleteMetrics", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (DeleteProps, metrics), "true", NULL, N_("Accepted: metrics are always deleted too.") },
  { "deleteStorage", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (DeleteProps, files), "true", NULL, N_("Accepted: files are always deleted too.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DeleteProps *given = data;
  g_autoptr (TcValue) args = tc_value_map_of ("executionId", tc_value_string (given->id), NULL);

  if (!tc_kestra_task_check (&given->kestra, error))
    return NULL;
  tc_job_log (job, TC_LEVEL_INFO, "Deleting execution %s", given->id);
  return tc_job_ask (job, "execution.delete", args, error);
}

extern const TcTaskClass tc_task_kestra_delete;
const TcTaskClass tc_task_kestra_delete = {
  .info = {
    .type = "io.kestra.plugin.kestra.executions.Delete",
    .title = N_("Delete an execution"),
    .doc = N_("Deletes an execution that is over, with its log, metrics and files."),
    .props = props, .props_size = sizeof (DeleteProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
