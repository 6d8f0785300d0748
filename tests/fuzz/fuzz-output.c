/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An output file with any content: never a crash, valid text only, and every mark leads to the rest. */
#include "config.h"

#include "tc-fuzz.h"
#include "tc-output-file.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void
add_line (gpointer data, const TcOutputLine *line)
{
  g_assert_true (g_utf8_validate (line->text, (gssize) line->length, NULL));
  g_string_append_printf (data, "%d%s\n", line->stream, line->text);
}

static void
read_on (const char *path, const TcOutputMark *from, GString *got, TcOutputMark *mark)
{
  g_autoptr (TcOutputReader) reader = tc_output_reader_new (path, from);
  gboolean more;

  tc_output_reader_read (reader, G_MAXSIZE, add_line, got, &more, NULL);
  tc_output_reader_mark (reader, mark);
  tc_output_reader_finish (reader, add_line, got);
}

/* Each pair of bytes is a frame's stream and length, then its payload: most inputs are well-formed this way. */
static void
make_frames (const uint8_t *data, size_t size, GByteArray *file)
{
  for (size_t at = 0; at + 2 <= size;)
    {
      uint8_t header[TC_OUTPUT_HEADER_BYTES];
      uint32_t length = MIN (data[at + 1] % 16, (uint32_t) (size - at - 2));

      tc_output_header (header, 1 + data[at] % 2, length, 0);
      g_byte_array_append (file, header, sizeof header);
      g_byte_array_append (file, data + at + 2, length);
      at += 2 + length;
    }
}

void
tc_fuzz (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("output", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GString) raw = g_string_new (NULL), whole = g_string_new (NULL), first = g_string_new (NULL), rest = g_string_new (NULL);
  TcOutputMark mark, unused;
  size_t lines_end;

  g_assert_cmpint (write (fd, data, size), ==, (ssize_t) size);
  read_on (path, NULL, raw, &mark);

  make_frames (data, size, file);
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, file->data, file->len / 2, 0), ==, (ssize_t) (file->len / 2));
  {
    g_autoptr (TcOutputReader) reader = tc_output_reader_new (path, NULL);
    gboolean more;

    tc_output_reader_read (reader, G_MAXSIZE, add_line, first, &more, NULL);
    tc_output_reader_mark (reader, &mark);
  }
  lines_end = first->len;
  g_assert_cmpint (pwrite (fd, file->data, file->len, 0), ==, (ssize_t) file->len);
  read_on (path, NULL, whole, &unused);
  read_on (path, &mark, rest, &unused);
  g_assert_cmpuint (lines_end + rest->len, ==, whole->len);
  g_assert_true (g_str_has_prefix (whole->str, first->str));
  g_assert_cmpstr (whole->str + lines_end, ==, rest->str);
  close (fd);
}
