/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-upload.h"

#include "tc-multipart.h"
#include "tc-util.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_LIMIT (64 * 1024 * 1024)
#define PARTS_LIMIT 10000

/* Each file lies in a folder of its own: DATA/uploads/RANDOM/NAME, as the name is seen by whoever reads it. */
struct _TcUpload
{
  const TcSoup *soup;
  char         *directory;
  TcMultipart  *multipart;
  TcMapBuilder *inputs;
  GPtrArray    *files;
  gsize         text_length;
  guint         n_parts;
  GError       *error;       /* the first; the rest of the body is dropped */
  /* The part that is being read. */
  char         *name;        /* NULL: it has none and is dropped */
  GString      *text;
  TcFd          fd;
};

static gboolean
set_problem (int          code,
             const char  *path,
             GError     **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("Storing the upload in %s: %s"), path, g_strerror (code));
  return FALSE;
}

static gboolean
open_file (TcUpload    *self,
           const char  *name,
           GError     **error)
{
  g_autofree char *folder = g_build_filename (self->directory, "XXXXXX", NULL), *base = g_path_get_basename (name), *path = NULL;

  if (g_mkdir_with_parents (self->directory, 0700) != 0 || g_mkdtemp_full (folder, 0700) == NULL)
    return set_problem (errno, self->directory, error);
  path = g_build_filename (folder, tc_path_is_inside (base) ? base : "file", NULL);
  self->fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->fd < 0)
    {
      int code = errno;

      g_rmdir (folder);
      return set_problem (code, path, error);
    }
  g_ptr_array_add (self->files, g_steal_pointer (&path));
  return TRUE;
}

static gboolean
begin_part (gpointer     data,
            const char  *text,
            gsize        length,
            GError     **error)
{
  TcUpload *self = data;
  SoupMessageHeaders *headers = self->soup->message_headers_new (SOUP_MESSAGE_HEADERS_MULTIPART);
  g_autoptr (GHashTable) parameters = NULL;
  g_autofree char *disposition = NULL;
  const char *file = NULL;

  if (self->soup->headers_parse (text, (int) length, headers)
      && self->soup->message_headers_get_content_disposition (headers, &disposition, &parameters) && parameters != NULL)
    {
      self->name = g_strdup (g_hash_table_lookup (parameters, "name"));
      file = g_hash_table_lookup (parameters, "filename");
    }
  self->soup->message_headers_unref (headers);
  if (++self->n_parts > PARTS_LIMIT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _("The upload has more than %d parts"), PARTS_LIMIT);
      return FALSE;
    }
  if (self->name == NULL || file == NULL)
    return TRUE;
  /* The Python library names the part `files` and puts the input's id into the file name. */
  if (g_str_equal (self->name, "files"))
    {
      g_free (self->name);
      self->name = g_strdup (file);
    }
  return open_file (self, file, error);
}

static gboolean
write_file (TcUpload    *self,
            const char  *bytes,
            gsize        length,
            GError     **error)
{
  while (length > 0)
    {
      ssize_t n = write (self->fd, bytes, length);

      if (n < 0 && errno != EINTR)
        return set_problem (errno, self->files->pdata[self->files->len - 1], error);
      bytes += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
add_content (gpointer     data,
             const char  *bytes,
             gsize        length,
             GError     **error)
{
  TcUpload *self = data;

  if (self->name == NULL)
    return TRUE;
  if (self->fd >= 0)
    return write_file (self, bytes, length, error);
  self->text_length += length;
  if (self->text_length > TEXT_LIMIT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _("The inputs that are no files have more than %d MiB: give the long one as a file, to an input of type FILE"),
                   TEXT_LIMIT / 1024 / 1024);
      return FALSE;
    }
  g_string_append_len (self->text, bytes, (gssize) length);
  return TRUE;
}

static gboolean
end_part (gpointer   data,
          GError   **error)
{
  TcUpload *self = data;
  gboolean is_file = self->fd >= 0;

  if (is_file && close (tc_fd_steal (&self->fd)) != 0)
    return set_problem (errno, self->files->pdata[self->files->len - 1], error);
  if (is_file)
    tc_map_builder_str (self->inputs, self->name, self->files->pdata[self->files->len - 1]);
  else if (self->name != NULL)
    tc_map_builder_take (self->inputs, self->name, tc_value_string_len (self->text->str, self->text->len));
  g_clear_pointer (&self->name, g_free);
  g_string_truncate (self->text, 0);
  return TRUE;
}

static const TcMultipartFuncs part_funcs = { begin_part, add_content, end_part };

TcUpload *
tc_upload_new (const TcSoup *soup,
               const char   *data_directory,
               const char   *boundary)
{
  TcUpload *self = g_new0 (TcUpload, 1);

  self->soup = soup;
  self->directory = g_build_filename (data_directory, "uploads", NULL);
  self->multipart = tc_multipart_new (boundary, &part_funcs, self);
  self->inputs = tc_map_builder_new ();
  self->files = g_ptr_array_new_with_free_func (g_free);
  self->text = g_string_new (NULL);
  self->fd = -1;
  return self;
}

static void
remove_file (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
}

void
tc_upload_free (TcUpload *self)
{
  if (self == NULL)
    return;
  tc_fd_close (self->fd);
  for (guint i = 0; i < self->files->len; i++)
    remove_file (self->files->pdata[i]);
  g_rmdir (self->directory);      /* stays while other uploads are there */
  g_ptr_array_unref (self->files);
  tc_multipart_free (self->multipart);
  g_clear_pointer (&self->inputs, tc_map_builder_free);
  g_string_free (self->text, TRUE);
  g_clear_error (&self->error);
  g_free (self->directory);
  g_free (self->name);
  g_free (self);
}

void
tc_upload_feed (TcUpload *self,
                GBytes   *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (self->error == NULL)
    tc_multipart_feed (self->multipart, data, length, &self->error);
}

TcValue *
tc_upload_finish (TcUpload  *self,
                  GError   **error)
{
  if (self->error == NULL && tc_multipart_finish (self->multipart, &self->error))
    return tc_map_builder_end (g_steal_pointer (&self->inputs));
  g_propagate_error (error, g_steal_pointer (&self->error));
  return NULL;
}

void
tc_uploads_clear (const char *data_directory)
{
  g_autofree char *directory = g_build_filename (data_directory, "uploads", NULL);
  g_autoptr (GDir) folders = g_dir_open (directory, 0, NULL);
  const char *name, *file;

  while (folders != NULL && (name = g_dir_read_name (folders)) != NULL)
    {
      g_autofree char *folder = g_build_filename (directory, name, NULL);
      g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);

      while (files != NULL && (file = g_dir_read_name (files)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, file, NULL);

          remove_file (path);
        }
      g_rmdir (folder);
    }
  g_rmdir (directory);
}
