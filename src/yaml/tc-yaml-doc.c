/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-yaml-private.h"
#include "tc-util.h"

#include <string.h>

static void
scan_source (TcYamlDoc *self)
{
  uint32_t at = 0, chars = 0;

  g_array_append_val (self->lines, at);
  for (; at < self->length; at++)
    {
      char c = self->source[at];

      if (at % TC_YAML_CHARS_EVERY == 0)
        g_array_append_val (self->chars, chars);
      chars += ((unsigned char) c & 0xC0) != 0x80;
      if (c == '\n' || (c == '\r' && self->source[at + 1] != '\n'))
        {
          uint32_t next = at + 1;

          g_array_append_val (self->lines, next);
        }
    }
  if (at % TC_YAML_CHARS_EVERY == 0)
    g_array_append_val (self->chars, chars);
}

TcYamlDoc *
tc_yaml_doc_new (char   *source,
                 size_t  length)
{
  TcYamlDoc *self = g_new0 (TcYamlDoc, 1);

  g_atomic_ref_count_init (&self->refs);
  self->arena = tc_arena_new ();
  self->source = source;
  self->length = length;
  self->lines = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  self->chars = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  scan_source (self);
  return self;
}

TcYamlDoc *
tc_yaml_doc_ref (TcYamlDoc *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_yaml_doc_unref (TcYamlDoc *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  tc_arena_free (self->arena);
  g_array_unref (self->lines);
  g_array_unref (self->chars);
  g_free (self->source);
  g_free (self);
}

static uint32_t
char_of_byte (const TcYamlDoc *self,
              size_t           at)
{
  size_t block = at / TC_YAML_CHARS_EVERY, from = block * TC_YAML_CHARS_EVERY;

  return g_array_index (self->chars, uint32_t, block) + (uint32_t) tc_utf8_count (self->source + from, at - from);
}

/* The last entry of @table that is not above @value. */
static guint
last_not_above (const GArray *table,
                uint32_t      value)
{
  guint low = 0, high = table->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (table, uint32_t, middle) <= value)
        low = middle;
      else
        high = middle;
    }
  return low;
}

uint32_t
tc_yaml_byte_of_char (const TcYamlDoc *self,
                      size_t           offset)
{
  guint block = last_not_above (self->chars, (uint32_t) MIN (offset, UINT32_MAX));
  size_t at = (size_t) block * TC_YAML_CHARS_EVERY, chars = g_array_index (self->chars, uint32_t, block);

  while (at < self->length)
    {
      chars += ((unsigned char) self->source[at] & 0xC0) != 0x80;
      if (chars > offset)
        break;
      at++;
    }
  return (uint32_t) at;
}

TcSpan
tc_yaml_span_of (const TcYamlDoc *self,
                 size_t           start,
                 size_t           end)
{
  uint32_t first, line;

  start = MIN (start, self->length);
  end = CLAMP (end, start, self->length);
  first = char_of_byte (self, start);
  line = last_not_above (self->lines, (uint32_t) start);
  return (TcSpan) {
    .offset = first,
    .length = char_of_byte (self, end) - first,
    .line = line + 1,
    .column = first - char_of_byte (self, g_array_index (self->lines, uint32_t, line)) + 1,
  };
}

const TcYamlNode *
tc_yaml_root (const TcYamlDoc *self)
{
  return self->root;
}

TcYamlKind
tc_yaml_kind (const TcYamlNode *self)
{
  return (TcYamlKind) self->kind;
}

TcYamlStyle
tc_yaml_style (const TcYamlNode *self)
{
  return (TcYamlStyle) self->style;
}

TcSpan
tc_yaml_span (const TcYamlNode *self)
{
  return tc_yaml_span_of (self->doc, self->start, self->end);
}

TcSpan
tc_yaml_key_span (const TcYamlNode *self)
{
  if (self->key == NULL)
    return tc_yaml_span (self);
  return tc_yaml_span_of (self->doc, self->key_start, self->key_end);
}

const char *
tc_yaml_key (const TcYamlNode *self)
{
  return self->key;
}

const char *
tc_yaml_text (const TcYamlNode *self,
              size_t           *length)
{
  if (self->kind != TC_YAML_SCALAR)
    return NULL;
  if (length != NULL)
    *length = self->length;
  return self->text;
}

size_t
tc_yaml_length (const TcYamlNode *self)
{
  return self->kind == TC_YAML_SCALAR ? 0 : self->members->n;
}

const TcYamlNode *
tc_yaml_item (const TcYamlNode *self,
              size_t            index)
{
  g_return_val_if_fail (index < tc_yaml_length (self), NULL);
  return self->members->items[index];
}

/* The slot that holds the key, or the free one where it belongs. */
uint32_t
tc_yaml_index_slot (const TcYamlMembers *members,
                    const char          *key,
                    size_t               length)
{
  uint32_t slot = (uint32_t) tc_text_hash (key, length) & members->mask;

  while (members->index[slot] != 0 && strcmp (members->items[members->index[slot] - 1]->key, key) != 0)
    slot = (slot + 1) & members->mask;
  return slot;
}

const TcYamlNode *
tc_yaml_find (const TcYamlMembers *members,
              const char          *key,
              size_t               length)
{
  uint32_t at;

  if (members->index == NULL)
    {
      for (uint32_t i = 0; i < members->n; i++)
        if (strcmp (members->items[i]->key, key) == 0)
          return members->items[i];
      return NULL;
    }
  at = members->index[tc_yaml_index_slot (members, key, length)];
  return at == 0 ? NULL : members->items[at - 1];
}

const TcYamlNode *
tc_yaml_get (const TcYamlNode *self,
             const char       *key)
{
  if (self == NULL || self->kind != TC_YAML_MAPPING)
    return NULL;
  return tc_yaml_find (self->members, key, strlen (key));
}

static uint32_t
first_byte (const TcYamlNode *self)
{
  return self->key != NULL ? self->key_start : self->start;
}

static uint32_t
line_of (const TcYamlDoc *doc,
         uint32_t         at)
{
  return last_not_above (doc->lines, at);
}

static uint32_t
column_of (const TcYamlDoc *doc,
           uint32_t         at)
{
  return at - g_array_index (doc->lines, uint32_t, line_of (doc, at));
}

/* Below its last line a node still holds what is indented deeper than it: there its next member would be written. */
static bool
holds (const TcYamlNode *self,
       uint32_t          at)
{
  const TcYamlDoc *doc = self->doc;
  uint32_t line = line_of (doc, at), first = line_of (doc, first_byte (self)), last = line_of (doc, self->end);

  if (line < first || (line == first && self->key == NULL && at < self->start))
    return false;
  /* The members of a keyless map, an item of a list, begin in the column where it does. */
  return line <= last || column_of (doc, at) + (self->key == NULL) > column_of (doc, first_byte (self));
}

static const TcYamlNode *
child_at (const TcYamlNode *self,
          uint32_t          at)
{
  const TcYamlNode *found = NULL;

  for (size_t i = 0; i < tc_yaml_length (self); i++)
    {
      const TcYamlNode *child = self->members->items[i];

      /* Members that came from an alias or a merge stand elsewhere in the text. */
      if (child->start < self->start || child->start > self->end)
        continue;
      if (holds (child, at) && (found == NULL || first_byte (child) <= at || line_of (self->doc, first_byte (found)) < line_of (self->doc, at)))
        found = child;
    }
  return found;
}

const TcYamlNode *
tc_yaml_node_at (const TcYamlDoc *self,
                 uint32_t         offset)
{
  uint32_t at = tc_yaml_byte_of_char (self, offset);
  const TcYamlNode *node = self->root, *child;

  while (node != NULL && (child = child_at (node, at)) != NULL)
    node = child;
  return node;
}
