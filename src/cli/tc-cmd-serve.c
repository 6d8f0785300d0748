/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-api.h"
#include "tc-engine.h"
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>

/* serve: an engine that stays: what a window is without one. Triggers fire, and other commands on the data directory go through it. */

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
wait_for_signal (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint interrupt = g_unix_signal_add (SIGINT, quit, loop), terminate = g_unix_signal_add (SIGTERM, quit, loop);

  g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
}

TcExit
tc_cmd_serve (const TcCommand *self,
              int              argc,
              char           **argv)
{
  g_autofree char *data = NULL;
  int port = 0;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("The data directory"), "DIR" },
    { "webhook-port", 0, 0, G_OPTION_ARG_INT, &port, N_("Let programs of this machine send requests to webhooks there"), "PORT" },
    { NULL }
  };
  g_autofree char *directory = NULL;
  g_autoptr (TcEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  TcApi *api;

  if (!tc_cli_parse (self, entries, &argc, &argv, 0, 0))
    return TC_EXIT_REFUSED;
  if (port < 0 || port > G_MAXUINT16)
    return tc_cli_usage (self, _("%d is no port"), port);
  directory = data != NULL ? g_canonicalize_filename (data, NULL) : tc_engine_default_data_directory ();
  engine = tc_engine_new (&(TcEngineOptions) { .data_directory = directory, .scheduling = TRUE }, &error);
  api = engine != NULL ? tc_api_start_with_webhooks (engine, (guint16) port, &error) : NULL;
  if (api == NULL)
    return tc_cli_fail (error);
  printf (_("Serving %s until interrupted\n"), directory);
  fflush (stdout);
  wait_for_signal ();
  tc_api_stop (api);
  tc_engine_close (engine);
  return TC_EXIT_OK;
}
