/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.executions.Fail", NULL };

static const TcProp props[] = {
  { "condition", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Expression; the task fails if it holds.") },
  { "errorMessage", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, "Task failure", NULL, N_("Message of the failure.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_execution_fail;
const TcTaskClass tc_task_execution_fail = {
  .info = {
    .type = "io.kestra.plugin.core.execution.Fail", .aliases = aliases,
    .title = N_("Fail on purpose"),
    .doc = N_("Fails always, or if `condition` holds."),
    .props = props,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "Fail",
};
