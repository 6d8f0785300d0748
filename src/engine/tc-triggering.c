/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-triggering-private.h"

#include "private/tc-scheduler.h"
#include "private/tc-submit.h"
#include <string.h>

/* The flows that have triggers, as their newest revisions are. A flow that is disabled, or that may not run, has none. */

static void
entry_free (gpointer data)
{
  TcTriggeredFlow *self = data;

  tc_flow_unref (self->flow);
  g_free (self);
}

static char *
key_of (const char *namespace_, const char *id)
{
  return g_strconcat (namespace_, "\n", id, NULL);
}

static GHashTable *
flows_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
}

TcTriggers *
tc_triggers_new (gboolean scheduling)
{
  TcTriggers *self = g_new0 (TcTriggers, 1);

  self->flows = flows_new ();
  self->windows = tc_value_map_of (NULL, NULL);
  self->firings = g_hash_table_new_full (NULL, NULL, tc_firing_free, NULL);
  self->waiting = g_ptr_array_new ();
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, tc_scheduler_entry_free);
  self->scheduling = scheduling;
  return self;
}

void
tc_triggers_free (TcTriggers *self)
{
  g_hash_table_unref (self->flows);
  g_hash_table_unref (self->firings);
  g_ptr_array_unref (self->waiting);
  g_hash_table_unref (self->entries);
  tc_value_unref (self->windows);
  g_free (self);
}

static guint
states_of (const TcFlow *flow)
{
  const TcValue *triggers = tc_flow_value (flow, "triggers");
  guint states = 0;

  for (size_t i = 0; i < tc_value_length (triggers); i++)
    for (int state = 0; state < TC_N_STATES; state++)
      if (tc_flow_trigger_listens (tc_value_item (triggers, i), state))
        states |= 1u << state;
  return states;
}

static void
enter (GHashTable *flows, const TcFlow *flow)
{
  const TcValue *triggers = tc_flow_value (flow, "triggers");
  char *key = key_of (tc_flow_namespace (flow), tc_flow_id (flow));
  TcTriggeredFlow *entry;

  if (tc_flow_is_disabled (flow) || !tc_flow_is_runnable (flow) || !tc_value_is (triggers, TC_VALUE_LIST) || tc_value_length (triggers) == 0)
    {
      g_hash_table_remove (flows, key);
      g_free (key);
      return;
    }
  entry = g_new0 (TcTriggeredFlow, 1);
  entry->flow = tc_flow_ref (flow);
  entry->states = states_of (flow);
  g_hash_table_replace (flows, key, entry);
}

void
tc_triggers_saved (TcCore *core, const TcFlow *flow)
{
  enter (core->triggers->flows, flow);
  tc_scheduler_saved (core, flow);
}

void
tc_triggers_deleted (TcCore *core, const char *namespace_, const char *id)
{
  g_autofree char *key = key_of (namespace_, id);

  g_hash_table_remove (core->triggers->flows, key);
  tc_scheduler_deleted (core, namespace_, id);
}

TcFlow *
tc_triggers_flow (TcCore *core, const char *namespace_, const char *id)
{
  g_autofree char *key = key_of (namespace_, id);
  const TcTriggeredFlow *entry = g_hash_table_lookup (core->triggers->flows, key);

  return entry != NULL ? entry->flow : NULL;
}

static int
compare_flows (gconstpointer a, gconstpointer b)
{
  const TcFlow *one = *(TcFlow *const *) a, *other = *(TcFlow *const *) b;
  int spaces = g_strcmp0 (tc_flow_namespace (one), tc_flow_namespace (other));

  return spaces != 0 ? spaces : g_strcmp0 (tc_flow_id (one), tc_flow_id (other));
}

GPtrArray *
tc_triggers_sorted (TcCore *core)
{
  GPtrArray *flows = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_flow_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->triggers->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (flows, tc_flow_ref (((TcTriggeredFlow *) value)->flow));
  g_ptr_array_sort (flows, compare_flows);
  return flows;
}

static GHashTable *
find_flows (TcSite *site, GError **error)
{
  g_autoptr (TcValue) sources = tc_store_find_sources (site->store, "triggers", error);
  GHashTable *flows = sources != NULL ? flows_new () : NULL;

  for (size_t i = 0; sources != NULL && i < tc_value_length (sources); i++)
    {
      g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
      const char *source = tc_value_get_str (tc_value_item (sources, i), "source");
      g_autoptr (TcFlow) flow = tc_flow_compile (source, strlen (source), site->types, findings);

      if (flow != NULL)
        enter (flows, flow);
    }
  return flows;
}

static TcValue *
find_windows (TcSite *site, GError **error)
{
  g_autoptr (TcValue) rows = tc_store_load_windows (site->store, error);
  g_autoptr (TcMapBuilder) windows = tc_map_builder_new ();

  for (size_t i = 0; rows != NULL && i < tc_value_length (rows); i++)
    {
      const TcValue *row = tc_value_item (rows, i);
      g_autofree char *place = g_strjoin ("/", tc_value_get_str (row, "namespace"), tc_value_get_str (row, "flowId"),
                                          tc_value_get_str (row, "conditionId"), NULL);

      tc_map_builder_take (windows, place, tc_value_ref (tc_value_get (row, "record")));
    }
  return rows != NULL ? tc_map_builder_end (g_steal_pointer (&windows)) : NULL;
}

TcTriggersFound *
tc_triggers_find (TcSite *site, GError **error)
{
  TcTriggersFound *self = g_new0 (TcTriggersFound, 1);

  self->flows = find_flows (site, error);
  self->windows = self->flows != NULL ? find_windows (site, error) : NULL;
  self->states = self->windows != NULL ? tc_scheduler_find (site, error) : NULL;
  if (self->states != NULL)
    return self;
  tc_triggers_found_free (self);
  return NULL;
}

void
tc_triggers_found_free (TcTriggersFound *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->flows, g_hash_table_unref);
  tc_value_unref (self->windows);
  tc_value_unref (self->states);
  g_free (self);
}

void
tc_triggers_begin (TcCore *core, TcTriggersFound *found)
{
  TcTriggers *self = core->triggers;

  g_hash_table_unref (self->flows);
  tc_value_unref (self->windows);
  self->flows = g_steal_pointer (&found->flows);
  self->windows = g_steal_pointer (&found->windows);
}
