/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fd-set.h"
#include "tc-util.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_A_DISPATCH 256

typedef struct
{
  uint32_t    generation;     /* tells a watch from an earlier one of the same descriptor */
  GIOCondition condition;
  TcFdFunc    func;
  gpointer    data;
} Watch;

typedef struct
{
  int64_t     us;
  guint       id;
  TcTimerFunc func;
  gpointer    data;
} Deadline;

struct _TcFdSet
{
  GSource    *source;
  TcFd        epoll, timer;
  GHashTable *watches;        /* fd → Watch */
  uint32_t    generation;
  GTree      *deadlines;      /* Deadline, by time and id */
  GHashTable *by_id;          /* id → Deadline */
  guint       last_id;
  int64_t     armed_us;       /* when the timer rings; 0: not at all */
  gboolean   *freed;          /* set when the set is freed by one of its callbacks */
};

typedef struct
{
  GSource  source;
  TcFdSet *set;
} FdSource;

static int
compare_deadlines (gconstpointer a,
                   gconstpointer b,
                   gpointer      unused)
{
  const Deadline *one = a, *other = b;

  if (one->us != other->us)
    return one->us < other->us ? -1 : 1;
  return one->id < other->id ? -1 : one->id > other->id;
}

static const Deadline *
first_deadline (TcFdSet *self)
{
  GTreeNode *node = g_tree_node_first (self->deadlines);

  return node == NULL ? NULL : g_tree_node_key (node);
}

static void
arm (TcFdSet *self)
{
  const Deadline *first = first_deadline (self);
  int64_t us = first == NULL ? 0 : MAX (first->us, 1);
  struct itimerspec spec = { .it_value = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 } };

  if (us == self->armed_us)
    return;
  self->armed_us = us;
  /* CANCEL_ON_SET wakes us when somebody sets the clock; far futures are cut by the kernel. */
  if (timerfd_settime (self->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL) != 0)
    g_critical ("timerfd_settime: %s", g_strerror (errno));
}

static void
run_deadlines (TcFdSet *self)
{
  int64_t now = tc_clock_now_us (tc_clock_system ());
  gboolean freed = FALSE, *outer = self->freed;
  guint newest = self->last_id;
  const Deadline *first;

  self->freed = &freed;
  /* Those that a callback adds wait for the next turn, so that one that always adds another cannot keep the loop. */
  while ((first = first_deadline (self)) != NULL && first->us <= now && first->id <= newest)
    {
      Deadline due = *first;

      tc_fd_set_remove_deadline (self, due.id);
      due.func (due.data);
      if (freed)
        {
          if (outer != NULL)
            *outer = TRUE;
          return;
        }
    }
  self->freed = outer;
  self->armed_us = -1;
  arm (self);
}

static void
on_timer (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  uint64_t expirations;

  /* ECANCELED: the clock was set. Either way what is due is looked up anew. */
  if (read (fd, &expirations, sizeof expirations) < 0 && errno == EAGAIN)
    return;
  run_deadlines (data);
}

static GIOCondition
condition_of (uint32_t events)
{
  return ((events & EPOLLIN) ? G_IO_IN : 0) | ((events & EPOLLOUT) ? G_IO_OUT : 0) | ((events & EPOLLPRI) ? G_IO_PRI : 0)
         | ((events & EPOLLERR) ? G_IO_ERR : 0) | ((events & EPOLLHUP) ? G_IO_HUP : 0);
}

static uint32_t
events_of (GIOCondition condition)
{
  return ((condition & G_IO_IN) ? EPOLLIN : 0) | ((condition & G_IO_OUT) ? EPOLLOUT : 0) | ((condition & G_IO_PRI) ? EPOLLPRI : 0);
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  unused,
          gpointer     data)
{
  TcFdSet *self = ((FdSource *) source)->set;
  struct epoll_event events[EVENTS_A_DISPATCH];
  gboolean freed = FALSE, *outer = self->freed;
  int n = epoll_wait (self->epoll, events, EVENTS_A_DISPATCH, 0);

  self->freed = &freed;
  for (int i = 0; i < n; i++)
    {
      int fd = (int) (uint32_t) events[i].data.u64;
      const Watch *watch = g_hash_table_lookup (self->watches, GINT_TO_POINTER (fd));

      if (watch == NULL || watch->generation != events[i].data.u64 >> 32)
        continue;       /* forgotten by a callback before it */
      watch->func (fd, condition_of (events[i].events), watch->data);
      if (freed)
        {
          if (outer != NULL)
            *outer = TRUE;
          return G_SOURCE_REMOVE;
        }
    }
  self->freed = outer;
  return G_SOURCE_CONTINUE;
}

static const GSourceFuncs source_funcs = { .dispatch = dispatch };

TcFdSet *
tc_fd_set_new (GMainContext *context)
{
  TcFdSet *self = g_new0 (TcFdSet, 1);

  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->timer = timerfd_create (CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->epoll < 0 || self->timer < 0)
    g_error ("no descriptors left for the event loop: %s", g_strerror (errno));
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->by_id = g_hash_table_new (NULL, NULL);
  self->deadlines = g_tree_new_full (compare_deadlines, NULL, g_free, NULL);
  self->source = g_source_new ((GSourceFuncs *) &source_funcs, sizeof (FdSource));
  ((FdSource *) self->source)->set = self;
  g_source_set_static_name (self->source, "tc-fd-set");
  g_source_add_unix_fd (self->source, self->epoll, G_IO_IN);
  g_source_attach (self->source, context);
  tc_fd_set_watch (self, self->timer, G_IO_IN, on_timer, self);
  return self;
}

void
tc_fd_set_free (TcFdSet *self)
{
  if (self == NULL)
    return;
  if (self->freed != NULL)
    *self->freed = TRUE;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_hash_table_unref (self->by_id);
  g_tree_unref (self->deadlines);
  g_hash_table_unref (self->watches);
  tc_fd_clear (&self->timer);
  tc_fd_clear (&self->epoll);
  g_free (self);
}

void
tc_fd_set_watch (TcFdSet      *self,
                 int           fd,
                 GIOCondition  condition,
                 TcFdFunc      func,
                 gpointer      data)
{
  struct epoll_event event = { .events = events_of (condition) };
  Watch *watch = g_new (Watch, 1);
  int result;

  g_return_if_fail (fd >= 0 && func != NULL);
  *watch = (Watch) { ++self->generation, condition, func, data };
  event.data.u64 = (uint64_t) watch->generation << 32 | (uint32_t) fd;
  g_hash_table_replace (self->watches, GINT_TO_POINTER (fd), watch);
  result = epoll_ctl (self->epoll, EPOLL_CTL_MOD, fd, &event);
  if (result != 0 && errno == ENOENT)
    result = epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd, &event);
  if (result != 0)
    g_critical ("epoll_ctl on descriptor %d: %s", fd, g_strerror (errno));
}

void
tc_fd_set_forget (TcFdSet *self,
                  int      fd)
{
  if (!g_hash_table_remove (self->watches, GINT_TO_POINTER (fd)))
    return;
  /* EBADF: closed before it was forgotten; the kernel has dropped it then. */
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, fd, NULL);
}

guint
tc_fd_set_add_deadline (TcFdSet     *self,
                        gint64       wall_us,
                        TcTimerFunc  func,
                        gpointer     data)
{
  Deadline *deadline = g_new (Deadline, 1);

  do
    self->last_id++;
  while (self->last_id == 0 || g_hash_table_contains (self->by_id, GUINT_TO_POINTER (self->last_id)));
  *deadline = (Deadline) { wall_us, self->last_id, func, data };
  g_tree_insert (self->deadlines, deadline, deadline);
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (deadline->id), deadline);
  arm (self);
  return deadline->id;
}

void
tc_fd_set_remove_deadline (TcFdSet *self,
                           guint    id)
{
  Deadline *deadline = g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (id));

  if (deadline == NULL)
    return;
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (id));
  g_tree_remove (self->deadlines, deadline);
  arm (self);
}
