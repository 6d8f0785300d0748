/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "tc-java-date.h"

/* The calendar against GLib's, for all days of 800 years. */
static void
test_calendar (void)
{
  int64_t days = tc_java_days (1600, 1, 1);
  GDate   date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 1, 1, 1600);
  for (int i = 0; i < 800 * 365; i++, days++, g_date_add_days (&date, 1))
    {
      int64_t year;
      int     month, day;

      tc_java_from_days (days, &year, &month, &day);
      g_assert_cmpint (year, ==, g_date_get_year (&date));
      g_assert_cmpint (month, ==, (int) g_date_get_month (&date));
      g_assert_cmpint (day, ==, g_date_get_day (&date));
      g_assert_cmpint (tc_java_days (year, month, day), ==, days);
      g_assert_cmpint (tc_java_weekday (days), ==, (int) g_date_get_weekday (&date));
    }
}

static void
test_zones (void)
{
  static const char *const good[] = { "UTC", "Z", "GMT", "Europe/Paris", "+02:00", "-5", "+0530", "GMT+2", "UTC-03:30", "Etc/GMT+5" };
  static const char *const bad[] = { "", "X", "/etc/localtime", "../x", "+25", "+02:60", "Europe/Paris,M3", ":UTC", "GMT+99", "5" };

  for (size_t i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_auto (TcZone) zone = { NULL, NULL };

      if (!tc_java_zone (good[i], &zone))
        g_error ("%s", good[i]);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto (TcZone) zone = { NULL, NULL };

      if (tc_java_zone (bad[i], &zone))
        g_error ("%s", bad[i]);
    }
}

static char *
convert (const char *text, const char *existing, const char *zone_id, const char *format, char **problem)
{
  g_auto (TcZone) zone = { NULL, NULL };
  g_auto (TcZone) own = { NULL, NULL };
  TcZoned         date;

  g_assert_true (tc_java_zone (zone_id, &zone));
  if (!tc_java_parse_date (text, existing, &zone, &own, &date, problem))
    return NULL;
  date = tc_java_at_zone (date.seconds, date.nanos, &zone);
  return tc_java_format_date (&date, format, NULL, problem);
}

static void
test_convert (void)
{
  static const struct { const char *text, *existing, *zone, *format, *result; } cases[] = {
    { "2024-03-31T01:59:59", NULL, "Europe/Paris", "iso_sec", "2024-03-31T01:59:59+01:00" },
    { "2024-03-31T02:00:00", NULL, "Europe/Paris", "iso_sec", "2024-03-31T03:00:00+02:00" },
    { "2024-03-31T03:00:00", NULL, "Europe/Paris", "iso_sec", "2024-03-31T03:00:00+02:00" },
    { "2024-10-27T02:59:59", NULL, "Europe/Paris", "iso_sec", "2024-10-27T02:59:59+02:00" },
    { "2024-10-27T03:00:00", NULL, "Europe/Paris", "iso_sec", "2024-10-27T03:00:00+01:00" },
    { "-0044-03-15T12:00:00Z", NULL, "UTC", "uuuu-MM-dd", "-0044-03-15" },
    { "+12024-01-01T00:00:00Z", NULL, "UTC", "yyyy", "+12024" },
    { "2024-03-05T14:07:09.1Z", NULL, "UTC", "iso_instant", "2024-03-05T14:07:09.100Z" },
    { "2024-03-05T14:07:09z", NULL, "UTC", "iso_sec", "2024-03-05T14:07:09Z" },
    { "2023-01-01", NULL, "UTC", "YYYY-'W'ww e", "2023-W01 1" },
    { "2022-12-31", NULL, "UTC", "YYYY ww W", "2022 53 5" },
    { "05.03.24 7:08", "dd.MM.yy H:mm", "UTC", "iso_sec", "2024-03-05T07:08:00Z" },
    { "2024-03-05 07", "yyyy-MM-dd[ HH[:mm]]", "UTC", "iso_sec", "2024-03-05T07:00:00Z" },
    { "2024-03-05", "yyyy-MM-dd[ HH[:mm]]", "UTC", "iso_sec", "2024-03-05T00:00:00Z" },
    { "2024-02-31", "yyyy-MM-dd", "UTC", "iso_local_date", "2024-02-29" },
    { "12:05 AM 2024-01-01", "hh:mm a yyyy-MM-dd", "UTC", "HH:mm", "00:05" },
    { "2024-03-05T10:00 Asia/Tokyo", "yyyy-MM-dd'T'HH:mm VV", "UTC", "HH:mm", "01:00" },
    { "2024-03-05T10:00:00.123", "yyyy-MM-dd'T'HH:mm:ss.SSS", "UTC", "SSS", "123" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *problem = NULL;
      g_autofree char *result = convert (cases[i].text, cases[i].existing, cases[i].zone, cases[i].format, &problem);

      if (g_strcmp0 (result, cases[i].result) != 0)
        g_error ("%s by %s: %s %s, not %s", cases[i].text, cases[i].format, result, problem, cases[i].result);
    }
}

static void
test_bad (void)
{
  static const struct { const char *text, *existing; } cases[] = {
    { "2024-02-30", NULL }, { "2024-01-01T24:00:00Z", NULL }, { "2024-01-01T10:60:00Z", NULL }, { "2024-01-01 ", NULL },
    { "2024-01-01T10:00:00Z[Nowhere/At]", NULL }, { "10:00", "HH:mm" }, { "2024", "yyyy" }, { "x", "'y'" }, { "13", "hh" },
    { "2024-01-01", "yyyy-MM-dd HH" }, { "Mar", "MMMM" }, { "9999999-01-01", "yyyy-MM-dd" }, { "2024-1-1", "[" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *problem = NULL;
      g_autofree char *result = convert (cases[i].text, cases[i].existing, "UTC", "iso", &problem);

      if (result != NULL || problem == NULL)
        g_error ("%s by %s: %s", cases[i].text, cases[i].existing, result);
    }
}

/* The index in the message is that of the first character that does not fit, in characters. */
static void
test_index (void)
{
  g_autofree char *problem = NULL;
  g_autofree char *result = convert ("2024-03-05 14:07", NULL, "UTC", "iso", &problem);

  g_assert_null (result);
  g_assert_cmpstr (problem, ==, "Text '2024-03-05 14:07' could not be parsed at index 10");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/date/calendar", test_calendar);
  g_test_add_func ("/expr/date/zones", test_zones);
  g_test_add_func ("/expr/date/convert", test_convert);
  g_test_add_func ("/expr/date/bad", test_bad);
  g_test_add_func ("/expr/date/index", test_index);
  return g_test_run ();
}
