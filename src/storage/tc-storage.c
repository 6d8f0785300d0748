/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-rooted.h"
#include "tc-library.h"
#include "tc-log-blocks.h"
#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Internal storage. kestra:///a/b/c is DATA/storage/a/b/c; kestra:///a/b/_files/c is the file c of namespace a.b, which the library keeps.
 * A name may be percent-encoded already, as Kestra's tasks hand it over: what is valid in an address stays, anything else is encoded, and
 * the file has the decoded name.
 */

#define SCHEME "kestra://"

static char *
storage_root (const char *data)
{
  return g_build_filename (data, "storage", NULL);
}

static char *
encode (const char *name)
{
  GString *out = g_string_new (NULL);

  for (; *name != '\0'; name++)
    if (g_ascii_isalnum (*name) || strchr ("-._~!$&'()*+,;=:@/", *name) != NULL
        || (*name == '%' && g_ascii_isxdigit (name[1]) && g_ascii_isxdigit (name[2])))
      g_string_append_c (out, *name);
    else
      g_string_append_printf (out, "%%%02X", (unsigned) (uint8_t) *name);
  return g_string_free (out, FALSE);
}

/* The path below the storage that @prefix and @name make, and its address. NULL: it would lead out. */
static char *
place (const char  *prefix,
       const char  *name,
       char       **uri,
       GError     **error)
{
  g_autofree char *joined = g_strconcat (*prefix == '/' ? prefix + 1 : prefix, "/", name, NULL), *encoded = encode (joined);
  g_autofree char *path = g_uri_unescape_string (encoded, NULL);

  if (path != NULL && tc_path_is_inside (path))
    {
      *uri = g_strconcat (SCHEME "/", encoded, NULL);
      return g_steal_pointer (&path);
    }
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH, _("“%s” cannot be the name of a stored file"), name);
  return NULL;
}

/* A move within one file system costs no copy; the data is made durable before its name. */
static gboolean
rename_into (const char    *path,
             int            source,
             TcRootedFile *file)
{
  return fsync (source) == 0 && renameat (AT_FDCWD, path, file->folder, file->temporary) == 0;
}

static gboolean
put_open_file (int             source,
               const char     *path,
               gboolean        move,
               TcRootedFile  *file,
               GError        **error)
{
  if (move && rename_into (path, source, file))
    return tc_rooted_commit (file, error);
  if (!tc_rooted_copy (source, path, file, error))
    {
      tc_rooted_abandon (file);
      return FALSE;
    }
  if (!tc_rooted_commit (file, error))
    return FALSE;
  if (move)
    g_unlink (path);
  return TRUE;
}

char *
tc_storage_put (const char  *data,
                const char  *prefix,
                const char  *path,
                const char  *name,
                gboolean     move,
                GError     **error)
{
  g_autofree char *root = storage_root (data), *uri = NULL, *target = place (prefix, name, &uri, error);
  g_auto (TcFd) source = -1;
  TcRootedFile file;

  if (target == NULL)
    return NULL;
  source = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (source < 0)
    {
      tc_store_errno (errno, _("storing"), path, error);
      return NULL;
    }
  if (!tc_rooted_create (root, target, &file, error) || !put_open_file (source, path, move, &file, error))
    return NULL;
  return g_steal_pointer (&uri);
}

char *
tc_storage_put_bytes (const char  *data,
                      const char  *prefix,
                      const char  *content,
                      size_t       length,
                      const char  *name,
                      GError     **error)
{
  g_autofree char *root = storage_root (data), *uri = NULL, *target = place (prefix, name, &uri, error);

  if (target == NULL || !tc_rooted_write_all (root, target, content, length, error))
    return NULL;
  return g_steal_pointer (&uri);
}

/* Splits "a/b/_files/c" into the folder that holds namespace files and the path in it; anything else stands in the storage. */
static char *
root_for (const char  *data,
          const char  *path,
          const char **rest)
{
  const char *files = strstr (path, "/_files/");
  g_autofree char *namespace_ = NULL;

  *rest = path;
  if (files == NULL)
    return storage_root (data);
  *rest = files + strlen ("/_files/");
  namespace_ = g_strdelimit (g_strndup (path, (gsize) (files - path)), "/", '.');
  return tc_library_namespace_dir (data, namespace_);
}

/* What exists must not lead out; what does not exist yet cannot. */
static gboolean
check_target (const char  *root,
              const char  *rest,
              GError     **error)
{
  g_autoptr (GError) cause = NULL;
  g_auto (TcFd) fd = tc_rooted_open (root, rest, O_PATH, &cause);

  if (fd >= 0 || g_error_matches (cause, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

char *
tc_storage_path (const char  *data,
                 const char  *uri,
                 GError     **error)
{
  g_autofree char *path = NULL, *root = NULL;
  const char *rest;

  if (g_str_has_prefix (uri, SCHEME "/"))
    path = g_uri_unescape_string (uri + strlen (SCHEME "/"), NULL);
  if (path == NULL || !tc_path_is_inside (path))
    {
      g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH, _("“%s” is not the address of a stored file (kestra:///…)"), uri);
      return NULL;
    }
  root = root_for (data, path, &rest);
  return check_target (root, rest, error) ? g_build_filename (root, rest, NULL) : NULL;
}

int
tc_storage_append (const char  *data,
                   const char  *uri,
                   GError     **error)
{
  g_autofree char *path = tc_storage_path (data, uri, error), *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  int fd;

  if (path == NULL)
    return -1;
  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      tc_store_errno (errno, _("making"), folder, error);
      return -1;
    }
  fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    tc_store_errno (errno, _("opening"), path, error);
  return fd;
}

gboolean
tc_storage_append_text (int          fd,
                        const char  *uri,
                        const char  *text,
                        size_t       length,
                        GError     **error)
{
  off_t end = lseek (fd, 0, SEEK_END);

  if (end >= 0 && tc_write_all (fd, text, length))
    return TRUE;
  tc_store_errno (errno, _("writing"), uri, error);
  if (end >= 0 && ftruncate (fd, end) < 0)
    g_debug ("%s keeps a part of a line", uri);
  return FALSE;
}

gboolean
tc_storage_remove_execution (const char    *data,
                             const TcHead  *head,
                             GError       **error)
{
  g_autofree char *root = storage_root (data), *prefix = tc_head_files_path (head);

  return tc_rooted_remove (root, prefix + 1, error);
}

/* Links are listed, not followed. */
static gboolean
list_tree (const char  *root,
           const char  *path,
           GPtrArray   *uris,
           GError     **error)
{
  g_autofree char *full = g_build_filename (root, path, NULL), *encoded = encode (path);
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (g_file_test (full, G_FILE_TEST_IS_DIR) && !g_file_test (full, G_FILE_TEST_IS_SYMLINK))
    {
      folder = g_dir_open (full, 0, error);
      if (folder == NULL)
        return FALSE;
      while ((name = g_dir_read_name (folder)) != NULL)
        {
          g_autofree char *inner = g_build_filename (path, name, NULL);

          if (!list_tree (root, inner, uris, error))
            return FALSE;
        }
    }
  g_ptr_array_add (uris, g_strconcat (SCHEME "/", encoded, NULL));
  return TRUE;
}

GPtrArray *
tc_storage_list_execution (const char    *data,
                           const TcHead  *head,
                           GError       **error)
{
  g_autofree char *root = storage_root (data), *prefix = tc_head_files_path (head), *full = g_build_filename (root, prefix, NULL);
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);

  if (g_file_test (full, G_FILE_TEST_IS_DIR) && !list_tree (root, prefix + 1, uris, error))
    return NULL;
  return g_steal_pointer (&uris);
}
