/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-ion.h"

#include <math.h>
#include <string.h>

static void
write_quoted (const char *text, size_t length, char quote, GString *out)
{
  g_string_append_c (out, quote);
  for (size_t i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c == (guchar) quote || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\r')
        g_string_append (out, "\\r");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else if (c < 0x20 || c == 0x7F)
        g_string_append_printf (out, "\\x%02x", c);
      else
        g_string_append_c (out, c);
    }
  g_string_append_c (out, quote);
}

static gboolean
is_identifier (const char *text)
{
  static const char *const words[] = { "null", "true", "false", "nan", NULL };

  if (!g_ascii_isalpha (*text) && *text != '_' && *text != '$')
    return FALSE;
  if (*text == '$' && g_ascii_isdigit (text[1]))
    return FALSE;
  for (const char *p = text; *p != 0; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != '$')
      return FALSE;
  return !g_strv_contains (words, text);
}

static void
write_struct (const TcVal *value, GString *out)
{
  gboolean first = TRUE;

  g_string_append_c (out, '{');
  for (size_t i = 0; i < tc_val_length (value); i++)
    {
      g_auto (TcVal)      item = tc_val_item (value, i);
      g_auto (TcVal)      key = tc_val_key (value, i);
      g_autoptr (GString) text = g_string_new (NULL);

      if (item.type == TC_VAL_NULL)
        continue;
      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      tc_val_to_java (&key, text);
      if (is_identifier (text->str))
        g_string_append (out, text->str);
      else
        write_quoted (text->str, text->len, '\'', out);
      g_string_append_c (out, ':');
      tc_ion_write (&item, out);
    }
  g_string_append_c (out, '}');
}

static void
write_list (const TcVal *value, GString *out)
{
  g_string_append_c (out, '[');
  for (size_t i = 0; i < tc_val_length (value); i++)
    {
      g_auto (TcVal) item = tc_val_item (value, i);

      if (i > 0)
        g_string_append_c (out, ',');
      tc_ion_write (&item, out);
    }
  g_string_append_c (out, ']');
}

static void
write_float (const TcVal *value, GString *out)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!isfinite (value->d))
    {
      g_string_append (out, isnan (value->d) ? "nan" : value->d > 0 ? "+inf" : "-inf");
      return;
    }
  tc_val_to_java (value, text);
  if (g_str_has_suffix (text->str, ".0"))
    g_string_truncate (text, text->len - 2);
  if (strchr (text->str, 'E') == NULL)
    g_string_append (text, "e0");
  g_string_append (out, g_strdelimit (text->str, "E", 'e'));
}

void
tc_ion_write (const TcVal *value, GString *out)
{
  size_t      length;
  const char *text;

  switch ((TcValType) value->type)
    {
    case TC_VAL_STRING:
    case TC_VAL_CHAR:
    case TC_VAL_SAFE:
      text = tc_val_text (value, &length);
      write_quoted (text, length, '"', out);
      break;
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
      write_float (value, out);
      break;
    case TC_VAL_LIST:
    case TC_VAL_ARRAY:
    case TC_VAL_VIEW:
      write_list (value, out);
      break;
    case TC_VAL_MAP:
    case TC_VAL_ENTRY:
      write_struct (value, out);
      break;
    case TC_VAL_DURATION:
      g_string_append_c (out, '"');
      tc_val_to_java (value, out);
      g_string_append_c (out, '"');
      break;
    case TC_VAL_BIG_DEC:
      tc_val_print (value, out);
      break;
    case TC_VAL_NULL:
    case TC_VAL_BOOL:
    case TC_VAL_INT:
    case TC_VAL_LONG:
    case TC_VAL_BIG_INT:
    case TC_VAL_TIME:
      tc_val_to_java (value, out);
      break;
    }
}
