/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-flow.h"

G_BEGIN_DECLS

/**
 * TcContext: the names an expression of an execution sees (spec/flow-language.md §6, expressions.md §16): flow, execution, task, taskrun,
 * parent(s), inputs, outputs, vars, labels, trigger, tasks, envs, globals, kestra. A snapshot: made on the engine's thread, then immutable
 * and used by one worker. Roots are built on first use, so the cost of `outputs` is paid only by templates that read it; what a snapshot
 * must copy for that is decided by @needs (NULL: everything).
 */
typedef struct _TcContext TcContext;
typedef struct
{
  const TcValue *envs, *globals;      /* maps, borrowed, or NULL */
  const TcValue *extra;               /* further roots that win over all others: workingDir, outputFiles …; or NULL */
} TcContextHost;

TcContext     *tc_context_new      (const TcFlow *flow, const TcExecution *execution, const TcTask *task, const TcTaskRun *run,
                                    const TcTemplate *const *needs, size_t n_needs, const TcContextHost *host);
void           tc_context_free     (TcContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcContext, tc_context_free)
const TcValue *tc_context_get      (TcContext *self, const char *root);     /* borrowed; NULL: no such root */
const char   **tc_context_names    (TcContext *self);                       /* caller frees the array */
/** tc_context_runs: the task runs that it has, TcTaskRun*; NULL: none were needed. Caller unrefs. */
GPtrArray     *tc_context_runs     (const TcContext *self);
/** tc_context_bind: makes @scope read its roots from @self; @scope->call and the rest stay the caller's. */
void           tc_context_bind     (TcContext *self, TcScope *scope);

G_END_DECLS
