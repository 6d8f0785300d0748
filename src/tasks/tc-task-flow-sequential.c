/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.Sequential", NULL };

static const TcProp props[] = {
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks to run one after the other.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_sequential;
const TcTaskClass tc_task_flow_sequential = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Sequential", .aliases = aliases,
    .title = N_("Run tasks one after the other"),
    .doc = N_("Groups tasks, with their own error handlers."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "Sequential",
};
