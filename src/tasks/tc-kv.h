/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"

G_BEGIN_DECLS

/* What the key-value tasks share. Worker thread; NULL or FALSE with @error. */

/** tc_kv_check_key: Kestra's rule for keys: letters, digits, `.`, `_`, `-`, the first one a letter or digit. */
gboolean    tc_kv_check_key (const char *key, GError **error);
/** tc_kv_namespace: @given, else the flow's; borrowed. */
const char *tc_kv_namespace (TcJob *job, const char *given);
/** tc_kv_find: the entry ({value, …}) or the null value if there is none. The flow's own namespace is searched with its parents. */
TcValue    *tc_kv_find      (TcJob *job, const char *given, const char *key, GError **error);
/** tc_kv_missing: sets the error for a key that must exist. */
void        tc_kv_missing   (TcJob *job, const char *given, const char *key, GError **error);

G_END_DECLS
