/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.Pause", NULL };

static const char *const behaviors[] = { "RESUME", "WARN", "FAIL", "CANCEL", NULL };

static const TcProp props[] = {
  { "pauseDuration", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Time after which `behavior` applies.") },
  { "delay", TC_KIND_DURATION, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Older name of `pauseDuration`.") },
  { "behavior", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "RESUME", behaviors, N_("What happens when the time has passed.") },
  { "onResume", TC_KIND_LIST, 0, 0, NULL, NULL, N_("Inputs asked for on resuming.") },
  { "onPause", TC_KIND_TASK, 0, 0, NULL, NULL, N_("Task to run while paused.") },
  { "tasks", TC_KIND_TASKS, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Tasks to run after resuming.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "onResume", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Inputs given on resuming.") },
  { "resumed", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Who resumed, when and how.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_pause;
const TcTaskClass tc_task_flow_pause = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Pause", .aliases = aliases,
    .title = N_("Wait for a person or a time"),
    .doc = N_("Pauses the execution until it is resumed, or until `pauseDuration` has passed."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "Pause",
};
