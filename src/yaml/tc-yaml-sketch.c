/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-yaml-sketch-private.h"

#define MAX_ALIASES 16

static void
clear_node (gpointer data)
{
  TcSketchNode *node = data;

  g_free (node->key);
  g_free (node->anchor);
}

void
tc_sketch_skip_blanks (TcYamlSketch *self)
{
  while (!tc_sketch_at_limit (self) && tc_sketch_is_blank (self->source[self->at]))
    self->at++;
}

void
tc_sketch_stop (TcYamlSketch *self,
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
void
tc_sketch_skip_line (TcYamlSketch *self)
{
  while (!tc_sketch_at_line_end (self))
    self->at++;
  if (tc_sketch_at_limit (self))
    tc_sketch_stop (self, TC_SKETCH_AT_NOTHING, -1, self->at);
}

int
tc_sketch_add_node (TcYamlSketch *self,
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

void
tc_sketch_set_value (TcYamlSketch *self,
                     int           index,
                     TcSketchForm  form,
                     size_t        start,
                     size_t        end)
{
  TcSketchNode *node = tc_sketch_node_at (self, index);

  node->form = form;
  node->value_start = (uint32_t) start;
  node->value_end = (uint32_t) end;
}

/* Where the lines that belong to a value with the owner's indentation end: at the first one that is not further right. */
gboolean
tc_sketch_goes_on_below (const TcYamlSketch *self,
                         size_t              line_end,
                         uint32_t            column,
                         const char         *closing)
{
  size_t at = line_end, line = line_end;

  while (at < self->length && tc_sketch_is_gap (self->source[at]))
    line = tc_sketch_is_line_end (self->source[at++]) ? at : line;
  return at < self->length && (at - line > column || tc_sketch_is_one_of (self->source[at], closing));
}

size_t
tc_sketch_end_of_line (const TcYamlSketch *self,
                       size_t              at)
{
  while (at < self->length && !tc_sketch_is_line_end (self->source[at]))
    at++;
  return at;
}

/* Behind the closing quote of the text that opens at @at; if there is none that fits, the end of the line. */
size_t
tc_sketch_end_of_quoted (const TcYamlSketch *self,
                         size_t              at,
                         uint32_t            column)
{
  const char quote = self->source[at];

  for (size_t i = at + 1; i < self->length; i++)
    {
      const char c = self->source[i];

      if (c == quote && quote == '\'' && tc_sketch_peek (self, i + 1) == '\'')
        i++;
      else if (c == quote)
        return i + 1;
      else if (c == '\\' && quote == '"' && !tc_sketch_is_line_end (tc_sketch_peek (self, i + 1)))
        i++;
      else if (tc_sketch_is_line_end (c) && !tc_sketch_goes_on_below (self, i, column, ""))
        break;
    }
  return tc_sketch_end_of_line (self, at);
}

size_t
tc_sketch_trim (const TcYamlSketch *self,
                size_t              start,
                size_t              end)
{
  while (end > start && tc_sketch_is_blank (self->source[end - 1]))
    end--;
  return end;
}

gboolean
tc_sketch_is_colon (const TcYamlSketch *self,
                    size_t              at,
                    const char         *closing)
{
  const char next = tc_sketch_peek (self, at + 1);

  return at < self->limit && self->source[at] == ':' && (tc_sketch_is_gap (next) || tc_sketch_is_one_of (next, closing));
}

/* A template may stand where YAML wants quotes: its braces open no map. */
gboolean
tc_sketch_is_template (const TcYamlSketch *self,
                       size_t              at)
{
  return tc_sketch_peek (self, at) == '{' && tc_sketch_is_one_of (tc_sketch_peek (self, at + 1), "{%#");
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
      tc_sketch_read_line (self);
      while (!tc_sketch_at_limit (self) && !tc_sketch_is_line_end (self->source[self->at]))
        self->at++;
      if (tc_sketch_at_limit (self) && !self->stopped)
        tc_sketch_stop (self, TC_SKETCH_AT_NOTHING, -1, self->at);
      self->at += tc_sketch_peek (self, self->at) == '\r' && tc_sketch_peek (self, self->at + 1) == '\n' ? 2 : 1;
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
  const TcSketchNode *node = tc_sketch_node_at (self, index);
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
      const char *anchor = tc_sketch_node_at (self, (int) i)->anchor;

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

  if (node >= 0 && tc_sketch_node_at (self, node)->form == TC_SKETCH_ALIAS)
    {
      found = aliases > 0 ? find_anchor (self, tc_sketch_node_at (self, node)) : -1;
      return found >= 0 ? find_member (self, found, key, aliases - 1) : -1;
    }
  for (int i = node + 1; i < (int) self->nodes->len; i++)
    {
      const TcSketchNode *each = tc_sketch_node_at (self, i);

      if (node >= 0 && each->parent < node)
        break;
      if (each->parent != node || each->key == NULL)
        continue;
      if (strcmp (each->key, key) == 0)
        return i;
      merged = strcmp (each->key, "<<") == 0 ? i : merged;
    }
  if (merged < 0 || tc_sketch_node_at (self, merged)->form != TC_SKETCH_ALIAS || aliases == 0)
    return -1;
  return find_member (self, merged, key, aliases - 1);
}

int
tc_yaml_sketch_find (const TcYamlSketch *self,
                     int                 node,
                     const char         *key)
{
  return find_member (self, node, key, MAX_ALIASES);
}
