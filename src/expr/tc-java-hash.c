/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-java-hash.h"

#include <stdlib.h>

uint32_t
tc_java_hash_text (const char *text)
{
  uint32_t hash = 0;

  for (const char *p = text; *p != 0; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c >= 0x10000)
        hash = 31 * hash + (0xD800 + ((c - 0x10000) >> 10));
      hash = 31 * hash + (c >= 0x10000 ? 0xDC00 + ((c - 0x10000) & 0x3FF) : c);
    }
  return hash;
}

typedef struct
{
  uint32_t bucket;
  size_t   at;
} Slot;

static int
compare_slots (const void *a, const void *b)
{
  const Slot *x = a, *y = b;

  return x->bucket != y->bucket ? (x->bucket > y->bucket) - (x->bucket < y->bucket) : (x->at > y->at) - (x->at < y->at);
}

void
tc_java_hash_sort (const uint32_t *hashes, size_t n, size_t capacity, size_t *places)
{
  g_autofree Slot *slots = g_new (Slot, MAX (n, 1));
  size_t buckets = 1;

  while (buckets < capacity || n * 4 > buckets * 3)
    buckets *= 2;
  for (size_t i = 0; i < n; i++)
    slots[i] = (Slot) { (hashes[i] ^ hashes[i] >> 16) & (uint32_t) (buckets - 1), i };
  qsort (slots, n, sizeof (Slot), compare_slots);
  for (size_t i = 0; i < n; i++)
    places[i] = slots[i].at;
}

/* What is in its order already is shared, not copied. */
static gboolean
is_settled (const TcValue *map, gboolean deep)
{
  return tc_value_length (map) == 0
         || (tc_value_length (map) == 1 && (!deep || !tc_value_is (tc_value_item (map, 0), TC_VALUE_MAP) || is_settled (tc_value_item (map, 0), TRUE)));
}

TcValue *
tc_java_hash_map (const TcValue *map, size_t capacity, gboolean deep)
{
  size_t n = tc_value_length (map);
  g_autofree uint32_t *hashes = NULL;
  g_autofree size_t *places = NULL;
  g_autoptr (TcMapBuilder) builder = NULL;

  if (is_settled (map, deep))
    return tc_value_ref (map);
  hashes = g_new (uint32_t, n);
  places = g_new (size_t, n);
  builder = tc_map_builder_new ();
  for (size_t i = 0; i < n; i++)
    hashes[i] = tc_java_hash_text (tc_value_key (map, i));
  tc_java_hash_sort (hashes, n, capacity, places);
  for (size_t i = 0; i < n; i++)
    {
      const TcValue *item = tc_value_item (map, places[i]);

      tc_map_builder_take (builder, tc_value_key (map, places[i]),
                           deep && tc_value_is (item, TC_VALUE_MAP) ? tc_java_hash_map (item, capacity, TRUE) : tc_value_ref (item));
    }
  return tc_map_builder_end (g_steal_pointer (&builder));
}
