/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of filters, tests, functions and macros: their arguments find their places at compile time. */
#include "config.h"
#include "tc-expr-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
tc_parse_args (TcParser *self, TcCallArgs *args)
{
  gboolean named = FALSE;

  args->nodes = g_ptr_array_new ();
  args->names = g_ptr_array_new ();
  tc_parser_expect (self, TC_TOKEN_PUNCTUATION, "(");
  if (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, ")"))
    return TRUE;
  do
    {
      const TcToken *token = tc_parser_peek (self);
      const char    *name = NULL;
      TcNode        *node;

      if (token->type == TC_TOKEN_NAME && token[1].type == TC_TOKEN_PUNCTUATION && self->source[token[1].offset] == '=')
        {
          name = tc_parser_text (self, token);
          self->at += 2;
          named = TRUE;
        }
      else if (named)
        return tc_parser_fail (self, token->offset, "Positional arguments must be declared before any named arguments.") != NULL;
      node = tc_parse_expression (self, 0);
      if (node == NULL)
        return FALSE;
      g_ptr_array_add (args->nodes, node);
      g_ptr_array_add (args->names, (gpointer) name);
    }
  while (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, ","));
  return tc_parser_expect (self, TC_TOKEN_PUNCTUATION, ")") != NULL;
}

void
tc_call_args_clear (TcCallArgs *args)
{
  g_clear_pointer (&args->nodes, g_ptr_array_unref);
  g_clear_pointer (&args->names, g_ptr_array_unref);
}

/* What cannot work is told now and raised when the call is evaluated: Kestra saves such a flow and fails when it runs. */
static void
report (TcParser *self, TcNode *node, const char *code, const char *hint, char *problem)
{
  node->problem = g_string_chunk_insert_const (self->template->strings, problem);
  if (self->diagnostics != NULL)
    tc_diagnostics_add (self->diagnostics, TC_SEVERITY_WARNING, code, tc_parser_span (self, node->offset, node->length), self->path,
                        hint, "%s", problem);
  g_free (problem);
}

static void
report_unknown (TcParser *self, TcNode *node, TcExprRole role)
{
  const char      *what = role == TC_EXPR_FILTER ? "Filter" : role == TC_EXPR_TEST ? "Test" : "Function or Macro";
  const char      *nearest = tc_expr_nearest (role, node->name);
  g_autofree char *hint = NULL;
  g_autofree char *problem = NULL;

  if (nearest != NULL)
    hint = g_strdup_printf (_("Did you mean “%s”?"), nearest);
  problem = g_strdup_printf ("%s [%s] does not exist.", what, node->name);
  report (self, node, "expression.unknown-name", hint, hint ? g_strconcat (problem, " ", hint, NULL) : g_strdup (problem));
  tc_diagnostics_correct (self->diagnostics, node->name, nearest);
}

static gboolean
place (TcParser *self, TcNode *node, const TcCallArgs *args, const char *const *names, size_t n, TcNode **slots)
{
  for (guint i = 0; args->nodes != NULL && i < args->nodes->len; i++)
    {
      const char *name = g_ptr_array_index (args->names, i);
      size_t      at = i;

      if (name != NULL)
        for (at = 0; at < n && strcmp (names[at], name) != 0; at++)
          ;
      if (at < n)
        {
          slots[at] = g_ptr_array_index (args->nodes, i);
          continue;
        }
      if (name != NULL)
        report (self, node, "expression.argument", NULL, g_strdup_printf ("The following named argument does not exist: %s", name));
      else
        report (self, node, "expression.argument", NULL,
                g_strdup_printf ("The argument at position %u is not allowed. Only %zu argument(s) are allowed.", i + 1, n));
      return FALSE;
    }
  return TRUE;
}

static void
set_children (TcNode *node, TcNode *input, TcNode **slots, size_t n)
{
  size_t shift = input != NULL;

  g_free (node->children);
  node->n = n + shift;
  node->children = g_new0 (TcNode *, MAX (node->n, 1));
  if (input != NULL)
    node->children[0] = input;
  if (n > 0)
    memcpy (node->children + shift, slots, n * sizeof *slots);
}

/* Names of the declared arguments, as an array for place(). */
static const char **
arg_names (const TcExprEntry *entry, size_t n)
{
  const char **names = g_new0 (const char *, n + 1);

  for (size_t i = 0; i < n; i++)
    names[i] = entry->args[i].name;
  return names;
}

static void
check_required (TcParser *self, TcNode *node, const TcExprEntry *entry, TcNode **slots, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if ((entry->args[i].flags & TC_EXPR_REQUIRED) && slots[i] == NULL && self->diagnostics != NULL)
      {
        g_autofree char *signature = tc_expr_signature (entry);

        tc_diagnostics_add (self->diagnostics, TC_SEVERITY_WARNING, "expression.argument",
                            tc_parser_span (self, node->offset, node->length), self->path, signature,
                            _("“%s” needs the argument “%s”."), entry->name, entry->args[i].name);
        return;
      }
}

static void
fill (TcParser *self, TcNode *node, const TcCallable *callable, TcNode *input, const TcCallArgs *args)
{
  size_t               n = tc_expr_args (&callable->entry);
  g_autofree TcNode  **slots = g_new0 (TcNode *, n + 1);
  g_autofree const char **names = arg_names (&callable->entry, n);

  node->callable = callable;
  if (callable->entry.flags & TC_EXPR_READS_ALL)
    self->template->reads_all = TRUE;
  if (callable->entry.flags & TC_EXPR_VARIADIC)
    {
      if (args->nodes != NULL)
        set_children (node, input, (TcNode **) args->nodes->pdata, args->nodes->len);
      return;
    }
  if (!(callable->entry.flags & TC_EXPR_UNDECLARED) && place (self, node, args, names, n, slots))
    check_required (self, node, &callable->entry, slots, n);
  set_children (node, input, slots, n);
}

TcNode *
tc_bind_callable (TcParser *self, TcExprRole role, TcNode *input, const TcToken *name, TcCallArgs *args)
{
  const char       *text = tc_parser_text (self, name);
  const TcCallable *callable = tc_callable_find (role, text);
  TcNode           *node = tc_parser_node (self, role == TC_EXPR_FILTER ? TC_NODE_FILTER : TC_NODE_TEST, name->offset, &input, 1);

  if (node == NULL)
    return NULL;
  for (guint i = 0; args->nodes != NULL && i < args->nodes->len; i++)
    node->depth = MAX (node->depth, ((TcNode *) g_ptr_array_index (args->nodes, i))->depth + 1);
  node->length = name->length;
  node->name = text;
  if (callable == NULL)
    report_unknown (self, node, role);
  else
    fill (self, node, callable, input, args);
  return node;
}

static const TcMacro *
find_macro (TcParser *self, const char *name)
{
  for (guint i = 0; i < self->template->macros->len; i++)
    {
      const TcMacro *macro = g_ptr_array_index (self->template->macros, i);

      if (strcmp (macro->name, name) == 0)
        return macro;
    }
  return NULL;
}

void
tc_bind_functions (TcParser *self)
{
  for (guint i = 0; i < self->calls->len; i += 2)
    {
      TcNode           *node = g_ptr_array_index (self->calls, i);
      g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
      TcCallArgs        args = { nodes, g_ptr_array_index (self->calls, i + 1) };
      const TcCallable *callable = tc_callable_find (TC_EXPR_FUNCTION, node->name);
      const TcMacro    *macro = callable == NULL ? find_macro (self, node->name) : NULL;

      for (uint32_t j = 0; j < node->n; j++)
        g_ptr_array_add (nodes, node->children[j]);
      if (macro != NULL)
        {
          g_autofree TcNode **slots = g_new0 (TcNode *, macro->n + 1);

          node->type = TC_NODE_MACRO_CALL;
          node->macro = macro;
          place (self, node, &args, macro->parameters, macro->n, slots);
          set_children (node, NULL, slots, macro->n);
        }
      else if (callable != NULL)
        fill (self, node, callable, NULL, &args);
      else
        report_unknown (self, node, TC_EXPR_FUNCTION);
    }
}
