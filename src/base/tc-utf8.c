/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

#include <string.h>

/* Length of the valid sequence at @s, 0 if there is none. GLib's validator refuses U+0000, which our texts may hold. */
static size_t
sequence (const unsigned char *s,
          size_t               left)
{
  unsigned char c = s[0];
  size_t n = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;

  if (n == 0 || n > left)
    return 0;
  for (size_t i = 1; i < n; i++)
    if ((s[i] & 0xC0) != 0x80)
      return 0;
  if ((c == 0xE0 && s[1] < 0xA0) || (c == 0xED && s[1] > 0x9F) || (c == 0xF0 && s[1] < 0x90) || (c == 0xF4 && s[1] > 0x8F))
    return 0;
  return n;
}

size_t
tc_utf8_check (const char *text,
               size_t      length)
{
  const unsigned char *s = (const unsigned char *) text;
  size_t at = 0;

  while (at < length)
    {
      uint64_t word;
      size_t n;

      while (length - at >= 8)
        {
          memcpy (&word, s + at, 8);
          if (word & 0x8080808080808080u)
            break;
          at += 8;
        }
      if (at == length)
        break;
      n = sequence (s + at, length - at);
      if (n == 0)
        return at;
      at += n;
    }
  return at;
}

char *
tc_utf8_make_valid (const char *text,
                    size_t      length,
                    size_t     *made)
{
  GString *out = g_string_sized_new (length + 8);

  while (length > 0)
    {
      size_t good = tc_utf8_check (text, length);

      g_string_append_len (out, text, (gssize) good);
      text += good;
      length -= good;
      if (length == 0)
        break;
      g_string_append (out, "\xEF\xBF\xBD");
      text++;
      length--;
      while (length > 0 && ((unsigned char) *text & 0xC0) == 0x80)    /* one sign for the whole broken sequence */
        {
          text++;
          length--;
        }
    }
  if (made != NULL)
    *made = out->len;
  return g_string_free (out, FALSE);
}

size_t
tc_utf8_count (const char *text,
               size_t      length)
{
  size_t n = 0;

  for (size_t i = 0; i < length; i++)
    n += ((unsigned char) text[i] & 0xC0) != 0x80;
  return n;
}
