/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

#include <string.h>

#define NANOS 1000000000

/* An optionally signed run of digits; FALSE if there is none or it does not fit. */
static gboolean
read_integer (const char **at,
              int64_t     *number)
{
  const char *c = *at;
  gboolean minus = *c == '-';

  if (*c == '-' || *c == '+')
    c++;
  if (!g_ascii_isdigit (*c))
    return FALSE;
  for (*number = 0; g_ascii_isdigit (*c); c++)
    if (__builtin_mul_overflow (*number, 10, number) || __builtin_add_overflow (*number, *c - '0', number))
      return FALSE;
  if (minus)
    *number = -*number;
  *at = c;
  return TRUE;
}

/* Digits after the point as nanoseconds; digits beyond the ninth are no duration. */
static gboolean
read_fraction (const char **at,
               int32_t     *nanos)
{
  int32_t unit = NANOS / 10;

  for (*nanos = 0; g_ascii_isdigit (**at); (*at)++, unit /= 10)
    {
      if (unit == 0)
        return FALSE;
      *nanos += (**at - '0') * unit;
    }
  return TRUE;
}

static gboolean
add_units (int64_t  count,
           int64_t  unit,
           int64_t *seconds)
{
  return !__builtin_mul_overflow (count, unit, &count) && !__builtin_add_overflow (*seconds, count, seconds);
}

static gboolean
settle (gboolean  minus,
        int64_t   seconds,
        int64_t   nanos,
        int64_t  *out_seconds,
        int32_t  *out_nanos)
{
  if (minus)
    {
      if (seconds == INT64_MIN)
        return FALSE;
      seconds = -seconds;
      nanos = -nanos;
    }
  if (nanos < 0)
    {
      if (__builtin_sub_overflow (seconds, 1, &seconds))
        return FALSE;
      nanos += NANOS;
    }
  *out_seconds = seconds;
  *out_nanos = (int32_t) nanos;
  return TRUE;
}

/* Plain seconds: 30 or 12.5, which Jackson takes for a java.time.Duration. */
static gboolean
parse_plain (const char *text,
             int64_t    *seconds,
             int32_t    *nanos)
{
  gboolean minus = *text == '-';
  int64_t whole;
  int32_t fraction = 0;

  if (*text == '-' || *text == '+')
    text++;
  if (!g_ascii_isdigit (*text) || !read_integer (&text, &whole))
    return FALSE;
  if (*text == '.')
    {
      text++;
      if (!g_ascii_isdigit (*text) || !read_fraction (&text, &fraction))
        return FALSE;
    }
  return *text == '\0' && settle (minus, whole, fraction, seconds, nanos);
}

/* One of the parts that may stand after P or T, in order: `units` lists their letters, `lengths` their seconds. */
static gboolean
read_parts (const char  **at,
            const char   *units,
            const int64_t *lengths,
            int64_t      *seconds,
            int64_t      *nanos,
            int          *parts)
{
  size_t next = 0;

  while (g_ascii_isdigit (**at) || **at == '-' || **at == '+')
    {
      gboolean minus = **at == '-';
      int64_t count;
      int32_t fraction = 0;
      const char *unit;

      if (!read_integer (at, &count))
        return FALSE;
      if (**at == '.' || **at == ',')
        {
          (*at)++;
          if (!read_fraction (at, &fraction) || g_ascii_toupper (**at) != 'S')
            return FALSE;
          *nanos += minus ? -fraction : fraction;
        }
      unit = **at == '\0' ? NULL : strchr (units + next, g_ascii_toupper (**at));
      if (unit == NULL || !add_units (count, lengths[unit - units], seconds))
        return FALSE;
      next = (size_t) (unit - units) + 1;
      (*at)++;
      (*parts)++;
    }
  return TRUE;
}

gboolean
tc_duration_parse_parts (const char *text,
                         int64_t    *seconds,
                         int32_t    *nanos)
{
  static const int64_t day[] = { 86400 }, time[] = { 3600, 60, 1 };
  const char *at = text;
  gboolean minus = *at == '-';
  int64_t total = 0, small = 0;
  int parts = 0, before;

  if (*at == '-' || *at == '+')
    at++;
  if (g_ascii_toupper (*at) != 'P')
    return parse_plain (text, seconds, nanos);
  at++;
  if (!read_parts (&at, "D", day, &total, &small, &parts))
    return FALSE;
  if (g_ascii_toupper (*at) == 'T')
    {
      at++;
      before = parts;
      if (!read_parts (&at, "HMS", time, &total, &small, &parts) || parts == before)
        return FALSE;
    }
  return parts > 0 && *at == '\0' && settle (minus, total, small, seconds, nanos);
}

gboolean
tc_duration_parse (const char *text,
                   int64_t    *us)
{
  int64_t seconds, scaled;
  int32_t nanos;

  if (!tc_duration_parse_parts (text, &seconds, &nanos) || __builtin_mul_overflow (seconds, 1000000, &scaled)
      || __builtin_add_overflow (scaled, nanos / 1000, &scaled))
    return FALSE;
  *us = scaled;
  return TRUE;
}

char *
tc_duration_format_parts (int64_t seconds,
                          int32_t nanos)
{
  int64_t whole = seconds < 0 && nanos > 0 ? seconds + 1 : seconds;
  int64_t hours = whole / 3600;
  int minutes = (int) (whole % 3600 / 60), rest = (int) (whole % 60);
  GString *out = g_string_new ("PT");

  if (hours != 0)
    g_string_append_printf (out, "%" G_GINT64_FORMAT "H", hours);
  if (minutes != 0)
    g_string_append_printf (out, "%dM", minutes);
  if (rest == 0 && nanos == 0 && out->len > 2)
    return g_string_free (out, FALSE);
  if (seconds < 0 && nanos > 0 && rest == 0)
    g_string_append (out, "-0");
  else
    g_string_append_printf (out, "%d", rest);
  if (nanos > 0)
    {
      g_string_append_printf (out, ".%09d", seconds < 0 ? NANOS - nanos : nanos);
      while (out->str[out->len - 1] == '0')
        g_string_truncate (out, out->len - 1);
    }
  return g_string_free (g_string_append_c (out, 'S'), FALSE);
}

char *
tc_duration_format (int64_t us)
{
  int64_t seconds = us / 1000000, rest = us % 1000000;

  if (rest < 0)
    {
      rest += 1000000;
      seconds--;
    }
  return tc_duration_format_parts (seconds, (int32_t) rest * 1000);
}
