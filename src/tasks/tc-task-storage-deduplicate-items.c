/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-stored.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  char *from, *expression;
} DeduplicateProps;

static const char *const aliases[] = { "io.kestra.core.tasks.storages.DeduplicateItems", NULL };
static const TcProp props[] = {
  { "from", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (DeduplicateProps, from), NULL, NULL, N_("URI of a file with one JSON item a line.") },
  { "expr", TC_KIND_STRING, TC_PROP_LATE | TC_PROP_REQUIRED, offsetof (DeduplicateProps, expression), NULL, NULL, N_("Expression over the members of an item: items with the same result are the same.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the new file.") },
  { "numKeys", TC_KIND_INT, 0, 0, NULL, NULL, N_("Different items.") },
  { "processedItemsTotal", TC_KIND_INT, 0, 0, NULL, NULL, N_("Items read.") },
  { "droppedItemsTotal", TC_KIND_INT, 0, 0, NULL, NULL, N_("Items left out.") },
  { 0 }
};

/* The number of the last line of every key; the lines themselves are read a second time. */
static GHashTable *
last_lines (TcJob                   *job,
            const DeduplicateProps  *given,
            GPtrArray               *keys,
            GError                 **error)
{
  g_autoptr (FILE) in = tc_stored_open (job, given->from, error);
  g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) line = g_string_new (NULL);

  if (in == NULL)
    return NULL;
  while (tc_stored_line (in, line))
    {
      g_autoptr (TcValue) item = tc_json_read (line->str, line->len, error);
      g_autoptr (TcValue) key = item == NULL ? NULL : tc_job_render (job, given->expression, tc_value_is (item, TC_VALUE_MAP) ? item : NULL, error);
      char *text;

      if (key == NULL || g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return NULL;
      text = tc_json_to_text (key);
      g_ptr_array_add (keys, g_strdup (text));
      g_hash_table_replace (last, text, GUINT_TO_POINTER (keys->len));
    }
  return g_steal_pointer (&last);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DeduplicateProps *given = data;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) last = last_lines (job, given, keys, error);
  g_autoptr (FILE) in = last == NULL ? NULL : tc_stored_open (job, given->from, error);
  g_autoptr (TcStoredOut) out = in == NULL ? NULL : tc_stored_out_new (job, ".ion", error);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *uri = NULL;

  if (out == NULL)
    return NULL;
  for (guint i = 0; i < keys->len && tc_stored_line (in, line); i++)
    if (GPOINTER_TO_UINT (g_hash_table_lookup (last, keys->pdata[i])) == i + 1)
      fprintf (out->file, "%s\n", line->str);
  uri = tc_stored_out_end (job, g_steal_pointer (&out), error);
  if (uri == NULL)
    return NULL;
  return tc_value_map_of ("uri", tc_value_string (uri), "numKeys", tc_value_int (g_hash_table_size (last)),
                          "processedItemsTotal", tc_value_int (keys->len),
                          "droppedItemsTotal", tc_value_int ((int64_t) keys->len - g_hash_table_size (last)), NULL);
}

extern const TcTaskClass tc_task_storage_deduplicate_items;
const TcTaskClass tc_task_storage_deduplicate_items = {
  .info = {
    .type = "io.kestra.plugin.core.storage.DeduplicateItems", .aliases = aliases,
    .title = N_("Leave out repeated items of a file"),
    .doc = N_("Writes the last of the items with the same key into a new file."),
    .props = props, .outputs = outputs, .props_size = sizeof (DeduplicateProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
