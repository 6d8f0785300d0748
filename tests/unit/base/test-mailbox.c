/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-mailbox.h"

#include <stdatomic.h>

#define THREADS 4
#define EACH 50000

typedef struct
{
  TcMailbox *mailbox;
  guint      last[THREADS];
  guint      received, close_at;
} Fixture;

static atomic_uint destroyed;

static void
count_destroyed (gpointer message)
{
  atomic_fetch_add (&destroyed, 1);
}

static void
on_message (gpointer message,
            gpointer data)
{
  Fixture *self = data;
  guint number = GPOINTER_TO_UINT (message), thread = number % THREADS;

  g_assert_cmpuint (number / THREADS, >, self->last[thread]);
  self->last[thread] = number / THREADS;
  self->received++;
  if (self->received == self->close_at)
    tc_mailbox_close (self->mailbox);
}

typedef struct
{
  TcMailbox *mailbox;
  guint      thread;
} Sender;

static gpointer
send_all (gpointer data)
{
  Sender *sender = data;

  for (guint i = 1; i <= EACH; i++)
    tc_mailbox_send (sender->mailbox, GUINT_TO_POINTER (i * THREADS + sender->thread));
  return NULL;
}

static void
test_many_threads (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture self = { 0 };
  GThread *threads[THREADS];
  Sender senders[THREADS];

  self.mailbox = tc_mailbox_new (context, 64, on_message, &self, count_destroyed);
  for (guint i = 0; i < THREADS; i++)
    {
      senders[i] = (Sender) { self.mailbox, i };
      threads[i] = g_thread_new ("sender", send_all, &senders[i]);
    }
  while (self.received < THREADS * EACH)
    g_main_context_iteration (context, TRUE);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_false (g_main_context_iteration (context, FALSE) && self.received > THREADS * EACH);
  tc_mailbox_close (self.mailbox);
  tc_mailbox_unref (self.mailbox);
}

static void
test_close_inside_a_handler (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture self = { .close_at = 3 };

  atomic_store (&destroyed, 0);
  self.mailbox = tc_mailbox_new (context, 64, on_message, &self, count_destroyed);
  for (guint i = 1; i <= 10; i++)
    tc_mailbox_send (self.mailbox, GUINT_TO_POINTER (i * THREADS));
  for (int i = 0; i < 5; i++)
    g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (self.received, ==, 3);
  g_assert_cmpuint (atomic_load (&destroyed), ==, 7);
  tc_mailbox_send (self.mailbox, GUINT_TO_POINTER (1));
  g_assert_cmpuint (atomic_load (&destroyed), ==, 8);
  tc_mailbox_close (self.mailbox);
  tc_mailbox_unref (self.mailbox);
}

static void
test_batches (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture self = { 0 };

  self.mailbox = tc_mailbox_new (context, 10, on_message, &self, count_destroyed);
  for (guint i = 1; i <= 25; i++)
    tc_mailbox_send (self.mailbox, GUINT_TO_POINTER (i * THREADS));
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (self.received, ==, 10);
  g_main_context_iteration (context, FALSE);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (self.received, ==, 25);
  g_assert_false (g_main_context_iteration (context, FALSE));
  tc_mailbox_close (self.mailbox);
  tc_mailbox_unref (self.mailbox);
}

static void
test_wrong_role (void)
{
  if (g_test_subprocess ())
    {
      tc_thread_assert_role (TC_THREAD_ENGINE);
      tc_thread_set_role (TC_THREAD_WRITER);
      tc_thread_assert_role (TC_THREAD_WRITER);
      tc_thread_assert_role (TC_THREAD_ENGINE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mailbox/many-threads", test_many_threads);
  g_test_add_func ("/mailbox/close-inside-a-handler", test_close_inside_a_handler);
  g_test_add_func ("/mailbox/batches", test_batches);
  g_test_add_func ("/mailbox/wrong-role", test_wrong_role);
  return g_test_run ();
}
