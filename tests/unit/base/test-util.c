/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-util.h"

#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <unistd.h>

static void
test_ids (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 10000; i++)
    {
      char *id = tc_id_new ();

      g_assert_cmpuint (strlen (id), >, 10);
      g_assert_cmpuint (strlen (id), <=, 22);
      g_assert_cmpuint (strspn (id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), ==, strlen (id));
      g_assert_true (g_hash_table_add (seen, id));
    }
}

static void
test_durations (void)
{
  static const struct { const char *text; int64_t us; const char *again; } cases[] = {
    { "PT0S", 0, "PT0S" }, { "PT1H30M0.5S", 5400500000, "PT1H30M0.5S" }, { "P1DT1S", 86401000000, "PT24H1S" },
    { "pt5m", 300000000, "PT5M" }, { "PT-6H+3M", -21420000000, "PT-5H-57M" }, { "-PT-6H+3M", 21420000000, "PT5H57M" },
    { "PT-0.5S", -500000, "PT-0.5S" }, { "-PT0.5S", -500000, "PT-0.5S" }, { "PT-1.5S", -1500000, "PT-1.5S" },
    { "PT0.000001S", 1, "PT0.000001S" }, { "30", 30000000, "PT30S" }, { "12.5", 12500000, "PT12.5S" }, { "-2", -2000000, "PT-2S" },
    { "PT1,5S", 1500000, "PT1.5S" }, { "PT.5S", -1, NULL }, { "PT5.S", 5000000, "PT5S" }, { "P2D", 172800000000, "PT48H" },
  };
  static const char *const wrong[] = {
    "", "P", "PT", "P1DT", "1H", "PT1", "PT1H1H", "PT1S1M", "P1Y", "P1M", "P1W", "PT1.5H", "PT1.0000000001S", "P 1D", "PT1S ", "x", "-", "1.",
    "P9223372036854775807D", "99999999999999999999", "1e3", "--1", "PT", "P1D1D",
  };
  int64_t us = 42;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *again = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (tc_duration_parse (cases[i].text, &us), ==, cases[i].again != NULL);
      if (cases[i].again == NULL)
        continue;
      g_assert_cmpint (us, ==, cases[i].us);
      again = tc_duration_format (us);
      g_assert_cmpstr (again, ==, cases[i].again);
    }
  us = 42;
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_assert_false (tc_duration_parse (wrong[i], &us));
      g_assert_cmpint (us, ==, 42);
    }
}

static void
test_times (void)
{
  static const struct { const char *text, *again; int64_t seconds; } cases[] = {
    { "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0 },
    { "2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123456Z", 1767323045 },
    { "2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100Z", 1767323045 },
    { "2026-01-02T05:04+02:00", "2026-01-02T05:04:00+02:00", 1767323040 },
    { "2026-01-02t05:04:05+0200[Europe/Helsinki]", "2026-01-02T05:04:05+02:00", 1767323045 },
    { "2024-02-29T23:59:59.999999999-05:30", "2024-02-29T23:59:59.999999999-05:30", 1709270999 },
    { "1900-03-01T00:00:00Z", "1900-03-01T00:00:00Z", -2203891200 },
    { "+12026-01-01T00:00:00Z", "+12026-01-01T00:00:00Z", 317336745600 },
    { "0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", -62167219200 },
  };
  static const char *const wrong[] = {
    "", "2026-01-02", "2026-01-02T03:04:05", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01 00:00:00Z", "26-01-01T00:00:00Z", "2026-01-01T00:00Z[",
  };
  TcTime time;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *again = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_true (tc_time_parse (cases[i].text, &time));
      g_assert_cmpint (time.seconds, ==, cases[i].seconds);
      again = tc_time_format (&time);
      g_assert_cmpstr (again, ==, cases[i].again);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_assert_false (tc_time_parse (wrong[i], &time));
    }
}

static void
test_calendar (void)
{
  int64_t year, days;
  int month, day;

  for (int64_t at = -800000; at < 800000; at += 37)
    {
      tc_civil_from_days (at, &year, &month, &day);
      g_assert_true (tc_civil_days (year, month, day, &days));
      g_assert_cmpint (days, ==, at);
    }
  g_assert_false (tc_civil_days (2025, 2, 29, &days));
  g_assert_true (tc_civil_days (2000, 2, 29, &days));
  g_assert_false (tc_civil_days (1900, 2, 29, &days));
}

static void
test_numbers (void)
{
  static const struct { double number; const char *text; } cases[] = {
    { 0, "0.0" }, { -0.0, "-0.0" }, { 1, "1.0" }, { 100, "100.0" }, { 0.1, "0.1" }, { 1e7, "1.0E7" }, { 9999999, "9999999.0" },
    { 12345678.9, "1.23456789E7" }, { 0.001, "0.001" }, { 0.00099, "9.9E-4" }, { 1e10, "1.0E10" }, { 1e23, "1.0E23" }, { 2e-3, "0.002" },
    { 0.012, "0.012" }, { 0.3, "0.3" }, { 0.1 + 0.2, "0.30000000000000004" }, { 1.0 / 3, "0.3333333333333333" }, { 100.5, "100.5" },
    { 4.9e-324, "4.9E-324" }, { DBL_MAX, "1.7976931348623157E308" }, { DBL_MIN, "2.2250738585072014E-308" }, { -1.5, "-1.5" },
    { 1234567.125, "1234567.125" }, { NAN, "NaN" }, { INFINITY, "Infinity" }, { -INFINITY, "-Infinity" }, { 2e23, "2.0E23" },
    { 9007199254740993.0, "9.007199254740992E15" },
  };
  static const struct { float number; const char *text; } singles[] = {
    { 42, "42.0" }, { 1e7f, "1.0E7" }, { 1e-4f, "1.0E-4" }, { 3.1415927f, "3.1415927" }, { 1e38f, "1.0E38" }, { 0.1f, "0.1" }, { 16777216, "1.6777216E7" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tc_double_format (cases[i].number);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (singles); i++)
    {
      g_autofree char *text = tc_float_format (singles[i].number);

      g_assert_cmpstr (text, ==, singles[i].text);
    }
}

static void
test_numbers_read_back (void)
{
  for (int i = 0; i < 100000; i++)
    {
      uint64_t bits = (uint64_t) g_test_rand_int () << 32 | (uint32_t) g_test_rand_int ();
      g_autofree char *text = NULL;
      double number;

      memcpy (&number, &bits, sizeof number);
      if (!isfinite (number))
        continue;
      text = tc_double_format (number);
      g_assert_cmpfloat (g_ascii_strtod (text, NULL), ==, number);
    }
}

static void
test_paths (void)
{
  static const char *const inside[] = { "a", "a/b", ".hidden", "a/.b", "...", "a..b/c", "..a", "a/..." };
  static const char *const outside[] = { "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "./a" };

  for (size_t i = 0; i < G_N_ELEMENTS (inside); i++)
    g_assert_true (tc_path_is_inside (inside[i]));
  for (size_t i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_false (tc_path_is_inside (outside[i]));
}

static void
test_utf8 (void)
{
  static const struct { const char *text; size_t length, good; } cases[] = {
    { "", 0, 0 }, { "ab\0c", 4, 4 }, { "\xC3\xA4", 2, 2 }, { "a\xC3", 2, 1 }, { "\xC0\x80", 2, 0 }, { "\xE0\x80\x80", 3, 0 },
    { "\xED\xA0\x80", 3, 0 }, { "\xF0\x9F\x98\x80", 4, 4 }, { "\xF4\x90\x80\x80", 4, 0 }, { "\xF8\x88\x80\x80\x80", 5, 0 },
    { "12345678\xFF", 9, 8 }, { "1234567812345678\xE2\x82\xAC", 19, 19 }, { "\x80", 1, 0 },
  };
  g_autofree char *valid = tc_utf8_make_valid ("a\xFF\xE2\x82" "b", 5, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (tc_utf8_check (cases[i].text, cases[i].length), ==, cases[i].good);
  g_assert_cmpstr (valid, ==, "a\uFFFD\uFFFDb");
  g_assert_cmpuint (tc_utf8_count ("\u00e4\U0001F600x", 7), ==, 3);
}

static void
test_descriptors (void)
{
  int raw;

  {
    g_auto (TcFd) fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    g_auto (TcFd) kept = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    TcFd stolen;

    raw = fd;
    stolen = tc_fd_steal (&kept);
    g_assert_cmpint (kept, ==, -1);
    g_assert_cmpint (fcntl (stolen, F_GETFD), !=, -1);
    tc_fd_clear (&stolen);
    tc_fd_clear (&stolen);
    g_assert_cmpint (stolen, ==, -1);
  }
  g_assert_cmpint (fcntl (raw, F_GETFD), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/util/ids", test_ids);
  g_test_add_func ("/util/durations", test_durations);
  g_test_add_func ("/util/times", test_times);
  g_test_add_func ("/util/calendar", test_calendar);
  g_test_add_func ("/util/numbers", test_numbers);
  g_test_add_func ("/util/numbers-read-back", test_numbers_read_back);
  g_test_add_func ("/util/paths", test_paths);
  g_test_add_func ("/util/utf8", test_utf8);
  g_test_add_func ("/util/descriptors", test_descriptors);
  return g_test_run ();
}
