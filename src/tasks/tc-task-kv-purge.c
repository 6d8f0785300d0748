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
  { "before", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Values older than this, but not the newest of a key; for `version`.") },
  { "keepAmount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many values of a key stay; for `version`.") },
  { 0 }
};
static const TcProp props[] = {
  TC_PURGE_ROWS (PurgeProps),
  { "keyPattern", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, key_pattern), NULL, NULL, N_("Pattern of keys: `*` is any text, `?` any character.") },
  { "behavior", TC_KIND_OBJECT, TC_PROP_DYNAMIC, offsetof (PurgeProps, behavior), NULL, behavior_props, N_("What is purged; expired keys without it.") },
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

static gboolean
is_key (const PurgeProps *given,
        const char       *space,
        const TcValue    *entry)
{
  const char *key = tc_value_get_str (entry, "key");

  return key != NULL && g_strcmp0 (tc_value_get_str (entry, "namespace"), space) == 0
         && (given->key_pattern == NULL || g_pattern_match_simple (given->key_pattern, key));
}

/* @rank: how many newer values of the same key there are. */
static gboolean
goes (const PurgeProps      *given,
      const TcPurgeVersions *versions,
      const TcValue         *entry,
      int64_t                rank)
{
  if (versions != NULL)
    return tc_purge_versions_goes (versions, rank, tc_value_get_i64 (entry, "updated_us", 0));
  return !expired_only (given) || tc_value_get_flag (entry, "expired", FALSE);
}

static TcValue *
find (const PurgeProps      *given,
      const TcPurgeVersions *versions,
      const TcValue         *spaces,
      const TcValue         *entries)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < tc_value_length (spaces); i++)
    {
      const char *space = tc_value_get_text (tc_value_item (spaces, i)), *last = NULL;
      int64_t rank = 0;

      for (size_t j = 0; j < tc_value_length (entries); j++)
        {
          const TcValue *entry = tc_value_item (entries, j);

          if (!is_key (given, space, entry))
            continue;
          rank = g_strcmp0 (last, tc_value_get_str (entry, "key")) == 0 ? rank + 1 : 0;
          last = tc_value_get_str (entry, "key");
          if (goes (given, versions, entry, rank))
            tc_list_builder_take (list, tc_value_ref (entry));
        }
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PurgeProps *given = data;
  gboolean by_version = given->expired_only == NULL && g_strcmp0 (tc_value_get_str (given->behavior, "type"), "version") == 0;
  g_autoptr (TcValue) nothing = tc_value_map_of (NULL, NULL), spaces = tc_purge_namespaces (job, &given->purge, error);
  g_autoptr (TcValue) entries = NULL, args = NULL, done = NULL;
  TcPurgeVersions versions;
  size_t n;

  if (spaces == NULL || (by_version && !tc_purge_versions_read (given->behavior, &versions, error)))
    return NULL;
  entries = tc_job_ask (job, "kv.versions", nothing, error);
  if (entries == NULL)
    return NULL;
  args = tc_value_map_of ("entries", find (given, by_version ? &versions : NULL, spaces, entries), NULL);
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
    .doc = N_("Deletes expired keys, or all that match a pattern, or old values of keys, of one or several namespaces, for good."),
    .props = props, .outputs = outputs, .props_size = sizeof (PurgeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
