/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include "tc-tasks.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define TYPE "io.kestra.plugin.core.templating.TemplatedTask"

typedef struct
{
  char *spec;
} TemplatedProps;

static const char *const aliases[] = { "io.kestra.core.tasks.templating.TemplatedTask", NULL };
static const TcProp props[] = {
  { "spec", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (TemplatedProps, spec), NULL, NULL, N_("Task as YAML, rendered before it is read.") },
  { 0 }
};

static const TcTaskClass *
find_class (const char  *type,
            GError     **error)
{
  const TcTaskClass *found = NULL;

  for (const TcTaskClass *const *klass = tc_task_types; *klass != NULL && found == NULL; klass++)
    if (strcmp ((*klass)->info.type, type) == 0 || ((*klass)->info.aliases != NULL && g_strv_contains ((*klass)->info.aliases, type)))
      found = *klass;
  if (found == NULL)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “spec”: the task type “%s” cannot be made by a template here"), type);
  else if (strcmp (found->info.type, TYPE) == 0)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("The templated task cannot be of type '%s'"), TYPE);
  else if (found->kind != TC_TASK_JOB)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("The templated task must be a runnable task"));
  else
    return found;
  return NULL;
}

/* The task as a map; the first finding is the error. */
static TcValue *
read_spec (const char  *spec,
           GError     **error)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (spec, strlen (spec), found);
  const TcYamlNode *root = doc == NULL ? NULL : tc_yaml_root (doc);
  g_autofree char *text = NULL;

  if (tc_diagnostics_have_error (found))
    {
      text = tc_diagnostic_to_text (found->pdata[0], "spec");
      g_set_error_literal (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, text);
      return NULL;
    }
  if (root != NULL && tc_yaml_kind (root) == TC_YAML_MAPPING && tc_yaml_get (root, "type") != NULL)
    return tc_yaml_to_value (root);
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “spec”: a task with a “type” is expected"));
  return NULL;
}

static TcValue *
render_props (TcJob              *job,
              const TcTaskClass  *klass,
              const TcValue      *written,
              GError            **error)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (const TcProp *prop = klass->info.props; prop->name != NULL; prop++)
    {
      const TcValue *value = tc_value_get (written, prop->name);
      TcValue *rendered;

      if (value == NULL)
        continue;
      rendered = (prop->flags & TC_PROP_DYNAMIC) ? tc_job_render_all (job, value, NULL, error) : tc_value_ref (value);
      if (rendered == NULL)
        return NULL;
      tc_map_builder_take (map, prop->name, rendered);
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcValue *
run_inner (TcJob              *job,
           const TcTaskClass  *klass,
           const TcValue      *written,
           GError            **error)
{
  g_autofree gpointer fields = g_malloc0 (MAX (1, klass->info.props_size));
  TcValue *outputs;

  job->props = render_props (job, klass, written, error);
  if (job->props == NULL || !tc_props_decode (klass->info.props, job->props, fields, klass->info.props_size, error))
    return NULL;
  outputs = klass->job (job, fields, error);
  tc_props_clear (klass->info.props, fields);
  return outputs;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const TemplatedProps *given = data;
  g_autoptr (TcValue) written = read_spec (given->spec, error);
  const TcTaskClass *klass = written == NULL ? NULL : find_class (tc_value_get_str (written, "type") != NULL ? tc_value_get_str (written, "type") : "", error);
  const TcTaskClass *own_class = job->task_class;
  TcValue *own_props = job->props, *outputs;

  if (klass == NULL)
    return NULL;
  /* The inner task takes the place of this one. */
  job->task_class = klass;
  outputs = run_inner (job, klass, written, error);
  tc_value_unref (job->props);
  job->task_class = own_class;
  job->props = own_props;
  return outputs;
}

extern const TcTaskClass tc_task_templated_task;
const TcTaskClass tc_task_templated_task = {
  .info = {
    .type = TYPE, .aliases = aliases,
    .title = N_("Run a task made by a template"),
    .doc = N_("Renders a text, reads it as a task and runs that. The task must be one of those that are no scripts and hold no tasks."),
    .props = props, .props_size = sizeof (TemplatedProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
