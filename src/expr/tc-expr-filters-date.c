/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>

#include "tc-expr-dates.h"

static const char *
optional (const TcVal *text)
{
  return tc_val_is_text (text) ? tc_val_text (text, NULL) : NULL;
}

gboolean
tc_dates_zone (TcRender *render, const TcVal *id, TcZone *zone)
{
  const char *name = optional (id);

  if (name == NULL)
    name = render->scope->zone != NULL ? render->scope->zone : "UTC";
  return tc_java_zone (name, zone) || tc_render_fail (render, "Unknown time-zone ID: %s", name);
}

static gboolean
epoch (TcRender *render, int64_t seconds, int nanos, const TcZone *zone, TcZoned *date)
{
  if (seconds > (int64_t) TC_EXPR_LIMIT_YEAR * 31556952 || seconds < (int64_t) -TC_EXPR_LIMIT_YEAR * 31556952)
    return tc_render_fail (render, "The date is beyond the year ±%d (TC_EXPR_LIMIT_YEAR)", TC_EXPR_LIMIT_YEAR);
  *date = tc_java_at_zone (seconds, nanos, zone);
  return TRUE;
}

/* Kestra tells the unit by the length of the number: 13 characters are milliseconds; of 19 it takes the seconds before the last nine
 * digits and the last six as microseconds; all others are seconds. */
static gboolean
number (TcRender *render, int64_t value, const TcZone *zone, TcZoned *date)
{
  char   text[24];
  size_t length = g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, (gint64) value);
  int    millis = ((int) (value % 1000) + 1000) % 1000;

  if (length == 13)
    return epoch (render, (value - millis) / 1000, millis * 1000000, zone, date);
  if (length == 19 && value > 0)
    return epoch (render, value / 1000000000, (int) (value % 1000000) * 1000, zone, date);
  return epoch (render, value, 0, zone, date);
}

gboolean
tc_dates_read (TcRender *render, const TcVal *input, const TcVal *format, const TcZone *zone, TcZone *own,
               TcZoned *date)
{
  g_autofree char *problem = NULL;

  if (tc_val_is_integer (input))
    return number (render, input->i, zone, date);
  if (input->type == TC_VAL_TIME)
    {
      TcTime time = tc_value_get_time (input->value);

      return epoch (render, time.seconds, time.nanos, zone, date);
    }
  if (!tc_val_is_text (input))
    return tc_render_fail (render, "ClassCastException: class %s cannot be cast to class java.lang.String", tc_val_class_name (input));
  return tc_java_parse_date (tc_val_text (input, NULL), optional (format), zone, own, date, &problem)
         || tc_render_fail (render, "%s", problem);
}

gboolean
tc_dates_write (TcRender *render, const TcZoned *date, const TcVal *format, const TcVal *locale, const TcZone *zone, TcVal *result)
{
  g_autofree char *problem = NULL;
  TcZoned          shown = tc_java_at_zone (date->seconds, date->nanos, zone);
  const char      *pattern = optional (format);
  char            *text = tc_java_format_date (&shown, pattern != NULL ? pattern : "iso", optional (locale), &problem);

  if (text == NULL)
    return tc_render_fail (render, "%s", problem);
  return tc_render_take_text (render, text, result);
}

static gboolean
filter_date (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcZone) zone = { NULL, NULL };
  g_auto (TcZone) own = { NULL, NULL };
  TcZoned         date;

  return tc_dates_zone (render, &args[1], &zone) && tc_dates_read (render, input, &args[2], &zone, &own, &date)
         && tc_dates_write (render, &date, &args[0], &args[3], &zone, result);
}

static gboolean
filter_date_add (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  g_auto (TcZone) zone = { NULL, NULL };
  g_auto (TcZone) own = { NULL, NULL };
  const char     *unit = tc_val_text (&args[1], NULL);
  TcZoned         date;

  if (!tc_dates_zone (render, &args[3], &zone) || !tc_dates_read (render, input, &args[4], &zone, &own, &date))
    return FALSE;
  if (!tc_java_is_unit (unit))
    return tc_render_fail (render, "No enum constant java.time.temporal.ChronoUnit.%s", unit);
  if (!tc_java_add (&date, args[0].i, unit, own.zone != NULL ? &own : &zone))
    return tc_render_fail (render, "The date is beyond the year ±%d (TC_EXPR_LIMIT_YEAR)", TC_EXPR_LIMIT_YEAR);
  return tc_dates_write (render, &date, &args[2], &args[5], &zone, result);
}

static gboolean
read_instant (TcRender *render, const TcVal *input, const TcVal *args, TcZoned *date)
{
  g_auto (TcZone) zone = { NULL, NULL };
  g_auto (TcZone) own = { NULL, NULL };

  return tc_dates_zone (render, &args[0], &zone) && tc_dates_read (render, input, &args[1], &zone, &own, date);
}

static gboolean
filter_timestamp (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  TcZoned date;

  if (!read_instant (render, input, args, &date))
    return FALSE;
  *result = tc_val_long (date.seconds);
  return TRUE;
}

static gboolean
filter_timestamp_milli (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  TcZoned date;

  if (!read_instant (render, input, args, &date))
    return FALSE;
  *result = tc_val_long (date.seconds * 1000 + date.nanos / 1000000);
  return TRUE;
}

/* Micro- and nanoseconds are texts in Kestra. Nanoseconds leave 64 bits within the years allowed, so the parts are joined. */
static gboolean
fine_timestamp (TcRender *render, const TcVal *input, const TcVal *args, int digits, TcVal *result)
{
  TcZoned date;
  __int128 value;
  char    text[48];
  int     n = 0;
  gboolean negative;

  if (!read_instant (render, input, args, &date))
    return FALSE;
  value = (__int128) date.seconds * (digits == 6 ? 1000000 : 1000000000) + date.nanos / (digits == 6 ? 1000 : 1);
  negative = value < 0;
  value = negative ? -value : value;
  do
    text[sizeof text - 1 - ++n] = '0' + (int) (value % 10);
  while ((value /= 10) > 0);
  if (negative)
    text[sizeof text - 1 - ++n] = '-';
  *result = tc_val_str_len (text + sizeof text - 1 - n, n);
  return TRUE;
}

static gboolean
filter_timestamp_micro (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return fine_timestamp (render, input, args, 6, result);
}

static gboolean
filter_timestamp_nano (TcRender *render, const TcVal *input, const TcVal *args, TcVal *result)
{
  return fine_timestamp (render, input, args, 9, result);
}

#define DATE_ARGS \
  { "format", TC_EXPR_STRING, 0, "'iso'", N_("A named format (`iso`, `sql`, `rfc_1123_date_time` …) or a pattern such as `yyyy-MM-dd`.") }, \
  { "timeZone", TC_EXPR_STRING, 0, NULL, N_("The zone of the result; else the server's.") }, \
  { "existingFormat", TC_EXPR_STRING, 0, NULL, N_("How the input is written; else ISO 8601.") }, \
  { "locale", TC_EXPR_STRING, 0, NULL, N_("Language of names, such as `fr`.") }

static const TcExprArg date_args[] = { DATE_ARGS, { 0 } };
static const TcExprArg add_args[] = {
  { "amount", TC_EXPR_INTEGER, TC_EXPR_REQUIRED, NULL, N_("How many, negative to go back.") },
  { "unit", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("`SECONDS`, `MINUTES`, `HOURS`, `DAYS`, `WEEKS`, `MONTHS`, `YEARS` …") },
  DATE_ARGS, { 0 }
};
static const TcExprArg timestamp_args[] = {
  { "timeZone", TC_EXPR_STRING, 0, NULL, N_("The zone of an input without one.") },
  { "existingFormat", TC_EXPR_STRING, 0, NULL, N_("How the input is written; else ISO 8601.") }, { 0 }
};

const TcCallable tc_filters_date[] = {
  { TC_FILTER ("date", filter_date, TC_EXPR_NULL_IS_NULL, date_args),
    TC_DOC (N_("Writes a date in another form."), "{{ \"2024-03-05\" | date(\"dd/MM/yyyy\") }}", "05/03/2024") },
  { TC_FILTER ("dateAdd", filter_date_add, TC_EXPR_NULL_IS_NULL, add_args),
    TC_DOC (N_("Moves a date; days and longer follow the calendar."), "{{ \"2024-01-31T00:00:00Z\" | dateAdd(1, \"MONTHS\") }}",
            "2024-02-29T00:00:00.000000Z") },
  { TC_FILTER ("timestamp", filter_timestamp, TC_EXPR_NULL_IS_NULL, timestamp_args),
    TC_DOC (N_("Seconds since 1970."), "{{ \"1970-01-02\" | timestamp }}", "86400") },
  { TC_FILTER ("timestampMicro", filter_timestamp_micro, TC_EXPR_NULL_IS_NULL, timestamp_args),
    TC_DOC (N_("Microseconds since 1970, as a text."), "{{ \"1970-01-02\" | timestampMicro }}", "86400000000") },
  { TC_FILTER ("timestampMilli", filter_timestamp_milli, TC_EXPR_NULL_IS_NULL, timestamp_args), .entry.since = "0.23",
    TC_DOC (N_("Milliseconds since 1970."), "{{ \"1970-01-02\" | timestampMilli }}", "86400000") },
  { TC_FILTER ("timestampNano", filter_timestamp_nano, TC_EXPR_NULL_IS_NULL, timestamp_args),
    TC_DOC (N_("Nanoseconds since 1970, as a text."), "{{ \"1970-01-02\" | timestampNano }}", "86400000000000") },
  { { 0 } }
};
