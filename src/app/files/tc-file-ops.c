/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-file-ops.h"

#include "tc-util.h"
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>

typedef struct
{
  GPtrArray   *sources;
  GFile       *folder;
  TcFileVerb   verb;
  TcConflict   conflict;
  TcFileReport report;
} Transfer;

static void
transfer_free (Transfer *self)
{
  g_ptr_array_unref (self->sources);
  g_object_unref (self->folder);
  g_free (self);
}

/* "a.py" → "a (2).py", the first that is free. */
static GFile *
free_name (GFile *target)
{
  g_autoptr (GFile) folder = g_file_get_parent (target);
  g_autofree char *name = g_file_get_basename (target);
  const char *dot = strrchr (name, '.');
  int stem = dot != NULL && dot != name ? (int) (dot - name) : (int) strlen (name);

  for (guint i = 2;; i++)
    {
      g_autofree char *other = g_strdup_printf ("%.*s (%u)%s", stem, name, i, name + stem);
      g_autoptr (GFile) file = g_file_get_child (folder, other);

      if (!g_file_query_exists (file, NULL))
        return g_steal_pointer (&file);
    }
}

static gboolean copy_tree (GFile *source, GFile *target, gboolean replace, TcFileReport *report, GCancellable *cancellable, GError **error);

static gboolean
copy_children (GFile         *source,
               GFile         *target,
               gboolean       replace,
               TcFileReport  *report,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GFileEnumerator) children = g_file_enumerate_children (source, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                                                    G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, error);
  GFile *child;

  if (children == NULL)
    return FALSE;
  while (g_file_enumerator_iterate (children, NULL, &child, cancellable, error))
    {
      if (child == NULL)
        return TRUE;
      g_autofree char *name = g_file_get_basename (child);
      g_autoptr (GFile) to = g_file_get_child (target, name);
      if (!copy_tree (child, to, replace, report, cancellable, error))
        return FALSE;
    }
  return FALSE;
}

static gboolean
copy_tree (GFile         *source,
           GFile         *target,
           gboolean       replace,
           TcFileReport  *report,
           GCancellable  *cancellable,
           GError       **error)
{
  GFileType type = g_file_query_file_type (source, G_FILE_QUERY_INFO_NONE, cancellable);
  gboolean is_link = g_file_query_file_type (source, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable) == G_FILE_TYPE_SYMBOLIC_LINK;
  g_autoptr (GError) made = NULL;

  if (is_link && type != G_FILE_TYPE_REGULAR)
    {
      report->n_links++;
      return TRUE;
    }
  if (type != G_FILE_TYPE_DIRECTORY)
    return g_file_copy (source, target, replace ? G_FILE_COPY_OVERWRITE : G_FILE_COPY_NONE, cancellable, NULL, NULL, error);
  if (!g_file_make_directory (target, cancellable, &made) && !(replace && g_error_matches (made, G_IO_ERROR, G_IO_ERROR_EXISTS)))
    {
      g_propagate_error (error, g_steal_pointer (&made));
      return FALSE;
    }
  return copy_children (source, target, replace, report, cancellable, error);
}

static gboolean
remove_tree (GFile         *file,
             GCancellable  *cancellable,
             GError       **error)
{
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable) == G_FILE_TYPE_DIRECTORY)
    {
      g_autoptr (GFileEnumerator) children = g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                                                        G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, error);
      GFile *child = NULL;

      if (children == NULL)
        return FALSE;
      do
        if (!g_file_enumerator_iterate (children, NULL, &child, cancellable, error)
            || (child != NULL && !remove_tree (child, cancellable, error)))
          return FALSE;
      while (child != NULL);
    }
  return g_file_delete (file, cancellable, error);
}

static gboolean
move_tree (GFile         *source,
           GFile         *target,
           gboolean       replace,
           TcFileReport  *report,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GError) problem = NULL;
  guint links = report->n_links;

  if (g_file_move (source, target, (replace ? G_FILE_COPY_OVERWRITE : 0) | G_FILE_COPY_NO_FALLBACK_FOR_MOVE | G_FILE_COPY_NOFOLLOW_SYMLINKS,
                   cancellable, NULL, NULL, &problem))
    return TRUE;
  /* Another disk, or a folder onto a folder: copy, and take the original away only if all of it arrived. */
  return copy_tree (source, target, replace, report, cancellable, error)
         && (report->n_links > links || remove_tree (source, cancellable, error));
}

static gboolean
transfer_one (Transfer      *self,
              GFile         *source,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autofree char *name = g_file_get_basename (source);
  g_autoptr (GFile) target = g_file_get_child (self->folder, name);
  g_autoptr (GFile) parent = g_file_get_parent (source);
  gboolean exists = g_file_query_exists (target, cancellable), in_place = parent != NULL && g_file_equal (parent, self->folder);

  if (g_file_equal (source, self->folder) || g_file_has_prefix (self->folder, source))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_RECURSE, _("“%s” cannot be put into itself."), name);
      return FALSE;
    }
  if ((in_place && self->verb == TC_FILE_MOVE) || (exists && !in_place && self->conflict == TC_CONFLICT_SKIP))
    {
      self->report.n_skipped++;
      return TRUE;
    }
  if (exists && (in_place || self->conflict == TC_CONFLICT_KEEP_BOTH))
    {
      g_autoptr (GFile) other = free_name (target);
      g_set_object (&target, other);
      exists = FALSE;
    }
  self->report.n_done++;
  return self->verb == TC_FILE_MOVE ? move_tree (source, target, exists, &self->report, cancellable, error)
                                    : copy_tree (source, target, exists, &self->report, cancellable, error);
}

static gboolean
refuse_conflicts (Transfer  *self,
                  GError   **error)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      g_autofree char *name = g_file_get_basename (self->sources->pdata[i]);
      g_autoptr (GFile) target = g_file_get_child (self->folder, name);
      g_autoptr (GFile) parent = g_file_get_parent (self->sources->pdata[i]);

      if (g_file_query_exists (target, NULL) && !(parent != NULL && g_file_equal (parent, self->folder)))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” is already there."), name);
          return FALSE;
        }
    }
  return TRUE;
}

static void
transfer_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      data,
                 GCancellable *cancellable)
{
  Transfer *self = data;
  g_autofree char *path = g_file_get_path (self->folder);
  GError *error = NULL;

  if (path != NULL && g_mkdir_with_parents (path, 0755) != 0)
    g_set_error (&error, G_IO_ERROR, g_io_error_from_errno (errno), _("The folder “%s” cannot be made: %s"), path, g_strerror (errno));
  else if (self->conflict == TC_CONFLICT_REFUSE)
    refuse_conflicts (self, &error);
  for (guint i = 0; error == NULL && i < self->sources->len; i++)
    transfer_one (self, self->sources->pdata[i], cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_memdup2 (&self->report, sizeof self->report), g_free);
}

void
tc_file_ops_transfer_async (GPtrArray           *sources,
                            GFile               *folder,
                            TcFileVerb           verb,
                            TcConflict           conflict,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  done,
                            gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);
  Transfer *self = g_new0 (Transfer, 1);

  self->sources = g_ptr_array_ref (sources);
  self->folder = g_object_ref (folder);
  self->verb = verb;
  self->conflict = conflict;
  g_task_set_source_tag (task, tc_file_ops_transfer_async);
  g_task_set_task_data (task, self, (GDestroyNotify) transfer_free);
  g_task_run_in_thread (task, transfer_thread);
}

gboolean
tc_file_ops_transfer_finish (GAsyncResult  *result,
                             TcFileReport  *report,
                             GError       **error)
{
  g_autofree TcFileReport *done = g_task_propagate_pointer (G_TASK (result), error);

  if (done == NULL)
    return FALSE;
  *report = *done;
  return TRUE;
}

typedef struct
{
  GFile   *folder;
  char    *name;
  gboolean is_folder;
} Creation;

static void
creation_free (Creation *self)
{
  g_object_unref (self->folder);
  g_free (self->name);
  g_free (self);
}

/* Whether @file is @folder or lies below it, links followed. */
static gboolean
leads_inside (GFile *folder,
              GFile *file)
{
  char *folder_path = realpath (g_file_peek_path (folder), NULL), *file_path = realpath (g_file_peek_path (file), NULL);
  size_t length = folder_path != NULL ? strlen (folder_path) : 0;
  gboolean inside = file_path != NULL && length > 0 && strncmp (file_path, folder_path, length) == 0
                    && (file_path[length] == '\0' || file_path[length] == '/');

  free (folder_path);
  free (file_path);
  return inside;
}

static void
create_thread (GTask        *task,
               gpointer      source_object,
               gpointer      data,
               GCancellable *cancellable)
{
  Creation *self = data;
  g_autoptr (GFile) file = g_file_resolve_relative_path (self->folder, self->name);
  g_autoptr (GFile) parent = g_file_get_parent (file);
  g_autoptr (GError) error = NULL;

  if (!g_file_make_directory_with_parents (parent, NULL, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_clear_error (&error);
  if (!leads_inside (self->folder, parent))
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, _("“%s” goes through a link that leads out of this folder."), self->name);
  else if (self->is_folder)
    g_file_make_directory (file, NULL, &error);
  else
    {
      GFileOutputStream *stream = g_file_create (file, G_FILE_CREATE_NONE, NULL, &error);

      g_clear_object (&stream);
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
}

void
tc_file_ops_create_async (GFile               *folder,
                          const char          *name,
                          gboolean             is_folder,
                          GAsyncReadyCallback  done,
                          gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done, data);
  Creation *self;

  if (!tc_path_is_inside (name))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                               _("“%s” is no name below this folder: it must not be empty, start with “/” or hold “..”."), name);
      return;
    }
  self = g_new0 (Creation, 1);
  self->folder = g_object_ref (folder);
  self->name = g_strdup (name);
  self->is_folder = is_folder;
  g_task_set_task_data (task, self, (GDestroyNotify) creation_free);
  g_task_run_in_thread (task, create_thread);
}

GFile *
tc_file_ops_create_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

#define LIST_DEPTH 16

static void
list_below (GFile        *folder,
            const char   *prefix,
            GStrvBuilder *paths,
            guint        *left,
            guint         depth)
{
  g_autoptr (GFileEnumerator) files =
    g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFileInfo *info;
  GFile *file;

  while (files != NULL && *left > 0 && g_file_enumerator_iterate (files, &info, &file, NULL, NULL) && info != NULL)
    {
      g_autofree char *path = g_strconcat (prefix, g_file_info_get_name (info), NULL);
      g_autofree char *inside = g_strconcat (path, "/", NULL);

      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY && depth > 0)
        list_below (file, inside, paths, left, depth - 1);
      else if (g_file_info_get_file_type (info) != G_FILE_TYPE_DIRECTORY && g_utf8_validate (path, -1, NULL))
        {
          g_strv_builder_add (paths, path);
          (*left)--;
        }
    }
}

GStrv
tc_file_ops_list (GFile *folder,
                  guint  limit)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  list_below (folder, "", paths, &limit, LIST_DEPTH);
  return g_strv_builder_end (paths);
}
