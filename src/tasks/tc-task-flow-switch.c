/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.Switch", NULL };

static const TcProp props[] = {
  { "value", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Expression whose text chooses the case.") },
  { "cases", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Lists of tasks by value.") },
  { "defaults", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks to run if no case fits.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "value", TC_KIND_STRING, 0, 0, NULL, NULL, N_("The rendered value.") },
  { "defaults", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether no case fitted.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_switch;
const TcTaskClass tc_task_flow_switch = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Switch", .aliases = aliases,
    .title = N_("Choose tasks by a value"),
    .doc = N_("Runs the tasks of the case that equals the value, else those of `defaults`."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "Switch",
};
