/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-rooted.h"
#include "tc-library-versions.h"
#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

static char *
library_root (const char *data)
{
  return g_build_filename (data, "library", NULL);
}

char *
tc_library_namespace_dir (const char *data,
                          const char *namespace_)
{
  return g_build_filename (data, "library", namespace_, "_files", NULL);
}

char *
tc_library_flow_path (const char *data,
                      const char *namespace_,
                      const char *id)
{
  g_autofree char *name = g_strconcat (id, ".yaml", NULL);

  return g_build_filename (data, "library", namespace_, "_flows", name, NULL);
}

/* Namespaces and ids are single names: what they make up must not become a path of its own. */
gboolean
tc_library_check_name (const char  *name,
                       GError     **error)
{
  if (name != NULL && tc_path_is_inside (name) && strchr (name, '/') == NULL)
    return TRUE;
  g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_PATH, _("“%s” cannot be the name of a namespace or flow"), name != NULL ? name : "");
  return FALSE;
}

gboolean
tc_library_write_flow (const char  *data,
                       const char  *namespace_,
                       const char  *id,
                       const char  *source,
                       GError     **error)
{
  g_autofree char *root = library_root (data), *path = NULL;

  if (!tc_library_check_name (namespace_, error) || !tc_library_check_name (id, error))
    return FALSE;
  path = g_strconcat (namespace_, "/_flows/", id, ".yaml", NULL);
  return tc_rooted_write_all (root, path, source, strlen (source), error);
}

gboolean
tc_library_delete_flow (const char  *data,
                        const char  *namespace_,
                        const char  *id,
                        GError     **error)
{
  g_autofree char *root = library_root (data), *path = NULL;

  if (!tc_library_check_name (namespace_, error) || !tc_library_check_name (id, error))
    return FALSE;
  path = g_strconcat (namespace_, "/_flows/", id, ".yaml", NULL);
  return tc_rooted_remove (root, path, error);
}

gboolean
tc_library_put_file (const char  *data,
                     const char  *namespace_,
                     const char  *path,
                     const char  *content,
                     size_t       length,
                     GError     **error)
{
  g_autofree char *root = NULL;

  if (!tc_library_check_name (namespace_, error))
    return FALSE;
  root = tc_library_namespace_dir (data, namespace_);
  return tc_library_keep_version (data, namespace_, path, FALSE, error) && tc_rooted_write_all (root, path, content, length, error);
}

/* The file @path, or those below it. */
static gboolean
keep_all (const char  *data,
          const char  *namespace_,
          const char  *path,
          GError     **error)
{
  g_autoptr (GPtrArray) files = tc_library_list_files (data, namespace_, error);
  size_t length = strlen (path);

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      const char *file = g_ptr_array_index (files, i);

      if (strncmp (file, path, length) == 0 && (file[length] == '\0' || file[length] == '/')
          && !tc_library_keep_version (data, namespace_, file, TRUE, error))
        return FALSE;
    }
  return files != NULL;
}

gboolean
tc_library_delete_file (const char  *data,
                        const char  *namespace_,
                        const char  *path,
                        GError     **error)
{
  g_autofree char *root = NULL;

  if (!tc_library_check_name (namespace_, error))
    return FALSE;
  root = tc_library_namespace_dir (data, namespace_);
  return keep_all (data, namespace_, path, error) && tc_rooted_remove (root, path, error);
}

int
tc_library_open_file (const char  *data,
                      const char  *namespace_,
                      const char  *path,
                      GError     **error)
{
  g_autofree char *root = NULL;

  if (!tc_library_check_name (namespace_, error))
    return -1;
  root = tc_library_namespace_dir (data, namespace_);
  return tc_rooted_open (root, path, O_RDONLY, error);
}

GPtrArray *
tc_library_list_files (const char  *data,
                       const char  *namespace_,
                       GError     **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *root = NULL;

  if (!tc_library_check_name (namespace_, error))
    return NULL;
  root = tc_library_namespace_dir (data, namespace_);
  return tc_rooted_list (root, paths, error) ? g_steal_pointer (&paths) : NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
tc_library_list_namespaces (const char  *data,
                            GError     **error)
{
  g_autofree char *root = library_root (data);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) cause = NULL;
  GDir *folder = g_dir_open (root, 0, &cause);
  const char *name;

  if (folder == NULL && g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&names);
  if (folder == NULL)
    {
      g_set_error_literal (error, TC_STORE_ERROR, TC_STORE_ERROR_IO, cause->message);
      return NULL;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (root, name, NULL);

      if (*name != '.' && g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_dir_close (folder);
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static gboolean
import_file (const char  *from,
             const char  *to,
             const char  *path,
             GError     **error)
{
  g_auto (TcFd) source = tc_rooted_open (from, path, O_RDONLY, error);
  TcRootedFile file;

  if (source < 0 || !tc_rooted_create (to, path, &file, error))
    return FALSE;
  if (tc_rooted_copy (source, path, &file, error))
    return tc_rooted_commit (&file, error);
  tc_rooted_abandon (&file);
  return FALSE;
}

gboolean
tc_library_import (const char  *data,
                   const char  *namespace_,
                   const char  *directory,
                   GError     **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *root = NULL;

  if (!tc_library_check_name (namespace_, error))
    return FALSE;
  if (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    return tc_store_errno (ENOTDIR, _("reading"), directory, error);
  root = tc_library_namespace_dir (data, namespace_);
  if (!tc_rooted_list (directory, paths, error))
    return FALSE;
  for (guint i = 0; i < paths->len; i++)
    if (!import_file (directory, root, g_ptr_array_index (paths, i), error))
      return FALSE;
  return TRUE;
}
