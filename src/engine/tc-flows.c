/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-core.h"

#include "private/tc-triggering.h"

static char *
key_of (const char *namespace_, const char *id)
{
  return g_strconcat (namespace_, "\n", id, NULL);
}

void
tc_flow_entry_free (gpointer data)
{
  TcFlowEntry *self = data;

  g_free (self->source);
  g_free (self);
}

int
tc_flows_settle (TcCore *core, const TcFlow *flow, int known_revision, const char *known_source, TcBatch *batch)
{
  const char *space = tc_flow_namespace (flow), *id = tc_flow_id (flow), *source = tc_flow_source (flow);
  g_autofree char *key = key_of (space, id);
  TcFlowEntry *entry = g_hash_table_lookup (core->flows, key);

  if (entry == NULL)
    {
      entry = g_new0 (TcFlowEntry, 1);
      g_hash_table_insert (core->flows, g_steal_pointer (&key), entry);
    }
  /* A worker may have read before the newest of our own commits: the higher number is right. */
  if (known_source != NULL && known_revision > entry->revision)
    {
      g_free (entry->source);
      entry->source = g_strdup (known_source);
      entry->revision = known_revision;
    }
  if (g_strcmp0 (entry->source, source) == 0)
    return entry->revision;
  g_free (entry->source);
  entry->source = g_strdup (source);
  entry->revision++;
  tc_batch_flow (batch, space, id, entry->revision, source, tc_now_us ());
  tc_bus_flow (core->bus, space, id);
  tc_triggers_saved (core, flow);
  return entry->revision;
}

void
tc_flows_forget (TcCore *core, const char *namespace_, const char *id)
{
  g_autofree char *key = key_of (namespace_, id);

  g_hash_table_remove (core->flows, key);
  tc_triggers_deleted (core, namespace_, id);
}
