/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "tc-ion.h"
#include "tc-json.h"

static void
test_read (void)
{
  static const struct { const char *ion, *json; } cases[] = {
    { "{a:1,'b c':[true,null.int,\"x\\n\"]}", "{\"a\":1,\"b c\":[true,null,\"x\\n\"]}" },
    { "  // c\n /* d */ 5 ", "5" }, { "-0x10", "-16" }, { "0b101", "5" }, { "1_000", "1000" }, { "1.5e0", "1.5" },
    { "1d2", "1E2" }, { "2.", "2" }, { "12345678901234567890", "12345678901234567890" }, { "a::b::1", "1" },
    { "'''a''' '''b'''", "\"ab\"" }, { "\"\\u00e9\\U0001F600\\x41\"", "\"é😀A\"" }, { "(+ 1 2)", NULL },
    { "(a 1 [2])", "[\"a\",1,[2]]" }, { "{{ aGk= }}", "\"aGk=\"" }, { "2024-01-01T00:00:00Z", "\"2024-01-01T00:00:00Z\"" },
    { "{", NULL }, { "[1 2]", NULL }, { "{a}", NULL }, { "\"a", NULL }, { "1x", NULL }, { "'\\q'", NULL }, { "]", NULL },
    { "{a:1,}", "{\"a\":1}" }, { "{'''k''':1}", "{\"k\":1}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t              at = 0;
      g_autofree char    *problem = NULL;
      g_autoptr (TcValue) value = tc_ion_read (cases[i].ion, strlen (cases[i].ion), &at, &problem);
      g_autofree char    *json = value != NULL ? tc_json_to_text (value) : NULL;

      if (g_strcmp0 (json, cases[i].json) != 0 && !(value == NULL && cases[i].json == NULL))
        g_error ("%s: %s (%s)", cases[i].ion, json, problem);
      g_assert_true (value != NULL || problem != NULL);
    }
}

static void
test_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char    *problem = NULL;
  size_t              at = 0;

  for (int i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  g_assert_null (tc_ion_read (text->str, text->len, &at, &problem));
  g_assert_nonnull (strstr (problem, "TC_LIMIT_DEPTH"));
}

/* What is written reads back as the same value. */
static void
test_round_trip (void)
{
  const char          *json = "{\"a\":[1,-2.5,\"q\\\"'\\\\\\u0001é😀\",true,[],{}],\"1x\":12345678901234567890,\"null\":\"x\"}";
  g_autoptr (TcValue)  value = tc_json_read (json, strlen (json), NULL);
  g_auto (TcVal)       val = tc_val_of (value);
  g_autoptr (GString)  ion = g_string_new (NULL);
  g_autofree char     *problem = NULL;
  g_autoptr (TcValue)  again = NULL;
  size_t               at = 0;

  tc_ion_write (&val, ion);
  again = tc_ion_read (ion->str, ion->len, &at, &problem);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (tc_value_equal (value, again));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/ion/read", test_read);
  g_test_add_func ("/expr/ion/depth", test_depth);
  g_test_add_func ("/expr/ion/round-trip", test_round_trip);
  return g_test_run ();
}
