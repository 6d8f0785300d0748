/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-condition.h"

G_BEGIN_DECLS

/**
 * Polling triggers: each `interval` something outside is looked at. Their state is as that of tc-schedule.h; `date` is when it was looked at last,
 * `error` why that failed. Functions give a new state, which the caller owns. Pure, any thread. Source: spec/core-tasks-and-triggers.md §3.2, §3.7.
 */

gboolean tc_poll_is    (const TcValue *trigger);
/** tc_poll_begin: when the engine starts, the flow was saved, or the trigger was switched on: a new or changed one is due at once. @state NULL: it is
 * new. */
TcValue *tc_poll_begin (const TcValue *trigger, const TcValue *state, int64_t now_us);
/** tc_poll_after: it was looked at, which ended @now_us; @error: what went wrong, or NULL. */
TcValue *tc_poll_after (const TcValue *trigger, const TcValue *state, const char *error, int64_t now_us);

G_END_DECLS
