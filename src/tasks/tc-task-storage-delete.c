/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-stored.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

typedef struct
{
  char    *uri;
  gboolean error_on_missing;
} DeleteProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.Delete", NULL };
static const TcProp props[] = {
  { "uri", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (DeleteProps, uri), NULL, NULL, N_("URI of the file.") },
  { "errorOnMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (DeleteProps, error_on_missing), "false", NULL, N_("Whether the task fails if there is no such file.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the file.") },
  { "deleted", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether there was such a file.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DeleteProps *given = data;
  g_autoptr (GError) missing = NULL;
  g_autofree char *path = tc_stored_path (job, given->uri, &missing);
  gboolean deleted = path != NULL && g_unlink (path) == 0;

  if (path == NULL && g_error_matches (missing, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE))
    {
      g_propagate_error (error, g_steal_pointer (&missing));      /* not a URI of the storage */
      return NULL;
    }
  if (!deleted && given->error_on_missing)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Unable to find file '%s'"), given->uri);
      return NULL;
    }
  return tc_value_map_of ("uri", tc_value_string (given->uri), "deleted", tc_value_bool (deleted), NULL);
}

extern const TcTaskClass tc_task_storage_delete;
const TcTaskClass tc_task_storage_delete = {
  .info = {
    .type = "io.kestra.plugin.core.storage.Delete", .aliases = aliases,
    .title = N_("Delete a file"),
    .doc = N_("Removes a stored file."),
    .props = props, .outputs = outputs, .props_size = sizeof (DeleteProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
