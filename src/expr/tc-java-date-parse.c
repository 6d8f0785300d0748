/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts as dates: by ISO 8601 as java.time reads it, or by a pattern. What was found decides: zoned, date and time, or a date. */
#include "config.h"
#include "tc-java-pattern.h"

#include <string.h>

#define NONE INT64_MIN

typedef struct
{
  const char *start, *p;
  int64_t     year, month, day, day_of_year, hour, half_hour, half, minute, second, nanos, epoch;
  int         offset_s;
  gboolean    has_offset, strict;
  char       *region;
  char       *problem;
} Parser;

static gboolean
no_match (Parser *self, size_t at)
{
  if (self->problem == NULL)
    self->problem = g_strdup_printf ("Text '%s' could not be parsed at index %zu", self->start, at);
  return FALSE;
}

static gboolean
fail_here (Parser *self)
{
  return no_match (self, g_utf8_strlen (self->start, self->p - self->start));
}

/* @min to @max digits; @reserve digits are left for the numbers that follow at once. */
static gboolean
read_number (Parser *self, int min, int max, int reserve, int64_t *value)
{
  int     n = 0;
  int64_t number = 0;

  while (g_ascii_isdigit (self->p[n]))
    n++;
  n = MIN (n - reserve, MIN (max, 18));
  if (n < min)
    return fail_here (self);
  for (int i = 0; i < n; i++)
    number = number * 10 + (*self->p++ - '0');
  *value = number;
  return TRUE;
}

static gboolean
read_char (Parser *self, char c)
{
  if (*self->p != c)
    return fail_here (self);
  self->p++;
  return TRUE;
}

static gboolean
read_fraction (Parser *self, int min, int max)
{
  int64_t value = 0;
  int     n = 0;

  while (n < max && g_ascii_isdigit (self->p[n]))
    value = value * 10 + (self->p[n++] - '0');
  if (n < min)
    return fail_here (self);
  self->p += n;
  for (int i = n; i < 9; i++)
    value *= 10;
  self->nanos = value;
  return TRUE;
}

/* Z, or ±hh with minutes (and seconds) after a colon or not. */
static gboolean
read_offset (Parser *self, gboolean colon, gboolean minutes, gboolean z)
{
  int64_t hour, minute = 0, second = 0;
  int     sign = *self->p == '-' ? -1 : 1;

  self->has_offset = TRUE;
  self->offset_s = 0;
  if (z && (*self->p == 'Z' || *self->p == 'z'))
    {
      self->p++;
      return TRUE;
    }
  if (*self->p != '+' && *self->p != '-')
    return fail_here (self);
  self->p++;
  if (!read_number (self, 2, 2, 0, &hour))
    return FALSE;
  if (minutes && ((colon && !read_char (self, ':')) || !read_number (self, 2, 2, 0, &minute)))
    return FALSE;
  if (minutes && colon && *self->p == ':' && (self->p++, !read_number (self, 2, 2, 0, &second)))
    return FALSE;
  if (hour > 18 || minute > 59 || second > 59)
    return fail_here (self);
  self->offset_s = sign * (hour * 3600 + minute * 60 + second);
  return TRUE;
}

static gboolean
read_region (Parser *self, gboolean brackets)
{
  size_t n;

  if (brackets && !read_char (self, '['))
    return FALSE;
  n = strcspn (self->p, brackets ? "]" : " ,;)]");
  if (n == 0 || n > 64)
    return fail_here (self);
  g_free (self->region);
  self->region = g_strndup (self->p, n);
  self->p += n;
  return !brackets || read_char (self, ']');
}

/* ISO_LOCAL_DATE, with year of four digits or a sign. */
static gboolean
read_iso_date (Parser *self)
{
  int sign = *self->p == '-' ? -1 : 1, digits = *self->p == '+' || *self->p == '-' ? 6 : 4;

  if (*self->p == '+' || *self->p == '-')
    self->p++;
  if (!read_number (self, 4, digits, 0, &self->year))
    return FALSE;
  self->year *= sign;
  return read_char (self, '-') && read_number (self, 2, 2, 0, &self->month) && read_char (self, '-')
         && read_number (self, 2, 2, 0, &self->day);
}

static gboolean
read_iso_time (Parser *self)
{
  if (!read_number (self, 2, 2, 0, &self->hour) || !read_char (self, ':') || !read_number (self, 2, 2, 0, &self->minute))
    return FALSE;
  if (*self->p != ':')
    return TRUE;
  self->p++;
  if (!read_number (self, 2, 2, 0, &self->second))
    return FALSE;
  return *self->p != '.' || (self->p++, read_fraction (self, 0, 9));
}

static gboolean
read_iso (Parser *self)
{
  self->strict = TRUE;
  if (!read_iso_date (self))
    return FALSE;
  if (*self->p == 'T' || *self->p == 't')
    {
      self->p++;
      if (!read_iso_time (self))
        return FALSE;
      if (*self->p != 0 && !read_offset (self, TRUE, TRUE, TRUE))
        return FALSE;
      if (*self->p == '[' && !read_region (self, TRUE))
        return FALSE;
    }
  return *self->p == 0 || fail_here (self);
}

/* Patterns. */

static int
fixed_width (const TcDateElement *element)
{
  if (strchr ("yuMLdDHhKkmsSeQq", element->letter) == NULL || element->letter < 'A')
    return 0;
  if (strchr ("ML", element->letter) != NULL && element->count > 2)
    return 0;
  return element->count;
}

/* Digits that adjacent numbers after element @at need. */
static int
reserved_after (const TcDatePattern *pattern, guint at)
{
  int reserve = 0;

  for (guint i = at + 1; i < pattern->elements->len; i++)
    {
      int width = fixed_width (&g_array_index (pattern->elements, TcDateElement, i));

      if (width == 0)
        break;
      reserve += width;
    }
  return reserve;
}

static gboolean
read_names (Parser *self, const char *const *full, const char *const *abbreviated, int n, int count, int64_t *value)
{
  const char *const *names = count == 4 ? full : abbreviated;
  size_t best = 0;

  for (int i = 0; i < n; i++)
    {
      size_t length = strlen (names[i]);

      if (length > best && strncmp (self->p, names[i], length) == 0)
        {
          best = length;
          *value = i + 1;
        }
    }
  self->p += best;
  return best > 0 || fail_here (self);
}

static gboolean
read_year (Parser *self, const TcDateElement *element, int reserve)
{
  int sign = 1;

  if (element->count == 2)
    {
      if (!read_number (self, 2, 2, 0, &self->year))
        return FALSE;
      self->year += 2000;
      return TRUE;
    }
  if (*self->p == '-' || *self->p == '+')
    sign = *self->p++ == '-' ? -1 : 1;
  if (!read_number (self, element->count, reserve > 0 ? element->count : 6, reserve, &self->year))
    return FALSE;
  self->year *= sign;
  return TRUE;
}

static gboolean
read_half (Parser *self)
{
  if (g_ascii_strncasecmp (self->p, "AM", 2) == 0)
    self->half = 0;
  else if (g_ascii_strncasecmp (self->p, "PM", 2) == 0)
    self->half = 1;
  else
    return fail_here (self);
  self->p += 2;
  return TRUE;
}

/* Names are always read as in English in RFC 1123 dates; the day's name is not checked against the date. */
static gboolean
read_field (Parser *self, const TcDateElement *element, const TcDateNames *names, int reserve)
{
  int     count = element->count, max = reserve > 0 ? count : MAX (count, 2);
  int64_t ignored;

  switch (element->letter)
    {
    case 'y':
    case 'u':
      return read_year (self, element, reserve);
    case 'M':
    case 'L':
      if (count > 2)
        return read_names (self, names->months, names->short_months, 12, count, &self->month);
      return read_number (self, count, max, reserve, &self->month);
    case 'd':
      return read_number (self, count, max, reserve, &self->day);
    case 'D':
      return read_number (self, count, 3, reserve, &self->day_of_year);
    case 'E':
      return read_names (self, names->days, names->short_days, 7, count, &ignored);
    case 'H':
      return read_number (self, count, max, reserve, &self->hour);
    case 'k':
      if (!read_number (self, count, max, reserve, &self->hour))
        return FALSE;
      self->hour %= 24;
      return TRUE;
    case 'h':
    case 'K':
      if (!read_number (self, count, max, reserve, &self->half_hour))
        return FALSE;
      self->half_hour %= 12;
      return TRUE;
    case 'a':
      return read_half (self);
    case 'm':
      return read_number (self, count, max, reserve, &self->minute);
    case 's':
      return read_number (self, count, max, reserve, &self->second);
    case 'S':
      return read_fraction (self, count, count);
    case 'n':
      return read_number (self, 1, 9, reserve, &self->nanos);
    case 'X':
      return read_offset (self, count == 3 || count == 5, count > 1, TRUE);
    case 'x':
      return read_offset (self, count == 3 || count == 5, count > 1, FALSE);
    case 'Z':
      return read_offset (self, count == 5, TRUE, count == 5);
    case 'V':
    case 'z':
    case 'v':
      return read_region (self, FALSE);
    default:
      self->problem = g_strdup_printf ("Text '%s' could not be parsed: the letter %c is not read", self->start, element->letter);
      return FALSE;
    }
}

static gboolean
read_special (Parser *self, const TcDateElement *element)
{
  switch (element->letter)
    {
    case TC_DATE_LITERAL:
      if (strncmp (self->p, element->text, element->length) != 0)
        return fail_here (self);
      self->p += element->length;
      return TRUE;
    case TC_DATE_FRACTION:
    case TC_DATE_MILLIS:
      return *self->p != '.' || (self->p++, read_fraction (self, 1, 9));
    case TC_DATE_REGION:
      return *self->p != '[' || read_region (self, TRUE);
    case TC_DATE_RFC_OFFSET:
      if (strncmp (self->p, "GMT", 3) != 0)
        return read_offset (self, FALSE, TRUE, FALSE);
      self->p += 3;
      self->has_offset = TRUE;
      return TRUE;
    default:
      return element->letter == TC_DATE_OPEN || element->letter == TC_DATE_CLOSE || fail_here (self);
    }
}

static guint
section_end (const TcDatePattern *pattern, guint at)
{
  int open = 0;

  for (; at < pattern->elements->len; at++)
    {
      int letter = g_array_index (pattern->elements, TcDateElement, at).letter;

      open += letter == TC_DATE_OPEN ? 1 : letter == TC_DATE_CLOSE ? -1 : 0;
      if (open == 0)
        break;
    }
  return at;
}

static gboolean
read_elements (Parser *self, const TcDatePattern *pattern, const TcDateNames *names, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      const TcDateElement *element = &g_array_index (pattern->elements, TcDateElement, i);

      if (element->letter == TC_DATE_OPEN)
        {
          const char *start = self->p;
          guint       end = section_end (pattern, i);

          if (!read_elements (self, pattern, names, i + 1, end))
            {
              self->p = start;
              g_clear_pointer (&self->problem, g_free);
            }
          i = end;
        }
      else if (!(element->letter < 'A' ? read_special (self, element) : read_field (self, element, names, reserved_after (pattern, i))))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_format (Parser *self, const char *format)
{
  g_auto (TcDatePattern) pattern = { NULL, NULL, FALSE };
  /* Kestra reads names by the server's locale, whatever the filter's. */
  const TcDateNames *names = tc_date_names (NULL);

  if (!tc_date_pattern_read (format, names, &pattern, &self->problem))
    return FALSE;
  if (!read_elements (self, &pattern, names, 0, pattern.elements->len))
    return FALSE;
  if (pattern.utc)
    self->has_offset = TRUE;
  return *self->p == 0 || fail_here (self);
}

/* Results. */

static gboolean
invalid (Parser *self, const char *what)
{
  g_free (self->problem);
  self->problem = g_strdup_printf ("Text '%s' could not be parsed: %s", self->start, what);
  return FALSE;
}

static gboolean
check_date (Parser *self)
{
  int64_t days;
  int     month, day;

  if (self->day_of_year != NONE && self->year != NONE && self->month == NONE)
    {
      days = tc_java_days (self->year, 1, 1) + self->day_of_year - 1;
      tc_java_from_days (days, &self->year, &month, &day);
      self->month = month;
      self->day = day;
    }
  if (self->year == NONE || self->month == NONE || self->day == NONE)
    return invalid (self, "Unable to obtain LocalDate");
  if (ABS (self->year) > TC_EXPR_LIMIT_YEAR)
    return invalid (self, "the year is beyond ±999999 (TC_EXPR_LIMIT_YEAR)");
  if (self->month < 1 || self->month > 12)
    return invalid (self, "Invalid value for MonthOfYear (valid values 1 - 12)");
  if (self->day < 1 || self->day > 31)
    return invalid (self, "Invalid value for DayOfMonth (valid values 1 - 28/31)");
  if (self->day > tc_java_month_length (self->year, self->month))
    {
      if (self->strict)
        return invalid (self, "Invalid date: the month has fewer days");
      self->day = tc_java_month_length (self->year, self->month);
    }
  return TRUE;
}

static gboolean
check_time (Parser *self, gboolean *has_time)
{
  if (self->hour == NONE && self->half_hour != NONE && self->half != NONE)
    self->hour = self->half_hour + 12 * self->half;
  *has_time = self->hour != NONE;
  if (self->hour == NONE)
    self->hour = 0;
  if (self->minute == NONE || !*has_time)
    self->minute = 0;
  if (self->second == NONE || !*has_time)
    self->second = 0;
  if (self->nanos == NONE || !*has_time)
    self->nanos = 0;
  if (self->hour > 23)
    return invalid (self, "Invalid value for HourOfDay (valid values 0 - 23)");
  if (self->minute > 59)
    return invalid (self, "Invalid value for MinuteOfHour (valid values 0 - 59)");
  return self->second <= 59 || invalid (self, "Invalid value for SecondOfMinute (valid values 0 - 59)");
}

static gboolean
finish (Parser *self, const TcZone *zone, TcZone *own, TcZoned *date)
{
  TcLocalTime local;
  gboolean    has_time;

  if (!check_date (self) || !check_time (self, &has_time))
    return FALSE;
  local = (TcLocalTime) { self->year, self->month, self->day, self->hour, self->minute, self->second, self->nanos };
  if (self->region != NULL && !tc_java_zone (self->region, own))
    return invalid (self, "Unknown time-zone ID");
  if (!has_time || (!self->has_offset && own->zone == NULL))
    *date = tc_java_of_local (&local, zone);
  else if (!self->has_offset)
    *date = tc_java_of_local (&local, own);
  else
    {
      if (own->zone == NULL)
        *own = (TcZone) { g_time_zone_new_offset (self->offset_s), g_strdup (self->offset_s == 0 ? "Z" : "") };
      *date = tc_java_at_zone (tc_java_local_seconds (&local) - self->offset_s, local.nanos, own);
    }
  return TRUE;
}

gboolean
tc_java_parse_date (const char *text, const char *format, const TcZone *zone, TcZone *own, TcZoned *date,
                    char **problem)
{
  Parser   parser = { .start = text, .p = text, .year = NONE, .month = NONE, .day = NONE, .day_of_year = NONE, .hour = NONE,
                      .half_hour = NONE, .half = NONE, .minute = NONE, .second = NONE, .nanos = NONE };
  gboolean ok = format == NULL ? read_iso (&parser) : read_format (&parser, format);

  ok = ok && finish (&parser, zone, own, date);
  g_free (parser.region);
  *problem = parser.problem;
  return ok;
}

/* Adding. */

static const struct { const char *name; int64_t seconds, nanos; int months, days; } units[] = {
  { "NANOS", 0, 1, 0, 0 }, { "MICROS", 0, 1000, 0, 0 }, { "MILLIS", 0, 1000000, 0, 0 }, { "SECONDS", 1, 0, 0, 0 },
  { "MINUTES", 60, 0, 0, 0 }, { "HOURS", 3600, 0, 0, 0 }, { "HALF_DAYS", 43200, 0, 0, 0 }, { "DAYS", 0, 0, 0, 1 },
  { "WEEKS", 0, 0, 0, 7 }, { "MONTHS", 0, 0, 1, 0 }, { "YEARS", 0, 0, 12, 0 }, { "DECADES", 0, 0, 120, 0 },
  { "CENTURIES", 0, 0, 1200, 0 }, { "MILLENNIA", 0, 0, 12000, 0 }, { "ERAS", 0, 0, 0, 0 },
};

gboolean
tc_java_is_unit (const char *unit)
{
  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, unit) == 0)
      return TRUE;
  return FALSE;
}

static void
add_calendar (TcZoned *date, int64_t months, int64_t days, const TcZone *zone)
{
  TcLocalTime local = tc_java_local (date->seconds + date->offset_s, date->nanos);
  int64_t     month = local.year * 12 + local.month - 1 + months;

  if (months != 0)
    {
      local.year = month / 12 - (month % 12 < 0);
      local.month = month - local.year * 12 + 1;
      local.day = MIN (local.day, tc_java_month_length (local.year, local.month));
    }
  if (days != 0)
    tc_java_from_days (tc_java_days (local.year, local.month, local.day) + days, &local.year, &local.month, &local.day);
  *date = tc_java_of_local (&local, zone);
}

gboolean
tc_java_add (TcZoned *date, int64_t amount, const char *unit, const TcZone *zone)
{
  const int64_t most = (int64_t) TC_EXPR_LIMIT_YEAR * 366 * 86400;
  size_t        i = 0;
  int64_t       nanos;

  while (strcmp (units[i].name, unit) != 0)
    i++;
  if (units[i].months != 0 || units[i].days != 0)
    {
      if (ABS (amount) > (int64_t) TC_EXPR_LIMIT_YEAR * 366 || amount == INT64_MIN)
        return FALSE;
      if (ABS (amount) * (units[i].months * 31 + units[i].days) > (int64_t) TC_EXPR_LIMIT_YEAR * 366)
        return FALSE;
      add_calendar (date, amount * units[i].months, amount * units[i].days, zone);
      return TRUE;
    }
  if (units[i].seconds > 0)
    {
      if (amount > most / units[i].seconds || amount < -most / units[i].seconds)
        return FALSE;
      date->seconds += amount * units[i].seconds;
    }
  else if (units[i].nanos > 0)
    {
      int64_t per = 1000000000 / units[i].nanos, whole = amount / per, rest = amount % per;

      nanos = date->nanos + rest * units[i].nanos;
      whole += nanos / 1000000000 - (nanos % 1000000000 < 0);
      nanos = nanos - (nanos / 1000000000 - (nanos % 1000000000 < 0)) * 1000000000;
      if (ABS (whole) > most)
        return FALSE;
      date->seconds += whole;
      date->nanos = nanos;
    }
  else
    return amount == 0;
  if (ABS (date->seconds) > most)
    return FALSE;
  *date = tc_java_at_zone (date->seconds, date->nanos, zone);
  return TRUE;
}
