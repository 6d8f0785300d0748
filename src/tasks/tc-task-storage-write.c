/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char *content, *extension;
} WriteProps;

static const TcProp props[] = {
  { "content", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (WriteProps, content), NULL, NULL, N_("Text of the file.") },
  { "extension", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (WriteProps, extension), NULL, NULL, N_("Ending of its name, such as `.txt`.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the file.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const WriteProps *given = data;
  TcStoredOut *out = tc_stored_out_new (job, given->extension, error);
  g_autofree char *uri = NULL;

  if (out == NULL)
    return NULL;
  fwrite (given->content, 1, strlen (given->content), out->file);
  uri = tc_stored_out_end (job, out, error);
  return uri == NULL ? NULL : tc_value_map_of ("uri", tc_value_string (uri), NULL);
}

extern const TcTaskClass tc_task_storage_write;
const TcTaskClass tc_task_storage_write = {
  .info = {
    .type = "io.kestra.plugin.core.storage.Write",
    .title = N_("Write a text into a file"),
    .doc = N_("Stores a text as a file of the execution."),
    .props = props, .outputs = outputs, .props_size = sizeof (WriteProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
