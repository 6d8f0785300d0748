/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scratch.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <unistd.h>

char *
scratch_new (void)
{
  char *directory = g_dir_make_tmp ("tc-storage-XXXXXX", NULL);

  g_assert_nonnull (directory);
  return directory;
}

static int
remove_one (const char        *path,
            const struct stat *info,
            int                type,
            struct FTW        *where)
{
  return remove (path);
}

void
scratch_remove (char *directory)
{
  nftw (directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free (directory);
}

gboolean
scratch_mount (const char *directory,
               size_t      bytes)
{
  g_autofree char *options = g_strdup_printf ("size=%zu", bytes);

  return mount ("none", directory, "tmpfs", 0, options) == 0;
}

void
scratch_unmount (const char *directory)
{
  g_assert_cmpint (umount2 (directory, MNT_DETACH), ==, 0);
}

void
wait_for (GMainContext   *context,
          const gboolean *flag)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  while (!*flag && g_get_monotonic_time () < end)
    {
      if (!g_main_context_iteration (context, FALSE))
        g_usleep (200);
    }
  g_assert_true (*flag);
}

static void
committed (gpointer      data,
           const GError *error)
{
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

void
commit_and_wait (TcStore *store,
                 TcBatch *batch)
{
  gboolean done = FALSE;

  tc_store_commit (store, batch, committed, &done, NULL);
  wait_for (NULL, &done);
}

TcHead *
make_head (const char *id,
           const char *namespace_,
           const char *flow_id,
           TcState     state,
           int64_t     at_us)
{
  g_autoptr (TcHead) head = tc_head_new (id, namespace_, flow_id, 1, at_us);

  return state == TC_STATE_CREATED ? g_steal_pointer (&head) : tc_head_with_state (head, state, at_us + 1);
}

TcTaskRun *
make_run (const char *id,
          const char *task_id,
          TcState     state)
{
  g_autoptr (TcTaskRun) run = tc_task_run_new (id, task_id, NULL, NULL, -1, 1000);

  return state == TC_STATE_CREATED ? g_steal_pointer (&run) : tc_task_run_with_state (run, state, 2000);
}
