/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-multipart.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 *   PREAMBLE ──▶ DELIMITER ──▶ HEADERS ──▶ CONTENT ──▶ DELIMITER …
 *                    └──▶ EPILOGUE
 *
 * A delimiter begins with the end of the line before it, so a body is read as if it began with an empty line.
 */
typedef enum { PREAMBLE, DELIMITER, HEADERS, CONTENT, EPILOGUE } Place;

#define HEADERS_LIMIT (16 * 1024)

struct _TcMultipart
{
  const TcMultipartFuncs *funcs;
  gpointer                data;
  Place                   place;
  char                   *delimiter;
  gsize                   delimiter_length;
  GString                *pending;     /* what has come and could not be read yet */
};

TcMultipart *
tc_multipart_new (const char             *boundary,
                  const TcMultipartFuncs *funcs,
                  gpointer                data)
{
  TcMultipart *self = g_new0 (TcMultipart, 1);

  self->funcs = funcs;
  self->data = data;
  self->delimiter = g_strconcat ("\r\n--", boundary, NULL);
  self->delimiter_length = strlen (self->delimiter);
  self->pending = g_string_new ("\r\n");
  return self;
}

void
tc_multipart_free (TcMultipart *self)
{
  if (self == NULL)
    return;
  g_free (self->delimiter);
  g_string_free (self->pending, TRUE);
  g_free (self);
}

/* The steps below read from @bytes and set @used; 0: more must come first. */
static gboolean
read_content (TcMultipart  *self,
              const char   *bytes,
              gsize         length,
              gsize        *used,
              GError      **error)
{
  const char *end = memmem (bytes, length, self->delimiter, self->delimiter_length);
  gsize kept = MIN (length, self->delimiter_length - 1), n = end != NULL ? (gsize) (end - bytes) : length - kept;
  gboolean in_part = self->place == CONTENT;

  *used = end != NULL ? n + self->delimiter_length : n;
  if (in_part && n > 0 && !self->funcs->content (self->data, bytes, n, error))
    return FALSE;
  if (end == NULL)
    return TRUE;
  self->place = DELIMITER;
  return !in_part || self->funcs->end (self->data, error);
}

/* After a delimiter: `--` behind the last one, else blanks and the end of the line, which the headers begin with. */
static gboolean
read_delimiter (TcMultipart  *self,
                const char   *bytes,
                gsize         length,
                gsize        *used,
                GError      **error)
{
  gsize n = 0;

  if (length >= 2 && memcmp (bytes, "--", 2) == 0)
    {
      self->place = EPILOGUE;
      *used = 2;
      return TRUE;
    }
  while (n < length && (bytes[n] == ' ' || bytes[n] == '\t'))
    n++;
  if (length - n < 2 && n <= HEADERS_LIMIT)
    return TRUE;
  if (n > HEADERS_LIMIT || memcmp (bytes + n, "\r\n", 2) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The multipart body has a delimiter that its line goes on after"));
      return FALSE;
    }
  *used = n;
  self->place = HEADERS;
  return TRUE;
}

static gboolean
read_headers (TcMultipart  *self,
              const char   *bytes,
              gsize         length,
              gsize        *used,
              GError      **error)
{
  const char *end = memmem (bytes, length, "\r\n\r\n", 4);

  /* An end that has come in part counts like one that is there. */
  if ((end != NULL ? (gsize) (end - bytes) : length - MIN (length, 3)) > HEADERS_LIMIT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("A part of the multipart body has more than %d bytes of headers"),
                   HEADERS_LIMIT);
      return FALSE;
    }
  if (end == NULL)
    return TRUE;
  *used = (gsize) (end - bytes) + 4;
  self->place = CONTENT;
  return self->funcs->begin (self->data, bytes, *used - 2, error);
}

gboolean
tc_multipart_feed (TcMultipart  *self,
                   const char   *bytes,
                   gsize         length,
                   GError      **error)
{
  gsize at = 0, used;
  gboolean good = TRUE;
  Place before;

  g_string_append_len (self->pending, bytes, (gssize) length);
  do
    {
      const char *rest = self->pending->str + at;
      gsize left = self->pending->len - at;

      used = 0;
      before = self->place;
      switch (self->place)
        {
        case PREAMBLE:
        case CONTENT:
          good = read_content (self, rest, left, &used, error);
          break;
        case DELIMITER:
          good = read_delimiter (self, rest, left, &used, error);
          break;
        case HEADERS:
          good = read_headers (self, rest, left, &used, error);
          break;
        case EPILOGUE:
          used = left;
          break;
        }
      at += used;
    }
  while (good && (used > 0 || self->place != before));
  g_string_erase (self->pending, 0, (gssize) at);
  return good;
}

gboolean
tc_multipart_finish (TcMultipart  *self,
                     GError      **error)
{
  /* Nothing at all has no parts. */
  if (self->place == EPILOGUE || (self->place == PREAMBLE && self->pending->len == strlen ("\r\n")))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The multipart body stops before its last delimiter"));
  return FALSE;
}
