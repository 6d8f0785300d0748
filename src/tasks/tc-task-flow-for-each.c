/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const TcProp props[] = {
  { "values", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("List, or text of a JSON list.") },
  { "concurrencyLimit", TC_KIND_INT, 0, 0, "1", NULL, N_("How many values may be at work at once; 0 for all.") },
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks to run for each value.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_for_each;
const TcTaskClass tc_task_flow_for_each = {
  .info = {
    .type = "io.kestra.plugin.core.flow.ForEach",
    .title = N_("Run tasks for each value"),
    .doc = N_("Runs the tasks once for each value; `{{ taskrun.value }}` is the value, `{{ taskrun.iteration }}` its number."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "ForEach",
};
