/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-schema-describe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Places. */

/* Until its type is known, a typed map has these. */
static const TcProp head_props[] = {
  { "id", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Name, unique in the flow.") },
  { "type", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, N_("Which kind of it.") },
  { 0 },
};

TcSchemaSpot
tc_schema_spot_of_tables (const TcProp *first,
                          const TcProp *second)
{
  return (TcSchemaSpot) { .kind = TC_KIND_OBJECT, .tables = { first, second } };
}

TcSchemaSpot
tc_schema_spot_of_types (TcTypeSet types)
{
  TcSchemaSpot spot = tc_schema_spot_of_tables (types == TC_TYPES_TASK ? tc_task_base_props : types == TC_TYPES_TRIGGER ? head_props
                                                                                                                       : tc_typed_props, NULL);

  spot.types = types;
  return spot;
}

static TcSchemaSpot
spot_of_prop (const TcProp *prop)
{
  TcSchemaSpot spot = { .prop = prop, .kind = prop->kind };

  switch (prop->kind)
    {
    case TC_KIND_TASK:
      spot = tc_schema_spot_of_types (TC_TYPES_TASK);
      break;
    case TC_KIND_RUNNER:
      spot = tc_schema_spot_of_types (TC_TYPES_RUNNER);
      break;
    case TC_KIND_TYPED:
      spot = tc_schema_spot_of_types (TC_TYPES_LISTED);
      spot.listed = prop->of;
      break;
    case TC_KIND_OBJECT:
      spot = tc_schema_spot_of_tables (prop->of, NULL);
      break;
    case TC_KIND_STRING:
    case TC_KIND_BOOL:
    case TC_KIND_INT:
    case TC_KIND_DOUBLE:
    case TC_KIND_DURATION:
    case TC_KIND_ENUM:
    case TC_KIND_LIST:
    case TC_KIND_MAP:
    case TC_KIND_TASKS:
    case TC_KIND_FILES:
    case TC_KIND_ANY:
      break;
    }
  spot.prop = prop;
  spot.kind = prop->kind;
  return spot;
}

/* An item of a list, or a value of a map with free keys. */
static TcSchemaSpot
spot_of_items (const TcProp *prop)
{
  const TcProp *items = prop->of;
  TcSchemaSpot spot;

  if (items == NULL)
    return (TcSchemaSpot) { .kind = TC_KIND_ANY };
  if (items[0].name[0] == '\0')
    return spot_of_prop (items);
  spot = tc_schema_spot_of_tables (items, NULL);
  spot.prop = prop;
  return spot;
}

const TcProp *
tc_schema_spot_find (const TcSchemaSpot *self,
                     const char         *key)
{
  const TcProp *found = tc_props_find (self->tables[0], key);

  return found != NULL ? found : tc_props_find (self->tables[1], key);
}

TcSchemaSpot
tc_schema_spot_member (const TcSchemaSpot *self,
                       const char         *key)
{
  const TcProp *prop = tc_schema_spot_find (self, key);

  if (prop != NULL)
    return spot_of_prop (prop);
  return self->prop != NULL && self->kind == TC_KIND_MAP ? spot_of_items (self->prop) : (TcSchemaSpot) { .kind = TC_KIND_ANY };
}

TcSchemaSpot
tc_schema_spot_item (const TcSchemaSpot *self)
{
  TcSchemaSpot spot = { .kind = TC_KIND_ANY };

  if (self->kind == TC_KIND_TASKS)
    spot = tc_schema_spot_of_types (TC_TYPES_TASK);
  else if (self->kind == TC_KIND_LIST && self->prop != NULL)
    return spot_of_items (self->prop);
  spot.prop = self->kind == TC_KIND_TASKS ? self->prop : NULL;
  return spot;
}

void
tc_schema_spot_set_type (TcSchemaSpot     *self,
                         const TcRegistry *types,
                         const char       *type)
{
  const TcTaskClass *klass;

  switch (self->types)
    {
    case TC_TYPES_NONE:
      return;
    case TC_TYPES_TASK:
      klass = tc_registry_task (types, type, NULL);
      self->info = klass != NULL ? &klass->info : NULL;
      break;
    case TC_TYPES_RUNNER:
      self->info = tc_registry_runner (types, type);
      break;
    case TC_TYPES_TRIGGER:
      self->info = tc_registry_trigger (types, type, NULL);
      break;
    case TC_TYPES_LISTED:
      self->info = tc_type_infos_find (self->listed, type);
      break;
    }
  if (self->info == NULL)
    return;
  if (self->types == TC_TYPES_TRIGGER)
    self->tables[0] = self->info->props;
  else
    self->tables[1] = self->info->props;
}

const TcTypeInfo *
tc_schema_type_info (const TcRegistry *types,
                     const char       *type)
{
  const TcTaskClass *klass = tc_registry_task (types, type, NULL);
  const TcTypeInfo *info = klass != NULL ? &klass->info : tc_registry_runner (types, type);

  return info != NULL ? info : tc_registry_trigger (types, type, NULL);
}

GPtrArray *
tc_schema_type_infos (const TcRegistry   *types,
                      const TcSchemaSpot *self)
{
  GPtrArray *infos = g_ptr_array_new ();
  const char *const *names = NULL;

  switch (self->types)
    {
    case TC_TYPES_NONE:
      break;
    case TC_TYPES_TASK:
      names = tc_registry_task_types (types);
      break;
    case TC_TYPES_RUNNER:
      names = tc_registry_runner_types (types);
      break;
    case TC_TYPES_TRIGGER:
      names = tc_registry_trigger_types (types);
      break;
    case TC_TYPES_LISTED:
      for (const TcTypeInfo *const *info = self->listed; info != NULL && *info != NULL; info++)
        g_ptr_array_add (infos, (gpointer) *info);
      break;
    }
  for (; names != NULL && *names != NULL; names++)
    g_ptr_array_add (infos, (gpointer) tc_schema_type_info (types, *names));
  return infos;
}

/* Texts. */

char *
tc_schema_prop_value (const TcProp *prop)
{
  g_autofree char *names = NULL;

  if (prop->kind != TC_KIND_ENUM || prop->of == NULL)
    return g_strdup (tc_prop_expected (prop));
  names = g_strjoinv (", ", (char **) prop->of);
  return g_strdup_printf (_("one of %s"), names);
}

char *
tc_schema_prop_text (const TcProp *prop)
{
  GString *text = g_string_new (NULL);
  g_autofree char *value = tc_schema_prop_value (prop);

  g_string_append_printf (text, "`%s`: %s", prop->name, value);
  if (prop->flags & TC_PROP_REQUIRED)
    g_string_append_printf (text, " (%s)", _("required"));
  if (prop->flags & TC_PROP_DEPRECATED)
    g_string_append_printf (text, " (%s)", _("deprecated"));
  if (prop->fallback != NULL)
    g_string_append_printf (text, _(" (default `%s`)"), prop->fallback);
  if (prop->doc != NULL)
    g_string_append_printf (text, "\n\n%s", _(prop->doc));
  if (prop->flags & (TC_PROP_DYNAMIC | TC_PROP_LATE))
    g_string_append_printf (text, "\n\n%s", _("Expressions are possible."));
  return g_string_free (text, FALSE);
}

char *
tc_schema_type_text (const TcTypeInfo *info)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "# %s\n\n`%s`", info->title != NULL ? _(info->title) : info->type, info->type);
  if (info->doc != NULL)
    g_string_append_printf (text, "\n\n%s", _(info->doc));
  return g_string_free (text, FALSE);
}

static void
append_props (GString      *page,
              const char   *title,
              const TcProp *props)
{
  if (props == NULL || props->name == NULL)
    return;
  g_string_append_printf (page, "## %s\n\n", title);
  for (const TcProp *prop = props; prop->name != NULL; prop++)
    {
      g_string_append_printf (page, "- `%s`", prop->name);
      if ((prop->flags & TC_PROP_REQUIRED) != 0)
        g_string_append_printf (page, " (%s)", _("required"));
      if (prop->fallback != NULL)
        g_string_append_printf (page, _(" (default `%s`)"), prop->fallback);
      if ((prop->flags & TC_PROP_DEPRECATED) != 0)
        g_string_append_printf (page, " (%s)", _("deprecated"));
      g_string_append_printf (page, ": %s\n", prop->doc != NULL ? _(prop->doc) : "");
    }
  g_string_append_c (page, '\n');
}

char *
tc_schema_type_page (const TcTypeInfo *info)
{
  g_autofree char *head = tc_schema_type_text (info);
  GString *page = g_string_new (head);

  g_string_append (page, "\n\n");
  append_props (page, _("Properties"), info->props);
  append_props (page, _("Outputs"), info->outputs);
  for (guint i = 0; info->examples != NULL && info->examples[i] != NULL; i++)
    g_string_append_printf (page, "## %s\n\n```yaml\n%s\n```\n\n", _("Example"), info->examples[i]);
  return g_string_free (page, FALSE);
}
