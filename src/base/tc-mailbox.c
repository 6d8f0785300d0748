/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-mailbox.h"

#include <pthread.h>
#include <stdatomic.h>

struct _TcMailbox
{
  atomic_uint     refs;
  guint           batch;
  TcMailboxFunc   func;
  gpointer        data;
  GDestroyNotify  destroy;
  GSource        *source;     /* holds a reference to the mailbox until it is closed */

  pthread_mutex_t lock;       /* of all below */
  GQueue          queue;
  gboolean        closed;
};

typedef struct
{
  GSource    source;
  TcMailbox *mailbox;
} MailboxSource;

static gpointer
take_next (TcMailbox *self)
{
  gpointer message = NULL;

  pthread_mutex_lock (&self->lock);
  if (!self->closed)
    message = g_queue_pop_head (&self->queue);
  pthread_mutex_unlock (&self->lock);
  return message;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  unused,
          gpointer     data)
{
  TcMailbox *self = tc_mailbox_ref (((MailboxSource *) source)->mailbox);
  gpointer message;

  /* Messages are taken one by one, so that a close from inside a handler finds the rest still queued. */
  for (guint i = 0; i < self->batch && (message = take_next (self)) != NULL; i++)
    self->func (message, self->data);
  pthread_mutex_lock (&self->lock);
  if (!self->closed && g_queue_is_empty (&self->queue))
    g_source_set_ready_time (source, -1);
  pthread_mutex_unlock (&self->lock);
  tc_mailbox_unref (self);
  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *source)
{
  tc_mailbox_unref (((MailboxSource *) source)->mailbox);
}

static const GSourceFuncs source_funcs = { .dispatch = dispatch, .finalize = finalize };

TcMailbox *
tc_mailbox_new (GMainContext   *context,
                guint           batch,
                TcMailboxFunc   func,
                gpointer        data,
                GDestroyNotify  destroy)
{
  TcMailbox *self = g_new0 (TcMailbox, 1);

  g_return_val_if_fail (func != NULL && batch > 0, self);
  atomic_init (&self->refs, 1);
  self->batch = batch;
  self->func = func;
  self->data = data;
  self->destroy = destroy;
  pthread_mutex_init (&self->lock, NULL);
  g_queue_init (&self->queue);
  self->source = g_source_new ((GSourceFuncs *) &source_funcs, sizeof (MailboxSource));
  ((MailboxSource *) self->source)->mailbox = tc_mailbox_ref (self);
  g_source_set_static_name (self->source, "tc-mailbox");
  g_source_attach (self->source, context);
  return self;
}

TcMailbox *
tc_mailbox_ref (TcMailbox *self)
{
  atomic_fetch_add_explicit (&self->refs, 1, memory_order_relaxed);
  return self;
}

static void
throw_away (TcMailbox *self,
            gpointer   message)
{
  if (self->destroy != NULL)
    self->destroy (message);
}

void
tc_mailbox_unref (TcMailbox *self)
{
  gpointer message;

  if (self == NULL || atomic_fetch_sub_explicit (&self->refs, 1, memory_order_acq_rel) != 1)
    return;
  while ((message = g_queue_pop_head (&self->queue)) != NULL)
    throw_away (self, message);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

void
tc_mailbox_send (TcMailbox *self,
                 gpointer   message)
{
  gboolean closed;

  g_return_if_fail (message != NULL);
  pthread_mutex_lock (&self->lock);
  closed = self->closed;
  if (!closed)
    {
      g_queue_push_tail (&self->queue, message);
      if (self->queue.length == 1)
        g_source_set_ready_time (self->source, 0);
    }
  pthread_mutex_unlock (&self->lock);
  if (closed)
    throw_away (self, message);
}

void
tc_mailbox_close (TcMailbox *self)
{
  GQueue rest = G_QUEUE_INIT;
  gpointer message;

  pthread_mutex_lock (&self->lock);
  if (self->closed)
    {
      pthread_mutex_unlock (&self->lock);
      return;
    }
  self->closed = TRUE;
  rest = self->queue;
  g_queue_init (&self->queue);
  pthread_mutex_unlock (&self->lock);
  while ((message = g_queue_pop_head (&rest)) != NULL)
    throw_away (self, message);
  g_source_destroy (self->source);
  g_source_unref (self->source);    /* may drop the last reference: nothing follows */
}
