/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"
#include "tc-json.h"

static TcTaskRun *
sample_run (void)
{
  g_autoptr (TcTaskRun) fresh = tc_task_run_new ("r1", "t", "p", "x", 3, 1000000);
  TcTaskRun *run = tc_task_run_with_state (fresh, TC_STATE_RUNNING, 1500000);
  TcAttempt *attempt = tc_attempt_new ("r1/0/1", 1000000);

  tc_history_add (&attempt->history, TC_STATE_SUCCESS, 2500000);
  attempt->exit_code = 7;
  attempt->log_file = g_strdup ("kestra:///log");
  g_ptr_array_add (run->attempts, attempt);
  tc_history_add (&run->history, TC_STATE_SUCCESS, 2500000);
  run->outputs = tc_value_map_of ("value", tc_value_string ("hi"), NULL);
  run->memo = tc_value_map_of ("serial", tc_value_int (4), NULL);
  run->dynamic = TRUE;
  return run;
}

static TcHead *
sample_head (void)
{
  TcHead *head = tc_head_new ("e1", "company.team", "f", 2, 1000000);

  head->unsaved = TRUE;
  head->inputs = tc_value_map_of ("a", tc_value_int (1), NULL);
  head->outputs = tc_value_map_of ("b", tc_value_bool (TRUE), NULL);
  head->variables = tc_value_map_of ("v", tc_value_null (), NULL);
  head->trigger = tc_value_map_of ("id", tc_value_string ("s"), NULL);
  head->parent_id = g_strdup ("e0");
  head->attempt_number = 3;
  head->schedule_us = 77000000;
  head->kind = g_strdup ("TEST");
  head->memo = tc_value_map_of ("serial", tc_value_int (9), NULL);
  head->error = g_strdup ("boom");
  tc_history_add (&head->history, TC_STATE_FAILED, 3000000);
  return head;
}

static TcValue *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TcValue *value = tc_json_read (text, strlen (text), &error);

  g_assert_no_error (error);
  return value;
}

static void
test_run_round_trip (void)
{
  g_autoptr (TcTaskRun) run = sample_run ();
  g_autoptr (TcValue) record = tc_task_run_to_record (run);
  g_autofree char *text = tc_json_to_text (record);
  g_autoptr (TcValue) read = parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcTaskRun) back = tc_task_run_from_record (read, &error);
  g_autoptr (TcValue) again = NULL;

  g_assert_no_error (error);
  again = tc_task_run_to_record (back);
  g_assert_true (tc_value_equal (record, again));
  g_assert_cmpint (back->iteration, ==, 3);
  g_assert_true (back->dynamic);
  g_assert_cmpint (tc_task_run_last_attempt (back)->exit_code, ==, 7);
  g_assert_cmpuint (back->history.n, ==, 3);
  g_assert_cmpint (back->history.items[1].at_us, ==, 1500000);
}

static void
test_plain_run (void)
{
  g_autoptr (TcTaskRun) run = tc_task_run_new ("r1", "t", NULL, NULL, -1, 5);
  g_autoptr (TcValue) record = tc_task_run_to_record (run);
  g_autoptr (TcTaskRun) back = tc_task_run_from_record (record, NULL);

  g_assert_nonnull (back);
  g_assert_cmpint (back->iteration, ==, -1);
  g_assert_null (back->outputs);
  g_assert_null (back->value);
}

static void
test_head_round_trip (void)
{
  g_autoptr (TcHead) head = sample_head ();
  g_autoptr (TcValue) record = tc_head_to_record (head);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) back = tc_head_from_record (record, &error);
  g_autoptr (TcValue) again = NULL;

  g_assert_no_error (error);
  again = tc_head_to_record (back);
  g_assert_true (tc_value_equal (record, again));
  g_assert_cmpint (back->attempt_number, ==, 3);
  g_assert_cmpstr (back->error, ==, "boom");
  g_assert_true (back->unsaved);
  g_assert_cmpint (tc_head_state (back), ==, TC_STATE_FAILED);
}

static void
test_refused (void)
{
  static const struct { const char *record, *member; } cases[] = {
    { "{}", "id" },
    { "{\"id\": 5}", "id" },
    { "{\"id\": \"r\", \"taskId\": \"t\"}", "history" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": []}", "history" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": [\"CREATED\"]}", "history" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": [\"NOPE\", 1]}", "history" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": [\"CREATED\", 1], \"outputs\": []}", "outputs" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": [\"CREATED\", 1], \"attempts\": [4]}", "attempts" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": [\"CREATED\", 1], \"attempts\": [{}]}", "history" },
    { "{\"id\": \"r\", \"taskId\": \"t\", \"history\": [\"CREATED\", 1], \"iteration\": 99999999999}", "iteration" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcValue) record = parse (cases[i].record);
      g_autoptr (GError) error = NULL;

      g_assert_null (tc_task_run_from_record (record, &error));
      g_assert_error (error, TC_MODEL_ERROR, TC_MODEL_ERROR_RECORD);
      g_assert_nonnull (strstr (error->message, cases[i].member));
    }
}

static void
test_head_refused (void)
{
  g_autoptr (TcValue) record = parse ("{\"id\": \"e\", \"namespace\": \"n\", \"flowId\": \"f\", \"history\": [\"CREATED\", 1], \"labels\": {}}");
  g_autoptr (GError) error = NULL;

  g_assert_null (tc_head_from_record (record, &error));
  g_assert_error (error, TC_MODEL_ERROR, TC_MODEL_ERROR_RECORD);
  g_assert_nonnull (strstr (error->message, "labels"));
  g_assert_nonnull (strstr (error->message, "“e”"));
}

static void
test_kestra (void)
{
  g_autoptr (TcTaskRun) run = sample_run ();
  g_autoptr (TcHead) head = sample_head ();
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (TcValue) json = NULL;
  const TcValue *shown;

  g_ptr_array_add (runs, run);
  json = tc_execution_to_kestra (head, runs);
  g_assert_cmpstr (tc_value_get_str (json, "id"), ==, "e1");
  g_assert_cmpstr (tc_value_get_str (tc_value_get (json, "state"), "current"), ==, "FAILED");
  g_assert_cmpstr (tc_value_get_str (tc_value_get (json, "state"), "duration"), ==, "PT2S");
  g_assert_null (tc_value_get (json, "memo"));
  g_assert_null (tc_value_get (json, "breakpoints"));
  g_assert_cmpint (tc_value_get_i64 (tc_value_get (json, "metadata"), "attemptNumber", 0), ==, 3);
  shown = tc_value_item (tc_value_get (json, "taskRunList"), 0);
  g_assert_cmpstr (tc_value_get_str (shown, "executionId"), ==, "e1");
  g_assert_cmpstr (tc_value_get_str (shown, "parentTaskRunId"), ==, "p");
  g_assert_cmpint (tc_value_get_i64 (shown, "iteration", -1), ==, 3);
  g_assert_cmpuint (tc_value_length (tc_value_get (shown, "attempts")), ==, 1);
}

static void
test_kestra_unfinished (void)
{
  g_autoptr (TcHead) head = tc_head_new ("e1", "n", "f", 1, 1767323045123456);
  g_autoptr (TcValue) json = tc_execution_to_kestra (head, NULL);
  const TcValue *state = tc_value_get (json, "state");

  g_assert_null (tc_value_get (json, "taskRunList"));
  g_assert_null (tc_value_get (state, "endDate"));
  g_assert_cmpstr (tc_value_get_str (state, "startDate"), ==, "2026-01-02T03:04:05.123456Z");
  g_assert_cmpstr (tc_value_get_str (json, "originalId"), ==, "e1");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/record/run", test_run_round_trip);
  g_test_add_func ("/model/record/plain-run", test_plain_run);
  g_test_add_func ("/model/record/head", test_head_round_trip);
  g_test_add_func ("/model/record/refused", test_refused);
  g_test_add_func ("/model/record/head-refused", test_head_refused);
  g_test_add_func ("/model/record/kestra", test_kestra);
  g_test_add_func ("/model/record/kestra-unfinished", test_kestra_unfinished);
  return g_test_run ();
}
