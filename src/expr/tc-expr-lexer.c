/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text is data until the next of `{{`, `{%`, `{#`. Inside the first two, tokens follow until the closing delimiter, which counts
 * only where no bracket is open. `raw` blocks are cut out before anything else, as Kestra's VariableRenderer does.
 */
#include "config.h"
#include "tc-expr-lexer.h"

#include <string.h>

typedef struct
{
  TcLexer    *out;
  const char *source;
  size_t      length, at;
  size_t      last_endraw;    /* no raw block begins after it */
  gboolean    trim;           /* whitespace at the start of the next text goes away */
  GByteArray *brackets;       /* closing characters that are awaited */
} Lexer;

/* Longest first: `is not` before `is`, `???` before `??`. Words are not followed by a letter, a digit or `_`. */
static const char *const operators[] = {
  "contains", "equals", "is not", "isIn", "not", "and", "???", "or", "is", "==", "!=", ">=", "<=", "??", "..", ">", "<", "+", "-",
  "*", "/", "%", "|", "~",
};

const char *
tc_token_type_name (TcTokenType type)
{
  static const char *const names[] = {
    "EOF", "TEXT", "EXECUTE_START", "EXECUTE_END", "PRINT_START", "PRINT_END", "NAME", "NUMBER", "LONG", "STRING", "OPERATOR",
    "PUNCTUATION", "STRING_INTERPOLATION_START", "STRING_INTERPOLATION_END",
  };

  return names[type];
}

static gboolean
is_space (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
fail (Lexer *self, size_t offset, char *message)
{
  if (self->out->problem == NULL)
    {
      self->out->problem = message;
      self->out->problem_offset = offset;
    }
  else
    g_free (message);
  self->at = self->length;
}

static void
push (Lexer *self, TcTokenType type, size_t offset, size_t length, char *text)
{
  TcToken token = { type, offset, length, text, FALSE };

  g_array_append_val (self->out->tokens, token);
}

static gboolean
looking_at (const Lexer *self, size_t at, const char *text)
{
  size_t n = strlen (text);

  return at + n <= self->length && memcmp (self->source + at, text, n) == 0;
}

static size_t
skip_space (const Lexer *self, size_t at)
{
  while (at < self->length && is_space (self->source[at]))
    at++;
  return at;
}

/* `{%-* WORD -*%}` with optional spaces, as in the regular expression that Kestra uses; 0: something else. */
static size_t
marker_end (const char *source, size_t length, size_t at, const char *word)
{
  Lexer  view = { .source = source, .length = length };
  size_t n = strlen (word);

  if (!looking_at (&view, at, "{%"))
    return 0;
  for (at += 2; at < length && source[at] == '-'; at++)
    ;
  at = skip_space (&view, at);
  if (!looking_at (&view, at, word))
    return 0;
  for (at = skip_space (&view, at + n); at < length && source[at] == '-'; at++)
    ;
  return looking_at (&view, at, "%}") ? at + 2 : 0;
}

gboolean
tc_raw_block (const char *source, size_t length, size_t at, size_t *body, size_t *body_end, size_t *end)
{
  size_t start = marker_end (source, length, at, "raw");

  if (start == 0)
    return FALSE;
  for (size_t i = start; i + 1 < length; i++)
    {
      const char *next = memchr (source + i, '{', length - i);
      size_t      stop;

      if (next == NULL)
        return FALSE;
      i = next - source;
      stop = marker_end (source, length, i, "endraw");
      if (stop > 0)
        {
          *body = start;
          *body_end = i;
          *end = stop;
          return TRUE;
        }
    }
  return FALSE;
}

static void
push_text (Lexer *self, size_t start, size_t end, gboolean trim_right)
{
  if (self->trim)
    while (start < end && is_space (self->source[start]))
      start++;
  if (trim_right)
    while (end > start && is_space (self->source[end - 1]))
      end--;
  self->trim = FALSE;
  if (end > start)
    push (self, TC_TOKEN_TEXT, start, end - start, NULL);
}

static gboolean
close_delimiter (const Lexer *self, const char *delimiter, size_t *end, gboolean *trim)
{
  size_t at = skip_space (self, self->at);

  *trim = at < self->length && self->source[at] == '-' && looking_at (self, at + 1, delimiter);
  if (*trim)
    at++;
  *end = at + strlen (delimiter);
  return looking_at (self, at, delimiter);
}

static void
lex_operator (Lexer *self, size_t length)
{
  push (self, TC_TOKEN_OPERATOR, self->at, length, NULL);
  self->at += length;
}

static size_t
operator_at (const Lexer *self)
{
  for (size_t i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      size_t n = strlen (operators[i]), end = self->at + n;

      if (!looking_at (self, self->at, operators[i]))
        continue;
      if (g_ascii_isalpha (operators[i][0]) && end < self->length
          && (g_ascii_isalnum (self->source[end]) || self->source[end] == '_'))
        continue;
      return n;
    }
  return 0;
}

static size_t
name_at (const Lexer *self)
{
  size_t at = self->at;

  while (at < self->length)
    {
      gunichar c = g_utf8_get_char (self->source + at);

      if (c != '_' && !g_unichar_isalpha (c) && (at == self->at || !g_unichar_isdigit (c)))
        break;
      at += g_utf8_skip[(guchar) self->source[at]];
    }
  return at - self->at;
}

static void
lex_number (Lexer *self)
{
  size_t      start = self->at, at = start;
  TcTokenType type = TC_TOKEN_NUMBER;

  while (at < self->length && g_ascii_isdigit (self->source[at]))
    at++;
  self->at = at;
  if (at < self->length && self->source[at] == 'L')
    {
      type = TC_TOKEN_LONG;
      self->at++;
    }
  else if (at + 1 < self->length && self->source[at] == '.' && g_ascii_isdigit (self->source[at + 1]))
    {
      for (at++; at < self->length && g_ascii_isdigit (self->source[at]); at++)
        ;
      self->at = at;
    }
  push (self, type, start, at - start, NULL);
}

static void
lex_punctuation (Lexer *self)
{
  char  c = self->source[self->at];
  char  closing = c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : 0;
  guint n = self->brackets->len;

  if (closing != 0)
    g_byte_array_append (self->brackets, (guint8 *) &closing, 1);
  else if (c == ')' || c == ']' || c == '}')
    {
      if (n == 0)
        {
          fail (self, self->at, g_strdup_printf ("Unexpected \"%c\"", c));
          return;
        }
      if (self->brackets->data[n - 1] != (guint8) c)
        {
          fail (self, self->at, g_strdup_printf ("Unclosed \"%c\"", self->brackets->data[n - 1]));
          return;
        }
      g_byte_array_set_size (self->brackets, n - 1);
    }
  push (self, TC_TOKEN_PUNCTUATION, self->at++, 1, NULL);
}

static char *
unescape (const char *text, size_t length, char quote)
{
  char  *result = g_malloc (length + 1);
  size_t n = 0;

  for (size_t i = 0; i < length; i++)
    if (text[i] != '\\' || i + 1 == length || text[i + 1] != quote)
      result[n++] = text[i];
  result[n] = 0;
  return result;
}

/* A string without interpolation: its end, or 0 if it holds a `#` between double quotes or does not end. */
static size_t
plain_string_end (const Lexer *self)
{
  char quote = self->source[self->at];

  for (size_t at = self->at + 1; at < self->length; at++)
    if (self->source[at] == '\\')
      at++;
    else if (self->source[at] == quote)
      return at;
    else if (self->source[at] == '#' && quote == '"')
      return 0;
  return 0;
}

static void lex_token (Lexer *self);

static void
lex_interpolation (Lexer *self)
{
  guint open = self->brackets->len;

  push (self, TC_TOKEN_INTERPOLATION_START, self->at, 2, NULL);
  self->at += 2;
  while (self->at < self->length)
    {
      self->at = skip_space (self, self->at);
      if (self->at < self->length && self->source[self->at] == '}' && self->brackets->len == open)
        break;
      lex_token (self);
    }
  if (self->at >= self->length)
    {
      fail (self, self->length, g_strdup ("Unclosed \"#{\""));
      return;
    }
  push (self, TC_TOKEN_INTERPOLATION_END, self->at++, 1, NULL);
}

static void
mark_more (Lexer *self)
{
  g_array_index (self->out->tokens, TcToken, self->out->tokens->len - 1).more = TRUE;
}

static void
lex_interpolated_string (Lexer *self)
{
  size_t   opened = self->at++;
  size_t   start = self->at;
  gboolean any = FALSE;

  while (self->at < self->length && self->source[self->at] != '"')
    {
      if (looking_at (self, self->at, "#{"))
        {
          if (self->at > start)
            {
              push (self, TC_TOKEN_STRING, start, self->at - start, g_strndup (self->source + start, self->at - start));
              mark_more (self);
            }
          lex_interpolation (self);
          if (self->at < self->length && self->source[self->at] != '"')
            mark_more (self);
          start = self->at;
          any = TRUE;
        }
      else
        self->at += self->source[self->at] == '\\' && self->at + 1 < self->length ? 2 : 1;
    }
  if (self->at >= self->length)
    {
      fail (self, opened, g_strdup ("Unclosed string."));
      return;
    }
  if (self->at > start || !any)
    push (self, TC_TOKEN_STRING, start, self->at - start, g_strndup (self->source + start, self->at - start));
  self->at++;
}

static void
lex_string (Lexer *self)
{
  size_t start = self->at + 1, end = plain_string_end (self);

  if (end > 0)
    {
      push (self, TC_TOKEN_STRING, self->at, end + 1 - self->at, unescape (self->source + start, end - start, self->source[self->at]));
      self->at = end + 1;
    }
  else if (self->source[self->at] == '"')
    lex_interpolated_string (self);
  else
    fail (self, self->at, g_strdup ("Unclosed string."));
}

static void
lex_token (Lexer *self)
{
  char   c = self->source[self->at];
  size_t n;

  if ((n = operator_at (self)) > 0)
    lex_operator (self, n);
  else if ((n = name_at (self)) > 0)
    {
      push (self, TC_TOKEN_NAME, self->at, n, NULL);
      self->at += n;
    }
  else if (g_ascii_isdigit (c))
    lex_number (self);
  else if (c != 0 && strchr ("()[]{}?:.,=", c) != NULL)
    lex_punctuation (self);
  else if (c == '"' || c == '\'')
    lex_string (self);
  else
    fail (self, self->at, g_strdup_printf ("Unexpected character [%.*s]", g_utf8_skip[(guchar) c], self->source + self->at));
}

static void
lex_inside (Lexer *self, const char *delimiter, TcTokenType closing)
{
  size_t   end;
  gboolean trim;

  g_byte_array_set_size (self->brackets, 0);
  while (self->at < self->length)
    {
      if (self->brackets->len == 0 && close_delimiter (self, delimiter, &end, &trim))
        {
          push (self, closing, end - 2, 2, NULL);
          self->at = end;
          self->trim = trim;
          return;
        }
      self->at = skip_space (self, self->at);
      if (self->at < self->length)
        lex_token (self);
    }
  if (self->brackets->len > 0)
    fail (self, self->length, g_strdup_printf ("Unclosed \"%c\"", self->brackets->data[self->brackets->len - 1]));
}

static void
lex_comment (Lexer *self, size_t opened)
{
  const char *end = g_strstr_len (self->source + self->at, self->length - self->at, "#}");

  if (end == NULL)
    {
      fail (self, opened, g_strdup ("Unclosed comment."));
      return;
    }
  self->at = end + 2 - self->source;
  self->trim = end > self->source + opened + 2 && end[-1] == '-';
}

/* `verbatim %}` at the place of a tag; 0: another tag. */
static size_t
verbatim_word (const Lexer *self, size_t at, const char *word, gboolean *trim)
{
  at = skip_space (self, at);
  if (!looking_at (self, at, word))
    return 0;
  at = skip_space (self, at + strlen (word));
  *trim = at < self->length && self->source[at] == '-';
  if (*trim)
    at++;
  return looking_at (self, at, "%}") ? at + 2 : 0;
}

static gboolean
lex_verbatim (Lexer *self)
{
  gboolean trim;
  size_t   start = verbatim_word (self, self->at, "verbatim", &trim);

  if (start == 0)
    return FALSE;
  for (size_t at = start; at < self->length; at++)
    {
      const char *next = g_strstr_len (self->source + at, self->length - at, "{%");
      size_t      end;
      gboolean    left;

      if (next == NULL)
        break;
      at = next - self->source;
      left = looking_at (self, at + 2, "-");
      end = verbatim_word (self, at + 2 + left, "endverbatim", &trim);
      if (end == 0)
        continue;
      self->trim = TRUE;
      push_text (self, start, at, left);
      self->trim = trim;
      self->at = end;
      return TRUE;
    }
  fail (self, self->at, g_strdup ("Unclosed verbatim tag."));
  return TRUE;
}

/* Where the next delimiter or raw block starts, from @from. */
static size_t
next_delimiter (const Lexer *self, size_t from)
{
  while (from + 1 < self->length)
    {
      const char *brace = memchr (self->source + from, '{', self->length - from);

      if (brace == NULL)
        break;
      from = brace - self->source;
      if (from + 1 < self->length && (brace[1] == '{' || brace[1] == '%' || brace[1] == '#'))
        return from;
      from++;
    }
  return self->length;
}

static void
lex_delimiter (Lexer *self, size_t opened)
{
  char   kind = self->source[opened + 1];
  size_t at = opened + 2;

  self->at = at;
  if (at + 1 < self->length && self->source[at] == '-' && is_space (self->source[at + 1]))
    self->at = skip_space (self, at + 1);
  if (kind == '#')
    lex_comment (self, opened);
  else if (kind == '{')
    {
      push (self, TC_TOKEN_PRINT_START, opened, 2, NULL);
      lex_inside (self, "}}", TC_TOKEN_PRINT_END);
    }
  else if (!lex_verbatim (self))
    {
      push (self, TC_TOKEN_EXECUTE_START, opened, 2, NULL);
      lex_inside (self, "%}", TC_TOKEN_EXECUTE_END);
    }
}

void
tc_lexer_run (TcLexer *self, const char *source, size_t length)
{
  Lexer       lexer = { .out = self, .source = source, .length = length, .brackets = g_byte_array_new () };
  const char *last = g_strrstr_len (source, length, "endraw");


  lexer.last_endraw = last != NULL ? (size_t) (last - source) : 0;
  self->tokens = g_array_new (FALSE, FALSE, sizeof (TcToken));
  self->problem = NULL;
  while (lexer.at < length)
    {
      size_t   next = next_delimiter (&lexer, lexer.at), body, body_end, end;
      gboolean raw = next < lexer.last_endraw && tc_raw_block (source, length, next, &body, &body_end, &end);
      gboolean left = !raw && next + 3 < length && source[next + 2] == '-' && is_space (source[next + 3]);

      push_text (&lexer, lexer.at, next, left);
      if (raw)
        {
          push (&lexer, TC_TOKEN_TEXT, body, body_end - body, NULL);
          mark_more (&lexer);
          lexer.at = end;
        }
      else if (next < length)
        lex_delimiter (&lexer, next);
      else
        lexer.at = length;
    }
  push (&lexer, TC_TOKEN_EOF, length, 0, NULL);
  g_byte_array_unref (lexer.brackets);
}

void
tc_lexer_clear (TcLexer *self)
{
  if (self->tokens != NULL)
    for (guint i = 0; i < self->tokens->len; i++)
      g_free (g_array_index (self->tokens, TcToken, i).text);
  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->problem, g_free);
}
