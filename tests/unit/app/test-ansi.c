/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-ansi.h"

static void
check (const char *text,
       const char *plain)
{
  g_autofree char *result = tc_ansi_plain (text, NULL, 0, FALSE);

  g_assert_cmpstr (result, ==, plain);
}

static void
test_plain (void)
{
  check ("", "");
  check ("héllo wörld", "héllo wörld");
  check ("\033[31mred\033[0m and \033[1;4mloud\033[m", "red and loud");
  check ("\033[38;5;12mblue\033[38;2;1;2;3mrgb\033[0m", "bluergb");
  check ("a\tb", "a    b");
  check ("one\ntwo\n", "one ⏎ two");
  check ("\033]8;;https://example.org\033\\link\033]8;;\a!", "link!");
  check ("\r\b\177x", "x");
}

/* A sequence that is cut off, or nonsense, must neither crash nor swallow text that follows a good one. */
static void
test_hostile (void)
{
  check ("\033", "");
  check ("\033[", "");
  check ("\033[31", "");
  check ("\033[999999999999999999999mx", "x");
  check ("\033[;;;;mx", "x");
  check ("\033]never ended", "");
  check ("\033Zx", "x");
}

static guint
count_attributes (const char *text,
                  guint       offset,
                  guint      *start,
                  guint      *end)
{
  g_autoptr (PangoAttrList) list = pango_attr_list_new ();
  g_autofree char *plain G_GNUC_UNUSED = tc_ansi_plain (text, list, offset, TRUE);
  GSList *attributes = pango_attr_list_get_attributes (list);
  const guint n = g_slist_length (attributes);

  if (n > 0)
    {
      *start = ((PangoAttribute *) attributes->data)->start_index;
      *end = ((PangoAttribute *) attributes->data)->end_index;
    }
  g_slist_free_full (attributes, (GDestroyNotify) pango_attribute_destroy);
  return n;
}

static void
test_attributes (void)
{
  guint start = 0, end = 0;

  g_assert_cmpuint (count_attributes ("no colour", 0, &start, &end), ==, 0);
  g_assert_cmpuint (count_attributes ("a\033[32mgreen\033[0mb", 10, &start, &end), ==, 1);
  g_assert_cmpuint (start, ==, 11);
  g_assert_cmpuint (end, ==, 16);
  g_assert_cmpuint (count_attributes ("\033[1;3;4;31mall", 0, &start, &end), ==, 4);
  g_assert_cmpuint (count_attributes ("\033[1m\033[22mnone", 0, &start, &end), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/ansi/plain", test_plain);
  g_test_add_func ("/app/ansi/hostile", test_hostile);
  g_test_add_func ("/app/ansi/attributes", test_attributes);
  return g_test_run ();
}
