/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml.h"
#include "tc-json.h"

#include <stdbool.h>
#include <string.h>

static void write_value (const TcValue *value, unsigned indent, bool in_list, GString *out);

static void
new_line (unsigned indent,
          GString *out)
{
  g_string_append_c (out, '\n');
  for (unsigned i = 0; i < indent; i++)
    g_string_append_c (out, ' ');
}

/* A plain text must read back as itself: whoever writes it asks the reader. */
static bool
reads_back_plain (const char *text)
{
  g_autofree char *source = g_strdup_printf ("- %s\n", text);
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (source, strlen (source), found);
  const TcYamlNode *root = tc_yaml_root (doc), *item;
  g_autoptr (TcValue) value = NULL;

  if (found->len > 0 || root == NULL || tc_yaml_kind (root) != TC_YAML_SEQUENCE || tc_yaml_length (root) != 1)
    return false;
  item = tc_yaml_item (root, 0);
  if (tc_yaml_kind (item) != TC_YAML_SCALAR || tc_yaml_style (item) != TC_YAML_PLAIN)
    return false;
  value = tc_yaml_to_value (item);
  return tc_value_is (value, TC_VALUE_STRING) && strcmp (tc_value_get_text (value), text) == 0;
}

static bool
is_plain (const char *text,
          size_t      length)
{
  size_t safe = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ");

  if (length == 0 || strlen (text) != length || strpbrk (text, "\n\r") != NULL || strstr (text, ": ") != NULL || strstr (text, " #") != NULL)
    return false;
  /* Names of types, paths and words are most texts, and need no trial unless they could be numbers or words of truth. */
  if (safe == length && length > 5 && g_ascii_isalpha (text[0]) && text[length - 1] != ' ')
    return true;
  return reads_back_plain (text);
}

/* A block keeps lines as they are. It cannot hold control characters, nor begin with a blank or end with blank lines without more ado. */
static bool
fits_block (const char *text,
            size_t      length)
{
  if (memchr (text, '\n', length) == NULL || text[0] == ' ' || text[0] == '\n' || text[0] == '\t'
      || g_str_has_suffix (text, "\n\n"))
    return false;
  for (size_t i = 0; i < length; i++)
    if (((unsigned char) text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7F)
      return false;
  return strstr (text, "\xEF\xBB\xBF") == NULL && strstr (text, "\xC2\x85") == NULL && strstr (text, "\xE2\x80\xA8") == NULL
         && strstr (text, "\xE2\x80\xA9") == NULL;
}

static void
write_block (const char *text,
             size_t      length,
             unsigned    indent,
             GString    *out)
{
  g_string_append (out, text[length - 1] == '\n' ? "|" : "|-");
  for (const char *line = text, *end = text + length; line < end;)
    {
      const char *stop = memchr (line, '\n', (size_t) (end - line));

      stop = stop == NULL ? end : stop;
      if (stop > line)
        new_line (indent, out);
      else
        g_string_append_c (out, '\n');
      g_string_append_len (out, line, stop - line);
      line = stop + 1;
    }
}

/* JSON's quoted texts are YAML's, but for signs that YAML takes for line breaks or does not print. */
static void
write_quoted (const TcValue *value,
              GString       *out)
{
  g_autofree char *json = tc_json_to_text (value);

  for (const char *c = json; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar sign = g_utf8_get_char (c);

      if ((sign >= 0x7F && sign < 0xA0) || sign == 0x2028 || sign == 0x2029 || sign == 0xFEFF || (sign >= 0xFFFE && sign < 0x10000))
        g_string_append_printf (out, "\\u%04X", sign);
      else
        g_string_append_unichar (out, sign);
    }
}

static void
write_text (const TcValue *value,
            unsigned       indent,
            bool           may_block,
            GString       *out)
{
  size_t length;
  const char *text = tc_value_get_string (value, &length);

  if (may_block && fits_block (text, length))
    write_block (text, length, indent, out);
  else if (is_plain (text, length))
    g_string_append_len (out, text, (gssize) length);
  else
    write_quoted (value, out);
}

static void
write_key (const char *key,
           GString    *out)
{
  g_autoptr (TcValue) text = tc_value_string (key);

  write_text (text, 0, false, out);
  g_string_append_c (out, ':');
}

static void
write_map (const TcValue *map,
           unsigned       indent,
           bool           in_list,
           GString       *out)
{
  for (size_t i = 0; i < tc_value_length (map); i++)
    {
      if (i > 0 || !in_list)
        new_line (indent, out);
      write_key (tc_value_key (map, i), out);
      write_value (tc_value_item (map, i), indent, false, out);
    }
}

static void
write_list (const TcValue *list,
            unsigned       indent,
            bool           in_list,
            GString       *out)
{
  for (size_t i = 0; i < tc_value_length (list); i++)
    {
      if (i > 0 || !in_list)
        new_line (indent, out);
      g_string_append_c (out, '-');
      write_value (tc_value_item (list, i), indent, true, out);
    }
}

/* What follows "key:" or "-" at @indent. */
static void
write_value (const TcValue *value,
             unsigned       indent,
             bool           in_list,
             GString       *out)
{
  TcValueKind kind = tc_value_kind (value);
  bool empty = tc_value_length (value) == 0;

  if ((kind == TC_VALUE_MAP || kind == TC_VALUE_LIST) && !empty && !in_list)
    {
      if (kind == TC_VALUE_MAP)
        write_map (value, indent + 2, false, out);
      else
        write_list (value, indent + 2, false, out);
      return;
    }
  g_string_append_c (out, ' ');
  if (kind == TC_VALUE_MAP && !empty)
    write_map (value, indent + 2, true, out);
  else if (kind == TC_VALUE_LIST && !empty)
    write_list (value, indent + 2, true, out);
  else if (kind == TC_VALUE_STRING)
    write_text (value, indent + 2, true, out);
  else
    tc_json_write (value, out);
}

char *
tc_yaml_write (const TcValue *value)
{
  GString *out = g_string_new (NULL);

  if (tc_value_is (value, TC_VALUE_MAP) && tc_value_length (value) > 0)
    write_map (value, 0, true, out);
  else if (tc_value_is (value, TC_VALUE_LIST) && tc_value_length (value) > 0)
    write_list (value, 0, true, out);
  else if (tc_value_is (value, TC_VALUE_STRING))
    write_quoted (value, out);      /* alone in a document, "---" would be a separator */
  else
    tc_json_write (value, out);
  if (out->len == 0 || out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
