/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-bus.h"

#include "tc-mailbox.h"

#define FRAME_MS 16

struct _TcBus
{
  GMainContext *engine;
  TcMailbox    *out, *back;     /* to the owner; its receipts */
  TcNewsFunc    func;
  gpointer      data;
  TcNews       *next;           /* engine's thread */
  gboolean      sent;           /* a batch is on its way or was just taken */
  GSource      *frame;
};

static void
execution_news_free (gpointer data)
{
  TcExecutionNews *self = data;

  tc_head_unref (self->head);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->runs);
  g_free (self);
}

static TcNews *
news_new (void)
{
  TcNews *self = g_new0 (TcNews, 1);

  self->executions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, execution_news_free);
  self->logs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->flows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pulls = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  return self;
}

void
tc_news_free (TcNews *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->executions);
  g_hash_table_unref (self->logs);
  g_hash_table_unref (self->flows);
  g_ptr_array_unref (self->pulls);
  tc_value_unref (self->status);
  g_free (self);
}

static void
on_news (gpointer message, gpointer data)
{
  TcBus *self = data;
  g_autoptr (TcNews) news = message;

  self->func (self->data, news);
  tc_mailbox_send (self->back, self);
}

static void
send_next (TcBus *self)
{
  if (self->next == NULL || self->sent)
    return;
  self->sent = TRUE;
  tc_mailbox_send (self->out, g_steal_pointer (&self->next));
}

static gboolean
on_frame (gpointer data)
{
  TcBus *self = data;

  g_clear_pointer (&self->frame, g_source_unref);
  self->sent = FALSE;
  send_next (self);
  return G_SOURCE_REMOVE;
}

static void
on_receipt (gpointer message, gpointer data)
{
  TcBus *self = data;

  self->frame = g_timeout_source_new (FRAME_MS);
  g_source_set_callback (self->frame, on_frame, self, NULL);
  g_source_attach (self->frame, self->engine);
}

TcBus *
tc_bus_new (GMainContext *engine, GMainContext *owner, TcNewsFunc func, gpointer data)
{
  TcBus *self = g_new0 (TcBus, 1);

  self->engine = g_main_context_ref (engine);
  self->func = func;
  self->data = data;
  self->out = tc_mailbox_new (owner, 1, on_news, self, (GDestroyNotify) tc_news_free);
  self->back = tc_mailbox_new (engine, 1, on_receipt, self, NULL);
  return self;
}

void
tc_bus_close (TcBus *self)
{
  tc_mailbox_close (self->out);
}

void
tc_bus_free (TcBus *self)
{
  if (self == NULL)
    return;
  tc_mailbox_close (self->back);
  if (self->frame != NULL)
    g_source_destroy (self->frame);
  g_clear_pointer (&self->frame, g_source_unref);
  tc_mailbox_unref (self->out);
  tc_mailbox_unref (self->back);
  tc_news_free (self->next);
  g_main_context_unref (self->engine);
  g_free (self);
}

static TcNews *
news (TcBus *self)
{
  if (self->next == NULL)
    self->next = news_new ();
  return self->next;
}

void
tc_bus_execution (TcBus *self, const TcHead *head, const GPtrArray *runs)
{
  TcExecutionNews *item = g_hash_table_lookup (news (self)->executions, head->id);

  if (item == NULL)
    {
      item = g_new0 (TcExecutionNews, 1);
      item->places = g_hash_table_new (g_str_hash, g_str_equal);
      item->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_run_unref);
      g_hash_table_insert (self->next->executions, g_strdup (head->id), item);
    }
  tc_head_unref (item->head);
  item->head = tc_head_ref (head);
  for (guint i = 0; runs != NULL && i < runs->len; i++)
    {
      TcTaskRun *run = tc_task_run_ref (g_ptr_array_index (runs, i));
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (item->places, run->id));

      if (place == 0)
        g_ptr_array_add (item->runs, run);
      else
        {
          g_hash_table_remove (item->places, run->id);
          tc_task_run_unref (item->runs->pdata[place - 1]);
          item->runs->pdata[place - 1] = run;
        }
      /* The key is the text of the newest record: the older one may be gone. */
      g_hash_table_insert (item->places, run->id, GUINT_TO_POINTER (place == 0 ? item->runs->len : place));
    }
  send_next (self);
}

void
tc_bus_logs (TcBus *self, const char *execution_id, uint64_t n)
{
  g_hash_table_insert (news (self)->logs, g_strdup (execution_id), g_memdup2 (&n, sizeof n));
  send_next (self);
}

void
tc_bus_flow (TcBus *self, const char *namespace_, const char *id)
{
  g_hash_table_add (news (self)->flows, g_strconcat (namespace_, "\n", id, NULL));
  send_next (self);
}

void
tc_bus_pull (TcBus *self, TcValue *pull)
{
  GPtrArray *pulls = news (self)->pulls;

  for (guint i = 0; i < pulls->len; i++)
    if (g_strcmp0 (tc_value_get_str (g_ptr_array_index (pulls, i), "image"), tc_value_get_str (pull, "image")) == 0)
      {
        g_ptr_array_remove_index (pulls, i);
        break;
      }
  g_ptr_array_add (pulls, tc_value_ref (pull));
  send_next (self);
}

void
tc_bus_status (TcBus *self, TcValue *status)
{
  tc_value_unref (news (self)->status);
  self->next->status = tc_value_ref (status);
  send_next (self);
}
