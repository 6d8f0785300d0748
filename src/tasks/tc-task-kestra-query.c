/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"

#include "tc-json.h"
#include "tc-stored.h"
#include "tc-target.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *namespace, *flow, *start, *end, *outer;
  TcValue     *states, *labels, *scopes;
  int64_t      range_us, page, size;
  int          fetch_type, child_filter;
} QueryProps;

enum { FETCH_STORE, FETCH_ALL, FETCH_ONE, FETCH_NONE };
static const char *const fetch_types[] = { "STORE", "FETCH", "FETCH_ONE", "NONE", NULL };
static const char *const child_filters[] = { "CHILD", "MAIN", NULL };
static const TcProp props[] = {
  TC_KESTRA_ROWS (QueryProps),
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (QueryProps, namespace), NULL, NULL, N_("Namespace of the flows; all without it.") },
  { "flowId", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (QueryProps, flow), NULL, NULL, N_("Flow; all without it.") },
  { "states", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (QueryProps, states), NULL, tc_items_string, N_("States they are in; any without it.") },
  { "labels", TC_KIND_MAP, TC_PROP_DYNAMIC, offsetof (QueryProps, labels), NULL, NULL, N_("Labels that they all have.") },
  { "startDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (QueryProps, start), NULL, NULL, N_("Executions that began at this time or later.") },
  { "endDate", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (QueryProps, end), NULL, NULL, N_("Executions that began at this time or earlier.") },
  { "timeRange", TC_KIND_DURATION, TC_PROP_DYNAMIC, offsetof (QueryProps, range_us), NULL, NULL, N_("Executions that began within this time before now, in place of dates.") },
  { "triggerExecutionId", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (QueryProps, outer), NULL, NULL, N_("Executions that this one started.") },
  { "childFilter", TC_KIND_ENUM, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (QueryProps, child_filter), NULL, child_filters, N_("Accepted; use `triggerExecutionId`.") },
  { "flowScopes", TC_KIND_LIST, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (QueryProps, scopes), NULL, tc_items_string, N_("Accepted.") },
  { "page", TC_KIND_INT, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (QueryProps, page), "0", NULL, N_("Which part of the list, from 1; all of it without this.") },
  { "size", TC_KIND_INT, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (QueryProps, size), "10", NULL, N_("How many there are in a part.") },
  { "fetchType", TC_KIND_ENUM, TC_PROP_DYNAMIC, offsetof (QueryProps, fetch_type), "STORE", fetch_types, N_("Where they go: a file, or the outputs: all, or the newest one.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many there are.") },
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("File of the executions: Ion, one a line.") },
  { "rows", TC_KIND_LIST, 0, 0, NULL, NULL, N_("A list of one list: the executions.") },
  { "row", TC_KIND_MAP, 0, 0, NULL, NULL, N_("The newest execution, as `0`.") },
  { 0 }
};

static TcValue *
question (const QueryProps  *given,
          GError           **error)
{
  const TcTarget target = { NULL, given->namespace, given->flow };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_target_put (&target, map);
  if (given->states != NULL)
    tc_map_builder_take (map, "states", tc_value_ref (given->states));
  if (given->labels != NULL)
    tc_map_builder_take (map, "labels", tc_value_ref (given->labels));
  if (given->outer != NULL)
    tc_map_builder_str (map, "triggerExecutionId", given->outer);
  if (given->range_us > 0 && given->start == NULL && given->end == NULL)
    tc_map_builder_take (map, "start_us", tc_value_int (g_get_real_time () - given->range_us));
  if (!tc_target_put_time (map, "start_us", given->start, error) || !tc_target_put_time (map, "end_us", given->end, error))
    return NULL;
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
part_of (const QueryProps *given,
         const TcValue    *all)
{
  size_t size = (size_t) MAX (0, given->size), first = given->page > 0 ? (size_t) (given->page - 1) * size : 0;
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = first; i < tc_value_length (all) && (given->page <= 0 || i - first < size); i++)
    tc_list_builder_take (list, tc_value_ref (tc_value_item (all, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}

static char *
store (TcJob          *job,
       const TcValue  *rows,
       GError        **error)
{
  g_autoptr (TcStoredOut) out = tc_stored_out_new (job, ".ion", error);

  for (size_t i = 0; out != NULL && i < tc_value_length (rows); i++)
    {
      g_autofree char *json = tc_json_to_text (tc_value_item (rows, i));

      fprintf (out->file, "%s\n", json);
    }
  return out != NULL ? tc_stored_out_end (job, g_steal_pointer (&out), error) : NULL;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const QueryProps *given = data;
  g_autoptr (TcValue) args = tc_kestra_task_check (&given->kestra, error) ? question (given, error) : NULL;
  g_autoptr (TcValue) all = args != NULL ? tc_job_ask (job, "executions.find", args, error) : NULL, rows = NULL;
  g_autoptr (TcMapBuilder) map = NULL;
  char *uri;

  if (all == NULL)
    return NULL;
  rows = part_of (given, all);
  map = tc_map_builder_new ();
  tc_map_builder_take (map, "size", tc_value_int ((int64_t) tc_value_length (all)));
  if (given->fetch_type == FETCH_ALL)
    tc_map_builder_take (map, "rows", tc_value_list ((TcValue *[]) { tc_value_ref (rows) }, 1));
  else if (given->fetch_type == FETCH_ONE && tc_value_length (rows) > 0)
    tc_map_builder_take (map, "row", tc_value_map_of ("0", tc_value_ref (tc_value_item (rows, 0)), NULL));
  else if (given->fetch_type == FETCH_STORE)
    {
      uri = store (job, rows, error);
      if (uri == NULL)
        return NULL;
      tc_map_builder_take (map, "uri", tc_value_string_take (uri));
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

extern const TcTaskClass tc_task_kestra_query;
const TcTaskClass tc_task_kestra_query = {
  .info = {
    .type = "io.kestra.plugin.kestra.executions.Query",
    .title = N_("Search executions"),
    .doc = N_("Finds executions by flow, state, label and time, newest first."),
    .props = props, .outputs = outputs, .props_size = sizeof (QueryProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
