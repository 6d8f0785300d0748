/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcTarget target;
  TcValue *inputs;
} ResumeProps;

static const TcProp props[] = {
  TC_TARGET_ROWS (ResumeProps),
  { "inputs", TC_KIND_MAP, TC_PROP_DYNAMIC, offsetof (ResumeProps, inputs), NULL, NULL, N_("What the Pause asks for.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ResumeProps *given = data;
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) args = NULL;

  if (!tc_target_check (&given->target, error))
    return NULL;
  tc_target_put (&given->target, map);
  if (given->inputs != NULL)
    tc_map_builder_take (map, "inputs", tc_value_ref (given->inputs));
  args = tc_map_builder_end (g_steal_pointer (&map));
  return tc_job_ask (job, "execution.resume", args, error);
}

extern const TcTaskClass tc_task_execution_resume;
const TcTaskClass tc_task_execution_resume = {
  .info = {
    .type = "io.kestra.plugin.core.execution.Resume",
    .title = N_("Resume a paused execution"),
    .doc = N_("Lets an execution that waits at a Pause go on."),
    .props = props, .props_size = sizeof (ResumeProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
