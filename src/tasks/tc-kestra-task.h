/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"

G_BEGIN_DECLS

/**
 * What the tasks of io.kestra.plugin.kestra share: there they call the API of a server, here they act on the engine that runs them. Who
 * asks, and for which tenant, does not matter then; an address of another server is refused.
 */
typedef struct
{
  char    *url, *tenant;
  TcValue *auth;
} TcKestraTask;

#define TC_KESTRA_AT(type, field) (offsetof (type, kestra) + offsetof (TcKestraTask, field))
#define TC_KESTRA_ROWS(type) \
  { "kestraUrl", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, TC_KESTRA_AT (type, url), NULL, NULL, N_("Address of the server: only this one can be asked.") }, \
  { "auth", TC_KIND_ANY, TC_PROP_DYNAMIC | TC_PROP_LATE | TC_PROP_ADVANCED, TC_KESTRA_AT (type, auth), NULL, NULL, N_("Not needed here.") }, \
  { "tenantId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, TC_KESTRA_AT (type, tenant), NULL, NULL, N_("Has no effect: there is one tenant.") }

/** tc_kestra_task_check: FALSE and @error: the task is meant for another server. */
gboolean tc_kestra_task_check (const TcKestraTask *self, GError **error);
/** tc_kestra_task_namespaces: LIST of the namespaces whose name begins with @prefix (or NULL); NULL and @error. */
TcValue *tc_kestra_task_namespaces (TcJob *job, const TcKestraTask *self, const char *prefix, GError **error);

G_END_DECLS
