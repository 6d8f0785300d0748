/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-backend.h"
#include "tc-cli-files.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* flows …, files …, kv …, secrets …: what belongs to namespaces. */

typedef struct
{
  char    *data, *ttl;
  int      revision;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->data);
  g_free (self->ttl);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (const TcCommand  *self,
       Options          *options,
       int              *argc,
       char           ***argv,
       int               min,
       int               max)
{
  const GOptionEntry all[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, N_("The data directory"), "DIR" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("As JSON"), NULL },
    { NULL }
  };

  return tc_cli_parse (self, all, argc, argv, min, max);
}

static const char *
text_of (const TcValue *map,
         const char    *key)
{
  const char *text = tc_value_get_str (map, key);

  return text != NULL ? text : "";
}

static TcExit
list_flows (const TcCommand *self,
            int              argc,
            char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (TcValue) flows = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (self, &options, &argc, &argv, 0, 0))
    return TC_EXIT_REFUSED;
  backend = tc_backend_open (options.data, NULL, &error);
  flows = backend != NULL ? tc_backend_flows (backend, &error) : NULL;
  if (flows == NULL)
    return tc_cli_fail (error);
  if (options.json)
    tc_cli_print_json (flows);
  else
    for (size_t i = 0; i < tc_value_length (flows); i++)
      {
        const TcValue *flow = tc_value_item (flows, i);

        printf ("%s %s %" G_GINT64_FORMAT "\n", text_of (flow, "namespace"), text_of (flow, "id"),
                (gint64) tc_value_get_i64 (flow, "revision", 0));
      }
  return TC_EXIT_OK;
}

static TcExit
show_flow (const TcCommand *self,
           int              argc,
           char           **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, N_("The data directory"), "DIR" },
    { "revision", 0, 0, G_OPTION_ARG_INT, &options.revision, N_("Not the newest one"), "N" },
    { NULL }
  };
  g_autoptr (TcBackend) backend = NULL;
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  backend = tc_backend_open (options.data, NULL, &error);
  source = backend != NULL ? tc_backend_flow (backend, argv[1], argv[2], options.revision, &error) : NULL;
  if (source == NULL)
    return tc_cli_fail (error);
  fputs (source, stdout);
  return TC_EXIT_OK;
}

static TcExit
delete_flow (const TcCommand *self,
             int              argc,
             char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  backend = tc_backend_open (options.data, NULL, &error);
  if (backend == NULL || !tc_backend_delete_flow (backend, argv[1], argv[2], &error))
    return tc_cli_fail (error);
  return TC_EXIT_OK;
}

const TcCommand tc_commands_flows[] = {
  { "flows list", "[--json]", N_("List stored flows: namespace, id, revision"), "flows list", list_flows },
  { "flows show", "NAMESPACE ID", N_("Print the source of a flow"), "flows show --revision 2 company.team hello", show_flow },
  { "flows delete", "NAMESPACE ID", N_("Delete a flow; its executions stay"), "flows delete company.team hello", delete_flow },
  { NULL }
};

static char *
data_directory (const Options *options)
{
  return options->data != NULL ? g_canonicalize_filename (options->data, NULL) : tc_engine_default_data_directory ();
}

static TcExit
list_files (const TcCommand *self,
            int              argc,
            char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autofree char *data = NULL, *directory = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (self, &options, &argc, &argv, 1, 1))
    return TC_EXIT_REFUSED;
  data = data_directory (&options);
  directory = tc_cli_files_directory (data, argv[1], &error);
  paths = directory != NULL ? tc_cli_list_files (directory, &error) : NULL;
  if (paths == NULL)
    return tc_cli_fail (error);
  for (guint i = 0; i < paths->len; i++)
    puts (paths->pdata[i]);
  return TC_EXIT_OK;
}

static TcExit
put_file (const TcCommand *self,
          int              argc,
          char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autofree char *data = NULL, *name = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (!parse (self, &options, &argc, &argv, 2, 3))
    return TC_EXIT_REFUSED;
  data = data_directory (&options);
  name = argc > 3 ? g_strdup (argv[3]) : g_path_get_basename (argv[2]);
  if (g_file_test (argv[2], G_FILE_TEST_IS_DIR))
    done = tc_cli_import_files (data, argv[1], argv[2], &error);
  else
    done = tc_cli_put_file (data, argv[1], argv[2], name, &error);
  return done ? TC_EXIT_OK : tc_cli_fail (error);
}

static TcExit
get_file (const TcCommand *self,
          int              argc,
          char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autofree char *data = NULL, *path = NULL, *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  data = data_directory (&options);
  path = tc_cli_file_path (data, argv[1], argv[2], &error);
  if (path == NULL || !g_file_get_contents (path, &content, &length, &error))
    return tc_cli_fail (error);
  fwrite (content, 1, length, stdout);
  return TC_EXIT_OK;
}

static TcExit
delete_file (const TcCommand *self,
             int              argc,
             char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autofree char *data = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  data = data_directory (&options);
  path = tc_cli_file_path (data, argv[1], argv[2], &error);
  if (path == NULL)
    return tc_cli_fail (error);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    tc_cli_remove_tree (path);
  else if (g_unlink (path) < 0)
    {
      g_set_error (&error, G_IO_ERROR, g_io_error_from_errno (errno), _("deleting %s: %s"), path, g_strerror (errno));
      return tc_cli_fail (error);
    }
  return TC_EXIT_OK;
}

const TcCommand tc_commands_files[] = {
  { "files list", "NAMESPACE", N_("List the files of a namespace"), "files list company.team", list_files },
  { "files put", "NAMESPACE SOURCE [NAME]", N_("Copy a file, or the content of a folder, into a namespace"),
    "files put company.team script.py scripts/script.py", put_file },
  { "files get", "NAMESPACE NAME", N_("Print a file of a namespace"), "files get company.team scripts/script.py", get_file },
  { "files delete", "NAMESPACE NAME", N_("Delete a file or folder of a namespace"), "files delete company.team scripts", delete_file },
  { NULL }
};

/* One call about key-value pairs; what it answers is printed. */
static TcExit
call_kv (const Options *options,
         const char    *action,
         const char    *namespace_,
         const char    *key,
         const TcValue *arguments,
         TcValue      **answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcBackend) backend = tc_backend_open (options->data, NULL, &error);
  TcValue *got = backend != NULL ? tc_backend_kv (backend, action, namespace_, key, arguments, &error) : NULL;

  if (error != NULL)
    return tc_cli_fail (error);
  *answer = got;
  return TC_EXIT_OK;
}

static TcExit
list_pairs (const TcCommand *self,
            int              argc,
            char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (TcValue) pairs = NULL;
  TcExit code;

  if (!parse (self, &options, &argc, &argv, 1, 1))
    return TC_EXIT_REFUSED;
  code = call_kv (&options, "list", argv[1], NULL, NULL, &pairs);
  if (code != TC_EXIT_OK)
    return code;
  if (options.json)
    tc_cli_print_json (pairs);
  else
    for (size_t i = 0; i < tc_value_length (pairs); i++)
      puts (text_of (tc_value_item (pairs, i), "key"));
  return TC_EXIT_OK;
}

static TcExit
get_pair (const TcCommand *self,
          int              argc,
          char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (TcValue) pair = NULL;
  const TcValue *value;
  TcExit code;

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  code = call_kv (&options, "get", argv[1], argv[2], NULL, &pair);
  if (code != TC_EXIT_OK)
    return code;
  value = tc_value_get (pair, "value");
  if (value == NULL)
    {
      g_printerr (_("tiercel-cli: namespace “%s” has no key “%s”\n"), argv[1], argv[2]);
      return TC_EXIT_REFUSED;
    }
  if (tc_value_is (value, TC_VALUE_STRING) && !options.json)
    puts (tc_value_get_text (value));
  else
    tc_cli_print_json (options.json ? pair : value);
  return TC_EXIT_OK;
}

static TcExit
set_pair (const TcCommand *self,
          int              argc,
          char           **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, N_("The data directory"), "DIR" },
    { "ttl", 0, 0, G_OPTION_ARG_STRING, &options.ttl, N_("It expires after this time"), "DURATION" },
    { NULL }
  };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) arguments = NULL, answer = NULL;
  TcValue *value;

  if (!tc_cli_parse (self, entries, &argc, &argv, 3, 3))
    return TC_EXIT_REFUSED;
  value = tc_json_read (argv[3], strlen (argv[3]), NULL);
  tc_map_builder_take (map, "value", value != NULL ? value : tc_value_string (argv[3]));
  tc_map_builder_str (map, "ttl", options.ttl);
  arguments = tc_map_builder_end (g_steal_pointer (&map));
  return call_kv (&options, "set", argv[1], argv[2], arguments, &answer);
}

static TcExit
delete_pair (const TcCommand *self,
             int              argc,
             char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (TcValue) answer = NULL;

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  return call_kv (&options, "delete", argv[1], argv[2], NULL, &answer);
}

const TcCommand tc_commands_kv[] = {
  { "kv list", "NAMESPACE", N_("List the keys of a namespace"), "kv list company.team", list_pairs },
  { "kv get", "NAMESPACE KEY", N_("Print a value"), "kv get company.team last_run", get_pair },
  { "kv set", "[--ttl DURATION] NAMESPACE KEY VALUE", N_("Set a value: JSON, or else a text"), "kv set company.team count 3", set_pair },
  { "kv delete", "NAMESPACE KEY", N_("Delete a pair"), "kv delete company.team count", delete_pair },
  { NULL }
};

static TcExit
list_secrets (const TcCommand *self,
              int              argc,
              char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (TcBackend) backend = NULL;
  g_autoptr (TcValue) secrets = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (self, &options, &argc, &argv, 0, 0))
    return TC_EXIT_REFUSED;
  backend = tc_backend_open (options.data, NULL, &error);
  secrets = backend != NULL ? tc_backend_secrets (backend, &error) : NULL;
  if (secrets == NULL)
    return tc_cli_fail (error);
  if (options.json)
    tc_cli_print_json (secrets);
  else
    for (size_t i = 0; i < tc_value_length (secrets); i++)
      {
        const TcValue *secret = tc_value_item (secrets, i);
        const char *name = tc_value_get_str (secret, "name");

        printf ("%s %s\n", name != NULL ? name : text_of (secret, "key"), text_of (secret, "source"));
      }
  return TC_EXIT_OK;
}

static TcExit
change_secret (const Options *options,
               const char    *namespace_,
               const char    *name,
               const char    *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcBackend) backend = tc_backend_open (options->data, NULL, &error);

  if (backend == NULL || !tc_backend_set_secret (backend, namespace_, name, value, &error))
    return tc_cli_fail (error);
  return TC_EXIT_OK;
}

static TcExit
set_secret (const TcCommand *self,
            int              argc,
            char           **argv)
{
  g_auto (Options) options = { NULL };
  g_autofree char *value = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  value = tc_cli_read ("-", &length, &error);
  if (value == NULL)
    return tc_cli_fail (error);
  if (length > 0 && value[length - 1] == '\n')
    value[length - 1] = '\0';
  return change_secret (&options, argv[1], argv[2], value);
}

static TcExit
delete_secret (const TcCommand *self,
               int              argc,
               char           **argv)
{
  g_auto (Options) options = { NULL };

  if (!parse (self, &options, &argc, &argv, 2, 2))
    return TC_EXIT_REFUSED;
  return change_secret (&options, argv[1], argv[2], NULL);
}

const TcCommand tc_commands_secrets[] = {
  { "secrets list", "[--json]", N_("List the names of secrets and where they come from"), "secrets list", list_secrets },
  { "secrets set", "NAMESPACE NAME", N_("Store a secret; the value comes from standard input"),
    "secrets set company.team TOKEN < token.txt", set_secret },
  { "secrets delete", "NAMESPACE NAME", N_("Delete a stored secret"), "secrets delete company.team TOKEN", delete_secret },
  { NULL }
};
