/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-value.h"

#include <math.h>
#include <string.h>

#include "tc-java-date.h"
#include "tc-java-decimal.h"
#include "tc-java-number.h"
#include "tc-json.h"

/* g_string_append_len() without its checks where there is room. */
static void
append (GString *out, const char *text, size_t length)
{
  if (out->len + length >= out->allocated_len)
    {
      g_string_append_len (out, text, length);
      return;
    }
  memcpy (out->str + out->len, text, length);
  out->len += length;
  out->str[out->len] = 0;
}

static void
append_json_string (const char *text, size_t length, GString *out)
{
  const char *start = text, *end = text + length;

  g_string_append_c (out, '"');
  for (const char *p = text; p < end; p++)
    {
      unsigned char c = *p;
      const char   *named = strchr ("\"\"\\\\\bb\ff\nn\rr\tt", c);

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, start, p - start);
      start = p + 1;
      if (c != 0 && named != NULL)
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, c < 0x20 ? named[1] : c);
        }
      else
        g_string_append_printf (out, "\\u%04X", c);
    }
  g_string_append_len (out, start, end - start);
  g_string_append_c (out, '"');
}

static void
append_text_json (const TcVal *self, GString *out)
{
  size_t      length;
  const char *text = tc_val_text (self, &length);

  append_json_string (text, length, out);
}

static void
append_key_json (const TcVal *key, GString *out)
{
  g_autoptr (GString) text = NULL;

  if (tc_val_is_text (key))
    {
      append_text_json (key, out);
      return;
    }
  text = g_string_new (NULL);
  tc_val_to_java (key, text);
  append_json_string (text->str, text->len, out);
}

static void
append_map_json (const TcVal *self, GString *out)
{
  gboolean first = TRUE;

  g_string_append_c (out, '{');
  for (size_t i = 0; i < tc_val_length (self); i++)
    {
      g_auto (TcVal) item = tc_val_item (self, i);
      g_auto (TcVal) key = TC_VAL_INIT;

      if (item.type == TC_VAL_NULL)
        continue;
      if (!first)
        g_string_append_c (out, ',');
      first = FALSE;
      key = tc_val_key (self, i);
      append_key_json (&key, out);
      g_string_append_c (out, ':');
      tc_val_to_json (&item, out);
    }
  g_string_append_c (out, '}');
}

static void
append_list_json (const TcVal *self, GString *out)
{
  g_string_append_c (out, '[');
  for (size_t i = 0; i < tc_val_length (self); i++)
    {
      g_auto (TcVal) item = tc_val_item (self, i);

      if (i > 0)
        g_string_append_c (out, ',');
      tc_val_to_json (&item, out);
    }
  g_string_append_c (out, ']');
}

static void
append_quoted_if (gboolean quoted, const TcVal *self, GString *out)
{
  if (quoted)
    g_string_append_c (out, '"');
  tc_val_to_java (self, out);
  if (quoted)
    g_string_append_c (out, '"');
}

void
tc_val_to_json (const TcVal *self, GString *out)
{
  switch ((TcValType) self->type)
    {
    case TC_VAL_STRING:
    case TC_VAL_CHAR:
    case TC_VAL_SAFE:
      append_text_json (self, out);
      break;
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
      append_quoted_if (!isfinite (self->d), self, out);
      break;
    case TC_VAL_BIG_DEC:
      tc_val_to_java (self, out);
      break;
    case TC_VAL_TIME:
      {
        TcTime time = tc_value_get_time (self->value);

        g_string_append_c (out, '"');
        tc_java_append_time (&time, TRUE, out);
        g_string_append_c (out, '"');
      }
      break;
    case TC_VAL_DURATION:
      tc_json_write (self->value, out);
      break;
    case TC_VAL_LIST:
    case TC_VAL_ARRAY:
    case TC_VAL_VIEW:
      append_list_json (self, out);
      break;
    case TC_VAL_MAP:
    case TC_VAL_ENTRY:
      append_map_json (self, out);
      break;
    case TC_VAL_NULL:
    case TC_VAL_BOOL:
    case TC_VAL_INT:
    case TC_VAL_LONG:
    case TC_VAL_BIG_INT:
      tc_val_to_java (self, out);
      break;
    }
}

static void
append_container_java (const TcVal *self, GString *out)
{
  gboolean map = self->type == TC_VAL_MAP;
  gboolean bare = self->type == TC_VAL_ENTRY;

  if (!bare)
    g_string_append_c (out, map ? '{' : '[');
  for (size_t i = 0; i < tc_val_length (self); i++)
    {
      g_auto (TcVal) item = tc_val_item (self, i);

      if (i > 0)
        g_string_append (out, ", ");
      if (map || bare)
        {
          g_auto (TcVal) key = tc_val_key (self, i);

          tc_val_to_java (&key, out);
          g_string_append_c (out, '=');
        }
      tc_val_to_java (&item, out);
    }
  if (!bare)
    g_string_append_c (out, map ? '}' : ']');
}

static void
append_integer (int64_t value, GString *out)
{
  uint64_t rest = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
  char     text[24];
  int      at = sizeof text;

  do
    text[--at] = '0' + rest % 10;
  while ((rest /= 10) > 0);
  if (value < 0)
    text[--at] = '-';
  append (out, text + at, sizeof text - at);
}

static void
append_duration (const TcVal *self, GString *out)
{
  g_autofree char *json = tc_json_to_text (self->value);

  g_string_append_len (out, json + 1, strlen (json) - 2);
}

void
tc_val_to_java (const TcVal *self, GString *out)
{
  size_t      length;
  const char *text;

  switch ((TcValType) self->type)
    {
    case TC_VAL_NULL:
      g_string_append (out, "null");
      break;
    case TC_VAL_BOOL:
      g_string_append (out, self->b ? "true" : "false");
      break;
    case TC_VAL_INT:
    case TC_VAL_LONG:
      append_integer (self->i, out);
      break;
    case TC_VAL_FLOAT:
      tc_java_append_float (self->d, out);
      break;
    case TC_VAL_DOUBLE:
      tc_java_append_double (self->d, out);
      break;
    case TC_VAL_BIG_INT:
    case TC_VAL_BIG_DEC:
    case TC_VAL_STRING:
    case TC_VAL_CHAR:
    case TC_VAL_SAFE:
      text = tc_val_text (self, &length);
      append (out, text, length);
      break;
    case TC_VAL_TIME:
      {
        TcTime time = tc_value_get_time (self->value);

        tc_java_append_time (&time, FALSE, out);
      }
      break;
    case TC_VAL_DURATION:
      append_duration (self, out);
      break;
    case TC_VAL_LIST:
    case TC_VAL_ARRAY:
    case TC_VAL_VIEW:
    case TC_VAL_MAP:
    case TC_VAL_ENTRY:
      append_container_java (self, out);
      break;
    }
}

void
tc_val_print (const TcVal *self, GString *out)
{
  switch ((TcValType) self->type)
    {
    case TC_VAL_NULL:
      break;
    case TC_VAL_BIG_DEC:
      tc_java_append_plain_decimal (tc_val_text (self, NULL), out);
      break;
    case TC_VAL_LIST:
    case TC_VAL_ARRAY:
    case TC_VAL_VIEW:
    case TC_VAL_MAP:
      tc_val_to_json (self, out);
      break;
    case TC_VAL_BOOL:
    case TC_VAL_INT:
    case TC_VAL_LONG:
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
    case TC_VAL_BIG_INT:
    case TC_VAL_STRING:
    case TC_VAL_CHAR:
    case TC_VAL_SAFE:
    case TC_VAL_TIME:
    case TC_VAL_DURATION:
    case TC_VAL_ENTRY:
      tc_val_to_java (self, out);
      break;
    }
}
