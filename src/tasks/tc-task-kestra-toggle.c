/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *trigger, *namespace, *flow;
  gboolean     enabled;
} ToggleProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (ToggleProps),
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ToggleProps, namespace), NULL, NULL, N_("Namespace of its flow; this flow's without it.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ToggleProps, flow), NULL, NULL, N_("Its flow; this one without it.") },
  { "trigger", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (ToggleProps, trigger), NULL, NULL, N_("Id of the trigger.") },
  { "enabled", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (ToggleProps, enabled), "false", NULL, N_("Whether it is switched on.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ToggleProps *given = data;

  if (!tc_kestra_task_check (&given->kestra, error))
    return NULL;
  return tc_target_toggle (job, given->namespace, given->flow, given->trigger, given->enabled, error);
}

extern const TcTaskClass tc_task_kestra_toggle;
const TcTaskClass tc_task_kestra_toggle = {
  .info = {
    .type = "io.kestra.plugin.kestra.triggers.Toggle",
    .title = N_("Switch a trigger on or off"),
    .doc = N_("Changes the state of a trigger, not the text of its flow."),
    .props = props, .props_size = sizeof (ToggleProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
