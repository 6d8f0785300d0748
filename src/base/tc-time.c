/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

#include <string.h>

#define DAY 86400
#define MAX_YEAR 999999999      /* java.time.Year.MAX_VALUE */

static int64_t
floor_div (int64_t a,
           int64_t b)
{
  return a / b - (a % b < 0);
}

static int
month_days (int64_t year,
            int     month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  return month == 2 && leap ? 29 : days[month - 1];
}

/* Years that begin in March have their leap day at the end, so the day of the year is a linear function of the month. */
gboolean
tc_civil_days (int64_t  year,
               int      month,
               int      day,
               int64_t *days)
{
  int64_t shifted, era, of_era;

  if (year < -MAX_YEAR || year > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > month_days (year, month))
    return FALSE;
  shifted = month > 2 ? year : year - 1;
  era = floor_div (shifted, 400);
  of_era = shifted - era * 400;
  *days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 - 719468;
  return TRUE;
}

void
tc_civil_from_days (int64_t  days,
                    int64_t *year,
                    int     *month,
                    int     *day)
{
  int64_t era = floor_div (days + 719468, 146097);
  int64_t of_era = days + 719468 - era * 146097;
  int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int of_year = (int) (of_era - (365 * y + y / 4 - y / 100));
  int shifted = (5 * of_year + 2) / 153;

  *day = of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = y + era * 400 + (*month <= 2);
}

static void
append_fraction (GString *out,
                 int32_t  nanos)
{
  if (nanos == 0)
    return;
  if (nanos % 1000000 == 0)
    g_string_append_printf (out, ".%03d", nanos / 1000000);
  else if (nanos % 1000 == 0)
    g_string_append_printf (out, ".%06d", nanos / 1000);
  else
    g_string_append_printf (out, ".%09d", nanos);
}

static void
append_offset (GString *out,
               int      seconds)
{
  int size = ABS (seconds);

  if (seconds == 0)
    {
      g_string_append_c (out, 'Z');
      return;
    }
  g_string_append_printf (out, "%c%02d:%02d", seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60);
  if (size % 60 != 0)
    g_string_append_printf (out, ":%02d", size % 60);
}

char *
tc_time_format (const TcTime *time)
{
  int64_t local = time->seconds + time->offset_s;
  int64_t days = floor_div (local, DAY), year;
  int of_day = (int) (local - days * DAY), month, day;
  GString *out = g_string_new (NULL);

  tc_civil_from_days (days, &year, &month, &day);
  if (year > 9999)
    g_string_append_c (out, '+');
  else if (year < 0)
    g_string_append_c (out, '-');
  g_string_append_printf (out, "%04" G_GINT64_FORMAT "-%02d-%02dT%02d:%02d:%02d", ABS (year), month, day, of_day / 3600,
                          of_day / 60 % 60, of_day % 60);
  append_fraction (out, time->nanos);
  append_offset (out, time->offset_s);
  return g_string_free (out, FALSE);
}

char *
tc_time_format_us (int64_t us)
{
  TcTime time = { .seconds = floor_div (us, 1000000) };

  time.nanos = (int32_t) (us - time.seconds * 1000000) * 1000;
  return tc_time_format (&time);
}

/* Exactly @digits digits, up to @max. */
static gboolean
read_digits (const char **at,
             int          digits,
             int          max,
             int         *number)
{
  *number = 0;
  for (int i = 0; i < digits; i++)
    {
      if (!g_ascii_isdigit ((*at)[i]))
        return FALSE;
      *number = *number * 10 + (*at)[i] - '0';
    }
  *at += digits;
  return *number <= max;
}

static gboolean
skip_char (const char **at,
           char         c)
{
  if (g_ascii_toupper (**at) != c)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
read_date (const char **at,
           int64_t     *days)
{
  gboolean minus = **at == '-', signed_year = minus || **at == '+';
  int digits = 4, year, month, day;

  if (signed_year)
    {
      (*at)++;
      for (digits = 0; g_ascii_isdigit ((*at)[digits]); digits++)
        ;
      if (digits < 4 || digits > 9)
        return FALSE;
    }
  return read_digits (at, digits, MAX_YEAR, &year) && skip_char (at, '-') && read_digits (at, 2, 12, &month) && skip_char (at, '-')
         && read_digits (at, 2, 31, &day) && tc_civil_days (minus ? -year : year, month, day, days);
}

static gboolean
read_nanos (const char **at,
            int32_t     *nanos)
{
  int32_t unit = 100000000;

  for (*nanos = 0; g_ascii_isdigit (**at) && unit > 0; (*at)++, unit /= 10)
    *nanos += (**at - '0') * unit;
  return TRUE;
}

static gboolean
read_clock (const char **at,
            int         *of_day,
            int32_t     *nanos)
{
  int hour, minute, second = 0;

  *nanos = 0;
  if (!read_digits (at, 2, 23, &hour) || !skip_char (at, ':') || !read_digits (at, 2, 59, &minute))
    return FALSE;
  if (skip_char (at, ':'))
    {
      if (!read_digits (at, 2, 59, &second))
        return FALSE;
      if (skip_char (at, '.') && (!g_ascii_isdigit (**at) || !read_nanos (at, nanos)))
        return FALSE;
    }
  *of_day = hour * 3600 + minute * 60 + second;
  return TRUE;
}

static gboolean
read_offset (const char **at,
             int32_t     *offset)
{
  int hours, minutes = 0, seconds = 0;
  int sign = **at == '-' ? -1 : 1;

  *offset = 0;
  if (skip_char (at, 'Z'))
    return TRUE;
  if (**at != '+' && **at != '-')
    return FALSE;
  (*at)++;
  if (!read_digits (at, 2, 18, &hours))
    return FALSE;
  if (skip_char (at, ':'))
    {
      if (!read_digits (at, 2, 59, &minutes) || (skip_char (at, ':') && !read_digits (at, 2, 59, &seconds)))
        return FALSE;
    }
  else if (g_ascii_isdigit (**at) && !read_digits (at, 2, 59, &minutes))
    return FALSE;
  *offset = sign * (hours * 3600 + minutes * 60 + seconds);
  return TRUE;
}

gboolean
tc_time_parse (const char *text,
               TcTime     *time)
{
  TcTime read;
  int64_t days;
  int of_day;

  if (!read_date (&text, &days) || !skip_char (&text, 'T') || !read_clock (&text, &of_day, &read.nanos)
      || !read_offset (&text, &read.offset_s))
    return FALSE;
  if (*text == '[' && text[strlen (text) - 1] == ']')
    text += strlen (text);
  if (*text != '\0')
    return FALSE;
  read.seconds = days * DAY + of_day - read.offset_s;
  *time = read;
  return TRUE;
}
