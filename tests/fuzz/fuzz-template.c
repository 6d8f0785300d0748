/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A template, `\n---\n`, and its context as JSON. Whatever comes: no crash, no endless run, texts and errors in UTF-8, and the
 * same result when it is rendered again.
 */
#include "config.h"

#include <string.h>

#include "tc-fuzz.h"
#include "tc-json.h"
#include "tc-template.h"

#define SEPARATOR "\n---\n"

/* A program that ends only at the limit of time would keep the fuzzer from its work: only those without such words are run. */
static gboolean
may_hang (const char *source)
{
  static const char *const words[] = { "def", "repeat", "recurse", "while", "until", "range", "limit", "infinite", "comb", "*", "walk",
                                       "split", "test", "match", "sub", "scan", "reduce", "foreach", "implode", "..", "path", "$" };

  if (strstr (source, "jq") == NULL)
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (source, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static TcValue *
answer (TcScope *scope, const char *name, const TcValue *args, GError **error)
{
  const char *key = tc_value_get_str (args, "key");

  if (key != NULL && *key == 'e')
    g_set_error_literal (error, TC_EXPR_ERROR, TC_EXPR_ERROR_CALL, "refused");
  return key != NULL && *key != 'e' ? tc_value_ref (args) : NULL;
}

static int64_t
fixed_now (gpointer data)
{
  return G_GINT64_CONSTANT (1709647629123456);
}

static char *
render (const TcTemplate *template, const TcValue *context, int how)
{
  static const TcClock clock = { fixed_now, NULL };
  g_autoptr (TcValue)  value = NULL;
  g_autoptr (GError)   error = NULL;
  TcScope              scope;

  tc_scope_init_for_values (&scope, context);
  scope.call = answer;
  scope.clock = &clock;
  scope.random_seed = 1;
  scope.steps_left = 20000;
  scope.bytes_left = 1 << 20;
  value = how == 0 ? tc_template_render (template, &scope, &error)
          : how == 1 ? tc_template_render_typed (template, &scope, &error) : tc_template_render_recursive (template, &scope, &error);
  g_assert_true ((value == NULL) == (error != NULL));
  if (error == NULL)
    return tc_json_to_text (value);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, 0);
  return g_strdup (error->message);
}

void
tc_fuzz (const uint8_t *data, size_t size)
{
  g_autofree char       *text = g_strndup ((const char *) data, size);
  char                  *split = strstr (text, SEPARATOR);
  const char            *json = split != NULL ? split + strlen (SEPARATOR) : "{}";
  g_autoptr (TcValue)    context = tc_json_read (json, strlen (json), NULL);
  g_autoptr (GPtrArray)  diagnostics = tc_diagnostics_new ();
  g_autoptr (TcTemplate) template = NULL;

  if (split != NULL)
    *split = 0;
  if (size > 20000 || may_hang (text))
    return;
  if (context == NULL || !tc_value_is (context, TC_VALUE_MAP))
    {
      g_clear_pointer (&context, tc_value_unref);
      context = tc_value_map_of (NULL, NULL);
    }
  template = tc_template_compile (text, strlen (text), NULL, NULL, NULL, diagnostics);
  for (int how = 0; how < 3; how++)
    {
      g_autofree char *first = render (template, context, how);
      g_autofree char *second = render (template, context, how);

      g_assert_cmpstr (first, ==, second);
      g_assert_true (g_utf8_validate (first, -1, NULL));
    }
  tc_expr_thread_end ();
}
