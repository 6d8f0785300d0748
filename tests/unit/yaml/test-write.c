/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-yaml.h"

static TcValue *
json (const char *text)
{
  TcValue *value = tc_json_read (text, strlen (text), NULL);

  g_assert_nonnull (value);
  return value;
}

static void
test_layout (void)
{
  g_autoptr (TcValue) value = json ("{\"id\":\"hello\",\"tasks\":[{\"id\":\"a\",\"type\":\"io.kestra.plugin.core.log.Log\",\"message\":\"Hello {{ x }}\",\"list\":[[1,2],[]],\"script\":\"one\\n  two\\n\"}],\"n\":1.0,\"e\":{}}");
  g_autofree char *text = tc_yaml_write (value);

  g_assert_cmpstr (text, ==,
                   "id: hello\ntasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: Hello {{ x }}\n"
                   "    list:\n      - - 1\n        - 2\n      - []\n    script: |\n      one\n        two\nn: 1.0\ne: {}\n");
}

static void
test_reads_back (void)
{
  static const char *const cases[] = {
    "null", "true", "5", "\"text\"", "[]", "{}", "[[[1]],{\"a\":{\"b\":[{}]}}]", "\"\"", "\"yes\"", "\"5\"", "\"1e3\"", "\"~\"", "\"a: b\"", "\"a #b\"",
    "\"- x\"", "\"{{ x }}\"", "\"x\\ny\"", "\"x\\ny\\n\\n\"", "\" x\\ny\"", "\"\\nx\"", "\"tab\\there\"", "\"\\u0001\"", "\"\\u0085\"", "\"'\"", "\"\\\"\"", "\"\\\\n\"",
    "[\"a\\nb\",\"c\\n\"]", "{\"a b\":1,\"\":2,\"true\":3,\"x: y\":4,\"\\n\":5,\"-\":6}", "\"x \"", "\"*a\"", "\"&a\"", "\"!x\"", "\"%\"", "\"@\"", "\"`\"",
    "\"\\u00e4 \\ud83d\\ude00\"", "[null,\"null\",\"NULL\"]", "{\"k\":\"line\\n\\n\\nend\"}", "\"x\\n \\ny\"", "\"#\"", "\"a:\"", "\"2026-01-02\"",
    "12345678901234567890", "{\"deep\":{\"list\":[{\"x\":\"a\\nb\"},[\"c\\nd\"]]}}", "\"\\r\\n\"", "\"a\\r\"", "\"? x\"", "\"---\"", "\"...\"",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcValue) value = json (cases[i]), again = NULL;
      g_autofree char *text = tc_yaml_write (value);
      g_autoptr (GPtrArray) found = tc_diagnostics_new ();
      g_autoptr (TcYamlDoc) doc = tc_yaml_read (text, strlen (text), found);

      g_test_message ("%s → %s", cases[i], text);
      g_assert_cmpuint (found->len, ==, 0);
      again = tc_yaml_to_value (tc_yaml_root (doc));
      g_assert_true (tc_value_equal (value, again));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml-write/layout", test_layout);
  g_test_add_func ("/yaml-write/reads-back", test_reads_back);
  return g_test_run ();
}
