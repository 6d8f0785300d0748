/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-state.h"

static void
test_names (void)
{
  for (guint i = 0; i < TC_N_STATES; i++)
    {
      TcState state = TC_STATE_CREATED;

      g_assert_true (tc_state_parse (tc_state_name ((TcState) i), &state));
      g_assert_cmpint (state, ==, i);
    }
}

static void
test_unknown (void)
{
  TcState state = TC_STATE_PAUSED;

  g_assert_false (tc_state_parse ("success", &state));
  g_assert_false (tc_state_parse ("", &state));
  g_assert_cmpint (state, ==, TC_STATE_PAUSED);
}

static void
test_sets (void)
{
  guint terminated = 0, well = 0;

  for (guint i = 0; i < TC_N_STATES; i++)
    {
      terminated += tc_state_is_terminated ((TcState) i) ? 1 : 0;
      well += tc_state_ended_well ((TcState) i) ? 1 : 0;
    }
  g_assert_cmpuint (terminated, ==, 8);
  g_assert_cmpuint (well, ==, 5);
  g_assert_false (tc_state_is_terminated (TC_STATE_KILLING));
  g_assert_false (tc_state_ended_well (TC_STATE_CANCELLED));
  g_assert_true (tc_state_ended_well (TC_STATE_SKIPPED));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/state/names", test_names);
  g_test_add_func ("/model/state/unknown", test_unknown);
  g_test_add_func ("/model/state/sets", test_sets);
  return g_test_run ();
}
