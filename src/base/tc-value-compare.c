/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-value-private.h"

#include <math.h>
#include <string.h>

static bool
lists_equal (const TcListValue *a,
             const TcListValue *b)
{
  if (a->n != b->n)
    return false;
  for (size_t i = 0; i < a->n; i++)
    if (!tc_value_equal (a->items[i], b->items[i]))
      return false;
  return true;
}

static bool
maps_equal (const TcMapValue *a,
            const TcMapValue *b)
{
  if (a->n != b->n)
    return false;
  for (uint32_t i = 0; i < a->n; i++)
    {
      const TcKey *key = a->entries[i].key;
      ssize_t at = tc_map_find (b, key->text, key->length, key->hash);

      if (at < 0 || !tc_value_equal (a->entries[i].item, b->entries[at].item))
        return false;
    }
  return true;
}

/* 2^53 + 1 as an int does not equal 2^53 as a double, although both convert to the same double. */
static bool
int_equals_double (int64_t number,
                   double  other)
{
  return other >= -0x1p63 && other < 0x1p63 && (double) number == other && (int64_t) other == number;
}

static bool
mixed_equal (const TcValue *a,
             const TcValue *b)
{
  if (a->kind == TC_VALUE_INT && b->kind == TC_VALUE_DOUBLE)
    return int_equals_double (((const TcIntValue *) a)->number, ((const TcDoubleValue *) b)->number);
  if (a->kind == TC_VALUE_DOUBLE && b->kind == TC_VALUE_INT)
    return mixed_equal (b, a);
  return false;
}

gboolean
tc_value_equal (const TcValue *a,
                const TcValue *b)
{
  size_t n, m;

  if (a == b)
    return TRUE;
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);
  if (a->kind != b->kind)
    return mixed_equal (a, b);
  switch ((TcValueKind) a->kind)
    {
    case TC_VALUE_NULL:
      return TRUE;
    case TC_VALUE_BOOL:
    case TC_VALUE_INT:
      return ((const TcIntValue *) a)->number == ((const TcIntValue *) b)->number;
    case TC_VALUE_DOUBLE:
      return ((const TcDoubleValue *) a)->number == ((const TcDoubleValue *) b)->number;
    case TC_VALUE_DECIMAL:
    case TC_VALUE_STRING:
      {
        const char *s = tc_value_get_string (a, &n), *t = tc_value_get_string (b, &m);

        return n == m && memcmp (s, t, n) == 0;
      }
    case TC_VALUE_TIME:
      {
        TcTime s = tc_value_get_time (a), t = tc_value_get_time (b);

        return s.seconds == t.seconds && s.nanos == t.nanos;
      }
    case TC_VALUE_DURATION:
      {
        const TcDurationValue *s = (const TcDurationValue *) a, *t = (const TcDurationValue *) b;

        return s->seconds == t->seconds && s->nanos == t->nanos;
      }
    case TC_VALUE_LIST:
      return lists_equal ((const TcListValue *) a, (const TcListValue *) b);
    case TC_VALUE_MAP:
      return maps_equal ((const TcMapValue *) a, (const TcMapValue *) b);
    }
  return FALSE;
}

static guint
mix (uint64_t bits)
{
  bits *= 0x9E3779B97F4A7C15u;
  return (guint) (bits >> 32);
}

static guint
hash_double (double number)
{
  uint64_t bits;

  if (number == 0)
    number = 0;       /* -0.0 equals 0.0 */
  memcpy (&bits, &number, sizeof bits);
  return mix (bits);
}

static guint
hash_map (const TcMapValue *map)
{
  guint hash = 0;

  for (uint32_t i = 0; i < map->n; i++)     /* a sum, because the order of members does not count */
    hash += mix (map->entries[i].key->hash ^ tc_value_hash (map->entries[i].item));
  return hash;
}

guint
tc_value_hash (const TcValue *self)
{
  guint hash = 0;
  size_t n;

  g_return_val_if_fail (self != NULL, 0);
  switch ((TcValueKind) self->kind)
    {
    case TC_VALUE_NULL:
      return 1;
    case TC_VALUE_BOOL:
      return tc_value_get_bool (self) ? 2 : 3;
    case TC_VALUE_INT:
    case TC_VALUE_DOUBLE:
      return hash_double (tc_value_get_double (self));
    case TC_VALUE_DECIMAL:
    case TC_VALUE_STRING:
      {
        const char *text = tc_value_get_string (self, &n);

        return (guint) tc_text_hash (text, n);
      }
    case TC_VALUE_TIME:
      return mix ((uint64_t) ((const TcTimeValue *) self)->time.seconds ^ (uint64_t) ((const TcTimeValue *) self)->time.nanos << 34);
    case TC_VALUE_DURATION:
      return mix ((uint64_t) ((const TcDurationValue *) self)->seconds ^ (uint64_t) ((const TcDurationValue *) self)->nanos << 33);
    case TC_VALUE_LIST:
      for (size_t i = 0; i < ((const TcListValue *) self)->n; i++)
        hash = hash * 31 + tc_value_hash (((const TcListValue *) self)->items[i]);
      return hash;
    case TC_VALUE_MAP:
      return hash_map ((const TcMapValue *) self);
    }
  return hash;
}
