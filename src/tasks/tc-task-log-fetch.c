/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcTarget target;
  TcValue *tasks;
  char    *level;
} FetchProps;

static const char *const aliases[] = { "io.kestra.core.tasks.log.Fetch", NULL };
static const TcProp props[] = {
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
  g_autoptr (TcStoredOut) out = tc_target_check (&given->target, error) ? tc_stored_out_new (job, ".ion", error) : NULL;
  g_autoptr (TcMapBuilder) map = out == NULL ? NULL : tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL, size = NULL;
  g_autofree char *uri = NULL;

  if (out == NULL)
    return NULL;
  tc_target_put (&given->target, map);
  tc_map_builder_str (map, "level", given->level);
  tc_map_builder_str (map, "path", out->path);
  if (given->tasks != NULL)
    tc_map_builder_take (map, "tasks", tc_value_ref (given->tasks));
  args = tc_map_builder_end (g_steal_pointer (&map));
  size = tc_job_ask (job, "logs.fetch", args, error);
  uri = size == NULL ? NULL : tc_stored_out_end (job, g_steal_pointer (&out), error);
  return uri == NULL ? NULL : tc_value_map_of ("uri", tc_value_string (uri), "size", tc_value_ref (size), NULL);
}

extern const TcTaskClass tc_task_log_fetch;
const TcTaskClass tc_task_log_fetch = {
  .info = {
    .type = "io.kestra.plugin.core.log.Fetch", .aliases = aliases,
    .title = N_("Fetch the log of an execution"),
    .doc = N_("Writes log entries to a file of the storage."),
    .props = props, .outputs = outputs, .props_size = sizeof (FetchProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
