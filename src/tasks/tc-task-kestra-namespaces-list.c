/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcKestraTask kestra;
  char        *prefix;
  int64_t      page, size;
  gboolean     existing;
} SpacesProps;

static const TcProp props[] = {
  TC_KESTRA_ROWS (SpacesProps),
  { "prefix", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SpacesProps, prefix), NULL, NULL, N_("How their names begin; all without it.") },
  { "page", TC_KIND_INT, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (SpacesProps, page), "0", NULL, N_("Which part of the list, from 1; all of it without this.") },
  { "size", TC_KIND_INT, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (SpacesProps, size), "10", NULL, N_("How many there are in a part.") },
  { "existingOnly", TC_KIND_BOOL, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, offsetof (SpacesProps, existing), "false", NULL, N_("Accepted: a namespace here is one that has flows.") },
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
  size_t size = (size_t) MAX (0, given->size), first = given->page > 0 ? (size_t) (given->page - 1) * size : 0;
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  if (names == NULL)
    return NULL;
  for (size_t i = first; i < tc_value_length (names) && (given->page <= 0 || i - first < size); i++)
    tc_list_builder_take (list, tc_value_ref (tc_value_item (names, i)));
  return tc_value_map_of ("namespaces", tc_list_builder_end (g_steal_pointer (&list)), NULL);
}

extern const TcTaskClass tc_task_kestra_namespaces_list;
const TcTaskClass tc_task_kestra_namespaces_list = {
  .info = {
    .type = "io.kestra.plugin.kestra.namespaces.List",
    .title = N_("List namespaces"),
    .doc = N_("Lists the namespaces that have flows."),
    .props = props, .outputs = outputs, .props_size = sizeof (SpacesProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
