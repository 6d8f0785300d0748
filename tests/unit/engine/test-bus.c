/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-bus.h"

typedef struct
{
  int      batches;
  guint    runs;
  TcState  state;
  uint64_t entries;
} Seen;

static void
on_news (gpointer data, const TcNews *news)
{
  Seen *seen = data;
  TcExecutionNews *item = g_hash_table_lookup (news->executions, "e");
  uint64_t *n = g_hash_table_lookup (news->logs, "e");

  seen->batches++;
  if (item != NULL)
    {
      seen->runs = item->runs->len;
      seen->state = tc_task_run_state (g_ptr_array_index (item->runs, item->runs->len - 1));
    }
  if (n != NULL)
    seen->entries = *n;
}

/* One batch is on its way at a time; what happens meanwhile comes as the newest form of each, in one. */
static void
test_coalesce (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Seen seen = { 0 };
  TcBus *bus = tc_bus_new (context, context, on_news, &seen);
  g_autoptr (TcHead) head = tc_head_new ("e", "n", "f", 1, 1);
  g_autoptr (TcTaskRun) run = tc_task_run_new ("r", "t", NULL, NULL, -1, 1);

  for (uint64_t i = 0; i < 100; i++)
    {
      g_autoptr (GPtrArray) runs = g_ptr_array_new ();
      TcTaskRun *next = tc_task_run_with_state (run, i % 2 == 0 ? TC_STATE_RUNNING : TC_STATE_SUCCESS, (int64_t) i + 2);

      g_ptr_array_add (runs, next);
      tc_bus_execution (bus, head, runs);
      tc_bus_logs (bus, "e", i);
      tc_task_run_unref (next);
    }
  while (seen.batches < 2)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (seen.runs, ==, 1);
  g_assert_cmpint (seen.state, ==, TC_STATE_SUCCESS);
  g_assert_cmpuint (seen.entries, ==, 99);
  tc_bus_close (bus);
  tc_bus_logs (bus, "e", 100);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpint (seen.batches, ==, 2);
  tc_bus_free (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/bus/coalesce", test_coalesce);
  return g_test_run ();
}
