/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/* Calls of tc_order_call() that reach beyond the execution itself; tc-job-calls.h says what each takes and gives. Worker threads; may block. */

/** tc_call_namespace: the namespace that @args names, else the flow's; borrowed. */
const char *tc_call_namespace        (TcOrder *order, const TcValue *args);
/** tc_kv_check_expired: FALSE and @error if there is such a pair whose time is over; it is deleted then, as Kestra does. */
gboolean    tc_kv_check_expired      (TcOrder *order, const char *namespace_, const char *key, GError **error);

TcValue    *tc_call_kv_versions      (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_kv_purge         (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_namespaces       (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_namespace_delete (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_namespace_versions (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_namespace_purge  (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_purge_files      (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_directory_put    (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_directory_namespace (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_directory_collect (TcOrder *order, const TcValue *args, GError **error);
/** tc_call_find_executions: TcHead* that @args {namespace?, flowId?, states?, start_us?, end_us?} mean, by their start; @below: namespaces below too. */
GPtrArray  *tc_call_find_executions  (TcOrder *order, const TcValue *args, gboolean below, GError **error);
/** tc_call_head: the execution that @args {executionId?, namespace?, flowId?} mean: without an id the task's own, without a flow one of its flow. */
TcHead     *tc_call_head             (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_count_executions (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_resume_execution (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_kill_execution   (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_delete_execution (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_list_executions  (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_list_flows       (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_purge_executions (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_toggle_trigger   (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_fetch_logs       (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_purge_logs       (TcOrder *order, const TcValue *args, GError **error);

/** TcSiteAnswered: engine's thread, once. @value is taken; NULL: @error says why. */
typedef void (*TcSiteAnswered) (gpointer data, TcValue *value, const GError *error);
/** TcSitePost: sends @request to the engine's thread, from where @answered (@data, …) is called. */
typedef void (*TcSitePost) (gpointer request, TcSiteAnswered answered, gpointer data);
/** tc_site_await: asks, and blocks until there is an answer or @cancellable says stop. Worker of the job pool. */
TcValue    *tc_site_await            (TcSitePost ask, gpointer request, GCancellable *cancellable, GError **error);
/** tc_site_command: a command of tc_engine_command_async(); blocks until it is durable or @cancellable says stop. */
TcValue    *tc_site_command          (TcSite *site, const char *execution_id, const char *command, const TcValue *args,
                                      GCancellable *cancellable, GError **error);
/** tc_site_toggle_trigger: "enable" or "disable" of tc_engine_triggers_async(); blocks likewise. */
gboolean    tc_site_toggle_trigger   (TcSite *site, const char *namespace_, const char *flow_id, const char *trigger_id, gboolean enabled,
                                      GCancellable *cancellable, GError **error);

G_END_DECLS
