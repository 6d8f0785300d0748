/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *namespace;
} ListProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (ListProps),
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ListProps, namespace), NULL, NULL, N_("Namespace of the flows; this flow's without it.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "flows", TC_KIND_LIST, 0, 0, NULL, NULL, N_("The flows, each as it is written, with its `revision`.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ListProps *given = data;
  const char *space = given->namespace != NULL ? given->namespace : tc_job_name (job, "flow.namespace");
  g_autoptr (TcValue) args = tc_value_map_of ("namespace", tc_value_string (space), NULL), flows = NULL;

  if (!tc_kestra_task_check (&given->kestra, error))
    return NULL;
  flows = tc_job_ask (job, "flows.list", args, error);
  return flows == NULL ? NULL : tc_value_map_of ("flows", tc_value_ref (flows), NULL);
}

extern const TcTaskClass tc_task_kestra_flows_list;
const TcTaskClass tc_task_kestra_flows_list = {
  .info = {
    .type = "io.kestra.plugin.kestra.flows.List",
    .title = N_("List flows"),
    .doc = N_("Lists the flows of a namespace."),
    .props = props, .outputs = outputs, .props_size = sizeof (ListProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
