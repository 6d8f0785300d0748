/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "tc-expr-catalog.h"
#include "tc-template.h"

static const TcExprRole roles[] = { TC_EXPR_FILTER, TC_EXPR_FUNCTION, TC_EXPR_TEST, TC_EXPR_TAG, TC_EXPR_OPERATOR };

/* The engine's part: each function gets its arguments by name and answers as a small installation would. */
static TcValue *
answer (TcScope *scope, const char *name, const TcValue *args, GError **error)
{
  const char *path = tc_value_get_str (args, "path");

  if (strcmp (name, "secret") == 0 && g_strcmp0 (tc_value_get_str (args, "key"), "TOKEN") == 0)
    return tc_value_string ("s3cret");
  if (strcmp (name, "read") == 0 && g_strcmp0 (path, "a.txt") == 0)
    return tc_value_string ("hello\n");
  if (strcmp (name, "fileExists") == 0)
    return tc_value_bool (g_strcmp0 (path, "a.txt") == 0);
  if (strcmp (name, "isFileEmpty") == 0)
    return tc_value_bool (g_strcmp0 (path, "a.txt") != 0);
  if (strcmp (name, "fileSize") == 0 && g_strcmp0 (path, "a.txt") == 0)
    return tc_value_int (6);
  if (strcmp (name, "http") == 0 && g_strcmp0 (tc_value_get_str (args, "uri"), "http://127.0.0.1/") == 0
      && g_strcmp0 (tc_value_get_str (args, "method"), "GET") == 0)
    return tc_value_map_of ("ok", tc_value_bool (TRUE), NULL);
  if (strcmp (name, "isPublicHoliday") == 0)
    return tc_value_bool (g_strcmp0 (tc_value_get_str (args, "date"), "2024-12-25") == 0
                          && g_strcmp0 (tc_value_get_str (args, "countryCode"), "FR") == 0);
  if (strcmp (name, "randomPort") == 0)
    return tc_value_int (49152);
  if (strcmp (name, "errorLogs") == 0)
    {
      g_autoptr (TcListBuilder) logs = tc_list_builder_new ();

      tc_list_builder_take (logs, tc_value_map_of ("message", tc_value_string ("boom"), NULL));
      return tc_list_builder_end (g_steal_pointer (&logs));
    }
  return NULL;      /* kv: there is no such key */
}

/* What the examples that ask the engine print with these answers. */
static const char *
answered (const TcExprEntry *entry)
{
  static const struct { const char *name, *result; } results[] = {
    { "errorLogs", "boom" }, { "fileExists", "true" }, { "fileSize", "6" }, { "http", "{\"ok\":true}" }, { "isFileEmpty", "false" },
    { "isPublicHoliday", "true" }, { "kv", "1" }, { "randomPort", "49152" }, { "read", "hello\n" }, { "secret", "s3cret" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    if (strcmp (results[i].name, entry->name) == 0)
      return results[i].result;
  g_error ("%s asks the engine, but this test has no answer for it", entry->name);
}

/* Every example of the tables runs and prints what its row says. */
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
  tc_scope_init_for_values (&scope, context);
  scope.call = answer;
  value = tc_template_render (template, &scope, &error);
  g_assert_no_error (error);
  if (entry->flags & TC_EXPR_CALLS)
    g_assert_cmpstr (tc_value_get_text (value), ==, answered (entry));
  else if (entry->result != NULL)
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
