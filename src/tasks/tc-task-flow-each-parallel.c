/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.EachParallel", NULL };

static const TcProp props[] = {
  { "value", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("List, or text of a JSON list.") },
  { "concurrent", TC_KIND_INT, 0, 0, "0", NULL, N_("How many values may be at work at once; 0 for all.") },
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks to run for each value.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_each_parallel;
const TcTaskClass tc_task_flow_each_parallel = {
  .info = {
    .type = "io.kestra.plugin.core.flow.EachParallel", .aliases = aliases,
    .title = N_("Run tasks for each value, at the same time"),
    .doc = N_("Older form of ForEach without a limit; the tasks of one value run at the same time, too."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "EachParallel",
};
