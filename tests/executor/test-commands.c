/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include <string.h>

#define HEAD "id: f\nnamespace: a.b\n"
#define LOG(id) "- {id: " id ", type: io.kestra.plugin.core.log.Log, message: m}\n"
#define FAIL(id) "- {id: " id ", type: io.kestra.plugin.core.execution.Fail}\n"
#define PAUSE(id) "- {id: " id ", type: io.kestra.plugin.core.flow.Pause}\n"

typedef struct
{
  TcFlow      *flow;
  TcFakeWorld *world;
  TcFakePlay  *play;
} Stage;

/* Log takes 10 s, so that commands meet it at work. */
static int64_t
slow (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, TcEvent *end, gpointer data)
{
  return INT64_C (10000000);
}

static Stage
stage_new (const char *yaml, const char *breakpoint)
{
  Stage stage = { .flow = tc_fake_flow (yaml), .world = tc_fake_world_new (0) };
  TcListBuilder *list = tc_list_builder_new ();

  if (breakpoint != NULL)
    tc_list_builder_take (list, tc_value_map_of ("id", tc_value_string (breakpoint), NULL));
  tc_fake_world_set_work (stage.world, slow, NULL);
  stage.play = tc_fake_world_start (stage.world, stage.flow, NULL, NULL, tc_list_builder_end (list));
  return stage;
}

static void
stage_clear (Stage *stage)
{
  tc_fake_world_free (stage->world);
  tc_flow_unref (stage->flow);
}

static void
pass_time (Stage *stage, int64_t us)
{
  int64_t until = tc_fake_world_now (stage->world) + us;

  while (tc_fake_world_turn (stage->world, until));
}

static void
assert_play (TcFakePlay *play, const char *expected)
{
  g_autofree char *shown = tc_fake_play_describe (play);

  g_assert_cmpstr (shown, ==, expected);
}

static void
send (TcFakePlay *play, TcEventKind kind, TcValue *payload)
{
  g_autoptr (GError) error = NULL;

  tc_fake_play_send (play, kind, payload, &error);
  g_assert_no_error (error);
}

static void
assert_refused (TcFakePlay *play, TcEventKind kind, TcValue *payload, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (tc_fake_play_send (play, kind, payload, &error));
  g_assert_error (error, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, text));
}

static void
test_kill_at_work (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a") LOG ("b") "errors:\n" LOG ("e") "finally:\n" LOG ("z") "afterExecution:\n" LOG ("x"), NULL);

  pass_time (&stage, 1000);
  send (stage.play, TC_EVENT_KILL, NULL);
  g_assert_cmpint (tc_fake_play_state (stage.play), ==, TC_STATE_KILLING);
  g_assert_cmpuint (g_hash_table_size (stage.play->stopped), ==, 1);
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,KILLING,KILLED | a KILLED | x SUCCESS");
  assert_refused (stage.play, TC_EVENT_KILL, NULL, "already finished");
  stage_clear (&stage);
}

static void
test_kill_what_is_left (void)
{
  Stage stage = stage_new (HEAD "tasks:\n- id: p\n  type: io.kestra.plugin.core.flow.Parallel\n  tasks:\n  " FAIL ("a") "  " LOG ("b"), NULL);

  pass_time (&stage, 1000);
  assert_play (stage.play, "CREATED,RUNNING,FAILED | p FAILED | a FAILED | b RUNNING");
  g_assert_true (tc_executor_holds_slot (stage.play->execution));
  send (stage.play, TC_EVENT_KILL, NULL);
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,FAILED | p FAILED | a FAILED | b KILLED");
  g_assert_false (tc_executor_holds_slot (stage.play->execution));
  stage_clear (&stage);
}

static void
test_kill_before_start (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a"), NULL);

  send (stage.play, TC_EVENT_KILL, NULL);
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,KILLING,KILLED");
  stage_clear (&stage);
}

static void
test_pause_and_resume (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a") LOG ("b"), NULL);

  pass_time (&stage, 1000);
  send (stage.play, TC_EVENT_PAUSE, NULL);
  assert_refused (stage.play, TC_EVENT_PAUSE, NULL, "not running");
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,PAUSED | a SUCCESS");
  send (stage.play, TC_EVENT_RESUME, NULL);
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,PAUSED,RUNNING,SUCCESS | a SUCCESS | b SUCCESS");
  assert_refused (stage.play, TC_EVENT_RESUME, NULL, "not paused");
  stage_clear (&stage);
}

static void
test_resume_a_pause (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" PAUSE ("p") LOG ("b"), NULL);
  const TcTaskRun *run;

  tc_fake_world_run (stage.world);
  assert_refused (stage.play, TC_EVENT_RESUME, tc_value_map_of ("taskRunId", tc_value_string ("nope"), NULL), "not paused");
  send (stage.play, TC_EVENT_RESUME,
        tc_value_map_of ("inputs", tc_value_map_of ("who", tc_value_string ("bo"), NULL), "by", tc_value_string ("ann"), NULL));
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,PAUSED,RESTARTED,RUNNING,SUCCESS | p SUCCESS | b SUCCESS");
  run = tc_execution_run (stage.play->execution, 0);
  g_assert_cmpstr (tc_value_get_str (tc_value_get (run->outputs, "onResume"), "who"), ==, "bo");
  g_assert_cmpstr (tc_value_get_str (tc_value_get (run->outputs, "resumed"), "by"), ==, "ann");
  g_assert_cmpint (tc_execution_head (stage.play->execution)->attempt_number, ==, 2);
  stage_clear (&stage);
}

static void
test_breakpoint (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a") LOG ("b"), "b");

  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,BREAKPOINT | a SUCCESS | b BREAKPOINT(0)");
  send (stage.play, TC_EVENT_RESUME_BREAKPOINT, NULL);
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,BREAKPOINT,RUNNING,SUCCESS | a SUCCESS | b SUCCESS");
  assert_refused (stage.play, TC_EVENT_RESUME_BREAKPOINT, NULL, "not suspended");
  stage_clear (&stage);
}

static void
test_restart (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a") FAIL ("b") "errors:\n" LOG ("e"), NULL);
  g_autofree char *first = NULL;

  assert_refused (stage.play, TC_EVENT_RESTART, NULL, "current state is 'CREATED'");
  tc_fake_world_run (stage.world);
  first = g_strdup (tc_execution_run (stage.play->execution, 2)->id);
  send (stage.play, TC_EVENT_RESTART, NULL);
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,FAILED,RESTARTED,RUNNING,FAILED | a SUCCESS | b FAILED(2) | e SUCCESS");
  g_assert_cmpstr (tc_execution_run (stage.play->execution, 2)->id, !=, first);
  g_assert_cmpint (tc_execution_head (stage.play->execution)->attempt_number, ==, 2);
  stage_clear (&stage);
}

static void
test_restart_refused (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a"), NULL);

  tc_fake_world_run (stage.world);
  assert_refused (stage.play, TC_EVENT_RESTART, NULL, "No task found");
  stage_clear (&stage);
  stage = stage_new (HEAD "tasks:\n" LOG ("a"), NULL);
  send (stage.play, TC_EVENT_KILL, NULL);
  assert_refused (stage.play, TC_EVENT_RESTART, NULL, "current state is 'KILLED'");
  stage_clear (&stage);
}

static void
test_change_state (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" FAIL ("a") LOG ("b") "errors:\n" LOG ("e"), NULL);
  const char *id;

  tc_fake_world_run (stage.world);
  id = tc_execution_run (stage.play->execution, 0)->id;
  assert_refused (stage.play, TC_EVENT_CHANGE_STATE, tc_value_map_of ("taskRunId", tc_value_string (id), "state", tc_value_string ("RUNNING"), NULL),
                  "no end state");
  assert_refused (stage.play, TC_EVENT_CHANGE_STATE, NULL, "no ended task run");
  send (stage.play, TC_EVENT_CHANGE_STATE, tc_value_map_of ("taskRunId", tc_value_string (id), "state", tc_value_string ("SUCCESS"), NULL));
  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,FAILED,RESTARTED,RUNNING,SUCCESS | a SUCCESS | b SUCCESS");
  stage_clear (&stage);
}

static void
test_concurrency (void)
{
  Stage stage = stage_new (HEAD "concurrency: {limit: 1, behavior: QUEUE}\ntasks:\n" LOG ("a"), NULL);
  TcFakePlay *second = tc_fake_world_start (stage.world, stage.flow, NULL, NULL, NULL);
  TcFakePlay *third = tc_fake_world_start (stage.world, stage.flow, NULL, NULL, NULL);

  pass_time (&stage, 1000);
  g_assert_cmpint (tc_fake_play_state (second), ==, TC_STATE_QUEUED);
  assert_refused (third, TC_EVENT_UNQUEUE, tc_value_map_of ("state", tc_value_string ("SUCCESS"), NULL), "can become");
  send (third, TC_EVENT_UNQUEUE, tc_value_map_of ("state", tc_value_string ("CANCELLED"), NULL));
  assert_play (third, "CREATED,QUEUED,CANCELLED");
  tc_fake_world_run (stage.world);
  assert_play (second, "CREATED,QUEUED,RUNNING,SUCCESS | a SUCCESS");
  assert_refused (second, TC_EVENT_UNQUEUE, NULL, "Only QUEUED");
  stage_clear (&stage);
}

static void
test_force_run (void)
{
  Stage stage = stage_new (HEAD "concurrency: {limit: 1, behavior: QUEUE}\ntasks:\n" LOG ("a"), NULL);
  TcFakePlay *second = tc_fake_world_start (stage.world, stage.flow, NULL, NULL, NULL);

  pass_time (&stage, 1000);
  send (second, TC_EVENT_FORCE_RUN, NULL);
  g_assert_cmpint (tc_fake_play_state (second), ==, TC_STATE_RUNNING);
  tc_fake_world_run (stage.world);
  assert_play (second, "CREATED,QUEUED,RUNNING,SUCCESS | a SUCCESS");
  assert_refused (second, TC_EVENT_FORCE_RUN, NULL, "Only non terminated");
  stage_clear (&stage);
}

static void
test_timeout (void)
{
  Stage stage = stage_new (HEAD "tasks:\n- {id: a, type: io.kestra.plugin.core.log.Log, message: m, timeout: PT1.5S}\n" LOG ("b"), NULL);

  tc_fake_world_run (stage.world);
  assert_play (stage.play, "CREATED,RUNNING,FAILED | a FAILED");
  g_assert_cmpuint (g_hash_table_size (stage.play->stopped), ==, 1);
  g_assert_cmpstr (g_ptr_array_index (stage.play->logs, 0), ==, "a ERROR Timeout after 00:00:01.500");
  stage_clear (&stage);
}

static void
test_lost (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a"), NULL);
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (TcEvent) lost = NULL;
  g_autoptr (TcStep) step = tc_step_new ();
  g_autoptr (GError) error = NULL;
  const TcTaskRun *run;

  pass_time (&stage, 1000);
  pending = tc_executor_pending (stage.flow, stage.play->execution);
  g_assert_cmpuint (pending->len, ==, 1);
  lost = tc_event_new (TC_EVENT_LOST, tc_fake_world_now (stage.world), ((TcEffect *) g_ptr_array_index (pending, 0))->id);
  tc_executor_step (stage.flow, stage.play->execution, lost, NULL, step, &error);
  g_assert_no_error (error);
  run = g_ptr_array_index (step->runs, 0);
  g_assert_cmpint (tc_task_run_state (run), ==, TC_STATE_SUBMITTED);
  g_assert_cmpuint (step->effects->len, ==, 1);
  g_assert_cmpint (((TcEffect *) g_ptr_array_index (step->effects, 0))->attempt, ==, 1);
  stage_clear (&stage);
}

static void
test_stale (void)
{
  static const char *const ids[] = { "nope", "x1/0/99", "x9/0/1", "", "/" };
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a"), NULL);

  pass_time (&stage, 1000);
  for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
    for (TcEventKind kind = TC_EVENT_RENDERED; kind <= TC_EVENT_CHILD_ENDED; kind++)
      {
        g_autoptr (TcEvent) event = tc_event_new (kind, 0, ids[i]);
        g_autoptr (TcStep) step = tc_step_new ();
        g_autoptr (GError) error = NULL;

        g_assert_false (tc_executor_step (stage.flow, stage.play->execution, event, NULL, step, &error));
        g_assert_error (error, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_STALE);
        g_assert_null (step->head);
        g_assert_cmpuint (step->runs->len + step->effects->len, ==, 0);
      }
  stage_clear (&stage);
}

static void
test_replay (void)
{
  Stage stage = stage_new (HEAD "tasks:\n" LOG ("a") LOG ("b") LOG ("c"), NULL);
  g_autoptr (GError) error = NULL;
  TcExecution *fresh;
  TcFakePlay *again;

  tc_fake_world_run (stage.world);
  g_assert_null (tc_executor_replay (stage.flow, stage.play->execution, "n", "nope", NULL, 0, &error));
  g_assert_error (error, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_REFUSED);
  fresh = tc_executor_replay (stage.flow, stage.play->execution, "n", tc_execution_run (stage.play->execution, 1)->id, NULL,
                              tc_fake_world_now (stage.world), NULL);
  g_assert_cmpstr (tc_execution_head (fresh)->parent_id, ==, "x1");
  again = tc_fake_world_adopt (stage.world, stage.flow, fresh);
  tc_fake_world_run (stage.world);
  assert_play (again, "CREATED,RUNNING,SUCCESS,RESTARTED,RUNNING,SUCCESS | a SUCCESS | b SUCCESS(2) | c SUCCESS");
  stage_clear (&stage);
}

static void
test_schedule (void)
{
  g_autoptr (TcFlow) flow = tc_fake_flow (HEAD "tasks:\n" LOG ("a"));
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (0);
  TcHead *head = tc_head_new ("x", "a.b", "f", 1, tc_fake_world_now (world));
  int64_t due = tc_fake_world_now (world) + 5000000;
  TcFakePlay *play;

  head->schedule_us = due;
  play = tc_fake_world_adopt (world, flow, tc_execution_new (head));
  while (tc_fake_world_turn (world, due - 1));
  g_assert_cmpint (tc_fake_play_state (play), ==, TC_STATE_CREATED);
  tc_fake_world_run (world);
  assert_play (play, "CREATED,RUNNING,SUCCESS | a SUCCESS");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/commands/kill-at-work", test_kill_at_work);
  g_test_add_func ("/executor/commands/kill-what-is-left", test_kill_what_is_left);
  g_test_add_func ("/executor/commands/kill-before-start", test_kill_before_start);
  g_test_add_func ("/executor/commands/pause", test_pause_and_resume);
  g_test_add_func ("/executor/commands/resume", test_resume_a_pause);
  g_test_add_func ("/executor/commands/breakpoint", test_breakpoint);
  g_test_add_func ("/executor/commands/restart", test_restart);
  g_test_add_func ("/executor/commands/restart-refused", test_restart_refused);
  g_test_add_func ("/executor/commands/change-state", test_change_state);
  g_test_add_func ("/executor/commands/concurrency", test_concurrency);
  g_test_add_func ("/executor/commands/force-run", test_force_run);
  g_test_add_func ("/executor/commands/timeout", test_timeout);
  g_test_add_func ("/executor/commands/lost", test_lost);
  g_test_add_func ("/executor/commands/stale", test_stale);
  g_test_add_func ("/executor/commands/replay", test_replay);
  g_test_add_func ("/executor/commands/schedule", test_schedule);
  return g_test_run ();
}
