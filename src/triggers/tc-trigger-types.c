/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-trigger-props-private.h"

const char *const tc_trigger_levels[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR", NULL };

static const char *const state_names[] = {
  "CREATED", "SUBMITTED", "RUNNING", "PAUSED", "RESTARTED", "KILLING", "SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "QUEUED",
  "RETRYING", "RETRIED", "SKIPPED", "BREAKPOINT", "RESUBMITTED", NULL
};
const TcProp tc_state_items[] = {
  { "", TC_KIND_ENUM, 0, 0, NULL, state_names, NULL },
  { 0 }
};
const TcProp tc_condition_items[] = {
  { "", TC_KIND_TYPED, 0, 0, NULL, tc_condition_types, NULL },
  { 0 }
};

static const char *const recoveries[] = { "ALL", "LAST", "NONE", NULL };

/* Schedule */
static const char *const schedule_aliases[] = { "io.kestra.core.models.triggers.types.Schedule", NULL };
static const TcProp schedule_props[] = {
  TC_TRIGGER_BASE_PROPS,
  { "cron", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Minute, hour, day, month and weekday, such as `0 9 * * MON-FRI`, or a name such as `@daily`.") },
  { "withSeconds", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether the first of six fields of `cron` is the second.") },
  { "timezone", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Name of the time zone in which `cron` counts, such as `Europe/Paris`.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Inputs of the executions that it starts.") },
  { "lateMaximumDelay", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("A date that is later than this by now is skipped.") },
  { "recoverMissedSchedules", TC_KIND_ENUM, 0, 0, NULL, recoveries, N_("Which of the dates missed while nothing ran are made up for.") },
  { "scheduleConditions", TC_KIND_LIST, TC_PROP_DEPRECATED, 0, NULL, tc_condition_items, N_("Use `conditions`.") },
  { "backfill", TC_KIND_ANY, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Accepted and ignored: start a backfill from the trigger's menu.") },
  { 0 }
};
static const TcProp schedule_outputs[] = {
  { "date", TC_KIND_STRING, 0, 0, NULL, NULL, N_("The planned date.") },
  { "next", TC_KIND_STRING, 0, 0, NULL, NULL, N_("The planned date after it.") },
  { "previous", TC_KIND_STRING, 0, 0, NULL, NULL, N_("The planned date before it.") },
  { 0 }
};
static const char *const schedule_examples[] = {
  "- id: every_morning\n  type: io.kestra.plugin.core.trigger.Schedule\n  cron: 0 9 * * *\n  timezone: Europe/Paris\n",
  NULL
};
static const TcTypeInfo schedule = {
  .type = "io.kestra.plugin.core.trigger.Schedule", .aliases = schedule_aliases,
  .title = N_("Start at planned times"),
  .doc = N_("Starts the flow at the dates that a cron expression names."),
  .examples = schedule_examples, .props = schedule_props, .outputs = schedule_outputs,
};

/* ScheduleOnDates */
static const TcProp dates_props[] = {
  TC_TRIGGER_BASE_PROPS,
  { "dates", TC_KIND_LIST, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Dates with time and zone, such as `2026-03-01T09:00:00+01:00`.") },
  { "timezone", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Name of the time zone of dates without one.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Inputs of the executions that it starts.") },
  { "recoverMissedSchedules", TC_KIND_ENUM, 0, 0, NULL, recoveries, N_("Which of the dates missed while nothing ran are made up for.") },
  { 0 }
};
static const TcTypeInfo on_dates = {
  .type = "io.kestra.plugin.core.trigger.ScheduleOnDates",
  .title = N_("Start at listed dates"),
  .doc = N_("Starts the flow once at each date of a list."),
  .props = dates_props,
};

/* Flow */
static const char *const flow_aliases[] = { "io.kestra.core.models.triggers.types.Flow", NULL };
static const char *const window_types[] = { "DURATION_WINDOW", "SLIDING_WINDOW", "DAILY_TIME_WINDOW", "DAILY_TIME_DEADLINE", NULL };
static const char *const operands[] = { "AND", "OR", NULL };
static const char *const fields[] = { "FLOW_ID", "NAMESPACE", "STATE", "EXPRESSION", NULL };
static const char *const comparisons[] = {
  "EQUAL_TO", "NOT_EQUAL_TO", "IN", "NOT_IN", "IS_TRUE", "IS_FALSE", "IS_NULL", "IS_NOT_NULL", "STARTS_WITH", "ENDS_WITH", "REGEX",
  "CONTAINS", NULL
};
static const TcProp window_props[] = {
  { "type", TC_KIND_ENUM, 0, 0, "DURATION_WINDOW", window_types, N_("What kind of time window.") },
  { "window", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("Length of the window.") },
  { "windowAdvance", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("By how much the beginning of the window is moved.") },
  { "startTime", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Time of day at which a daily window begins.") },
  { "endTime", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Time of day at which a daily window ends.") },
  { "deadline", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Time of day by which all must have happened.") },
  { 0 }
};
static const TcProp upstream_props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Namespace of the flow to wait for.") },
  { "flowId", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Its id; without it any flow of the namespace.") },
  { "states", TC_KIND_LIST, 0, 0, NULL, tc_state_items, N_("States in which it may end.") },
  { "labels", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Labels that its execution must have.") },
  { 0 }
};
static const TcProp filter_props[] = {
  { "field", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, fields, N_("What is compared.") },
  { "type", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, comparisons, N_("How it is compared.") },
  { "value", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("With what.") },
  { "values", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("With which, for `IN` and `NOT_IN`.") },
  { 0 }
};
static const TcProp where_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of this condition.") },
  { "operand", TC_KIND_ENUM, 0, 0, "AND", operands, N_("Whether all filters must hold or one.") },
  { "filters", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, filter_props, N_("What is compared.") },
  { 0 }
};
static const TcProp preconditions_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name under which the results are kept.") },
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Markdown text about them.") },
  { "timeWindow", TC_KIND_OBJECT, 0, 0, NULL, window_props, N_("Within which time all must happen.") },
  { "resetOnSuccess", TC_KIND_BOOL, 0, 0, "true", NULL, N_("Whether counting begins anew once the flow was started.") },
  { "flows", TC_KIND_LIST, 0, 0, NULL, upstream_props, N_("Flows to wait for.") },
  { "where", TC_KIND_LIST, 0, 0, NULL, where_props, N_("Further conditions.") },
  { 0 }
};
static const TcProp flow_props[] = {
  TC_TRIGGER_BASE_PROPS,
  { "states", TC_KIND_LIST, 0, 0, NULL, tc_state_items, N_("States of the other execution that are looked at.") },
  { "preconditions", TC_KIND_OBJECT, 0, 0, NULL, preconditions_props, N_("Which flows must have run before.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Inputs of the executions that it starts.") },
  { 0 }
};
static const TcProp flow_outputs[] = {
  { "executionId", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Id of the other execution.") },
  { "executionLabels", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Its labels.") },
  { "namespace", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Its namespace.") },
  { "flowId", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Id of its flow.") },
  { "flowRevision", TC_KIND_INT, 0, 0, NULL, NULL, N_("Revision of its flow.") },
  { "state", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Its state.") },
  { "outputs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Outputs of its flow.") },
  { 0 }
};
static const char *const flow_examples[] = {
  "- id: after_import\n  type: io.kestra.plugin.core.trigger.Flow\n  preconditions:\n    id: imported\n    flows:\n"
  "      - namespace: company.team\n        flowId: import\n        states: [SUCCESS]\n",
  NULL
};
static const TcTypeInfo flow = {
  .type = "io.kestra.plugin.core.trigger.Flow", .aliases = flow_aliases,
  .title = N_("Start after other flows"),
  .doc = N_("Starts the flow when executions of other flows have ended."),
  .examples = flow_examples, .props = flow_props, .outputs = flow_outputs,
};

/* Webhook */
static const char *const webhook_aliases[] = { "io.kestra.core.models.triggers.types.Webhook", NULL };
static const char *const content_types[] = { "application/json", "text/plain", NULL };
static const TcProp webhook_props[] = {
  TC_TRIGGER_BASE_PROPS,
  { "key", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC | TC_PROP_SECRET, 0, NULL, NULL, N_("Last part of the address; who knows it may start the flow.") },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Inputs of the executions that it starts.") },
  { "wait", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether the answer waits for the end of the execution.") },
  { "returnOutputs", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether the answer is the outputs of the flow.") },
  { "responseContentType", TC_KIND_ENUM, 0, 0, NULL, content_types, N_("Content type of the answer.") },
  { "responseCode", TC_KIND_INT, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Status of the answer.") },
  { 0 }
};
static const TcProp webhook_outputs[] = {
  { "body", TC_KIND_ANY, 0, 0, NULL, NULL, N_("What was sent: JSON as values, else a text.") },
  { "headers", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Headers of the request: name to list of texts.") },
  { "parameters", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Parameters of the address: name to list of texts.") },
  { 0 }
};
static const char *const webhook_examples[] = {
  "- id: hook\n  type: io.kestra.plugin.core.trigger.Webhook\n  key: 4wjtkzwVGBM9yKnjm3yv8r\n",
  NULL
};
static const TcTypeInfo webhook = {
  .type = "io.kestra.plugin.core.trigger.Webhook", .aliases = webhook_aliases,
  .title = N_("Start by a web request"),
  .doc = N_("Starts the flow when a program sends a request to its address."),
  .examples = webhook_examples, .props = webhook_props, .outputs = webhook_outputs,
};

/* http.Trigger */
static const char *const http_aliases[] = { "io.kestra.plugin.fs.http.Trigger", NULL };
static const TcProp http_props[] = {
  TC_TRIGGER_BASE_PROPS,
  { "interval", TC_KIND_DURATION, 0, 0, "PT60S", NULL, N_("Time between two requests.") },
  { "uri", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Address to ask.") },
  { "method", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, "GET", NULL, N_("Method of the request.") },
  { "params", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Accepted, without effect in a trigger: put parameters into `uri`.") },
  { "body", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Body of the request.") },
  { "formData", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Body of the request as a form.") },
  { "contentType", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Content type of the body.") },
  { "headers", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Headers of the request.") },
  { "options", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Times, authentication, redirects and certificates.") },
  { "sslOptions", TC_KIND_MAP, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `options.ssl`.") },
  { "responseCondition", TC_KIND_STRING, TC_PROP_LATE, 0, "{{ response.statusCode < 400 }}", NULL, N_("Expression on `response` that must hold to start the flow.") },
  { "encryptBody", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether the body is stored encrypted.") },
  { 0 }
};
static const TcProp http_outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Address that answered.") },
  { "code", TC_KIND_INT, 0, 0, NULL, NULL, N_("Status of the answer.") },
  { "headers", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Headers of the answer.") },
  { "body", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Body of the answer.") },
  { 0 }
};
static const TcTypeInfo http = {
  .type = "io.kestra.plugin.core.http.Trigger", .aliases = http_aliases,
  .title = N_("Start when an address answers as asked"),
  .doc = N_("Sends a request at intervals and starts the flow when a condition on the answer holds."),
  .props = http_props, .outputs = http_outputs,
};

/* fs.local.Trigger */
static const char *const file_actions[] = { "NONE", "MOVE", "DELETE", NULL };
static const char *const file_events[] = { "CREATE_OR_UPDATE", "CREATE", "UPDATE", NULL };
static const TcProp files_props[] = {
  TC_TRIGGER_BASE_PROPS,
  { "interval", TC_KIND_DURATION, 0, 0, "PT60S", NULL, N_("Time between two looks.") },
  { "from", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Folder to look into.") },
  { "regExp", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Regular expression that the whole path of a file must match.") },
  { "recursive", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether folders below it count, too.") },
  { "action", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "NONE", file_actions, N_("What happens to a file that was found.") },
  { "moveDirectory", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Where `MOVE` puts it.") },
  { "maxFiles", TC_KIND_INT, TC_PROP_DYNAMIC, 0, "25", NULL, N_("How many files one execution gets at most.") },
  { "on", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "CREATE_OR_UPDATE", file_events, N_("Whether new files count, changed ones, or both.") },
  { "stateKey", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Key under which the files already seen are kept.") },
  { "stateTtl", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("How long they are kept.") },
  { 0 }
};
static const TcProp files_outputs[] = {
  { "files", TC_KIND_LIST, 0, 0, NULL, NULL, N_("The files found: `uri`, `localPath`, `name`, `size`, `changeType` and more.") },
  { 0 }
};
static const TcTypeInfo files = {
  .type = "io.kestra.plugin.fs.local.Trigger",
  .title = N_("Start when files appear"),
  .doc = N_("Looks into a folder at intervals and starts the flow for new or changed files."),
  .props = files_props, .outputs = files_outputs,
};

const TcTypeInfo *const tc_trigger_types[] = { &schedule, &on_dates, &flow, &webhook, &http, &files, NULL };
