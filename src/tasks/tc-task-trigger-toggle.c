/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char    *trigger, *namespace, *flow;
  gboolean enabled;
} ToggleProps;

static const char *const aliases[] = { "io.kestra.core.tasks.trigger.Toggle", NULL };
static const TcProp props[] = {
  { "trigger", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (ToggleProps, trigger), NULL, NULL, N_("Id of the trigger.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ToggleProps, namespace), NULL, NULL, N_("Namespace of its flow; this flow's without it.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ToggleProps, flow), NULL, NULL, N_("Its flow; this one without it.") },
  { "enabled", TC_KIND_BOOL, 0, offsetof (ToggleProps, enabled), "false", NULL, N_("Whether it is switched on.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ToggleProps *given = data;

  return tc_target_toggle (job, given->namespace, given->flow, given->trigger, given->enabled, error);
}

extern const TcTaskClass tc_task_trigger_toggle;
const TcTaskClass tc_task_trigger_toggle = {
  .info = {
    .type = "io.kestra.plugin.core.trigger.Toggle", .aliases = aliases,
    .title = N_("Switch a trigger on or off"),
    .doc = N_("Changes the state of a trigger, not the text of its flow."),
    .props = props, .props_size = sizeof (ToggleProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
