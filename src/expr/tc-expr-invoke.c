/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of filters, tests, functions and macros: arguments are evaluated, checked against the table and handed over. */
#include "config.h"
#include "tc-expr-render.h"

#include <string.h>

#define MAX_ARGS 12

static const char *
kind_name (TcExprKind kind)
{
  static const char *const names[] = { "any", "string", "integer", "number", "boolean", "list", "map" };

  return names[kind];
}

static gboolean
is_kind (const TcVal *value, TcExprKind kind)
{
  switch (kind)
    {
    case TC_EXPR_ANY:
      return TRUE;
    case TC_EXPR_STRING:
      return tc_val_is_text (value);
    case TC_EXPR_INTEGER:
      return tc_val_is_integer (value);
    case TC_EXPR_NUMBER:
      return tc_val_is_number (value);
    case TC_EXPR_BOOLEAN:
      return value->type == TC_VAL_BOOL;
    case TC_EXPR_LIST:
      return tc_val_is_sequence (value);
    case TC_EXPR_MAP:
      return value->type == TC_VAL_MAP;
    }
  return FALSE;
}

static gboolean
check_arg (TcRender *self, const TcExprEntry *entry, const TcExprArg *arg, const TcVal *value, gboolean given)
{
  const char *role = entry->role == TC_EXPR_FILTER ? "filter" : entry->role == TC_EXPR_TEST ? "test" : "function";
  gboolean    required = (arg->flags & TC_EXPR_REQUIRED) != 0;
  gboolean    null = value->type == TC_VAL_NULL;

  if (null && (!required || (given && (arg->flags & TC_EXPR_NULLABLE))))
    return TRUE;
  if (!null && is_kind (value, arg->kind))
    return TRUE;
  if (arg->missing != NULL)
    return tc_render_fail (self, "%s", arg->missing);
  if (null)
    return tc_render_fail (self, "The '%s' %s expects an argument '%s'.", entry->name, role, arg->name);
  return tc_render_fail (self, "The '%s' %s expects an%s argument '%s' with type %s.", entry->name, role,
                         required ? "" : " optional", arg->name, kind_name (arg->kind));
}

static gboolean
eval_args (TcRender *self, TcNode *const *nodes, size_t n, TcVal *args)
{
  for (size_t i = 0; i < n; i++)
    if (nodes[i] != NULL && !tc_render_eval (self, nodes[i], &args[i]))
      return FALSE;
  return TRUE;
}

static gboolean
complete_args (TcRender *self, const TcExprEntry *entry, TcNode *const *nodes, size_t n, TcVal *args)
{
  for (size_t i = 0; i < n; i++)
    {
      if (nodes[i] == NULL && entry->args[i].fallback != NULL)
        args[i] = tc_literal_value (entry->args[i].fallback);
      if (!check_arg (self, entry, &entry->args[i], &args[i], nodes[i] != NULL))
        return FALSE;
    }
  return TRUE;
}

static void
clear_args (TcVal *args, size_t n)
{
  for (size_t i = 0; i < n; i++)
    tc_val_clear (&args[i]);
}

/* `default` and `defined` look at an input that may not exist. */
static gboolean
catches_undefined (const TcCallable *callable)
{
  return strcmp (callable->entry.name, "default") == 0 || strcmp (callable->entry.name, "defined") == 0;
}

static gboolean
eval_input (TcRender *self, const TcNode *node, TcVal *input)
{
  if (tc_render_eval (self, node->children[0], input))
    return TRUE;
  if (self->failure.code != TC_EXPR_ERROR_UNDEFINED || !catches_undefined (node->callable))
    return FALSE;
  tc_render_forgive (self);
  return TRUE;
}

static gboolean
call_filter (TcRender *self, const TcNode *node, TcVal *result)
{
  const TcCallable *callable = node->callable;
  g_auto (TcVal)    input = TC_VAL_INIT;
  TcVal             args[MAX_ARGS] = { TC_VAL_INIT };
  size_t            n = MIN (node->n - 1, MAX_ARGS);
  gboolean          ok;

  if (!eval_input (self, node, &input))
    return FALSE;
  ok = eval_args (self, node->children + 1, n, args);
  if (ok && (input.type != TC_VAL_NULL || (callable->entry.flags & TC_EXPR_NULL_IS_NULL) == 0))
    ok = complete_args (self, &callable->entry, node->children + 1, n, args) && callable->filter (self, &input, args, result);
  clear_args (args, n);
  if (ok && node->type == TC_NODE_TEST && node->op == TC_OP_NOT_TEST)
    *result = tc_val_bool (!result->b);
  return ok;
}

static gboolean
call_function (TcRender *self, const TcNode *node, TcVal *result)
{
  const TcCallable *callable = node->callable;
  g_autofree TcVal *args = g_new0 (TcVal, node->n + 1);
  gboolean          ok = eval_args (self, node->children, node->n, args);

  if (ok && (callable->entry.flags & TC_EXPR_VARIADIC) == 0)
    ok = complete_args (self, &callable->entry, node->children, node->n, args);
  ok = ok && callable->function (self, args, node->n, result);
  clear_args (args, node->n);
  return ok;
}

/* A macro sees its arguments and nothing else. */
static gboolean
call_macro (TcRender *self, const TcNode *node, TcVal *result)
{
  const TcMacro    *macro = node->macro;
  g_autofree TcVal *args = g_new0 (TcVal, node->n + 1);
  guint             floor = self->floor;
  gboolean          isolated = self->isolated;
  TcLoop           *loop = self->loop;
  gboolean          ok = eval_args (self, node->children, node->n, args);

  if (ok && self->calls >= TC_EXPR_LIMIT_CALLS)
    ok = tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "Macros call each other more than %d deep (TC_EXPR_LIMIT_CALLS)",
                              TC_EXPR_LIMIT_CALLS);
  self->calls++;
  self->floor = self->locals->len;
  self->isolated = TRUE;
  self->loop = NULL;
  tc_render_push_frame (self);
  for (size_t i = 0; ok && i < macro->n; i++)
    {
      if (node->children[i] == NULL && macro->fallbacks[i] != NULL)
        ok = tc_render_eval (self, macro->fallbacks[i], &args[i]);
      if (ok)
        tc_render_declare (self, macro->parameters[i], tc_val_steal (&args[i]));
    }
  ok = ok && tc_render_capture (self, macro->body, result);
  tc_render_pop_frame (self);
  self->floor = floor;
  self->isolated = isolated;
  self->loop = loop;
  self->calls--;
  clear_args (args, node->n);
  if (ok)
    result->type = TC_VAL_SAFE;
  return ok;
}

gboolean
tc_render_call (TcRender *self, const TcNode *node, TcVal *result)
{
  if (node->problem != NULL)
    return tc_render_fail (self, "%s", node->problem);
  if (node->type == TC_NODE_MACRO_CALL)
    return call_macro (self, node, result);
  return node->type == TC_NODE_FUNCTION ? call_function (self, node, result) : call_filter (self, node, result);
}
