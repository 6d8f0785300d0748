/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-tree.h"

#include "fake-job.h"

#include "tc-json.h"
#include "tc-plugin.h"
#include "tc-script.h"
#include "tc-tasks.h"
#include "tc-template.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

static FakeJob *
fake (TcJob *job)
{
  return (FakeJob *) job;
}

static void
on_log (TcJob      *job,
        TcLevel     level,
        const char *message)
{
  g_string_append_printf (fake (job)->log, "%s %s\n", tc_level_name (level), message);
}

static void
on_metric (TcJob         *job,
           TcMetricKind   kind,
           const char    *name,
           double         value,
           const TcValue *tags)
{
  g_string_append_printf (fake (job)->log, "METRIC %s\n", name);
}

static TcValue *
on_render (TcJob          *job,
           const char     *text,
           const TcValue  *extra,
           GError        **error)
{
  g_autoptr (TcValue) context = extra == NULL ? tc_value_ref (fake (job)->context) : tc_value_merge (fake (job)->context, extra);
  TcScope scope;

  tc_scope_init_for_values (&scope, context);
  return tc_expr_render_text (text, &scope, error);
}

static TcValue *
on_render_typed (TcJob          *job,
                 const char     *text,
                 const TcValue  *extra,
                 GError        **error)
{
  g_autoptr (TcTemplate) template = tc_template_compile (text, strlen (text), NULL, NULL, NULL, NULL);
  g_autoptr (TcValue) names = extra != NULL ? tc_value_merge (fake (job)->context, extra) : tc_value_ref (fake (job)->context);
  TcScope scope;

  tc_scope_init_for_values (&scope, names);
  return tc_template_render_typed (template, &scope, error);
}

static const char *
on_name (TcJob      *job,
         const char *what)
{
  if (strcmp (what, "workingDir") == 0 || strcmp (what, "dataDir") == 0)
    return fake (job)->directory;
  return strcmp (what, "flow.namespace") == 0 ? "my.space" : NULL;
}

static int
on_open_uri (TcJob       *job,
             const char  *uri,
             GError     **error)
{
  int fd = open (uri + strlen ("kestra://"), O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "no file %s", uri);
  return fd;
}

static char *
on_store_file (TcJob       *job,
               const char  *path,
               const char  *name,
               gboolean     move,
               GError     **error)
{
  g_autofree char *stored = g_build_filename (fake (job)->directory, name, NULL);

  g_assert_true (move);
  if (g_rename (path, stored) != 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot store %s", path);
      return NULL;
    }
  return g_strdup_printf ("kestra://%s", stored);
}

static TcValue *
on_call (TcJob          *job,
         const char     *what,
         const TcValue  *args,
         GError        **error)
{
  g_autofree char *text = tc_json_to_text (args);
  const TcValue *answer = tc_value_get (fake (job)->answers, what);

  /* The storage of this test is the file system. */
  if (answer == NULL && strcmp (what, "uri.path") == 0 && g_str_has_prefix (tc_value_get_str (args, "uri"), "kestra:///tmp/"))
    return tc_value_string (tc_value_get_str (args, "uri") + strlen ("kestra://"));
  g_ptr_array_add (fake (job)->calls, g_strdup_printf ("%s %s", what, text));
  if (answer != NULL && !(tc_value_is (answer, TC_VALUE_STRING) && tc_value_get_text (answer)[0] == '!'))
    return tc_value_ref (answer);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "%s", answer == NULL ? what : tc_value_get_text (answer) + 1);
  return NULL;
}

static const TcJobClass fake_class = { on_log, on_metric, on_render, on_name, on_open_uri, on_store_file, on_call, on_render_typed };

static void
read_plugins (TcRegistryBuilder *builder)
{
  g_autofree char *folder = g_build_filename (TC_SOURCE_ROOT, "data", "plugins", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;
      g_autoptr (GError) error = NULL;
      size_t length;

      if (!g_str_has_suffix (name, ".yaml"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      tc_plugin_read (builder, tc_plugin_bases, name, text, length, &error);
      g_assert_no_error (error);
    }
}

FakeJob *
fake_job_new (void)
{
  FakeJob *self = g_new0 (FakeJob, 1);
  TcRegistryBuilder *builder = tc_registry_builder_new ();

  tc_registry_builder_tasks (builder, tc_task_types);
  read_plugins (builder);
  self->types = tc_registry_builder_end (builder);
  self->job.klass = &fake_class;
  self->job.cancellable = g_cancellable_new ();
  self->context = tc_value_map_of ("x", tc_value_string ("X"), NULL);
  self->directory = g_dir_make_tmp ("tc-fake-job-XXXXXX", NULL);
  self->log = g_string_new (NULL);
  self->calls = g_ptr_array_new_with_free_func (g_free);
  self->answers = tc_value_map_of (NULL, NULL);
  return self;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

void
fake_job_free (FakeJob *self)
{
  remove_tree (self->directory);
  tc_value_unref (self->job.props);
  tc_registry_unref (self->types);
  g_object_unref (self->job.cancellable);
  tc_value_unref (self->context);
  tc_value_unref (self->answers);
  g_free (self->directory);
  g_string_free (self->log, TRUE);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

void
fake_job_answer (FakeJob    *self,
                 const char *what,
                 const char *json)
{
  g_autoptr (TcValue) answer = tc_json_read (json, strlen (json), NULL);
  TcValue *with;

  g_assert_nonnull (answer);
  with = tc_value_with (self->answers, what, answer);
  tc_value_unref (self->answers);
  self->answers = with;
}

/* Renders what is not LATE, as the engine does before it calls the task's function. */
static TcValue *
rendered (FakeJob           *self,
          const TcTaskClass *klass,
          const TcValue     *written)
{
  TcMapBuilder *map = tc_map_builder_new ();

  for (size_t i = 0; i < tc_value_length (written); i++)
    {
      const char *key = tc_value_key (written, i);
      const TcProp *prop = tc_props_find (klass->info.props, key);
      g_autoptr (GError) error = NULL;
      TcValue *value = NULL;

      if (prop != NULL && (prop->flags & TC_PROP_DYNAMIC))
        value = tc_job_render_all (&self->job, tc_value_item (written, i), NULL, &error);
      g_assert_no_error (error);
      tc_map_builder_take (map, key, value != NULL ? value : tc_value_ref (tc_value_item (written, i)));
    }
  return tc_map_builder_end (map);
}

static gboolean
prepare (FakeJob      *self,
         const char   *yaml,
         gpointer     *props,
         GError      **error)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (yaml, strlen (yaml), found);
  const TcYamlNode *root = tc_yaml_root (doc);
  g_autoptr (TcValue) written = tc_yaml_to_value (root);
  const TcTaskClass *klass = tc_registry_task (self->types, tc_value_get_str (written, "type"), NULL);
  const TcProp *tables[] = { tc_task_base_props, NULL, NULL };

  g_assert_nonnull (klass);
  tables[1] = klass->info.props;
  tc_props_check (self->types, tables, root, "", found);
  for (guint i = 0; i < found->len; i++)
    g_test_message ("%s", ((TcDiagnostic *) found->pdata[i])->message);
  tc_value_unref (self->job.props);
  self->job.props = rendered (self, klass, written);
  self->job.task_class = klass;
  *props = g_malloc0 (klass->info.props_size + 1);
  if (tc_props_decode (klass->info.props, self->job.props, *props, klass->info.props_size, error))
    return TRUE;
  g_clear_pointer (props, g_free);
  return FALSE;
}

static void
finish (FakeJob  *self,
        gpointer  props)
{
  if (self->job.task_class->info.props_size > 0)
    tc_props_clear (self->job.task_class->info.props, props);
  g_free (props);
}

TcRunSpec *
fake_job_spec (FakeJob     *self,
               const char  *yaml,
               GError     **error)
{
  gpointer props;
  TcRunSpec *spec;

  if (!prepare (self, yaml, &props, error))
    return NULL;
  g_assert_cmpint (self->job.task_class->kind, ==, TC_TASK_RUN);
  spec = self->job.task_class->spec (&self->job, props, error);
  finish (self, props);
  return spec;
}

TcValue *
fake_job_run (FakeJob     *self,
              const char  *yaml,
              GError     **error)
{
  gpointer props;
  TcValue *outputs;

  if (!prepare (self, yaml, &props, error))
    return NULL;
  g_assert_cmpint (self->job.task_class->kind, ==, TC_TASK_JOB);
  outputs = self->job.task_class->job (&self->job, props, error);
  finish (self, props);
  return outputs;
}
