/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char    *namespace, *flow, *start, *end;
  TcValue *states;
  gboolean execution, log, metric, storage;
  int64_t  batch;
} PurgeProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.Purge", "io.kestra.plugin.core.storage.Purge", NULL };
static const TcProp props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, namespace), NULL, NULL, N_("Namespace, with those below it if no flow is given; all without it.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, flow), NULL, NULL, N_("Flow; all without it.") },
  { "startDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, start), NULL, NULL, N_("Executions that began at this time or later.") },
  { "endDate", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PurgeProps, end), NULL, NULL, N_("Executions that began at this time or earlier.") },
  { "states", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (PurgeProps, states), NULL, tc_items_string, N_("States they are in; any without it. One that is not over is never purged.") },
  { "purgeExecution", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (PurgeProps, execution), "true", NULL, N_("Whether executions are deleted; all that belongs to them goes with them.") },
  { "purgeLog", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (PurgeProps, log), "true", NULL, N_("Whether logs are deleted.") },
  { "purgeMetric", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (PurgeProps, metric), "true", NULL, N_("Whether metrics are counted; they are deleted with their execution.") },
  { "purgeStorage", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (PurgeProps, storage), "true", NULL, N_("Whether files are deleted.") },
  { "batchSize", TC_KIND_INT, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (PurgeProps, batch), "100", NULL, N_("Has no effect.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "executionsCount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many executions were deleted.") },
  { "logsCount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many log entries were deleted.") },
  { "storagesCount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many files were deleted, and folders that held them.") },
  { "metricsCount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many metrics were deleted.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PurgeProps *given = data;
  const TcTarget target = { NULL, given->namespace, given->flow };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL;

  tc_target_put (&target, map);
  if (!tc_target_put_time (map, "start_us", given->start, error) || !tc_target_put_time (map, "end_us", given->end, error))
    return NULL;
  if (given->states != NULL)
    tc_map_builder_take (map, "states", tc_value_ref (given->states));
  tc_map_builder_take (map, "execution", tc_value_bool (given->execution));
  tc_map_builder_take (map, "log", tc_value_bool (given->log));
  tc_map_builder_take (map, "metric", tc_value_bool (given->metric));
  tc_map_builder_take (map, "storage", tc_value_bool (given->storage));
  args = tc_map_builder_end (g_steal_pointer (&map));
  return tc_job_ask (job, "executions.purge", args, error);
}

extern const TcTaskClass tc_task_execution_purge;
const TcTaskClass tc_task_execution_purge = {
  .info = {
    .type = "io.kestra.plugin.core.execution.PurgeExecutions", .aliases = aliases,
    .title = N_("Delete old executions"),
    .doc = N_("Deletes executions that are over, with their logs, metrics and files."),
    .props = props, .outputs = outputs, .props_size = sizeof (PurgeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
