/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile or careless template may not do: each limit ends it with an error that names the limit. */
#include "config.h"

#include <string.h>

#include "tc-limits.h"
#include "tc-template.h"

static void
fails_with (const char *source, const char *limit)
{
  g_autoptr (TcValue)    context = tc_value_map_of ("a", tc_value_string ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), NULL);
  g_autoptr (TcTemplate) template = tc_template_compile (source, strlen (source), NULL, NULL, NULL, NULL);
  g_autoptr (TcValue)    value = NULL;
  g_autoptr (GError)     error = NULL;
  TcScope scope;

  tc_scope_init_for_values (&scope, context);
  value = tc_template_render (template, &scope, &error);
  if (value != NULL)
    g_error ("%.80s gave a value", source);
  if (strstr (error->message, limit) == NULL)
    g_error ("%.80s: %s", source, error->message);
}

static void
test_steps (void)
{
  fails_with ("{% for a in 1..5000 %}{% for b in 1..5000 %}{% endfor %}{% endfor %}", "TC_LIMIT_TEMPLATE_STEPS");
  fails_with ("{{ range(0, 9223372036854775807) }}", "TC_LIMIT_TEMPLATE_STEPS");
  fails_with ("{{ range(-9223372036854775807, 9223372036854775807) }}", "TC_LIMIT_TEMPLATE_STEPS");
}

static void
test_bytes (void)
{
  fails_with ("{% set s = 'aaaaaaaaaaaaaaaa' %}{% for i in 1..60 %}{% set s = s ~ s %}{% endfor %}", "TC_LIMIT_TEMPLATE_BYTES");
  fails_with ("{{ 'a\n' | indent(9223372036854775807) }}", "TC_LIMIT_TEMPLATE_BYTES");
  fails_with ("{{ 'a\n' | indent(100000000) }}", "TC_LIMIT_TEMPLATE_BYTES");
  fails_with ("{% set l = [1] %}{% for i in 1..60 %}{% set l = l + l %}{% endfor %}", "TC_LIMIT_TEMPLATE_");
  fails_with ("{% set s = 'aa' %}{% for i in 1..40 %}{% set s = s | replace({'a': 'aa'}) %}{% endfor %}", "TC_LIMIT_TEMPLATE_BYTES");
}

static void
test_depth (void)
{
  g_autoptr (GString) parens = g_string_new ("{{ ");
  g_autoptr (GString) tags = g_string_new (NULL);
  g_autoptr (GString) filters = g_string_new ("{{ 1");

  for (int i = 0; i < 10000; i++)
    {
      g_string_append_c (parens, '(');
      g_string_append (tags, "{% if true %}");
      g_string_append (filters, " | toJson");
    }
  g_string_append (filters, " }}");
  g_string_append (parens, "1");
  for (int i = 0; i < 10000; i++)
    g_string_append_c (parens, ')');
  g_string_append (parens, " }}");
  fails_with (parens->str, "TC_EXPR_LIMIT_NESTING");
  fails_with (tags->str, "TC_EXPR_LIMIT_NESTING");
  fails_with (filters->str, "TC_EXPR_LIMIT_NESTING");
  fails_with ("{% set a = [] %}{% for i in 1..1000 %}{% set a = [a] %}{% endfor %}{{ a }}", "TC_LIMIT_DEPTH");
  fails_with ("{% set a = {} %}{% for i in 1..1000 %}{% set a = {'k': a} %}{% endfor %}{{ a }}", "TC_LIMIT_DEPTH");
  fails_with ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "TC_EXPR_LIMIT_CALLS");
  fails_with ("{% set x = '{{ render(x) }}' %}{{ render(x) }}", "TC_EXPR_LIMIT_CALLS");
}

static void
test_backtracking (void)
{
  fails_with ("{{ a | regexMatch('^(a+)+$') }}", "TC_EXPR_LIMIT_BACKTRACKS");
  fails_with ("{{ a | regexReplace('(a|aa)+$', 'b') }}", "TC_EXPR_LIMIT_BACKTRACKS");
  fails_with ("{{ a | split('(a|aa)+$') }}", "TC_EXPR_LIMIT_BACKTRACKS");
  fails_with ("{{ a | regexMatch('(*LIMIT_MATCH=4000000000)^(a+)+$') }}", "");
}

static void
test_numbers (void)
{
  g_autoptr (GString) digits = g_string_new ("{{ '");

  for (int i = 0; i < 20000; i++)
    g_string_append_c (digits, '9');
  g_string_append (digits, "' | number }}");
  fails_with (digits->str, "TC_EXPR_LIMIT_DIGITS");
  fails_with ("{{ ('1E9999' | number('BIGDECIMAL')) + ('1E-9999' | number('BIGDECIMAL')) }}", "TC_EXPR_LIMIT_DIGITS");
  fails_with ("{{ '2024-01-01' | dateAdd(999999999, 'MILLENNIA') }}", "TC_EXPR_LIMIT_YEAR");
}

static void
test_jq (void)
{
  fails_with ("{{ 1 | jq('repeat(.)') }}", "TC_");
  fails_with ("{{ 1 | jq('range(infinite)') }}", "TC_");
}

static void
test_cancel (void)
{
  const char               *source = "{% for i in 1..100000 %}{{ i }}{% endfor %}";
  g_autoptr (GCancellable)  cancellable = g_cancellable_new ();
  g_autoptr (TcTemplate)    template = tc_template_compile (source, strlen (source), NULL, NULL, NULL, NULL);
  g_autoptr (GError)        error = NULL;
  TcScope scope;

  tc_scope_init (&scope);
  scope.cancellable = cancellable;
  g_cancellable_cancel (cancellable);
  g_assert_null (tc_template_render (template, &scope, &error));
  g_assert_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_CALL);
}

/* Time grows with the size of the template and of the output, not with its square. */
static void
test_linear (void)
{
  int64_t took[2] = { 0, 0 };

  for (int round = 0; round < 2; round++)
    {
      g_autoptr (GString)    source = g_string_new (NULL);
      g_autoptr (TcValue)    context = tc_value_map_of ("x", tc_value_int (1), NULL);
      g_autoptr (TcTemplate) template = NULL;
      g_autoptr (TcValue)    value = NULL;
      int64_t                start;
      TcScope                scope;

      for (int i = 0; i < 5000 * (round == 0 ? 1 : 8); i++)
        g_string_append (source, "text {{ x }} {% raw %}r{% endraw %}{# c #}\n");
      start = g_get_monotonic_time ();
      template = tc_template_compile (source->str, source->len, NULL, NULL, NULL, NULL);
      tc_scope_init_for_values (&scope, context);
      value = tc_template_render (template, &scope, NULL);
      g_assert_nonnull (value);
      took[round] = g_get_monotonic_time () - start;
    }
  /* Eight times the work; the square would be 64 times. */
  g_assert_cmpint (took[1], <, took[0] * 30 + 20000);
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/limits/steps", test_steps);
  g_test_add_func ("/expr/limits/bytes", test_bytes);
  g_test_add_func ("/expr/limits/depth", test_depth);
  g_test_add_func ("/expr/limits/backtracking", test_backtracking);
  g_test_add_func ("/expr/limits/numbers", test_numbers);
  g_test_add_func ("/expr/limits/jq", test_jq);
  g_test_add_func ("/expr/limits/cancel", test_cancel);
  g_test_add_func ("/expr/limits/linear", test_linear);
  failed = g_test_run ();
  tc_expr_thread_end ();
  return failed;
}
