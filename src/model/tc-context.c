/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-context.h"
#include "tc-context-private.h"
#include "tc-java-hash.h"
#include "tc-model-private.h"
#include "tc-tree-private.h"
#include "tc-util.h"

#include <string.h>

/* An ancestor of the run, closest first. */
typedef struct
{
  TcTaskRun  *run;
  gboolean    is_directory;   /* a WorkingDirectory: its children see its value as their own */
} Ancestor;

struct _TcContext
{
  TcFlow    *flow;
  TcHead    *head;
  TcTaskRun *run;           /* or NULL */
  char      *task_id, *task_type;   /* or NULL */
  GArray    *ancestors;     /* Ancestor */
  GPtrArray *runs;          /* TcTaskRun*; NULL: no template needs them */
  TcValue   *envs, *globals, *extra;
  TcValue   *roots[TC_CONTEXT_N_ROOTS];
  gboolean   built[TC_CONTEXT_N_ROOTS];
};

gboolean
tc_context_is_directory (const TcTask *task)
{
  return task != NULL && task->klass != NULL && task->klass->kind == TC_TASK_FLOWABLE &&
         g_strcmp0 (task->klass->flowable, "WorkingDirectory") == 0;
}

static void
ancestor_clear (gpointer data)
{
  tc_task_run_unref (((Ancestor *) data)->run);
}

#define MAX_ANCESTORS 1024

static GArray *
collect_ancestors (const TcFlow      *flow,
                   const TcExecution *execution,
                   const TcTaskRun   *run)
{
  GArray *ancestors = g_array_new (FALSE, FALSE, sizeof (Ancestor));
  const TcTaskRun *at = run;

  g_array_set_clear_func (ancestors, ancestor_clear);
  while (at != NULL && at->parent_id != NULL && ancestors->len < MAX_ANCESTORS)
    {
      Ancestor ancestor = { 0 };

      at = tc_execution_find (execution, at->parent_id);
      if (at == NULL)
        break;
      ancestor.run = tc_task_run_ref (at);
      ancestor.is_directory = tc_context_is_directory (tc_flow_find_task (flow, at->task_id));
      g_array_append_val (ancestors, ancestor);
    }
  return ancestors;
}

/* tasksWithState() reads runs without naming a root. */
static gboolean
needs_runs (const TcTemplate *const *needs,
            size_t                   n_needs)
{
  if (needs == NULL)
    return TRUE;
  for (size_t i = 0; i < n_needs; i++)
    {
      if (tc_template_uses (needs[i], "outputs") || tc_template_uses (needs[i], "tasks") ||
          strstr (tc_template_source (needs[i]), "tasksWithState") != NULL)
        return TRUE;
    }
  return FALSE;
}

static GPtrArray *
copy_runs (const TcExecution *execution)
{
  size_t n = tc_execution_n_runs (execution);
  GPtrArray *runs = g_ptr_array_new_full ((guint) n, (GDestroyNotify) tc_task_run_unref);

  for (size_t i = 0; i < n; i++)
    g_ptr_array_add (runs, tc_task_run_ref (tc_execution_run (execution, i)));
  return runs;
}

TcContext *
tc_context_new (const TcFlow            *flow,
                const TcExecution       *execution,
                const TcTask            *task,
                const TcTaskRun         *run,
                const TcTemplate *const *needs,
                size_t                   n_needs,
                const TcContextHost     *host)
{
  TcContext *self;

  g_return_val_if_fail (flow != NULL && execution != NULL, NULL);

  self = g_new0 (TcContext, 1);
  self->flow = tc_flow_ref (flow);
  self->head = tc_head_ref (tc_execution_head (execution));
  if (task != NULL)
    {
      self->task_id = g_strdup (task->id);
      self->task_type = g_strdup (task->type);
    }
  if (run != NULL)
    self->run = tc_task_run_ref (run);
  self->ancestors = collect_ancestors (flow, execution, run);
  if (needs_runs (needs, n_needs))
    self->runs = copy_runs (execution);
  if (host != NULL)
    {
      self->envs = tc_value_ref_or_null (host->envs);
      self->globals = tc_value_ref_or_null (host->globals);
      self->extra = tc_value_ref_or_null (host->extra);
    }
  return self;
}

void
tc_context_free (TcContext *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < TC_CONTEXT_N_ROOTS; i++)
    tc_value_unref (self->roots[i]);
  tc_value_unref (self->envs);
  tc_value_unref (self->globals);
  tc_value_unref (self->extra);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_array_unref (self->ancestors);
  g_free (self->task_id);
  g_free (self->task_type);
  tc_task_run_unref (self->run);
  tc_head_unref (self->head);
  tc_flow_unref (self->flow);
  g_free (self);
}

static TcValue *
build_flow (const TcContext *self)
{
  return tc_value_map_of ("id", tc_value_string (self->head->flow_id), "namespace", tc_value_string (self->head->namespace),
                          "revision", tc_value_int (self->head->flow_revision), NULL);
}

static TcValue *
build_execution (const TcContext *self)
{
  const TcHead *head = self->head;
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "id", head->id);
  tc_map_builder_take (map, "startDate", tc_value_string_take (tc_time_format_us (head->history.items[0].at_us)));
  tc_map_builder_str (map, "state", tc_state_name (tc_head_state (head)));
  tc_map_builder_str (map, "originalId", head->original_id != NULL ? head->original_id : head->id);
  if (head->outputs != NULL)
    tc_map_builder_take (map, "outputs", tc_value_ref (head->outputs));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
build_task (const TcContext *self)
{
  g_autoptr (TcMapBuilder) map = NULL;

  if (self->task_id == NULL)
    return NULL;
  map = tc_map_builder_new ();
  tc_map_builder_str (map, "id", self->task_id);
  tc_map_builder_str (map, "type", self->task_type);
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* Attempts before the present one. */
static int
attempts_count (const TcTaskRun *run)
{
  const TcAttempt *last = tc_task_run_last_attempt (run);
  int n = (int) run->attempts->len;

  return last != NULL && !tc_state_is_terminated (last->history.items[last->history.n - 1].state) ? n - 1 : n;
}

static TcValue *
run_to_value (const TcTaskRun *run,
              const char      *value)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "id", run->id);
  tc_map_builder_take (map, "startDate", tc_value_string_take (tc_time_format_us (run->history.items[0].at_us)));
  tc_map_builder_take (map, "attemptsCount", tc_value_int (attempts_count (run)));
  tc_map_builder_str (map, "parentId", run->parent_id);
  tc_map_builder_str (map, "value", value);
  if (run->iteration >= 0)
    tc_map_builder_take (map, "iteration", tc_value_int (run->iteration));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static const Ancestor *
directory_of (const TcContext *self)
{
  const Ancestor *closest = self->ancestors->len > 0 ? &g_array_index (self->ancestors, Ancestor, 0) : NULL;

  return closest != NULL && closest->is_directory ? closest : NULL;
}

static TcValue *
build_taskrun (const TcContext *self)
{
  const Ancestor *directory = directory_of (self);

  if (self->run == NULL)
    return NULL;
  return run_to_value (self->run, self->run->value != NULL || directory == NULL ? self->run->value : directory->run->value);
}

static TcValue *
build_worker_taskrun (const TcContext *self)
{
  const Ancestor *directory = directory_of (self);

  return directory != NULL ? run_to_value (directory->run, directory->run->value) : NULL;
}

static gboolean
has_outputs (const TcTaskRun *run)
{
  return run->outputs != NULL && tc_value_length (run->outputs) > 0;
}

static TcValue *
ancestor_to_value (const Ancestor *ancestor)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  if (has_outputs (ancestor->run))
    tc_map_builder_take (map, "outputs", tc_value_ref (ancestor->run->outputs));
  if (ancestor->run->value != NULL)
    tc_map_builder_take (map, "taskrun", tc_value_map_of ("value", tc_value_string (ancestor->run->value), NULL));
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* Ancestors with neither a value nor outputs are left out, so the first may be the grandparent. A WorkingDirectory is not a parent of its
 * children either: to them its value is their own. */
static TcValue *
build_parents (const TcContext *self)
{
  g_autoptr (TcListBuilder) list = NULL;

  if (self->run == NULL)
    return NULL;
  list = tc_list_builder_new ();
  for (guint i = directory_of (self) != NULL ? 1 : 0; i < self->ancestors->len; i++)
    {
      const Ancestor *ancestor = &g_array_index (self->ancestors, Ancestor, i);

      if (ancestor->run->value == NULL && !has_outputs (ancestor->run))
        continue;
      tc_list_builder_take (list, ancestor_to_value (ancestor));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
build_trigger (const TcContext *self)
{
  const TcValue *variables = tc_value_get (self->head->trigger, "variables");

  if (self->head->trigger == NULL)
    return NULL;
  return variables != NULL ? tc_value_ref (variables) : tc_value_map_of (NULL, NULL);
}

static TcValue *
build_schedule (const TcContext *self)
{
  const char *type = self->head->trigger != NULL ? tc_value_get_str (self->head->trigger, "type") : NULL;

  return type != NULL && g_str_has_suffix (type, ".Schedule") ? build_trigger (self) : NULL;
}

static int
compare_keys (const void *a,
              const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In the order of a TreeMap. */
static TcValue *
build_labels (const TcContext *self)
{
  g_autoptr (TcValue) labels = tc_head_labels (self->head);
  g_autoptr (TcMapBuilder) sorted = tc_map_builder_new ();
  size_t n = tc_value_length (labels);
  g_autofree const char **keys = g_new (const char *, n + 1);

  for (size_t i = 0; i < n; i++)
    keys[i] = tc_value_key (labels, i);
  qsort (keys, n, sizeof *keys, compare_keys);
  for (size_t i = 0; i < n; i++)
    tc_map_builder_take (sorted, keys[i], tc_value_ref (tc_value_get (labels, keys[i])));
  return tc_map_builder_end (g_steal_pointer (&sorted));
}

/* Kestra hands inputs and variables over as a HashMap, and what prints them shows its order (goldens U01b, U01c). */
static TcValue *
hashed (const TcValue *map)
{
  return map != NULL && tc_value_length (map) > 0 ? tc_java_hash_map (map, 0, FALSE) : NULL;
}

static TcValue *
build (TcContext     *self,
       TcContextRoot  root)
{
  const TcValue *parents;

  switch (root)
    {
    case TC_CONTEXT_FLOW: return build_flow (self);
    case TC_CONTEXT_EXECUTION: return build_execution (self);
    case TC_CONTEXT_TASK: return build_task (self);
    case TC_CONTEXT_TASKRUN: return build_taskrun (self);
    case TC_CONTEXT_PARENT:
      parents = tc_context_get (self, "parents");
      return parents != NULL && tc_value_length (parents) > 0 ? tc_value_ref (tc_value_item (parents, 0)) : NULL;
    case TC_CONTEXT_PARENTS: return build_parents (self);
    case TC_CONTEXT_WORKER_TASKRUN: return build_worker_taskrun (self);
    case TC_CONTEXT_INPUTS: return hashed (self->head->inputs);
    case TC_CONTEXT_OUTPUTS: return self->runs != NULL && self->runs->len > 0 ? tc_context_build_outputs (self->flow, self->runs) : NULL;
    case TC_CONTEXT_VARS: return hashed (self->head->variables);
    case TC_CONTEXT_LABELS: return build_labels (self);
    case TC_CONTEXT_TRIGGER: return build_trigger (self);
    case TC_CONTEXT_SCHEDULE: return build_schedule (self);
    case TC_CONTEXT_TASKS: return self->runs != NULL && self->runs->len > 0 ? tc_context_build_tasks (self->runs, self->run) : NULL;
    case TC_CONTEXT_ENVS: return self->envs != NULL ? tc_java_hash_map (self->envs, TC_HASH_MAP_BUCKETS, FALSE) : NULL;
    case TC_CONTEXT_GLOBALS: return tc_value_ref_or_null (self->globals);
    }
  return NULL;
}

static const TcValue *
root_value (TcContext     *self,
            TcContextRoot  root)
{
  if (!self->built[root])
    {
      self->built[root] = TRUE;
      self->roots[root] = build (self, root);
    }
  return self->roots[root];
}

GPtrArray *
tc_context_runs (const TcContext *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->runs != NULL ? g_ptr_array_ref (self->runs) : NULL;
}

const TcValue *
tc_context_get (TcContext  *self,
                const char *root)
{
  const TcValue *extra;

  g_return_val_if_fail (self != NULL && root != NULL, NULL);

  extra = tc_value_get (self->extra, root);
  if (extra != NULL)
    return extra;
  for (guint i = 0; i < TC_CONTEXT_N_ROOTS; i++)
    {
      if (strcmp (tc_context_roots[i].name, root) == 0)
        return root_value (self, (TcContextRoot) i);
    }
  return NULL;
}

const char **
tc_context_names (TcContext *self)
{
  GPtrArray *names;

  g_return_val_if_fail (self != NULL, NULL);

  names = g_ptr_array_new ();
  for (size_t i = 0; self->extra != NULL && i < tc_value_length (self->extra); i++)
    g_ptr_array_add (names, (gpointer) tc_value_key (self->extra, i));
  for (guint i = 0; i < TC_CONTEXT_N_ROOTS; i++)
    {
      if (tc_value_get (self->extra, tc_context_roots[i].name) == NULL && root_value (self, (TcContextRoot) i) != NULL)
        g_ptr_array_add (names, (gpointer) tc_context_roots[i].name);
    }
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, FALSE);
}

static const TcValue *
scope_variable (TcScope    *scope,
                const char *name,
                GError    **error)
{
  return tc_context_get (scope->roots, name);
}

static const char **
scope_names (TcScope *scope)
{
  return tc_context_names (scope->roots);
}

void
tc_context_bind (TcContext *self,
                 TcScope   *scope)
{
  g_return_if_fail (self != NULL && scope != NULL);
  scope->variable = scope_variable;
  scope->names = scope_names;
  scope->roots = self;
}
