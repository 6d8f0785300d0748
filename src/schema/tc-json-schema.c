/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <string.h>

/* JSON Schema, draft 7. A property that may be a template accepts a text beside its own kind. */

static TcValue *schema_of_table (const TcRegistry *types, const TcProp *const *tables, const char *type);

static TcValue *
simple (const char *type)
{
  return tc_value_map_of ("type", tc_value_string (type), NULL);
}

static TcValue *
list_of_texts (const char *const *texts)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (; texts != NULL && *texts != NULL; texts++)
    tc_list_builder_take (list, tc_value_string (*texts));
  return tc_list_builder_end (list);
}

static TcValue *
reference (const char *type)
{
  g_autofree char *path = g_strconcat ("#/definitions/", type, NULL);

  return tc_value_map_of ("$ref", tc_value_string (path), NULL);
}

static TcValue *
any_of (const char *const *types)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (; *types != NULL; types++)
    tc_list_builder_take (list, reference (*types));
  return tc_value_map_of ("anyOf", tc_list_builder_end (list), NULL);
}

static TcValue *
schema_of_kind (const TcRegistry *types,
                const TcProp     *prop)
{
  const TcProp *const nested[] = { prop->of, NULL };
  TcValue *items;

  switch (prop->kind)
    {
    case TC_KIND_STRING:
      return simple ("string");
    case TC_KIND_BOOL:
      return simple ("boolean");
    case TC_KIND_INT:
      return simple ("integer");
    case TC_KIND_DOUBLE:
      return simple ("number");
    case TC_KIND_DURATION:
      return tc_value_map_of ("type", tc_value_string ("string"), "format", tc_value_string ("duration"), NULL);
    case TC_KIND_ENUM:
      return tc_value_map_of ("type", tc_value_string ("string"), "enum", list_of_texts (prop->of), NULL);
    case TC_KIND_LIST:
    case TC_KIND_MAP:
      items = prop->of == NULL ? tc_value_map_of (NULL, NULL) : nested[0][0].name[0] == '\0' ? schema_of_kind (types, nested[0])
                                                                                          : schema_of_table (types, nested, NULL);
      if (prop->kind == TC_KIND_LIST)
        return tc_value_map_of ("type", tc_value_string ("array"), "items", items, NULL);
      return tc_value_map_of ("type", tc_value_string ("object"), "additionalProperties", items, NULL);
    case TC_KIND_OBJECT:
      return prop->of == NULL ? simple ("object") : schema_of_table (types, nested, NULL);
    case TC_KIND_TASK:
      return tc_value_map_of ("$ref", tc_value_string ("#/definitions/task"), NULL);
    case TC_KIND_TASKS:
      return tc_value_map_of ("type", tc_value_string ("array"), "items",
                              tc_value_map_of ("$ref", tc_value_string ("#/definitions/task"), NULL), NULL);
    case TC_KIND_RUNNER:
      return tc_value_map_of ("$ref", tc_value_string ("#/definitions/taskRunner"), NULL);
    case TC_KIND_TYPED:
    case TC_KIND_FILES:
      return simple ("object");
    case TC_KIND_ANY:
      break;
    }
  return tc_value_map_of (NULL, NULL);
}

static bool
needs_text_too (const TcProp *prop)
{
  return (prop->flags & (TC_PROP_DYNAMIC | TC_PROP_LATE)) && prop->kind != TC_KIND_STRING && prop->kind != TC_KIND_ANY;
}

static TcValue *
schema_of_prop (const TcRegistry *types,
                const TcProp     *prop)
{
  g_autoptr (TcValue) kind = schema_of_kind (types, prop);
  TcMapBuilder *map = tc_map_builder_new ();

  if (needs_text_too (prop))
    {
      TcValue *forms[] = { tc_value_ref (kind), simple ("string") };

      tc_map_builder_take (map, "anyOf", tc_value_list (forms, 2));
    }
  else
    for (size_t i = 0; i < tc_value_length (kind); i++)
      tc_map_builder_take (map, tc_value_key (kind, i), tc_value_ref (tc_value_item (kind, i)));
  tc_map_builder_str (map, "description", prop->doc == NULL ? NULL : _(prop->doc));
  if (prop->fallback != NULL)
    tc_map_builder_take (map, "default", tc_props_default (prop));
  if (prop->flags & TC_PROP_DEPRECATED)
    tc_map_builder_take (map, "$deprecated", tc_value_bool (TRUE));
  if (prop->flags & (TC_PROP_DYNAMIC | TC_PROP_LATE))
    tc_map_builder_take (map, "$dynamic", tc_value_bool (TRUE));
  return tc_map_builder_end (map);
}

/* @type, if not NULL, is the only value that `type` may have. */
static TcValue *
schema_of_table (const TcRegistry    *types,
                 const TcProp *const *tables,
                 const char          *type)
{
  TcMapBuilder *properties = tc_map_builder_new ();
  TcListBuilder *required = tc_list_builder_new ();

  for (; *tables != NULL; tables++)
    for (const TcProp *row = *tables; row->name != NULL; row++)
      {
        tc_map_builder_take (properties, row->name, schema_of_prop (types, row));
        if (row->flags & TC_PROP_REQUIRED)
          tc_list_builder_take (required, tc_value_string (row->name));
      }
  if (type != NULL)
    {
      tc_map_builder_take (properties, "type", tc_value_map_of ("const", tc_value_string (type), NULL));
      tc_list_builder_take (required, tc_value_string ("type"));
    }
  return tc_value_map_of ("type", tc_value_string ("object"), "properties", tc_map_builder_end (properties), "required",
                          tc_list_builder_end (required), "additionalProperties", tc_value_bool (FALSE), NULL);
}

static TcValue *
schema_of_info (const TcRegistry *types,
                const TcTypeInfo *info,
                const TcProp     *base)
{
  const TcProp *const tables[] = { base != NULL ? base : info->props, base != NULL ? info->props : NULL, NULL };
  g_autoptr (TcValue) table = schema_of_table (types, tables, info->type);
  TcMapBuilder *map = tc_map_builder_new ();

  tc_map_builder_str (map, "title", info->title == NULL ? NULL : _(info->title));
  tc_map_builder_str (map, "description", info->doc == NULL ? NULL : _(info->doc));
  for (size_t i = 0; i < tc_value_length (table); i++)
    tc_map_builder_take (map, tc_value_key (table, i), tc_value_ref (tc_value_item (table, i)));
  if (info->examples != NULL)
    tc_map_builder_take (map, "$examples", list_of_texts (info->examples));
  return tc_map_builder_end (map);
}

static void
add_definitions (const TcRegistry *types,
                 TcMapBuilder     *map)
{
  for (const char *const *type = tc_registry_task_types (types); *type != NULL; type++)
    tc_map_builder_take (map, *type, schema_of_info (types, &tc_registry_task (types, *type, NULL)->info, tc_task_base_props));
  for (const char *const *type = tc_registry_runner_types (types); *type != NULL; type++)
    tc_map_builder_take (map, *type, schema_of_info (types, tc_registry_runner (types, *type), NULL));
  for (const char *const *type = tc_registry_trigger_types (types); *type != NULL; type++)
    tc_map_builder_take (map, *type, schema_of_info (types, tc_registry_trigger (types, *type, NULL), NULL));
  tc_map_builder_take (map, "task", any_of (tc_registry_task_types (types)));
  tc_map_builder_take (map, "taskRunner", any_of (tc_registry_runner_types (types)));
  tc_map_builder_take (map, "trigger", any_of (tc_registry_trigger_types (types)));
}

static TcValue *
with_head (TcValue          *schema,
           TcMapBuilder     *definitions)
{
  g_autoptr (TcValue) inner = schema;
  TcMapBuilder *map = tc_map_builder_new ();

  tc_map_builder_str (map, "$schema", "http://json-schema.org/draft-07/schema#");
  for (size_t i = 0; i < tc_value_length (inner); i++)
    tc_map_builder_take (map, tc_value_key (inner, i), tc_value_ref (tc_value_item (inner, i)));
  if (definitions != NULL)
    tc_map_builder_take (map, "definitions", tc_map_builder_end (definitions));
  return tc_map_builder_end (map);
}

TcValue *
tc_schema_for_type (const TcRegistry *types,
                    const char       *type)
{
  const TcTaskClass *task = tc_registry_task (types, type, NULL);
  const TcTypeInfo *info = tc_registry_runner (types, type);
  TcMapBuilder *definitions = NULL;

  if (info == NULL)
    info = tc_registry_trigger (types, type, NULL);
  if (task == NULL && info == NULL)
    return NULL;
  if (task != NULL)
    {
      definitions = tc_map_builder_new ();
      for (const char *const *runner = tc_registry_runner_types (types); *runner != NULL; runner++)
        tc_map_builder_take (definitions, *runner, schema_of_info (types, tc_registry_runner (types, *runner), NULL));
      tc_map_builder_take (definitions, "taskRunner", any_of (tc_registry_runner_types (types)));
      tc_map_builder_take (definitions, "task", simple ("object"));
      return with_head (schema_of_info (types, &task->info, tc_task_base_props), definitions);
    }
  return with_head (schema_of_info (types, info, NULL), NULL);
}

static const TcProp label_items[] = {
  { "key", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of the label.") },
  { "value", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Its text.") },
  { 0 },
};

/* The shape of a flow for editors of JSON Schema; the flow compiler has the exact rules. */
static const TcProp flow_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name of the flow, unique in its namespace.") },
  { "namespace", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Where the flow belongs, such as `company.team`.") },
  { "description", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Markdown text about the flow.") },
  { "labels", TC_KIND_ANY, 0, 0, NULL, label_items, N_("Labels of the flow and its executions.") },
  { "disabled", TC_KIND_BOOL, 0, 0, "false", NULL, N_("A disabled flow cannot be executed.") },
  { "variables", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Values that expressions read as `vars`.") },
  { "inputs", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What an execution is asked for.") },
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("What the flow does, one after the other.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Run when a task has failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Run after the tasks, whatever happened.") },
  { "afterExecution", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Run when the state of the execution is final.") },
  { "listeners", TC_KIND_LIST, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `afterExecution`.") },
  { "triggers", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What starts the flow by itself.") },
  { "outputs", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What the flow gives to those who called it.") },
  { "pluginDefaults", TC_KIND_LIST, 0, 0, NULL, NULL, N_("Values for all tasks of a type.") },
  { "taskDefaults", TC_KIND_LIST, TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `pluginDefaults`.") },
  { "concurrency", TC_KIND_OBJECT, 0, 0, NULL, NULL, N_("How many executions may run at once.") },
  { "retry", TC_KIND_OBJECT, 0, 0, NULL, tc_retry_props, N_("Whether and when a failed flow is tried again.") },
  { "sla", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What must hold while the flow runs.") },
  { "checks", TC_KIND_LIST, 0, 0, NULL, NULL, N_("What must hold before the flow may run.") },
  { "workerGroup", TC_KIND_OBJECT, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Accepted and ignored.") },
  { "revision", TC_KIND_INT, TC_PROP_ADVANCED, 0, NULL, NULL, N_("Set when the flow is saved.") },
  { 0 },
};

TcValue *
tc_schema_for_flow (const TcRegistry *types)
{
  const TcProp *const tables[] = { flow_props, NULL };
  g_autoptr (TcValue) flow = schema_of_table (types, tables, NULL);
  const TcValue *properties = tc_value_get (flow, "properties");
  g_autoptr (TcValue) triggers = tc_value_map_of ("type", tc_value_string ("array"), "items",
                                                  tc_value_map_of ("$ref", tc_value_string ("#/definitions/trigger"), NULL), NULL);
  g_autoptr (TcValue) changed = tc_value_with (properties, "triggers", triggers);
  TcMapBuilder *definitions = tc_map_builder_new ();

  add_definitions (types, definitions);
  return with_head (tc_value_with (flow, "properties", changed), definitions);
}
