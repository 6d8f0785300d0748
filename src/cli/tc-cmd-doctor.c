/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-cli-files.h"
#include "tc-sync.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>

static gboolean
print_line (const TcValue *line)
{
  const char *name = tc_value_get_str (line, "name"), *state = tc_value_get_str (line, "state");
  const char *text = tc_value_get_str (line, "text"), *hint = tc_value_get_str (line, "hint");
  gboolean ok = g_strcmp0 (state, "ok") == 0;

  printf ("%-8s %s: %s\n", state != NULL ? state : "?", name != NULL ? name : "?", text != NULL ? text : "");
  if (!ok && hint != NULL)
    printf ("         %s\n", hint);
  return ok || g_strcmp0 (state, "warning") == 0;
}

/* A running engine has the user's data directory: the machine is the same for one of a private directory. */
static TcEngine *
open_engine (const char  *data,
             char       **private_data,
             GError     **error)
{
  TcEngineOptions options = { .data_directory = data };
  g_autoptr (GError) cause = NULL;
  TcEngine *engine = tc_engine_new (&options, &cause);

  if (engine != NULL || !g_error_matches (cause, TC_ENGINE_ERROR, TC_ENGINE_ERROR_LOCKED))
    {
      if (engine == NULL)
        g_propagate_error (error, g_steal_pointer (&cause));
      return engine;
    }
  *private_data = g_dir_make_tmp ("tiercel-XXXXXX", error);
  options.data_directory = *private_data;
  return *private_data != NULL ? tc_engine_new (&options, error) : NULL;
}

TcExit
tc_cmd_doctor (const TcCommand *self,
               int              argc,
               char           **argv)
{
  g_autofree char *data = NULL, *private_data = NULL;
  gboolean json = FALSE, all_well = TRUE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("As JSON"), NULL },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("The data directory"), "DIR" },
    { NULL }
  };
  g_autoptr (TcEngine) engine = NULL;
  g_autoptr (TcValue) lines = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 0, 0))
    return TC_EXIT_REFUSED;
  engine = open_engine (data, &private_data, &error);
  lines = engine != NULL ? tc_sync_doctor (engine, &error) : NULL;
  if (json && lines != NULL)
    tc_cli_print_json (lines);
  for (size_t i = 0; lines != NULL && i < tc_value_length (lines) && !json; i++)
    all_well &= print_line (tc_value_item (lines, i));
  if (engine != NULL)
    tc_engine_close (engine);
  if (private_data != NULL)
    tc_cli_remove_tree (private_data);
  if (lines == NULL)
    return tc_cli_fail (error);
  return all_well ? TC_EXIT_OK : TC_EXIT_FAILED;
}
