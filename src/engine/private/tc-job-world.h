/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-order.h"

G_BEGIN_DECLS

/* Calls of tc_order_call() that reach beyond the execution itself; tc-job-calls.h says what each takes and gives. Worker threads; may block. */

/** tc_call_namespace: the namespace that @args names, else the flow's; borrowed. */
const char *tc_call_namespace        (TcOrder *order, const TcValue *args);
/** tc_kv_check_expired: FALSE and @error if there is such a pair whose time is over; it is deleted then, as Kestra does. */
gboolean    tc_kv_check_expired      (TcOrder *order, const char *namespace_, const char *key, GError **error);

TcValue    *tc_call_kv_all           (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_kv_purge         (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_namespaces       (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_namespace_delete (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_purge_files      (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_directory_put    (TcOrder *order, const TcValue *args, GError **error);
TcValue    *tc_call_directory_collect (TcOrder *order, const TcValue *args, GError **error);

G_END_DECLS
