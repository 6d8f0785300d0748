/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-multipart.h"

#include <gio/gio.h>
#include <string.h>

/* What was read, as text: [headers|content]… */
static gboolean
begin (gpointer     data,
       const char  *headers,
       gsize        length,
       GError     **error)
{
  g_string_append_c (data, '[');
  g_string_append_len (data, headers + 2, (gssize) length - 2);
  g_string_append_c (data, '|');
  return TRUE;
}

static gboolean
content (gpointer     data,
         const char  *bytes,
         gsize        length,
         GError     **error)
{
  if (memmem (bytes, length, "refuse", strlen ("refuse")) != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "refused");
      return FALSE;
    }
  g_string_append_len (data, bytes, (gssize) length);
  return TRUE;
}

static gboolean
end (gpointer   data,
     GError   **error)
{
  g_string_append_c (data, ']');
  return TRUE;
}

static const TcMultipartFuncs funcs = { begin, content, end };

/* NULL: an error. */
static char *
read_in_steps (const char  *body,
               gsize        step,
               GError     **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  TcMultipart *multipart = tc_multipart_new ("b", &funcs, text);
  gsize length = strlen (body);
  gboolean good = TRUE;

  for (gsize at = 0; good && at < length; at += step)
    good = tc_multipart_feed (multipart, body + at, MIN (step, length - at), error);
  good = good && tc_multipart_finish (multipart, error);
  tc_multipart_free (multipart);
  return good ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
test_bodies (void)
{
  static const struct { const char *body, *want; } cases[] = {
    { "--b\r\nA: 1\r\n\r\none\r\n--b\r\nB: 2\r\n\r\ntwo\r\n--b--\r\n", "[A: 1\r\n|one][B: 2\r\n|two]" },
    { "before\r\n--b\r\n\r\nno headers\r\n--b--after\r\n--b\r\n\r\nx", "[|no headers]" },
    { "--b \t\r\nA: 1\r\nB: 2\r\n\r\n\r\n--b--", "[A: 1\r\nB: 2\r\n|]" },
    { "--b\r\n\r\n--b\n--bb\r\n-b\r\r\n-\r\n--\r\n\r\n--b--", "[|--b\n--bb\r\n-b\r\r\n-\r\n--\r\n]" },
    { "--b--", "" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step <= strlen (cases[i].body) + 1; step++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree char *found = read_in_steps (cases[i].body, step, &error);

        g_assert_no_error (error);
        g_assert_cmpstr (found, ==, cases[i].want);
      }
}

static void
test_refused (void)
{
  g_autofree char *headers = g_strnfill (20000, 'h'), *long_headers = g_strconcat ("--b\r\nA: ", headers, "\r\n\r\nx\r\n--b--", NULL);
  const char *const bodies[] = { "x", "--b", "--b\r\n", "--b\r\n\r\none", "--b\r\n\r\none\r\n--b", "--bx\r\n\r\none\r\n--b--", "--b --\r\n", long_headers };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    for (gsize step = 1; step <= 8; step++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_null (read_in_steps (bodies[i], step, &error));
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      }
}

static void
test_stopped (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_in_steps ("--b\r\n\r\nplease refuse this\r\n--b--", 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/multipart/bodies", test_bodies);
  g_test_add_func ("/api/multipart/refused", test_refused);
  g_test_add_func ("/api/multipart/stopped", test_stopped);
  return g_test_run ();
}
