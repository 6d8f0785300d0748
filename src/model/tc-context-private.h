/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-context.h"

G_BEGIN_DECLS

/* tc-context-runs.c: the roots that are made of task runs. @runs: TcTaskRun*, in order of creation. */
TcValue *tc_context_build_outputs (const GPtrArray *runs);
TcValue *tc_context_build_tasks   (const GPtrArray *runs);

G_END_DECLS
