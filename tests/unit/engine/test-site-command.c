/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"
#include "private/tc-job-world.h"
#include "tc-engine.h"

/* A job's command: it waits for the engine's thread, or until it is told to stop; an answer that comes too late is nobody's. */

static void
test_answers (void)
{
  TcEngineOptions options = { .ephemeral = TRUE, .test = TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("tc-site-command-XXXXXX", &error);
  g_autoptr (GCancellable) running = g_cancellable_new (), stopped = g_cancellable_new ();
  g_autoptr (TcEngine) engine = NULL;

  g_assert_no_error (error);
  options.data_directory = directory;
  engine = tc_engine_new (&options, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (stopped);
  for (int i = 0; i < 100; i++)
    {
      g_assert_null (tc_site_command (&engine->core->site, "none", "kill", NULL, stopped, &error));
      g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                     || g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND));
      g_clear_error (&error);
    }
  g_assert_null (tc_site_command (&engine->core->site, "none", "kill", NULL, running, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND);
  tc_engine_close (engine);
  g_clear_error (&error);
  g_assert_null (tc_site_command (&engine->core->site, "none", "kill", NULL, running, &error));
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED);
  g_assert_true (tc_site_remove_tree (directory, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/site-command/answers", test_answers);
  return g_test_run ();
}
