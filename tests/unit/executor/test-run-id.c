/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-run-id.h"

#include <string.h>

static void
test_shape (void)
{
  g_autoptr (TcHead) head = tc_head_new ("x1", "a.b", "f", 1, 0);

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *id = tc_run_id (head, "t", NULL, NULL, i);

      g_assert_cmpuint (strlen (id), <=, 22);
      g_assert_cmpuint (strlen (id), >=, 15);
      for (const char *c = id; *c != '\0'; c++)
        g_assert_true (g_ascii_isalnum (*c));
    }
}

static void
test_same_place_same_id (void)
{
  g_autoptr (TcHead) head = tc_head_new ("x1", "a.b", "f", 1, 0);
  g_autofree char *one = tc_run_id (head, "t", "p", "v", 2), *again = tc_run_id (head, "t", "p", "v", 2);

  g_assert_cmpstr (one, ==, again);
}

static void
test_other_place_other_id (void)
{
  g_autoptr (TcHead) head = tc_head_new ("x1", "a.b", "f", 1, 0), other = tc_head_new ("x2", "a.b", "f", 1, 0);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_true (g_hash_table_add (seen, tc_run_id (head, "t", NULL, NULL, -1)));
  g_assert_true (g_hash_table_add (seen, tc_run_id (other, "t", NULL, NULL, -1)));
  g_assert_true (g_hash_table_add (seen, tc_run_id (head, "t", NULL, "", -1)));
  g_assert_true (g_hash_table_add (seen, tc_run_id (head, "t", NULL, "a", -1)));
  g_assert_true (g_hash_table_add (seen, tc_run_id (head, "t", "p", "a", -1)));
  g_assert_true (g_hash_table_add (seen, tc_run_id (head, "t", "p", "a", 0)));
  head->memo = tc_value_map_of ("generation", tc_value_int (1), NULL);
  g_assert_true (g_hash_table_add (seen, tc_run_id (head, "t", "p", "a", 0)));
}

static void
test_hash (void)
{
  g_assert_cmpuint (tc_run_hash ("a", 1), ==, tc_run_hash ("a", 1));
  g_assert_cmpuint (tc_run_hash ("a", 1), !=, tc_run_hash ("a", 2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/run-id/shape", test_shape);
  g_test_add_func ("/executor/run-id/same", test_same_place_same_id);
  g_test_add_func ("/executor/run-id/other", test_other_place_other_id);
  g_test_add_func ("/executor/run-id/hash", test_hash);
  return g_test_run ();
}
