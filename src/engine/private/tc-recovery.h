/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/**
 * tc_recover: at every start; there is no "clean" flag to trust (architecture §8). Executions that are not over come back; their logs are cut to
 * the recorded length; programs are adopted; renderings and timers are issued again; what belongs to nobody is removed. @done on the engine's
 * thread; only then commands are accepted.
 */
void tc_recover (TcCore *core, void (*done) (TcCore *core, const GError *error));

G_END_DECLS
