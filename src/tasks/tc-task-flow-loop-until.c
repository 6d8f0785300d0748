/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.plugin.core.flow.WaitFor", NULL };

static const TcProp check_frequency[] = {
  { "maxIterations", TC_KIND_INT, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("How many rounds at the most.") },
  { "maxDuration", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("How long at the most.") },
  { "interval", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, "PT1M", NULL, N_("Time between two rounds.") },
  { 0 }
};

static const TcProp props[] = {
  { "condition", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Expression, evaluated after each round with its outputs.") },
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks of one round.") },
  { "failOnMaxReached", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether reaching a limit is a failure.") },
  { "checkFrequency", TC_KIND_OBJECT, 0, 0, NULL, check_frequency, N_("Pause between rounds, and limits.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "iterationCount", TC_KIND_INT, 0, 0, NULL, NULL, N_("Number of rounds.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_loop_until;
const TcTaskClass tc_task_flow_loop_until = {
  .info = {
    .type = "io.kestra.plugin.core.flow.LoopUntil", .aliases = aliases,
    .title = N_("Repeat tasks until a condition holds"),
    .doc = N_("Runs the tasks again and again, with a pause between, until the condition holds."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "LoopUntil",
};
