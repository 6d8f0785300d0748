/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Which outputs, inputs and variables the expressions of a flow name. The text alone decides it: `outputs.NAME`, `outputs['NAME']`, not
 * behind a dot (`trigger.outputs.x`) and not inside a quoted text. All findings are warnings, as Kestra refuses none of them on save.
 */

#define MAX_SUGGESTIONS 50

static const char *const root_names[] = {
  [TC_ROOT_OUTPUTS] = "outputs",
  [TC_ROOT_INPUTS] = "inputs",
  [TC_ROOT_VARS] = "vars",
};

void
tc_reference_free (TcReference *self)
{
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

typedef struct
{
  TcCompiler *compiler;
  const char *text;
  size_t      length;
  TcPlace    *place;
  const char *path;
} Scan;

static TcReference *
note (const Scan *self,
      TcRootKind  root,
      size_t      from,
      size_t      to)
{
  TcReference *reference = g_new0 (TcReference, 1);

  reference->root = root;
  reference->name = g_strndup (self->text + from, to - from);
  reference->path = g_strdup (self->path);
  reference->span = tc_place_locate (self->place, from, to - from);
  g_ptr_array_add (self->compiler->references, reference);
  return reference;
}

/* At the character behind a root's name: `.NAME` or `['NAME']`. */
static void
read_member (const Scan *self,
             TcRootKind  root,
             size_t      at,
             gboolean    leading)
{
  size_t from = at + 1, to;
  char quote;

  if (at + 1 >= self->length)
    return;
  if (self->text[at] == '.')
    {
      gboolean dashed = FALSE;

      for (to = from; to < self->length && (is_name_char (self->text[to]) || (to > from && self->text[to] == '-')); to++)
        dashed |= self->text[to] == '-';
      if (to > from)
        {
          TcReference *reference = note (self, root, from, to);

          reference->dashed = dashed;
          reference->leading = leading;
        }
      return;
    }
  quote = self->text[from];
  if (self->text[at] != '[' || (quote != '\'' && quote != '"'))
    return;
  for (to = ++from; to < self->length && self->text[to] != quote; to++)
    ;
  if (to + 1 < self->length && self->text[to + 1] == ']')
    note (self, root, from, to);
}

static size_t
read_word (const Scan *self,
           size_t      at,
           gboolean    leading)
{
  size_t end = at;

  while (end < self->length && is_name_char (self->text[end]))
    end++;
  if (at > 0 && self->text[at - 1] == '.')
    return end;
  for (guint root = 0; root < G_N_ELEMENTS (root_names); root++)
    {
      if (strlen (root_names[root]) == end - at && memcmp (root_names[root], self->text + at, end - at) == 0)
        read_member (self, (TcRootKind) root, end, leading);
    }
  return end;
}

static size_t
skip_quoted (const Scan *self,
             size_t      at)
{
  char quote = self->text[at++];

  while (at < self->length && self->text[at] != quote)
    at += self->text[at] == '\\' ? 2 : 1;
  return at + 1;
}

/* Reads from behind a delimiter to the one that closes it. */
static size_t
scan_expression (const Scan *self,
                 size_t      at,
                 char        closing)
{
  gboolean leading = closing == '}';

  while (at + 1 < self->length && !(self->text[at] == closing && self->text[at + 1] == '}'))
    {
      char c = self->text[at];

      if (c == '\'' || c == '"')
        at = skip_quoted (self, at);
      else if (is_name_char (c))
        at = read_word (self, at, leading);
      else
        at++;
      leading = leading && g_ascii_isspace (c);
    }
  return at;
}

void
tc_compile_references (TcCompiler *self,
                       const char *text,
                       size_t      length,
                       TcPlace    *place,
                       const char *path)
{
  Scan scan = { .compiler = self, .text = text, .length = length, .place = place, .path = path };

  for (size_t at = 0; at + 1 < length; at++)
    {
      if (text[at] != '{')
        continue;
      if (text[at + 1] == '{')
        at = scan_expression (&scan, at + 2, '}');
      else if (text[at + 1] == '%')
        at = scan_expression (&scan, at + 2, '%');
    }
}

static gboolean
sets_variables (const TcFlow *flow)
{
  for (guint i = 0; i < flow->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (flow->tasks, i);

      if (task->type != NULL && g_str_has_suffix (task->type, ".SetVariables"))
        return TRUE;
    }
  return FALSE;
}

static GHashTable *
task_names (const TcFlow *flow)
{
  static const char *const made[] = { "_split", "_items", "_merge" };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < flow->tasks->len; i++)
    {
      const TcTask *task = g_ptr_array_index (flow->tasks, i);

      if (task->id == NULL)
        continue;
      g_hash_table_add (names, g_strdup (task->id));
      for (guint k = 0; task->type != NULL && g_str_has_suffix (task->type, ".ForEachItem") && k < G_N_ELEMENTS (made); k++)
        g_hash_table_add (names, g_strconcat (task->id, made[k], NULL));
    }
  return names;
}

/* An id with dots makes nested maps: its first part is the name. */
static GHashTable *
input_names (const TcFlow *flow)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < flow->inputs->len; i++)
    {
      const TcInput *input = g_ptr_array_index (flow->inputs, i);

      if (input->id != NULL)
        g_hash_table_add (names, g_strndup (input->id, strcspn (input->id, ".")));
    }
  return names;
}

static GHashTable *
variable_names (const TcFlow *flow)
{
  const TcValue *variables = tc_value_get (flow->values, "variables");
  GHashTable *names;

  if (sets_variables (flow) || (variables != NULL && !tc_value_is (variables, TC_VALUE_MAP)))
    return NULL;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (size_t i = 0; variables != NULL && i < tc_value_length (variables); i++)
    g_hash_table_add (names, g_strdup (tc_value_key (variables, i)));
  return names;
}

static char *
describe_unknown (const TcReference *reference)
{
  switch (reference->root)
    {
    case TC_ROOT_OUTPUTS:
      return g_strdup_printf (_("There is no task “%s” in this flow whose outputs could be read"), reference->name);
    case TC_ROOT_INPUTS:
      return g_strdup_printf (_("The flow declares no input “%s”"), reference->name);
    case TC_ROOT_VARS:
      return g_strdup_printf (_("The flow declares no variable “%s”"), reference->name);
    }
  g_assert_not_reached ();
}

static const char *
next_step (TcRootKind root)
{
  switch (root)
    {
    case TC_ROOT_OUTPUTS:
      return _("Use the id of a task of this flow.");
    case TC_ROOT_INPUTS:
      return _("Declare it under “inputs:”.");
    case TC_ROOT_VARS:
      return _("Declare it under “variables:”.");
    }
  g_assert_not_reached ();
}

static void
warn_unknown (TcCompiler        *self,
              const TcReference *reference,
              GHashTable        *known,
              gboolean           suggest)
{
  static const char *const codes[] = {
    [TC_ROOT_OUTPUTS] = "expression.output.unknown",
    [TC_ROOT_INPUTS] = "expression.input.unknown",
    [TC_ROOT_VARS] = "expression.variable.unknown",
  };
  g_autofree const char **names = suggest ? (const char **) g_hash_table_get_keys_as_array (known, NULL) : NULL;
  const char *near = suggest ? tc_nearest_name (reference->name, names) : NULL;
  g_autofree char *message = describe_unknown (reference);
  g_autofree char *hint = near != NULL ? g_strdup_printf (_("Did you mean “%s”?"), near) : g_strdup (next_step (reference->root));

  tc_diagnostics_add (self->diagnostics, TC_SEVERITY_WARNING, codes[reference->root], reference->span, reference->path, hint,
                      "%s", message);
  tc_diagnostics_correct (self->diagnostics, reference->name, near);
}

static gboolean
stands_in_task (const TcReference *reference)
{
  static const char *const lists[] = { "tasks[", "errors[", "finally[", "afterExecution[", "listeners[" };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      if (g_str_has_prefix (reference->path, lists[i]))
        return TRUE;
    }
  return reference->root == TC_ROOT_OUTPUTS && g_str_has_prefix (reference->path, "outputs[");
}

/* `inputs.a-b` subtracts b from inputs.a. Kestra refuses it where an input has that name; elsewhere we read it as the subtraction. */
static gboolean
check_dash (TcCompiler  *self,
            TcReference *reference,
            GHashTable  *known)
{
  const char *root = root_names[reference->root];
  g_autofree char *hint = NULL;

  if (!g_hash_table_contains (known, reference->name))
    {
      reference->name[strcspn (reference->name, "-")] = '\0';
      return FALSE;
    }
  hint = g_strdup_printf (_("Write %s['%s']."), root, reference->name);
  tc_diagnostics_add (self->diagnostics,
                      reference->leading && stands_in_task (reference) ? TC_SEVERITY_ERROR : TC_SEVERITY_WARNING,
                      "expression.dash", reference->span, reference->path, hint,
                      _("“%s.%s” is a subtraction: a name with dashes needs brackets"), root, reference->name);
  return TRUE;
}

void
tc_check_references (TcCompiler *self)
{
  g_autoptr (GHashTable) tasks = task_names (self->flow);
  g_autoptr (GHashTable) inputs = input_names (self->flow);
  g_autoptr (GHashTable) variables = variable_names (self->flow);
  guint suggestions = 0;
  GHashTable *known[] = { [TC_ROOT_OUTPUTS] = tasks, [TC_ROOT_INPUTS] = inputs, [TC_ROOT_VARS] = variables };

  for (guint i = 0; i < self->references->len; i++)
    {
      TcReference *reference = g_ptr_array_index (self->references, i);
      GHashTable *names = known[reference->root];

      if (names == NULL || (reference->dashed && check_dash (self, reference, names)))
        continue;
      /* Looking for the nearest name reads them all: a text of a thousand wrong names gets no thousand suggestions. */
      if (!g_hash_table_contains (names, reference->name))
        warn_unknown (self, reference, names, suggestions++ < MAX_SUGGESTIONS);
    }
}
