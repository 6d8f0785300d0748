/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-form.h"

#include "tc-util.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A piece of the body: a text, or what a file holds. */
typedef struct
{
  GBytes *text;        /* or NULL */
  char   *path;
  TcFd    fd;
} Piece;

struct _TcForm
{
  char      *boundary;
  GPtrArray *pieces;
  guint      at;        /* the piece whose turn it is */
  gsize      offset;    /* in its text */
  GError    *error;
};

static void
piece_free (gpointer data)
{
  Piece *self = data;

  g_clear_pointer (&self->text, g_bytes_unref);
  g_free (self->path);
  tc_fd_close (self->fd);
  g_free (self);
}

TcForm *
tc_form_new (void)
{
  TcForm *self = g_new0 (TcForm, 1);

  self->boundary = g_uuid_string_random ();
  self->pieces = g_ptr_array_new_with_free_func (piece_free);
  return self;
}

void
tc_form_free (TcForm *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pieces);
  g_clear_error (&self->error);
  g_free (self->boundary);
  g_free (self);
}

static void
add_piece (TcForm     *self,
           char       *text,
           const char *path,
           TcFd        fd)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->text = text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
  piece->path = g_strdup (path);
  piece->fd = fd;
  g_ptr_array_add (self->pieces, piece);
}

/* A name as it stands between quotes: it can neither end them nor the line. */
static char *
quoted (const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    if (*at == '"' || *at == '\\')
      g_string_append_printf (text, "\\%c", *at);
    else if (*at == '\r' || *at == '\n')
      g_string_append_c (text, ' ');
    else
      g_string_append_c (text, *at);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
tc_form_add_text (TcForm     *self,
                  const char *name,
                  const char *text)
{
  g_autofree char *quoted_name = quoted (name);

  add_piece (self, g_strdup_printf ("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", self->boundary, quoted_name, text),
             NULL, -1);
}

gboolean
tc_form_add_file (TcForm      *self,
                  const char  *name,
                  const char  *path,
                  GError     **error)
{
  g_autofree char *base = g_path_get_basename (path), *quoted_base = quoted (base), *quoted_name = quoted (name);
  g_auto (TcFd) fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  int code = fd < 0 || fstat (fd, &info) != 0 ? errno : S_ISDIR (info.st_mode) ? EISDIR : 0;

  if (code != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("reading %s: %s"), path, g_strerror (code));
      return FALSE;
    }
  add_piece (self, g_strdup_printf ("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                                    "Content-Type: application/octet-stream\r\n\r\n", self->boundary, quoted_name, quoted_base), NULL, -1);
  add_piece (self, NULL, path, tc_fd_steal (&fd));
  add_piece (self, g_strdup ("\r\n"), NULL, -1);
  return TRUE;
}

void
tc_form_end (TcForm *self)
{
  add_piece (self, g_strdup_printf ("--%s--\r\n", self->boundary), NULL, -1);
}

char *
tc_form_type (const TcForm *self)
{
  return g_strdup_printf ("multipart/form-data; boundary=%s", self->boundary);
}

static ssize_t
read_file (TcForm      *self,
           const Piece *piece,
           char        *buffer,
           size_t       size)
{
  ssize_t got;

  do
    got = read (piece->fd, buffer, size);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    g_set_error (&self->error, G_IO_ERROR, g_io_error_from_errno (errno), _("reading %s: %s"), piece->path, g_strerror (errno));
  return got;
}

static ssize_t
read_text (TcForm      *self,
           const Piece *piece,
           char        *buffer,
           size_t       size)
{
  gsize length;
  const char *text = g_bytes_get_data (piece->text, &length);
  size_t n = MIN (size, length - self->offset);

  memcpy (buffer, text + self->offset, n);
  self->offset += n;
  return (ssize_t) n;
}

ssize_t
tc_form_read (TcForm *self,
              char   *buffer,
              size_t  size)
{
  for (; self->error == NULL && self->at < self->pieces->len; self->at++, self->offset = 0)
    {
      const Piece *piece = self->pieces->pdata[self->at];
      ssize_t got = piece->text != NULL ? read_text (self, piece, buffer, size) : read_file (self, piece, buffer, size);

      if (got != 0)
        return got;
    }
  return self->error == NULL ? 0 : -1;
}

const GError *
tc_form_error (const TcForm *self)
{
  return self->error;
}
