/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow.h"
#include "tc-input-private.h"
#include "tc-json.h"
#include "tc-tree-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Inputs of an execution (spec/flow-language.md §2.3, Kestra: FlowInputOutput). Each input is settled once, after those that it depends on;
 * its expressions see only these as `inputs`.
 */

typedef enum { INPUT_OPEN, INPUT_ENTERED, INPUT_SETTLED } Progress;

typedef struct
{
  Progress  progress;
  gboolean  enabled;
  TcValue  *value;          /* NULL: disabled or refused */
  guint     next;           /* dependency to look at next */
} Answer;

typedef struct
{
  const GPtrArray *inputs;  /* TcInput* */
  const TcValue   *given;
  TcScope         *scope;
  GPtrArray       *diagnostics;
  GHashTable      *index;   /* id → position + 1 */
  Answer          *answers;
  gboolean         refused;

  /* What the scope's own roots were, while ours are in place. */
  const TcValue *(*variable) (TcScope *scope, const char *name, GError **error);
  gpointer         roots;
  const TcInput   *current; /* the input being settled */
  TcValue         *visible; /* what it sees as `inputs`; made when it looks */
} Resolver;

static TcValue *visible_inputs (const Resolver *self, const TcInput *input);

static const TcValue *
resolver_variable (TcScope    *scope,
                   const char *name,
                   GError    **error)
{
  Resolver *self = scope->roots;
  const TcValue *value;

  if (strcmp (name, "inputs") == 0)
    {
      if (self->visible == NULL)
        self->visible = visible_inputs (self, self->current);
      return self->visible;
    }
  if (self->variable == NULL)
    return NULL;
  scope->roots = self->roots;
  value = self->variable (scope, name, error);
  scope->roots = self;
  return value;
}

static void
report (Resolver      *self,
        const TcInput *input,
        const char    *code,
        const char    *hint,
        const char    *message)
{
  g_autofree char *path = g_strdup_printf ("inputs.%s", input->id);

  tc_diagnostics_add (self->diagnostics, TC_SEVERITY_ERROR, code, input->span, path, hint, "%s", message);
  self->refused = TRUE;
}

static const TcValue *
dependencies (const TcInput *input)
{
  const TcValue *names = tc_value_lookup (input->props, "dependsOn", "inputs", NULL);

  return tc_value_is (names, TC_VALUE_LIST) ? names : NULL;
}

static guint
position_of (const Resolver *self,
             const TcValue  *name)
{
  return tc_value_is (name, TC_VALUE_STRING) ? GPOINTER_TO_UINT (g_hash_table_lookup (self->index, tc_value_get_text (name))) : 0;
}

/* Values of the dependencies, and null for every other input that has a default. */
static TcValue *
visible_inputs (const Resolver *self,
                const TcInput  *input)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) flat = NULL;
  const TcValue *names = dependencies (input);

  for (guint i = 0; i < self->inputs->len; i++)
    {
      const TcInput *other = g_ptr_array_index (self->inputs, i);

      if (other != input && other->defaults != NULL)
        tc_map_builder_take (map, other->id, tc_value_null ());
    }
  for (size_t i = 0; names != NULL && i < tc_value_length (names); i++)
    {
      guint position = position_of (self, tc_value_item (names, i));
      const Answer *answer = position > 0 ? &self->answers[position - 1] : NULL;

      if (answer != NULL && answer->value != NULL)
        tc_map_builder_take (map, tc_value_get_text (tc_value_item (names, i)), tc_value_ref (answer->value));
    }
  flat = tc_map_builder_end (g_steal_pointer (&map));
  return tc_nest_dotted (flat);
}

static TcValue *
render (Resolver   *self,
        const char *text,
        gboolean    typed,
        GError    **error)
{
  g_autoptr (TcTemplate) template = tc_template_compile (text, strlen (text), NULL, NULL, NULL, NULL);

  return typed ? tc_template_render_typed (template, self->scope, error) : tc_template_render (template, self->scope, error);
}

/* Every text inside is rendered. */
static TcValue *
render_tree (Resolver      *self,
             const TcValue *value,
             GError       **error)
{
  gboolean is_map = tc_value_is (value, TC_VALUE_MAP);
  g_autoptr (TcListBuilder) list = NULL;
  g_autoptr (TcMapBuilder) map = NULL;

  if (tc_value_is (value, TC_VALUE_STRING))
    return render (self, tc_value_get_text (value), FALSE, error);
  if (!is_map && !tc_value_is (value, TC_VALUE_LIST))
    return tc_value_ref (value);
  list = tc_list_builder_new ();
  map = tc_map_builder_new ();
  for (size_t i = 0; i < tc_value_length (value); i++)
    {
      TcValue *item = render_tree (self, tc_value_item (value, i), error);

      if (item == NULL)
        return NULL;
      if (is_map)
        tc_map_builder_take (map, tc_value_key (value, i), item);
      else
        tc_list_builder_take (list, item);
    }
  return is_map ? tc_map_builder_end (g_steal_pointer (&map)) : tc_list_builder_end (g_steal_pointer (&list));
}

/* A condition that fails to render disables the input as one that does not hold. */
static gboolean
is_enabled (Resolver      *self,
            const TcInput *input)
{
  const TcValue *names = dependencies (input);
  const char *condition = tc_value_get_str (tc_value_get (input->props, "dependsOn"), "condition");
  g_autoptr (TcValue) held = NULL;

  for (size_t i = 0; names != NULL && i < tc_value_length (names); i++)
    {
      guint position = position_of (self, tc_value_item (names, i));

      if (position > 0 && !self->answers[position - 1].enabled)
        return FALSE;
    }
  if (condition == NULL)
    return TRUE;
  held = render (self, condition, TRUE, NULL);
  return tc_value_is (held, TC_VALUE_BOOL) && tc_value_get_bool (held);
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
      else if (!tc_value_is (item, TC_VALUE_NULL))
        tc_list_builder_take (texts, tc_value_string_take (tc_json_to_text (item)));
    }
  return tc_list_builder_end (g_steal_pointer (&texts));
}

/* FALSE: the expression gives no list, which was reported. */
static gboolean
find_choices (Resolver      *self,
              const TcInput *input,
              TcValue      **choices)
{
  const char *expression = tc_value_get_str (input->props, "expression");
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) list = NULL;
  g_autofree char *message = NULL;

  if (input->values != NULL)
    *choices = tc_value_ref (input->values);
  if (expression == NULL || input->values != NULL)
    return TRUE;
  list = render (self, expression, TRUE, &error);
  if (tc_value_is (list, TC_VALUE_LIST))
    {
      *choices = texts_of (list);
      return TRUE;
    }
  message = error != NULL ? g_strdup_printf (_("The values of “%s” cannot be computed: %s"), input->id, error->message)
                          : g_strdup_printf (_("The expression of “%s” gives no list of texts"), input->id);
  report (self, input, "input.expression", _("Correct “expression” of this input."), message);
  return FALSE;
}

static TcValue *
first_choice (const TcInput *input,
              const TcValue *choices)
{
  TcValue *first;

  if (choices == NULL || tc_value_length (choices) == 0 || !tc_value_get_flag (input->props, "autoSelectFirst", FALSE))
    return NULL;
  first = tc_value_ref (tc_value_item (choices, 0));
  return input->type == TC_INPUT_MULTISELECT ? tc_value_list (&first, 1) : first;
}

/* What was given, else the default, else nothing. FALSE: the default cannot be rendered, which was reported. */
static gboolean
find_raw (Resolver      *self,
          const TcInput *input,
          const TcValue *choices,
          TcValue      **raw)
{
  const TcValue *given = tc_value_get (self->given, input->id);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (given != NULL && !tc_value_is (given, TC_VALUE_NULL))
    *raw = tc_value_ref (given);
  else if (input->defaults != NULL)
    *raw = render_tree (self, input->defaults, &error);
  else
    *raw = first_choice (input, choices);
  if (error == NULL)
    return TRUE;
  message = g_strdup_printf (_("The default of the input “%s” cannot be rendered: %s"), input->id, error->message);
  report (self, input, "input.defaults", _("Give a value, or correct “defaults”."), message);
  return FALSE;
}

static TcValue *
find_value (Resolver      *self,
            const TcInput *input)
{
  g_autoptr (TcValue) choices = NULL;
  g_autoptr (TcValue) raw = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  TcValue *value;

  if (!find_choices (self, input, &choices) || !find_raw (self, input, choices, &raw))
    return NULL;
  if (raw == NULL && !input->required)
    return tc_value_null ();
  if (raw == NULL)
    {
      message = g_strdup_printf (_("The input “%s” is required"), input->id);
      report (self, input, "input.missing", _("Give a value."), message);
      return NULL;
    }
  value = tc_input_parse_with (input, choices, raw, &error);
  if (value == NULL)
    {
      message = g_strdup_printf (_("Invalid value for the input “%s”: %s"), input->id, error->message);
      report (self, input, "input.invalid", _("Give another value."), message);
    }
  return value;
}

static void
settle (Resolver *self,
        guint     at)
{
  const TcInput *input = g_ptr_array_index (self->inputs, at);
  Answer *answer = &self->answers[at];

  answer->progress = INPUT_SETTLED;
  tc_value_unref (g_steal_pointer (&self->visible));
  self->current = input;
  answer->enabled = is_enabled (self, input);
  if (answer->enabled)
    answer->value = find_value (self, input);
}

/* Dependencies first, in the order of the declaration; a stack of its own, as they may form a long chain. */
static void
settle_with_dependencies (Resolver *self,
                          guint     start)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_val (stack, start);
  while (stack->len > 0)
    {
      guint at = g_array_index (stack, guint, stack->len - 1);
      Answer *answer = &self->answers[at];
      const TcValue *names = dependencies (g_ptr_array_index (self->inputs, at));
      guint position = 0;

      if (answer->progress == INPUT_OPEN)
        answer->progress = INPUT_ENTERED;
      if (names != NULL && answer->next < tc_value_length (names))
        {
          position = position_of (self, tc_value_item (names, answer->next++));
          if (position > 0 && self->answers[position - 1].progress == INPUT_OPEN)
            g_array_append_vals (stack, &(guint) { position - 1 }, 1);
          continue;
        }
      if (answer->progress == INPUT_ENTERED)
        settle (self, at);
      g_array_set_size (stack, stack->len - 1);
    }
}

static void
warn_unknown (Resolver *self)
{
  const TcSpan nowhere = { 0 };

  for (size_t i = 0; i < tc_value_length (self->given); i++)
    {
      const char *key = tc_value_key (self->given, i);
      g_autofree char *path = g_strdup_printf ("inputs.%s", key);

      if (!g_hash_table_contains (self->index, key))
        tc_diagnostics_add (self->diagnostics, TC_SEVERITY_WARNING, "input.undeclared", nowhere, path,
                            _("Declare it under “inputs:”, or leave it out."), _("The flow declares no input “%s”; its value is not used"), key);
    }
}

static TcValue *
collect (const Resolver *self)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) flat = NULL;

  for (guint i = 0; i < self->inputs->len; i++)
    {
      const TcInput *input = g_ptr_array_index (self->inputs, i);

      if (self->answers[i].value != NULL && self->answers[i].enabled)
        tc_map_builder_take (map, input->id, tc_value_ref (self->answers[i].value));
    }
  flat = tc_map_builder_end (g_steal_pointer (&map));
  return tc_nest_dotted (flat);
}

static void
resolve_all (Resolver *self)
{
  self->variable = self->scope->variable;
  self->roots = self->scope->roots;
  self->scope->variable = resolver_variable;
  self->scope->roots = self;
  for (guint i = 0; i < self->inputs->len; i++)
    {
      if (self->answers[i].progress == INPUT_OPEN)
        settle_with_dependencies (self, i);
    }
  self->scope->variable = self->variable;
  self->scope->roots = self->roots;
}

/* Every input settled; to be cleared. @nothing: an empty map that outlives @self. */
static void
resolver_run (Resolver        *self,
              const GPtrArray *inputs,
              const TcValue   *given,
              const TcValue   *nothing,
              TcScope         *scope,
              GPtrArray       *diagnostics)
{
  *self = (Resolver) { .inputs = inputs, .scope = scope, .diagnostics = diagnostics };
  self->given = tc_value_is (given, TC_VALUE_MAP) ? given : nothing;
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->answers = g_new0 (Answer, inputs->len + 1);
  for (guint i = 0; i < inputs->len; i++)
    g_hash_table_insert (self->index, ((TcInput *) g_ptr_array_index (inputs, i))->id, GUINT_TO_POINTER (i + 1));
  resolve_all (self);
}

static void
resolver_clear (Resolver *self)
{
  for (guint i = 0; i < self->inputs->len; i++)
    tc_value_unref (self->answers[i].value);
  g_free (self->answers);
  g_hash_table_unref (self->index);
  tc_value_unref (self->visible);
}

TcValue *
tc_inputs_resolve_list (const GPtrArray *inputs,
                        const TcValue   *given,
                        TcScope         *scope,
                        GPtrArray       *diagnostics)
{
  g_autoptr (TcValue) nothing = tc_value_map_of (NULL, NULL);
  Resolver self;
  TcValue *result;

  g_return_val_if_fail (inputs != NULL && scope != NULL && diagnostics != NULL, NULL);

  resolver_run (&self, inputs, given, nothing, scope, diagnostics);
  warn_unknown (&self);
  result = self.refused ? NULL : collect (&self);
  resolver_clear (&self);
  return result;
}

TcValue *
tc_inputs_disabled_list (const GPtrArray *inputs,
                         const TcValue   *given,
                         TcScope         *scope)
{
  g_autoptr (TcValue) nothing = tc_value_map_of (NULL, NULL);
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcListBuilder) ids = tc_list_builder_new ();
  Resolver self;

  g_return_val_if_fail (inputs != NULL && scope != NULL, NULL);

  resolver_run (&self, inputs, given, nothing, scope, findings);
  for (guint i = 0; i < inputs->len; i++)
    if (!self.answers[i].enabled)
      tc_list_builder_take (ids, tc_value_string (((TcInput *) g_ptr_array_index (inputs, i))->id));
  resolver_clear (&self);
  return tc_list_builder_end (g_steal_pointer (&ids));
}
