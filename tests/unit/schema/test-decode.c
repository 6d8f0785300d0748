/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-schema.h"

#include <string.h>

typedef struct
{
  char    *text, *given;
  gboolean flag;
  int64_t  count, wait;
  double   ratio;
  int      colour;
  TcValue *list, *map, *any, *late;
} Fields;

static const char *const colours[] = { "RED", "GREEN", NULL };
#define AT(field) offsetof (Fields, field)
static const TcProp table[] = {
  { "text", TC_KIND_STRING, TC_PROP_REQUIRED, AT (text), NULL, NULL, NULL },
  { "given", TC_KIND_STRING, 0, AT (given), "yes", NULL, NULL },
  { "flag", TC_KIND_BOOL, 0, AT (flag), "true", NULL, NULL },
  { "count", TC_KIND_INT, 0, AT (count), "7", NULL, NULL },
  { "wait", TC_KIND_DURATION, 0, AT (wait), "PT1M", NULL, NULL },
  { "ratio", TC_KIND_DOUBLE, 0, AT (ratio), NULL, NULL, NULL },
  { "colour", TC_KIND_ENUM, 0, AT (colour), "GREEN", colours, NULL },
  { "list", TC_KIND_LIST, 0, AT (list), "[a]", NULL, NULL },
  { "map", TC_KIND_MAP, 0, AT (map), NULL, NULL, NULL },
  { "any", TC_KIND_ANY, 0, AT (any), NULL, NULL, NULL },
  { "late", TC_KIND_LIST, TC_PROP_LATE, AT (late), NULL, NULL, NULL },
  { 0 },
};

static gboolean
decode (const char  *json,
        Fields      *fields,
        GError     **error)
{
  g_autoptr (TcValue) value = tc_json_read (json, strlen (json), NULL);

  g_assert_nonnull (value);
  return tc_props_decode (table, value, fields, sizeof *fields, error);
}

static void
test_defaults (void)
{
  Fields fields;
  g_autofree char *list = NULL;

  g_assert_true (decode ("{\"text\":\"t\",\"given\":null,\"more\":1}", &fields, NULL));
  list = tc_json_to_text (fields.list);
  g_assert_cmpstr (fields.text, ==, "t");
  g_assert_cmpstr (fields.given, ==, "yes");
  g_assert_true (fields.flag);
  g_assert_cmpint (fields.count, ==, 7);
  g_assert_cmpint (fields.wait, ==, 60000000);
  g_assert_cmpfloat (fields.ratio, ==, 0);
  g_assert_cmpint (fields.colour, ==, 1);
  g_assert_cmpstr (list, ==, "[\"a\"]");
  g_assert_null (fields.map);
  tc_props_clear (table, &fields);
  g_assert_null (fields.list);
}

static void
test_conversions (void)
{
  Fields fields;

  g_assert_true (decode ("{\"text\":5,\"given\":{\"a\":[1.0]},\"flag\":\"False\",\"count\":\" 12 \",\"wait\":\"90\",\"ratio\":\"1.5\",\"colour\":\"RED\","
                         "\"list\":\"[1,2]\",\"map\":\"{\\\"k\\\":1}\",\"any\":[null],\"late\":\"{{ x }}\"}", &fields, NULL));
  g_assert_cmpstr (fields.text, ==, "5");
  g_assert_cmpstr (fields.given, ==, "{\"a\":[1.0]}");
  g_assert_false (fields.flag);
  g_assert_cmpint (fields.count, ==, 12);
  g_assert_cmpint (fields.wait, ==, 90000000);
  g_assert_cmpfloat (fields.ratio, ==, 1.5);
  g_assert_cmpint (fields.colour, ==, 0);
  g_assert_cmpuint (tc_value_length (fields.list), ==, 2);
  g_assert_cmpint (tc_value_get_i64 (fields.map, "k", 0), ==, 1);
  g_assert_cmpstr (tc_value_get_text (fields.late), ==, "{{ x }}");
  tc_props_clear (table, &fields);
  g_assert_true (decode ("{\"text\":true,\"count\":3.0,\"wait\":1.5,\"list\":\"null\"}", &fields, NULL));
  g_assert_cmpstr (fields.text, ==, "true");
  g_assert_cmpint (fields.count, ==, 3);
  g_assert_cmpint (fields.wait, ==, 1500000);
  g_assert_null (fields.list);
  tc_props_clear (table, &fields);
}

static void
test_errors (void)
{
  static const struct { const char *json, *part; } cases[] = {
    { "{}", "“text” is required" }, { "{\"text\":null}", "“text”" }, { "{\"text\":\"\",\"flag\":\"maybe\"}", "“flag”: “maybe”" },
    { "{\"text\":\"\",\"count\":\"x\"}", "“count”" }, { "{\"text\":\"\",\"count\":1.5}", "“count”" }, { "{\"text\":\"\",\"count\":1e300}", "“count”" },
    { "{\"text\":\"\",\"wait\":\"soon\"}", "PT30S" }, { "{\"text\":\"\",\"ratio\":[]}", "“ratio”" }, { "{\"text\":\"\",\"colour\":\"red\"}", "RED, GREEN" },
    { "{\"text\":\"\",\"list\":{}}", "“list”" }, { "{\"text\":\"\",\"list\":\"x\"}", "“list”" }, { "{\"text\":\"\",\"map\":[]}", "“map”" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fields fields;
      g_autoptr (GError) error = NULL;

      g_assert_false (decode (cases[i].json, &fields, &error));
      g_assert_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].part));
      g_assert_null (fields.text);
    }
}

static void
test_empty_struct (void)
{
  g_autoptr (TcValue) map = tc_value_map_of (NULL, NULL);

  g_assert_true (tc_props_decode (table, map, NULL, 0, NULL));
  g_assert_null (tc_props_find (table, "nope"));
  g_assert_true (tc_props_find (table, "wait") == &table[4]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/defaults", test_defaults);
  g_test_add_func ("/decode/conversions", test_conversions);
  g_test_add_func ("/decode/errors", test_errors);
  g_test_add_func ("/decode/empty-struct", test_empty_struct);
  return g_test_run ();
}
