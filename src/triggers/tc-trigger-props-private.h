/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-triggers.h"

#include <glib/gi18n-lib.h>

G_BEGIN_DECLS

extern const TcProp tc_condition_items[], tc_state_items[];
extern const char *const tc_trigger_levels[];

/* Rows that every trigger has; a table includes them as its first ones. */
#define TC_TRIGGER_BASE_PROPS \
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of the trigger, unique in the flow.") }, \
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("What starts the flow.") }, \
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Markdown text about the trigger.") }, \
  { "version", TC_KIND_STRING, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored.") }, \
  { "disabled", TC_KIND_BOOL, 0, 0, "false", NULL, N_("A disabled trigger starts nothing.") }, \
  { "conditions", TC_KIND_LIST, 0, 0, NULL, tc_condition_items, N_("All of them must hold.") }, \
  { "labels", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Labels of the executions that it starts.") }, \
  { "stopAfter", TC_KIND_LIST, 0, 0, NULL, tc_state_items, N_("Switch the trigger off after an execution that ended in one of these states.") }, \
  { "allowConcurrent", TC_KIND_BOOL, TC_PROP_ADVANCED, 0, "false", NULL, N_("Start even while the execution started before is running.") }, \
  { "logLevel", TC_KIND_ENUM, TC_PROP_ADVANCED, 0, NULL, tc_trigger_levels, N_("Log entries below this level are not kept.") }, \
  { "minLogLevel", TC_KIND_ENUM, TC_PROP_DEPRECATED, 0, NULL, tc_trigger_levels, N_("Use `logLevel`.") }, \
  { "logToFile", TC_KIND_BOOL, TC_PROP_ADVANCED, 0, "false", NULL, N_("Whether the log goes to a file.") }, \
  { "failOnTriggerError", TC_KIND_BOOL, TC_PROP_ADVANCED, 0, "false", NULL, N_("Whether an error of the trigger makes a failed execution.") }, \
  { "workerGroup", TC_KIND_ANY, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored: there are no worker groups here.") }, \
  { "assets", TC_KIND_ANY, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored: assets exist in the Enterprise Edition only.") }

G_END_DECLS
