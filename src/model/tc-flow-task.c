/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"
#include "tc-json.h"
#include "tc-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How a member of a task holds other tasks. */
typedef enum { CHILD_NONE, CHILD_TASK, CHILD_LIST, CHILD_CASES, CHILD_DAG } ChildShape;

static gboolean
is_flowable (const TcTaskClass *klass,
             const char        *key)
{
  return klass->kind == TC_TASK_FLOWABLE && g_strcmp0 (klass->flowable, key) == 0;
}

/* The tasks below a type that we do not have are found by the usual names, so that each of them gets its own finding. */
static ChildShape
guess_shape (const TcYamlNode *member)
{
  static const char *const names[] = { "tasks", "errors", "finally", "then", "else", "defaults" };
  const TcYamlNode *first;

  if (tc_yaml_kind (member) != TC_YAML_SEQUENCE || tc_yaml_length (member) == 0)
    return CHILD_NONE;
  first = tc_yaml_item (member, 0);
  if (tc_yaml_kind (first) != TC_YAML_MAPPING || tc_yaml_get (first, "type") == NULL)
    return CHILD_NONE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], tc_yaml_key (member)))
        return CHILD_LIST;
    }
  return CHILD_NONE;
}

static ChildShape
child_shape (const TcTaskClass *klass,
             const TcYamlNode  *member)
{
  const char *key = tc_yaml_key (member);
  const TcProp *prop;

  if (klass == NULL)
    return guess_shape (member);
  if (is_flowable (klass, "Switch") && g_str_equal (key, "cases"))
    return CHILD_CASES;
  if (is_flowable (klass, "Dag") && g_str_equal (key, "tasks"))
    return CHILD_DAG;
  prop = tc_props_find (klass->info.props, key);
  if (prop == NULL)
    return CHILD_NONE;
  return prop->kind == TC_KIND_TASKS ? CHILD_LIST : prop->kind == TC_KIND_TASK ? CHILD_TASK : CHILD_NONE;
}

static TcTask *compile_task (TcCompiler *self, const TcYamlNode *node, const char *path, const TcTask *parent, const TcTaskList *list);

static TcTaskList *
add_list (GPtrArray  *lists,
          const char *name)
{
  TcTaskList *list = g_new0 (TcTaskList, 1);

  list->name = g_strdup (name);
  list->tasks = g_ptr_array_new ();
  g_ptr_array_add (lists, list);
  return list;
}

static void
add_task (TcCompiler       *self,
          TcTaskList       *list,
          const TcYamlNode *node,
          const char       *path,
          const TcTask     *parent)
{
  TcTask *task = compile_task (self, node, path, parent, list);

  if (task != NULL)
    g_ptr_array_add (list->tasks, task);
}

void
tc_compile_list (TcCompiler       *self,
                 const TcYamlNode *node,
                 const char       *name,
                 const char       *path,
                 TcTask           *parent,
                 GPtrArray        *lists)
{
  TcTaskList *list = add_list (lists, name);

  /* A member that is no list is a finding of the property check, but the list of a case has no row there. */
  if (tc_yaml_kind (node) != TC_YAML_SEQUENCE && g_str_has_prefix (name, "cases.") && !tc_compile_is_null (node))
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "tasks.kind", tc_yaml_span (node), path,
                        _("Put “- id: …” and “type: …” below it."), _("A case must be a list of tasks"));
  for (size_t i = 0; tc_yaml_kind (node) == TC_YAML_SEQUENCE && i < tc_yaml_length (node); i++)
    {
      g_autofree char *item_path = g_strdup_printf ("%s[%zu]", path, i);

      add_task (self, list, tc_yaml_item (node, i), item_path, parent);
    }
}

static void
compile_cases (TcCompiler       *self,
               const TcYamlNode *node,
               const char       *path,
               TcTask           *task)
{
  for (size_t i = 0; tc_yaml_kind (node) == TC_YAML_MAPPING && i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *item = tc_yaml_item (node, i);
      g_autofree char *name = g_strdup_printf ("cases.%s", tc_yaml_key (item));
      g_autofree char *item_path = g_strdup_printf ("%s.%s", path, tc_yaml_key (item));

      tc_compile_list (self, item, name, item_path, task, task->lists);
    }
}

static GPtrArray *
read_depends (const TcYamlNode *entry)
{
  const TcYamlNode *list = tc_yaml_get (entry, "dependsOn");
  GPtrArray *depends = g_ptr_array_new_with_free_func (g_free);

  if (list == NULL)
    return depends;
  for (size_t i = 0; i < tc_yaml_length (list); i++)
    {
      const char *text = tc_yaml_text (tc_yaml_item (list, i), NULL);

      if (text != NULL)
        g_ptr_array_add (depends, g_strdup (text));
    }
  return depends;
}

static void
compile_dag (TcCompiler       *self,
             const TcYamlNode *node,
             const char       *path,
             TcTask           *task)
{
  TcTaskList *list = add_list (task->lists, "tasks");

  for (size_t i = 0; tc_yaml_kind (node) == TC_YAML_SEQUENCE && i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *entry = tc_yaml_item (node, i);
      const TcYamlNode *inner = tc_yaml_kind (entry) == TC_YAML_MAPPING ? tc_yaml_get (entry, "task") : NULL;
      g_autofree char *entry_path = g_strdup_printf ("%s[%zu]", path, i);
      g_autofree char *inner_path = g_strdup_printf ("%s.task", entry_path);
      guint before = list->tasks->len;

      if (inner == NULL)
        {
          tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "dag.task.missing", tc_compile_head_span (entry), entry_path,
                              _("Write “task:” and below it the id and type."), _("An entry of the Dag “%s” has no task"),
                              task->id != NULL ? task->id : "");
          continue;
        }
      add_task (self, list, inner, inner_path, task);
      if (list->tasks->len > before)
        ((TcTask *) g_ptr_array_index (list->tasks, before))->depends = read_depends (entry);
    }
}

static void
compile_children (TcCompiler       *self,
                  TcTask           *task,
                  const TcYamlNode *member,
                  ChildShape        shape)
{
  g_autofree char *path = g_strdup_printf ("%s.%s", task->path, tc_yaml_key (member));

  switch (shape)
    {
    case CHILD_NONE:
      break;
    case CHILD_TASK:
      if (tc_yaml_kind (member) == TC_YAML_MAPPING)
        add_task (self, add_list (task->lists, tc_yaml_key (member)), member, path, task);
      break;
    case CHILD_LIST:
      tc_compile_list (self, member, tc_yaml_key (member), path, task, task->lists);
      break;
    case CHILD_CASES:
      compile_cases (self, member, path, task);
      break;
    case CHILD_DAG:
      compile_dag (self, member, path, task);
      break;
    }
}

/* All properties but children, defaults merged in. */
static void
compile_props (TcCompiler       *self,
               TcTask           *task,
               const TcYamlNode *node)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) raw = NULL;

  for (size_t i = 0; i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *member = tc_yaml_item (node, i);

      if (child_shape (task->klass, member) == CHILD_NONE)
        tc_map_builder_take (map, tc_yaml_key (member), tc_yaml_to_value (member));
    }
  raw = tc_map_builder_end (g_steal_pointer (&map));
  task->props = tc_defaults_apply (self, raw);
}

static void
find_class (TcCompiler       *self,
            TcTask           *task,
            const TcYamlNode *node)
{
  const char *alias_of = NULL;
  g_autofree char *path = g_strdup_printf ("%s.type", task->path);

  if (task->type == NULL || *task->type == '\0')
    {
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "task.type.missing", tc_compile_head_span (node), path,
                          _("Add “type:” with the full name of a task type, such as io.kestra.plugin.core.log.Log."),
                          _("The task “%s” has no type"), task->id != NULL ? task->id : "");
      return;
    }
  task->klass = tc_registry_task (self->types, task->type, &alias_of);
  if (task->klass == NULL)
    {
      const char *near = tc_nearest_name (task->type, tc_registry_task_types (self->types));
      g_autofree char *hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”?"), near)
                                           : g_strdup (_("Use another task type, or add this one as a plugin file."));

      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "task.type.unknown", tc_compile_span (node, "type"), path, hint,
                          _("The task type “%s” is not available here"), task->type);
      tc_diagnostics_correct (self->diagnostics, task->type, near);
    }
  else if (alias_of != NULL)
    {
      g_autofree char *hint = g_strdup_printf (_("Write “%s”."), alias_of);

      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_HINT, "task.type.deprecated", tc_compile_span (node, "type"), path, hint,
                          _("“%s” is the old name of “%s”"), task->type, alias_of);
      tc_diagnostics_correct (self->diagnostics, task->type, alias_of);
    }
}

/* A text `true` counts in any case, as Jackson reads it; other kinds are findings of the property check. */
static gboolean
read_flag (const TcTask *task,
           const char   *key)
{
  const TcValue *value = tc_value_get (task->props, key);

  if (value == NULL)
    return FALSE;
  if (tc_value_is (value, TC_VALUE_BOOL))
    return tc_value_get_bool (value);
  return tc_value_is (value, TC_VALUE_STRING) && g_ascii_strcasecmp (tc_value_get_text (value), "true") == 0;
}

static TcTemplate *
compile_base_text (const TcTexts   *texts,
                   const TcTask    *task,
                   const char      *key)
{
  const TcValue *value = tc_value_get (task->props, key);
  TcTemplate *template = g_hash_table_lookup (texts->templates, key);
  g_autofree char *text = NULL;

  if (template != NULL)
    return tc_template_ref (template);
  if (value == NULL)
    return NULL;
  /* A plain text or a number is a template too, so that who reads it needs one way only. */
  text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
  return tc_compile_plain (text, texts->fallback);
}

static void
compile_task_texts (TcCompiler       *self,
                    TcTask           *task,
                    const TcYamlNode *node)
{
  TcTexts texts = { .compiler = self, .base = task->path, .fallback = tc_compile_span (node, "type") };
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  const TcProp *tables[] = { tc_task_base_props, task->klass != NULL ? task->klass->info.props : NULL, NULL };

  g_ptr_array_add (nodes, (gpointer) node);
  tc_defaults_nodes (self, task->type, nodes);
  task->templates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tc_template_unref);
  texts.templates = task->templates;
  tc_compile_texts (&texts, tables, task->props, nodes, "");
  task->run_if = compile_base_text (&texts, task, "runIf");
  task->timeout = compile_base_text (&texts, task, "timeout");
  if (g_hash_table_size (task->templates) == 0)
    g_clear_pointer (&task->templates, g_hash_table_unref);
}

static void
compile_base (TcCompiler       *self,
              TcTask           *task,
              const TcYamlNode *node)
{
  const TcValue *retry = tc_value_get (task->props, "retry");
  const TcValue *cache = tc_value_get (task->props, "taskCache");
  const char *level = tc_value_get_str (task->props, "logLevel");

  task->disabled = read_flag (task, "disabled");
  task->allow_failure = read_flag (task, "allowFailure");
  task->allow_warning = read_flag (task, "allowWarning");
  task->log_to_file = read_flag (task, "logToFile");
  task->log_level = TC_LEVEL_TRACE;
  if (level != NULL)
    tc_level_parse (level, &task->log_level);
  if (tc_value_is (cache, TC_VALUE_MAP))
    task->cache = tc_value_ref (cache);
  if (retry != NULL)
    {
      g_autofree char *path = g_strdup_printf ("%s.retry", task->path);

      task->retry = tc_compile_retry (self, retry, tc_yaml_get (node, "retry"), tc_compile_head_span (node), path);
    }
}

/* A finding that a required property is missing does not hold if a plugin default gives it. */
static gboolean
is_given_by_default (const TcTask       *task,
                     const TcDiagnostic *item)
{
  g_auto (GStrv) keys = NULL;
  const TcValue *value = task->props;

  if (!g_str_has_suffix (item->code, ".missing") || !g_str_has_prefix (item->path, task->path))
    return FALSE;
  keys = g_strsplit (item->path + strlen (task->path), ".", -1);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      if (*keys[i] != '\0')
        value = tc_value_get (value, keys[i]);
    }
  return value != NULL;
}

static void
check_props (TcCompiler       *self,
             const TcTask     *task,
             const TcYamlNode *node)
{
  const TcProp *tables[] = { tc_task_base_props, task->klass->info.props, NULL };
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();

  tc_props_check (self->types, tables, node, task->path, found);
  for (guint i = 0; i < found->len; i++)
    {
      TcDiagnostic *item = g_ptr_array_index (found, i);

      if (self->defaults->len == 0 || !is_given_by_default (task, item))
        g_ptr_array_add (self->diagnostics, tc_diagnostic_ref (item));
    }
}

static void
compile_resume (TcCompiler       *self,
                TcTask           *task,
                const TcYamlNode *node)
{
  const TcYamlNode *list = tc_yaml_get (node, "onResume");
  g_autofree char *path = g_strdup_printf ("%s.onResume", task->path);

  if (list == NULL || task->klass == NULL || !is_flowable (task->klass, "Pause"))
    return;
  task->resume_inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_input_free);
  tc_compile_inputs (self, list, path, FALSE, task->resume_inputs);
}

static gboolean
has_room (TcCompiler       *self,
          const TcYamlNode *node,
          const char       *path)
{
  if (self->flow->tasks->len < TC_LIMIT_FLOW_TASKS)
    return TRUE;
  if (!self->full)
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "flow.limit", tc_compile_head_span (node), path,
                        _("Move parts of it into subflows."), _("A flow may have at most %d tasks"), TC_LIMIT_FLOW_TASKS);
  self->full = TRUE;
  return FALSE;
}

static TcTask *
compile_task (TcCompiler       *self,
              const TcYamlNode *node,
              const char       *path,
              const TcTask     *parent,
              const TcTaskList *list)
{
  TcTask *task;

  if (!has_room (self, node, path))
    return NULL;

  if (tc_yaml_kind (node) != TC_YAML_MAPPING)
    {
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "task.kind", tc_yaml_span (node), path,
                          _("Write “id: …” and “type: …”."), _("A task must be a map"));
      return NULL;
    }
  task = g_new0 (TcTask, 1);
  task->id = tc_compile_string (node, "id");
  task->type = tc_compile_string (node, "type");
  task->path = g_strdup (path);
  task->parent = parent;
  task->list = list;
  task->span = tc_yaml_span (node);
  task->id_span = tc_compile_span (node, "id");
  task->ordinal = self->flow->tasks->len;
  task->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_list_free);
  g_ptr_array_add (self->flow->tasks, task);

  find_class (self, task, node);
  compile_props (self, task, node);
  compile_base (self, task, node);
  if (task->klass != NULL)
    check_props (self, task, node);
  compile_task_texts (self, task, node);
  compile_resume (self, task, node);
  for (size_t i = 0; i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *member = tc_yaml_item (node, i);

      compile_children (self, task, member, child_shape (task->klass, member));
    }
  tc_compile_task_rules (self, task, node);
  return task;
}
