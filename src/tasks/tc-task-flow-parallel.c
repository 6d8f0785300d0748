/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.Parallel", NULL };

static const TcProp props[] = {
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks to run at the same time.") },
  { "concurrent", TC_KIND_INT, TC_PROP_DYNAMIC, 0, "0", NULL, N_("How many may run at once; 0 for all.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_parallel;
const TcTaskClass tc_task_flow_parallel = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Parallel", .aliases = aliases,
    .title = N_("Run tasks at the same time"),
    .doc = N_("Starts all tasks at once, or as many as `concurrent` allows."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "Parallel",
};
