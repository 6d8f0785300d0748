/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-window.h"

#include "tc-util.h"
#include <string.h>

#define SECOND INT64_C (1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define MILLI  1000

static gboolean
read_duration (const TcValue *rule,
               const char    *key,
               int64_t       *us)
{
  const char *text = tc_value_get_str (rule, key);

  return text != NULL && tc_duration_parse (text, us);
}

/* `09:00`, `09:00:30`, with or without an offset, which does not count. */
static int64_t
read_time_of_day (const TcValue *rule,
                  const char    *key,
                  int64_t        fallback)
{
  const char *text = tc_value_get_str (rule, key);
  g_autofree char *bare = text != NULL ? g_strndup (text, strcspn (text, "Z+-")) : NULL;
  g_autofree char *date = bare != NULL ? g_strdup_printf ("1970-01-01T%sZ", bare) : NULL;
  TcTime time;

  return date != NULL && tc_time_parse (date, &time) ? time.seconds * SECOND + time.nanos / 1000 : fallback;
}

static TcValue *
window (int64_t start,
        int64_t end)
{
  return tc_value_map_of ("start", tc_value_int (start), "end", tc_value_int (end), "results", tc_value_map_of (NULL, NULL), NULL);
}

/* Kestra cuts the minutes, not the hours, of a window of 2 to 23 hours: it begins at the hour of the first event. */
static TcValue *
duration_window (const TcValue *rule,
                 GDateTime     *now)
{
  int64_t length = DAY, advance = 0, start, minutes;
  int hour = g_date_time_get_hour (now), minute = g_date_time_get_minute (now), second = g_date_time_get_second (now);
  g_autoptr (GDateTime) cut = NULL;

  if (!read_duration (rule, "window", &length) || length <= 0)
    length = DAY;
  read_duration (rule, "windowAdvance", &advance);
  minutes = length / MINUTE;
  if (length >= DAY)
    hour = 0;
  if (length >= HOUR)
    minute = 0;
  if (minutes > 0)
    {
      second = 0;
      minute -= (int) (minute % minutes);
    }
  cut = g_date_time_add_full (now, 0, 0, 0, hour - g_date_time_get_hour (now), minute - g_date_time_get_minute (now),
                              second - g_date_time_get_seconds (now));
  start = g_date_time_to_unix (cut) * SECOND + advance;
  return window (start, start + length - MILLI);
}

static int64_t
midnight_of (GDateTime *now,
             GTimeZone *zone)
{
  g_autoptr (GDateTime) midnight = g_date_time_new (zone, g_date_time_get_year (now), g_date_time_get_month (now),
                                                    g_date_time_get_day_of_month (now), 0, 0, 0);

  return g_date_time_to_unix (midnight) * SECOND;
}

TcValue *
tc_time_window_new (const TcValue *rule,
                    int64_t        at_us,
                    GTimeZone     *zone)
{
  const char *type = tc_value_get_str (rule, "type");
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / SECOND);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc, zone);
  int64_t length = DAY, midnight = midnight_of (now, zone);

  if (g_strcmp0 (type, "SLIDING_WINDOW") == 0)
    {
      if (!read_duration (rule, "window", &length) || length <= 0)
        length = DAY;
      return window (at_us / SECOND * SECOND, at_us / SECOND * SECOND + length);
    }
  if (g_strcmp0 (type, "DAILY_TIME_WINDOW") == 0)
    return window (midnight + read_time_of_day (rule, "startTime", 0), midnight + read_time_of_day (rule, "endTime", DAY));
  if (g_strcmp0 (type, "DAILY_TIME_DEADLINE") == 0)
    return window (midnight, midnight + read_time_of_day (rule, "deadline", DAY));
  return duration_window (rule, now);
}

gboolean
tc_time_window_is_open (const TcValue *window,
                        int64_t        at_us)
{
  return at_us >= tc_value_get_i64 (window, "start", INT64_MAX) && at_us < tc_value_get_i64 (window, "end", 0);
}
