/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order.h"

#include "tc-engine.h"
#include "tc-glob.h"
#include "tc-library.h"
#include "tc-util.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/*
 * `cache` of a WorkingDirectory: the files that its patterns matched, kept from one execution to the next one as a folder per flow and task:
 * DATA/cache/NAMESPACE/FLOW/TASK. A new one is made beside it and renamed into place.
 */

static char *
folder_of (const TcOrder *self)
{
  return g_build_filename (self->site->data_dir, "cache", self->head->namespace, self->head->flow_id, self->task->id, NULL);
}

static gboolean
copy_file (const char *from_root, const char *to_root, const char *path, GError **error)
{
  g_autofree char *from = g_build_filename (from_root, path, NULL), *to = g_build_filename (to_root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (to);
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (to);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the folder '%s': %s"), folder, g_strerror (errno));
      return FALSE;
    }
  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error);
}

static gboolean
is_too_old (const TcValue *cache, const char *folder)
{
  const char *ttl = tc_value_get_str (cache, "ttl");
  struct stat info;
  int64_t us;

  if (stat (folder, &info) != 0)
    return TRUE;
  return ttl != NULL && tc_duration_parse (ttl, &us)
         && tc_clock_now_us (tc_clock_system ()) > (int64_t) info.st_mtime * G_USEC_PER_SEC + us;
}

gboolean
tc_cache_restore (TcOrder *self, GError **error)
{
  const TcValue *cache = tc_value_get (self->task->props, "cache");
  g_autofree char *folder = folder_of (self);
  g_autoptr (GPtrArray) paths = NULL;

  if (!tc_value_is (cache, TC_VALUE_MAP) || is_too_old (cache, folder))
    return TRUE;
  paths = tc_glob_walk (folder, error);
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    if (!copy_file (folder, self->directory, g_ptr_array_index (paths, i), error))
      return FALSE;
  if (paths != NULL)
    tc_order_log (self, TC_LEVEL_DEBUG, _("Took %u file(s) out of the cache"), paths->len);
  return paths != NULL;
}

/* A copy keeps the time of its file, to the microsecond. */
static gboolean
is_kept (const char *from_root, const char *cache_root, const char *path)
{
  g_autofree char *from = g_build_filename (from_root, path, NULL), *kept = g_build_filename (cache_root, path, NULL);
  struct stat one, two;

  return stat (from, &one) == 0 && stat (kept, &two) == 0 && one.st_size == two.st_size && one.st_mtim.tv_sec == two.st_mtim.tv_sec
         && one.st_mtim.tv_nsec / 1000 == two.st_mtim.tv_nsec / 1000;
}

/* Nothing new: the cache stays, and so does its age (Kestra: WorkingDirectory.postExecuteTasks). */
static gboolean
are_all_kept (const char *from_root, const char *cache_root, const GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++)
    if (!is_kept (from_root, cache_root, g_ptr_array_index (paths, i)))
      return FALSE;
  return TRUE;
}

static GPtrArray *
patterns_of (TcOrder *self, const TcValue *cache, GError **error)
{
  const TcValue *given = tc_value_get (cache, "patterns");
  g_autoptr (TcValue) rendered = given != NULL ? tc_order_render (self, given, NULL, error) : tc_value_list (NULL, 0);
  GPtrArray *patterns;

  if (rendered == NULL)
    return NULL;
  patterns = g_ptr_array_new_with_free_func (g_free);
  for (size_t i = 0; tc_value_is (rendered, TC_VALUE_LIST) && i < tc_value_length (rendered); i++)
    if (tc_value_is (tc_value_item (rendered, i), TC_VALUE_STRING))
      g_ptr_array_add (patterns, g_strdup (tc_value_get_text (tc_value_item (rendered, i))));
  return patterns;
}

gboolean
tc_cache_save (TcOrder *self, GError **error)
{
  const TcValue *cache = tc_value_get (self->task->props, "cache");
  g_autofree char *folder = folder_of (self), *id = tc_id_new (), *fresh = g_strconcat (folder, ".", id, NULL);
  g_autoptr (GPtrArray) patterns = NULL, paths = NULL;

  if (!tc_value_is (cache, TC_VALUE_MAP))
    return TRUE;
  patterns = patterns_of (self, cache, error);
  paths = patterns != NULL ? tc_glob_collect (self->directory, patterns, error) : NULL;
  if (paths == NULL)
    return FALSE;
  if (are_all_kept (self->directory, folder, paths))
    {
      tc_order_log (self, TC_LEVEL_DEBUG, _("The files of the cache have not changed"));
      return TRUE;
    }
  g_mkdir_with_parents (fresh, 0700);
  for (guint i = 0; i < paths->len; i++)
    if (!copy_file (self->directory, fresh, g_ptr_array_index (paths, i), error))
      {
        tc_site_remove_tree (fresh, NULL);
        return FALSE;
      }
  if (!tc_site_remove_tree (folder, error))
    return FALSE;
  if (g_rename (fresh, folder) == 0)
    {
      tc_order_log (self, TC_LEVEL_DEBUG, _("Kept %u file(s) in the cache"), paths->len);
      return TRUE;
    }
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Keeping the cache '%s': %s"), folder, g_strerror (errno));
  return FALSE;
}
