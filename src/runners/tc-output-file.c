/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-output-file.h"
#include "tc-limits.h"
#include "tc-util.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES (256u * 1024)

/*
 * O1 given[s] + length of the partial line of s == read[s], once the bytes that the mark skips have gone by.
 * O2 A partial line remembers the frame in which it began and how much of each stream had been read before that frame, so the mark of
 *    a reader is the earliest such frame, however far the other stream has run ahead.
 */
typedef struct
{
  uint64_t offset, read[TC_OUTPUT_STREAMS];
} FramePlace;

typedef struct
{
  GByteArray *partial;
  size_t      scanned;        /* bytes of partial without a line end */
  size_t      largest;        /* that partial ever was */
  uint64_t    read, given;    /* payload bytes since the place where this reader began */
  gboolean    after_cr;
  int64_t     time_us;
  FramePlace  began;          /* valid while partial is not empty */
} Stream;

struct _TcOutputReader
{
  char       *path;
  TcFd        fd;
  uint64_t    offset;         /* of the first byte of block */
  GByteArray *block;          /* read, but not yet taken as frames */
  Stream      streams[TC_OUTPUT_STREAMS];
};

static uint64_t
get_big_endian (const uint8_t *at,
                int            bytes)
{
  uint64_t value = 0;

  for (int i = 0; i < bytes; i++)
    value = value << 8 | at[i];
  return value;
}

void
tc_output_header (uint8_t  header[TC_OUTPUT_HEADER_BYTES],
                  int      stream,
                  uint32_t length,
                  int64_t  time_ns)
{
  uint32_t length_be = GUINT32_TO_BE (length);
  uint64_t time_be = GUINT64_TO_BE ((uint64_t) time_ns);

  memset (header, 0, 4);
  header[0] = (uint8_t) stream;
  memcpy (header + 4, &length_be, 4);
  memcpy (header + 8, &time_be, 8);
}

gboolean
tc_output_header_parse (const uint8_t header[TC_OUTPUT_HEADER_BYTES],
                        int          *stream,
                        uint32_t     *length,
                        int64_t      *time_ns)
{
  uint32_t n = (uint32_t) get_big_endian (header + 4, 4);

  if ((header[0] != 1 && header[0] != 2) || header[1] || header[2] || header[3] || n > TC_OUTPUT_FRAME_BYTES)
    return FALSE;
  *stream = header[0];
  *length = n;
  *time_ns = (int64_t) get_big_endian (header + 8, 8);
  return TRUE;
}

char *
tc_output_mark_to_text (const TcOutputMark *self)
{
  return g_strdup_printf ("%" PRIu64 " %" PRIu64 " %" PRIu64 " %u %u", self->offset, self->skip[1], self->skip[2],
                          self->after_cr[1], self->after_cr[2]);
}

gboolean
tc_output_mark_parse (const char   *text,
                      TcOutputMark *mark)
{
  TcOutputMark made = { 0 };
  unsigned cr1, cr2;
  int end = 0;

  if (sscanf (text, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %u %u%n", &made.offset, &made.skip[1], &made.skip[2], &cr1, &cr2, &end) != 5
      || text[end] != '\0' || cr1 > 1 || cr2 > 1)
    return FALSE;
  made.after_cr[1] = (uint8_t) cr1;
  made.after_cr[2] = (uint8_t) cr2;
  *mark = made;
  return TRUE;
}

TcOutputReader *
tc_output_reader_new (const char         *path,
                      const TcOutputMark *from)
{
  TcOutputReader *self = g_new0 (TcOutputReader, 1);

  self->path = g_strdup (path);
  self->fd = -1;
  self->block = g_byte_array_new ();
  self->offset = from ? from->offset : 0;
  for (int i = 1; i < TC_OUTPUT_STREAMS; i++)
    {
      self->streams[i].partial = g_byte_array_new ();
      self->streams[i].given = from ? from->skip[i] : 0;
      self->streams[i].after_cr = from && from->after_cr[i];
    }
  return self;
}

void
tc_output_reader_free (TcOutputReader *self)
{
  if (!self)
    return;
  tc_fd_clear (&self->fd);
  g_byte_array_unref (self->block);
  for (int i = 1; i < TC_OUTPUT_STREAMS; i++)
    g_byte_array_unref (self->streams[i].partial);
  g_free (self->path);
  g_free (self);
}

/* The text as lines have it: valid UTF-8 without U+0000. NULL: it is so already. */
static char *
make_clean (const uint8_t *text,
            size_t         length,
            size_t        *made_length)
{
  g_autofree char *valid = NULL;
  const char *from = (const char *) text;
  GString *out;

  if (tc_utf8_check (from, length) == length && !memchr (from, '\0', length))
    return NULL;
  valid = tc_utf8_make_valid (from, length, &length);
  out = g_string_sized_new (length + 16);
  for (size_t i = 0; i < length; i++)
    if (valid[i])
      g_string_append_c (out, valid[i]);
    else
      g_string_append (out, "\xEF\xBF\xBD");
  *made_length = out->len;
  return g_string_free (out, FALSE);
}

static void
give_line (const Stream    *stream,
           int              index,
           uint8_t         *text,        /* followed by a byte that may be written */
           size_t           length,
           gboolean         continues,
           TcOutputLineFunc func,
           gpointer         data)
{
  TcOutputLine line = { .stream = index, .time_us = stream->time_us, .length = length, .continues = continues };
  g_autofree char *made = make_clean (text, length, &line.length);
  uint8_t after = text[length];

  text[length] = '\0';
  line.text = made ? made : (const char *) text;
  func (data, &line);
  text[length] = after;
}

/* The longest prefix of a full buffer that does not cut a character in two. */
static size_t
whole_characters (const uint8_t *text,
                  size_t         length)
{
  size_t end = length;

  for (int i = 0; i < 3 && end > 0 && (text[end - 1] & 0xC0) == 0x80; i++)
    end--;
  return end > 0 && text[end - 1] >= 0xC0 ? end - 1 : length;
}

/* In small windows, so that a text of one kind of line end is not searched for the other again with every line. */
static size_t
find_line_end (const uint8_t *text,
               size_t         length)
{
  for (size_t at = 0; at < length; at += 512)
    {
      size_t window = MIN (length - at, 512);
      const uint8_t *lf = memchr (text + at, '\n', window);
      const uint8_t *cr = memchr (text + at, '\r', lf ? (size_t) (lf - text) - at : window);

      if (cr || lf)
        return (size_t) ((cr ? cr : lf) - text);
    }
  return length;
}

/* Gives all lines that are complete in the stream's partial text. */
static void
split (Stream          *stream,
       int              index,
       TcOutputLineFunc func,
       gpointer         data)
{
  uint8_t *text = stream->partial->data;
  size_t length = stream->partial->len - 1;       /* the last byte is a spare one */
  size_t at = 0;

  while (at < length)
    {
      size_t scanned = at == 0 ? stream->scanned : 0;
      size_t n;

      if (stream->after_cr && text[at] == '\n')
        {
          stream->after_cr = FALSE;
          stream->given++;
          at++;
          continue;
        }
      stream->after_cr = FALSE;
      n = scanned + find_line_end (text + at + scanned, length - at - scanned);
      if (n > TC_LIMIT_LOG_LINE_BYTES)
        {
          n = whole_characters (text + at, TC_LIMIT_LOG_LINE_BYTES);
          give_line (stream, index, text + at, n, TRUE, func, data);
          stream->given += n;
          at += n;
          stream->scanned = 0;
          continue;
        }
      if (at + n == length)
        break;
      give_line (stream, index, text + at, n, FALSE, func, data);
      stream->after_cr = text[at + n] == '\r';
      stream->given += n + 1;
      at += n + 1;
      stream->scanned = 0;
    }
  stream->scanned = length - at;
  memmove (text, text + at, length - at);
  g_byte_array_set_size (stream->partial, (guint) (length - at));
}

static void
take_frame (TcOutputReader  *self,
            int              index,
            const uint8_t   *payload,
            uint32_t         length,
            int64_t          time_ns,
            TcOutputLineFunc func,
            gpointer         data)
{
  Stream *stream = &self->streams[index];
  uint64_t skip = stream->given > stream->read ? MIN (length, stream->given - stream->read) : 0;
  size_t had = stream->partial->len;
  FramePlace here = { .offset = self->offset, .read = { 0, self->streams[1].read, self->streams[2].read } };
  static const uint8_t spare = 0;

  stream->read += length;
  stream->time_us = time_ns / 1000;
  if (skip == length)
    return;
  g_byte_array_append (stream->partial, payload + skip, (guint) (length - skip));
  g_byte_array_append (stream->partial, &spare, 1);
  stream->largest = MAX (stream->largest, stream->partial->len);
  split (stream, index, func, data);
  if (stream->partial->len > 0 && (had == 0 || stream->partial->len <= length))
    stream->began = here;
}

/* Takes the complete frames of the block. */
static gboolean
take_frames (TcOutputReader  *self,
             TcOutputLineFunc func,
             gpointer         data,
             GError         **error)
{
  const uint8_t *at = self->block->data;
  size_t left = self->block->len;
  int64_t time_ns;
  uint32_t length;
  int stream;

  while (left >= TC_OUTPUT_HEADER_BYTES)
    {
      if (!tc_output_header_parse (at, &stream, &length, &time_ns))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("“%s” is damaged at byte %" PRIu64 ": the rest of this output cannot be read"), self->path, self->offset);
          return FALSE;
        }
      if (left - TC_OUTPUT_HEADER_BYTES < length)
        break;
      take_frame (self, stream, at + TC_OUTPUT_HEADER_BYTES, length, time_ns, func, data);
      at += TC_OUTPUT_HEADER_BYTES + length;
      left -= TC_OUTPUT_HEADER_BYTES + length;
      self->offset += TC_OUTPUT_HEADER_BYTES + length;
    }
  g_byte_array_remove_range (self->block, 0, (guint) (self->block->len - left));
  return TRUE;
}

/* Appends the next block of the file. 0: its end, -1: error. */
static ssize_t
read_block (TcOutputReader *self,
            GError        **error)
{
  guint had = self->block->len;
  ssize_t n;

  if (self->fd < 0)
    self->fd = open (self->path, O_RDONLY | O_CLOEXEC);
  if (self->fd < 0 && errno == ENOENT)
    return 0;
  g_byte_array_set_size (self->block, had + BLOCK_BYTES);
  do
    n = self->fd < 0 ? -1 : pread (self->fd, self->block->data + had, BLOCK_BYTES, (off_t) (self->offset + had));
  while (n < 0 && errno == EINTR && self->fd >= 0);
  if (n < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Could not read “%s”: %s"), self->path, g_strerror (errno));
  g_byte_array_set_size (self->block, had + (guint) MAX (n, 0));
  return n;
}

/* Thousands of readers wait for the next line most of the time: what they wait with is small. */
static void
compact (TcOutputReader *self)
{
  GByteArray *rest = g_byte_array_sized_new (self->block->len);

  g_byte_array_append (rest, self->block->data, self->block->len);
  g_byte_array_unref (self->block);
  self->block = rest;
  for (int i = 1; i < TC_OUTPUT_STREAMS; i++)
    if (self->streams[i].partial->len == 0 && self->streams[i].largest > 4096)
      {
        g_byte_array_unref (self->streams[i].partial);
        self->streams[i].partial = g_byte_array_new ();
        self->streams[i].largest = 0;
      }
}

gboolean
tc_output_reader_read (TcOutputReader  *self,
                       size_t           budget,
                       TcOutputLineFunc func,
                       gpointer         data,
                       gboolean        *more,
                       GError         **error)
{
  size_t done = 0;
  ssize_t n;

  do
    {
      n = read_block (self, error);
      if (n < 0 || !take_frames (self, func, data, error))
        return FALSE;
      done += (size_t) n;
    }
  while (n > 0 && done < budget);
  compact (self);
  *more = n == BLOCK_BYTES;
  return TRUE;
}

void
tc_output_reader_finish (TcOutputReader  *self,
                         TcOutputLineFunc func,
                         gpointer         data)
{
  static const uint8_t spare = 0;

  for (int i = 1; i < TC_OUTPUT_STREAMS; i++)
    {
      Stream *stream = &self->streams[i];
      size_t length = stream->partial->len;

      if (length == 0)
        continue;
      g_byte_array_append (stream->partial, &spare, 1);
      give_line (stream, i, stream->partial->data, length, FALSE, func, data);
      stream->given += length;
      stream->scanned = 0;
      g_byte_array_set_size (stream->partial, 0);
    }
}

void
tc_output_reader_mark (const TcOutputReader *self,
                       TcOutputMark         *mark)
{
  FramePlace place = { .offset = self->offset, .read = { 0, self->streams[1].read, self->streams[2].read } };

  for (int i = 1; i < TC_OUTPUT_STREAMS; i++)
    if (self->streams[i].partial->len > 0 && self->streams[i].began.offset < place.offset)
      place = self->streams[i].began;
  mark->offset = place.offset;
  mark->skip[0] = mark->after_cr[0] = 0;
  for (int i = 1; i < TC_OUTPUT_STREAMS; i++)
    {
      mark->skip[i] = self->streams[i].given > place.read[i] ? self->streams[i].given - place.read[i] : 0;
      mark->after_cr[i] = self->streams[i].after_cr;
    }
}
