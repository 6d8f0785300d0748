/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scratch.h"
#include "tc-log-file.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A child writes and tells through a pipe what was answered as durable; it is killed at a random moment. Then all that was told must be
 * there, and what is there must be whole: a batch entirely or not at all, a log up to some line.
 */

#define ROUNDS 12

static void
tell (gpointer      data,
      const GError *error)
{
  int *message = data;

  if (error != NULL || write (message[0], &message[1], sizeof (int)) != sizeof (int))
    _exit (1);
}

G_NORETURN static void
write_batches (const char *directory,
               int         pipe_fd)
{
  TcStore *store = tc_store_open (directory, NULL, NULL);

  if (store == NULL)
    _exit (1);
  for (int i = 0;; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%d", i);
      g_autoptr (TcHead) head = make_head (id, "a", "f", TC_STATE_RUNNING, i);
      g_autoptr (TcTaskRun) run = make_run ("r", "t", TC_STATE_RUNNING);
      TcBatch *batch = tc_batch_new ();
      int *message = g_new (int, 2);

      tc_batch_journal (batch, id, i, tc_value_int (i));
      tc_batch_run (batch, id, run);
      tc_batch_head (batch, head);
      message[0] = pipe_fd;
      message[1] = i;
      tc_store_commit (store, batch, tell, message, g_free);
      g_main_context_iteration (NULL, i % 7 == 0);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

G_NORETURN static void
write_lines (const char *directory,
             int         pipe_fd)
{
  TcLogWriter *writer = tc_log_writer_open (directory, "e", NULL);

  if (writer == NULL)
    _exit (1);
  for (int i = 0;; i++)
    {
      g_autofree char *text = g_strdup_printf ("line %d %0*d", i, 1 + i % 300, 0);
      TcLogEntry entry = { .at_us = i, .level = TC_LEVEL_INFO, .task_id = i % 2 ? "a" : "b", .message = text, .length = strlen (text) };

      if (!tc_log_writer_append (writer, &entry, 1, NULL) || write (pipe_fd, &i, sizeof i) != sizeof i)
        _exit (1);
    }
}

/* The last number that the child told before it was killed; -1: none. */
static int
run_and_kill (const char *directory,
              void      (*work) (const char *directory, int pipe_fd),
              GRand      *rand)
{
  int fds[2], status, told = -1, number;
  pid_t child;

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (fds[0]);
      work (directory, fds[1]);
    }
  close (fds[1]);
  /* A reader that keeps up, until the moment comes. */
  for (int n = g_rand_int_range (rand, 1, 400); n > 0 && read (fds[0], &number, sizeof number) == sizeof number; n--)
    told = number;
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  while (read (fds[0], &number, sizeof number) == sizeof number)
    told = number;
  close (fds[0]);
  return told;
}

static void
check_batches (const char *directory,
               int         told)
{
  g_autoptr (GError) error = NULL;
  TcStore *store = tc_store_open (directory, NULL, &error);
  g_autoptr (GPtrArray) heads = NULL;

  g_assert_no_error (error);
  heads = tc_store_live_executions (store, &error);
  g_assert_no_error (error);
  g_assert_cmpint ((int) heads->len, >, told);
  for (guint i = 0; i < heads->len; i++)
    {
      const TcHead *head = g_ptr_array_index (heads, i);
      g_autoptr (GPtrArray) journal = tc_store_load_journal (store, head->id, &error), runs = tc_store_load_runs (store, head->id, &error);
      g_autofree char *id = g_strdup_printf ("e%u", i);

      g_assert_no_error (error);
      g_assert_cmpstr (head->id, ==, id);
      g_assert_cmpuint (journal->len, ==, 1);
      g_assert_cmpuint (runs->len, ==, 1);
    }
  tc_store_close (store);
}

static void
test_batches (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());

  for (int round = 0; round < ROUNDS; round++)
    {
      char *directory = scratch_new ();

      check_batches (directory, run_and_kill (directory, write_batches, rand));
      scratch_remove (directory);
    }
}

static gboolean
check_line (uint64_t          index,
            const TcLogEntry *entry,
            gpointer          data)
{
  g_autofree char *text = g_strdup_printf ("line %d %0*d", (int) index, 1 + (int) (index % 300), 0);

  g_assert_cmpint (entry->at_us, ==, index);
  g_assert_cmpstr (entry->message, ==, text);
  g_assert_cmpstr (entry->task_id, ==, index % 2 ? "a" : "b");
  return TRUE;
}

static void
test_lines (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());

  for (int round = 0; round < ROUNDS; round++)
    {
      char *directory = scratch_new ();
      int told = run_and_kill (directory, write_lines, rand);
      g_autoptr (GError) error = NULL;
      g_autoptr (TcLogWriter) writer G_GNUC_UNUSED = tc_log_writer_open (directory, "e", &error);
      g_autoptr (TcLogReader) reader = NULL;

      g_assert_no_error (error);
      reader = tc_log_reader_open (directory, "e", &error);
      g_assert_no_error (error);
      g_assert_cmpint ((int) tc_log_reader_n (reader), >, told);
      g_assert_true (tc_log_reader_each (reader, 0, G_MAXUINT64, check_line, NULL, &error));
      g_assert_no_error (error);
      scratch_remove (directory);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/crash/batches", test_batches);
  g_test_add_func ("/storage/crash/lines", test_lines);
  return g_test_run ();
}
