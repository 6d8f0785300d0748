/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-util.h"

#include <math.h>
#include <string.h>

static void
write_escape (unsigned char c,
              GString      *out)
{
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const char *which = c == '\0' ? NULL : strchr (from, c);

  if (which != NULL)
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, to[which - from]);
    }
  else
    g_string_append_printf (out, "\\u%04X", c);
}

static void
write_string (const char *text,
              size_t      length,
              GString    *out)
{
  size_t run = 0;

  g_string_append_c (out, '"');
  for (size_t i = 0; i < length; i++)
    {
      unsigned char c = (unsigned char) text[i];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, text + run, (gssize) (i - run));
      write_escape (c, out);
      run = i + 1;
    }
  g_string_append_len (out, text + run, (gssize) (length - run));
  g_string_append_c (out, '"');
}

static void
write_taken (char    *text,
             GString *out)
{
  write_string (text, strlen (text), out);
  g_free (text);
}

/* JSON has no word for NaN and the infinities; Jackson writes them as texts. */
static void
write_double (double   number,
              GString *out)
{
  g_autofree char *text = tc_double_format (number);

  if (isfinite (number))
    g_string_append (out, text);
  else
    write_string (text, strlen (text), out);
}

static void
new_line (int      indent,
          GString *out)
{
  if (indent < 0)
    return;
  g_string_append_c (out, '\n');
  for (int i = 0; i < indent; i++)
    g_string_append (out, "  ");
}

/* @indent: levels, or -1 for the compact form. */
static void write_value (const TcValue *self, int indent, GString *out);

static void
write_members (const TcValue *self,
               int            indent,
               GString       *out)
{
  gboolean map = tc_value_is (self, TC_VALUE_MAP);
  size_t n = tc_value_length (self);
  int inner = indent < 0 ? -1 : indent + 1;

  g_string_append_c (out, map ? '{' : '[');
  for (size_t i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      new_line (inner, out);
      if (map)
        {
          write_string (tc_value_key (self, i), strlen (tc_value_key (self, i)), out);
          g_string_append (out, indent < 0 ? ":" : ": ");
        }
      write_value (tc_value_item (self, i), inner, out);
    }
  if (n > 0)
    new_line (indent, out);
  g_string_append_c (out, map ? '}' : ']');
}

static void
write_value (const TcValue *self,
             int            indent,
             GString       *out)
{
  char number[24];
  size_t length;
  int32_t nanos;

  switch (tc_value_kind (self))
    {
    case TC_VALUE_NULL:
      g_string_append (out, "null");
      break;
    case TC_VALUE_BOOL:
      g_string_append (out, tc_value_get_bool (self) ? "true" : "false");
      break;
    case TC_VALUE_INT:
      g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, tc_value_get_int (self));
      g_string_append (out, number);
      break;
    case TC_VALUE_DOUBLE:
      write_double (tc_value_get_double (self), out);
      break;
    case TC_VALUE_DECIMAL:
      g_string_append (out, tc_value_get_text (self));
      break;
    case TC_VALUE_STRING:
      {
        const char *text = tc_value_get_string (self, &length);

        write_string (text, length, out);
        break;
      }
    case TC_VALUE_TIME:
      {
        TcTime time = tc_value_get_time (self);

        write_taken (tc_time_format (&time), out);
        break;
      }
    case TC_VALUE_DURATION:
      {
        int64_t seconds = tc_value_get_duration (self, &nanos);

        write_taken (tc_duration_format_parts (seconds, nanos), out);
        break;
      }
    case TC_VALUE_LIST:
    case TC_VALUE_MAP:
      write_members (self, indent, out);
      break;
    }
}

void
tc_json_write (const TcValue *self,
               GString       *out)
{
  write_value (self, -1, out);
}

void
tc_json_write_pretty (const TcValue *self,
                      GString       *out)
{
  write_value (self, 0, out);
}

char *
tc_json_to_text (const TcValue *self)
{
  GString *out = g_string_new (NULL);

  tc_json_write (self, out);
  return g_string_free (out, FALSE);
}
