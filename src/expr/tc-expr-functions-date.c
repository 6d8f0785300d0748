/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tc-expr-dates.h"

static const char *const weekdays[] = { "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY" };

static gboolean
function_now (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_auto (TcZone) zone = { NULL, NULL };
  int64_t         now;
  TcZoned         date;

  if (!tc_dates_zone (render, &args[1], &zone))
    return FALSE;
  now = tc_clock_now_us (render->scope->clock);
  date = tc_java_at_zone (now / 1000000 - (now % 1000000 < 0), ((now % 1000000 + 1000000) % 1000000) * 1000, &zone);
  return tc_dates_write (render, &date, &args[0], &args[3], &zone, result);
}

/* The local part of the text as it is written, whatever its zone. */
static gboolean
read_local (TcRender *render, const char *function, const TcVal *text, TcLocalTime *local)
{
  g_auto (TcZone)  utc = { NULL, NULL };
  g_auto (TcZone)  own = { NULL, NULL };
  g_autofree char *problem = NULL;
  TcZoned          date;

  tc_java_zone ("UTC", &utc);
  if (!tc_java_parse_date (tc_val_text (text, NULL), NULL, &utc, &own, &date, &problem))
    return tc_render_fail (render, "The '%s()' function could not parse 'date': %s", function, problem);
  *local = tc_java_local (date.seconds + date.offset_s, date.nanos);
  return TRUE;
}

static int
weekday_of (const TcLocalTime *local)
{
  return tc_java_weekday (tc_java_days (local->year, local->month, local->day));
}

static gboolean
function_is_weekend (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  TcLocalTime local;

  if (!read_local (render, "isWeekend", &args[0], &local))
    return FALSE;
  *result = tc_val_bool (weekday_of (&local) >= 6);
  return TRUE;
}

static gboolean
function_day_of_week (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  TcLocalTime local;

  if (!read_local (render, "dayOfWeek", &args[0], &local))
    return FALSE;
  *result = tc_val_str (weekdays[weekday_of (&local) - 1]);
  return TRUE;
}

static gboolean
function_day_of_month (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  TcLocalTime local;

  if (!read_local (render, "dayOfMonth", &args[0], &local))
    return FALSE;
  *result = tc_val_int (local.day);
  return TRUE;
}

static gboolean
function_month_of_year (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  TcLocalTime local;

  if (!read_local (render, "monthOfYear", &args[0], &local))
    return FALSE;
  *result = tc_val_int (local.month);
  return TRUE;
}

static gboolean
function_hour_of_day (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  TcLocalTime local;

  if (!read_local (render, "hourOfDay", &args[0], &local))
    return FALSE;
  *result = tc_val_int (local.hour);
  return TRUE;
}

static int
index_of (const char *const *names, int n, const char *name)
{
  for (int i = 0; i < n; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return i;
  return -1;
}

static gboolean
function_is_day_week_in_month (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  static const char *const positions[] = { "FIRST", "SECOND", "THIRD", "FOURTH", "LAST" };
  int         weekday = index_of (weekdays, G_N_ELEMENTS (weekdays), tc_val_text (&args[1], NULL));
  int         position = index_of (positions, G_N_ELEMENTS (positions), tc_val_text (&args[2], NULL));
  TcLocalTime local;
  gboolean    there;

  if (weekday < 0)
    return tc_render_fail (render, "The 'isDayWeekInMonth()' function expects a day of the week such as MONDAY as 'dayOfWeek'.");
  if (position < 0)
    return tc_render_fail (render, "The 'isDayWeekInMonth()' function expects FIRST, SECOND, THIRD, FOURTH or LAST as 'position'.");
  if (!read_local (render, "isDayWeekInMonth", &args[0], &local))
    return FALSE;
  there = position == 4 ? local.day + 7 > tc_java_month_length (local.year, local.month) : (local.day - 1) / 7 == position;
  *result = tc_val_bool (there && weekday_of (&local) == weekday + 1);
  return TRUE;
}

#define DATE_ARG { "date", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A date, or a date with time and zone, by ISO 8601.") }

static const TcExprArg now_args[] = {
  { "format", TC_EXPR_STRING, 0, "'iso'", N_("A named format or a pattern, as for the filter `date`.") },
  { "timeZone", TC_EXPR_STRING, 0, NULL, N_("The zone; else the server's.") },
  { "existingFormat", TC_EXPR_STRING, 0, NULL, N_("Without effect.") },
  { "locale", TC_EXPR_STRING, 0, NULL, N_("Language of names, such as `fr`.") }, { 0 }
};
static const TcExprArg date_args[] = { DATE_ARG, { 0 } };
static const TcExprArg position_args[] = {
  DATE_ARG, { "dayOfWeek", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("`MONDAY` to `SUNDAY`.") },
  { "position", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("`FIRST` to `FOURTH`, or `LAST`.") }, { 0 }
};

const TcCallable tc_functions_date[] = {
  { TC_FUNCTION ("dayOfMonth", function_day_of_month, 0, date_args), .entry.since = "1.3",
    TC_DOC (N_("The day, from 1."), "{{ dayOfMonth(\"2024-05-17\") }}", "17") },
  { TC_FUNCTION ("dayOfWeek", function_day_of_week, 0, date_args), .entry.since = "1.3",
    TC_DOC (N_("The day's name, `MONDAY` to `SUNDAY`."), "{{ dayOfWeek(\"2024-05-01\") }}", "WEDNESDAY") },
  { TC_FUNCTION ("hourOfDay", function_hour_of_day, 0, date_args), .entry.since = "1.3",
    TC_DOC (N_("The hour, from 0."), "{{ hourOfDay(\"2024-05-01T21:05:00+03:00\") }}", "21") },
  { TC_FUNCTION ("isDayWeekInMonth", function_is_day_week_in_month, 0, position_args), .entry.since = "1.3",
    TC_DOC (N_("Is the date, say, the first Monday of its month?"), "{{ isDayWeekInMonth(\"2024-03-04\", \"MONDAY\", \"FIRST\") }}", "true") },
  { TC_FUNCTION ("isWeekend", function_is_weekend, 0, date_args), .entry.since = "1.3",
    TC_DOC (N_("Is it a Saturday or Sunday?"), "{{ isWeekend(\"2024-03-09\") }}", "true") },
  { TC_FUNCTION ("monthOfYear", function_month_of_year, 0, date_args), .entry.since = "1.3",
    TC_DOC (N_("The month, from 1."), "{{ monthOfYear(\"2024-05-17\") }}", "5") },
  { TC_FUNCTION ("now", function_now, TC_EXPR_VOLATILE, now_args),
    TC_DOC (N_("The time, as text."), "{{ now(\"yyyy-MM-dd\") }}", NULL) },
  { { 0 } }
};
