/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-site.h"

#include "tc-util.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_JOBS 64

typedef struct
{
  TcSiteFunc     func;
  gpointer       data;
  GDestroyNotify destroy;
} Message;

typedef struct
{
  TcWorkerFunc func;
  gpointer     data;
  TcTurn      *turn;      /* or NULL: its result has no order */
} Errand;

static _Thread_local TcTurn *current_turn;    /* of the errand that this thread is on, or NULL */

void
tc_site_post (TcSite *self, TcSiteFunc func, gpointer data, GDestroyNotify destroy)
{
  Message *message = g_new (Message, 1);

  *message = (Message) { func, data, destroy };
  tc_mailbox_send (self->mailbox, message);
}

void
tc_site_take_message (gpointer message, gpointer core)
{
  g_autofree Message *taken = message;

  taken->func (core, taken->data);
}

void
tc_site_drop_message (gpointer message)
{
  g_autofree Message *dropped = message;

  if (dropped->destroy != NULL)
    dropped->destroy (dropped->data);
}

static void
run_errand (gpointer data, gpointer user_data)
{
  g_autofree Errand *errand = data;

  tc_thread_set_role (TC_THREAD_WORKER);
  if (errand->turn != NULL)
    tc_turn_begin (errand->turn);
  current_turn = errand->turn;
  errand->func (errand->data);
  current_turn = NULL;
  if (errand->turn != NULL)
    tc_turn_leave (errand->turn);
}

static void
push (GThreadPool *pool, TcTurn *turn, TcWorkerFunc func, gpointer data)
{
  Errand *errand = g_new (Errand, 1);

  *errand = (Errand) { func, data, turn };
  g_thread_pool_push (pool, errand, NULL);
}

void
tc_site_compute (TcSite *self, TcWorkerFunc func, gpointer data)
{
  push (self->cpu, NULL, func, data);
}

void
tc_site_compute_in_turn (TcSite *self, const char *execution_id, TcWorkerFunc func, gpointer data)
{
  push (self->cpu, tc_turns_take (self->cpu_turns, execution_id), func, data);
}

void
tc_site_work (TcSite *self, TcWorkerFunc func, gpointer data)
{
  push (self->jobs, NULL, func, data);
}

void
tc_site_work_in_turn (TcSite *self, const char *execution_id, TcWorkerFunc func, gpointer data)
{
  push (self->jobs, tc_turns_take (self->job_turns, execution_id), func, data);
}

void
tc_site_await_turn (void)
{
  if (current_turn != NULL)
    tc_turn_await (current_turn);
}

void
tc_site_start_pools (TcSite *self)
{
  self->cpu_turns = tc_turns_new ();
  self->job_turns = tc_turns_new ();
  self->cpu = g_thread_pool_new (run_errand, self, (int) MAX (2, g_get_num_processors ()), FALSE, NULL);
  self->jobs = g_thread_pool_new (run_errand, self, MOST_JOBS, FALSE, NULL);
}

void
tc_site_stop_pools (TcSite *self)
{
  if (self->jobs != NULL)
    g_thread_pool_free (g_steal_pointer (&self->jobs), FALSE, TRUE);
  if (self->cpu != NULL)
    g_thread_pool_free (g_steal_pointer (&self->cpu), FALSE, TRUE);
  g_clear_pointer (&self->cpu_turns, tc_turns_free);
  g_clear_pointer (&self->job_turns, tc_turns_free);
}

char *
tc_site_work_directory (const TcSite *self, const char *name)
{
  g_autofree char *safe = g_strdelimit (g_strdup (name), "/", '-');

  return g_build_filename (self->work_dir, safe, NULL);
}

static gboolean
remove_below (int parent, const char *name)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir;
  struct dirent *entry;
  gboolean gone = TRUE;

  if (fd < 0 && errno == EACCES && fchmodat (parent, name, 0700, 0) == 0)
    fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return unlinkat (parent, name, 0) == 0 || errno == ENOENT;
  dir = fdopendir (fd);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (g_strcmp0 (entry->d_name, ".") != 0 && g_strcmp0 (entry->d_name, "..") != 0)
      gone &= remove_below (dirfd (dir), entry->d_name);
  if (dir != NULL)
    closedir (dir);
  return gone && (unlinkat (parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT);
}

gboolean
tc_site_remove_tree (const char *path, GError **error)
{
  if (remove_below (AT_FDCWD, path))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Removing '%s': %s"), path, g_strerror (errno));
  return FALSE;
}
