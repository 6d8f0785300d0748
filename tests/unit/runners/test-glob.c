/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-glob.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
test_match (void)
{
  static const struct { const char *pattern, *path; gboolean matches; } cases[] = {
    { "*.txt", "a.txt", TRUE }, { "*.txt", ".h.txt", TRUE }, { "*.txt", "d/a.txt", FALSE }, { "*.txt", "a.txt.gz", FALSE },
    { "**/*.txt", "d/a.txt", TRUE }, { "**/*.txt", "d/e/a.txt", TRUE }, { "**/*.txt", "a.txt", FALSE }, { "**.txt", "d/e/a.txt", TRUE },
    { "d/**", "d/e/f", TRUE }, { "d/**", "d", FALSE }, { "?.c", "a.c", TRUE }, { "?.c", "ab.c", FALSE }, { "a?c", "a/c", FALSE }, { "?", "ż", TRUE },
    { "[a-c]x", "bx", TRUE }, { "[a-c]x", "dx", FALSE }, { "[!a-c]x", "dx", TRUE }, { "[!a-c]x", "ax", FALSE }, { "[!a]x", "/x", FALSE },
    { "[.]x", ".x", TRUE }, { "[.]x", "ax", FALSE }, { "[]]x", "]x", TRUE }, { "[a&&b]", "&", TRUE }, { "[^a]", "^", TRUE }, { "[^a]", "b", FALSE },
    { "r/*.{csv,json}", "r/a.csv", TRUE }, { "r/*.{csv,json}", "r/b.json", TRUE }, { "r/*.{csv,json}", "r/c.xml", FALSE }, { "{a,b}{c,d}", "bc", TRUE },
    { "a,b", "a,b", TRUE }, { "a\\*b", "a*b", TRUE }, { "a\\*b", "axb", FALSE }, { "a.b", "axb", FALSE }, { "a+(b)|c^$", "a+(b)|c^$", TRUE },
    { "glob:*.x", "a.x", TRUE }, { "regex:a[0-9]+", "a12", TRUE }, { "regex:a[0-9]+", "xa12", FALSE }, { "regex:a|b", "ab", FALSE },
    { "", "", TRUE }, { "*", "a\nb", TRUE }, { "}", "}", TRUE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TcGlob) glob = tc_glob_compile (cases[i].pattern, &error);

      g_assert_no_error (error);
      if (tc_glob_match (glob, cases[i].path) != cases[i].matches)
        g_error ("“%s” and “%s”", cases[i].pattern, cases[i].path);
    }
}

static void
test_errors (void)
{
  static const char *const bad[] = { "[a", "{a,b", "[", "[!", "regex:(", "[z-a]" };

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (tc_glob_compile (bad[i], &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, bad[i]));
    }
}

/* Must not take for ever; that it does not match is all that counts. */
static void
test_hostile_pattern (void)
{
  g_autoptr(TcGlob) glob = tc_glob_compile ("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", NULL);
  g_autofree char *path = g_strnfill (5000, 'a');
  int64_t begun = g_get_monotonic_time ();

  g_assert_false (tc_glob_match (glob, path));
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_USEC_PER_SEC);
}

static void
test_walk (void)
{
  g_autofree char *root = g_dir_make_tmp ("tc-glob-XXXXXX", NULL);
  static const char *const files[] = { "b", "a/x", "a/.h", "a/b/c/d", ".top", "ż ó" };
  g_autofree char *link = g_build_filename (root, "link", NULL);
  g_autofree char *loop = g_build_filename (root, "a", "loop", NULL);
  g_autofree char *fifo = g_build_filename (root, "fifo", NULL);
  g_autofree char *joined = NULL;
  g_autoptr(GPtrArray) found = NULL, patterns = g_ptr_array_new (), some = NULL;
  g_autoptr(GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (root, files[i], NULL);
      g_autofree char *folder = g_path_get_dirname (path);

      g_mkdir_with_parents (folder, 0700);
      g_assert_true (g_file_set_contents (path, "", -1, NULL));
    }
  g_assert_cmpint (symlink ("b", link) | symlink ("..", loop) | mkfifo (fifo, 0600), ==, 0);
  found = tc_glob_walk (root, &error);
  g_assert_no_error (error);
  g_ptr_array_add (found, NULL);
  joined = g_strjoinv (" ", (char **) found->pdata);
  g_assert_cmpstr (joined, ==, ".top a/.h a/b/c/d a/x b ż ó");
  g_ptr_array_add (patterns, (char *) "a/*");
  g_ptr_array_add (patterns, (char *) "a/x");
  g_ptr_array_add (patterns, (char *) "regex:.*/ż.*");
  some = tc_glob_collect (root, patterns, &error);
  g_assert_cmpuint (some->len, ==, 3);
  g_assert_cmpstr (some->pdata[0], ==, "a/.h");
  g_assert_cmpstr (some->pdata[1], ==, "a/x");
  g_assert_cmpstr (some->pdata[2], ==, "ż ó");
}

static void
test_no_root (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (tc_glob_walk ("/no/such/root", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runners/glob/match", test_match);
  g_test_add_func ("/runners/glob/errors", test_errors);
  g_test_add_func ("/runners/glob/hostile-pattern", test_hostile_pattern);
  g_test_add_func ("/runners/glob/walk", test_walk);
  g_test_add_func ("/runners/glob/no-root", test_no_root);
  return g_test_run ();
}
