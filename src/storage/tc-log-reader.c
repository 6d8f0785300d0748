/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-log-blocks.h"
#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  int         attempt;
  const char *task_id, *task_run_id, *value;     /* into the block */
} BlockSource;

struct _TcLogReader
{
  char       *path, *index_path;
  TcFd        fd, index_fd;     /* -1: not there yet */
  TcLogBlocks blocks;
  char       *block;            /* bytes of the block read last */
  size_t      block_room;
};

TcLogReader *
tc_log_reader_open (const char  *directory,
                    const char  *execution_id,
                    GError     **error)
{
  g_autofree char *path = tc_log_path (directory, execution_id, ".log", error);
  g_autoptr (TcLogReader) self = NULL;

  if (path == NULL)
    return NULL;
  self = g_new0 (TcLogReader, 1);
  self->path = g_steal_pointer (&path);
  self->index_path = tc_log_path (directory, execution_id, ".idx", NULL);
  self->fd = self->index_fd = -1;
  tc_log_blocks_init (&self->blocks);
  return tc_log_reader_refresh (self, error) ? g_steal_pointer (&self) : NULL;
}

void
tc_log_reader_close (TcLogReader *self)
{
  if (self == NULL)
    return;
  tc_fd_close (self->fd);
  tc_fd_close (self->index_fd);
  tc_log_blocks_clear (&self->blocks);
  g_free (self->block);
  g_free (self->path);
  g_free (self->index_path);
  g_free (self);
}

/* A purge puts another file in its place. */
static void
leave_replaced (TcLogReader *self)
{
  struct stat own, named;

  if (self->fd < 0 || fstat (self->fd, &own) < 0 || (lstat (self->path, &named) == 0 && named.st_ino == own.st_ino && named.st_dev == own.st_dev))
    return;
  tc_fd_close (tc_fd_steal (&self->fd));
  tc_fd_close (tc_fd_steal (&self->index_fd));
  tc_log_blocks_reset (&self->blocks);
}

gboolean
tc_log_reader_refresh (TcLogReader  *self,
                       GError      **error)
{
  struct stat info;

  leave_replaced (self);
  if (self->fd < 0)
    self->fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (self->fd < 0)
    return errno == ENOENT || tc_store_errno (errno, _("opening"), self->path, error);
  if (self->index_fd < 0)
    self->index_fd = open (self->index_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fstat (self->fd, &info) < 0)
    return tc_store_errno (errno, _("reading"), self->path, error);
  if ((uint64_t) info.st_size < self->blocks.last.end)
    tc_log_blocks_reset (&self->blocks);      /* a recovery has cut it */
  tc_log_blocks_load (&self->blocks, self->index_fd, (uint64_t) info.st_size);
  return tc_log_blocks_scan (&self->blocks, self->fd, self->path, error);
}

uint64_t
tc_log_reader_n (const TcLogReader *self)
{
  return self->blocks.n_complete + self->blocks.last.n;
}

uint64_t
tc_log_reader_n_level (const TcLogReader *self,
                       TcLevel            level)
{
  return self->blocks.levels[level] + self->blocks.last.levels[level];
}

static gboolean
set_damaged (TcLogReader  *self,
             uint64_t      offset,
             GError      **error)
{
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_CORRUPT, _("%s is damaged at byte %" PRIu64), self->path, offset);
  return FALSE;
}

static gboolean
read_source (const TcLogFrame *frame,
             const char       *payload,
             BlockSource      *sources)
{
  const char *texts[3], *end = payload + frame->length, *at = payload + TC_LOG_SOURCE_BYTES;
  int32_t attempt;

  if (frame->length < TC_LOG_SOURCE_BYTES)
    return FALSE;
  memcpy (&attempt, payload, 4);
  for (int i = 0; i < 3; i++)
    {
      const char *nul = at < end ? memchr (at, '\0', (size_t) (end - at)) : NULL;

      if (nul == NULL)
        return FALSE;
      texts[i] = (payload[4] & (1 << i)) != 0 ? at : NULL;
      at = nul + 1;
    }
  sources[frame->source] = (BlockSource) { GINT32_FROM_LE (attempt), texts[0], texts[1], texts[2] };
  return TRUE;
}

/* The bytes of the block from @begin to @end. */
static gboolean
load_block (TcLogReader  *self,
            uint64_t      begin,
            uint64_t      end,
            GError      **error)
{
  size_t length = end - begin;
  ssize_t got;

  if (length > self->block_room)
    {
      self->block = g_realloc (self->block, length);
      self->block_room = length;
    }
  got = tc_read_at (self->fd, self->block, length, begin);
  if (got < 0)
    return tc_store_errno (errno, _("reading"), self->path, error);
  return (size_t) got == length || set_damaged (self, begin + (size_t) got, error);
}

typedef struct
{
  uint64_t  index, first, end;     /* entry numbers: of the next entry, and those wanted */
  TcLogFunc func;
  gpointer  data;
  gboolean  stopped;
} Walk;

static gboolean
give_entry (Walk              *walk,
            const TcLogFrame  *frame,
            const BlockSource *source,
            const char        *payload)
{
  TcLogEntry entry = { .at_us = frame->at_us, .level = frame->level, .task_id = source->task_id, .task_run_id = source->task_run_id,
                       .value = source->value, .attempt = source->attempt, .message = payload, .length = frame->length - 1 };

  if (frame->length == 0 || payload[frame->length - 1] != '\0' || source->attempt < 0)
    return FALSE;
  if (walk->index >= walk->first && walk->index < walk->end)
    walk->stopped = !walk->func (walk->index, &entry, walk->data);
  walk->index++;
  return TRUE;
}

static gboolean
walk_block (TcLogReader  *self,
            uint64_t      begin,
            uint64_t      end,
            Walk         *walk,
            GError      **error)
{
  g_autofree BlockSource *sources = g_new (BlockSource, TC_LOG_BLOCK_ENTRIES);
  TcLogFrame frame;

  if (!load_block (self, begin, end, error))
    return FALSE;
  for (int i = 0; i < TC_LOG_BLOCK_ENTRIES; i++)
    sources[i].attempt = -1;      /* not named yet */
  for (size_t at = 0; at < end - begin && !walk->stopped; at += TC_LOG_FRAME_BYTES + frame.length)
    {
      const char *payload = self->block + at + TC_LOG_FRAME_BYTES;

      if (end - begin - at < TC_LOG_FRAME_BYTES || !tc_log_frame_decode ((const uint8_t *) self->block + at, &frame)
          || frame.length > end - begin - at - TC_LOG_FRAME_BYTES)
        return set_damaged (self, begin + at, error);
      if (frame.kind == TC_LOG_FRAME_SOURCE ? !read_source (&frame, payload, sources)
                                            : !give_entry (walk, &frame, &sources[frame.source], payload))
        return set_damaged (self, begin + at, error);
    }
  return TRUE;
}

gboolean
tc_log_reader_each (TcLogReader  *self,
                    uint64_t      first,
                    uint64_t      n,
                    TcLogFunc     func,
                    gpointer      data,
                    GError      **error)
{
  uint64_t total = tc_log_reader_n (self), begin = TC_LOG_HEAD_BYTES;
  Walk walk = { 0, first, first + MIN (n, total - MIN (first, total)), func, data, FALSE };

  for (guint i = 0; i <= self->blocks.complete->len && walk.index < walk.end && !walk.stopped; i++)
    {
      const TcLogBlock *block = i < self->blocks.complete->len ? &g_array_index (self->blocks.complete, TcLogBlock, i)
                                                               : &self->blocks.last;

      if (walk.index + block->n <= first)
        walk.index += block->n;
      else if (!walk_block (self, begin, block->end, &walk, error))
        return FALSE;
      begin = block->end;
    }
  return TRUE;
}
