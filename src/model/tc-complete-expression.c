/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"

#include <string.h>

/* Where in an expression the caret is. The lexer of the language wants whole templates; here a few words before the caret tell enough. */

/* Behind the text that opens at @from. A quote that YAML escapes is closed by an escaped one. */
static size_t
skip_string (const char *text,
             size_t      from,
             size_t      at)
{
  const gboolean escaped = from > 0 && text[from - 1] == '\\';
  const char quote = text[from++];

  for (; from < at; from++)
    {
      if (text[from] == quote)
        return from + 1;
      if (text[from] == '\\' && escaped && from + 1 < at && text[from + 1] == quote)
        return from + 2;
      if (text[from] == '\\')
        from++;
    }
  return at + 1;
}

gboolean
tc_caret_find_expression (const char *text,
                          size_t      start,
                          size_t      at,
                          size_t     *expression,
                          gboolean   *in_tag)
{
  size_t i = start;

  while (i + 1 < at)
    {
      const char closing = text[i] != '{' ? '\0' : text[i + 1] == '{' ? '}' : text[i + 1] == '%' || text[i + 1] == '#' ? text[i + 1] : '\0';
      size_t inside = i + 2;

      if (closing == '\0')
        {
          i++;
          continue;
        }
      while (inside < at && !(text[inside] == closing && inside + 1 < at && text[inside + 1] == '}'))
        inside = closing != '#' && (text[inside] == '"' || text[inside] == '\'') ? skip_string (text, inside, at) : inside + 1;
      if (inside >= at && closing == '#')
        return FALSE;
      if (inside >= at)
        {
          *expression = i + 2 + (i + 2 < at && text[i + 2] == '-' ? 1 : 0);
          *in_tag = closing == '%';
          return TRUE;
        }
      i = inside + 2;
    }
  return FALSE;
}

typedef struct
{
  char   kind;          /* n: name or number, s: text, else the character itself */
  size_t start, end;    /* of a text without its quotes; beyond the caret if it is open */
} Token;

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || (c & 0x80) != 0;
}

/* A dash belongs to a name right behind a dot, as Kestra's users write `outputs.my-task`. */
static GArray *
tokenize (const char *text,
          size_t      from,
          size_t      at)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (Token));

  while (from < at)
    {
      const char c = text[from];
      const gboolean behind_dot = tokens->len > 0 && g_array_index (tokens, Token, tokens->len - 1).kind == '.';
      Token token = { c, from, from + 1 };

      if (g_ascii_isspace (c) || c == '\\')
        {
          from++;
          continue;
        }
      if (c == '"' || c == '\'')
        token = (Token) { 's', from + 1, skip_string (text, from, at) };
      else if (is_name_char (c))
        {
          token.kind = 'n';
          while (token.end < at && (is_name_char (text[token.end]) || (behind_dot && text[token.end] == '-')))
            token.end++;
        }
      from = token.end;
      token.end -= token.kind == 's' && token.end <= at ? 1 : 0;
      g_array_append_val (tokens, token);
    }
  return tokens;
}

typedef struct
{
  const char *text;
  GArray     *tokens;
} Tokens;

static const Token *
token_at (const Tokens *self,
          int           index)
{
  return index >= 0 && index < (int) self->tokens->len ? &g_array_index (self->tokens, Token, index) : NULL;
}

static gboolean
is_token (const Tokens *self,
          int           index,
          char          kind,
          const char   *word)
{
  const Token *token = token_at (self, index);

  return token != NULL && token->kind == kind &&
         (word == NULL || (token->end - token->start == strlen (word) && strncmp (self->text + token->start, word, strlen (word)) == 0));
}

static char *
word_of (const Tokens *self,
         int           index)
{
  const Token *token = token_at (self, index);
  const gboolean escaped = token->kind == 's' && token->end > token->start && self->text[token->end - 1] == '\\';

  return g_strndup (self->text + token->start, token->end - token->start - (escaped ? 1 : 0));
}

/* The index of the bracket that the one at @index closes, or -1. */
static int
opening_of (const Tokens *self,
            int           index)
{
  int depth = 0;

  for (; index >= 0; index--)
    {
      depth += is_token (self, index, ']', NULL) ? 1 : is_token (self, index, '[', NULL) ? -1 : 0;
      if (depth == 0)
        return index;
    }
  return -1;
}

/* The names of the chain `a.b['c'][d]` that ends at token @last. NULL: it begins with something else than a name. */
static GPtrArray *
read_chain (const Tokens *self,
            int           last)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int open;

  for (;;)
    {
      if (is_token (self, last, ']', NULL))
        {
          open = opening_of (self, last);
          if (open < 0)
            return NULL;
          g_ptr_array_insert (names, 0, open == last - 2 && is_token (self, open + 1, 's', NULL) ? word_of (self, open + 1) : g_strdup ("*"));
          last = open - 1;
          continue;
        }
      if (!is_token (self, last, 'n', NULL))
        return NULL;
      g_ptr_array_insert (names, 0, word_of (self, last));
      if (!is_token (self, last - 1, '.', NULL))
        return g_steal_pointer (&names);
      last -= 2;
    }
}

/* Inside a text: the first argument of a function, or a name in brackets. */
static void
place_in_string (TcExpressionPlace *self,
                 const Tokens      *tokens,
                 int                string)
{
  self->start = token_at (tokens, string)->start;
  self->quoted = TRUE;
  if (is_token (tokens, string - 1, '(', NULL) && is_token (tokens, string - 2, 'n', NULL) && !is_token (tokens, string - 3, '.', NULL))
    {
      self->kind = TC_EXPRESSION_ARGUMENT;
      self->function = word_of (tokens, string - 2);
    }
  else if (is_token (tokens, string - 1, '[', NULL))
    {
      self->base = read_chain (tokens, string - 2);
      self->kind = self->base != NULL ? TC_EXPRESSION_MEMBER : TC_EXPRESSION_NOTHING;
    }
}

/* After these words another value begins. */
static gboolean
is_keyword (const Tokens *self,
            int           index)
{
  static const char *const words[] = { "and", "or", "not", "is", "in", "isIn", "contains", "equals", "if", "elseif", "for", "set", "filter", "block" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (is_token (self, index, 'n', words[i]))
      return TRUE;
  return FALSE;
}

static TcExpressionKind
kind_behind (const Tokens *self,
             int           last,
             gboolean      in_tag)
{
  if (last < 0)
    return in_tag ? TC_EXPRESSION_TAG : TC_EXPRESSION_ROOT;
  if (is_token (self, last, '|', NULL) || (in_tag && last == 0 && is_token (self, last, 'n', "filter")))
    return TC_EXPRESSION_FILTER;
  if (is_token (self, last, 'n', "is") || (is_token (self, last, 'n', "not") && is_token (self, last - 1, 'n', "is")))
    return TC_EXPRESSION_TEST;
  if (in_tag && last == 0 && (is_token (self, last, 'n', "for") || is_token (self, last, 'n', "set") || is_token (self, last, 'n', "block")))
    return TC_EXPRESSION_NOTHING;
  if (is_keyword (self, last))
    return TC_EXPRESSION_ROOT;
  if (is_token (self, last, 'n', NULL) || is_token (self, last, 's', NULL) || is_token (self, last, ')', NULL) || is_token (self, last, ']', NULL))
    return TC_EXPRESSION_OPERATOR;
  return TC_EXPRESSION_ROOT;
}

void
tc_expression_place (TcExpressionPlace *self,
                     const char        *text,
                     size_t             from,
                     size_t             at,
                     gboolean           in_tag)
{
  g_autoptr (GArray) array = tokenize (text, from, at);
  const Tokens tokens = { text, array };
  int last = (int) array->len - 1;

  *self = (TcExpressionPlace) { .start = at };
  if (is_token (&tokens, last, 's', NULL) && token_at (&tokens, last)->end > at)
    {
      place_in_string (self, &tokens, last);
      return;
    }
  if (is_token (&tokens, last, 'n', NULL) && token_at (&tokens, last)->end == at)
    self->start = token_at (&tokens, last--)->start;
  if (!is_token (&tokens, last, '.', NULL))
    {
      self->kind = kind_behind (&tokens, last, in_tag);
      return;
    }
  self->base = read_chain (&tokens, last - 1);
  self->kind = self->base != NULL ? TC_EXPRESSION_MEMBER : TC_EXPRESSION_NOTHING;
}

void
tc_expression_place_clear (TcExpressionPlace *self)
{
  g_clear_pointer (&self->base, g_ptr_array_unref);
  g_clear_pointer (&self->function, g_free);
}
