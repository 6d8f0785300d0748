/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"

G_BEGIN_DECLS

/** TcStateTask: the properties that the state tasks share: which of the stored maps is meant. */
typedef struct
{
  char    *name;
  gboolean whole_namespace, by_value;
} TcStateTask;

#define TC_STATE_AT(type, field) (offsetof (type, state) + offsetof (TcStateTask, field))
#define TC_STATE_TASK_ROWS(type) \
  { "name", TC_KIND_STRING, TC_PROP_DYNAMIC, TC_STATE_AT (type, name), "default", NULL, N_("Name of the state.") }, \
  { "namespace", TC_KIND_BOOL, TC_PROP_DYNAMIC, TC_STATE_AT (type, whole_namespace), "false", NULL, N_("Whether all flows of the namespace share it.") }, \
  { "taskrunValue", TC_KIND_BOOL, TC_PROP_DYNAMIC, TC_STATE_AT (type, by_value), "true", NULL, N_("Whether each value of a loop has its own.") }

/** tc_state_key: key under which it lies in the key-value store of the flow's namespace. Caller frees. */
char    *tc_state_key  (TcJob *job, const TcStateTask *task);
/** tc_state_read: the stored map, or the null value if there is none. NULL and @error. Worker thread. */
TcValue *tc_state_read (TcJob *job, const char *key, GError **error);

G_END_DECLS
