/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fixture.h"
#include "tc-json.h"
#include <string.h>

/* Whole flows through a real engine. */

#define FLOW(id) "id: " id "\nnamespace: test.engine\n"
#define SHELL(id) "  - id: " id "\n    type: io.kestra.plugin.scripts.shell.Commands\n" \
                  "    taskRunner: {type: io.kestra.plugin.core.runner.Process}\n"

static void
assert_state (TcHead *head, TcState state)
{
  g_assert_cmpstr (tc_state_name (tc_head_state (head)), ==, tc_state_name (state));
}

static void
test_core (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("core")
    "tasks:\n"
    "  - {id: log, type: io.kestra.plugin.core.log.Log, message: 'in {{ flow.namespace }}'}\n"
    "  - id: all\n    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n"
    "      - {id: a, type: io.kestra.plugin.core.debug.Return, format: A}\n"
    "  - id: loop\n    type: io.kestra.plugin.core.flow.ForEach\n    values: [x, y]\n    tasks:\n"
    "      - {id: each, type: io.kestra.plugin.core.debug.Return, format: '{{ taskrun.value }}'}\n"
    "  - id: when\n    type: io.kestra.plugin.core.flow.If\n    condition: \"{{ outputs.each.y.value == 'y' }}\"\n    then:\n"
    "      - {id: then1, type: io.kestra.plugin.core.debug.Return, format: Y}\n");
  g_autofree char *runs = fixture_runs (self, head->id), *logs = fixture_logs (self, head->id, "log");

  assert_state (head, TC_STATE_SUCCESS);
  g_assert_cmpstr (runs, ==, "log=SUCCESS all=SUCCESS a=SUCCESS loop=SUCCESS each[x]=SUCCESS each[y]=SUCCESS when=SUCCESS then1=SUCCESS");
  g_assert_cmpstr (logs, ==, "INFO in test.engine\n");
}

static void
test_program (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("program")
    "tasks:\n" SHELL ("p")
    "    env: {KEY: 'value {{ 1 + 1 }}'}\n"
    "    inputFiles: {in/a.txt: 'content'}\n"
    "    outputFiles: ['out/*.txt']\n"
    "    commands:\n"
    "      - echo \"$KEY\"\n"
    "      - echo oops >&2\n"
    "      - mkdir out && cp in/a.txt out/b.txt\n"
    "      - 'echo ''::{\"outputs\":{\"n\":[1,null]},\"logs\":[{\"level\":\"WARN\",\"message\":\"w\"}]}::'''\n"
    "  - {id: r, type: io.kestra.plugin.core.debug.Return, format: \"{{ read(outputs.p.outputFiles['out/b.txt']) }}\"}\n");
  g_autofree char *logs = fixture_logs (self, head->id, "p");
  g_autoptr (GPtrArray) runs = NULL;
  const TcValue *outputs;

  assert_state (head, TC_STATE_SUCCESS);
  g_assert_nonnull (strstr (logs, "INFO value 2\n"));
  g_assert_nonnull (strstr (logs, "ERROR oops\n"));
  g_assert_nonnull (strstr (logs, "WARN w\n"));
  g_assert_null (strstr (logs, "::"));
  outputs = fixture_outputs (self, head->id, "p", &runs);
  g_assert_cmpint (tc_value_get_i64 (outputs, "exitCode", -1), ==, 0);
  g_assert_cmpuint (tc_value_length (tc_value_lookup (outputs, "vars", "n", NULL)), ==, 2);
  g_clear_pointer (&runs, g_ptr_array_unref);
  g_assert_cmpstr (tc_value_get_str (fixture_outputs (self, head->id, "r", &runs), "value"), ==, "content");
}

/* Whoever waited for the end finds every line in the log, also the one that the last step itself writes. */
static void
test_last_line (Fixture *self, gconstpointer data)
{
  g_autofree char *far_out = g_strnfill (200 * 1000, 'x');
  g_autofree char *source = g_strconcat (FLOW ("last-line") "tasks:\n" SHELL ("p") "    inputFiles:\n      ? '../", far_out, "'\n      : x\n"
                                         "    commands: ['true']\n", NULL);

  self->ephemeral = TRUE;       /* without syncs the end comes sooner */
  fixture_restart (self);
  for (int i = 0; i < 10; i++)
    {
      g_autoptr (TcHead) head = fixture_run (self, source);
      g_autofree char *logs = fixture_logs (self, head->id, "p");

      assert_state (head, TC_STATE_FAILED);
      g_assert_nonnull (strstr (logs, "inputFiles"));
    }
}

static void
test_namespace_files (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = NULL;
  g_autofree char *logs = NULL;

  fixture_put_file (self, "test.engine", "sub/a.txt", "from the namespace");
  fixture_put_file (self, "test.engine", "b.sql", "not wanted");
  head = fixture_run (self, FLOW ("files")
    "tasks:\n" SHELL ("p")
    "    namespaceFiles: {enabled: true, include: ['*.txt']}\n"
    "    commands: [cat sub/a.txt, 'test ! -e b.sql']\n"
    "  - {id: r, type: io.kestra.plugin.core.log.Log, message: \"{{ read('sub/a.txt') }} {{ fileExists('nsfile:///b.sql') }}\"}\n");
  assert_state (head, TC_STATE_SUCCESS);
  logs = fixture_logs (self, head->id, NULL);
  g_assert_nonnull (strstr (logs, "INFO from the namespace\n"));
  g_assert_nonnull (strstr (logs, "INFO from the namespace true\n"));
}

/* What a form must not ask for, where the condition needs the store and the variables of the flow. */
static void
test_disabled_inputs (Fixture *self, gconstpointer data)
{
  static const char source[] = FLOW ("asks")
    "variables: {wanted: delta}\n"
    "inputs:\n"
    "  - {id: mode, type: STRING}\n"
    "  - {id: since, type: DATE, dependsOn: {inputs: [mode], condition: '{{ inputs.mode == vars.wanted }}'}}\n"
    "  - {id: extra, type: STRING, dependsOn: {condition: \"{{ kv('extra') }}\"}}\n"
    "tasks:\n  - {id: r, type: io.kestra.plugin.core.debug.Return, format: '{{ inputs.mode }}'}\n";
  g_autoptr (TcValue) set = tc_value_map_of ("value", tc_value_bool (TRUE), NULL);
  g_autoptr (TcValue) given = tc_value_map_of ("mode", tc_value_string ("delta"), NULL);
  g_autoptr (TcValue) first = fixture_disabled (self, source, NULL);
  g_autoptr (TcValue) done = fixture_kv (self, "set", "extra", set, NULL);
  g_autoptr (TcValue) second = fixture_disabled (self, source, given);
  g_autofree char *before = tc_json_to_text (first), *after = tc_json_to_text (second);

  g_assert_nonnull (done);
  g_assert_cmpstr (before, ==, "[\"since\",\"extra\"]");
  g_assert_cmpstr (after, ==, "[]");
}

static void
test_failure (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("failure")
    "tasks:\n" SHELL ("p")
    "    commands: ['echo ''::{\"outputs\":{\"a\":1}}::''', exit 7]\n"
    "  - {id: never, type: io.kestra.plugin.core.log.Log, message: x}\n"
    "errors:\n"
    "  - {id: e, type: io.kestra.plugin.core.log.Log, message: \"{{ outputs.p.exitCode }} {{ outputs.p.vars.a }} {{ errorLogs()[0].taskId }}\"}\n");
  g_autofree char *runs = fixture_runs (self, head->id), *logs = fixture_logs (self, head->id, NULL);

  assert_state (head, TC_STATE_FAILED);
  g_assert_cmpstr (runs, ==, "p=FAILED e=SUCCESS");
  g_assert_nonnull (strstr (logs, "ERROR Command failed with exit code 7\n"));
  g_assert_nonnull (strstr (logs, "INFO 7 1 p\n"));
}

static void
test_retry (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("retry")
    "tasks:\n" SHELL ("p")
    "    retry: {type: constant, interval: PT0.1S, maxAttempts: 3}\n"
    "    commands: ['test \"{{ taskrun.attemptsCount }}\" = 2']\n");
  g_autoptr (GPtrArray) runs = NULL;

  assert_state (head, TC_STATE_SUCCESS);
  fixture_outputs (self, head->id, "p", &runs);
  g_assert_cmpuint (((TcTaskRun *) runs->pdata[0])->attempts->len, ==, 3);
}

static void
test_timeout (Fixture *self, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("timeout") "tasks:\n" SHELL ("p") "    timeout: PT0.5S\n    commands: [sleep 60]\n");
  g_autofree char *logs = fixture_logs (self, head->id, "p");

  assert_state (head, TC_STATE_FAILED);
  g_assert_nonnull (strstr (logs, "ERROR Timeout after 00:00:00.500\n"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
}

/* The whole tree of processes goes. */
static void
test_kill (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pids = g_build_filename (self->directory, "pids", NULL), *text = NULL;
  g_autofree char *source = g_strdup_printf (FLOW ("killed") "tasks:\n" SHELL ("p")
    "    commands: ['sleep 300 & echo $! > %s; sleep 300 & echo $! >> %s; mv %s %s.done; wait']\n", pids, pids, pids, pids);
  g_autofree char *id = fixture_execute (self, source, NULL, &error), *done = g_strconcat (pids, ".done", NULL);
  g_autoptr (TcValue) answer = NULL;
  g_autoptr (TcHead) head = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_no_error (error);
  while (!g_file_test (done, G_FILE_TEST_EXISTS))
    g_usleep (5000);
  answer = fixture_command (self, id, "kill", NULL, &error);
  g_assert_no_error (error);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_KILLED);
  text = fixture_runs (self, id);
  g_assert_cmpstr (text, ==, "p=KILLED");
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (done, &text, NULL, NULL));
  lines = g_strsplit (g_strstrip (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  for (size_t i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *proc = g_build_filename ("/proc", lines[i], NULL);

      g_assert_false (g_file_test (proc, G_FILE_TEST_EXISTS));
    }
}

static void
test_inputs (Fixture *self, gconstpointer data)
{
  static const char source[] = FLOW ("inputs")
    "inputs:\n  - {id: n, type: INT, max: 5}\n  - {id: f, type: FILE}\n  - {id: s, type: STRING, defaults: '{{ flow.id }}!'}\n"
    "tasks:\n  - {id: l, type: io.kestra.plugin.core.log.Log, message: '{{ inputs.n }} {{ read(inputs.f) }} {{ inputs.s }}'}\n";
  g_autofree char *path = g_build_filename (self->directory, "given.txt", NULL), *id = NULL, *logs = NULL;
  g_autoptr (TcValue) bad = NULL, good = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = NULL;

  g_assert_true (g_file_set_contents (path, "in a file", -1, NULL));
  bad = tc_value_map_of ("n", tc_value_int (9), NULL);
  g_assert_null (fixture_execute (self, source, bad, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
  g_assert_cmpuint (tc_engine_error_findings (error)->len, >=, 1);
  g_clear_error (&error);
  good = tc_value_map_of ("n", tc_value_int (4), "f", tc_value_string (path), NULL);
  id = fixture_execute (self, source, good, &error);
  g_assert_no_error (error);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_SUCCESS);
  logs = fixture_logs (self, id, "l");
  g_assert_cmpstr (logs, ==, "INFO 4 in a file inputs!\n");
}

static void
test_secret (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("secret")
    "tasks:\n" SHELL ("p") "    commands: ['echo \"got {{ secret(''TEST_ENGINE'') }}\"', 'printf topsec; sleep 0.1; echo ret']\n"
    "  - {id: bad, type: io.kestra.plugin.core.log.Log, message: \"{{ secret('TEST_ENGINE') | number }}\"}\n");
  g_autofree char *logs = fixture_logs (self, head->id, NULL);

  g_assert_nonnull (strstr (logs, "INFO got ******\n"));
  g_assert_null (strstr (logs, "topsecret"));
  g_assert_true (head->error == NULL || strstr (head->error, "topsecret") == NULL);
}

/* The value of a SECRET input is in neither the record nor the log; expressions see it. */
static void
test_sealed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) inputs = tc_value_map_of ("s", tc_value_string ("topsecret"), NULL);
  g_autofree char *id = fixture_execute (self, FLOW ("sealed") "inputs: [{id: s, type: SECRET}]\n"
    "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: '{{ inputs.s }} {{ inputs.s | length }}'}]\n", inputs, &error);
  g_autoptr (TcHead) head = NULL;
  g_autofree char *logs = NULL;

  g_assert_no_error (error);
  head = fixture_wait (self, id);
  assert_state (head, TC_STATE_SUCCESS);
  g_assert_null (tc_value_get_str (head->inputs, "s"));
  g_assert_nonnull (tc_value_get_str (tc_value_get (head->inputs, "s"), "value"));
  logs = fixture_logs (self, id, "l");
  g_assert_cmpstr (logs, ==, "INFO ****** 9\n");
}

static void
test_subflow (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  const TcValue *outputs;

  g_assert_cmpint (fixture_save (self, FLOW ("child")
    "inputs: [{id: x, type: STRING}]\n"
    "tasks: [{id: r, type: io.kestra.plugin.core.debug.Return, format: '{{ inputs.x }}{{ trigger.flowId }}'}]\n"
    "outputs: [{id: o, type: STRING, value: '{{ outputs.r.value }}'}]\n", &error), ==, 1);
  g_assert_no_error (error);
  head = fixture_run (self, FLOW ("parent")
    "tasks:\n  - {id: s, type: io.kestra.plugin.core.flow.Subflow, namespace: test.engine, flowId: child, inputs: {x: given }}\n");
  assert_state (head, TC_STATE_SUCCESS);
  outputs = fixture_outputs (self, head->id, "s", &runs);
  g_assert_cmpstr (tc_value_get_str (tc_value_get (outputs, "outputs"), "o"), ==, "givenparent");
}

static void
test_concurrency (Fixture *self, gconstpointer data)
{
  static const char source[] = FLOW ("one") "concurrency: {limit: 1, behavior: QUEUE}\n"
    "tasks: [{id: s, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.3S}]\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *first = fixture_execute (self, source, NULL, &error), *second = fixture_execute (self, source, NULL, &error);
  g_autoptr (TcHead) one = fixture_wait (self, first), other = fixture_wait (self, second);

  g_assert_no_error (error);
  assert_state (one, TC_STATE_SUCCESS);
  assert_state (other, TC_STATE_SUCCESS);
  g_assert_cmpint (other->history.items[1].state, ==, TC_STATE_QUEUED);
  g_assert_cmpint (other->history.items[2].at_us, >=, one->history.items[one->history.n - 1].at_us);
}

static void
test_task_cache (Fixture *self, gconstpointer data)
{
  g_autofree char *mark = g_build_filename (self->directory, "mark", NULL), *text = NULL;
  g_autofree char *source = g_strdup_printf (FLOW ("cached") "tasks:\n" SHELL ("p")
    "    taskCache: {enabled: true}\n    commands: ['echo x >> %s', 'echo ''::{\"outputs\":{\"a\":1}}::''']\n", mark);
  g_autoptr (TcHead) first = fixture_run (self, source), second = fixture_run (self, source);
  g_autoptr (GPtrArray) runs = NULL;

  assert_state (first, TC_STATE_SUCCESS);
  assert_state (second, TC_STATE_SUCCESS);
  g_assert_true (g_file_get_contents (mark, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "x\n");
  g_assert_cmpint (tc_value_get_i64 (tc_value_get (fixture_outputs (self, second->id, "p", &runs), "vars"), "a", 0), ==, 1);
}

static void
test_checks (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = NULL;

  g_assert_null (fixture_execute (self, FLOW ("blocked") "checks: [{condition: '{{ 1 > 2 }}', message: too small}]\n"
    "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: m}]\n", NULL, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "too small"));
  head = fixture_run (self, FLOW ("fails") "checks: [{condition: '{{ 1 > 2 }}', message: m, behavior: FAIL_EXECUTION}]\n"
    "tasks: [{id: l, type: io.kestra.plugin.core.log.Log, message: m}]\n");
  assert_state (head, TC_STATE_FAILED);
}

/* What the file of an attempt of @task holds; "" for a task without one. */
static char *
file_log (Fixture *self, const char *id, const char *task, guint attempt)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *path = NULL;
  char *text = NULL;

  fixture_outputs (self, id, task, &runs);
  for (guint i = 0; i < runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (runs, i);

      if (strcmp (run->task_id, task) == 0 && attempt < run->attempts->len)
        {
          const char *uri = ((const TcAttempt *) g_ptr_array_index (run->attempts, attempt))->log_file;

          path = uri != NULL ? g_build_filename (self->directory, "storage", uri + strlen ("kestra://"), NULL) : NULL;
        }
    }
  if (path != NULL)
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text != NULL ? text : g_strdup ("");
}

static void
test_log_to_file (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("to-file")
    "tasks:\n"
    "  - {id: job, type: io.kestra.plugin.core.log.Log, message: 'said {{ task.id }}', logToFile: true}\n"
    SHELL ("program") "    logToFile: true\n    commands: [echo out, echo err >&2]\n"
    "  - id: group\n    type: io.kestra.plugin.core.flow.Sequential\n    logToFile: true\n    allowFailure: true\n    tasks:\n"
    "      - {id: bad, type: io.kestra.plugin.core.log.Log, message: '{{ nope }}', logToFile: true, retry: {type: constant, interval: PT0.01S, maxAttempts: 2}}\n"
    "      - {id: fail, type: io.kestra.plugin.core.execution.Fail, errorMessage: no more, logToFile: true}\n");
  g_autofree char *logs = fixture_logs (self, head->id, NULL), *job = file_log (self, head->id, "job", 0);
  g_autofree char *program = file_log (self, head->id, "program", 0), *group = file_log (self, head->id, "group", 0);
  g_autofree char *first = file_log (self, head->id, "bad", 0), *second = file_log (self, head->id, "bad", 1);

  assert_state (head, TC_STATE_WARNING);
  g_assert_cmpstr (logs, ==, "");
  g_assert_true (g_str_has_suffix (job, "Z INFO said job\n"));
  g_assert_nonnull (strstr (program, " INFO out\n"));
  g_assert_nonnull (strstr (program, " ERROR err\n"));
  g_assert_cmpstr (group, ==, "");
  g_assert_nonnull (strstr (first, " ERROR "));
  g_assert_nonnull (strstr (second, " ERROR "));
}

/* What tasks find out about this engine, and do to it. */
static void
test_own_server (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = NULL;
  g_autofree char *runs = NULL;
  g_autoptr (GPtrArray) list = NULL;

  g_assert_cmpint (fixture_save (self, FLOW ("own-child") "tasks: [{id: r, type: io.kestra.plugin.core.debug.Return, format: x}]\n", &error), ==, 1);
  g_assert_no_error (error);
  head = fixture_run (self, FLOW ("own")
    "tasks:\n"
    "  - {id: s, type: io.kestra.plugin.core.flow.Subflow, namespace: test.engine, flowId: own-child}\n"
    "  - {id: c, type: io.kestra.plugin.kestra.executions.Count, auth: {username: \"{{ secret('NONE') }}\"}, flowId: own-child}\n"
    "  - {id: q, type: io.kestra.plugin.kestra.executions.Query, triggerExecutionId: '{{ execution.id }}', fetchType: FETCH_ONE}\n"
    "  - {id: f, type: io.kestra.plugin.kestra.flows.List}\n"
    "  - {id: d, type: io.kestra.plugin.kestra.executions.Delete, executionId: '{{ outputs.q.row[\"0\"].id }}'}\n"
    "  - {id: gone, type: io.kestra.plugin.kestra.executions.Count, flowId: own-child}\n"
    "  - {id: me, type: io.kestra.plugin.kestra.executions.Delete, executionId: '{{ execution.id }}', allowFailure: true}\n"
    "  - {id: k, type: io.kestra.plugin.kestra.executions.Kill, executionId: '{{ execution.id }}'}\n"
    "  - {id: never, type: io.kestra.plugin.core.log.Log, message: m}\n");
  runs = fixture_runs (self, head->id);
  assert_state (head, TC_STATE_KILLED);
  g_assert_true (g_str_has_prefix (runs, "s=SUCCESS c=SUCCESS q=SUCCESS f=SUCCESS d=SUCCESS gone=SUCCESS me=WARNING k="));
  g_assert_null (strstr (runs, "never"));
  g_assert_cmpint (tc_value_get_i64 (fixture_outputs (self, head->id, "c", &list), "count", 0), ==, 1);
  g_clear_pointer (&list, g_ptr_array_unref);
  g_assert_cmpint (tc_value_get_i64 (fixture_outputs (self, head->id, "gone", &list), "count", 9), ==, 0);
}

static void
test_directory (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) head = fixture_run (self, FLOW ("directory")
    "tasks:\n  - id: wd\n    type: io.kestra.plugin.core.flow.WorkingDirectory\n    inputFiles: {a.txt: 'in {{ flow.id }}'}\n"
    "    outputFiles: [c.txt]\n    tasks:\n"
    "      - id: one\n        type: io.kestra.plugin.scripts.shell.Commands\n"
    "        taskRunner: {type: io.kestra.plugin.core.runner.Process}\n        outputFiles: [b.txt]\n"
    "        commands: [cp a.txt b.txt, cp a.txt c.txt]\n"
    "      - id: two\n        type: io.kestra.plugin.scripts.shell.Commands\n"
    "        taskRunner: {type: io.kestra.plugin.core.runner.Process}\n        commands: [test ! -e b.txt, cat c.txt]\n"
    "  - {id: r, type: io.kestra.plugin.core.debug.Return, format: \"{{ read(outputs.wd.outputFiles['c.txt']) }}\"}\n");
  g_autoptr (GPtrArray) runs = NULL;

  assert_state (head, TC_STATE_SUCCESS);
  g_assert_cmpstr (tc_value_get_str (fixture_outputs (self, head->id, "r", &runs), "value"), ==, "in directory");
}

int
main (int argc, char **argv)
{
  static const struct { const char *path; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/engine/flows/core", test_core }, { "/engine/flows/program", test_program }, { "/engine/flows/last-line", test_last_line },
    { "/engine/flows/namespace-files", test_namespace_files },
    { "/engine/flows/failure", test_failure }, { "/engine/flows/retry", test_retry }, { "/engine/flows/timeout", test_timeout },
    { "/engine/flows/kill", test_kill }, { "/engine/flows/inputs", test_inputs }, { "/engine/flows/secret", test_secret },
    { "/engine/flows/sealed", test_sealed }, { "/engine/flows/subflow", test_subflow }, { "/engine/flows/concurrency", test_concurrency },
    { "/engine/flows/task-cache", test_task_cache }, { "/engine/flows/checks", test_checks }, { "/engine/flows/directory", test_directory },
    { "/engine/flows/log-to-file", test_log_to_file }, { "/engine/flows/own-server", test_own_server },
    { "/engine/flows/disabled-inputs", test_disabled_inputs },
  };

  g_setenv ("SECRET_TEST_ENGINE", "dG9wc2VjcmV0", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].func, fixture_tear_down);
  return g_test_run ();
}
