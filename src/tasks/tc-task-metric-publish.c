/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include "tc-json.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcValue *metrics;
} PublishProps;

static const char *const types[] = { "counter", "timer", "gauge", NULL };

static const TcProp metric_props[] = {
  { "type", TC_KIND_ENUM, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, types, N_("Kind of the metric.") },
  { "name", TC_KIND_STRING, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Name of the metric.") },
  { "value", TC_KIND_ANY, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Number; for a timer a duration.") },
  { "description", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("What it measures.") },
  { "tags", TC_KIND_MAP, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Tags of the metric.") },
  { 0 }
};
static const TcProp props[] = {
  { "metrics", TC_KIND_LIST, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, offsetof (PublishProps, metrics), NULL, metric_props, N_("Metrics to publish.") },
  { 0 }
};

static gboolean
metric_value (const TcValue *value,
              gboolean       is_timer,
              double        *number)
{
  const char *text = tc_value_is (value, TC_VALUE_STRING) ? tc_value_get_text (value) : NULL;
  int64_t us;
  char *end;

  if (tc_value_is (value, TC_VALUE_INT) || tc_value_is (value, TC_VALUE_DOUBLE) || tc_value_is (value, TC_VALUE_DECIMAL))
    *number = tc_value_get_double (value);
  else if (text != NULL && is_timer && tc_duration_parse (text, &us))
    *number = us / (double) G_USEC_PER_SEC;
  else if (text != NULL && !is_timer && *text != '\0' && (*number = g_ascii_strtod (text, &end), *end == '\0'))
    return TRUE;
  else
    return FALSE;
  return TRUE;
}

static gboolean
publish (TcJob          *job,
         const TcValue  *metric,
         GError        **error)
{
  const char *type = tc_value_get_str (metric, "type"), *name = tc_value_get_str (metric, "name");
  const TcValue *value = tc_value_get (metric, "value");
  TcMetricKind kind = TC_METRIC_COUNTER;
  double number;

  while (kind <= TC_METRIC_GAUGE && g_strcmp0 (type, types[kind]) != 0)
    kind++;
  if (kind > TC_METRIC_GAUGE || name == NULL || value == NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                   _("A metric needs a name, a value, and one of the types counter, timer and gauge; this one has the type “%s” and the name “%s”"),
                   type != NULL ? type : "", name != NULL ? name : "");
      return FALSE;
    }
  if (!metric_value (value, kind == TC_METRIC_TIMER, &number))
    {
      g_autofree char *text = tc_json_to_text (value);

      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                   kind == TC_METRIC_TIMER ? _("Metric “%s”: “%s” is no duration, such as PT1.5S") : _("Metric “%s”: “%s” is no number"), name, text);
      return FALSE;
    }
  job->klass->metric (job, kind, name, number, tc_value_get (metric, "tags"));
  return TRUE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PublishProps *given = data;

  for (size_t i = 0; i < tc_value_length (given->metrics); i++)
    if (!publish (job, tc_value_item (given->metrics, i), error))
      return NULL;
  return tc_value_null ();
}

extern const TcTaskClass tc_task_metric_publish;
const TcTaskClass tc_task_metric_publish = {
  .info = {
    .type = "io.kestra.plugin.core.metric.Publish",
    .title = N_("Publish metrics"),
    .doc = N_("Stores metrics of the execution."),
    .props = props, .props_size = sizeof (PublishProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
