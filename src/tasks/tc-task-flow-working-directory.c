/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include <glib/gi18n-lib.h>

static const char *const aliases[] = { "io.kestra.core.tasks.flows.WorkingDirectory", "io.kestra.core.tasks.flows.Worker", NULL };

static const char *const if_exists[] = { "OVERWRITE", "FAIL", "WARN", "IGNORE", NULL };

static const TcProp namespace_files[] = {
  { "enabled", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether to copy them.") },
  { "namespaces", TC_KIND_LIST, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Namespaces to copy from, in order; the flow's own if absent.") },
  { "include", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Globs of the files to copy.") },
  { "exclude", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Globs of the files to leave out.") },
  { "ifExists", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "OVERWRITE", if_exists, N_("What to do if a file is there already.") },
  { "folderPerNamespace", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether each namespace gets a folder of its own.") },
  { 0 }
};
static const TcProp cache[] = {
  { "patterns", TC_KIND_LIST, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Globs of the files to keep.") },
  { "ttl", TC_KIND_DURATION, 0, 0, NULL, NULL, N_("How long they are good for.") },
  { 0 }
};

static const TcProp props[] = {
  { "tasks", TC_KIND_TASKS, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Tasks to run one after the other.") },
  { "inputFiles", TC_KIND_FILES, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Files to write before the first task: path to content or URI.") },
  { "outputFiles", TC_KIND_LIST, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Globs of files to keep after the last task.") },
  { "namespaceFiles", TC_KIND_OBJECT, 0, 0, NULL, namespace_files, N_("Files of the namespace to have in the directory.") },
  { "cache", TC_KIND_OBJECT, 0, 0, NULL, cache, N_("Files to keep for the next execution.") },
  { "errors", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run when one of these tasks failed.") },
  { "finally", TC_KIND_TASKS, 0, 0, NULL, NULL, N_("Tasks that run at the end, whatever happened.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "outputFiles", TC_KIND_MAP, 0, 0, NULL, NULL, N_("URIs of the files kept, by path.") },
  { 0 }
};

/* Declared in tc-tasks.c out of task-types.def. */
extern const TcTaskClass tc_task_flow_working_directory;
const TcTaskClass tc_task_flow_working_directory = {
  .info = {
    .type = "io.kestra.plugin.core.flow.WorkingDirectory", .aliases = aliases,
    .title = N_("Run tasks in one working directory"),
    .doc = N_("The tasks run one after the other and share their files."),
    .props = props, .outputs = outputs,
  },
  .kind = TC_TASK_FLOWABLE,
  .flowable = "WorkingDirectory",
};
