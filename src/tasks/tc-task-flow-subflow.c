/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.Subflow", "io.kestra.core.tasks.flows.Flow", NULL };

static const char *const restart_behaviors[] = { "RETRY_FAILED", "NEW_EXECUTION", NULL };

static const TcProp props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Namespace of the flow.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Id of the flow.") },
  { "revision", TC_KIND_INT, 0, 0, NULL, NULL, N_("Revision; the newest one if absent.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Inputs of the execution.") },
  { "labels", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Labels of the execution: a map, or a list of key and value.") },
  { "wait", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether to wait for its end.") },
  { "transmitFailed", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether its failure is a failure of this task.") },
  { "inheritLabels", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether it gets the labels of this execution.") },
  { "scheduleDate", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("When it is to start.") },
  { "outputs", TC_KIND_MAP, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Values to take over from it; declare outputs in that flow instead.") },
  { "restartBehavior", TC_KIND_ENUM, 0, 0, "RETRY_FAILED", restart_behaviors, N_("What a restart of this execution does with it.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "executionId", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Id of the execution.") },
  { "state", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Its state.") },
  { "outputs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Its outputs.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_subflow;
const TcTaskClass tc_task_flow_subflow = {
  .info = {
    .type = "io.kestra.plugin.core.flow.Subflow", .aliases = aliases,
    .title = N_("Run another flow"),
    .doc = N_("Starts an execution of another flow and, unless `wait` is false, waits for its end."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_EXECUTOR,
  .flowable = "Subflow",
};
