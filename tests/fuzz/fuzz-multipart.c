/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A multipart body from anybody, cut anywhere. However it is cut, the same comes out. */
#include "config.h"

#include "tc-fuzz.h"
#include "tc-multipart.h"

static gboolean
begin (gpointer data, const char *headers, gsize length, GError **error)
{
  g_assert_cmpuint (length, >=, 2);
  g_string_append_c (data, '[');
  g_string_append_len (data, headers, (gssize) length);
  return TRUE;
}

static gboolean
content (gpointer data, const char *bytes, gsize length, GError **error)
{
  g_string_append_len (data, bytes, (gssize) length);
  return TRUE;
}

static gboolean
end (gpointer data, GError **error)
{
  g_string_append_c (data, ']');
  return TRUE;
}

static const TcMultipartFuncs funcs = { begin, content, end };

static GString *
take (const uint8_t *data, size_t size, size_t step)
{
  GString *got = g_string_new (NULL);
  TcMultipart *multipart = tc_multipart_new ("b", &funcs, got);
  gboolean good = TRUE;

  for (size_t at = 0; at < size && good; at += step)
    good = tc_multipart_feed (multipart, (const char *) data + at, MIN (step, size - at), NULL);
  g_string_append (got, !good ? "bad" : tc_multipart_finish (multipart, NULL) ? "whole" : "half");
  tc_multipart_free (multipart);
  return got;
}

void
tc_fuzz (const uint8_t *data, size_t size)
{
  g_autoptr (GString) whole = take (data, size, MAX (size, 1)), pieces = take (data, size, 3), bytes = take (data, size, 1);

  g_assert_true (g_string_equal (whole, pieces));
  g_assert_true (g_string_equal (whole, bytes));
}
