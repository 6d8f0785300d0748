/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-expr-conformance.h"

#include <string.h>

#include "tc-json.h"

typedef struct
{
  TcScope        scope;
  const TcValue *context, *fixtures;
} Row;

static const TcValue *
row_variable (TcScope *scope, const char *name, GError **error)
{
  const Row *row = scope->self;

  return tc_value_get (row->context, name);
}

static const char **
row_names (TcScope *scope)
{
  const Row   *row = scope->self;
  size_t       n = tc_value_length (row->context);
  const char **names = g_new0 (const char *, n + 1);

  for (size_t i = 0; i < n; i++)
    names[i] = tc_value_key (row->context, i);
  return names;
}

/* The engine's part, played by the row's fixtures. */
static TcValue *
row_call (TcScope *scope, const char *name, const TcValue *args, GError **error)
{
  static const struct { const char *function, *fixture, *key; } lookups[] = {
    { "secret", "secrets", "key" }, { "kv", "kv", "key" }, { "read", "files", "path" }, { "fileExists", "files", "path" },
    { "fileSize", "files", "path" }, { "isFileEmpty", "files", "path" },
  };
  const Row *row = scope->self;

  for (size_t i = 0; i < G_N_ELEMENTS (lookups); i++)
    if (strcmp (name, lookups[i].function) == 0)
      {
        const TcValue *found = tc_value_lookup (row->fixtures, lookups[i].fixture, NULL);
        const char    *key = tc_value_get_str (args, lookups[i].key);

        found = found != NULL && key != NULL ? tc_value_get (found, key) : NULL;
        if (strcmp (name, "fileExists") == 0)
          return tc_value_bool (found != NULL);
        if (found != NULL && strcmp (name, "fileSize") == 0)
          return tc_value_int (tc_value_length (found));
        if (found != NULL && strcmp (name, "isFileEmpty") == 0)
          return tc_value_bool (tc_value_length (found) == 0);
        return found != NULL ? tc_value_ref (found) : NULL;
      }
  if (strcmp (name, "randomPort") == 0)
    return tc_value_int (49152);
  g_set_error (error, TC_EXPR_ERROR, TC_EXPR_ERROR_CALL, "%s() needs a running task", name);
  return NULL;
}

static TcValue *
render_row (const TcValue *value, const TcTemplate *template, GError **error)
{
  g_autoptr (TcValue) empty = tc_value_map_of (NULL, NULL);
  Row row = { .context = tc_value_get (value, "context"), .fixtures = tc_value_get (value, "fixtures") };

  if (row.context == NULL)
    row.context = empty;
  if (row.fixtures == NULL)
    row.fixtures = empty;
  tc_scope_init (&row.scope);
  row.scope.variable = row_variable;
  row.scope.names = row_names;
  row.scope.call = row_call;
  row.scope.self = &row;
  if (tc_value_get_flag (value, "typed", FALSE))
    return tc_template_render_typed (template, &row.scope, error);
  if (tc_value_get_flag (value, "recursive", FALSE))
    return tc_template_render_recursive (template, &row.scope, error);
  return tc_template_render (template, &row.scope, error);
}

static gboolean
same_json (const char *a, const char *b)
{
  g_autoptr (TcValue) x = tc_json_read (a, strlen (a), NULL);
  g_autoptr (TcValue) y = tc_json_read (b, strlen (b), NULL);

  return x != NULL && y != NULL && tc_value_equal (x, y);
}

static gboolean
check_error (const TcValue *row, const TcValue *result, const GError *error, char **why)
{
  const char *expected = tc_value_get_str (row, "error");
  gboolean    any = tc_value_get_flag (row, "anyError", FALSE);

  if (result != NULL)
    {
      if (tc_value_get_flag (row, "lenient", FALSE))
        return TRUE;
      *why = g_strdup_printf ("expected the error “%s”, got the text “%s”", expected ? expected : "any",
                              tc_value_is (result, TC_VALUE_STRING) ? tc_value_get_text (result) : "(typed)");
      return FALSE;
    }
  if (any || (expected != NULL && strstr (error->message, expected) != NULL))
    return TRUE;
  *why = g_strdup_printf ("expected the error “%s”, got the error “%s”", expected ? expected : "any", error->message);
  return FALSE;
}

static gboolean
check_text (const TcValue *row, const TcValue *result, const GError *error, char **why)
{
  const char      *expected = tc_value_get_str (row, "expect");
  g_autofree char *json = NULL;
  const char      *text;

  if (result == NULL)
    {
      *why = g_strdup_printf ("expected “%s”, got the error “%s”", expected, error->message);
      return FALSE;
    }
  json = tc_json_to_text (result);
  text = tc_value_get_flag (row, "typed", FALSE) ? json : tc_value_get_text (result);
  if (strcmp (text, expected) == 0 || (g_strcmp0 (tc_value_get_str (row, "match"), "json") == 0 && same_json (text, expected)))
    return TRUE;
  *why = g_strdup_printf ("expected “%s”, got “%s”", expected, text);
  return FALSE;
}

TcExprRowResult
tc_expr_conformance_row (const TcValue *row, char **why)
{
  const char *expression = tc_value_get_str (row, "expression");
  g_autoptr (TcTemplate) template = NULL;
  g_autoptr (GError)     error = NULL;
  g_autoptr (TcValue)    result = NULL;
  gboolean    ok;

  *why = NULL;
  if (expression == NULL || (tc_value_get_str (row, "expect") == NULL && tc_value_get_str (row, "error") == NULL
                             && !tc_value_get_flag (row, "anyError", FALSE)))
    {
      *why = g_strdup ("the row needs “expression”, and “expect” or “error”");
      return TC_EXPR_ROW_FAIL;
    }
  if (tc_value_get_str (row, "profile") != NULL)
    {
      *why = g_strdup_printf ("behaviour of version %s", tc_value_get_str (row, "profile"));
      return TC_EXPR_ROW_SKIP;
    }
  template = tc_template_compile (expression, strlen (expression), NULL, NULL, NULL, NULL);
  result = render_row (row, template, &error);
  ok = tc_value_get_str (row, "expect") != NULL ? check_text (row, result, error, why) : check_error (row, result, error, why);
  return ok ? TC_EXPR_ROW_PASS : TC_EXPR_ROW_FAIL;
}
