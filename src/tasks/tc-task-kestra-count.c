/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include "tc-target.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  TcValue     *namespaces, *states;
  char        *flow, *start, *end, *expression;
} CountProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (CountProps),
  { "namespaces", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (CountProps, namespaces), NULL, tc_items_string, N_("Namespaces whose executions are counted; all without it.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (CountProps, flow), NULL, NULL, N_("Flow whose executions are counted; all without it.") },
  { "states", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (CountProps, states), NULL, tc_items_string, N_("States they are in; any without it.") },
  { "startDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (CountProps, start), NULL, NULL, N_("Executions that began at this time or later.") },
  { "endDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (CountProps, end), NULL, NULL, N_("Executions that began at this time or earlier.") },
  { "expression", TC_KIND_STRING, 0, offsetof (CountProps, expression), NULL, NULL, N_("It reads `count`; unless it is `true`, the count is 0.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "count", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many there are.") },
  { 0 }
};

static gboolean
is_wanted (TcJob             *job,
           const CountProps  *given,
           int64_t            n,
           gboolean          *wanted,
           GError           **error)
{
  g_autoptr (TcValue) names = tc_value_map_of ("count", tc_value_int (n), NULL);
  g_autoptr (TcValue) text = given->expression != NULL ? tc_job_render (job, given->expression, names, error) : tc_value_string ("true");

  if (text == NULL)
    return FALSE;
  *wanted = g_ascii_strcasecmp (tc_value_get_text (text), "true") == 0;
  return TRUE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const CountProps *given = data;
  size_t n_spaces = given->namespaces != NULL ? tc_value_length (given->namespaces) : 0;
  int64_t total = 0;
  gboolean wanted;

  if (!tc_kestra_task_check (&given->kestra, error))
    return NULL;
  for (size_t i = 0; i < MAX (n_spaces, 1); i++)
    {
      const char *space = n_spaces > 0 ? tc_value_get_text (tc_value_item (given->namespaces, i)) : NULL;
      int64_t n = tc_target_count (job, space, given->flow, given->states, given->start, given->end, error);

      if (n < 0)
        return NULL;
      total += n;
    }
  tc_job_log (job, TC_LEVEL_INFO, "Found %" G_GINT64_FORMAT " matching executions", total);
  if (!is_wanted (job, given, total, &wanted, error))
    return NULL;
  return tc_value_map_of ("count", tc_value_int (wanted ? total : 0), NULL);
}

extern const TcTaskClass tc_task_kestra_count;
const TcTaskClass tc_task_kestra_count = {
  .info = {
    .type = "io.kestra.plugin.kestra.executions.Count",
    .title = N_("Count executions"),
    .doc = N_("Counts the executions that match all filters."),
    .props = props, .outputs = outputs, .props_size = sizeof (CountProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
