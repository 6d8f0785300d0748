/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const TcProp props[] = {
  { "variables", TC_KIND_MAP, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Variables to set.") },
  { "overwrite", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether variables that exist may be replaced.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_execution_set_variables;
const TcTaskClass tc_task_execution_set_variables = {
  .info = {
    .type = "io.kestra.plugin.core.execution.SetVariables",
    .title = N_("Set variables of the execution"),
    .doc = N_("Merges the given variables into `vars`."),
    .props = props,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "SetVariables",
};
