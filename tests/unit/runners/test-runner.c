/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-run-private.h"
#include "tc-runner.h"
#include <glib/gstdio.h>

static void
test_table (void)
{
  guint n = 0;

  for (; tc_runners[n]; n++)
    {
      const TcTypeInfo *info = &tc_runners[n]->info;

      g_assert_true (tc_runner_infos[n] == info);
      g_assert_true (tc_runner_find (info->type) == tc_runners[n]);
      for (size_t i = 0; info->aliases && info->aliases[i]; i++)
        g_assert_true (tc_runner_find (info->aliases[i]) == tc_runners[n]);
      for (const TcProp *prop = info->props; prop->name; prop++)
        {
          g_assert_cmpuint (prop->offset, <, info->props_size);
          g_assert_nonnull (prop->doc);
        }
    }
  g_assert_cmpuint (n, ==, 2);
  g_assert_null (tc_runner_infos[n]);
  g_assert_null (tc_runner_find ("io.kestra.plugin.ee.kubernetes.runner.Kubernetes"));
}

static void
test_directories (void)
{
  static const struct { const char *id, *name; } cases[] = {
    { "7aB/1/2", "7aB.1.2" }, { "a.b", "a%2Eb" }, { "..", "%2E%2E" }, { "../../etc", "%2E%2E.%2E%2E.etc" }, { "a b", "a%20b" }, { "ż", "%C5%BC" }, { "a-b_c", "a-b_c" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = tc_run_directory ("/d", cases[i].id);
      g_autofree char *expected = g_strconcat ("/d/runs/", cases[i].name, NULL);

      g_assert_cmpstr (got, ==, expected);
    }
}

static void
test_host_errors (void)
{
  g_autoptr(TcFdSet) fds = tc_fd_set_new (g_main_context_default ());
  TcRunnerHostSettings settings = { .fds = fds, .context = g_main_context_default (), .data_dir = "/proc/nowhere", .shim = "/no/shim" };
  g_autoptr(GError) no_shim = NULL, no_data = NULL;

  g_assert_null (tc_runner_host_new (&settings, &no_shim));
  g_assert_error (no_shim, TC_RUN_ERROR, TC_RUN_ERROR_PROGRAM);
  settings.shim = "/bin/true";
  g_assert_null (tc_runner_host_new (&settings, &no_data));
  g_assert_error (no_data, TC_RUN_ERROR, TC_RUN_ERROR_FILES);
}

static void
test_unknown_spec (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (tc_run_load_spec ("/no/such", "t/1/1", &error));
  g_assert_error (error, TC_RUN_ERROR, TC_RUN_ERROR_LOST);
}

/* An engine that is killed before the spec is whole leaves a directory in which nothing was started: the next start takes it over. */
static void
test_unwritten_directory (void)
{
  g_autofree char *data = g_dir_make_tmp ("tc-run-XXXXXX", NULL), *runs = g_build_filename (data, "runs", NULL);
  g_autofree char *directory = tc_run_directory (data, "t/1/1"), *path = g_build_filename (directory, "spec", NULL);
  g_autoptr(TcRunSpec) spec = tc_run_spec_new ();
  g_autoptr(GError) error = NULL;

  g_assert_no_errno (g_mkdir (runs, 0700));
  g_assert_no_errno (g_mkdir (directory, 0700));
  g_assert_true (tc_run_directory_make (directory, spec, &error));
  g_assert_true (g_file_set_contents (path, "{\"program\": \"s", -1, NULL));
  g_assert_true (tc_run_directory_make (directory, spec, &error));
  g_assert_no_error (error);
  g_assert_false (tc_run_directory_make (directory, spec, &error));
  g_assert_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES);
  tc_run_directory_remove (directory);
  g_assert_no_errno (g_rmdir (runs));
  g_assert_no_errno (g_rmdir (data));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runners/runner/table", test_table);
  g_test_add_func ("/runners/runner/directories", test_directories);
  g_test_add_func ("/runners/runner/host-errors", test_host_errors);
  g_test_add_func ("/runners/runner/unknown-spec", test_unknown_spec);
  g_test_add_func ("/runners/runner/unwritten-directory", test_unwritten_directory);
  return g_test_run ();
}
