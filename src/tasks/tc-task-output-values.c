/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include "tc-json.h"
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

/* A member whose expression gives null is left out, which its text, an empty one, does not tell. */
static TcValue *
without_nulls (TcJob          *job,
               const TcValue  *written,
               GError        **error)
{
  TcValue *kept = tc_value_ref (written);

  for (size_t i = 0; i < tc_value_length (written); i++)
    {
      const TcValue *item = tc_value_item (written, i);
      g_autoptr (TcValue) typed = tc_value_is (item, TC_VALUE_STRING) ? tc_job_render_typed (job, item, error) : tc_value_ref (item);

      if (typed == NULL)
        {
          tc_value_unref (kept);
          return NULL;
        }
      if (tc_value_is (typed, TC_VALUE_NULL))
        {
          TcValue *less = tc_value_without (kept, tc_value_key (written, i));

          tc_value_unref (kept);
          kept = less;
        }
    }
  return kept;
}

/* One expression may stand for the whole map: its text is JSON then. */
static TcValue *
as_map (TcValue  *rendered,
        GError  **error)
{
  g_autoptr (TcValue) text = rendered;
  g_autoptr (TcValue) map = tc_value_is (text, TC_VALUE_STRING) ? tc_json_read (tc_value_get_text (text), tc_value_length (text), NULL) : tc_value_ref (text);

  if (tc_value_is (map, TC_VALUE_MAP))
    return g_steal_pointer (&map);
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “values”: “%s” is no map"),
               tc_value_is (text, TC_VALUE_STRING) ? tc_value_get_text (text) : "");
  return NULL;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const OutputValuesProps *given = data;
  g_autoptr (TcValue) kept = tc_value_is (given->values, TC_VALUE_MAP) ? without_nulls (job, given->values, error) : tc_value_ref (given->values);
  TcValue *values = kept == NULL ? NULL : tc_job_render_all (job, kept, NULL, error);

  values = values != NULL ? as_map (values, error) : NULL;
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
