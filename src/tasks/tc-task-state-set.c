/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcStateTask state;
  TcValue    *data;
} SetProps;

static const char *const aliases[] = { "io.kestra.core.tasks.states.Set", NULL };
static const TcProp props[] = {
  TC_STATE_TASK_ROWS (SetProps),
  { "data", TC_KIND_MAP, TC_PROP_DYNAMIC, offsetof (SetProps, data), NULL, NULL, N_("Values to keep; they are merged into those kept before.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "count", TC_KIND_INT, 0, 0, NULL, NULL, N_("Values kept now.") },
  { "key", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Where they are kept.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const SetProps *given = data;
  g_autofree char *key = tc_state_key (job, &given->state);
  g_autoptr (TcValue) before = tc_state_read (job, key, error), empty = tc_value_map_of (NULL, NULL), merged = NULL, args = NULL, done = NULL;

  if (before == NULL)
    return NULL;
  merged = tc_value_merge (tc_value_is (before, TC_VALUE_MAP) ? before : empty, given->data != NULL ? given->data : empty);
  args = tc_value_map_of ("key", tc_value_string (key), "value", tc_value_ref (merged), NULL);
  done = tc_job_ask (job, "kv.set", args, error);
  if (done == NULL)
    return NULL;
  return tc_value_map_of ("count", tc_value_int ((int64_t) tc_value_length (merged)), "key", tc_value_string (key), NULL);
}

extern const TcTaskClass tc_task_state_set;
const TcTaskClass tc_task_state_set = {
  .info = {
    .type = "io.kestra.plugin.core.state.Set", .aliases = aliases,
    .title = N_("Keep values for later executions"),
    .doc = N_("Older form of the key-value store: a map that executions of the flow share."),
    .props = props, .outputs = outputs, .props_size = sizeof (SetProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
