/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-output.h"
#include "tc-output-file.h"
#include "tc-util.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLACK_NS    INT64_C (5000000000)    /* how far the streams' times may be out of order */
#define MANY_FRAMES 20000
#define BLOCK_BYTES (1024u * 1024)
#define SLOT_NS     INT64_C (100000000)     /* frames are counted by tenths of a second */
#define N_SLOTS     32
#define TAIL_SLOTS  25

typedef struct
{
  int64_t  number;              /* of tenths since 1970 */
  uint64_t frames;
} Slot;

struct _TcDockerOutput
{
  char       *path;
  TcFd        fd;
  GByteArray *waiting;          /* frames, the first one perhaps written in part */
  uint64_t    bytes;            /* complete frames in the file */
  size_t      part;             /* bytes of the first waiting frame that are in the file */
  int         error;
  int64_t     since_ns;
  uint64_t    skip;             /* frames that will come again */
  uint64_t    counted;          /* by the last scan, to be left out */
  uint64_t    taken;            /* frames that came in this reading of the log, left out or not */
  int64_t     newest_slot;
  Slot        slots[N_SLOTS];   /* of the newest frames, by number modulo N_SLOTS */
};

TcDockerOutput *
tc_docker_output_new (const char *path)
{
  TcDockerOutput *self = g_new0 (TcDockerOutput, 1);

  self->path = g_strdup (path);
  self->waiting = g_byte_array_new ();
  self->fd = open (path, O_RDWR | O_APPEND | O_CLOEXEC);
  if (self->fd < 0)
    self->error = errno;
  return self;
}

void
tc_docker_output_free (TcDockerOutput *self)
{
  if (!self)
    return;
  tc_fd_clear (&self->fd);
  g_byte_array_unref (self->waiting);
  g_free (self->path);
  g_free (self);
}

typedef void (*HeaderFunc) (TcDockerOutput *self, int64_t time_ns, int64_t *newest);

static void
find_newest (TcDockerOutput *self,
             int64_t         time_ns,
             int64_t        *newest)
{
  *newest = MAX (*newest, time_ns);
}

static void
count_recent (TcDockerOutput *self,
              int64_t         time_ns,
              int64_t        *newest)
{
  if (time_ns >= self->since_ns)
    self->skip++;
}

/* Calls @func for each complete frame; self->bytes is then where they end. */
static gboolean
each_header (TcDockerOutput *self,
             HeaderFunc      func,
             int64_t        *newest)
{
  g_autofree uint8_t *block = g_malloc (BLOCK_BYTES);
  uint64_t block_at = 0, at = 0;
  ssize_t have = 0;
  struct stat info;

  if (fstat (self->fd, &info) != 0)
    return FALSE;
  for (;;)
    {
      int64_t time_ns;
      uint32_t length;
      int stream;

      if (at < block_at || at + TC_OUTPUT_HEADER_BYTES > block_at + (uint64_t) have)
        {
          have = pread (self->fd, block, BLOCK_BYTES, (off_t) at);
          block_at = at;
          if (have < 0)
            return FALSE;
        }
      if (have < TC_OUTPUT_HEADER_BYTES || !tc_output_header_parse (block + (at - block_at), &stream, &length, &time_ns)
          || at + TC_OUTPUT_HEADER_BYTES + length > (uint64_t) info.st_size)
        break;
      func (self, time_ns, newest);
      at += TC_OUTPUT_HEADER_BYTES + length;
    }
  self->bytes = at;
  return TRUE;
}

gboolean
tc_docker_output_scan (TcDockerOutput *self,
                       GError        **error)
{
  int64_t newest = 0;

  self->skip = self->taken = self->counted = 0;
  self->since_ns = self->newest_slot = 0;
  memset (self->slots, 0, sizeof self->slots);
  self->part = 0;
  g_byte_array_set_size (self->waiting, 0);
  if (self->fd >= 0 && each_header (self, find_newest, &newest))
    {
      self->since_ns = MAX (newest - SLACK_NS, 0);
      if (each_header (self, count_recent, &newest) && ftruncate (self->fd, (off_t) self->bytes) == 0)
        {
          self->counted = self->skip;
          return TRUE;
        }
    }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("“%s” cannot be read: %s"), self->path, g_strerror (errno));
  return FALSE;
}

int64_t
tc_docker_output_since_ns (const TcDockerOutput *self)
{
  return self->since_ns;
}

gboolean
tc_docker_output_again (TcDockerOutput *self)
{
  self->skip = self->taken;
  self->taken = 0;
  return self->skip > MANY_FRAMES && self->skip > 4 * self->counted;
}

static void
count_slot (TcDockerOutput *self,
            int64_t         time_ns)
{
  int64_t number = MAX (time_ns, 0) / SLOT_NS;
  Slot *slot = &self->slots[number % N_SLOTS];

  if (slot->number < number)
    *slot = (Slot) { number, 0 };
  slot->frames += slot->number == number;
  self->newest_slot = MAX (self->newest_slot, number);
}

void
tc_docker_output_tail (TcDockerOutput *self)
{
  self->skip = self->newest_slot > 0 ? 0 : self->counted;
  self->taken = 0;
  if (self->newest_slot == 0)
    return;
  self->since_ns = MAX (self->since_ns, (self->newest_slot - TAIL_SLOTS) * SLOT_NS);
  for (size_t i = 0; i < N_SLOTS; i++)
    if (self->slots[i].number >= self->newest_slot - TAIL_SLOTS)
      self->skip += self->slots[i].frames;
}

void
tc_docker_output_frame (TcDockerOutput *self,
                        int             stream,
                        int64_t         time_ns,
                        const char     *bytes,
                        size_t          length)
{
  uint8_t header[TC_OUTPUT_HEADER_BYTES];

  self->taken++;
  count_slot (self, time_ns);
  if (self->skip > 0)
    {
      self->skip--;
      return;
    }
  tc_output_header (header, stream, (uint32_t) length, time_ns);
  g_byte_array_append (self->waiting, header, sizeof header);
  g_byte_array_append (self->waiting, (const guint8 *) bytes, (guint) length);
  if (self->waiting->len >= 256 * 1024)
    tc_docker_output_flush (self);
}

/* Counts the complete frames among what was written. */
static void
take_written (TcDockerOutput *self,
              size_t          written)
{
  size_t at = 0;

  written += self->part;
  while (written - at >= TC_OUTPUT_HEADER_BYTES)
    {
      int64_t time_ns;
      uint32_t length;
      int stream;

      if (!tc_output_header_parse (self->waiting->data + at, &stream, &length, &time_ns) || written - at - TC_OUTPUT_HEADER_BYTES < length)
        break;
      at += TC_OUTPUT_HEADER_BYTES + length;
    }
  self->bytes += at;
  self->part = written - at;
  g_byte_array_remove_range (self->waiting, 0, (guint) at);
}

gboolean
tc_docker_output_flush (TcDockerOutput *self)
{
  while (self->fd >= 0 && self->waiting->len > self->part)
    {
      ssize_t n = write (self->fd, self->waiting->data + self->part, self->waiting->len - self->part);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          self->error = errno;
          return FALSE;
        }
      self->error = 0;
      take_written (self, (size_t) n);
    }
  return self->fd >= 0;
}

int
tc_docker_output_errno (const TcDockerOutput *self)
{
  return self->error;
}

gboolean
tc_docker_output_failed (const TcDockerOutput *self)
{
  return self->error && self->error != ENOSPC && self->error != EDQUOT;
}

uint64_t
tc_docker_output_bytes (const TcDockerOutput *self)
{
  return self->bytes;
}

void
tc_docker_output_cut (TcDockerOutput *self)
{
  if (self->part > 0 && self->fd >= 0 && ftruncate (self->fd, (off_t) self->bytes) != 0)
    self->error = errno;
  self->part = 0;
  g_byte_array_set_size (self->waiting, 0);
}
