/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kv.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char    *key, *namespace;
  gboolean error_on_missing;
} DeleteProps;

static const TcProp props[] = {
  { "key", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (DeleteProps, key), NULL, NULL, N_("Name of the value.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (DeleteProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { "errorOnMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (DeleteProps, error_on_missing), "false", NULL, N_("Whether the task fails if there is no such value.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "deleted", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether there was such a value.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DeleteProps *given = data;
  g_autoptr (TcValue) args = NULL, deleted = NULL;

  if (!tc_kv_check_key (given->key, error))
    return NULL;
  args = tc_value_map_of ("key", tc_value_string (given->key), "namespace", tc_value_string (tc_kv_namespace (job, given->namespace)), NULL);
  deleted = tc_job_ask (job, "kv.delete", args, error);
  if (deleted == NULL)
    return NULL;
  if (given->error_on_missing && !tc_value_get_bool (deleted))
    {
      tc_kv_missing (job, given->namespace, given->key, error);
      return NULL;
    }
  return tc_value_map_of ("deleted", tc_value_ref (deleted), NULL);
}

extern const TcTaskClass tc_task_kv_delete;
const TcTaskClass tc_task_kv_delete = {
  .info = {
    .type = "io.kestra.plugin.core.kv.Delete",
    .title = N_("Delete a value of the key-value store"),
    .doc = N_("Removes what is stored under a key."),
    .props = props, .outputs = outputs, .props_size = sizeof (DeleteProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
