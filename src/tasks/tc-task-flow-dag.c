/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.Dag", NULL };

static const TcProp props[] = {
  { "tasks", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, NULL, N_("List of `task` with `dependsOn`, the ids that it waits for.") },
  { "concurrent", TC_KIND_INT, TC_PROP_DYNAMIC, 0, "0", NULL, N_("How many may run at once; 0 for all.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_dag;
const TcTaskClass tc_task_flow_dag = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Dag", .aliases = aliases,
    .title = N_("Run tasks in the order of their dependencies"),
    .doc = N_("Each task starts as soon as the tasks that it depends on have ended."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "Dag",
};
