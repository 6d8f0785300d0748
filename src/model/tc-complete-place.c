/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-complete-private.h"

#include <string.h>

/*
 * The text is sketched twice: up to the caret, which says what stands open there, and as a whole, which says what else there is: the `type`
 * of a map may stand behind the caret. What begins before the caret has the same number in both.
 */

void
tc_caret_clear (TcCaret *self)
{
  g_clear_pointer (&self->key, g_free);
}

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.' || (c & 0x80) != 0;
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static char
char_at (const TcOutline *outline,
         size_t           at)
{
  return at < outline->length ? outline->text[at] : '\n';
}

/* Whether a node of the short sketch is in the whole one. An item that begins at the caret may not be. */
static gboolean
is_in_both (const TcOutline    *outline,
            const TcSketchNode *nodes,
            int                 node)
{
  return node < 0 || ((size_t) node < outline->n && outline->nodes[node].key_start == nodes[node].key_start &&
                      outline->nodes[node].is_item == nodes[node].is_item && outline->nodes[node].parent == nodes[node].parent);
}

/* What only the short sketch has is derived. */
static TcOutlineSpot
spot_of (const TcOutline    *outline,
         const TcSketchNode *nodes,
         int                 node)
{
  TcOutlineSpot around;

  if (is_in_both (outline, nodes, node))
    return *tc_outline_spot (outline, node);
  around = spot_of (outline, nodes, nodes[node].parent);
  return tc_outline_child (outline, &around, nodes[node].is_item ? NULL : nodes[node].key);
}

static gboolean
has_keys (const TcOutlineSpot *spot)
{
  return spot->schema.tables[0] != NULL || spot->schema.tables[1] != NULL;
}

static gboolean
is_list (const TcOutlineSpot *spot)
{
  return spot->schema.kind == TC_KIND_LIST || spot->schema.kind == TC_KIND_TASKS || spot->role == TC_ROLE_DAG;
}

/* A key goes as far as its word; behind it only a colon, a comment or the end of the line may stand. */
static void
place_key (TcCaret         *self,
           const TcOutline *outline)
{
  size_t at = self->at;

  while (is_word_char (char_at (outline, at)))
    at++;
  self->end = at;
  while (is_blank (char_at (outline, at)))
    at++;
  self->has_colon = char_at (outline, at) == ':';
  if (!self->has_colon && strchr (self->in_brackets ? ",}#\r\n" : "#\r\n", char_at (outline, at)) == NULL)
    self->kind = TC_CARET_NOTHING;
}

/* A value goes to the end of the scalar that the caret is in. */
static void
place_value (TcCaret         *self,
             const TcOutline *outline,
             int              node,
             char             quote)
{
  const TcSketchNode *full = node >= 0 && (size_t) node < outline->n ? &outline->nodes[node] : NULL;
  const gboolean inside = full != NULL && full->value_start <= self->start && full->value_end >= self->at;

  self->end = self->at;
  self->quoted = quote != '\0';
  if (inside && full->form == TC_SKETCH_PLAIN)
    self->end = full->value_end;
  else if (inside && full->form == TC_SKETCH_QUOTED)
    self->end = MAX (self->at, full->value_end - (outline->text[full->value_end - 1] == quote ? 1 : 0));
}

static void
place_text (TcCaret           *self,
            const TcOutline   *outline,
            const TcSketchEnd *end)
{
  self->text_start = end->start;
  if (tc_caret_find_expression (outline->text, end->start, self->at, &self->expression, &self->in_tag))
    self->kind = TC_CARET_EXPRESSION;
}

static void
place_in_map (TcCaret            *self,
              const TcOutline    *outline,
              const TcSketchNode *nodes,
              const TcSketchEnd  *end)
{
  const TcSketchNode *node = end->node >= 0 ? &nodes[end->node] : NULL;

  self->column = end->column;
  if (end->quote != '\0')
    return;
  if (has_keys (&self->spot))
    {
      self->kind = end->in_brackets && end->fresh ? TC_CARET_NOTHING : TC_CARET_KEY;
      place_key (self, outline);
    }
  else if (node != NULL && node->form == TC_SKETCH_EMPTY && !end->fresh && is_list (&self->spot))
    {
      self->kind = TC_CARET_ITEM;
      self->spot = tc_outline_child (outline, &self->spot, NULL);
      place_key (self, outline);
    }
  else if (node != NULL && (end->fresh || node->form == TC_SKETCH_EMPTY))
    {
      self->kind = TC_CARET_VALUE;
      place_value (self, outline, end->node, end->quote);
    }
}

/* Of an item, the key is that of its list. */
static char *
key_of (const TcSketchNode *nodes,
        int                 node)
{
  while (node >= 0 && nodes[node].key == NULL)
    node = nodes[node].parent;
  return node >= 0 ? g_strdup (nodes[node].key) : NULL;
}

/* A blank line inside of a block scalar is text, however far left the caret is. */
static gboolean
is_inside_block (const TcOutline *outline,
                 size_t           at)
{
  for (size_t i = 0; i < outline->n; i++)
    if (outline->nodes[i].form == TC_SKETCH_BLOCK && outline->nodes[i].value_start <= at && at < outline->nodes[i].value_end)
      return TRUE;
  return FALSE;
}

void
tc_caret_find (TcCaret         *self,
               const TcOutline *outline,
               size_t           at)
{
  g_autoptr (TcYamlSketch) before = tc_yaml_sketch_new (outline->text, outline->length, at);
  const TcSketchEnd *end = tc_yaml_sketch_end (before);
  size_t n;
  const TcSketchNode *nodes = tc_yaml_sketch_nodes (before, &n);

  *self = (TcCaret) { .node = -1, .task = -1, .at = at, .start = at, .end = at };
  if (end->where == TC_SKETCH_AT_NOTHING)
    return;
  self->node = end->node;
  self->start = end->start;
  self->in_brackets = end->in_brackets;
  self->tight = end->tight;
  self->spot = spot_of (outline, nodes, end->node);
  self->key = key_of (nodes, end->node);
  while (!is_in_both (outline, nodes, self->node))
    self->node = nodes[self->node].parent;
  self->is_new = self->node != end->node;
  for (int node = self->node; node >= 0 && self->task < 0; node = outline->nodes[node].parent)
    self->task = outline->spots[node].role == TC_ROLE_TASK ? node : -1;
  place_text (self, outline, end);
  if (self->kind == TC_CARET_EXPRESSION || end->where == TC_SKETCH_AT_TEXT)
    return;
  if (end->where == TC_SKETCH_AT_KEY && !is_inside_block (outline, at))
    place_in_map (self, outline, nodes, end);
  else if (end->where == TC_SKETCH_AT_VALUE)
    {
      self->kind = TC_CARET_VALUE;
      place_value (self, outline, end->node, end->quote);
    }
}
