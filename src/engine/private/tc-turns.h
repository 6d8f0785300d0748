/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TcTurns: what workers find out for one execution within a moment is told in the order in which it was asked for, whatever thread was faster: so
 * the runs of short tasks that stand side by side are made in the same order each time. What takes longer holds up nobody. Any thread.
 */
#define TC_TURN_MOMENT_US (20 * 1000)

typedef struct _TcTurns TcTurns;
typedef struct _TcTurn TcTurn;

TcTurns *tc_turns_new  (void);
void     tc_turns_free (TcTurns *self);                         /* no turn is left */

/** tc_turns_take: the next turn of @key; whoever does the work leaves it. */
TcTurn  *tc_turns_take (TcTurns *self, const char *key);
void     tc_turn_begin (TcTurn *self);                          /* the work begins */
/** tc_turn_await: blocks until no earlier turn of the same key is left that began less than a moment ago. */
void     tc_turn_await (TcTurn *self);
void     tc_turn_leave (TcTurn *self);                          /* the result was told; frees it */

G_END_DECLS
