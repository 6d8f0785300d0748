/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml-private.h"

#include <string.h>

/* Finds where bytes of a scalar's text stand in the source by reading the scalar again. Every piece of the source that makes text is
 * reported to piece() in order; the search ends with the piece that makes the last byte wanted. */
typedef struct
{
  const char *source;
  size_t      at, end;          /* what is left of the source of the scalar */
  size_t      made;             /* bytes of text so far */
  size_t      from, to;         /* wanted bytes of text */
  size_t      start, stop;      /* found bytes of the source */
  bool        started, done;
} Search;

/* @made bytes of text come from the source from @start to @stop. */
static void
piece (Search *self,
       size_t  made,
       size_t  start,
       size_t  stop)
{
  bool verbatim = made == stop - start;

  if (self->done || made == 0)
    return;
  if (!self->started && self->made + made > self->from)
    {
      self->start = verbatim ? start + (self->from - self->made) : start;
      self->started = true;
    }
  if (self->made + made >= self->to)
    {
      self->stop = self->to == self->from ? self->start : verbatim ? start + (self->to - self->made) : stop;
      self->done = self->started;
    }
  self->made += made;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static bool
is_break (char c)
{
  return c == '\n' || c == '\r';
}

static void
skip_break (Search *self)
{
  if (self->source[self->at] == '\r' && self->source[self->at + 1] == '\n')
    self->at++;
  self->at++;
}

/* Blanks and line breaks inside of a plain or quoted text: one break makes a blank, n + 1 breaks make n. */
static void
read_folded (Search *self,
             bool    escaped_break)
{
  size_t start = self->at, breaks = 0, blanks_end;

  while (self->at < self->end && is_blank (self->source[self->at]))
    self->at++;
  blanks_end = self->at;
  while (self->at < self->end && (is_break (self->source[self->at]) || is_blank (self->source[self->at])))
    if (is_break (self->source[self->at]))
      {
        skip_break (self);
        breaks++;
      }
    else
      self->at++;
  if (escaped_break)
    piece (self, breaks, start, self->at);
  else if (breaks == 0)
    piece (self, blanks_end - start, start, blanks_end);
  else
    piece (self, breaks == 1 ? 1 : breaks - 1, start, self->at);
}

static size_t
utf8_length (uint32_t code)
{
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* After the backslash. */
static void
read_escape (Search *self)
{
  size_t start = self->at++, digits = 0;
  char sign = self->source[self->at];
  uint32_t code = 0;

  if (is_break (sign))
    {
      skip_break (self);
      read_folded (self, true);
      return;
    }
  self->at++;
  if (sign == 'x' || sign == 'u' || sign == 'U')
    digits = sign == 'x' ? 2 : sign == 'u' ? 4 : 8;
  for (size_t i = 0; i < digits && self->at < self->end; i++)
    code = code * 16 + (uint32_t) g_ascii_xdigit_value (self->source[self->at++]);
  if (sign == 'N' || sign == '_')
    code = 0x85;
  if (sign == 'L' || sign == 'P')
    code = 0x2028;
  piece (self, utf8_length (code), start, self->at);
}

static void
search_plain_or_quoted (Search *self,
                        char    quote)
{
  while (self->at < self->end && !self->done)
    {
      char c = self->source[self->at];

      if (is_blank (c) || is_break (c))
        read_folded (self, false);
      else if (quote == '\'' && c == '\'')
        {
          piece (self, 1, self->at, self->at + 2);
          self->at += 2;
        }
      else if (quote == '"' && c == '\\')
        read_escape (self);
      else
        {
          piece (self, 1, self->at, self->at + 1);
          self->at++;
        }
    }
}

/* Blanks that the line at @at begins with, and whether something other than a line break follows them. */
static size_t
leading_blanks (const Search *self,
                size_t        at,
                bool         *filled)
{
  size_t n = 0;

  while (at + n < self->end && self->source[at + n] == ' ')
    n++;
  *filled = at + n < self->end && !is_break (self->source[at + n]);
  return n;
}

/* Skips the header line ("|", ">-", "|2 # comment"); returns the indentation that the block has. */
static size_t
read_header (Search *self,
             size_t  parent_indent)
{
  size_t explicit_indent = 0, at;
  bool comment = false, filled = false;

  for (; self->at < self->end && !is_break (self->source[self->at]); self->at++)
    {
      comment = comment || self->source[self->at] == '#';
      if (!comment && g_ascii_isdigit (self->source[self->at]))
        explicit_indent = (size_t) (self->source[self->at] - '0');
    }
  if (self->at < self->end)
    skip_break (self);
  if (explicit_indent > 0)
    return parent_indent + explicit_indent;
  for (at = self->at; at < self->end;)
    {
      size_t n = leading_blanks (self, at, &filled);

      if (filled)
        return n;
      at += n;
      at += at < self->end && self->source[at] == '\r' && self->source[at + 1] == '\n';
      at++;
    }
  return 0;
}

/* One line of a block. `*fold`: a line break that may become a blank stands before it. */
static void
read_block_line (Search *self,
                 size_t  indent,
                 bool    folded,
                 size_t *pending,
                 size_t *pending_start,
                 bool   *deeper)
{
  bool filled, now_deeper;
  size_t n = leading_blanks (self, self->at, &filled), start = self->at;

  if (!filled && n <= indent)
    {
      self->at += n;
      if (self->at < self->end)
        skip_break (self);
      *pending += 1;
      return;
    }
  self->at += MIN (n, indent);
  now_deeper = is_blank (self->source[self->at]);
  /* Breaks between lines: folded between two ordinary ones, kept otherwise and at the head of the block. */
  if (*pending > 0 && folded && self->made > 0 && !now_deeper && !*deeper)
    piece (self, *pending == 1 ? 1 : *pending - 1, *pending_start, self->at);
  else
    piece (self, *pending, *pending_start, *pending == self->at - *pending_start ? self->at : MAX (start, *pending_start + *pending + 1));
  *deeper = now_deeper;
  start = self->at;
  while (self->at < self->end && !is_break (self->source[self->at]))
    self->at++;
  piece (self, self->at - start, start, self->at);
  *pending = 0;
  *pending_start = self->at;
  if (self->at < self->end)
    {
      skip_break (self);
      *pending = 1;
    }
}

static size_t
line_indent (const TcYamlNode *node)
{
  const char *source = node->doc->source;
  size_t start = node->key != NULL ? node->key_start : node->start, line = start;

  while (line > 0 && !is_break (source[line - 1]))
    line--;
  /* "- - key: |2": the block is indented from its key, not from the dash. */
  return node->key != NULL ? start - line : strspn (source + line, " ");
}

static void
search_block (Search           *self,
              const TcYamlNode *node)
{
  size_t indent, pending = 0, pending_start;
  bool deeper = false;

  while (self->at < self->end && self->source[self->at] != '|' && self->source[self->at] != '>')
    self->at++;
  indent = read_header (self, line_indent (node));
  pending_start = self->at;
  while (self->at < self->end && !self->done)
    read_block_line (self, indent, node->style == TC_YAML_FOLDED, &pending, &pending_start, &deeper);
  piece (self, pending, pending_start, self->at);
}

/* Past an anchor and a tag. */
static size_t
skip_properties (const TcYamlNode *node)
{
  const char *source = node->doc->source;
  size_t at = node->start;

  while (at < node->end && (source[at] == '&' || source[at] == '!'))
    {
      while (at < node->end && !is_blank (source[at]) && !is_break (source[at]))
        at++;
      while (at < node->end && (is_blank (source[at]) || is_break (source[at])))
        at++;
    }
  return at;
}

TcSpan
tc_yaml_locate (const TcYamlNode *self,
                size_t            offset,
                size_t            length)
{
  Search search = { .source = self->doc->source, .from = offset, .to = offset + length, .end = self->end };

  if (self->kind != TC_YAML_SCALAR || self->doc->source[self->start] == '*')
    return tc_yaml_span (self);
  search.at = skip_properties (self);
  switch ((TcYamlStyle) self->style)
    {
    case TC_YAML_PLAIN:
      search_plain_or_quoted (&search, '\0');
      break;
    case TC_YAML_SINGLE_QUOTED:
    case TC_YAML_DOUBLE_QUOTED:
      search.at++;
      search.end--;
      search_plain_or_quoted (&search, self->style == TC_YAML_SINGLE_QUOTED ? '\'' : '"');
      break;
    case TC_YAML_LITERAL:
    case TC_YAML_FOLDED:
      search_block (&search, self);
      break;
    }
  if (!search.started)
    search.start = search.stop = search.end;     /* just behind the text */
  else if (!search.done)
    search.stop = MAX (search.at, search.start);
  return tc_yaml_span_of (self->doc, search.start, search.stop);
}
