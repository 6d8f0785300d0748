/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-yaml.h"

static void
test_scalars (void)
{
  static const struct { const char *yaml, *json; } cases[] = {
    { "yes", "true" }, { "on", "true" }, { "True", "true" }, { "TRUE", "true" }, { "no", "false" }, { "Off", "false" }, { "y", "\"y\"" },
    { "n", "\"n\"" }, { "tRue", "\"tRue\"" }, { "010", "8" }, { "0x1F", "31" }, { "0b11", "3" }, { "1_000", "1000" }, { "1e3", "1000.0" },
    { "1.50", "1.5" }, { "0o10", "\"0o10\"" }, { "12:30", "\"12:30\"" }, { "1:30:00", "\"1:30:00\"" }, { "2026-01-02", "\"2026-01-02\"" },
    { "2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05Z\"" }, { "~", "null" }, { "null", "null" }, { "NULL", "null" }, { "", "null" },
    { "nULL", "\"nULL\"" }, { "-5", "-5" }, { "+5", "5" }, { "-0", "0" }, { "0", "0" }, { "08", "\"08\"" }, { "-010", "-8" }, { "1.", "1.0" },
    { ".5", "0.5" }, { "-.5", "\"-.5\"" }, { "1.5e10", "1.5E10" }, { "1e", "\"1e\"" }, { "e3", "\"e3\"" }, { ".", "\".\"" }, { "-", NULL },
    { "1.2.3", "\"1.2.3\"" }, { "_1", "\"_1\"" }, { "1_", "1" }, { ".nan", "\".nan\"" }, { ".inf", "\".inf\"" }, { "0x", "\"0x\"" },
    { "9223372036854775807", "9223372036854775807" }, { "9223372036854775808", "9223372036854775808" },
    { "-9223372036854775808", "-9223372036854775808" }, { "-12345678901234567890123", "-12345678901234567890123" },
    { "'5'", "\"5\"" }, { "\"yes\"", "\"yes\"" }, { "''", "\"\"" }, { "!!str 5", "\"5\"" }, { "!!int \"5\"", "5" }, { "!!float 5", "5" },
    { "!!bool \"yes\"", "true" }, { "! 5", "\"5\"" }, { "!custom x", "\"x\"" }, { "a b  c", "\"a b  c\"" }, { "1 2", "\"1 2\"" }, { "1e3x", "\"1e3x\"" },
    { "3.11-slim", "\"3.11-slim\"" }, { "python:3.13", "\"python:3.13\"" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *source = g_strdup_printf ("k: %s\n", cases[i].yaml);
      g_autoptr (GPtrArray) found = tc_diagnostics_new ();
      g_autoptr (TcYamlDoc) doc = tc_yaml_read (source, strlen (source), found);
      g_autoptr (TcValue) value = NULL;
      g_autofree char *json = NULL;

      g_test_message ("%s", source);
      if (cases[i].json == NULL)
        continue;
      g_assert_cmpuint (found->len, ==, 0);
      value = tc_yaml_to_value (tc_yaml_get (tc_yaml_root (doc), "k"));
      json = tc_json_to_text (value);
      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_keys_stay_texts (void)
{
  const char *source = "on: 1\n1: 2\ntrue: 3\n~: 4\n2026-01-01: 5\n";
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (source, strlen (source), NULL);
  g_autoptr (TcValue) value = tc_yaml_to_value (tc_yaml_root (doc));
  g_autofree char *json = tc_json_to_text (value);

  g_assert_cmpstr (json, ==, "{\"on\":1,\"1\":2,\"true\":3,\"~\":4,\"2026-01-01\":5}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml-value/scalars", test_scalars);
  g_test_add_func ("/yaml-value/keys-stay-texts", test_keys_stay_texts);
  return g_test_run ();
}
