/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-waiters.h"
#include <glib/gi18n-lib.h>

/* tc_engine_wait(): the calling thread sleeps on a queue that the engine's thread answers. */

typedef struct
{
  gatomicrefcount refs;
  TcCore         *core;
  char           *id;
  GAsyncQueue    *answers;       /* Answer */
} Waiting;

typedef struct
{
  TcHead *head;
  GError *error;
} Answer;

static void
waiting_unref (gpointer data)
{
  Waiting *self = data;
  Answer *answer;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  while ((answer = g_async_queue_try_pop (self->answers)) != NULL)
    {
      tc_head_unref (answer->head);
      g_clear_error (&answer->error);
      g_free (answer);
    }
  g_async_queue_unref (self->answers);
  g_free (self->id);
  g_free (self);
}

static Waiting *
waiting_ref (Waiting *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
answer (gpointer data, TcHead *head, const GError *error)
{
  Waiting *self = data;
  Answer *message = g_new (Answer, 1);

  *message = (Answer) { head != NULL ? tc_head_ref (head) : NULL, error != NULL ? g_error_copy (error) : NULL };
  g_async_queue_push (self->answers, message);
  waiting_unref (self);
}

/* Over already, or unknown. Worker. */
static void
look (gpointer data)
{
  Waiting *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = tc_store_load_head (self->core->site.store, self->id, &error);

  if (head == NULL && error == NULL)
    error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("There is no execution '%s'"), self->id);
  answer (self, head, error);
}

static void
ask (TcCore *core, gpointer data)
{
  Waiting *self = data;

  if (core->closing)
    {
      g_autoptr (GError) error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));

      answer (self, NULL, error);
    }
  else if (g_hash_table_contains (core->live, self->id))
    tc_waiters_add (core, self->id, answer, self);
  else
    tc_site_compute (&core->site, look, self);
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Waiting *self = data;
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Waiting was cancelled"));

  answer (waiting_ref (self), NULL, error);
}

TcHead *
tc_engine_wait (TcEngine *self, const char *execution_id, GCancellable *cancellable, GError **error)
{
  Waiting *waiting;
  Answer *message;
  TcHead *head;
  gulong handler = 0;

  if (g_atomic_int_get (&self->closed))
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closed"));
      return NULL;
    }
  waiting = g_new0 (Waiting, 1);
  g_atomic_ref_count_init (&waiting->refs);
  waiting->core = self->core;
  waiting->id = g_strdup (execution_id);
  waiting->answers = g_async_queue_new ();
  tc_site_post (&self->core->site, ask, waiting_ref (waiting), waiting_unref);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), waiting, NULL);
  message = g_async_queue_pop (waiting->answers);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  head = message->head;
  if (message->error != NULL)
    g_propagate_error (error, message->error);
  g_free (message);
  waiting_unref (waiting);
  return head;
}
