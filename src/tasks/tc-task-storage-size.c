/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

typedef struct
{
  char *uri;
} SizeProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.Size", NULL };
static const TcProp props[] = {
  { "uri", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (SizeProps, uri), NULL, NULL, N_("URI of the file.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("Its length in bytes.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const SizeProps *given = data;
  g_autofree char *path = tc_stored_path (job, given->uri, error);
  GStatBuf info;

  if (path == NULL)
    return NULL;
  if (g_stat (path, &info) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _("Unable to find file '%s': %s"), given->uri, g_strerror (errno));
      return NULL;
    }
  return tc_value_map_of ("size", tc_value_int (info.st_size), NULL);
}

extern const TcTaskClass tc_task_storage_size;
const TcTaskClass tc_task_storage_size = {
  .info = {
    .type = "io.kestra.plugin.core.storage.Size", .aliases = aliases,
    .title = N_("Tell the size of a file"),
    .doc = N_("Returns the length of a stored file in bytes."),
    .props = props, .outputs = outputs, .props_size = sizeof (SizeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
