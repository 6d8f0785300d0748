/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-target.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  TcValue *flows, *namespaces, *states;
  char    *start, *end, *expression;
} CountProps;

static const char *const aliases[] = { "io.kestra.core.tasks.executions.Counts", NULL };
static const TcProp flow_props[] = {
  { "namespace", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Namespace of the flow.") },
  { "flowId", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Id of the flow.") },
  { "id", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Id of the flow.") },
  { 0 }
};
static const TcProp flow_items[] = { { "", TC_KIND_OBJECT, 0, 0, NULL, flow_props, NULL }, { 0 } };
static const TcProp props[] = {
  { "flows", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (CountProps, flows), NULL, flow_items, N_("Flows whose executions are counted.") },
  { "namespaces", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (CountProps, namespaces), NULL, tc_items_string, N_("Namespaces whose executions are counted.") },
  { "states", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (CountProps, states), NULL, tc_items_string, N_("States they are in; any without it.") },
  { "startDate", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (CountProps, start), NULL, NULL, N_("Executions that began at this time or later.") },
  { "endDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (CountProps, end), NULL, NULL, N_("Executions that began at this time or earlier.") },
  { "expression", TC_KIND_STRING, TC_PROP_REQUIRED, offsetof (CountProps, expression), NULL, NULL, N_("Which counts are kept: those for which this is `true`; it reads `count`.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "results", TC_KIND_LIST, 0, 0, NULL, NULL, N_("Counts that were kept, each with its `namespace` and `flowId`.") },
  { "total", TC_KIND_INT, 0, 0, NULL, NULL, N_("Sum of these counts.") },
  { 0 }
};

/* 1: kept, 0: not, -1: @error. */
static int
is_kept (TcJob             *job,
         const CountProps  *given,
         int64_t            n,
         GError           **error)
{
  g_autoptr (TcValue) names = tc_value_map_of ("count", tc_value_int (n), NULL), text = tc_job_render (job, given->expression, names, error);

  return text == NULL ? -1 : tc_value_is (text, TC_VALUE_STRING) && strcmp (tc_value_get_text (text), "true") == 0;
}

static gboolean
add_count (TcJob             *job,
           const CountProps  *given,
           const TcValue     *item,
           TcListBuilder     *results,
           int64_t           *total,
           GError           **error)
{
  const char *flow = given->flows != NULL ? tc_value_get_str (item, "flowId") : NULL;
  const char *space = given->flows != NULL ? tc_value_get_str (item, "namespace") : tc_value_get_text (item);
  int64_t n = tc_target_count (job, space, flow, given->states, given->start, given->end, error);
  int kept = n < 0 ? -1 : is_kept (job, given, n, error);
  TcMapBuilder *row;

  if (kept < 1)
    return kept == 0;
  row = tc_map_builder_new ();
  tc_map_builder_str (row, "namespace", space);
  if (flow != NULL)
    tc_map_builder_str (row, "flowId", flow);
  tc_map_builder_take (row, "count", tc_value_int (n));
  tc_list_builder_take (results, tc_map_builder_end (row));
  *total += n;
  return TRUE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const CountProps *given = data;
  const TcValue *items = given->flows != NULL ? given->flows : given->namespaces;
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  g_autoptr (TcValue) results = NULL;
  int64_t total = 0;

  if (items == NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("You must provide a list of flows or namespaces."));
      return NULL;
    }
  for (size_t i = 0; i < tc_value_length (items); i++)
    if (!add_count (job, given, tc_value_item (items, i), list, &total, error))
      return NULL;
  results = tc_list_builder_end (g_steal_pointer (&list));
  tc_job_log (job, TC_LEVEL_TRACE, "%zu flows matching filters", tc_value_length (items));
  tc_job_log (job, TC_LEVEL_DEBUG, "%zu flows matching the expression", tc_value_length (results));
  return tc_value_map_of ("results", tc_value_ref (results), "total", tc_value_int (total), NULL);
}

extern const TcTaskClass tc_task_execution_count;
const TcTaskClass tc_task_execution_count = {
  .info = {
    .type = "io.kestra.plugin.core.execution.Count", .aliases = aliases,
    .title = N_("Count executions"),
    .doc = N_("Counts the executions of flows or namespaces, and keeps the counts that an expression wants."),
    .props = props, .outputs = outputs, .props_size = sizeof (CountProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
