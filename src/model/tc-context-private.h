/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-context.h"

G_BEGIN_DECLS

/* tc-context-runs.c: the roots that are made of task runs. @runs: TcTaskRun*, in order of creation. */
TcValue *tc_context_build_outputs (const TcFlow *flow, const GPtrArray *runs);
TcValue *tc_context_build_tasks   (const GPtrArray *runs, const TcTaskRun *own);      /* @own: whose context it is, or NULL */

/* tc-context-names.c: the roots in this order, then an empty row. What is of kind OBJECT or LIST has the names of `of` below it. */
typedef enum
{
  TC_CONTEXT_FLOW, TC_CONTEXT_EXECUTION, TC_CONTEXT_TASK, TC_CONTEXT_TASKRUN, TC_CONTEXT_PARENT, TC_CONTEXT_PARENTS, TC_CONTEXT_WORKER_TASKRUN,
  TC_CONTEXT_INPUTS, TC_CONTEXT_OUTPUTS, TC_CONTEXT_VARS, TC_CONTEXT_LABELS, TC_CONTEXT_TRIGGER, TC_CONTEXT_SCHEDULE, TC_CONTEXT_TASKS,
  TC_CONTEXT_ENVS, TC_CONTEXT_GLOBALS,
} TcContextRoot;
#define TC_CONTEXT_N_ROOTS (TC_CONTEXT_GLOBALS + 1)
extern const TcProp tc_context_roots[TC_CONTEXT_N_ROOTS + 1];
extern const TcProp tc_context_extra_roots[];     /* what the engine adds as `extra` of the context */
extern const TcProp tc_context_loop_roots[];      /* inside `for` */

/* tc-context.c: whether it is a WorkingDirectory; NULL is none. */
gboolean tc_context_is_directory (const TcTask *task);

G_END_DECLS
