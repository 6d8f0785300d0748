/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"

G_BEGIN_DECLS

/** The engine's calls, blocking: each runs the thread's default context until it is answered, so signals go on being emitted. */
int        tc_sync_save_flow   (TcEngine *engine, const char *source, GError **error);
char      *tc_sync_execute     (TcEngine *engine, const TcExecuteRequest *request, GError **error);
TcValue   *tc_sync_command     (TcEngine *engine, const char *execution_id, const char *command, const TcValue *args, GError **error);
TcHead    *tc_sync_execution   (TcEngine *engine, const char *execution_id, GPtrArray **runs, GError **error);
TcValue   *tc_sync_metrics     (TcEngine *engine, const char *execution_id, GError **error);
GPtrArray *tc_sync_find        (TcEngine *engine, const TcValue *query, GError **error);
TcValue   *tc_sync_flows       (TcEngine *engine, GError **error);
char      *tc_sync_flow        (TcEngine *engine, const char *namespace_, const char *id, int revision, GError **error);
gboolean   tc_sync_delete_flow (TcEngine *engine, const char *namespace_, const char *id, GError **error);
TcValue   *tc_sync_triggers    (TcEngine *engine, const char *action, const char *namespace_, const char *flow_id, const char *trigger_id,
                                const TcValue *args, GError **error);
TcValue   *tc_sync_kv          (TcEngine *engine, const char *action, const char *namespace_, const char *key, const TcValue *args,
                                GError **error);
TcValue   *tc_sync_secrets     (TcEngine *engine, GError **error);
gboolean   tc_sync_set_secret  (TcEngine *engine, const char *namespace_, const char *name, const char *value, GError **error);
TcValue   *tc_sync_eval        (TcEngine *engine, const char *execution_id, const char *task_run_id, const char *text, GError **error);
TcValue   *tc_sync_doctor      (TcEngine *engine, GError **error);

G_END_DECLS
