/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and regular expressions as the JDK has them. */
#include "config.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "tc-java-hash.h"
#include "tc-java-number.h"
#include "tc-template.h"

static void
test_double (void)
{
  static const struct { double value; const char *text; } cases[] = {
    { 0.0, "0.0" }, { -0.0, "-0.0" }, { 1.0, "1.0" }, { 0.1, "0.1" }, { 100.0, "100.0" }, { 1e7, "1.0E7" }, { 9999999.0, "9999999.0" },
    { 1e-3, "0.001" }, { 9.99e-4, "9.99E-4" }, { 123456.789, "123456.789" }, { 1.0 / 3, "0.3333333333333333" },
    { DBL_MAX, "1.7976931348623157E308" }, { 4.9e-324, "4.9E-324" }, { 2.2250738585072014e-308, "2.2250738585072014E-308" },
    { INFINITY, "Infinity" }, { -INFINITY, "-Infinity" }, { 9007199254740993.0, "9.007199254740992E15" },
    { 5e-324 * 3, "1.5E-323" }, { 0.30000000000000004, "0.30000000000000004" }, { 1e21, "1.0E21" }, { 1e23, "1.0E23" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      tc_java_append_double (cases[i].value, out);
      g_assert_cmpstr (out->str, ==, cases[i].text);
    }
}

static void
test_float (void)
{
  static const struct { float value; const char *text; } cases[] = {
    { 0.1f, "0.1" }, { 1.5f, "1.5" }, { 16777216.0f, "1.6777216E7" }, { FLT_MAX, "3.4028235E38" }, { 3.14159f, "3.14159" },
    { 1e-10f, "1.0E-10" }, { -2.0f, "-2.0" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      tc_java_append_float (cases[i].value, out);
      g_assert_cmpstr (out->str, ==, cases[i].text);
    }
}

/* Golden U01b, and what a HashMap that began empty makes of {taskId, value, state}. */
static void
test_hash_order (void)
{
  static const struct { const char *keys, *order; size_t capacity; } cases[] = {
    { "y n on off t oct oct2 u s h e e2 d dt f big bin", "oct oct2 big d e f bin h e2 n off dt s t u y on", 0 },
    { "base merged al", "merged base al", 0 }, { "base merged al", "merged al base", 16 },
    { "taskId value state", "state value taskId", 16 }, { "", "", 0 }, { "\360\237\230\200 a", "a \360\237\230\200", 16 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) keys = g_strsplit (cases[i].keys, " ", -1);
      g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();
      g_autoptr (GString) order = g_string_new (NULL);
      g_autoptr (TcValue) map = NULL;
      g_autoptr (TcValue) hashed = NULL;

      for (size_t j = 0; keys[j] != NULL; j++)
        tc_map_builder_take (builder, keys[j], tc_value_int ((int64_t) j));
      map = tc_map_builder_end (g_steal_pointer (&builder));
      hashed = tc_java_hash_map (map, cases[i].capacity, FALSE);
      for (size_t j = 0; j < tc_value_length (hashed); j++)
        g_string_append_printf (order, "%s%s", j > 0 ? " " : "", tc_value_key (hashed, j));
      g_assert_cmpstr (order->str, ==, cases[i].order);
      g_assert_true (tc_value_equal (map, hashed));
    }
}

/* What is printed reads back as the same number, for numbers of all sizes. */
static void
test_round_trip (void)
{
  uint64_t seed = 88172645463325252u;

  for (int i = 0; i < 20000; i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      double              value;

      seed ^= seed << 13;
      seed ^= seed >> 7;
      seed ^= seed << 17;
      memcpy (&value, &seed, sizeof value);
      if (!isfinite (value))
        continue;
      tc_java_append_double (value, out);
      g_assert_true (g_ascii_strtod (out->str, NULL) == value);
    }
}

static void
test_parse (void)
{
  static const struct { const char *text; int type; } cases[] = {
    { "0", TC_VAL_INT }, { "-2147483648", TC_VAL_INT }, { "2147483648", TC_VAL_LONG }, { "9223372036854775808", TC_VAL_BIG_INT },
    { "1.5", TC_VAL_FLOAT }, { "0.1234567890123", TC_VAL_DOUBLE }, { "1.23456789012345678901", TC_VAL_BIG_DEC }, { "1e400", TC_VAL_BIG_DEC },
    { "0x7fffffff", TC_VAL_INT }, { "0x80000000", TC_VAL_LONG }, { "017", TC_VAL_INT }, { "5L", TC_VAL_LONG }, { "5d", TC_VAL_DOUBLE },
  };
  static const char *const bad[] = { "", " ", "a", "1a", "0x", "09", "--1", "1.2.3", "1e", "NaN", "1_000", "+", "." };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TcVal) number = TC_VAL_INIT;

      if (!tc_java_parse_number (cases[i].text, &number) || number.type != cases[i].type)
        g_error ("%s is a %s", cases[i].text, tc_val_class_name (&number));
    }
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto (TcVal) number = TC_VAL_INIT;

      if (tc_java_parse_number (bad[i], &number))
        g_error ("“%s” is a %s", bad[i], tc_val_class_name (&number));
    }
}

static void
test_format (void)
{
  static const struct { const char *pattern; double value; const char *text; } cases[] = {
    { "0.00", 2.675, "2.67" }, { "0.0", 0.25, "0.2" }, { "0.0", 0.35, "0.3" }, { "#,##0", 999.5, "1,000" }, { "00.00", 1.005, "01.00" },
    { "0.###", 1e-10, "0" }, { "#", 1e15, "1000000000000000" }, { "0.00E00", 12345, "1.23E04" }, { "##0.###E0", 12345, "12.345E3" },
    { "0.0'x'", -1.25, "-1.2x" }, { "0%", 0.5, "50%" }, { "0‰", 0.5, "500‰" }, { "0", -0.4, "-0" }, { "#.#", 0, "0" },
  };
  static const char *const bad[] = { "0.0.0", "0#", "0,", "0;0;0", "'0", "E", "0E" };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TcVal            number = tc_val_double (cases[i].value);
      g_autofree char *text = tc_java_format_number (cases[i].pattern, &number);

      if (g_strcmp0 (text, cases[i].text) != 0)
        g_error ("%s of %g: %s", cases[i].pattern, cases[i].value, text);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      TcVal            number = tc_val_double (1);
      g_autofree char *text = tc_java_format_number (bad[i], &number);

      if (text != NULL)
        g_error ("%s gave %s", bad[i], text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/java/hash-order", test_hash_order);
  g_test_add_func ("/expr/java/double", test_double);
  g_test_add_func ("/expr/java/float", test_float);
  g_test_add_func ("/expr/java/round-trip", test_round_trip);
  g_test_add_func ("/expr/java/parse", test_parse);
  g_test_add_func ("/expr/java/format", test_format);
  return g_test_run ();
}
