/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-java-decimal.h"

#include <string.h>

#define PRECISION 34          /* MathContext.DECIMAL128 */

/* digits · 10^-scale; digits without leading zeros, most significant first; "0" for zero. */
typedef struct
{
  gboolean negative;
  GString *digits;
  int64_t  scale;
} Decimal;

static void
decimal_clear (Decimal *self)
{
  if (self->digits != NULL)
    g_string_free (self->digits, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decimal, decimal_clear)

static void
strip_zeros (GString *digits)
{
  size_t n = strspn (digits->str, "0");

  g_string_erase (digits, 0, MIN (n, digits->len > 0 ? digits->len - 1 : 0));
  if (digits->len == 0)
    g_string_append_c (digits, '0');
}

static gboolean
is_zero (const Decimal *self)
{
  return self->digits->str[0] == '0';
}

static gboolean
decimal_parse (const char *text, Decimal *self)
{
  *self = (Decimal) { *text == '-', g_string_new (NULL), 0 };
  if (*text == '-' || *text == '+')
    text++;
  for (gboolean point = FALSE; *text != 0 && *text != 'e' && *text != 'E'; text++)
    if (*text == '.')
      point = TRUE;
    else if (g_ascii_isdigit (*text))
      {
        g_string_append_c (self->digits, *text);
        self->scale += point;
      }
    else
      return FALSE;
  if (*text != 0)
    self->scale -= g_ascii_strtoll (text + 1, NULL, 10);
  strip_zeros (self->digits);
  return self->digits->len <= TC_EXPR_LIMIT_DIGITS && ABS (self->scale) <= 1000000000;
}

/* Adds zeros so that the scale becomes @scale. */
static gboolean
raise_scale (Decimal *self, int64_t scale)
{
  if (scale - self->scale > TC_EXPR_LIMIT_DIGITS)
    return FALSE;
  if (!is_zero (self))
    for (int64_t i = self->scale; i < scale; i++)
      g_string_append_c (self->digits, '0');
  self->scale = scale;
  return TRUE;
}

static int
compare_digits (const GString *a, const GString *b)
{
  if (a->len != b->len)
    return a->len < b->len ? -1 : 1;
  return strcmp (a->str, b->str);
}

static GString *
add_digits (const GString *a, const GString *b)
{
  size_t   n = MAX (a->len, b->len) + 1;
  GString *sum = g_string_sized_new (n);
  int      carry = 0;

  g_string_set_size (sum, n);
  for (size_t i = 0; i < n; i++)
    {
      int digit = carry + (i < a->len ? a->str[a->len - 1 - i] - '0' : 0) + (i < b->len ? b->str[b->len - 1 - i] - '0' : 0);

      sum->str[n - 1 - i] = '0' + digit % 10;
      carry = digit / 10;
    }
  strip_zeros (sum);
  return sum;
}

/* @a must not be smaller than @b. */
static GString *
subtract_digits (const GString *a, const GString *b)
{
  GString *rest = g_string_new_len (a->str, a->len);
  int      borrow = 0;

  for (size_t i = 0; i < a->len; i++)
    {
      int digit = a->str[a->len - 1 - i] - '0' - borrow - (i < b->len ? b->str[b->len - 1 - i] - '0' : 0);

      borrow = digit < 0;
      rest->str[a->len - 1 - i] = '0' + digit + 10 * borrow;
    }
  strip_zeros (rest);
  return rest;
}

static GString *
multiply_digits (const GString *a, const GString *b)
{
  g_autofree uint32_t *cells = g_new0 (uint32_t, a->len + b->len);
  GString             *product = g_string_new (NULL);
  size_t               n = a->len + b->len;

  for (size_t i = 0; i < a->len; i++)
    for (size_t j = 0; j < b->len; j++)
      cells[i + j + 1] += (a->str[i] - '0') * (b->str[j] - '0');
  for (size_t i = n; i-- > 1;)
    {
      cells[i - 1] += cells[i] / 10;
      cells[i] %= 10;
    }
  for (size_t i = 0; i < n; i++)
    g_string_append_c (product, '0' + cells[i]);
  strip_zeros (product);
  return product;
}

/* Long division: the quotient, and the remainder in @rest. */
static GString *
divide_digits (const GString *a, const GString *b, GString *rest)
{
  GString *quotient = g_string_new (NULL);

  g_string_assign (rest, "0");
  for (size_t i = 0; i < a->len; i++)
    {
      char digit = '0';

      g_string_append_c (rest, a->str[i]);
      strip_zeros (rest);
      while (compare_digits (rest, b) >= 0)
        {
          GString *less = subtract_digits (rest, b);

          g_string_assign (rest, less->str);
          g_string_free (less, TRUE);
          digit++;
        }
      g_string_append_c (quotient, digit);
    }
  strip_zeros (quotient);
  return quotient;
}

/* HALF_EVEN to PRECISION digits; @sticky: something not zero follows the digits. */
static void
round_digits (Decimal *self, gboolean sticky)
{
  size_t   drop = self->digits->len > PRECISION ? self->digits->len - PRECISION : 0;
  char     next;
  gboolean up;

  if (drop == 0)
    return;
  next = self->digits->str[PRECISION];
  sticky |= strspn (self->digits->str + PRECISION + 1, "0") != drop - 1;
  up = next > '5' || (next == '5' && (sticky || (self->digits->str[PRECISION - 1] - '0') % 2 != 0));
  g_string_truncate (self->digits, PRECISION);
  self->scale -= drop;
  if (up)
    {
      GString one = { (char *) "1", 1, 2 };
      GString *sum = add_digits (self->digits, &one);

      g_string_free (self->digits, TRUE);
      self->digits = sum;
      round_digits (self, FALSE);
    }
}

static char *
to_text (const Decimal *self)
{
  GString *out = g_string_new (self->negative && !is_zero (self) ? "-" : NULL);
  int64_t  n = self->digits->len, exponent = n - 1 - self->scale;

  if (self->scale == 0)
    g_string_append (out, self->digits->str);
  else if (self->scale > 0 && exponent >= -6)
    {
      if (n <= self->scale)
        g_string_append (out, "0.");
      for (int64_t i = n; i < self->scale; i++)
        g_string_append_c (out, '0');
      g_string_append_len (out, self->digits->str, MAX (0, n - self->scale));
      if (n > self->scale)
        g_string_append_c (out, '.');
      g_string_append (out, self->digits->str + MAX (0, n - self->scale));
    }
  else
    {
      g_string_append_c (out, self->digits->str[0]);
      if (n > 1)
        g_string_append_printf (out, ".%s", self->digits->str + 1);
      if (exponent != 0)
        g_string_append_printf (out, "E%+" G_GINT64_FORMAT, (gint64) exponent);
    }
  return g_string_free (out, FALSE);
}

static gboolean
add (const Decimal *a, const Decimal *b, gboolean minus, Decimal *result)
{
  gboolean negative = b->negative ^ minus;

  if (a->negative == negative)
    *result = (Decimal) { negative, add_digits (a->digits, b->digits), a->scale };
  else if (compare_digits (a->digits, b->digits) >= 0)
    *result = (Decimal) { a->negative, subtract_digits (a->digits, b->digits), a->scale };
  else
    *result = (Decimal) { negative, subtract_digits (b->digits, a->digits), a->scale };
  return TRUE;
}

/* The quotient to 34 digits; exact ones keep the scale that Java prefers: that of the dividend less that of the divisor. */
static gboolean
divide (Decimal *a, const Decimal *b, Decimal *result)
{
  g_autoptr (GString) rest = g_string_new (NULL);
  int64_t             preferred = a->scale - b->scale, extra = PRECISION + 3 + (int64_t) b->digits->len - (int64_t) a->digits->len;

  for (int64_t i = 0; i < extra; i++)
    g_string_append_c (a->digits, '0');
  strip_zeros (a->digits);
  *result = (Decimal) { a->negative != b->negative, divide_digits (a->digits, b->digits, rest), preferred + MAX (extra, 0) };
  if (rest->str[0] == '0')
    while (result->scale > preferred && g_str_has_suffix (result->digits->str, "0"))
      {
        result->scale--;
        if (result->digits->len == 1)
          continue;
        g_string_truncate (result->digits, result->digits->len - 1);
      }
  round_digits (result, rest->str[0] != '0');
  return TRUE;
}

static gboolean
compute (TcOp op, Decimal *a, Decimal *b, Decimal *result)
{
  int64_t scale = MAX (a->scale, b->scale);

  if (op == TC_OP_MULTIPLY)
    {
      *result = (Decimal) { a->negative != b->negative, multiply_digits (a->digits, b->digits), a->scale + b->scale };
      return TRUE;
    }
  if ((op == TC_OP_DIVIDE || op == TC_OP_MODULUS) && is_zero (b))
    return FALSE;
  if (op == TC_OP_DIVIDE)
    return divide (a, b, result);
  if (!raise_scale (a, scale) || !raise_scale (b, scale))
    return FALSE;
  if (op == TC_OP_ADD || op == TC_OP_SUBTRACT)
    return add (a, b, op == TC_OP_SUBTRACT, result);
  *result = (Decimal) { a->negative, g_string_new (NULL), scale };
  g_string_free (divide_digits (a->digits, b->digits, result->digits), TRUE);
  return TRUE;
}

char *
tc_java_decimal_compute (TcOp op, const char *a, const char *b)
{
  g_auto (Decimal) x = { FALSE, NULL, 0 };
  g_auto (Decimal) y = { FALSE, NULL, 0 };
  g_auto (Decimal) result = { FALSE, NULL, 0 };

  if (!decimal_parse (a, &x) || !decimal_parse (b, &y) || !compute (op, &x, &y, &result)
      || result.digits->len > TC_EXPR_LIMIT_DIGITS)
    return NULL;
  return to_text (&result);
}

char *
tc_java_decimal_normal (const char *text)
{
  g_auto (Decimal) value = { FALSE, NULL, 0 };

  return decimal_parse (text, &value) ? to_text (&value) : NULL;
}

void
tc_java_append_plain_decimal (const char *text, GString *out)
{
  g_auto (Decimal) value = { FALSE, NULL, 0 };
  int64_t n;

  if (strpbrk (text, "eE") == NULL || !decimal_parse (text, &value) || ABS (value.scale) > TC_EXPR_LIMIT_DIGITS)
    {
      g_string_append (out, text);
      return;
    }
  n = value.digits->len;
  if (value.negative && !is_zero (&value))
    g_string_append_c (out, '-');
  if (n <= value.scale)
    {
      g_string_append (out, "0.");
      for (int64_t i = n; i < value.scale; i++)
        g_string_append_c (out, '0');
      g_string_append (out, value.digits->str);
      return;
    }
  g_string_append_len (out, value.digits->str, n - MAX (value.scale, 0));
  for (int64_t i = value.scale; i < 0; i++)
    g_string_append_c (out, '0');
  if (value.scale > 0)
    g_string_append_printf (out, ".%s", value.digits->str + n - value.scale);
}
