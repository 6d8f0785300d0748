/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *prefix;
} SpacesProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (SpacesProps),
  { "prefix", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SpacesProps, prefix), NULL, NULL, N_("How their names begin; all without it.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "namespaces", TC_KIND_LIST, 0, 0, NULL, NULL, N_("Names of the namespaces.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const SpacesProps *given = data;
  g_autoptr (TcValue) names = tc_kestra_task_namespaces (job, &given->kestra, given->prefix, error);

  return names == NULL ? NULL : tc_value_map_of ("namespaces", tc_value_ref (names), NULL);
}

extern const TcTaskClass tc_task_kestra_namespaces_with_flows;
const TcTaskClass tc_task_kestra_namespaces_with_flows = {
  .info = {
    .type = "io.kestra.plugin.kestra.namespaces.NamespacesWithFlows",
    .title = N_("List namespaces"),
    .doc = N_("Lists the namespaces that have flows."),
    .props = props, .outputs = outputs, .props_size = sizeof (SpacesProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
