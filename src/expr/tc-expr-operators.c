/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-render.h"

#include <math.h>
#include <string.h>

#include "tc-java-decimal.h"

static const char *
operation_name (TcOp op)
{
  switch (op)
    {
    case TC_OP_ADD: return "addition";
    case TC_OP_SUBTRACT: return "subtraction";
    case TC_OP_MULTIPLY: return "multiplication";
    case TC_OP_DIVIDE: return "division";
    case TC_OP_EQUAL: return "equals comparison";
    case TC_OP_NOT_EQUAL: return "not equals comparison";
    case TC_OP_GREATER: return "greater than comparison";
    case TC_OP_GREATER_EQUAL: return "greater than or equals comparison";
    case TC_OP_LESS_EQUAL: return "less than or equals comparison";
    default: return "greater modulus";
    }
}

static gboolean
cannot (TcRender *self, TcOp op, const TcVal *a, const TcVal *b)
{
  return tc_render_fail (self, "Could not perform %s of %s and %s", operation_name (op), tc_val_class_name (a),
                         tc_val_class_name (b));
}

/* Pebble takes numeric texts in arithmetic; both texts become numbers as createNumber() reads a decimal. */
static gboolean
operand (const TcVal *value, TcVal *number)
{
  char *end;

  if (tc_val_is_number (value))
    {
      *number = tc_val_ref (value);
      return TRUE;
    }
  if (value->type == TC_VAL_STRING && tc_value_length (value->value) > 0 && tc_value_length (value->value) < 400)
    {
      const char *text = tc_val_text (value, NULL);
      int64_t     integer = g_ascii_strtoll (text, &end, 10);

      if (strspn (text, "+-0123456789.eE") != strlen (text))
        return FALSE;
      if (*end == 0 && strlen (text) < 19)
        *number = tc_val_long (integer);
      else
        *number = tc_val_double (g_ascii_strtod (text, &end));
      return *end == 0 && end != text;
    }
  return FALSE;
}

static gboolean
integer_result (TcRender *self, TcOp op, const TcVal *a, const TcVal *b, TcVal *result)
{
  gboolean narrow = a->type == TC_VAL_INT && b->type == TC_VAL_INT;
  uint64_t x = a->i, y = b->i, value;

  if ((op == TC_OP_DIVIDE || op == TC_OP_MODULUS) && y == 0)
    return tc_render_fail (self, "Could not perform %s: / by zero", operation_name (op));
  switch (op)
    {
    case TC_OP_ADD:
      value = x + y;
      break;
    case TC_OP_SUBTRACT:
      value = x - y;
      break;
    case TC_OP_MULTIPLY:
      value = x * y;
      break;
    case TC_OP_DIVIDE:
      value = b->i == -1 ? 0 - x : (uint64_t) (a->i / b->i);
      break;
    default:
      value = b->i == -1 ? 0 : (uint64_t) (a->i % b->i);
      break;
    }
  *result = tc_val_long (narrow ? (int64_t) (int32_t) (uint32_t) value : (int64_t) value);
  return TRUE;
}

static double
binary_result (TcOp op, double x, double y)
{
  switch (op)
    {
    case TC_OP_ADD: return x + y;
    case TC_OP_SUBTRACT: return x - y;
    case TC_OP_MULTIPLY: return x * y;
    case TC_OP_DIVIDE: return x / y;
    default: return fmod (x, y);
    }
}

/* Pebble takes each operand as a double first. */
static gboolean
decimal_result (TcRender *self, TcOp op, const TcVal *a, const TcVal *b, TcVal *result)
{
  TcVal               p = tc_val_double (tc_val_number (a)), q = tc_val_double (tc_val_number (b));
  g_autoptr (GString) x = tc_render_to_text (&p);
  g_autoptr (GString) y = tc_render_to_text (&q);
  g_autofree char    *text = tc_java_decimal_compute (op, x->str, y->str);

  if (text == NULL)
    return tc_render_fail (self, "Could not perform %s: division by zero, or more than %d digits (TC_EXPR_LIMIT_DIGITS)",
                           operation_name (op), TC_EXPR_LIMIT_DIGITS);
  *result = tc_val_big (TC_VAL_BIG_DEC, text);
  return tc_render_steps (self, x->len + y->len) && tc_render_bytes (self, strlen (text));
}

/* BigInteger.longValue(): the lowest 64 bits. */
static void
narrow_big (TcVal *value)
{
  uint64_t    bits = 0;
  const char *digits;

  if (value->type != TC_VAL_BIG_INT)
    return;
  digits = tc_val_text (value, NULL);
  for (const char *p = digits; *p != 0; p++)
    if (g_ascii_isdigit (*p))
      bits = bits * 10 + (*p - '0');
  if (*digits == '-')
    bits = 0 - bits;
  tc_val_clear (value);
  *value = tc_val_long ((int64_t) bits);
}

gboolean
tc_op_arithmetic (TcRender *self, TcOp op, const TcVal *a, const TcVal *b, TcVal *result)
{
  g_auto (TcVal) x = TC_VAL_INIT;
  g_auto (TcVal) y = TC_VAL_INIT;

  if (!operand (a, &x) || !operand (b, &y))
    return cannot (self, op, a, b);
  if (x.type == TC_VAL_BIG_DEC || y.type == TC_VAL_BIG_DEC)
    return decimal_result (self, op, &x, &y, result);
  if (x.type == TC_VAL_DOUBLE || y.type == TC_VAL_DOUBLE)
    *result = tc_val_double (binary_result (op, tc_val_number (&x), tc_val_number (&y)));
  else if (x.type == TC_VAL_FLOAT || y.type == TC_VAL_FLOAT)
    *result = tc_val_float (binary_result (op, (float) tc_val_number (&x), (float) tc_val_number (&y)));
  else
    {
      narrow_big (&x);
      narrow_big (&y);
      return integer_result (self, op, &x, &y, result);
    }
  return TRUE;
}

static gboolean
add_items (TcRender *self, TcVal *list, const TcVal *items)
{
  size_t n = tc_val_length (items);

  if (!tc_render_steps (self, n) || !tc_render_bytes (self, n * sizeof (TcVal)))
    return FALSE;
  for (size_t i = 0; i < n; i++)
    {
      g_auto (TcVal) item = tc_val_item (items, i);

      if (!tc_val_append (list, tc_val_snapshot (&item)))
        return tc_render_too_deep (self);
    }
  return TRUE;
}

/* Pebble adds to the list itself: the variable that holds it sees the new items. */
static gboolean
list_plus (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result)
{
  g_auto (TcVal) list = tc_render_own_list (self, a);

  if (tc_val_is_sequence (b) && b->type != TC_VAL_ARRAY)
    {
      if (!add_items (self, &list, b))
        return FALSE;
    }
  else if (!tc_render_steps (self, tc_val_depth (b) > 0 ? 1 + tc_val_length (b) : 1) || !tc_val_append (&list, tc_val_snapshot (b)))
    return self->failure.code >= 0 ? FALSE : tc_render_too_deep (self);
  *result = tc_val_steal (&list);
  return TRUE;
}

static void
remove_item (TcVal *list, const TcVal *item, gboolean all)
{
  TcBox *box = list->box;
  size_t kept = 0;
  gboolean done = FALSE;

  for (size_t i = 0; i < box->n; i++)
    if ((all || !done) && tc_val_equals (&box->items[i], item))
      {
        tc_val_clear (&box->items[i]);
        done = TRUE;
      }
    else
      box->items[kept++] = box->items[i];
  box->n = kept;
}

static gboolean
list_minus (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result)
{
  g_auto (TcVal) list = tc_render_own_list (self, a);
  size_t         n = tc_val_is_sequence (b) ? tc_val_length (b) : 1;

  if (!tc_render_steps (self, n * tc_val_length (&list)))
    return FALSE;
  if (tc_val_is_sequence (b))
    {
      g_auto (TcVal) items = tc_val_snapshot (b);

      for (size_t i = 0; i < n; i++)
        {
          g_auto (TcVal) item = tc_val_item (&items, i);

          remove_item (&list, &item, TRUE);
        }
    }
  else
    remove_item (&list, b, FALSE);
  *result = tc_val_steal (&list);
  return TRUE;
}

gboolean
tc_op_add (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result)
{
  GString *text;

  if (a->type == TC_VAL_STRING || b->type == TC_VAL_STRING || a->type == TC_VAL_SAFE || b->type == TC_VAL_SAFE)
    {
      text = tc_render_to_text (a);
      tc_val_to_java (b, text);
      return tc_render_string (self, text, result);
    }
  if (a->type == TC_VAL_LIST)
    return list_plus (self, a, b, result);
  return tc_op_arithmetic (self, TC_OP_ADD, a, b, result);
}

gboolean
tc_op_equal (const TcVal *a, const TcVal *b)
{
  if (tc_val_is_number (a) && tc_val_is_number (b))
    return tc_val_number (a) == tc_val_number (b);
  return tc_val_equals (a, b);
}

/* Order of UTF-16 units: surrogates sort below U+E000, unlike in UTF-8. */
int
tc_val_compare_utf16 (const TcVal *a, const TcVal *b)
{
  const char *x = tc_val_text (a, NULL), *y = tc_val_text (b, NULL);
  gunichar    c, d;

  for (; *x != 0 && *x == *y; x++, y++)
    ;
  while ((*x & 0xC0) == 0x80 || (*y & 0xC0) == 0x80)
    x--, y--;
  c = g_utf8_get_char (x);
  d = g_utf8_get_char (y);
  if ((c > 0xFFFF) != (d > 0xFFFF))
    {
      c = c > 0xFFFF ? 0xD800 : c;
      d = d > 0xFFFF ? 0xD800 : d;
    }
  return c < d ? -1 : c > d;
}

static gboolean
compare (TcRender *self, TcOp op, const TcVal *a, const TcVal *b, TcVal *result)
{
  gboolean less, equal;

  *result = tc_val_bool (FALSE);
  if (a->type == TC_VAL_NULL || b->type == TC_VAL_NULL)
    return TRUE;
  if (tc_val_is_text (a) && tc_val_is_text (b))
    {
      int order = tc_val_compare_utf16 (a, b);

      less = order < 0;
      equal = order == 0;
    }
  else if (tc_val_is_number (a) && tc_val_is_number (b))
    {
      double x = tc_val_number (a), y = tc_val_number (b);

      if (isnan (x) || isnan (y))
        return TRUE;
      less = x < y;
      equal = x == y;
    }
  else
    return cannot (self, op, a, b);
  *result = tc_val_bool (op == TC_OP_LESS ? less : op == TC_OP_LESS_EQUAL ? less || equal
                         : op == TC_OP_GREATER ? !less && !equal : !less);
  return TRUE;
}

static gboolean
sequence_has (const TcVal *list, const TcVal *item)
{
  for (size_t i = 0; i < tc_val_length (list); i++)
    {
      g_auto (TcVal) other = tc_val_item (list, i);

      if (tc_val_equals (&other, item))
        return TRUE;
    }
  return FALSE;
}

static gboolean
text_contains (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result)
{
  g_autoptr (GString) part = tc_render_to_text (b);
  size_t      length;
  const char *text = tc_val_text (a, &length);

  *result = tc_val_bool (part->len == 0 || memmem (text, length, part->str, part->len) != NULL);
  return tc_render_steps (self, length / 64);
}

gboolean
tc_op_contains (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result)
{
  gboolean all = TRUE;

  *result = tc_val_bool (FALSE);
  if (a->type == TC_VAL_NULL)
    return TRUE;
  if (a->type == TC_VAL_MAP)
    {
      TcVal item = TC_VAL_INIT;

      *result = tc_val_bool (tc_val_get (a, b, &item));
      tc_val_clear (&item);
      return TRUE;
    }
  if (tc_val_is_text (a) && a->type != TC_VAL_CHAR)
    return text_contains (self, a, b, result);
  if (!tc_val_is_sequence (a))
    return tc_render_fail (self, "Contains operator can only be used on Collections, Maps and arrays. Actual type was: %s",
                           tc_val_class_name (a));
  if (!tc_render_steps (self, tc_val_length (a) * (tc_val_is_sequence (b) ? tc_val_length (b) : 1)))
    return FALSE;
  if (!tc_val_is_sequence (b))
    all = sequence_has (a, b);
  else
    for (size_t i = 0; all && i < tc_val_length (b); i++)
      {
        g_auto (TcVal) item = tc_val_item (b, i);

        all = sequence_has (a, &item);
      }
  *result = tc_val_bool (all);
  return TRUE;
}

static gboolean
same_text (const TcVal *a, const char *text)
{
  g_autoptr (GString) other = tc_render_to_text (a);

  return strcmp (other->str, text) == 0;
}

static gboolean
is_in (TcRender *self, const TcVal *a, const TcVal *b, TcVal *result)
{
  g_autoptr (GString) text = tc_render_to_text (a);
  gboolean            found = FALSE;

  if (a->type != TC_VAL_NULL && (tc_val_is_sequence (b) || b->type == TC_VAL_MAP))
    for (size_t i = 0; !found && i < tc_val_length (b); i++)
      {
        g_auto (TcVal) item = tc_val_item (b, i);
        g_auto (TcVal) key = b->type == TC_VAL_MAP ? tc_val_key (b, i) : tc_val_none;

        found = same_text (&item, text->str) || (b->type == TC_VAL_MAP && same_text (&key, text->str));
      }
  *result = tc_val_bool (found);
  return tc_render_steps (self, tc_val_is_sequence (b) ? tc_val_length (b) : 1);
}

static gboolean
range_end (const TcVal *value, gboolean *is_char, int64_t *position)
{
  *is_char = tc_val_is_text (value);
  if (*is_char)
    {
      const char *text = tc_val_text (value, NULL);

      *position = g_utf8_get_char (text);
      return g_utf8_strlen (text, -1) == 1 && *position < 0x10000;
    }
  if (!tc_val_is_number (value))
    return FALSE;
  *position = tc_val_is_integer (value) ? value->i : (int64_t) CLAMP (tc_val_number (value), -9.2e18, 9.2e18);
  return TRUE;
}

gboolean
tc_op_range (TcRender *self, const TcVal *a, const TcVal *b, const TcVal *step, TcVal *result)
{
  g_auto (TcVal) list = TC_VAL_INIT;
  int64_t        from, to, by = tc_val_is_integer (step) ? step->i : (int64_t) tc_val_number (step);
  gboolean       chars, chars_too;
  uint64_t       n;

  if (!range_end (a, &chars, &from) || !range_end (b, &chars_too, &to) || chars != chars_too)
    return tc_render_fail (self, "Arguments of range function must be of type Number or String with a length of 1");
  if (by == 0)
    return tc_render_fail (self, "Step of range function must not be 0");
  n = by > 0 ? (from > to ? 0 : ((uint64_t) to - (uint64_t) from) / by + 1)
             : (from < to ? 0 : ((uint64_t) from - (uint64_t) to) / (0 - (uint64_t) by) + 1);
  if (!tc_render_steps (self, MAX (n, n * 2)) || !tc_render_bytes (self, n * sizeof (TcVal)))
    return FALSE;
  list = tc_val_container (TC_VAL_LIST, n);
  for (uint64_t i = 0; i < n; i++)
    {
      int64_t item = (int64_t) ((uint64_t) from + i * (uint64_t) by);

      tc_val_append (&list, chars ? tc_val_char (item) : tc_val_long (item));
    }
  *result = tc_val_steal (&list);
  return TRUE;
}

static gboolean
unary (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) value = TC_VAL_INIT;
  TcVal          factor = tc_val_long (node->op == TC_OP_MINUS ? -1 : 1);
  gboolean       truth;

  if (!tc_render_eval (self, node->children[0], &value))
    return FALSE;
  if (node->op != TC_OP_NOT)
    {
      if (value.type == TC_VAL_INT)
        factor = tc_val_int (factor.i);
      if (tc_val_is_number (&value) || value.type == TC_VAL_STRING)
        return tc_op_arithmetic (self, TC_OP_MULTIPLY, &factor, &value, result);
      return tc_render_fail (self, "invalid operands for mathematical operation [%s]", node->op == TC_OP_MINUS ? "-" : "+");
    }
  if (value.type == TC_VAL_NULL)
    return tc_render_fail (self, "null value given to not() and strict variables is set to true");
  if (!tc_render_truth (self, &value, &truth))
    return tc_render_fail (self, "Unsupported value type %s. Expected Boolean, String, Number.", tc_val_class_name (&value));
  *result = tc_val_bool (!truth);
  return TRUE;
}

static gboolean
logic_operand (TcRender *self, const TcNode *node, gboolean *truth)
{
  g_auto (TcVal) value = TC_VAL_INIT;

  if (!tc_render_eval (self, node, &value))
    return FALSE;
  if (value.type == TC_VAL_NULL)
    return tc_render_fail (self, "null value used in and operator and strict variables is set to true");
  return tc_render_truth (self, &value, truth);
}

static gboolean
logic (TcRender *self, const TcNode *node, TcVal *result)
{
  gboolean truth;

  if (!logic_operand (self, node->children[0], &truth))
    return FALSE;
  if (truth == (node->op == TC_OP_AND) && !logic_operand (self, node->children[1], &truth))
    return FALSE;
  *result = tc_val_bool (truth);
  return TRUE;
}

static gboolean
coalesce (TcRender *self, const TcNode *node, TcVal *result)
{
  if (tc_render_eval (self, node->children[0], result))
    {
      if (result->type != TC_VAL_NULL || node->op == TC_OP_UNDEFINED_COALESCE)
        return TRUE;
    }
  else if (self->failure.code != TC_EXPR_ERROR_UNDEFINED)
    return FALSE;
  tc_render_forgive (self);
  return tc_render_eval (self, node->children[1], result);
}

static gboolean
apply (TcRender *self, TcOp op, const TcVal *a, const TcVal *b, TcVal *result)
{
  TcVal one = tc_val_long (1);

  switch (op)
    {
    case TC_OP_CONTAINS:
      return tc_op_contains (self, a, b, result);
    case TC_OP_EQUAL:
    case TC_OP_NOT_EQUAL:
      *result = tc_val_bool (tc_op_equal (a, b) == (op == TC_OP_EQUAL));
      return TRUE;
    case TC_OP_GREATER:
    case TC_OP_GREATER_EQUAL:
    case TC_OP_LESS:
    case TC_OP_LESS_EQUAL:
      return compare (self, op, a, b, result);
    case TC_OP_ADD:
      return tc_op_add (self, a, b, result);
    case TC_OP_SUBTRACT:
      return a->type == TC_VAL_LIST ? list_minus (self, a, b, result) : tc_op_arithmetic (self, op, a, b, result);
    case TC_OP_RANGE:
      return tc_op_range (self, a, b, &one, result);
    case TC_OP_IN:
      return is_in (self, a, b, result);
    default:
      return tc_op_arithmetic (self, op, a, b, result);
    }
}

/* Pebble's arithmetic and equality hide that a name was not found: nothing catches it after them. */
static gboolean
wraps_undefined (TcOp op)
{
  return op == TC_OP_EQUAL || op == TC_OP_NOT_EQUAL || (op >= TC_OP_ADD && op <= TC_OP_MODULUS);
}

gboolean
tc_render_operator (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) a = TC_VAL_INIT;
  g_auto (TcVal) b = TC_VAL_INIT;

  if (node->type == TC_NODE_UNARY)
    return unary (self, node, result);
  if (node->op == TC_OP_AND || node->op == TC_OP_OR)
    return logic (self, node, result);
  if (node->op == TC_OP_COALESCE || node->op == TC_OP_UNDEFINED_COALESCE)
    return coalesce (self, node, result);
  if (tc_render_eval (self, node->children[0], &a) && tc_render_eval (self, node->children[1], &b))
    return apply (self, node->op, &a, &b, result);
  if (self->failure.code == TC_EXPR_ERROR_UNDEFINED && wraps_undefined (node->op))
    {
      g_autoptr (GError) cause = tc_render_error (self);

      return tc_render_fail (self, "Could not perform %s: %s", operation_name (node->op), cause->message);
    }
  return FALSE;
}
