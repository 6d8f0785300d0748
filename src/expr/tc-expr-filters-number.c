/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tc-java-decimal.h"
#include "tc-java-number.h"

static gboolean
filter_abs (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  if (input->type == TC_VAL_NULL)
    return tc_render_fail (render, "Can not pass null value to \"abs\" filter.");
  switch ((TcValType) input->type)
    {
    case TC_VAL_INT:
      *result = tc_val_int (input->i < 0 ? (int32_t) (0 - (uint32_t) input->i) : input->i);
      return TRUE;
    case TC_VAL_LONG:
      *result = tc_val_long (input->i < 0 ? (int64_t) (0 - (uint64_t) input->i) : input->i);
      return TRUE;
    case TC_VAL_FLOAT:
      *result = tc_val_float (fabs (input->d));
      return TRUE;
    case TC_VAL_DOUBLE:
      *result = tc_val_double (fabs (input->d));
      return TRUE;
    case TC_VAL_BIG_INT:
    case TC_VAL_BIG_DEC:
      {
        const char *text = tc_val_text (input, NULL);

        *result = tc_val_big (input->type, text + (*text == '-'));
        return TRUE;
      }
    default:
      return tc_render_fail (render, "The 'abs' filter does require as input a number.");
    }
}

static gboolean
filter_class_name (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  *result = tc_val_str (tc_val_class_name (input));
  return TRUE;
}

static gboolean
filter_number (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  const char *text;
  gboolean    ok;

  if (!tc_val_is_text (input))
    return tc_render_fail (render, "'number' filter can only be applied to String. Actual type was: %s", tc_val_class_name (input));
  text = tc_val_text (input, NULL);
  if (strlen (text) > TC_EXPR_LIMIT_DIGITS)
    return tc_render_fail_code (render, TC_EXPR_ERROR_LIMIT, "The number has more than %d digits (TC_EXPR_LIMIT_DIGITS)",
                                TC_EXPR_LIMIT_DIGITS);
  ok = args[0].type == TC_VAL_NULL ? tc_java_parse_number (text, result)
                                   : tc_java_parse_as (text, tc_val_text (&args[0], NULL), result);
  return ok || tc_render_fail (render, "NumberFormatException: “%.200s” is not a valid number", text);
}

static gboolean
filter_number_format (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  const char *pattern = args[0].type == TC_VAL_NULL ? "#,##0.###" : tc_val_text (&args[0], NULL);
  char       *text;

  if (!tc_val_is_number (input))
    return tc_render_fail (render, "The input for the 'NumberFormat' filter has to be a number.");
  text = tc_java_format_number (pattern, input);
  if (text == NULL)
    return tc_render_fail (render, "Malformed pattern \"%s\"", pattern);
  return tc_render_take_text (render, text, result);
}

static gboolean
filter_string (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  const char *text;
  char       *normal;

  if (tc_val_is_number (input))
    return tc_render_string (render, tc_render_to_text (input), result);
  if (!tc_val_is_text (input))
    return tc_render_fail (render, "The 'string' filter expects a Number or a String. Actual type was: %s", tc_val_class_name (input));
  text = tc_val_text (input, NULL);
  normal = tc_java_is_decimal (text) ? tc_java_decimal_normal (text) : NULL;
  if (normal == NULL)
    return tc_render_fail (render, "The 'string' filter expects a valid number, got “%.200s”", text);
  return tc_render_take_text (render, normal, result);
}

static const TcExprArg number_args[] = {
  { "type", TC_EXPR_STRING, 0, NULL, N_("`INT`, `LONG`, `FLOAT`, `DOUBLE`, `BIGINTEGER` or `BIGDECIMAL`; else the smallest that fits.") },
  { 0 }
};
static const TcExprArg format_args[] = {
  { "format", TC_EXPR_STRING, 0, NULL, N_("A pattern such as `#,##0.00`.") }, { 0 }
};

const TcCallable tc_filters_number[] = {
  { TC_FILTER ("abs", filter_abs, TC_EXPR_UNDECLARED, NULL), TC_DOC (N_("The number without its sign."), "{{ -7 | abs }}", "7") },
  { TC_FILTER ("className", filter_class_name, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The Java class of a value, for debugging."), "{{ 1 | className }}", "java.lang.Long") },
  { TC_FILTER ("number", filter_number, TC_EXPR_NULL_IS_NULL, number_args),
    TC_DOC (N_("Reads a text as a number."), "{{ \"12\" | number + 1 }}", "13") },
  { TC_FILTER ("numberFormat", filter_number_format, TC_EXPR_NULL_IS_NULL, format_args),
    TC_DOC (N_("Writes a number by a pattern."), "{{ 1234567.891 | numberFormat(\"#,##0.00\") }}", "1,234,567.89") },
  { TC_FILTER ("string", filter_string, TC_EXPR_NULL_IS_NULL | TC_EXPR_UNDECLARED, NULL), .entry.since = "1.0",
    TC_DOC (N_("A number as text."), "{{ 123 | string }}", "123") },
  { { 0 } }
};
