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
  assert_play (play, "CREATED,RUNNING,FAILED,RESTARTED,RUNNING,SUCCESS | e SUCCESS | e_split SUCCESS | e_items SUCCESS(2) | e_merge SUCCESS | z SUCCESS");
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/flows/items", test_items);
  g_test_add_func ("/executor/flows/no-items", test_no_items);
  g_test_add_func ("/executor/flows/items-not-waited-for", test_items_not_waited_for);
  g_test_add_func ("/executor/flows/failed-items", test_failed_items);
  g_test_add_func ("/executor/flows/killed-items", test_killed_items);
  g_test_add_func ("/executor/flows/no-uri", test_no_uri);
  return g_test_run ();
}
