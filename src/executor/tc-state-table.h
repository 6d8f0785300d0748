/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-state.h"

G_BEGIN_DECLS

/**
 * The legal changes of state, one bit table [from] → to for task runs and one for executions. Kestra has none; its goldens do.
 *
 * Task run (STARTED, ENDED … are events; "command" is a user's):
 *
 *   CREATED ──submit──▶ SUBMITTED ──STARTED──▶ RUNNING ──ENDED──▶ SUCCESS WARNING FAILED KILLED CANCELLED
 *      │ ▲ └─flowable, executor task──────────▶ │  ▲                    │
 *      │ │                                      ▼  │ resume             ├─retry──▶ RETRYING ──TIMER──▶ CREATED
 *      │ └─── BREAKPOINT ◀─breakpoint      PAUSED ─┘                    ├─retry as new execution──▶ RETRIED
 *      └─runIf──▶ SKIPPED                                               └─command──▶ RESTARTED (as CREATED) or, flowables, RUNNING
 *
 * Execution:
 *
 *   CREATED ──▶ RUNNING ◀──▶ PAUSED, BREAKPOINT, RETRYING;  QUEUED ──SLOT──▶ RUNNING;  PAUSED, terminated ──▶ RESTARTED ──▶ RUNNING
 *   all but terminated ──KILL──▶ KILLING ──▶ KILLED;  RUNNING ──▶ SUCCESS WARNING FAILED CANCELLED RETRIED
 *
 * KILLED and RETRIED are left by nothing, not even by a command.
 */
gboolean tc_state_run_may_become  (TcState from, TcState to);
gboolean tc_state_head_may_become (TcState from, TcState to);

G_END_DECLS
