/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-limits.h"

#include <math.h>

static TcValue *
read_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  TcValue *value = tc_json_read (text, strlen (text), &error);

  g_assert_no_error (error);
  return value;
}

static void
test_round_trips (void)
{
  static const struct { const char *in, *out; } cases[] = {
    { " [1 , -0, 0.5,true,false,null,\"\"] ", "[1,0,0.5,true,false,null,\"\"]" },
    { "{\"b\":1,\"a\":{\"z\":[],\"y\":{}}}", "{\"b\":1,\"a\":{\"z\":[],\"y\":{}}}" },
    { "12345678901234567890", "12345678901234567890" },
    { "-9223372036854775808", "-9223372036854775808" },
    { "-9223372036854775809", "-9223372036854775809" },
    { "1e999", "1e999" },
    { "[1e10,1.0,100,1e7,0.001,0.0001,123456.789]", "[1.0E10,1.0,100,1.0E7,0.001,1.0E-4,123456.789]" },
    { "\"\\u0041\\n\\/\\\"\\\\\\b\\f\\r\\t\"", "\"A\\n/\\\"\\\\\\b\\f\\r\\t\"" },
    { "\"\\ud83d\\ude00 \\ud83d x \\ude00\"", "\"\U0001F600 \uFFFD x \uFFFD\"" },
    { "\"\\ud83d\\u0041\"", "\"\uFFFDA\"" },
    { "\"a\\u0000b\\u001f\"", "\"a\\u0000b\\u001F\"" },
    { "\"\u00fc\u20ac\U0001F600\"", "\"\u00fc\u20ac\U0001F600\"" },
    { "{\"k\":1,\"l\":2,\"k\":3}", "{\"k\":3,\"l\":2}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcValue) value = read_text (cases[i].in);
      g_autofree char *text = tc_json_to_text (value);

      g_assert_cmpstr (text, ==, cases[i].out);
    }
}

static void
test_not_json (void)
{
  static const char *const cases[] = {
    "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "'x'", "01", "-", "1.", ".5", "1e", "0x1F", "+1", "NaN", "Infinity", "nul",
    "nulls", "truefalse", "[1 2]", "{\"a\" 1}", "{\"a\":}", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"a\nb\"", "1 2", "[]]", "// c\n1", "/**/1",
    "\"\xC3\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "[\"\xC0\x80\"]", "\xEF\xBB\xBF{}", "{\"a\":1]", "[1}", "1abc", "-a", "\x01",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_autofree char *shown = g_strescape (cases[i], NULL);

      g_test_message ("%s", shown);
      g_assert_null (tc_json_read (cases[i], strlen (cases[i]), &error));
      g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_SYNTAX);
      /* No error wanted is fine too. */
      g_assert_null (tc_json_read (cases[i], strlen (cases[i]), NULL));
    }
}

static void
test_every_prefix_fails (void)
{
  static const char text[] = "{\"key\":[1.5e3,true,null,\"t\\u00e4\\n\"],\"o\":{\"x\":-1}}";

  for (size_t n = 0; n < sizeof text - 1; n++)
    {
      g_autofree char *copy = g_memdup2 (text, n);      /* so that reading beyond the end is seen */
      g_autoptr (GError) error = NULL;

      g_assert_null (tc_json_read (copy, n, &error));
      g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_SYNTAX);
    }
}

static void
test_place_of_error (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = "{\n  \"\u00e4\": tru\n}";

  g_assert_null (tc_json_read (text, strlen (text), &error));
  g_assert_nonnull (strstr (error->message, "line 2, column 8"));
}

static char *
nested (size_t levels)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < levels; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"k\":");
  g_string_append (text, levels % 2 == 0 ? "1" : "1");
  for (size_t i = levels; i-- > 0;)
    g_string_append_c (text, i % 2 == 0 ? ']' : '}');
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *fits = nested (TC_LIMIT_DEPTH), *deep = nested (TC_LIMIT_DEPTH + 1), *open = g_strnfill (1000000, '[');
  g_autoptr (TcValue) value = read_text (fits);
  g_autofree char *again = tc_json_to_text (value);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (again, ==, fits);
  g_assert_null (tc_json_read (deep, strlen (deep), &error));
  g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (tc_json_read (open, strlen (open), &error));
  g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_LIMIT);
}

static void
test_prefix (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = " {\"a\":1} trailing }";
  size_t end = 0;
  g_autoptr (TcValue) value = tc_json_read_prefix (text, strlen (text), &end, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (end, ==, 8);
  g_assert_cmpint (tc_value_get_i64 (value, "a", 0), ==, 1);
  end = 77;
  g_assert_null (tc_json_read_prefix ("{\"a\"", 4, &end, &error));
  g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_SYNTAX);
  g_assert_cmpuint (end, ==, 77);
}

static void
test_pretty (void)
{
  g_autoptr (TcValue) value = read_text ("{\"a\":[1,{}],\"b\":[]}");
  g_autoptr (GString) out = g_string_new (NULL);

  tc_json_write_pretty (value, out);
  g_assert_cmpstr (out->str, ==, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

static void
test_not_finite (void)
{
  TcValue *items[] = { tc_value_double (NAN), tc_value_double (-INFINITY) };
  g_autoptr (TcValue) list = tc_value_list (items, 2);
  g_autofree char *text = tc_json_to_text (list);

  g_assert_cmpstr (text, ==, "[\"NaN\",\"-Infinity\"]");
}

static void
test_random_bytes (void)
{
  static const char alphabet[] = "{}[]\",:\\u0019eE+-. tfn\n\xC3\xA4\xFF";

  for (int round = 0; round < 20000; round++)
    {
      char text[24];
      g_autoptr (TcValue) value = NULL;

      for (size_t i = 0; i < sizeof text; i++)
        text[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      value = tc_json_read (text, (size_t) g_test_rand_int_range (0, sizeof text), NULL);
      if (value != NULL)
        {
          g_autofree char *once = tc_json_to_text (value);
          g_autoptr (TcValue) again = read_text (once);

          g_assert_true (tc_value_equal (value, again));
        }
    }
}

static void
test_speed (void)
{
  GString *text = g_string_new ("[");
  g_autoptr (TcValue) value = NULL;
  double seconds, rate;

  for (int i = 0; i < 40000; i++)
    g_string_append_printf (text, "%s{\"id\":%d,\"name\":\"record number %d\",\"ok\":true,\"score\":%d.5,\"tags\":[\"a\",\"b\"],\"none\":null}",
                            i == 0 ? "" : ",", i, i, i % 100);
  g_string_append_c (text, ']');
  g_test_timer_start ();
  value = tc_json_read (text->str, text->len, NULL);
  seconds = g_test_timer_elapsed ();
  rate = (double) text->len / 1e6 / seconds;
  g_test_maximized_result (rate, "JSON: %.0f MB/s", rate);
  g_assert_cmpuint (tc_value_length (value), ==, 40000);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/round-trips", test_round_trips);
  g_test_add_func ("/json/not-json", test_not_json);
  g_test_add_func ("/json/every-prefix-fails", test_every_prefix_fails);
  g_test_add_func ("/json/place-of-error", test_place_of_error);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/prefix", test_prefix);
  g_test_add_func ("/json/pretty", test_pretty);
  g_test_add_func ("/json/not-finite", test_not_finite);
  g_test_add_func ("/json/random-bytes", test_random_bytes);
  g_test_add_func ("/json/speed", test_speed);
  return g_test_run ();
}
