/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kv.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char    *key, *namespace, *value;
  gboolean error_on_missing;
} PutProps;

static const TcProp props[] = {
  { "key", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PutProps, key), NULL, NULL, N_("Name of the value.") },
  { "value", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PutProps, value), NULL, NULL, N_("The new value, as a text.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PutProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { "errorOnMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (PutProps, error_on_missing), "false", NULL, N_("Whether the task fails if there is no such value.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PutProps *given = data;
  g_autoptr (TcValue) entry = NULL, args = NULL;

  if (!tc_kv_check_key (given->key, error))
    return NULL;
  entry = tc_kv_find (job, given->namespace, given->key, error);
  if (entry == NULL)
    return NULL;
  if (tc_value_is (entry, TC_VALUE_NULL) && given->error_on_missing)
    {
      tc_kv_missing (job, given->namespace, given->key, error);
      return NULL;
    }
  args = tc_value_map_of ("key", tc_value_string (given->key), "namespace", tc_value_string (tc_kv_namespace (job, given->namespace)),
                          "value", tc_value_string (given->value), NULL);
  return tc_job_ask (job, "kv.set", args, error);
}

extern const TcTaskClass tc_task_kv_put;
const TcTaskClass tc_task_kv_put = {
  .info = {
    .type = "io.kestra.plugin.core.kv.Put",
    .title = N_("Replace a value of the key-value store"),
    .doc = N_("Replaces the value stored under a key by a text."),
    .props = props, .props_size = sizeof (PutProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
