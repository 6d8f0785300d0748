/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar and zones of java.time. */
#include "config.h"
#include "tc-java-date.h"

#include <string.h>

/* Days are counted from 1 March, so that the leap day ends a year. */
int64_t
tc_java_days (int64_t year, int month, int day)
{
  int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
  int64_t of_era = y - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void
tc_java_from_days (int64_t days, int64_t *year, int *month, int *day)
{
  int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t of_era = z - era * 146097;
  int64_t of_cycle = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * of_cycle + of_cycle / 4 - of_cycle / 100);
  int     m = (5 * of_year + 2) / 153;

  *day = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = of_cycle + era * 400 + (*month <= 2);
}

int
tc_java_month_length (int64_t year, int month)
{
  static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    return 29;
  return lengths[month - 1];
}

static int64_t
floor_div (int64_t a, int64_t b)
{
  return a / b - (a % b < 0);
}

int
tc_java_weekday (int64_t days)
{
  return (int) (days + 3 - 7 * floor_div (days + 3, 7)) + 1;
}

TcLocalTime
tc_java_local (int64_t seconds, int nanos)
{
  TcLocalTime local = { .nanos = nanos };
  int64_t     days = floor_div (seconds, 86400);
  int         rest = seconds - days * 86400;

  tc_java_from_days (days, &local.year, &local.month, &local.day);
  local.hour = rest / 3600;
  local.minute = rest / 60 % 60;
  local.second = rest % 60;
  return local;
}

int64_t
tc_java_local_seconds (const TcLocalTime *local)
{
  return tc_java_days (local->year, local->month, local->day) * 86400 + local->hour * 3600 + local->minute * 60 + local->second;
}

/* `+2`, `+02`, `+02:00`, `+0200`, `+02:00:30`: what ZoneOffset.of() reads. */
static gboolean
parse_offset (const char *text, int *seconds)
{
  int         parts[3] = { 0, 0, 0 };
  int         n = 0, sign = *text == '-' ? -1 : 1;
  const char *p = text + 1;

  if (*text != '+' && *text != '-')
    return FALSE;
  while (g_ascii_isdigit (*p) && n < 3)
    {
      parts[n] = *p++ - '0';
      if (g_ascii_isdigit (*p))
        parts[n] = parts[n] * 10 + *p++ - '0';
      else if (n > 0)
        return FALSE;
      n++;
      if (*p == ':' && g_ascii_isdigit (p[1]))
        p++;
    }
  *seconds = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
  return n > 0 && *p == 0 && parts[0] <= 18 && parts[1] < 60 && parts[2] < 60 && ABS (*seconds) <= 18 * 3600;
}

static char *
offset_id (const char *prefix, int seconds)
{
  int absolute = ABS (seconds);

  if (seconds == 0)
    return g_strdup (*prefix ? prefix : "Z");
  if (absolute % 60 != 0)
    return g_strdup_printf ("%s%c%02d:%02d:%02d", prefix, seconds < 0 ? '-' : '+', absolute / 3600, absolute / 60 % 60, absolute % 60);
  return g_strdup_printf ("%s%c%02d:%02d", prefix, seconds < 0 ? '-' : '+', absolute / 3600, absolute / 60 % 60);
}

gboolean
tc_java_zone (const char *id, TcZone *zone)
{
  static const char *const prefixes[] = { "UTC", "GMT", "UT", "" };
  int seconds;

  *zone = (TcZone) { NULL, NULL };
  if (strcmp (id, "Z") == 0 || strcmp (id, "UTC") == 0 || strcmp (id, "GMT") == 0 || strcmp (id, "UT") == 0)
    {
      *zone = (TcZone) { g_time_zone_new_utc (), g_strdup (id) };
      return TRUE;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (id, prefixes[i]) && parse_offset (id + strlen (prefixes[i]), &seconds))
      {
        *zone = (TcZone) { g_time_zone_new_offset (seconds), offset_id (prefixes[i], seconds) };
        return TRUE;
      }
  /* The name becomes a file name below the zone directory. */
  if (*id == 0 || *id == '/' || *id == ':' || strstr (id, "..") != NULL || strspn (id, "0123456789") > 0 || strchr (id, ',') != NULL)
    return FALSE;
  zone->zone = g_time_zone_new_identifier (id);
  if (zone->zone == NULL)
    return FALSE;
  zone->id = g_strdup (id);
  return TRUE;
}

void
tc_java_zone_clear (TcZone *zone)
{
  g_clear_pointer (&zone->zone, g_time_zone_unref);
  g_clear_pointer (&zone->id, g_free);
}

TcZoned
tc_java_at_zone (int64_t seconds, int nanos, const TcZone *zone)
{
  int interval = g_time_zone_find_interval (zone->zone, G_TIME_TYPE_UNIVERSAL, seconds);

  return (TcZoned) { seconds, nanos, g_time_zone_get_offset (zone->zone, MAX (interval, 0)), zone->zone, zone->id };
}

TcZoned
tc_java_of_local (const TcLocalTime *local, const TcZone *zone)
{
  int64_t seconds = tc_java_local_seconds (local);
  int     day = 86400;
  TcZoned before = tc_java_at_zone (seconds - day, local->nanos, zone);
  TcZoned after = tc_java_at_zone (seconds + day, local->nanos, zone);
  TcZoned early = tc_java_at_zone (seconds - before.offset_s, local->nanos, zone);
  TcZoned late = tc_java_at_zone (seconds - after.offset_s, local->nanos, zone);

  if (early.offset_s == before.offset_s)
    return early;
  if (late.offset_s == after.offset_s)
    return late;
  /* A gap: the length of the gap is added, which is what the earlier offset gives. */
  return early;
}

void
tc_java_append_time (const TcTime *time, gboolean json, GString *out)
{
  TcLocalTime local = tc_java_local (time->seconds + time->offset_s, time->nanos);
  int         digits = time->nanos == 0 ? 0 : time->nanos % 1000000 == 0 ? 3 : time->nanos % 1000 == 0 ? 6 : 9;

  g_string_append_printf (out, "%04" G_GINT64_FORMAT "-%02d-%02dT%02d:%02d", (gint64) local.year, local.month, local.day, local.hour,
                          local.minute);
  if (json || time->offset_s == 0 || local.second != 0 || local.nanos != 0)
    g_string_append_printf (out, ":%02d", local.second);
  if (digits > 0)
    g_string_append_printf (out, ".%0*d", digits, time->nanos / (digits == 3 ? 1000000 : digits == 6 ? 1000 : 1));
  if (time->offset_s == 0)
    g_string_append_c (out, 'Z');
  else
    {
      g_autofree char *offset = offset_id ("", time->offset_s);

      g_string_append (out, offset);
    }
}
