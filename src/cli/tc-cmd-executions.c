/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-follow.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#define LIST_LIMIT 100

static const char *
state_of (const TcValue *execution)
{
  const char *state = tc_value_get_str (tc_value_get (execution, "state"), "current");

  return state != NULL ? state : "?";
}

static const char *
text_of (const TcValue *map,
         const char    *key)
{
  const char *text = tc_value_get_str (map, key);

  return text != NULL ? text : "";
}

static void
print_list (const TcValue *executions)
{
  for (size_t i = 0; i < tc_value_length (executions); i++)
    {
      const TcValue *execution = tc_value_item (executions, i), *state = tc_value_get (execution, "state");
      const TcValue *start = tc_value_get (state, "startDate");
      g_autofree char *time = start == NULL ? g_strdup ("") : tc_value_is (start, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (start))
                                                                                                   : tc_json_to_text (start);

      printf ("%-22s %-10s %s %s %s\n", text_of (execution, "id"), state_of (execution), g_strdelimit (time, "\"", ' '),
              text_of (execution, "namespace"), text_of (execution, "flowId"));
    }
}

static TcExit
list_executions (const TcCommand *self,
                 int              argc,
                 char           **argv)
{
  g_autofree char *data = NULL, *namespace_ = NULL, *flow = NULL, *text = NULL;
  g_auto (GStrv) states = NULL;
  gboolean json = FALSE;
  int limit = LIST_LIMIT;
  const GOptionEntry entries[] = {
    { "namespace", 'n', 0, G_OPTION_ARG_STRING, &namespace_, N_("Of this namespace and those below"), "NAME" },
    { "flow", 'f', 0, G_OPTION_ARG_STRING, &flow, N_("Of this flow"), "ID" },
    { "state", 's', 0, G_OPTION_ARG_STRING_ARRAY, &states, N_("In this state (repeatable)"), "STATE" },
    { "text", 't', 0, G_OPTION_ARG_STRING, &text, N_("With this in id, namespace, flow or labels"), "TEXT" },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, N_("At most so many"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("As JSON"), NULL },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("The data directory"), "DIR" },
    { NULL }
  };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (TcMapBuilder) query = tc_map_builder_new ();
  g_autoptr (TcValue) wanted = NULL, found = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 0, 0))
    return TC_EXIT_REFUSED;
  tc_map_builder_str (query, "namespace", namespace_);
  tc_map_builder_str (query, "flowId", flow);
  tc_map_builder_str (query, "text", text);
  tc_map_builder_take (query, "limit", tc_value_int (limit));
  if (states != NULL)
    {
      TcListBuilder *list = tc_list_builder_new ();

      for (guint i = 0; states[i] != NULL; i++)
        tc_list_builder_take (list, tc_value_string (states[i]));
      tc_map_builder_take (query, "states", tc_list_builder_end (list));
    }
  wanted = tc_map_builder_end (g_steal_pointer (&query));
  backend = tc_backend_open (data, NULL, &error);
  found = backend != NULL ? tc_backend_find (backend, wanted, &error) : NULL;
  if (found == NULL)
    return tc_cli_fail (error);
  if (json)
    tc_cli_print_json (found);
  else
    print_list (found);
  return TC_EXIT_OK;
}

static TcExit
show_execution (const TcCommand *self,
                int              argc,
                char           **argv)
{
  g_autofree char *data = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("The data directory"), "DIR" }, { NULL }
  };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (TcValue) execution = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 1, 1))
    return TC_EXIT_REFUSED;
  backend = tc_backend_open (data, NULL, &error);
  execution = backend != NULL ? tc_backend_execution (backend, argv[1], TRUE, &error) : NULL;
  if (execution == NULL)
    return tc_cli_fail (error);
  tc_cli_print_json (execution);
  return TC_EXIT_OK;
}

static TcExit
show_logs (const TcCommand *self,
           int              argc,
           char           **argv)
{
  g_autofree char *data = NULL, *level = NULL;
  gboolean follow = FALSE, json = FALSE, no_color = FALSE;
  const GOptionEntry entries[] = {
    { "follow", 'f', 0, G_OPTION_ARG_NONE, &follow, N_("Go on until the execution ends"), NULL },
    { "level", 0, 0, G_OPTION_ARG_STRING, &level, N_("The least level shown"), "LEVEL" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("As one JSON list"), NULL },
    { "no-color", 0, 0, G_OPTION_ARG_NONE, &no_color, N_("No colors"), NULL },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("The data directory"), "DIR" },
    { NULL }
  };
  TcFollow how = { .level = TC_LEVEL_TRACE };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (TcValue) execution = NULL, logs = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 1, 1))
    return TC_EXIT_REFUSED;
  if (level != NULL && !tc_level_parse (level, &how.level))
    return tc_cli_usage (self, _("--level is TRACE, DEBUG, INFO, WARN or ERROR, not “%s”"), level);
  backend = tc_backend_open (data, NULL, &error);
  execution = backend != NULL ? tc_backend_execution (backend, argv[1], TRUE, &error) : NULL;
  if (execution == NULL)
    return tc_cli_fail (error);
  how.backend = backend;
  how.id = argv[1];
  how.color = tc_follow_wants_color (no_color);
  if (json)
    {
      logs = tc_backend_logs (backend, argv[1], 0, &error);
      if (logs != NULL)
        tc_cli_print_json (logs);
    }
  else if (tc_follow_logs (&how, &error) && follow)
    tc_follow_run (&how, &error);
  return error != NULL ? tc_cli_fail (error) : TC_EXIT_OK;
}

/* What a command about an execution takes besides its id: an option each, a member of the arguments each. */
typedef struct
{
  char  *data, *task_run, *revision, *state;
  char **inputs;
} CommandOptions;

static void
command_options_clear (CommandOptions *self)
{
  g_free (self->data);
  g_free (self->task_run);
  g_free (self->revision);
  g_free (self->state);
  g_strfreev (self->inputs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CommandOptions, command_options_clear)

static TcValue *
command_arguments (const TcCommand      *self,
                   const CommandOptions *options)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "taskRunId", options->task_run);
  if (options->revision != NULL)
    tc_map_builder_take (map, "revision", tc_value_int (g_ascii_strtoll (options->revision, NULL, 10)));
  tc_map_builder_str (map, "state", options->state);
  if (options->inputs != NULL)
    {
      TcValue *inputs = tc_cli_pairs (self, options->inputs);

      if (inputs == NULL)
        return NULL;
      tc_map_builder_take (map, "inputs", inputs);
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcExit
command_execution (const TcCommand *self,
                   int              argc,
                   char           **argv)
{
  const char *name = strrchr (self->name, ' ') + 1;
  g_auto (CommandOptions) options = { NULL };
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, N_("The data directory"), "DIR" },
    { "task-run", 0, 0, G_OPTION_ARG_STRING, &options.task_run, N_("resume, replay: the task run meant"), "ID" },
    { "input", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &options.inputs, N_("resume, replay: an input (repeatable)"), "KEY=VALUE" },
    { "revision", 0, 0, G_OPTION_ARG_STRING, &options.revision, N_("restart, replay: the flow's revision"), "N" },
    { NULL }
  };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (TcValue) arguments = NULL, answer = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 1, 1))
    return TC_EXIT_REFUSED;
  arguments = command_arguments (self, &options);
  if (arguments == NULL)
    return TC_EXIT_REFUSED;
  backend = tc_backend_open (options.data, NULL, &error);
  if (backend != NULL)
    answer = tc_backend_command (backend, argv[1], name, tc_value_length (arguments) > 0 ? arguments : NULL, &error);
  if (answer == NULL)
    return tc_cli_fail (error);
  if (tc_value_get_str (answer, "id") != NULL)
    puts (tc_value_get_str (answer, "id"));
  return TC_EXIT_OK;
}

const TcCommand tc_commands_executions[] = {
  { "executions list", "[OPTION…]", N_("List executions, newest first"), "executions list --state FAILED", list_executions },
  { "executions show", "ID", N_("Print an execution as JSON"), "executions show 3xYb0c", show_execution },
  { "executions logs", "[-f] ID", N_("Print the log of an execution"), "executions logs -f 3xYb0c", show_logs },
  { "executions kill", "ID", N_("Kill an execution"), "executions kill 3xYb0c", command_execution },
  { "executions pause", "ID", N_("Pause a running execution"), "executions pause 3xYb0c", command_execution },
  { "executions resume", "[-i KEY=VALUE…] ID", N_("Resume a paused execution"), "executions resume -i ok=true 3xYb0c", command_execution },
  { "executions restart", "ID", N_("Run a failed execution again from where it failed"), "executions restart 3xYb0c", command_execution },
  { "executions replay", "[OPTION…] ID", N_("Run an execution again as a new one"), "executions replay 3xYb0c", command_execution },
  { "executions delete", "ID", N_("Delete an execution with its log and files"), "executions delete 3xYb0c", command_execution },
  { NULL }
};
