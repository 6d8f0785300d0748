/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution-item.h"

#define TICK_MS 200

typedef enum { LOAD_NONE, LOAD_RUNNING, LOAD_DONE } Load;

struct _TcExecutionItem
{
  GObject     parent_instance;

  char       *id;
  TcHead     *head;
  char       *source, *error;
  Load        load;
  GPtrArray  *early;         /* runs that changed while the load was under way */
  TcHead     *early_head;
  GListStore *roots;
  GHashTable *by_id;         /* task run id → TcRunItem */
  GPtrArray  *order;         /* TcRunItem, in order of creation */
  guint64     n_logs;
  TcValue    *pull;
  guint       watchers, tick_id;
};

G_DEFINE_FINAL_TYPE (TcExecutionItem, tc_execution_item, G_TYPE_OBJECT)

enum { PROP_0, PROP_HEAD, PROP_N_LOGS, PROP_PULL, PROP_ERROR, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { RUNS_CHANGED, TICK, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
tc_execution_item_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  TcExecutionItem *self = TC_EXECUTION_ITEM (object);

  switch (id)
    {
    case PROP_HEAD:
      g_value_set_boxed (value, self->head);
      break;
    case PROP_N_LOGS:
      g_value_set_uint64 (value, self->n_logs);
      break;
    case PROP_PULL:
      g_value_set_boxed (value, self->pull);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tc_execution_item_finalize (GObject *object)
{
  TcExecutionItem *self = TC_EXECUTION_ITEM (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_free (self->id);
  tc_head_unref (self->head);
  tc_head_unref (self->early_head);
  g_free (self->source);
  g_free (self->error);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->by_id);
  g_object_unref (self->roots);
  tc_value_unref (self->pull);
  G_OBJECT_CLASS (tc_execution_item_parent_class)->finalize (object);
}

static void
tc_execution_item_class_init (TcExecutionItemClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = tc_execution_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = tc_execution_item_finalize;
  properties[PROP_HEAD] = g_param_spec_boxed ("head", NULL, NULL, TC_TYPE_HEAD, flags);
  properties[PROP_N_LOGS] = g_param_spec_uint64 ("n-logs", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_PULL] = g_param_spec_boxed ("pull", NULL, NULL, TC_TYPE_VALUE, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[RUNS_CHANGED] = g_signal_new ("runs-changed", TC_TYPE_EXECUTION_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  signals[TICK] = g_signal_new ("tick", TC_TYPE_EXECUTION_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tc_execution_item_init (TcExecutionItem *self)
{
  self->roots = g_list_store_new (TC_TYPE_RUN_ITEM);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->order = g_ptr_array_new_with_free_func (g_object_unref);
}

TcExecutionItem *
tc_execution_item_new (const char   *id,
                       const TcHead *head)
{
  TcExecutionItem *self = g_object_new (TC_TYPE_EXECUTION_ITEM, NULL);

  self->id = g_strdup (id);
  if (head != NULL)
    self->head = tc_head_ref (head);
  return self;
}

const char *
tc_execution_item_get_id (TcExecutionItem *self)
{
  return self->id;
}

const TcHead *
tc_execution_item_get_head (TcExecutionItem *self)
{
  return self->head;
}

TcState
tc_execution_item_get_state (TcExecutionItem *self)
{
  return self->head != NULL ? tc_head_state (self->head) : TC_STATE_CREATED;
}

gboolean
tc_execution_item_is_live (TcExecutionItem *self)
{
  return self->head != NULL && !tc_state_is_terminated (tc_head_state (self->head));
}

int64_t
tc_execution_item_get_elapsed (TcExecutionItem *self)
{
  const TcHistory *history;

  if (self->head == NULL)
    return 0;
  history = &self->head->history;
  return (tc_execution_item_is_live (self) ? g_get_real_time () : history->items[history->n - 1].at_us)
         - history->items[0].at_us;
}

const char *
tc_execution_item_get_source (TcExecutionItem *self)
{
  return self->source;
}

guint64
tc_execution_item_get_n_logs (TcExecutionItem *self)
{
  return self->n_logs;
}

const TcValue *
tc_execution_item_get_pull (TcExecutionItem *self)
{
  return self->pull;
}

const char *
tc_execution_item_get_error (TcExecutionItem *self)
{
  return self->error;
}

GListStore *
tc_execution_item_get_runs (TcExecutionItem *self)
{
  return self->roots;
}

TcRunItem *
tc_execution_item_find_run (TcExecutionItem *self,
                            const char      *task_run_id)
{
  return task_run_id != NULL ? g_hash_table_lookup (self->by_id, task_run_id) : NULL;
}

GPtrArray *
tc_execution_item_list_runs (TcExecutionItem *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_run_unref);

  for (guint i = 0; i < self->order->len; i++)
    g_ptr_array_add (runs, tc_task_run_ref (tc_run_item_get_run (self->order->pdata[i])));
  return runs;
}

static gboolean
tick (gpointer data)
{
  TcExecutionItem *self = data;

  g_signal_emit (self, signals[TICK], 0);
  return G_SOURCE_CONTINUE;
}

static void
update_tick (TcExecutionItem *self)
{
  const gboolean wanted = self->watchers > 0 && tc_execution_item_is_live (self);

  if (wanted && self->tick_id == 0)
    self->tick_id = g_timeout_add (TICK_MS, tick, self);
  else if (!wanted)
    g_clear_handle_id (&self->tick_id, g_source_remove);
}

void
tc_execution_item_watch (TcExecutionItem *self)
{
  self->watchers++;
  update_tick (self);
}

void
tc_execution_item_unwatch (TcExecutionItem *self)
{
  g_return_if_fail (self->watchers > 0);

  self->watchers--;
  update_tick (self);
}

/* A pull that is cut off with its run says no last word. */
static void
end_pull (TcExecutionItem *self,
          const TcTaskRun *run)
{
  if (tc_state_is_terminated (tc_task_run_state (run)) && g_strcmp0 (tc_value_get_str (self->pull, "taskRunId"), run->id) == 0)
    tc_execution_item_set_pull (self, NULL);
}

static void
put_run (TcExecutionItem *self,
         const TcTaskRun *run)
{
  TcRunItem *item = g_hash_table_lookup (self->by_id, run->id);
  TcRunItem *parent;

  end_pull (self, run);
  if (item != NULL)
    {
      tc_run_item_set_run (item, run);
      return;
    }
  item = tc_run_item_new (run);
  parent = tc_execution_item_find_run (self, run->parent_id);
  g_hash_table_insert (self->by_id, g_strdup (run->id), item);
  g_ptr_array_add (self->order, item);
  g_list_store_append (parent != NULL ? tc_run_item_get_children (parent) : self->roots, item);
}

static void
put_runs (TcExecutionItem *self,
          GPtrArray       *runs)
{
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    put_run (self, runs->pdata[i]);
  if (runs != NULL && runs->len > 0)
    g_signal_emit (self, signals[RUNS_CHANGED], 0, runs);
}

static void
set_head (TcExecutionItem *self,
          const TcHead    *head)
{
  if (head == NULL || head == self->head)
    return;
  tc_head_unref (self->head);
  self->head = tc_head_ref (head);
  update_tick (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEAD]);
}

static void
load_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (TcExecutionItem) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = tc_engine_load_execution_finish (NULL, result, &runs, &self->source, &error);

  self->load = head != NULL ? LOAD_DONE : LOAD_NONE;
  g_free (self->error);
  self->error = error != NULL ? g_strdup (error->message) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  put_runs (self, runs);
  put_runs (self, self->early);
  set_head (self, self->early_head != NULL ? self->early_head : head);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_clear_pointer (&self->early_head, tc_head_unref);
}

void
tc_execution_item_load (TcExecutionItem *self,
                        TcEngine        *engine)
{
  if (self->load != LOAD_NONE)
    return;
  self->load = LOAD_RUNNING;
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_run_unref);
  tc_engine_load_execution_async (engine, self->id, NULL, load_done, g_object_ref (self));
}

void
tc_execution_item_update (TcExecutionItem *self,
                          const TcHead    *head,
                          GPtrArray       *runs)
{
  if (self->load == LOAD_RUNNING)
    {
      for (guint i = 0; runs != NULL && i < runs->len; i++)
        g_ptr_array_add (self->early, tc_task_run_ref (runs->pdata[i]));
      tc_head_unref (self->early_head);
      self->early_head = tc_head_ref (head);
    }
  else if (self->load == LOAD_DONE)
    put_runs (self, runs);
  set_head (self, head);
}

void
tc_execution_item_set_n_logs (TcExecutionItem *self,
                              guint64          n)
{
  if (n <= self->n_logs)
    return;
  self->n_logs = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_LOGS]);
}

void
tc_execution_item_set_pull (TcExecutionItem *self,
                            const TcValue   *pull)
{
  tc_value_unref (self->pull);
  self->pull = pull != NULL ? tc_value_ref (pull) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PULL]);
}
