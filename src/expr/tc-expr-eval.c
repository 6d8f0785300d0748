/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks the tree: values of expressions, and the text that tags print. */
#include "config.h"
#include "tc-expr-render.h"

#include <string.h>

gboolean
tc_render_truth (TcRender *self, const TcVal *value, gboolean *truth)
{
  switch ((TcValType) value->type)
    {
    case TC_VAL_BOOL:
      *truth = value->b;
      return TRUE;
    case TC_VAL_INT:
    case TC_VAL_LONG:
    case TC_VAL_FLOAT:
    case TC_VAL_DOUBLE:
    case TC_VAL_BIG_INT:
    case TC_VAL_BIG_DEC:
      {
        double number = tc_val_number (value);

        *truth = number != 0 && number == number;
        return TRUE;
      }
    case TC_VAL_STRING:
    case TC_VAL_SAFE:
      *truth = tc_value_length (value->value) > 0;
      return TRUE;
    default:
      return tc_render_fail (self, "ClassCastException: class %s cannot be cast to class java.lang.Boolean",
                             tc_val_class_name (value));
    }
}

static gboolean
eval_list (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) list = tc_val_container (TC_VAL_LIST, node->n);

  for (uint32_t i = 0; i < node->n; i++)
    {
      TcVal item = TC_VAL_INIT;

      if (!tc_render_eval (self, node->children[i], &item))
        return FALSE;
      if (!tc_val_append (&list, item))
        return tc_render_too_deep (self);
    }
  *result = tc_val_steal (&list);
  return TRUE;
}

static gboolean
eval_map (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) map = tc_val_container (TC_VAL_MAP, node->n / 2);

  for (uint32_t i = 0; i < node->n; i += 2)
    {
      g_auto (TcVal) key = TC_VAL_INIT;
      TcVal          item = TC_VAL_INIT;

      if (!tc_render_eval (self, node->children[i], &key) || !tc_render_eval (self, node->children[i + 1], &item))
        return FALSE;
      if (key.type >= TC_VAL_LIST)
        {
          tc_val_clear (&item);
          return tc_render_fail (self, "The key of a map has to be a text, a number or a boolean");
        }
      if (!tc_val_put (&map, tc_val_steal (&key), item))
        return tc_render_too_deep (self);
    }
  /* Pebble makes room for all without growing. */
  tc_val_hash_order (&map, (node->n / 2 * 4 + 2) / 3);
  *result = tc_val_steal (&map);
  return TRUE;
}

static gboolean
eval_concat (TcRender *self, const TcNode *node, TcVal *result)
{
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < node->n; i++)
    {
      g_auto (TcVal) part = TC_VAL_INIT;

      if (!tc_render_eval (self, node->children[i], &part))
        {
          g_string_free (text, TRUE);
          return FALSE;
        }
      if (part.type != TC_VAL_NULL)
        tc_val_to_java (&part, text);
    }
  return tc_render_string (self, text, result);
}

static gboolean
eval_ternary (TcRender *self, const TcNode *node, TcVal *result)
{
  g_auto (TcVal) condition = TC_VAL_INIT;
  gboolean       truth = FALSE;

  if (!tc_render_eval (self, node->children[0], &condition))
    return FALSE;
  if (condition.type != TC_VAL_NULL && !tc_render_truth (self, &condition, &truth))
    return FALSE;
  return tc_render_eval (self, node->children[truth ? 1 : 2], result);
}

static void
apply_replaced (TcRender *self, TcVal *value)
{
  TcVal *kept;

  if (value->type != TC_VAL_LIST || value->own || (kept = g_hash_table_lookup (self->replaced, value->value)) == NULL)
    return;
  tc_val_clear (value);
  *value = tc_val_ref (kept);
}

static gboolean
eval_name (TcRender *self, const TcNode *node, TcVal *result)
{
  gboolean found;

  if (!tc_render_name (self, node->name, result, &found))
    return FALSE;
  return found || tc_render_undefined (self, node->name, NULL, NULL);
}

static gboolean
eval (TcRender *self, const TcNode *node, TcVal *result)
{
  switch ((TcNodeType) node->type)
    {
    case TC_NODE_LITERAL:
      *result = tc_val_ref (&node->value);
      return TRUE;
    case TC_NODE_NAME:
      return eval_name (self, node, result);
    case TC_NODE_ATTRIBUTE:
      return tc_render_attribute (self, node, result);
    case TC_NODE_METHOD:
      return tc_render_method (self, node, result);
    case TC_NODE_FUNCTION:
    case TC_NODE_MACRO_CALL:
    case TC_NODE_FILTER:
    case TC_NODE_TEST:
      return tc_render_call (self, node, result);
    case TC_NODE_UNARY:
    case TC_NODE_BINARY:
      return tc_render_operator (self, node, result);
    case TC_NODE_CONCAT:
      return eval_concat (self, node, result);
    case TC_NODE_TERNARY:
      return eval_ternary (self, node, result);
    case TC_NODE_LIST:
      return eval_list (self, node, result);
    case TC_NODE_MAP:
      return eval_map (self, node, result);
    case TC_NODE_CAPTURE:
      return tc_render_capture (self, node->children[0], result);
    case TC_NODE_TEXT:
    case TC_NODE_PRINT:
    case TC_NODE_IF:
    case TC_NODE_FOR:
    case TC_NODE_SET:
    case TC_NODE_BLOCK:
    case TC_NODE_SEQUENCE:
      break;
    }
  g_assert_not_reached ();
}

static gboolean
enter (TcRender *self)
{
  self->depth++;
  if (self->depth > TC_EXPR_LIMIT_STACK)
    return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "Expressions call each other more than %d deep (TC_EXPR_LIMIT_STACK)",
                                TC_EXPR_LIMIT_STACK);
  return tc_render_steps (self, 1);
}

/*
 * Most expressions are a path through maps of the context: `outputs.extract.rows`. It is followed without taking references.
 * NULL: something else; it is then evaluated in full.
 */
static const TcValue *
follow_path (TcRender *self, const TcNode *node)
{
  if (node->type == TC_NODE_NAME)
    return tc_render_peek (self, node->name);
  if (node->type == TC_NODE_ATTRIBUTE && node->children[1]->type == TC_NODE_LITERAL && node->children[1]->value.type == TC_VAL_STRING)
    {
      const TcValue *object = follow_path (self, node->children[0]);

      if (object != NULL && tc_value_is (object, TC_VALUE_MAP))
        return tc_value_get (object, tc_value_get_text (node->children[1]->value.value));
    }
  return NULL;
}

static const TcValue *
plain_path (TcRender *self, const TcNode *node)
{
  if ((node->type != TC_NODE_ATTRIBUTE && node->type != TC_NODE_NAME) || self->replaced != NULL || self->called != NULL)
    return NULL;
  return follow_path (self, node);
}

gboolean
tc_render_eval (TcRender *self, const TcNode *node, TcVal *result)
{
  const TcValue *plain = plain_path (self, node);
  gboolean       ok;

  if (plain != NULL && self->scope->steps_left > node->depth)
    {
      self->scope->steps_left -= node->depth;
      *result = tc_val_of (plain);
      return TRUE;
    }
  ok = enter (self) && eval (self, node, result);

  self->depth--;
  if (ok)
    {
      if (self->replaced != NULL)
        apply_replaced (self, result);
      return TRUE;
    }
  tc_val_clear (result);
  if (!self->failure.placed)
    {
      self->failure.placed = TRUE;
      self->failure.offset = node->offset;
      self->failure.length = node->length;
    }
  return FALSE;
}

/* Tags and text. */

static gboolean
put (TcRender *self, const TcVal *value)
{
  size_t before;

  if (self->out == NULL)
    {
      g_array_append_val (self->parts, *value);
      return TRUE;
    }
  before = self->out->len;
  tc_val_print (value, self->out);
  return tc_render_bytes (self, self->out->len - before);
}

static gboolean
put_raw (TcRender *self, const TcNode *node)
{
  g_string_append_printf (self->out, "{%% raw %%}%s{%% endraw %%}", tc_val_text (&node->value, NULL));
  return tc_render_bytes (self, node->length);
}

static gboolean
run_if (TcRender *self, const TcNode *node)
{
  for (uint32_t i = 0; i + 1 < node->n; i += 2)
    {
      g_auto (TcVal) condition = TC_VAL_INIT;
      gboolean       truth;

      if (!tc_render_eval (self, node->children[i], &condition)
          || (condition.type == TC_VAL_NULL && !tc_render_fail (self, "null value used in a condition"))
          || !tc_render_truth (self, &condition, &truth))
        {
          g_autoptr (GError) cause = NULL;

          if (self->failure.code == TC_EXPR_ERROR_LIMIT)
            return FALSE;
          cause = tc_render_error (self);
          return tc_render_fail (self, "Wrong operand(s) type in conditional expression: %s", cause->message);
        }
      if (truth)
        return tc_render_run (self, node->children[i + 1]);
    }
  return node->n % 2 == 0 || tc_render_run (self, node->children[node->n - 1]);
}

static TcVal
loop_item (const TcVal *list, size_t index)
{
  TcVal entry;

  if (list->type != TC_VAL_MAP)
    return tc_val_item (list, index);
  entry = tc_val_container (TC_VAL_ENTRY, 1);
  tc_val_put (&entry, tc_val_key (list, index), tc_val_item (list, index));
  return entry;
}

static gboolean
run_loop (TcRender *self, const TcNode *node, const TcVal *list)
{
  TcLoop   loop = { self->loop, 0, tc_val_length (list) };
  gboolean ok = TRUE;

  self->loop = &loop;
  tc_render_push_frame (self);
  for (loop.index = 0; ok && loop.index < loop.length && loop.index < tc_val_length (list); loop.index++)
    {
      TcVal item = loop_item (list, loop.index);

      if (self->replaced != NULL)
        apply_replaced (self, &item);
      tc_render_declare (self, node->name, item);
      ok = tc_render_steps (self, 1) && tc_render_run (self, node->children[1]);
    }
  tc_render_pop_frame (self);
  self->loop = loop.outer;
  return ok;
}

static gboolean
run_for (TcRender *self, const TcNode *node)
{
  g_auto (TcVal) list = TC_VAL_INIT;

  if (!tc_render_eval (self, node->children[0], &list))
    return FALSE;
  if (list.type == TC_VAL_NULL)
    return TRUE;
  if (!tc_val_is_sequence (&list) && list.type != TC_VAL_MAP)
    {
      g_autoptr (GString) text = tc_render_to_text (&list);

      return tc_render_fail (self, "Not an iterable object. Value = [%s]", text->str);
    }
  if (tc_val_length (&list) == 0)
    return node->n < 3 || tc_render_run (self, node->children[2]);
  return run_loop (self, node, &list);
}

static gboolean
run_set (TcRender *self, const TcNode *node)
{
  TcVal value = TC_VAL_INIT;

  if (!tc_render_eval (self, node->children[0], &value))
    return FALSE;
  tc_render_set (self, node->name, value);
  return TRUE;
}

static gboolean
run_block (TcRender *self, const TcNode *node)
{
  const TcNode *last = node;
  gboolean      ok;

  for (guint i = 0; i < self->template->blocks->len; i++)
    {
      const TcNode *block = g_ptr_array_index (self->template->blocks, i);

      if (strcmp (block->name, node->name) == 0)
        last = block;
    }
  if (self->calls >= TC_EXPR_LIMIT_CALLS)
    return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "Blocks call each other more than %d deep (TC_EXPR_LIMIT_CALLS)",
                                TC_EXPR_LIMIT_CALLS);
  self->calls++;
  ok = tc_render_run (self, last->children[0]);
  self->calls--;
  return ok;
}

static gboolean
run_print (TcRender *self, const TcNode *node)
{
  TcVal value = TC_VAL_INIT;

  if (node->type == TC_NODE_TEXT)
    value = tc_val_ref (&node->value);
  else if (!tc_render_eval (self, node->children[0], &value))
    return FALSE;
  if (!put (self, &value))
    {
      tc_val_clear (&value);
      return FALSE;
    }
  if (self->out != NULL)
    tc_val_clear (&value);
  return TRUE;
}

static gboolean
run (TcRender *self, const TcNode *node)
{
  const TcValue *plain;

  switch ((TcNodeType) node->type)
    {
    case TC_NODE_TEXT:
      if (node->op && self->keep_raw)
        return put_raw (self, node);
      return self->out != NULL ? put (self, &node->value) : run_print (self, node);
    case TC_NODE_PRINT:
      plain = self->out != NULL ? plain_path (self, node->children[0]) : NULL;
      if (plain != NULL)
        {
          TcVal value = tc_val_borrow (plain);

          return put (self, &value);
        }
      return run_print (self, node);
    case TC_NODE_IF:
      return run_if (self, node);
    case TC_NODE_FOR:
      return run_for (self, node);
    case TC_NODE_SET:
      return run_set (self, node);
    case TC_NODE_BLOCK:
      return run_block (self, node);
    default:
      for (uint32_t i = 0; i < node->n; i++)
        if (!tc_render_run (self, node->children[i]))
          return FALSE;
      return TRUE;
    }
}

gboolean
tc_render_run (TcRender *self, const TcNode *node)
{
  gboolean ok = enter (self) && run (self, node);

  self->depth--;
  if (ok)
    return TRUE;
  if (!self->failure.placed)
    {
      self->failure.placed = TRUE;
      self->failure.offset = node->offset;
      self->failure.length = node->length;
    }
  return FALSE;
}

gboolean
tc_render_capture (TcRender *self, const TcNode *body, TcVal *result)
{
  GString *outer = self->out, *text = g_string_new (NULL);
  gboolean ok;

  self->out = text;
  ok = tc_render_run (self, body);
  self->out = outer;
  if (ok)
    *result = tc_val_str_len (text->str, text->len);
  g_string_free (text, TRUE);
  return ok;
}
