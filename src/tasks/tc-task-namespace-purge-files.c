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
  { "before", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Versions older than this.") },
  { "keepAmount", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many versions of a file stay.") },
  { 0 }
};
static const TcProp props[] = {
  TC_PURGE_ROWS (PurgeProps),
  { "filePattern", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PurgeProps, pattern), NULL, NULL, N_("Pattern of the files.") },
  { "behavior", TC_KIND_OBJECT, TC_PROP_DYNAMIC, offsetof (PurgeProps, behavior), NULL, behavior_props, N_("Which versions are purged.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many versions were purged.") },
  { 0 }
};

/* A file that is written again takes the place of the old one, so that there never is an old version. */
static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PurgeProps *given = data;
  g_autoptr (TcValue) spaces = tc_purge_namespaces (job, &given->purge, error);

  if (spaces == NULL)
    return NULL;
  tc_job_log (job, TC_LEVEL_INFO, "purged 0 files");
  return tc_value_map_of ("size", tc_value_int (0), NULL);
}

extern const TcTaskClass tc_task_namespace_purge_files;
const TcTaskClass tc_task_namespace_purge_files = {
  .info = {
    .type = "io.kestra.plugin.core.namespace.PurgeFiles",
    .title = N_("Purge old versions of namespace files"),
    .doc = N_("Only the newest version of a file is kept here, so that this finds nothing to purge."),
    .props = props, .outputs = outputs, .props_size = sizeof (PurgeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
