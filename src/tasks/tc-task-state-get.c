/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcStateTask state;
  gboolean    error_on_missing;
} GetProps;

static const char *const aliases[] = { "io.kestra.core.tasks.states.Get", NULL };
static const TcProp props[] = {
  TC_STATE_TASK_ROWS (GetProps),
  { "errorOnMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (GetProps, error_on_missing), "false", NULL, N_("Whether the task fails if nothing was kept.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "count", TC_KIND_INT, 0, 0, NULL, NULL, N_("Values kept.") },
  { "data", TC_KIND_MAP, 0, 0, NULL, NULL, N_("The values.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const GetProps *given = data;
  g_autofree char *key = tc_state_key (job, &given->state);
  g_autoptr (TcValue) kept = tc_state_read (job, key, error);

  if (kept == NULL)
    return NULL;
  if (tc_value_is (kept, TC_VALUE_MAP))
    return tc_value_map_of ("count", tc_value_int ((int64_t) tc_value_length (kept)), "data", tc_value_ref (kept), NULL);
  if (!given->error_on_missing)
    return tc_value_map_of ("count", tc_value_int (0), "data", tc_value_map_of (NULL, NULL), NULL);
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("State %s not found"), key);
  return NULL;
}

extern const TcTaskClass tc_task_state_get;
const TcTaskClass tc_task_state_get = {
  .info = {
    .type = "io.kestra.plugin.core.state.Get", .aliases = aliases,
    .title = N_("Read values kept by an earlier execution"),
    .doc = N_("Returns what `io.kestra.plugin.core.state.Set` has kept."),
    .props = props, .outputs = outputs, .props_size = sizeof (GetProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
