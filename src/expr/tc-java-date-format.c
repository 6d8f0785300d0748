/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-java-pattern.h"

#include <string.h>

/* All fields of one date, computed once. */
typedef struct
{
  const TcZoned     *date;
  const TcDateNames *names;
  TcLocalTime        local;
  int64_t            days;
  int                weekday;       /* 1: Monday */
  gboolean           sunday;        /* weeks begin on Sunday and the first has one day; else Monday and four */
} Fields;

static int
day_of_year (const TcLocalTime *local)
{
  return tc_java_days (local->year, local->month, local->day) - tc_java_days (local->year, 1, 1) + 1;
}

/* Days from the start of the week, from 0. */
static int
day_of_week (int weekday, gboolean sunday)
{
  return sunday ? weekday % 7 : weekday - 1;
}

/* The day on which the first week of a year begins. */
static int64_t
first_week (int64_t year, gboolean sunday)
{
  int64_t first = tc_java_days (year, 1, 1);
  int     shift = day_of_week (tc_java_weekday (first), sunday);
  int     least = sunday ? 1 : 4;

  return first - shift + (7 - shift < least ? 7 : 0);
}

static int64_t
week_year (const Fields *self, gboolean sunday, int *week)
{
  int64_t year = self->local.year;

  if (self->days < first_week (year, sunday))
    year--;
  else if (self->days >= first_week (year + 1, sunday))
    year++;
  *week = (self->days - first_week (year, sunday)) / 7 + 1;
  return year;
}

static int
week_of_month (const Fields *self)
{
  int64_t first = self->days - self->local.day + 1;
  int     shift = day_of_week (tc_java_weekday (first), self->sunday);
  int     least = self->sunday ? 1 : 4;

  return (self->local.day - 1 + shift) / 7 + (7 - shift < least ? 0 : 1);
}

static void
append_number (GString *out, int64_t value, int width)
{
  g_string_append_printf (out, "%s%0*" G_GINT64_FORMAT, value < 0 ? "-" : "", width, (gint64) ABS (value));
}

static void
append_year (GString *out, int64_t year, int count)
{
  if (count == 2)
    g_string_append_printf (out, "%02d", (int) (((year % 100) + 100) % 100));
  else
    {
      if (count >= 4 && year > 9999)
        g_string_append_c (out, '+');
      append_number (out, year, count);
    }
}

/* X, x and Z: ±hh, ±hhmm, ±hh:mm, with seconds for four and five. */
static void
append_offset (GString *out, int offset, int count, gboolean z)
{
  int         absolute = ABS (offset), hours = absolute / 3600, minutes = absolute / 60 % 60, seconds = absolute % 60;
  const char *colon = count == 3 || count == 5 ? ":" : "";

  if (offset == 0 && z)
    {
      g_string_append_c (out, 'Z');
      return;
    }
  g_string_append_printf (out, "%c%02d", offset < 0 ? '-' : '+', hours);
  if (count > 1 || minutes != 0)
    g_string_append_printf (out, "%s%02d", colon, minutes);
  if (count >= 4 && seconds != 0)
    g_string_append_printf (out, "%s%02d", colon, seconds);
}

static void
append_localized_offset (GString *out, int offset, gboolean full)
{
  int absolute = ABS (offset);

  g_string_append (out, "GMT");
  if (offset == 0)
    return;
  g_string_append_printf (out, full ? "%c%02d" : "%c%d", offset < 0 ? '-' : '+', absolute / 3600);
  if (full || absolute % 3600 != 0)
    g_string_append_printf (out, ":%02d", absolute / 60 % 60);
}

static void
append_fraction (GString *out, int nanos, gboolean groups)
{
  char digits[16];
  int  n = 9;

  if (nanos == 0)
    return;
  g_snprintf (digits, sizeof digits, "%09d", nanos);
  if (groups)
    n = nanos % 1000000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
  else
    while (digits[n - 1] == '0')
      n--;
  g_string_append_printf (out, ".%.*s", n, digits);
}

static void
append_letter_of (GString *out, const char *name)
{
  g_string_append_len (out, name, g_utf8_skip[(guchar) *name]);
}

/* Names of months and days: 3 short, 4 full, 5 the first letter. */
static void
append_name (GString *out, const char *full, const char *abbreviated, int count)
{
  if (count == 5)
    {
      g_autofree char *upper = g_utf8_strup (full, -1);

      append_letter_of (out, upper);
    }
  else
    g_string_append (out, count == 4 ? full : abbreviated);
}

static void
append_quarter (GString *out, int month, int count)
{
  static const char *const ordinals[] = { "1st", "2nd", "3rd", "4th" };
  int quarter = (month - 1) / 3;

  if (count <= 2)
    append_number (out, quarter + 1, count);
  else if (count == 4)
    g_string_append_printf (out, "%s quarter", ordinals[quarter]);
  else
    g_string_append_printf (out, count == 3 ? "Q%d" : "%d", quarter + 1);
}

static void
append_iso_week (const Fields *self, GString *out)
{
  int     week;
  int64_t year = week_year (self, FALSE, &week);

  append_year (out, year, 4);
  g_string_append_printf (out, "-W%02d-%d", week, self->weekday);
}

static void
append_special (const Fields *self, const TcDateElement *element, GString *out)
{
  switch (element->letter)
    {
    case TC_DATE_LITERAL:
      g_string_append_len (out, element->text, element->length);
      break;
    case TC_DATE_FRACTION:
      append_fraction (out, self->date->nanos, FALSE);
      break;
    case TC_DATE_MILLIS:
      append_fraction (out, self->date->nanos, TRUE);
      break;
    case TC_DATE_REGION:
      if (g_ascii_isalpha (self->date->zone_id[0]) && strcmp (self->date->zone_id, "Z") != 0)
        g_string_append_printf (out, "[%s]", self->date->zone_id);
      break;
    case TC_DATE_ISO_WEEK:
      append_iso_week (self, out);
      break;
    case TC_DATE_RFC_OFFSET:
      if (self->date->offset_s == 0)
        g_string_append (out, "GMT");
      else
        append_offset (out, self->date->offset_s, 2, FALSE);
      break;
    default:
      break;
    }
}

static void
append_date_field (const Fields *self, int letter, int count, GString *out)
{
  const TcLocalTime *local = &self->local;
  int week, day = day_of_week (self->weekday, self->sunday) + 1;

  switch (letter)
    {
    case 'G':
      g_string_append (out, count == 4 ? (local->year > 0 ? "Anno Domini" : "Before Christ") : count == 5 ? (local->year > 0 ? "A" : "B")
                       : local->year > 0 ? "AD" : "BC");
      break;
    case 'u':
      append_year (out, local->year, count);
      break;
    case 'y':
      append_year (out, local->year > 0 ? local->year : 1 - local->year, count);
      break;
    case 'Y':
      append_year (out, week_year (self, self->sunday, &week), count);
      break;
    case 'w':
      week_year (self, self->sunday, &week);
      append_number (out, week, count);
      break;
    case 'W':
      append_number (out, week_of_month (self), 1);
      break;
    case 'D':
      append_number (out, day_of_year (local), count);
      break;
    case 'd':
      append_number (out, local->day, count);
      break;
    case 'F':
      append_number (out, (local->day - 1) / 7 + 1, 1);
      break;
    case 'M':
    case 'L':
      if (count <= 2)
        append_number (out, local->month, count);
      else
        append_name (out, self->names->months[local->month - 1], self->names->short_months[local->month - 1], count);
      break;
    case 'Q':
    case 'q':
      append_quarter (out, local->month, count);
      break;
    default:      /* E, e, c */
      if (letter != 'E' && count <= 2)
        append_number (out, day, count);
      else
        append_name (out, self->names->days[self->weekday - 1], self->names->short_days[self->weekday - 1], MAX (count, 3));
      break;
    }
}

static void
append_time_field (const Fields *self, int letter, int count, GString *out)
{
  const TcLocalTime *local = &self->local;
  int64_t            second = local->hour * 3600 + local->minute * 60 + local->second;
  char               digits[16];

  switch (letter)
    {
    case 'a':
      if (self->names->halves[0] != NULL)
        g_string_append (out, self->names->halves[local->hour >= 12]);
      else
        g_string_append (out, local->hour < 12 ? "AM" : "PM");
      break;
    case 'H':
      append_number (out, local->hour, count);
      break;
    case 'k':
      append_number (out, local->hour == 0 ? 24 : local->hour, count);
      break;
    case 'K':
      append_number (out, local->hour % 12, count);
      break;
    case 'h':
      append_number (out, local->hour % 12 == 0 ? 12 : local->hour % 12, count);
      break;
    case 'm':
      append_number (out, local->minute, count);
      break;
    case 's':
      append_number (out, local->second, count);
      break;
    case 'S':
      g_snprintf (digits, sizeof digits, "%09d", local->nanos);
      g_string_append_len (out, digits, count);
      break;
    case 'A':
      append_number (out, second * 1000 + local->nanos / 1000000, count);
      break;
    case 'n':
      append_number (out, local->nanos, count);
      break;
    default:      /* N */
      append_number (out, second * 1000000000 + local->nanos, count);
      break;
    }
}

static void
append_zone_field (const Fields *self, int letter, int count, GString *out)
{
  int offset = self->date->offset_s;

  switch (letter)
    {
    case 'X':
      append_offset (out, offset, count, TRUE);
      break;
    case 'x':
      append_offset (out, offset, count, FALSE);
      break;
    case 'Z':
      if (count == 4)
        append_localized_offset (out, offset, TRUE);
      else
        append_offset (out, offset, count == 5 ? 5 : 2, count == 5);
      break;
    case 'O':
      append_localized_offset (out, offset, count == 4);
      break;
    case 'V':
      g_string_append (out, self->date->zone_id);
      break;
    default:      /* z, v */
      g_string_append (out, tc_date_zone_name (self->date, count == 4));
      break;
    }
}

char *
tc_java_format_date (const TcZoned *date, const char *format, const char *locale, char **problem)
{
  g_auto (TcDatePattern) pattern = { NULL, NULL, FALSE };
  GString *out;
  Fields   fields = { date, tc_date_names (locale), .sunday = tc_date_week_on_sunday (locale) };

  if (!tc_date_pattern_read (format, fields.names, &pattern, problem))
    return NULL;
  fields.local = tc_java_local (date->seconds + (pattern.utc ? 0 : date->offset_s), date->nanos);
  fields.days = tc_java_days (fields.local.year, fields.local.month, fields.local.day);
  fields.weekday = tc_java_weekday (fields.days);
  out = g_string_new (NULL);
  for (guint i = 0; i < pattern.elements->len; i++)
    {
      const TcDateElement *element = &g_array_index (pattern.elements, TcDateElement, i);

      if (element->letter < 'A')
        append_special (&fields, element, out);
      else if (strchr ("XxZOVzv", element->letter) != NULL)
        append_zone_field (&fields, element->letter, element->count, out);
      else if (strchr ("aHkKhmsSAnN", element->letter) != NULL)
        append_time_field (&fields, element->letter, element->count, out);
      else
        append_date_field (&fields, element->letter, element->count, out);
    }
  return g_string_free (out, FALSE);
}
