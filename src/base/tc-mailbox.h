/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TcMailbox: hands messages from any thread to one GMainContext, in order. A locked queue (pthread, so that the thread
 * sanitizer sees it) and one source with a ready time; a dispatch drains at most @batch messages.
 * Messages move: the receiver owns what it gets. After tc_mailbox_close() returns on the receiver's context no call follows;
 * what was still queued is given to @destroy.
 */
typedef struct _TcMailbox TcMailbox;
typedef void (*TcMailboxFunc) (gpointer message, gpointer data);

TcMailbox *tc_mailbox_new   (GMainContext *context, guint batch, TcMailboxFunc func, gpointer data, GDestroyNotify destroy);
TcMailbox *tc_mailbox_ref   (TcMailbox *self);
void       tc_mailbox_unref (TcMailbox *self);
void       tc_mailbox_send  (TcMailbox *self, gpointer message);    /* any thread; takes @message */
void       tc_mailbox_close (TcMailbox *self);                      /* receiver's thread */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcMailbox, tc_mailbox_unref)

/** Roles of threads, for assertions at the head of functions bound to one. No-ops in release builds. */
typedef enum { TC_THREAD_ANY, TC_THREAD_MAIN, TC_THREAD_ENGINE, TC_THREAD_WRITER, TC_THREAD_LOG, TC_THREAD_WORKER } TcThreadRole;
void       tc_thread_set_role    (TcThreadRole role);
void       tc_thread_assert_role (TcThreadRole role);
#ifdef TC_DEBUG_THREADS
#define tc_assert_thread(role) tc_thread_assert_role (role)
#else
#define tc_assert_thread(role) ((void) 0)
#endif

G_END_DECLS
