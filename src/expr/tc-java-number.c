/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-java-number.h"
#include "tc-java-decimal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The fewest digits that read back as the same number, without point, and the decimal exponent of the first. */
static void
shortest_digits (double value, gboolean single, char *digits, int *exponent)
{
  char text[40], format[8];
  int  n = 0;

  /* What has few digits shows zeros at the end of fifteen; only near zero are fewer digits exact than that. */
  for (int precision = fabs (value) < 1e-290 || (single && fabs (value) < 1e-35) ? 1 : single ? 5 : 14; precision <= 17; precision++)
    {
      g_snprintf (format, sizeof format, "%%.%de", precision);
      g_ascii_formatd (text, sizeof text, format, value);
      if (single ? (float) g_ascii_strtod (text, NULL) == (float) value : g_ascii_strtod (text, NULL) == value)
        break;
    }
  *exponent = g_ascii_strtoll (strchr (text, 'e') + 1, NULL, 10);
  for (const char *p = text; *p != 'e'; p++)
    if (g_ascii_isdigit (*p))
      digits[n++] = *p;
  while (n > 1 && digits[n - 1] == '0')
    n--;
  digits[n] = 0;
}

static void
append_plain (const char *digits, int exponent, GString *out)
{
  int n = strlen (digits);

  if (exponent < 0)
    {
      g_string_append (out, "0.");
      for (int i = -1; i > exponent; i--)
        g_string_append_c (out, '0');
      g_string_append (out, digits);
      return;
    }
  for (int i = 0; i <= exponent; i++)
    g_string_append_c (out, i < n ? digits[i] : '0');
  g_string_append_c (out, '.');
  g_string_append (out, n > exponent + 1 ? digits + exponent + 1 : "0");
}

static void
append_binary (double value, gboolean single, GString *out)
{
  char digits[32];
  int  exponent;

  if (isnan (value))
    {
      g_string_append (out, "NaN");
      return;
    }
  if (signbit (value))
    g_string_append_c (out, '-');
  value = fabs (value);
  if (isinf (value))
    g_string_append (out, "Infinity");
  else if (value == 0)
    g_string_append (out, "0.0");
  else
    {
      shortest_digits (value, single, digits, &exponent);
      if (value >= 1e-3 && value < 1e7)
        append_plain (digits, exponent, out);
      else
        g_string_append_printf (out, "%c.%sE%d", digits[0], digits[1] ? digits + 1 : "0", exponent);
    }
}

void
tc_java_append_double (double value, GString *out)
{
  append_binary (value, FALSE, out);
}

void
tc_java_append_float (double value, GString *out)
{
  append_binary (value, TRUE, out);
}

gboolean
tc_java_is_decimal (const char *text)
{
  gboolean digits = FALSE;

  if (*text == '+' || *text == '-')
    text++;
  for (; g_ascii_isdigit (*text); text++)
    digits = TRUE;
  if (*text == '.')
    for (text++; g_ascii_isdigit (*text); text++)
      digits = TRUE;
  if (!digits)
    return FALSE;
  if (*text == 'e' || *text == 'E')
    {
      text++;
      if (*text == '+' || *text == '-')
        text++;
      if (!g_ascii_isdigit (*text))
        return FALSE;
      for (int n = 0; g_ascii_isdigit (*text); text++)
        if (++n > 9)
          return FALSE;
    }
  return *text == 0;
}

static gboolean
is_integer (const char *text)
{
  if (*text == '+' || *text == '-')
    text++;
  if (*text == 0)
    return FALSE;
  for (; *text != 0; text++)
    if (!g_ascii_isdigit (*text))
      return FALSE;
  return TRUE;
}

static gboolean
parse_i64 (const char *text, int base, int64_t *value)
{
  char *end;

  errno = 0;
  *value = g_ascii_strtoll (text, &end, base);
  return errno == 0 && *end == 0 && end != text;
}

static TcVal
big_integer (const char *text)
{
  gboolean negative = *text == '-';

  if (*text == '+' || *text == '-')
    text++;
  while (text[0] == '0' && text[1] != 0)
    text++;
  if (negative && strcmp (text, "0") != 0)
    {
      g_autofree char *with_sign = g_strconcat ("-", text, NULL);

      return tc_val_big (TC_VAL_BIG_INT, with_sign);
    }
  return tc_val_big (TC_VAL_BIG_INT, text);
}

static TcVal
integer_of (const char *text)
{
  int64_t value;

  if (!parse_i64 (text, 10, &value))
    return big_integer (text);
  return value == (int32_t) value ? tc_val_int (value) : tc_val_long (value);
}

/* Hexadecimal and octal texts keep their class by size, as createNumber() does. */
static gboolean
parse_radix (const char *text, TcVal *number)
{
  gboolean negative = *text == '-';
  const char *digits = text + (negative || *text == '+');
  int      base = 8;
  int64_t  value;

  if (g_ascii_strncasecmp (digits, "0x", 2) == 0)
    digits += 2, base = 16;
  else if (*digits == '#')
    digits += 1, base = 16;
  if (base == 16 ? !g_ascii_isxdigit (*digits) : !g_ascii_isdigit (*digits))
    return FALSE;
  if (!parse_i64 (digits, base, &value))
    return FALSE;
  value = negative ? -value : value;
  *number = value == (int32_t) value ? tc_val_int (value) : tc_val_long (value);
  return TRUE;
}

static TcVal
big_decimal (const char *text)
{
  g_autofree char *normal = tc_java_decimal_normal (text);

  return tc_val_big (TC_VAL_BIG_DEC, normal != NULL ? normal : text);
}

static TcVal
decimal_of (const char *text)
{
  g_autoptr (GString) as_float = g_string_new (NULL);
  g_autoptr (GString) as_double = g_string_new (NULL);
  double   value = g_ascii_strtod (text, NULL);

  tc_java_append_float (value, as_float);
  tc_java_append_double (value, as_double);
  if (!isinf ((float) value) && !((float) value == 0 && value != 0) && strcmp (as_float->str, as_double->str) == 0)
    return tc_val_float (value);
  if (!isinf (value) && strcspn (text, "eE") <= 17)
    return tc_val_double (value);
  return big_decimal (text);
}

gboolean
tc_java_parse_number (const char *text, TcVal *number)
{
  const char *digits = text + (*text == '-' || *text == '+');
  size_t      n = strlen (text);
  char        suffix = n > 0 ? text[n - 1] : 0;
  g_autofree char *body = NULL;

  if (g_ascii_strncasecmp (digits, "0x", 2) == 0 || *digits == '#')
    return parse_radix (text, number);
  if (*digits == '0' && g_ascii_isdigit (digits[1]) && is_integer (digits))
    return parse_radix (text, number);
  if (suffix != 0 && strchr ("lLfFdD", suffix) != NULL)
    {
      body = g_strndup (text, n - 1);
      return tc_java_parse_as (body, strchr ("lL", suffix) ? "LONG" : strchr ("fF", suffix) ? "FLOAT" : "DOUBLE", number);
    }
  if (is_integer (text))
    *number = integer_of (text);
  else if (tc_java_is_decimal (text))
    *number = decimal_of (text);
  else
    return FALSE;
  return TRUE;
}

gboolean
tc_java_parse_as (const char *text, const char *type, TcVal *number)
{
  int64_t value;

  if (strcmp (type, "INT") == 0 || strcmp (type, "LONG") == 0)
    {
      if (!is_integer (text) || !parse_i64 (text, 10, &value) || (*type == 'I' && value != (int32_t) value))
        return FALSE;
      *number = *type == 'I' ? tc_val_int (value) : tc_val_long (value);
      return TRUE;
    }
  if (strcmp (type, "BIGINTEGER") == 0)
    {
      if (!is_integer (text))
        return FALSE;
      *number = big_integer (text);
      return TRUE;
    }
  if (!tc_java_is_decimal (text))
    return FALSE;
  if (strcmp (type, "BIGDECIMAL") == 0)
    *number = big_decimal (text);
  else if (strcmp (type, "FLOAT") == 0)
    *number = tc_val_float (g_ascii_strtod (text, NULL));
  else if (strcmp (type, "DOUBLE") == 0)
    *number = tc_val_double (g_ascii_strtod (text, NULL));
  else
    return FALSE;
  return TRUE;
}
