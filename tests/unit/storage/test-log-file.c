/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scratch.h"
#include "tc-log-file.h"
#include "tc-util.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char        *directory, *log, *index;
  TcLogWriter *writer;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  self->directory = scratch_new ();
  self->log = g_build_filename (self->directory, "e.log", NULL);
  self->index = g_build_filename (self->directory, "e.idx", NULL);
  self->writer = tc_log_writer_open (self->directory, "e", NULL);
  g_assert_nonnull (self->writer);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  tc_log_writer_close (self->writer);
  scratch_remove (self->directory);
  g_free (self->log);
  g_free (self->index);
}

/* Entry @i of a made-up log: task, value, level and text follow from the number. */
static void
make_entry (int         i,
            char      **text,
            TcLogEntry *entry)
{
  static const char *const tasks[] = { "a", "b", NULL, "long_task" };

  *text = g_strdup_printf ("line %d%s", i, i % 5 == 0 ? " ü" : "");
  *entry = (TcLogEntry) { .at_us = 1000 + i, .level = (TcLevel) (i % 5), .task_id = tasks[i % 4], .task_run_id = tasks[i % 4] ? "run" : NULL,
                          .value = i % 3 == 0 ? "v" : NULL, .attempt = i % 2, .message = *text, .length = strlen (*text) };
}

static void
append (Fixture *self,
        int      from,
        int      to)
{
  for (int i = from; i < to; i++)
    {
      g_autofree char *text = NULL;
      TcLogEntry entry;

      make_entry (i, &text, &entry);
      g_assert_true (tc_log_writer_append (self->writer, &entry, 1, NULL));
    }
}

static void
reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  tc_log_writer_close (self->writer);
  self->writer = tc_log_writer_open (self->directory, "e", &error);
  g_assert_no_error (error);
}

static gboolean
check_entry (uint64_t          index,
             const TcLogEntry *entry,
             gpointer          data)
{
  g_autofree char *text = NULL;
  TcLogEntry expected;

  make_entry ((int) index, &text, &expected);
  g_assert_cmpint (entry->at_us, ==, expected.at_us);
  g_assert_cmpint (entry->level, ==, expected.level);
  g_assert_cmpstr (entry->task_id, ==, expected.task_id);
  g_assert_cmpstr (entry->task_run_id, ==, expected.task_run_id);
  g_assert_cmpstr (entry->value, ==, expected.value);
  g_assert_cmpint (entry->attempt, ==, expected.attempt);
  g_assert_cmpstr (entry->message, ==, text);
  g_assert_cmpuint (entry->length, ==, strlen (text));
  (*(guint *) data)++;
  return TRUE;
}

/* The log holds entries 0 … @n - 1 and nothing else; all windows of it read right. */
static void
assert_holds (Fixture *self,
              guint    n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcLogReader) reader = tc_log_reader_open (self->directory, "e", &error);
  guint seen = 0, levels = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (tc_log_reader_n (reader), ==, n);
  for (TcLevel level = TC_LEVEL_TRACE; level <= TC_LEVEL_ERROR; level++)
    levels += (guint) tc_log_reader_n_level (reader, level);
  g_assert_cmpuint (levels, ==, n);
  g_assert_true (tc_log_reader_each (reader, 0, G_MAXUINT64, check_entry, &seen, &error));
  g_assert_cmpuint (seen, ==, n);
  for (guint first = 0; first < n + 2; first += 97)
    {
      seen = 0;
      g_assert_true (tc_log_reader_each (reader, first, 5, check_entry, &seen, &error));
      g_assert_cmpuint (seen, ==, MIN (5, n - MIN (n, first)));
    }
}

static void
test_round_trip (Fixture       *self,
                 gconstpointer  unused)
{
  assert_holds (self, 0);
  append (self, 0, 1);
  assert_holds (self, 1);
  append (self, 1, 256);
  assert_holds (self, 256);
  append (self, 256, 1000);
  assert_holds (self, 1000);
  reopen (self);
  append (self, 1000, 1300);
  assert_holds (self, 1300);
}

static gboolean
stop_at_once (uint64_t          index,
              const TcLogEntry *entry,
              gpointer          data)
{
  (*(guint *) data)++;
  return FALSE;
}

static void
test_reader_follows (Fixture       *self,
                     gconstpointer  unused)
{
  g_autoptr (TcLogReader) reader = tc_log_reader_open (self->directory, "e", NULL);
  guint seen = 0;

  for (int n = 0; n < 900; n += 50)
    {
      g_assert_true (tc_log_reader_refresh (reader, NULL));
      g_assert_cmpuint (tc_log_reader_n (reader), ==, (guint) n);
      append (self, n, n + 50);
    }
  g_assert_true (tc_log_reader_each (reader, 0, 100, stop_at_once, &seen, NULL));
  g_assert_cmpuint (seen, ==, 1);
}

static void
test_missing_and_bad_names (Fixture       *self,
                            gconstpointer  unused)
{
  g_autoptr (TcLogReader) reader = tc_log_reader_open (self->directory, "none", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (reader);
  g_assert_cmpuint (tc_log_reader_n (reader), ==, 0);
  g_assert_null (tc_log_reader_open (self->directory, "../e", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
  g_clear_error (&error);
  g_assert_null (tc_log_writer_open (self->directory, "a/b", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH);
}

static uint64_t
size_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return (uint64_t) info.st_size;
}

/* Whatever length a crash leaves, the log reads as whole entries, and writing goes on behind them. */
static void
test_torn_tail (Fixture       *self,
                gconstpointer  unused)
{
  uint64_t full, before;

  append (self, 0, 299);
  before = size_of (self->log);
  append (self, 299, 300);
  full = size_of (self->log);
  for (uint64_t length = full - 1; length >= before; length--)
    {
      g_assert_cmpint (truncate (self->log, (off_t) length), ==, 0);
      reopen (self);
      g_assert_cmpuint (tc_log_writer_length (self->writer), ==, size_of (self->log));
      assert_holds (self, 299);
      append (self, 299, 300);
    }
  assert_holds (self, 300);
}

static void
test_garbage_tail (Fixture       *self,
                   gconstpointer  unused)
{
  static const char zeros[100];
  g_auto (TcFd) fd = -1;

  append (self, 0, 300);
  fd = open (self->log, O_WRONLY | O_APPEND);
  g_assert_cmpint (write (fd, zeros, sizeof zeros), ==, sizeof zeros);
  reopen (self);
  assert_holds (self, 300);
}

static void
test_index_comes_with_a_block (Fixture       *self,
                               gconstpointer  unused)
{
  append (self, 0, 255);
  reopen (self);
  g_assert_false (g_file_test (self->index, G_FILE_TEST_EXISTS));
  append (self, 255, 257);
  g_assert_true (g_file_test (self->index, G_FILE_TEST_EXISTS));
  g_assert_true (tc_log_writer_sync (self->writer, NULL));
}

/* What is not synced is read back all the same. */
static void
test_unsynced (Fixture       *self,
               gconstpointer  unused)
{
  tc_log_writer_close (self->writer);
  self->writer = tc_log_writer_open_unsynced (self->directory, "e", NULL);
  g_assert_nonnull (self->writer);
  append (self, 0, 300);
  g_assert_true (tc_log_writer_sync (self->writer, NULL));
  assert_holds (self, 300);
}

/* The index is a cache: without it, or with nonsense in it, the log says the same. */
static void
test_index_is_a_cache (Fixture       *self,
                       gconstpointer  unused)
{
  g_autofree char *noise = g_strnfill (4000, 'x');

  append (self, 0, 2000);
  g_assert_cmpint (g_unlink (self->index), ==, 0);
  assert_holds (self, 2000);
  reopen (self);
  assert_holds (self, 2000);
  g_assert_true (g_file_set_contents (self->index, noise, 4000, NULL));
  assert_holds (self, 2000);
  memcpy (noise, "TcIdx\0\0\1", 8);
  g_assert_true (g_file_set_contents (self->index, noise, 4000, NULL));
  assert_holds (self, 2000);
  reopen (self);
  append (self, 2000, 2600);
  assert_holds (self, 2600);
}

static void
test_cut (Fixture       *self,
          gconstpointer  unused)
{
  uint64_t length;

  append (self, 0, 700);
  length = tc_log_writer_length (self->writer);
  append (self, 700, 1500);
  g_assert_true (tc_log_writer_cut (self->writer, length, NULL));
  g_assert_cmpuint (tc_log_writer_length (self->writer), ==, length);
  append (self, 700, 900);
  assert_holds (self, 900);
  g_assert_true (tc_log_writer_cut (self->writer, G_MAXUINT64, NULL));
  assert_holds (self, 900);
  g_assert_true (tc_log_writer_cut (self->writer, 0, NULL));
  assert_holds (self, 0);
}

static void
test_foreign_file (Fixture       *self,
                   gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->log, "a letter to grandmother", -1, NULL));
  g_assert_null (tc_log_writer_open (self->directory, "e", &error));
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT);
}

/* L2: a call that cannot be written leaves nothing behind, and may be tried again. */
static void
test_full_disk (Fixture       *self,
                gconstpointer  unused)
{
  g_autofree char *text = g_strnfill (2000, 'x');
  TcLogEntry entries[600];
  struct rlimit before, tight;
  g_autoptr (GError) error = NULL;

  append (self, 0, 100);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    entries[i] = (TcLogEntry) { .task_id = "t", .message = text, .length = 2000 };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  tight = (struct rlimit) { 300 * 1024, before.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_false (tc_log_writer_append (self->writer, entries, G_N_ELEMENTS (entries), &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, TC_STORE_ERROR, TC_STORE_ERROR_FULL);
  assert_holds (self, 100);
  append (self, 100, 700);
  assert_holds (self, 700);
}

static gboolean
check_big (uint64_t          index,
           const TcLogEntry *entry,
           gpointer          data)
{
  g_assert_cmpuint (entry->length, ==, index == 1 ? 3000000 : 2);
  return TRUE;
}

static void
test_long_lines (Fixture       *self,
                 gconstpointer  unused)
{
  g_autofree char *text = g_strnfill (3000000, 'x');
  TcLogEntry entries[] = {
    { .message = "ab", .length = 2 }, { .message = text, .length = 3000000 }, { .message = "\0c", .length = 2 },
  };
  g_autoptr (TcLogReader) reader = NULL;

  g_assert_true (tc_log_writer_append (self->writer, entries, 3, NULL));
  reopen (self);
  reader = tc_log_reader_open (self->directory, "e", NULL);
  g_assert_cmpuint (tc_log_reader_n (reader), ==, 3);
  g_assert_true (tc_log_reader_each (reader, 0, 3, check_big, NULL, NULL));
}

static void
test_remove (Fixture       *self,
             gconstpointer  unused)
{
  append (self, 0, 10);
  g_assert_true (tc_log_remove (self->directory, "e", NULL));
  g_assert_false (g_file_test (self->log, G_FILE_TEST_EXISTS));
  g_assert_true (tc_log_remove (self->directory, "e", NULL));
  g_assert_false (tc_log_remove (self->directory, "../e", NULL));
}

static gboolean
is_of_level (const TcLogEntry *entry,
             gpointer          data)
{
  return entry->level == *(const TcLevel *) data;
}

static gboolean
check_kept (uint64_t          index,
            const TcLogEntry *entry,
            gpointer          data)
{
  int *i = data;
  g_autofree char *text = NULL;
  TcLogEntry expected;

  if (*i % 5 == TC_LEVEL_WARN)
    (*i)++;
  make_entry (*i, &text, &expected);
  g_assert_cmpmem (entry->message, entry->length, text, strlen (text));
  g_assert_cmpstr (entry->task_id, ==, expected.task_id);
  g_assert_cmpint (entry->attempt, ==, expected.attempt);
  (*i)++;
  return TRUE;
}

static uint64_t
purge (Fixture *self,
       TcLevel  level)
{
  g_autoptr (GError) error = NULL;
  uint64_t n = 99;

  g_assert_true (tc_log_purge (self->directory, "e", is_of_level, &level, &n, &error));
  g_assert_no_error (error);
  reopen (self);
  return n;
}

static void
test_purge (Fixture       *self,
            gconstpointer  unused)
{
  g_autofree char *left_over = g_build_filename (self->directory, "e.purge.log", NULL);
  g_autoptr (TcLogReader) reader = NULL, fresh = NULL;
  int i = 0;

  append (self, 0, 1000);
  reader = tc_log_reader_open (self->directory, "e", NULL);
  g_assert_true (g_file_set_contents (left_over, "of a crash", -1, NULL));
  g_assert_cmpuint (purge (self, TC_LEVEL_WARN), ==, 200);
  g_assert_false (g_file_test (left_over, G_FILE_TEST_EXISTS));
  append (self, 1000, 1300);
  /* One who had it open follows. */
  g_assert_cmpuint (tc_log_reader_n (reader), ==, 1000);
  g_assert_true (tc_log_reader_refresh (reader, NULL));
  g_assert_cmpuint (tc_log_reader_n_level (reader, TC_LEVEL_WARN), ==, 60);
  g_assert_true (tc_log_reader_each (reader, 0, 800, check_kept, &i, NULL));
  g_assert_cmpint (i, ==, 1000);
  g_assert_cmpuint (purge (self, TC_LEVEL_WARN), ==, 60);
  g_assert_cmpuint (purge (self, TC_LEVEL_WARN), ==, 0);
  fresh = tc_log_reader_open (self->directory, "e", NULL);
  g_assert_cmpuint (tc_log_reader_n (fresh), ==, 1040);
}

static gboolean
goes (const TcLogEntry *entry,
      gpointer          data)
{
  return TRUE;
}

static void
test_purge_all (Fixture       *self,
                gconstpointer  unused)
{
  uint64_t n;

  append (self, 0, 10);
  g_assert_true (tc_log_purge (self->directory, "e", goes, NULL, &n, NULL));
  g_assert_cmpuint (n, ==, 10);
  g_assert_false (g_file_test (self->log, G_FILE_TEST_EXISTS));
  g_assert_true (tc_log_purge (self->directory, "e", goes, NULL, &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  g_assert_false (tc_log_purge (self->directory, "../e", goes, NULL, &n, NULL));
}

static gboolean
count_bytes (uint64_t          index,
             const TcLogEntry *entry,
             gpointer          data)
{
  *(uint64_t *) data += entry->length;
  return TRUE;
}

/* A million lines: the intake and the random access that the log view promises. Generous bounds: a loaded machine must pass. */
static void
test_million_lines (Fixture       *self,
                    gconstpointer  unused)
{
  g_autofree char *text = g_strnfill (200, 'x');
  TcLogEntry entries[1000];
  g_autoptr (TcLogReader) reader = NULL;
  gint64 start = g_get_monotonic_time ();
  uint64_t bytes = 0;
  double seconds;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    entries[i] = (TcLogEntry) { .at_us = i, .level = TC_LEVEL_INFO, .task_id = i % 2 ? "a" : "b", .message = text, .length = 200 };
  for (int i = 0; i < 1000; i++)
    g_assert_true (tc_log_writer_append (self->writer, entries, G_N_ELEMENTS (entries), NULL));
  seconds = (double) (g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND;
  g_test_message ("intake: %.0f MB/s", 200.0 / seconds);
  g_assert_cmpfloat (seconds, <, 10);
  start = g_get_monotonic_time ();
  reader = tc_log_reader_open (self->directory, "e", NULL);
  g_assert_cmpuint (tc_log_reader_n (reader), ==, 1000000);
  g_assert_true (tc_log_reader_each (reader, 999900, 100, count_bytes, &bytes, NULL));
  g_assert_cmpuint (bytes, ==, 20000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_TIME_SPAN_SECOND);
}

#define add(path, func) g_test_add ("/storage/log-file/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("round-trip", test_round_trip);
  add ("reader-follows", test_reader_follows);
  add ("missing-and-bad-names", test_missing_and_bad_names);
  add ("torn-tail", test_torn_tail);
  add ("garbage-tail", test_garbage_tail);
  add ("index-comes-with-a-block", test_index_comes_with_a_block);
  add ("unsynced", test_unsynced);
  add ("index-is-a-cache", test_index_is_a_cache);
  add ("cut", test_cut);
  add ("foreign-file", test_foreign_file);
  add ("full-disk", test_full_disk);
  add ("long-lines", test_long_lines);
  add ("remove", test_remove);
  add ("purge", test_purge);
  add ("purge-all", test_purge_all);
  add ("million-lines", test_million_lines);
  return g_test_run ();
}
