/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tags that Kestra leaves of Pebble's: if, for, set, macro, block, filter; raw and verbatim end in the lexer. */
#include "config.h"
#include "tc-expr-parser.h"

#include <string.h>

typedef TcNode *(*TagFunc) (TcParser *self, size_t offset);

static gboolean
end_tag (TcParser *self)
{
  return tc_parser_expect (self, TC_TOKEN_EXECUTE_END, NULL) != NULL;
}

static TcNode *
parse_if (TcParser *self, size_t offset)
{
  static const char *const stops[] = { "elseif", "else", "endif", NULL };
  static const char *const last[] = { "endif", NULL };
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  const char *stopped = "elseif";
  TcNode     *body;

  while (strcmp (stopped, "elseif") == 0)
    {
      TcNode *condition = tc_parse_expression (self, 0);

      if (condition == NULL || !end_tag (self) || (body = tc_parse_body (self, "endif", stops, &stopped)) == NULL)
        return NULL;
      g_ptr_array_add (parts, condition);
      g_ptr_array_add (parts, body);
    }
  if (strcmp (stopped, "else") == 0)
    {
      if (!end_tag (self) || (body = tc_parse_body (self, "endif", last, &stopped)) == NULL)
        return NULL;
      g_ptr_array_add (parts, body);
    }
  if (!end_tag (self))
    return NULL;
  return tc_parser_node (self, TC_NODE_IF, offset, (TcNode **) parts->pdata, parts->len);
}

static TcNode *
parse_for (TcParser *self, size_t offset)
{
  static const char *const stops[] = { "else", "endfor", NULL };
  static const char *const last[] = { "endfor", NULL };
  const TcToken *name = tc_parser_expect (self, TC_TOKEN_NAME, NULL);
  const char    *stopped = NULL;
  TcNode        *parts[3] = { NULL, NULL, NULL }, *node;

  if (name == NULL || tc_parser_expect (self, TC_TOKEN_NAME, "in") == NULL || (parts[0] = tc_parse_expression (self, 0)) == NULL)
    return NULL;
  if (!end_tag (self) || (parts[1] = tc_parse_body (self, "endfor", stops, &stopped)) == NULL)
    return NULL;
  if (strcmp (stopped, "else") == 0 && (!end_tag (self) || (parts[2] = tc_parse_body (self, "endfor", last, &stopped)) == NULL))
    return NULL;
  if (!end_tag (self))
    return NULL;
  node = tc_parser_node (self, TC_NODE_FOR, offset, parts, parts[2] != NULL ? 3 : 2);
  if (node != NULL)
    node->name = tc_parser_text (self, name);
  return node;
}

static TcNode *
parse_set (TcParser *self, size_t offset)
{
  static const char *const reserved[] = { "true", "false", "null", "none", NULL };
  const TcToken *name = tc_parser_expect (self, TC_TOKEN_NAME, NULL);
  const char    *text;
  TcNode        *value, *node;

  if (name == NULL)
    return NULL;
  text = tc_parser_text (self, name);
  if (g_strv_contains (reserved, text))
    return tc_parser_fail (self, name->offset, "Can not assign a value to %s", text);
  if (tc_parser_expect (self, TC_TOKEN_PUNCTUATION, "=") == NULL || (value = tc_parse_expression (self, 0)) == NULL
      || !end_tag (self))
    return NULL;
  node = tc_parser_node (self, TC_NODE_SET, offset, &value, 1);
  if (node != NULL)
    node->name = text;
  return node;
}

static void
macro_free (gpointer data)
{
  TcMacro *macro = data;

  g_free (macro->parameters);
  g_free (macro->fallbacks);
  g_free (macro);
}

static gboolean
parse_parameters (TcParser *self, GPtrArray *names, GPtrArray *fallbacks)
{
  if (tc_parser_expect (self, TC_TOKEN_PUNCTUATION, "(") == NULL)
    return FALSE;
  while (!tc_parser_accept (self, TC_TOKEN_PUNCTUATION, ")"))
    {
      const TcToken *name;
      TcNode        *fallback = NULL;

      if (names->len > 0 && tc_parser_expect (self, TC_TOKEN_PUNCTUATION, ",") == NULL)
        return FALSE;
      name = tc_parser_expect (self, TC_TOKEN_NAME, NULL);
      if (name == NULL)
        return FALSE;
      if (tc_parser_accept (self, TC_TOKEN_PUNCTUATION, "=") && (fallback = tc_parse_expression (self, 0)) == NULL)
        return FALSE;
      g_ptr_array_add (names, (gpointer) tc_parser_text (self, name));
      g_ptr_array_add (fallbacks, fallback);
    }
  return TRUE;
}

static TcNode *
parse_macro (TcParser *self, size_t offset)
{
  static const char *const stops[] = { "endmacro", NULL };
  const TcToken *name = tc_parser_expect (self, TC_TOKEN_NAME, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) fallbacks = g_ptr_array_new ();
  const char    *text, *stopped;
  TcMacro       *macro;
  TcNode        *body;

  if (name == NULL || !parse_parameters (self, names, fallbacks) || !end_tag (self)
      || (body = tc_parse_body (self, "endmacro", stops, &stopped)) == NULL)
    return NULL;
  tc_parser_accept (self, TC_TOKEN_NAME, NULL);
  if (!end_tag (self))
    return NULL;
  text = tc_parser_text (self, name);
  for (guint i = 0; i < self->template->macros->len; i++)
    if (strcmp (((TcMacro *) g_ptr_array_index (self->template->macros, i))->name, text) == 0)
      return tc_parser_fail (self, name->offset, "More than one macro can not share the same name: %s", text);
  macro = g_new0 (TcMacro, 1);
  macro->name = text;
  macro->n = names->len;
  macro->parameters = g_memdup2 (names->pdata, names->len * sizeof (gpointer));
  macro->fallbacks = g_memdup2 (fallbacks->pdata, fallbacks->len * sizeof (gpointer));
  macro->body = body;
  if (self->template->macros->len == 0)
    g_ptr_array_set_free_func (self->template->macros, macro_free);
  g_ptr_array_add (self->template->macros, macro);
  return tc_parser_node (self, TC_NODE_SEQUENCE, offset, NULL, 0);
}

static TcNode *
parse_block (TcParser *self, size_t offset)
{
  static const char *const stops[] = { "endblock", NULL };
  const TcToken *name = tc_parser_peek (self);
  const char    *stopped;
  TcNode        *body, *node;

  if (!tc_parser_accept (self, TC_TOKEN_STRING, NULL) && tc_parser_expect (self, TC_TOKEN_NAME, NULL) == NULL)
    return NULL;
  if (!end_tag (self) || (body = tc_parse_body (self, "endblock", stops, &stopped)) == NULL)
    return NULL;
  if (!tc_parser_accept (self, TC_TOKEN_STRING, NULL))
    tc_parser_accept (self, TC_TOKEN_NAME, NULL);
  if (!end_tag (self))
    return NULL;
  node = tc_parser_node (self, TC_NODE_BLOCK, offset, &body, 1);
  if (node != NULL)
    {
      node->name = tc_parser_text (self, name);
      g_ptr_array_add (self->template->blocks, node);
    }
  return node;
}

static TcNode *
parse_filter (TcParser *self, size_t offset)
{
  static const char *const stops[] = { "endfilter", NULL };
  TcNode     *body = tc_parser_node (self, TC_NODE_SEQUENCE, offset, NULL, 0);
  TcNode     *capture = tc_parser_node (self, TC_NODE_CAPTURE, offset, &body, 1);
  TcNode     *chain = tc_parse_filters (self, capture);
  const char *stopped;

  if (chain == NULL || !end_tag (self) || (body = tc_parse_body (self, "endfilter", stops, &stopped)) == NULL || !end_tag (self))
    return NULL;
  capture->children[0] = body;
  chain->depth = MAX (chain->depth, body->depth + (chain->depth - capture->depth) + 1);
  return tc_parser_node (self, TC_NODE_PRINT, offset, &chain, 1);
}

static TcNode *
parse_tag (TcParser *self, const TcToken *name)
{
  static const struct { const char *name; TagFunc parse; } tags[] = {
    { "if", parse_if }, { "for", parse_for }, { "set", parse_set }, { "macro", parse_macro }, { "block", parse_block },
    { "filter", parse_filter },
  };
  const char *text = tc_parser_text (self, name);

  for (size_t i = 0; i < G_N_ELEMENTS (tags); i++)
    if (strcmp (text, tags[i].name) == 0)
      return tags[i].parse (self, name->offset);
  return tc_parser_fail (self, name->offset, "Unexpected tag name \"%s\"", text);
}

static TcNode *
parse_print (TcParser *self, size_t offset)
{
  TcNode *value = tc_parse_expression (self, 0);

  if (value == NULL || tc_parser_expect (self, TC_TOKEN_PRINT_END, NULL) == NULL)
    return NULL;
  return tc_parser_node (self, TC_NODE_PRINT, offset, &value, 1);
}

static TcNode *
parse_text (TcParser *self, const TcToken *token)
{
  TcNode *node = tc_parser_node (self, TC_NODE_TEXT, token->offset, NULL, 0);

  node->value = tc_val_str_len (self->source + token->offset, token->length);
  node->op = token->more;
  return node;
}

/* Text, prints and tags up to one of @stops; the stop's name is consumed, its closing delimiter is not. */
TcNode *
tc_parse_body (TcParser *self, const char *tag, const char *const *stops, const char **stopped)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  size_t   offset = tc_parser_peek (self)->offset;

  if (++self->level > TC_EXPR_LIMIT_NESTING)
    return tc_parser_fail (self, offset, "Tags are nested deeper than %d levels (TC_EXPR_LIMIT_NESTING)", TC_EXPR_LIMIT_NESTING);
  for (;;)
    {
      const TcToken *token = &self->tokens[self->at++];
      TcNode        *part = NULL;

      if (token->type == TC_TOKEN_TEXT)
        part = parse_text (self, token);
      else if (token->type == TC_TOKEN_PRINT_START)
        part = parse_print (self, token->offset);
      else if (token->type == TC_TOKEN_EXECUTE_START)
        {
          const TcToken *name = &self->tokens[self->at++];

          if (name->type != TC_TOKEN_NAME)
            return tc_parser_fail (self, token->offset, "A block must start with a tag name.");
          if (stops != NULL && g_strv_contains (stops, tc_parser_text (self, name)))
            {
              *stopped = tc_parser_text (self, name);
              break;
            }
          part = parse_tag (self, name);
        }
      else if (tag != NULL)
        return tc_parser_fail (self, token->offset,
                               "Unexpected end of template. Pebble was looking for the \"%s\" tag", tag);
      else
        {
          self->at--;
          break;
        }
      if (part == NULL)
        return NULL;
      g_ptr_array_add (parts, part);
    }
  self->level--;
  return tc_parser_node (self, TC_NODE_SEQUENCE, offset, (TcNode **) parts->pdata, parts->len);
}
