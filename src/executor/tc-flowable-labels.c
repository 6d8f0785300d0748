/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-life.h"

#include <string.h>

static const char *const props[] = { "labels", NULL };

void
tc_labels_set (TcPass *pass, const char *key, const char *value)
{
  TcHead *head = tc_pass_edit_head (pass);
  TcListBuilder *builder = tc_list_builder_new ();
  size_t n = head->labels != NULL ? tc_value_length (head->labels) : 0;
  gboolean found = FALSE;

  for (size_t i = 0; i < n; i++)
    {
      const TcValue *label = tc_value_item (head->labels, i);

      if (!found && g_strcmp0 (tc_value_get_str (label, "key"), key) == 0)
        found = TRUE;
      else
        {
          tc_list_builder_take (builder, tc_value_ref (label));
          continue;
        }
      tc_list_builder_take (builder, tc_value_map_of ("key", tc_value_string (key), "value", tc_value_string (value), NULL));
    }
  if (!found)
    tc_list_builder_take (builder, tc_value_map_of ("key", tc_value_string (key), "value", tc_value_string (value), NULL));
  tc_value_unref (head->labels);
  head->labels = tc_list_builder_end (builder);
}

/* Puts one label into @into; FALSE and @error: not allowed. */
static gboolean
add (TcMapBuilder *into, const char *key, const TcValue *value, GError **error)
{
  g_autofree char *text = tc_flowable_text (value);

  if (key == NULL || tc_value_is (value, TC_VALUE_LIST) || tc_value_is (value, TC_VALUE_MAP))
    {
      tc_flowable_error (error, "Unknown value type: label '%s' must be a text", key != NULL ? key : "");
      return FALSE;
    }
  if (text == NULL || *text == '\0')
    {
      tc_flowable_error (error, "Label values cannot be empty, offending label: %s", key);
      return FALSE;
    }
  if (g_str_has_prefix (key, "system."))
    {
      tc_flowable_error (error, "System labels can only be set by Kestra itself, offending label: %s=%s", key, text);
      return FALSE;
    }
  tc_map_builder_take (into, key, tc_value_string (text));
  return TRUE;
}

static TcValue *
read_labels (const TcValue *given, GError **error)
{
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();
  g_autoptr (TcValue) parsed = NULL;
  size_t n;

  if (given != NULL && tc_value_is (given, TC_VALUE_STRING))
    {
      parsed = tc_json_read (tc_value_get_text (given), strlen (tc_value_get_text (given)), error);
      if (parsed == NULL)
        return NULL;
      given = parsed;
    }
  if (given == NULL || (!tc_value_is (given, TC_VALUE_MAP) && !tc_value_is (given, TC_VALUE_LIST)))
    {
      tc_flowable_error (error, "Unknown value type: `labels` must be a map or a list of key and value");
      return NULL;
    }
  n = tc_value_length (given);
  for (size_t i = 0; i < n; i++)
    {
      const TcValue *item = tc_value_item (given, i);
      gboolean pair = tc_value_is (given, TC_VALUE_LIST);
      g_autoptr (TcValue) none = tc_value_null ();
      const TcValue *value = pair ? tc_value_get (item, "value") : item;

      if (!add (builder, pair ? tc_value_get_str (item, "key") : tc_value_key (given, i), value != NULL ? value : none, error))
        return NULL;
    }
  return tc_map_builder_end (g_steal_pointer (&builder));
}

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  g_autoptr (TcValue) labels = read_labels (tc_value_get (rendered, "labels"), error);

  if (labels == NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (labels); i++)
    tc_labels_set (pass, tc_value_key (labels, i), tc_value_get_text (tc_value_item (labels, i)));
  tc_life_done (pass, run, TC_STATE_SUCCESS, NULL);
  return TRUE;
}

/* Kestra: Labels. */
const TcFlowable tc_flowable_labels = { .name = "Labels", .kind = TC_FLOWABLE_ACTION, .props = props, .begin = begin };
