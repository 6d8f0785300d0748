/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  TcTarget     target;
  TcValue     *tasks;
  char        *level;
} FetchProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (FetchProps),
  TC_TARGET_ROWS (FetchProps),
  { "tasksId", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (FetchProps, tasks), NULL, tc_items_string, N_("Tasks whose entries are fetched, one after the other; all without it.") },
  { "level", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (FetchProps, level), "INFO", NULL, N_("Lowest level that is fetched.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("File of the entries: Ion, one a line.") },
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many entries there are.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const FetchProps *given = data;

  return tc_kestra_task_check (&given->kestra, error) ? tc_target_fetch (job, &given->target, given->level, given->tasks, error) : NULL;
}

extern const TcTaskClass tc_task_kestra_logs_fetch;
const TcTaskClass tc_task_kestra_logs_fetch = {
  .info = {
    .type = "io.kestra.plugin.kestra.logs.Fetch",
    .title = N_("Fetch the log of an execution"),
    .doc = N_("Writes log entries to a file of the storage."),
    .props = props, .outputs = outputs, .props_size = sizeof (FetchProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
