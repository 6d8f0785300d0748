/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

/*
 * J4: whoever holds DATA/lock by flock() is the only writer. A holder killed while it starts a program leaves a child that has the flock()
 * until it comes to its exec. The holder therefore keeps a record lock on the file, too, which no child inherits: a flock() without it is
 * such a child's and worth waiting for. (Alone it would not do: it does not keep a process from opening twice.)
 */

#define ANSWERS_A_DISPATCH 64
#define LEFT_BEHIND_US (10 * G_USEC_PER_SEC)       /* the longest wait for a dead holder's children */
#define LEFT_BEHIND_LOOK_US (5 * 1000)

G_DEFINE_QUARK (tc-store-error-quark, tc_store_error)

static TcStoreError
code_of_errno (int code)
{
  switch (code)
    {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return TC_STORE_ERROR_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
      return TC_STORE_ERROR_READ_ONLY;
    case ENOENT:
      return TC_STORE_ERROR_NOT_FOUND;
    case ELOOP:
    case EXDEV:
      return TC_STORE_ERROR_PATH;
    default:
      return TC_STORE_ERROR_IO;
    }
}

/* What to do about it, after a colon; or "". */
static const char *
step_after (TcStoreError code)
{
  switch (code)
    {
    case TC_STORE_ERROR_FULL:
      return _(": make room on that disk");
    case TC_STORE_ERROR_READ_ONLY:
      return _(": allow this account to read and write there, or choose another data directory");
    case TC_STORE_ERROR_CORRUPT:
      return _(": restore it from a backup, or move it away to begin with an empty one");
    case TC_STORE_ERROR_LOCKED:
    case TC_STORE_ERROR_VERSION:
    case TC_STORE_ERROR_IO:
    case TC_STORE_ERROR_NOT_FOUND:
    case TC_STORE_ERROR_PATH:
    case TC_STORE_ERROR_RECORD:
      break;
    }
  return "";
}

gboolean
tc_store_errno (int          code,
                const char  *doing,
                const char  *path,
                GError     **error)
{
  TcStoreError kind = code_of_errno (code);

  g_set_error (error, TC_STORE_ERROR, kind, "%s %s: %s%s", doing, path, g_strerror (code), step_after (kind));
  return FALSE;
}

static TcStoreError
code_of_sqlite (sqlite3 *db)
{
  int system = sqlite3_system_errno (db);

  switch (sqlite3_errcode (db))
    {
    case SQLITE_FULL:
      return TC_STORE_ERROR_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return TC_STORE_ERROR_READ_ONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return TC_STORE_ERROR_CORRUPT;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return system != 0 && system != ENOENT ? code_of_errno (system) : TC_STORE_ERROR_IO;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_ERROR:
      return TC_STORE_ERROR_RECORD;
    default:
      return TC_STORE_ERROR_IO;
    }
}

gboolean
tc_store_fail (sqlite3     *db,
               const char  *file,
               const char  *doing,
               GError     **error)
{
  TcStoreError code = code_of_sqlite (db);

  g_set_error (error, TC_STORE_ERROR, code, "%s %s: %s%s", doing, file, sqlite3_errmsg (db), step_after (code));
  return FALSE;
}

/* The process that holds the lock; 0: it is dead; -1: none can be named. */
static pid_t
find_holder (int fd)
{
  struct flock record = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  char text[32] = "";
  pid_t named = pread (fd, text, sizeof text - 1, 0) > 0 ? (pid_t) g_ascii_strtoll (text, NULL, 10) : 0;

  if (fcntl (fd, F_GETLK, &record) != 0)
    return -1;
  if (record.l_type != F_UNLCK)
    return record.l_pid > 0 ? record.l_pid : named > 0 ? named : -1;
  return named == getpid () ? named : 0;
}

static gboolean
wait_for_lock (TcStore  *self,
               int       fd,
               GError  **error)
{
  const gint64 until = g_get_monotonic_time () + LEFT_BEHIND_US;
  g_autofree char *number = NULL;
  pid_t holder;

  while ((holder = find_holder (fd)) == 0 && g_get_monotonic_time () < until)
    {
      g_usleep (LEFT_BEHIND_LOOK_US);
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
    }
  number = holder > 0 ? g_strdup_printf ("%d", (int) holder) : g_strdup ("?");
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_LOCKED, _("another program (process %s) works on %s"), number, self->directory);
  return FALSE;
}

static gboolean
take_lock (TcStore  *self,
           GError  **error)
{
  struct flock record = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  g_autofree char *path = g_build_filename (self->directory, "lock", NULL);
  g_auto (TcFd) fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return tc_store_errno (errno, _("opening"), path, error);
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      if (errno != EWOULDBLOCK)
        return tc_store_errno (errno, _("locking"), path, error);
      if (!wait_for_lock (self, fd, error))
        return FALSE;
    }
  /* Both for a second program only: a full disk, or a file system without record locks, must not keep us from opening. */
  fcntl (fd, F_SETLK, &record);
  if (ftruncate (fd, 0) == 0)
    dprintf (fd, "%d\n", (int) getpid ());
  self->lock = tc_fd_steal (&fd);
  return TRUE;
}

static gboolean
open_database (TcStore  *self,
               GError  **error)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  if (sqlite3_open_v2 (self->in_memory ? ":memory:" : self->file, &self->db, flags, NULL) != SQLITE_OK)
    return tc_store_fail (self->db, self->file, _("opening"), error);
  sqlite3_extended_result_codes (self->db, FALSE);
  sqlite3_busy_timeout (self->db, 5000);
  return tc_store_migrate (self->db, self->file, error);
}

static void
deliver (gpointer message,
         gpointer data)
{
  tc_commit_deliver (message);
}

/* Deadlines of the writer must not follow the wall clock. */
static void
init_wake (TcStore *self)
{
  pthread_condattr_t attributes;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->wake, &attributes);
  pthread_condattr_destroy (&attributes);
}

static TcStore *
open_store (const char    *directory,
            GMainContext  *context,
            gboolean       in_memory,
            GError       **error)
{
  TcStore *self;

  g_return_val_if_fail (directory != NULL, NULL);

  if (g_mkdir_with_parents (directory, 0700) < 0)
    {
      tc_store_errno (errno, _("making the data directory"), directory, error);
      return NULL;
    }
  self = g_new0 (TcStore, 1);
  self->directory = g_canonicalize_filename (directory, NULL);
  self->file = g_build_filename (self->directory, "tiercel.db", NULL);
  self->in_memory = in_memory;
  self->lock = -1;
  self->readers = g_ptr_array_new ();
  pthread_mutex_init (&self->mutex, NULL);
  pthread_mutex_init (&self->memory, NULL);
  init_wake (self);
  g_queue_init (&self->queue);
  self->answers = tc_mailbox_new (context, ANSWERS_A_DISPATCH, deliver, NULL, (GDestroyNotify) tc_commit_deliver);
  if ((in_memory || take_lock (self, error)) && open_database (self, error) && tc_store_start_writer (self, error))
    return self;
  tc_store_close (self);
  return NULL;
}

TcStore *
tc_store_open (const char    *directory,
               GMainContext  *context,
               GError       **error)
{
  return open_store (directory, context, FALSE, error);
}

TcStore *
tc_store_open_memory (const char    *directory,
                      GMainContext  *context,
                      GError       **error)
{
  return open_store (directory, context, TRUE, error);
}

void
tc_store_keep (TcStore *self)
{
  g_atomic_int_set (&self->keep, TRUE);
}

static void
write_kept (TcStore *self)
{
  char *sql = sqlite3_mprintf ("VACUUM INTO %Q", self->file);
  g_autoptr (GError) error = NULL;

  if (!tc_store_exec (self->db, self->file, sql, &error))
    g_warning (_("What was only in memory is lost: %s"), error->message);
  sqlite3_free (sql);
}

void
tc_store_close (TcStore *self)
{
  if (self == NULL)
    return;
  tc_store_stop_writer (self);
  if (self->in_memory && g_atomic_int_get (&self->keep))
    write_kept (self);
  tc_mailbox_close (self->answers);    /* answers on the way are delivered now: each commit gets exactly one */
  tc_mailbox_unref (self->answers);
  for (guint i = 0; i < self->readers->len; i++)
    sqlite3_close (g_ptr_array_index (self->readers, i));
  g_ptr_array_unref (self->readers);
  sqlite3_close (self->db);
  tc_fd_close (self->lock);
  pthread_cond_destroy (&self->wake);
  pthread_mutex_destroy (&self->memory);
  pthread_mutex_destroy (&self->mutex);
  g_free (self->file);
  g_free (self->directory);
  g_free (self);
}

const char *
tc_store_directory (const TcStore *self)
{
  return self->directory;
}

void
tc_store_set_trouble_func (TcStore *self,
                           void   (*func) (gpointer data, const GError *error),
                           gpointer data)
{
  self->trouble = func;
  self->trouble_data = data;
}
