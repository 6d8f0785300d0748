/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a flow as a whole must fulfil on save (spec/flow-language.md §1, Kestra: FlowValidator). */

static const char *const reserved_ids[] = {
  "pause", "resume", "force-run", "change-status", "kill", "executions", "search", "source", "disable", "enable", NULL
};

static void
add (TcCompiler *self,
     TcSeverity  severity,
     const char *code,
     TcSpan      span,
     const char *path,
     const char *hint,
     const char *message)
{
  tc_diagnostics_add (self->diagnostics, severity, code, span, path, hint, "%s", message);
}

static void
check_flow_id (TcCompiler       *self,
               const TcYamlNode *root)
{
  const char *id = self->flow->id;
  TcSpan span = tc_compile_span (root, "id");
  g_autofree char *message = NULL;

  if (id == NULL || *id == '\0')
    add (self, TC_SEVERITY_ERROR, "flow.id.missing", span, "id", _("Add “id:” with a name."), _("The flow has no id"));
  else if (!tc_compile_id_is_valid (id, TRUE) || strlen (id) > 100)
    {
      message = g_strdup_printf (_("“%s” cannot be the id of a flow"), id);
      add (self, TC_SEVERITY_ERROR, "flow.id.invalid", span, "id",
           _("Begin with a letter or digit and use at most 100 letters, digits, “.”, “-” and “_”."), message);
    }
  else if (g_strv_contains (reserved_ids, id))
    {
      message = g_strdup_printf (_("The flow id “%s” is a reserved word"), id);
      add (self, TC_SEVERITY_ERROR, "flow.id.reserved", span, "id", _("Choose another id."), message);
    }
}

static gboolean
namespace_is_valid (const char *name)
{
  return strlen (name) <= 150 && (g_ascii_islower (*name) || g_ascii_isdigit (*name)) &&
         name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0';
}

static void
check_namespace (TcCompiler       *self,
                 const TcYamlNode *root)
{
  const char *name = self->flow->namespace;
  TcSpan span = tc_compile_span (root, "namespace");
  g_autofree char *message = NULL;

  if (name == NULL || *name == '\0')
    add (self, TC_SEVERITY_ERROR, "flow.namespace.missing", span, "namespace", _("Add “namespace:”, such as company.team."),
         _("The flow has no namespace"));
  else if (!namespace_is_valid (name))
    {
      message = g_strdup_printf (_("“%s” cannot be a namespace"), name);
      add (self, TC_SEVERITY_ERROR, "flow.namespace.invalid", span, "namespace",
           _("Begin with a lower-case letter or digit and use at most 150 of a–z, 0–9, “.”, “-” and “_”."), message);
    }
}

static void
check_tasks (TcCompiler       *self,
             const TcYamlNode *root)
{
  const TcTaskList *tasks = tc_flow_list (self->flow, "tasks");

  if (tasks == NULL || (tasks->tasks->len == 0 && tc_yaml_length (tc_yaml_get (root, "tasks")) == 0))
    add (self, TC_SEVERITY_ERROR, "flow.tasks.missing", tc_compile_span (root, "tasks"), "tasks",
         _("Add “tasks:” with at least one task."), _("The flow has no tasks"));
}

typedef struct
{
  TcCompiler *compiler;
  GHashTable *seen;       /* name → line of its first place */
  const char *code, *format;   /* @format: one %s for the name */
} Unique;

static void
claim (const Unique *self,
       const char   *name,
       TcSpan        span,
       const char   *path)
{
  gpointer line;
  g_autofree char *hint = NULL;
  g_autofree char *message = NULL;

  if (!g_hash_table_lookup_extended (self->seen, name, NULL, &line))
    {
      g_hash_table_insert (self->seen, g_strdup (name), GUINT_TO_POINTER (span.line));
      return;
    }
  hint = g_strdup_printf (_("It stands in line %u already; choose another name."), GPOINTER_TO_UINT (line));
  message = g_strdup_printf ("%s: %s", self->format, name);
  add (self->compiler, TC_SEVERITY_ERROR, self->code, span, path, hint, message);
}

/* A ForEachItem makes three tasks of its own: their names are taken, too. */
static void
claim_made (const Unique *self,
            const TcTask *task)
{
  static const char *const made[] = { "_split", "_items", "_merge" };

  if (task->klass == NULL || !g_str_has_suffix (task->klass->info.type, ".ForEachItem"))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autofree char *name = g_strconcat (task->id, made[i], NULL);

      claim (self, name, task->id_span, task->path);
    }
}

static void
check_task_ids (TcCompiler *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Unique unique = { .compiler = self, .seen = seen, .code = "task.id.duplicate", .format = _("Two tasks have the same id") };

  for (guint i = 0; i < self->flow->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (self->flow->tasks, i);
      g_autofree char *path = g_strdup_printf ("%s.id", task->path);

      if (task->id == NULL)
        continue;
      claim (&unique, task->id, task->id_span, path);
      claim_made (&unique, task);
    }
}

static void
check_list_ids (TcCompiler       *self,
                const TcYamlNode *list,
                const char       *name,
                const char       *code,
                const char       *format)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Unique unique = { .compiler = self, .seen = seen, .code = code, .format = format };

  for (size_t i = 0; list != NULL && tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      const TcYamlNode *node = tc_yaml_item (list, i);
      g_autofree char *id = tc_yaml_kind (node) == TC_YAML_MAPPING ? tc_compile_string (node, "id") : NULL;
      g_autofree char *path = g_strdup_printf ("%s[%zu].id", name, i);

      if (id != NULL)
        claim (&unique, id, tc_compile_span (node, "id"), path);
    }
}

static void
check_preconditions (TcCompiler       *self,
                     const TcYamlNode *triggers)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Unique unique = { .compiler = self, .seen = seen, .code = "trigger.preconditions.duplicate",
                    .format = _("Two triggers have preconditions with the same id") };

  for (size_t i = 0; triggers != NULL && tc_yaml_kind (triggers) == TC_YAML_SEQUENCE && i < tc_yaml_length (triggers); i++)
    {
      const TcYamlNode *item = tc_yaml_item (triggers, i);
      const TcYamlNode *node = tc_yaml_kind (item) == TC_YAML_MAPPING ? tc_yaml_get (item, "preconditions") : NULL;
      g_autofree char *id = node != NULL && tc_yaml_kind (node) == TC_YAML_MAPPING ? tc_compile_string (node, "id") : NULL;
      g_autofree char *path = g_strdup_printf ("triggers[%zu].preconditions.id", i);

      if (id != NULL)
        claim (&unique, id, tc_compile_span (node, "id"), path);
    }
}

static gboolean
label_key_is_valid (const char *key)
{
  gboolean first = TRUE;

  for (const char *at = key; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      gboolean good = first ? g_unichar_type (c) == G_UNICODE_LOWERCASE_LETTER
                            : g_unichar_isalpha (c) || (c < 128 && (g_ascii_isdigit ((char) c) || strchr ("._-", (char) c) != NULL));

      if (!good)
        return FALSE;
      first = FALSE;
    }
  return !first;
}

static void
check_label (TcCompiler       *self,
             const char       *owner,
             const char       *key,
             const TcYamlNode *value,
             TcSpan            span)
{
  g_autofree char *path = g_strdup_printf ("%s.%s", owner, key);
  g_autofree char *message = NULL;
  size_t length = 0;

  if (g_str_has_prefix (key, "system.") && !g_str_equal (key, "system.readOnly"))
    {
      message = g_strdup_printf (_("The label “%s” is set by the system only"), key);
      add (self, TC_SEVERITY_ERROR, "label.system", span, path, _("Use a key that does not begin with “system.”."), message);
    }
  else if (!label_key_is_valid (key))
    {
      message = g_strdup_printf (_("“%s” cannot be the key of a label"), key);
      add (self, TC_SEVERITY_ERROR, "label.key", span, path,
           _("Begin with a lower-case letter and use only letters, digits, “-”, “_” and “.”."), message);
    }
  else if (value == NULL || tc_yaml_kind (value) != TC_YAML_SCALAR)
    {
      message = g_strdup_printf (_("The value of the label “%s” must be a text, a number or true or false"), key);
      add (self, TC_SEVERITY_ERROR, "label.value", span, path, _("Write one value behind the colon."), message);
    }
  else if (tc_yaml_text (value, &length) != NULL && length == 0)
    {
      message = g_strdup_printf (_("The label “%s” is empty"), key);
      add (self, TC_SEVERITY_ERROR, "label.empty", span, path, _("Give it a value or remove it."), message);
    }
}

static void
check_labels (TcCompiler       *self,
              const TcYamlNode *labels,
              const char       *path)
{
  for (size_t i = 0; labels != NULL && tc_yaml_kind (labels) != TC_YAML_SCALAR && i < tc_yaml_length (labels); i++)
    {
      const TcYamlNode *item = tc_yaml_item (labels, i);
      g_autofree char *key = NULL;

      if (tc_yaml_kind (labels) == TC_YAML_MAPPING)
        check_label (self, path, tc_yaml_key (item), item, tc_yaml_key_span (item));
      else if (tc_yaml_kind (item) == TC_YAML_MAPPING && (key = tc_compile_string (item, "key")) != NULL)
        check_label (self, path, key, tc_yaml_get (item, "value"), tc_compile_span (item, "key"));
    }
}

/* Which inputs need which, as lists of positions. */
typedef struct
{
  guint       n;
  GPtrArray  *needs, *needed_by;    /* by input: GArray of guint */
} Needs;

static void
needs_init (Needs           *self,
            const GPtrArray *inputs,
            GHashTable      *by_id)
{
  self->n = inputs->len;
  self->needs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->needed_by = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < self->n; i++)
    {
      g_ptr_array_add (self->needs, g_array_new (FALSE, FALSE, sizeof (guint)));
      g_ptr_array_add (self->needed_by, g_array_new (FALSE, FALSE, sizeof (guint)));
    }
  for (guint i = 0; i < self->n; i++)
    {
      const TcInput *input = g_ptr_array_index (inputs, i);
      const TcValue *names = tc_value_lookup (input->props, "dependsOn", "inputs", NULL);

      for (size_t k = 0; tc_value_is (names, TC_VALUE_LIST) && k < tc_value_length (names); k++)
        {
          const TcValue *name = tc_value_item (names, k);
          guint position = tc_value_is (name, TC_VALUE_STRING)
                           ? GPOINTER_TO_UINT (g_hash_table_lookup (by_id, tc_value_get_text (name))) : 0;

          if (position == 0)
            continue;
          position--;
          g_array_append_val ((GArray *) g_ptr_array_index (self->needs, i), position);
          g_array_append_val ((GArray *) g_ptr_array_index (self->needed_by, position), i);
        }
    }
}

static void
needs_clear (Needs *self)
{
  g_ptr_array_unref (self->needs);
  g_ptr_array_unref (self->needed_by);
}

/* Takes away, again and again, the inputs that have none of @before left. */
static void
peel (const Needs     *self,
      const GPtrArray *before,
      const GPtrArray *behind,
      gboolean        *gone)
{
  g_autofree guint *left = g_new0 (guint, self->n + 1);
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->n; i++)
    {
      const GArray *list = g_ptr_array_index (before, i);

      for (guint k = 0; k < list->len; k++)
        left[i] += gone[g_array_index (list, guint, k)] ? 0 : 1;
      if (left[i] == 0 && !gone[i])
        g_array_append_val (queue, i);
    }
  for (guint at = 0; at < queue->len; at++)
    {
      guint input = g_array_index (queue, guint, at);
      const GArray *list = g_ptr_array_index (behind, input);

      gone[input] = TRUE;
      for (guint k = 0; k < list->len; k++)
        {
          guint other = g_array_index (list, guint, k);

          if (!gone[other] && --left[other] == 0)
            g_array_append_val (queue, other);
        }
    }
}

static void
check_dependency_names (TcCompiler       *self,
                        GHashTable       *by_id,
                        const TcInput    *input,
                        const TcYamlNode *node,
                        const char       *path)
{
  const TcValue *names = tc_value_lookup (input->props, "dependsOn", "inputs", NULL);

  for (size_t i = 0; tc_value_is (names, TC_VALUE_LIST) && i < tc_value_length (names); i++)
    {
      const TcValue *name = tc_value_item (names, i);
      g_autofree char *message = NULL;

      if (!tc_value_is (name, TC_VALUE_STRING) || g_hash_table_contains (by_id, tc_value_get_text (name)))
        continue;
      message = g_strdup_printf (_("The input “%s” depends on “%s”, which is no input"), input->id, tc_value_get_text (name));
      add (self, TC_SEVERITY_ERROR, "input.dependency.unknown", tc_compile_span (node, "dependsOn"), path,
           _("Name a declared input."), message);
    }
}

static void
report_cycle (TcCompiler       *self,
              const TcInput    *input,
              const TcYamlNode *node,
              const char       *path)
{
  g_autofree char *message = g_strdup_printf (_("The input “%s” depends on itself, directly or through others"), input->id);

  add (self, TC_SEVERITY_ERROR, "input.dependency.cycle", tc_compile_span (node, "dependsOn"), path,
       _("Remove one of the dependencies."), message);
}

/* What remains when all inputs without open needs, and all that nobody needs, are taken away, stands in a cycle or between two. */
static void
check_dependencies (TcCompiler       *self,
                    const TcYamlNode *list)
{
  const GPtrArray *inputs = self->flow->inputs;
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gboolean *gone = g_new0 (gboolean, inputs->len + 1);
  guint at = 0;
  Needs needs;

  for (guint i = 0; i < inputs->len; i++)
    g_hash_table_insert (by_id, ((TcInput *) g_ptr_array_index (inputs, i))->id, GUINT_TO_POINTER (i + 1));
  needs_init (&needs, inputs, by_id);
  peel (&needs, needs.needs, needs.needed_by, gone);
  peel (&needs, needs.needed_by, needs.needs, gone);
  for (size_t i = 0; list != NULL && tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      const TcYamlNode *node = tc_yaml_item (list, i);
      g_autofree char *path = g_strdup_printf ("inputs[%zu].dependsOn", i);

      if (tc_yaml_kind (node) != TC_YAML_MAPPING)
        continue;
      check_dependency_names (self, by_id, g_ptr_array_index (inputs, at), node, path);
      if (!gone[at])
        report_cycle (self, g_ptr_array_index (inputs, at), node, path);
      at++;
    }
  needs_clear (&needs);
}

/* Triggers and agreements add labels, too. */
static void
check_labels_of (TcCompiler       *self,
                 const TcYamlNode *list,
                 const char       *name)
{
  for (size_t i = 0; list != NULL && tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s[%zu].labels", name, i);

      check_labels (self, tc_yaml_get (tc_yaml_item (list, i), "labels"), path);
    }
}

static void
check_concurrency (TcCompiler       *self,
                   const TcYamlNode *root)
{
  const TcValue *limit = tc_value_get (tc_value_get (self->flow->values, "concurrency"), "limit");

  if (tc_value_is (limit, TC_VALUE_INT) && tc_value_get_int (limit) < 1)
    add (self, TC_SEVERITY_ERROR, "concurrency.limit", tc_compile_span (tc_yaml_get (root, "concurrency"), "limit"), "concurrency.limit",
         _("Give a number from 1."), _("At least one execution must be allowed to run"));
}

static void
check_sla (TcCompiler       *self,
           const TcYamlNode *list)
{
  for (size_t i = 0; list != NULL && tc_yaml_kind (list) == TC_YAML_SEQUENCE && i < tc_yaml_length (list); i++)
    {
      const TcYamlNode *node = tc_yaml_item (list, i);
      g_autofree char *type = tc_yaml_kind (node) == TC_YAML_MAPPING ? tc_compile_string (node, "type") : NULL;
      const char *needed = g_strcmp0 (type, "MAX_DURATION") == 0 ? "duration" : g_strcmp0 (type, "EXECUTION_ASSERTION") == 0 ? "assert" : NULL;
      g_autofree char *path = NULL;
      g_autofree char *message = NULL;

      if (needed == NULL || !tc_compile_is_null (tc_yaml_get (node, needed)))
        continue;
      path = g_strdup_printf ("sla[%zu].%s", i, needed);
      message = g_strdup_printf (_("An agreement of the type %s needs “%s”"), type, needed);
      add (self, TC_SEVERITY_ERROR, "sla.missing", tc_compile_span (node, "type"), path, _("Add it."), message);
    }
}

static void
warn_deprecated (TcCompiler       *self,
                 const TcYamlNode *root)
{
  const TcYamlNode *node = tc_yaml_get (root, "taskDefaults");

  if (node != NULL)
    add (self, TC_SEVERITY_WARNING, "flow.taskdefaults", tc_yaml_key_span (node), "taskDefaults", _("Write “pluginDefaults”."),
         _("“taskDefaults” is the old name of “pluginDefaults”; it applies here, though newer versions of Kestra ignore it"));
  if (node != NULL)
    tc_diagnostics_correct (self->diagnostics, "taskDefaults", "pluginDefaults");
  node = tc_yaml_get (root, "listeners");
  if (node != NULL)
    add (self, TC_SEVERITY_HINT, "flow.listeners", tc_yaml_key_span (node), "listeners",
         _("Use “afterExecution”, or a Flow trigger in another flow."), _("“listeners” is deprecated"));
}

void
tc_compile_flow_rules (TcCompiler       *self,
                       const TcYamlNode *root)
{
  const TcYamlNode *triggers = tc_yaml_get (root, "triggers");

  check_flow_id (self, root);
  check_namespace (self, root);
  check_tasks (self, root);
  check_task_ids (self);
  check_list_ids (self, triggers, "triggers", "trigger.id.duplicate", _("Two triggers have the same id"));
  check_list_ids (self, tc_yaml_get (root, "inputs"), "inputs", "input.id.duplicate", _("Two inputs have the same id"));
  check_list_ids (self, tc_yaml_get (root, "outputs"), "outputs", "output.id.duplicate", _("Two outputs have the same id"));
  check_preconditions (self, triggers);
  check_labels (self, tc_yaml_get (root, "labels"), "labels");
  check_labels_of (self, triggers, "triggers");
  check_labels_of (self, tc_yaml_get (root, "sla"), "sla");
  check_concurrency (self, root);
  check_sla (self, tc_yaml_get (root, "sla"));
  check_dependencies (self, tc_yaml_get (root, "inputs"));
  warn_deprecated (self, root);
}
