/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-turns.h"

struct _TcTurn
{
  TcTurns *turns;
  GQueue  *line;          /* of its key */
  GList    link;          /* in the line */
  char    *key;
  int64_t  since_us;      /* when the work began; 0: not yet */
  TcTurn  *before;        /* the one it waits for, or NULL */
  GCond    come;
};

struct _TcTurns
{
  GMutex      lock;       /* of all that is here */
  GHashTable *lines;      /* key → GQueue of TcTurn, in the order in which they were taken */
};

TcTurns *
tc_turns_new (void)
{
  TcTurns *self = g_new0 (TcTurns, 1);

  g_mutex_init (&self->lock);
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_queue_free);
  return self;
}

void
tc_turns_free (TcTurns *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->lines);
  g_mutex_clear (&self->lock);
  g_free (self);
}

TcTurn *
tc_turns_take (TcTurns *self, const char *key)
{
  TcTurn *turn = g_new0 (TcTurn, 1);

  turn->turns = self;
  turn->key = g_strdup (key);
  turn->link.data = turn;
  g_cond_init (&turn->come);
  g_mutex_lock (&self->lock);
  turn->line = g_hash_table_lookup (self->lines, key);
  if (turn->line == NULL)
    {
      turn->line = g_queue_new ();
      g_hash_table_insert (self->lines, g_strdup (key), turn->line);
    }
  g_queue_push_tail_link (turn->line, &turn->link);
  g_mutex_unlock (&self->lock);
  return turn;
}

void
tc_turn_begin (TcTurn *self)
{
  g_mutex_lock (&self->turns->lock);
  self->since_us = g_get_monotonic_time ();
  g_mutex_unlock (&self->turns->lock);
}

/* The nearest earlier turn that still has its moment. Workers begin in order, so one that has not is about to. */
static TcTurn *
find_before (const TcTurn *self, int64_t now_us)
{
  for (GList *link = self->link.prev; link != NULL; link = link->prev)
    {
      TcTurn *before = link->data;

      if (before->since_us == 0 || before->since_us + TC_TURN_MOMENT_US > now_us)
        return before;
    }
  return NULL;
}

void
tc_turn_await (TcTurn *self)
{
  int64_t latest_us = g_get_monotonic_time () + TC_TURN_MOMENT_US;

  g_mutex_lock (&self->turns->lock);
  for (;;)
    {
      int64_t now_us = g_get_monotonic_time ();

      self->before = now_us < latest_us ? find_before (self, now_us) : NULL;
      if (self->before == NULL)
        break;
      g_cond_wait_until (&self->come, &self->turns->lock,
                         self->before->since_us != 0 ? MIN (latest_us, self->before->since_us + TC_TURN_MOMENT_US) : latest_us);
    }
  g_mutex_unlock (&self->turns->lock);
}

void
tc_turn_leave (TcTurn *self)
{
  TcTurns *turns = self->turns;

  g_mutex_lock (&turns->lock);
  for (GList *link = self->link.next; link != NULL && ((TcTurn *) link->data)->since_us != 0; link = link->next)
    if (((TcTurn *) link->data)->before == self)
      g_cond_signal (&((TcTurn *) link->data)->come);
  g_queue_unlink (self->line, &self->link);
  if (g_queue_is_empty (self->line))
    g_hash_table_remove (turns->lines, self->key);
  g_mutex_unlock (&turns->lock);
  g_cond_clear (&self->come);
  g_free (self->key);
  g_free (self);
}
