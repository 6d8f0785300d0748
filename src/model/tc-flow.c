/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow.h"
#include "tc-flow-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (TcFlow, tc_flow, tc_flow_ref, tc_flow_unref)

static void
task_free (TcTask *self)
{
  g_free (self->id);
  g_free (self->type);
  g_free (self->path);
  tc_template_unref (self->run_if);
  tc_template_unref (self->timeout);
  g_free (self->retry);
  tc_value_unref (self->cache);
  tc_value_unref (self->props);
  g_clear_pointer (&self->lists, g_ptr_array_unref);
  g_clear_pointer (&self->depends, g_ptr_array_unref);
  g_clear_pointer (&self->resume_inputs, g_ptr_array_unref);
  g_clear_pointer (&self->templates, g_hash_table_unref);
  g_free (self);
}

void
tc_task_list_free (TcTaskList *self)
{
  g_ptr_array_foreach (self->tasks, (GFunc) (void (*) (void)) task_free, NULL);
  g_ptr_array_unref (self->tasks);
  g_free (self->name);
  g_free (self);
}

TcFlow *
tc_flow_ref (const TcFlow *self)
{
  TcFlow *shared = (TcFlow *) self;

  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
tc_flow_unref (TcFlow *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->templates);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->tasks);
  g_ptr_array_unref (self->lists);
  g_ptr_array_unref (self->inputs);
  g_ptr_array_unref (self->outputs);
  g_ptr_array_unref (self->diagnostics);
  tc_value_unref (self->values);
  g_free (self->retry);
  g_free (self->id);
  g_free (self->namespace);
  tc_yaml_doc_unref (self->document);
  tc_registry_unref (self->types);
  g_free (self->source);
  g_free (self);
}

static const TcTaskList *
find_list (const GPtrArray *lists,
           const char      *name)
{
  for (guint i = 0; lists != NULL && i < lists->len; i++)
    {
      const TcTaskList *list = g_ptr_array_index (lists, i);

      if (strcmp (list->name, name) == 0)
        return list;
    }
  return NULL;
}

const TcTaskList *
tc_task_list (const TcTask *self,
              const char   *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);
  return find_list (self->lists, name);
}

const TcTemplate *
tc_task_template (const TcTask *self,
                  const char   *path)
{
  g_return_val_if_fail (self != NULL && path != NULL, NULL);
  return self->templates != NULL ? g_hash_table_lookup (self->templates, path) : NULL;
}

const TcTaskList *
tc_flow_list (const TcFlow *self,
              const char   *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);
  return find_list (self->lists, name);
}

TcValue *
tc_inputs_resolve (const TcFlow  *self,
                   const TcValue *given,
                   TcScope       *scope,
                   GPtrArray     *diagnostics)
{
  g_return_val_if_fail (self != NULL, NULL);
  return tc_inputs_resolve_list (self->inputs, given, scope, diagnostics);
}

TcValue *
tc_inputs_disabled (const TcFlow  *self,
                    const TcValue *given,
                    TcScope       *scope)
{
  g_return_val_if_fail (self != NULL, NULL);
  return tc_inputs_disabled_list (self->inputs, given, scope);
}

gboolean
tc_flow_is_runnable (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->runnable;
}

const char *
tc_flow_id (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, "");
  return self->id != NULL ? self->id : "";
}

const char *
tc_flow_namespace (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, "");
  return self->namespace != NULL ? self->namespace : "";
}

const char *
tc_flow_source (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, "");
  return self->source;
}

const TcYamlDoc *
tc_flow_document (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->document;
}

gboolean
tc_flow_is_disabled (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->disabled;
}

const TcValue *
tc_flow_value (const TcFlow *self,
               const char   *property)
{
  g_return_val_if_fail (self != NULL && property != NULL, NULL);
  return tc_value_get (self->values, property);
}

const TcRetry *
tc_flow_retry (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->retry;
}

size_t
tc_flow_n_inputs (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->inputs->len;
}

const TcInput *
tc_flow_input (const TcFlow *self,
               size_t        index)
{
  g_return_val_if_fail (self != NULL && index < self->inputs->len, NULL);
  return g_ptr_array_index (self->inputs, index);
}

size_t
tc_flow_n_outputs (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->outputs->len;
}

const TcInput *
tc_flow_output (const TcFlow *self,
                size_t        index)
{
  g_return_val_if_fail (self != NULL && index < self->outputs->len, NULL);
  return g_ptr_array_index (self->outputs, index);
}

size_t
tc_flow_n_tasks (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->tasks->len;
}

const TcTask *
tc_flow_task (const TcFlow *self,
              size_t        ordinal)
{
  g_return_val_if_fail (self != NULL && ordinal < self->tasks->len, NULL);
  return g_ptr_array_index (self->tasks, ordinal);
}

const TcTask *
tc_flow_find_task (const TcFlow *self,
                   const char   *id)
{
  g_return_val_if_fail (self != NULL && id != NULL, NULL);
  return g_hash_table_lookup (self->by_id, id);
}

/* Tasks stand in document order, so the last one whose lines hold the place is the innermost. The dash before it counts as its own. */
const TcTask *
tc_flow_task_at (const TcFlow *self,
                 uint32_t      offset)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = self->tasks->len; i > 0; i--)
    {
      const TcTask *task = g_ptr_array_index (self->tasks, i - 1);
      uint32_t column = task->span.column > 0 ? task->span.column - 1 : 0;

      if (offset + column >= task->span.offset && offset <= task->span.offset + task->span.length)
        return task;
    }
  return NULL;
}

GPtrArray *
tc_flow_diagnostics (const TcFlow *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->diagnostics;
}

const TcTemplate *
tc_flow_template (const TcFlow *self,
                  const char   *path)
{
  g_return_val_if_fail (self != NULL && path != NULL, NULL);
  return g_hash_table_lookup (self->templates, path);
}
