/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-executor.h"

static void
test_round_trip (void)
{
  for (TcEventKind kind = TC_EVENT_SUBMITTED; kind <= TC_EVENT_RESUME_BREAKPOINT; kind++)
    {
      g_autoptr (TcEvent) event = tc_event_new (kind, 1234567, "run/0/1"), again = NULL;
      g_autoptr (TcValue) record = NULL;
      g_autoptr (GError) error = NULL;

      event->state = kind == TC_EVENT_ENDED ? TC_STATE_FAILED : TC_STATE_SUCCESS;
      event->exit_code = 3;
      event->payload = tc_value_map_of ("a", tc_value_int (1), NULL);
      event->error = g_strdup ("why");
      record = tc_event_to_record (event);
      again = tc_event_from_record (record, &error);
      g_assert_no_error (error);
      g_assert_cmpint (again->kind, ==, kind);
      g_assert_cmpint (again->at_us, ==, 1234567);
      g_assert_cmpstr (again->effect_id, ==, "run/0/1");
      g_assert_cmpint (again->state, ==, event->state);
      g_assert_cmpint (again->exit_code, ==, 3);
      g_assert_true (tc_value_equal (again->payload, event->payload));
      g_assert_cmpstr (again->error, ==, "why");
    }
}

static void
test_bare (void)
{
  g_autoptr (TcEvent) event = tc_event_new (TC_EVENT_KILL, 1, NULL), again = NULL;
  g_autoptr (TcValue) record = tc_event_to_record (event);

  again = tc_event_from_record (record, NULL);
  g_assert_nonnull (again);
  g_assert_null (again->effect_id);
  g_assert_null (again->payload);
  g_assert_null (again->error);
  g_assert_cmpint (again->exit_code, ==, -1);
}

static void
test_refused (void)
{
  g_autoptr (TcValue) unknown = tc_value_map_of ("kind", tc_value_string ("NOPE"), NULL);
  g_autoptr (TcValue) bad_state = tc_value_map_of ("kind", tc_value_string ("ENDED"), "state", tc_value_string ("HALF"), NULL);
  g_autoptr (TcValue) empty = tc_value_map_of (NULL, NULL);
  const TcValue *records[] = { unknown, bad_state, empty };

  for (size_t i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tc_event_from_record (records[i], &error));
      g_assert_error (error, TC_MODEL_ERROR, TC_MODEL_ERROR_RECORD);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/event/round-trip", test_round_trip);
  g_test_add_func ("/executor/event/bare", test_bare);
  g_test_add_func ("/executor/event/refused", test_refused);
  return g_test_run ();
}
