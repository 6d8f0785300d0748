/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"

G_BEGIN_DECLS

/**
 * TcApi: serves Kestra's REST API (spec/core-tasks-and-triggers.md §7–8) for one engine on tc_engine_socket_path(), 0600, on a thread of
 * its own. Paths are below /api/v1 and /api/v1/main. Beyond Kestra: `logs/{id}?offset=N` skips entries, and errors carry `findings`.
 */
typedef struct _TcApi TcApi;

/** tc_api_start: @engine must outlive the result. Any thread. A socket left behind by a killed program is replaced. */
TcApi *tc_api_start (TcEngine *engine, GError **error);
/** tc_api_start_with_webhooks: the same, and requests to webhooks, nothing else, on TCP @port of this machine's loopback addresses; 0: not. */
TcApi *tc_api_start_with_webhooks (TcEngine *engine, guint16 port, GError **error);
/** tc_api_stop: closes the connections, joins the thread, removes the socket. */
void   tc_api_stop  (TcApi *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcApi, tc_api_stop)

G_END_DECLS
