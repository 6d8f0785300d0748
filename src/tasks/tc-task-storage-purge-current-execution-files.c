/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = {
  "io.kestra.core.tasks.storages.PurgeExecution", "io.kestra.plugin.core.storage.PurgeExecution", NULL
};
static const TcProp props[] = { { 0 } };
static const TcProp outputs[] = {
  { "uris", TC_KIND_LIST, 0, 0, NULL, NULL, N_("URIs of what was deleted: files, and the folders that held them.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of (NULL, NULL), uris = tc_job_ask (job, "execution.purgeFiles", args, error);

  return uris == NULL ? NULL : tc_value_map_of ("uris", tc_value_ref (uris), NULL);
}

extern const TcTaskClass tc_task_storage_purge_current_execution_files;
const TcTaskClass tc_task_storage_purge_current_execution_files = {
  .info = {
    .type = "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles", .aliases = aliases,
    .title = N_("Delete all files of this execution"),
    .doc = N_("Removes what the tasks of the execution have stored so far, and its input files."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
