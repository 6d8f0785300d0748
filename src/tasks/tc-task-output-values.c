/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcValue *values;
} OutputValuesProps;

static const TcProp props[] = {
  { "values", TC_KIND_MAP, TC_PROP_REQUIRED | TC_PROP_LATE, offsetof (OutputValuesProps, values), NULL, NULL, N_("Values to return; every text inside is rendered.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "values", TC_KIND_MAP, 0, 0, NULL, NULL, N_("The rendered values.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const OutputValuesProps *given = data;
  TcValue *values = tc_job_render_all (job, given->values, NULL, error);

  return values != NULL ? tc_value_map_of ("values", values, NULL) : NULL;
}

extern const TcTaskClass tc_task_output_values;
const TcTaskClass tc_task_output_values = {
  .info = {
    .type = "io.kestra.plugin.core.output.OutputValues",
    .title = N_("Return several values"),
    .doc = N_("Renders a map of values and returns it as output `values`."),
    .props = props, .outputs = outputs, .props_size = sizeof (OutputValuesProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
