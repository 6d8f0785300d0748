/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-library-versions.h"
#include "tc-rooted.h"
#include "tc-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Version 3 of d/a.txt is library/NAMESPACE/_versions/d_/a.txt_/3, or 3-gone if it was the last one before the file was deleted. The _ keeps
 * folders and versions apart, whatever a file is called. Their time of change is that of the file. An empty 3-purged keeps the number of the
 * newest one that was purged, so that the file keeps its own.
 */

#define GONE "-gone"
#define PURGED "-purged"
#define MOST_VERSIONS 100

static char *
versions_root (const char *data,
               const char *namespace_)
{
  return g_build_filename (data, "library", namespace_, "_versions", NULL);
}

static char *
folder_of (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  GString *folder = g_string_new (NULL);

  for (size_t i = 0; names[i] != NULL; i++)
    if (*names[i] != '\0')
      g_string_append_printf (folder, "%s%s_", folder->len > 0 ? "/" : "", names[i]);
  return g_string_free (folder, FALSE);
}

static void
version_free (gpointer data)
{
  TcFileVersion *self = data;

  g_free (self->path);
  g_free (self);
}

static int64_t
changed_us (const struct stat *info)
{
  return info->st_mtim.tv_sec * G_USEC_PER_SEC + info->st_mtim.tv_nsec / 1000;
}

static TcFileVersion *
add_version (GPtrArray  *found,
             const char *root,
             const char *stored,
             char       *path,
             int         version,
             gboolean    current)
{
  g_autofree char *full = g_build_filename (root, stored, NULL);
  TcFileVersion *self = g_new0 (TcFileVersion, 1);
  struct stat info;

  self->path = path;
  self->version = version;
  self->updated_us = lstat (full, &info) == 0 ? changed_us (&info) : 0;
  self->current = current;
  g_ptr_array_add (found, self);
  return self;
}

/* "d_/a.txt_/3" → "d/a.txt" and 3; NULL: not one of ours. */
static char *
read_stored (const char *stored,
             int        *version)
{
  g_auto (GStrv) names = g_strsplit (stored, "/", -1);
  guint n = g_strv_length (names);
  char *end = NULL;

  *version = n > 1 ? (int) g_ascii_strtoll (names[n - 1], &end, 10) : 0;
  if (*version <= 0 || (*end != '\0' && strcmp (end, GONE) != 0 && strcmp (end, PURGED) != 0))
    return NULL;
  g_clear_pointer (&names[n - 1], g_free);
  for (guint i = 0; i < n - 1; i++)
    if (!g_str_has_suffix (names[i], "_"))
      return NULL;
    else
      names[i][strlen (names[i]) - 1] = '\0';
  return g_strjoinv ("/", names);
}

static int
compare_versions (gconstpointer a,
                  gconstpointer b)
{
  const TcFileVersion *first = *(const TcFileVersion *const *) a, *second = *(const TcFileVersion *const *) b;
  int by_path = strcmp (first->path, second->path);

  return by_path != 0 ? by_path : second->version - first->version;
}

static int
newest_of (const GPtrArray *found,
           const char      *path)
{
  int newest = 0;

  for (guint i = 0; i < found->len; i++)
    {
      const TcFileVersion *version = g_ptr_array_index (found, i);

      if (strcmp (version->path, path) == 0)
        newest = MAX (newest, version->version);
    }
  return newest;
}

/* Of all files, or of @only. */
static GPtrArray *
old_versions (const char  *data,
              const char  *namespace_,
              const char  *only,
              GError     **error)
{
  g_autofree char *root = versions_root (data, namespace_), *folder = only != NULL ? folder_of (only) : g_strdup ("");
  g_autofree char *start = g_build_filename (root, folder, NULL);
  g_autoptr (GPtrArray) stored = g_ptr_array_new_with_free_func (g_free), found = g_ptr_array_new_with_free_func (version_free);

  if (!tc_library_check_name (namespace_, error) || !tc_rooted_list (start, stored, error))
    return NULL;
  for (guint i = 0; i < stored->len; i++)
    {
      const char *name = g_ptr_array_index (stored, i);
      g_autofree char *whole = g_strconcat (folder, *folder != '\0' ? "/" : "", name, NULL);
      int version;
      g_autofree char *path = read_stored (whole, &version);

      if (path != NULL && (only == NULL || strchr (name, '/') == NULL))
        add_version (found, root, whole, g_steal_pointer (&path), version, FALSE)->purged = g_str_has_suffix (name, PURGED);
    }
  return g_steal_pointer (&found);
}

GPtrArray *
tc_library_versions (const char  *data,
                     const char  *namespace_,
                     GError     **error)
{
  g_autoptr (GPtrArray) files = tc_library_list_files (data, namespace_, error);
  g_autoptr (GPtrArray) found = files != NULL ? old_versions (data, namespace_, NULL, error) : NULL;
  g_autofree char *root = tc_library_namespace_dir (data, namespace_);

  for (guint i = 0; found != NULL && i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);

      add_version (found, root, path, g_strdup (path), newest_of (found, path) + 1, TRUE);
    }
  for (guint i = found != NULL ? found->len : 0; i > 0; i--)
    if (((TcFileVersion *) g_ptr_array_index (found, i - 1))->purged)
      g_ptr_array_remove_index_fast (found, i - 1);
  if (found != NULL)
    g_ptr_array_sort (found, compare_versions);
  return g_steal_pointer (&found);
}

static gboolean
copy_version (int            source,
              const char    *root,
              const char    *target,
              GError       **error)
{
  TcRootedFile file;
  struct stat info;

  if (!tc_rooted_create (root, target, &file, error))
    return FALSE;
  if (!tc_rooted_copy (source, target, &file, error))
    {
      tc_rooted_abandon (&file);
      return FALSE;
    }
  if (fstat (source, &info) == 0)
    futimens (file.fd, (const struct timespec[]) { info.st_atim, info.st_mtim });
  return tc_rooted_commit (&file, error);
}

/* All that there is under the number of a version. */
static gboolean
remove_version (const char  *root,
                const char  *folder,
                int          version,
                GError     **error)
{
  const char *const suffixes[] = { "", GONE, PURGED };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *stored = g_strdup_printf ("%s/%d%s", folder, version, suffixes[i]);

      if (!tc_rooted_remove (root, stored, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
forget_oldest (const char       *root,
               const char       *folder,
               const GPtrArray  *old,
               int               newest,
               GError          **error)
{
  for (guint i = 0; i < old->len; i++)
    {
      const TcFileVersion *version = g_ptr_array_index (old, i);

      if ((version->purged || version->version <= newest - MOST_VERSIONS) && !remove_version (root, folder, version->version, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tc_library_keep_version (const char  *data,
                         const char  *namespace_,
                         const char  *path,
                         gboolean     gone,
                         GError     **error)
{
  g_autofree char *root = versions_root (data, namespace_), *folder = folder_of (path), *stored = NULL;
  g_autoptr (GError) cause = NULL;
  g_auto (TcFd) source = tc_library_open_file (data, namespace_, path, &cause);
  g_autoptr (GPtrArray) old = NULL;
  int version;

  /* A link that leads out is no file of the namespace. */
  if (source < 0 && (g_error_matches (cause, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND)
                     || g_error_matches (cause, TC_STORE_ERROR, TC_STORE_ERROR_PATH)))
    return TRUE;
  if (source < 0)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  old = old_versions (data, namespace_, path, error);
  if (old == NULL)
    return FALSE;
  version = newest_of (old, path) + 1;
  stored = g_strdup_printf ("%s/%d%s", folder, version, gone ? GONE : "");
  return copy_version (source, root, stored, error) && forget_oldest (root, folder, old, version, error);
}

char *
tc_library_version_path (const char  *data,
                         const char  *namespace_,
                         const char  *path,
                         int          version,
                         GError     **error)
{
  g_autofree char *root = versions_root (data, namespace_), *folder = folder_of (path);
  g_autofree char *stored = g_strdup_printf ("%s/%d", folder, version), *files = tc_library_namespace_dir (data, namespace_);
  g_autoptr (GPtrArray) old = old_versions (data, namespace_, path, error);
  gboolean newest = old != NULL && version == newest_of (old, path) + 1;
  g_auto (TcFd) fd = old == NULL ? -1 : newest ? tc_library_open_file (data, namespace_, path, NULL) : tc_rooted_open (root, stored, O_RDONLY, NULL);

  if (fd >= 0)
    return newest ? g_build_filename (files, path, NULL) : g_build_filename (root, stored, NULL);
  if (old != NULL)
    g_set_error (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND, _("Version %d of file '/%s' was not found in namespace '%s'."), version, path,
                 namespace_);
  return NULL;
}

gboolean
tc_library_purge_version (const char  *data,
                          const char  *namespace_,
                          const char  *path,
                          int          version,
                          GError     **error)
{
  g_autofree char *root = versions_root (data, namespace_), *folder = folder_of (path);
  g_autofree char *stored = g_strdup_printf ("%s/%d" PURGED, folder, version), *files = tc_library_namespace_dir (data, namespace_);
  g_autoptr (GPtrArray) old = old_versions (data, namespace_, path, error);

  if (old == NULL)
    return FALSE;
  if (version > newest_of (old, path))
    return tc_rooted_remove (files, path, error);
  return remove_version (root, folder, version, error)
         && (version < newest_of (old, path) || tc_rooted_write_all (root, stored, "", 0, error));
}
