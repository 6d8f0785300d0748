/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.AllowFailure", NULL };

static const TcProp props[] = {
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks that may fail.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_allow_failure;
const TcTaskClass tc_task_flow_allow_failure = {
  .info = {
    .type = "io.kestra.plugin.core.flow.AllowFailure", .aliases = aliases,
    .title = N_("Go on when tasks fail"),
    .doc = N_("A failure of the tasks inside ends in WARNING, and the flow goes on."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "AllowFailure",
};
