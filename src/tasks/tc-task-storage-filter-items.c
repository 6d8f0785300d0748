/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-stored.h"
#include "tc-template.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char *from, *condition;
  int   type, behavior;
} FilterProps;

enum { INCLUDE, EXCLUDE };
enum { ON_ERROR_FAIL, ON_ERROR_INCLUDE, ON_ERROR_EXCLUDE };
static const char *const filter_types[] = { "INCLUDE", "EXCLUDE", NULL };
static const char *const behaviors[] = { "FAIL", "INCLUDE", "EXCLUDE", NULL };
static const char *const aliases[] = { "io.kestra.core.tasks.storages.FilterItems", NULL };

static const TcProp props[] = {
  { "from", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (FilterProps, from), NULL, NULL, N_("URI of a file with one JSON item a line.") },
  { "filterCondition", TC_KIND_STRING, TC_PROP_LATE | TC_PROP_REQUIRED, offsetof (FilterProps, condition), NULL, NULL, N_("Expression over the members of an item.") },
  { "filterType", TC_KIND_ENUM, TC_PROP_DYNAMIC, offsetof (FilterProps, type), "INCLUDE", filter_types, N_("Whether items that fulfil it are kept or left out.") },
  { "errorOrNullBehavior", TC_KIND_ENUM, TC_PROP_DYNAMIC, offsetof (FilterProps, behavior), "FAIL", behaviors, N_("What happens to an item for which it cannot be told.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the new file.") },
  { "processedItemsTotal", TC_KIND_INT, 0, 0, NULL, NULL, N_("Items read.") },
  { "droppedItemsTotal", TC_KIND_INT, 0, 0, NULL, NULL, N_("Items left out.") },
  { 0 }
};

/* -1 with @error: the condition fails for this item, and that is to fail the task. */
static int
is_kept (TcJob              *job,
         const FilterProps  *given,
         const GString      *line,
         GError            **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (TcValue) item = tc_json_read (line->str, line->len, &problem);
  g_autoptr (TcValue) result = item == NULL ? NULL : tc_job_render (job, given->condition, tc_value_is (item, TC_VALUE_MAP) ? item : NULL, &problem);

  if (result != NULL && !tc_value_is (result, TC_VALUE_NULL))
    return tc_expr_is_truthy (result) == (given->type == INCLUDE);
  if (given->behavior != ON_ERROR_FAIL)
    return given->behavior == ON_ERROR_INCLUDE;
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Expression `%s` return `null` on item `%s`"), given->condition, line->str);
  return -1;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const FilterProps *given = data;
  g_autoptr (FILE) in = tc_stored_open (job, given->from, error);
  g_autoptr (TcStoredOut) out = in == NULL ? NULL : tc_stored_out_new (job, ".ion", error);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *uri = NULL;
  int64_t n = 0, dropped = 0;

  for (; out != NULL && tc_stored_line (in, line); n++)
    {
      int kept = is_kept (job, given, line, error);

      if (kept < 0 || g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return NULL;
      if (kept)
        fprintf (out->file, "%s\n", line->str);
      dropped += !kept;
    }
  uri = out == NULL ? NULL : tc_stored_out_end (job, g_steal_pointer (&out), error);
  if (uri == NULL)
    return NULL;
  return tc_value_map_of ("uri", tc_value_string (uri), "processedItemsTotal", tc_value_int (n), "droppedItemsTotal", tc_value_int (dropped), NULL);
}

extern const TcTaskClass tc_task_storage_filter_items;
const TcTaskClass tc_task_storage_filter_items = {
  .info = {
    .type = "io.kestra.plugin.core.storage.FilterItems", .aliases = aliases,
    .title = N_("Filter the items of a file"),
    .doc = N_("Writes the items of a stored file that fulfil a condition into a new one."),
    .props = props, .outputs = outputs, .props_size = sizeof (FilterProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
