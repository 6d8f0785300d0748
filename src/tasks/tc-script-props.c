/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-script-private.h"

#include <glib/gi18n-lib.h>

static const char *const old_runners[] = { "", "PROCESS", "DOCKER", NULL };
static const char *const systems[] = { "AUTO", "LINUX", "WINDOWS", NULL };
static const char *const conflicts[] = { "OVERWRITE", "FAIL", "WARN", "IGNORE", NULL };

const TcProp tc_script_namespace_files_props[] = {
  { "enabled", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether namespace files are copied into the working directory.") },
  { "namespaces", TC_KIND_LIST, TC_PROP_DYNAMIC, 0, NULL, tc_items_dynamic, N_("Namespaces to copy from, in order; of equal paths the last wins.") },
  { "include", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Globs of the files to copy; all without it.") },
  { "exclude", TC_KIND_ANY, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Globs of the files to leave out.") },
  { "ifExists", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "OVERWRITE", conflicts, N_("What happens to a file that the directory has already.") },
  { "folderPerNamespace", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether the files of each namespace get a folder of its name.") },
  { 0 },
};

#define AT(field) offsetof (TcScriptProps, field)
const TcProp tc_script_props[] = {
  { "beforeCommands", TC_KIND_LIST, TC_PROP_LATE, AT (before_commands), NULL, tc_items_dynamic,
    N_("Commands that run first, in the same shell.") },
  { "interpreter", TC_KIND_LIST, TC_PROP_LATE | TC_PROP_ADVANCED, AT (interpreter), NULL, tc_items_dynamic,
    N_("Program and options to which the commands are given as one last argument.") },
  { "failFast", TC_KIND_BOOL, TC_PROP_DYNAMIC, AT (fail_fast), "true", NULL, N_("Whether the first command that fails ends the task.") },
  { "targetOS", TC_KIND_ENUM, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, AT (target_os), "AUTO", systems,
    N_("Operating system on which the commands run: decides about line ends.") },
  { "env", TC_KIND_MAP, TC_PROP_LATE, AT (env), NULL, tc_items_dynamic, N_("Environment variables of the script.") },
  { "inputFiles", TC_KIND_FILES, TC_PROP_LATE, AT (input_files), NULL, NULL,
    N_("Files to write into the working directory: path to content, or to a URI (kestra://, nsfile://, file://).") },
  { "outputFiles", TC_KIND_LIST, TC_PROP_LATE, AT (output_files), NULL, tc_items_dynamic,
    N_("Paths and globs of files to keep; they become `outputs.ID.outputFiles`.") },
  { "namespaceFiles", TC_KIND_OBJECT, TC_PROP_DYNAMIC, AT (namespace_files), NULL, tc_script_namespace_files_props,
    N_("Which files of the namespace are copied into the working directory.") },
  { "taskRunner", TC_KIND_RUNNER, TC_PROP_DYNAMIC, AT (runner), NULL, NULL, N_("Where the script runs; a Docker container without it.") },
  { "containerImage", TC_KIND_STRING, TC_PROP_DYNAMIC, AT (image), NULL, NULL, N_("Image of the container.") },
  { "outputDirectory", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, AT (output_directory), "false", NULL, N_("Use `outputFiles`.") },
  { "warningOnStdErr", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, AT (warning_on_stderr), "true", NULL,
    N_("Has no effect: output on standard error does not change the state.") },
  { "runner", TC_KIND_ENUM, TC_PROP_DEPRECATED, AT (old_runner), "", old_runners, N_("Use `taskRunner`.") },
  { "docker", TC_KIND_MAP, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, AT (docker), NULL, NULL, N_("Use `taskRunner` with the type of the Docker runner.") },
  { "executionContext", TC_KIND_ANY, TC_PROP_ADVANCED, AT (execution_context), NULL, NULL, N_("Accepted and ignored.") },
  { 0 },
};

const TcProp tc_script_outputs[] = {
  { "exitCode", TC_KIND_INT, 0, 0, NULL, NULL, N_("Exit code of the interpreter.") },
  { "vars", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Values that the script printed as ::{\"outputs\": {…}}::.") },
  { "outputFiles", TC_KIND_MAP, 0, 0, NULL, NULL, N_("URIs of the files kept, by their path in the working directory.") },
  { "taskRunner", TC_KIND_MAP, 0, 0, NULL, NULL, N_("What the runner tells, such as the id of the container.") },
  { 0 },
};
