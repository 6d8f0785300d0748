/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-tree.h"

#include "private/tc-catalog.h"

#include "tc-engine.h"
#include "tc-limits.h"
#include "tc-plugin.h"
#include "tc-runner.h"
#include "tc-script.h"
#include "tc-tasks.h"
#include "tc-triggers.h"
#include <glib/gi18n-lib.h>
#include <string.h>

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, so that of two files with the same type the same one wins at each start. */
static GPtrArray *
plugin_files (const char *directory)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml"))
      g_ptr_array_add (files, g_build_filename (directory, name, NULL));
  g_ptr_array_sort (files, by_name);
  return g_steal_pointer (&files);
}

static gboolean
load_file (TcRegistryBuilder *builder, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (length > TC_LIMIT_FLOW_BYTES)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_PLUGIN, _("%s: longer than %u bytes"), path, TC_LIMIT_FLOW_BYTES);
      return FALSE;
    }
  return tc_plugin_read (builder, tc_plugin_bases, path, text, length, error);
}

static void
load_folder (TcRegistryBuilder *builder, const char *directory, GPtrArray *warnings)
{
  g_autoptr (GPtrArray) files = plugin_files (directory);

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!load_file (builder, g_ptr_array_index (files, i), &error) && warnings != NULL)
        g_ptr_array_add (warnings, g_strdup (error->message));
    }
}

/* $TIERCEL_PLUGINS, else where we are installed, else the tree that we were built from. */
static char *
shipped_folder (void)
{
  const char *named = g_getenv ("TIERCEL_PLUGINS");
  g_autofree char *installed = g_build_filename (TC_PKGDATADIR, "plugins", NULL);

  if (named != NULL && *named != '\0')
    return g_strdup (named);
  if (g_file_test (installed, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&installed);
  return g_build_filename (TC_SOURCE_ROOT, "data", "plugins", NULL);
}

TcRegistry *
tc_catalog_load (const char *directory, GPtrArray *warnings, GError **error)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  g_autofree char *shipped = directory != NULL ? g_strdup (directory) : shipped_folder ();
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "tiercel", "plugins", NULL);

  tc_registry_builder_tasks (builder, tc_task_types);
  tc_registry_builder_runners (builder, tc_runner_infos);
  tc_registry_builder_triggers (builder, tc_trigger_types);
  load_folder (builder, shipped, warnings);
  if (directory == NULL)
    load_folder (builder, own, warnings);
  return tc_registry_builder_end (builder);
}
