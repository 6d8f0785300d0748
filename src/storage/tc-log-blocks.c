/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-limits.h"
#include "tc-log-blocks.h"
#include "tc-store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define SCAN_BYTES (256u * 1024)

ssize_t
tc_read_at (int       fd,
            void     *buffer,
            size_t    length,
            uint64_t  offset)
{
  size_t got = 0;

  while (got < length)
    {
      ssize_t n = pread (fd, (char *) buffer + got, length - got, (off_t) (offset + got));

      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        return -1;
      got += (size_t) MAX (n, 0);
    }
  return (ssize_t) got;
}

gboolean
tc_write_all (int         fd,
              const void *buffer,
              size_t      length)
{
  size_t done = 0;

  while (done < length)
    {
      ssize_t n = write (fd, (const char *) buffer + done, length - done);

      if (n < 0 && errno != EINTR)
        return FALSE;
      done += (size_t) MAX (n, 0);
    }
  return TRUE;
}

char *
tc_log_path (const char  *directory,
             const char  *execution_id,
             const char  *suffix,
             GError     **error)
{
  g_autofree char *name = g_strconcat (execution_id, suffix, NULL);

  if (tc_path_is_inside (execution_id) && strchr (execution_id, '/') == NULL)
    return g_build_filename (directory, name, NULL);
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH, _("“%s” cannot be an execution's id"), execution_id);
  return NULL;
}

void
tc_log_frame_encode (const TcLogFrame *self,
                     uint8_t           bytes[TC_LOG_FRAME_BYTES])
{
  uint16_t source = GUINT16_TO_LE (self->source);
  uint32_t length = GUINT32_TO_LE (self->length);
  int64_t at_us = GINT64_TO_LE (self->at_us);

  bytes[0] = (uint8_t) self->kind;
  bytes[1] = (uint8_t) self->level;
  memcpy (bytes + 2, &source, 2);
  memcpy (bytes + 4, &length, 4);
  memcpy (bytes + 8, &at_us, 8);
}

gboolean
tc_log_frame_decode (const uint8_t  bytes[TC_LOG_FRAME_BYTES],
                     TcLogFrame    *frame)
{
  uint16_t source;
  uint32_t length;
  int64_t at_us;

  if ((bytes[0] != TC_LOG_FRAME_SOURCE && bytes[0] != TC_LOG_FRAME_ENTRY) || bytes[1] >= TC_N_LEVELS)
    return FALSE;
  memcpy (&source, bytes + 2, 2);
  memcpy (&length, bytes + 4, 4);
  memcpy (&at_us, bytes + 8, 8);
  *frame = (TcLogFrame) { bytes[0], bytes[1], GUINT16_FROM_LE (source), GUINT32_FROM_LE (length), GINT64_FROM_LE (at_us) };
  return frame->length <= TC_LOG_PAYLOAD_MAX && frame->source < TC_LOG_BLOCK_ENTRIES;
}

guint
tc_log_task_bit (const char *task_id)
{
  return g_str_hash (task_id != NULL ? task_id : "") % 64;
}

gboolean
tc_log_block_is_full (const TcLogBlock *block,
                      uint64_t          begin)
{
  return block->n >= TC_LOG_BLOCK_ENTRIES || (block->n > 0 && block->end - begin >= TC_LOG_BLOCK_BYTES);
}

void
tc_log_block_count (TcLogBlock       *block,
                    const TcLogFrame *frame)
{
  block->end += TC_LOG_FRAME_BYTES + frame->length;
  if (frame->kind != TC_LOG_FRAME_ENTRY)
    return;
  if (block->n++ == 0)
    block->first_us = frame->at_us;
  block->levels[frame->level]++;
}

void
tc_log_blocks_init (TcLogBlocks *self)
{
  self->complete = g_array_new (FALSE, FALSE, sizeof (TcLogBlock));
  tc_log_blocks_reset (self);
}

void
tc_log_blocks_clear (TcLogBlocks *self)
{
  g_clear_pointer (&self->complete, g_array_unref);
}

void
tc_log_blocks_reset (TcLogBlocks *self)
{
  g_array_set_size (self->complete, 0);
  self->n_complete = 0;
  memset (self->levels, 0, sizeof self->levels);
  self->last = (TcLogBlock) { .end = TC_LOG_HEAD_BYTES };
}

uint64_t
tc_log_blocks_begin (const TcLogBlocks *self)
{
  guint n = self->complete->len;

  return n > 0 ? g_array_index (self->complete, TcLogBlock, n - 1).end : TC_LOG_HEAD_BYTES;
}

void
tc_log_blocks_close (TcLogBlocks *self)
{
  uint64_t end = self->last.end;

  g_array_append_val (self->complete, self->last);
  self->n_complete += self->last.n;
  for (int level = 0; level < TC_N_LEVELS; level++)
    self->levels[level] += self->last.levels[level];
  self->last = (TcLogBlock) { .end = end };
}

static TcLogBlock
block_from_le (const TcLogBlock *stored)
{
  TcLogBlock block = { .end = GUINT64_FROM_LE (stored->end), .first_us = GINT64_FROM_LE (stored->first_us),
                       .tasks = GUINT64_FROM_LE (stored->tasks), .n = GUINT32_FROM_LE (stored->n) };

  for (int level = 0; level < TC_N_LEVELS; level++)
    block.levels[level] = GUINT32_FROM_LE (stored->levels[level]);
  return block;
}

static gboolean
block_fits (const TcLogBlocks *self,
            const TcLogBlock  *block,
            uint64_t           size)
{
  uint64_t sum = 0;

  for (int level = 0; level < TC_N_LEVELS; level++)
    sum += block->levels[level];
  return sum == block->n && block->end <= size && block->end > tc_log_blocks_begin (self)
         && tc_log_block_is_full (block, tc_log_blocks_begin (self));
}

void
tc_log_blocks_load (TcLogBlocks *self,
                    int          index_fd,
                    uint64_t     size)
{
  char magic[TC_LOG_HEAD_BYTES];
  TcLogBlock rows[64];
  ssize_t got;

  if (index_fd < 0 || tc_read_at (index_fd, magic, TC_LOG_HEAD_BYTES, 0) != TC_LOG_HEAD_BYTES
      || memcmp (magic, TC_LOG_INDEX_MAGIC, TC_LOG_HEAD_BYTES) != 0)
    return;
  do
    {
      got = tc_read_at (index_fd, rows, sizeof rows, TC_LOG_HEAD_BYTES + self->complete->len * sizeof (TcLogBlock));
      for (ssize_t i = 0; i < got / (ssize_t) sizeof (TcLogBlock); i++)
        {
          TcLogBlock block = block_from_le (&rows[i]);

          if (!block_fits (self, &block, size))
            return;
          self->last = block;
          tc_log_blocks_close (self);
        }
    }
  while (got == (ssize_t) sizeof rows);
}

/* The task id of a source frame stands after its attempt and the marks of absent names. One cut off by the buffer may be any task. */
static void
note_task (TcLogBlocks      *self,
           const TcLogFrame *frame,
           const char       *payload,
           size_t            available)
{
  if (frame->kind != TC_LOG_FRAME_SOURCE)
    return;
  if (frame->length <= TC_LOG_SOURCE_BYTES || available < frame->length || payload[frame->length - 1] != '\0')
    self->last.tasks = UINT64_MAX;
  else
    self->last.tasks |= UINT64_C (1) << tc_log_task_bit (payload + TC_LOG_SOURCE_BYTES);
}

gboolean
tc_log_blocks_scan (TcLogBlocks  *self,
                    int           log_fd,
                    const char   *path,
                    GError      **error)
{
  g_autofree char *buffer = g_malloc (SCAN_BYTES);
  off_t size = lseek (log_fd, 0, SEEK_END);
  ssize_t got = SCAN_BYTES;
  TcLogFrame frame;

  self->last = (TcLogBlock) { .end = tc_log_blocks_begin (self) };
  while (got >= TC_LOG_FRAME_BYTES)
    {
      size_t at = 0;
      uint64_t from = self->last.end;

      got = tc_read_at (log_fd, buffer, SCAN_BYTES, from);
      if (got < 0)
        return tc_store_errno (errno, _("reading"), path, error);
      while (at + TC_LOG_FRAME_BYTES <= (size_t) got)
        {
          if (!tc_log_frame_decode ((const uint8_t *) buffer + at, &frame)
              || from + at + TC_LOG_FRAME_BYTES + frame.length > (uint64_t) size)
            return TRUE;
          note_task (self, &frame, buffer + at + TC_LOG_FRAME_BYTES, (size_t) got - at - TC_LOG_FRAME_BYTES);
          tc_log_block_count (&self->last, &frame);
          if (frame.kind == TC_LOG_FRAME_ENTRY && tc_log_block_is_full (&self->last, tc_log_blocks_begin (self)))
            tc_log_blocks_close (self);
          at += TC_LOG_FRAME_BYTES + frame.length;
          if (at > (size_t) got)
            break;
        }
    }
  return TRUE;
}
