/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcTarget target;
  TcValue *levels;
  char    *start, *end;
} PurgeProps;

static const TcProp props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_TARGET_AT (PurgeProps, namespace), NULL, NULL, N_("Namespace, with those below it if no flow is given; all without it.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_TARGET_AT (PurgeProps, flow), NULL, NULL, N_("Flow; all without it.") },
  { "executionId", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_TARGET_AT (PurgeProps, execution), NULL, NULL, N_("Execution; all without it.") },
  { "logLevels", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (PurgeProps, levels), NULL, tc_items_string, N_("Levels to purge; all without it.") },
  { "startDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, start), NULL, NULL, N_("Entries of this time or later.") },
  { "endDate", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PurgeProps, end), NULL, NULL, N_("Entries of this time or earlier.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "count", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many entries were deleted.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PurgeProps *given = data;
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL, count = NULL;

  tc_target_put (&given->target, map);
  if (!tc_target_put_time (map, "start_us", given->start, error) || !tc_target_put_time (map, "end_us", given->end, error))
    return NULL;
  if (given->levels != NULL)
    tc_map_builder_take (map, "levels", tc_value_ref (given->levels));
  args = tc_map_builder_end (g_steal_pointer (&map));
  count = tc_job_ask (job, "logs.purge", args, error);
  return count == NULL ? NULL : tc_value_map_of ("count", tc_value_ref (count), NULL);
}

extern const TcTaskClass tc_task_log_purge;
const TcTaskClass tc_task_log_purge = {
  .info = {
    .type = "io.kestra.plugin.core.log.PurgeLogs",
    .title = N_("Delete old logs"),
    .doc = N_("Deletes entries from the logs of executions, by flow, level and time."),
    .props = props, .outputs = outputs, .props_size = sizeof (PurgeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
