/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/** Those who wait for the end of an execution: tc_engine_wait() of any thread, and its subflows' parents. Engine thread. */
typedef void (*TcWaiterFunc) (gpointer data, TcHead *head, const GError *error);   /* engine's thread, once; @head borrowed */
void tc_waiters_add    (TcCore *core, const char *execution_id, TcWaiterFunc func, gpointer data);
void tc_waiters_answer (TcCore *core, const char *execution_id, const TcHead *head);
void tc_waiters_fail   (TcCore *core, const char *execution_id, const GError *error);      /* NULL id: all of them */

G_END_DECLS
