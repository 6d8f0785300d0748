/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const TcProp props[] = {
  { "duration", TC_KIND_DURATION, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("How long to wait.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_sleep;
const TcTaskClass tc_task_flow_sleep = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Sleep",
    .title = N_("Wait for some time"),
    .doc = N_("Ends after the given time."),
    .props = props,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "Sleep",
};
