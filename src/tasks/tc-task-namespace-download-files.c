/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char    *namespace, *destination;
  TcValue *files;
} DownloadProps;

static const TcProp props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (DownloadProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { "files", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (DownloadProps, files), NULL, NULL, N_("Glob, or globs, of the files.") },
  { "destination", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (DownloadProps, destination), "", NULL, N_("Folder put before their names.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "files", TC_KIND_MAP, 0, 0, NULL, NULL, N_("URIs of the copies, by path in the namespace.") },
  { 0 }
};

static char *
copy (TcJob       *job,
      const char  *source,
      const char  *name,
      GError     **error)
{
  g_autoptr (TcStoredOut) out = tc_stored_out_named (job, name, error);
  g_autoptr (FILE) in = out == NULL ? NULL : fopen (source, "re");
  char buffer[16384];
  size_t n;

  if (in == NULL && out != NULL)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("cannot read “%s”: %s"), source, g_strerror (errno));
  if (in == NULL)
    return NULL;
  while ((n = fread (buffer, 1, sizeof buffer, in)) > 0)
    fwrite (buffer, 1, n, out->file);
  return tc_stored_out_end (job, g_steal_pointer (&out), error);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DownloadProps *given = data;
  const char *space = given->namespace != NULL ? given->namespace : tc_job_name (job, "flow.namespace");
  g_autoptr (TcValue) files = tc_stored_namespace_files (job, space, given->files, error);
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  if (files == NULL)
    return NULL;
  for (size_t i = 0; i < tc_value_length (files); i++)
    {
      const char *path = tc_value_get_str (tc_value_item (files, i), "path"), *source = tc_value_get_str (tc_value_item (files, i), "source");
      g_autofree char *key = g_strdup_printf ("/%s", path), *flat = g_strdup_printf ("%s%s", given->destination, path), *uri = NULL;

      uri = copy (job, source, g_strdelimit (flat + strspn (flat, "/"), "/", '-'), error);
      if (uri == NULL)
        return NULL;
      tc_job_log (job, TC_LEVEL_DEBUG, "Downloaded %s", uri);
      tc_map_builder_str (map, key, uri);
    }
  tc_job_metric (job, TC_METRIC_COUNTER, "downloaded", (double) tc_value_length (files), NULL);
  return tc_value_map_of ("files", tc_map_builder_end (g_steal_pointer (&map)), NULL);
}

extern const TcTaskClass tc_task_namespace_download_files;
const TcTaskClass tc_task_namespace_download_files = {
  .info = {
    .type = "io.kestra.plugin.core.namespace.DownloadFiles",
    .title = N_("Take files out of a namespace"),
    .doc = N_("Copies files of a namespace into the storage of the execution."),
    .props = props, .outputs = outputs, .props_size = sizeof (DownloadProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
