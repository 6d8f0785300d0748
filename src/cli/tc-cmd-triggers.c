/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-backend.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* triggers …: what starts flows by itself. */

typedef struct
{
  char    *data, *start, *end;
  char   **inputs, **labels;
  gboolean json, paused, pause, resume, remove;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->data);
  g_free (self->start);
  g_free (self->end);
  g_strfreev (self->inputs);
  g_strfreev (self->labels);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (const TcCommand  *self,
       Options          *options,
       int              *argc,
       char           ***argv,
       int               n)
{
  const GOptionEntry all[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, N_("The data directory"), "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("As JSON"), NULL },
    { NULL }
  };

  return tc_cli_parse (self, all, argc, argv, n, n);
}

static void
print_state (const TcValue *state)
{
  const char *next = tc_value_get_str (state, "nextExecutionDate"), *error = tc_value_get_str (state, "error");
  const char *execution = tc_value_get_str (state, "executionId"), *type = tc_value_get_str (state, "type");
  g_autofree char *name = g_strjoin ("/", tc_value_get_str (state, "namespace"), tc_value_get_str (state, "flowId"),
                                     tc_value_get_str (state, "triggerId"), NULL);

  printf ("%-40s %s%s%s%s%s%s%s%s%s\n", name, type != NULL ? type : "", tc_value_get_flag (state, "disabled", FALSE) ? _(" off") : "",
          next != NULL ? _(" next ") : "", next != NULL ? next : "", execution != NULL ? _(" runs ") : "",
          execution != NULL ? execution : "", tc_value_get (state, "backfill") != NULL ? _(" backfill") : "", error != NULL ? ": " : "",
          error != NULL ? error : "");
}

/* One call about a trigger; @names: namespace, flow, trigger, or NULL. */
static TcExit
call (const Options *options,
      const char    *action,
      char         **names,
      const TcValue *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcBackend) backend = tc_backend_open (options->data, NULL, &error);
  g_autoptr (TcValue) answer = NULL;

  if (backend != NULL)
    answer = tc_backend_triggers (backend, action, names != NULL ? names[0] : NULL, names != NULL ? names[1] : NULL,
                                  names != NULL ? names[2] : NULL, args, &error);
  if (answer == NULL)
    return tc_cli_fail (error);
  if (options->json)
    tc_cli_print_json (answer);
  else if (tc_value_is (answer, TC_VALUE_LIST))
    for (size_t i = 0; i < tc_value_length (answer); i++)
      print_state (tc_value_item (answer, i));
  else
    print_state (answer);
  return TC_EXIT_OK;
}

static TcExit
list (const TcCommand *self,
      int              argc,
      char           **argv)
{
  g_auto (Options) options = { NULL };

  return parse (self, &options, &argc, &argv, 0) ? call (&options, "list", NULL, NULL) : TC_EXIT_REFUSED;
}

/* The last word of the command is what is done. */
static TcExit
act (const TcCommand *self,
     int              argc,
     char           **argv)
{
  g_auto (Options) options = { NULL };

  return parse (self, &options, &argc, &argv, 3) ? call (&options, strrchr (self->name, ' ') + 1, argv + 1, NULL) : TC_EXIT_REFUSED;
}

static TcValue *
backfill_request (const TcCommand *self,
                  const Options   *options)
{
  TcValue *inputs = tc_cli_pairs (self, options->inputs), *labels = inputs != NULL ? tc_cli_pairs (self, options->labels) : NULL;
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  if (labels == NULL)
    {
      tc_value_unref (inputs);
      return NULL;
    }
  tc_map_builder_str (map, "start", options->start);
  tc_map_builder_str (map, "end", options->end);
  tc_map_builder_take (map, "inputs", inputs);
  tc_map_builder_take (map, "labels", labels);
  tc_map_builder_take (map, "paused", tc_value_bool (options->paused));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcExit
backfill (const TcCommand *self,
          int              argc,
          char           **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, N_("The data directory"), "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("As JSON"), NULL },
    { "start", 0, 0, G_OPTION_ARG_STRING, &options.start, N_("The first date that counts, such as 2026-03-01T00:00:00Z"), "DATE" },
    { "end", 0, 0, G_OPTION_ARG_STRING, &options.end, N_("The last date that counts; now, if it is not given"), "DATE" },
    { "input", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &options.inputs, N_("An input of its executions"), "KEY=VALUE" },
    { "label", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &options.labels, N_("A label of its executions"), "KEY=VALUE" },
    { "paused", 0, 0, G_OPTION_ARG_NONE, &options.paused, N_("It waits until it is resumed"), NULL },
    { "pause", 0, 0, G_OPTION_ARG_NONE, &options.pause, N_("Halt the one that there is"), NULL },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options.resume, N_("Let it go on"), NULL },
    { "delete", 0, 0, G_OPTION_ARG_NONE, &options.remove, N_("Forget what is left of it"), NULL },
    { NULL }
  };
  g_autoptr (TcValue) request = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 3, 3))
    return TC_EXIT_REFUSED;
  if (options.pause || options.resume || options.remove)
    return call (&options, options.pause ? "pause-backfill" : options.resume ? "resume-backfill" : "delete-backfill", argv + 1, NULL);
  if (options.start == NULL)
    return tc_cli_usage (self, _("--start is missing"));
  request = backfill_request (self, &options);
  return request != NULL ? call (&options, "backfill", argv + 1, request) : TC_EXIT_REFUSED;
}

const TcCommand tc_commands_triggers[] = {
  { "triggers list", "[--json]", N_("List the triggers of all flows, and when they are due"), "triggers list", list },
  { "triggers enable", "NAMESPACE FLOW TRIGGER", N_("Switch a trigger that goes by time on again"), "triggers enable company.team report daily", act },
  { "triggers disable", "NAMESPACE FLOW TRIGGER", N_("Switch a trigger that goes by time off"), "triggers disable company.team report daily", act },
  { "triggers unlock", "NAMESPACE FLOW TRIGGER", N_("Do not wait for the execution that it started"),
    "triggers unlock company.team report daily", act },
  { "triggers backfill", "[OPTION…] NAMESPACE FLOW TRIGGER", N_("Make up for the planned dates of a time in the past"),
    "triggers backfill --start 2026-03-01T00:00:00Z company.team report daily", backfill },
  { NULL }
};
