/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-purge.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcPurge  purge;
  char    *pattern;
  TcValue *behavior;
} PurgeProps;

static const TcProp behavior_props[] = {
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("`version`: old versions of files.") },
  { "before", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Versions older than this, but not the newest of a file.") },
  { "keepAmount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many versions of a file stay.") },
  { 0 }
};
static const TcProp props[] = {
  TC_PURGE_ROWS (PurgeProps),
  { "filePattern", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, pattern), NULL, NULL, N_("Pattern of the files' paths: `*` is any text, `?` any character.") },
  { "behavior", TC_KIND_OBJECT, TC_PROP_DYNAMIC, offsetof (PurgeProps, behavior), NULL, behavior_props, N_("Which versions are purged; all but the newest without it.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many versions were purged.") },
  { 0 }
};

/* Of one namespace; how many went, -1: @error. */
static int64_t
purge (TcJob                  *job,
       const PurgeProps       *given,
       const TcPurgeVersions  *versions,
       const char             *space,
       GError                **error)
{
  g_autoptr (TcValue) where = tc_value_map_of ("namespace", tc_value_string (space), NULL);
  g_autoptr (TcValue) entries = tc_job_ask (job, "namespace.versions", where, error);
  const char *last = NULL;
  int64_t rank = 0, n = 0;

  if (entries == NULL)
    return -1;
  for (size_t i = 0; i < tc_value_length (entries); i++)
    {
      const TcValue *entry = tc_value_item (entries, i);
      const char *path = tc_value_get_str (entry, "path");
      g_autoptr (TcValue) args = tc_value_merge (where, entry), done = NULL;

      rank = g_strcmp0 (last, path) == 0 ? rank + 1 : 0;
      last = path;
      if ((given->pattern != NULL && !g_pattern_match_simple (given->pattern, path))
          || !tc_purge_versions_goes (versions, rank, tc_value_get_i64 (entry, "updated_us", 0)))
        continue;
      done = tc_job_ask (job, "namespace.purge", args, error);
      if (done == NULL)
        return -1;
      n++;
    }
  return n;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PurgeProps *given = data;
  TcPurgeVersions versions = { .keep = 1 };
  g_autoptr (TcValue) spaces = tc_purge_namespaces (job, &given->purge, error);
  int64_t n = 0;

  if (spaces == NULL || (given->behavior != NULL && !tc_purge_versions_read (given->behavior, &versions, error)))
    return NULL;
  for (size_t i = 0; i < tc_value_length (spaces); i++)
    {
      int64_t here = purge (job, given, &versions, tc_value_get_text (tc_value_item (spaces, i)), error);

      if (here < 0)
        return NULL;
      n += here;
    }
  tc_job_log (job, TC_LEVEL_INFO, "purged %" G_GINT64_FORMAT " files", n);
  return tc_value_map_of ("size", tc_value_int (n), NULL);
}

extern const TcTaskClass tc_task_namespace_purge_files;
const TcTaskClass tc_task_namespace_purge_files = {
  .info = {
    .type = "io.kestra.plugin.core.namespace.PurgeFiles",
    .title = N_("Purge old versions of namespace files"),
    .doc = N_("Deletes versions of namespace files for good: all but the newest, unless `behavior` says otherwise."),
    .props = props, .outputs = outputs, .props_size = sizeof (PurgeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
