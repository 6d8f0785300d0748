/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-context-private.h"

#include <glib/gi18n-lib.h>

/* The names that expressions see, and what stands below them: what tc-context.c builds, said for readers. */

#define TEXT(name, doc) { name, TC_KIND_STRING, 0, 0, NULL, NULL, doc }
#define NUMBER(name, doc) { name, TC_KIND_INT, 0, 0, NULL, NULL, doc }
#define MAP(name, of, doc) { name, TC_KIND_OBJECT, 0, 0, NULL, of, doc }

static const TcProp flow_members[] = {
  TEXT ("id", N_("Id of the flow.")), TEXT ("namespace", N_("Namespace of the flow.")), NUMBER ("revision", N_("Revision of the flow.")), { 0 }
};
static const TcProp execution_members[] = {
  TEXT ("id", N_("Id of the execution.")),
  TEXT ("startDate", N_("When the execution was created.")),
  TEXT ("state", N_("State of the execution.")),
  TEXT ("originalId", N_("Id of the execution that this one repeats, or its own.")),
  { "outputs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Outputs of the flow, once it has ended.") },
  { 0 }
};
static const TcProp task_members[] = { TEXT ("id", N_("Id of the task.")), TEXT ("type", N_("Type of the task.")), { 0 } };
static const TcProp taskrun_members[] = {
  TEXT ("id", N_("Id of the task run.")),
  TEXT ("startDate", N_("When the task run was created.")),
  NUMBER ("attemptsCount", N_("Attempts before the present one.")),
  TEXT ("parentId", N_("Id of the task run around it.")),
  TEXT ("value", N_("Value of the iteration.")),
  NUMBER ("iteration", N_("Number of the iteration, from 0.")),
  { 0 }
};
static const TcProp parent_task_members[] = { TEXT ("id", N_("Id of the task.")), { 0 } };
static const TcProp parent_run_members[] = { TEXT ("value", N_("Value of the iteration.")), { 0 } };
static const TcProp parent_members[] = {
  MAP ("task", parent_task_members, N_("The task around it.")),
  MAP ("taskrun", parent_run_members, N_("The task run around it.")),
  { "outputs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Outputs of the task around it.") },
  { 0 }
};

const TcProp tc_context_roots[TC_CONTEXT_N_ROOTS + 1] = {
  [TC_CONTEXT_FLOW] = MAP ("flow", flow_members, N_("The flow.")),
  [TC_CONTEXT_EXECUTION] = MAP ("execution", execution_members, N_("The execution.")),
  [TC_CONTEXT_TASK] = MAP ("task", task_members, N_("The task that runs.")),
  [TC_CONTEXT_TASKRUN] = MAP ("taskrun", taskrun_members, N_("The run of this task.")),
  [TC_CONTEXT_PARENT] = MAP ("parent", parent_members, N_("The closest task around this one that has a value or outputs.")),
  [TC_CONTEXT_PARENTS] = { "parents", TC_KIND_LIST, 0, 0, NULL, parent_members, N_("The tasks around this one, the closest one first.") },
  [TC_CONTEXT_WORKER_TASKRUN] = MAP ("workerTaskrun", taskrun_members, N_("The run of the WorkingDirectory around this task.")),
  [TC_CONTEXT_INPUTS] = { "inputs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Inputs of the execution, by id.") },
  [TC_CONTEXT_OUTPUTS] = { "outputs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Outputs of the tasks that have run, by task id.") },
  [TC_CONTEXT_VARS] = { "vars", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Variables of the flow.") },
  [TC_CONTEXT_LABELS] = { "labels", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Labels of the execution.") },
  [TC_CONTEXT_TRIGGER] = { "trigger", TC_KIND_MAP, 0, 0, NULL, NULL, N_("What the trigger that started the execution gives.") },
  [TC_CONTEXT_SCHEDULE] = { "schedule", TC_KIND_MAP, 0, 0, NULL, NULL, N_("The same as `trigger`, of a schedule.") },
  [TC_CONTEXT_TASKS] = { "tasks", TC_KIND_MAP, 0, 0, NULL, NULL, N_("State of the tasks that have run, by task id.") },
  [TC_CONTEXT_ENVS] = { "envs", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Environment variables that begin with `ENV_`, in small letters and without it.") },
  [TC_CONTEXT_GLOBALS] = { "globals", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Variables of the installation.") },
  { 0 }
};

static const TcProp kestra_members[] = { TEXT ("url", N_("Address of the installation.")), { 0 } };

const TcProp tc_context_extra_roots[] = {
  MAP ("kestra", kestra_members, N_("The installation.")),
  TEXT ("workingDir", N_("Folder in which the script runs.")),
  TEXT ("outputDir", N_("Folder whose files become outputs.")),
  { "outputFiles", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Where the script is expected to write each of its output files.") },
  { 0 }
};

static const TcProp loop_members[] = {
  NUMBER ("index", N_("Number of the item, from 0.")), NUMBER ("length", N_("How many items there are.")),
  { "first", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether it is the first one.") },
  { "last", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether it is the last one.") },
  NUMBER ("revindex", N_("Items after this one.")), { 0 }
};

const TcProp tc_context_loop_roots[] = { MAP ("loop", loop_members, N_("Where a `for` is.")), { 0 } };
