/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "tc-json.h"
#include "tc-template.h"

static TcTemplate *
compile (const char *source)
{
  return tc_template_compile (source, strlen (source), NULL, NULL, NULL, NULL);
}

static TcValue *
context_of (const char *json)
{
  TcValue *value = tc_json_read (json, strlen (json), NULL);

  g_assert_nonnull (value);
  return value;
}

static char *
render (const char *source, const char *json, GError **error)
{
  g_autoptr (TcValue)    context = context_of (json);
  g_autoptr (TcTemplate) template = compile (source);
  g_autoptr (TcValue)    value = NULL;
  TcScope scope;

  tc_scope_init_for_values (&scope, context);
  value = tc_template_render (template, &scope, error);
  return value != NULL ? g_strdup (tc_value_get_text (value)) : NULL;
}

static void
test_literal (void)
{
  g_autoptr (TcTemplate) plain = compile ("no braces } here, and { one");
  g_autoptr (TcTemplate) dynamic = compile ("a{{ 1 }}");
  g_autoptr (TcTemplate) comment = compile ("a{# #}");
  g_autoptr (TcValue)    first = NULL;
  g_autoptr (TcValue)    second = NULL;
  TcScope scope;

  tc_scope_init (&scope);
  g_assert_true (tc_template_is_literal (plain));
  g_assert_false (tc_template_is_literal (dynamic));
  g_assert_false (tc_template_is_literal (comment));
  first = tc_template_render (plain, &scope, NULL);
  second = tc_template_render (plain, &scope, NULL);
  g_assert_true (first == second);
  g_assert_cmpstr (tc_template_source (plain), ==, "no braces } here, and { one");
}

static void
test_uses (void)
{
  g_autoptr (TcTemplate) outputs = compile ("{{ outputs.a.b }} {% for i in inputs.l %}{{ i }}{% endfor %}");
  g_autoptr (TcTemplate) all = compile ("{{ render('x') }}");
  g_autoptr (TcTemplate) plain = compile ("outputs");

  g_assert_true (tc_template_uses (outputs, "outputs"));
  g_assert_true (tc_template_uses (outputs, "inputs"));
  g_assert_false (tc_template_uses (outputs, "vars"));
  g_assert_true (tc_template_uses (all, "vars"));
  g_assert_false (tc_template_uses (plain, "outputs"));
}

static void
test_typed (void)
{
  g_autoptr (TcValue)    context = context_of ("{\"l\": [1, 2], \"m\": {\"a\": null}}");
  g_autoptr (TcTemplate) list = compile ("{{ l }}");
  g_autoptr (TcTemplate) number = compile ("{{ l[1] + 1 }}");
  g_autoptr (TcTemplate) text = compile ("{{ l[0] }}-");
  g_autoptr (TcValue)    a = NULL;
  g_autoptr (TcValue)    b = NULL;
  g_autoptr (TcValue)    c = NULL;
  TcScope scope;

  tc_scope_init_for_values (&scope, context);
  a = tc_template_render_typed (list, &scope, NULL);
  g_assert_true (a == tc_value_get (context, "l"));
  b = tc_template_render_typed (number, &scope, NULL);
  g_assert_cmpint (tc_value_get_int (b), ==, 3);
  c = tc_template_render_typed (text, &scope, NULL);
  g_assert_cmpstr (tc_value_get_text (c), ==, "1-");
}

/* The context itself never changes, whatever a template does to its lists. */
static void
test_immutable_context (void)
{
  g_autoptr (TcValue)    context = context_of ("{\"l\": [2, 1]}");
  g_autoptr (TcTemplate) template = compile ("{{ l | sort }}{{ l }}{% set b = l + 3 %}{{ l }}");
  TcScope scope;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (TcValue) value = NULL;
      g_autofree char    *json = NULL;

      tc_scope_init_for_values (&scope, context);
      value = tc_template_render (template, &scope, NULL);
      g_assert_cmpstr (tc_value_get_text (value), ==, "[1,2][1,2][1,2,3]");
      json = tc_json_to_text (context);
      g_assert_cmpstr (json, ==, "{\"l\":[2,1]}");
    }
}

typedef struct { uint32_t line, column; } Base;

static TcSpan
locate (gconstpointer data, size_t offset, size_t length)
{
  const Base *base = data;

  return (TcSpan) { offset, length, base->line, base->column + offset };
}

static const TcDiagnostic *
only (GPtrArray *diagnostics)
{
  g_assert_cmpuint (diagnostics->len, ==, 1);
  return g_ptr_array_index (diagnostics, 0);
}

static void
test_diagnostics (void)
{
  static const struct { const char *source, *code, *message; uint32_t column; } cases[] = {
    { "ab {{ x | uper }}", "expression.unknown-name", "Did you mean “upper”?", 10 + 10 },
    { "{{ secrets('a') }}", "expression.unknown-name", "Did you mean “secret”?", 10 + 3 },
    { "{{ x is evn }}", "expression.unknown-name", "Test [evn] does not exist", 10 + 8 },
    { "{{ x | abbreviate(1, 2) }}", "expression.argument", "position 2", 10 + 7 },
    { "{{ x | jq }}", "expression.argument", "expression", 10 + 7 },
    { "{{ x", "expression.syntax", "PRINT_END", 10 + 4 },
    { "{% if x %}", "expression.syntax", "endif", 10 + 10 },
  };
  Base base = { 7, 10 };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray)  diagnostics = tc_diagnostics_new ();
      g_autoptr (TcTemplate) template = tc_template_compile (cases[i].source, strlen (cases[i].source), locate, &base, "tasks[0].x",
                                                             diagnostics);
      const TcDiagnostic    *diagnostic = only (diagnostics);

      g_assert_nonnull (template);
      g_assert_cmpstr (diagnostic->code, ==, cases[i].code);
      g_assert_nonnull (strstr (diagnostic->message, cases[i].message));
      g_assert_cmpuint (diagnostic->span.line, ==, 7);
      g_assert_cmpuint (diagnostic->span.column, ==, cases[i].column);
      g_assert_cmpstr (diagnostic->path, ==, "tasks[0].x");
      g_assert_cmpint (diagnostic->severity, ==, TC_SEVERITY_WARNING);
    }
}

static void
test_error_place (void)
{
  const char            *source = "head {{ 1 }}\n{{ outputs.extrct }}";
  Base                   base = { 3, 1 };
  g_autoptr (TcValue)    context = context_of ("{\"outputs\": {\"extract\": 1, \"load\": 2}}");
  g_autoptr (TcTemplate) template = tc_template_compile (source, strlen (source), locate, &base, NULL, NULL);
  g_autoptr (GError)     error = NULL;
  TcScope scope;
  TcSpan  span;

  tc_scope_init_for_values (&scope, context);
  g_assert_null (tc_template_render (template, &scope, &error));
  g_assert_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_UNDEFINED);
  g_assert_nonnull (strstr (error->message, "Unable to find `extrct`"));
  g_assert_nonnull (strstr (error->message, "at line 2, column 12: no such output; there are: extract, load"));
  g_assert_nonnull (strstr (error->message, "Did you mean “extract”?"));
  g_assert_true (tc_expr_error_get_span (error, &span));
  g_assert_cmpuint (span.offset, ==, strstr (source, "extrct") - source);
  g_assert_cmpuint (span.length, ==, 6);
}

static void
test_error_codes (void)
{
  static const struct { const char *source; int code; } cases[] = {
    { "{{ x y }}", TC_EXPR_ERROR_SYNTAX }, { "{{ nope }}", TC_EXPR_ERROR_UNDEFINED }, { "{{ 1 | md5 }}", TC_EXPR_ERROR_VALUE },
    { "{{ kv('a') }}", TC_EXPR_ERROR_CALL }, { "{{ 1..100000000 }}", TC_EXPR_ERROR_LIMIT }, { "{{ null + 1 }}", TC_EXPR_ERROR_VALUE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (render (cases[i].source, "{}", &error));
      g_assert_error (error, TC_EXPR_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, "line 1"));
    }
}

/* A long template is not repeated whole in its errors. */
static void
test_long_source (void)
{
  g_autoptr (GString) source = g_string_new (NULL);
  g_autoptr (GError)  error = NULL;

  for (int i = 0; i < 10000; i++)
    g_string_append (source, "é text ");
  g_string_append (source, "{{ nope }}");
  g_assert_null (render (source->str, "{}", &error));
  g_assert_nonnull (strstr (error->message, "{{ nope }}"));
  g_assert_cmpuint (strlen (error->message), <, 1000);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static TcValue *
answer (TcScope *scope, const char *name, const TcValue *args, GError **error)
{
  const char *key = tc_value_get_str (args, "key");

  if (strcmp (name, "kv") == 0 && strcmp (key, "there") == 0)
    return tc_value_int (5);
  if (strcmp (name, "kv") == 0 && strcmp (key, "broken") == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the store is closed");
  return NULL;
}

static void
test_calls (void)
{
  static const struct { const char *source, *result; } cases[] = {
    { "{{ kv('there') + 1 }}", "6" }, { "{{ kv('gone', errorOnMissing=false) ?? 'd' }}", "d" },
    { "{{ kv('gone') ?? 'd' }}", NULL }, { "{{ kv('broken') }}", NULL }, { "{{ secret('x') ?? 'd' }}", NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcTemplate) template = compile (cases[i].source);
      g_autoptr (TcValue)    value = NULL;
      g_autoptr (GError)     error = NULL;
      TcScope scope;

      tc_scope_init (&scope);
      scope.call = answer;
      value = tc_template_render (template, &scope, &error);
      if (cases[i].result != NULL)
        g_assert_cmpstr (tc_value_get_text (value), ==, cases[i].result);
      else
        g_assert_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_CALL);
    }
}

static int64_t
fixed_now (gpointer data)
{
  return G_GINT64_CONSTANT (1709647629123456);
}

/* Clock, zone and chance come from the scope alone. */
static void
test_scope (void)
{
  g_autoptr (TcTemplate) template = compile ("{{ now() }} {{ uuid() }}");
  TcClock                clock = { fixed_now, NULL };
  g_autofree char       *first = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (TcValue) value = NULL;
      TcScope             scope;

      tc_scope_init (&scope);
      scope.clock = &clock;
      scope.zone = "Europe/Paris";
      scope.random_seed = 42;
      value = tc_template_render (template, &scope, NULL);
      g_assert_true (g_str_has_prefix (tc_value_get_text (value), "2024-03-05T15:07:09.123456+01:00 "));
      if (first == NULL)
        first = g_strdup (tc_value_get_text (value));
      else
        g_assert_cmpstr (first, ==, tc_value_get_text (value));
      g_assert_cmpuint (scope.random_seed, !=, 42);
    }
}

static gpointer
render_often (gpointer data)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (TcValue) context = context_of ("{\"a\": {\"b\": [1, 2, 3]}}");
      g_autoptr (TcValue) value = NULL;
      TcScope             scope;

      tc_scope_init_for_values (&scope, context);
      value = tc_template_render (data, &scope, NULL);
      g_assert_cmpstr (tc_value_get_text (value), ==, "1-2-3 [3,2,1] [6]");
    }
  tc_expr_thread_end ();
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (TcTemplate) template = compile ("{{ a.b | join('-') }} {{ a.b | reverse }} {{ a.b | jq('add') }}");
  GThread *threads[4];

  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("render", render_often, template);
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_truthy (void)
{
  static const char *const falses[] = { "false", "0", "-0", "", " " };
  static const char *const trues[] = { "true", "False", "no", "null", "0.0", "1" };

  for (size_t i = 0; i < G_N_ELEMENTS (falses); i++)
    {
      g_autoptr (TcValue) text = tc_value_string (falses[i]);

      g_assert_false (tc_expr_is_truthy (text));
    }
  for (size_t i = 0; i < G_N_ELEMENTS (trues); i++)
    {
      g_autoptr (TcValue) text = tc_value_string (trues[i]);

      g_assert_true (tc_expr_is_truthy (text));
    }
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/template/literal", test_literal);
  g_test_add_func ("/expr/template/uses", test_uses);
  g_test_add_func ("/expr/template/typed", test_typed);
  g_test_add_func ("/expr/template/immutable-context", test_immutable_context);
  g_test_add_func ("/expr/template/diagnostics", test_diagnostics);
  g_test_add_func ("/expr/template/error-place", test_error_place);
  g_test_add_func ("/expr/template/error-codes", test_error_codes);
  g_test_add_func ("/expr/template/long-source", test_long_source);
  g_test_add_func ("/expr/template/calls", test_calls);
  g_test_add_func ("/expr/template/scope", test_scope);
  g_test_add_func ("/expr/template/threads", test_threads);
  g_test_add_func ("/expr/template/truthy", test_truthy);
  failed = g_test_run ();
  tc_expr_thread_end ();
  return failed;
}
