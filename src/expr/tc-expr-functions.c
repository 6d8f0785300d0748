/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that need nothing but their arguments and the template around them. */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
extreme (TcRender *render, const TcVal *args, size_t n, gboolean most, TcVal *result)
{
  *result = n > 0 ? tc_val_ref (&args[0]) : tc_val_none;
  for (size_t i = 1; i < n; i++)
    {
      if (args[i].type == TC_VAL_NULL)
        continue;
      if (result->type == TC_VAL_NULL)
        {
          *result = tc_val_ref (&args[i]);
          continue;
        }
      if (!tc_val_is_number (&args[i]) || !tc_val_is_number (result))
        return tc_render_fail (render, "Could not perform %s comparison of %s and %s", most ? "greater than" : "less than",
                               tc_val_class_name (result), tc_val_class_name (&args[i]));
      if (most ? tc_val_number (&args[i]) > tc_val_number (result) : tc_val_number (&args[i]) < tc_val_number (result))
        {
          tc_val_clear (result);
          *result = tc_val_ref (&args[i]);
        }
    }
  return TRUE;
}

static gboolean
function_max (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return extreme (render, args, n, TRUE, result);
}

static gboolean
function_min (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return extreme (render, args, n, FALSE, result);
}

static gboolean
function_range (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return tc_op_range (render, &args[0], &args[1], &args[2], result);
}

static gboolean
function_block (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  const TcNode *found = NULL;
  gboolean      ok;

  for (guint i = 0; i < render->template->blocks->len; i++)
    {
      const TcNode *block = g_ptr_array_index (render->template->blocks, i);

      if (strcmp (block->name, tc_val_text (&args[0], NULL)) == 0)
        found = block;
    }
  if (found == NULL)
    {
      *result = tc_val_str ("");
      return TRUE;
    }
  if (render->calls >= TC_EXPR_LIMIT_CALLS)
    return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "Blocks call each other more than %d deep (TC_EXPR_LIMIT_CALLS)",
                                TC_EXPR_LIMIT_CALLS);
  render->calls++;
  ok = tc_render_capture (render, found->children[0], result);
  render->calls--;
  if (ok)
    result->type = TC_VAL_SAFE;
  return ok;
}

static gboolean
function_parent (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return tc_render_fail (render, "Can not use parent function if template does not extend another template.");
}

static gboolean
function_print_context (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  *result = tc_render_context (render);
  return tc_render_steps (render, tc_val_length (result));
}

static gboolean render_value (TcRender *render, const TcVal *value, gboolean recursive, TcVal *result);

static gboolean
render_container (TcRender *render, const TcVal *value, gboolean recursive, TcVal *result)
{
  g_auto (TcVal) copy = tc_val_container (value->type, 0);
  gboolean       map = value->type == TC_VAL_MAP;

  if (map)
    copy.box->linked = TRUE;
  for (size_t i = 0; i < tc_val_length (value); i++)
    {
      g_auto (TcVal) old = tc_val_item (value, i);
      g_auto (TcVal) old_key = map ? tc_val_key (value, i) : tc_val_none;
      g_auto (TcVal) key = TC_VAL_INIT;
      g_auto (TcVal) item = TC_VAL_INIT;
      TcVal          taken = TC_VAL_INIT;

      if (!render_value (render, &old, recursive, &item) || !render_value (render, &old_key, recursive, &key))
        return FALSE;
      if (map && tc_val_get (&copy, &key, &taken))
        tc_val_clear (&taken);      /* of two equal rendered keys the first stays */
      else if (!(map ? tc_val_put (&copy, tc_val_steal (&key), tc_val_steal (&item)) : tc_val_append (&copy, tc_val_steal (&item))))
        return tc_render_too_deep (render);
    }
  *result = tc_val_steal (&copy);
  return tc_render_steps (render, tc_val_length (result));
}

static gboolean
render_value (TcRender *render, const TcVal *value, gboolean recursive, TcVal *result)
{
  size_t      length;
  const char *text;

  if (tc_val_is_text (value))
    {
      text = tc_val_text (value, &length);
      if (memchr (text, '{', length) != NULL)
        return tc_render_text_again (render, text, length, recursive, result);
    }
  else if (tc_val_is_sequence (value) || value->type == TC_VAL_MAP)
    return render_container (render, value, recursive, result);
  *result = tc_val_ref (value);
  return TRUE;
}

static gboolean
function_render (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return render_value (render, &args[0], args[1].type == TC_VAL_NULL || args[1].b, result);
}

static gboolean
function_render_once (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return render_value (render, &args[0], FALSE, result);
}

static const TcExprArg range_args[] = {
  { "start", TC_EXPR_ANY, 0, NULL, N_("The first number or letter.") },
  { "end", TC_EXPR_ANY, 0, NULL, N_("The last one, which is part of the list.") },
  { "increment", TC_EXPR_NUMBER, 0, "1", N_("The step, which may be negative.") }, { 0 }
};
static const TcExprArg name_args[] = { { "name", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("Name of the block.") }, { 0 } };
static const TcExprArg render_args[] = {
  { "toRender", TC_EXPR_ANY, TC_EXPR_REQUIRED | TC_EXPR_NULLABLE, NULL, N_("A text, or a list or map of texts.") },
  { "recursive", TC_EXPR_BOOLEAN, 0, "true", N_("Render the result again until nothing changes?") }, { 0 }
};
static const TcExprArg once_args[] = {
  { "toRender", TC_EXPR_ANY, TC_EXPR_REQUIRED | TC_EXPR_NULLABLE, NULL, N_("A text, or a list or map of texts.") }, { 0 }
};

const TcCallable tc_functions_core[] = {
  { TC_FUNCTION ("block", function_block, 0, name_args),
    TC_DOC (N_("Prints a block again."), "{% block x %}a{% endblock %}-{{ block(\"x\") }}", "a-a") },
  { TC_FUNCTION ("fetchContext", function_print_context, TC_EXPR_UNDECLARED | TC_EXPR_READS_ALL, NULL),
    TC_DOC (N_("A map of all variables."), "{% set a = 1 %}{{ fetchContext().a }}", "1") },
  { TC_FUNCTION ("max", function_max, TC_EXPR_VARIADIC, NULL),
    TC_DOC (N_("The greatest of its arguments."), "{{ max(1, 2.5) }}", "2.5") },
  { TC_FUNCTION ("min", function_min, TC_EXPR_VARIADIC, NULL),
    TC_DOC (N_("The least of its arguments."), "{{ min(3, 2) }}", "2") },
  { TC_FUNCTION ("parent", function_parent, TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The block of the template above: always an error, Kestra's templates stand alone."), NULL, NULL) },
  { TC_FUNCTION ("printContext", function_print_context, TC_EXPR_UNDECLARED | TC_EXPR_READS_ALL, NULL),
    TC_DOC (N_("A map of all variables."), "{% set a = 1 %}{{ printContext() }}", "{\"a\":1}") },
  { TC_FUNCTION ("range", function_range, 0, range_args),
    TC_DOC (N_("The numbers or letters from start to end."), "{{ range(1, 9, 4) }}", "[1,5,9]") },
  { TC_FUNCTION ("render", function_render, TC_EXPR_READS_ALL, render_args),
    TC_DOC (N_("Renders a value that holds templates itself."), "{{ render(\"{{ 1 + 1 }}\") }}", "2") },
  { TC_FUNCTION ("renderOnce", function_render_once, TC_EXPR_READS_ALL, once_args),
    TC_DOC (N_("Renders a value, in one pass."), "{{ renderOnce(\"{{ 1 + 1 }}\") }}", "2") },
  { { 0 } }
};
