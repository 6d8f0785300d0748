/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-java-string.h"

#include <string.h>

size_t
tc_java_length (const TcVal *text)
{
  size_t      length, units = 0;
  const char *p = tc_val_text (text, &length);

  for (size_t i = 0; i < length; i++)
    units += ((p[i] & 0xC0) != 0x80) + ((guchar) p[i] >= 0xF0);
  return units;
}

/* Byte position of a UTF-16 unit; @half: the unit is the second of a pair. */
static size_t
unit_offset (const char *text, size_t length, size_t unit, gboolean *half)
{
  size_t at = 0;

  *half = FALSE;
  while (at < length && unit > 0)
    {
      size_t wide = (guchar) text[at] >= 0xF0 ? 2 : 1;

      if (unit < wide)
        {
          *half = TRUE;
          break;
        }
      unit -= wide;
      at += g_utf8_skip[(guchar) text[at]];
    }
  return at;
}

TcVal
tc_java_substring (const TcVal *text, size_t from, size_t to)
{
  size_t      length, start, end;
  const char *p = tc_val_text (text, &length);
  gboolean    half_start, half_end;
  GString    *part;

  start = unit_offset (p, length, from, &half_start);
  end = unit_offset (p, length, to, &half_end);
  if (!half_start && !half_end)
    return tc_val_str_len (p + start, end - start);
  part = g_string_new (NULL);
  if (half_start)
    {
      start += 4;
      g_string_append_c (part, '?');
    }
  if (end > start)
    g_string_append_len (part, p + start, end - start);
  if (half_end && (!half_start || end >= start))
    g_string_append_c (part, '?');
  return tc_val_str_take (g_string_free (part, FALSE));
}

static char *
map_case (const TcVal *value, gboolean upper)
{
  g_autoptr (GString) made = tc_val_is_text (value) ? NULL : tc_render_to_text (value);
  size_t      length = made != NULL ? made->len : 0;
  const char *text = made != NULL ? made->str : tc_val_text (value, &length);

  if (g_str_is_ascii (text))
    return upper ? g_ascii_strup (text, length) : g_ascii_strdown (text, length);
  return upper ? g_utf8_strup (text, length) : g_utf8_strdown (text, length);
}

char *
tc_java_upper (const TcVal *value)
{
  return map_case (value, TRUE);
}

char *
tc_java_lower (const TcVal *value)
{
  return map_case (value, FALSE);
}

TcVal
tc_java_trim (const TcVal *text)
{
  size_t      length, start = 0;
  const char *p = tc_val_text (text, &length);

  while (start < length && (guchar) p[start] <= ' ')
    start++;
  while (length > start && (guchar) p[length - 1] <= ' ')
    length--;
  return tc_val_str_len (p + start, length - start);
}

gboolean
tc_java_is_blank (const char *text, size_t length)
{
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!(c >= 0x1C && c <= 0x1F) && !(c >= '\t' && c <= '\r') && (!g_unichar_isspace (c) || c == 0xA0 || c == 0x2007 || c == 0x202F))
        return FALSE;
    }
  return TRUE;
}

GString *
tc_java_replace (const TcVal *text, const TcVal *from, const TcVal *to)
{
  size_t      length, n_from, n_to;
  const char *p = tc_val_text (text, &length), *end = p + length;
  const char *what = tc_val_text (from, &n_from), *with = tc_val_text (to, &n_to);
  GString    *out = g_string_sized_new (length);

  if (n_from == 0)
    {
      for (; p < end; p = g_utf8_next_char (p))
        {
          g_string_append_len (out, with, n_to);
          g_string_append_len (out, p, g_utf8_skip[(guchar) *p]);
        }
      return g_string_append_len (out, with, n_to);
    }
  for (;;)
    {
      const char *next = n_from == 1 ? memchr (p, *what, end - p) : memmem (p, end - p, what, n_from);

      if (next == NULL || out->len > G_MAXINT)
        break;
      g_string_append_len (out, p, next - p);
      g_string_append_len (out, with, n_to);
      p = next + n_from;
    }
  return g_string_append_len (out, p, end - p);
}
