/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fixture.h"
#include <string.h>

#define FLOW(id) "id: " id "\nnamespace: test.engine\n"

static void
assert_state (TcHead *head, TcState state)
{
  if (head->error != NULL)
    g_test_message ("%s", head->error);
  g_assert_cmpstr (tc_state_name (tc_head_state (head)), ==, tc_state_name (state));
}

static const char failing[] = FLOW ("failing")
  "tasks:\n"
  "  - {id: a, type: io.kestra.plugin.core.debug.Return, format: '{{ execution.id }}'}\n"
  "  - {id: b, type: io.kestra.plugin.core.execution.Fail, condition: \"{{ not fileExists('go') }}\"}\n";

static void
test_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = fixture_run (self, failing), again = NULL;
  g_autoptr (TcValue) answer = NULL;
  g_autofree char *runs = NULL;

  assert_state (head, TC_STATE_FAILED);
  fixture_put_file (self, "test.engine", "go", "1");
  /* It left memory, also for an engine that never had it. */
  fixture_restart (self);
  answer = fixture_command (self, head->id, "restart", NULL, &error);
  g_assert_no_error (error);
  again = fixture_wait (self, head->id);
  assert_state (again, TC_STATE_SUCCESS);
  g_assert_cmpint (again->attempt_number, ==, 2);
  runs = fixture_runs (self, head->id);
  g_assert_cmpstr (runs, ==, "a=SUCCESS b=SUCCESS");
}

static void
test_replay (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = fixture_run (self, failing), again = NULL;
  g_autoptr (TcValue) answer = NULL;

  fixture_put_file (self, "test.engine", "go", "1");
  answer = fixture_command (self, head->id, "replay", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tc_value_get_str (answer, "id"), !=, head->id);
  again = fixture_wait (self, tc_value_get_str (answer, "id"));
  assert_state (again, TC_STATE_SUCCESS);
  g_assert_cmpstr (again->parent_id, ==, head->id);
  g_assert_cmpstr (again->original_id, ==, head->id);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("fine") "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: m}]\n");

  g_assert_null (fixture_command (self, head->id, "restart", NULL, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (fixture_command (self, "nobody", "kill", NULL, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (fixture_command (self, head->id, "dance", NULL, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
}

static void
test_delete (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("gone") "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: m}]\n");
  g_autoptr (TcValue) answer = fixture_command (self, head->id, "delete", NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_assert_null (fixture_eval (self, head->id, "x", &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND);
}

static void
test_pause (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = fixture_execute (self, FLOW ("pausing")
    "tasks:\n  - {id: p, type: io.kestra.plugin.core.flow.Pause}\n  - {id: l, type: io.kestra.plugin.core.log.Log, message: 'on'}\n", NULL, &error);
  g_autoptr (TcValue) answer = NULL;
  g_autoptr (TcHead) head = NULL;

  g_assert_no_error (error);
  fixture_await (self, id, "p", TC_STATE_PAUSED);
  fixture_restart (self);
  answer = fixture_command (self, id, "resume", NULL, &error);
  g_assert_no_error (error);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_SUCCESS);
}

/* A timer that was set before the engine was closed. */
static void
test_sleep (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = fixture_execute (self, FLOW ("sleeping")
    "tasks: [{id: s, type: io.kestra.plugin.core.flow.Sleep, duration: PT1S}]\n", NULL, &error);
  g_autoptr (TcHead) head = NULL;

  g_assert_no_error (error);
  fixture_await (self, id, "s", TC_STATE_RUNNING);
  fixture_restart (self);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_SUCCESS);
}

/* Closed in the middle of a program: it lives on, its output is complete. */
static void
test_close (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = fixture_execute (self, FLOW ("closing")
    "tasks:\n  - id: p\n    type: io.kestra.plugin.scripts.shell.Commands\n    taskRunner: {type: io.kestra.plugin.core.runner.Process}\n"
    "    commands: ['for i in 1 2 3 4 5; do echo $i; sleep 0.2; done']\n", NULL, &error);
  g_autoptr (TcHead) head = NULL;
  g_autofree char *logs = NULL;

  g_assert_no_error (error);
  fixture_await (self, id, "p", TC_STATE_RUNNING);
  g_usleep (300000);
  fixture_restart (self);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_SUCCESS);
  logs = fixture_logs (self, id, "p");
  g_assert_cmpstr (logs, ==, "INFO 1\nINFO 2\nINFO 3\nINFO 4\nINFO 5\n");
}

/* Closed in the middle of an expression: it is cut short, which is no failure, and rendered anew. */
static void
test_close_rendering (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = fixture_execute (self, FLOW ("rendering")
    "tasks:\n  - id: i\n    type: io.kestra.plugin.core.flow.If\n"
    "    condition: \"{{ ([1] | jq('[range(2000000)] | length') | first) > 0 }}\"\n"
    "    then: [{id: t, type: io.kestra.plugin.core.log.Log, message: hello}]\n", NULL, &error);
  g_autoptr (TcHead) head = NULL;
  g_autofree char *logs = NULL;

  g_assert_no_error (error);
  g_usleep (300000);
  fixture_restart (self);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_SUCCESS);
  logs = fixture_logs (self, id, "t");
  g_assert_cmpstr (logs, ==, "INFO hello\n");
}

static void
test_keys (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) args = tc_value_map_of ("value", tc_value_int (7), NULL), set = NULL, entry = NULL, bad = NULL;
  g_autoptr (TcHead) head = NULL;
  g_autofree char *logs = NULL;

  set = fixture_kv (self, "set", "k", args, &error);
  g_assert_no_error (error);
  entry = fixture_kv (self, "get", "k", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tc_value_get_i64 (entry, "value", 0), ==, 7);
  head = fixture_run (self, FLOW ("keys") "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: \"{{ kv('k') + 1 }}\"}]\n");
  logs = fixture_logs (self, head->id, "l");
  g_assert_cmpstr (logs, ==, "INFO 8\n");
  bad = tc_value_map_of ("value", tc_value_int (7), "ttl", tc_value_string ("soon"), NULL);
  g_assert_null (fixture_kv (self, "set", "k", bad, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (fixture_kv (self, "get", "nothing", NULL, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND);
}

static void
test_revisions (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  static const char first[] = FLOW ("rev") "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: one}]\n";
  static const char second[] = FLOW ("rev") "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: two}]\n";

  g_assert_cmpint (fixture_save (self, first, &error), ==, 1);
  g_assert_cmpint (fixture_save (self, first, &error), ==, 1);
  g_assert_cmpint (fixture_save (self, second, &error), ==, 2);
  fixture_restart (self);
  g_assert_cmpint (fixture_save (self, second, &error), ==, 2);
  g_assert_cmpint (fixture_save (self, first, &error), ==, 3);
  g_assert_no_error (error);
  g_assert_cmpint (fixture_save (self, "tasks: []\n", &error), ==, 0);
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
}

static void
test_second_engine (Fixture *self, gconstpointer data)
{
  TcEngineOptions options = { .data_directory = self->directory, .test = TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_null (tc_engine_new (&options, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_LOCKED);
}

static void
test_closed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  tc_engine_close (self->engine);
  g_assert_null (fixture_execute (self, failing, NULL, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/engine/commands/restart", test_restart }, { "/engine/commands/replay", test_replay }, { "/engine/commands/refused", test_refused },
    { "/engine/commands/delete", test_delete }, { "/engine/commands/pause", test_pause }, { "/engine/commands/sleep", test_sleep },
    { "/engine/commands/close", test_close }, { "/engine/commands/close-rendering", test_close_rendering },
    { "/engine/commands/keys", test_keys }, { "/engine/commands/revisions", test_revisions },
    { "/engine/commands/second-engine", test_second_engine }, { "/engine/commands/closed", test_closed },
  };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
