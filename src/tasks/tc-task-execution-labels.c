/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.executions.Labels", NULL };

static const TcProp props[] = {
  { "labels", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Map, list of key and value, or text of a JSON map.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_execution_labels;
const TcTaskClass tc_task_execution_labels = {
  .info = {
    .type = "io.kestra.plugin.core.execution.Labels", .aliases = aliases,
    .title = N_("Set labels of the execution"),
    .doc = N_("New values replace those of the same key."),
    .props = props,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "Labels",
};
