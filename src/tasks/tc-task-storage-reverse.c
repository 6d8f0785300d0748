/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char *from, *separator, *charset;
} ReverseProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.Reverse", NULL };
static const TcProp props[] = {
  { "from", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (ReverseProps, from), NULL, NULL, N_("URI of the file.") },
  { "separator", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ReverseProps, separator), "\n", NULL, N_("Text to write after each line.") },
  { "charset", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (ReverseProps, charset), "UTF-8", NULL, N_("Accepted; lines are copied as bytes.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the new file.") },
  { 0 }
};

static GPtrArray *
read_lines (FILE *in)
{
  g_autoptr (GString) line = g_string_new (NULL);
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  while (tc_stored_line (in, line))
    g_ptr_array_add (lines, g_bytes_new (line->str, line->len));
  return lines;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ReverseProps *given = data;
  g_autoptr (FILE) in = tc_stored_open (job, given->from, error);
  g_autofree char *extension = tc_stored_extension (given->from), *uri = NULL;
  g_autoptr (TcStoredOut) out = in == NULL ? NULL : tc_stored_out_new (job, extension, error);
  g_autoptr (GPtrArray) lines = out == NULL ? NULL : read_lines (in);

  if (lines == NULL)
    return NULL;
  for (guint i = lines->len; i-- > 0;)
    {
      size_t length;
      const void *bytes = g_bytes_get_data (lines->pdata[i], &length);

      if (length > 0)
        fwrite (bytes, 1, length, out->file);
      fputs (given->separator, out->file);
    }
  uri = tc_stored_out_end (job, g_steal_pointer (&out), error);
  return uri == NULL ? NULL : tc_value_map_of ("uri", tc_value_string (uri), NULL);
}

extern const TcTaskClass tc_task_storage_reverse;
const TcTaskClass tc_task_storage_reverse = {
  .info = {
    .type = "io.kestra.plugin.core.storage.Reverse", .aliases = aliases,
    .title = N_("Reverse the lines of a file"),
    .doc = N_("Writes the lines of a stored file into a new one, last to first."),
    .props = props, .outputs = outputs, .props_size = sizeof (ReverseProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
