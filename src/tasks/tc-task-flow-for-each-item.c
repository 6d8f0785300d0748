/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.ForEachItem", NULL };

static const char *const restart_behaviors[] = { "RETRY_FAILED", "NEW_EXECUTION", NULL };

static const TcProp batch_props[] = {
  { "rows", TC_KIND_INT, TC_PROP_DYNAMIC, 0, "1", NULL, N_("Lines of a batch.") },
  { "bytes", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Size at which a new batch begins, such as `10MB`.") },
  { "partitions", TC_KIND_INT, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Number of batches, among which the lines are dealt.") },
  { "separator", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, "\n", NULL, N_("Text after each line.") },
  { "regexPattern", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Lines go to batches by what the first group matches.") },
  { 0 }
};
static const TcProp props[] = {
  { "items", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("URI of a stored file; each of its lines is an item.") },
  { "batch", TC_KIND_OBJECT, TC_PROP_DYNAMIC, 0, NULL, batch_props, N_("How the lines are put together; one each if absent.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Namespace of the flow.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, N_("Id of the flow that runs for each batch.") },
  { "revision", TC_KIND_INT, 0, 0, NULL, NULL, N_("Revision; the newest one if absent.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Inputs; `taskrun.items` is the URI of the batch, `taskrun.iteration` its number.") },
  { "labels", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Labels of the executions: a map, or a list of key and value.") },
  { "wait", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether to wait for their end.") },
  { "transmitFailed", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether their failure is a failure of this task.") },
  { "inheritLabels", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether they get the labels of this execution.") },
  { "scheduleDate", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("When they are to start.") },
  { "restartBehavior", TC_KIND_ENUM, 0, 0, "RETRY_FAILED", restart_behaviors, N_("What a restart of this execution does with the failed ones.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of the executions failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_for_each_item;
const TcTaskClass tc_task_flow_for_each_item = {
  .info = {
    .type = "io.kestra.plugin.core.flow.ForEachItem", .aliases = aliases,
    .title = N_("Run a flow for each batch of a file"),
    .doc = N_("Splits a stored file into batches of lines and starts an execution of another flow for each of them."),
    .props = props,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "ForEachItem",
};
