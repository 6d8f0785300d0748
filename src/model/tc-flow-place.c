/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-place.h"

#include <string.h>

/* Up to here tc_yaml_locate() is asked, which reads a scalar from its beginning each time. */
#define SHORT_TEXT 4096

static guint
count_breaks (const char *text,
              size_t      length)
{
  guint breaks = 0;

  for (const char *at = text; (at = memchr (at, '\n', length - (size_t) (at - text))) != NULL; at++)
    breaks++;
  return breaks;
}

/* A line of a literal block stands in the source as it is, behind its indentation: the place of one character tells those of all. */
static void
find_first_line (TcPlace *self)
{
  size_t first = strspn (self->text, "\n");
  TcSpan span = tc_yaml_locate (self->node, first, 1);

  self->mode = TC_PLACE_LINES;
  self->indent = span.column - 1;
  self->line = span.line - count_breaks (self->text, first);
}

void
tc_place_init (TcPlace          *self,
               const TcYamlNode *node,
               const GArray     *lines,
               TcSpan            fallback)
{
  *self = (TcPlace) { .node = node, .lines = lines, .fallback = fallback };
  if (node == NULL)
    return;
  self->text = tc_yaml_text (node, &self->length);
  self->mode = TC_PLACE_EXACT;
  if (self->length <= SHORT_TEXT)
    return;
  self->fallback = tc_yaml_locate (node, 0, 1);
  self->mode = TC_PLACE_FALLBACK;
  if (tc_yaml_style (node) == TC_YAML_LITERAL)
    find_first_line (self);
}

/* Calls come in the order of the text, so the search goes on where the last one ended; a step back begins anew. */
static TcSpan
place_in_lines (TcPlace *self,
                size_t   offset,
                size_t   length)
{
  TcSpan span = { .length = (uint32_t) g_utf8_strlen (self->text + offset, (gssize) length) };

  if (offset < self->line_start)
    {
      self->line_start = 0;
      find_first_line (self);
    }
  for (const char *at; (at = memchr (self->text + self->line_start, '\n', offset - self->line_start)) != NULL; self->line++)
    self->line_start = (size_t) (at - self->text) + 1;
  span.line = self->line;
  span.column = self->indent + 1 + (uint32_t) g_utf8_strlen (self->text + self->line_start, (gssize) (offset - self->line_start));
  if (span.line >= 1 && span.line <= self->lines->len)
    span.offset = g_array_index (self->lines, uint32_t, span.line - 1) + span.column - 1;
  return span;
}

TcSpan
tc_place_locate (TcPlace *self,
                 size_t   offset,
                 size_t   length)
{
  offset = MIN (offset, self->length);
  length = MIN (length, self->length - offset);
  switch (self->mode)
    {
    case TC_PLACE_EXACT:
      return tc_yaml_locate (self->node, offset, length);
    case TC_PLACE_LINES:
      return place_in_lines (self, offset, length);
    case TC_PLACE_FALLBACK:
      break;
    }
  return self->fallback;
}

/* The number of characters before each line of @source; CR LF is one break and two characters, as in the editor. */
GArray *
tc_place_lines (const char *source,
                size_t      length)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  uint32_t chars = 0;

  g_array_append_val (lines, chars);
  for (size_t i = 0; i < length; i++)
    {
      chars += ((unsigned char) source[i] & 0xC0) != 0x80;
      if (source[i] == '\n' || (source[i] == '\r' && (i + 1 == length || source[i + 1] != '\n')))
        g_array_append_val (lines, chars);
    }
  return lines;
}
