/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kv.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char    *key, *namespace;
  gboolean error_on_missing;
} GetProps;

static const TcProp props[] = {
  { "key", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (GetProps, key), NULL, NULL, N_("Name of the value.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (GetProps, namespace), NULL, NULL, N_("Namespace; the flow's own, and those above it, without it.") },
  { "errorOnMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (GetProps, error_on_missing), "false", NULL, N_("Whether the task fails if there is no such value.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "value", TC_KIND_ANY, 0, 0, NULL, NULL, N_("The value; absent if there is none.") },
  { 0 }
};

/* A duration is kept as its text, and read as a number of seconds. */
static TcValue *
value_of (const TcValue *entry)
{
  const TcValue *value = tc_value_get (entry, "value");
  int64_t us;

  if (value == NULL)
    return tc_value_null ();
  if (g_strcmp0 (tc_value_get_str (entry, "type"), "DURATION") == 0 || (tc_value_is (value, TC_VALUE_STRING) && tc_value_get_text (value)[0] == 'P'))
    if (tc_value_is (value, TC_VALUE_STRING) && tc_duration_parse (tc_value_get_text (value), &us))
      return tc_value_double ((double) us / G_USEC_PER_SEC);
  return tc_value_ref (value);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const GetProps *given = data;
  g_autoptr (TcValue) entry = tc_kv_find (job, given->namespace, given->key, error);

  if (entry == NULL)
    return NULL;
  if (!tc_value_is (entry, TC_VALUE_NULL))
    return tc_value_map_of ("value", value_of (entry), NULL);
  if (!given->error_on_missing)
    return tc_value_map_of (NULL, NULL);
  tc_kv_missing (job, given->namespace, given->key, error);
  return NULL;
}

extern const TcTaskClass tc_task_kv_get;
const TcTaskClass tc_task_kv_get = {
  .info = {
    .type = "io.kestra.plugin.core.kv.Get",
    .title = N_("Read a value of the key-value store"),
    .doc = N_("Returns the value stored under a key."),
    .props = props, .outputs = outputs, .props_size = sizeof (GetProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
