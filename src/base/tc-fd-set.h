/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TcFdSet: any number of descriptors behind one GSource (an epoll instance), plus one timerfd for the earliest of many deadlines.
 * Bound to the thread of its context. Callbacks may add and remove any watch, their own included.
 */
typedef struct _TcFdSet TcFdSet;
typedef void (*TcFdFunc)    (int fd, GIOCondition condition, gpointer data);
typedef void (*TcTimerFunc) (gpointer data);

TcFdSet *tc_fd_set_new           (GMainContext *context);
void     tc_fd_set_free          (TcFdSet *self);
void     tc_fd_set_watch         (TcFdSet *self, int fd, GIOCondition condition, TcFdFunc func, gpointer data);  /* replaces an earlier watch of @fd */
void     tc_fd_set_forget        (TcFdSet *self, int fd);
guint    tc_fd_set_add_deadline  (TcFdSet *self, gint64 wall_us, TcTimerFunc func, gpointer data);   /* once; wakes on clock changes too */
void     tc_fd_set_remove_deadline (TcFdSet *self, guint id);                                        /* 0 is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcFdSet, tc_fd_set_free)

G_END_DECLS
