/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-yaml-sketch.h"

#include <string.h>

#define MAX_BRACKETS 64
#define MAX_ALIASES 16

/* The text is borrowed while it is read; what nodes keep of it is copied at the end. */
struct _TcYamlSketch
{
  GArray     *nodes;
  TcSketchEnd end;
  char       *text;
  const char *source;
  size_t      length, limit, at, line;    /* whole text; where to stop; where we are; where the line begins */
  int         open;                       /* the innermost node that may have children in further lines */
  gboolean    stopped;
};

static TcSketchNode *
node_at (const TcYamlSketch *self,
         int                 index)
{
  return &g_array_index (self->nodes, TcSketchNode, index);
}

static void
clear_node (gpointer data)
{
  TcSketchNode *node = data;

  g_free (node->key);
  g_free (node->anchor);
}

/* The character at @at, also behind the limit; the end of the text is the end of a line. */
static char
peek (const TcYamlSketch *self,
      size_t              at)
{
  return at < self->length ? self->source[at] : '\n';
}

static gboolean
is_line_end (char c)
{
  return c == '\n' || c == '\r';
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
is_one_of (char        c,
           const char *set)
{
  return c != '\0' && strchr (set, c) != NULL;
}

static gboolean
is_gap (char c)
{
  return is_blank (c) || is_line_end (c);
}

static gboolean
at_limit (const TcYamlSketch *self)
{
  return self->at >= self->limit;
}

static gboolean
at_line_end (const TcYamlSketch *self)
{
  return at_limit (self) || is_line_end (self->source[self->at]);
}

static void
skip_blanks (TcYamlSketch *self)
{
  while (!at_limit (self) && is_blank (self->source[self->at]))
    self->at++;
}

static void
stop (TcYamlSketch *self,
      TcSketchWhere where,
      int           node,
      size_t        start)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  self->end.where = where;
  self->end.node = node;
  self->end.start = (uint32_t) start;
}

/* The rest of the line means nothing. */
static void
skip_line (TcYamlSketch *self)
{
  while (!at_line_end (self))
    self->at++;
  if (at_limit (self))
    stop (self, TC_SKETCH_AT_NOTHING, -1, self->at);
}

static int
add_node (TcYamlSketch *self,
          int           parent,
          gboolean      is_item,
          size_t        column,
          size_t        start,
          size_t        end)
{
  TcSketchNode node = { .parent = parent, .is_item = is_item, .column = (uint32_t) column, .key_start = (uint32_t) start,
                        .key_end = (uint32_t) end };
  const char quote = start < end ? self->source[start] : '\0';
  const size_t inset = !is_item && end - start > 1 && (quote == '"' || quote == '\'') ? 1 : 0;

  if (!is_item)
    node.key = g_strndup (self->source + start + inset, end - start - 2 * inset);
  node.value_start = node.value_end = node.key_end;
  g_array_append_val (self->nodes, node);
  return (int) self->nodes->len - 1;
}

static void
set_value (TcYamlSketch *self,
           int           index,
           TcSketchForm  form,
           size_t        start,
           size_t        end)
{
  TcSketchNode *node = node_at (self, index);

  node->form = form;
  node->value_start = (uint32_t) start;
  node->value_end = (uint32_t) end;
}

/* A list may stand as far left as the key that it belongs to. */
static int
parent_at (const TcYamlSketch *self,
           size_t              column,
           gboolean            is_item)
{
  int index = self->open;

  for (; index >= 0; index = node_at (self, index)->parent)
    {
      const TcSketchNode *node = node_at (self, index);

      if (node->column < column || (node->column == column && is_item && !node->is_item))
        break;
    }
  return index;
}

/* Where the lines that belong to a value with the owner's indentation end: at the first one that is not further right. */
static gboolean
goes_on_below (const TcYamlSketch *self,
               size_t              line_end,
               uint32_t            column,
               const char         *closing)
{
  size_t at = line_end, line = line_end;

  while (at < self->length && is_gap (self->source[at]))
    line = is_line_end (self->source[at++]) ? at : line;
  return at < self->length && (at - line > column || is_one_of (self->source[at], closing));
}

static size_t
end_of_line (const TcYamlSketch *self,
             size_t              at)
{
  while (at < self->length && !is_line_end (self->source[at]))
    at++;
  return at;
}

/* Behind the closing quote of the text that opens at @at; if there is none that fits, the end of the line. */
static size_t
end_of_quoted (const TcYamlSketch *self,
               size_t              at,
               uint32_t            column)
{
  const char quote = self->source[at];

  for (size_t i = at + 1; i < self->length; i++)
    {
      const char c = self->source[i];

      if (c == quote && quote == '\'' && peek (self, i + 1) == '\'')
        i++;
      else if (c == quote)
        return i + 1;
      else if (c == '\\' && quote == '"' && !is_line_end (peek (self, i + 1)))
        i++;
      else if (is_line_end (c) && !goes_on_below (self, i, column, ""))
        break;
    }
  return end_of_line (self, at);
}

/* Reads a quoted text that opens here. FALSE: the limit is inside it. */
static gboolean
read_quoted (TcYamlSketch *self,
             int           owner,
             TcSketchWhere where,
             uint32_t      column)
{
  const size_t start = self->at, end = end_of_quoted (self, start, column);
  const gboolean is_closed = end > start + 1 && self->source[end - 1] == self->source[start];

  if (self->limit < end || (self->limit == end && !is_closed))
    {
      stop (self, where, owner, start + 1);
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
  while (at < self->limit && !is_line_end (self->source[at]) && !(self->source[at] == '#' && is_blank (self->source[at - 1])))
    at++;
  return at;
}

static size_t
trim (const TcYamlSketch *self,
      size_t              start,
      size_t              end)
{
  while (end > start && is_blank (self->source[end - 1]))
    end--;
  return end;
}

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
  return node_at (self, brackets->nodes[brackets->depth - 1])->form == TC_SKETCH_MAP;
}

static int
add_item (TcYamlSketch *self,
          Brackets     *brackets,
          size_t        at)
{
  return add_node (self, brackets->nodes[brackets->depth - 1], TRUE, brackets->column, at, at);
}

static void
open_bracket (TcYamlSketch *self,
              Brackets     *brackets)
{
  const int owner = brackets->pending >= 0 ? brackets->pending : add_item (self, brackets, self->at);

  set_value (self, owner, self->source[self->at] == '{' ? TC_SKETCH_MAP : TC_SKETCH_LIST, self->at, self->at);
  brackets->nodes[brackets->depth++] = owner;
  brackets->pending = -1;
  self->at++;
}

static void
close_bracket (TcYamlSketch *self,
               Brackets     *brackets)
{
  node_at (self, brackets->nodes[--brackets->depth])->value_end = (uint32_t) ++self->at;
  brackets->pending = -1;
}

static void
stop_in_brackets (TcYamlSketch *self,
                  Brackets     *brackets,
                  size_t        start)
{
  const int around = brackets->nodes[brackets->depth - 1];

  if (brackets->pending >= 0)
    stop (self, TC_SKETCH_AT_VALUE, brackets->pending, start);
  else if (in_map (self, brackets))
    stop (self, TC_SKETCH_AT_KEY, around, start);
  else
    {
      stop (self, TC_SKETCH_AT_KEY, add_item (self, brackets, start), start);
      self->end.fresh = TRUE;
    }
  self->end.in_brackets = TRUE;
}

static gboolean
is_colon (const TcYamlSketch *self,
          size_t              at,
          const char         *closing)
{
  return at < self->limit && self->source[at] == ':' && (is_gap (peek (self, at + 1)) || is_one_of (peek (self, at + 1), closing));
}

/* A template may stand where YAML wants quotes: its braces open no map. */
static gboolean
is_template (const TcYamlSketch *self,
             size_t              at)
{
  return peek (self, at) == '{' && is_one_of (peek (self, at + 1), "{%#");
}

static void
skip_bracket_word (TcYamlSketch *self)
{
  while (!at_line_end (self) && !is_one_of (self->source[self->at], ",[]{}") &&
         !is_colon (self, self->at, ",]}"))
    self->at++;
  if (!is_template (self, self->at) || at_limit (self))
    return;
  while (!at_line_end (self) && !(self->source[self->at] == '}' && peek (self, self->at + 1) != '}'))
    self->at++;
  self->at = MIN (self->at + 1, self->limit);
  while (!at_line_end (self) && !is_one_of (self->source[self->at], ",]}"))
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

  if (quoted && (self->limit <= end_of_quoted (self, start, brackets->column)))
    {
      stop_in_brackets (self, brackets, start + 1);
      self->end.quote = self->source[start];
      self->at = self->limit;
      return;
    }
  if (quoted)
    self->at = end_of_quoted (self, start, brackets->column);
  else
    skip_bracket_word (self);
  if (at_limit (self))
    {
      stop_in_brackets (self, brackets, start);
      return;
    }
  end = trim (self, start, self->at);
  skip_blanks (self);
  if (brackets->pending < 0 && (in_map (self, brackets) || is_colon (self, self->at, ",]}")))
    {
      owner = in_map (self, brackets) ? brackets->nodes[brackets->depth - 1] : add_item (self, brackets, start);
      brackets->pending = add_node (self, owner, FALSE, brackets->column, start, end);
      return;
    }
  owner = brackets->pending >= 0 ? brackets->pending : add_item (self, brackets, start);
  set_value (self, owner, quoted ? TC_SKETCH_QUOTED : TC_SKETCH_PLAIN, start, end);
}

static void
read_bracket_token (TcYamlSketch *self,
                    Brackets     *brackets)
{
  const char c = self->source[self->at];

  if ((c == '[' || c == '{') && brackets->depth < MAX_BRACKETS && (brackets->pending >= 0 || !in_map (self, brackets)) &&
      !is_template (self, self->at))
    open_bracket (self, brackets);
  else if (c == ']' || c == '}')
    close_bracket (self, brackets);
  else if (c == ',')
    {
      brackets->pending = -1;
      self->at++;
    }
  else if (is_colon (self, self->at, ",]}") || ((c == '[' || c == '{') && !is_template (self, self->at)))
    self->at++;
  else
    read_bracket_scalar (self, brackets);
}

/* The node's value is a collection in brackets that opens here. */
static void
read_brackets (TcYamlSketch *self,
               int           node)
{
  Brackets brackets = { .pending = node, .column = node_at (self, node)->column };

  open_bracket (self, &brackets);
  while (brackets.depth > 0)
    {
      while (!at_limit (self) && is_gap (self->source[self->at]))
        {
          if (is_line_end (self->source[self->at]) && !goes_on_below (self, self->at, brackets.column, "]},"))
            return;
          self->at++;
        }
      if (at_limit (self))
        stop_in_brackets (self, &brackets, self->at);
      else if (self->source[self->at] == '#' && is_gap (self->source[self->at - 1]))
        skip_line (self);
      else
        read_bracket_token (self, &brackets);
      if (self->stopped)
        return;
    }
}

/* Values. */

/* Lines further right than the owner are its content. Blank ones count if content follows, or if they are as far right. */
static void
read_block (TcYamlSketch *self,
            int           node)
{
  const uint32_t column = node_at (self, node)->column;
  size_t line = self->at, start = 0, end = 0;
  gboolean is_content;

  if (at_limit (self))
    return;
  while (line < self->limit)
    {
      size_t at = line + (self->source[line] == '\r' ? 1 : 0);

      line = at = at + (at < self->limit && self->source[at] == '\n' ? 1 : 0);
      start = start == 0 ? line : start;
      while (at < self->limit && self->source[at] == ' ')
        at++;
      if (at - line <= column && (at == self->limit || !is_line_end (self->source[at])))
        break;
      is_content = at - line > column || (at < self->limit && !is_line_end (self->source[at]));
      line = end_of_line (self, at);
      end = is_content ? line : end;
      if (line >= self->limit)
        {
          stop (self, TC_SKETCH_AT_TEXT, node, start);
          line = self->limit;
        }
    }
  set_value (self, node, TC_SKETCH_BLOCK, start, MAX (start, MIN (end, self->limit)));
  self->at = self->stopped ? self->limit : MAX (MIN (end, line), self->at);
}

static void
read_block_head (TcYamlSketch *self,
                 int           node)
{
  const size_t start = self->at;

  set_value (self, node, TC_SKETCH_BLOCK, start, start);
  while (!at_line_end (self))
    self->at++;
  if (at_limit (self))
    stop (self, TC_SKETCH_AT_VALUE, node, start);
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
  set_value (self, node, form, start, trim (self, start, self->at));
  if (at_limit (self))
    stop (self, TC_SKETCH_AT_VALUE, node, start);
  else
    skip_line (self);
}

/* Anchors and tags. FALSE: the limit is inside one. */
static gboolean
read_marks (TcYamlSketch *self,
            int           node)
{
  while (!at_line_end (self) && (self->source[self->at] == '&' || self->source[self->at] == '!'))
    {
      const size_t start = self->at;

      while (!at_line_end (self) && !is_blank (self->source[self->at]))
        self->at++;
      if (at_limit (self))
        {
          stop (self, TC_SKETCH_AT_NOTHING, node, start);
          return FALSE;
        }
      if (self->source[start] == '&' && node >= 0)
        {
          g_free (node_at (self, node)->anchor);
          node_at (self, node)->anchor = g_strndup (self->source + start + 1, self->at - start - 1);
        }
      skip_blanks (self);
    }
  return TRUE;
}

static void
read_value (TcYamlSketch *self,
            int           node)
{
  const size_t start = self->at;
  const char c = peek (self, start);

  if (at_limit (self))
    stop (self, TC_SKETCH_AT_VALUE, node, start);
  else if (is_line_end (c))
    return;
  else if (c == '#' && is_blank (self->source[start - 1]))
    skip_line (self);
  else if (c == '|' || c == '>')
    read_block_head (self, node);
  else if (c == '"' || c == '\'')
    {
      if (!read_quoted (self, node, TC_SKETCH_AT_VALUE, node_at (self, node)->column))
        return;
      set_value (self, node, TC_SKETCH_QUOTED, start, self->at);
      skip_line (self);
    }
  else if ((c == '[' || c == '{') && !is_template (self, start))
    {
      read_brackets (self, node);
      skip_line (self);
    }
  else
    read_plain (self, node, c == '*' ? TC_SKETCH_ALIAS : TC_SKETCH_PLAIN);
}

/* Lines. */

/* A key begins here: where it ends, and the colon. 0: what is here is no key, or none yet. */
static size_t
end_of_key (const TcYamlSketch *self)
{
  const char c = peek (self, self->at);
  size_t at = self->at;

  if (is_one_of (c, "[]{}|>*%@`,#"))
    return 0;
  if (c == '"' || c == '\'')
    {
      for (at++; at < self->limit && !is_line_end (self->source[at]) && self->source[at] != c; at++)
        at += self->source[at] == '\\' && c == '"' ? 1 : 0;
      at = MIN (at + 1, self->limit);
      return is_colon (self, at + strspn (self->source + at, " "), "") ? at : 0;
    }
  for (; at < self->limit && !is_line_end (self->source[at]); at++)
    {
      if (is_colon (self, at, ""))
        return trim (self, self->at, at);
      if (self->source[at] == '#' && is_blank (self->source[at - 1]))
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
  const int node = add_node (self, parent, FALSE, column, self->at, key_end);

  self->open = node;
  self->at = key_end + strspn (self->source + key_end, " ") + 1;
  if (at_limit (self))
    {
      stop (self, TC_SKETCH_AT_VALUE, node, self->at);
      self->end.tight = TRUE;
      return;
    }
  skip_blanks (self);
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
  const TcSketchForm form = parent >= 0 ? node_at (self, parent)->form : TC_SKETCH_EMPTY;
  const gboolean is_value = parent >= 0 && form == TC_SKETCH_EMPTY && !is_template (self, start) &&
                            is_one_of (self->source[start], "\"'[{|>*");

  if (is_value)
    {
      read_value (self, parent);
      self->end.dashed = dashed;
      return;
    }
  self->at = end_of_plain (self, start);
  if (form == TC_SKETCH_PLAIN && !dashed)
    node_at (self, parent)->value_end = (uint32_t) trim (self, start, self->at);
  else if (dashed)
    set_value (self, parent, TC_SKETCH_PLAIN, start, trim (self, start, self->at));
  if (!at_limit (self))
    {
      skip_line (self);
      return;
    }
  if (form == TC_SKETCH_PLAIN && !dashed)
    {
      stop (self, TC_SKETCH_AT_TEXT, parent, node_at (self, parent)->value_start);
      return;
    }
  stop (self, TC_SKETCH_AT_KEY, parent, start);
  self->end.column = (uint32_t) column;
  self->end.fresh = self->end.dashed = dashed;
}

static gboolean
is_marker (const TcYamlSketch *self)
{
  const size_t at = self->at;

  return at == self->line && at + 3 <= self->limit && is_gap (peek (self, at + 3)) &&
         (strncmp (self->source + at, "---", 3) == 0 || strncmp (self->source + at, "...", 3) == 0);
}

/* The dashes that open items, at the beginning of a line. FALSE: the line ends behind one. */
static gboolean
read_dashes (TcYamlSketch *self,
             int          *item)
{
  while (!at_limit (self) && self->source[self->at] == '-' && is_gap (peek (self, self->at + 1)))
    {
      const size_t column = self->at - self->line;

      self->open = *item = add_node (self, parent_at (self, column, TRUE), TRUE, column, self->at, self->at + 1);
      self->at++;
      if (at_limit (self))
        self->end.tight = TRUE;
      skip_blanks (self);
      if (at_limit (self))
        {
          stop (self, TC_SKETCH_AT_KEY, *item, self->at);
          self->end.column = (uint32_t) (self->at - self->line);
          self->end.fresh = self->end.dashed = TRUE;
          return FALSE;
        }
      if (!read_marks (self, *item))
        return FALSE;
    }
  return TRUE;
}

static void
read_line (TcYamlSketch *self)
{
  int item = -1, parent;
  size_t column, key_end;

  self->line = self->at;
  skip_blanks (self);
  column = self->at - self->line;
  if (at_limit (self))
    {
      stop (self, TC_SKETCH_AT_KEY, parent_at (self, column, FALSE), self->at);
      self->end.column = (uint32_t) column;
      return;
    }
  if (is_line_end (self->source[self->at]))
    return;
  if (self->source[self->at] == '#' || (self->source[self->at] == '%' && column == 0) || is_marker (self))
    {
      self->open = is_marker (self) ? -1 : self->open;
      skip_line (self);
      return;
    }
  if (!read_dashes (self, &item) || at_line_end (self))
    return;
  column = self->at - self->line;
  parent = item >= 0 ? item : parent_at (self, column, FALSE);
  key_end = end_of_key (self);
  if (key_end > 0)
    read_member (self, parent, column, key_end);
  else if (self->source[self->at] == '#')
    skip_line (self);
  else
    read_word (self, parent, column, item >= 0);
}

TcYamlSketch *
tc_yaml_sketch_new (const char *text,
                    size_t      length,
                    size_t      upto)
{
  TcYamlSketch *self = g_new0 (TcYamlSketch, 1);

  self->text = g_strndup (text, length);
  self->source = self->text;
  self->length = length;
  self->limit = MIN (upto, length);
  self->open = -1;
  self->nodes = g_array_new (FALSE, FALSE, sizeof (TcSketchNode));
  g_array_set_clear_func (self->nodes, clear_node);
  while (!self->stopped)
    {
      read_line (self);
      while (!at_limit (self) && !is_line_end (self->source[self->at]))
        self->at++;
      if (at_limit (self) && !self->stopped)
        stop (self, TC_SKETCH_AT_NOTHING, -1, self->at);
      self->at += peek (self, self->at) == '\r' && peek (self, self->at + 1) == '\n' ? 2 : 1;
      self->at = MIN (self->at, self->limit);
    }
  return self;
}

void
tc_yaml_sketch_free (TcYamlSketch *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->nodes);
  g_free (self->text);
  g_free (self);
}

const TcSketchNode *
tc_yaml_sketch_nodes (const TcYamlSketch *self,
                      size_t             *n)
{
  *n = self->nodes->len;
  return (const TcSketchNode *) (gpointer) self->nodes->data;
}

const TcSketchEnd *
tc_yaml_sketch_end (const TcYamlSketch *self)
{
  return &self->end;
}

char *
tc_yaml_sketch_text (const TcYamlSketch *self,
                     int                 index)
{
  const TcSketchNode *node = node_at (self, index);
  const size_t inset = node->form == TC_SKETCH_QUOTED ? 1 : 0;

  if ((node->form != TC_SKETCH_PLAIN && node->form != TC_SKETCH_QUOTED) || node->value_end - node->value_start < 2 * inset)
    return NULL;
  return g_strndup (self->source + node->value_start + inset, node->value_end - node->value_start - 2 * inset);
}

static int
find_anchor (const TcYamlSketch *self,
             const TcSketchNode *alias)
{
  const char *name = self->source + alias->value_start + 1;
  const size_t length = alias->value_end - alias->value_start - 1;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      const char *anchor = node_at (self, (int) i)->anchor;

      if (anchor != NULL && strlen (anchor) == length && strncmp (anchor, name, length) == 0)
        return (int) i;
    }
  return -1;
}

static int
find_member (const TcYamlSketch *self,
             int                 node,
             const char         *key,
             unsigned            aliases)
{
  int merged = -1, found;

  if (node >= 0 && node_at (self, node)->form == TC_SKETCH_ALIAS)
    {
      found = aliases > 0 ? find_anchor (self, node_at (self, node)) : -1;
      return found >= 0 ? find_member (self, found, key, aliases - 1) : -1;
    }
  for (int i = node + 1; i < (int) self->nodes->len; i++)
    {
      const TcSketchNode *each = node_at (self, i);

      if (node >= 0 && each->parent < node)
        break;
      if (each->parent != node || each->key == NULL)
        continue;
      if (strcmp (each->key, key) == 0)
        return i;
      merged = strcmp (each->key, "<<") == 0 ? i : merged;
    }
  return merged >= 0 && node_at (self, merged)->form == TC_SKETCH_ALIAS && aliases > 0 ? find_member (self, merged, key, aliases - 1) : -1;
}

int
tc_yaml_sketch_find (const TcYamlSketch *self,
                     int                 node,
                     const char         *key)
{
  return find_member (self, node, key, MAX_ALIASES);
}
