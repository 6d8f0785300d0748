/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-session-lists.h"

struct _TcFlowList
{
  gatomicrefcount refs;      /* one for the owner, one for a listing under way */
  GListStore     *namespaces;
  TcEngine       *engine;
  gboolean        listing, again, listed;
};

TcFlowList *
tc_flow_list_new (void)
{
  TcFlowList *self = g_new0 (TcFlowList, 1);

  g_atomic_ref_count_init (&self->refs);
  self->namespaces = g_list_store_new (TC_TYPE_NAMESPACE_ITEM);
  return self;
}

void
tc_flow_list_free (TcFlowList *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->namespaces);
  g_free (self);
}

/* Finds by id in a sorted store; *place is where it is or belongs. Transfer none: the store keeps it. */
static gpointer
find_sorted (GListStore  *store,
             const char  *id,
             const char *(*get_id) (gpointer item),
             guint       *place)
{
  guint low = 0, high = g_list_model_get_n_items (G_LIST_MODEL (store));

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), middle);
      const int order = strcmp (get_id (item), id);

      if (order == 0)
        {
          *place = middle;
          return item;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *place = low;
  return NULL;
}

static const char *
namespace_id (gpointer item)
{
  return tc_namespace_item_get_id (item);
}

static const char *
flow_id (gpointer item)
{
  return tc_flow_item_get_id (item);
}

static GListStore *
ensure_namespace (TcFlowList *self,
                  const char *id)
{
  guint place;
  TcNamespaceItem *item = find_sorted (self->namespaces, id, namespace_id, &place);

  if (item == NULL)
    {
      g_autoptr (TcNamespaceItem) made = tc_namespace_item_new (id);

      g_list_store_insert (self->namespaces, place, made);
      item = made;
    }
  return tc_namespace_item_get_flows (item);
}

static void
put_flow (TcFlowList    *self,
          const TcValue *row,
          GHashTable    *seen)
{
  const char *namespace_ = tc_value_get_str (row, "namespace"), *id = tc_value_get_str (row, "id");
  const char *last = tc_value_get_str (row, "lastState");
  TcState state = TC_STATE_CREATED;
  GListStore *flows;
  TcFlowItem *item;
  guint place;

  if (namespace_ == NULL || id == NULL)
    return;
  flows = ensure_namespace (self, namespace_);
  item = find_sorted (flows, id, flow_id, &place);
  if (item == NULL)
    {
      g_autoptr (TcFlowItem) made = tc_flow_item_new (namespace_, id);

      g_list_store_insert (flows, place, made);
      item = made;
    }
  tc_flow_item_update (item, (int) tc_value_get_i64 (row, "revision", 0),
                       last != NULL && tc_state_parse (last, &state) ? (int) state : tc_flow_item_get_last_state (item));
  g_hash_table_add (seen, item);
}

static void
remove_unseen (TcFlowList *self,
               GHashTable *seen)
{
  for (guint n = g_list_model_get_n_items (G_LIST_MODEL (self->namespaces)); n-- > 0;)
    {
      g_autoptr (TcNamespaceItem) namespace_ = g_list_model_get_item (G_LIST_MODEL (self->namespaces), n);
      GListStore *flows = tc_namespace_item_get_flows (namespace_);

      for (guint i = g_list_model_get_n_items (G_LIST_MODEL (flows)); i-- > 0;)
        {
          g_autoptr (TcFlowItem) flow = g_list_model_get_item (G_LIST_MODEL (flows), i);

          if (!g_hash_table_contains (seen, flow))
            g_list_store_remove (flows, i);
        }
      if (g_list_model_get_n_items (G_LIST_MODEL (flows)) == 0)
        g_list_store_remove (self->namespaces, n);
    }
}

static void
list_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  TcFlowList *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) rows = tc_engine_list_flows_finish (NULL, result, &error);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  self->listing = FALSE;
  if (rows != NULL)
    {
      for (size_t i = 0; i < tc_value_length (rows); i++)
        put_flow (self, tc_value_item (rows, i), seen);
      remove_unseen (self, seen);
      self->listed = TRUE;
    }
  else
    g_debug ("listing flows: %s", error->message);
  if (self->again)
    tc_flow_list_refresh (self);
  tc_flow_list_free (self);
}

void
tc_flow_list_refresh (TcFlowList *self)
{
  self->again = self->listing;
  if (self->engine == NULL || self->listing)
    return;
  self->listing = TRUE;
  g_atomic_ref_count_inc (&self->refs);
  tc_engine_list_flows_async (self->engine, NULL, list_done, self);
}

void
tc_flow_list_set_engine (TcFlowList *self,
                         TcEngine   *engine)
{
  self->engine = engine;
  tc_flow_list_refresh (self);
}

GListModel *
tc_flow_list_get_namespaces (TcFlowList *self)
{
  return G_LIST_MODEL (self->namespaces);
}

TcFlowItem *
tc_flow_list_find (TcFlowList *self,
                   const char *namespace_,
                   const char *id)
{
  guint place;
  TcNamespaceItem *item = find_sorted (self->namespaces, namespace_, namespace_id, &place);

  return item != NULL ? find_sorted (tc_namespace_item_get_flows (item), id, flow_id, &place) : NULL;
}

void
tc_flow_list_set_state (TcFlowList *self,
                        const char *namespace_,
                        const char *id,
                        TcState     state)
{
  TcFlowItem *item = tc_flow_list_find (self, namespace_, id);

  if (item != NULL)
    tc_flow_item_update (item, tc_flow_item_get_revision (item), (int) state);
}

gboolean
tc_flow_list_is_listed (TcFlowList *self)
{
  return self->listed;
}
