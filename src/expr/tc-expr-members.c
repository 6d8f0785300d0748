/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Java members of texts and containers that templates call: a short list, nothing is reached by reflection. */
#include "config.h"
#include "tc-expr-render.h"

#include <string.h>

#include "tc-java-string.h"

typedef gboolean (*MemberFunc) (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result);

enum { TEXT = 1, SEQUENCE = 2, MAP = 4, CONTAINER = SEQUENCE | MAP };

typedef struct
{
  const char *name, *property;    /* as a method; as a name without parentheses, or NULL */
  int         of;
  size_t      n_args;
  MemberFunc  func;
} Member;

static gboolean
member_size (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  *result = tc_val_int (tc_val_is_text (object) ? (int64_t) tc_java_length (object) : (int64_t) tc_val_length (object));
  return TRUE;
}

static gboolean
member_empty (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  *result = tc_val_bool (tc_val_is_text (object) ? tc_value_length (object->value) == 0 : tc_val_length (object) == 0);
  return TRUE;
}

static gboolean
member_first (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  if (tc_val_length (object) == 0)
    return tc_render_fail (self, "NoSuchElementException: the list is empty");
  *result = tc_val_item (object, 0);
  return TRUE;
}

static gboolean
member_last (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  if (tc_val_length (object) == 0)
    return tc_render_fail (self, "NoSuchElementException: the list is empty");
  *result = tc_val_item (object, tc_val_length (object) - 1);
  return TRUE;
}

static gboolean
member_upper (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  return tc_render_take_text (self, tc_java_upper (object), result);
}

static gboolean
member_lower (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  return tc_render_take_text (self, tc_java_lower (object), result);
}

static gboolean
member_trim (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  *result = tc_java_trim (object);
  return TRUE;
}

static gboolean
member_replace (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  if (!tc_val_is_text (&args[0]) || !tc_val_is_text (&args[1]))
    return tc_render_undefined (self, "replace", NULL, object);
  return tc_render_string (self, tc_java_replace (object, &args[0], &args[1]), result);
}

static gboolean
member_split (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  if (!tc_val_is_text (&args[0]))
    return tc_render_undefined (self, "split", NULL, object);
  return tc_java_split (self, object, &args[0], 0, result);
}

static gboolean
member_starts (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (object);
  g_autoptr (GString) start = tc_render_to_text (&args[0]);

  *result = tc_val_bool (g_str_has_prefix (text->str, start->str));
  return TRUE;
}

static gboolean
member_ends (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (object);
  g_autoptr (GString) end = tc_render_to_text (&args[0]);

  *result = tc_val_bool (g_str_has_suffix (text->str, end->str));
  return TRUE;
}

static gboolean
member_get (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  if (!tc_val_get (object, &args[0], result))
    *result = tc_val_none;
  return TRUE;
}

static gboolean
member_get_or (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  if (!tc_val_get (object, &args[0], result))
    *result = tc_val_ref (&args[1]);
  return TRUE;
}

static gboolean
member_has_key (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  TcVal item = TC_VAL_INIT;

  *result = tc_val_bool (tc_val_get (object, &args[0], &item));
  tc_val_clear (&item);
  return TRUE;
}

static gboolean
view (TcRender *self, const TcVal *object, gboolean keys, TcVal *result)
{
  size_t n = tc_val_length (object);

  *result = tc_val_container (TC_VAL_VIEW, n);
  for (size_t i = 0; i < n; i++)
    if (!tc_val_append (result, keys ? tc_val_key (object, i) : tc_val_item (object, i)))
      return tc_render_too_deep (self);
  return tc_render_steps (self, n);
}

static gboolean
member_keys (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  return view (self, object, TRUE, result);
}

static gboolean
member_values (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  return view (self, object, FALSE, result);
}

static gboolean
member_text (TcRender *self, const TcVal *object, const TcVal *args, TcVal *result)
{
  return tc_render_string (self, tc_render_to_text (object), result);
}

static const Member members[] = {
  { "size", "size", CONTAINER, 0, member_size },
  { "length", "length", TEXT, 0, member_size },
  { "isEmpty", "empty", TEXT | CONTAINER, 0, member_empty },
  { "getFirst", "first", SEQUENCE, 0, member_first },
  { "getLast", "last", SEQUENCE, 0, member_last },
  { "toUpperCase", "toUpperCase", TEXT, 0, member_upper },
  { "toLowerCase", "toLowerCase", TEXT, 0, member_lower },
  { "trim", "trim", TEXT, 0, member_trim },
  { "replace", NULL, TEXT, 2, member_replace },
  { "split", NULL, TEXT, 1, member_split },
  { "startsWith", NULL, TEXT, 1, member_starts },
  { "endsWith", NULL, TEXT, 1, member_ends },
  { "get", NULL, MAP, 1, member_get },
  { "getOrDefault", NULL, MAP, 2, member_get_or },
  { "containsKey", NULL, MAP, 1, member_has_key },
  { "keySet", NULL, MAP, 0, member_keys },
  { "values", NULL, MAP, 0, member_values },
  { "toString", "toString", TEXT | CONTAINER, 0, member_text },
};

static int
class_of (const TcVal *object)
{
  if (tc_val_is_text (object))
    return TEXT;
  if (object->type == TC_VAL_MAP)
    return MAP;
  return object->type == TC_VAL_LIST || object->type == TC_VAL_VIEW ? SEQUENCE : 0;
}

/* @args NULL: a name without parentheses, which in Java's beans is also found as getName() and isName(). */
gboolean
tc_render_member (TcRender *self, const TcVal *object, const char *name, const TcVal *args, size_t n_args, TcVal *result,
                  gboolean *found)
{
  int class = class_of (object);

  if (strcmp (name, "class") == 0 || strcmp (name, "getClass") == 0)
    return tc_render_fail (self, "For security reasons access to %s is denied.", name);
  for (size_t i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const Member *member = &members[i];
      gboolean      named = strcmp (name, member->name) == 0;

      if (args == NULL && member->n_args == 0 && member->property != NULL)
        named |= g_ascii_strcasecmp (name, member->property) == 0;
      if (!named || (member->of & class) == 0 || member->n_args != n_args)
        continue;
      *found = TRUE;
      return member->func (self, object, args, result);
    }
  return TRUE;
}
