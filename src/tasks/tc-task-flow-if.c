/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.If", NULL };

static const TcProp props[] = {
  { "condition", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Expression; false, 0 and the empty text do not hold.") },
  { "then", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks to run if the condition holds.") },
  { "else", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks to run if it does not.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "evaluationResult", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether the condition held.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_if;
const TcTaskClass tc_task_flow_if = {
  .info = {
    .type = "io.kestra.plugin.core.flow.If", .aliases = aliases,
    .title = N_("Run tasks on a condition"),
    .doc = N_("Runs `then` if the condition holds, else `else`."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "If",
};
