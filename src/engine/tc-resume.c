/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-resume.h"

#include "private/tc-order-scope.h"
#include "private/tc-sealed.h"
#include "private/tc-submit.h"
#include "tc-json.h"
#include "tc-library.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * What a Pause asks for when it is resumed (`onResume`) is checked like the inputs of a flow: a flow that has nothing but these inputs is compiled
 * and resolved. JSON is YAML, so its text can be written from the task's properties.
 */
typedef struct
{
  TcOrder   *order;
  TcValue   *declared, *given;
  TcValue   *resolved;
  GError    *error;
  TcResumed  done;
  gpointer   data;
} Resuming;

static const TcTaskRun *
paused_run (const TcLive *live, const char *run_id)
{
  if (run_id != NULL)
    return tc_execution_find (live->execution, run_id);
  for (size_t i = 0; i < tc_execution_n_runs (live->execution); i++)
    if (tc_task_run_state (tc_execution_run (live->execution, i)) == TC_STATE_PAUSED)
      {
        const TcTask *task = tc_flow_find_task (live->flow, tc_execution_run (live->execution, i)->task_id);

        if (task != NULL && task->klass != NULL && task->klass->kind != TC_TASK_RUN && tc_value_get (task->props, "onResume") != NULL)
          return tc_execution_run (live->execution, i);
      }
  return NULL;
}

static void
on_resolved (TcCore *core, gpointer data)
{
  Resuming *self = data;

  self->done (core, self->resolved, self->data, self->error);
  tc_order_unref (self->order);
  tc_value_unref (self->declared);
  tc_value_unref (self->given);
  tc_value_unref (self->resolved);
  g_clear_error (&self->error);
  g_free (self);
}

static char *
flow_text (const Resuming *self)
{
  g_autoptr (TcValue) flow = tc_value_map_of ("id", tc_value_string (self->order->head->flow_id),
                                              "namespace", tc_value_string (self->order->head->namespace),
                                              "inputs", tc_value_ref (self->declared), NULL);
  g_autofree char *text = tc_json_to_text (flow);

  text[strlen (text) - 1] = '\0';
  return g_strconcat (text, ",\"tasks\":[{\"id\":\"t\",\"type\":\"io.kestra.plugin.core.log.Log\",\"message\":\"\"}]}", NULL);
}

/* A file that is given by its local path goes to internal storage; what it becomes is a URI. */
static TcValue *
store_files (Resuming *self, const TcFlow *flow, GError **error)
{
  g_autoptr (TcValue) given = tc_value_ref (self->given);

  for (size_t i = 0; i < tc_flow_n_inputs (flow); i++)
    {
      const TcInput *input = tc_flow_input (flow, i);
      const char *path = input->type == TC_INPUT_FILE ? tc_value_get_str (given, input->id) : NULL;
      g_autofree char *prefix = NULL, *name = NULL;
      g_autoptr (TcValue) uri = NULL, old = NULL;
      char *text;

      if (path == NULL || !g_path_is_absolute (path))
        continue;
      prefix = tc_task_run_files_path (self->order->run, self->order->head);
      name = g_path_get_basename (path);
      text = tc_storage_put (self->order->site->data_dir, prefix, path, name, FALSE, error);
      if (text == NULL)
        return NULL;
      uri = tc_value_string_take (text);
      old = g_steal_pointer (&given);
      given = tc_value_with (old, input->id, uri);
    }
  return g_steal_pointer (&given);
}

/* What is optional and was not given is not there. */
static TcValue *
without_nulls (TcValue *map)
{
  g_autoptr (TcValue) owned = map;
  g_autoptr (TcMapBuilder) kept = tc_map_builder_new ();

  for (size_t i = 0; i < tc_value_length (owned); i++)
    if (!tc_value_is (tc_value_item (owned, i), TC_VALUE_NULL))
      tc_map_builder_take (kept, tc_value_key (owned, i), tc_value_ref (tc_value_item (owned, i)));
  return tc_map_builder_end (g_steal_pointer (&kept));
}

static void
resolve (gpointer data)
{
  Resuming *self = data;
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autofree char *text = flow_text (self);
  g_autoptr (TcFlow) flow = tc_flow_compile (text, strlen (text), self->order->site->types, findings);
  g_autoptr (TcValue) given = NULL;
  TcOrderScope scope;

  tc_order_scope (self->order, &scope, NULL);
  if (flow != NULL && !tc_diagnostics_have_error (findings))
    given = store_files (self, flow, &self->error);
  if (given != NULL)
    self->resolved = tc_inputs_resolve (flow, given, &scope.base, findings);
  if (self->resolved != NULL)
    {
      g_autoptr (TcValue) clear = without_nulls (self->resolved);

      self->resolved = tc_sealed_close (self->order, flow, clear, &self->error);
    }
  else if (self->error == NULL)
    self->error = tc_refuse (g_steal_pointer (&findings));
  tc_site_post (self->order->site, on_resolved, self, NULL);
}

void
tc_resume_resolve (TcLive *live, const TcValue *args, TcResumed done, gpointer data)
{
  const TcTaskRun *run = paused_run (live, args != NULL ? tc_value_get_str (args, "taskRunId") : NULL);
  const TcTask *task = run != NULL ? tc_flow_find_task (live->flow, run->task_id) : NULL;
  const TcValue *declared = task != NULL ? tc_value_get (task->props, "onResume") : NULL;
  const TcValue *given = args != NULL ? tc_value_get (args, "inputs") : NULL;
  Resuming *self;

  if (!tc_value_is (declared, TC_VALUE_LIST) || tc_value_length (declared) == 0)
    {
      done (live->core, NULL, data, NULL);
      return;
    }
  self = g_new0 (Resuming, 1);
  self->order = tc_order_new (&live->core->site, live->flow, live->execution, task, run, NULL);
  self->declared = tc_value_ref (declared);
  self->given = tc_value_is (given, TC_VALUE_MAP) ? tc_value_ref (given) : tc_value_map_of (NULL, NULL);
  self->done = done;
  self->data = data;
  tc_site_compute (&live->core->site, resolve, self);
}
