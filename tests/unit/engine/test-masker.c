/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-masker.h"

static void
assert_masked (TcMasker *masker, const char *text, const char *want)
{
  g_autofree char *masked = tc_masker_apply (masker, text);

  g_assert_cmpstr (masked, ==, want);
}

static void
test_forms (void)
{
  g_autoptr (TcMasker) masker = tc_masker_new ();

  tc_masker_add (masker, "pass \"word\"/");
  assert_masked (masker, "plain pass \"word\"/ end", "plain ****** end");
  assert_masked (masker, "base64 cGFzcyAid29yZCIv", "base64 ******");
  assert_masked (masker, "url ?p=pass%20%22word%22%2F&x", "url ?p=******&x");
  assert_masked (masker, "{\"p\":\"pass \\\"word\\\"/\"}", "{\"p\":\"******\"}");
  assert_masked (masker, "nothing of it", NULL);
}

static void
test_lines (void)
{
  g_autoptr (TcMasker) masker = tc_masker_new ();

  tc_masker_add (masker, "-----BEGIN-----\nabcdefgh\nij\n");
  assert_masked (masker, "x abcdefgh y", "x ****** y");
  /* Too short to be told from ordinary text. */
  assert_masked (masker, "hijack", NULL);
}

/* A secret that is the beginning of another one must not uncover the rest of it. */
static void
test_nested (void)
{
  g_autoptr (TcMasker) masker = tc_masker_new ();

  tc_masker_add (masker, "secret");
  tc_masker_add (masker, "secret-and-more");
  assert_masked (masker, "a secret-and-more b secret c", "a ****** b ****** c");
}

static void
test_small (void)
{
  g_autoptr (TcMasker) masker = tc_masker_new ();

  tc_masker_add (masker, "");
  assert_masked (masker, "text", NULL);
  tc_masker_add (masker, "v");
  assert_masked (masker, "v1", "******1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/masker/forms", test_forms);
  g_test_add_func ("/engine/masker/lines", test_lines);
  g_test_add_func ("/engine/masker/nested", test_nested);
  g_test_add_func ("/engine/masker/small", test_small);
  return g_test_run ();
}
