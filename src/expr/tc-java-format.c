/* SPDX-License-Identifier: GPL-3.0-or-later */
/* java.text.DecimalFormat: patterns of `0 # . , % ‰ E ; '`, rounded HALF_EVEN on the exact value, English symbols. */
#include "config.h"
#include "tc-java-number.h"

#include <math.h>
#include <string.h>

#define MOST_DIGITS 340

typedef struct
{
  GString *prefix, *suffix;     /* of positive numbers */
  GString *negative_prefix, *negative_suffix;
  gboolean has_negative;
  int      min_integer, max_integer, min_fraction, max_fraction, grouping, min_exponent;
  int      shift;               /* 2: per cent, 3: per mille */
  gboolean point;               /* always shown: the pattern ends with it */
} Format;

/* An affix up to the next character of the number part; quotes are taken off. */
static const char *
read_affix (const char *p, GString *affix, int *shift)
{
  gboolean quoted = FALSE;

  for (; *p != 0; p++)
    {
      if (*p == '\'' && p[1] == '\'')
        g_string_append_c (affix, *p++);
      else if (*p == '\'')
        quoted = !quoted;
      else if (!quoted && strchr ("#0,.;", *p) != NULL)
        break;
      else
        {
          if (!quoted && *p == '%')
            *shift = 2;
          else if (!quoted && g_str_has_prefix (p, "‰"))
            *shift = 3;
          g_string_append_c (affix, *p);
        }
    }
  return quoted ? NULL : p;
}

static const char *
read_digits (const char *p, Format *self)
{
  int      hashes = 0, zeros = 0, group = -1;
  gboolean fraction = FALSE;

  for (;; p++)
    {
      if (*p == '#' || *p == '0')
        {
          if (fraction)
            {
              self->max_fraction++;
              if (*p == '0' && self->min_fraction + 1 != self->max_fraction)
                return NULL;
              self->min_fraction += *p == '0';
              continue;
            }
          if (*p == '#' && zeros > 0)
            return NULL;
          hashes += *p == '#';
          zeros += *p == '0';
          group += group >= 0;
        }
      else if (*p == ',' && !fraction)
        group = 0;
      else if (*p == '.' && !fraction)
        fraction = TRUE;
      else
        break;
    }
  self->min_integer = zeros;
  self->max_integer = hashes + zeros;
  self->grouping = MAX (group, 0);
  self->point = fraction && self->max_fraction == 0;
  /* A pattern of `#` alone shows one digit: before the point if it may stand there. */
  if (fraction && zeros == 0 && self->min_fraction == 0)
    {
      self->min_integer = hashes > 0;
      self->min_fraction = hashes == 0 && self->max_fraction > 0;
    }
  if (group == 0)
    return NULL;
  if (*p == 'E')
    {
      for (p++; *p == '0'; p++)
        self->min_exponent++;
      if (self->min_exponent == 0)
        return NULL;
    }
  return p;
}

static gboolean
read_format (const char *pattern, Format *self)
{
  const char *p = read_affix (pattern, self->prefix, &self->shift);
  Format      ignored = { 0 };

  if (p == NULL || (p = read_digits (p, self)) == NULL || (p = read_affix (p, self->suffix, &self->shift)) == NULL)
    return FALSE;
  if (*p == 0)
    return self->max_integer + self->max_fraction > 0 || *pattern == 0;
  if (*p != ';')
    return FALSE;
  self->has_negative = TRUE;
  p = read_affix (p + 1, self->negative_prefix, &ignored.shift);
  p = p != NULL ? read_digits (p, &ignored) : NULL;
  p = p != NULL ? read_affix (p, self->negative_suffix, &ignored.shift) : NULL;
  return p != NULL && *p == 0;
}

/* The absolute value as decimal digits, rounded to @places after the point. */
static char *
decimal_digits (const TcVal *number, int shift, int places)
{
  double value = fabs (tc_val_number (number));
  char  *buffer;

  /* Whole numbers beyond 2^53 keep all their digits. */
  if (tc_val_is_integer (number) && shift == 0)
    {
      uint64_t magnitude = number->i < 0 ? 0 - (uint64_t) number->i : (uint64_t) number->i;

      return places > 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT ".%0*d", (guint64) magnitude, places, 0)
                        : g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) magnitude);
    }
  if (shift > 0)
    value *= shift == 2 ? 100 : 1000;
  /* The locale may set another point. */
  buffer = g_strdup_printf ("%.*f", places, value);
  return g_strdelimit (buffer, ",", '.');
}

static void
append_grouped (GString *out, const char *digits, int n, int grouping)
{
  for (int i = 0; i < n; i++)
    {
      if (i > 0 && grouping > 0 && (n - i) % grouping == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, digits[i]);
    }
}

static void
append_fixed (const Format *self, const TcVal *number, GString *out)
{
  g_autofree char    *digits = decimal_digits (number, self->shift, self->max_fraction);
  char               *point = strchr (digits, '.');
  g_autoptr (GString) integer = g_string_new_len (digits, point != NULL ? point - digits : (gssize) strlen (digits));
  int                 fraction = point != NULL ? strlen (point + 1) : 0;

  while (fraction > self->min_fraction && point[fraction] == '0')
    fraction--;
  if (integer->len == 1 && integer->str[0] == '0' && self->min_integer == 0 && (fraction > 0 || self->max_integer > 0))
    g_string_truncate (integer, 0);
  while ((int) integer->len < self->min_integer)
    g_string_prepend_c (integer, '0');
  if (integer->len == 0 && fraction == 0)
    g_string_append_c (integer, '0');
  append_grouped (out, integer->str, integer->len, self->grouping);
  if (fraction > 0 || self->point)
    g_string_append_c (out, '.');
  if (fraction > 0)
    g_string_append_len (out, point + 1, fraction);
}

/* Scientific: `00.###E0` keeps two digits before the point, `##0.##E0` makes the exponent a multiple of three; both show as many
 * digits as the pattern has places. */
static void
append_scientific (const Format *self, const TcVal *number, GString *out)
{
  double   value = fabs (tc_val_number (number));
  int      significant = CLAMP (self->max_integer + self->max_fraction, 1, 40), multiple = self->max_integer, whole = self->min_integer;
  char     digits[64];
  int      exponent, n;

  g_snprintf (digits, sizeof digits, "%.*e", significant - 1, value);
  exponent = value == 0 ? 0 : (int) g_ascii_strtoll (strchr (digits, 'e') + 1, NULL, 10);
  if (multiple > self->min_integer && multiple > 1)
    whole = ((exponent % multiple) + multiple) % multiple + 1;
  whole = MAX (whole, 1);
  exponent = value == 0 ? 0 : exponent - (whole - 1);
  n = 0;
  for (char *p = digits; *p != 'e'; p++)
    if (g_ascii_isdigit (*p))
      digits[n++] = *p;
  while (n < whole)
    digits[n++] = '0';
  g_string_append_len (out, digits, whole);
  while (n > whole + self->min_fraction && digits[n - 1] == '0')
    n--;
  if (n > whole)
    {
      g_string_append_c (out, '.');
      g_string_append_len (out, digits + whole, n - whole);
    }
  g_string_append_printf (out, "E%s%0*d", exponent < 0 ? "-" : "", self->min_exponent, ABS (exponent));
}

static void
append_number (const Format *self, const TcVal *number, GString *out)
{
  double   value = tc_val_number (number);
  gboolean negative = signbit (value) && !isnan (value);

  if (negative && !self->has_negative)
    g_string_append_c (out, '-');
  g_string_append (out, negative && self->has_negative ? self->negative_prefix->str : self->prefix->str);
  if (isnan (value))
    g_string_append (out, "NaN");
  else if (isinf (value))
    g_string_append (out, "∞");
  else if (self->min_exponent > 0)
    append_scientific (self, number, out);
  else
    append_fixed (self, number, out);
  g_string_append (out, negative && self->has_negative ? self->negative_suffix->str : self->suffix->str);
}

char *
tc_java_format_number (const char *pattern, const TcVal *number)
{
  Format   format = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };
  GString *out = g_string_new (NULL);
  gboolean ok = read_format (pattern, &format) && format.max_fraction <= MOST_DIGITS && format.min_integer <= MOST_DIGITS;

  if (ok)
    append_number (&format, number, out);
  g_string_free (format.prefix, TRUE);
  g_string_free (format.suffix, TRUE);
  g_string_free (format.negative_prefix, TRUE);
  g_string_free (format.negative_suffix, TRUE);
  return g_string_free (out, !ok);
}
