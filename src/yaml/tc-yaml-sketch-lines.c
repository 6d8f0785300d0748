/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-yaml-sketch-private.h"

/* A list may stand as far left as the key that it belongs to. */
static int
parent_at (const TcYamlSketch *self,
           size_t              column,
           gboolean            is_item)
{
  int index = self->open;

  for (; index >= 0; index = tc_sketch_node_at (self, index)->parent)
    {
      const TcSketchNode *node = tc_sketch_node_at (self, index);

      if (node->column < column || (node->column == column && is_item && !node->is_item))
        break;
    }
  return index;
}

/* Reads a quoted text that opens here. FALSE: the limit is inside it. */
static gboolean
read_quoted (TcYamlSketch *self,
             int           owner,
             TcSketchWhere where,
             uint32_t      column)
{
  const size_t start = self->at, end = tc_sketch_end_of_quoted (self, start, column);
  const gboolean is_closed = end > start + 1 && self->source[end - 1] == self->source[start];

  if (self->limit < end || (self->limit == end && !is_closed))
    {
      tc_sketch_stop (self, where, owner, start + 1);
      self->end.quote = self->source[start];
      self->at = self->limit;
      return FALSE;
    }
  self->at = end;
  return TRUE;
}

static size_t
end_of_plain (const TcYamlSketch *self,
              size_t              at)
{
  while (at < self->limit && !tc_sketch_is_line_end (self->source[at]) &&
         !(self->source[at] == '#' && tc_sketch_is_blank (self->source[at - 1])))
    at++;
  return at;
}

/* Values. */

/* Lines further right than the owner are its content. Blank ones count if content follows, or if they are as far right. */
static void
read_block (TcYamlSketch *self,
            int           node)
{
  const uint32_t column = tc_sketch_node_at (self, node)->column;
  size_t line = self->at, start = 0, end = 0;
  gboolean is_content;

  if (tc_sketch_at_limit (self))
    return;
  while (line < self->limit)
    {
      size_t at = line + (self->source[line] == '\r' ? 1 : 0);

      line = at = at + (at < self->limit && self->source[at] == '\n' ? 1 : 0);
      start = start == 0 ? line : start;
      while (at < self->limit && self->source[at] == ' ')
        at++;
      if (at - line <= column && (at == self->limit || !tc_sketch_is_line_end (self->source[at])))
        break;
      is_content = at - line > column || (at < self->limit && !tc_sketch_is_line_end (self->source[at]));
      line = tc_sketch_end_of_line (self, at);
      end = is_content ? line : end;
      if (line >= self->limit)
        {
          tc_sketch_stop (self, TC_SKETCH_AT_TEXT, node, start);
          line = self->limit;
        }
    }
  tc_sketch_set_value (self, node, TC_SKETCH_BLOCK, start, MAX (start, MIN (end, self->limit)));
  self->at = self->stopped ? self->limit : MAX (MIN (end, line), self->at);
}

static void
read_block_head (TcYamlSketch *self,
                 int           node)
{
  const size_t start = self->at;

  tc_sketch_set_value (self, node, TC_SKETCH_BLOCK, start, start);
  while (!tc_sketch_at_line_end (self))
    self->at++;
  if (tc_sketch_at_limit (self))
    tc_sketch_stop (self, TC_SKETCH_AT_VALUE, node, start);
  else
    read_block (self, node);
}

static void
read_plain (TcYamlSketch *self,
            int           node,
            TcSketchForm  form)
{
  const size_t start = self->at;

  self->at = end_of_plain (self, start);
  tc_sketch_set_value (self, node, form, start, tc_sketch_trim (self, start, self->at));
  if (tc_sketch_at_limit (self))
    tc_sketch_stop (self, TC_SKETCH_AT_VALUE, node, start);
  else
    tc_sketch_skip_line (self);
}

/* Anchors and tags. FALSE: the limit is inside one. */
static gboolean
read_marks (TcYamlSketch *self,
            int           node)
{
  while (!tc_sketch_at_line_end (self) && (self->source[self->at] == '&' || self->source[self->at] == '!'))
    {
      const size_t start = self->at;

      while (!tc_sketch_at_line_end (self) && !tc_sketch_is_blank (self->source[self->at]))
        self->at++;
      if (tc_sketch_at_limit (self))
        {
          tc_sketch_stop (self, TC_SKETCH_AT_NOTHING, node, start);
          return FALSE;
        }
      if (self->source[start] == '&' && node >= 0)
        {
          g_free (tc_sketch_node_at (self, node)->anchor);
          tc_sketch_node_at (self, node)->anchor = g_strndup (self->source + start + 1, self->at - start - 1);
        }
      tc_sketch_skip_blanks (self);
    }
  return TRUE;
}

static void
read_value (TcYamlSketch *self,
            int           node)
{
  const size_t start = self->at;
  const char c = tc_sketch_peek (self, start);

  if (tc_sketch_at_limit (self))
    tc_sketch_stop (self, TC_SKETCH_AT_VALUE, node, start);
  else if (tc_sketch_is_line_end (c))
    return;
  else if (c == '#' && tc_sketch_is_blank (self->source[start - 1]))
    tc_sketch_skip_line (self);
  else if (c == '|' || c == '>')
    read_block_head (self, node);
  else if (c == '"' || c == '\'')
    {
      if (!read_quoted (self, node, TC_SKETCH_AT_VALUE, tc_sketch_node_at (self, node)->column))
        return;
      tc_sketch_set_value (self, node, TC_SKETCH_QUOTED, start, self->at);
      tc_sketch_skip_line (self);
    }
  else if ((c == '[' || c == '{') && !tc_sketch_is_template (self, start))
    {
      tc_sketch_read_brackets (self, node);
      tc_sketch_skip_line (self);
    }
  else
    read_plain (self, node, c == '*' ? TC_SKETCH_ALIAS : TC_SKETCH_PLAIN);
}

/* Lines. */

/* A key begins here: where it ends, and the colon. 0: what is here is no key, or none yet. */
static size_t
end_of_key (const TcYamlSketch *self)
{
  const char c = tc_sketch_peek (self, self->at);
  size_t at = self->at;

  if (tc_sketch_is_one_of (c, "[]{}|>*%@`,#"))
    return 0;
  if (c == '"' || c == '\'')
    {
      for (at++; at < self->limit && !tc_sketch_is_line_end (self->source[at]) && self->source[at] != c; at++)
        at += self->source[at] == '\\' && c == '"' ? 1 : 0;
      at = MIN (at + 1, self->limit);
      return tc_sketch_is_colon (self, at + strspn (self->source + at, " "), "") ? at : 0;
    }
  for (; at < self->limit && !tc_sketch_is_line_end (self->source[at]); at++)
    {
      if (tc_sketch_is_colon (self, at, ""))
        return tc_sketch_trim (self, self->at, at);
      if (self->source[at] == '#' && tc_sketch_is_blank (self->source[at - 1]))
        return 0;
    }
  return 0;
}

static void
read_member (TcYamlSketch *self,
             int           parent,
             size_t        column,
             size_t        key_end)
{
  const int node = tc_sketch_add_node (self, parent, FALSE, column, self->at, key_end);

  self->open = node;
  self->at = key_end + strspn (self->source + key_end, " ") + 1;
  if (tc_sketch_at_limit (self))
    {
      tc_sketch_stop (self, TC_SKETCH_AT_VALUE, node, self->at);
      self->end.tight = TRUE;
      return;
    }
  tc_sketch_skip_blanks (self);
  if (read_marks (self, node))
    read_value (self, node);
}

/* A word without a colon: an item, a further line of a text, a value below its key, or a key of which more is to come. */
static void
read_word (TcYamlSketch *self,
           int           parent,
           size_t        column,
           gboolean      dashed)
{
  const size_t start = self->at;
  const TcSketchForm form = parent >= 0 ? tc_sketch_node_at (self, parent)->form : TC_SKETCH_EMPTY;
  const gboolean is_value = parent >= 0 && form == TC_SKETCH_EMPTY && !tc_sketch_is_template (self, start) &&
                            tc_sketch_is_one_of (self->source[start], "\"'[{|>*");

  if (is_value)
    {
      read_value (self, parent);
      self->end.dashed = dashed;
      return;
    }
  self->at = end_of_plain (self, start);
  if (form == TC_SKETCH_PLAIN && !dashed)
    tc_sketch_node_at (self, parent)->value_end = (uint32_t) tc_sketch_trim (self, start, self->at);
  else if (dashed)
    tc_sketch_set_value (self, parent, TC_SKETCH_PLAIN, start, tc_sketch_trim (self, start, self->at));
  if (!tc_sketch_at_limit (self))
    {
      tc_sketch_skip_line (self);
      return;
    }
  if (form == TC_SKETCH_PLAIN && !dashed)
    {
      tc_sketch_stop (self, TC_SKETCH_AT_TEXT, parent, tc_sketch_node_at (self, parent)->value_start);
      return;
    }
  tc_sketch_stop (self, TC_SKETCH_AT_KEY, parent, start);
  self->end.column = (uint32_t) column;
  self->end.fresh = self->end.dashed = dashed;
}

static gboolean
is_marker (const TcYamlSketch *self)
{
  const size_t at = self->at;

  return at == self->line && at + 3 <= self->limit && tc_sketch_is_gap (tc_sketch_peek (self, at + 3)) &&
         (strncmp (self->source + at, "---", 3) == 0 || strncmp (self->source + at, "...", 3) == 0);
}

/* The dashes that open items, at the beginning of a line. FALSE: the line ends behind one. */
static gboolean
read_dashes (TcYamlSketch *self,
             int          *item)
{
  while (!tc_sketch_at_limit (self) && self->source[self->at] == '-' && tc_sketch_is_gap (tc_sketch_peek (self, self->at + 1)))
    {
      const size_t column = self->at - self->line;

      self->open = *item = tc_sketch_add_node (self, parent_at (self, column, TRUE), TRUE, column, self->at, self->at + 1);
      self->at++;
      if (tc_sketch_at_limit (self))
        self->end.tight = TRUE;
      tc_sketch_skip_blanks (self);
      if (tc_sketch_at_limit (self))
        {
          tc_sketch_stop (self, TC_SKETCH_AT_KEY, *item, self->at);
          self->end.column = (uint32_t) (self->at - self->line);
          self->end.fresh = self->end.dashed = TRUE;
          return FALSE;
        }
      if (!read_marks (self, *item))
        return FALSE;
    }
  return TRUE;
}

void
tc_sketch_read_line (TcYamlSketch *self)
{
  int item = -1, parent;
  size_t column, key_end;

  self->line = self->at;
  tc_sketch_skip_blanks (self);
  column = self->at - self->line;
  if (tc_sketch_at_limit (self))
    {
      tc_sketch_stop (self, TC_SKETCH_AT_KEY, parent_at (self, column, FALSE), self->at);
      self->end.column = (uint32_t) column;
      return;
    }
  if (tc_sketch_is_line_end (self->source[self->at]))
    return;
  if (self->source[self->at] == '#' || (self->source[self->at] == '%' && column == 0) || is_marker (self))
    {
      self->open = is_marker (self) ? -1 : self->open;
      tc_sketch_skip_line (self);
      return;
    }
  if (!read_dashes (self, &item) || tc_sketch_at_line_end (self))
    return;
  column = self->at - self->line;
  parent = item >= 0 ? item : parent_at (self, column, FALSE);
  key_end = end_of_key (self);
  if (key_end > 0)
    read_member (self, parent, column, key_end);
  else if (self->source[self->at] == '#')
    tc_sketch_skip_line (self);
  else
    read_word (self, parent, column, item >= 0);
}
