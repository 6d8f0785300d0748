/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fd-set.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct
{
  GMainContext *context;
  TcFdSet      *set;
  guint         calls;
  int           forget;
  GString      *order;
} Fixture;

static Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);

  self->context = g_main_context_new ();
  self->set = tc_fd_set_new (self->context);
  self->order = g_string_new (NULL);
  self->forget = -1;
  return self;
}

static void
fixture_free (Fixture *self)
{
  tc_fd_set_free (self->set);
  g_main_context_unref (self->context);
  g_string_free (self->order, TRUE);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
drain (int          fd,
       GIOCondition condition,
       gpointer     data)
{
  Fixture *self = data;
  uint64_t count;

  g_assert_true (condition & G_IO_IN);
  g_assert_cmpint (read (fd, &count, sizeof count), ==, sizeof count);
  self->calls++;
  if (self->forget >= 0)
    tc_fd_set_forget (self->set, self->forget);
}

static void
ring (int fd)
{
  uint64_t one = 1;

  g_assert_cmpint (write (fd, &one, sizeof one), ==, sizeof one);
}

static void
settle (Fixture *self)
{
  while (g_main_context_iteration (self->context, FALSE))
    ;
}

static void
test_thousands (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  struct rlimit limit;
  g_autofree int *fds = NULL;
  int n;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  n = limit.rlim_cur > 4200 ? 4000 : (int) limit.rlim_cur - 100;
  fds = g_new (int, n);
  for (int i = 0; i < n; i++)
    {
      fds[i] = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
      g_assert_cmpint (fds[i], >=, 0);
      tc_fd_set_watch (self->set, fds[i], G_IO_IN, drain, self);
    }
  settle (self);
  g_assert_cmpuint (self->calls, ==, 0);
  for (int i = 0; i < n; i++)
    ring (fds[i]);
  settle (self);
  g_assert_cmpint ((int) self->calls, ==, n);
  for (int i = 0; i < n; i++)
    {
      tc_fd_set_forget (self->set, fds[i]);
      close (fds[i]);
    }
}

static void
test_forget_another (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  int a = eventfd (1, EFD_CLOEXEC), b = eventfd (1, EFD_CLOEXEC);

  /* Both are ready in the same dispatch; the first one called forgets both. */
  tc_fd_set_watch (self->set, a, G_IO_IN, drain, self);
  tc_fd_set_watch (self->set, b, G_IO_IN, drain, self);
  tc_fd_set_forget (self->set, a);
  tc_fd_set_forget (self->set, a);
  tc_fd_set_watch (self->set, a, G_IO_IN, drain, self);
  self->forget = b;
  tc_fd_set_watch (self->set, b, G_IO_IN, drain, self);
  settle (self);
  ring (b);
  settle (self);
  g_assert_cmpuint (self->calls, >=, 1);
  g_assert_cmpuint (self->calls, <=, 2);
  close (a);
  close (b);
}

static void
write_a (gpointer data)
{
  g_string_append_c (((Fixture *) data)->order, 'a');
}

static void
write_b (gpointer data)
{
  g_string_append_c (((Fixture *) data)->order, 'b');
}

static void
add_another (gpointer data)
{
  Fixture *self = data;

  g_string_append_c (self->order, '+');
  if (self->order->len < 5)
    tc_fd_set_add_deadline (self->set, g_get_real_time () - 1000, add_another, self);
}

static void
wait_for (Fixture *self,
          size_t   length)
{
  while (self->order->len < length)
    g_main_context_iteration (self->context, TRUE);
}

static void
test_deadlines (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  int64_t now = g_get_real_time ();
  guint removed = tc_fd_set_add_deadline (self->set, now + 10000, write_b, self);

  tc_fd_set_add_deadline (self->set, now + 40000, write_b, self);
  tc_fd_set_add_deadline (self->set, now + 20000, write_a, self);
  tc_fd_set_add_deadline (self->set, now + 3600000000, write_b, self);
  tc_fd_set_remove_deadline (self->set, removed);
  tc_fd_set_remove_deadline (self->set, removed);
  tc_fd_set_remove_deadline (self->set, 0);
  wait_for (self, 2);
  g_assert_cmpstr (self->order->str, ==, "ab");
  g_assert_cmpint (g_get_real_time (), >=, now + 40000);
}

static void
test_past_deadlines (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  tc_fd_set_add_deadline (self->set, -5, write_a, self);
  tc_fd_set_add_deadline (self->set, 0, write_b, self);
  wait_for (self, 2);
  g_assert_cmpstr (self->order->str, ==, "ab");
  g_string_truncate (self->order, 0);
  tc_fd_set_add_deadline (self->set, 1, add_another, self);
  wait_for (self, 5);
  g_assert_cmpstr (self->order->str, ==, "+++++");
}

static void
test_many_deadlines (void)
{
  g_autoptr (Fixture) self = fixture_new ();
  int64_t now = g_get_real_time ();
  guint ids[2000];

  for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = tc_fd_set_add_deadline (self->set, now + 1000 + (int64_t) (i * 7919 % 10000), write_a, self);
  for (size_t i = 0; i < G_N_ELEMENTS (ids); i += 2)
    tc_fd_set_remove_deadline (self->set, ids[i]);
  wait_for (self, 1000);
  settle (self);
  g_assert_cmpuint (self->order->len, ==, 1000);
}

static void
free_set (gpointer data)
{
  Fixture *self = data;

  g_clear_pointer (&self->set, tc_fd_set_free);
  g_string_append_c (self->order, 'f');
}

static void
test_free_inside_a_callback (void)
{
  g_autoptr (Fixture) self = fixture_new ();

  tc_fd_set_add_deadline (self->set, 1, free_set, self);
  tc_fd_set_add_deadline (self->set, 2, write_a, self);
  wait_for (self, 1);
  settle (self);
  g_assert_cmpstr (self->order->str, ==, "f");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fd-set/thousands", test_thousands);
  g_test_add_func ("/fd-set/forget-another", test_forget_another);
  g_test_add_func ("/fd-set/deadlines", test_deadlines);
  g_test_add_func ("/fd-set/past-deadlines", test_past_deadlines);
  g_test_add_func ("/fd-set/many-deadlines", test_many_deadlines);
  g_test_add_func ("/fd-set/free-inside-a-callback", test_free_inside_a_callback);
  return g_test_run ();
}
