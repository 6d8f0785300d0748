/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiling behind the editor, and the text that runs without containers. */
#include "config.h"
#include "tc-engine.h"
#include "tc-flow-check.h"
#include "tc-run-as-process.h"

#define FLOW \
  "id: first\nnamespace: company.team\ntasks:\n  - id: script\n    type: io.kestra.plugin.scripts.shell.Commands\n" \
  "    commands: [echo hi]\n"

typedef struct
{
  TcRegistry *registry;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->registry = tc_engine_load_registry (NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  tc_registry_unref (fixture->registry);
}

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static TcFlowCheck *
check (Fixture    *fixture,
       const char *text)
{
  static const TcLayoutMetrics metrics = { .node_width = 220, .node_height = 56, .gap_x = 24, .gap_y = 32, .header_height = 30, .padding = 12 };
  g_autoptr (GAsyncResult) result = NULL;
  TcFlowCheck *answer;

  tc_flow_check_async (text, fixture->registry, &metrics, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = tc_flow_check_finish (result, NULL);
  g_assert_nonnull (answer);
  return answer;
}

static void
test_good (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (TcFlowCheck) answer = check (fixture, FLOW);

  g_assert_cmpuint (answer->diagnostics->len, ==, 0);
  g_assert_nonnull (answer->flow);
  g_assert_nonnull (answer->graph);
  g_assert_cmpfloat (answer->width, >, 0);
}

static void
test_bad (Fixture      *fixture,
          gconstpointer data)
{
  g_autoptr (TcFlowCheck) unknown = check (fixture, FLOW "wrong: key\n"), torn = check (fixture, "id: [\n"), empty = check (fixture, "");

  g_assert_cmpuint (unknown->diagnostics->len, ==, 1);
  g_assert_cmpuint (((TcDiagnostic *) unknown->diagnostics->pdata[0])->span.line, ==, 7);
  g_assert_cmpuint (torn->diagnostics->len, >, 0);
  g_assert_cmpuint (empty->diagnostics->len, >, 0);
  g_assert_null (empty->graph);
}

/* The changed text must be valid, and its script tasks must have the process runner, whatever defaults the user wrote. */
static void
check_process (Fixture    *fixture,
               const char *text)
{
  g_autoptr (TcFlowCheck) before = check (fixture, text), after = NULL;
  g_autofree char *changed = NULL;
  const TcTask *task;

  g_assert_nonnull (before->flow);
  changed = tc_run_as_process (text, before->flow);
  after = check (fixture, changed);
  g_assert_false (tc_diagnostics_have_error (after->diagnostics));
  task = tc_flow_find_task (after->flow, "script");
  g_assert_cmpstr (tc_value_get_str (tc_value_get (task->props, "taskRunner"), "type"), ==, "io.kestra.plugin.core.runner.Process");
}

static void
test_as_process (Fixture      *fixture,
                 gconstpointer data)
{
  check_process (fixture, FLOW);
  check_process (fixture, "id: a\nnamespace: n\ntasks:\n  - id: script\n    type: io.kestra.plugin.scripts.shell.Commands\n    commands: [a]\n"
                          "    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker}");
  check_process (fixture, "id: a\nnamespace: n\npluginDefaults:\n  - type: io.kestra.plugin.core.log.Log\n    values: {level: WARN}\n"
                          "tasks:\n  - id: script\n    type: io.kestra.plugin.scripts.shell.Commands\n    commands: [a]\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/app/check/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/app/check/bad", Fixture, NULL, set_up, test_bad, tear_down);
  g_test_add ("/app/check/as-process", Fixture, NULL, set_up, test_as_process, tear_down);
  return g_test_run ();
}
