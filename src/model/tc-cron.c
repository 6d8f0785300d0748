/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-cron.h"

#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (tc-cron-error-quark, tc_cron_error)

#define DAY        INT64_C (86400)
#define MOST_YEARS 40
#define MOST_DAYS  (MOST_YEARS * 366)

typedef enum { SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK } Field;
#define N_FIELDS (DAY_OF_WEEK + 1)

struct _TcCron
{
  uint64_t bits[N_FIELDS];      /* which values match; Sunday is 0 */
  gboolean any_day, any_week_day;
};

static const char *const months[] = {
  "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", NULL
};
static const char *const week_days[] = { "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", NULL };

static const struct
{
  int                least, most;
  const char *const *names;     /* from 1 */
} fields[N_FIELDS] = {
  [SECOND] = { 0, 59, NULL },       [MINUTE] = { 0, 59, NULL },  [HOUR] = { 0, 23, NULL },
  [DAY_OF_MONTH] = { 1, 31, NULL }, [MONTH] = { 1, 12, months }, [DAY_OF_WEEK] = { 0, 7, week_days },
};

static const struct
{
  const char *name, *meaning;
} nicknames[] = {
  { "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" }, { "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
  { "@daily", "0 0 * * *" },  { "@midnight", "0 0 * * *" }, { "@hourly", "0 * * * *" },
};

static gboolean
fail (GError     **error,
      const char  *text,
      const char  *part)
{
  g_set_error (error, TC_CRON_ERROR, TC_CRON_ERROR_TEXT, _("“%s” is no cron expression: “%s” cannot stand there"), text, part);
  return FALSE;
}

/* A number, or a name; moves @at behind it. */
static gboolean
read_value (const char **at,
            Field        field,
            int         *value)
{
  const char *text = *at;
  int number = 0, digits = 0;

  for (; g_ascii_isdigit (*text) && digits < 4; text++, digits++)
    number = number * 10 + g_ascii_digit_value (*text);
  for (int i = 0; digits == 0 && fields[field].names != NULL && fields[field].names[i] != NULL; i++)
    if (g_ascii_strncasecmp (text, fields[field].names[i], 3) == 0)
      {
        number = i + 1;
        digits = 3;
        text += 3;
        break;
      }
  *at = text;
  *value = number;
  return digits > 0 && number >= fields[field].least && number <= fields[field].most;
}

/* One entry of a list: `*`, a value or a range, with or without a step; a value with a step goes on to the end. */
static gboolean
read_entry (const char *text,
            Field       field,
            uint64_t   *bits)
{
  int from = fields[field].least, to = fields[field].most, step = 1;
  gboolean open = TRUE;

  if (*text == '*')
    text++;
  else
    {
      if (!read_value (&text, field, &from))
        return FALSE;
      to = from;
      open = FALSE;
      if (*text == '-')
        {
          text++;
          if (!read_value (&text, field, &to))
            return FALSE;
        }
      else if (*text == '/')
        to = fields[field].most;
    }
  if (*text == '/')
    {
      char *end;
      guint64 number = g_ascii_strtoull (text + 1, &end, 10);

      if (!g_ascii_isdigit (text[1]) || number < 1 || number > (guint64) fields[field].most)
        return FALSE;
      step = (int) number;
      text = end;
    }
  if (*text != '\0' || from > to)
    return FALSE;
  if (field == DAY_OF_WEEK && open)
    to = 6;
  for (int i = from; i <= to; i += step)
    *bits |= UINT64_C (1) << (field == DAY_OF_WEEK ? i % 7 : i);
  return TRUE;
}

static gboolean
read_field (const char *text,
            Field       field,
            uint64_t   *bits)
{
  g_auto (GStrv) entries = g_strsplit (text, ",", -1);

  for (guint i = 0; entries[i] != NULL; i++)
    if (!read_entry (entries[i], field, bits))
      return FALSE;
  return TRUE;
}

/* The fields of @text, without empty ones. */
static GPtrArray *
split (const char *text)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) all = g_strsplit_set (text, " \t\n", -1);

  for (guint i = 0; all[i] != NULL; i++)
    if (*all[i] != '\0')
      g_ptr_array_add (parts, g_strdup (all[i]));
  return parts;
}

static gboolean
read_fields (TcCron      *self,
             const char  *text,
             GPtrArray   *parts,
             gboolean     with_seconds,
             GError     **error)
{
  guint first = with_seconds ? SECOND : MINUTE;

  if (parts->len != N_FIELDS - first)
    {
      g_set_error (error, TC_CRON_ERROR, TC_CRON_ERROR_TEXT, _("“%s” is no cron expression: it has %u fields, and must have %u"), text,
                   parts->len, N_FIELDS - first);
      return FALSE;
    }
  self->bits[SECOND] = 1;
  for (guint i = first; i < N_FIELDS; i++)
    {
      const char *part = g_ptr_array_index (parts, i - first);

      self->bits[i] = 0;
      if (!read_field (part, i, &self->bits[i]))
        return fail (error, text, part);
      if (i == DAY_OF_MONTH)
        self->any_day = g_str_equal (part, "*");
      if (i == DAY_OF_WEEK)
        self->any_week_day = g_str_equal (part, "*");
    }
  return TRUE;
}

TcCron *
tc_cron_new (const char  *text,
             gboolean     with_seconds,
             GError     **error)
{
  g_autoptr (TcCron) self = g_new0 (TcCron, 1);
  g_autoptr (GPtrArray) parts = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  parts = split (text);
  if (parts->len == 1 && *(char *) g_ptr_array_index (parts, 0) == '@')
    for (guint i = 0; i < G_N_ELEMENTS (nicknames); i++)
      if (g_str_equal (g_ptr_array_index (parts, 0), nicknames[i].name))
        {
          g_ptr_array_unref (parts);
          parts = split (nicknames[i].meaning);
          with_seconds = FALSE;
          break;
        }
  return read_fields (self, text, parts, with_seconds, error) ? g_steal_pointer (&self) : NULL;
}

void
tc_cron_free (TcCron *self)
{
  g_free (self);
}

static gboolean
has (const TcCron *self,
     Field         field,
     int           value)
{
  return (self->bits[field] >> value & 1) != 0;
}

/* The epoch was a Thursday. */
static gboolean
matches_day (const TcCron *self,
             int64_t       day)
{
  int64_t year;
  int month, of_month, of_week = (int) (((day + 4) % 7 + 7) % 7);
  gboolean by_date, by_week;

  tc_civil_from_days (day, &year, &month, &of_month);
  if (!has (self, MONTH, month))
    return FALSE;
  by_date = has (self, DAY_OF_MONTH, of_month);
  by_week = has (self, DAY_OF_WEEK, of_week);
  return self->any_day || self->any_week_day ? by_date && by_week : by_date || by_week;
}

/* The closest value in @field from @value on, upwards or downwards; -1: none. */
static int
closest (const TcCron *self,
         Field         field,
         int           value,
         int           step)
{
  for (; value >= 0 && value <= fields[field].most; value += step)
    if (has (self, field, value))
      return value;
  return -1;
}

/* The closest second of the day from @of_day on that matches, upwards or downwards; -1: none. */
static int64_t
closest_in_day (const TcCron *self,
                int64_t       of_day,
                int           step)
{
  int values[] = { (int) (of_day % 60), (int) (of_day / 60 % 60), (int) (of_day / 3600) };
  int second = closest (self, SECOND, values[SECOND], step), minute, hour;

  if (of_day < 0 || of_day >= DAY)
    return -1;
  minute = closest (self, MINUTE, second >= 0 ? values[MINUTE] : values[MINUTE] + step, step);
  if (minute != values[MINUTE] || second < 0)
    second = closest (self, SECOND, step > 0 ? 0 : 59, step);
  hour = closest (self, HOUR, minute >= 0 ? values[HOUR] : values[HOUR] + step, step);
  if (hour != values[HOUR] || minute < 0)
    {
      minute = closest (self, MINUTE, step > 0 ? 0 : 59, step);
      second = closest (self, SECOND, step > 0 ? 0 : 59, step);
    }
  return hour >= 0 ? hour * 3600 + minute * 60 + second : -1;
}

static int64_t
floor_div (int64_t value,
           int64_t by)
{
  return value / by - (value % by < 0);
}

/* The closest match after or before @local, seconds as the clock on the wall counts them. */
static gboolean
closest_local (const TcCron *self,
               int64_t       local,
               int           step,
               int64_t      *found)
{
  int64_t start = local + step, day = floor_div (start, DAY), of_day = start - day * DAY;

  for (int i = 0; i < MOST_DAYS; i++, day += step, of_day = step > 0 ? 0 : DAY - 1)
    {
      int64_t match = matches_day (self, day) ? closest_in_day (self, of_day, step) : -1;

      if (match >= 0)
        {
          *found = day * DAY + match;
          return TRUE;
        }
    }
  return FALSE;
}

static int64_t
offset_at (GTimeZone *zone,
           int64_t    utc)
{
  return g_time_zone_get_offset (zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, utc));
}

/* Whether a time of day that clocks show twice means both. */
static gboolean
is_interval (const TcCron *self,
             int64_t       local)
{
  int hour = (int) ((local - floor_div (local, DAY) * DAY) / 3600);
  uint64_t minutes = self->bits[MINUTE], seconds = self->bits[SECOND];

  return (minutes & (minutes - 1)) != 0 || (seconds & (seconds - 1)) != 0 || has (self, HOUR, (hour + 1) % 24);
}

/* The moments at which clocks show @local: none if they skip it, two if they show it twice. Clocks are changed once within two days at most. */
static int
moments_of (const TcCron *self,
            GTimeZone    *zone,
            int64_t       local,
            int64_t       moments[2])
{
  int64_t before = offset_at (zone, local - DAY), after = offset_at (zone, local + DAY);
  int n = 0;

  if (offset_at (zone, local - before) == before)
    moments[n++] = local - before;
  if (after != before && offset_at (zone, local - after) == after && (n == 0 || is_interval (self, local)))
    moments[n++] = local - after;
  return n;
}

/* Where clocks go back within a day of @at, the order of times on the wall is not that of moments: all that may come into question are looked at. */
static gboolean
search (const TcCron *self,
        GTimeZone    *zone,
        int64_t       at,
        int           step,
        int64_t      *found)
{
  int64_t near = offset_at (zone, at), far = offset_at (zone, at + step * DAY), most = MAX (near, far), least = MIN (near, far);
  int64_t local = at + (step > 0 ? least : most), best = 0;
  gboolean any = FALSE;

  while (closest_local (self, local, step, &local))
    {
      int64_t moments[2];
      int n = moments_of (self, zone, local, moments);

      if (any && (step > 0 ? local - most > best : local - least < best))
        break;
      for (int i = 0; i < n; i++)
        if ((step > 0 ? moments[i] > at : moments[i] < at) && (!any || (step > 0 ? moments[i] < best : moments[i] > best)))
          {
            best = moments[i];
            any = TRUE;
          }
      if (any && near == far)
        break;
    }
  if (any)
    *found = best;
  return any;
}

gboolean
tc_cron_next (const TcCron *self,
              GTimeZone    *zone,
              int64_t       at_s,
              int64_t      *found_s)
{
  g_return_val_if_fail (self != NULL && zone != NULL, FALSE);
  return search (self, zone, at_s, 1, found_s);
}

gboolean
tc_cron_previous (const TcCron *self,
                  GTimeZone    *zone,
                  int64_t       at_s,
                  int64_t      *found_s)
{
  g_return_val_if_fail (self != NULL && zone != NULL, FALSE);
  return search (self, zone, at_s, -1, found_s);
}
