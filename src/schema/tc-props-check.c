/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <stdbool.h>
#include <string.h>

typedef struct
{
  const TcRegistry *types;
  GPtrArray        *found;
} Checker;

static void check_value (Checker *self, const TcProp *prop, const TcYamlNode *node, const char *path);
static void check_object (Checker *self, const TcProp *const *tables, const TcYamlNode *node, const char *path);

const TcProp *
tc_props_find (const TcProp *table,
               const char   *name)
{
  for (; table != NULL && table->name != NULL; table++)
    if (strcmp (table->name, name) == 0)
      return table;
  return NULL;
}

static bool
is_null (const TcYamlNode *node)
{
  g_autoptr (TcValue) value = NULL;

  if (tc_yaml_kind (node) != TC_YAML_SCALAR || tc_yaml_style (node) != TC_YAML_PLAIN)
    return false;
  value = tc_yaml_to_value (node);
  return tc_value_is (value, TC_VALUE_NULL);
}

static bool
is_template (const TcYamlNode *node)
{
  const char *text = tc_yaml_text (node, NULL);

  return text != NULL && (strstr (text, "{{") != NULL || strstr (text, "{%") != NULL);
}

static bool
may_be_template (const TcProp *prop)
{
  return (prop->flags & (TC_PROP_DYNAMIC | TC_PROP_LATE)) != 0;
}

const char *
tc_prop_expected (const TcProp *prop)
{
  switch (prop->kind)
    {
    case TC_KIND_STRING:
      return _("a text");
    case TC_KIND_BOOL:
      return _("true or false");
    case TC_KIND_INT:
      return _("a whole number");
    case TC_KIND_DOUBLE:
      return _("a number");
    case TC_KIND_DURATION:
      return _("a duration such as PT30S or P1DT2H, or a number of seconds");
    case TC_KIND_ENUM:
      return _("one of the names");
    case TC_KIND_LIST:
    case TC_KIND_TASKS:
      return _("a list");
    case TC_KIND_MAP:
    case TC_KIND_FILES:
    case TC_KIND_OBJECT:
    case TC_KIND_TASK:
    case TC_KIND_RUNNER:
    case TC_KIND_TYPED:
      return _("a map of keys and values");
    case TC_KIND_ANY:
      return _("any value");
    }
  return "";
}

static void
report_kind (Checker          *self,
             const TcProp     *prop,
             const TcYamlNode *node,
             const char       *path)
{
  static const char *const shapes[] = { N_("a single value"), N_("a list"), N_("a map") };
  g_autofree char *hint = g_strdup_printf (_("Give %s."), tc_prop_expected (prop));
  const char *name = prop->name[0] != '\0' ? prop->name : path;
  const char *code = tc_yaml_kind (node) == TC_YAML_SCALAR && prop->kind <= TC_KIND_ENUM ? "prop.value" : "prop.kind";
  /* Kestra converts such values when the task runs; before that nothing is wrong with the flow. */
  TcSeverity severity = may_be_template (prop) ? TC_SEVERITY_WARNING : TC_SEVERITY_ERROR;

  if (tc_yaml_kind (node) == TC_YAML_SCALAR)
    tc_diagnostics_add (self->found, severity, code, tc_yaml_span (node), path, hint, _("“%s” is no valid value of “%s”"),
                        tc_yaml_text (node, NULL), name);
  else
    tc_diagnostics_add (self->found, severity, code, tc_yaml_key_span (node), path, hint, _("“%s” does not take %s"), name,
                        _(shapes[tc_yaml_kind (node)]));
}

static bool
is_name_of (const char *const *names,
            const char        *text)
{
  return names == NULL || g_strv_contains (names, text);
}

static void
check_enum (Checker          *self,
            const TcProp     *prop,
            const TcYamlNode *node,
            const char       *path)
{
  const char *text = tc_yaml_text (node, NULL), *near;
  g_autofree char *all = NULL, *hint = NULL;

  if (is_name_of (prop->of, text))
    return;
  near = tc_nearest_name (text, prop->of);
  all = g_strjoinv (", ", (char **) prop->of);
  hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”? Possible are: %s."), near, all) : g_strdup_printf (_("Possible are: %s."), all);
  tc_diagnostics_add (self->found, may_be_template (prop) ? TC_SEVERITY_WARNING : TC_SEVERITY_ERROR, "prop.value", tc_yaml_span (node), path,
                      hint, _("“%s” is no valid value of “%s”"), text, prop->name);
  tc_diagnostics_correct (self->found, text, near);
}

/* Constants are taken in the forms in which Jackson takes them: "5" for a number, "true" for a truth value. */
static bool
scalar_fits (const TcProp     *prop,
             const TcYamlNode *node)
{
  g_autoptr (TcValue) value = tc_yaml_to_value (node);
  const char *text = tc_yaml_text (node, NULL);
  TcValueKind kind = tc_value_kind (value);
  char *end = NULL;
  int64_t us;

  switch (prop->kind)
    {
    case TC_KIND_BOOL:
      return kind == TC_VALUE_BOOL || kind == TC_VALUE_INT || strcmp (text, "true") == 0 || strcmp (text, "false") == 0;
    case TC_KIND_INT:
      if (kind == TC_VALUE_INT || kind == TC_VALUE_DOUBLE)
        return true;
      g_ascii_strtoll (text, &end, 10);
      return end != text && *end == '\0';
    case TC_KIND_DOUBLE:
      if (kind == TC_VALUE_INT || kind == TC_VALUE_DOUBLE || kind == TC_VALUE_DECIMAL)
        return true;
      g_ascii_strtod (text, &end);
      return end != text && *end == '\0';
    case TC_KIND_DURATION:
      return kind == TC_VALUE_INT || kind == TC_VALUE_DOUBLE || tc_duration_parse (text, &us);
    case TC_KIND_STRING:
    case TC_KIND_ENUM:
    case TC_KIND_FILES:
    case TC_KIND_ANY:
      return true;
    case TC_KIND_LIST:
    case TC_KIND_MAP:
      return may_be_template (prop) && strchr ("[{", text[0]) != NULL && text[0] != '\0';     /* JSON in a text */
    case TC_KIND_OBJECT:
    case TC_KIND_TASK:
    case TC_KIND_TASKS:
    case TC_KIND_RUNNER:
    case TC_KIND_TYPED:
      break;
    }
  return false;
}

static void
check_scalar (Checker          *self,
              const TcProp     *prop,
              const TcYamlNode *node,
              const char       *path)
{
  if (may_be_template (prop) && is_template (node))
    return;
  if (!scalar_fits (prop, node))
    report_kind (self, prop, node, path);
  else if (prop->kind == TC_KIND_ENUM)
    check_enum (self, prop, node, path);
}

static void
check_items (Checker          *self,
             const TcProp     *prop,
             const TcYamlNode *node,
             const char       *path)
{
  const TcProp *items = prop->of;
  const TcProp *const tables[] = { items, NULL };

  for (size_t i = 0; items != NULL && i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *item = tc_yaml_item (node, i);
      g_autofree char *inner = tc_yaml_key (item) != NULL ? g_strdup_printf ("%s.%s", path, tc_yaml_key (item))
                                                          : g_strdup_printf ("%s[%zu]", path, i);

      if (items[0].name[0] == '\0')
        check_value (self, items, item, inner);
      else if (!(may_be_template (prop) && is_template (item)))
        check_object (self, tables, item, inner);
    }
}

static char *
hint_for_type (const char        *type,
               const char *const *known)
{
  const char *near = tc_nearest_name (type, known);
  g_autofree char *all = NULL;

  if (near != NULL)
    return g_strdup_printf (_("Did you mean “%s”?"), near);
  all = g_strjoinv (", ", (char **) known);
  return g_strdup_printf (_("Known are: %s."), all);
}

const TcTypeInfo *
tc_type_infos_find (const TcTypeInfo *const *types,
                    const char              *type)
{
  for (; types != NULL && *types != NULL; types++)
    if (strcmp ((*types)->type, type) == 0 || ((*types)->aliases != NULL && g_strv_contains ((*types)->aliases, type)))
      return *types;
  return NULL;
}

static const char **
names_of_types (const TcTypeInfo *const *types)
{
  GPtrArray *names = g_ptr_array_new ();

  for (; *types != NULL; types++)
    g_ptr_array_add (names, (gpointer) (*types)->type);
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, FALSE);
}

/* An object whose `type` names its table: a task runner, or one of the types that the property lists. */
static void
check_typed (Checker          *self,
             const TcProp     *prop,
             const TcYamlNode *node,
             const char       *path)
{
  const TcYamlNode *type_node = tc_yaml_get (node, "type");
  const char *type = type_node == NULL ? NULL : tc_yaml_text (type_node, NULL);
  bool runner = prop->kind == TC_KIND_RUNNER;
  const TcTypeInfo *info;
  const TcProp *tables[] = { tc_typed_props, NULL, NULL };
  g_autofree const char **names = NULL;
  g_autofree char *hint = NULL;

  if (type == NULL || (!runner && prop->of == NULL))
    {
      if (type == NULL)
        tc_diagnostics_add (self->found, TC_SEVERITY_ERROR, "type.missing", tc_yaml_key_span (node), path, _("Add a line “type: …”."),
                            _("“type” of “%s” is missing"), prop->name);
      return;
    }
  info = runner ? tc_registry_runner (self->types, type) : tc_type_infos_find (prop->of, type);
  if (info != NULL)
    {
      tables[1] = info->props;
      check_object (self, tables, node, path);
      return;
    }
  names = runner ? NULL : names_of_types (prop->of);
  hint = hint_for_type (type, runner ? tc_registry_runner_types (self->types) : names);
  tc_diagnostics_add (self->found, TC_SEVERITY_ERROR, runner ? "runner.type.unknown" : "prop.type.unknown", tc_yaml_span (type_node), path, hint,
                      _("Invalid type: %s"), type);
  tc_diagnostics_correct (self->found, type, tc_nearest_name (type, runner ? tc_registry_runner_types (self->types) : names));
}

static bool
takes_shape (const TcProp *prop,
             TcYamlKind    kind)
{
  /* What becomes a text at run time may be written as a list or map: it arrives as JSON. */
  bool any = (prop->flags & TC_PROP_DYNAMIC) != 0 && prop->kind == TC_KIND_STRING;

  switch (prop->kind)
    {
    case TC_KIND_LIST:
    case TC_KIND_TASKS:
      return kind == TC_YAML_SEQUENCE;
    case TC_KIND_MAP:
    case TC_KIND_OBJECT:
    case TC_KIND_TASK:
    case TC_KIND_RUNNER:
    case TC_KIND_TYPED:
    case TC_KIND_FILES:
      return kind == TC_YAML_MAPPING;
    case TC_KIND_ANY:
      return true;
    case TC_KIND_STRING:
    case TC_KIND_BOOL:
    case TC_KIND_INT:
    case TC_KIND_DOUBLE:
    case TC_KIND_DURATION:
    case TC_KIND_ENUM:
      return any;
    }
  return true;
}

static void
check_value (Checker          *self,
             const TcProp     *prop,
             const TcYamlNode *node,
             const char       *path)
{
  const TcProp *const nested[] = { prop->of, NULL };

  if (is_null (node))
    return;
  if (tc_yaml_kind (node) == TC_YAML_SCALAR)
    check_scalar (self, prop, node, path);
  else if (!takes_shape (prop, tc_yaml_kind (node)))
    report_kind (self, prop, node, path);
  else if (prop->kind == TC_KIND_LIST || prop->kind == TC_KIND_MAP)
    check_items (self, prop, node, path);
  else if (prop->kind == TC_KIND_OBJECT && prop->of != NULL)
    check_object (self, nested, node, path);
  else if (prop->kind == TC_KIND_RUNNER || prop->kind == TC_KIND_TYPED)
    check_typed (self, prop, node, path);
}

static const TcProp *
find_in_tables (const TcProp *const *tables,
                const char          *name)
{
  const TcProp *found = NULL;

  for (; *tables != NULL && found == NULL; tables++)
    found = tc_props_find (*tables, name);
  return found;
}

static void
report_unknown (Checker             *self,
                const TcProp *const *tables,
                const TcYamlNode    *member,
                const char          *path)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL, *all = NULL;
  const char *near;

  for (; *tables != NULL; tables++)
    for (const TcProp *row = *tables; row->name != NULL; row++)
      if (!(row->flags & TC_PROP_DEPRECATED))
        g_ptr_array_add (names, (gpointer) row->name);
  g_ptr_array_add (names, NULL);
  near = tc_nearest_name (tc_yaml_key (member), (const char *const *) names->pdata);
  all = g_strjoinv (", ", (char **) names->pdata);
  hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”?"), near) : g_strdup_printf (_("Known are: %s."), all);
  tc_diagnostics_add (self->found, TC_SEVERITY_ERROR, "prop.unknown", tc_yaml_key_span (member), path, hint, _("unknown property “%s”"),
                      tc_yaml_key (member));
  tc_diagnostics_correct (self->found, tc_yaml_key (member), near);
}

static void
report_missing (Checker          *self,
                const TcProp     *prop,
                const TcYamlNode *node,
                const char       *path)
{
  g_autofree char *hint = g_strdup_printf (_("Add “%s: …”: %s."), prop->name, tc_prop_expected (prop));
  TcSpan span = tc_yaml_key_span (node);

  if (tc_yaml_key (node) == NULL && tc_yaml_length (node) > 0)
    span = tc_yaml_key_span (tc_yaml_item (node, 0));     /* one key rather than the whole map */
  tc_diagnostics_add (self->found, TC_SEVERITY_ERROR, "prop.missing", span, path, hint, _("“%s” is missing: it must not be null"), prop->name);
}

static char *
join (const char *path,
      const char *name)
{
  return path[0] == '\0' ? g_strdup (name) : g_strdup_printf ("%s.%s", path, name);
}

static void
check_object (Checker             *self,
              const TcProp *const *tables,
              const TcYamlNode    *node,
              const char          *path)
{
  static const TcProp object = { "", TC_KIND_OBJECT, 0, 0, NULL, NULL, NULL };

  if (tc_yaml_kind (node) != TC_YAML_MAPPING)
    {
      if (!is_null (node))
        report_kind (self, &object, node, path);
      return;
    }
  for (size_t i = 0; i < tc_yaml_length (node); i++)
    {
      const TcYamlNode *member = tc_yaml_item (node, i);
      const TcProp *prop = find_in_tables (tables, tc_yaml_key (member));
      g_autofree char *inner = join (path, tc_yaml_key (member));

      if (prop == NULL)
        {
          report_unknown (self, tables, member, inner);
          continue;
        }
      if (prop->flags & TC_PROP_DEPRECATED)
        tc_diagnostics_add (self->found, TC_SEVERITY_WARNING, "prop.deprecated", tc_yaml_key_span (member), inner,
                            prop->doc == NULL ? NULL : _(prop->doc), _("“%s” is deprecated"), prop->name);
      check_value (self, prop, member, inner);
    }
  for (const TcProp *const *table = tables; *table != NULL; table++)
    for (const TcProp *row = *table; row->name != NULL; row++)
      {
        const TcYamlNode *member = (row->flags & TC_PROP_REQUIRED) ? tc_yaml_get (node, row->name) : NULL;
        g_autofree char *inner = join (path, row->name);

        if ((row->flags & TC_PROP_REQUIRED) && (member == NULL || is_null (member)))
          report_missing (self, row, node, inner);
      }
}

void
tc_props_check (const TcRegistry    *types,
                const TcProp *const *tables,
                const TcYamlNode    *node,
                const char          *path,
                GPtrArray           *diagnostics)
{
  Checker checker = { types, diagnostics };

  check_object (&checker, tables, node, path);
}
