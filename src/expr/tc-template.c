/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-parser.h"
#include "tc-expr-render.h"

#include <string.h>

#include "tc-limits.h"

#define RENDER_ROUNDS 100     /* Kestra's bound on recursive rendering */

static void
node_free (gpointer data)
{
  TcNode *node = data;

  if (node->type == TC_NODE_LITERAL || node->type == TC_NODE_TEXT)
    tc_val_clear (&node->value);
  g_free (node->children);
  g_free (node);
}

static gboolean
has_delimiter (const char *source, size_t length)
{
  const char *end = source + length;

  for (const char *p = memchr (source, '{', length); p != NULL && p + 1 < end; p = memchr (p + 1, '{', end - p - 1))
    if (p[1] == '{' || p[1] == '%' || p[1] == '#')
      return TRUE;
  return FALSE;
}

static void
report_problem (TcParser *parser)
{
  TcTemplate *template = parser->template;

  template->root = NULL;
  if (parser->diagnostics != NULL)
    tc_diagnostics_add (parser->diagnostics, TC_SEVERITY_WARNING, "expression.syntax",
                        tc_parser_span (parser, template->problem_offset, 1), parser->path, NULL, "%s", template->problem);
}

/* Where each `{{` stands in the file, so that an error at render time can say so. */
static void
locate_parts (TcParser *parser)
{
  TcTemplate *template = parser->template;
  GArray     *spans = g_array_new (FALSE, FALSE, sizeof (TcSpan));
  GArray     *starts = g_array_new (FALSE, FALSE, sizeof (size_t));

  for (const TcToken *token = parser->tokens; token->type != TC_TOKEN_EOF; token++)
    if (token->type == TC_TOKEN_PRINT_START || token->type == TC_TOKEN_EXECUTE_START)
      {
        TcSpan span = parser->locate (parser->data, token->offset, token->length);

        g_array_append_val (spans, span);
        g_array_append_val (starts, token->offset);
      }
  template->n_spans = spans->len;
  template->spans = (TcSpan *) (gpointer) g_array_free (spans, FALSE);
  template->starts = (size_t *) (gpointer) g_array_free (starts, FALSE);
}

void
tc_parser_run (TcTemplate *self, const char *source, size_t length, TcLocate locate, gconstpointer data, const char *path,
               GPtrArray *diagnostics)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new ();
  TcLexer  lexer = { NULL, NULL, 0 };
  TcParser parser = { .template = self, .source = source, .length = length, .locate = locate, .data = data, .path = path,
                      .calls = calls, .diagnostics = diagnostics };

  tc_lexer_run (&lexer, source, length);
  parser.tokens = (const TcToken *) (gpointer) lexer.tokens->data;
  if (lexer.problem != NULL)
    tc_parser_fail (&parser, lexer.problem_offset, "%s", lexer.problem);
  else
    self->root = tc_parse_body (&parser, NULL, NULL, NULL);
  if (self->problem == NULL)
    tc_bind_functions (&parser);
  if (self->problem != NULL)
    report_problem (&parser);
  if (locate != NULL)
    locate_parts (&parser);
  for (guint i = 1; i < calls->len; i += 2)
    g_ptr_array_unref (g_ptr_array_index (calls, i));
  tc_lexer_clear (&lexer);
}

TcTemplate *
tc_template_compile (const char *source, size_t length, TcLocate locate, gconstpointer data, const char *path,
                     GPtrArray *diagnostics)
{
  TcTemplate *self = g_new0 (TcTemplate, 1);

  g_atomic_ref_count_init (&self->refs);
  self->source = tc_value_string_len (source, length);
  source = tc_value_get_string (self->source, &length);
  if (!has_delimiter (source, length))
    {
      self->literal = tc_value_ref (self->source);
      return self;
    }
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->macros = g_ptr_array_new ();
  self->blocks = g_ptr_array_new ();
  self->roots = g_hash_table_new (g_str_hash, g_str_equal);
  self->strings = g_string_chunk_new (256);
  tc_parser_run (self, source, length, locate, data, path, diagnostics);
  return self;
}

TcTemplate *
tc_template_ref (TcTemplate *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tc_template_unref (TcTemplate *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_clear_pointer (&self->macros, g_ptr_array_unref);
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  g_clear_pointer (&self->roots, g_hash_table_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_free (self->problem);
  g_free (self->spans);
  g_free (self->starts);
  tc_value_unref (self->literal);
  tc_value_unref (self->source);
  g_free (self);
}

gboolean
tc_template_is_literal (const TcTemplate *self)
{
  return self->literal != NULL;
}

gboolean
tc_template_uses (const TcTemplate *self, const char *root)
{
  return self->literal == NULL && (self->reads_all || g_hash_table_contains (self->roots, root));
}

const char *
tc_template_source (const TcTemplate *self)
{
  return tc_value_get_text (self->source);
}

/* Rendering. */

static void
render_init (TcRender *self, const TcTemplate *template, TcScope *scope)
{
  *self = (TcRender) { .template = template, .scope = scope };
  self->failure.code = -1;
  self->locals = g_array_new (FALSE, FALSE, sizeof (TcLocal));
  self->frames = g_array_new (FALSE, FALSE, sizeof (guint));
  tc_render_push_frame (self);
}

static void
render_clear (TcRender *self)
{
  while (self->frames->len > 0)
    tc_render_pop_frame (self);
  g_array_unref (self->locals);
  g_array_unref (self->frames);
  g_clear_pointer (&self->called, g_ptr_array_unref);
  g_clear_pointer (&self->replaced, g_hash_table_unref);
  tc_render_forgive (self);
}

/* Raw markers that a value brought along vanish too: Kestra strips them from the final text. */
static void
strip_raw (GString *text)
{
  g_autoptr (GString) out = NULL;
  size_t   at = 0, body, body_end, end;

  if (strstr (text->str, "endraw") == NULL)
    return;
  out = g_string_sized_new (text->len);
  while (at < text->len)
    {
      const char *next = memchr (text->str + at, '{', text->len - at);
      size_t      brace = next != NULL ? (size_t) (next - text->str) : text->len;

      g_string_append_len (out, text->str + at, brace - at);
      at = brace;
      if (brace < text->len && tc_raw_block (text->str, text->len, brace, &body, &body_end, &end))
        {
          g_string_append_len (out, text->str + body, body_end - body);
          at = end;
        }
      else if (brace < text->len)
        {
          g_string_append_c (out, '{');
          at++;
        }
    }
  g_string_assign (text, out->str);
}

static gboolean
run_text (TcRender *self, GString *out)
{
  self->out = out;
  if (self->template->problem != NULL)
    {
      g_autoptr (GError) error = tc_template_problem (self->template);

      return tc_render_fail_code (self, TC_EXPR_ERROR_SYNTAX, "%s", error->message);
    }
  return tc_render_run (self, self->template->root);
}

TcValue *
tc_template_render (const TcTemplate *self, TcScope *scope, GError **error)
{
  g_autoptr (GString) out = NULL;
  TcRender            render;
  TcValue            *result = NULL;

  if (self->literal != NULL)
    return tc_value_ref (self->literal);
  if (self->problem != NULL)
    {
      g_propagate_error (error, tc_template_problem (self));
      return NULL;
    }
  out = g_string_new (NULL);
  render_init (&render, self, scope);
  if (run_text (&render, out))
    {
      strip_raw (out);
      result = tc_value_string_len (out->str, out->len);
    }
  else
    g_propagate_error (error, tc_render_error (&render));
  render_clear (&render);
  return result;
}

/* Several parts become one text; lists and maps cannot. */
static TcValue *
join_parts (TcRender *self, GArray *parts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      const TcVal *part = &g_array_index (parts, TcVal, i);

      if (part->type >= TC_VAL_LIST)
        {
          tc_render_fail (self, "Cannot concat %s with other parts", tc_val_class_name (part));
          return NULL;
        }
      tc_val_print (part, text);
    }
  return tc_value_string_len (text->str, text->len);
}

static TcValue *
typed_result (TcRender *self, GArray *parts)
{
  TcValue *value;

  if (parts->len == 0)
    return tc_value_null ();
  if (parts->len > 1)
    return join_parts (self, parts);
  value = tc_val_freeze (&g_array_index (parts, TcVal, 0));
  if (value == NULL)
    tc_render_too_deep (self);
  return value;
}

TcValue *
tc_template_render_typed (const TcTemplate *self, TcScope *scope, GError **error)
{
  g_autoptr (GArray) parts = NULL;
  TcRender           render;
  TcValue           *result = NULL;

  if (self->literal != NULL)
    return tc_value_ref (self->literal);
  if (self->problem != NULL)
    {
      g_propagate_error (error, tc_template_problem (self));
      return NULL;
    }
  parts = g_array_new (FALSE, FALSE, sizeof (TcVal));
  render_init (&render, self, scope);
  render.parts = parts;
  if (tc_render_run (&render, self->root))
    result = typed_result (&render, parts);
  if (result == NULL)
    g_propagate_error (error, tc_render_error (&render));
  for (guint i = 0; i < parts->len; i++)
    tc_val_clear (&g_array_index (parts, TcVal, i));
  render_clear (&render);
  return result;
}

/* One more pass over @source with the variables of @outer. */
static gboolean
render_once (TcRender *outer, const char *source, size_t length, gboolean keep_raw, GString *out)
{
  g_autoptr (TcTemplate) template = tc_template_compile (source, length, NULL, NULL, NULL, NULL);
  TcRender               render = *outer;
  gboolean               ok;

  if (template->literal != NULL)
    {
      g_string_append_len (out, source, length);
      return tc_render_bytes (outer, length);
    }
  render.template = template;
  render.failure = (TcFailure) { .code = -1 };
  render.inner = TRUE;
  render.keep_raw = keep_raw;
  tc_render_push_frame (&render);
  ok = run_text (&render, out);
  tc_render_pop_frame (&render);
  if (!ok)
    {
      g_autoptr (GError) error = tc_render_error (&render);

      tc_render_fail_code (outer, render.failure.code == TC_EXPR_ERROR_LIMIT ? TC_EXPR_ERROR_LIMIT : TC_EXPR_ERROR_VALUE, "%s",
                           error->message);
      tc_render_forgive (&render);
    }
  outer->replaced = render.replaced;
  outer->called = render.called;
  return ok;
}

static gboolean
render_rounds (TcRender *self, GString *text)
{
  for (int round = 0; round < RENDER_ROUNDS; round++)
    {
      g_autoptr (GString) next = g_string_new (NULL);
      gboolean            same;

      if (!render_once (self, text->str, text->len, TRUE, next))
        return FALSE;
      same = g_string_equal (text, next);
      g_string_assign (text, next->str);
      if (same)
        return TRUE;
    }
  return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "Too many rendering attempts: the text still changes after %d rounds",
                              RENDER_ROUNDS);
}

gboolean
tc_render_text_again (TcRender *self, const char *source, size_t length, gboolean recursive, TcVal *result)
{
  g_autoptr (GString) text = NULL;
  gboolean            ok;

  if (self->calls >= TC_EXPR_LIMIT_CALLS)
    return tc_render_fail_code (self, TC_EXPR_ERROR_LIMIT, "render() calls itself more than %d deep (TC_EXPR_LIMIT_CALLS)",
                                TC_EXPR_LIMIT_CALLS);
  self->calls++;
  text = g_string_new_len (recursive ? source : NULL, recursive ? (gssize) length : 0);
  ok = recursive ? render_rounds (self, text) : render_once (self, source, length, FALSE, text);
  self->calls--;
  if (!ok)
    return FALSE;
  strip_raw (text);
  return tc_render_string (self, g_steal_pointer (&text), result);
}

TcValue *
tc_template_render_recursive (const TcTemplate *self, TcScope *scope, GError **error)
{
  size_t      length;
  const char *source = tc_value_get_string (self->source, &length);
  TcRender    render;
  TcVal       text = TC_VAL_INIT;
  TcValue    *result = NULL;

  if (self->literal != NULL)
    return tc_value_ref (self->literal);
  render_init (&render, self, scope);
  if (tc_render_text_again (&render, source, length, TRUE, &text))
    result = tc_val_freeze (&text);
  else
    g_propagate_error (error, tc_render_error (&render));
  tc_val_clear (&text);
  render_clear (&render);
  return result;
}

TcValue *
tc_expr_render_text (const char *source, TcScope *scope, GError **error)
{
  g_autoptr (TcTemplate) template = tc_template_compile (source, strlen (source), NULL, NULL, NULL, NULL);

  return tc_template_render (template, scope, error);
}

/* Kestra's TruthUtils: only these texts and null are false. */
gboolean
tc_expr_is_truthy (const TcValue *rendered)
{
  static const char *const falses[] = { "false", "0", "-0", "", NULL };
  g_autofree char *bare = NULL;

  switch (tc_value_kind (rendered))
    {
    case TC_VALUE_NULL:
      return FALSE;
    case TC_VALUE_BOOL:
      return tc_value_get_bool (rendered);
    case TC_VALUE_INT:
      return tc_value_get_int (rendered) != 0;
    case TC_VALUE_STRING:
      bare = g_strstrip (g_strdup (tc_value_get_text (rendered)));
      return !g_strv_contains (falses, bare);
    default:
      return TRUE;
    }
}

/* Scopes. */

void
tc_scope_init (TcScope *scope)
{
  *scope = (TcScope) { .clock = tc_clock_system (), .steps_left = TC_LIMIT_TEMPLATE_STEPS, .bytes_left = TC_LIMIT_TEMPLATE_BYTES };
  scope->random_seed = (uint64_t) g_random_int () << 32 | g_random_int ();
}

static const TcValue *
context_variable (TcScope *scope, const char *name, GError **error)
{
  return tc_value_get (scope->self, name);
}

static const char **
context_names (TcScope *scope)
{
  size_t       n = tc_value_length (scope->self);
  const char **names = g_new0 (const char *, n + 1);

  for (size_t i = 0; i < n; i++)
    names[i] = tc_value_key (scope->self, i);
  return names;
}

void
tc_scope_init_for_values (TcScope *scope, const TcValue *context)
{
  tc_scope_init (scope);
  scope->variable = context_variable;
  scope->names = context_names;
  scope->self = (gpointer) context;
}
