/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-stored.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char    *namespace, *destination;
  TcValue *files, *map;
  int      conflict;
} UploadProps;

enum { ON_CONFLICT_OVERWRITE, ON_CONFLICT_ERROR, ON_CONFLICT_SKIP };
static const char *const conflicts[] = { "OVERWRITE", "ERROR", "SKIP", NULL };
static const TcProp props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (UploadProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { "filesMap", TC_KIND_ANY, TC_PROP_DYNAMIC, offsetof (UploadProps, map), NULL, NULL, N_("Path in the namespace to URI of the file: a map, or the text of a JSON map.") },
  { "files", TC_KIND_ANY, TC_PROP_DYNAMIC, offsetof (UploadProps, files), NULL, NULL, N_("Paths of files in the working directory.") },
  { "destination", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (UploadProps, destination), "/", NULL, N_("Folder in the namespace.") },
  { "conflict", TC_KIND_ENUM, TC_PROP_DYNAMIC, offsetof (UploadProps, conflict), "OVERWRITE", conflicts, N_("What happens if there is such a file already.") },
  { 0 }
};

static gboolean
exists (TcJob       *job,
        const char  *space,
        const char  *path,
        gboolean    *there,
        GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("namespace", tc_value_string (space), NULL);
  g_autoptr (TcValue) paths = tc_job_ask (job, "namespace.list", args, error);

  *there = FALSE;
  for (size_t i = 0; paths != NULL && i < tc_value_length (paths); i++)
    *there = *there || strcmp (tc_value_get_text (tc_value_item (paths, i)), path) == 0;
  return paths != NULL;
}

/* @path begins with a slash, @source is a local file. */
static gboolean
put (TcJob              *job,
     const UploadProps  *given,
     const char         *space,
     const char         *path,
     const char         *source,
     GError            **error)
{
  g_autoptr (TcValue) args = NULL, done = NULL;
  gboolean there;

  if (!exists (job, space, path + 1, &there, error))
    return FALSE;
  if (there && given->conflict == ON_CONFLICT_ERROR)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("File '%s' already exists in namespace '%s' and conflict is set to ERROR"), path, space);
      return FALSE;
    }
  if (there && given->conflict == ON_CONFLICT_SKIP)
    {
      tc_job_log (job, TC_LEVEL_DEBUG, "File '%s' already exists in namespace '%s' and conflict is set to SKIP. Skipping.", path, space);
      return TRUE;
    }
  args = tc_value_map_of ("namespace", tc_value_string (space), "path", tc_value_string (path + 1), "source", tc_value_string (source), NULL);
  done = tc_job_ask (job, "namespace.put", args, error);
  if (done == NULL)
    return FALSE;
  tc_job_log (job, TC_LEVEL_DEBUG, there ? "File '%s' overwritten into namespace '%s'." : "File '%s' added to namespace '%s'.", path, space);
  return TRUE;
}

static char *
place (const UploadProps *given,
       const char        *key)
{
  return g_strdup_printf ("%s%s%s", given->destination[0] == '/' ? "" : "/", given->destination,
                          g_str_has_suffix (given->destination, "/") && key[0] == '/' ? key + 1 : key);
}

static TcValue *
as_kind (const TcValue  *value,
         TcValueKind     kind,
         GError        **error)
{
  g_autoptr (TcValue) read = NULL;

  if (tc_value_is (value, kind))
    return tc_value_ref (value);
  if (tc_value_is (value, TC_VALUE_STRING))
    read = tc_json_read (tc_value_get_text (value), tc_value_length (value), NULL);
  if (tc_value_is (read, kind))
    return g_steal_pointer (&read);
  if (kind == TC_VALUE_LIST && tc_value_is (value, TC_VALUE_STRING))
    {
      TcValue *single[] = { tc_value_ref (value) };

      return tc_value_list (single, 1);
    }
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “filesMap”: a map of paths to URIs is expected"));
  return NULL;
}

static gboolean
put_map (TcJob              *job,
         const UploadProps  *given,
         const char         *space,
         GError            **error)
{
  g_autoptr (TcValue) map = as_kind (given->map, TC_VALUE_MAP, error);

  for (size_t i = 0; map != NULL && i < tc_value_length (map); i++)
    {
      const TcValue *uri = tc_value_item (map, i);
      g_autofree char *path = place (given, tc_value_key (map, i));
      g_autofree char *source = tc_value_is (uri, TC_VALUE_STRING) ? tc_stored_path (job, tc_value_get_text (uri), error) : NULL;

      if (source == NULL || !put (job, given, space, path, source, error))
        {
          if (error != NULL && *error == NULL)
            g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “filesMap”: “%s” needs the URI of a file"), path);
          return FALSE;
        }
    }
  return map != NULL;
}

/* Names of files of the working directory; it has no other task's files unless it is shared. */
static gboolean
put_files (TcJob              *job,
           const UploadProps  *given,
           const char         *space,
           GError            **error)
{
  g_autoptr (TcValue) files = as_kind (given->files, TC_VALUE_LIST, error);

  for (size_t i = 0; files != NULL && i < tc_value_length (files); i++)
    {
      const TcValue *item = tc_value_item (files, i);
      const char *name = tc_value_is (item, TC_VALUE_STRING) ? tc_value_get_text (item) : "";
      g_autofree char *path = place (given, name), *source = g_build_filename (tc_job_name (job, "workingDir"), name, NULL);

      if (!tc_path_is_inside (name) || !g_file_test (source, G_FILE_TEST_IS_REGULAR))
        {
          g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “files”: there is no file “%s” in the working directory"), name);
          return FALSE;
        }
      if (!put (job, given, space, path, source, error))
        return FALSE;
    }
  return files != NULL;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const UploadProps *given = data;
  const char *space = given->namespace != NULL ? given->namespace : tc_job_name (job, "flow.namespace");

  if (given->files == NULL && given->map == NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("files or filesMap is required"));
      return NULL;
    }
  if ((given->map != NULL && !put_map (job, given, space, error)) || (given->files != NULL && !put_files (job, given, space, error)))
    return NULL;
  return tc_value_null ();
}

extern const TcTaskClass tc_task_namespace_upload_files;
const TcTaskClass tc_task_namespace_upload_files = {
  .info = {
    .type = "io.kestra.plugin.core.namespace.UploadFiles",
    .title = N_("Put files into a namespace"),
    .doc = N_("Stores files of the execution as files of a namespace."),
    .props = props, .props_size = sizeof (UploadProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
