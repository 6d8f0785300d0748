/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const TcCommand commands[] = {
  { "check", "[--json] FILE…", N_("Check flows as the editor does"), "check flow.yaml", tc_cmd_check },
  { "run", "[OPTION…] FILE [MORE…]", N_("Store FILE and its subflows MORE, execute FILE, follow it to the end"),
    "run -i name=World flow.yaml subflow.yaml", tc_cmd_run },
  { "eval", "[OPTION…] EXPRESSION", N_("Render an expression"), "eval --context '{\"a\": 1}' '{{ a + 1 }}'", tc_cmd_eval },
  { "executions", "COMMAND", N_("List, show, follow and control executions"), "executions list", NULL, tc_commands_executions },
  { "flows", "COMMAND", N_("List, show and delete stored flows"), "flows list", NULL, tc_commands_flows },
  { "files", "COMMAND", N_("List, put, get and delete namespace files"), "files list company.team", NULL, tc_commands_files },
  { "kv", "COMMAND", N_("List, get, set and delete key-value pairs"), "kv list company.team", NULL, tc_commands_kv },
  { "secrets", "COMMAND", N_("List, set and delete secrets"), "secrets list", NULL, tc_commands_secrets },
  { "serve", "[--webhook-port PORT]", N_("Stay, fire triggers, and serve other commands on the data directory"), "serve", tc_cmd_serve },
  { "triggers", "COMMAND", N_("List and control what starts flows by itself"), "triggers list", NULL, tc_commands_triggers },
  { "conformance", "PATH…", N_("Run corpora of expressions and flows"), "conformance tests/conformance/flows", tc_cmd_conformance },
  { "schema", "[TYPE]", N_("Print the JSON Schema of flows or of one type"), "schema io.kestra.plugin.core.log.Log", tc_cmd_schema },
  { "docs", "[--out DIR] [TYPE]", N_("Print or write reference pages"), "docs --out docs", tc_cmd_docs },
  { "doctor", "[--json]", N_("Check container engines, interpreters, the data directory and more"), "doctor", tc_cmd_doctor },
  { NULL }
};

static const TcCommand program = { "", "COMMAND", N_("Run Kestra flows"), "run flow.yaml", NULL, commands };

static void
print_commands (const TcCommand *group,
                FILE            *out)
{
  fprintf (out, _("usage: tiercel-cli %s%sCOMMAND [OPTION…] …\n\n%s.\n\n"), group->name, *group->name != '\0' ? " " : "",
           _(group->summary));
  for (const TcCommand *command = group->children; command->name != NULL; command++)
    fprintf (out, "  %-20s %s\n", command->name, _(command->summary));
  fprintf (out, _("\n“tiercel-cli %s%sCOMMAND --help” shows options and an example.\nExample:\n  tiercel-cli %s\n"), group->name,
           *group->name != '\0' ? " " : "", group->example);
}

static const TcCommand *
find_child (const TcCommand *group,
            const char      *word)
{
  for (const TcCommand *command = group->children; command->name != NULL; command++)
    {
      const char *last = strrchr (command->name, ' ');

      if (strcmp (last != NULL ? last + 1 : command->name, word) == 0)
        return command;
    }
  return NULL;
}

static TcExit
refuse_command (const TcCommand *group,
                const char      *word)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *meant;

  for (const TcCommand *command = group->children; command->name != NULL; command++)
    {
      const char *last = strrchr (command->name, ' ');

      g_ptr_array_add (names, (gpointer) (last != NULL ? last + 1 : command->name));
    }
  g_ptr_array_add (names, NULL);
  meant = tc_nearest_name (word, (const char *const *) names->pdata);
  if (meant != NULL)
    g_printerr (_("tiercel-cli: there is no command “%s”; did you mean “%s”?\n"), word, meant);
  else
    g_printerr (_("tiercel-cli: there is no command “%s”\n"), word);
  print_commands (group, stderr);
  return TC_EXIT_REFUSED;
}

static TcExit
dispatch (const TcCommand *group,
          int              argc,
          char           **argv)
{
  const TcCommand *command;

  if (argc < 2)
    {
      print_commands (group, stderr);
      return TC_EXIT_REFUSED;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_commands (group, stdout);
      return TC_EXIT_OK;
    }
  command = find_child (group, argv[1]);
  if (command == NULL)
    return refuse_command (group, argv[1]);
  return command->children != NULL ? dispatch (command, argc - 1, argv + 1) : command->run (command, argc - 1, argv + 1);
}

int
main (int    argc,
      char **argv)
{
  TcExit code;

  setlocale (LC_ALL, "");
  bindtextdomain (TC_GETTEXT_PACKAGE, TC_LOCALEDIR);
  bind_textdomain_codeset (TC_GETTEXT_PACKAGE, "UTF-8");
  textdomain (TC_GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      puts ("tiercel-cli " TC_VERSION);
      return TC_EXIT_OK;
    }
  code = dispatch (&program, argc, argv);
  if (fflush (stdout) != 0 && code == TC_EXIT_OK)
    code = TC_EXIT_BROKEN;
  return (int) code;
}
