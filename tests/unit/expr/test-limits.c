/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile or careless template may not do: each limit ends it with an error that names the limit. */
#include "config.h"

#include <string.h>
#include <time.h>

#include "tc-expr-jq-runner.h"
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

/* Runs @program for a moment. Which limit ends one that takes both time and memory depends on the machine: never its own end. */
static TcJqVerdict
run_jq (const char *program, int milliseconds)
{
  jv                  input = jv_array_append (jv_array_append (jv_array (), jv_number (1)), jv_number (0));
  g_autoptr (TcJqJob) job = tc_jq_job_run (program, input, 100000, 1 << 20, milliseconds, NULL);

  return job->verdict;
}

static gpointer
endless_jq (gpointer program)
{
  fails_with (program, "TC_EXPR_LIMIT_JQ_");
  return NULL;
}

/* Programs without an end, most of which give nothing; the last one is a single operation, which cannot be halted. */
static void
run_out_of_time (void)
{
  static const char *const programs[] = {
    "range(1; 1e18) | empty", "def f: f; f", "last(range(1e18))", "limit(1; repeat(1) | empty)", "reduce range(1e18) as $i (0; .)",
    "[range(1e3)] as $l | $l[] | $l[] | $l[] | $l[] | $l[] | empty", "try (def f: f; f) catch 1",
    /* Halted between two results of a path expression: libjq must not notice. */
    "[[[1]]] | paths | range(1e18) | empty", "{a: [[1]]} | .. |= last(range(1e18))", "{a: [1]} | .a[] |= last(range(1e18))",
    "def f: reduce range(31) as $i (1; [., .]); f == f",
  };
  for (size_t i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      TcJqVerdict verdict = run_jq (programs[i], 100);

      if (verdict != TC_JQ_TIME)
        g_error ("%s: verdict %d", programs[i], verdict);
      /* The next program is not harmed. */
      g_assert_cmpint (run_jq (". + 1", 60000), ==, TC_JQ_DONE);
    }
}

/* Programs that take all memory, or unfold to it. */
static void
run_out_of_memory (void)
{
  static const char *const programs[] = {
    "def f: [f]; f", "def f: 1 + f; f", "[limit(1e12; repeat(1))] | length", "reduce range(1e9) as $i (0; [.])",
    "reduce range(40) as $i (\"xx\"; . + .) | length", "\"x\" * 6e7 | [limit(100; repeat(.))] | add",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      TcJqVerdict verdict = run_jq (programs[i], 300);

      if (verdict != TC_JQ_BYTES && verdict != TC_JQ_TIME)
        g_error ("%s: verdict %d", programs[i], verdict);
    }
  /* Hundreds of times deeper than a result may be: libjq frees it by recursion. */
  run_jq ("reduce range(300000) as $i (0; [.]) | 1", 2000);
  g_assert_cmpint (run_jq ("reduce range(60) as $i (1; [., .]) | tojson", 60000), ==, TC_JQ_BYTES);
  g_assert_cmpint (run_jq ("reduce range(40) as $i ([]; [., .])", 60000), ==, TC_JQ_BUDGET);
  g_assert_cmpint (run_jq ("repeat(.)", 60000), ==, TC_JQ_BUDGET);
  g_assert_cmpint (run_jq ("[[[1]]] | paths | repeat(.)", 60000), ==, TC_JQ_BUDGET);
  g_assert_cmpint (run_jq ("error(reduce range(60) as $i (1; [., .]))", 60000), ==, TC_JQ_RAISED);
  g_assert_cmpint (run_jq ("range(infinite)", 60000), ==, TC_JQ_BUDGET);
}

/* The filter's own limit is seconds long: the others run meanwhile. */
static void
test_jq (void)
{
  GThread *whole = g_thread_new ("jq", endless_jq, (gpointer) "{{ 1 | jq('def f: f; f') }}");

  run_out_of_time ();
  run_out_of_memory ();
  g_thread_join (whole);
}

/* What libjq would do in a single operation without end or beyond its bounds is refused. */
static void
test_jq_operations (void)
{
  fails_with ("{{ 1 | jq('\"x\" * 1e9') }}", "64 MB");
  fails_with ("{{ 1 | jq('null | .[2000000000] = 1') }}", "index");
  fails_with ("{{ 1 | jq('null | .[2000000000] |= 1') }}", "index");
  fails_with ("{{ 1 | jq('null | setpath([2000000000]; 1)') }}", "index");
  fails_with ("{{ 1 | jq('fromstream([[2000000000], 1], [[2000000000]])') }}", "index");
  fails_with ("{{ 1 | jq('halt') }}", "halted");
  fails_with ("{{ 1 | jq('try halt_error catch error') }}", "halted");
}

/* Threads that are left to a long operation are few; when they are done, programs run again. */
static void
test_jq_left (void)
{
  static const char program[] = "def f: reduce range(25) as $i (1; [., .]); f == f";
  TcJqVerdict verdict = TC_JQ_TIME;
  int         n = 0;

  for (; verdict == TC_JQ_TIME && n <= TC_EXPR_LIMIT_JQ_LEFT; n++)
    verdict = run_jq (program, 500);
  g_assert_cmpint (verdict, ==, TC_JQ_LEFT);
  fails_with ("{{ 1 | jq('.') }}", "TC_EXPR_LIMIT_JQ_LEFT");
  for (int waited = 0; (verdict = run_jq (". + 1", 60000)) == TC_JQ_LEFT && waited < 3000; waited++)
    g_usleep (100000);
  g_assert_cmpint (verdict, ==, TC_JQ_DONE);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (100000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_jq_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TcValue)      nothing = tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue)      value = NULL;
  g_autoptr (GError)       error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64   start = g_get_monotonic_time ();
  TcScope  scope;

  tc_scope_init_for_values (&scope, nothing);
  scope.cancellable = cancellable;
  value = tc_expr_render_text ("{{ 1 | jq('def f: f; f') }}", &scope, &error);
  g_assert_null (value);
  g_assert_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_CALL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
  g_thread_join (thread);
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

/* Of this thread: the machine may have other things to do. */
static int64_t
cpu_time_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
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
      start = cpu_time_us ();
      template = tc_template_compile (source->str, source->len, NULL, NULL, NULL, NULL);
      tc_scope_init_for_values (&scope, context);
      value = tc_template_render (template, &scope, NULL);
      g_assert_nonnull (value);
      took[round] = cpu_time_us () - start;
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
  g_test_add_func ("/expr/limits/jq-operations", test_jq_operations);
  g_test_add_func ("/expr/limits/jq-cancel", test_jq_cancel);
  g_test_add_func ("/expr/limits/jq-left", test_jq_left);
  g_test_add_func ("/expr/limits/cancel", test_cancel);
  g_test_add_func ("/expr/limits/linear", test_linear);
  failed = g_test_run ();
  tc_expr_thread_end ();
  return failed;
}
