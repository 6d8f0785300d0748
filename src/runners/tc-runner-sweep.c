/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-run-private.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <unistd.h>

#define KILL_WAIT_US 2000000

typedef struct
{
  char       *runs;
  GHashTable *keep;       /* names of run directories */
} Sweep;

static void
sweep_free (Sweep *self)
{
  g_free (self->runs);
  g_hash_table_unref (self->keep);
  g_free (self);
}

static void
kill_run (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "ctl", NULL);
  g_auto(TcFd) ctl = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

  if (ctl < 0 || write (ctl, "kill\n", 5) != 5)
    return;
  for (int64_t waited = 0; waited < KILL_WAIT_US && tc_run_directory_is_locked (directory); waited += 10000)
    g_usleep (10000);
}

static void
sweep_on_worker (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Sweep *self = data;
  g_autoptr(GDir) entries = g_dir_open (self->runs, 0, NULL);
  const char *name;

  while (entries && (name = g_dir_read_name (entries)))
    {
      g_autofree char *directory = g_build_filename (self->runs, name, NULL);

      if (g_hash_table_contains (self->keep, name))
        continue;
      if (tc_run_directory_is_locked (directory))
        kill_run (directory);
      if (!tc_run_directory_is_locked (directory))
        tc_run_directory_remove (directory);
    }
}

static void
keep_ids (TcRunnerHost *host,
          GHashTable   *ids,
          Sweep        *sweep)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autofree char *directory = tc_run_directory (host->data_dir, id);

      g_hash_table_add (sweep->keep, g_path_get_basename (directory));
    }
}

void
tc_runner_host_sweep (TcRunnerHost *self,
                      GHashTable   *live)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  Sweep *sweep = g_new0 (Sweep, 1);

  sweep->runs = g_build_filename (self->data_dir, "runs", NULL);
  sweep->keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  keep_ids (self, live, sweep);
  keep_ids (self, self->runs, sweep);
  g_task_set_task_data (task, sweep, (GDestroyNotify) sweep_free);
  g_task_run_in_thread (task, sweep_on_worker);
  if (!self->engines)
    self->engines = tc_docker_engines_new (self);
  tc_docker_engines_sweep (self->engines, live);
}
