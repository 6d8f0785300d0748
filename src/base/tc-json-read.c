/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-limits.h"
#include "tc-util.h"
#include "tc-value-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (tc-json-error-quark, tc_json_error)

#define KEY_CACHE 256      /* keys repeat from object to object: a direct-mapped cache shares them */

typedef struct
{
  const char *text, *at, *end;
  unsigned    depth;
  GString    *scratch;          /* of texts with escapes */
  TcEntry    *stack;            /* items of the open lists and maps; of lists without key */
  size_t      used, room;
  TcKey      *keys[KEY_CACHE];
  GError    **error;
} Reader;

static TcValue *read_value (Reader *self);

static TcValue *
fail (Reader      *self,
      TcJsonError  code,
      const char  *message)
{
  size_t line = 1;
  const char *start = self->text;

  for (const char *c = self->text; c < self->at; c++)
    if (*c == '\n')
      {
        line++;
        start = c + 1;
      }
  g_set_error (self->error, TC_JSON_ERROR, code, _("line %zu, column %zu: %s"), line,
               tc_utf8_count (start, (size_t) (self->at - start)) + 1, message);
  return NULL;
}

static TcValue *
fail_syntax (Reader     *self,
             const char *message)
{
  return fail (self, TC_JSON_ERROR_SYNTAX, self->at >= self->end ? _("the text ends too early") : message);
}

static void
skip_blanks (Reader *self)
{
  while (self->at < self->end && (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
    self->at++;
}

static void
push (Reader  *self,
      TcKey   *key,
      TcValue *item)
{
  if (self->used == self->room)
    {
      self->room *= 2;
      self->stack = g_renew (TcEntry, self->stack, self->room);
    }
  self->stack[self->used++] = (TcEntry) { key, item };
}

static bool
read_hex (Reader   *self,
          gunichar *unit)
{
  *unit = 0;
  if (self->end - self->at < 4)
    return false;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (self->at[i]);

      if (digit < 0)
        return false;
      *unit = *unit * 16 + (gunichar) digit;
    }
  self->at += 4;
  return true;
}

/* After `\u`. A surrogate without its other half stands for no character and becomes U+FFFD. */
static bool
read_unicode (Reader *self)
{
  gunichar unit, low;

  if (!read_hex (self, &unit))
    return false;
  if (unit >= 0xD800 && unit < 0xDC00 && self->end - self->at >= 6 && self->at[0] == '\\' && self->at[1] == 'u')
    {
      const char *before = self->at;

      self->at += 2;
      if (!read_hex (self, &low))
        return false;
      if (low >= 0xDC00 && low < 0xE000)
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      else
        self->at = before;
    }
  if (unit >= 0xD800 && unit < 0xE000)
    unit = 0xFFFD;
  if (unit == 0)
    g_string_append_c (self->scratch, '\0');
  else
    g_string_append_unichar (self->scratch, unit);
  return true;
}

static bool
read_escape (Reader *self)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *which;

  if (++self->at >= self->end)
    return false;
  if (*self->at == 'u')
    {
      self->at++;
      return read_unicode (self);
    }
  which = memchr (from, *self->at, sizeof from - 1);
  if (which == NULL)
    return false;
  g_string_append_c (self->scratch, to[which - from]);
  self->at++;
  return true;
}

/* From after the opening quote to after the closing one. The text lies in the source if it has no escapes, else in `scratch`. */
static const char *
read_text (Reader *self,
           size_t *length)
{
  const char *start = self->at, *run = start;
  bool escaped = false;
  unsigned char seen = 0;

  for (;;)
    {
      while (self->at < self->end && *self->at != '"' && *self->at != '\\' && (unsigned char) *self->at >= 0x20)
        seen |= (unsigned char) *self->at++;
      if ((seen & 0x80) && tc_utf8_check (run, (size_t) (self->at - run)) != (size_t) (self->at - run))
        {
          self->at = run + tc_utf8_check (run, (size_t) (self->at - run));
          fail (self, TC_JSON_ERROR_SYNTAX, _("this is not UTF-8"));
          return NULL;
        }
      if (self->at >= self->end || (unsigned char) *self->at < 0x20)
        {
          fail_syntax (self, _("a text may not hold control characters: write \\n, \\t or \\u00XX"));
          return NULL;
        }
      if (*self->at == '"' && !escaped)
        {
          *length = (size_t) (self->at++ - start);
          return start;
        }
      if (!escaped)
        g_string_truncate (self->scratch, 0);
      escaped = true;
      g_string_append_len (self->scratch, run, self->at - run);
      if (*self->at == '"')
        break;
      if (!read_escape (self))
        {
          fail_syntax (self, _("unknown escape"));
          return NULL;
        }
      run = self->at;
      seen = 0;
    }
  self->at++;
  *length = self->scratch->len;
  return self->scratch->str;
}

static TcValue *
read_string (Reader *self)
{
  const char *text;
  size_t length;

  self->at++;
  text = read_text (self, &length);
  return text == NULL ? NULL : tc_value_string_new (TC_VALUE_STRING, text, length);
}

static bool
skip_digits (Reader *self)
{
  const char *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

static TcValue *
make_number (const char *start,
             size_t      length,
             bool        whole)
{
  char buffer[64];
  g_autofree char *heap = NULL;
  char *text = buffer;
  double number;

  if (length >= sizeof buffer)
    text = heap = g_malloc (length + 1);
  memcpy (text, start, length);
  text[length] = '\0';
  errno = 0;
  if (whole)
    {
      int64_t integer = g_ascii_strtoll (text, NULL, 10);

      return errno == ERANGE ? tc_value_decimal (text) : tc_value_int (integer);
    }
  number = g_ascii_strtod (text, NULL);
  /* Too large for a double: the text keeps the number. */
  return number > -G_MAXDOUBLE - 1 && number <= G_MAXDOUBLE && number >= -G_MAXDOUBLE ? tc_value_double (number) : tc_value_decimal (text);
}

static TcValue *
read_number (Reader *self)
{
  const char *start = self->at;
  bool whole = true;

  if (*self->at == '-')
    self->at++;
  if (self->at < self->end && *self->at == '0')
    self->at++;
  else if (!skip_digits (self))
    return fail_syntax (self, _("a digit is missing here"));
  if (self->at < self->end && *self->at == '.')
    {
      whole = false;
      self->at++;
      if (!skip_digits (self))
        return fail_syntax (self, _("a digit is missing here"));
    }
  if (self->at < self->end && (*self->at == 'e' || *self->at == 'E'))
    {
      whole = false;
      self->at++;
      if (self->at < self->end && (*self->at == '+' || *self->at == '-'))
        self->at++;
      if (!skip_digits (self))
        return fail_syntax (self, _("a digit is missing here"));
    }
  if (self->at < self->end && g_ascii_isalnum (*self->at))
    return fail_syntax (self, _("this is not a number"));
  return make_number (start, (size_t) (self->at - start), whole);
}

static TcKey *
intern (Reader     *self,
        const char *text,
        size_t      length)
{
  uint64_t hash = tc_text_hash (text, length);
  TcKey **slot = &self->keys[hash % KEY_CACHE];

  if (*slot != NULL && tc_key_is (*slot, text, length, hash))
    return tc_key_ref (*slot);
  if (*slot != NULL)
    tc_key_unref (*slot);
  *slot = tc_key_new (text, length, hash);
  return tc_key_ref (*slot);
}

static bool
read_member (Reader *self)
{
  const char *text;
  size_t length;
  TcKey *key;
  TcValue *item;

  if (self->at >= self->end || *self->at != '"')
    {
      fail_syntax (self, _("a key in double quotes is missing here"));
      return false;
    }
  self->at++;
  text = read_text (self, &length);
  if (text == NULL)
    return false;
  key = intern (self, text, length);
  skip_blanks (self);
  if (self->at < self->end && *self->at == ':')
    {
      self->at++;
      item = read_value (self);
    }
  else
    item = fail_syntax (self, _("“:” is missing here"));
  if (item != NULL)
    push (self, key, item);
  else
    tc_key_unref (key);
  return item != NULL;
}

static bool
read_item (Reader *self)
{
  TcValue *item = read_value (self);

  if (item != NULL)
    push (self, NULL, item);
  return item != NULL;
}

static TcValue *
make_list (Reader *self,
           size_t  base)
{
  /* The items are moved to the front of their own entries: pointers are half as large as entries. */
  TcValue **items = (TcValue **) (gpointer) (self->stack + base);
  size_t n = self->used - base;

  for (size_t i = 0; i < n; i++)
    items[i] = self->stack[base + i].item;
  return tc_value_list (items, n);
}

/* A list or a map: the members between @close and what opened it. */
static TcValue *
read_members (Reader *self,
              char    close)
{
  size_t base = self->used;
  TcValue *made;

  if (++self->depth > TC_LIMIT_DEPTH)
    return fail (self, TC_JSON_ERROR_LIMIT, _("more than 512 levels of nesting"));
  self->at++;
  skip_blanks (self);
  while (self->at >= self->end || *self->at != close || self->used > base)
    {
      if (!(close == '}' ? read_member (self) : read_item (self)))
        return NULL;
      skip_blanks (self);
      if (self->at < self->end && *self->at == close)
        break;
      if (self->at >= self->end || *self->at != ',')
        return fail_syntax (self, close == '}' ? _("“,” or “}” is missing here") : _("“,” or “]” is missing here"));
      self->at++;
      skip_blanks (self);
    }
  self->at++;
  self->depth--;
  if (self->used - base > UINT32_MAX / 4)
    return fail (self, TC_JSON_ERROR_LIMIT, _("too many members"));
  made = close == '}' ? tc_map_take_entries (self->stack + base, self->used - base) : make_list (self, base);
  self->used = base;
  return made;
}

static TcValue *
read_word (Reader     *self,
           const char *word,
           TcValue    *value)
{
  size_t length = strlen (word);

  if ((size_t) (self->end - self->at) < length || memcmp (self->at, word, length) != 0
      || (self->at + length < self->end && g_ascii_isalnum (self->at[length])))
    return fail (self, TC_JSON_ERROR_SYNTAX, _("a value is missing here: text needs double quotes"));
  self->at += length;
  return value;
}

static TcValue *
read_value (Reader *self)
{
  skip_blanks (self);
  if (self->at >= self->end)
    return fail_syntax (self, NULL);
  switch (*self->at)
    {
    case '"':
      return read_string (self);
    case '{':
      return read_members (self, '}');
    case '[':
      return read_members (self, ']');
    case 't':
      return read_word (self, "true", tc_value_bool (TRUE));
    case 'f':
      return read_word (self, "false", tc_value_bool (FALSE));
    case 'n':
      return read_word (self, "null", tc_value_null ());
    default:
      if (*self->at == '-' || g_ascii_isdigit (*self->at))
        return read_number (self);
      return fail (self, TC_JSON_ERROR_SYNTAX, _("a value is missing here: text needs double quotes"));
    }
}

static void
reader_clear (Reader *self)
{
  for (size_t i = 0; i < self->used; i++)
    {
      if (self->stack[i].key != NULL)
        tc_key_unref (self->stack[i].key);
      tc_value_unref (self->stack[i].item);
    }
  for (size_t i = 0; i < KEY_CACHE; i++)
    if (self->keys[i] != NULL)
      tc_key_unref (self->keys[i]);
  g_free (self->stack);
  g_string_free (self->scratch, TRUE);
}

static TcValue *
read_text_of (const char  *text,
              size_t       length,
              size_t      *end,
              GError     **error)
{
  Reader reader = { .error = error };
  TcValue *value;

  if (length > TC_LIMIT_JSON_BYTES)
    {
      g_set_error (error, TC_JSON_ERROR, TC_JSON_ERROR_LIMIT, _("the JSON text is longer than %u bytes"), TC_LIMIT_JSON_BYTES);
      return NULL;
    }
  reader.text = reader.at = text != NULL ? text : "";
  reader.end = reader.text + length;
  reader.scratch = g_string_new (NULL);
  reader.room = 64;
  reader.stack = g_new (TcEntry, reader.room);
  value = read_value (&reader);
  if (value != NULL && end != NULL)
    *end = (size_t) (reader.at - reader.text);
  else if (value != NULL)
    {
      skip_blanks (&reader);
      if (reader.at < reader.end)
        {
          g_clear_pointer (&value, tc_value_unref);
          fail_syntax (&reader, _("nothing may follow the value"));
        }
    }
  reader_clear (&reader);
  return value;
}

TcValue *
tc_json_read (const char  *text,
              size_t       length,
              GError     **error)
{
  return read_text_of (text, length, NULL, error);
}

TcValue *
tc_json_read_prefix (const char  *text,
                     size_t       length,
                     size_t      *end,
                     GError     **error)
{
  size_t unused;

  return read_text_of (text, length, end != NULL ? end : &unused, error);
}
