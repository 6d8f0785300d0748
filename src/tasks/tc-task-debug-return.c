/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char *format;
} ReturnProps;

static const char *const aliases[] = { "io.kestra.core.tasks.debugs.Return", NULL };

static const TcProp props[] = {
  { "format", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ReturnProps, format), NULL, NULL, N_("Text to return.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "value", TC_KIND_STRING, 0, 0, NULL, NULL, N_("The rendered text.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ReturnProps *given = data;
  gint64 start = g_get_monotonic_time ();

  if (given->format != NULL)
    tc_job_log (job, TC_LEVEL_DEBUG, "%s", given->format);
  job->klass->metric (job, TC_METRIC_COUNTER, "length", given->format == NULL ? 0 : g_utf8_strlen (given->format, -1), NULL);
  job->klass->metric (job, TC_METRIC_TIMER, "duration", (g_get_monotonic_time () - start) / (double) G_USEC_PER_SEC, NULL);
  return given->format == NULL ? tc_value_map_of (NULL, NULL) : tc_value_map_of ("value", tc_value_string (given->format), NULL);
}

extern const TcTaskClass tc_task_debug_return;
const TcTaskClass tc_task_debug_return = {
  .info = {
    .type = "io.kestra.plugin.core.debug.Return", .aliases = aliases,
    .title = N_("Return a value"),
    .doc = N_("Renders a text and returns it as output `value`."),
    .props = props, .outputs = outputs, .props_size = sizeof (ReturnProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
