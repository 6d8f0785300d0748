/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>

#include "tc-java-string.h"
#include "tc-json.h"

static gboolean
test_empty (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  gboolean empty = input->type == TC_VAL_NULL;
  size_t   length;

  if (tc_val_is_text (input))
    {
      const char *text = tc_val_text (input, &length);

      empty = tc_java_is_blank (text, length);
    }
  else if (input->type == TC_VAL_LIST || input->type == TC_VAL_VIEW || input->type == TC_VAL_MAP)
    empty = tc_val_length (input) == 0;
  *result = tc_val_bool (empty);
  return TRUE;
}

static gboolean
test_defined (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  *result = tc_val_bool (input->type != TC_VAL_NULL);
  return TRUE;
}

static gboolean
test_null (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  *result = tc_val_bool (input->type == TC_VAL_NULL);
  return TRUE;
}

static gboolean
parity (TcRender *render, const TcVal *input, const char *name, int rest, TcVal *result)
{
  if (input->type == TC_VAL_NULL)
    return tc_render_fail (render, "Can not pass null value to \"%s\" test.", name);
  if (!tc_val_is_integer (input))
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.lang.Long", tc_val_class_name (input));
  *result = tc_val_bool ((input->i & 1) == rest);
  return TRUE;
}

static gboolean
test_even (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return parity (render, input, "even", 0, result);
}

static gboolean
test_odd (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return parity (render, input, "odd", 1, result);
}

static gboolean
test_iterable (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  *result = tc_val_bool (tc_val_is_sequence (input));
  return TRUE;
}

static gboolean
test_map (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  *result = tc_val_bool (input->type == TC_VAL_MAP);
  return TRUE;
}

static gboolean
test_json (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_autoptr (TcValue) value = NULL;
  const char *text;
  size_t      length, end;

  if (input->type == TC_VAL_NULL)
    return tc_render_fail (render, "argument \"content\" is null");
  if (!tc_val_is_text (input))
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.lang.String", tc_val_class_name (input));
  text = tc_val_text (input, &length);
  value = tc_json_read_prefix (text, length, &end, NULL);
  *result = tc_val_bool (value != NULL || tc_java_is_blank (text, length));
  return tc_render_steps (render, length / 16);
}

#define TC_TEST(test_name, function) \
  .entry.role = TC_EXPR_TEST, .entry.name = test_name, .filter = function, .entry.flags = TC_EXPR_UNDECLARED

const TcCallable tc_tests[] = {
  { TC_TEST ("defined", test_defined), TC_DOC (N_("Exists and is not null."), "{{ missing is defined }}", "false") },
  { TC_TEST ("empty", test_empty), TC_DOC (N_("Null, blank, or a list or map without entries."), "{{ \" \" is empty }}", "true") },
  { TC_TEST ("even", test_even), TC_DOC (N_("A whole number that two divides."), "{{ 4 is even }}", "true") },
  { TC_TEST ("iterable", test_iterable), TC_DOC (N_("Can `for` go over it? Maps count as no."), "{{ [1] is iterable }}", "true") },
  { TC_TEST ("json", test_json), TC_DOC (N_("A text that starts with a JSON value."), "{{ '[1]' is json }}", "true") },
  { TC_TEST ("map", test_map), TC_DOC (N_("A map."), "{{ {\"a\": 1} is map }}", "true") },
  { TC_TEST ("null", test_null), TC_DOC (N_("Null."), "{{ null is null }}", "true") },
  { TC_TEST ("odd", test_odd), TC_DOC (N_("A whole number that two does not divide."), "{{ 3 is odd }}", "true") },
  { { 0 } }
};
