/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-markers.h"
#include "private/tc-order.h"

#include "tc-engine.h"
#include "tc-glob.h"
#include "tc-library.h"
#include "tc-runner.h"
#include "tc-util.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* `file://` is refused unless its folder is listed in $TIERCEL_LOCAL_FILES, a list like $PATH (Kestra: kestra.local-files.allowed-paths). */
static gboolean
is_allowed (const char *path)
{
  const char *listed = g_getenv ("TIERCEL_LOCAL_FILES");
  g_auto (GStrv) folders = g_strsplit (listed != NULL ? listed : "", ":", -1);
  char *real = realpath (path, NULL);
  gboolean allowed = FALSE;

  for (size_t i = 0; real != NULL && folders[i] != NULL; i++)
    {
      size_t length = strlen (folders[i]);

      allowed |= length > 0 && strncmp (real, folders[i], length) == 0 && (real[length] == '/' || folders[i][length - 1] == '/');
    }
  free (real);
  return allowed;
}

/* nsfile:///PATH is of the flow's namespace, nsfile://NS/PATH of another one. */
static char *
namespace_file (TcOrder *self, const char *rest, GError **error)
{
  const char *slash = strchr (rest, '/');
  g_autofree char *space = slash == rest || slash == NULL ? g_strdup (self->head->namespace) : g_strndup (rest, (size_t) (slash - rest));
  g_autofree char *directory = tc_library_namespace_dir (self->site->data_dir, space);

  if (slash == NULL || !tc_path_is_inside (slash + 1))
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("'nsfile://%s' is no path of a namespace file"), rest);
      return NULL;
    }
  return g_build_filename (directory, slash + 1, NULL);
}

char *
tc_order_uri_path (TcOrder *self, const char *uri, GError **error)
{
  g_autofree char *path = NULL;

  if (g_str_has_prefix (uri, "nsfile://"))
    path = namespace_file (self, uri + strlen ("nsfile://"), error);
  else if (g_str_has_prefix (uri, "file://"))
    {
      path = g_filename_from_uri (uri, NULL, error);
      if (path != NULL && !is_allowed (path))
        {
          g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED,
                       _("The path '%s' is not authorized. Add its folder to the allowed local folders."), path);
          return NULL;
        }
    }
  else
    path = tc_storage_path (self->site->data_dir, uri, error);
  if (path != NULL && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("%s (No such file or directory)"), uri);
      return NULL;
    }
  return g_steal_pointer (&path);
}

/* Stored under another name of the same file, which is then moved: the original stays until what we found is recorded, so that a second try after
 * a crash finds it again; nothing is copied when both are on one disk. */
char *
tc_order_store (TcOrder *self, const char *path, const char *name, GError **error)
{
  g_autofree char *prefix = tc_task_run_files_path (self->run, self->head);
  g_autofree char *id = tc_id_new ();
  g_autofree char *twin = g_strdup_printf ("%s.%s", path, id);
  char *uri;

  if (link (path, twin) != 0)
    return tc_storage_put (self->site->data_dir, prefix, path, name, FALSE, error);
  uri = tc_storage_put (self->site->data_dir, prefix, twin, name, TRUE, error);
  if (uri == NULL)
    unlink (twin);
  return uri;
}

TcValue *
tc_order_collect (TcOrder *order, const TcRunSpec *spec, GError **error)
{
  g_autoptr (GPtrArray) files = tc_run_collect (spec, error);
  g_autoptr (TcMapBuilder) map = files != NULL ? tc_map_builder_new () : NULL;

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      const TcFileOut *file = g_ptr_array_index (files, i);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_MD5, file->path, -1);
      g_autofree char *base = g_path_get_basename (file->key), *escaped = g_uri_escape_string (base, NULL, FALSE);
      g_autofree char *name = g_strdup_printf ("%.12s-%s", digest, escaped);
      char *uri = tc_order_store (order, file->path, name, error);

      if (uri == NULL)
        return NULL;
      g_ptr_array_add (order->taken, g_strdup (file->path));
      tc_map_builder_take (map, file->key, tc_value_string_take (uri));
    }
  return map != NULL ? tc_map_builder_end (g_steal_pointer (&map)) : NULL;
}

static GPtrArray *
rules_of (const TcValue *rules, const char *key, GError **error)
{
  const TcValue *patterns = tc_value_get (rules, key);
  g_autoptr (GPtrArray) globs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_glob_free);
  gboolean is_list = tc_value_is (patterns, TC_VALUE_LIST);
  size_t n = is_list ? tc_value_length (patterns) : tc_value_is (patterns, TC_VALUE_STRING) ? 1 : 0;

  for (size_t i = 0; i < n; i++)
    {
      const TcValue *item = is_list ? tc_value_item (patterns, i) : patterns;
      const char *text = tc_value_is (item, TC_VALUE_STRING) ? tc_value_get_text (item) : "";
      gboolean raw = *text == '/' || g_str_has_prefix (text, "glob:") || g_str_has_prefix (text, "regex:");
      g_autofree char *pattern = g_strconcat (raw ? "" : "**/", text, NULL);
      TcGlob *glob = tc_glob_compile (pattern, error);

      if (glob == NULL)
        return NULL;
      g_ptr_array_add (globs, glob);
    }
  return g_steal_pointer (&globs);
}

static gboolean
matches (GPtrArray *globs, const char *path)
{
  for (guint i = 0; i < globs->len; i++)
    if (tc_glob_match (g_ptr_array_index (globs, i), path))
      return TRUE;
  return FALSE;
}

typedef struct
{
  TcMapBuilder *found;          /* path → {path, source}: of equal paths the one of the first namespace stays, as recorded from Kestra */
  GPtrArray    *include, *exclude;
  GString      *names;
  guint         n;
} Loading;

static gboolean
load_namespace (TcOrder *self, const char *space, gboolean apart, Loading *loading, GError **error)
{
  g_autofree char *directory = tc_library_namespace_dir (self->site->data_dir, space);
  g_autoptr (GPtrArray) paths = tc_library_list_files (self->site->data_dir, space, error);

  g_string_append_printf (loading->names, "%s%s", loading->names->len > 0 ? ", " : "", space);
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *rooted = g_strconcat ("/", path, NULL), *key = apart ? g_build_filename (space, path, NULL) : g_strdup (path);

      if ((loading->include->len > 0 && !matches (loading->include, rooted)) || matches (loading->exclude, rooted))
        continue;
      loading->n++;
      if (tc_map_builder_has (loading->found, key))
        continue;
      tc_map_builder_take (loading->found, key, tc_value_map_of ("path", tc_value_string (key), "source",
                                                                 tc_value_string_take (g_build_filename (directory, path, NULL)), NULL));
    }
  return paths != NULL;
}

static void
tell_loaded (TcOrder *self, const Loading *loading, int64_t took_us)
{
  g_autofree char *took = tc_duration_format (took_us);
  g_autoptr (TcValue) count = tc_metric_new (TC_METRIC_COUNTER, "namespacefiles.count", loading->n, NULL);
  g_autoptr (TcValue) duration = tc_metric_new (TC_METRIC_TIMER, "namespacefiles.duration", (double) took_us / 1000, NULL);

  tc_order_log (self, TC_LEVEL_INFO, _("Loaded %u namespace files from '%s' in %s"), loading->n, loading->names->str, took);
  tc_metrics_add (self->metrics, count);
  tc_metrics_add (self->metrics, duration);
}

TcValue *
tc_order_namespace_files (TcOrder *self, const TcValue *rules, GError **error)
{
  const TcValue *spaces = tc_value_get (rules, "namespaces");
  size_t n = tc_value_is (spaces, TC_VALUE_LIST) ? tc_value_length (spaces) : 0;
  g_autoptr (TcMapBuilder) found = tc_map_builder_new ();
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  g_autoptr (GPtrArray) include = rules_of (rules, "include", error), exclude = include != NULL ? rules_of (rules, "exclude", error) : NULL;
  g_autoptr (TcValue) map = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  Loading loading = { found, include, exclude, names, 0 };
  int64_t start = tc_clock_now_us (tc_clock_system ());

  if (exclude == NULL)
    return NULL;
  for (size_t i = 0; i < MAX (1, n); i++)
    {
      const TcValue *named = n > 0 ? tc_value_item (spaces, i) : NULL;
      const char *space = tc_value_is (named, TC_VALUE_STRING) ? tc_value_get_text (named) : self->head->namespace;

      if (!load_namespace (self, space, tc_value_get_flag (rules, "folderPerNamespace", FALSE), &loading, error))
        return NULL;
    }
  if (tc_value_get (self->task->props, "namespaceFiles") != NULL)
    tell_loaded (self, &loading, tc_clock_now_us (tc_clock_system ()) - start);
  map = tc_map_builder_end (g_steal_pointer (&found));
  for (size_t i = 0; i < tc_value_length (map); i++)
    tc_list_builder_take (list, tc_value_ref (tc_value_item (map, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}
