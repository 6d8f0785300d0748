/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-turns.h"

#define N_THREADS 8
#define UNTIL_ALL_TOLD G_MAXULONG      /* works until the others are done */

typedef struct
{
  TcTurn *turn;
  int     number;
  gulong  works_us;
  GMutex *lock;
  GCond  *all_told;
  GArray *told;       /* int: numbers in the order in which they were told */
} Worker;

static gpointer
work (gpointer data)
{
  Worker *self = data;

  if (self->works_us != UNTIL_ALL_TOLD)
    g_usleep (self->works_us);
  g_mutex_lock (self->lock);
  while (self->works_us == UNTIL_ALL_TOLD && self->told->len < N_THREADS - 1)
    g_cond_wait (self->all_told, self->lock);
  g_mutex_unlock (self->lock);
  tc_turn_await (self->turn);
  g_mutex_lock (self->lock);
  g_array_append_val (self->told, self->number);
  g_cond_signal (self->all_told);
  g_mutex_unlock (self->lock);
  tc_turn_leave (self->turn);
  return NULL;
}

/* Starts a worker for each of @works_us and returns the order in which they told; of one key, or of one each. */
static GArray *
told_by (const gulong works_us[N_THREADS], gboolean one_key)
{
  TcTurns *turns = tc_turns_new ();
  GArray *told = g_array_new (FALSE, FALSE, sizeof (int));
  GThread *threads[N_THREADS];
  Worker workers[N_THREADS];
  GMutex lock;
  GCond all_told;

  g_mutex_init (&lock);
  g_cond_init (&all_told);
  for (int i = 0; i < N_THREADS; i++)
    {
      g_autofree char *key = g_strdup_printf ("%d", one_key ? 0 : i);

      workers[i] = (Worker) { tc_turns_take (turns, key), i, works_us[i], &lock, &all_told, told };
    }
  for (int i = 0; i < N_THREADS; i++)
    tc_turn_begin (workers[i].turn);
  for (int i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("worker", work, &workers[i]);
  for (int i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_mutex_clear (&lock);
  g_cond_clear (&all_told);
  tc_turns_free (turns);
  return told;
}

static void
test_in_order (void)
{
  static const gulong works_us[N_THREADS] = { 4000, 0, 2000, 0, 1000, 3000, 0, 0 };
  int64_t begin_us = g_get_monotonic_time ();
  g_autoptr (GArray) told = told_by (works_us, TRUE);
  gboolean in_time = g_get_monotonic_time () - begin_us < TC_TURN_MOMENT_US;

  g_assert_cmpuint (told->len, ==, N_THREADS);
  for (int i = 0; in_time && i < N_THREADS; i++)      /* on a machine that stalls a moment passes */
    g_assert_cmpint (g_array_index (told, int, i), ==, i);
}

/* It holds up the others for a moment, not until it is done. */
static void
test_slow_one (void)
{
  static const gulong works_us[N_THREADS] = { UNTIL_ALL_TOLD, 0, 0, 0, 0, 0, 0, 0 };
  g_autoptr (GArray) told = told_by (works_us, TRUE);

  g_assert_cmpint (g_array_index (told, int, N_THREADS - 1), ==, 0);
}

static void
test_keys (void)
{
  static const gulong works_us[N_THREADS] = { UNTIL_ALL_TOLD, 0, 0, 0, 0, 0, 0, 0 };
  g_autoptr (GArray) told = told_by (works_us, FALSE);

  g_assert_cmpuint (told->len, ==, N_THREADS);
  g_assert_cmpint (g_array_index (told, int, N_THREADS - 1), ==, 0);
}

/* One that was taken and not begun holds up the others for a moment at most. */
static void
test_not_begun (void)
{
  TcTurns *turns = tc_turns_new ();
  TcTurn *first = tc_turns_take (turns, "k"), *second = tc_turns_take (turns, "k");
  int64_t begin_us = g_get_monotonic_time ();

  tc_turn_begin (second);
  tc_turn_await (second);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, >=, TC_TURN_MOMENT_US);
  tc_turn_leave (second);
  tc_turn_leave (first);
  tc_turns_free (turns);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/turns/in-order", test_in_order);
  g_test_add_func ("/engine/turns/slow-one", test_slow_one);
  g_test_add_func ("/engine/turns/keys", test_keys);
  g_test_add_func ("/engine/turns/not-begun", test_not_begun);
  return g_test_run ();
}
