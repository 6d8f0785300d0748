/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions over the variables of an execution: outputs of loops, states of tasks. */
#include "config.h"
#include "tc-expr-tables.h"
#include "tc-java-hash.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A member of a map; FALSE: there is none. */
static gboolean
member (const TcVal *map, const char *name, TcVal *result)
{
  g_auto (TcVal) key = tc_val_str (name);

  return map->type == TC_VAL_MAP && tc_val_get (map, &key, result);
}

static gboolean
member_text (const TcVal *map, const char *outer, const char *inner, TcVal *result)
{
  g_auto (TcVal) between = TC_VAL_INIT;

  return member (map, outer, &between) && member (&between, inner, result) && tc_val_is_text (result);
}

static gboolean
variable (TcRender *render, const char *name, TcVal *result)
{
  gboolean found;

  return tc_render_name (render, name, result, &found) && (found || tc_render_undefined (render, name, NULL, NULL));
}

/* The values of the enclosing iterations, outermost first: `parents` has the closest first. */
static gboolean
enclosing_values (TcRender *render, GPtrArray *values)
{
  g_auto (TcVal) parents = TC_VAL_INIT;
  gboolean       found;

  if (!tc_render_name (render, "parents", &parents, &found))
    return FALSE;
  for (size_t i = found && tc_val_is_sequence (&parents) ? tc_val_length (&parents) : 0; i > 0; i--)
    {
      g_auto (TcVal) parent = tc_val_item (&parents, i - 1);
      g_auto (TcVal) value = TC_VAL_INIT;

      if (member_text (&parent, "taskrun", "value", &value))
        g_ptr_array_add (values, g_strdup (tc_val_text (&value, NULL)));
    }
  return TRUE;
}

static gboolean
descend (TcRender *render, TcVal *at, const char *key)
{
  TcVal next = TC_VAL_INIT;

  if (!member (at, key, &next))
    return tc_render_undefined (render, key, "", at);
  tc_val_clear (at);
  *at = next;
  return TRUE;
}

static gboolean
function_current_each_output (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_auto (TcVal)        taskrun = TC_VAL_INIT;
  g_auto (TcVal)        value = TC_VAL_INIT;
  g_auto (TcVal)        at = tc_val_ref (&args[0]);

  if (!enclosing_values (render, values) || !variable (render, "taskrun", &taskrun))
    return FALSE;
  for (guint i = 0; i < values->len; i++)
    if (!descend (render, &at, g_ptr_array_index (values, i)))
      return FALSE;
  if (member (&taskrun, "value", &value) && tc_val_is_text (&value) && !descend (render, &at, tc_val_text (&value, NULL)))
    return FALSE;
  *result = tc_val_steal (&at);
  return TRUE;
}

/* parentOutput(index): the outputs of the enclosing flowable, the closest at 0. */
static gboolean
function_parent_output (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_auto (TcVal) parents = TC_VAL_INIT;
  g_auto (TcVal) parent = TC_VAL_INIT;
  g_auto (TcVal) id = TC_VAL_INIT;
  g_auto (TcVal) outputs = TC_VAL_INIT;

  if (!variable (render, "parents", &parents) || !variable (render, "outputs", &outputs))
    return FALSE;
  if (!tc_val_is_sequence (&parents) || args[0].i < 0 || (uint64_t) args[0].i >= tc_val_length (&parents))
    return tc_render_fail (render, "The 'parentOutput' function found no parent %" G_GINT64_FORMAT ".", (gint64) args[0].i);
  parent = tc_val_item (&parents, args[0].i);
  if (member (&parent, "outputs", result))
    return TRUE;
  if (!member_text (&parent, "task", "id", &id) || !descend (render, &outputs, tc_val_text (&id, NULL)))
    return render->failure.code >= 0 ? FALSE : tc_render_fail (render, "The 'parentOutput' function found a parent without a task id.");
  for (size_t i = tc_val_length (&parents); i > (size_t) args[0].i; i--)
    {
      g_auto (TcVal) outer = tc_val_item (&parents, i - 1);
      g_auto (TcVal) value = TC_VAL_INIT;

      if (member_text (&outer, "taskrun", "value", &value) && !descend (render, &outputs, tc_val_text (&value, NULL)))
        return FALSE;
    }
  *result = tc_val_steal (&outputs);
  return TRUE;
}

/* The output `value` of @taskId in another iteration of the innermost loop. */
static gboolean
function_iteration_output (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_auto (TcVal)        outputs = TC_VAL_INIT;
  g_auto (TcVal)        taskrun = TC_VAL_INIT;
  g_auto (TcVal)        iteration = TC_VAL_INIT;
  g_auto (TcVal)        at = TC_VAL_INIT;
  int64_t               index = -1;

  if (!enclosing_values (render, values) || !variable (render, "outputs", &outputs) || !variable (render, "taskrun", &taskrun)
      || !descend (render, &outputs, tc_val_text (&args[0], NULL)))
    return FALSE;
  for (guint i = 0; i < values->len; i++)
    if (!descend (render, &outputs, g_ptr_array_index (values, i)))
      return FALSE;
  if (tc_val_is_integer (&args[1]))
    index = args[1].i;
  else if (member (&taskrun, "iteration", &iteration) && tc_val_is_integer (&iteration))
    index = iteration.i;
  if (outputs.type != TC_VAL_MAP || index < 0 || (uint64_t) index >= tc_val_length (&outputs))
    return tc_render_fail (render, "The 'iterationOutput' function found no iteration %" G_GINT64_FORMAT ".", (gint64) index);
  at = tc_val_item (&outputs, index);
  if (!descend (render, &at, "value"))
    return FALSE;
  *result = tc_val_steal (&at);
  return TRUE;
}

static void
add_task (TcVal *list, const TcVal *id, const TcVal *value, const TcVal *state)
{
  TcVal task = tc_val_container (TC_VAL_MAP, 3);

  task.box->linked = TRUE;
  tc_val_put (&task, tc_val_str ("taskId"), tc_val_ref (id));
  if (value != NULL)
    tc_val_put (&task, tc_val_str ("value"), tc_val_ref (value));
  tc_val_put (&task, tc_val_str ("state"), tc_val_ref (state));
  tc_val_hash_order (&task, TC_HASH_MAP_BUCKETS);
  tc_val_append (list, task);
}

static gboolean
is_state (const TcVal *state, const char *wanted)
{
  return tc_val_is_text (state) && g_ascii_strcasecmp (tc_val_text (state, NULL), wanted) == 0;
}

static void
add_matching (TcVal *list, const TcVal *id, const TcVal *task, const char *wanted)
{
  g_auto (TcVal) state = TC_VAL_INIT;

  if (member (task, "state", &state) && tc_val_is_text (&state))
    {
      if (is_state (&state, wanted))
        add_task (list, id, NULL, &state);
      return;
    }
  for (size_t i = 0; task->type == TC_VAL_MAP && i < tc_val_length (task); i++)
    {
      g_auto (TcVal) value = tc_val_key (task, i);
      g_auto (TcVal) run = tc_val_item (task, i);
      g_auto (TcVal) run_state = TC_VAL_INIT;

      if (member (&run, "state", &run_state) && is_state (&run_state, wanted))
        add_task (list, id, &value, &run_state);
    }
}

static gboolean
function_tasks_with_state (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_auto (TcVal) tasks = TC_VAL_INIT;
  gboolean       found;

  if (!tc_render_name (render, "tasks", &tasks, &found))
    return FALSE;
  *result = tc_val_container (TC_VAL_LIST, 0);
  for (size_t i = 0; tasks.type == TC_VAL_MAP && i < tc_val_length (&tasks); i++)
    {
      g_auto (TcVal) id = tc_val_key (&tasks, i);
      g_auto (TcVal) task = tc_val_item (&tasks, i);

      add_matching (result, &id, &task, tc_val_text (&args[0], NULL));
    }
  return tc_render_steps (render, tc_val_length (result));
}

static const TcExprArg outputs_args[] = {
  { "outputs", TC_EXPR_ANY, TC_EXPR_REQUIRED, NULL, N_("The outputs of a task in the same loop.") }, { 0 }
};
static const TcExprArg parent_args[] = { { "index", TC_EXPR_INTEGER, 0, "0", N_("Which one; 0 is the closest.") }, { 0 } };
static const TcExprArg iteration_args[] = {
  { "taskId", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("The task.") },
  { "iteration", TC_EXPR_INTEGER, 0, NULL, N_("Which iteration, from 0; else the present one.") }, { 0 }
};
static const TcExprArg state_args[] = { { "state", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A state such as `FAILED`.") }, { 0 } };

#define LOOP "{% set taskrun = {\"value\": \"y\", \"iteration\": 0} %}{% set parents = [] %}"

const TcCallable tc_functions_output[] = {
  { TC_FUNCTION ("currentEachOutput", function_current_each_output, TC_EXPR_READS_ALL, outputs_args),
    TC_DOC (N_("What another task of the same iteration put out."), LOOP "{{ currentEachOutput({\"y\": {\"value\": 1}}).value }}", "1") },
  { TC_FUNCTION ("iterationOutput", function_iteration_output, TC_EXPR_READS_ALL, iteration_args), .entry.since = "1.1",
    TC_DOC (N_("The output `value` of a task in another iteration."),
            LOOP "{% set outputs = {\"t\": {\"y\": {\"value\": 1}}} %}{{ iterationOutput(\"t\", 0) }}", "1") },
  { TC_FUNCTION ("parentOutput", function_parent_output, TC_EXPR_READS_ALL, parent_args), .entry.since = "1.1",
    TC_DOC (N_("The outputs of the task around this one."),
            "{% set parents = [{\"task\": {\"id\": \"p\"}}] %}{% set outputs = {\"p\": {\"x\": 1}} %}{{ parentOutput().x }}", "1") },
  { TC_FUNCTION ("tasksWithState", function_tasks_with_state, TC_EXPR_READS_ALL, state_args), .entry.since = "0.23",
    TC_DOC (N_("The tasks of the execution that are in a state."),
            "{% set tasks = {\"a\": {\"state\": \"FAILED\"}} %}{{ tasksWithState(\"FAILED\")[0].taskId }}", "a") },
  { { 0 } }
};
