/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order.h"

#include "tc-engine.h"
#include "tc-json.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

extern const TcTaskClass tc_task_storage_split;

/*
 * The two phases of a ForEachItem (spec/flow-language.md §5.6; Kestra: ForEachItemSplit, ForEachItemMergeOutputs): "split" makes batches of the
 * file, as Split does, and stores a list of their URIs; "merge" puts the outputs of all subflows into one file of Ion lines.
 */

/* Stores @text as a file named @name; its URI, or NULL and @error. */
static char *
store_text (TcOrder *self, const GString *text, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);

  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the directory '%s': %s"), self->directory, g_strerror (errno));
      return NULL;
    }
  if (!g_file_set_contents (path, text->str, (gssize) text->len, error))
    return NULL;
  return tc_order_store (self, path, name, error);
}

static TcValue *
split (TcOrder *self, GError **error)
{
  g_autoptr (TcValue) bare = tc_value_without (self->payload, "phase"), rows = tc_value_int (1);
  gboolean chosen = tc_value_get (bare, "rows") != NULL || tc_value_get (bare, "bytes") != NULL || tc_value_get (bare, "partitions") != NULL
                    || tc_value_get (bare, "regexPattern") != NULL;
  g_autoptr (TcValue) props = chosen ? tc_value_ref (bare) : tc_value_with (bare, "rows", rows);
  g_autoptr (TcValue) made = tc_job_call (self, &tc_task_storage_split, props, error);
  const TcValue *uris = made != NULL ? tc_value_get (made, "uris") : NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  char *uri;

  if (uris == NULL)
    return NULL;
  for (size_t i = 0; i < tc_value_length (uris); i++)
    g_string_append_printf (list, "%s%s", i > 0 ? "\n" : "", tc_value_get_text (tc_value_item (uris, i)));
  uri = store_text (self, list, "splits.ion", error);
  return uri != NULL ? tc_value_map_of ("splits", tc_value_string_take (uri), "batches", tc_value_ref (uris), NULL) : NULL;
}

static gboolean
is_symbol (const char *key)
{
  for (const char *c = key; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '_' && *c != '$')
      return FALSE;
  return *key != '\0' && !g_ascii_isdigit (*key);
}

static void
write_key (const char *key, GString *out)
{
  g_autofree char *quoted = is_symbol (key) ? g_strdup (key) : g_strdup_printf ("'%s'", key);

  g_string_append_printf (out, "%s:", quoted);
}

/* Outputs are kept as the texts that they were before they got their type. */
static void
write_ion (const TcValue *value, GString *out)
{
  gboolean is_map = tc_value_is (value, TC_VALUE_MAP), is_list = tc_value_is (value, TC_VALUE_LIST);

  if (is_map || is_list)
    {
      g_string_append_c (out, is_map ? '{' : '[');
      for (size_t i = 0; i < tc_value_length (value); i++)
        {
          if (i > 0)
            g_string_append_c (out, ',');
          if (is_map)
            write_key (tc_value_key (value, i), out);
          write_ion (tc_value_item (value, i), out);
        }
      g_string_append_c (out, is_map ? '}' : ']');
    }
  else if (tc_value_is (value, TC_VALUE_STRING) || tc_value_is (value, TC_VALUE_NULL))
    tc_json_write (value, out);
  else
    {
      g_autoptr (TcValue) text = tc_value_string_take (tc_json_to_text (value));

      tc_json_write (text, out);
    }
}

static TcValue *
merge (TcOrder *self, GError **error)
{
  const TcValue *results = tc_value_get (self->payload, "results");
  g_autoptr (GString) lines = g_string_new (NULL);
  size_t n = results != NULL ? tc_value_length (results) : 0;
  char *uri;

  if (n == 0)
    return tc_value_map_of (NULL, NULL);
  for (size_t i = 0; i < n; i++)
    {
      write_ion (tc_value_item (results, i), lines);
      g_string_append_c (lines, '\n');
    }
  uri = store_text (self, lines, "outputs.ion", error);
  return uri != NULL ? tc_value_map_of ("subflowOutputs", tc_value_string_take (uri), NULL) : NULL;
}

TcEvent *
tc_items_phase (TcOrder *self)
{
  g_autoptr (GError) error = NULL;
  gboolean is_split = g_strcmp0 (tc_value_get_str (self->payload, "phase"), "split") == 0;
  g_autoptr (TcValue) outputs = is_split ? split (self, &error) : merge (self, &error);
  TcEvent *event;

  if (outputs == NULL)
    return tc_order_failed (self, error);
  event = tc_event_new (TC_EVENT_ENDED, tc_clock_now_us (tc_clock_system ()), self->effect_id);
  event->payload = g_steal_pointer (&outputs);
  return event;
}
