/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"

#include <glib/gi18n-lib.h>

/* What may stand in a flow outside its tasks. `id`, `namespace` and `tasks` are required by rules of their own, which say more. */

static const char *const concurrency_behaviors[] = { "QUEUE", "CANCEL", "FAIL", NULL };
static const char *const sla_types[] = { "MAX_DURATION", "EXECUTION_ASSERTION", NULL };
static const char *const sla_behaviors[] = { "FAIL", "CANCEL", "NONE", NULL };
static const char *const check_styles[] = { "ERROR", "SUCCESS", "WARNING", "INFO", NULL };
static const char *const check_behaviors[] = { "BLOCK_EXECUTION", "FAIL_EXECUTION", "CREATE_EXECUTION", NULL };

static const TcProp concurrency_props[] = {
  { "limit", TC_KIND_INT, TC_PROP_REQUIRED, 0, NULL, NULL, N_("How many executions may run at once, from 1.") },
  { "behavior", TC_KIND_ENUM, 0, 0, "QUEUE", concurrency_behaviors, N_("What happens to one more.") },
  { 0 }
};
static const TcProp sla_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of the agreement.") },
  { "type", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, sla_types, N_("What is agreed.") },
  { "duration", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("How long an execution may take, for `MAX_DURATION`.") },
  { "assert", TC_KIND_STRING, TC_PROP_LATE, 0, NULL, NULL, N_("What must hold, for `EXECUTION_ASSERTION`.") },
  { "behavior", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, sla_behaviors, N_("What happens when it is broken.") },
  { "labels", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Labels that the execution gets then.") },
  { 0 }
};
static const TcProp check_props[] = {
  { "condition", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_LATE, 0, NULL, NULL, N_("What must hold before an execution.") },
  { "message", TC_KIND_STRING, TC_PROP_LATE, 0, NULL, NULL, N_("What is said if it does not.") },
  { "style", TC_KIND_ENUM, 0, 0, "INFO", check_styles, N_("How it is shown.") },
  { "behavior", TC_KIND_ENUM, 0, 0, "BLOCK_EXECUTION", check_behaviors, N_("What happens then.") },
  { 0 }
};
static const TcProp listener_props[] = {
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Text about the listener.") },
  { "conditions", TC_KIND_LIST, 0, 0, NULL, NULL, N_("All of them must hold.") },
  { "tasks", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("What runs then.") },
  { 0 }
};
static const TcProp default_props[] = {
  { "type", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Type, or the beginning of one.") },
  { "forced", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether these values win over those of a task.") },
  { "values", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Values of properties.") },
  { 0 }
};

const TcProp tc_flow_props[] = {
  { "id", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Name of the flow, unique in its namespace.") },
  { "namespace", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Where the flow belongs, such as `company.team`.") },
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Markdown text about the flow.") },
  { "labels", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Labels of the flow and its executions.") },
  { "disabled", TC_KIND_BOOL, 0, 0, "false", NULL, N_("A disabled flow cannot be executed.") },
  { "variables", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Values that expressions read as `vars`.") },
  { "inputs", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What an execution is asked for.") },
  { "tasks", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("What the flow does, one after the other.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Run when a task has failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Run after the tasks, whatever happened.") },
  { "afterExecution", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Run when the state of the execution is final.") },
  { "listeners", TC_KIND_LIST, TC_PROP_HIDDEN, 0, NULL, listener_props, N_("Use `afterExecution`.") },
  { "triggers", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What starts the flow by itself.") },
  { "outputs", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What the flow gives to those who called it.") },
  { "pluginDefaults", TC_KIND_LIST, 0, 0, NULL, default_props, N_("Values for all tasks of a type.") },
  { "taskDefaults", TC_KIND_LIST, TC_PROP_HIDDEN, 0, NULL, default_props, N_("Use `pluginDefaults`.") },
  { "concurrency", TC_KIND_OBJECT, 0, 0, NULL, concurrency_props, N_("How many executions may run at once.") },
  { "retry", TC_KIND_OBJECT, 0, 0, NULL, tc_retry_props, N_("Whether and when a failed flow is tried again.") },
  { "sla", TC_KIND_LIST, 0, 0, NULL, sla_props, N_("What must hold while the flow runs.") },
  { "checks", TC_KIND_LIST, 0, 0, NULL, check_props, N_("What must hold before the flow may run.") },
  { "workerGroup", TC_KIND_ANY, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored.") },
  { "revision", TC_KIND_INT, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Set when the flow is saved.") },
  { "deleted", TC_KIND_BOOL, TC_PROP_ADVANCED | TC_PROP_HIDDEN, 0, NULL, NULL, N_("Set by a server, ignored.") },
  { "updated", TC_KIND_STRING, TC_PROP_ADVANCED | TC_PROP_HIDDEN, 0, NULL, NULL, N_("Set by a server, ignored.") },
  { "tenantId", TC_KIND_STRING, TC_PROP_ADVANCED | TC_PROP_HIDDEN, 0, NULL, NULL, N_("Set by a server, ignored.") },
  { "source", TC_KIND_STRING, TC_PROP_ADVANCED | TC_PROP_HIDDEN, 0, NULL, NULL, N_("Set by a server, ignored.") },
  { "extend", TC_KIND_ANY, TC_PROP_ADVANCED | TC_PROP_HIDDEN, 0, NULL, NULL, N_("Metadata of a catalogue, ignored.") },
  { 0 }
};

/* Inputs and outputs */

static const TcProp depends_props[] = {
  { "inputs", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Ids of the inputs that it depends on.") },
  { "condition", TC_KIND_STRING, TC_PROP_LATE, 0, NULL, NULL, N_("Expression that must be true for the input to be asked.") },
  { 0 }
};

const TcProp tc_input_base_props[] = {
  { "id", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Name of the input; a dot makes it a member of a map.") },
  { "name", TC_KIND_STRING, TC_PROP_HIDDEN, 0, NULL, NULL, N_("Use `id`.") },
  { "type", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What it takes.") },
  { "required", TC_KIND_BOOL, 0, 0, "true", NULL, N_("Whether it must be given.") },
  { "defaults", TC_KIND_ANY, TC_PROP_LATE, 0, NULL, NULL, N_("Value to take if none is given.") },
  { "prefill", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Value that the form shows first.") },
  { "displayName", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Name that the form shows.") },
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Text that the form shows.") },
  { "dependsOn", TC_KIND_OBJECT, 0, 0, NULL, depends_props, N_("Whether it is asked depends on other inputs.") },
  { 0 }
};

const TcProp tc_output_props[] = {
  { "id", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Name of the output.") },
  { "type", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What it is.") },
  { "value", TC_KIND_ANY, TC_PROP_LATE, 0, NULL, NULL, N_("Its value; expressions inside are rendered.") },
  { "itemType", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What the items of an ARRAY are.") },
  { "displayName", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Name to show.") },
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Text to show.") },
  { "required", TC_KIND_BOOL, 0, 0, "true", NULL, N_("Whether the execution fails if it cannot be computed.") },
  { 0 }
};

#define MIN_MAX(kind) \
  { "min", kind, 0, 0, NULL, NULL, N_("It must not be less than this.") }, \
  { "max", kind, 0, 0, NULL, NULL, N_("It must not be more than this.") }

static const TcProp no_props[] = { { 0 } };
static const TcProp validator_props[] = {
  { "validator", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Regular expression that the whole text must match.") },
  { 0 }
};
static const TcProp select_props[] = {
  { "values", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Values to choose from.") },
  { "expression", TC_KIND_STRING, TC_PROP_LATE, 0, NULL, NULL, N_("Expression that gives the values to choose from.") },
  { "allowCustomValue", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether other values may be given.") },
  { "isRadio", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether the form shows buttons instead of a list.") },
  { "autoSelectFirst", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether the first value is taken if none is given.") },
  { 0 }
};
static const TcProp multiselect_props[] = {
  { "values", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Values to choose from.") },
  { "options", TC_KIND_LIST, TC_PROP_HIDDEN, 0, NULL, tc_items_string, N_("Use `values`.") },
  { "expression", TC_KIND_STRING, TC_PROP_LATE, 0, NULL, NULL, N_("Expression that gives the values to choose from.") },
  { "itemType", TC_KIND_STRING, 0, 0, "STRING", NULL, N_("What the chosen values are.") },
  { "allowCustomValue", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether other values may be given.") },
  { "autoSelectFirst", TC_KIND_BOOL, 0, 0, "false", NULL, N_("Whether the first value is taken if none is given.") },
  { 0 }
};
static const TcProp number_props[] = { MIN_MAX (TC_KIND_DOUBLE), { 0 } };
static const TcProp duration_props[] = { MIN_MAX (TC_KIND_DURATION), { 0 } };
static const TcProp time_props[] = {
  { "after", TC_KIND_STRING, 0, 0, NULL, NULL, N_("It must be after this.") },
  { "before", TC_KIND_STRING, 0, 0, NULL, NULL, N_("It must be before this.") },
  { 0 }
};
static const TcProp file_props[] = {
  { "allowedFileExtensions", TC_KIND_LIST, 0, 0, NULL, tc_items_string, N_("Endings that the name of the file may have.") },
  { "extension", TC_KIND_STRING, TC_PROP_HIDDEN, 0, NULL, NULL, N_("Use `allowedFileExtensions`.") },
  { 0 }
};
static const TcProp array_props[] = {
  { "itemType", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What its items are.") },
  { 0 }
};

const TcProp *
tc_input_type_props (TcInputType type)
{
  switch (type)
    {
    case TC_INPUT_STRING:
    case TC_INPUT_SECRET:
      return validator_props;
    case TC_INPUT_SELECT:
    case TC_INPUT_ENUM:
      return select_props;
    case TC_INPUT_MULTISELECT:
      return multiselect_props;
    case TC_INPUT_INT:
    case TC_INPUT_FLOAT:
      return number_props;
    case TC_INPUT_DURATION:
      return duration_props;
    case TC_INPUT_DATETIME:
    case TC_INPUT_DATE:
    case TC_INPUT_TIME:
      return time_props;
    case TC_INPUT_FILE:
      return file_props;
    case TC_INPUT_ARRAY:
      return array_props;
    case TC_INPUT_EMAIL:
    case TC_INPUT_BOOL:
    case TC_INPUT_BOOLEAN:
    case TC_INPUT_JSON:
    case TC_INPUT_YAML:
    case TC_INPUT_URI:
      return no_props;
    }
  return no_props;
}
