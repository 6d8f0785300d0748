/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-cron.h"
#include "tc-flow-private.h"

#include <glib/gi18n-lib.h>

/* Triggers (spec/core-tasks-and-triggers.md §3): the model checks them and keeps them as values; what they do is the triggers layer's. */

static const TcTypeInfo *
find_type (TcCompiler       *self,
           const TcYamlNode *node,
           const char       *path,
           const char       *id)
{
  g_autofree char *type = tc_compile_string (node, "type");
  g_autofree char *type_path = g_strdup_printf ("%s.type", path);
  g_autofree char *hint = NULL;
  const char *alias_of = NULL;
  const TcTypeInfo *info = type != NULL ? tc_registry_trigger (self->types, type, &alias_of) : NULL;

  if (type == NULL)
    {
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.type.missing", tc_compile_head_span (node), type_path,
                          _("Add “type:”, such as io.kestra.plugin.core.trigger.Schedule."), _("The trigger “%s” has no type"), id);
    }
  else if (info == NULL)
    {
      const char *near = tc_nearest_name (type, tc_registry_trigger_types (self->types));

      hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”?"), near)
                          : g_strdup (_("Use a Schedule, Flow or Webhook trigger, or remove it."));
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.type.unknown", tc_compile_span (node, "type"), type_path, hint,
                          _("The trigger type “%s” is not available here"), type);
      tc_diagnostics_correct (self->diagnostics, type, near);
    }
  else if (alias_of != NULL)
    {
      hint = g_strdup_printf (_("Write “%s”."), alias_of);
      tc_diagnostics_add (self->diagnostics, TC_SEVERITY_HINT, "trigger.type.deprecated", tc_compile_span (node, "type"), type_path,
                          hint, _("“%s” is the old name of “%s”"), type, alias_of);
      tc_diagnostics_correct (self->diagnostics, type, alias_of);
    }
  return info;
}

static void
check_id (TcCompiler       *self,
          const TcYamlNode *node,
          const char       *path,
          const char       *id,
          gboolean          known)
{
  g_autofree char *id_path = g_strdup_printf ("%s.id", path);

  if (id == NULL && !known)
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.id.missing", tc_compile_head_span (node), id_path,
                        _("Add “id:” with a name."), _("A trigger has no id"));
  else if (id != NULL && !tc_compile_id_is_valid (id, FALSE))
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.id.invalid", tc_compile_span (node, "id"), id_path,
                        _("Begin with a letter or digit and use only letters, digits, “-” and “_”."),
                        _("“%s” cannot be the id of a trigger"), id);
}

static gboolean
is_type (const TcTypeInfo *info,
         const char       *name)
{
  return info != NULL && g_str_has_suffix (info->type, name);
}

static void
check_flow_trigger (TcCompiler       *self,
                    const TcYamlNode *node,
                    const char       *path,
                    const char       *id)
{
  if (tc_yaml_get (node, "conditions") != NULL || tc_yaml_get (node, "preconditions") != NULL)
    return;
  tc_diagnostics_add (self->diagnostics, TC_SEVERITY_WARNING, "trigger.flow.everything", tc_compile_span (node, "type"), path,
                      _("Add “preconditions:” that name the flows to wait for."),
                      _("The trigger “%s” starts this flow after every execution of every other flow"), id);
}

/* Only what is there and is a text: the rest is found by the check of properties. */
static void
check_schedule (TcCompiler       *self,
                const TcYamlNode *node,
                const TcValue    *value,
                const char       *path)
{
  const char *text = tc_value_get_str (value, "cron"), *name = tc_value_get_str (value, "timezone");
  g_autofree char *cron_path = g_strdup_printf ("%s.cron", path), *zone_path = g_strdup_printf ("%s.timezone", path);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcCron) cron G_GNUC_UNUSED = text != NULL ? tc_cron_new (text, tc_value_get_flag (value, "withSeconds", FALSE), &error) : NULL;
  g_autoptr (GTimeZone) zone = name != NULL ? g_time_zone_new_identifier (name) : NULL;

  if (error != NULL)
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.cron.invalid", tc_compile_span (node, "cron"), cron_path,
                        _("Write minute, hour, day, month and weekday, such as “0 9 * * MON-FRI”, or a name such as “@daily”."), "%s",
                        error->message);
  if (name != NULL && zone == NULL)
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.timezone.invalid", tc_compile_span (node, "timezone"), zone_path,
                        _("Write its name as in the time zone database, such as “Europe/Paris”."), _("There is no time zone “%s”"), name);
}

static void
compile_trigger (TcCompiler       *self,
                 const TcYamlNode *node,
                 const TcValue    *value,
                 const char       *path)
{
  g_autofree char *id = tc_compile_string (node, "id");
  const char *shown = id != NULL ? id : "?";
  const TcTypeInfo *info = find_type (self, node, path, shown);
  TcTexts texts = { .compiler = self, .templates = self->flow->templates, .base = "", .fallback = tc_compile_span (node, "type") };
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  check_id (self, node, path, id, info != NULL);
  if (info == NULL)
    return;
  tc_props_check (self->types, (const TcProp *const[]) { info->props, NULL }, node, path, self->diagnostics);
  g_ptr_array_add (nodes, (gpointer) node);
  tc_defaults_nodes (self, info->type, nodes);
  tc_compile_texts (&texts, (const TcProp *const[]) { info->props, NULL }, value, nodes, path);
  if (is_type (info, "core.trigger.Flow"))
    check_flow_trigger (self, node, path, shown);
  if (is_type (info, "core.trigger.Schedule"))
    check_schedule (self, node, value, path);
}

void
tc_compile_triggers (TcCompiler       *self,
                     const TcYamlNode *list)
{
  const TcValue *values = tc_value_get (self->flow->values, "triggers");

  for (size_t i = 0; tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      const TcYamlNode *node = tc_yaml_item (list, i);
      g_autofree char *path = g_strdup_printf ("triggers[%zu]", i);

      if (tc_yaml_kind (node) == TC_YAML_MAPPING)
        compile_trigger (self, node, tc_value_item (values, i), path);
      else
        tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "trigger.kind", tc_yaml_span (node), path,
                            _("Write “id: …” and “type: …”."), _("A trigger must be a map"));
    }
}
