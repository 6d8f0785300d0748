/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-holiday.h"

#include "tc-util.h"
#include <stdlib.h>
#include <string.h>

/*
 * Holidays by rule, words between spaces:
 *   12-25       a date
 *   E-2         days from Easter Sunday
 *   5/1/-1      in the fifth month the last Monday (1 to 7; 1 to 4 from the front)
 *   6-20~6      the first Saturday from this date on
 *   10-3        of any year; @1990 behind it: from this year on, @1990-2010, @-2010: up to one; @2017-2017: only then
 * and, after `>`, where it goes if it is on a Saturday or Sunday: `m` to Monday, `s` from Sunday to Monday, `u` from Saturday to Friday and from
 * Sunday to Monday, `v` from Sunday to Saturday, `t` both two days on.
 */
static const struct
{
  const char *place, *rules;
} calendars[] = {
  { "AT", "1-1 1-6 E+0 E+1 5-1 E+39 E+49 E+50 E+60 8-15 10-26 11-1 12-8 12-24 12-25 12-26 12-31" },
  { "AU", "1-1 1-1>m 1-26>m E-2 E-1 E+0 E+1 4-25 12-25 12-25>t 12-26 12-26>t" },
  { "BE", "1-1 E+0 E+1 5-1 E+39 E+49 E+50 7-21 8-15 11-1 11-2 11-11 11-15 12-25 12-31" },
  { "BR", "1-1 E-47 E-46 E-2 E+0 4-21 5-1 E+60 9-7 10-12 11-2 11-15 11-20@2024 12-25" },
  { "CA", "1-1 E-2 7-1>s 9/1/1 12-25" },
  { "CH", "1-1 1-2 E+0 E+39 8-1 12-25" },
  { "CZ", "1-1 E-2@2016 E+1 5-1 5-8 7-5 7-6 9-28 10-28 11-17 12-24 12-25 12-26" },
  { "DE", "1-1 E-2 E+1 5-1 E+39 E+50 10-3@1990 10-31@2017-2017 12-25 12-26" },
  { "DE-BB", "E+0 E+49 10-31" },
  { "DE-BE", "3-8@2019 5-8@2020-2020 5-8@2025-2025" },
  { "DE-BW", "1-6 E+60 11-1" },
  { "DE-BY", "1-6 E+60 11-1" },
  { "DE-HB", "10-31@2018" },
  { "DE-HE", "E+60" },
  { "DE-HH", "10-31@2018" },
  { "DE-MV", "3-8@2023 10-31" },
  { "DE-NI", "10-31@2018" },
  { "DE-NW", "E+60 11-1" },
  { "DE-RP", "E+60 11-1" },
  { "DE-SH", "10-31@2018" },
  { "DE-SL", "E+60 8-15 11-1" },
  { "DE-SN", "10-31 11-16~3" },
  { "DE-ST", "1-6 10-31" },
  { "DE-TH", "9-20@2019 10-31" },
  { "DK", "1-1 E-3 E-2 E+0 E+1 E+26@-2023 E+39 E+49 E+50 12-25 12-26" },
  { "ES", "1-1 1-6 E-2 5-1 8-15>s 10-12 11-1 12-6 12-8 12-25" },
  { "FI", "1-1 1-6 E-2 E+0 E+1 5-1 E+39 6-19~5 6-20~6 10-31~6 12-6 12-24 12-25 12-26" },
  { "FR", "1-1 E+1 5-1 5-8 E+39 E+50 7-14 8-15 11-1 11-11 12-25" },
  { "GB", "1-1>m E-2 5/1/1@-2019 5-8@2020-2020 5/1/1@2021 5/1/-1@-2021 6-2@2022-2022 6-3@2022-2022 9-19@2022-2022 5-8@2023-2023 5/1/-1@2023"
          " 12-25>t 12-26>t" },
  { "HU", "1-1 3-15 E-2@2017 E+0 E+1 5-1 E+50 8-20 10-23 11-1 12-24 12-25 12-26" },
  { "IE", "1-1 2-1~1@2023 3-17 E+0 E+1 5/1/1 6/1/1 8/1/1 10/1/-1 12-25 12-26" },
  { "IT", "1-1 1-6 E+0 E+1 4-25 5-1 6-2 8-15 11-1 12-8 12-25 12-26" },
  { "LU", "1-1 E+1 5-1 5-9@2019 E+39 E+50 6-23 8-15 11-1 12-25 12-26" },
  { "MX", "1-1>u 2/1/1 2-19 2-24 3/1/3 3-18 5-1>u 9-16>u 10-12 11/1/3 12-25>u" },
  { "NL", "1-1 E-2 E+0 E+1 4-27>v 5-5 E+39 E+49 E+50 12-25 12-26" },
  { "NO", "1-1 E-3 E-2 E+0 E+1 5-1 5-17 E+39 E+49 E+50 12-25 12-26" },
  { "NZ", "1-1>t 1-2>t 2-6>m E-2 E+1 4-25>m 6/1/1 9-26@2022-2022 10/1/4 12-25>t 12-26>t"
          " 6-24@2022-2022 7-14@2023-2023 6-28@2024-2024 6-20@2025-2025 7-10@2026-2026 6-25@2027-2027 7-14@2028-2028 7-6@2029-2029"
          " 6-21@2030-2030 7-11@2031-2031 7-2@2032-2032" },
  { "PL", "1-1 1-6 E+0 E+1 5-1 5-3 E+49 E+60 8-15 11-1 11-11 12-24@2025 12-25 12-26" },
  { "PT", "1-1 E-47 E-2 E+0 4-25 5-1 E+60 6-10 8-15 10-5 11-1 12-1 12-8 12-25" },
  { "SE", "1-1 1-6 E-2 E+0 E+1 5-1 E+39 E+49 6-6 6-19~5 6-20~6 10-31~6 12-24 12-25 12-26 12-31" },
  { "SK", "1-1 1-6 E-2 E+0 E+1 5-1 5-8 7-5 8-29 9-1 9-15 11-1 11-17 12-24 12-25 12-26" },
  { "US", "1-1>u 1/1/3 2/1/3 5/1/-1 6-19>u@2021 7-4>u 9/1/1 11-11>u 11/4/4 12-25>u" },
};

/* The Sunday of Easter by the Gregorian calendar (Meeus, Jones and Butcher). */
static int64_t
easter (int64_t year)
{
  int64_t a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, g = (8 * b + 13) / 25;
  int64_t h = (19 * a + b - d - g + 15) % 30, j = c / 4, k = c % 4, m = (a + 11 * h) / 319, r = (2 * e + 2 * j - k - h + m + 32) % 7;
  int month = (int) ((h - m + r + 90) / 25);
  int64_t day = 0;

  tc_civil_days (year, month, (int) ((h - m + r + month + 19) % 32), &day);
  return day;
}

/* Monday is 1. */
static int
week_day (int64_t day)
{
  return (int) (((day + 3) % 7 + 7) % 7) + 1;
}

static int64_t
first_from (int64_t day,
            int     wanted)
{
  return day + (wanted - week_day (day) + 7) % 7;
}

static int64_t
nth_of_month (int64_t year,
              int     month,
              int     wanted,
              int     n)
{
  int64_t first = 0;

  if (n > 0)
    {
      tc_civil_days (year, month, 1, &first);
      return first_from (first, wanted) + 7 * (n - 1);
    }
  tc_civil_days (month < 12 ? year : year + 1, month < 12 ? month + 1 : 1, 1, &first);
  return first_from (first - 7, wanted);
}

static int64_t
moved (int64_t day,
       char    how)
{
  gboolean saturday = week_day (day) == 6, sunday = week_day (day) == 7;

  switch (how)
    {
    case 'm': return saturday ? day + 2 : sunday ? day + 1 : day;
    case 's': return sunday ? day + 1 : day;
    case 'v': return sunday ? day - 1 : day;
    case 'u': return saturday ? day - 1 : sunday ? day + 1 : day;
    case 't': return saturday || sunday ? day + 2 : day;
    default: return day;
    }
}

static gboolean
is_in_force (const char *rule,
             int64_t     year)
{
  const char *at = strchr (rule, '@'), *to;

  if (at == NULL)
    return TRUE;
  to = strchr (at, '-');
  return (at[1] == '-' || year >= strtol (at + 1, NULL, 10)) && (to == NULL || year <= strtol (to + 1, NULL, 10));
}

/* The day that @rule gives in @year; FALSE: none. */
static gboolean
day_of (const char *rule,
        int64_t     year,
        int64_t    *day)
{
  const char *how = strchr (rule, '>');
  char *end;
  int month, of_month;

  if (!is_in_force (rule, year))
    return FALSE;
  if (*rule == 'E')
    {
      *day = easter (year) + strtol (rule + 1, NULL, 10);
      return TRUE;
    }
  month = (int) strtol (rule, &end, 10);
  of_month = (int) strtol (end + 1, &end, 10);
  if (rule[strcspn (rule, "-/")] == '/')
    *day = nth_of_month (year, month, of_month, (int) strtol (end + 1, NULL, 10));
  else if (!tc_civil_days (year, month, of_month, day))
    return FALSE;
  if (*end == '~')
    *day = first_from (*day, (int) strtol (end + 1, NULL, 10));
  *day = moved (*day, how != NULL ? how[1] : '\0');
  return TRUE;
}

static gboolean
has_day (const char *rules,
         int64_t     day)
{
  g_auto (GStrv) words = g_strsplit (rules, " ", -1);
  int64_t year, found;
  int month, of_month;

  tc_civil_from_days (day, &year, &month, &of_month);
  /* The first of January may move to the year before. */
  for (guint i = 0; words[i] != NULL; i++)
    if ((day_of (words[i], year, &found) && found == day) || (day_of (words[i], year + 1, &found) && found == day))
      return TRUE;
  return FALSE;
}

static const char *
rules_of (const char *place)
{
  for (size_t i = 0; i < G_N_ELEMENTS (calendars); i++)
    if (g_ascii_strcasecmp (calendars[i].place, place) == 0)
      return calendars[i].rules;
  return NULL;
}

gboolean
tc_holiday_is (const char *country,
               const char *region,
               int64_t     day,
               gboolean   *is)
{
  const char *rules = rules_of (country), *own = region != NULL ? strrchr (region, '-') : NULL;
  g_autofree char *place = region != NULL ? g_strconcat (country, "-", own != NULL ? own + 1 : region, NULL) : NULL;
  const char *more = place != NULL ? rules_of (place) : NULL;

  if (rules == NULL)
    return FALSE;
  *is = has_day (rules, day) || (more != NULL && has_day (more, day));
  return TRUE;
}
