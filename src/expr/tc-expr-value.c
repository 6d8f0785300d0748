/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-value.h"

#include <math.h>
#include <string.h>

#include "tc-java-hash.h"
#include "tc-limits.h"

#define INDEX_FROM 12

TcVal
tc_val_borrow (const TcValue *value)
{
  TcVal val = TC_VAL_INIT;

  switch (tc_value_kind (value))
    {
    case TC_VALUE_NULL:
      break;
    case TC_VALUE_BOOL:
      val = tc_val_bool (tc_value_get_bool (value));
      break;
    case TC_VALUE_INT:
      {
        int64_t i = tc_value_get_int (value);

        val = i == (int32_t) i ? tc_val_int (i) : tc_val_long (i);
      }
      break;
    case TC_VALUE_DOUBLE:
      val = tc_val_double (tc_value_get_double (value));
      break;
    case TC_VALUE_DECIMAL:
      val.type = strpbrk (tc_value_get_text (value), ".eE") != NULL ? TC_VAL_BIG_DEC : TC_VAL_BIG_INT;
      break;
    case TC_VALUE_STRING:
      val.type = TC_VAL_STRING;
      break;
    case TC_VALUE_TIME:
      val.type = TC_VAL_TIME;
      break;
    case TC_VALUE_DURATION:
      val.type = TC_VAL_DURATION;
      break;
    case TC_VALUE_LIST:
      val.type = TC_VAL_LIST;
      break;
    case TC_VALUE_MAP:
      val.type = TC_VAL_MAP;
      break;
    }
  if (val.type > TC_VAL_DOUBLE)
    val.value = (TcValue *) value;
  return val;
}

TcVal
tc_val_take (TcValue *value)
{
  TcVal val = tc_val_borrow (value);

  if (val.type <= TC_VAL_DOUBLE)
    tc_value_unref (value);
  return val;
}

TcVal
tc_val_of (const TcValue *value)
{
  TcVal val = tc_val_borrow (value);

  return tc_val_ref (&val);
}

TcVal
tc_val_bool (gboolean value)
{
  return (TcVal) { .type = TC_VAL_BOOL, .b = value != FALSE };
}

TcVal
tc_val_int (int64_t value)
{
  return (TcVal) { .type = TC_VAL_INT, .i = value };
}

TcVal
tc_val_long (int64_t value)
{
  return (TcVal) { .type = TC_VAL_LONG, .i = value };
}

TcVal
tc_val_double (double value)
{
  return (TcVal) { .type = TC_VAL_DOUBLE, .d = value };
}

TcVal
tc_val_float (double value)
{
  return (TcVal) { .type = TC_VAL_FLOAT, .d = (float) value };
}

TcVal
tc_val_big (TcValType type, const char *text)
{
  return (TcVal) { .type = type, .value = tc_value_decimal (text) };
}

TcVal
tc_val_str (const char *text)
{
  return (TcVal) { .type = TC_VAL_STRING, .value = tc_value_string (text) };
}

TcVal
tc_val_str_len (const char *text, size_t length)
{
  return (TcVal) { .type = TC_VAL_STRING, .value = tc_value_string_len (text, length) };
}

TcVal
tc_val_str_take (char *text)
{
  return (TcVal) { .type = TC_VAL_STRING, .value = tc_value_string_take (text) };
}

TcVal
tc_val_char (gunichar c)
{
  char text[8];
  int  n = g_unichar_to_utf8 (c, text);

  return (TcVal) { .type = TC_VAL_CHAR, .value = tc_value_string_len (text, n) };
}

TcVal
tc_val_ref (const TcVal *self)
{
  if (self->own)
    self->box->refs++;
  else if (self->type > TC_VAL_DOUBLE)
    tc_value_ref (self->value);
  return *self;
}

static void
box_unref (TcBox *box)
{
  if (--box->refs > 0)
    return;
  for (size_t i = 0; i < box->n; i++)
    {
      tc_val_clear (&box->items[i]);
      if (box->keys != NULL)
        tc_val_clear (&box->keys[i]);
    }
  g_free (box->items);
  g_free (box->keys);
  g_clear_pointer (&box->index, g_hash_table_unref);
  g_free (box);
}

void
tc_val_clear (TcVal *self)
{
  TcVal old = *self;

  *self = tc_val_none;
  if (old.own)
    box_unref (old.box);
  else if (old.type > TC_VAL_DOUBLE)
    tc_value_unref (old.value);
}

TcVal
tc_val_steal (TcVal *self)
{
  TcVal old = *self;

  *self = tc_val_none;
  return old;
}

TcVal
tc_val_container (TcValType type, size_t reserve)
{
  TcBox *box = g_new0 (TcBox, 1);

  box->refs = 1;
  box->depth = 1;
  if (reserve > 0)
    {
      box->size = reserve;
      box->items = g_new (TcVal, reserve);
      if (type == TC_VAL_MAP || type == TC_VAL_ENTRY)
        box->keys = g_new (TcVal, reserve);
    }
  return (TcVal) { .type = type, .own = 1, .box = box };
}

gboolean
tc_val_is_text (const TcVal *self)
{
  return self->type == TC_VAL_STRING || self->type == TC_VAL_CHAR || self->type == TC_VAL_SAFE;
}

gboolean
tc_val_is_integer (const TcVal *self)
{
  return self->type == TC_VAL_INT || self->type == TC_VAL_LONG;
}

gboolean
tc_val_is_number (const TcVal *self)
{
  return self->type >= TC_VAL_INT && self->type <= TC_VAL_BIG_DEC;
}

gboolean
tc_val_is_sequence (const TcVal *self)
{
  return self->type >= TC_VAL_LIST && self->type <= TC_VAL_VIEW;
}

double
tc_val_number (const TcVal *self)
{
  switch (self->type)
    {
    case TC_VAL_INT:
    case TC_VAL_LONG:
      return (double) self->i;
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
      return self->d;
    case TC_VAL_BIG_INT:
    case TC_VAL_BIG_DEC:
      return g_ascii_strtod (tc_value_get_text (self->value), NULL);
    default:
      return NAN;
    }
}

const char *
tc_val_text (const TcVal *self, size_t *length)
{
  const char *text;

  if (tc_val_is_text (self))
    return tc_value_get_string (self->value, length);
  text = tc_value_get_text (self->value);
  if (length != NULL)
    *length = strlen (text);
  return text;
}

size_t
tc_val_length (const TcVal *self)
{
  return self->own ? self->box->n : tc_value_length (self->value);
}

TcVal
tc_val_item (const TcVal *self, size_t index)
{
  if (self->own)
    return tc_val_ref (&self->box->items[index]);
  return tc_val_of (tc_value_item (self->value, index));
}

TcVal
tc_val_key (const TcVal *self, size_t index)
{
  if (self->own)
    return tc_val_ref (&self->box->keys[index]);
  return tc_val_str (tc_value_key (self->value, index));
}

static gboolean
box_find (TcBox *box, const TcVal *key, size_t *at)
{
  if (box->index != NULL && key->type == TC_VAL_STRING)
    {
      size_t found = GPOINTER_TO_SIZE (g_hash_table_lookup (box->index, tc_val_text (key, NULL)));

      *at = found - 1;
      return found > 0;
    }
  for (size_t i = 0; i < box->n; i++)
    if (tc_val_equals (&box->keys[i], key))
      {
        *at = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
tc_val_get (const TcVal *map, const TcVal *key, TcVal *item)
{
  const TcValue *found;
  size_t         at;

  if (map->own)
    {
      if (!box_find (map->box, key, &at))
        return FALSE;
      *item = tc_val_ref (&map->box->items[at]);
      return TRUE;
    }
  if (key->type != TC_VAL_STRING)
    return FALSE;
  found = tc_value_get (map->value, tc_val_text (key, NULL));
  if (found == NULL)
    return FALSE;
  *item = tc_val_of (found);
  return TRUE;
}

static uint32_t
value_depth (const TcValue *value, uint32_t limit)
{
  TcValueKind kind = tc_value_kind (value);
  uint32_t    most = 0;

  if ((kind != TC_VALUE_LIST && kind != TC_VALUE_MAP) || limit == 0)
    return 0;
  for (size_t i = 0; i < tc_value_length (value); i++)
    most = MAX (most, value_depth (tc_value_item (value, i), limit - 1));
  return most + 1;
}

/* What came from outside is checked only where it is put into a box: readers have bounded it already. */
uint32_t
tc_val_depth (const TcVal *self)
{
  if (self->own)
    return self->box->depth;
  if (self->type == TC_VAL_LIST || self->type == TC_VAL_MAP)
    return value_depth (self->value, TC_LIMIT_DEPTH);
  return 0;
}

static gboolean
box_reserve (TcBox *box, const TcVal *item, gboolean keys)
{
  uint32_t depth = tc_val_depth (item) + 1;

  if (depth >= TC_LIMIT_DEPTH)
    return FALSE;
  box->depth = MAX (box->depth, depth);
  if (box->n == box->size)
    {
      box->size = MAX (4, box->size * 2);
      box->items = g_renew (TcVal, box->items, box->size);
      if (keys)
        box->keys = g_renew (TcVal, box->keys, box->size);
    }
  return TRUE;
}

gboolean
tc_val_append (TcVal *list, TcVal item)
{
  if (!box_reserve (list->box, &item, FALSE))
    {
      tc_val_clear (&item);
      return FALSE;
    }
  list->box->items[list->box->n++] = item;
  return TRUE;
}

static void
box_index (TcBox *box)
{
  box->index = g_hash_table_new (g_str_hash, g_str_equal);
  for (size_t i = 0; i < box->n; i++)
    if (box->keys[i].type == TC_VAL_STRING)
      g_hash_table_insert (box->index, (char *) tc_val_text (&box->keys[i], NULL), GSIZE_TO_POINTER (i + 1));
}

gboolean
tc_val_put (TcVal *map, TcVal key, TcVal item)
{
  TcBox *box = map->box;
  size_t at;

  if (!box_reserve (box, &item, TRUE))
    {
      tc_val_clear (&key);
      tc_val_clear (&item);
      return FALSE;
    }
  if (box_find (box, &key, &at))
    {
      tc_val_clear (&box->items[at]);
      tc_val_clear (&key);
      box->items[at] = item;
      return TRUE;
    }
  box->keys[box->n] = key;
  box->items[box->n++] = item;
  if (box->index != NULL && key.type == TC_VAL_STRING)
    g_hash_table_insert (box->index, (char *) tc_val_text (&key, NULL), GSIZE_TO_POINTER (box->n));
  else if (box->index == NULL && box->n > INDEX_FROM)
    box_index (box);
  return TRUE;
}

/* Object.hashCode(). */
static uint32_t
hash_of (const TcVal *key)
{
  uint32_t hash = 0;
  uint64_t bits = key->i;

  switch ((TcValType) key->type)
    {
    case TC_VAL_NULL:
      break;
    case TC_VAL_BOOL:
      hash = key->b ? 1231 : 1237;
      break;
    case TC_VAL_INT:
      hash = bits;
      break;
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
      memcpy (&bits, &key->d, sizeof bits);
      hash = bits ^ bits >> 32;
      break;
    case TC_VAL_LONG:
      hash = bits ^ bits >> 32;
      break;
    default:
      hash = tc_java_hash_text (tc_val_text (key, NULL));
      break;
    }
  return hash;
}

void
tc_val_hash_order (TcVal *map, size_t capacity)
{
  TcBox *box = map->box;
  size_t n = box->n;
  g_autofree uint32_t *hashes = g_new (uint32_t, MAX (n, 1));
  g_autofree size_t   *places = g_new (size_t, MAX (n, 1));
  g_autofree TcVal *keys = g_memdup2 (box->keys, n * sizeof (TcVal));
  g_autofree TcVal *items = g_memdup2 (box->items, n * sizeof (TcVal));

  for (size_t i = 0; i < n; i++)
    hashes[i] = hash_of (&keys[i]);
  tc_java_hash_sort (hashes, n, capacity, places);
  for (size_t i = 0; i < n; i++)
    {
      box->keys[i] = keys[places[i]];
      box->items[i] = items[places[i]];
    }
  if (box->index != NULL)
    {
      g_hash_table_unref (box->index);
      box_index (box);
    }
}

TcVal
tc_val_copy (const TcVal *self)
{
  gboolean keys = self->type == TC_VAL_MAP || self->type == TC_VAL_ENTRY;
  size_t   n = tc_val_length (self);
  TcVal    copy = tc_val_container (self->type, n);

  for (size_t i = 0; i < n; i++)
    {
      copy.box->items[i] = tc_val_item (self, i);
      if (keys)
        copy.box->keys[i] = tc_val_key (self, i);
    }
  copy.box->n = n;
  copy.box->depth = MAX (1, tc_val_depth (self));
  copy.box->linked = !self->own || self->box->linked;
  if (keys && n > INDEX_FROM)
    box_index (copy.box);
  return copy;
}

TcVal
tc_val_snapshot (const TcVal *self)
{
  TcVal copy;

  if (!self->own)
    return tc_val_ref (self);
  copy = tc_val_copy (self);
  for (size_t i = 0; i < copy.box->n; i++)
    {
      TcVal item = tc_val_snapshot (&copy.box->items[i]);

      tc_val_clear (&copy.box->items[i]);
      copy.box->items[i] = item;
    }
  return copy;
}

static TcValue *
freeze (const TcVal *self, uint32_t depth);

static TcValue *
freeze_map (const TcVal *self, uint32_t depth)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; i < self->box->n; i++)
    {
      g_autoptr (GString) key = g_string_new (NULL);
      TcValue            *item = freeze (&self->box->items[i], depth + 1);

      if (item == NULL)
        return NULL;
      tc_val_to_java (&self->box->keys[i], key);
      tc_map_builder_take (map, key->str, item);
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
freeze_list (const TcVal *self, uint32_t depth)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < self->box->n; i++)
    {
      TcValue *item = freeze (&self->box->items[i], depth + 1);

      if (item == NULL)
        return NULL;
      tc_list_builder_take (list, item);
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
freeze (const TcVal *self, uint32_t depth)
{
  if (self->own)
    {
      if (depth + self->box->depth >= TC_LIMIT_DEPTH)
        return NULL;
      return self->type == TC_VAL_MAP || self->type == TC_VAL_ENTRY ? freeze_map (self, depth) : freeze_list (self, depth);
    }
  switch (self->type)
    {
    case TC_VAL_NULL:
      return tc_value_null ();
    case TC_VAL_BOOL:
      return tc_value_bool (self->b);
    case TC_VAL_INT:
    case TC_VAL_LONG:
      return tc_value_int (self->i);
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
      return tc_value_double (self->d);
    default:
      return tc_value_ref (self->value);
    }
}

TcValue *
tc_val_freeze (const TcVal *self)
{
  return freeze (self, 0);
}

static gboolean
containers_equal (const TcVal *a, const TcVal *b)
{
  size_t n = tc_val_length (a);

  if (n != tc_val_length (b))
    return FALSE;
  for (size_t i = 0; i < n; i++)
    {
      g_auto (TcVal) left = tc_val_item (a, i);
      g_auto (TcVal) right = TC_VAL_INIT;

      if (a->type == TC_VAL_MAP || a->type == TC_VAL_ENTRY)
        {
          g_auto (TcVal) key = tc_val_key (a, i);

          if (!tc_val_get (b, &key, &right))
            return FALSE;
        }
      else
        right = tc_val_item (b, i);
      if (!tc_val_equals (&left, &right))
        return FALSE;
    }
  return TRUE;
}

gboolean
tc_val_equals (const TcVal *a, const TcVal *b)
{
  if (a->type != b->type)
    return FALSE;
  switch (a->type)
    {
    case TC_VAL_NULL:
      return TRUE;
    case TC_VAL_BOOL:
      return a->b == b->b;
    case TC_VAL_INT:
    case TC_VAL_LONG:
      return a->i == b->i;
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
      return a->d == b->d || (isnan (a->d) && isnan (b->d));
    case TC_VAL_LIST:
    case TC_VAL_VIEW:
    case TC_VAL_MAP:
    case TC_VAL_ENTRY:
      return containers_equal (a, b);
    case TC_VAL_ARRAY:      /* arrays are equal only to themselves */
      return a->own && b->own && a->box == b->box;
    case TC_VAL_SAFE:
      return a->value == b->value;
    default:
      return a->value == b->value || tc_value_equal (a->value, b->value);
    }
}

const char *
tc_val_class_name (const TcVal *self)
{
  static const char *const names[] = {
    [TC_VAL_NULL] = "null", [TC_VAL_BOOL] = "java.lang.Boolean", [TC_VAL_INT] = "java.lang.Integer",
    [TC_VAL_LONG] = "java.lang.Long", [TC_VAL_FLOAT] = "java.lang.Float", [TC_VAL_DOUBLE] = "java.lang.Double",
    [TC_VAL_BIG_INT] = "java.math.BigInteger", [TC_VAL_BIG_DEC] = "java.math.BigDecimal",
    [TC_VAL_STRING] = "java.lang.String", [TC_VAL_CHAR] = "java.lang.Character",
    [TC_VAL_SAFE] = "io.pebbletemplates.pebble.extension.escaper.SafeString",
    [TC_VAL_TIME] = "java.time.ZonedDateTime", [TC_VAL_DURATION] = "java.time.Duration",
    [TC_VAL_LIST] = "java.util.ArrayList", [TC_VAL_ARRAY] = "[Ljava.lang.String;", [TC_VAL_VIEW] = "java.util.Set",
    [TC_VAL_MAP] = "java.util.LinkedHashMap", [TC_VAL_ENTRY] = "java.util.Map.Entry",
  };

  if (self->type == TC_VAL_MAP && self->own && !self->box->linked)
    return "java.util.HashMap";
  return names[self->type];
}
