/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-output-item.h"

#include "tc-json.h"

static TcOutputItem *
item_of (const char *json)
{
  g_autoptr (TcValue) value = tc_json_read (json, strlen (json), NULL);

  g_assert_nonnull (value);
  return tc_output_item_new ("x", value, "outputs.x");
}

static void
check_child (GListModel *children,
             guint       place,
             const char *name,
             const char *expression)
{
  g_autoptr (TcOutputItem) child = g_list_model_get_item (children, place);

  g_assert_cmpstr (tc_output_item_get_name (child), ==, name);
  g_assert_cmpstr (tc_output_item_get_expression (child), ==, expression);
}

/* What is shown beside a value must work when it is pasted into a flow. */
static void
test_expressions (void)
{
  g_autoptr (TcOutputItem) item = item_of ("{\"plain\":1,\"with space\":[10,{\"a\":2}],\"it's\":3}");
  g_autoptr (GListModel) children = tc_output_item_list_children (item), list = NULL;
  g_autoptr (TcOutputItem) second = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (children), ==, 3);
  check_child (children, 0, "plain", "outputs.x.plain");
  check_child (children, 1, "with space", "outputs.x['with space']");
  check_child (children, 2, "it's", "outputs.x[\"it's\"]");
  second = g_list_model_get_item (children, 1);
  list = tc_output_item_list_children (second);
  check_child (list, 0, "0", "outputs.x['with space'][0]");
  check_child (list, 1, "1", "outputs.x['with space'][1]");
}

static void
test_leaves (void)
{
  g_autoptr (TcOutputItem) number = item_of ("5"), empty = item_of ("{}"), none = item_of ("[]");

  g_assert_null (tc_output_item_list_children (number));
  g_assert_null (tc_output_item_list_children (empty));
  g_assert_null (tc_output_item_list_children (none));
}

static void
test_texts (void)
{
  g_autoptr (TcOutputItem) file = item_of ("\"kestra:///ns/flow/a.csv\""), lines = item_of ("\"a\\nb\"");
  g_autofree char *one = tc_output_item_get_text (lines), *all = tc_output_item_get_full_text (lines), *cut = NULL;
  g_autofree char *many = g_strnfill (1000, 'x');
  g_autofree char *quoted = g_strconcat ("\"", many, "\"", NULL);
  g_autoptr (TcOutputItem) big = item_of (quoted);

  cut = tc_output_item_get_text (big);
  g_assert_true (tc_output_item_is_file (file));
  g_assert_false (tc_output_item_is_file (lines));
  g_assert_cmpstr (one, ==, "a b");
  g_assert_cmpstr (all, ==, "a\nb");
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 201);
  g_assert_true (g_str_has_suffix (cut, "…"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/output-item/expressions", test_expressions);
  g_test_add_func ("/app/output-item/leaves", test_leaves);
  g_test_add_func ("/app/output-item/texts", test_texts);
  return g_test_run ();
}
