/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-script-private.h"
#include "tc-json.h"
#include "tc-util.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* From the properties of a script-like task to a complete TcRunSpec, in the order in which Kestra's CommandsWrapper does it: directory and
 * runner, namespace files, names of output files, input files, the program's own file, then interpreter, commands and environment. */

#define LARGEST_ARGUMENT (128 * 1024 - 1)     /* Linux: MAX_ARG_STRLEN, less the NUL */
#define GRACE_US (5 * G_USEC_PER_SEC)

char *
tc_script_text_of (const TcValue *value)
{
  return tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
}

static char *
render (TcScript       *self,
        const char     *text,
        const TcValue  *names,
        GError        **error)
{
  g_autoptr (TcValue) value = NULL;

  if (strchr (text, '{') == NULL)
    return g_strdup (text);
  value = tc_job_render (self->job, text, names, error);
  return value == NULL ? NULL : tc_script_text_of (value);
}

char *
tc_script_render (TcScript    *self,
                  const char  *text,
                  GError     **error)
{
  return render (self, text, self->names, error);
}

/* A property of kind list or map, rendered: written as such, or as one expression whose text is JSON. */
static TcValue *
render_collection (TcScript       *self,
                   const TcValue  *value,
                   TcValueKind     kind,
                   GError        **error)
{
  g_autoptr (TcValue) rendered = tc_job_render_all (self->job, value, self->names, error), read = NULL;
  size_t length;
  const char *text;

  if (rendered == NULL || tc_value_is (rendered, kind))
    return g_steal_pointer (&rendered);
  if (tc_value_is (rendered, TC_VALUE_STRING))
    {
      text = tc_value_get_string (rendered, &length);
      read = tc_json_read (text, length, error);
      if (read == NULL || tc_value_is (read, kind))
        return g_steal_pointer (&read);
    }
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, kind == TC_VALUE_LIST ? _("a list is expected, not a %s") : _("a map is expected, not a %s"),
               tc_value_kind_name (tc_value_kind (read != NULL ? read : rendered)));
  return NULL;
}

gboolean
tc_script_render_list (TcScript       *self,
                       const TcValue  *list,
                       GPtrArray      *out,
                       GError        **error)
{
  g_autoptr (TcValue) rendered = NULL;

  if (list == NULL || tc_value_is (list, TC_VALUE_NULL))
    return TRUE;
  rendered = render_collection (self, list, TC_VALUE_LIST, error);
  for (size_t i = 0; rendered != NULL && i < tc_value_length (rendered); i++)
    g_ptr_array_add (out, tc_script_text_of (tc_value_item (rendered, i)));
  return rendered != NULL;
}

TcValue *
tc_script_render_map (TcScript       *self,
                      const TcValue  *map,
                      GError        **error)
{
  return render_collection (self, map, TC_VALUE_MAP, error);
}

/* The `docker` block of old flows, under the names that the runner has for it now. */
static TcValue *
runner_of_docker_block (const TcValue *block)
{
  TcMapBuilder *map = tc_map_builder_new ();

  tc_map_builder_str (map, "type", TC_RUNNER_DOCKER);
  for (size_t i = 0; i < tc_value_length (block); i++)
    {
      const char *key = tc_value_key (block, i);

      key = strcmp (key, "dockerHost") == 0 ? "host" : strcmp (key, "dockerConfig") == 0 ? "config" : key;
      tc_map_builder_take (map, key, tc_value_ref (tc_value_item (block, i)));
    }
  return tc_map_builder_end (map);
}

static TcValue *
choose_runner (TcScript *self)
{
  const TcScriptProps *props = self->props;
  const char *type = tc_value_get_str (props->runner, "type");

  if (props->old_runner == TC_SCRIPT_OLD_PROCESS)
    return tc_value_map_of ("type", tc_value_string (TC_RUNNER_PROCESS), NULL);
  if (props->docker != NULL && (type == NULL || strcmp (type, TC_RUNNER_DOCKER) == 0 || props->old_runner == TC_SCRIPT_OLD_DOCKER))
    return runner_of_docker_block (props->docker);
  if (props->runner == NULL || props->old_runner == TC_SCRIPT_OLD_DOCKER)
    return tc_value_map_of ("type", tc_value_string (TC_RUNNER_DOCKER), NULL);
  return tc_value_ref (props->runner);
}

/* An image in the runner's own options is an old form, and wins. */
static char *
choose_image (TcScript *self)
{
  const char *image = tc_value_get_str (self->spec->runner, "image");

  if (image == NULL || *image == '\0')
    image = self->props->image;
  if (image == NULL || *image == '\0')
    image = self->plugin->image;
  return g_strdup (image);
}

static void
set_runner (TcScript *self)
{
  g_autoptr (TcValue) chosen = choose_runner (self);
  const char *type = tc_value_get_str (chosen, "type");

  self->process = g_strcmp0 (type, TC_RUNNER_PROCESS) == 0;
  self->spec->runner = self->process ? tc_value_ref (chosen) : tc_value_merge (self->plugin->runner, chosen);
  self->spec->image = self->process ? NULL : choose_image (self);
  self->spec->inherit_env = self->process;
  self->spec->grace_us = GRACE_US;
  if (self->props->old_runner == TC_SCRIPT_OLD_NONE)
    tc_job_log (self->job, TC_LEVEL_DEBUG, "Using task runner '%s'", type);
}

static void
add_name (TcScript   *self,
          const char *key,
          TcValue    *taken)
{
  TcValue *with = tc_value_with (self->names, key, taken);

  tc_value_unref (taken);
  tc_value_unref (self->names);
  self->names = with;
}

static gboolean
set_directory (TcScript  *self,
               GError   **error)
{
  self->directory = tc_job_name (self->job, "workingDir");
  if (self->directory == NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("the task has no working directory"));
      return FALSE;
    }
  self->spec->directory = g_strdup (self->directory);
  add_name (self, "workingDir", tc_value_string (self->directory));
  if (self->props->output_directory || self->props->old_runner != TC_SCRIPT_OLD_NONE)
    {
      g_autofree char *name = tc_id_new ();

      self->spec->output_dir = g_build_filename (self->directory, name, NULL);
      add_name (self, "outputDir", tc_value_string (self->spec->output_dir));
      if (g_mkdir_with_parents (self->spec->output_dir, 0777) != 0)
        {
          g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("cannot make the output directory “%s”: %s"), self->spec->output_dir,
                       g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

/* Files that are named without a pattern are names for the commands: {{ outputFiles.x }} is where x is expected. */
static gboolean
set_output_files (TcScript  *self,
                  GError   **error)
{
  TcMapBuilder *paths = tc_map_builder_new ();
  gboolean fine = tc_script_render_list (self, self->props->output_files, self->spec->outputs, error);

  for (guint i = 0; i < self->spec->outputs->len; i++)
    {
      const char *entry = self->spec->outputs->pdata[i];

      if (strpbrk (entry, "*?[") == NULL)
        tc_map_builder_take (paths, entry, tc_value_string_take (g_build_filename (self->directory, entry, NULL)));
    }
  add_name (self, "outputFiles", tc_map_builder_end (paths));
  if (!fine)
    g_prefix_error (error, _("property “%s”: "), "outputFiles");
  return fine;
}

/* The first of the names that this machine has; the last one if it has none of them, so that the error names a known program. */
static char *
find_program (TcScript               *self,
              const TcPluginProgram  *program,
              const TcValue          *names,
              GError                **error)
{
  char *name = NULL;

  if (!self->process)
    return g_strdup (program->container);
  for (char **template = program->names; *template != NULL; template++)
    {
      g_autofree char *path = NULL;

      g_free (name);
      name = render (self, *template, names, error);
      path = name == NULL ? NULL : g_find_program_in_path (name);
      if (name == NULL || path != NULL)
        break;
    }
  return name;
}

static gboolean
set_own_names (TcScript    *self,
               const char  *file,
               GError     **error)
{
  TcMapBuilder *map = tc_map_builder_new ();
  g_autoptr (TcValue) basic = NULL, programs = NULL, with_late = NULL, with_basic = NULL;
  g_autofree char *path = file == NULL ? NULL : g_build_filename (self->directory, file, NULL);

  tc_map_builder_take (map, "props", tc_plugin_props (self->job->task_class, self->job->props));
  tc_map_builder_str (map, "runner", self->process ? "process" : "container");
  tc_map_builder_str (map, "image", self->spec->image == NULL ? "" : self->spec->image);
  tc_map_builder_str (map, "file", path == NULL ? "" : path);
  basic = tc_map_builder_end (map);
  map = tc_map_builder_new ();
  for (size_t i = 0; i < self->plugin->n_programs; i++)
    {
      char *name = find_program (self, &self->plugin->programs[i], basic, error);

      if (name == NULL)
        {
          tc_map_builder_free (map);
          return FALSE;
        }
      tc_map_builder_take (map, self->plugin->programs[i].key, tc_value_string_take (name));
    }
  programs = tc_map_builder_end (map);
  with_late = tc_value_merge (self->names, self->late);
  with_basic = tc_value_merge (with_late, basic);
  tc_value_unref (self->own_names);
  self->own_names = tc_value_merge (with_basic, programs);
  return TRUE;
}

/* Texts that see the working directory: rendered once, here, with the URIs in them fetched. */
static gboolean
render_late (TcScript  *self,
             GError   **error)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (const TcProp *prop = self->job->task_class->info.props; prop->name != NULL; prop++)
    {
      const TcValue *given = tc_value_get (self->job->props, prop->name);
      g_autofree char *written = NULL, *text = NULL;

      if (prop->kind != TC_KIND_STRING || !(prop->flags & TC_PROP_LATE))
        continue;
      written = given == NULL || tc_value_is (given, TC_VALUE_NULL) ? g_strdup ("") : tc_script_text_of (given);
      text = tc_script_render (self, written, error);
      text = text == NULL ? NULL : tc_script_fetch_uris (self, g_steal_pointer (&text), error);
      if (text == NULL)
        {
          g_prefix_error (error, _("property “%s”: "), prop->name);
          return FALSE;
        }
      tc_map_builder_str (map, prop->name, text);
    }
  self->late = tc_map_builder_end (g_steal_pointer (&map));
  return TRUE;
}

/* The program that stands in a property goes into a file with a name of digits, and is run from there. */
static gboolean
write_source (TcScript  *self,
              GError   **error)
{
  const char *text = tc_value_get_str (self->late, self->plugin->source);
  g_autofree char *extension = NULL, *name = NULL, *all = NULL;

  if (!set_own_names (self, NULL, error))
    return FALSE;
  extension = render (self, self->plugin->extension == NULL ? "" : self->plugin->extension, self->own_names, error);
  if (extension == NULL)
    return FALSE;
  name = tc_script_random_name (extension);
  all = g_strconcat (self->plugin->prepend == NULL ? "" : self->plugin->prepend, text == NULL ? "" : text, NULL);
  tc_script_add_file (self, name, all, NULL);
  tc_job_log (self->job, TC_LEVEL_TRACE, "Provided 1 input(s).");
  return set_own_names (self, name, error);
}

/* A folder such as a program's libraries is taken over from a run with the same key, runner and image. */
static gboolean
set_cache (TcScript  *self,
           GError   **error)
{
  const char *data = tc_job_name (self->job, "dataDir");
  g_autofree char *key = self->plugin->cache_key == NULL ? g_strdup ("") : render (self, self->plugin->cache_key, self->own_names, error);
  g_autofree char *all = NULL, *hash = NULL, *name = NULL;

  if (key == NULL || *key == '\0' || data == NULL)
    return key != NULL;
  all = g_strjoin ("\n", self->job->task_class->info.type, self->process ? "process" : "container", self->spec->image == NULL ? "" : self->spec->image, key, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);
  name = g_strconcat (hash, ".tar", NULL);
  self->spec->cache_file = g_build_filename (data, "cache", name, NULL);
  self->spec->cache_path = g_strdup (self->plugin->cache_folder);
  return TRUE;
}

static gboolean
write_own_files (TcScript  *self,
                 GError   **error)
{
  for (size_t i = 0; self->plugin->files != NULL && i < tc_value_length (self->plugin->files); i++)
    {
      g_autofree char *template = tc_script_text_of (tc_value_item (self->plugin->files, i));
      g_autofree char *text = render (self, template, self->own_names, error);

      if (text == NULL)
        return FALSE;
      if (*text != '\0')
        tc_script_add_file (self, tc_value_key (self->plugin->files, i), text, NULL);
    }
  return TRUE;
}

/* The plugin's own commands; those that render to nothing are left out. */
static gboolean
add_templates (TcScript    *self,
               char       **templates,
               GPtrArray   *lines,
               GError     **error)
{
  for (; templates != NULL && *templates != NULL; templates++)
    {
      char *line = render (self, *templates, self->own_names, error);

      if (line == NULL)
        return FALSE;
      if (*line != '\0')
        g_ptr_array_add (lines, line);
      else
        g_free (line);
    }
  return TRUE;
}

static gboolean
add_rendered (TcScript       *self,
              const char     *property,
              const TcValue  *list,
              GPtrArray      *lines,
              GError        **error)
{
  guint first = lines->len;

  if (!tc_script_render_list (self, list, lines, error))
    {
      g_prefix_error (error, _("property “%s”: "), property);
      return FALSE;
    }
  for (guint i = first; i < lines->len; i++)
    {
      lines->pdata[i] = tc_script_fetch_uris (self, lines->pdata[i], error);
      if (lines->pdata[i] == NULL)
        {
          g_ptr_array_set_size (lines, (int) i);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
set_interpreter (TcScript  *self,
                 GError   **error)
{
  static const char *const shell[] = { "/bin/sh", "-c", NULL };
  const char *const *fallback = self->plugin->interpreter != NULL ? (const char *const *) self->plugin->interpreter : shell;

  if (self->props->interpreter != NULL)
    return add_rendered (self, "interpreter", self->props->interpreter, self->spec->argv, error);
  for (; *fallback != NULL; fallback++)
    g_ptr_array_add (self->spec->argv, g_strdup (*fallback));
  return TRUE;
}

static bool
is_shell_with_c (const GPtrArray *argv)
{
  static const char *const shells[] = { "sh", "bash", "dash", "ash", "zsh", "ksh", NULL };
  g_autofree char *name = argv->len == 2 && strcmp (argv->pdata[1], "-c") == 0 ? g_path_get_basename (argv->pdata[0]) : NULL;

  return name != NULL && g_strv_contains (shells, name);
}

/* The kernel takes no argument beyond 128 KiB: then a shell reads the same text from a file. */
static void
set_text (TcScript   *self,
          const char *text)
{
  GPtrArray *argv = self->spec->argv;

  if (strlen (text) > LARGEST_ARGUMENT && is_shell_with_c (argv))
    {
      g_autofree char *name = tc_script_random_name (".sh");

      tc_script_add_file (self, name, text, NULL);
      g_ptr_array_remove_index (argv, 1);
      g_ptr_array_add (argv, g_build_filename (self->directory, name, NULL));
    }
  else
    g_ptr_array_add (argv, g_strdup (text));
}

static gboolean
collect_lines (TcScript   *self,
               GPtrArray  *lines,
               GError    **error)
{
  const TcValue *commands = tc_value_get (self->job->props, "commands");
  bool windows = self->props->target_os == TC_SCRIPT_OS_WINDOWS;
  const char *stop = windows ? "" : self->plugin->fail_fast != NULL ? self->plugin->fail_fast : "set -e";

  if (self->props->fail_fast && (windows || *stop != '\0'))
    g_ptr_array_add (lines, g_strdup (stop));
  if (!add_templates (self, self->plugin->setup, lines, error)
      || !add_rendered (self, "beforeCommands", self->props->before_commands, lines, error))
    return FALSE;
  if (self->plugin->commands != NULL)
    return add_templates (self, self->plugin->commands, lines, error);
  if (self->plugin->source == NULL)
    return add_rendered (self, "commands", commands, lines, error);
  return TRUE;
}

static gboolean
set_argv (TcScript  *self,
          GError   **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (!set_interpreter (self, error))
    return FALSE;
  if (self->spec->argv->len == 0 && self->props->before_commands == NULL)
    return add_rendered (self, "commands", tc_value_get (self->job->props, "commands"), self->spec->argv, error);
  if (!collect_lines (self, lines, error))
    return FALSE;
  g_ptr_array_add (lines, NULL);
  text = g_strjoinv (self->props->target_os == TC_SCRIPT_OS_WINDOWS ? "\r\n" : "\n", (char **) lines->pdata);
  set_text (self, text);
  return TRUE;
}

static void
add_variable (TcScript   *self,
              const char *key,
              const char *value)
{
  g_ptr_array_add (self->spec->env, g_strdup_printf ("%s=%s", key, value));
}

static gboolean
add_variables (TcScript       *self,
               const TcValue  *templates,
               GError        **error)
{
  for (size_t i = 0; templates != NULL && i < tc_value_length (templates); i++)
    {
      g_autofree char *template = tc_script_text_of (tc_value_item (templates, i));
      g_autofree char *value = render (self, template, self->own_names, error);

      if (value == NULL)
        return FALSE;
      if (*value != '\0')
        add_variable (self, tc_value_key (templates, i), value);
    }
  return TRUE;
}

/* Of equal names the later one wins. */
static gboolean
set_environment (TcScript  *self,
                 GError   **error)
{
  g_autoptr (TcValue) given = self->props->env == NULL ? NULL : tc_script_render_map (self, self->props->env, error);

  if (self->props->env != NULL && given == NULL)
    {
      g_prefix_error (error, _("property “%s”: "), "env");
      return FALSE;
    }
  if (!add_variables (self, self->plugin->default_env, error))
    return FALSE;
  for (size_t i = 0; given != NULL && i < tc_value_length (given); i++)
    {
      g_autofree char *value = tc_script_text_of (tc_value_item (given, i));

      if (!tc_value_is (tc_value_item (given, i), TC_VALUE_NULL))
        add_variable (self, tc_value_key (given, i), value);
    }
  if (!add_variables (self, self->plugin->env, error))
    return FALSE;
  add_variable (self, "WORKING_DIR", self->directory);
  if (self->spec->output_dir != NULL)
    add_variable (self, "OUTPUT_DIR", self->spec->output_dir);
  return TRUE;
}

TcRunSpec *
tc_script_spec (TcJob                *job,
                const TcScriptProps  *props,
                const TcPlugin       *plugin,
                GError              **error)
{
  g_autoptr (TcRunSpec) spec = tc_run_spec_new ();
  TcScript self = { .job = job, .props = props, .plugin = plugin, .spec = spec };
  gboolean fine;

  self.names = tc_value_map_of (NULL, NULL);
  set_runner (&self);
  fine = set_directory (&self, error) && tc_script_namespace_files (&self, error) && set_output_files (&self, error)
         && tc_script_input_files (&self, error) && render_late (&self, error)
         && (self.plugin->source != NULL ? write_source (&self, error) : set_own_names (&self, NULL, error))
         && set_cache (&self, error) && write_own_files (&self, error) && set_argv (&self, error) && set_environment (&self, error);
  tc_value_unref (self.names);
  tc_value_unref (self.late);
  tc_value_unref (self.own_names);
  return fine ? g_steal_pointer (&spec) : NULL;
}

static TcRunSpec *
script_spec (TcJob       *job,
             const void  *props,
             GError     **error)
{
  return tc_script_spec (job, props, job->task_class->data, error);
}

static const TcPluginBase script_base = {
  .name = "script", .props = tc_script_props, .outputs = tc_script_outputs, .props_size = sizeof (TcScriptProps), .spec = script_spec,
};

const TcPluginBase *const tc_plugin_bases[] = { &script_base, NULL };
