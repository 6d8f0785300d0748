/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-frames.h"
#include "tc-util.h"

#include <string.h>

#define HEADER      8
#define FRAME_LIMIT (16u * 1024 * 1024)
#define TIME_LIMIT  40      /* "2026-01-02T03:04:05.123456789+01:00" */

struct _TcDockerFrames
{
  gboolean    timestamps;
  GByteArray *part;         /* an incomplete frame */
};

TcDockerFrames *
tc_docker_frames_new (gboolean timestamps)
{
  TcDockerFrames *self = g_new0 (TcDockerFrames, 1);

  self->timestamps = timestamps;
  self->part = g_byte_array_new ();
  return self;
}

void
tc_docker_frames_free (TcDockerFrames *self)
{
  if (!self)
    return;
  g_byte_array_unref (self->part);
  g_free (self);
}

static void
give (TcDockerFrames   *self,
      int               stream,
      const char       *bytes,
      size_t            length,
      TcDockerFrameFunc func,
      gpointer          data)
{
  const char *blank = self->timestamps ? memchr (bytes, ' ', MIN (length, TIME_LIMIT)) : NULL;
  int64_t time_ns = 0;

  if (blank)
    {
      g_autofree char *text = g_strndup (bytes, (size_t) (blank - bytes));
      TcTime time;

      if (tc_time_parse (text, &time))
        {
          time_ns = time.seconds * 1000000000 + time.nanos;
          length -= (size_t) (blank + 1 - bytes);
          bytes = blank + 1;
        }
    }
  func (data, stream, time_ns, bytes, length);
}

/* Gives the complete frames at the head of @bytes. Returns how many bytes they were; -1: not such a stream. */
static ssize_t
take (TcDockerFrames   *self,
      const char       *bytes,
      size_t            length,
      TcDockerFrameFunc func,
      gpointer          data)
{
  size_t at = 0;

  while (length - at >= HEADER)
    {
      uint32_t size;

      memcpy (&size, bytes + at + 4, 4);
      size = GUINT32_FROM_BE (size);
      if ((unsigned char) bytes[at] > 2 || bytes[at + 1] || bytes[at + 2] || bytes[at + 3] || size > FRAME_LIMIT)
        return -1;
      if (length - at - HEADER < size)
        break;
      give (self, MAX (bytes[at], 1), bytes + at + HEADER, size, func, data);
      at += HEADER + size;
    }
  return (ssize_t) at;
}

gboolean
tc_docker_frames_feed (TcDockerFrames   *self,
                       const char       *bytes,
                       size_t            length,
                       TcDockerFrameFunc func,
                       gpointer          data)
{
  ssize_t taken;

  if (self->part->len > 0)
    {
      g_byte_array_append (self->part, (const guint8 *) bytes, (guint) length);
      taken = take (self, (const char *) self->part->data, self->part->len, func, data);
      if (taken > 0)
        g_byte_array_remove_range (self->part, 0, (guint) taken);
      return taken >= 0;
    }
  taken = take (self, bytes, length, func, data);
  if (taken >= 0)
    g_byte_array_append (self->part, (const guint8 *) bytes + taken, (guint) (length - (size_t) taken));
  return taken >= 0;
}
