/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml-private.h"

#include <errno.h>
#include <string.h>

/* Which plain scalars are not texts: the patterns of SnakeYAML's resolver (YAML 1.1), read as Jackson reads them: words for truth, no
 * sixty-based numbers, dates stay texts. */

static bool
is_one_of (const char        *text,
           const char *const *words)
{
  for (; *words != NULL; words++)
    if (strcmp (text, *words) == 0)
      return true;
  return false;
}

static size_t
span_digits (const char *text,
             int         base)
{
  size_t n = 0;

  for (; text[n] != '\0'; n++)
    {
      int digit = g_ascii_xdigit_value (text[n]);

      if (text[n] != '_' && (digit < 0 || digit >= base))
        break;
    }
  return n;
}

/* Digits in @base with underlines among them, to the end of the text. */
static bool
is_all_digits (const char *text,
               int         base,
               bool        may_begin_with_line)
{
  return text[0] != '\0' && (may_begin_with_line || text[0] != '_') && text[span_digits (text, base)] == '\0'
         && strspn (text, "_") < strlen (text);
}

/* The base of a whole number, its digits in @digits; 0: it is none. */
static int
integer_base (const char  *text,
              const char **digits)
{
  if (*text == '-' || *text == '+')
    text++;
  *digits = text;
  if (strcmp (text, "0") == 0)
    return 10;
  if (text[0] != '0')
    return is_all_digits (text, 10, false) ? 10 : 0;
  *digits = text + 2;
  if (text[1] == 'b')
    return is_all_digits (text + 2, 2, true) ? 2 : 0;
  if (text[1] == 'x')
    return is_all_digits (text + 2, 16, true) ? 16 : 0;
  *digits = text + 1;
  return is_all_digits (text + 1, 8, true) ? 8 : 0;
}

static char *
without_underlines (const char *text)
{
  char *copy = g_strdup (text), *to = copy;

  for (const char *from = copy; *from != '\0'; from++)
    if (*from != '_')
      *to++ = *from;
  *to = '\0';
  return copy;
}

static TcValue *
read_integer (const char *text)
{
  const char *digits;
  int base = integer_base (text, &digits);
  g_autofree char *clean = base == 0 ? NULL : without_underlines (digits), *signed_text = NULL;
  bool minus = text[0] == '-';
  uint64_t size;

  if (base == 0)
    return NULL;
  errno = 0;
  size = g_ascii_strtoull (clean, NULL, (guint) base);
  if (errno == 0 && size <= (uint64_t) INT64_MAX + minus)
    return tc_value_int (minus ? (int64_t) (0 - size) : (int64_t) size);
  if (base != 10)
    return tc_value_string (text);
  signed_text = g_strconcat (minus ? "-" : "", clean, NULL);
  return tc_value_decimal (signed_text);
}

/* Digits, a point, an exponent: at least one of the two, and a digit in front if there is a sign. */
static bool
is_float (const char *text)
{
  const char *at = text;
  bool has_sign = *at == '-' || *at == '+', point = false, exponent = false;

  at += has_sign;
  if (*at == '.')
    {
      if (has_sign || !g_ascii_isdigit (at[1]))
        return false;
    }
  else if (!g_ascii_isdigit (*at))
    return false;
  at += span_digits (at, 10);
  if (*at == '.')
    {
      point = true;
      at++;
      at += span_digits (at, 10);
    }
  if (*at == 'e' || *at == 'E')
    {
      exponent = true;
      at++;
      at += *at == '-' || *at == '+';
      if (!g_ascii_isdigit (*at))
        return false;
      at += strspn (at, "0123456789");
    }
  return *at == '\0' && (point || exponent);
}

static TcValue *
read_float (const char *text)
{
  g_autofree char *clean = NULL;
  double number;

  if (!is_float (text))
    return NULL;
  clean = without_underlines (text);
  number = g_ascii_strtod (clean, NULL);
  return number >= -G_MAXDOUBLE && number <= G_MAXDOUBLE ? tc_value_double (number) : tc_value_decimal (clean);
}

static TcValue *
read_word (const char *text)
{
  static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", NULL };
  static const char *const no[] = { "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", NULL };
  static const char *const none[] = { "", "~", "null", "Null", "NULL", NULL };

  if (is_one_of (text, yes))
    return tc_value_bool (TRUE);
  if (is_one_of (text, no))
    return tc_value_bool (FALSE);
  return is_one_of (text, none) ? tc_value_null () : NULL;
}

static TcValue *
plain_value (const TcYamlNode *self)
{
  const char *text = self->text;
  TcValue *value = NULL;

  if (self->length <= 5)
    value = read_word (text);
  if (value == NULL && (g_ascii_isdigit (*text) || *text == '-' || *text == '+' || *text == '.'))
    {
      value = read_integer (text);
      if (value == NULL)
        value = read_float (text);
    }
  return value != NULL ? value : tc_value_string_len (text, self->length);
}

static TcValue *
tagged_value (const TcYamlNode *self)
{
  TcValue *value = NULL;

  switch ((TcYamlTag) self->tag)
    {
    case TC_YAML_TAG_INT:
      value = read_integer (self->text);
      break;
    case TC_YAML_TAG_FLOAT:
      value = read_float (self->text);
      if (value == NULL)
        value = read_integer (self->text);
      break;
    case TC_YAML_TAG_BOOL:
    case TC_YAML_TAG_NULL:
      value = read_word (self->text);
      break;
    case TC_YAML_NO_TAG:
    case TC_YAML_TAG_STRING:
      break;
    }
  return value != NULL ? value : tc_value_string_len (self->text, self->length);
}

TcValue *
tc_yaml_to_value (const TcYamlNode *self)
{
  TcListBuilder *list;
  TcMapBuilder *map;

  switch ((TcYamlKind) self->kind)
    {
    case TC_YAML_SCALAR:
      if (self->tag != TC_YAML_NO_TAG)
        return tagged_value (self);
      return self->style == TC_YAML_PLAIN ? plain_value (self) : tc_value_string_len (self->text, self->length);
    case TC_YAML_SEQUENCE:
      list = tc_list_builder_new ();
      for (uint32_t i = 0; i < self->members->n; i++)
        tc_list_builder_take (list, tc_yaml_to_value (self->members->items[i]));
      return tc_list_builder_end (list);
    case TC_YAML_MAPPING:
      map = tc_map_builder_new ();
      for (uint32_t i = 0; i < self->members->n; i++)
        tc_map_builder_take (map, self->members->items[i]->key, tc_yaml_to_value (self->members->items[i]));
      return tc_map_builder_end (map);
    }
  return tc_value_null ();
}
