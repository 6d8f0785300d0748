/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const exit_states[] = { "SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "CANCELED", NULL };

static const TcProp props[] = {
  { "state", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "SUCCESS", exit_states, N_("State in which the execution ends.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_execution_exit;
const TcTaskClass tc_task_execution_exit = {
  .info = {
    .type = "io.kestra.plugin.core.execution.Exit",
    .title = N_("End the execution"),
    .doc = N_("Ends the execution at once in the given state."),
    .props = props,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "Exit",
};
