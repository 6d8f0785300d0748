/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-table.h"

static void
test_ends_of_the_road (void)
{
  for (TcState to = 0; to < TC_N_STATES; to++)
    {
      g_assert_false (tc_state_run_may_become (TC_STATE_KILLED, to));
      g_assert_false (tc_state_run_may_become (TC_STATE_RETRIED, to));
      g_assert_false (tc_state_head_may_become (TC_STATE_KILLED, to));
      g_assert_false (tc_state_head_may_become (TC_STATE_RETRIED, to));
    }
}

static void
test_killing_ends_killed (void)
{
  for (TcState to = 0; to < TC_N_STATES; to++)
    g_assert_cmpint (tc_state_head_may_become (TC_STATE_KILLING, to), ==, to == TC_STATE_KILLED);
}

static void
test_nothing_becomes_created (void)
{
  for (TcState from = 0; from < TC_N_STATES; from++)
    {
      g_assert_false (tc_state_head_may_become (from, TC_STATE_CREATED));
      g_assert_cmpint (tc_state_run_may_become (from, TC_STATE_CREATED), ==,
                       from == TC_STATE_BREAKPOINT || from == TC_STATE_RETRYING);
    }
}

static void
test_every_open_execution_can_be_killed (void)
{
  for (TcState from = 0; from < TC_N_STATES; from++)
    if (from != TC_STATE_SUBMITTED && from != TC_STATE_KILLING)     /* an execution is never SUBMITTED */
      g_assert_cmpint (tc_state_head_may_become (from, TC_STATE_KILLING), ==, !tc_state_is_terminated (from));
}

static void
test_out_of_range (void)
{
  g_assert_false (tc_state_run_may_become (TC_N_STATES, TC_STATE_SUCCESS));
  g_assert_false (tc_state_run_may_become (TC_STATE_CREATED, TC_N_STATES));
  g_assert_false (tc_state_head_may_become ((TcState) 100, TC_STATE_SUCCESS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/state-table/ends", test_ends_of_the_road);
  g_test_add_func ("/executor/state-table/killing", test_killing_ends_killed);
  g_test_add_func ("/executor/state-table/created", test_nothing_becomes_created);
  g_test_add_func ("/executor/state-table/kill", test_every_open_execution_can_be_killed);
  g_test_add_func ("/executor/state-table/range", test_out_of_range);
  return g_test_run ();
}
