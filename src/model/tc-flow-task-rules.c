/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What single tasks must fulfil on save (spec/flow-language.md §1.3, §5). */

#define TASK_ID_CHARS 256

static gboolean
has_class (const TcTask *task,
           const char   *key)
{
  return task->klass != NULL && (task->klass->kind == TC_TASK_FLOWABLE || task->klass->kind == TC_TASK_EXECUTOR) &&
         g_strcmp0 (task->klass->flowable, key) == 0;
}

static void
add (TcCompiler   *self,
     const TcTask *task,
     TcSeverity    severity,
     const char   *code,
     TcSpan        span,
     const char   *key,
     const char   *hint,
     const char   *message)
{
  g_autofree char *path = key != NULL ? g_strdup_printf ("%s.%s", task->path, key) : g_strdup (task->path);

  tc_diagnostics_add (self->diagnostics, severity, code, span, path, hint, "%s", message);
}

static const char *
name_of (const TcTask *task)
{
  return task->id != NULL ? task->id : "?";
}

static void
check_id (TcCompiler       *self,
          const TcTask     *task,
          const TcYamlNode *node)
{
  g_autofree char *message = NULL;

  if (task->id == NULL || *task->id == '\0')
    {
      /* A task of a known type got this finding from the table of its properties. */
      if (task->klass == NULL || task->id != NULL)
        add (self, task, TC_SEVERITY_ERROR, "task.id.missing", tc_compile_head_span (node), "id", _("Add “id:” with a name."),
             _("A task has no id"));
      return;
    }
  if (!tc_compile_id_is_valid (task->id, FALSE))
    {
      message = g_strdup_printf (_("“%s” cannot be the id of a task"), task->id);
      add (self, task, TC_SEVERITY_ERROR, "task.id.invalid", task->id_span, "id",
           _("Begin with a letter or digit and use only letters, digits, “-” and “_”."), message);
    }
  if (g_utf8_strlen (task->id, -1) > TASK_ID_CHARS)
    add (self, task, TC_SEVERITY_ERROR, "task.id.long", task->id_span, "id", _("Shorten it."),
         _("The id of a task may have at most 256 characters"));
}

static void
check_unused (TcCompiler       *self,
              const TcTask     *task,
              const TcYamlNode *node)
{
  static const char *const keys[] = { "timeout", "taskCache", "workerGroup" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *message = NULL;

      if (tc_value_get (task->props, keys[i]) == NULL || task->klass == NULL || task->klass->kind != TC_TASK_FLOWABLE ||
          (i == 0 && has_class (task, "Pause")))
        continue;
      message = g_strdup_printf (_("The task “%s” cannot use “%s”: only tasks that run something can"), name_of (task), keys[i]);
      add (self, task, TC_SEVERITY_WARNING, "task.property.unused", tc_compile_span (node, keys[i]), keys[i],
           _("Set it on the tasks inside."), message);
    }
  if (tc_value_get (task->props, "assets") != NULL)
    add (self, task, TC_SEVERITY_WARNING, "task.assets", tc_compile_span (node, "assets"), "assets", _("Remove it."),
         _("Assets belong to Kestra's Enterprise Edition and have no effect here"));
}

static void
check_lists (TcCompiler       *self,
             const TcTask     *task,
             const TcYamlNode *node)
{
  for (guint i = 0; i < task->lists->len; i++)
    {
      const TcTaskList *list = g_ptr_array_index (task->lists, i);
      const TcProp *prop = tc_props_find (task->klass->info.props, list->name);
      g_autofree char *message = NULL;

      if (list->tasks->len > 0 || prop == NULL || (prop->flags & TC_PROP_REQUIRED) == 0)
        continue;
      message = g_strdup_printf (_("“%s” of the task “%s” cannot be empty"), list->name, name_of (task));
      add (self, task, TC_SEVERITY_ERROR, "tasks.empty", tc_compile_span (node, list->name), list->name,
           _("Put at least one task into it."), message);
    }
}

static gboolean
is_runnable (const TcTask *task)
{
  if (task->klass == NULL || task->klass->kind == TC_TASK_JOB || task->klass->kind == TC_TASK_RUN)
    return TRUE;
  return has_class (task, "Fail") || has_class (task, "Sleep");
}

static void
check_working_directory (TcCompiler   *self,
                         const TcTask *task)
{
  const TcTaskList *list = tc_task_list (task, "tasks");

  for (guint i = 0; list != NULL && i < list->tasks->len; i++)
    {
      const TcTask *child = g_ptr_array_index (list->tasks, i);
      g_autofree char *message = NULL;

      if (is_runnable (child))
        continue;
      message = g_strdup_printf (_("“%s” cannot stand in the working directory “%s”: only tasks that run something can"),
                                 name_of (child), name_of (task));
      add (self, child, TC_SEVERITY_ERROR, "workingdirectory.child", child->id_span, NULL, _("Move it outside."), message);
    }
}

static void
check_switch (TcCompiler       *self,
              const TcTask     *task,
              const TcYamlNode *node)
{
  g_autofree char *message = NULL;

  for (guint i = 0; i < task->lists->len; i++)
    {
      const TcTaskList *list = g_ptr_array_index (task->lists, i);

      if (list->tasks->len > 0 && !g_str_equal (list->name, "errors") && !g_str_equal (list->name, "finally"))
        return;
    }
  message = g_strdup_printf (_("The Switch “%s” has no task, neither in a case nor in its defaults"), name_of (task));
  add (self, task, TC_SEVERITY_ERROR, "switch.empty", tc_compile_head_span (node), "cases", _("Add tasks to “cases” or “defaults”."),
       message);
}

/* Dag: dependencies must exist and have no cycle. Depth first; a task met again on the path closes a cycle. */
typedef enum { DAG_NEW, DAG_OPEN, DAG_DONE } DagMark;

typedef struct
{
  const TcTaskList *list;
  GHashTable       *index;      /* id → position + 1 */
  DagMark          *marks;
  guint            *stack, *next;
} DagWalk;

static guint
dag_position (const DagWalk *self,
              const char    *id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->index, id));
}

static char *
dag_cycle_text (const DagWalk *self,
                guint          depth,
                guint          first)
{
  GString *text = g_string_new (NULL);
  guint at = 0;

  while (self->stack[at] != first)
    at++;
  for (; at < depth; at++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                            name_of (g_ptr_array_index (self->list->tasks, self->stack[at])));
  return g_string_free (text, FALSE);
}

/* The ids of a cycle that @start leads to, or NULL. */
static char *
dag_find_cycle (DagWalk *self,
                guint    start)
{
  guint depth = 0;

  if (self->marks[start] != DAG_NEW)
    return NULL;
  self->marks[start] = DAG_OPEN;
  self->stack[depth++] = start;
  while (depth > 0)
    {
      guint at = self->stack[depth - 1];
      const TcTask *task = g_ptr_array_index (self->list->tasks, at);
      guint position;

      if (task->depends == NULL || self->next[at] >= task->depends->len)
        {
          self->marks[at] = DAG_DONE;
          depth--;
          continue;
        }
      position = dag_position (self, g_ptr_array_index (task->depends, self->next[at]++));
      if (position == 0 || self->marks[position - 1] == DAG_DONE)
        continue;
      if (self->marks[position - 1] == DAG_OPEN)
        return dag_cycle_text (self, depth, position - 1);
      self->marks[position - 1] = DAG_OPEN;
      self->stack[depth++] = position - 1;
    }
  return NULL;
}

static void
check_dag_names (TcCompiler    *self,
                 const DagWalk *walk)
{
  for (guint i = 0; i < walk->list->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (walk->list->tasks, i);

      for (guint k = 0; task->depends != NULL && k < task->depends->len; k++)
        {
          const char *id = g_ptr_array_index (task->depends, k);
          g_autofree char *message = NULL;

          if (dag_position (walk, id) != 0)
            continue;
          message = g_strdup_printf (_("“%s” depends on “%s”, which is no task of this Dag"), name_of (task), id);
          add (self, task, TC_SEVERITY_ERROR, "dag.dependency.unknown", task->id_span, NULL,
               _("Name a task that stands in the same list."), message);
        }
    }
}

static void
check_dag (TcCompiler       *self,
           const TcTask     *task,
           const TcYamlNode *node)
{
  DagWalk walk = { .list = tc_task_list (task, "tasks") };
  guint n = walk.list != NULL ? walk.list->tasks->len : 0;
  g_autofree DagMark *marks = g_new0 (DagMark, n + 1);
  g_autofree guint *stack = g_new0 (guint, n + 1);
  g_autofree guint *next = g_new0 (guint, n + 1);
  g_autoptr (GHashTable) index = g_hash_table_new (g_str_hash, g_str_equal);

  if (n == 0)
    {
      g_autofree char *message = g_strdup_printf (_("The Dag “%s” has no task"), name_of (task));

      add (self, task, TC_SEVERITY_ERROR, "dag.empty", tc_compile_head_span (node), "tasks", _("Put at least one task into it."),
           message);
      return;
    }
  walk.index = index;
  walk.marks = marks;
  walk.stack = stack;
  walk.next = next;
  for (guint i = 0; i < n; i++)
    {
      const TcTask *child = g_ptr_array_index (walk.list->tasks, i);

      if (child->id != NULL)
        g_hash_table_insert (index, child->id, GUINT_TO_POINTER (i + 1));
    }
  check_dag_names (self, &walk);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *cycle = dag_find_cycle (&walk, i);
      g_autofree char *message = NULL;

      if (cycle == NULL)
        continue;
      message = g_strdup_printf (_("Tasks of the Dag “%s” wait for each other: %s"), name_of (task), cycle);
      add (self, task, TC_SEVERITY_ERROR, "dag.cycle", task->id_span, "tasks", _("Remove one of these dependencies."), message);
      return;
    }
}

static void
check_subflow (TcCompiler       *self,
               const TcTask     *task,
               const TcYamlNode *node)
{
  const char *namespace = tc_value_get_str (task->props, "namespace");
  const char *flow_id = tc_value_get_str (task->props, "flowId");
  g_autofree char *message = NULL;

  if (g_strcmp0 (flow_id, tc_flow_id (self->flow)) != 0 || g_strcmp0 (namespace, tc_flow_namespace (self->flow)) != 0)
    return;
  message = g_strdup_printf (_("The task “%s” calls its own flow %s.%s"), name_of (task), namespace, flow_id);
  add (self, task, TC_SEVERITY_ERROR, "subflow.recursive", tc_compile_span (node, "flowId"), "flowId", _("Call another flow."),
       message);
}

void
tc_compile_task_rules (TcCompiler       *self,
                       const TcTask     *task,
                       const TcYamlNode *node)
{
  check_id (self, task, node);
  check_unused (self, task, node);
  if (task->klass == NULL)
    return;
  if (has_class (task, "Dag"))
    check_dag (self, task, node);
  else
    check_lists (self, task, node);
  if (has_class (task, "WorkingDirectory"))
    check_working_directory (self, task);
  if (has_class (task, "Switch"))
    check_switch (self, task, node);
  if (has_class (task, "Subflow") || has_class (task, "ForEachItem"))
    check_subflow (self, task, node);
}
