/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"

#include <glib/gi18n-lib.h>

const TcProp tc_items_string[] = { { "", TC_KIND_STRING, 0, 0, NULL, NULL, NULL }, { 0 } };
const TcProp tc_items_dynamic[] = { { "", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL }, { 0 } };
const TcProp tc_items_int[] = { { "", TC_KIND_INT, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL }, { 0 } };

const TcProp tc_typed_props[] = {
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Which kind of it.") },
  { "version", TC_KIND_STRING, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored.") },
  { 0 },
};

static const char *const levels[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR", NULL };
static const char *const retry_types[] = { "constant", "exponential", "random", NULL };
static const char *const retry_behaviors[] = { "RETRY_FAILED_TASK", "CREATE_NEW_EXECUTION", NULL };
static const char *const fallbacks[] = { "WAIT", "FAIL", "CANCEL", "IGNORE", NULL };

const TcProp tc_retry_props[] = {
  { "type", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, retry_types, N_("How the waiting time between two attempts grows.") },
  { "maxAttempts", TC_KIND_INT, 0, 0, NULL, NULL, N_("How often the task is tried at most, the first time included. Without it, only `maxDuration` limits.") },
  { "maxAttempt", TC_KIND_INT, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `maxAttempts`.") },
  { "maxDuration", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("No attempt starts later than this after the first one.") },
  { "interval", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("Waiting time before the next attempt. Required for `constant` and `exponential`.") },
  { "minInterval", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("Shortest waiting time. Required for `random`.") },
  { "maxInterval", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("Longest waiting time. Required for `exponential` and `random`.") },
  { "delayFactor", TC_KIND_DOUBLE, 0, 0, NULL, NULL, N_("By how much `exponential` multiplies the waiting time, 2 if not set.") },
  { "warningOnRetry", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether success after more than one attempt ends as WARNING.") },
  { "behavior", TC_KIND_ENUM, 0, 0, "RETRY_FAILED_TASK", retry_behaviors, N_("Whether the task is tried again, or the whole flow in a new execution.") },
  { 0 },
};

static const TcProp cache_props[] = {
  { "enabled", TC_KIND_BOOL, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Whether results are kept.") },
  { "ttl", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("Results older than this are not used.") },
  { 0 },
};

static const TcProp worker_group_props[] = {
  { "key", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Name of the group.") },
  { "fallback", TC_KIND_ENUM, 0, 0, NULL, fallbacks, N_("What to do without workers.") },
  { 0 },
};

const TcProp tc_task_base_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of the task, unique in the flow: letters, digits, `-` and `_`.") },
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("What the task does.") },
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Markdown text about the task.") },
  { "disabled", TC_KIND_BOOL, 0, 0, "false", NULL, N_("A disabled task is treated as if it were not there.") },
  { "runIf", TC_KIND_STRING, TC_PROP_LATE, 0, "true", NULL, N_("The task is skipped if this expression is empty, `false` or `0`.") },
  { "timeout", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("After this time the task is stopped and has failed, for example `PT5M`.") },
  { "retry", TC_KIND_OBJECT, 0, 0, NULL, tc_retry_props, N_("Whether and when a failed task is tried again.") },
  { "allowFailure", TC_KIND_BOOL, 0, 0, "false", NULL, N_("A failure ends the task as WARNING, and the flow goes on.") },
  { "allowWarning", TC_KIND_BOOL, 0, 0, "false", NULL, N_("A warning ends the task as SUCCESS.") },
  { "logLevel", TC_KIND_ENUM, TC_PROP_ADVANCED, 0, NULL, levels, N_("Log entries below this level are not kept.") },
  { "logToFile", TC_KIND_BOOL, TC_PROP_ADVANCED, 0, "false", NULL, N_("Whether the log goes to a file of the execution instead of its log.") },
  { "taskCache", TC_KIND_OBJECT, TC_PROP_ADVANCED, 0, NULL, cache_props, N_("Keeps the outputs, and uses them again while all properties are the same.") },
  { "workerGroup", TC_KIND_OBJECT, TC_PROP_ADVANCED, 0, NULL, worker_group_props, N_("Accepted and ignored: there are no worker groups here.") },
  { "assets", TC_KIND_ANY, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored: assets exist in the Enterprise Edition only.") },
  { "version", TC_KIND_STRING, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored: there is one version of each type here.") },
  { 0 },
};
