/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "trigger-fixture.h"

#include "tc-poll.h"
#include "tc-schedule.h"

#define HTTP(id, more) "  - {id: " id ", type: io.kestra.plugin.core.http.Trigger, uri: 'http://x'" more "}\n"
#define SECOND INT64_C (1000000)

static void
assert_next (const TcValue *state, int64_t next)
{
  g_assert_cmpint (tc_value_get_i64 (state, "nextExecutionDate", -1), ==, next);
}

static void
test_interval (void)
{
  g_autoptr (TriggerFixture) fixture = trigger_fixture_new (HTTP ("p", ", interval: PT5S") HTTP ("q", "") HTTP ("r", ", interval: PT0.001S"));
  const int64_t intervals[] = { 5 * SECOND, 60 * SECOND, SECOND };

  for (size_t i = 0; i < G_N_ELEMENTS (intervals); i++)
    {
      const TcValue *trigger = trigger_fixture_trigger (fixture, i);
      g_autoptr (TcValue) new_one = tc_poll_begin (trigger, NULL, 1000), failed = NULL, well = NULL, again = NULL;

      g_assert_true (tc_poll_is (trigger));
      assert_next (new_one, 1000);
      g_assert_true (tc_schedule_is_due (trigger, new_one, 1000));
      failed = tc_poll_after (trigger, new_one, "why", 2000);
      assert_next (failed, 2000 + intervals[i]);
      g_assert_cmpstr (tc_value_get_str (failed, "error"), ==, "why");
      g_assert_false (tc_schedule_is_due (trigger, failed, 2000));
      /* A start does not make it look earlier. */
      again = tc_poll_begin (trigger, failed, 3000);
      assert_next (again, 2000 + intervals[i]);
      well = tc_poll_after (trigger, again, NULL, 4000);
      g_assert_null (tc_value_get (well, "error"));
      g_assert_cmpint (tc_value_get_i64 (well, "date", 0), ==, 4000);
    }
}

static void
test_changed (void)
{
  g_autoptr (TriggerFixture) fixture = trigger_fixture_new (HTTP ("p", ", interval: PT1H") HTTP ("q", ", interval: PT2H"));
  const TcValue *one = trigger_fixture_trigger (fixture, 0), *other = trigger_fixture_trigger (fixture, 1);
  g_autoptr (TcValue) begun = tc_poll_begin (one, NULL, 0), looked = tc_poll_after (one, begun, "why", 0);
  g_autoptr (TcValue) changed = tc_poll_begin (other, looked, 5000), off = NULL, still = NULL;

  assert_next (changed, 5000);
  g_assert_null (tc_value_get (changed, "error"));
  off = tc_schedule_toggle (NULL, changed, TRUE, NULL, 6000);
  still = tc_poll_begin (other, off, 7000);
  assert_next (still, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/poll/interval", test_interval);
  g_test_add_func ("/poll/changed", test_changed);
  return g_test_run ();
}
