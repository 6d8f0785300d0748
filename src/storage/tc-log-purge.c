/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-log-blocks.h"
#include "tc-log-file.h"
#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/*
 * What stays is written to a log of its own, ID.purge, which then takes the place of the old one. The old index goes first: an index may be
 * missing, but must never say more than its log (L1). A crash in between leaves the old log or the new one, whole, and at worst a log ID.purge
 * that the next purge writes anew.
 */

typedef struct
{
  TcLogGoes    goes;
  gpointer     data;
  TcLogWriter *writer;      /* NULL: count only */
  uint64_t     gone;
  GError      *error;
} Purge;

static gboolean
sort_entry (uint64_t          index,
            const TcLogEntry *entry,
            gpointer          data)
{
  Purge *self = data;

  if (self->goes (entry, self->data))
    self->gone++;
  else if (self->writer != NULL)
    return tc_log_writer_append (self->writer, entry, 1, &self->error);
  return TRUE;
}

static gboolean
walk (TcLogReader  *reader,
      Purge        *self,
      GError      **error)
{
  self->gone = 0;
  if (!tc_log_reader_each (reader, 0, tc_log_reader_n (reader), sort_entry, self, self->error == NULL ? error : NULL))
    return FALSE;
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, self->error);
  return FALSE;
}

/* A short log has no index. */
static gboolean
move (const char  *directory,
      const char  *from,
      const char  *to,
      const char  *suffix,
      GError     **error)
{
  g_autofree char *old = tc_log_path (directory, from, suffix, error), *new = old != NULL ? tc_log_path (directory, to, suffix, error) : NULL;

  return new != NULL
         && (g_rename (old, new) == 0 || (errno == ENOENT && strcmp (suffix, ".idx") == 0)
             || tc_store_errno (errno, _("writing"), new, error));
}

static gboolean
take_place (const char  *directory,
            const char  *purged,
            const char  *execution_id,
            GError     **error)
{
  g_autofree char *index = tc_log_path (directory, execution_id, ".idx", error);
  g_auto (TcFd) folder = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (index == NULL)
    return FALSE;
  if (g_unlink (index) < 0 && errno != ENOENT)
    return tc_store_errno (errno, _("deleting"), index, error);
  return move (directory, purged, execution_id, ".log", error) && move (directory, purged, execution_id, ".idx", error)
         && ((folder >= 0 && fsync (folder) == 0) || tc_store_errno (errno, _("writing"), directory, error));
}

static gboolean
rewrite (const char   *directory,
         const char   *execution_id,
         TcLogReader  *reader,
         Purge        *self,
         GError      **error)
{
  g_autofree char *purged = g_strconcat (execution_id, ".purge", NULL);
  gboolean written;

  if (!tc_log_remove (directory, purged, error))
    return FALSE;
  self->writer = tc_log_writer_open (directory, purged, error);
  if (self->writer == NULL)
    return FALSE;
  written = walk (reader, self, error) && tc_log_writer_sync (self->writer, error);
  g_clear_pointer (&self->writer, tc_log_writer_close);
  if (written && take_place (directory, purged, execution_id, error))
    return TRUE;
  tc_log_remove (directory, purged, NULL);
  return FALSE;
}

gboolean
tc_log_purge (const char  *directory,
              const char  *execution_id,
              TcLogGoes    goes,
              gpointer     data,
              uint64_t    *n,
              GError     **error)
{
  g_autoptr (TcLogReader) reader = tc_log_reader_open (directory, execution_id, error);
  Purge self = { .goes = goes, .data = data };

  if (reader == NULL || !walk (reader, &self, error))
    return FALSE;
  *n = self.gone;
  if (self.gone == 0)
    return TRUE;
  if (self.gone == tc_log_reader_n (reader))
    return tc_log_remove (directory, execution_id, error);
  return rewrite (directory, execution_id, reader, &self, error);
}
