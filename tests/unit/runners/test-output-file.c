/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-limits.h"
#include "tc-output-file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char    *folder, *path;
  GString *file;
} Output;

static void
set_up (Output       *self,
        gconstpointer unused)
{
  self->folder = g_dir_make_tmp ("tc-output-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "output", NULL);
  self->file = g_string_new (NULL);
}

static void
tear_down (Output       *self,
           gconstpointer unused)
{
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_string_free (self->file, TRUE);
}

static void
frame_n (Output     *self,
         int         stream,
         const char *text,
         size_t      length)
{
  uint8_t header[TC_OUTPUT_HEADER_BYTES];

  tc_output_header (header, stream, (uint32_t) length, 5000);
  g_string_append_len (self->file, (const char *) header, sizeof header);
  g_string_append_len (self->file, text, (gssize) length);
}

static void
frame (Output     *self,
       int         stream,
       const char *text)
{
  frame_n (self, stream, text, strlen (text));
}

static void
save (Output *self)
{
  g_unlink (self->path);        /* GLib 2.74 does not cut off what was there */
  g_assert_true (g_file_set_contents_full (self->path, self->file->str, (gssize) self->file->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
add_line (gpointer            data,
          const TcOutputLine *line)
{
  g_assert_true (g_utf8_validate (line->text, (gssize) line->length, NULL));
  g_assert_cmpuint (strlen (line->text), ==, line->length);
  g_string_append_printf (data, "%d<%s>%s", line->stream, line->text, line->continues ? "…" : "");
}

static char *
read_all (Output             *self,
          const TcOutputMark *from)
{
  g_autoptr(TcOutputReader) reader = tc_output_reader_new (self->path, from);
  g_autoptr(GString) got = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  gboolean more = TRUE;

  while (more)
    {
      g_assert_true (tc_output_reader_read (reader, 1, add_line, got, &more, &error));
      g_assert_no_error (error);
    }
  tc_output_reader_finish (reader, add_line, got);
  return g_string_free (g_steal_pointer (&got), FALSE);
}

static void
expect (Output     *self,
        const char *expected)
{
  g_autofree char *got = NULL;

  save (self);
  got = read_all (self, NULL);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_lines (Output       *self,
            gconstpointer unused)
{
  frame (self, 1, "one\ntw");
  frame (self, 2, "err");
  frame (self, 1, "o\r\n\n\rx\r");
  frame (self, 1, "\ny\r");
  frame (self, 1, "z");
  frame (self, 2, "or\n");
  expect (self, "1<one>1<two>1<>1<>1<x>1<y>2<error>1<z>");
}

static void
test_empty (Output       *self,
            gconstpointer unused)
{
  g_autofree char *got = read_all (self, NULL);       /* no file yet */

  g_assert_cmpstr (got, ==, "");
  expect (self, "");
  frame (self, 1, "");
  expect (self, "");
}

static void
test_text (Output       *self,
           gconstpointer unused)
{
  frame_n (self, 1, "\377\376ok\na\0b\n", 9);
  frame (self, 1, "\xC5");
  frame (self, 1, "\xBC\n\xE2\x82\n");
  expect (self, "1<\xEF\xBF\xBD\xEF\xBF\xBDok>1<a\xEF\xBF\xBD" "b>1<ż>1<\xEF\xBF\xBD>");
}

static void
test_incomplete_frame (Output       *self,
                       gconstpointer unused)
{
  size_t whole;

  frame (self, 1, "whole\n");
  whole = self->file->len;
  frame (self, 1, "cut off\n");
  for (size_t length = whole; length < whole + 24; length++)
    {
      g_autofree char *got = NULL;

      g_assert_true (g_file_set_contents (self->path, self->file->str, (gssize) length, NULL));
      got = read_all (self, NULL);
      g_assert_cmpstr (got, ==, "1<whole>");
    }
}

static void
test_damaged (Output       *self,
              gconstpointer unused)
{
  g_autoptr(TcOutputReader) reader = tc_output_reader_new (self->path, NULL);
  g_autoptr(GString) got = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  gboolean more;

  frame (self, 1, "good\n");
  g_string_append (self->file, "0123456789abcdef0123");
  save (self);
  g_assert_false (tc_output_reader_read (reader, 1000, add_line, got, &more, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "21"));
  g_assert_cmpstr (got->str, ==, "1<good>");
}

static void
test_long_line (Output       *self,
                gconstpointer unused)
{
  g_autofree char *text = g_strnfill (1024 * 1024 - 1, 'x');
  g_autofree char *got = NULL;
  g_auto(GStrv) parts = NULL;

  /* Each MiB is odd by one, so that the limit falls into a character of two bytes. */
  for (int i = 0; i < 20; i++)
    {
      frame (self, 1, text);
      frame (self, 1, "ż");
    }
  frame (self, 1, "\nend");
  save (self);
  got = read_all (self, NULL);
  parts = g_strsplit (got, "1<", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 4);
  g_assert_cmpuint (strlen (parts[1]), <=, TC_LIMIT_LOG_LINE_BYTES + strlen (">…"));
  g_assert_cmpuint (strlen (parts[1]), >=, TC_LIMIT_LOG_LINE_BYTES - 3);
  g_assert_true (g_str_has_suffix (parts[1], ">…"));
  g_assert_true (g_str_has_suffix (parts[2], "ż>"));
  g_assert_cmpuint (strlen (parts[1]) + strlen (parts[2]), ==, 20 * (1024 * 1024 + 1) + strlen (">…>"));
  g_assert_null (strstr (got, "\xEF\xBF\xBD"));
  g_assert_cmpstr (parts[3], ==, "end>");
}

/* Marks taken after every read of a growing file must lead to exactly the rest, whatever the frames and the ends of lines are. */
static void
test_marks (Output       *self,
            gconstpointer unused)
{
  static const char *const pieces[] = { "a", "bc", "\n", "\r", "\r\n", "x\ny", "ż", "\n\n", "longer text", "\r\r", "é\nz" };

  for (guint seed = 0; seed < 100; seed++)
    {
      g_autoptr(GRand) random = g_rand_new_with_seed (seed);
      g_autoptr(TcOutputReader) reader = NULL;
      g_autoptr(GString) got = g_string_new (NULL);
      guint n = (guint) g_rand_int_range (random, 1, 30);

      g_string_truncate (self->file, 0);
      save (self);
      reader = tc_output_reader_new (self->path, NULL);
      for (guint i = 0; i < n; i++)
        {
          g_autoptr(GError) error = NULL;
          g_autofree char *text = NULL, *rest = NULL, *all = NULL, *expected = NULL;
          TcOutputMark mark, parsed;
          gboolean more;

          frame (self, g_rand_int_range (random, 1, 3), pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
          save (self);
          /* The reader has the old file open, as g_file_set_contents() replaces it: a new one at the mark so far is a test of its own. */
          tc_output_reader_mark (reader, &mark);
          g_clear_pointer (&reader, tc_output_reader_free);
          reader = tc_output_reader_new (self->path, &mark);
          tc_output_reader_read (reader, G_MAXSIZE, add_line, got, &more, &error);
          g_assert_no_error (error);
          tc_output_reader_mark (reader, &mark);
          text = tc_output_mark_to_text (&mark);
          g_assert_true (tc_output_mark_parse (text, &parsed));
          rest = read_all (self, &parsed);
          all = g_strconcat (got->str, rest, NULL);
          expected = read_all (self, NULL);
          if (strcmp (all, expected) != 0)
            g_error ("seed %u, frame %u, mark %s: “%s” instead of “%s”", seed, i, text, all, expected);
        }
    }
}

static void
test_mark_texts (void)
{
  static const char *const bad[] = { "", "1 2 3", "1 2 3 0 2", "1 2 3 0 0x", "a 0 0 0 0" };
  TcOutputMark mark = { .offset = 7 };

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tc_output_mark_parse (bad[i], &mark));
  g_assert_cmpuint (mark.offset, ==, 7);
  g_assert_true (tc_output_mark_parse ("18446744073709551615 1 2 1 0", &mark));
  g_assert_cmpuint (mark.offset, ==, G_MAXUINT64);
  g_assert_cmpuint (mark.after_cr[1], ==, 1);
}

static void
add (const char *path,
     void      (*func) (Output *, gconstpointer))
{
  g_test_add (path, Output, NULL, set_up, func, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/runners/output-file/lines", test_lines);
  add ("/runners/output-file/empty", test_empty);
  add ("/runners/output-file/text", test_text);
  add ("/runners/output-file/incomplete-frame", test_incomplete_frame);
  add ("/runners/output-file/damaged", test_damaged);
  add ("/runners/output-file/long-line", test_long_line);
  add ("/runners/output-file/marks", test_marks);
  g_test_add_func ("/runners/output-file/mark-texts", test_mark_texts);
  return g_test_run ();
}
