/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"
#include "tc-json.h"
#include "tc-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
tc_compile_is_null (const TcYamlNode *node)
{
  g_autoptr (TcValue) value = NULL;

  if (node == NULL)
    return TRUE;
  if (tc_yaml_kind (node) != TC_YAML_SCALAR || tc_yaml_style (node) != TC_YAML_PLAIN)
    return FALSE;
  value = tc_yaml_to_value (node);
  return tc_value_is (value, TC_VALUE_NULL);
}

TcSpan
tc_compile_head_span (const TcYamlNode *node)
{
  const TcYamlNode *first;

  if (tc_yaml_key (node) != NULL)
    return tc_yaml_key_span (node);
  first = tc_yaml_kind (node) == TC_YAML_MAPPING && tc_yaml_length (node) > 0 ? tc_yaml_item (node, 0) : NULL;
  return first != NULL ? tc_yaml_key_span (first) : tc_yaml_span (node);
}

TcSpan
tc_compile_span (const TcYamlNode *node,
                 const char       *key)
{
  const TcYamlNode *member = tc_yaml_kind (node) == TC_YAML_MAPPING ? tc_yaml_get (node, key) : NULL;

  if (member == NULL)
    return tc_compile_head_span (node);
  return tc_yaml_kind (member) == TC_YAML_SCALAR ? tc_yaml_span (member) : tc_yaml_key_span (member);
}

/* `id: yes` is named "true": Kestra reads the value first and takes its text then. */
char *
tc_compile_string (const TcYamlNode *node,
                   const char       *key)
{
  const TcYamlNode *member = tc_yaml_get (node, key);
  g_autoptr (TcValue) value = NULL;

  if (member == NULL || tc_yaml_kind (member) != TC_YAML_SCALAR)
    return NULL;
  value = tc_yaml_to_value (member);
  switch (tc_value_kind (value))
    {
    case TC_VALUE_STRING:
    case TC_VALUE_DECIMAL:
      return g_strdup (tc_value_get_text (value));
    case TC_VALUE_BOOL:
    case TC_VALUE_INT:
    case TC_VALUE_DOUBLE:
      return tc_json_to_text (value);
    case TC_VALUE_NULL:
    case TC_VALUE_TIME:
    case TC_VALUE_DURATION:
    case TC_VALUE_LIST:
    case TC_VALUE_MAP:
      return NULL;
    }
  return NULL;
}

gboolean
tc_compile_id_is_valid (const char *id,
                        gboolean    with_dots)
{
  if (!g_ascii_isalnum (*id))
    return FALSE;
  for (const char *at = id; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at) && *at != '_' && *at != '-' && !(with_dots && *at == '.'))
        return FALSE;
    }
  return TRUE;
}

static const char *const task_lists[] = { "tasks", "errors", "finally", "afterExecution", NULL };

static void
compile_listeners (TcCompiler       *self,
                   const TcYamlNode *list)
{
  for (size_t i = 0; tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      const TcYamlNode *item = tc_yaml_item (list, i);
      const TcYamlNode *tasks = tc_yaml_kind (item) == TC_YAML_MAPPING ? tc_yaml_get (item, "tasks") : NULL;
      g_autofree char *name = g_strdup_printf ("listeners[%zu]", i);
      g_autofree char *path = g_strdup_printf ("%s.tasks", name);

      if (tasks != NULL && tc_yaml_length (tasks) > 0)
        tc_compile_list (self, tasks, name, path, NULL, self->flow->lists);
      else
        tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "tasks.empty", tc_compile_head_span (item), path,
                            _("Put at least one task into it."), _("“tasks” of a listener cannot be empty"));
    }
}

/* Members in document order, so that the tasks are, too. */
static void
compile_lists (TcCompiler       *self,
               const TcYamlNode *root)
{
  for (size_t i = 0; i < tc_yaml_length (root); i++)
    {
      const TcYamlNode *member = tc_yaml_item (root, i);
      const char *key = tc_yaml_key (member);

      if (g_strv_contains (task_lists, key))
        tc_compile_list (self, member, key, key, NULL, self->flow->lists);
      else if (g_str_equal (key, "listeners"))
        compile_listeners (self, member);
    }
}

static TcValue *
label_of (const char    *key,
          const TcValue *value)
{
  g_autofree char *text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);

  return tc_value_map_of ("key", tc_value_string (key), "value", tc_value_string (text), NULL);
}

/* A map, or a list of {key, value}; the last of equal keys wins. What does not fit is a finding of the flow's rules. */
static TcValue *
read_labels (const TcValue *raw)
{
  g_autoptr (TcMapBuilder) unique = tc_map_builder_new ();
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  g_autoptr (TcValue) map = NULL;
  gboolean is_map = tc_value_is (raw, TC_VALUE_MAP);

  for (size_t i = 0; (is_map || tc_value_is (raw, TC_VALUE_LIST)) && i < tc_value_length (raw); i++)
    {
      const TcValue *item = tc_value_item (raw, i);
      const char *key = is_map ? tc_value_key (raw, i) : tc_value_get_str (item, "key");
      const TcValue *value = is_map ? item : tc_value_get (item, "value");

      if (key != NULL && value != NULL)
        tc_map_builder_take (unique, key, tc_value_ref (value));
    }
  map = tc_map_builder_end (g_steal_pointer (&unique));
  for (size_t i = 0; i < tc_value_length (map); i++)
    tc_list_builder_take (list, label_of (tc_value_key (map, i), tc_value_item (map, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}

/* `extend` is metadata of a catalogue, not of the language. */
static gboolean
is_plain_property (const char *key)
{
  return !g_strv_contains (task_lists, key) && !g_str_equal (key, "listeners") && !g_str_equal (key, "extend") &&
         !g_str_equal (key, "pluginDefaults") && !g_str_equal (key, "taskDefaults");
}

static TcValue *
listener_conditions (const TcYamlNode *node)
{
  g_autoptr (TcValue) all = tc_yaml_to_value (node);
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < tc_value_length (all); i++)
    {
      const TcValue *item = tc_value_item (all, i);

      tc_list_builder_take (list, tc_value_is (item, TC_VALUE_MAP) ? tc_value_without (item, "tasks") : tc_value_ref (item));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static void
compile_values (TcCompiler       *self,
                const TcYamlNode *root)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; i < tc_yaml_length (root); i++)
    {
      const TcYamlNode *member = tc_yaml_item (root, i);
      const char *key = tc_yaml_key (member);
      g_autoptr (TcValue) raw = NULL;
      g_autoptr (TcValue) value = NULL;

      if (g_str_equal (key, "listeners") && tc_yaml_kind (member) == TC_YAML_SEQUENCE)
        tc_map_builder_take (map, key, listener_conditions (member));
      if (!is_plain_property (key))
        continue;
      raw = tc_yaml_to_value (member);
      value = tc_defaults_apply (self, raw);
      if (g_str_equal (key, "labels"))
        tc_map_builder_take (map, key, read_labels (value));
      else if (!tc_value_is (value, TC_VALUE_NULL))
        tc_map_builder_take (map, key, g_steal_pointer (&value));
    }
  self->flow->values = tc_map_builder_end (g_steal_pointer (&map));
}

/* Kestra's reader takes neither .nan nor .inf. Nesting is bounded by the document's. */
static void
check_numbers (TcCompiler       *self,
               const TcYamlNode *node)
{
  const char *text = tc_yaml_text (node, NULL);

  for (size_t i = 0; text == NULL && i < tc_yaml_length (node); i++)
    check_numbers (self, tc_yaml_item (node, i));
  if (text == NULL || tc_yaml_style (node) != TC_YAML_PLAIN || strlen (text) > strlen ("-.inf"))
    return;
  text += *text == '-' || *text == '+' ? 1 : 0;
  if (g_ascii_strcasecmp (text, ".nan") == 0 || g_ascii_strcasecmp (text, ".inf") == 0)
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, "flow.number", tc_yaml_span (node), tc_yaml_key (node),
                        _("Put it into quotes if it is meant as a text."), _("“%s” is no number that a flow may hold"), text);
}

static void
compile_sections (TcCompiler       *self,
                  const TcYamlNode *root)
{
  static const char *const keys[] = { "sla", "checks" };
  TcTexts texts = { .compiler = self, .templates = self->flow->templates, .base = "" };

  for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
    {
      const TcYamlNode *node = tc_yaml_get (root, keys[k]);
      const TcProp *prop = tc_props_find (tc_flow_props, keys[k]);
      g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

      if (tc_compile_is_null (node))
        continue;
      g_ptr_array_add (nodes, (gpointer) node);
      texts.fallback = tc_yaml_key_span (node);
      tc_compile_prop_texts (&texts, prop, tc_value_get (self->flow->values, keys[k]), nodes, keys[k]);
    }
}

static void
index_tasks (TcFlow *flow)
{
  for (guint i = 0; i < flow->tasks->len; i++)
    {
      TcTask *task = g_ptr_array_index (flow->tasks, i);

      if (task->id != NULL && !g_hash_table_contains (flow->by_id, task->id))
        g_hash_table_insert (flow->by_id, task->id, task);
    }
}

static void
compile_flow (TcCompiler       *self,
              const TcYamlNode *root)
{
  TcFlow *flow = self->flow;
  const TcYamlNode *inputs = tc_yaml_get (root, "inputs");
  const TcYamlNode *outputs = tc_yaml_get (root, "outputs");
  const TcYamlNode *retry = tc_yaml_get (root, "retry");

  flow->id = tc_compile_string (root, "id");
  flow->namespace = tc_compile_string (root, "namespace");
  check_numbers (self, root);
  tc_props_check (self->types, (const TcProp *const[]) { tc_flow_props, NULL }, root, "", self->diagnostics);
  tc_compile_defaults (self, root);
  compile_values (self, root);
  flow->disabled = tc_value_get_flag (flow->values, "disabled", FALSE);
  if (inputs != NULL)
    tc_compile_inputs (self, inputs, "inputs", FALSE, flow->inputs);
  compile_sections (self, root);
  if (tc_yaml_get (root, "triggers") != NULL)
    tc_compile_triggers (self, tc_yaml_get (root, "triggers"));
  compile_lists (self, root);
  if (outputs != NULL)
    tc_compile_inputs (self, outputs, "outputs", TRUE, flow->outputs);
  if (retry != NULL && tc_value_get (flow->values, "retry") != NULL)
    flow->retry = tc_compile_retry (self, tc_value_get (flow->values, "retry"), retry, tc_yaml_key_span (retry), "retry");
  index_tasks (flow);
  tc_compile_flow_rules (self, root);
  tc_check_references (self);
}

static TcFlow *
new_flow (const char       *source,
          size_t            length,
          const TcRegistry *types)
{
  TcFlow *self = g_new0 (TcFlow, 1);

  g_atomic_ref_count_init (&self->refs);
  self->source = g_malloc (length + 1);
  memcpy (self->source, source, length);
  self->source[length] = '\0';
  self->types = tc_registry_ref ((TcRegistry *) types);
  self->values = tc_value_map_of (NULL, NULL);
  self->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_list_free);
  self->tasks = g_ptr_array_new ();
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_input_free);
  self->outputs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_input_free);
  self->templates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tc_template_unref);
  self->diagnostics = tc_diagnostics_new ();
  return self;
}

static void
compile_root (TcFlow           *flow,
              const TcYamlNode *root,
              size_t            length)
{
  TcCompiler compiler = { .flow = flow, .types = flow->types, .diagnostics = flow->diagnostics };
  g_autoptr (GPtrArray) defaults = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_default_free);
  g_autoptr (GArray) lines = tc_place_lines (flow->source, length);
  g_autoptr (GHashTable) by_type = tc_defaults_by_type ();
  g_autoptr (GPtrArray) references = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_reference_free);

  compiler.defaults = defaults;
  compiler.by_type = by_type;
  compiler.lines = lines;
  compiler.references = references;
  tc_value_unref (g_steal_pointer (&flow->values));
  compile_flow (&compiler, root);
}

static const TcYamlNode *
read_root (TcFlow *flow,
           size_t  length)
{
  const TcSpan start = { .offset = 0, .length = 0, .line = 1, .column = 1 };
  const TcYamlNode *root;

  if (length > TC_LIMIT_FLOW_BYTES)
    {
      tc_diagnostics_add (flow->diagnostics, TC_SEVERITY_ERROR, "flow.limit", start, NULL, _("Move parts of it into subflows or files."),
                          _("The flow is longer than %u bytes (TC_LIMIT_FLOW_BYTES)"), TC_LIMIT_FLOW_BYTES);
      return NULL;
    }
  flow->document = tc_yaml_read (flow->source, length, flow->diagnostics);
  root = flow->document != NULL ? tc_yaml_root (flow->document) : NULL;
  if (root != NULL && tc_yaml_kind (root) == TC_YAML_MAPPING)
    return root;
  if (!tc_diagnostics_have_error (flow->diagnostics))
    tc_diagnostics_add (flow->diagnostics, TC_SEVERITY_ERROR, "flow.kind", root != NULL ? tc_yaml_span (root) : start, NULL,
                        _("Begin with “id:”, “namespace:” and “tasks:”."),
                        root != NULL ? _("A flow must be a map of properties") : _("The flow is empty"));
  return NULL;
}

/* What is missing from a text that could not be read to its end may well stand in the rest. */
static void
drop_missing_if_unread (GPtrArray *diagnostics)
{
  gboolean unread = FALSE;

  for (guint i = 0; i < diagnostics->len; i++)
    unread = unread || g_str_equal (((const TcDiagnostic *) diagnostics->pdata[i])->code, "yaml.syntax");
  for (guint i = diagnostics->len; unread && i > 0; i--)
    if (g_str_has_suffix (((const TcDiagnostic *) diagnostics->pdata[i - 1])->code, ".missing"))
      g_ptr_array_remove_index (diagnostics, i - 1);
}

TcFlow *
tc_flow_compile (const char       *source,
                 size_t            length,
                 const TcRegistry *types,
                 GPtrArray        *diagnostics)
{
  g_autoptr (TcFlow) flow = NULL;
  const TcYamlNode *root;

  g_return_val_if_fail (source != NULL && types != NULL, NULL);

  flow = new_flow (source, length, types);
  root = read_root (flow, length);
  if (root != NULL)
    compile_root (flow, root, length);
  drop_missing_if_unread (flow->diagnostics);
  tc_diagnostics_sort (flow->diagnostics);
  tc_diagnostics_limit (flow->diagnostics);
  flow->runnable = root != NULL && !tc_diagnostics_have_error (flow->diagnostics);
  for (guint i = 0; diagnostics != NULL && i < flow->diagnostics->len; i++)
    g_ptr_array_add (diagnostics, tc_diagnostic_ref (g_ptr_array_index (flow->diagnostics, i)));
  return root != NULL ? g_steal_pointer (&flow) : NULL;
}
