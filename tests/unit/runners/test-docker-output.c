/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-output.h"
#include "tc-output-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *path;
} File;

static void
set_up (File         *self,
        gconstpointer unused)
{
  close (g_file_open_tmp ("tc-docker-output-XXXXXX", &self->path, NULL));
}

static void
tear_down (File         *self,
           gconstpointer unused)
{
  g_unlink (self->path);
  g_free (self->path);
}

static void
add_line (gpointer            data,
          const TcOutputLine *line)
{
  g_string_append_printf (data, "%d%s;", line->stream, line->text);
}

static void
expect (File       *self,
        const char *expected)
{
  g_autoptr(TcOutputReader) reader = tc_output_reader_new (self->path, NULL);
  g_autoptr(GString) got = g_string_new (NULL);
  gboolean more;

  g_assert_true (tc_output_reader_read (reader, G_MAXSIZE, add_line, got, &more, NULL));
  tc_output_reader_finish (reader, add_line, got);
  g_assert_cmpstr (got->str, ==, expected);
}

/* A daemon's log of 40 frames, half a second apart but the streams 2 s out of order, several entries with the same time. */
static int64_t
time_of (int i)
{
  int64_t second = 1000 + i / 2;

  return (second - (i % 3 == 0 ? 2 : 0)) * 1000000000;
}

static void
feed (TcDockerOutput *output,
      int64_t         since_ns,
      int             upto)
{
  for (int i = 0; i < upto; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d\n", i);

      if (time_of (i) >= since_ns)
        tc_docker_output_frame (output, 1 + (i % 3 == 0), time_of (i), text, strlen (text));
    }
  g_assert_true (tc_docker_output_flush (output));
}

static void
test_resume (File         *self,
             gconstpointer unused)
{
  g_autoptr(GString) expected = g_string_new (NULL);

  for (int i = 0; i < 40; i++)
    g_string_append_printf (expected, "%d%d;", 1 + (i % 3 == 0), i);
  for (int first = 0; first <= 40; first++)
    for (int cut = 0; cut <= 12; cut += 4)
      {
        g_autoptr(TcDockerOutput) before = tc_docker_output_new (self->path), after = NULL;
        g_autoptr(GError) error = NULL;
        struct stat info;

        g_assert_cmpint (truncate (self->path, 0), ==, 0);
        feed (before, 0, first);
        g_assert_cmpint (stat (self->path, &info), ==, 0);
        g_assert_cmpint (truncate (self->path, MAX (info.st_size - cut, 0)), ==, 0);      /* killed while writing */
        after = tc_docker_output_new (self->path);
        g_assert_true (tc_docker_output_scan (after, &error));
        g_assert_no_error (error);
        feed (after, tc_docker_output_since_ns (after), 40);
        expect (self, expected->str);
        g_assert_cmpint (stat (self->path, &info), ==, 0);
        g_assert_cmpuint (tc_docker_output_bytes (after), ==, (uint64_t) info.st_size);
      }
}

/* The last frame did not come while the log was followed; what came, in this session or before, is not taken twice. */
static void
test_tail (File         *self,
           gconstpointer unused)
{
  g_autoptr(GString) expected = g_string_new (NULL);

  for (int i = 0; i < 40; i++)
    g_string_append_printf (expected, "%d%d;", 1 + (i % 3 == 0), i);
  for (int first = 0; first <= 40; first += 3)
    {
      g_autoptr(TcDockerOutput) before = tc_docker_output_new (self->path), after = NULL;

      g_assert_cmpint (truncate (self->path, 0), ==, 0);
      feed (before, 0, first);
      after = tc_docker_output_new (self->path);
      g_assert_true (tc_docker_output_scan (after, NULL));
      feed (after, tc_docker_output_since_ns (after), MAX (first, 39));
      tc_docker_output_tail (after);
      g_assert_cmpint (tc_docker_output_since_ns (after), >, time_of (30));
      feed (after, tc_docker_output_since_ns (after), 40);
      expect (self, expected->str);
    }
}

/* The limit on a file's size stands for a full disk: writes fail, then work again. */
static void
test_no_room (File         *self,
              gconstpointer unused)
{
  g_autoptr(TcDockerOutput) output = tc_docker_output_new (self->path);
  struct rlimit limit, small;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  small = limit;
  small.rlim_cur = 50;
  tc_docker_output_frame (output, 1, 1, "first\n", 6);
  g_assert_true (tc_docker_output_flush (output));
  setrlimit (RLIMIT_FSIZE, &small);
  tc_docker_output_frame (output, 1, 2, "second is longer\n", 17);
  tc_docker_output_frame (output, 2, 3, "third\n", 6);
  g_assert_false (tc_docker_output_flush (output));
  g_assert_cmpint (tc_docker_output_errno (output), ==, EFBIG);
  g_assert_true (tc_docker_output_failed (output));
  g_assert_cmpuint (tc_docker_output_bytes (output), ==, 22);
  expect (self, "1first;");
  setrlimit (RLIMIT_FSIZE, &limit);
  g_assert_true (tc_docker_output_flush (output));
  g_assert_cmpint (tc_docker_output_errno (output), ==, 0);
  expect (self, "1first;1second is longer;2third;");
}

static void
test_cut (File         *self,
          gconstpointer unused)
{
  g_autoptr(TcDockerOutput) output = tc_docker_output_new (self->path);
  struct rlimit limit, small;
  struct stat info;

  getrlimit (RLIMIT_FSIZE, &limit);
  small = limit;
  small.rlim_cur = 30;
  tc_docker_output_frame (output, 1, 1, "first\n", 6);
  tc_docker_output_frame (output, 1, 2, "second\n", 7);
  setrlimit (RLIMIT_FSIZE, &small);
  g_assert_false (tc_docker_output_flush (output));
  setrlimit (RLIMIT_FSIZE, &limit);
  tc_docker_output_cut (output);
  g_assert_cmpint (stat (self->path, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 22);
}

static void
add (const char *path,
     void      (*func) (File *, gconstpointer))
{
  g_test_add (path, File, NULL, set_up, func, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/runners/docker-output/resume", test_resume);
  add ("/runners/docker-output/tail", test_tail);
  add ("/runners/docker-output/no-room", test_no_room);
  add ("/runners/docker-output/cut", test_cut);
  return g_test_run ();
}
