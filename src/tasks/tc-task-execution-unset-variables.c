/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const TcProp props[] = {
  { "variables", TC_KIND_LIST, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Names of the variables; dots lead into maps.") },
  { "ignoreMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether a missing one is no failure.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_execution_unset_variables;
const TcTaskClass tc_task_execution_unset_variables = {
  .info = {
    .type = "io.kestra.plugin.core.execution.UnsetVariables",
    .title = N_("Remove variables of the execution"),
    .doc = N_("Removes the named variables from `vars`."),
    .props = props,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "UnsetVariables",
};
