/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-purge.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcPurge  purge;
  char    *key_pattern;
  TcValue *behavior, *expired_only;
} PurgeProps;

static const char *const behavior_types[] = { "key", "version", NULL };
static const TcProp behavior_props[] = {
  { "type", TC_KIND_ENUM, TC_PROP_REQUIRED, 0, NULL, behavior_types, N_("`key` purges keys, `version` old values of keys.") },
  { "expiredOnly", TC_KIND_BOOL, 0, 0, "true", NULL, N_("Whether only expired keys are purged; for `key`.") },
  { "before", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Values older than this; for `version`.") },
  { "keepAmount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many values of a key stay; for `version`.") },
  { 0 }
};
static const TcProp props[] = {
  TC_PURGE_ROWS (PurgeProps),
  { "keyPattern", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, key_pattern), NULL, NULL, N_("Pattern of keys: `*` is any text, `?` any character.") },
  { "behavior", TC_KIND_OBJECT, TC_PROP_DYNAMIC, offsetof (PurgeProps, behavior), NULL, behavior_props, N_("What is purged; expired keys without it. Old values are not kept here, so there are none to purge.") },
  { "expiredOnly", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, offsetof (PurgeProps, expired_only), NULL, NULL, N_("Use `behavior`.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many were purged.") },
  { 0 }
};

static gboolean
as_flag (const TcValue *value)
{
  if (tc_value_is (value, TC_VALUE_STRING))
    return g_ascii_strcasecmp (tc_value_get_text (value), "true") == 0;
  return tc_value_is (value, TC_VALUE_BOOL) && tc_value_get_bool (value);
}

static gboolean
expired_only (const PurgeProps *given)
{
  const TcValue *flag = given->expired_only != NULL ? given->expired_only : tc_value_get (given->behavior, "expiredOnly");

  return flag == NULL || as_flag (flag);
}

/* An old value is overwritten in place: none is left to be purged. */
static gboolean
is_meant (const PurgeProps *given,
          const char       *space,
          const TcValue    *pair)
{
  const char *key = tc_value_get_str (pair, "key");

  if (given->expired_only == NULL && g_strcmp0 (tc_value_get_str (given->behavior, "type"), "version") == 0)
    return FALSE;
  return key != NULL && g_strcmp0 (tc_value_get_str (pair, "namespace"), space) == 0
         && (given->key_pattern == NULL || g_pattern_match_simple (given->key_pattern, key))
         && (!expired_only (given) || tc_value_get_flag (pair, "expired", FALSE));
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PurgeProps *given = data;
  g_autoptr (TcValue) nothing = tc_value_map_of (NULL, NULL), spaces = tc_purge_namespaces (job, &given->purge, error);
  g_autoptr (TcValue) pairs = spaces == NULL ? NULL : tc_job_ask (job, "kv.all", nothing, error), args = NULL, done = NULL;
  TcListBuilder *list;
  size_t n;

  if (pairs == NULL)
    return NULL;
  list = tc_list_builder_new ();
  for (size_t i = 0; i < tc_value_length (spaces); i++)
    for (size_t j = 0; j < tc_value_length (pairs); j++)
      {
        const char *space = tc_value_get_text (tc_value_item (spaces, i));
        const TcValue *pair = tc_value_item (pairs, j);

        if (is_meant (given, space, pair))
          tc_list_builder_take (list, tc_value_map_of ("namespace", tc_value_string (space), "key",
                                                       tc_value_string (tc_value_get_str (pair, "key")), NULL));
      }
  args = tc_value_map_of ("entries", tc_list_builder_end (list), NULL);
  done = tc_job_ask (job, "kv.purge", args, error);
  if (done == NULL)
    return NULL;
  n = tc_value_length (tc_value_get (args, "entries"));
  tc_job_log (job, TC_LEVEL_INFO, "purged %zu keys", n);
  return tc_value_map_of ("size", tc_value_int ((int64_t) n), NULL);
}

extern const TcTaskClass tc_task_kv_purge;
const TcTaskClass tc_task_kv_purge = {
  .info = {
    .type = "io.kestra.plugin.core.kv.PurgeKV",
    .title = N_("Purge the key-value store"),
    .doc = N_("Deletes expired keys, or all that match a pattern, of one or several namespaces."),
    .props = props, .outputs = outputs, .props_size = sizeof (PurgeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
