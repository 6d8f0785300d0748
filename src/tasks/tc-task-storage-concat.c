/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-stored.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcValue *files;
  char    *separator, *extension;
} ConcatProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.Concat", NULL };
static const TcProp props[] = {
  { "files", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (ConcatProps, files), NULL, NULL, N_("URIs of the files: a list, or the text of a JSON list.") },
  { "separator", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ConcatProps, separator), NULL, NULL, N_("Text to write after each file.") },
  { "extension", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ConcatProps, extension), ".tmp", NULL, N_("Ending of the new file's name.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the new file.") },
  { 0 }
};

static TcValue *
list_of (const TcValue  *files,
         GError        **error)
{
  g_autoptr (TcValue) read = NULL;

  if (tc_value_is (files, TC_VALUE_LIST))
    return tc_value_ref (files);
  if (tc_value_is (files, TC_VALUE_STRING))
    read = tc_json_read (tc_value_get_text (files), tc_value_length (files), NULL);
  if (tc_value_is (read, TC_VALUE_LIST))
    return g_steal_pointer (&read);
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “files”: a list of URIs is expected"));
  return NULL;
}

static gboolean
append (TcJob           *job,
        const TcValue   *uri,
        FILE            *out,
        GError         **error)
{
  g_autofree char *text = tc_value_is (uri, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (uri)) : tc_json_to_text (uri);
  g_autoptr (FILE) in = tc_stored_open (job, text, error);
  char buffer[16384];
  size_t n;

  while (in != NULL && (n = fread (buffer, 1, sizeof buffer, in)) > 0 && !g_cancellable_is_cancelled (job->cancellable))
    fwrite (buffer, 1, n, out);
  return in != NULL && !g_cancellable_set_error_if_cancelled (job->cancellable, error);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ConcatProps *given = data;
  g_autoptr (TcValue) files = list_of (given->files, error);
  g_autoptr (TcStoredOut) out = files == NULL ? NULL : tc_stored_out_new (job, given->extension, error);
  g_autofree char *uri = NULL;

  if (out == NULL)
    return NULL;
  for (size_t i = 0; i < tc_value_length (files); i++)
    {
      if (tc_value_is (tc_value_item (files, i), TC_VALUE_NULL))
        continue;
      if (!append (job, tc_value_item (files, i), out->file, error))
        return NULL;
      fputs (given->separator == NULL ? "" : given->separator, out->file);
    }
  uri = tc_stored_out_end (job, g_steal_pointer (&out), error);
  return uri == NULL ? NULL : tc_value_map_of ("uri", tc_value_string (uri), NULL);
}

extern const TcTaskClass tc_task_storage_concat;
const TcTaskClass tc_task_storage_concat = {
  .info = {
    .type = "io.kestra.plugin.core.storage.Concat", .aliases = aliases,
    .title = N_("Join files"),
    .doc = N_("Writes several stored files into one, in order."),
    .props = props, .outputs = outputs, .props_size = sizeof (ConcatProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
