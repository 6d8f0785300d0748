/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"
#include "tc-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Declarations of inputs and flow outputs (spec/flow-language.md §1.7, §2). */

static const char *const type_names[] = {
  [TC_INPUT_STRING] = "STRING",     [TC_INPUT_EMAIL] = "EMAIL",       [TC_INPUT_SELECT] = "SELECT",
  [TC_INPUT_ENUM] = "ENUM",         [TC_INPUT_MULTISELECT] = "MULTISELECT", [TC_INPUT_INT] = "INT",
  [TC_INPUT_FLOAT] = "FLOAT",       [TC_INPUT_BOOL] = "BOOL",         [TC_INPUT_BOOLEAN] = "BOOLEAN",
  [TC_INPUT_DATETIME] = "DATETIME", [TC_INPUT_DATE] = "DATE",         [TC_INPUT_TIME] = "TIME",
  [TC_INPUT_DURATION] = "DURATION", [TC_INPUT_FILE] = "FILE",         [TC_INPUT_JSON] = "JSON",
  [TC_INPUT_YAML] = "YAML",         [TC_INPUT_URI] = "URI",           [TC_INPUT_SECRET] = "SECRET",
  [TC_INPUT_ARRAY] = "ARRAY",       NULL
};

const char *
tc_input_type_name (TcInputType type)
{
  g_return_val_if_fail (type <= TC_INPUT_ARRAY, "STRING");
  return type_names[type];
}

gboolean
tc_input_type_parse (const char  *name,
                     TcInputType *type)
{
  for (guint i = 0; type_names[i] != NULL; i++)
    {
      if (strcmp (type_names[i], name) == 0)
        {
          *type = (TcInputType) i;
          return TRUE;
        }
    }
  return FALSE;
}

void
tc_input_free (TcInput *self)
{
  g_free (self->id);
  g_free (self->display_name);
  g_free (self->description);
  tc_value_unref (self->defaults);
  tc_value_unref (self->prefill);
  tc_value_unref (self->values);
  tc_value_unref (self->props);
  g_free (self);
}

typedef struct
{
  TcCompiler       *compiler;
  const TcYamlNode *node;
  const char       *path;
  TcInput          *input;
  gboolean          is_output;
} Declaration;

static void
add (const Declaration *self,
     TcSeverity         severity,
     const char        *code,
     const char        *key,
     const char        *hint,
     const char        *message)
{
  g_autofree char *path = key != NULL ? g_strdup_printf ("%s.%s", self->path, key) : g_strdup (self->path);

  tc_diagnostics_add (self->compiler->diagnostics, severity, code, tc_compile_span (self->node, key != NULL ? key : "id"), path, hint,
                      "%s", message);
}

static const char *
what (const Declaration *self)
{
  return self->is_output ? _("output") : _("input");
}

static void
read_id (const Declaration *self)
{
  g_autofree char *message = NULL;

  self->input->id = tc_compile_string (self->node, "id");
  if (self->input->id == NULL && !self->is_output)
    {
      self->input->id = tc_compile_string (self->node, "name");
      if (self->input->id != NULL)
        add (self, TC_SEVERITY_HINT, "input.name.deprecated", "name", _("Write “id”."), _("“name” is the old name of “id”"));
    }
  if (self->input->id == NULL)
    {
      message = g_strdup_printf (_("An %s has no id"), what (self));
      add (self, TC_SEVERITY_ERROR, "input.id.missing", "id", _("Add “id:” with a name."), message);
      self->input->id = g_strdup ("");
    }
  else if (!tc_compile_id_is_valid (self->input->id, TRUE))
    {
      message = g_strdup_printf (_("“%s” cannot be the id of an %s"), self->input->id, what (self));
      add (self, TC_SEVERITY_ERROR, "input.id.invalid", "id",
           _("Begin with a letter or digit and use only letters, digits, “.”, “-” and “_”."), message);
    }
}

const char *
tc_input_type_successor (TcInputType type)
{
  return type == TC_INPUT_ENUM ? "SELECT" : type == TC_INPUT_BOOLEAN ? "BOOL" : NULL;
}

static gboolean
read_type (const Declaration *self)
{
  g_autofree char *name = tc_compile_string (self->node, "type");
  g_autofree char *message = NULL;
  g_autofree char *hint = NULL;
  const char *near;

  if (name != NULL && tc_input_type_parse (name, &self->input->type))
    {
      const char *newer = tc_input_type_successor (self->input->type);

      if (newer == NULL)
        return TRUE;
      hint = g_strdup_printf (_("Write “%s”."), newer);
      message = g_strdup_printf (_("“%s” is the old name of “%s”"), name, newer);
      add (self, TC_SEVERITY_HINT, "input.type.deprecated", "type", hint, message);
      tc_diagnostics_correct (self->compiler->diagnostics, name, newer);
      return TRUE;
    }
  near = name != NULL ? tc_nearest_name (name, type_names) : NULL;
  hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”?"), near) : g_strdup (_("Use a type such as STRING, INT or FILE."));
  message = name != NULL ? g_strdup_printf (_("“%s” is no type of %s"), name, what (self))
                         : g_strdup_printf (_("The %s “%s” has no type"), what (self), self->input->id != NULL ? self->input->id : "?");
  add (self, TC_SEVERITY_ERROR, name != NULL ? "input.type.unknown" : "input.type.missing", "type", hint, message);
  tc_diagnostics_correct (self->compiler->diagnostics, name, near);
  return FALSE;
}

static TcValue *
texts_of (const TcValue *list)
{
  g_autoptr (TcListBuilder) texts = tc_list_builder_new ();

  for (size_t i = 0; i < tc_value_length (list); i++)
    {
      const TcValue *item = tc_value_item (list, i);

      if (tc_value_is (item, TC_VALUE_STRING))
        tc_list_builder_take (texts, tc_value_ref (item));
      else
        tc_list_builder_take (texts, tc_value_string_take (tc_json_to_text (item)));
    }
  return tc_list_builder_end (g_steal_pointer (&texts));
}

static void
read_choices (const Declaration *self)
{
  TcInput *input = self->input;
  const TcValue *values = tc_value_get (input->props, "values");
  const TcValue *options = input->type == TC_INPUT_MULTISELECT ? tc_value_get (input->props, "options") : NULL;

  if (input->type != TC_INPUT_SELECT && input->type != TC_INPUT_ENUM && input->type != TC_INPUT_MULTISELECT)
    return;
  if (values != NULL && options != NULL)
    add (self, TC_SEVERITY_WARNING, "input.options", "options", _("Remove “options”."),
         _("An input cannot have both “values” and “options”"));
  else if (options != NULL)
    add (self, TC_SEVERITY_HINT, "input.options.deprecated", "options", _("Write “values”."),
         _("“options” is the old name of “values”"));
  values = values != NULL ? values : options;
  if (tc_value_is (values, TC_VALUE_LIST))
    input->values = texts_of (values);
  else if (!self->is_output && (values != NULL || tc_value_get (input->props, "expression") == NULL))
    add (self, TC_SEVERITY_ERROR, "input.values.missing", "values", _("Add a list of texts under “values:”."),
         input->type == TC_INPUT_ENUM ? _("This input has no values to choose from")
                                      : _("This input has neither “values” nor an “expression” that gives them"));
}

static void
read_item_type (const Declaration *self)
{
  const char *name = tc_value_get_str (self->input->props, "itemType");
  g_autofree char *message = NULL;

  self->input->item_type = TC_INPUT_STRING;
  if (self->input->type != TC_INPUT_ARRAY && self->input->type != TC_INPUT_MULTISELECT)
    return;
  if (name == NULL)
    {
      if (self->input->type == TC_INPUT_ARRAY && !self->is_output)
        add (self, TC_SEVERITY_ERROR, "input.itemtype.missing", "itemType", _("Add “itemType:”, such as STRING."),
             _("An ARRAY needs the type of its items"));
      return;
    }
  if (!tc_input_type_parse (name, &self->input->item_type))
    message = g_strdup_printf (_("“%s” is no type of an item"), name);
  else if (self->input->item_type == TC_INPUT_ARRAY || self->input->item_type == TC_INPUT_MULTISELECT ||
           self->input->item_type == TC_INPUT_SELECT || self->input->item_type == TC_INPUT_ENUM ||
           self->input->item_type == TC_INPUT_SECRET)
    message = g_strdup_printf (_("The items of an input cannot be of the type %s"), name);
  if (message != NULL)
    add (self, TC_SEVERITY_ERROR, "input.itemtype", "itemType", _("Use a plain type such as STRING, INT or DATE."), message);
}

static void
check_validator (const Declaration *self)
{
  const char *pattern = tc_value_get_str (self->input->props, "validator");
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (pattern == NULL)
    return;
  regex = g_regex_new (pattern, 0, 0, &error);
  if (regex != NULL)
    return;
  message = g_strdup_printf (_("The validator “%s” is no regular expression: %s"), pattern, error->message);
  add (self, TC_SEVERITY_ERROR, "input.validator", "validator", _("Escape special characters with a backslash."), message);
}

static void
check_file_default (const Declaration *self)
{
  const TcValue *defaults = self->input->defaults;
  const char *uri = tc_value_is (defaults, TC_VALUE_STRING) ? tc_value_get_text (defaults) : "";

  if (self->input->type != TC_INPUT_FILE || defaults == NULL || g_str_has_prefix (uri, "file://") ||
      g_str_has_prefix (uri, "nsfile://"))
    return;
  add (self, TC_SEVERITY_ERROR, "input.file.defaults", "defaults", _("Write a URI that begins with nsfile:// or file://."),
       _("The default of a FILE input must be a namespace file or a local file, given as a URI"));
}

static void
check_defaults (const Declaration *self)
{
  const TcInput *input = self->input;

  if (input->defaults == NULL)
    return;
  if (!input->required)
    add (self, TC_SEVERITY_ERROR, "input.defaults.optional", "required", _("Remove “required: false” or the default."),
         _("An input with a default must be required, since the default always applies"));
  if (input->prefill != NULL)
    add (self, TC_SEVERITY_ERROR, "input.prefill", "prefill", _("Remove one of them."),
         _("An input cannot have both a default and a prefill"));
  check_file_default (self);
}

static TcValue *
dup_member (const TcValue *map,
            const char    *key)
{
  const TcValue *value = tc_value_get (map, key);

  return value != NULL && !tc_value_is (value, TC_VALUE_NULL) ? tc_value_ref (value) : NULL;
}

static void
compile_texts (const Declaration *self)
{
  static const char *const keys[] = { "defaults", "expression", "dependsOn", "value" };
  TcTexts texts = { .compiler = self->compiler, .templates = self->compiler->flow->templates, .base = "",
                    .fallback = tc_compile_head_span (self->node) };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const TcValue *value = tc_value_get (self->input->props, keys[i]);
      const TcYamlNode *node = tc_yaml_get (self->node, keys[i]);
      g_autofree char *path = g_strdup_printf ("%s.%s", self->path, keys[i]);
      g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

      if (value == NULL)
        continue;
      if (node != NULL)
        g_ptr_array_add (nodes, (gpointer) node);
      tc_compile_text_tree (&texts, value, nodes, path);
    }
}

static void
read_props (const Declaration *self)
{
  TcInput *input = self->input;
  g_autoptr (TcValue) raw = tc_yaml_to_value (self->node);

  input->props = tc_defaults_apply (self->compiler, raw);
  input->required = tc_value_get_flag (input->props, "required", TRUE);
  input->display_name = g_strdup (tc_value_get_str (input->props, "displayName"));
  input->description = g_strdup (tc_value_get_str (input->props, "description"));
  input->defaults = dup_member (input->props, "defaults");
  input->prefill = dup_member (input->props, "prefill");
}

static void
check_props (const Declaration *self,
             gboolean           typed)
{
  const TcProp *tables[] = { self->is_output ? tc_output_props : tc_input_base_props, NULL, NULL };

  if (!self->is_output)
    tables[1] = tc_input_type_props (self->input->type);
  /* Without a type nobody knows what else it may have. */
  if (typed)
    tc_props_check (self->compiler->types, tables, self->node, self->path, self->compiler->diagnostics);
}

static void
compile_declaration (Declaration *self)
{
  gboolean typed;

  read_props (self);
  read_id (self);
  typed = read_type (self);
  check_props (self, typed);
  if (typed)
    {
      read_choices (self);
      read_item_type (self);
      check_validator (self);
    }
  if (self->is_output && tc_value_get (self->input->props, "value") == NULL)
    add (self, TC_SEVERITY_ERROR, "output.value.missing", "value", _("Add “value:” with an expression."),
         _("A flow output has no value"));
  if (!self->is_output)
    check_defaults (self);
  compile_texts (self);
}

void
tc_compile_inputs (TcCompiler       *self,
                   const TcYamlNode *list,
                   const char       *path,
                   gboolean          outputs,
                   GPtrArray        *into)
{
  for (size_t i = 0; tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      const TcYamlNode *node = tc_yaml_item (list, i);
      g_autofree char *item_path = g_strdup_printf ("%s[%zu]", path, i);
      Declaration declaration = { .compiler = self, .node = node, .path = item_path, .is_output = outputs };

      if (tc_yaml_kind (node) != TC_YAML_MAPPING)
        {
          tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "input.kind", tc_yaml_span (node), item_path,
                              _("Write “id: …” and “type: …”."), _("Every item of “%s” must be a map"), path);
          continue;
        }
      declaration.input = g_new0 (TcInput, 1);
      declaration.input->span = tc_yaml_span (node);
      g_ptr_array_add (into, declaration.input);
      compile_declaration (&declaration);
    }
}
