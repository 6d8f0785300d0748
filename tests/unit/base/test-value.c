/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-limits.h"
#include "tc-value.h"

static TcValue *
json (const char *text)
{
  g_autoptr (GError) error = NULL;
  TcValue *value = tc_json_read (text, strlen (text), &error);

  g_assert_no_error (error);
  return value;
}

static void
assert_json (const TcValue *value,
             const char    *expected)
{
  g_autofree char *text = tc_json_to_text (value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_shared_constants (void)
{
  g_autoptr (TcValue) big = tc_value_int (100000), again = tc_value_int (100000);

  g_assert_true (tc_value_int (7) == tc_value_int (7));
  g_assert_true (tc_value_string ("") == tc_value_string_len (NULL, 0));
  g_assert_true (tc_value_list (NULL, 0) == tc_value_list (NULL, 0));
  g_assert_true (tc_value_map_of (NULL, NULL) == tc_value_map_of (NULL, NULL));
  g_assert_true (big != again);
  for (int64_t n = -300; n < 600; n++)
    {
      g_autoptr (TcValue) value = tc_value_int (n);

      g_assert_cmpint (tc_value_get_int (value), ==, n);
    }
}

static void
test_strings (void)
{
  g_autoptr (TcValue) nul = tc_value_string_len ("a\0b", 3);
  g_autoptr (TcValue) broken = tc_value_string ("x\xFFy\xE2\x82z");
  g_autoptr (TcValue) taken = tc_value_string_take (g_strnfill (200, 'q'));
  g_autoptr (TcValue) bad = tc_value_string_take (g_strdup ("\xC0"));
  size_t length;

  g_assert_cmpuint (tc_value_length (nul), ==, 3);
  g_assert_cmpmem (tc_value_get_string (nul, &length), length, "a\0b", 3);
  g_assert_cmpstr (tc_value_get_text (broken), ==, "x\uFFFDy\uFFFDz");
  g_assert_cmpuint (tc_value_length (taken), ==, 200);
  g_assert_cmpstr (tc_value_get_text (bad), ==, "\uFFFD");
}

static void
test_big_maps (void)
{
  TcMapBuilder *builder = tc_map_builder_new ();
  g_autoptr (TcValue) map = NULL;
  g_autoptr (TcValue) less = NULL;

  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 5000; i++)
      {
        g_autofree char *key = g_strdup_printf ("key-%d", i);

        g_assert_cmpint (tc_map_builder_has (builder, key), ==, round);
        tc_map_builder_take (builder, key, tc_value_int (i + round * 10000));
      }
  map = tc_map_builder_end (builder);
  g_assert_cmpuint (tc_value_length (map), ==, 5000);
  for (int i = 0; i < 5000; i++)
    {
      g_autofree char *key = g_strdup_printf ("key-%d", i);

      g_assert_cmpstr (tc_value_key (map, (size_t) i), ==, key);
      g_assert_cmpint (tc_value_get_i64 (map, key, -1), ==, i + 10000);
    }
  g_assert_null (tc_value_get (map, "key-5000"));
  less = tc_value_without (map, "key-17");
  g_assert_null (tc_value_get (less, "key-17"));
  g_assert_cmpint (tc_value_get_i64 (less, "key-4999", -1), ==, 14999);
  g_assert_cmpint (tc_value_get_i64 (map, "key-17", -1), ==, 10017);
}

static void
test_changed_copies (void)
{
  g_autoptr (TcValue) map = json ("{\"a\":{\"x\":1,\"y\":[1]},\"b\":2}");
  g_autoptr (TcValue) item = tc_value_string ("new");
  g_autoptr (TcValue) with = tc_value_with (map, "b", item);
  g_autoptr (TcValue) more = tc_value_with (with, "c", item);
  g_autoptr (TcValue) over = json ("{\"a\":{\"y\":null,\"z\":3},\"d\":4}");
  g_autoptr (TcValue) merged = tc_value_merge (map, over);

  assert_json (with, "{\"a\":{\"x\":1,\"y\":[1]},\"b\":\"new\"}");
  assert_json (more, "{\"a\":{\"x\":1,\"y\":[1]},\"b\":\"new\",\"c\":\"new\"}");
  assert_json (map, "{\"a\":{\"x\":1,\"y\":[1]},\"b\":2}");
  g_assert_true (tc_value_get (map, "a") == tc_value_get (more, "a"));
  assert_json (merged, "{\"a\":{\"x\":1,\"y\":null,\"z\":3},\"b\":2,\"d\":4}");
}

static void
test_getters (void)
{
  g_autoptr (TcValue) map = json ("{\"s\":\"t\",\"n\":5,\"f\":true,\"in\":{\"deep\":[1,{\"k\":9}]},\"d\":1.5}");

  g_assert_cmpstr (tc_value_get_str (map, "s"), ==, "t");
  g_assert_null (tc_value_get_str (map, "n"));
  g_assert_cmpint (tc_value_get_i64 (map, "s", -1), ==, -1);
  g_assert_true (tc_value_get_flag (map, "f", FALSE));
  g_assert_true (tc_value_get_flag (map, "none", TRUE));
  g_assert_cmpuint (tc_value_length (tc_value_lookup (map, "in", "deep", NULL)), ==, 2);
  g_assert_null (tc_value_lookup (map, "in", "nope", "deeper", NULL));
  g_assert_null (tc_value_get (tc_value_get (map, "s"), "x"));
  g_assert_cmpfloat (tc_value_get_double (tc_value_get (map, "d")), ==, 1.5);
  g_assert_cmpfloat (tc_value_get_double (tc_value_get (map, "n")), ==, 5);
  g_assert_cmpuint (tc_value_depth (map), ==, 4);
}

static void
test_equality (void)
{
  static const struct { const char *a, *b; gboolean equal; } cases[] = {
    { "1", "1.0", TRUE }, { "1", "true", FALSE }, { "0.0", "-0.0", TRUE }, { "9007199254740993", "9007199254740992.0", FALSE },
    { "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1.0}", TRUE }, { "{\"a\":1}", "{\"a\":1,\"b\":1}", FALSE },
    { "[1,2]", "[2,1]", FALSE }, { "[1,[\"x\"]]", "[1.0,[\"x\"]]", TRUE }, { "\"1\"", "1", FALSE }, { "null", "null", TRUE },
    { "123456789012345678901", "123456789012345678901", TRUE }, { "9223372036854775807", "9.223372036854775807e18", FALSE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcValue) a = json (cases[i].a), b = json (cases[i].b);

      g_assert_cmpint (tc_value_equal (a, b), ==, cases[i].equal);
      g_assert_cmpint (tc_value_equal (b, a), ==, cases[i].equal);
      if (cases[i].equal)
        g_assert_cmpuint (tc_value_hash (a), ==, tc_value_hash (b));
    }
}

static void
test_times (void)
{
  TcTime utc = { 0, 5, 0 }, paris = { 0, 5, 3600 };
  g_autoptr (TcValue) a = tc_value_time (&utc), b = tc_value_time (&paris);
  g_autoptr (TcValue) before = tc_value_time_us (-1), span = tc_value_duration (-2, 500000000);

  g_assert_true (tc_value_equal (a, b));
  g_assert_cmpuint (tc_value_hash (a), ==, tc_value_hash (b));
  assert_json (a, "\"1970-01-01T00:00:00.000000005Z\"");
  assert_json (b, "\"1970-01-01T01:00:00.000000005+01:00\"");
  assert_json (before, "\"1969-12-31T23:59:59.999999Z\"");
  assert_json (span, "\"PT-1.5S\"");
}

static gpointer
share (gpointer data)
{
  for (int i = 0; i < 100000; i++)
    {
      g_autoptr (TcValue) mine = tc_value_ref (data);
      g_autoptr (TcValue) changed = tc_value_with (mine, "k", tc_value_int (i & 7));

      g_assert_cmpint (tc_value_get_i64 (changed, "k", -1), ==, i & 7);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (TcValue) map = json ("{\"k\":0,\"list\":[1,2,3]}");
  GThread *threads[4];

  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("share", share, map);
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_json (map, "{\"k\":0,\"list\":[1,2,3]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value/shared-constants", test_shared_constants);
  g_test_add_func ("/value/strings", test_strings);
  g_test_add_func ("/value/big-maps", test_big_maps);
  g_test_add_func ("/value/changed-copies", test_changed_copies);
  g_test_add_func ("/value/getters", test_getters);
  g_test_add_func ("/value/equality", test_equality);
  g_test_add_func ("/value/times", test_times);
  g_test_add_func ("/value/threads", test_threads);
  return g_test_run ();
}
