/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-trigger-props-private.h"

#define P "io.kestra.plugin.core.condition."
#define C "io.kestra.core.models.conditions.types."

/* The old names of a condition: with the word Condition behind it, and in the old package. */
#define ALIASES(name) static const char *const name##_aliases[] = { P #name "Condition", C #name "Condition", NULL }

static const char *const week_days[] = { "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY", NULL };
static const char *const days_in_month[] = { "FIRST", "SECOND", "THIRD", "FOURTH", "LAST", NULL };
static const char *const comparisons[] = { "EQUALS", "PREFIX", "SUFFIX", NULL };

#define DATE { "date", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, "{{ trigger.date }}", NULL, N_("Date that is looked at.") }

static const TcProp between_props[] = {
  DATE,
  { "after", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("It must be after this.") },
  { "before", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("It must be before this.") },
  { 0 }
};
static const TcProp week_day_props[] = {
  DATE,
  { "dayOfWeek", TC_KIND_ENUM, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, week_days, N_("Day of the week that it must be.") },
  { 0 }
};
static const TcProp day_in_month_props[] = {
  DATE,
  { "dayOfWeek", TC_KIND_ENUM, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, week_days, N_("Day of the week that it must be.") },
  { "dayInMonth", TC_KIND_ENUM, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, days_in_month, N_("Which one of the month.") },
  { 0 }
};
static const TcProp weekend_props[] = { DATE, { 0 } };
static const TcProp holiday_props[] = {
  DATE,
  { "country", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Two letters of the country.") },
  { "subDivision", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Code of its region.") },
  { 0 }
};
static const TcProp nested_props[] = {
  { "conditions", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, tc_condition_items, N_("Conditions inside.") },
  DATE,
  { 0 }
};
static const TcProp status_props[] = {
  { "in", TC_KIND_LIST, TC_PROP_DYNAMIC, 0, NULL, tc_state_items, N_("It must be one of these.") },
  { "notIn", TC_KIND_LIST, TC_PROP_DYNAMIC, 0, NULL, tc_state_items, N_("It must be none of these.") },
  { 0 }
};
static const TcProp namespace_props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Namespace of the other flow.") },
  { "comparison", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, NULL, comparisons, N_("How it is compared.") },
  { "prefix", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether namespaces that begin with it count, too.") },
  { 0 }
};
static const TcProp flow_props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Namespace of the other flow.") },
  { "flowId", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Its id.") },
  { 0 }
};
static const TcProp labels_props[] = {
  { "labels", TC_KIND_ANY, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Labels that the other execution must have.") },
  { 0 }
};
static const TcProp expression_props[] = {
  { "expression", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_LATE, 0, NULL, NULL, N_("Expression that must hold.") },
  { 0 }
};
static const TcProp multiple_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name under which the results are kept.") },
  { "conditions", TC_KIND_MAP, TC_PROP_REQUIRED, 0, NULL, tc_condition_items, N_("Conditions by name.") },
  { "timeWindow", TC_KIND_ANY, 0, 0, NULL, NULL, N_("Within which time all must happen.") },
  { "resetOnSuccess", TC_KIND_BOOL, 0, 0, "true", NULL, N_("Whether counting begins anew once the flow was started.") },
  { "window", TC_KIND_DURATION, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `timeWindow`.") },
  { "windowAdvance", TC_KIND_DURATION, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `timeWindow`.") },
  { 0 }
};

ALIASES (DateTimeBetween);
ALIASES (DayWeek);
ALIASES (DayWeekInMonth);
ALIASES (Weekend);
ALIASES (TimeBetween);
ALIASES (PublicHoliday);
ALIASES (Not);
ALIASES (Or);
ALIASES (ExecutionStatus);
ALIASES (ExecutionNamespace);
ALIASES (ExecutionFlow);
ALIASES (ExecutionLabels);
ALIASES (ExecutionOutputs);
ALIASES (HasRetryAttempt);
static const char *const expression_aliases[] = { P "ExpressionCondition", C "VariableCondition", NULL };
static const char *const multiple_aliases[] = { C "MultipleCondition", NULL };
static const char *const flow_aliases[] = { C "FlowCondition", NULL };
static const char *const flow_namespace_aliases[] = { C "FlowNamespaceCondition", NULL };

#define CONDITION(name, table, text) \
  static const TcTypeInfo info_##name = { .type = P #name, .aliases = name##_aliases, .title = text, .props = table }

CONDITION (DateTimeBetween, between_props, N_("Between two dates"));
CONDITION (DayWeek, week_day_props, N_("On a day of the week"));
CONDITION (DayWeekInMonth, day_in_month_props, N_("On the first, second … such day of the month"));
CONDITION (Weekend, weekend_props, N_("On Saturday or Sunday"));
CONDITION (TimeBetween, between_props, N_("Between two times of day"));
CONDITION (PublicHoliday, holiday_props, N_("On a public holiday"));
CONDITION (Not, nested_props, N_("None of the conditions holds"));
CONDITION (Or, nested_props, N_("One of the conditions holds"));
CONDITION (ExecutionStatus, status_props, N_("The other execution ended in a state"));
CONDITION (ExecutionNamespace, namespace_props, N_("The other flow is in a namespace"));
CONDITION (ExecutionFlow, flow_props, N_("It was a certain flow"));
CONDITION (ExecutionLabels, labels_props, N_("The other execution has labels"));
CONDITION (ExecutionOutputs, expression_props, N_("An expression on the outputs holds"));
CONDITION (HasRetryAttempt, status_props, N_("A task of the other execution was tried again"));

static const TcTypeInfo info_expression = {
  .type = P "Expression", .aliases = expression_aliases, .title = N_("An expression holds"), .props = expression_props,
};
static const TcTypeInfo info_multiple = {
  .type = P "MultipleCondition", .aliases = multiple_aliases, .title = N_("Several flows have run"), .props = multiple_props,
};
static const TcTypeInfo info_this_flow = {
  .type = P "FlowCondition", .aliases = flow_aliases, .title = N_("This flow is a certain one"), .props = flow_props,
};
static const TcTypeInfo info_this_namespace = {
  .type = P "FlowNamespaceCondition", .aliases = flow_namespace_aliases, .title = N_("This flow is in a namespace"),
  .props = namespace_props,
};

const TcTypeInfo *const tc_condition_types[] = {
  &info_DateTimeBetween, &info_DayWeek, &info_DayWeekInMonth, &info_Weekend, &info_TimeBetween, &info_PublicHoliday, &info_Not, &info_Or,
  &info_ExecutionStatus, &info_ExecutionNamespace, &info_ExecutionFlow, &info_ExecutionLabels, &info_ExecutionOutputs,
  &info_HasRetryAttempt, &info_expression, &info_multiple, &info_this_flow, &info_this_namespace, NULL
};
