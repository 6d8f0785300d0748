/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-condition-private.h"

#include "tc-holiday.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* Conditions on a date: `date`, which is `{{ trigger.date }}` unless it is given. Days and times of day are those of the date's own offset. */

#define DATE  "{{ trigger.date }}"
#define DAY_S 86400

static const char *const days[] = { "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY" };
static const char *const places[] = { "FIRST", "SECOND", "THIRD", "FOURTH", "LAST" };

static int64_t
floor_div (int64_t value,
           int64_t by)
{
  return value / by - (value % by < 0);
}

/* A date without a time is its midnight in UTC. */
static gboolean
parse_day_or_time (const char *text,
                   TcTime     *time)
{
  g_autofree char *midnight = g_strconcat (text, "T00:00:00Z", NULL);

  return tc_time_parse (text, time) || tc_time_parse (midnight, time);
}

static gboolean
read_date (const TcValue           *condition,
           const TcConditionWorld  *world,
           gboolean                 with_time,
           TcTime                  *time,
           GError                 **error)
{
  g_autofree char *text = tc_condition_text (condition, "date", DATE, world, error);

  if (text == NULL)
    return FALSE;
  return (with_time ? tc_time_parse (text, time) : parse_day_or_time (text, time)) || tc_condition_fail (condition, "date", text, error);
}

/* The days since the epoch as the date's clock on the wall shows them. */
static int64_t
local_day (const TcTime *time)
{
  return floor_div (time->seconds + time->offset_s, DAY_S);
}

/* Monday is 0; the epoch was a Thursday. */
static int
week_day (int64_t day)
{
  return (int) (((day + 3) % 7 + 7) % 7);
}

static int
find_name (const char *const *names,
           size_t             n,
           const char        *name)
{
  for (size_t i = 0; i < n; i++)
    if (g_strcmp0 (names[i], name) == 0)
      return (int) i;
  return -1;
}

/* One of @names, rendered; -1 and @error: it is none of them. */
static int
read_name (const TcValue           *condition,
           const char              *key,
           const char *const       *names,
           size_t                   n,
           const TcConditionWorld  *world,
           GError                 **error)
{
  g_autofree char *text = tc_condition_text (condition, key, "", world, error);
  int found = text != NULL ? find_name (names, n, text) : -1;

  if (text != NULL && found < 0)
    tc_condition_fail (condition, key, text, error);
  return found;
}

gboolean
tc_condition_day_week (const TcValue           *condition,
                       const TcConditionWorld  *world,
                       gboolean                *holds,
                       GError                 **error)
{
  TcTime time;
  int wanted;

  if (!read_date (condition, world, FALSE, &time, error))
    return FALSE;
  wanted = read_name (condition, "dayOfWeek", days, G_N_ELEMENTS (days), world, error);
  if (wanted < 0)
    return FALSE;
  *holds = week_day (local_day (&time)) == wanted;
  return TRUE;
}

gboolean
tc_condition_day_week_in_month (const TcValue           *condition,
                                const TcConditionWorld  *world,
                                gboolean                *holds,
                                GError                 **error)
{
  TcTime time;
  int64_t year, next_year, today;
  int month, next_month, day, next_day, wanted, place;

  if (!read_date (condition, world, FALSE, &time, error))
    return FALSE;
  wanted = read_name (condition, "dayOfWeek", days, G_N_ELEMENTS (days), world, error);
  place = wanted >= 0 ? read_name (condition, "dayInMonth", places, G_N_ELEMENTS (places), world, error) : -1;
  if (place < 0)
    return FALSE;
  today = local_day (&time);
  tc_civil_from_days (today, &year, &month, &day);
  tc_civil_from_days (today + 7, &next_year, &next_month, &next_day);
  *holds = week_day (today) == wanted && (g_str_equal (places[place], "LAST") ? next_month != month : (day - 1) / 7 == place);
  return TRUE;
}

gboolean
tc_condition_weekend (const TcValue           *condition,
                      const TcConditionWorld  *world,
                      gboolean                *holds,
                      GError                 **error)
{
  TcTime time;

  if (!read_date (condition, world, FALSE, &time, error))
    return FALSE;
  *holds = week_day (local_day (&time)) >= 5;
  return TRUE;
}

/* "DE" of "de_DE.UTF-8": the country of the user's language, where none is named. Caller frees. */
static char *
own_country (void)
{
  const char *language = g_get_language_names ()[0], *line = strchr (language, '_');

  return line != NULL ? g_strndup (line + 1, strcspn (line + 1, ".@")) : g_strdup ("");
}

gboolean
tc_condition_public_holiday (const TcValue           *condition,
                             const TcConditionWorld  *world,
                             gboolean                *holds,
                             GError                 **error)
{
  g_autofree char *own = own_country (), *country = NULL, *region = NULL;
  TcTime time;

  if (!read_date (condition, world, FALSE, &time, error))
    return FALSE;
  country = tc_condition_text (condition, "country", own, world, error);
  region = country != NULL ? tc_condition_text (condition, "subDivision", "", world, error) : NULL;
  if (region == NULL)
    return FALSE;
  return tc_holiday_is (country, *region != '\0' ? region : NULL, local_day (&time), holds)
         || tc_condition_fail (condition, "country", country, error);
}

/* `after` and `before` of a condition: which of them are given, as comparable numbers. */
typedef struct
{
  gboolean has_after, has_before;
  TcTime   after, before;
} Bounds;

typedef gboolean (*ParseFunc) (const char *text, TcTime *time);

static gboolean
read_bound (const TcValue           *condition,
            const char              *key,
            const TcConditionWorld  *world,
            ParseFunc                parse,
            gboolean                *has,
            TcTime                  *time,
            GError                 **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = tc_condition_text (condition, key, NULL, world, &problem);

  *has = text != NULL;
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return text == NULL || parse (text, time) || tc_condition_fail (condition, key, text, error);
}

static gboolean
read_bounds (const TcValue           *condition,
             const TcConditionWorld  *world,
             ParseFunc                parse,
             Bounds                  *bounds,
             GError                 **error)
{
  if (!read_bound (condition, "after", world, parse, &bounds->has_after, &bounds->after, error)
      || !read_bound (condition, "before", world, parse, &bounds->has_before, &bounds->before, error))
    return FALSE;
  if (bounds->has_after || bounds->has_before)
    return TRUE;
  g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_CONDITION,
               _("The condition %s has neither “before” nor “after”: give at least one of them"), tc_value_get_str (condition, "type"));
  return FALSE;
}

static int
compare (int64_t a_seconds,
         int32_t a_nanos,
         int64_t b_seconds,
         int32_t b_nanos)
{
  if (a_seconds != b_seconds)
    return a_seconds < b_seconds ? -1 : 1;
  return (a_nanos > b_nanos) - (a_nanos < b_nanos);
}

static gboolean
is_later (const TcTime *a,
          const TcTime *b)
{
  return compare (a->seconds, a->nanos, b->seconds, b->nanos) > 0;
}

gboolean
tc_condition_date_time_between (const TcValue           *condition,
                                const TcConditionWorld  *world,
                                gboolean                *holds,
                                GError                 **error)
{
  TcTime time;
  Bounds bounds;

  if (!read_date (condition, world, TRUE, &time, error) || !read_bounds (condition, world, tc_time_parse, &bounds, error))
    return FALSE;
  *holds = (!bounds.has_after || is_later (&time, &bounds.after)) && (!bounds.has_before || is_later (&bounds.before, &time));
  return TRUE;
}

/* `16:19:12-06:00` on the first day of the epoch. Seconds may be left out. */
static gboolean
parse_time_of_day (const char *text,
                   TcTime     *time)
{
  g_autofree char *day = g_strconcat ("1970-01-01T", text, NULL);

  return tc_time_parse (day, time);
}

/* As java.time.OffsetTime compares: the time of day less the offset, not wrapped around midnight. */
gboolean
tc_condition_time_between (const TcValue           *condition,
                           const TcConditionWorld  *world,
                           gboolean                *holds,
                           GError                 **error)
{
  TcTime time;
  Bounds bounds;
  gboolean after, before;

  if (!read_date (condition, world, TRUE, &time, error) || !read_bounds (condition, world, parse_time_of_day, &bounds, error))
    return FALSE;
  time.seconds -= local_day (&time) * DAY_S;
  after = !bounds.has_after || is_later (&time, &bounds.after);
  before = !bounds.has_before || is_later (&bounds.before, &time);
  if (bounds.has_after && bounds.has_before && is_later (&bounds.after, &bounds.before))
    *holds = after || before;
  else
    *holds = after && before;
  return TRUE;
}
