/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli-files.h"

#include "tc-util.h"
#include <errno.h>
#include <ftw.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
tc_cli_files_directory (const char  *data,
                        const char  *namespace_,
                        GError     **error)
{
  if (tc_path_is_inside (namespace_) && strchr (namespace_, '/') == NULL)
    return g_build_filename (data, "library", namespace_, "_files", NULL);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, _("“%s” cannot be a namespace"), namespace_);
  return NULL;
}

/* Whether @path, as far as it exists, is below @root once all links are followed. */
static gboolean
stays_inside (const char *root,
              const char *path)
{
  g_autofree char *at = g_strdup (path);
  char *real_root = realpath (root, NULL), *real = NULL;
  gboolean inside;

  while (real_root != NULL && (real = realpath (at, NULL)) == NULL && errno == ENOENT && strlen (at) > strlen (root))
    {
      char *above = g_path_get_dirname (at);

      g_free (at);
      at = above;
    }
  inside = real_root == NULL || (real != NULL && g_str_has_prefix (real, real_root)
                                 && (real[strlen (real_root)] == '/' || real[strlen (real_root)] == '\0'));
  free (real_root);
  free (real);
  return inside;
}

char *
tc_cli_file_path (const char  *data,
                  const char  *namespace_,
                  const char  *name,
                  GError     **error)
{
  g_autofree char *root = tc_cli_files_directory (data, namespace_, error);
  const char *relative = *name == '/' ? name + 1 : name;
  g_autofree char *path = root != NULL ? g_build_filename (root, relative, NULL) : NULL;

  if (root == NULL)
    return NULL;
  if (tc_path_is_inside (relative) && stays_inside (root, path))
    return g_steal_pointer (&path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, _("“%s” leads out of the files of namespace “%s”"), name, namespace_);
  return NULL;
}

/* By way of a temporary name, so that nobody sees half a file. */
static gboolean
copy_file (const char  *from,
           const char  *to,
           GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (to), *id = tc_id_new (), *temporary = g_strdup_printf ("%s/.tc-new-%s", folder, id);
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (temporary);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("making %s: %s"), folder, g_strerror (errno));
      return FALSE;
    }
  if (!g_file_copy (source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error))
    return FALSE;
  if (g_rename (temporary, to) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("writing %s: %s"), to, g_strerror (errno));
  g_unlink (temporary);
  return FALSE;
}

gboolean
tc_cli_put_file (const char  *data,
                 const char  *namespace_,
                 const char  *source,
                 const char  *name,
                 GError     **error)
{
  g_autofree char *path = tc_cli_file_path (data, namespace_, name, error);
  g_autofree char *real = path != NULL ? realpath (source, NULL) : NULL;

  if (path == NULL)
    return FALSE;
  if (real == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("reading %s: %s"), source, g_strerror (errno));
      return FALSE;
    }
  return copy_file (real, path, error);
}

static gboolean
list_into (GPtrArray   *paths,
           const char  *root,
           const char  *below,
           GError     **error)
{
  g_autofree char *folder = g_build_filename (root, below, NULL);
  g_autoptr (GDir) entries = g_dir_open (folder, 0, error);
  const char *name;

  if (entries == NULL)
    return FALSE;
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (below, name, NULL), *full = g_build_filename (root, path, NULL);
      GStatBuf info;

      if (g_str_has_prefix (name, ".tc-new-") || g_lstat (full, &info) < 0)
        continue;
      if (S_ISDIR (info.st_mode) && !list_into (paths, root, path, error))
        return FALSE;
      if (S_ISREG (info.st_mode) || (S_ISLNK (info.st_mode) && stays_inside (root, full) && g_file_test (full, G_FILE_TEST_IS_REGULAR)))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  return TRUE;
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
tc_cli_list_files (const char  *directory,
                   GError     **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) cause = NULL;

  if (!list_into (paths, directory, "", &cause) && !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  g_ptr_array_sort (paths, compare_paths);
  return g_steal_pointer (&paths);
}

gboolean
tc_cli_import_files (const char  *data,
                     const char  *namespace_,
                     const char  *directory,
                     GError     **error)
{
  g_autoptr (GPtrArray) paths = NULL;

  if (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, _("%s is not a folder"), directory);
      return FALSE;
    }
  paths = tc_cli_list_files (directory, error);
  if (paths == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *source = g_build_filename (directory, paths->pdata[i], NULL);

      if (!tc_cli_put_file (data, namespace_, source, paths->pdata[i], error))
        return FALSE;
    }
  return TRUE;
}

static int
remove_one (const char        *path,
            const struct stat *info,
            int                type,
            struct FTW        *where)
{
  remove (path);      /* what cannot be removed stays; the rest goes */
  return 0;
}

void
tc_cli_remove_tree (const char *directory)
{
  nftw (directory, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}
