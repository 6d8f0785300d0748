/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-glob.h"
#include "tc-json.h"
#include "tc-run-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ids are mostly "TASKRUN/ATTEMPT/SERIAL": the slash becomes a dot, everything else that is unusual in a name %XX. */
char *
tc_run_directory (const char *data_dir,
                  const char *effect_id)
{
  g_autoptr(GString) name = g_string_new (NULL);

  for (const char *at = effect_id; *at; at++)
    if (g_ascii_isalnum (*at) || *at == '-' || *at == '_')
      g_string_append_c (name, *at);
    else if (*at == '/')
      g_string_append_c (name, '.');
    else
      g_string_append_printf (name, "%%%02X", (unsigned char) *at);
  return g_build_filename (data_dir, "runs", name->str, NULL);
}

char *
tc_run_output_path (const char *data_dir,
                    const char *effect_id)
{
  g_autofree char *directory = tc_run_directory (data_dir, effect_id);

  return g_build_filename (directory, "output", NULL);
}

static TcValue *
strings_to_value (GPtrArray *strings)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (guint i = 0; strings && i < strings->len; i++)
    tc_list_builder_take (list, tc_value_string (strings->pdata[i]));
  return tc_list_builder_end (list);
}

static char *
spec_to_text (const TcRunSpec *spec)
{
  TcMapBuilder *map = tc_map_builder_new ();
  g_autoptr(TcValue) value = NULL;

  tc_map_builder_str (map, "program", spec->argv->len ? spec->argv->pdata[0] : "");
  tc_map_builder_str (map, "directory", spec->directory);
  tc_map_builder_take (map, "outputs", strings_to_value (spec->outputs));
  tc_map_builder_str (map, "output_dir", spec->output_dir);
  tc_map_builder_str (map, "image", spec->image);
  tc_map_builder_str (map, "cache_file", spec->cache_file);
  tc_map_builder_str (map, "cache_path", spec->cache_path);
  tc_map_builder_take (map, "grace_us", tc_value_int (spec->grace_us));
  tc_map_builder_take (map, "private_directory", tc_value_bool (spec->private_directory));
  if (spec->runner)
    {
      g_autoptr(TcValue) without = tc_value_without (spec->runner, "credentials");

      tc_map_builder_take (map, "runner", tc_value_without (without, "config"));
    }
  value = tc_map_builder_end (map);
  return tc_json_to_text (value);
}

static gboolean
write_new (const char *directory,
           const char *name,
           const char *text,
           GError    **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_auto(TcFd) fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  ssize_t length = (ssize_t) strlen (text);

  if (fd >= 0 && write (fd, text, (size_t) length) == length)
    return TRUE;
  g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("“%s” could not be written: %s"), path, g_strerror (errno));
  return FALSE;
}

/* What @directory is to run; NULL: that was never written whole, so nothing has been started in it. */
static TcValue *
read_spec (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "spec", NULL);
  g_autofree char *text = NULL;
  TcValue *value = NULL;
  size_t length;

  if (g_file_get_contents (path, &text, &length, NULL))
    value = tc_json_read (text, length, NULL);
  if (!tc_value_is (value, TC_VALUE_MAP))
    g_clear_pointer (&value, tc_value_unref);
  return value;
}

/* A program killed between making a directory and writing its spec leaves one that nobody adopts. */
static void
remove_unwritten (const char *directory)
{
  g_autoptr(TcValue) spec = read_spec (directory);

  if (spec == NULL)
    tc_run_directory_remove (directory);
}

gboolean
tc_run_directory_make (const char      *directory,
                       const TcRunSpec *spec,
                       GError         **error)
{
  g_autofree char *text = spec_to_text (spec);

  remove_unwritten (directory);
  if (g_mkdir (directory, 0700) != 0)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The directory “%s” could not be made: %s"), directory,
                   g_strerror (errno));
      return FALSE;
    }
  return write_new (directory, "spec", text, error) && write_new (directory, "output", "", error);
}

gboolean
tc_run_directory_is_locked (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "lock", NULL);
  g_auto(TcFd) fd = open (path, O_RDONLY | O_CLOEXEC);

  return fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

void
tc_run_directory_remove (const char *directory)
{
  g_autoptr(GDir) entries = g_dir_open (directory, 0, NULL);
  const char *name;

  while (entries && (name = g_dir_read_name (entries)))
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (directory);
}

static GPtrArray *
strings_from_value (const TcValue *list)
{
  GPtrArray *strings = g_ptr_array_new_with_free_func (g_free);

  for (size_t i = 0; tc_value_is (list, TC_VALUE_LIST) && i < tc_value_length (list); i++)
    if (tc_value_is (tc_value_item (list, i), TC_VALUE_STRING))
      g_ptr_array_add (strings, g_strdup (tc_value_get_text (tc_value_item (list, i))));
  return strings;
}

TcRunSpec *
tc_run_load_spec (const char *data_dir,
                  const char *effect_id,
                  GError    **error)
{
  g_autofree char *directory = tc_run_directory (data_dir, effect_id);
  g_autoptr(TcValue) value = read_spec (directory);
  TcRunSpec *spec;

  if (value == NULL)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_LOST, _("Nothing is known of the run “%s” any more"), effect_id);
      return NULL;
    }
  spec = tc_run_spec_new ();
  g_ptr_array_add (spec->argv, g_strdup (tc_value_get_str (value, "program") ?: ""));
  spec->directory = g_strdup (tc_value_get_str (value, "directory"));
  g_clear_pointer (&spec->outputs, g_ptr_array_unref);
  spec->outputs = strings_from_value (tc_value_get (value, "outputs"));
  spec->output_dir = g_strdup (tc_value_get_str (value, "output_dir"));
  spec->image = g_strdup (tc_value_get_str (value, "image"));
  spec->cache_file = g_strdup (tc_value_get_str (value, "cache_file"));
  spec->cache_path = g_strdup (tc_value_get_str (value, "cache_path"));
  spec->grace_us = tc_value_get_i64 (value, "grace_us", 0);
  spec->private_directory = tc_value_get_flag (value, "private_directory", FALSE);
  if (tc_value_get (value, "runner"))
    spec->runner = tc_value_ref (tc_value_get (value, "runner"));
  return spec;
}

gboolean
tc_run_exit_load (const char *directory,
                  TcRunExit  *made)
{
  g_autofree char *path = g_build_filename (directory, "exit", NULL);
  g_autofree char *output = g_build_filename (directory, "output", NULL);
  g_autofree char *text = NULL;
  TcRunExit parsed = { 0 };
  struct stat info;
  int end = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL)
      || sscanf (text,
                 "code %d\nsignal %d\nkilled %d\nstopped %d\nspawn_errno %d\nspawn_failed %15s\nstarted_ns %" SCNd64
                 "\nended_ns %" SCNd64 "\npeak_bytes %" SCNd64 "\noutput_bytes %" SCNu64 "\noutput_errno %d\nend%n",
                 &parsed.code, &parsed.signal, &parsed.killed, &parsed.stopped, &parsed.spawn_errno, parsed.spawn_failed,
                 &parsed.started_ns, &parsed.ended_ns, &parsed.peak_bytes, &parsed.output_bytes, &parsed.output_errno, &end) != 11
      || end == 0)
    return FALSE;
  if (stat (output, &info) != 0 || (uint64_t) info.st_size < parsed.output_bytes)
    return FALSE;
  *made = parsed;
  return TRUE;
}

void
tc_file_out_free (TcFileOut *self)
{
  if (!self)
    return;
  g_free (self->key);
  g_free (self->path);
  g_free (self);
}

static void
add_files (GPtrArray  *files,
           GPtrArray  *keys,
           const char *root)
{
  for (guint i = 0; i < keys->len; i++)
    {
      TcFileOut *file = g_new (TcFileOut, 1);

      file->key = g_strdup (keys->pdata[i]);
      file->path = g_build_filename (root, file->key, NULL);
      g_ptr_array_add (files, file);
    }
}

GPtrArray *
tc_run_collect (const TcRunSpec *spec,
                GError         **error)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_file_out_free);

  tc_run_cache_store (spec);
  if (spec->outputs && spec->outputs->len > 0)
    {
      g_autoptr(GPtrArray) keys = tc_glob_collect (spec->directory, spec->outputs, error);

      if (!keys)
        return NULL;
      add_files (files, keys, spec->directory);
    }
  if (spec->output_dir && g_file_test (spec->output_dir, G_FILE_TEST_IS_DIR))
    {
      g_autoptr(GPtrArray) keys = tc_glob_walk (spec->output_dir, error);

      if (!keys)
        return NULL;
      add_files (files, keys, spec->output_dir);
    }
  return g_steal_pointer (&files);
}
