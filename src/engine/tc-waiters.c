/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-waiters.h"

typedef struct
{
  TcWaiterFunc func;
  gpointer     data;
} Waiter;

void
tc_waiters_add (TcCore *core, const char *execution_id, TcWaiterFunc func, gpointer data)
{
  GPtrArray *waiters = g_hash_table_lookup (core->waiters, execution_id);
  Waiter *waiter = g_new (Waiter, 1);

  *waiter = (Waiter) { func, data };
  if (waiters == NULL)
    {
      waiters = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (core->waiters, g_strdup (execution_id), waiters);
    }
  g_ptr_array_add (waiters, waiter);
}

static void
answer (TcCore *core, const char *execution_id, const TcHead *head, const GError *error)
{
  g_autofree char *key = NULL;
  g_autoptr (GPtrArray) waiters = NULL;

  if (!g_hash_table_steal_extended (core->waiters, execution_id, (gpointer *) &key, (gpointer *) &waiters))
    return;
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (waiters, i);

      waiter->func (waiter->data, (TcHead *) head, error);
    }
}

void
tc_waiters_answer (TcCore *core, const char *execution_id, const TcHead *head)
{
  answer (core, execution_id, head, NULL);
}

void
tc_waiters_fail (TcCore *core, const char *execution_id, const GError *error)
{
  g_autoptr (GList) keys = NULL;

  if (execution_id != NULL)
    {
      answer (core, execution_id, NULL, error);
      return;
    }
  keys = g_hash_table_get_keys (core->waiters);
  for (GList *l = keys; l != NULL; l = l->next)
    answer (core, l->data, NULL, error);
}
