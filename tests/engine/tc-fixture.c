/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_tree (below);
    }
  g_remove (path);
}

static void
open_engine (Fixture *self)
{
  TcEngineOptions options = { .data_directory = self->directory, .test = TRUE, .scheduling = self->scheduling, .ephemeral = self->ephemeral };
  g_autoptr (GError) error = NULL;

  self->engine = tc_engine_new (&options, &error);
  g_assert_no_error (error);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->directory = g_dir_make_tmp ("tc-engine-XXXXXX", NULL);
  open_engine (self);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  tc_engine_close (self->engine);
  g_clear_object (&self->engine);
  remove_tree (self->directory);
  g_free (self->directory);
}

void
fixture_restart (Fixture *self)
{
  tc_engine_close (self->engine);
  g_clear_object (&self->engine);
  open_engine (self);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
await_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

char *
fixture_execute (Fixture *self, const char *source, const TcValue *inputs, GError **error)
{
  TcExecuteRequest request = { .source = source, .inputs = inputs };
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_execute_async (self->engine, &request, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_execute_finish (self->engine, result, error);
}

TcHead *
fixture_wait (Fixture *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  TcHead *head = tc_engine_wait (self->engine, id, NULL, &error);

  g_assert_no_error (error);
  return head;
}

TcHead *
fixture_run (Fixture *self, const char *source)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = fixture_execute (self, source, NULL, &error);

  g_assert_no_error (error);
  return fixture_wait (self, id);
}

TcValue *
fixture_command (Fixture *self, const char *id, const char *command, const TcValue *args, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_command_async (self->engine, id, command, args, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_command_finish (self->engine, result, error);
}

int
fixture_save (Fixture *self, const char *source, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_save_flow_async (self->engine, source, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_save_flow_finish (self->engine, result, error);
}

GPtrArray *
fixture_executions (Fixture *self, const char *flow_id)
{
  g_autoptr (TcValue) query = tc_value_map_of ("namespace", tc_value_string ("test.engine"), "flowId", tc_value_string (flow_id), NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *found;

  tc_engine_find_executions_async (self->engine, query, NULL, on_done, &result);
  await_result (&result);
  found = tc_engine_find_executions_finish (self->engine, result, &error);
  g_assert_no_error (error);
  return found;
}

TcValue *
fixture_trigger (Fixture *self, const char *action, const char *flow_id, const char *trigger_id, const TcValue *args, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_triggers_async (self->engine, action, "test.engine", flow_id, trigger_id, args, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_triggers_finish (self->engine, result, error);
}

TcValue *
fixture_kv (Fixture *self, const char *action, const char *key, const TcValue *args, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_kv_async (self->engine, action, "test.engine", key, args, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_kv_finish (self->engine, result, error);
}

TcValue *
fixture_eval (Fixture *self, const char *id, const char *text, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_eval_async (self->engine, id, NULL, text, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_eval_finish (self->engine, result, error);
}

TcValue *
fixture_disabled (Fixture *self, const char *source, const TcValue *given)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcRegistry) types = tc_engine_registry (self->engine);
  g_autoptr (TcFlow) flow = tc_flow_compile (source, strlen (source), types, findings);

  tc_engine_disabled_inputs_async (self->engine, flow, given, NULL, on_done, &result);
  await_result (&result);
  return tc_engine_disabled_inputs_finish (self->engine, result, NULL);
}

static GPtrArray *
load_runs (Fixture *self, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = NULL;
  GPtrArray *runs = NULL;

  tc_engine_load_execution_async (self->engine, id, NULL, on_done, &result);
  await_result (&result);
  head = tc_engine_load_execution_finish (self->engine, result, &runs, NULL, &error);
  g_assert_no_error (error);
  return runs;
}

void
fixture_await (Fixture *self, const char *id, const char *task, TcState state)
{
  for (int i = 0; i < 2000; i++)
    {
      g_autoptr (GPtrArray) runs = load_runs (self, id);

      for (guint r = 0; r < runs->len; r++)
        if (g_str_equal (((TcTaskRun *) runs->pdata[r])->task_id, task) && tc_task_run_state (runs->pdata[r]) == state)
          return;
      g_usleep (5000);
    }
  g_error ("task %s did not get to %s", task, tc_state_name (state));
}

char *
fixture_runs (Fixture *self, const char *id)
{
  g_autoptr (GPtrArray) runs = load_runs (self, id);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (runs, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", run->task_id);
      if (run->value != NULL)
        g_string_append_printf (text, "[%s]", run->value);
      g_string_append_printf (text, "=%s", tc_state_name (tc_task_run_state (run)));
    }
  return g_string_free (text, FALSE);
}

const TcValue *
fixture_outputs (Fixture *self, const char *id, const char *task, GPtrArray **runs)
{
  const TcValue *outputs = NULL;

  *runs = load_runs (self, id);
  for (guint i = 0; i < (*runs)->len; i++)
    if (g_str_equal (((TcTaskRun *) (*runs)->pdata[i])->task_id, task))
      outputs = ((TcTaskRun *) (*runs)->pdata[i])->outputs;
  return outputs;
}

char *
fixture_logs (Fixture *self, const char *id, const char *task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcLogCursor) cursor = tc_engine_open_logs (self->engine, id, &error);
  g_autoptr (GPtrArray) lines = NULL;
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  lines = tc_log_cursor_read (cursor, 0, tc_log_cursor_n (cursor), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < lines->len; i++)
    {
      const TcLogLine *line = g_ptr_array_index (lines, i);

      if (line->level >= TC_LEVEL_INFO && (task == NULL || g_strcmp0 (task, line->task_id) == 0))
        g_string_append_printf (text, "%s %s\n", tc_level_name (line->level), line->message);
    }
  return g_string_free (text, FALSE);
}

void
fixture_put_file (Fixture *self, const char *namespace_, const char *path, const char *content)
{
  g_autofree char *directory = tc_engine_namespace_directory (self->engine, namespace_), *target = g_build_filename (directory, path, NULL);
  g_autofree char *folder = g_path_get_dirname (target);

  g_mkdir_with_parents (folder, 0755);
  g_assert_true (g_file_set_contents (target, content, -1, NULL));
}
