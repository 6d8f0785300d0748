/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-store-private.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/*
 * The writer: takes all commits that wait, writes them in one transaction, answers each. One fsync serves them all.
 *
 * W1 Commits are written and answered in the order of tc_store_commit().
 * W2 A commit is answered without an error only after COMMIT returned, with synchronous=FULL: it is on the disk (J1, J2).
 * W3 A failure that may pass (disk full, I/O, no permission, busy) keeps the queue: trouble is reported once, and the same commits are
 *    tried again, from 100 ms to 5 s apart, until they succeed or the store closes (J7).
 * W4 Any other failure belongs to one commit: a group that fails so is written again one by one, and only the guilty one gets the error.
 */

#define FIRST_PAUSE_MS 100
#define LONGEST_PAUSE_MS 5000
#define GROUP_MAX 256

void
tc_commit_deliver (TcCommit *commit)
{
  TcStore *store = commit->store;

  if (!commit->is_trouble)
    {
      if (commit->done != NULL)
        commit->done (commit->data, commit->error);
      if (commit->destroy != NULL)
        commit->destroy (commit->data);
    }
  else if (store->trouble != NULL)
    store->trouble (store->trouble_data, commit->error);
  g_clear_error (&commit->error);
  g_free (commit);
}

void
tc_store_commit (TcStore        *self,
                 TcBatch        *batch,
                 TcCommitted     done,
                 gpointer        data,
                 GDestroyNotify  destroy)
{
  TcCommit *commit = g_new0 (TcCommit, 1);

  *commit = (TcCommit) { .store = self, .batch = batch, .done = done, .data = data, .destroy = destroy };
  pthread_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->queue, commit);
  if (self->queue.length == 1)
    pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->mutex);
}

/* Statements are compiled once: the first row of the table that uses one finds its place by kind and row. */
static sqlite3_stmt *
statement_for (TcStore *self,
               TcOpKind kind,
               guint    row)
{
  guint place = kind * 8 + row;
  sqlite3_stmt *statement;

  if (self->statements->len <= place)
    g_ptr_array_set_size (self->statements, (int) place + 1);
  statement = g_ptr_array_index (self->statements, place);
  if (statement == NULL
      && sqlite3_prepare_v3 (self->db, tc_store_op_sql (kind)[row], -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK)
    g_ptr_array_index (self->statements, place) = statement;
  return statement;
}

static gboolean
write_op (TcStore  *self,
          TcOp     *op,
          GError  **error)
{
  g_autofree char *record = tc_store_op_record (op);
  const char *const *sql = tc_store_op_sql (op->kind);
  int code = SQLITE_DONE;

  for (guint row = 0; sql[row] != NULL && code == SQLITE_DONE; row++)
    {
      sqlite3_stmt *statement = statement_for (self, op->kind, row);

      if (statement == NULL)
        return tc_store_fail (self->db, self->file, _("writing"), error);
      tc_store_bind_op (op, statement, record);
      code = sqlite3_step (statement);
      if (code != SQLITE_DONE)
        tc_store_fail (self->db, self->file, _("writing"), error);
      sqlite3_reset (statement);
      sqlite3_clear_bindings (statement);
    }
  return code == SQLITE_DONE;
}

static gboolean
write_batch (TcStore  *self,
             TcBatch  *batch,
             GError  **error)
{
  for (guint i = 0; i < batch->ops->len; i++)
    if (!write_op (self, &g_array_index (batch->ops, TcOp, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
write_group (TcStore    *self,
             TcCommit  **commits,
             guint       n,
             GError    **error)
{
  gboolean done;

  pthread_mutex_lock (&self->memory);
  done = tc_store_exec (self->db, self->file, "BEGIN IMMEDIATE", error);
  for (guint i = 0; i < n && done; i++)
    done = write_batch (self, commits[i]->batch, error);
  done = done && tc_store_exec (self->db, self->file, "COMMIT", error);
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  pthread_mutex_unlock (&self->memory);
  return done;
}

static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, TC_STORE_ERROR, TC_STORE_ERROR_FULL) || g_error_matches (error, TC_STORE_ERROR, TC_STORE_ERROR_IO)
         || g_error_matches (error, TC_STORE_ERROR, TC_STORE_ERROR_READ_ONLY);
}

static void
report_trouble (TcStore      *self,
                const GError *error)
{
  TcCommit *message = g_new0 (TcCommit, 1);

  *message = (TcCommit) { .store = self, .is_trouble = TRUE, .error = error != NULL ? g_error_copy (error) : NULL };
  tc_mailbox_send (self->answers, message);
}

/* FALSE: the store closes. */
static gboolean
pause_before_retry (TcStore *self,
                    guint    milliseconds)
{
  struct timespec until;
  gboolean closing;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += milliseconds / 1000;
  until.tv_nsec += (long) (milliseconds % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000)
    {
      until.tv_sec++;
      until.tv_nsec -= 1000000000;
    }
  pthread_mutex_lock (&self->mutex);
  while (!self->closing && pthread_cond_timedwait (&self->wake, &self->mutex, &until) == 0)
    ;
  closing = self->closing;
  pthread_mutex_unlock (&self->mutex);
  return !closing;
}

/* Tries until it is written, fails for good, or the store closes. */
static gboolean
write_patiently (TcStore    *self,
                 TcCommit  **commits,
                 guint       n,
                 GError    **error)
{
  gboolean in_trouble = FALSE, done = FALSE;
  guint pause = FIRST_PAUSE_MS;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;

      done = write_group (self, commits, n, &failure);
      if (!done && may_pass (failure) && !in_trouble)
        report_trouble (self, failure);
      in_trouble |= !done && may_pass (failure);
      if (!done && may_pass (failure) && pause_before_retry (self, pause))
        {
          pause = MIN (pause * 2, LONGEST_PAUSE_MS);
          continue;
        }
      if (!done)
        g_propagate_error (error, g_steal_pointer (&failure));
      break;
    }
  if (in_trouble && done)
    report_trouble (self, NULL);
  return done;
}

static void
answer (TcStore  *self,
        TcCommit *commit,
        GError   *error)
{
  /* Records may be large, so they go before the engine has to see the answer. */
  g_clear_pointer (&commit->batch, tc_batch_free);
  commit->error = error;
  tc_mailbox_send (self->answers, commit);
}

static void
process (TcStore   *self,
         TcCommit **commits,
         guint      n)
{
  g_autoptr (GError) error = NULL;
  gboolean done = write_patiently (self, commits, n, &error);

  if (!done && n > 1 && !may_pass (error))
    {
      for (guint i = 0; i < n; i++)
        process (self, commits + i, 1);
      return;
    }
  for (guint i = 0; i < n; i++)
    answer (self, commits[i], done ? NULL : g_error_copy (error));
}

static guint
take_group (TcStore   *self,
            TcCommit **commits)
{
  guint n = 0;

  pthread_mutex_lock (&self->mutex);
  while (self->queue.length == 0 && !self->closing)
    pthread_cond_wait (&self->wake, &self->mutex);
  while (n < GROUP_MAX && self->queue.length > 0)
    commits[n++] = g_queue_pop_head (&self->queue);
  pthread_mutex_unlock (&self->mutex);
  return n;
}

static void *
run_writer (void *data)
{
  TcStore *self = data;
  TcCommit *commits[GROUP_MAX];
  guint n;

  tc_thread_set_role (TC_THREAD_WRITER);
  while ((n = take_group (self, commits)) > 0)
    process (self, commits, n);
  return NULL;
}

gboolean
tc_store_start_writer (TcStore  *self,
                       GError  **error)
{
  sigset_t all, before;
  int code;

  self->statements = g_ptr_array_new_with_free_func ((GDestroyNotify) sqlite3_finalize);
  /* Signals are for the program's main thread. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  code = pthread_create (&self->writer, NULL, run_writer, self);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  self->has_writer = code == 0;
  return code == 0 || tc_store_errno (code, _("starting the writer of"), self->directory, error);
}

void
tc_store_stop_writer (TcStore *self)
{
  pthread_mutex_lock (&self->mutex);
  self->closing = TRUE;
  pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->mutex);
  if (self->has_writer)
    pthread_join (self->writer, NULL);
  self->has_writer = FALSE;
  g_clear_pointer (&self->statements, g_ptr_array_unref);
}
