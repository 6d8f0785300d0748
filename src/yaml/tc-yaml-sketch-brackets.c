/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-yaml-sketch-private.h"

#define MAX_BRACKETS 64

/* Collections in brackets. */

typedef struct
{
  int      nodes[MAX_BRACKETS];     /* owner of each open bracket */
  unsigned depth;
  int      pending;                 /* the key that waits for its value, or -1 */
  uint32_t column;
} Brackets;

static gboolean
in_map (const TcYamlSketch *self,
        const Brackets     *brackets)
{
  return tc_sketch_node_at (self, brackets->nodes[brackets->depth - 1])->form == TC_SKETCH_MAP;
}

static int
add_item (TcYamlSketch *self,
          Brackets     *brackets,
          size_t        at)
{
  return tc_sketch_add_node (self, brackets->nodes[brackets->depth - 1], TRUE, brackets->column, at, at);
}

static void
open_bracket (TcYamlSketch *self,
              Brackets     *brackets)
{
  const int owner = brackets->pending >= 0 ? brackets->pending : add_item (self, brackets, self->at);

  tc_sketch_set_value (self, owner, self->source[self->at] == '{' ? TC_SKETCH_MAP : TC_SKETCH_LIST, self->at, self->at);
  brackets->nodes[brackets->depth++] = owner;
  brackets->pending = -1;
  self->at++;
}

static void
close_bracket (TcYamlSketch *self,
               Brackets     *brackets)
{
  tc_sketch_node_at (self, brackets->nodes[--brackets->depth])->value_end = (uint32_t) ++self->at;
  brackets->pending = -1;
}

static void
stop_in_brackets (TcYamlSketch *self,
                  Brackets     *brackets,
                  size_t        start)
{
  const int around = brackets->nodes[brackets->depth - 1];

  if (brackets->pending >= 0)
    tc_sketch_stop (self, TC_SKETCH_AT_VALUE, brackets->pending, start);
  else if (in_map (self, brackets))
    tc_sketch_stop (self, TC_SKETCH_AT_KEY, around, start);
  else
    {
      tc_sketch_stop (self, TC_SKETCH_AT_KEY, add_item (self, brackets, start), start);
      self->end.fresh = TRUE;
    }
  self->end.in_brackets = TRUE;
}

static void
skip_bracket_word (TcYamlSketch *self)
{
  while (!tc_sketch_at_line_end (self) && !tc_sketch_is_one_of (self->source[self->at], ",[]{}") &&
         !tc_sketch_is_colon (self, self->at, ",]}"))
    self->at++;
  if (!tc_sketch_is_template (self, self->at) || tc_sketch_at_limit (self))
    return;
  while (!tc_sketch_at_line_end (self) && !(self->source[self->at] == '}' && tc_sketch_peek (self, self->at + 1) != '}'))
    self->at++;
  self->at = MIN (self->at + 1, self->limit);
  while (!tc_sketch_at_line_end (self) && !tc_sketch_is_one_of (self->source[self->at], ",]}"))
    self->at++;
}

static void
read_bracket_scalar (TcYamlSketch *self,
                     Brackets     *brackets)
{
  const size_t start = self->at;
  const gboolean quoted = self->source[start] == '"' || self->source[start] == '\'';
  size_t end;
  int owner;

  if (quoted && (self->limit <= tc_sketch_end_of_quoted (self, start, brackets->column)))
    {
      stop_in_brackets (self, brackets, start + 1);
      self->end.quote = self->source[start];
      self->at = self->limit;
      return;
    }
  if (quoted)
    self->at = tc_sketch_end_of_quoted (self, start, brackets->column);
  else
    skip_bracket_word (self);
  if (tc_sketch_at_limit (self))
    {
      stop_in_brackets (self, brackets, start);
      return;
    }
  end = tc_sketch_trim (self, start, self->at);
  tc_sketch_skip_blanks (self);
  if (brackets->pending < 0 && (in_map (self, brackets) || tc_sketch_is_colon (self, self->at, ",]}")))
    {
      owner = in_map (self, brackets) ? brackets->nodes[brackets->depth - 1] : add_item (self, brackets, start);
      brackets->pending = tc_sketch_add_node (self, owner, FALSE, brackets->column, start, end);
      return;
    }
  owner = brackets->pending >= 0 ? brackets->pending : add_item (self, brackets, start);
  tc_sketch_set_value (self, owner, quoted ? TC_SKETCH_QUOTED : TC_SKETCH_PLAIN, start, end);
}

static void
read_bracket_token (TcYamlSketch *self,
                    Brackets     *brackets)
{
  const char c = self->source[self->at];

  if ((c == '[' || c == '{') && brackets->depth < MAX_BRACKETS && (brackets->pending >= 0 || !in_map (self, brackets)) &&
      !tc_sketch_is_template (self, self->at))
    open_bracket (self, brackets);
  else if (c == ']' || c == '}')
    close_bracket (self, brackets);
  else if (c == ',')
    {
      brackets->pending = -1;
      self->at++;
    }
  else if (tc_sketch_is_colon (self, self->at, ",]}") || ((c == '[' || c == '{') && !tc_sketch_is_template (self, self->at)))
    self->at++;
  else
    read_bracket_scalar (self, brackets);
}

/* The node's value is a collection in brackets that opens here. */
void
tc_sketch_read_brackets (TcYamlSketch *self,
                         int           node)
{
  Brackets brackets = { .pending = node, .column = tc_sketch_node_at (self, node)->column };

  open_bracket (self, &brackets);
  while (brackets.depth > 0)
    {
      while (!tc_sketch_at_limit (self) && tc_sketch_is_gap (self->source[self->at]))
        {
          if (tc_sketch_is_line_end (self->source[self->at]) && !tc_sketch_goes_on_below (self, self->at, brackets.column, "]},"))
            return;
          self->at++;
        }
      if (tc_sketch_at_limit (self))
        stop_in_brackets (self, &brackets, self->at);
      else if (self->source[self->at] == '#' && tc_sketch_is_gap (self->source[self->at - 1]))
        tc_sketch_skip_line (self);
      else
        read_bracket_token (self, &brackets);
      if (self->stopped)
        return;
    }
}
