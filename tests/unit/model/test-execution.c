/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"

static TcExecution *
new_execution (void)
{
  return tc_execution_new (tc_head_new ("e1", "company.team", "f", 1, 1000));
}

static void
put (TcExecution *execution,
     const char  *id,
     const char  *task,
     const char  *parent,
     const char  *value)
{
  tc_execution_put (execution, tc_task_run_new (id, task, parent, value, -1, 2000));
}

static void
test_order (void)
{
  g_autoptr (TcExecution) execution = new_execution ();

  put (execution, "r1", "a", NULL, NULL);
  put (execution, "r2", "b", NULL, NULL);
  put (execution, "r3", "c", "r2", "x");
  g_assert_cmpuint (tc_execution_n_runs (execution), ==, 3);
  g_assert_cmpstr (tc_execution_run (execution, 1)->id, ==, "r2");

  tc_execution_remove (execution, "r1");
  tc_execution_remove (execution, "r1");
  g_assert_cmpuint (tc_execution_n_runs (execution), ==, 2);
  g_assert_cmpstr (tc_execution_run (execution, 0)->id, ==, "r2");
  g_assert_null (tc_execution_find (execution, "r1"));
  put (execution, "r4", "a", NULL, NULL);
  g_assert_cmpstr (tc_execution_run (execution, 2)->id, ==, "r4");
}

static void
test_find_task (void)
{
  g_autoptr (TcExecution) execution = new_execution ();

  put (execution, "r1", "t", "p1", "1");
  put (execution, "r2", "t", "p2", "1");
  put (execution, "r3", "t", "p1", NULL);
  put (execution, "r4", "t", "p1", "1");
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p2", "1")->id, ==, "r2");
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p1", NULL)->id, ==, "r3");
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p1", "1")->id, ==, "r4");
  g_assert_null (tc_execution_find_task (execution, "t", NULL, "1"));
  g_assert_null (tc_execution_find_task (execution, "u", "p1", "1"));

  tc_execution_remove (execution, "r4");
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p1", "1")->id, ==, "r1");
  put (execution, "r5", "t", "p1", "1");
  tc_execution_remove (execution, "r1");
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p1", "1")->id, ==, "r5");
  tc_execution_remove (execution, "r5");
  g_assert_null (tc_execution_find_task (execution, "t", "p1", "1"));
}

static void
test_children (void)
{
  g_autoptr (TcExecution) execution = new_execution ();
  const TcTaskRun *changed;

  g_assert_cmpuint (tc_execution_children (execution, NULL)->len, ==, 0);
  put (execution, "r1", "p", NULL, NULL);
  put (execution, "r2", "a", "r1", NULL);
  put (execution, "r3", "b", "r1", NULL);
  put (execution, "r4", "c", "r1", NULL);
  g_assert_cmpuint (tc_execution_children (execution, NULL)->len, ==, 1);
  g_assert_cmpuint (tc_execution_children (execution, "r1")->len, ==, 3);

  tc_execution_put (execution, tc_task_run_with_state (tc_execution_find (execution, "r3"), TC_STATE_RUNNING, 3000));
  changed = g_ptr_array_index (tc_execution_children (execution, "r1"), 1);
  g_assert_true (changed == tc_execution_find (execution, "r3"));
  g_assert_cmpint (tc_task_run_state (changed), ==, TC_STATE_RUNNING);

  tc_execution_remove (execution, "r2");
  changed = g_ptr_array_index (tc_execution_children (execution, "r1"), 0);
  g_assert_cmpstr (changed->id, ==, "r3");
  tc_execution_put (execution, tc_task_run_with_state (tc_execution_find (execution, "r4"), TC_STATE_RUNNING, 3000));
  changed = g_ptr_array_index (tc_execution_children (execution, "r1"), 1);
  g_assert_cmpint (tc_task_run_state (changed), ==, TC_STATE_RUNNING);
}

static void
test_moved (void)
{
  g_autoptr (TcExecution) execution = new_execution ();

  put (execution, "r1", "t", "p1", "a");
  put (execution, "r1", "t", "p2", "b");
  g_assert_cmpuint (tc_execution_n_runs (execution), ==, 1);
  g_assert_null (tc_execution_find_task (execution, "t", "p1", "a"));
  g_assert_nonnull (tc_execution_find_task (execution, "t", "p2", "b"));
  g_assert_cmpuint (tc_execution_children (execution, "p1")->len, ==, 0);
  g_assert_cmpuint (tc_execution_children (execution, "p2")->len, ==, 1);
}

static void
test_copies (void)
{
  g_autoptr (TcTaskRun) run = tc_task_run_new ("r1", "t", NULL, NULL, -1, 1);
  g_autoptr (TcTaskRun) copy = tc_task_run_copy (run);
  g_autoptr (TcTaskRun) same = NULL;
  g_autoptr (TcTaskRun) running = NULL;

  g_ptr_array_add (copy->attempts, tc_attempt_new ("r1/0/1", 5));
  g_assert_null (tc_task_run_last_attempt (run));
  g_assert_cmpstr (tc_task_run_last_attempt (copy)->effect_id, ==, "r1/0/1");
  running = tc_task_run_with_state (copy, TC_STATE_RUNNING, 9);
  g_assert_cmpuint (running->history.n, ==, 2);
  g_assert_cmpuint (copy->history.n, ==, 1);
  same = tc_task_run_with_state (running, TC_STATE_RUNNING, 10);
  g_assert_cmpuint (same->history.n, ==, 2);
  g_assert_true (tc_task_run_last_attempt (same) != tc_task_run_last_attempt (running));
}

static void
test_head (void)
{
  g_autoptr (TcExecution) execution = new_execution ();
  TcHead *changed = tc_head_with_state (tc_execution_head (execution), TC_STATE_RUNNING, 2000);

  g_assert_cmpint (tc_head_state (tc_execution_head (execution)), ==, TC_STATE_CREATED);
  tc_execution_set_head (execution, changed);
  g_assert_cmpint (tc_head_state (tc_execution_head (execution)), ==, TC_STATE_RUNNING);
  g_assert_cmpstr (tc_execution_head (execution)->original_id, ==, "e1");
}

/* Removing the runs of a loop again and again stays cheap and keeps every index right. */
static void
test_many (void)
{
  g_autoptr (TcExecution) execution = new_execution ();

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *id = g_strdup_printf ("r%u", i);
      g_autofree char *value = g_strdup_printf ("%u", i % 1000);

      put (execution, id, "t", "p", value);
    }
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p", "7")->id, ==, "r19007");
  for (guint i = 19999; i >= 10000; i--)
    {
      g_autofree char *id = g_strdup_printf ("r%u", i);

      tc_execution_remove (execution, id);
    }
  g_assert_cmpuint (tc_execution_children (execution, "p")->len, ==, 10000);
  g_assert_cmpstr (tc_execution_find_task (execution, "t", "p", "7")->id, ==, "r9007");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/execution/order", test_order);
  g_test_add_func ("/model/execution/find-task", test_find_task);
  g_test_add_func ("/model/execution/children", test_children);
  g_test_add_func ("/model/execution/moved", test_moved);
  g_test_add_func ("/model/execution/copies", test_copies);
  g_test_add_func ("/model/execution/head", test_head);
  g_test_add_func ("/model/execution/many", test_many);
  return g_test_run ();
}
