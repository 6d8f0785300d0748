/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * The `output` file of a run directory: frames, appended only. Both runners write it; a kill -9 of anybody leaves at worst an incomplete
 * last frame, which readers ignore.
 *
 *   byte 0      stream: 1 standard output, 2 standard error
 *   byte 1-3    0
 *   byte 4-7    length of the payload, big-endian          (so far as in Docker's stream format)
 *   byte 8-15   time of arrival, nanoseconds since the epoch, big-endian
 *   byte 16-    payload
 */
#define TC_OUTPUT_HEADER_BYTES 16
#define TC_OUTPUT_STREAMS      3        /* index 0 is unused */
#define TC_OUTPUT_FRAME_BYTES  (16u * 1024 * 1024)     /* longer payloads are not written, and mark a file as damaged when read */

void     tc_output_header       (uint8_t header[TC_OUTPUT_HEADER_BYTES], int stream, uint32_t length, int64_t time_ns);
/* FALSE: no header of ours; nothing is set. */
gboolean tc_output_header_parse (const uint8_t header[TC_OUTPUT_HEADER_BYTES], int *stream, uint32_t *length, int64_t *time_ns);

/** TcOutputLine: one line of one stream, without its end. Valid UTF-8 (invalid bytes became U+FFFD; NUL too), NUL-ended. */
typedef struct
{
  int         stream;           /* 1 or 2 */
  int64_t     time_us;          /* when its last bytes arrived */
  const char *text;             /* borrowed for the call */
  size_t      length;           /* bytes */
  gboolean    continues;        /* cut at TC_LIMIT_LOG_LINE_BYTES: the next line of this stream is its continuation */
} TcOutputLine;

/**
 * TcOutputMark: where a reader stands, exactly: a new reader with this mark gives the line after the last one given. Plain data.
 * @offset is a frame; of its stream and later frames, @skip bytes of each stream have been given already.
 */
typedef struct
{
  uint64_t offset;
  uint64_t skip[TC_OUTPUT_STREAMS];
  uint8_t  after_cr[TC_OUTPUT_STREAMS];    /* the last line ended with \r: a \n that follows belongs to it */
} TcOutputMark;
/* "OFFSET SKIP1 SKIP2 CR1 CR2", for a database column. FALSE: not such a text. */
char     *tc_output_mark_to_text (const TcOutputMark *self);
gboolean  tc_output_mark_parse   (const char *text, TcOutputMark *mark);

/** TcOutputReader: reads one output file from a mark on and splits it into lines. Bound to one thread at a time; blocking reads. */
typedef struct _TcOutputReader TcOutputReader;
typedef void (*TcOutputLineFunc) (gpointer data, const TcOutputLine *line);

/** tc_output_reader_new: @from NULL: the beginning. A file that does not exist yet is empty. */
TcOutputReader *tc_output_reader_new   (const char *path, const TcOutputMark *from);
void            tc_output_reader_free  (TcOutputReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcOutputReader, tc_output_reader_free)

/** tc_output_reader_read: gives the complete lines of at most about @budget bytes. @more: whether there is more to read now.
 * Lines end with \n, \r\n or a lone \r (spec/scripts-and-runners.md §3.1). FALSE and @error: the file cannot be read or is damaged. */
gboolean        tc_output_reader_read  (TcOutputReader *self, size_t budget, TcOutputLineFunc func, gpointer data,
                                        gboolean *more, GError **error);
/** tc_output_reader_finish: after the run ended and all was read: gives the last, unterminated line of each stream. */
void            tc_output_reader_finish (TcOutputReader *self, TcOutputLineFunc func, gpointer data);
/** tc_output_reader_mark: after the last line given. */
void            tc_output_reader_mark  (const TcOutputReader *self, TcOutputMark *mark);

G_END_DECLS
