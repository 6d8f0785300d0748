/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-session-lists.h"

#define PAGE 200

struct _TcExecutionList
{
  gatomicrefcount refs;      /* one for the owner, one for a page under way */
  GListStore     *store;     /* newest first */
  GHashTable     *by_id;     /* id → TcExecutionItem, owned; also those opened by id alone */
  TcEngine       *engine;
  gboolean        loading, complete;
};

TcExecutionList *
tc_execution_list_new (void)
{
  TcExecutionList *self = g_new0 (TcExecutionList, 1);

  g_atomic_ref_count_init (&self->refs);
  self->store = g_list_store_new (TC_TYPE_EXECUTION_ITEM);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  return self;
}

void
tc_execution_list_free (TcExecutionList *self)
{
  GHashTableIter iter;
  gpointer item;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_signal_handlers_disconnect_by_data (item, self);
  g_object_unref (self->store);
  g_hash_table_unref (self->by_id);
  g_free (self);
}

static int64_t
created (TcExecutionItem *item)
{
  const TcHead *head = tc_execution_item_get_head (item);

  return head != NULL ? head->history.items[0].at_us : 0;
}

static void
insert_by_time (TcExecutionList *self,
                TcExecutionItem *item)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  guint place = 0;

  /* New ones come first and old pages last, so looking from either end is short. */
  if (n > 0)
    {
      g_autoptr (TcExecutionItem) last = g_list_model_get_item (G_LIST_MODEL (self->store), n - 1);

      if (created (last) >= created (item))
        place = n;
    }
  for (; place < n; place++)
    {
      g_autoptr (TcExecutionItem) other = g_list_model_get_item (G_LIST_MODEL (self->store), place);

      if (created (other) <= created (item))
        break;
    }
  g_list_store_insert (self->store, place, item);
}

/* An item opened by its id alone joins the list when its head is known. */
static void
head_known (TcExecutionItem *item,
            GParamSpec      *pspec,
            TcExecutionList *self)
{
  if (tc_execution_item_get_head (item) == NULL)
    return;
  g_signal_handlers_disconnect_by_func (item, head_known, self);
  insert_by_time (self, item);
}

static TcExecutionItem *
ensure (TcExecutionList *self,
        const char      *id,
        const TcHead    *head)
{
  TcExecutionItem *item = g_hash_table_lookup (self->by_id, id);

  if (item == NULL)
    {
      item = tc_execution_item_new (id, head);
      g_hash_table_insert (self->by_id, (gpointer) tc_execution_item_get_id (item), item);
      if (head != NULL)
        insert_by_time (self, item);
      else
        g_signal_connect (item, "notify::head", G_CALLBACK (head_known), self);
    }
  return item;
}

void
tc_execution_list_update (TcExecutionList *self,
                          const TcHead    *head,
                          GPtrArray       *runs)
{
  tc_execution_item_update (ensure (self, head->id, head), head, runs);
}

static void
page_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  TcExecutionList *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heads = tc_engine_find_executions_finish (NULL, result, &error);

  self->loading = FALSE;
  if (heads == NULL)
    g_debug ("listing executions: %s", error->message);
  for (guint i = 0; heads != NULL && i < heads->len; i++)
    {
      const TcHead *head = heads->pdata[i];
      TcExecutionItem *known = g_hash_table_lookup (self->by_id, head->id);

      if (known == NULL || tc_execution_item_get_head (known) == NULL)
        tc_execution_list_update (self, head, NULL);
    }
  self->complete = heads != NULL && heads->len < PAGE;
  tc_execution_list_free (self);
}

void
tc_execution_list_load_more (TcExecutionList *self)
{
  g_autoptr (TcValue) query = NULL;

  if (self->engine == NULL || self->loading || self->complete)
    return;
  self->loading = TRUE;
  query = tc_value_map_of ("limit", tc_value_int (PAGE),
                           "offset", tc_value_int (g_list_model_get_n_items (G_LIST_MODEL (self->store))), NULL);
  g_atomic_ref_count_inc (&self->refs);
  tc_engine_find_executions_async (self->engine, query, NULL, page_done, self);
}

void
tc_execution_list_set_engine (TcExecutionList *self,
                              TcEngine        *engine)
{
  self->engine = engine;
  tc_execution_list_load_more (self);
}

TcExecutionItem *
tc_execution_list_find (TcExecutionList *self,
                        const char      *id)
{
  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

TcExecutionItem *
tc_execution_list_ensure (TcExecutionList *self,
                          const char      *id)
{
  return g_object_ref (ensure (self, id, NULL));
}

/* One that is to start later is CREATED until then. */
static guint *
counter_of (TcExecutionCount *count,
            TcState           state)
{
  switch ((int) state)
    {
    case TC_STATE_CREATED:
    case TC_STATE_QUEUED:
      return &count->queued;
    case TC_STATE_PAUSED:
    case TC_STATE_BREAKPOINT:
      return &count->paused;
    default:
      return &count->running;
    }
}

void
tc_execution_list_count (TcExecutionList  *self,
                         TcExecutionCount *count)
{
  GHashTableIter iter;
  gpointer item;

  *count = (TcExecutionCount) { 0 };
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (tc_execution_item_is_live (item))
      *counter_of (count, tc_execution_item_get_state (item)) += 1;
}

GListModel *
tc_execution_list_get_model (TcExecutionList *self)
{
  return G_LIST_MODEL (self->store);
}
