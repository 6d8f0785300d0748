/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/** tc_resume_resolve: the inputs that the Pause asks for which @args {taskRunId?, inputs?} would resume. @done on the engine's thread: a map, or
 * NULL without @error: it asks for none; or @error: refused, with its findings. */
typedef void (*TcResumed) (TcCore *core, TcValue *inputs, gpointer data, const GError *error);
void tc_resume_resolve (TcLive *live, const TcValue *args, TcResumed done, gpointer data);

G_END_DECLS
