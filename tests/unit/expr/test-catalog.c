/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "tc-expr-catalog.h"
#include "tc-template.h"

static const TcExprRole roles[] = { TC_EXPR_FILTER, TC_EXPR_FUNCTION, TC_EXPR_TEST, TC_EXPR_TAG, TC_EXPR_OPERATOR };

/* Every example of the tables runs and prints what its row says; those that ask the engine only have to compile. */
static void
run_example (const TcExprEntry *entry)
{
  g_autoptr (GPtrArray)  diagnostics = tc_diagnostics_new ();
  g_autoptr (TcTemplate) template = NULL;
  g_autoptr (TcValue)    context = tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue)    value = NULL;
  g_autoptr (GError)     error = NULL;
  TcScope scope;

  template = tc_template_compile (entry->example, strlen (entry->example), NULL, NULL, NULL, diagnostics);
  if (diagnostics->len > 0)
    g_error ("%s: %s", entry->name, ((TcDiagnostic *) g_ptr_array_index (diagnostics, 0))->message);
  if (entry->flags & TC_EXPR_CALLS)
    return;
  tc_scope_init_for_values (&scope, context);
  value = tc_template_render (template, &scope, &error);
  g_assert_no_error (error);
  if (entry->result != NULL)
    g_assert_cmpstr (tc_value_get_text (value), ==, entry->result);
  else
    g_assert_true (entry->flags & TC_EXPR_VOLATILE);
}

static void
test_examples (void)
{
  for (size_t r = 0; r < G_N_ELEMENTS (roles); r++)
    {
      g_autofree const TcExprEntry **entries = NULL;
      size_t n;

      entries = tc_expr_catalog (roles[r], &n);
      g_assert_cmpuint (n, >, 5);
      for (size_t i = 0; i < n; i++)
        if (entries[i]->example != NULL)
          run_example (entries[i]);
    }
}

static void
test_documented (void)
{
  for (size_t r = 0; r < G_N_ELEMENTS (roles); r++)
    {
      g_autofree const TcExprEntry **entries = NULL;
      size_t n;

      entries = tc_expr_catalog (roles[r], &n);
      for (size_t i = 0; i < n; i++)
        {
          g_assert_nonnull (entries[i]->doc);
          g_assert_nonnull (strpbrk (entries[i]->doc + strlen (entries[i]->doc) - 1, ".?"));
          if (strcmp (entries[i]->name, "parent") != 0)
            g_assert_nonnull (entries[i]->example);
          for (size_t a = 0; a < tc_expr_args (entries[i]); a++)
            g_assert_nonnull (entries[i]->args[a].doc);
          if (i > 0)
            g_assert_cmpstr (entries[i - 1]->name, <, entries[i]->name);
        }
    }
}

/* The names that the specification lists, so that none gets lost. */
static void
test_complete (void)
{
  static const char *const filters[] = {
    "abbreviate", "abs", "base64encode", "base64decode", "capitalize", "chunk", "className", "date", "dateAdd", "default",
    "distinct", "endsWith", "startsWith", "escapeChar", "first", "last", "flatten", "indent", "nindent", "join", "jq", "json",
    "toJson", "keys", "length", "lower", "upper", "md5", "sha1", "sha256", "sha512", "merge", "number", "numberFormat",
    "regexMatch", "regexReplace", "regexExtract", "replace", "reverse", "rsort", "sort", "slice", "slugify", "split", "string",
    "substringBefore", "substringBeforeLast", "substringAfter", "substringAfterLast", "timestamp", "timestampMilli",
    "timestampMicro", "timestampNano", "title", "toIon", "trim", "urlencode", "urldecode", "values", "yaml",
  };
  static const char *const functions[] = {
    "now", "secret", "kv", "read", "fileURI", "fileSize", "fileExists", "isFileEmpty", "fromJson", "json", "fromIon", "yaml",
    "render", "renderOnce", "currentEachOutput", "iterationOutput", "parentOutput", "tasksWithState", "errorLogs", "encrypt",
    "decrypt", "uuid", "id", "ksuid", "nanoId", "randomInt", "randomPort", "max", "min", "range", "printContext", "fetchContext",
    "block", "parent", "http", "isWeekend", "dayOfWeek", "dayOfMonth", "monthOfYear", "hourOfDay", "isDayWeekInMonth",
    "isPublicHoliday",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (filters); i++)
    g_assert_nonnull (tc_expr_lookup (TC_EXPR_FILTER, filters[i]));
  for (size_t i = 0; i < G_N_ELEMENTS (functions); i++)
    g_assert_nonnull (tc_expr_lookup (TC_EXPR_FUNCTION, functions[i]));
  g_assert_null (tc_expr_lookup (TC_EXPR_FILTER, "now"));
  g_assert_null (tc_expr_lookup (TC_EXPR_FUNCTION, "upper"));
}

static void
test_signature (void)
{
  g_autofree char *range = tc_expr_signature (tc_expr_lookup (TC_EXPR_FUNCTION, "range"));
  g_autofree char *upper = tc_expr_signature (tc_expr_lookup (TC_EXPR_FILTER, "upper"));
  g_autofree char *max = tc_expr_signature (tc_expr_lookup (TC_EXPR_FUNCTION, "max"));
  g_autofree char *jq = tc_expr_signature (tc_expr_lookup (TC_EXPR_FILTER, "jq"));

  g_assert_cmpstr (range, ==, "range(start=null, end=null, increment=1)");
  g_assert_cmpstr (upper, ==, "upper");
  g_assert_cmpstr (max, ==, "max(…)");
  g_assert_cmpstr (jq, ==, "jq(expression)");
  g_assert_cmpstr (tc_expr_nearest (TC_EXPR_FILTER, "uper"), ==, "upper");
  g_assert_null (tc_expr_nearest (TC_EXPR_FILTER, "zzzzzzzzzz"));
}

static void
test_reference (void)
{
  g_autofree char *page = tc_expr_reference ();

  g_assert_nonnull (strstr (page, "### `dateAdd(amount, unit, format='iso'"));
  g_assert_nonnull (strstr (page, "### `for`"));
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr/catalog/examples", test_examples);
  g_test_add_func ("/expr/catalog/documented", test_documented);
  g_test_add_func ("/expr/catalog/complete", test_complete);
  g_test_add_func ("/expr/catalog/signature", test_signature);
  g_test_add_func ("/expr/catalog/reference", test_reference);
  failed = g_test_run ();
  tc_expr_thread_end ();
  return failed;
}
