/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The digits of a finite number without sign and point, and the power of ten of the first: 12.5 is "125" and 1. */
typedef struct
{
  char digits[24];
  int  exponent;
} Decimal;

static gboolean
reads_back (const char *text,
            double      number,
            gboolean    single)
{
  double read = g_ascii_strtod (text, NULL);

  return single ? (float) read == (float) number : read == number;
}

/* The shortest digits that read back as the same number. Normal numbers hold 15 (float: 6) exact digits, so the shorter forms come out of
 * that length by dropping zeros; subnormal ones may need fewer, but Java shows two at least. */
static Decimal
shortest (double   number,
          gboolean single)
{
  gboolean normal = fabs (number) >= (single ? (double) FLT_MIN : DBL_MIN);
  int most = single ? 9 : 17;
  char text[40];
  Decimal decimal = { .exponent = 0 };
  size_t n = 0;
  const char *c;

  for (int digits = normal ? (single ? 6 : 15) : 2; digits <= most; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%de", digits - 1);
      g_ascii_formatd (text, sizeof text, format, number);
      if (reads_back (text, number, single))
        break;
    }
  for (c = text; *c != 'e'; c++)
    if (g_ascii_isdigit (*c))
      decimal.digits[n++] = *c;
  while (n > 1 && decimal.digits[n - 1] == '0')
    n--;
  decimal.digits[n] = '\0';
  decimal.exponent = (int) g_ascii_strtoll (c + 1, NULL, 10);
  return decimal;
}

/* java.lang.Double.toString: plain from 10^-3 to below 10^7, else d.dddE±n; at least one digit after the point. */
static char *
format_java (double   number,
             gboolean single)
{
  GString *out;
  Decimal decimal;
  int n;

  if (isnan (number))
    return g_strdup ("NaN");
  if (isinf (number))
    return g_strdup (number > 0 ? "Infinity" : "-Infinity");
  out = g_string_new (signbit (number) ? "-" : "");
  if (number == 0)
    return g_string_free (g_string_append (out, "0.0"), FALSE);
  decimal = shortest (fabs (number), single);
  n = (int) strlen (decimal.digits);
  if (decimal.exponent < -3 || decimal.exponent >= 7)
    g_string_append_printf (out, "%c.%sE%d", decimal.digits[0], n > 1 ? decimal.digits + 1 : "0", decimal.exponent);
  else if (decimal.exponent < 0)
    g_string_append_printf (out, "0.%.*s%s", -decimal.exponent - 1, "00", decimal.digits);
  else
    {
      int whole = decimal.exponent + 1;

      for (int i = 0; i < whole; i++)
        g_string_append_c (out, i < n ? decimal.digits[i] : '0');
      g_string_append_printf (out, ".%s", n > whole ? decimal.digits + whole : "0");
    }
  return g_string_free (out, FALSE);
}

char *
tc_double_format (double number)
{
  return format_java (number, FALSE);
}

char *
tc_float_format (float number)
{
  return format_java (number, TRUE);
}
