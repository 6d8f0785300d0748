/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"

G_BEGIN_DECLS

/* What the tasks that act on other executions share. Worker thread; NULL or FALSE with @error. */

/** TcTarget: one execution: this one, another one of this flow, or one of another flow. */
typedef struct
{
  char *execution, *namespace, *flow;
} TcTarget;

#define TC_TARGET_AT(type, field) (offsetof (type, target) + offsetof (TcTarget, field))
#define TC_TARGET_ROWS(type) \
  { "executionId", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_TARGET_AT (type, execution), NULL, NULL, N_("Execution; this one without it.") }, \
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_TARGET_AT (type, namespace), NULL, NULL, N_("Namespace of its flow, together with `executionId` and `flowId`.") }, \
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_TARGET_AT (type, flow), NULL, NULL, N_("Its flow, together with `executionId` and `namespace`.") }

/** tc_target_check: an execution alone, all three, or nothing (Kestra: PluginUtilsService.executionFromTaskParameters). */
gboolean tc_target_check (const TcTarget *target, GError **error);
/** tc_target_put: what is set, as arguments of a call. */
void     tc_target_put   (const TcTarget *target, TcMapBuilder *args);
/** tc_target_put_time: @text, a date and time or NULL, as microseconds under @name. */
gboolean tc_target_put_time (TcMapBuilder *args, const char *name, const char *text, GError **error);

/** tc_target_count: how many executions of a namespace and flow, either NULL, there are; -1: @error. */
int64_t  tc_target_count  (TcJob *job, const char *namespace_, const char *flow, const TcValue *states, const char *start, const char *end, GError **error);
/** tc_target_toggle: switches a trigger of a flow (NULL: of this one); returns no outputs. */
TcValue *tc_target_toggle (TcJob *job, const char *namespace_, const char *flow, const char *trigger, gboolean enabled, GError **error);
/** tc_target_fetch: writes entries of an execution's log into a file of the storage: outputs `uri` and `size`. */
TcValue *tc_target_fetch  (TcJob *job, const TcTarget *target, const char *level, const TcValue *tasks, GError **error);

G_END_DECLS
