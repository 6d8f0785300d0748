/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order.h"

#include "tc-engine.h"
#include "tc-glob.h"
#include "tc-json.h"
#include "tc-util.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * The two phases of a WorkingDirectory (spec/flow-language.md §5.7; Kestra: WorkingDirectory.preExecuteTasks, postExecuteTasks). Either may be
 * carried out again after a crash: what is there already is written again.
 */

static gboolean
put_file (TcOrder *self, const char *path, const char *source, const char *text, size_t length, GError **error)
{
  g_autofree char *target = g_build_filename (self->directory, path, NULL), *folder = g_path_get_dirname (target);
  g_autofree char *content = NULL;
  gsize n = length;

  if (!tc_path_is_inside (path))
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("The file name '%s' leads out of the working directory"), path);
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the folder '%s': %s"), folder, g_strerror (errno));
      return FALSE;
    }
  if (source != NULL && !g_file_get_contents (source, &content, &n, error))
    return FALSE;
  return g_file_set_contents_full (target, source != NULL ? content : text, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0644, error);
}

static gboolean
put_input (TcOrder *self, const char *path, const TcValue *value, GError **error)
{
  g_autoptr (TcValue) text = tc_value_is (value, TC_VALUE_STRING) ? tc_value_ref (value)
                             : tc_value_is (value, TC_VALUE_NULL) ? tc_value_string ("")
                                                                    : tc_value_string_take (tc_json_to_text (value));
  const char *content = tc_value_get_text (text);
  g_autofree char *source = NULL;

  if (g_str_has_prefix (content, "kestra://") || g_str_has_prefix (content, "nsfile://") || g_str_has_prefix (content, "file://"))
    {
      source = tc_order_uri_path (self, content, error);
      if (source == NULL)
        return FALSE;
    }
  return put_file (self, path, source, content, tc_value_length (text), error);
}

gboolean
tc_directory_put (TcOrder *self, const TcValue *rendered, GError **error)
{
  g_autoptr (TcValue) files = NULL;

  files = tc_value_is (rendered, TC_VALUE_STRING) ? tc_json_read (tc_value_get_text (rendered), tc_value_length (rendered), error)
                                                  : tc_value_ref (rendered);
  if (!tc_value_is (files, TC_VALUE_MAP))
    {
      if (files != NULL)
        g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Input files must be a map of names and contents"));
      return FALSE;
    }
  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the working directory '%s': %s"), self->directory,
                   g_strerror (errno));
      return FALSE;
    }
  for (size_t i = 0; i < tc_value_length (files); i++)
    if (!put_input (self, tc_value_key (files, i), tc_value_item (files, i), error))
      return FALSE;
  tc_order_log (self, TC_LEVEL_TRACE, _("Provided %u input(s)."), (unsigned) tc_value_length (files));
  return TRUE;
}

static gboolean
put_inputs (TcOrder *self, GError **error)
{
  const TcValue *given = tc_value_get (self->task->props, "inputFiles");
  g_autoptr (TcValue) rendered = given != NULL ? tc_order_render (self, given, NULL, error) : NULL;

  return given == NULL || (rendered != NULL && tc_directory_put (self, rendered, error));
}

gboolean
tc_directory_put_namespace (TcOrder *self, const TcValue *rules, GError **error)
{
  g_autoptr (TcValue) files = NULL;

  if (!tc_value_is (rules, TC_VALUE_MAP) || !tc_value_get_flag (rules, "enabled", TRUE))
    return TRUE;
  files = tc_order_namespace_files (self, rules, error);
  for (size_t i = 0; files != NULL && i < tc_value_length (files); i++)
    {
      const TcValue *file = tc_value_item (files, i);

      if (!put_file (self, tc_value_get_str (file, "path"), tc_value_get_str (file, "source"), NULL, 0, error))
        return FALSE;
    }
  return files != NULL;
}

static gboolean
put_namespace_files (TcOrder *self, GError **error)
{
  const TcValue *given = tc_value_get (self->task->props, "namespaceFiles");
  g_autoptr (TcValue) rules = given != NULL ? tc_order_render (self, given, NULL, error) : NULL;

  return given == NULL || (rules != NULL && tc_directory_put_namespace (self, rules, error));
}

static TcEvent *
open_directory (TcOrder *self)
{
  g_autoptr (GError) error = NULL;
  TcEvent *event;

  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    g_set_error (&error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the working directory '%s': %s"), self->directory, g_strerror (errno));
  else if (tc_cache_restore (self, &error) && put_namespace_files (self, &error))
    put_inputs (self, &error);
  if (error != NULL)
    return tc_order_failed (self, error);
  event = tc_event_new (TC_EVENT_ENDED, tc_clock_now_us (tc_clock_system ()), self->effect_id);
  event->state = TC_STATE_SUCCESS;
  return event;
}

TcValue *
tc_directory_collect (TcOrder *self, const TcValue *patterns, GError **error)
{
  g_autoptr (TcRunSpec) spec = NULL;
  TcValue *files;

  spec = tc_run_spec_new ();
  spec->directory = g_strdup (self->directory);
  for (size_t i = 0; i < tc_value_length (patterns); i++)
    if (tc_value_is (tc_value_item (patterns, i), TC_VALUE_STRING))
      g_ptr_array_add (spec->outputs, g_strdup (tc_value_get_text (tc_value_item (patterns, i))));
  files = tc_order_collect (self, spec, error);
  if (files != NULL)
    tc_order_log (self, TC_LEVEL_TRACE, _("Captured %zu output file(s)."), tc_value_length (files));
  return files;
}

static TcValue *
collect (TcOrder *self, GError **error)
{
  const TcValue *given = tc_value_get (self->task->props, "outputFiles");
  g_autoptr (TcValue) rendered = given != NULL ? tc_order_render (self, given, NULL, error) : NULL;

  if (given == NULL)
    return tc_value_null ();
  if (tc_value_is (rendered, TC_VALUE_STRING))
    {
      TcValue *list = tc_json_read (tc_value_get_text (rendered), tc_value_length (rendered), error);

      tc_value_unref (rendered);
      rendered = list;
    }
  return tc_value_is (rendered, TC_VALUE_LIST) ? tc_directory_collect (self, rendered, error) : NULL;
}

static TcEvent *
close_directory (TcOrder *self)
{
  const char *state = tc_value_get_str (self->payload, "state");
  gboolean well = g_strcmp0 (state, "SUCCESS") == 0 || g_strcmp0 (state, "WARNING") == 0;
  g_autoptr (GError) error = NULL;
  TcValue *files = collect (self, &error);
  TcEvent *event;

  if (files != NULL && well)
    tc_cache_save (self, &error);
  if (error != NULL)
    {
      tc_value_unref (files);
      return tc_order_failed (self, error);
    }
  event = tc_event_new (TC_EVENT_ENDED, tc_clock_now_us (tc_clock_system ()), self->effect_id);
  event->state = TC_STATE_SUCCESS;
  if (tc_value_is (files, TC_VALUE_MAP))
    event->payload = tc_value_map_of ("outputFiles", files, NULL);
  return event;
}

TcEvent *
tc_directory_phase (TcOrder *self)
{
  return g_strcmp0 (tc_value_get_str (self->payload, "phase"), "open") == 0 ? open_directory (self) : close_directory (self);
}
