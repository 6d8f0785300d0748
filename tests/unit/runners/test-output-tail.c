/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-output-tail.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  TcOutputTail     *tail;
  TcOutputTailItem *item;
  char             *path;
  int               fd;
  guint             lines, drained;
  GString          *got;
  TcOutputMark      mark;
  gboolean          drop_at_line, has_error;
  int64_t           line_us;
} Follower;

static void
on_line (gpointer            data,
         const TcOutputLine *line)
{
  Follower *self = data;

  self->lines++;
  self->line_us = g_get_monotonic_time ();
  if (self->got->len < 200)
    g_string_append_printf (self->got, "%s;", line->text);
  if (self->drop_at_line)
    {
      self->drop_at_line = FALSE;
      tc_output_tail_drop (g_steal_pointer (&self->item));
    }
}

static void
on_batch (gpointer            data,
          const TcOutputMark *mark)
{
  ((Follower *) data)->mark = *mark;
}

static void
on_drained (gpointer      data,
            const GError *error)
{
  Follower *self = data;

  self->drained++;
  self->has_error = error != NULL;
  self->item = NULL;
}

static const TcOutputTailFuncs funcs = { on_line, on_batch, on_drained };

static void
follow (Follower     *self,
        TcOutputTail *tail)
{
  *self = (Follower) { .tail = tail, .got = g_string_new (NULL) };
  self->fd = g_file_open_tmp ("tc-tail-XXXXXX", &self->path, NULL);
  self->item = tc_output_tail_add (tail, self->path, NULL, &funcs, self);
}

static void
leave (Follower *self)
{
  close (self->fd);
  g_unlink (self->path);
  g_free (self->path);
  g_string_free (self->got, TRUE);
}

static void
put (Follower   *self,
     const char *text)
{
  uint8_t header[TC_OUTPUT_HEADER_BYTES];

  tc_output_header (header, 1, (uint32_t) strlen (text), 0);
  g_assert_cmpint (write (self->fd, header, sizeof header), ==, sizeof header);
  g_assert_cmpint (write (self->fd, text, strlen (text)), ==, strlen (text));
}

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pause_ms (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_follow (void)
{
  g_autoptr(TcOutputTail) tail = tc_output_tail_new (g_main_context_default ());
  Follower a, b;
  int64_t begun;

  follow (&a, tail);
  follow (&b, tail);
  pause_ms (20);
  begun = g_get_monotonic_time ();
  put (&a, "one\ntw");
  pause_ms (100);
  g_assert_cmpstr (a.got->str, ==, "one;");
  g_assert_cmpint (a.line_us - begun, <, 50000);
  put (&b, "x\n");
  put (&a, "o\nrest");
  tc_output_tail_finish (a.item);
  pause_ms (100);
  g_assert_cmpstr (a.got->str, ==, "one;two;rest;");
  g_assert_cmpuint (a.drained, ==, 1);
  g_assert_false (a.has_error);
  g_assert_cmpstr (b.got->str, ==, "x;");
  g_assert_cmpuint (b.drained, ==, 0);
  g_assert_cmpuint (b.mark.offset, ==, TC_OUTPUT_HEADER_BYTES + 2);
  leave (&a);
  leave (&b);
}

/* The end of a program does not wait until more of its output has gathered. */
static void
test_finish_at_once (void)
{
  g_autoptr(TcOutputTail) tail = tc_output_tail_new (g_main_context_default ());
  Follower a;

  follow (&a, tail);
  pause_ms (20);
  put (&a, "last\n");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (a.lines, ==, 0);
  tc_output_tail_finish (a.item);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (a.got->str, ==, "last;");
  g_assert_cmpuint (a.drained, ==, 1);
  leave (&a);
}

static void
test_flood_is_fair (void)
{
  g_autoptr(TcOutputTail) tail = tc_output_tail_new (g_main_context_default ());
  g_autofree char *block = g_malloc (1000001);
  Follower flood, quiet;

  for (int i = 0; i < 1000000; i++)
    block[i] = i % 10 == 9 ? '\n' : 'f';
  block[1000000] = '\0';
  follow (&flood, tail);
  follow (&quiet, tail);
  for (int i = 0; i < 20; i++)
    put (&flood, block);
  put (&quiet, "q\n");
  while (quiet.lines == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (flood.lines, <, 1000000);
  tc_output_tail_finish (flood.item);
  while (flood.drained == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (flood.lines, ==, 2000000);
  leave (&flood);
  leave (&quiet);
}

static void
test_drop_inside (void)
{
  g_autoptr(TcOutputTail) tail = tc_output_tail_new (g_main_context_default ());
  Follower a, b;

  follow (&a, tail);
  follow (&b, tail);
  a.drop_at_line = TRUE;
  put (&a, "one\n");
  put (&b, "two\n");
  pause_ms (100);
  g_assert_null (a.item);
  g_assert_cmpuint (a.drained, ==, 0);
  g_assert_cmpstr (b.got->str, ==, "two;");
  tc_output_tail_drop (b.item);
  leave (&a);
  leave (&b);
}

static void
test_damaged (void)
{
  g_autoptr(TcOutputTail) tail = tc_output_tail_new (g_main_context_default ());
  Follower a;

  follow (&a, tail);
  g_assert_cmpint (write (a.fd, "this is no frame at all", 23), ==, 23);
  pause_ms (100);
  g_assert_cmpuint (a.drained, ==, 1);
  g_assert_true (a.has_error);
  leave (&a);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runners/output-tail/follow", test_follow);
  g_test_add_func ("/runners/output-tail/finish-at-once", test_finish_at_once);
  g_test_add_func ("/runners/output-tail/flood-is-fair", test_flood_is_fair);
  g_test_add_func ("/runners/output-tail/drop-inside", test_drop_inside);
  g_test_add_func ("/runners/output-tail/damaged", test_damaged);
  return g_test_run ();
}
