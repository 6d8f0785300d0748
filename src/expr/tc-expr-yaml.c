/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-yaml.h"

#include <string.h>

static void
new_line (GString *out, int indent)
{
  g_string_append_c (out, '\n');
  for (int i = 0; i < indent; i++)
    g_string_append_c (out, ' ');
}

/* Words that a reader would take for something else than text. */
static gboolean
is_reserved (const char *text)
{
  static const char *const words[] = {
    "", "~", "false", "False", "FALSE", "n", "N", "no", "No", "NO", "null", "Null", "NULL", "on", "On", "ON", "off", "Off", "OFF",
    "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", NULL,
  };

  return g_strv_contains (words, text);
}

static gboolean
has_quotable (const char *text)
{
  for (const char *p = text; *p != 0; p++)
    if (strchr ("[]{},", *p) != NULL || (*p == '#' && p > text && (p[-1] == ' ' || p[-1] == '\t'))
        || (*p == ':' && (p[1] == ' ' || p[1] == '\t')))
      return TRUE;
  return FALSE;
}

/* What a plain scalar may not begin or end with; such texts stand in single quotes. */
static gboolean
is_plain (const char *text)
{
  size_t n = strlen (text);

  if (strchr ("#,[]{}&*!|>'\"%@`", text[0]) != NULL || text[0] == ' ' || text[n - 1] == ' ' || text[n - 1] == ':')
    return FALSE;
  if (strchr ("-?:", text[0]) != NULL && (text[1] == 0 || text[1] == ' '))
    return FALSE;
  if (g_str_has_prefix (text, "---") || g_str_has_prefix (text, "..."))
    return FALSE;
  return TRUE;
}

static void
write_double_quoted (const char *text, GString *out)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != 0; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if (*p == '\n')
      g_string_append (out, "\\n");
    else if (*p == '\t')
      g_string_append (out, "\\t");
    else if ((guchar) *p < 0x20)
      g_string_append_printf (out, "\\x%02X", (guchar) *p);
    else
      g_string_append_c (out, *p);
  g_string_append_c (out, '"');
}

static gboolean
has_control (const char *text)
{
  for (const char *p = text; *p != 0; p++)
    if ((guchar) *p < 0x20 && *p != '\n')
      return TRUE;
  return FALSE;
}

static void
write_block (const char *text, int indent, GString *out)
{
  size_t n = strlen (text);

  g_string_append_c (out, '|');
  if (text[0] == ' ' || text[0] == '\n')
    g_string_append_c (out, '2');
  if (text[n - 1] != '\n')
    g_string_append_c (out, '-');
  else if (n == 1 || text[n - 2] == '\n')
    g_string_append_c (out, '+');
  for (const char *p = text; *p != 0;)
    {
      size_t line = strcspn (p, "\n");

      new_line (out, line > 0 ? indent : 0);
      g_string_append_len (out, p, line);
      p += line + (p[line] == '\n');
    }
}

static void
write_text (const char *text, int indent, GString *out)
{
  if (has_control (text))
    write_double_quoted (text, out);
  else if (strchr (text, '\n') != NULL)
    write_block (text, indent + 2, out);
  else if (is_reserved (text) || has_quotable (text))
    write_double_quoted (text, out);
  else if (is_plain (text))
    g_string_append (out, text);
  else
    {
      g_auto (GStrv)   parts = g_strsplit (text, "'", -1);
      g_autofree char *quoted = g_strjoinv ("''", parts);

      g_string_append_printf (out, "'%s'", quoted);
    }
}

static void write_value (const TcVal *value, int indent, gboolean first, GString *out);

static gboolean
is_block (const TcVal *value)
{
  return (tc_val_is_sequence (value) || value->type == TC_VAL_MAP || value->type == TC_VAL_ENTRY) && tc_val_length (value) > 0;
}

static void
write_map (const TcVal *map, int indent, gboolean first, GString *out)
{
  for (size_t i = 0; i < tc_val_length (map); i++)
    {
      g_auto (TcVal)      item = tc_val_item (map, i);
      g_auto (TcVal)      key = tc_val_key (map, i);
      g_autoptr (GString) name = g_string_new (NULL);

      if (item.type == TC_VAL_NULL)
        continue;
      if (!first)
        new_line (out, indent);
      first = FALSE;
      tc_val_to_java (&key, name);
      write_text (name->str, indent, out);
      g_string_append_c (out, ':');
      if (!is_block (&item))
        g_string_append_c (out, ' ');
      write_value (&item, tc_val_is_sequence (&item) || !is_block (&item) ? indent : indent + 2, FALSE, out);
    }
}

/* The dash stands one column in; what is in a block of its own starts on the next line. */
static void
write_list (const TcVal *list, int indent, gboolean first, GString *out)
{
  for (size_t i = 0; i < tc_val_length (list); i++)
    {
      g_auto (TcVal) item = tc_val_item (list, i);

      if (first)
        g_string_append_c (out, ' ');
      else
        new_line (out, indent + 1);
      first = FALSE;
      g_string_append_c (out, '-');
      if (!is_block (&item))
        g_string_append_c (out, ' ');
      write_value (&item, is_block (&item) ? indent + 2 : indent, FALSE, out);
    }
}

static void
write_value (const TcVal *value, int indent, gboolean first, GString *out)
{
  g_autoptr (GString) text = NULL;

  if (tc_val_is_sequence (value))
    {
      if (tc_val_length (value) == 0)
        g_string_append (out, "[]");
      write_list (value, indent, first, out);
    }
  else if (value->type == TC_VAL_MAP || value->type == TC_VAL_ENTRY)
    {
      if (tc_val_length (value) == 0)
        g_string_append (out, "{}");
      write_map (value, indent, first, out);
    }
  else
    {
      text = g_string_new (NULL);
      tc_val_to_java (value, text);
      if (tc_val_is_text (value))
        write_text (text->str, indent, out);
      else
        g_string_append (out, text->str);
    }
}

void
tc_expr_yaml_write (const TcVal *value, GString *out)
{
  write_value (value, 0, TRUE, out);
  g_string_append_c (out, '\n');
}
