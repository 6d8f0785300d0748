/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-value-private.h"
#include "tc-limits.h"

#include <stdarg.h>
#include <string.h>

static const TcMapValue empty_map = { .head = { .refs = 1, .kind = TC_VALUE_MAP, .flags = TC_VALUE_IMMORTAL, .depth = 1 } };

void
tc_value_map_free (TcMapValue *self)
{
  for (uint32_t i = 0; i < self->n; i++)
    {
      tc_key_unref (self->entries[i].key);
      tc_value_unref (self->entries[i].item);
    }
  g_free (self->index);
  g_free (self);
}

/* The slot of the index that holds the key, or the free one where it belongs. */
static uint32_t
index_slot (const uint32_t *index,
            uint32_t        mask,
            const TcEntry  *entries,
            const char     *text,
            size_t          length,
            uint64_t        hash)
{
  uint32_t slot = (uint32_t) hash & mask;

  while (index[slot] != 0 && !tc_key_is (entries[index[slot] - 1].key, text, length, hash))
    slot = (slot + 1) & mask;
  return slot;
}

static ssize_t
find_linear (const TcEntry *entries,
             size_t         n,
             const char    *text,
             size_t         length,
             uint64_t       hash)
{
  for (size_t i = 0; i < n; i++)
    if (tc_key_is (entries[i].key, text, length, hash))
      return (ssize_t) i;
  return -1;
}

ssize_t
tc_map_find (const TcMapValue *self,
             const char       *text,
             size_t            length,
             uint64_t          hash)
{
  if (self->index == NULL)
    return find_linear (self->entries, self->n, text, length, hash);
  return (ssize_t) self->index[index_slot (self->index, self->mask, self->entries, text, length, hash)] - 1;
}

static uint32_t *
index_new (size_t    n,
           uint32_t *mask)
{
  uint32_t size = 32;

  while (size < n * 2)
    size *= 2;
  *mask = size - 1;
  return g_new0 (uint32_t, size);
}

/* Removes earlier items of repeated keys from @entries and fills @index if there is one; returns how many remain. */
static size_t
unite_entries (TcEntry  *entries,
               size_t    n,
               uint32_t *index,
               uint32_t  mask)
{
  size_t kept = 0;

  for (size_t i = 0; i < n; i++)
    {
      TcKey *key = entries[i].key;
      uint32_t slot = index == NULL ? 0 : index_slot (index, mask, entries, key->text, key->length, key->hash);
      ssize_t at = index == NULL ? find_linear (entries, kept, key->text, key->length, key->hash) : (ssize_t) index[slot] - 1;

      if (at >= 0)
        {
          tc_value_unref (entries[at].item);
          tc_key_unref (key);
          entries[at].item = entries[i].item;
          continue;
        }
      entries[kept] = entries[i];
      kept++;
      if (index != NULL)
        index[slot] = (uint32_t) kept;
    }
  return kept;
}

TcValue *
tc_map_take_entries (TcEntry *entries,
                     size_t   n)
{
  uint32_t mask = 0;
  uint32_t *index = n > TC_MAP_LINEAR ? index_new (n, &mask) : NULL;
  TcMapValue *self;
  unsigned depth = 0;

  n = unite_entries (entries, n, index, mask);
  if (n == 0)
    return (TcValue *) &empty_map.head;
  self = g_malloc (sizeof *self + n * sizeof (TcEntry));
  tc_value_init (&self->head, TC_VALUE_MAP);
  self->n = (uint32_t) n;
  self->mask = mask;
  self->index = index;
  memcpy (self->entries, entries, n * sizeof (TcEntry));
  for (size_t i = 0; i < n; i++)
    depth = MAX (depth, entries[i].item->depth);
  g_assert (depth < TC_LIMIT_DEPTH);
  self->head.depth = (uint16_t) (depth + 1);
  return &self->head;
}

TcValue *
tc_value_map_of (const char *first_key, ...)
{
  TcMapBuilder *builder = tc_map_builder_new ();
  va_list args;

  va_start (args, first_key);
  for (const char *key = first_key; key != NULL; key = va_arg (args, const char *))
    tc_map_builder_take (builder, key, va_arg (args, TcValue *));
  va_end (args);
  return tc_map_builder_end (builder);
}

const char *
tc_value_key (const TcValue *map,
              size_t         index)
{
  g_return_val_if_fail (tc_value_is (map, TC_VALUE_MAP), NULL);
  g_return_val_if_fail (index < ((const TcMapValue *) map)->n, NULL);
  return ((const TcMapValue *) map)->entries[index].key->text;
}

const TcValue *
tc_value_get (const TcValue *map,
              const char    *key)
{
  const TcMapValue *self = (const TcMapValue *) map;
  size_t length;
  ssize_t at;

  if (!tc_value_is (map, TC_VALUE_MAP))
    return NULL;
  length = strlen (key);
  at = tc_map_find (self, key, length, tc_text_hash (key, length));
  return at < 0 ? NULL : self->entries[at].item;
}

const TcValue *
tc_value_lookup (const TcValue *self,
                 const char    *first_key, ...)
{
  va_list args;

  va_start (args, first_key);
  for (const char *key = first_key; self != NULL && key != NULL; key = va_arg (args, const char *))
    self = tc_value_get (self, key);
  va_end (args);
  return self;
}

const char *
tc_value_get_str (const TcValue *map,
                  const char    *key)
{
  const TcValue *item = tc_value_get (map, key);

  return tc_value_is (item, TC_VALUE_STRING) ? tc_value_get_text (item) : NULL;
}

int64_t
tc_value_get_i64 (const TcValue *map,
                  const char    *key,
                  int64_t        fallback)
{
  const TcValue *item = tc_value_get (map, key);

  return tc_value_is (item, TC_VALUE_INT) ? tc_value_get_int (item) : fallback;
}

gboolean
tc_value_get_flag (const TcValue *map,
                   const char    *key,
                   gboolean       fallback)
{
  const TcValue *item = tc_value_get (map, key);

  return tc_value_is (item, TC_VALUE_BOOL) ? tc_value_get_bool (item) : fallback;
}

/* References to all entries of @map except the one at @skip, in a fresh array with room for one more. */
static TcEntry *
copy_entries (const TcMapValue *map,
              ssize_t           skip,
              size_t           *n)
{
  TcEntry *entries = g_new (TcEntry, (size_t) map->n + 1);

  *n = 0;
  for (uint32_t i = 0; i < map->n; i++)
    if ((ssize_t) i != skip)
      entries[(*n)++] = (TcEntry) { tc_key_ref (map->entries[i].key), tc_value_ref (map->entries[i].item) };
  return entries;
}

TcValue *
tc_value_with (const TcValue *map,
               const char    *key,
               const TcValue *item)
{
  const TcMapValue *self = (const TcMapValue *) map;
  size_t length = strlen (key), n;
  uint64_t hash = tc_text_hash (key, length);
  g_autofree TcEntry *entries = NULL;

  g_return_val_if_fail (tc_value_is (map, TC_VALUE_MAP) && item != NULL, tc_value_null ());
  entries = copy_entries (self, -1, &n);
  entries[n] = (TcEntry) { tc_key_new (key, length, hash), tc_value_ref (item) };
  return tc_map_take_entries (entries, n + 1);
}

TcValue *
tc_value_without (const TcValue *map,
                  const char    *key)
{
  const TcMapValue *self = (const TcMapValue *) map;
  size_t length = strlen (key), n;
  g_autofree TcEntry *entries = NULL;
  ssize_t at;

  g_return_val_if_fail (tc_value_is (map, TC_VALUE_MAP), tc_value_null ());
  at = tc_map_find (self, key, length, tc_text_hash (key, length));
  if (at < 0)
    return tc_value_ref (map);
  entries = copy_entries (self, at, &n);
  return tc_map_take_entries (entries, n);
}

TcValue *
tc_value_merge (const TcValue *under,
                const TcValue *over)
{
  const TcMapValue *self = (const TcMapValue *) under, *top = (const TcMapValue *) over;
  g_autofree TcEntry *entries = NULL;
  size_t n;

  if (!tc_value_is (under, TC_VALUE_MAP) || !tc_value_is (over, TC_VALUE_MAP))
    return tc_value_ref (over);
  entries = copy_entries (self, -1, &n);
  entries = g_renew (TcEntry, entries, n + top->n + 1);
  for (uint32_t i = 0; i < top->n; i++)
    {
      TcKey *key = top->entries[i].key;
      ssize_t at = tc_map_find (self, key->text, key->length, key->hash);

      entries[n].key = tc_key_ref (key);
      entries[n++].item = at < 0 ? tc_value_ref (top->entries[i].item)
                                 : tc_value_merge (self->entries[at].item, top->entries[i].item);
    }
  return tc_map_take_entries (entries, n);
}

struct _TcMapBuilder
{
  TcEntry  *entries;
  size_t    n, room;
  uint32_t *index;
  uint32_t  mask;
};

TcMapBuilder *
tc_map_builder_new (void)
{
  return g_new0 (TcMapBuilder, 1);
}

static void
builder_index (TcMapBuilder *self)
{
  g_free (self->index);
  self->index = index_new (self->n * 2, &self->mask);
  for (size_t i = 0; i < self->n; i++)
    {
      TcKey *key = self->entries[i].key;

      self->index[index_slot (self->index, self->mask, self->entries, key->text, key->length, key->hash)] = (uint32_t) i + 1;
    }
}

static ssize_t
builder_find (TcMapBuilder *self,
              const char   *text,
              size_t        length,
              uint64_t      hash)
{
  if (self->index == NULL)
    return find_linear (self->entries, self->n, text, length, hash);
  return (ssize_t) self->index[index_slot (self->index, self->mask, self->entries, text, length, hash)] - 1;
}

static void
builder_append (TcMapBuilder *self,
                TcKey        *key,
                TcValue      *item)
{
  if (self->n == self->room)
    {
      self->room = MAX (8, self->room * 2);
      self->entries = g_renew (TcEntry, self->entries, self->room);
    }
  self->entries[self->n++] = (TcEntry) { key, item };
  if (self->n > TC_MAP_LINEAR && (self->index == NULL || self->n * 2 > self->mask))
    builder_index (self);
  else if (self->index != NULL)
    self->index[index_slot (self->index, self->mask, self->entries, key->text, key->length, key->hash)] = (uint32_t) self->n;
}

void
tc_map_builder_take (TcMapBuilder *self,
                     const char   *key,
                     TcValue      *item)
{
  size_t length = strlen (key);
  uint64_t hash = tc_text_hash (key, length);
  ssize_t at = builder_find (self, key, length, hash);

  g_return_if_fail (item != NULL);
  if (at < 0)
    {
      builder_append (self, tc_key_new (key, length, hash), item);
      return;
    }
  tc_value_unref (self->entries[at].item);
  self->entries[at].item = item;
}

void
tc_map_builder_str (TcMapBuilder *self,
                    const char   *key,
                    const char   *text)
{
  if (text != NULL)
    tc_map_builder_take (self, key, tc_value_string (text));
}

gboolean
tc_map_builder_has (TcMapBuilder *self,
                    const char   *key)
{
  size_t length = strlen (key);

  return builder_find (self, key, length, tc_text_hash (key, length)) >= 0;
}

TcValue *
tc_map_builder_end (TcMapBuilder *self)
{
  TcValue *map = tc_map_take_entries (self->entries, self->n);

  g_free (self->entries);
  g_free (self->index);
  g_free (self);
  return map;
}

void
tc_map_builder_free (TcMapBuilder *self)
{
  if (self == NULL)
    return;
  for (size_t i = 0; i < self->n; i++)
    {
      tc_key_unref (self->entries[i].key);
      tc_value_unref (self->entries[i].item);
    }
  g_free (self->entries);
  g_free (self->index);
  g_free (self);
}
