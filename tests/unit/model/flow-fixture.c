/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "flow-fixture.h"

#include <string.h>

#define ERRORS_FINALLY { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL }, { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL }

static const TcProp log_props[] = {
  { "message", TC_KIND_ANY, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { "env", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { "level", TC_KIND_STRING, 0, 0, NULL, NULL, NULL },
  { "tags", TC_KIND_LIST, 0, 0, NULL, NULL, NULL },
  { 0 }
};
static const TcProp list_props[] = {
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { "values", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  ERRORS_FINALLY, { 0 }
};
static const TcProp if_props[] = {
  { "condition", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { "then", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { "else", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL },
  ERRORS_FINALLY, { 0 }
};
static const TcProp switch_props[] = {
  { "value", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { "cases", TC_KIND_MAP, 0, 0, NULL, NULL, NULL },
  { "defaults", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL },
  { 0 }
};
static const TcProp dag_props[] = {
  { "tasks", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  ERRORS_FINALLY, { 0 }
};
static const TcProp subflow_props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { 0 }
};
static const TcProp pause_props[] = {
  { "onPause", TC_KIND_TASK, 0, 0, NULL, NULL, NULL },
  { "onResume", TC_KIND_LIST, 0, 0, NULL, NULL, NULL },
  { "tasks", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL },
  { 0 }
};

#define FLOWABLE(name, table) \
  static const TcTaskClass class_##name = { .info = { .type = "test." #name, .props = table }, .kind = TC_TASK_FLOWABLE, .flowable = #name }

static const char *const log_aliases[] = { "old.Log", NULL };
static const TcTaskClass class_Log = { .info = { .type = "test.Log", .aliases = log_aliases, .props = log_props }, .kind = TC_TASK_JOB };
static const TcTaskClass class_SetVariables = {
  .info = { .type = "test.SetVariables", .props = log_props }, .kind = TC_TASK_EXECUTOR, .flowable = "SetVariables"
};
static const TcTaskClass class_Subflow = {
  .info = { .type = "test.Subflow", .props = subflow_props }, .kind = TC_TASK_EXECUTOR, .flowable = "Subflow"
};
FLOWABLE (Sequential, list_props);
FLOWABLE (Parallel, list_props);
FLOWABLE (ForEach, list_props);
FLOWABLE (ForEachItem, subflow_props);
FLOWABLE (WorkingDirectory, list_props);
FLOWABLE (If, if_props);
FLOWABLE (Switch, switch_props);
FLOWABLE (Dag, dag_props);
FLOWABLE (Pause, pause_props);

static const TcTaskClass *const classes[] = {
  &class_Log, &class_SetVariables, &class_Subflow, &class_Sequential, &class_Parallel, &class_ForEach, &class_ForEachItem,
  &class_WorkingDirectory, &class_If, &class_Switch, &class_Dag, &class_Pause, NULL
};

static const TcProp trigger_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { "cron", TC_KIND_STRING, 0, 0, NULL, NULL, NULL },
  { "preconditions", TC_KIND_ANY, 0, 0, NULL, NULL, NULL },
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { 0 }
};
static const TcTypeInfo schedule = { .type = "test.Schedule", .props = trigger_props };
static const TcTypeInfo flow_trigger = { .type = "test.core.trigger.Flow", .props = trigger_props };
static const TcTypeInfo *const triggers[] = { &schedule, &flow_trigger, NULL };

TcRegistry *
fixture_registry (void)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();

  tc_registry_builder_tasks (builder, classes);
  tc_registry_builder_triggers (builder, triggers);
  return tc_registry_builder_end (builder);
}

char *
fixture_findings (const char *source,
                  TcFlow    **flow)
{
  g_autoptr (TcRegistry) types = fixture_registry ();
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcFlow) compiled = tc_flow_compile (source, strlen (source), types, found);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const TcDiagnostic *item = g_ptr_array_index (found, i);

      g_assert_nonnull (item->path);
      g_string_append_printf (text, "%u:%s:%s\n", item->span.line, tc_severity_name (item->severity), item->code);
    }
  if (flow != NULL)
    *flow = g_steal_pointer (&compiled);
  return g_string_free (text, FALSE);
}

TcFlow *
fixture_flow (const char *source)
{
  TcFlow *flow = NULL;
  g_autofree char *findings = fixture_findings (source, &flow);

  if (flow == NULL || !tc_flow_is_runnable (flow))
    g_error ("not runnable:\n%s", findings);
  return flow;
}
