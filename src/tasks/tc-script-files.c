/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-script-private.h"
#include "tc-json.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define URI_START "kestra://"
#define URI_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._+~#=/%"

/* Digits, as Kestra names its temporary files. */
char *
tc_script_random_name (const char *extension)
{
  g_autofree char *id = tc_id_new ();

  return g_strdup_printf ("%" G_GUINT64_FORMAT "%s", tc_text_hash (id, strlen (id)), extension);
}

void
tc_script_add_file (TcScript   *self,
                    const char *path,
                    const char *text,
                    const char *source)
{
  TcFileIn *file = g_new0 (TcFileIn, 1);

  file->path = g_strdup (path);
  file->text = text == NULL ? NULL : tc_value_string (text);
  file->source = g_strdup (source);
  file->mode = 0644;
  /* A file of the same path replaces an earlier one: input files win over namespace files. */
  for (guint i = 0; i < self->spec->files->len; i++)
    if (strcmp (((TcFileIn *) self->spec->files->pdata[i])->path, path) == 0)
      {
        g_ptr_array_remove_index (self->spec->files, i);
        break;
      }
  g_ptr_array_add (self->spec->files, file);
}

static char *
local_path (TcScript    *self,
            const char  *uri,
            GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("uri", tc_value_string (uri), NULL);
  g_autoptr (TcValue) path = tc_job_ask (self->job, "uri.path", args, error);

  if (path == NULL)
    return NULL;
  g_return_val_if_fail (tc_value_is (path, TC_VALUE_STRING), NULL);
  return g_strdup (tc_value_get_text (path));
}

static gboolean
check_path (const char  *path,
            const char  *property,
            GError     **error)
{
  if (tc_path_is_inside (path))
    return TRUE;
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
               _("property “%s”: “%s” is not a path inside of the working directory: write it relative, without “..”"), property, path);
  return FALSE;
}

static const TcValue *
option (TcScript   *self,
        const char *name)
{
  const TcValue *value = tc_value_get (self->props->namespace_files, name);

  return tc_value_is (value, TC_VALUE_NULL) ? NULL : value;
}

static const char *
text_option (TcScript   *self,
             const char *name,
             const char *fallback)
{
  const TcValue *value = option (self, name);

  return tc_value_is (value, TC_VALUE_STRING) ? tc_value_get_text (value) : fallback;
}

static bool
flag_option (TcScript   *self,
             const char *name,
             bool        fallback)
{
  const TcValue *value = option (self, name);

  if (tc_value_is (value, TC_VALUE_STRING))
    return g_ascii_strcasecmp (tc_value_get_text (value), "true") == 0;
  return tc_value_is (value, TC_VALUE_BOOL) ? tc_value_get_bool (value) : fallback;
}

/* What the engine is asked for: which files, in which order. */
static TcValue *
namespace_request (TcScript *self)
{
  static const char *const keys[] = { "namespaces", "include", "exclude" };
  TcMapBuilder *map = tc_map_builder_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const TcValue *value = option (self, keys[i]);
      TcValue *single[1];

      if (value == NULL)
        continue;
      single[0] = tc_value_ref (value);
      if (tc_value_is (value, TC_VALUE_STRING) && tc_value_get_text (value)[0] == '[')
        {
          TcValue *list = tc_json_read (tc_value_get_text (value), tc_value_length (value), NULL);

          if (list != NULL)
            {
              tc_value_unref (single[0]);
              tc_map_builder_take (map, keys[i], list);
              continue;
            }
        }
      tc_map_builder_take (map, keys[i], tc_value_is (value, TC_VALUE_LIST) ? single[0] : tc_value_list (single, 1));
    }
  tc_map_builder_take (map, "folderPerNamespace", tc_value_bool (flag_option (self, "folderPerNamespace", false)));
  return tc_map_builder_end (map);
}

/* FALSE without an error: the file that is there stays. */
static gboolean
may_replace (TcScript    *self,
             const char  *path,
             GError     **error)
{
  const char *rule = text_option (self, "ifExists", "OVERWRITE");
  g_autofree char *there = g_build_filename (self->directory, path, NULL);

  if (strcmp (rule, "OVERWRITE") == 0 || !g_file_test (there, G_FILE_TEST_EXISTS))
    return TRUE;
  if (strcmp (rule, "FAIL") == 0)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                 _("namespace file “%s”: the working directory has such a file already, and “ifExists” is FAIL"), path);
  else if (strcmp (rule, "WARN") == 0)
    tc_job_log (self->job, TC_LEVEL_WARN, _("The namespace file “%s” replaces one that the working directory had already"), path);
  return strcmp (rule, "WARN") == 0;
}

static gboolean
add_namespace_file (TcScript       *self,
                    const TcValue  *file,
                    GError        **error)
{
  const char *path = tc_value_get_str (file, "path");
  GError *refused = NULL;

  if (!check_path (path, "namespaceFiles", error))
    return FALSE;
  if (may_replace (self, path, &refused))
    tc_script_add_file (self, path, NULL, tc_value_get_str (file, "source"));
  if (refused == NULL)
    return TRUE;
  g_propagate_error (error, refused);
  return FALSE;
}

gboolean
tc_script_namespace_files (TcScript  *self,
                           GError   **error)
{
  g_autoptr (TcValue) request = NULL, files = NULL;

  if (self->props->namespace_files == NULL || !flag_option (self, "enabled", true))
    return TRUE;
  request = namespace_request (self);
  files = tc_job_ask (self->job, "namespace.files", request, error);     /* logs and counts what it loads */
  if (files == NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (files); i++)
    if (!add_namespace_file (self, tc_value_item (files, i), error))
      return FALSE;
  return TRUE;
}

static bool
is_uri (const char *text)
{
  return g_str_has_prefix (text, URI_START) || g_str_has_prefix (text, "nsfile://") || g_str_has_prefix (text, "file://");
}

static gboolean
add_input_file (TcScript       *self,
                const char     *path,
                const TcValue  *content,
                GError        **error)
{
  g_autofree char *text = tc_value_is (content, TC_VALUE_NULL) ? g_strdup ("") : tc_script_text_of (content), *source = NULL;

  if (!check_path (path, "inputFiles", error))
    return FALSE;
  if (is_uri (text))
    {
      source = local_path (self, text, error);
      if (source == NULL)
        {
          g_prefix_error (error, _("input file “%s”: "), path);
          return FALSE;
        }
    }
  tc_script_add_file (self, path, source == NULL ? text : NULL, source);
  return TRUE;
}

gboolean
tc_script_input_files (TcScript  *self,
                       GError   **error)
{
  const TcValue *given = self->props->input_files;
  bool map = tc_value_is (given, TC_VALUE_MAP);
  g_autoptr (TcValue) files = NULL;

  if (given == NULL)
    {
      if (self->plugin->source != NULL)
        tc_job_log (self->job, TC_LEVEL_TRACE, "Provided 0 input(s).");
      return TRUE;
    }
  files = tc_script_render_map (self, given, error);
  if (files == NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (files); i++)
    {
      const TcValue *content = tc_value_item (files, i);

      /* A null in YAML is no file, a null in JSON is an empty one. */
      if (!(map && tc_value_is (content, TC_VALUE_NULL)) && !add_input_file (self, tc_value_key (files, i), content, error))
        return FALSE;
    }
  tc_job_log (self->job, TC_LEVEL_TRACE, "Provided %zu input(s).", tc_value_length (files));
  return TRUE;
}

char *
tc_script_fetch_uris (TcScript  *self,
                      char      *text,
                      GError   **error)
{
  g_autofree char *owned = text;
  g_autoptr (GString) out = NULL;
  const char *at = text, *found;

  if (strstr (text, URI_START) == NULL)
    return g_steal_pointer (&owned);
  out = g_string_new (NULL);
  for (; (found = strstr (at, URI_START)) != NULL; at = found + strlen (URI_START) + strspn (found + strlen (URI_START), URI_SIGNS))
    {
      size_t length = strlen (URI_START) + strspn (found + strlen (URI_START), URI_SIGNS);
      g_autofree char *uri = g_strndup (found, length), *name = tc_script_random_name (".tmp");
      g_autofree char *source = local_path (self, uri, error);

      if (source == NULL)
        return NULL;
      tc_script_add_file (self, name, NULL, source);
      g_string_append_len (out, at, found - at);
      g_string_append_printf (out, "%s/%s", self->directory, name);
    }
  g_string_append (out, at);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
