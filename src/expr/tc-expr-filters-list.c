/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "tc-java-string.h"

static gboolean
filter_length (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  size_t n = 0;

  /* A Character has none. */
  if (tc_val_is_text (input) && input->type != TC_VAL_CHAR)
    n = tc_java_length (input);
  else if (input->type >= TC_VAL_LIST && input->type <= TC_VAL_MAP)
    n = tc_val_length (input);
  *result = tc_val_int (n);
  return TRUE;
}

static gboolean
end_item (TcRender *render, const TcVal *input, gboolean last, TcVal *result)
{
  size_t n;

  if (tc_val_is_text (input))
    {
      TcVal part;

      n = tc_java_length (input);
      if (n == 0)
        return tc_render_fail (render, "StringIndexOutOfBoundsException: the text is empty");
      part = tc_java_substring (input, last ? n - 1 : 0, last ? n : 1);
      part.type = TC_VAL_CHAR;
      *result = part;
      return TRUE;
    }
  if (!tc_val_is_sequence (input))
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.util.Collection",
                           tc_val_class_name (input));
  n = tc_val_length (input);
  *result = n > 0 ? tc_val_item (input, last ? n - 1 : 0) : tc_val_none;
  return TRUE;
}

static gboolean
filter_first (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return end_item (render, input, FALSE, result);
}

static gboolean
filter_last (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return end_item (render, input, TRUE, result);
}

static gboolean
filter_join (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcVal) separator = TC_VAL_INIT;
  GString       *out;
  size_t         n;

  if (!tc_val_is_sequence (input))
    return tc_render_fail (render, "The 'join' filter expects that the input is either a collection or an array.");
  n = tc_val_length (input);
  if (!tc_render_steps (render, n) || !tc_render_as_string (render, &args[0], &separator))
    return FALSE;
  out = g_string_new (NULL);
  for (size_t i = 0; i < n && out->len <= render->scope->bytes_left; i++)
    {
      g_auto (TcVal) item = tc_val_item (input, i);

      if (i > 0 && args[0].type != TC_VAL_NULL)
        tc_val_to_java (&separator, out);
      tc_val_to_java (&item, out);
    }
  return tc_render_string (render, out, result);
}

static gboolean
filter_default (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  gboolean empty = input->type == TC_VAL_NULL;
  size_t   length;

  if (tc_val_is_text (input))
    {
      const char *text = tc_val_text (input, &length);

      empty = tc_java_is_blank (text, length);
    }
  else if (tc_val_is_sequence (input) || input->type == TC_VAL_MAP)
    empty = tc_val_length (input) == 0;
  *result = tc_val_ref (empty ? &args[0] : input);
  return TRUE;
}

/* Appends to a list that is being made; FALSE: nested too deeply. */
static gboolean
add (TcRender *render, TcVal *list, TcVal item)
{
  return tc_val_append (list, item) || tc_render_too_deep (render);
}

static gboolean
filter_chunk (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcVal) chunks = TC_VAL_INIT;
  size_t         n;

  if (input->type != TC_VAL_LIST)
    return tc_render_fail (render, "'chunk' filter can only be applied to List. Actual type was: %s", tc_val_class_name (input));
  if (args[0].i <= 0)
    return tc_render_fail (render, "List size must be greater than 0");
  n = tc_val_length (input);
  chunks = tc_val_container (TC_VAL_LIST, 0);
  for (size_t i = 0; i < n;)
    {
      TcVal chunk = tc_val_container (TC_VAL_LIST, 0);

      for (size_t end = (uint64_t) args[0].i > n - i ? n : i + args[0].i; i < end; i++)
        tc_val_append (&chunk, tc_val_item (input, i));
      if (!add (render, &chunks, chunk))
        return FALSE;
    }
  *result = tc_val_steal (&chunks);
  return tc_render_steps (render, n);
}

/* What tells two items apart: class and text of a scalar. Containers are compared one by one. */
static gboolean
seen (GHashTable *scalars, const TcVal *list, TcVal *item, size_t *compared)
{
  if (item->type < TC_VAL_LIST)
    {
      GString *key = g_string_new (NULL);

      g_string_printf (key, "%d:", item->type);
      tc_val_to_java (item, key);
      return !g_hash_table_add (scalars, g_string_free (key, FALSE));
    }
  for (size_t i = 0; i < list->box->n; i++, (*compared)++)
    if (tc_val_equals (&list->box->items[i], item))
      return TRUE;
  return FALSE;
}

static gboolean
filter_distinct (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (GHashTable) scalars = NULL;
  g_auto (TcVal)         list = TC_VAL_INIT;
  size_t                 compared = 0;

  if (input->type == TC_VAL_NULL)
    {
      *result = tc_val_str ("null");
      return TRUE;
    }
  if (input->type != TC_VAL_LIST)
    return tc_render_fail (render, "Input must be a list, but received : %s", tc_val_class_name (input));
  scalars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  list = tc_val_container (TC_VAL_LIST, 0);
  for (size_t i = 0; i < tc_val_length (input); i++)
    {
      TcVal item = tc_val_item (input, i);

      if (seen (scalars, &list, &item, &compared))
        tc_val_clear (&item);
      else if (!add (render, &list, item))
        return FALSE;
      if (compared > render->scope->steps_left)
        return tc_render_steps (render, compared);
    }
  *result = tc_val_steal (&list);
  return tc_render_steps (render, compared + tc_val_length (input));
}

static gboolean
filter_flatten (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcVal) list = TC_VAL_INIT;

  if (input->type != TC_VAL_LIST)
    return tc_render_fail (render, "The 'flatten' filter can only be applied to lists.");
  list = tc_val_container (TC_VAL_LIST, 0);
  for (size_t i = 0; i < tc_val_length (input); i++)
    {
      g_auto (TcVal) item = tc_val_item (input, i);

      if (item.type != TC_VAL_LIST)
        {
          if (!add (render, &list, tc_val_steal (&item)))
            return FALSE;
          continue;
        }
      for (size_t j = 0; j < tc_val_length (&item); j++)
        if (!add (render, &list, tc_val_item (&item, j)))
          return FALSE;
    }
  *result = tc_val_steal (&list);
  return tc_render_steps (render, tc_val_length (result));
}

static gboolean
filter_keys (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  gboolean map = input->type == TC_VAL_MAP;
  size_t   n;

  if (!map && input->type != TC_VAL_LIST && input->type != TC_VAL_ARRAY)
    return tc_render_fail (render, "'keys' filter can only be applied to List, Map, Array. Actual type was: %s",
                           tc_val_class_name (input));
  n = tc_val_length (input);
  *result = tc_val_container (map ? TC_VAL_VIEW : TC_VAL_LIST, n);
  for (size_t i = 0; i < n; i++)
    tc_val_append (result, map ? tc_val_key (input, i) : tc_val_int (i));
  return tc_render_steps (render, n);
}

static gboolean
filter_values (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  size_t n;

  if (input->type != TC_VAL_MAP)
    return tc_render_fail (render, "'values' filter can only be applied to Map. Actual type was: %s", tc_val_class_name (input));
  n = tc_val_length (input);
  *result = tc_val_container (TC_VAL_VIEW, n);
  for (size_t i = 0; i < n; i++)
    if (!add (render, result, tc_val_item (input, i)))
      return FALSE;
  return tc_render_steps (render, n);
}

static gboolean
merge_into_map (TcRender *render, TcVal *map, const TcVal *items)
{
  for (size_t i = 0; i < tc_val_length (items); i++)
    {
      TcVal item = tc_val_item (items, i);
      TcVal key = items->type == TC_VAL_MAP ? tc_val_key (items, i) : tc_val_ref (&item);

      if (key.type >= TC_VAL_LIST)
        {
          tc_val_clear (&key);
          tc_val_clear (&item);
          return tc_render_fail (render, "The key of a map has to be a text, a number or a boolean");
        }
      if (!tc_val_put (map, key, item))
        return tc_render_too_deep (render);
    }
  return TRUE;
}

static gboolean
merge_into_list (TcRender *render, TcVal *list, const TcVal *items)
{
  for (size_t i = 0; i < tc_val_length (items); i++)
    {
      TcVal item = tc_val_item (items, i);

      if (items->type == TC_VAL_MAP)
        {
          TcVal entry = tc_val_container (TC_VAL_ENTRY, 1);

          tc_val_put (&entry, tc_val_key (items, i), item);
          item = entry;
        }
      if (!add (render, list, item))
        return FALSE;
    }
  return TRUE;
}

static gboolean
filter_merge (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  gboolean       map = input->type == TC_VAL_MAP;
  g_auto (TcVal) merged = TC_VAL_INIT;

  if (input->type == TC_VAL_NULL && args[0].type != TC_VAL_NULL)
    {
      *result = tc_val_ref (&args[0]);
      return TRUE;
    }
  if (input->type == TC_VAL_NULL)
    return tc_render_fail (render, "The two arguments to be merged are null");
  if (!map && input->type != TC_VAL_LIST && input->type != TC_VAL_ARRAY)
    return tc_render_fail (render, "The object being filtered with 'merge' has to be a list, an array or a map. Actual type was: %s",
                           tc_val_class_name (input));
  if (!tc_val_is_sequence (&args[0]) && args[0].type != TC_VAL_MAP && args[0].type != TC_VAL_NULL)
    return tc_render_fail (render, "Currently, only maps and lists can be merged. Actual type was: %s", tc_val_class_name (&args[0]));
  if (args[0].type == TC_VAL_NULL)
    {
      *result = tc_val_ref (input);
      return TRUE;
    }
  merged = tc_val_copy (input);
  if (!(map ? merge_into_map (render, &merged, &args[0]) : merge_into_list (render, &merged, &args[0])))
    return FALSE;
  if (map)
    {
      merged.box->linked = FALSE;
      tc_val_hash_order (&merged, tc_val_length (input) + tc_val_length (&args[0]) + 16);
    }
  *result = tc_val_steal (&merged);
  return tc_render_steps (render, tc_val_length (result));
}

static gboolean
filter_reverse (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcVal) list = TC_VAL_INIT;

  if (input->type != TC_VAL_LIST)
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.util.List", tc_val_class_name (input));
  list = tc_render_own_list (render, input);
  for (size_t i = 0, n = list.box->n; i < n / 2; i++)
    {
      TcVal item = list.box->items[i];

      list.box->items[i] = list.box->items[n - 1 - i];
      list.box->items[n - 1 - i] = item;
    }
  *result = tc_val_steal (&list);
  return tc_render_steps (render, tc_val_length (result));
}

/* Comparable: items of one class with each other. */
static gboolean
check_comparable (TcRender *render, const TcVal *list)
{
  for (size_t i = 0; i < list->box->n; i++)
    {
      const TcVal *item = &list->box->items[i];

      if (item->type == TC_VAL_NULL)
        return tc_render_fail (render, "NullPointerException: null cannot be sorted");
      if (item->type >= TC_VAL_LIST || item->type != list->box->items[0].type)
        return tc_render_fail (render, "ClassCastException: class %s cannot be compared with class %s", tc_val_class_name (item),
                               tc_val_class_name (&list->box->items[0]));
    }
  return TRUE;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const TcVal *x = a, *y = b;

  if (tc_val_is_text (x))
    return tc_val_compare_utf16 (x, y);
  if (x->type == TC_VAL_BOOL)
    return x->b - y->b;
  if (tc_val_is_integer (x))
    return x->i < y->i ? -1 : x->i > y->i;
  if (tc_val_is_number (x))
    return tc_val_number (x) < tc_val_number (y) ? -1 : tc_val_number (x) > tc_val_number (y);
  if (x->type == TC_VAL_TIME)
    {
      TcTime s = tc_value_get_time (x->value), t = tc_value_get_time (y->value);

      return s.seconds != t.seconds ? (s.seconds < t.seconds ? -1 : 1) : s.nanos - t.nanos;
    }
  return 0;
}

static int
compare_reverse (gconstpointer a, gconstpointer b)
{
  return compare_items (b, a);
}

static gboolean
sort (TcRender *render, const TcVal *input, GCompareFunc compare, TcVal *result)
{
  g_auto (TcVal) list = TC_VAL_INIT;

  list = tc_render_own_list (render, input);
  if (!check_comparable (render, &list) || !tc_render_steps (render, list.box->n * 4))
    return FALSE;
  if (list.box->n > 1)
    qsort (list.box->items, list.box->n, sizeof (TcVal), compare);
  *result = tc_val_steal (&list);
  return TRUE;
}

static gboolean
filter_sort (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  if (input->type != TC_VAL_LIST && input->type != TC_VAL_ARRAY)
    return tc_render_fail (render, "Unsupported input type for sort filter: %s", tc_val_class_name (input));
  return sort (render, input, compare_items, result);
}

static gboolean
filter_rsort (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  if (input->type != TC_VAL_LIST)
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.util.List", tc_val_class_name (input));
  return sort (render, input, compare_reverse, result);
}

static gboolean
filter_slice (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  gboolean text = tc_val_is_text (input);
  int64_t  from = (int64_t) tc_val_number (&args[0]), to, size;

  if (!text && input->type != TC_VAL_LIST && input->type != TC_VAL_ARRAY)
    return tc_render_fail (render, "Slice filter can only be applied to String, List and array inputs. Actual type was: %s",
                           tc_val_class_name (input));
  size = text ? tc_java_length (input) : tc_val_length (input);
  to = args[1].type == TC_VAL_NULL ? size : (int64_t) tc_val_number (&args[1]);
  if (from < 0)
    return tc_render_fail (render, "fromIndex must be greater than 0");
  if (to > size)
    return tc_render_fail (render, "toIndex must be smaller than input size: %" G_GINT64_FORMAT, (gint64) size);
  if (from >= to)
    return tc_render_fail (render, "toIndex must be greater than fromIndex");
  if (text)
    {
      *result = tc_java_substring (input, from, to);
      return TRUE;
    }
  *result = tc_val_container (input->type, to - from);
  for (int64_t i = from; i < to; i++)
    if (!add (render, result, tc_val_item (input, i)))
      return FALSE;
  return tc_render_steps (render, to - from);
}

static const TcExprArg separator_args[] = { { "separator", TC_EXPR_ANY, 0, NULL, N_("What stands between the items.") }, { 0 } };
static const TcExprArg default_args[] = { { "default", TC_EXPR_ANY, 0, NULL, N_("The value to use instead.") }, { 0 } };
static const TcExprArg size_args[] = {
  { "size", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("Items a list."), "'chunk' filter expects an argument 'size'." }, { 0 }
};
static const TcExprArg items_args[] = { { "items", TC_EXPR_ANY, 0, NULL, N_("A list or a map.") }, { 0 } };
static const TcExprArg slice_args[] = {
  { "fromIndex", TC_EXPR_NUMBER, 0, "0", N_("The first item, from 0.") },
  { "toIndex", TC_EXPR_NUMBER, 0, NULL, N_("The item after the last.") }, { 0 }
};

const TcCallable tc_filters_list[] = {
  { TC_FILTER ("chunk", filter_chunk, TC_EXPR_NULL_IS_NULL, size_args),
    TC_DOC (N_("Cuts a list into lists."), "{{ [1, 2, 3] | chunk(2) }}", "[[1,2],[3]]") },
  { TC_FILTER ("default", filter_default, 0, default_args),
    TC_DOC (N_("Another value for what is null, blank, empty or does not exist."), "{{ missing | default(\"d\") }}", "d") },
  { TC_FILTER ("distinct", filter_distinct, TC_EXPR_UNDECLARED, NULL), .entry.since = "0.22",
    TC_DOC (N_("Drops repeated items."), "{{ [\"b\", \"a\", \"b\"] | distinct }}", "[\"b\",\"a\"]") },
  { TC_FILTER ("first", filter_first, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The first item, or the first character."), "{{ [\"a\", \"b\"] | first }}", "a") },
  { TC_FILTER ("flatten", filter_flatten, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Takes the items of inner lists into the outer one, one level."), "{{ [[1], [2, [3]]] | flatten }}", "[1,2,[3]]") },
  { TC_FILTER ("join", filter_join, TC_EXPR_NULL_IS_NULL, separator_args),
    TC_DOC (N_("One text of all items."), "{{ [1, 2] | join(\"-\") }}", "1-2") },
  { TC_FILTER ("keys", filter_keys, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The keys of a map, or the positions of a list."), "{{ {\"a\": 1} | keys }}", "[\"a\"]") },
  { TC_FILTER ("last", filter_last, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The last item, or the last character."), "{{ [\"a\", \"b\"] | last }}", "b") },
  { TC_FILTER ("length", filter_length, TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("How many items, or UTF-16 units of a text."), "{{ \"Osprey\" | length }}", "6") },
  { TC_FILTER ("merge", filter_merge, 0, items_args),
    TC_DOC (N_("Two lists or two maps in one; the right one wins."), "{{ [1] | merge([2]) }}", "[1,2]") },
  { TC_FILTER ("reverse", filter_reverse, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Turns a list around, the variable included."), "{{ [1, 2] | reverse }}", "[2,1]") },
  { TC_FILTER ("rsort", filter_rsort, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Sorts a list, greatest first."), "{{ [1, 3, 2] | rsort }}", "[3,2,1]") },
  { TC_FILTER ("slice", filter_slice, TC_EXPR_NULL_IS_NULL, slice_args),
    TC_DOC (N_("A part of a text or list."), "{{ \"Osprey\" | slice(1, 3) }}", "sp") },
  { TC_FILTER ("sort", filter_sort, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("Sorts a list, least first."), "{{ [3, 1, 2] | sort }}", "[1,2,3]") },
  { TC_FILTER ("values", filter_values, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The values of a map."), "{{ {\"a\": 1} | values }}", "[1]") },
  { { 0 } }
};
