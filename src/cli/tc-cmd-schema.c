/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-expr-catalog.h"
#include "tc-schema-describe.h"
#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* schema and docs: what the tables of types say about themselves. */

static TcExit
refuse_type (const TcRegistry *types,
             const char       *type)
{
  const char *meant = tc_nearest_name (type, tc_registry_task_types (types));

  if (meant != NULL)
    g_printerr (_("tiercel-cli: there is no type “%s”; did you mean “%s”?\n"), type, meant);
  else
    g_printerr (_("tiercel-cli: there is no type “%s”\n"), type);
  return TC_EXIT_REFUSED;
}

TcExit
tc_cmd_schema (const TcCommand *self,
               int              argc,
               char           **argv)
{
  g_autoptr (TcRegistry) types = NULL;
  g_autoptr (TcValue) schema = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, NULL, &argc, &argv, 0, 1))
    return TC_EXIT_REFUSED;
  types = tc_cli_registry (&error);
  if (types == NULL)
    return tc_cli_fail (error);
  schema = argc > 1 ? tc_schema_for_type (types, argv[1]) : tc_schema_for_flow (types);
  if (schema == NULL)
    return refuse_type (types, argv[1]);
  tc_cli_print_json (schema);
  return TC_EXIT_OK;
}

static gboolean
write_pages (const TcRegistry   *types,
             const char *const  *names,
             const char         *directory,
             GError            **error)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *page = tc_schema_type_page (tc_schema_type_info (types, names[i]));
      g_autofree char *name = g_strconcat (names[i], ".md", NULL), *path = g_build_filename (directory, name, NULL);

      if (!g_file_set_contents (path, page, -1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_expressions (const char  *directory,
                   GError     **error)
{
  g_autofree char *page = tc_expr_reference (), *path = g_build_filename (directory, "expressions.md", NULL);

  return g_file_set_contents (path, page, -1, error);
}

static TcExit
write_docs (const TcRegistry *types,
            const char       *directory)
{
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (directory, 0777) < 0)
    {
      g_set_error (&error, G_IO_ERROR, g_io_error_from_errno (errno), _("making %s: %s"), directory, g_strerror (errno));
      return tc_cli_fail (error);
    }
  if (write_pages (types, tc_registry_task_types (types), directory, &error)
      && write_pages (types, tc_registry_runner_types (types), directory, &error)
      && write_pages (types, tc_registry_trigger_types (types), directory, &error)
      && write_expressions (directory, &error))
    return TC_EXIT_OK;
  return tc_cli_fail (error);
}

static void
print_names (const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    puts (names[i]);
}

TcExit
tc_cmd_docs (const TcCommand *self,
             int              argc,
             char           **argv)
{
  g_autofree char *out = NULL, *page = NULL;
  const GOptionEntry entries[] = {
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_("Write a page for each type into this folder"), "DIR" }, { NULL }
  };
  g_autoptr (TcRegistry) types = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 0, 1))
    return TC_EXIT_REFUSED;
  types = tc_cli_registry (&error);
  if (types == NULL)
    return tc_cli_fail (error);
  if (out != NULL)
    return write_docs (types, out);
  if (argc > 1 && tc_schema_type_info (types, argv[1]) == NULL)
    return refuse_type (types, argv[1]);
  if (argc > 1)
    fputs (page = tc_schema_type_page (tc_schema_type_info (types, argv[1])), stdout);
  else
    {
      print_names (tc_registry_task_types (types));
      print_names (tc_registry_runner_types (types));
      print_names (tc_registry_trigger_types (types));
    }
  return TC_EXIT_OK;
}
