/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution-item.h"
#include "tc-flow-item.h"

G_BEGIN_DECLS

/**
 * TcSession: the program's one engine and the list models that mirror it. The engine is opened on a worker; windows are there before it and
 * fill in when `state` changes. Main thread.
 *
 * Properties (read-only): state (TcSessionState as int), registry (TcRegistry pointer), status (TcValue boxed, see tc_engine_status_async)
 * Signals: ended (TcExecutionItem *item)   an execution that was at work came to its end
 *          counted ()   tc_session_count() may have changed
 *          flow-changed (const char *namespace, const char *id)
 */
#define TC_TYPE_SESSION (tc_session_get_type ())
G_DECLARE_FINAL_TYPE (TcSession, tc_session, TC, SESSION, GObject)

typedef enum
{
  TC_SESSION_OPENING,
  TC_SESSION_READY,
  TC_SESSION_LOCKED,      /* another engine has the data directory */
  TC_SESSION_FAILED,      /* it cannot be used; tc_session_get_problem() says why */
} TcSessionState;

TcSession      *tc_session_new            (const char *data_directory);       /* NULL: the user's */
/** tc_session_open: opens the engine; again after it failed. */
void            tc_session_open           (TcSession *self);
/** tc_session_close: closes the engine and waits for it; work goes on without us and is followed at the next start. */
void            tc_session_close          (TcSession *self);

TcSessionState  tc_session_get_state      (TcSession *self);
const char     *tc_session_get_problem    (TcSession *self);                  /* translated, NULL: none */
const char     *tc_session_get_directory  (TcSession *self);
TcEngine       *tc_session_get_engine     (TcSession *self);                  /* borrowed; NULL unless READY */
TcRegistry     *tc_session_get_registry   (TcSession *self);                  /* borrowed; NULL for the first moments */
const TcValue  *tc_session_get_status     (TcSession *self);                  /* or NULL */
void            tc_session_refresh_status (TcSession *self);

GListModel     *tc_session_get_namespaces (TcSession *self);                  /* TcNamespaceItem, by id */
gboolean        tc_session_has_flow       (TcSession *self, const char *namespace_, const char *id);
gboolean        tc_session_get_flows_listed (TcSession *self);                /* the list was read at least once */
void            tc_session_count          (TcSession *self, TcExecutionCount *count);
GListModel     *tc_session_get_executions (TcSession *self);                  /* TcExecutionItem, newest first */
void            tc_session_load_more_executions (TcSession *self);            /* older ones, if there are any */
/** tc_session_get_execution: the one object of @id; its runs are loaded. Transfer full. */
TcExecutionItem *tc_session_get_execution (TcSession *self, const char *id);

G_END_DECLS
