/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `a.b`, `a[b]` and `a.b()`: members of maps and lists, and the few Java members that are worth having. */
#include "config.h"
#include "tc-expr-render.h"

#include <stdlib.h>
#include <string.h>

/* The name to tell a reader where something was sought: `outputs` for `outputs.extrct`. */
static const char *
owner_of (const TcNode *node)
{
  if (node->type == TC_NODE_NAME)
    return node->name;
  if (node->type == TC_NODE_ATTRIBUTE && node->children[1]->type == TC_NODE_LITERAL && tc_val_is_text (&node->children[1]->value))
    return tc_val_text (&node->children[1]->value, NULL);
  return "";
}

static gboolean
undefined_key (TcRender *self, const TcNode *node, const TcVal *object, const TcVal *key)
{
  g_autoptr (GString) text = tc_render_to_text (key);

  return tc_render_undefined (self, text->str, owner_of (node->children[0]), object);
}

/* Subscripts that are numbers are converted to the class of the first key. */
static gboolean
numeric_key (TcRender *self, const TcVal *map, const TcVal *key, TcVal *result, gboolean *found)
{
  g_auto (TcVal) first = TC_VAL_INIT;

  if (tc_val_length (map) == 0)
    return tc_render_fail (self, "NoSuchElementException: a map without entries has no key to compare a number with");
  first = tc_val_key (map, 0);
  if (!tc_val_is_number (&first))
    {
      g_autoptr (GString) text = tc_render_to_text (key);

      return tc_render_fail (self, "type class %s not supported for key %s", tc_val_class_name (&first), text->str);
    }
  for (size_t i = 0; i < tc_val_length (map) && !*found; i++)
    {
      g_auto (TcVal) other = tc_val_key (map, i);

      if (tc_val_is_number (&other) && tc_val_number (&other) == tc_val_number (key))
        {
          *result = tc_val_item (map, i);
          *found = TRUE;
        }
    }
  return TRUE;
}

static gboolean
map_member (TcRender *self, const TcVal *map, const TcVal *key, TcVal *result, gboolean *found)
{
  g_auto (TcVal) plain = TC_VAL_INIT;

  if (key->type == TC_VAL_NULL)
    return tc_render_fail (self, "NullPointerException: the key is null");
  if (tc_val_is_number (key))
    return numeric_key (self, map, key, result, found);
  if (!tc_val_is_text (key))
    return TRUE;
  for (guint i = 0; self->called != NULL && i < self->called->len; i++)
    if (strcmp (g_ptr_array_index (self->called, i), tc_val_text (key, NULL)) == 0)
      return tc_render_member (self, map, tc_val_text (key, NULL), NULL, 0, result, found);
  plain = tc_val_ref (key);
  plain.type = TC_VAL_STRING;
  *found = tc_val_get (map, &plain, result);
  return TRUE;
}

static gboolean
entry_member (const TcVal *entry, const TcVal *key, TcVal *result)
{
  const char *name = tc_val_is_text (key) ? tc_val_text (key, NULL) : "";

  if (strcmp (name, "key") == 0)
    *result = tc_val_key (entry, 0);
  else if (strcmp (name, "value") == 0)
    *result = tc_val_item (entry, 0);
  else
    return FALSE;
  return TRUE;
}

/* A decimal index, also as a text: -1: out of range, -2: no index at all. */
static int64_t
list_index (const TcVal *list, const TcVal *key)
{
  g_autoptr (GString) text = tc_render_to_text (key);
  const char *digits = text->str + (text->str[0] == '-' || text->str[0] == '+');
  int64_t     index;

  if (*digits == 0 || strspn (digits, "0123456789") != strlen (digits))
    return -2;
  index = strlen (digits) > 10 ? -1 : g_ascii_strtoll (text->str, NULL, 10);
  return index >= 0 && (uint64_t) index < tc_val_length (list) ? index : -1;
}

gboolean
tc_render_attribute (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) object = TC_VAL_INIT;
  g_auto (TcVal) key = TC_VAL_INIT;
  gboolean       found = FALSE;

  if (node->children[0]->type == TC_NODE_NAME && strcmp (node->children[0]->name, "loop") == 0
      && node->children[1]->type == TC_NODE_LITERAL && tc_val_is_text (&node->children[1]->value)
      && tc_render_loop_field (self, tc_val_text (&node->children[1]->value, NULL), result))
    return TRUE;
  if (!tc_render_eval (self, node->children[0], &object) || !tc_render_eval (self, node->children[1], &key))
    return FALSE;
  if (object.type == TC_VAL_NULL)
    {
      g_autoptr (GString) text = tc_render_to_text (&key);

      return tc_render_undefined (self, node->children[0]->type == TC_NODE_NAME ? node->children[0]->name : text->str,
                                  owner_of (node->children[0]), &object);
    }
  if (object.type == TC_VAL_MAP)
    {
      if (!map_member (self, &object, &key, result, &found))
        return FALSE;
    }
  else if (object.type == TC_VAL_ENTRY && entry_member (&object, &key, result))
    return TRUE;
  else
    {
      int64_t index = object.type == TC_VAL_LIST || object.type == TC_VAL_ARRAY ? list_index (&object, &key) : -2;

      if (index >= 0)
        {
          *result = tc_val_item (&object, index);
          return TRUE;
        }
      if (index == -2 && tc_val_is_text (&key)
          && !tc_render_member (self, &object, tc_val_text (&key, NULL), NULL, 0, result, &found))
        return FALSE;
    }
  return found || undefined_key (self, node, &object, &key);
}

gboolean
tc_render_method (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) object = TC_VAL_INIT;
  g_autofree TcVal *args = g_new0 (TcVal, node->n);
  gboolean       found = FALSE, ok = TRUE;

  if (node->problem != NULL)
    return tc_render_fail (self, "%s", node->problem);
  if (!tc_render_eval (self, node->children[0], &object))
    return FALSE;
  for (uint32_t i = 1; ok && i < node->n; i++)
    ok = tc_render_eval (self, node->children[i], &args[i - 1]);
  if (ok && object.type == TC_VAL_NULL)
    ok = tc_render_undefined (self, node->children[0]->type == TC_NODE_NAME ? node->children[0]->name : node->name,
                              owner_of (node->children[0]), &object);
  else if (ok)
    ok = tc_render_member (self, &object, node->name, args, node->n - 1, result, &found)
         && (found || tc_render_undefined (self, node->name, owner_of (node->children[0]), NULL));
  if (ok && object.type == TC_VAL_MAP)
    {
      if (self->called == NULL)
        self->called = g_ptr_array_new_with_free_func (g_free);
      if (!g_ptr_array_find_with_equal_func (self->called, node->name, g_str_equal, NULL))
        g_ptr_array_add (self->called, g_strdup (node->name));
    }
  for (uint32_t i = 1; i < node->n; i++)
    tc_val_clear (&args[i - 1]);
  return ok;
}
