/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include <string.h>
#include <time.h>

/*
 * The cost of a step follows the change: ten times the values take about ten times as long, not a hundred times. Times are of the processor.
 * $TC_SCALE_VALUES sets how many values the smaller loop has.
 */

static int64_t
no_work (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, TcEvent *end, gpointer data)
{
  return 0;
}

/* Plays a loop over @n values; returns seconds of the processor. */
static double
play_loop (guint n, guint limit, const char *body)
{
  g_autoptr (GString) yaml = g_string_new (NULL);
  g_autoptr (TcFlow) flow = NULL;
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play;
  clock_t begin;

  g_string_append_printf (yaml, "id: f\nnamespace: a.b\ntasks:\n- id: e\n  type: io.kestra.plugin.core.flow.ForEach\n  concurrencyLimit: %u\n  values: '[", limit);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (yaml, "%s%u", i > 0 ? "," : "", i);
  g_string_append_printf (yaml, "]'\n  tasks:\n%s", body);
  flow = tc_fake_flow (yaml->str);
  tc_fake_world_set_work (world, no_work, NULL);
  begin = clock ();
  play = tc_fake_world_start (world, flow, NULL, NULL, NULL);
  tc_fake_world_run (world);
  g_assert_cmpint (tc_fake_play_state (play), ==, TC_STATE_SUCCESS);
  g_assert_cmpuint (tc_execution_n_runs (play->execution), >=, n);
  return (double) (clock () - begin) / CLOCKS_PER_SEC;
}

#define LOG "  - id: t\n    type: io.kestra.plugin.core.log.Log\n    message: m\n"
#define LOG2 LOG "  - id: u\n    type: io.kestra.plugin.core.log.Log\n    message: m\n"

static void
check_linear (guint limit, const char *body)
{
  const char *wanted = g_getenv ("TC_SCALE_VALUES");
  guint small = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : 2000;
  double one = play_loop (small, limit, body), ten = play_loop (10 * small, limit, body);

  g_test_message ("%u values: %.3f s, %u values: %.3f s, %.1f us a value, %.2f times as many for each", small, one, 10 * small, ten, ten * 1e6 / (10 * small),
                  ten / (10 * one));
  g_assert_cmpfloat (ten, <, MAX (one, 0.01) * 20);
}

static void
test_one_by_one (void)
{
  check_linear (1, LOG2);
}

static void
test_limited (void)
{
  check_linear (8, LOG2);
}

static void
test_all_at_once (void)
{
  check_linear (0, LOG2);
}

static void
test_skipped (void)
{
  check_linear (1, LOG "    runIf: 'false'\n");
}

static void
test_long_sequence (void)
{
  g_autoptr (GString) yaml = g_string_new ("id: f\nnamespace: a.b\ntasks:\n");
  g_autoptr (TcFlow) flow = NULL;
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcFakePlay *play;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (yaml, "- id: t%u\n  type: io.kestra.plugin.core.log.Log\n  message: m\n", i);
  flow = tc_fake_flow (yaml->str);
  tc_fake_world_set_work (world, no_work, NULL);
  play = tc_fake_world_start (world, flow, NULL, NULL, NULL);
  tc_fake_world_run (world);
  g_assert_cmpint (tc_fake_play_state (play), ==, TC_STATE_SUCCESS);
  g_assert_cmpuint (tc_execution_n_runs (play->execution), ==, 5000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/scale/one-by-one", test_one_by_one);
  g_test_add_func ("/executor/scale/limited", test_limited);
  g_test_add_func ("/executor/scale/all-at-once", test_all_at_once);
  g_test_add_func ("/executor/scale/skipped", test_skipped);
  g_test_add_func ("/executor/scale/sequence", test_long_sequence);
  return g_test_run ();
}
