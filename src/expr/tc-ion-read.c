/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-ion.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "tc-limits.h"

typedef struct
{
  const char *text, *p, *end;
  int         depth;
  char       *problem;
} Reader;

static TcValue *read_value (Reader *self);

static gpointer
fail (Reader *self, const char *what)
{
  if (self->problem == NULL)
    self->problem = g_strdup_printf ("%s at offset %zu", what, (size_t) (self->p - self->text));
  return NULL;
}

static gboolean
at_end (const Reader *self)
{
  return self->p >= self->end;
}

static gboolean
looking_at (const Reader *self, const char *text)
{
  size_t n = strlen (text);

  return (size_t) (self->end - self->p) >= n && memcmp (self->p, text, n) == 0;
}

/* White space and both kinds of comment. */
static void
skip (Reader *self)
{
  while (!at_end (self))
    {
      const char *stop;

      if (g_ascii_isspace (*self->p) || *self->p == '\v')
        self->p++;
      else if (looking_at (self, "//"))
        {
          stop = memchr (self->p, '\n', self->end - self->p);
          self->p = stop != NULL ? stop : self->end;
        }
      else if (looking_at (self, "/*"))
        {
          stop = memmem (self->p + 2, self->end - self->p - 2, "*/", 2);
          self->p = stop != NULL ? stop + 2 : self->end;
        }
      else
        break;
    }
}

static gboolean
read_hex (Reader *self, int digits, gunichar *c)
{
  *c = 0;
  for (int i = 0; i < digits; i++, self->p++)
    {
      if (at_end (self) || !g_ascii_isxdigit (*self->p))
        return FALSE;
      *c = *c * 16 + g_ascii_xdigit_value (*self->p);
    }
  return *c <= 0x10FFFF;
}

/* Behind a backslash. Surrogates come in pairs of \u. */
static gboolean
read_escape (Reader *self, GString *out)
{
  static const char from[] = "abtnfrv0?'\"/\\", to[] = "\a\b\t\n\f\r\v\0?'\"/\\";
  const char       *named;
  gunichar          c, low;
  char              kind;

  if (at_end (self))
    return FALSE;
  kind = *self->p++;
  if (kind == '\n')
    return TRUE;
  if (kind == 'x' || kind == 'u' || kind == 'U')
    {
      if (!read_hex (self, kind == 'x' ? 2 : kind == 'u' ? 4 : 8, &c))
        return FALSE;
      if (c >= 0xD800 && c < 0xDC00 && looking_at (self, "\\u"))
        {
          self->p += 2;
          if (!read_hex (self, 4, &low) || low < 0xDC00 || low > 0xDFFF)
            return FALSE;
          c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
      g_string_append_unichar (out, g_unichar_validate (c) ? c : 0xFFFD);
      return TRUE;
    }
  named = kind != 0 ? strchr (from, kind) : NULL;
  if (named == NULL)
    return FALSE;
  g_string_append_c (out, to[named - from]);
  return TRUE;
}

static gboolean
read_quoted (Reader *self, const char *quote, GString *out)
{
  self->p += strlen (quote);
  while (!at_end (self) && !looking_at (self, quote))
    {
      char c = *self->p++;

      if (c != '\\')
        g_string_append_c (out, c);
      else if (!read_escape (self, out))
        return fail (self, "bad escape") != NULL;
    }
  if (at_end (self))
    return fail (self, "unclosed text") != NULL;
  self->p += strlen (quote);
  return TRUE;
}

static TcValue *
text_value (GString *text)
{
  TcValue *value = tc_value_string_len (text->str, text->len);

  g_string_free (text, TRUE);
  return value;
}

/* A string, or long strings which are joined. */
static TcValue *
read_string (Reader *self)
{
  GString *text = g_string_new (NULL);

  if (*self->p == '"')
    {
      if (read_quoted (self, "\"", text))
        return text_value (text);
    }
  else
    while (read_quoted (self, "'''", text))
      {
        skip (self);
        if (!looking_at (self, "'''"))
          return text_value (text);
      }
  g_string_free (text, TRUE);
  return NULL;
}

static TcValue *
read_list (Reader *self, char closing)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (self->p++;;)
    {
      TcValue *item;

      skip (self);
      if (!at_end (self) && *self->p == closing)
        break;
      item = read_value (self);
      if (item == NULL)
        return fail (self, "unclosed list");
      tc_list_builder_take (list, item);
      skip (self);
      if (closing == ']' && !at_end (self) && *self->p == ',')
        self->p++;
      else if (closing == ']' && (at_end (self) || *self->p != ']'))
        return fail (self, "expected a comma");
    }
  self->p++;
  return tc_list_builder_end (g_steal_pointer (&list));
}

static gboolean
is_symbol_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$';
}

static gboolean
read_field_name (Reader *self, GString *name)
{
  if (!at_end (self) && looking_at (self, "'''"))
    return read_quoted (self, "'''", name);
  if (!at_end (self) && (*self->p == '"' || *self->p == '\''))
    return read_quoted (self, *self->p == '"' ? "\"" : "'", name);
  while (!at_end (self) && is_symbol_char (*self->p))
    g_string_append_c (name, *self->p++);
  return name->len > 0 || fail (self, "expected the name of a field") != NULL;
}

static TcValue *
read_struct (Reader *self)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (self->p++;;)
    {
      g_autoptr (GString) name = g_string_new (NULL);
      TcValue            *item;

      skip (self);
      if (!at_end (self) && *self->p == '}')
        break;
      if (!read_field_name (self, name))
        return NULL;
      skip (self);
      if (at_end (self) || *self->p != ':')
        return fail (self, "expected a colon");
      self->p++;
      item = read_value (self);
      if (item == NULL)
        return fail (self, "expected a value");
      tc_map_builder_take (map, name->str, item);
      skip (self);
      if (!at_end (self) && *self->p == ',')
        self->p++;
      else if (at_end (self) || *self->p != '}')
        return fail (self, "expected a comma");
    }
  self->p++;
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* {{ base64 }} and {{ "clob" }} are kept as the text between the braces. */
static TcValue *
read_lob (Reader *self)
{
  const char *start = self->p + 2, *stop = memmem (start, self->end - start, "}}", 2);
  g_autofree char *text = NULL;

  if (stop == NULL)
    return fail (self, "unclosed blob");
  self->p = stop + 2;
  text = g_strndup (start, stop - start);
  return tc_value_string (g_strstrip (text));
}

static TcValue *
integer_value (const char *digits, int base, gboolean negative)
{
  uint64_t value;
  char    *end;

  errno = 0;
  value = g_ascii_strtoull (digits, &end, base);
  if (*end != 0 || *digits == 0)
    return NULL;
  if (errno == 0 && value <= (uint64_t) INT64_MAX + negative)
    return tc_value_int (negative ? (int64_t) (0 - value) : (int64_t) value);
  if (base == 10)
    {
      g_autofree char *text = g_strconcat (negative ? "-" : "", digits, NULL);

      return tc_value_decimal (text);
    }
  return NULL;
}

static TcValue *
number_value (const char *text)
{
  gboolean         negative = *text == '-';
  const char      *digits = text + negative;
  g_autofree char *decimal = NULL;
  char            *end;

  if (g_ascii_strncasecmp (digits, "0x", 2) == 0)
    return integer_value (digits + 2, 16, negative);
  if (g_ascii_strncasecmp (digits, "0b", 2) == 0)
    return integer_value (digits + 2, 2, negative);
  if (strspn (digits, "0123456789") == strlen (digits))
    return integer_value (digits, 10, negative);
  if (strspn (digits, "0123456789.eEdD+-") != strlen (digits))
    return NULL;
  decimal = g_strdelimit (g_strdup (text), "dD", 'E');
  g_ascii_strtod (decimal, &end);
  if (*end != 0 || !g_ascii_isdigit (*digits))
    return NULL;
  if (strpbrk (text, "eE") != NULL)
    return tc_value_double (g_ascii_strtod (decimal, NULL));
  if (g_str_has_suffix (decimal, "."))
    decimal[strlen (decimal) - 1] = 0;
  return tc_value_decimal (decimal);
}

/* Numbers and timestamps begin with a digit; a timestamp has a `T` or `-` behind its year. */
static TcValue *
read_number (Reader *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  TcValue            *value;
  gboolean            time;

  while (!at_end (self) && (g_ascii_isalnum (*self->p) || strchr ("+-._:", *self->p) != NULL) && *self->p != 0)
    {
      if (*self->p != '_')
        g_string_append_c (text, *self->p);
      self->p++;
    }
  time = text->len > 4 && strspn (text->str, "0123456789") == 4 && (text->str[4] == 'T' || text->str[4] == '-');
  value = time ? tc_value_string (text->str) : number_value (text->str);
  return value != NULL ? value : fail (self, "bad number");
}

static TcValue *
read_symbol (Reader *self)
{
  const char      *start = self->p;
  g_autofree char *name = NULL;

  while (!at_end (self) && is_symbol_char (*self->p))
    self->p++;
  name = g_strndup (start, self->p - start);
  if (strcmp (name, "null") == 0)
    {
      if (!at_end (self) && *self->p == '.')
        for (self->p++; !at_end (self) && g_ascii_isalpha (*self->p); self->p++)
          ;
      return tc_value_null ();
    }
  if (strcmp (name, "true") == 0 || strcmp (name, "false") == 0)
    return tc_value_bool (*name == 't');
  if (strcmp (name, "nan") == 0)
    return tc_value_double (NAN);
  return tc_value_string (name);
}

static TcValue *
read_plain (Reader *self)
{
  char c = *self->p;

  if (c == '"' || looking_at (self, "'''"))
    return read_string (self);
  if (c == '\'')
    {
      GString *text = g_string_new (NULL);

      if (read_quoted (self, "'", text))
        return text_value (text);
      g_string_free (text, TRUE);
      return NULL;
    }
  if (looking_at (self, "{{"))
    return read_lob (self);
  if (c == '{')
    return read_struct (self);
  if (c == '[' || c == '(')
    return read_list (self, c == '[' ? ']' : ')');
  if (looking_at (self, "+inf") || looking_at (self, "-inf"))
    {
      self->p += 4;
      return tc_value_double (c == '+' ? INFINITY : -INFINITY);
    }
  if (g_ascii_isdigit (c) || c == '-')
    return read_number (self);
  return is_symbol_char (c) ? read_symbol (self) : fail (self, "unexpected character");
}

/* A value behind any number of annotations, which are dropped. */
static TcValue *
read_value (Reader *self)
{
  TcValue *value = NULL;

  if (self->depth++ >= TC_LIMIT_DEPTH - 2)
    return fail (self, "nested too deeply (TC_LIMIT_DEPTH)");
  for (;;)
    {
      skip (self);
      if (at_end (self))
        break;
      value = read_plain (self);
      skip (self);
      if (value == NULL || !looking_at (self, "::"))
        break;
      self->p += 2;
      g_clear_pointer (&value, tc_value_unref);
    }
  self->depth--;
  return value;
}

TcValue *
tc_ion_read (const char *text, size_t length, size_t *at, char **problem)
{
  Reader   reader = { text, text + *at, text + length, 0, NULL };
  TcValue *value = read_value (&reader);

  *at = reader.p - text;
  *problem = reader.problem;
  return value;
}
