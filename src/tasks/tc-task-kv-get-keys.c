/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kv.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char *prefix, *namespace;
} GetKeysProps;

static const TcProp props[] = {
  { "prefix", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (GetKeysProps, prefix), NULL, NULL, N_("Only keys that begin so.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (GetKeysProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "keys", TC_KIND_LIST, 0, 0, NULL, NULL, N_("The keys found, in order.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const GetKeysProps *given = data;
  g_autoptr (TcValue) args = tc_value_map_of ("namespace", tc_value_string (tc_kv_namespace (job, given->namespace)), NULL);
  g_autoptr (TcValue) entries = tc_job_ask (job, "kv.list", args, error);
  TcListBuilder *keys;

  if (entries == NULL)
    return NULL;
  keys = tc_list_builder_new ();
  for (size_t i = 0; i < tc_value_length (entries); i++)
    {
      const char *key = tc_value_get_str (tc_value_item (entries, i), "key");

      if (key != NULL && (given->prefix == NULL || g_str_has_prefix (key, given->prefix)))
        tc_list_builder_take (keys, tc_value_string (key));
    }
  return tc_value_map_of ("keys", tc_list_builder_end (keys), NULL);
}

extern const TcTaskClass tc_task_kv_get_keys;
const TcTaskClass tc_task_kv_get_keys = {
  .info = {
    .type = "io.kestra.plugin.core.kv.GetKeys",
    .title = N_("List keys of the key-value store"),
    .doc = N_("Returns the keys of one namespace."),
    .props = props, .outputs = outputs, .props_size = sizeof (GetKeysProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
