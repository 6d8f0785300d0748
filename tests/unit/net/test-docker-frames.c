/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-frames.h"

#include <string.h>

static void
add_frame (gpointer    data,
           int         stream,
           int64_t     time_ns,
           const char *bytes,
           size_t      length)
{
  g_string_append_printf (data, "%d@%" G_GINT64_FORMAT ":%.*s|", stream, time_ns, (int) length, bytes);
}

static void
append (GString    *to,
        char        stream,
        const char *text)
{
  uint32_t size = GUINT32_TO_BE ((uint32_t) strlen (text));

  g_string_append_c (to, stream);
  g_string_append_len (to, "\0\0\0", 3);
  g_string_append_len (to, (const char *) &size, 4);
  g_string_append (to, text);
}

static void
test_any_cut (void)
{
  g_autoptr(GString) stream = g_string_new (NULL);

  append (stream, 1, "2026-01-02T03:04:05.000000007Z one\n");
  append (stream, 2, "2026-01-02T03:04:05.123456789Z ");
  append (stream, 1, "no time");
  append (stream, 0, "2026-01-02T03:04:06Z x");
  for (size_t step = 1; step <= stream->len; step++)
    {
      g_autoptr(TcDockerFrames) frames = tc_docker_frames_new (TRUE);
      g_autoptr(GString) got = g_string_new (NULL);

      for (size_t at = 0; at < stream->len; at += step)
        g_assert_true (tc_docker_frames_feed (frames, stream->str + at, MIN (step, stream->len - at), add_frame, got));
      g_assert_cmpstr (got->str, ==, "1@1767323045000000007:one\n|2@1767323045123456789:|1@0:no time|1@1767323046000000000:x|");
    }
}

static void
test_not_a_stream (void)
{
  static const char *const bad[] = { "plain text of a terminal", "\3\0\0\0\0\0\0\1x", "\1\0\0\0\177\377\377\377x" };

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(TcDockerFrames) frames = tc_docker_frames_new (FALSE);
      g_autoptr(GString) got = g_string_new (NULL);

      g_assert_false (tc_docker_frames_feed (frames, bad[i], 9, add_frame, got));
      g_assert_cmpuint (got->len, ==, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/docker-frames/any-cut", test_any_cut);
  g_test_add_func ("/net/docker-frames/not-a-stream", test_not_a_stream);
  return g_test_run ();
}
