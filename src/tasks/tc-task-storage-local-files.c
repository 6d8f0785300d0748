/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcValue *inputs, *outputs;
} LocalFilesProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.LocalFiles", NULL };
static const TcProp props[] = {
  { "inputs", TC_KIND_ANY, TC_PROP_DYNAMIC, offsetof (LocalFilesProps, inputs), NULL, NULL, N_("Name of a file to its content or URI: a map, or the text of a JSON map.") },
  { "outputs", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (LocalFilesProps, outputs), NULL, tc_items_string, N_("Globs of files to store.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uris", TC_KIND_MAP, 0, 0, NULL, NULL, N_("URIs of the files stored, by path.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const LocalFilesProps *given = data;
  g_autoptr (TcValue) files = given->inputs != NULL ? tc_value_ref (given->inputs) : tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) patterns = given->outputs != NULL ? tc_value_ref (given->outputs) : tc_value_list (NULL, 0);
  g_autoptr (TcValue) put = tc_value_map_of ("files", tc_value_ref (files), NULL), done = tc_job_ask (job, "directory.put", put, error);
  g_autoptr (TcValue) wanted = tc_value_map_of ("patterns", tc_value_ref (patterns), NULL);
  g_autoptr (TcValue) uris = done == NULL ? NULL : tc_job_ask (job, "directory.collect", wanted, error);

  return uris == NULL ? NULL : tc_value_map_of ("uris", tc_value_ref (uris), NULL);
}

extern const TcTaskClass tc_task_storage_local_files;
const TcTaskClass tc_task_storage_local_files = {
  .info = {
    .type = "io.kestra.plugin.core.storage.LocalFiles", .aliases = aliases,
    .title = N_("Write and store files of a working directory"),
    .doc = N_("Deprecated: use `inputFiles` and `outputFiles` of a WorkingDirectory."),
    .props = props, .outputs = outputs, .props_size = sizeof (LocalFilesProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
