/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-parser.h"

#include <errno.h>
#include <string.h>

typedef struct
{
  const char *text;
  int         precedence;
  TcOp        op;
} Binary;

static const Binary binaries[] = {
  { "or", 10, TC_OP_OR }, { "and", 15, TC_OP_AND }, { "is", 20, TC_OP_TEST }, { "is not", 20, TC_OP_NOT_TEST },
  { "contains", 20, TC_OP_CONTAINS }, { "==", 30, TC_OP_EQUAL }, { "equals", 30, TC_OP_EQUAL }, { "!=", 30, TC_OP_NOT_EQUAL },
  { ">", 30, TC_OP_GREATER }, { ">=", 30, TC_OP_GREATER_EQUAL }, { "<", 30, TC_OP_LESS }, { "<=", 30, TC_OP_LESS_EQUAL },
  { "+", 40, TC_OP_ADD }, { "-", 40, TC_OP_SUBTRACT }, { "*", 60, TC_OP_MULTIPLY }, { "/", 60, TC_OP_DIVIDE },
  { "%", 60, TC_OP_MODULUS }, { "|", 100, TC_OP_FILTER }, { "~", 110, TC_OP_CONCAT }, { "..", 120, TC_OP_RANGE },
  { "??", 120, TC_OP_COALESCE }, { "???", 120, TC_OP_UNDEFINED_COALESCE }, { "isIn", 120, TC_OP_IN },
};
#define UNARY_PRECEDENCE 500

const TcToken *
tc_parser_peek (const TcParser *self)
{
  return &self->tokens[self->at];
}

static gboolean
token_is (const TcParser *self, const TcToken *token, TcTokenType type, const char *text)
{
  return token->type == type
         && (text == NULL || (strlen (text) == token->length && memcmp (self->source + token->offset, text, token->length) == 0));
}

gboolean
tc_parser_is (const TcParser *self, TcTokenType type, const char *text)
{
  return token_is (self, tc_parser_peek (self), type, text);
}

gboolean
tc_parser_accept (TcParser *self, TcTokenType type, const char *text)
{
  if (!tc_parser_is (self, type, text))
    return FALSE;
  self->at++;
  return TRUE;
}

static gpointer
unexpected (TcParser *self, TcTokenType type, const char *text)
{
  const TcToken *token = tc_parser_peek (self);

  return tc_parser_fail (self, token->offset, "Unexpected token of value \"%.*s\" and type %s, expected token of type %s%s%s%s",
                         (int) MIN (token->length, 80), self->source + token->offset, tc_token_type_name (token->type),
                         tc_token_type_name (type), text ? " with value \"" : "", text ? text : "", text ? "\"" : "");
}

const TcToken *
tc_parser_expect (TcParser *self, TcTokenType type, const char *text)
{
  if (!tc_parser_is (self, type, text))
    return unexpected (self, type, text);
  return &self->tokens[self->at++];
}

const char *
tc_parser_text (TcParser *self, const TcToken *token)
{
  g_autofree char *text = NULL;

  if (token->text == NULL)
    text = g_strndup (self->source + token->offset, token->length);
  return g_string_chunk_insert_const (self->template->strings, token->text != NULL ? token->text : text);
}

TcSpan
tc_text_span (const char *source, size_t length, size_t offset, size_t n_bytes)
{
  TcSpan      span = { 0, 0, 1, 1 };
  const char *p = source, *end = source + MIN (offset, length);

  for (; p < end; p += g_utf8_skip[(guchar) *p])
    {
      span.offset++;
      span.column++;
      if (*p == '\n' || (*p == '\r' && (p + 1 == source + length || p[1] != '\n')))
        {
          span.line++;
          span.column = 1;
        }
    }
  for (end = source + MIN (offset + n_bytes, length); p < end; p += g_utf8_skip[(guchar) *p])
    span.length++;
  return span;
}

TcSpan
tc_parser_span (const TcParser *self, size_t offset, size_t length)
{
  if (self->locate != NULL)
    return self->locate (self->data, offset, length);
  return tc_text_span (self->source, self->length, offset, length);
}

gpointer
tc_parser_fail (TcParser *self, size_t offset, const char *format, ...)
{
  TcTemplate *template = self->template;
  va_list     args;
  g_autofree char *text = NULL;

  if (template->problem != NULL)
    return NULL;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  /* Quoted parts may have been cut inside a character. */
  template->problem = g_utf8_make_valid (text, -1);
  template->problem_offset = offset;
  return NULL;
}

TcNode *
tc_parser_node (TcParser *self, TcNodeType type, size_t offset, TcNode *const *children, size_t n)
{
  TcNode  *node = g_new0 (TcNode, 1);
  uint16_t depth = 0;

  node->type = type;
  node->offset = offset;
  node->length = self->at > 0 ? self->tokens[self->at - 1].offset + self->tokens[self->at - 1].length - offset : 0;
  node->n = n;
  if (n > 0)
    node->children = g_memdup2 (children, n * sizeof *children);
  for (size_t i = 0; i < n; i++)
    if (children[i] != NULL)
      depth = MAX (depth, children[i]->depth);
  node->depth = depth + 1;
  g_ptr_array_add (self->template->nodes, node);
  if (node->depth > TC_EXPR_LIMIT_NESTING)
    return tc_parser_fail (self, offset, "The expression is nested deeper than %d levels (TC_EXPR_LIMIT_NESTING)",
                           TC_EXPR_LIMIT_NESTING);
  return node;
}

static TcNode *
literal (TcParser *self, const TcToken *token, TcVal value)
{
  TcNode *node = tc_parser_node (self, TC_NODE_LITERAL, token->offset, NULL, 0);

  node->value = value;
  return node;
}

static TcNode *
parse_number (TcParser *self, const TcToken *token)
{
  const char *text = tc_parser_text (self, token);
  int64_t     value;

  if (token->type == TC_TOKEN_NUMBER && strchr (text, '.') != NULL)
    return literal (self, token, tc_val_double (g_ascii_strtod (text, NULL)));
  errno = 0;
  value = g_ascii_strtoll (text, NULL, 10);
  if (errno != 0)
    return tc_parser_fail (self, token->offset, "For input string: \"%s\"", text);
  return literal (self, token, tc_val_long (value));
}

/* Text parts and `#{ … }` parts of a string: several are joined, a single one keeps its type. */
static TcNode *
parse_string (TcParser *self)
{
  size_t     offset = tc_parser_peek (self)->offset;
  gboolean   more = TRUE;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  while (more)
    {
      const TcToken *token = &self->tokens[self->at++];
      TcNode        *part;

      if (token->type == TC_TOKEN_STRING)
        part = literal (self, token, tc_val_str (token->text));
      else
        {
          part = tc_parse_expression (self, 0);
          token = part != NULL ? tc_parser_expect (self, TC_TOKEN_INTERPOLATION_END, NULL) : NULL;
          if (token == NULL)
            return NULL;
        }
      more = token->more;
      g_ptr_array_add (parts, part);
    }
  if (parts->len == 1)
    return g_ptr_array_index (parts, 0);
  return tc_parser_node (self, TC_NODE_CONCAT, offset, (TcNode **) parts->pdata, parts->len);
}

static TcNode *
parse_items (TcParser *self, TcNodeType type, const char *closing)
{
  size_t     offset = self->tokens[self->at - 1].offset;
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  if (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, closing))
    return tc_parser_node (self, type, offset, NULL, 0);
  do
    {
      g_ptr_array_add (items, tc_parse_expression (self, 0));
      if (type == TC_NODE_MAP && self->template->problem == NULL && tc_parser_expect (self, TC_TOKEN_PUNCTUATION, ":"))
        g_ptr_array_add (items, tc_parse_expression (self, 0));
      if (self->template->problem != NULL)
        return NULL;
    }
  while (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, ","));
  if (tc_parser_expect (self, TC_TOKEN_PUNCTUATION, closing) == NULL)
    return NULL;
  return tc_parser_node (self, type, offset, (TcNode **) items->pdata, items->len);
}

static TcNode *
parse_method (TcParser *self, TcNode *object, const TcToken *name)
{
  TcCallArgs args;
  TcNode    *node = NULL;

  if (tc_parse_args (self, &args))
    {
      g_ptr_array_insert (args.nodes, 0, object);
      node = tc_parser_node (self, TC_NODE_METHOD, name->offset, (TcNode **) args.nodes->pdata, args.nodes->len);
      if (node != NULL)
        {
          node->name = tc_parser_text (self, name);
          for (guint i = 0; i < args.names->len; i++)
            if (g_ptr_array_index (args.names, i) != NULL)
              node->problem = "Can not use named arguments when calling a bean method";
        }
    }
  tc_call_args_clear (&args);
  return node;
}

static TcNode *
parse_postfix (TcParser *self, TcNode *node)
{
  while (node != NULL)
    {
      if (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, "."))
        {
          const TcToken *name = tc_parser_expect (self, TC_TOKEN_NAME, NULL);

          if (name == NULL)
            return NULL;
          if (tc_parser_is (self, TC_TOKEN_PUNCTUATION, "("))
            node = parse_method (self, node, name);
          else
            {
              TcNode *key = literal (self, name, tc_val_str (tc_parser_text (self, name)));

              node = tc_parser_node (self, TC_NODE_ATTRIBUTE, name->offset, (TcNode *[]) { node, key }, 2);
            }
        }
      else if (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, "["))
        {
          size_t  offset = tc_parser_peek (self)->offset;
          TcNode *key = tc_parse_expression (self, 0);

          if (key == NULL || tc_parser_expect (self, TC_TOKEN_PUNCTUATION, "]") == NULL)
            return NULL;
          node = tc_parser_node (self, TC_NODE_ATTRIBUTE, offset, (TcNode *[]) { node, key }, 2);
        }
      else
        break;
    }
  return node;
}

static TcNode *
parse_function (TcParser *self, const TcToken *name)
{
  TcCallArgs args;
  TcNode    *node = NULL;

  if (tc_parse_args (self, &args))
    {
      node = tc_parser_node (self, TC_NODE_FUNCTION, name->offset, (TcNode **) args.nodes->pdata, args.nodes->len);
      if (node != NULL)
        {
          node->name = tc_parser_text (self, name);
          node->length = name->length;
          g_ptr_array_add (self->calls, node);
          g_ptr_array_add (self->calls, g_steal_pointer (&args.names));
        }
    }
  tc_call_args_clear (&args);
  return node;
}

static TcNode *
parse_name (TcParser *self, const TcToken *token)
{
  static const struct { const char *name; TcVal value; } constants[] = {
    { "true", { .type = TC_VAL_BOOL, .b = TRUE } }, { "TRUE", { .type = TC_VAL_BOOL, .b = TRUE } },
    { "false", { .type = TC_VAL_BOOL } }, { "FALSE", { .type = TC_VAL_BOOL } }, { "null", TC_VAL_INIT }, { "NULL", TC_VAL_INIT },
    { "none", TC_VAL_INIT }, { "NONE", TC_VAL_INIT },
  };
  const char *name = tc_parser_text (self, token);
  TcNode     *node;

  for (size_t i = 0; i < G_N_ELEMENTS (constants); i++)
    if (strcmp (name, constants[i].name) == 0)
      return literal (self, token, constants[i].value);
  if (tc_parser_is (self, TC_TOKEN_PUNCTUATION, "("))
    return parse_function (self, token);
  g_hash_table_add (self->template->roots, (gpointer) name);
  node = tc_parser_node (self, TC_NODE_NAME, token->offset, NULL, 0);
  node->name = name;
  return node;
}

static TcNode *
parse_primary (TcParser *self)
{
  const TcToken *token = &self->tokens[self->at];
  TcNode        *node;

  if (token->type == TC_TOKEN_STRING || token->type == TC_TOKEN_INTERPOLATION_START)
    return parse_postfix (self, parse_string (self));
  self->at++;
  if (token->type == TC_TOKEN_NUMBER || token->type == TC_TOKEN_LONG)
    return parse_postfix (self, parse_number (self, token));
  if (token->type == TC_TOKEN_NAME)
    return parse_postfix (self, parse_name (self, token));
  if (token_is (self, token, TC_TOKEN_PUNCTUATION, "["))
    return parse_items (self, TC_NODE_LIST, "]");
  if (token_is (self, token, TC_TOKEN_PUNCTUATION, "{"))
    return parse_items (self, TC_NODE_MAP, "}");
  if (token_is (self, token, TC_TOKEN_PUNCTUATION, "("))
    {
      node = tc_parse_expression (self, 0);
      if (node == NULL || tc_parser_expect (self, TC_TOKEN_PUNCTUATION, ")") == NULL)
        return NULL;
      return parse_postfix (self, node);
    }
  self->at--;
  return tc_parser_fail (self, token->offset, "Unexpected token \"%s\" of value \"%.*s\"", tc_token_type_name (token->type),
                         (int) MIN (token->length, 80), self->source + token->offset);
}

static TcNode *
parse_operand (TcParser *self)
{
  static const struct { const char *text; TcOp op; } unaries[] = { { "not", TC_OP_NOT }, { "+", TC_OP_PLUS }, { "-", TC_OP_MINUS } };

  for (size_t i = 0; i < G_N_ELEMENTS (unaries); i++)
    if (tc_parser_is (self, TC_TOKEN_OPERATOR, unaries[i].text))
      {
        size_t  offset = self->tokens[self->at++].offset;
        TcNode *operand = tc_parse_expression (self, UNARY_PRECEDENCE);
        TcNode *node = operand != NULL ? tc_parser_node (self, TC_NODE_UNARY, offset, &operand, 1) : NULL;

        if (node != NULL)
          node->op = unaries[i].op;
        return node;
      }
  return parse_primary (self);
}

static const Binary *
binary_at (const TcParser *self, int min)
{
  if (tc_parser_peek (self)->type != TC_TOKEN_OPERATOR)
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (binaries); i++)
    if (tc_parser_is (self, TC_TOKEN_OPERATOR, binaries[i].text))
      return binaries[i].precedence >= min ? &binaries[i] : NULL;
  return NULL;
}

/* A chain of `~` is one node, so that its text is built once. */
static TcNode *
join (TcParser *self, TcNode *left, TcNode *right)
{
  if (left->type == TC_NODE_CONCAT && left->op == TC_OP_CONCAT && right->depth < TC_EXPR_LIMIT_NESTING)
    {
      left->children = g_renew (TcNode *, left->children, left->n + 1);
      left->children[left->n++] = right;
      left->depth = MAX (left->depth, right->depth + 1);
      return left;
    }
  left = tc_parser_node (self, TC_NODE_CONCAT, left->offset, (TcNode *[]) { left, right }, 2);
  if (left != NULL)
    left->op = TC_OP_CONCAT;
  return left;
}

static TcNode *
parse_call_after (TcParser *self, TcExprRole role, TcNode *input, gboolean negated)
{
  const TcToken *name = tc_parser_expect (self, TC_TOKEN_NAME, NULL);
  TcCallArgs     args = { NULL, NULL };
  TcNode        *node = NULL;

  if (name == NULL)
    return NULL;
  if (!tc_parser_is (self, TC_TOKEN_PUNCTUATION, "(") || tc_parse_args (self, &args))
    node = tc_bind_callable (self, role, input, name, &args);
  if (node != NULL && negated)
    node->op = TC_OP_NOT_TEST;
  tc_call_args_clear (&args);
  return node;
}

static TcNode *
parse_binary (TcParser *self, const Binary *binary, TcNode *left)
{
  size_t  offset = self->tokens[self->at++].offset;
  TcNode *right, *node;

  if (binary->op == TC_OP_FILTER)
    return parse_call_after (self, TC_EXPR_FILTER, left, FALSE);
  if (binary->op == TC_OP_TEST || binary->op == TC_OP_NOT_TEST)
    return parse_call_after (self, TC_EXPR_TEST, left, binary->op == TC_OP_NOT_TEST);
  right = tc_parse_expression (self, binary->precedence + 1);
  if (right == NULL)
    return NULL;
  if (binary->op == TC_OP_CONCAT)
    return join (self, left, right);
  node = tc_parser_node (self, TC_NODE_BINARY, offset, (TcNode *[]) { left, right }, 2);
  if (node != NULL)
    node->op = binary->op;
  return node;
}

static TcNode *
parse_ternary (TcParser *self, TcNode *condition)
{
  size_t  offset = self->tokens[self->at - 1].offset;
  TcNode *yes = tc_parse_expression (self, 0), *no = NULL;

  if (yes != NULL && tc_parser_expect (self, TC_TOKEN_PUNCTUATION, ":") != NULL)
    no = tc_parse_expression (self, 0);
  return no != NULL ? tc_parser_node (self, TC_NODE_TERNARY, offset, (TcNode *[]) { condition, yes, no }, 3) : NULL;
}

TcNode *
tc_parse_filters (TcParser *self, TcNode *input)
{
  do
    input = parse_call_after (self, TC_EXPR_FILTER, input, FALSE);
  while (input != NULL && tc_parser_accept (self, TC_TOKEN_OPERATOR, "|"));
  return input;
}

TcNode *
tc_parse_expression (TcParser *self, int min)
{
  const Binary *binary;
  TcNode       *node;

  if (++self->level > TC_EXPR_LIMIT_NESTING)
    node = tc_parser_fail (self, tc_parser_peek (self)->offset,
                           "The expression is nested deeper than %d levels (TC_EXPR_LIMIT_NESTING)", TC_EXPR_LIMIT_NESTING);
  else
    node = parse_operand (self);
  while (node != NULL && (binary = binary_at (self, min)) != NULL)
    node = parse_binary (self, binary, node);
  if (node != NULL && min == 0 && tc_parser_accept (self, TC_TOKEN_PUNCTUATION, "?"))
    node = parse_ternary (self, node);
  self->level--;
  return node;
}
