/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include <string.h>

#define CHILD(body) \
  "id: child\nnamespace: a.b\ninputs:\n- {id: n, type: INT}\n- {id: items, type: STRING}\ntasks:\n" body \
  "outputs:\n- {id: n, type: INT, value: '{{ inputs.n }}'}\n"
#define CHILD_LOG "- {id: c, type: io.kestra.plugin.core.log.Log, message: m}\n"
#define CHILD_FAIL "- {id: c, type: io.kestra.plugin.core.execution.Fail, condition: '{{ inputs.n == 1 and taskrun.attemptsCount == 0 }}'}\n"
#define CHILD_SLEEP "- {id: c, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n"

static const char items_flow[] =
  "id: f\nnamespace: a.b\ntasks:\n"
  "- id: e\n  type: io.kestra.plugin.core.flow.ForEachItem\n  items: 'kestra:///%s'\n  batch: {rows: 2}\n"
  "  namespace: a.b\n  flowId: child\n  %s\n"
  "  inputs: {n: '{{ taskrun.iteration }}', items: '{{ taskrun.items }}'}\n"
  "- {id: z, type: io.kestra.plugin.core.log.Log, message: m}\n";

static TcFakePlay *
start_items (TcFakeWorld *world, const char *batches, const char *more, const char *child)
{
  g_autofree char *yaml = g_strdup_printf (items_flow, batches, more);
  TcFlow *flow = tc_fake_flow (yaml);

  tc_fake_world_add_flow (world, flow);
  tc_fake_world_add_flow (world, tc_fake_flow (child));
  return tc_fake_world_start (world, flow, NULL, NULL, NULL);
}

static void
assert_play (TcFakePlay *play, const char *expected)
{
  g_autofree char *shown = tc_fake_play_describe (play);

  g_assert_cmpstr (shown, ==, expected);
}

static const TcValue *
iterations (TcFakePlay *play)
{
  return tc_value_get (tc_execution_run (play->execution, 2)->outputs, "iterations");
}

static void
test_items (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = start_items (world, "200", "", CHILD (CHILD_LOG)), *last;

  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,SUCCESS | e SUCCESS | e_split SUCCESS | e_items SUCCESS | e_merge SUCCESS | z SUCCESS");
  g_assert_cmpuint (tc_fake_world_n_plays (world), ==, 201);
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "SUCCESS", 0), ==, 200);
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "CREATED", -1), ==, 0);
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "RUNNING", -1), ==, 0);
  last = tc_fake_world_play (world, 200);
  g_assert_cmpint (tc_value_get_i64 (tc_execution_head (last->execution)->inputs, "n", -1), ==, 199);
  g_assert_cmpstr (tc_value_get_str (tc_execution_head (last->execution)->inputs, "items"), ==, "kestra:///batch199");
  g_assert_nonnull (tc_value_get (tc_execution_run (play->execution, 3)->outputs, "subflowOutputs"));
  tc_fake_play_check_journal (play);
}

static void
test_no_items (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = start_items (world, "0", "", CHILD (CHILD_LOG));

  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,SUCCESS | e SUCCESS | e_split SUCCESS | e_items SUCCESS(0) | e_merge SUCCESS | z SUCCESS");
}

static void
test_items_not_waited_for (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = start_items (world, "2", "wait: false", CHILD (CHILD_SLEEP));

  while (tc_fake_play_state (play) != TC_STATE_SUCCESS && tc_fake_world_turn (world, G_MAXINT64));
  g_assert_cmpint (tc_fake_play_state (tc_fake_world_play (world, 1)), ==, TC_STATE_RUNNING);
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "SUCCESS", 0), ==, 2);
}

static void
test_failed_items (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = start_items (world, "3", "", CHILD (CHILD_FAIL));
  g_autoptr (GError) error = NULL;

  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,FAILED | e FAILED | e_split SUCCESS | e_items FAILED");
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "FAILED", 0), ==, 1);
  tc_fake_play_send (play, TC_EVENT_RESTART, NULL, &error);
  g_assert_no_error (error);
  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,FAILED,RESTARTED,RUNNING,SUCCESS | e SUCCESS | e_split SUCCESS | e_items SUCCESS | e_merge SUCCESS | z SUCCESS");
  g_assert_cmpuint (tc_fake_world_n_plays (world), ==, 4);
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "FAILED", -1), ==, 0);
  g_assert_cmpint (tc_value_get_i64 (iterations (play), "SUCCESS", 0), ==, 3);
}

static void
test_killed_items (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = start_items (world, "3", "", CHILD (CHILD_SLEEP));
  g_autoptr (GError) error = NULL;

  while (tc_fake_world_turn (world, tc_fake_world_now (world) + 1000));
  tc_fake_play_send (play, TC_EVENT_KILL, NULL, &error);
  g_assert_no_error (error);
  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,KILLING,KILLED | e KILLED | e_split SUCCESS | e_items KILLED");
  for (guint i = 1; i < 4; i++)
    g_assert_cmpint (tc_fake_play_state (tc_fake_world_play (world, i)), ==, TC_STATE_KILLED);
}

static void
test_no_uri (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFlow *flow = tc_fake_flow ("id: f\nnamespace: a.b\ntasks:\n- {id: e, type: io.kestra.plugin.core.flow.ForEachItem, items: x, namespace: a.b, flowId: c}\n");
  TcFakePlay *play;

  tc_fake_world_add_flow (world, flow);
  play = tc_fake_world_start (world, flow, NULL, NULL, NULL);
  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,FAILED | e FAILED");
  g_assert_nonnull (strstr (g_ptr_array_index (play->logs, 0), "not an internal storage URI"));
}

#define FLOW(body) "id: f\nnamespace: a.b\n" body

/* Plays @yaml to its end. */
static TcFakePlay *
play_flow (TcFakeWorld *world, const char *yaml)
{
  TcFlow *flow = tc_fake_flow (yaml);
  TcFakePlay *play;

  tc_fake_world_add_flow (world, flow);
  play = tc_fake_world_start (world, flow, NULL, NULL, NULL);
  tc_fake_world_run (world);
  return play;
}

/* Seconds between the ends and starts of the attempts of the first run. */
static double
pause_before (TcFakePlay *play, guint attempt)
{
  const TcTaskRun *run = tc_execution_run (play->execution, 0);
  const TcHistory *one = &((const TcAttempt *) g_ptr_array_index (run->attempts, attempt - 1))->history;
  const TcHistory *next = &((const TcAttempt *) g_ptr_array_index (run->attempts, attempt))->history;

  return (double) (next->items[0].at_us - one->items[one->n - 1].at_us) / G_USEC_PER_SEC;
}

static void
test_exponential (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: a\n  type: io.kestra.plugin.core.execution.Fail\n"
                                             "  retry: {type: exponential, interval: PT1S, maxInterval: PT5S, maxAttempts: 5}\n"));

  g_assert_cmpfloat (pause_before (play, 1), ==, 1);
  g_assert_cmpfloat (pause_before (play, 2), ==, 2);
  g_assert_cmpfloat (pause_before (play, 3), ==, 4);
  g_assert_cmpfloat (pause_before (play, 4), ==, 5);
}

static void
test_random_retry (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: a\n  type: io.kestra.plugin.core.execution.Fail\n"
                                             "  retry: {type: random, minInterval: PT1S, maxInterval: PT2S, maxAttempts: 8}\n"));

  for (guint i = 1; i < 8; i++)
    {
      g_assert_cmpfloat (pause_before (play, i), >=, 1);
      g_assert_cmpfloat (pause_before (play, i), <=, 2);
    }
  g_assert_cmpfloat (pause_before (play, 1), !=, pause_before (play, 2));
}

static void
test_retry_duration (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: a\n  type: io.kestra.plugin.core.execution.Fail\n"
                                             "  retry: {type: constant, interval: PT2S, maxDuration: PT5S}\n"));

  assert_play (play, "CREATED,RUNNING,FAILED,RETRYING,RUNNING,FAILED,RETRYING,RUNNING,FAILED | a FAILED(3)");
}

static void
test_new_execution (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: s\n  type: io.kestra.plugin.core.flow.Sequential\n  tasks:\n"
                                             "  - id: a\n    type: io.kestra.plugin.core.execution.Fail\n"
                                             "    retry: {type: constant, interval: PT2S, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}\n"));
  const TcHead *second;

  assert_play (play, "CREATED,RUNNING,RETRIED | s RETRIED | a RETRIED");
  g_assert_cmpuint (tc_fake_world_n_plays (world), ==, 2);
  assert_play (tc_fake_world_play (world, 1), "CREATED,RUNNING,FAILED | s FAILED | a FAILED");
  second = tc_execution_head (tc_fake_world_play (world, 1)->execution);
  g_assert_cmpint (second->attempt_number, ==, 2);
  g_assert_cmpstr (second->parent_id, ==, "x1");
  g_assert_cmpint (second->history.items[1].at_us - second->history.items[0].at_us, ==, 2000000);
}

static void
test_retry_before_start (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: a\n  type: io.kestra.plugin.core.flow.Subflow\n  namespace: a.b\n  flowId: missing\n"
                                             "  retry: {type: constant, interval: PT1S, maxAttempts: 3}\n"));

  assert_play (play, "CREATED,RUNNING,FAILED,RETRYING,RUNNING,FAILED,RETRYING,RUNNING,FAILED | a FAILED(3)");
}

static guint
count_logs (TcFakePlay *play, const char *words)
{
  guint n = 0;

  for (guint i = 0; i < play->logs->len; i++)
    n += strstr (g_ptr_array_index (play->logs, i), words) != NULL;
  return n;
}

/* Two tries: between them the first of the errors runs, after the last one all of them; @duration is that of the first. */
static TcFakePlay *
play_errors_between (TcFakeWorld *world, const char *duration)
{
  g_autofree char *yaml = g_strdup_printf (FLOW ("tasks:\n- id: s\n  type: io.kestra.plugin.core.flow.Sequential\n"
                                                 "  retry: {type: constant, interval: PT5S, maxAttempts: 2}\n  tasks:\n"
                                                 "  - {id: a, type: io.kestra.plugin.core.execution.Fail}\n  errors:\n"
                                                 "  - {id: e, type: io.kestra.plugin.core.flow.Sleep, duration: %s}\n"
                                                 "  - {id: e2, type: io.kestra.plugin.core.log.Log, message: m}\n"), duration);

  return play_flow (world, yaml);
}

static void
test_errors_between_tries (void)
{
  static const char *const durations[] = { "PT1S", "PT1H" };      /* over before the next try, and broken off by it */

  for (size_t i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
      TcFakePlay *play = play_errors_between (world, durations[i]);

      assert_play (play, "CREATED,RUNNING,RETRYING,RUNNING,FAILED | s FAILED | a FAILED(2) | e SUCCESS | e2 SUCCESS");
      g_assert_cmpuint (count_logs (play, "Waiting for"), ==, 2);
      tc_fake_play_check_journal (play);
    }
}

static void
test_void_directory (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: w\n  type: io.kestra.plugin.core.flow.WorkingDirectory\n  tasks:\n"
                                             "  - {id: a, type: io.kestra.plugin.core.log.Log, message: m}\n"
                                             "  - {id: b, type: io.kestra.plugin.core.log.Log, message: m, runIf: '{{ outputs.nope }}'}\n"
                                             "  - {id: c, type: io.kestra.plugin.core.log.Log, message: m}\n"));
  g_autoptr (GError) error = NULL;

  assert_play (play, "CREATED,RUNNING,FAILED | w FAILED(0) | a SUCCESS");
  g_assert_cmpuint (tc_execution_run (play->execution, 0)->history.n, ==, 2);
  tc_fake_play_send (play, TC_EVENT_RESTART, NULL, &error);
  g_assert_no_error (error);
  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,FAILED,RESTARTED,RUNNING,FAILED | w FAILED(0) | a SUCCESS");
  tc_fake_play_check_journal (play);
}

static void
test_loop_in_loop (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: e\n  type: io.kestra.plugin.core.flow.ForEach\n  values: [p, q]\n  tasks:\n"
                                             "  - id: l\n    type: io.kestra.plugin.core.flow.LoopUntil\n    condition: 'false'\n"
                                             "    checkFrequency: {interval: PT1S, maxIterations: 3}\n    tasks:\n"
                                             "    - {id: r, type: io.kestra.plugin.core.log.Log, message: m}\n"));
  const TcTaskRun *first = tc_execution_run (play->execution, 1), *second = tc_execution_run (play->execution, 3);

  g_assert_cmpint (first->iteration, ==, 2);
  g_assert_cmpint (second->iteration, ==, 4);
  g_assert_cmpint (tc_value_get_i64 (first->outputs, "iterationCount", 0), ==, 4);
  g_assert_cmpint (tc_value_get_i64 (second->outputs, "iterationCount", 0), ==, 4);
}

/* The number of the next iteration is looked at too, so the second one does not begin. */
static void
test_count_in_condition (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("tasks:\n- id: l\n  type: io.kestra.plugin.core.flow.LoopUntil\n"
                                             "  condition: '{{ outputs.l.iterationCount >= 3 }}'\n  checkFrequency: {interval: PT1S}\n"
                                             "  tasks:\n  - {id: r, type: io.kestra.plugin.core.log.Log, message: m}\n"));

  assert_play (play, "CREATED,RUNNING,PAUSED,RUNNING,SUCCESS | l SUCCESS | r SUCCESS");
  g_assert_cmpint (tc_value_get_i64 (tc_execution_run (play->execution, 0)->outputs, "iterationCount", 0), ==, 3);
}

static void
test_sla (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("sla:\n- {id: s, type: EXECUTION_ASSERTION, assert: '{{ 1 == 2 }}', behavior: NONE, labels: {x: y}}\n"
                                             "- {id: d, type: MAX_DURATION, duration: PT3S, behavior: CANCEL}\n"
                                             "tasks:\n- {id: a, type: io.kestra.plugin.core.log.Log, message: m}\n"
                                             "- {id: b, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n"
                                             "errors:\n- {id: e, type: io.kestra.plugin.core.log.Log, message: m}\n"));

  assert_play (play, "CREATED,RUNNING,CANCELLED | a SUCCESS | b KILLED");
  g_assert_cmpuint (count_logs (play, "SLA 's' violated"), ==, 1);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (tc_execution_head (play->execution)->labels, 0), "value"), ==, "y");
}

static void
test_refused_labels (void)
{
  static const char *const cases[][2] = {
    { "{system.x: y}", "System labels can only be set by Kestra itself, offending label: system.x=y" },
    { "{a: ''}", "Label values cannot be empty, offending label: a" },
    { "{a: [1]}", "Unknown value type" },
    { "5", "Unknown value type" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
      g_autofree char *yaml = g_strdup_printf (FLOW ("tasks:\n- {id: a, type: io.kestra.plugin.core.execution.Labels, labels: %s}\n"), cases[i][0]);
      TcFakePlay *play = play_flow (world, yaml);

      assert_play (play, "CREATED,RUNNING,FAILED | a FAILED");
      g_assert_nonnull (strstr (g_ptr_array_index (play->logs, 0), cases[i][1]));
    }
}

static void
test_variables (void)
{
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play = play_flow (world, FLOW ("variables: {m: {a: 1, b: 2}}\ntasks:\n"
                                             "- {id: s, type: io.kestra.plugin.core.execution.SetVariables, variables: {m: {c: '{{ vars.m.a }}'}, n: x}}\n"
                                             "- {id: u, type: io.kestra.plugin.core.execution.UnsetVariables, variables: [m.b]}\n"
                                             "- {id: t, type: io.kestra.plugin.core.execution.SetVariables, overwrite: false, variables: {n: y}}\n"));
  const TcValue *m = tc_value_get (tc_execution_head (play->execution)->variables, "m");

  assert_play (play, "CREATED,RUNNING,FAILED | s SUCCESS | u SUCCESS | t FAILED");
  g_assert_cmpint (tc_value_get_i64 (m, "a", 0), ==, 1);
  g_assert_null (tc_value_get (m, "b"));
  g_assert_cmpstr (tc_value_get_str (m, "c"), ==, "1");
  g_assert_nonnull (strstr (g_ptr_array_index (play->logs, 0), "already exist: n"));
}

static void
test_bad_properties (void)
{
  static const char *const tasks[][2] = {
    { "flow.Sleep, duration: '{{ \"x\" }}'", "no duration" },
    { "execution.Exit, state: '{{ \"X\" }}'", "is none of" },
    { "log.Log, message: m, timeout: '{{ \"x\" }}'", "no duration" },
    { "flow.ForEach, values: '{{ \"x\" }}', tasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]", "JSON array" },
    { "flow.Parallel, concurrent: '{{ \"x\" }}', tasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]", "no whole number" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
      g_autofree char *yaml = g_strdup_printf (FLOW ("tasks:\n- {id: a, type: io.kestra.plugin.core.%s}\n"), tasks[i][0]);
      TcFakePlay *play = play_flow (world, yaml);

      assert_play (play, "CREATED,RUNNING,FAILED | a FAILED");
      g_assert_nonnull (strstr (g_ptr_array_index (play->logs, 0), tasks[i][1]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/flows/exponential", test_exponential);
  g_test_add_func ("/executor/flows/random-retry", test_random_retry);
  g_test_add_func ("/executor/flows/retry-duration", test_retry_duration);
  g_test_add_func ("/executor/flows/new-execution", test_new_execution);
  g_test_add_func ("/executor/flows/retry-before-start", test_retry_before_start);
  g_test_add_func ("/executor/flows/errors-between-tries", test_errors_between_tries);
  g_test_add_func ("/executor/flows/void-directory", test_void_directory);
  g_test_add_func ("/executor/flows/loop-in-loop", test_loop_in_loop);
  g_test_add_func ("/executor/flows/count-in-condition", test_count_in_condition);
  g_test_add_func ("/executor/flows/sla", test_sla);
  g_test_add_func ("/executor/flows/refused-labels", test_refused_labels);
  g_test_add_func ("/executor/flows/variables", test_variables);
  g_test_add_func ("/executor/flows/bad-properties", test_bad_properties);
  g_test_add_func ("/executor/flows/items", test_items);
  g_test_add_func ("/executor/flows/no-items", test_no_items);
  g_test_add_func ("/executor/flows/items-not-waited-for", test_items_not_waited_for);
  g_test_add_func ("/executor/flows/failed-items", test_failed_items);
  g_test_add_func ("/executor/flows/killed-items", test_killed_items);
  g_test_add_func ("/executor/flows/no-uri", test_no_uri);
  return g_test_run ();
}
