/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-log-blocks.h"
#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * ID.log: 8 bytes of magic, then frames, appended only. Numbers are little-endian.
 *
 *   byte 0      kind: 0xa5 source, 0xe7 entry
 *   byte 1      level of an entry, 0 … 4
 *   byte 2-3    source: its number within the block
 *   byte 4-7    length of the payload
 *   byte 8-15   time of an entry, microseconds since the epoch
 *   byte 16-    payload
 *
 * An entry's payload is its message and a NUL. A source's is an attempt (4 bytes), a byte whose bits 0 … 2 tell which of task id, task run
 * id and value exist, and these three texts, each with a NUL. A block ends with the entry that makes 256, or that reaches 256 KiB; numbers
 * of sources begin anew with each block and may be given again within one, so a block can be read without any other.
 *
 * ID.idx: 8 bytes of magic, then a TcLogBlock for each complete block; made with the first. It is a cache: what is missing there is found by
 * reading the log.
 *
 * L1 The log is the truth; the index never says more than the log holds (rows that do not fit are cut away at the next open).
 * L2 A call appends all its entries with one write, or leaves the file as it was.
 * L3 After a crash the file ends with whole frames up to some length, then perhaps part of one, which the next open cuts away.
 */

typedef struct
{
  int   attempt;
  char *task_id, *task_run_id, *value;
} Source;

struct _TcLogWriter
{
  char       *path, *index_path;
  TcFd        fd, index_fd;   /* index_fd: -1: there is no index yet */
  gboolean    synced;
  TcLogBlocks blocks;
  guint       n_stored;       /* rows in the index file */
  GArray     *sources;        /* Source: those of the last block, by number */
  guint       latest;         /* the source of the entry before */
  GByteArray *buffer;
};

static void
clear_source (gpointer data)
{
  Source *source = data;

  g_free (source->task_id);
  g_free (source->task_run_id);
  g_free (source->value);
}

void
tc_log_writer_close (TcLogWriter *self)
{
  if (self == NULL)
    return;
  tc_fd_close (self->fd);
  tc_fd_close (self->index_fd);
  tc_log_blocks_clear (&self->blocks);
  g_array_unref (self->sources);
  g_byte_array_unref (self->buffer);
  g_free (self->path);
  g_free (self->index_path);
  g_free (self);
}

static gboolean
cut_file (int          fd,
          const char  *path,
          uint64_t     length,
          GError     **error)
{
  if (ftruncate (fd, (off_t) length) == 0 && lseek (fd, 0, SEEK_END) >= 0)
    return TRUE;
  return tc_store_errno (errno, _("cutting"), path, error);
}

/* A file without a whole head is a new one. One with another head is not ours to overwrite. */
static int
open_with_head (const char  *path,
                const char  *magic,
                gboolean     is_cache,
                int          flags,
                GError     **error)
{
  g_auto (TcFd) fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  char head[TC_LOG_HEAD_BYTES];
  ssize_t got = fd >= 0 ? tc_read_at (fd, head, TC_LOG_HEAD_BYTES, 0) : -1;

  if (got == TC_LOG_HEAD_BYTES && memcmp (head, magic, TC_LOG_HEAD_BYTES) == 0)
    return tc_fd_steal (&fd);
  if (got == TC_LOG_HEAD_BYTES && !is_cache)
    g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT, _("%s is not a log: move it away"), path);
  else if (got < 0)
    tc_store_errno (errno, _("opening"), path, error);
  else if (ftruncate (fd, 0) < 0 || lseek (fd, 0, SEEK_SET) < 0 || !tc_write_all (fd, magic, TC_LOG_HEAD_BYTES))
    tc_store_errno (errno, _("writing"), path, error);
  else
    return tc_fd_steal (&fd);
  return -1;
}

/* Complete blocks that the index file does not have yet. A failure only means that they are looked for again at the next open. */
static void
store_index (TcLogWriter *self)
{
  uint64_t at = TC_LOG_HEAD_BYTES + self->n_stored * sizeof (TcLogBlock);
  guint n = self->blocks.complete->len;

  if (n <= self->n_stored)
    return;
  if (self->index_fd < 0)
    self->index_fd = open_with_head (self->index_path, TC_LOG_INDEX_MAGIC, TRUE, O_CREAT, NULL);
  if (self->index_fd < 0 || lseek (self->index_fd, (off_t) at, SEEK_SET) < 0)
    return;
  for (guint i = self->n_stored; i < n; i++)
    {
      TcLogBlock row = g_array_index (self->blocks.complete, TcLogBlock, i);

      row.end = GUINT64_TO_LE (row.end);
      row.first_us = GINT64_TO_LE (row.first_us);
      row.tasks = GUINT64_TO_LE (row.tasks);
      row.n = GUINT32_TO_LE (row.n);
      for (int level = 0; level < TC_N_LEVELS; level++)
        row.levels[level] = GUINT32_TO_LE (row.levels[level]);
      if (!tc_write_all (self->index_fd, &row, sizeof row))
        return;
      self->n_stored++;
    }
}

/* Reads what is there, and cuts away what is not whole. */
static gboolean
load (TcLogWriter  *self,
      GError      **error)
{
  struct stat info;

  if (fstat (self->fd, &info) < 0)
    return tc_store_errno (errno, _("reading"), self->path, error);
  g_array_set_size (self->sources, 0);
  tc_log_blocks_reset (&self->blocks);
  tc_log_blocks_load (&self->blocks, self->index_fd, (uint64_t) info.st_size);
  self->n_stored = self->blocks.complete->len;
  if (!tc_log_blocks_scan (&self->blocks, self->fd, self->path, error)
      || !cut_file (self->fd, self->path, self->blocks.last.end, error)
      || (self->index_fd >= 0
          && !cut_file (self->index_fd, self->index_path, TC_LOG_HEAD_BYTES + self->n_stored * sizeof (TcLogBlock), error)))
    return FALSE;
  store_index (self);
  return TRUE;
}

/* None yet is fine. One that is no index is made anew, as all of it can be found again. */
static gboolean
open_index (TcLogWriter  *self,
            GError      **error)
{
  g_autoptr (GError) problem = NULL;

  self->index_fd = open_with_head (self->index_path, TC_LOG_INDEX_MAGIC, TRUE, 0, &problem);
  if (self->index_fd >= 0 || g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
sync_directory (const char  *directory,
                GError     **error)
{
  g_auto (TcFd) fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return (fd >= 0 && fsync (fd) == 0) || tc_store_errno (errno, _("writing"), directory, error);
}

static TcLogWriter *
open_writer (const char  *directory,
             const char  *execution_id,
             gboolean     synced,
             GError     **error)
{
  g_autofree char *path = tc_log_path (directory, execution_id, ".log", error);
  g_autofree char *index_path = tc_log_path (directory, execution_id, ".idx", path != NULL ? error : NULL);
  g_autoptr (TcLogWriter) self = NULL;

  if (path == NULL)
    return NULL;
  if (g_mkdir_with_parents (directory, 0700) < 0)
    {
      tc_store_errno (errno, _("making"), directory, error);
      return NULL;
    }
  self = g_new0 (TcLogWriter, 1);
  self->path = g_steal_pointer (&path);
  self->index_path = g_steal_pointer (&index_path);
  self->sources = g_array_new (FALSE, FALSE, sizeof (Source));
  g_array_set_clear_func (self->sources, clear_source);
  self->buffer = g_byte_array_new ();
  tc_log_blocks_init (&self->blocks);
  self->index_fd = -1;
  self->synced = synced;
  self->fd = open_with_head (self->path, TC_LOG_MAGIC, FALSE, O_CREAT, error);
  if (self->fd < 0 || !open_index (self, error) || !load (self, error) || (synced && !sync_directory (directory, error)))
    return NULL;
  return g_steal_pointer (&self);
}

TcLogWriter *
tc_log_writer_open (const char  *directory,
                    const char  *execution_id,
                    GError     **error)
{
  return open_writer (directory, execution_id, TRUE, error);
}

TcLogWriter *
tc_log_writer_open_unsynced (const char  *directory,
                             const char  *execution_id,
                             GError     **error)
{
  return open_writer (directory, execution_id, FALSE, error);
}

static gboolean
is_source (const Source     *source,
           const TcLogEntry *entry)
{
  return source->attempt == entry->attempt && g_strcmp0 (source->task_run_id, entry->task_run_id) == 0
         && g_strcmp0 (source->task_id, entry->task_id) == 0 && g_strcmp0 (source->value, entry->value) == 0;
}

static void
put_frame (TcLogWriter      *self,
           const TcLogFrame *frame)
{
  uint8_t bytes[TC_LOG_FRAME_BYTES];

  tc_log_frame_encode (frame, bytes);
  g_byte_array_append (self->buffer, bytes, sizeof bytes);
  tc_log_block_count (&self->blocks.last, frame);
}

static void
put_source (TcLogWriter      *self,
            const TcLogEntry *entry,
            guint             number)
{
  const char *texts[] = { entry->task_id, entry->task_run_id, entry->value };
  int32_t attempt = GINT32_TO_LE (entry->attempt);
  TcLogFrame frame = { TC_LOG_FRAME_SOURCE, TC_LEVEL_TRACE, (uint16_t) number, TC_LOG_SOURCE_BYTES, 0 };
  uint8_t present = 0;

  for (int i = 0; i < 3; i++)
    {
      present |= (uint8_t) (texts[i] != NULL ? 1 << i : 0);
      texts[i] = texts[i] != NULL ? texts[i] : "";
      frame.length += (uint32_t) strlen (texts[i]) + 1;
    }
  put_frame (self, &frame);
  g_byte_array_append (self->buffer, (const uint8_t *) &attempt, 4);
  g_byte_array_append (self->buffer, &present, 1);
  for (int i = 0; i < 3; i++)
    g_byte_array_append (self->buffer, (const uint8_t *) texts[i], (guint) strlen (texts[i]) + 1);
  self->blocks.last.tasks |= UINT64_C (1) << tc_log_task_bit (entry->task_id);
}

static guint
source_number (TcLogWriter      *self,
               const TcLogEntry *entry)
{
  Source source = { entry->attempt, NULL, NULL, NULL };

  if (self->latest < self->sources->len && is_source (&g_array_index (self->sources, Source, self->latest), entry))
    return self->latest;
  for (guint i = 0; i < self->sources->len; i++)
    if (is_source (&g_array_index (self->sources, Source, i), entry))
      return i;
  source.task_id = g_strdup (entry->task_id);
  source.task_run_id = g_strdup (entry->task_run_id);
  source.value = g_strdup (entry->value);
  g_array_append_val (self->sources, source);
  put_source (self, entry, self->sources->len - 1);
  return self->sources->len - 1;
}

static size_t
bounded_length (const TcLogEntry *entry)
{
  size_t length = MIN (entry->length, TC_LOG_PAYLOAD_MAX - 1);

  while (length < entry->length && length > 0 && ((uint8_t) entry->message[length] & 0xc0) == 0x80)
    length--;
  return length;
}

static void
put_entry (TcLogWriter      *self,
           const TcLogEntry *entry)
{
  size_t length = bounded_length (entry);
  TcLogFrame frame = { TC_LOG_FRAME_ENTRY, entry->level, 0, (uint32_t) length + 1, entry->at_us };

  self->latest = source_number (self, entry);
  frame.source = (uint16_t) self->latest;
  put_frame (self, &frame);
  g_byte_array_append (self->buffer, (const uint8_t *) entry->message, (guint) length);
  g_byte_array_append (self->buffer, (const uint8_t *) "", 1);
  if (tc_log_block_is_full (&self->blocks.last, tc_log_blocks_begin (&self->blocks)))
    {
      tc_log_blocks_close (&self->blocks);
      g_array_set_size (self->sources, 0);
    }
}

gboolean
tc_log_writer_append (TcLogWriter       *self,
                      const TcLogEntry  *entries,
                      size_t             n,
                      GError           **error)
{
  uint64_t before = self->blocks.last.end;

  g_byte_array_set_size (self->buffer, 0);
  for (size_t i = 0; i < n; i++)
    put_entry (self, &entries[i]);
  if (tc_write_all (self->fd, self->buffer->data, self->buffer->len))
    {
      store_index (self);
      return TRUE;
    }
  tc_store_errno (errno, _("writing"), self->path, error);
  /* The cut makes the file what it was (L2); the blocks are read again, as this call may have closed some. */
  if (cut_file (self->fd, self->path, before, NULL))
    load (self, NULL);
  return FALSE;
}

uint64_t
tc_log_writer_length (const TcLogWriter *self)
{
  return self->blocks.last.end;
}

gboolean
tc_log_writer_cut (TcLogWriter  *self,
                   uint64_t      length,
                   GError      **error)
{
  length = MAX (length, TC_LOG_HEAD_BYTES);
  if (length >= self->blocks.last.end)
    return TRUE;
  return cut_file (self->fd, self->path, length, error) && load (self, error);
}

gboolean
tc_log_writer_sync (TcLogWriter  *self,
                    GError      **error)
{
  if (!self->synced)
    return TRUE;
  if (fdatasync (self->fd) < 0)
    return tc_store_errno (errno, _("writing"), self->path, error);
  return self->index_fd < 0 || fdatasync (self->index_fd) == 0 || tc_store_errno (errno, _("writing"), self->index_path, error);
}

gboolean
tc_log_remove (const char  *directory,
               const char  *execution_id,
               GError     **error)
{
  const char *const suffixes[] = { ".log", ".idx" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = tc_log_path (directory, execution_id, suffixes[i], error);

      if (path == NULL)
        return FALSE;
      if (g_unlink (path) < 0 && errno != ENOENT)
        return tc_store_errno (errno, _("deleting"), path, error);
    }
  return TRUE;
}
