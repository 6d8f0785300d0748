/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char    *namespace;
  TcValue *files;
  gboolean parents;
} DeleteProps;

static const TcProp props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (DeleteProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { "files", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (DeleteProps, files), NULL, NULL, N_("Glob, or globs, of the files.") },
  { "deleteParentFolder", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (DeleteProps, parents), "false", NULL, N_("Whether folders that become empty are deleted too.") },
  { 0 }
};

static gboolean
delete (TcJob       *job,
        const char  *space,
        const char  *path,
        GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("namespace", tc_value_string (space), "path", tc_value_string (path), NULL);
  g_autoptr (TcValue) done = tc_job_ask (job, "namespace.delete", args, error);

  return done != NULL;
}

static gboolean
holds_files (const TcValue *paths,
             const char    *folder)
{
  size_t length = strlen (folder);

  for (size_t i = 0; i < tc_value_length (paths); i++)
    {
      const char *path = tc_value_get_text (tc_value_item (paths, i));

      if (strncmp (path, folder, length) == 0 && path[length] == '/')
        return TRUE;
    }
  return FALSE;
}

/* The folders of @path, innermost first, as long as nothing is left in them. @gone: those that are deleted already. */
static gboolean
delete_parents (TcJob          *job,
                const char     *space,
                const char     *path,
                const TcValue  *left,
                GHashTable     *gone,
                GError        **error)
{
  g_autofree char *folder = g_strdup (path);
  char *slash;

  while ((slash = strrchr (folder, '/')) != NULL)
    {
      *slash = '\0';
      if (holds_files (left, folder))
        return TRUE;
      if (!g_hash_table_add (gone, g_strdup (folder)))
        continue;
      if (!delete (job, space, folder, error))
        return FALSE;
      tc_job_log (job, TC_LEVEL_DEBUG, "Deleted empty folder: %s", folder);
    }
  return TRUE;
}

static gboolean
delete_empty_folders (TcJob          *job,
                      const char     *space,
                      const TcValue  *files,
                      GError        **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("namespace", tc_value_string (space), NULL), left = tc_job_ask (job, "namespace.list", args, error);
  g_autoptr (GHashTable) gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (left == NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (files); i++)
    if (!delete_parents (job, space, tc_value_get_str (tc_value_item (files, i), "path"), left, gone, error))
      return FALSE;
  return TRUE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DeleteProps *given = data;
  const char *space = given->namespace != NULL ? given->namespace : tc_job_name (job, "flow.namespace");
  g_autoptr (TcValue) files = tc_stored_namespace_files (job, space, given->files, error);

  if (files == NULL)
    return NULL;
  for (size_t i = 0; i < tc_value_length (files); i++)
    {
      const char *path = tc_value_get_str (tc_value_item (files, i), "path");

      if (!delete (job, space, path, error))
        return NULL;
      tc_job_log (job, TC_LEVEL_DEBUG, "Deleted %s", path);
    }
  if (given->parents && !delete_empty_folders (job, space, files, error))
    return NULL;
  tc_job_metric (job, TC_METRIC_COUNTER, "deleted", (double) tc_value_length (files), NULL);
  return tc_value_null ();
}

extern const TcTaskClass tc_task_namespace_delete_files;
const TcTaskClass tc_task_namespace_delete_files = {
  .info = {
    .type = "io.kestra.plugin.core.namespace.DeleteFiles",
    .title = N_("Delete files of a namespace"),
    .doc = N_("Removes the files of a namespace that match."),
    .props = props, .props_size = sizeof (DeleteProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
