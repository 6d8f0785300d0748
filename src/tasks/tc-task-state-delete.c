/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcStateTask state;
  gboolean    error_on_missing;
} DeleteProps;

static const char *const aliases[] = { "io.kestra.core.tasks.states.Delete", NULL };
static const TcProp props[] = {
  TC_STATE_TASK_ROWS (DeleteProps),
  { "errorOnMissing", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (DeleteProps, error_on_missing), "false", NULL, N_("Whether the task fails if nothing was kept.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "deleted", TC_KIND_BOOL, 0, 0, NULL, NULL, N_("Whether something was kept.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DeleteProps *given = data;
  g_autofree char *key = tc_state_key (job, &given->state);
  g_autoptr (TcValue) args = tc_value_map_of ("key", tc_value_string (key), NULL);
  g_autoptr (TcValue) deleted = tc_job_ask (job, "kv.delete", args, error);

  if (deleted == NULL)
    return NULL;
  if (given->error_on_missing && !tc_value_get_bool (deleted))
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Unable to find the state file '%s'"), given->state.name);
      return NULL;
    }
  return tc_value_map_of ("deleted", tc_value_ref (deleted), NULL);
}

extern const TcTaskClass tc_task_state_delete;
const TcTaskClass tc_task_state_delete = {
  .info = {
    .type = "io.kestra.plugin.core.state.Delete", .aliases = aliases,
    .title = N_("Forget values kept by an earlier execution"),
    .doc = N_("Removes what `io.kestra.plugin.core.state.Set` has kept."),
    .props = props, .outputs = outputs, .props_size = sizeof (DeleteProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
