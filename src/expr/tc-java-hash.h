/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

#define TC_HASH_MAP_BUCKETS 16      /* of a HashMap that begins empty */

/** tc_java_hash_text: String.hashCode(). */
uint32_t tc_java_hash_text (const char *text);

/**
 * tc_java_hash_sort: the order in which a java.util.HashMap with room for @capacity buckets iterates over @n keys put in one after the other,
 * @hashes being their hashCode(): @places[i] is the number of the key that comes at place i.
 */
void     tc_java_hash_sort (const uint32_t *hashes, size_t n, size_t capacity, size_t *places);

/**
 * tc_java_hash_map: @map in the order of a HashMap with room for @capacity buckets; 0: as many as `new HashMap<> (map)` makes. @deep: and so the
 * maps that are members of it, at any depth. Caller owns it.
 */
TcValue *tc_java_hash_map  (const TcValue *map, size_t capacity, gboolean deep);

G_END_DECLS
