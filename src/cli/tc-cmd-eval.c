/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-backend.h"
#include "tc-template.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* @text: JSON, or the name of a file with JSON in it, also as @FILE. */
static TcValue *
read_context (const char  *text,
              GError     **error)
{
  g_autofree char *content = NULL;
  gsize length;

  if (*text == '{')
    return tc_json_read (text, strlen (text), error);
  content = tc_cli_read (*text == '@' ? text + 1 : text, &length, error);
  return content != NULL ? tc_json_read (content, length, error) : NULL;
}

/* The place of a piece of the expression itself, which is all of the source here. */
static TcSpan
locate (gconstpointer data,
        size_t        offset,
        size_t        length)
{
  const char *source = data, *line = source;
  TcSpan span = { .offset = (uint32_t) g_utf8_strlen (source, (gssize) offset), .line = 1 };

  for (const char *at = source; at < source + offset; at++)
    if (*at == '\n')
      {
        line = at + 1;
        span.line++;
      }
  span.length = (uint32_t) g_utf8_strlen (source + offset, (gssize) length);
  span.column = (uint32_t) g_utf8_strlen (line, source + offset - line) + 1;
  return span;
}

/* The line of the expression that @error is about, and a caret under the place. */
static void
show_place (const char   *expression,
            const GError *error)
{
  g_auto (GStrv) lines = g_strsplit (expression, "\n", -1);
  TcSpan span;

  if (!tc_expr_error_get_span (error, &span) || span.line == 0 || span.line > g_strv_length (lines))
    return;
  g_printerr ("  %s\n  %*s%s\n", lines[span.line - 1], (int) span.column - 1, "", "^");
}

static TcValue *
eval_alone (const char  *context,
            const char  *expression,
            GError     **error)
{
  g_autoptr (TcValue) values = read_context (context != NULL ? context : "{}", error);
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcTemplate) template = NULL;
  TcScope scope;

  if (values == NULL)
    return NULL;
  tc_scope_init_for_values (&scope, values);
  template = tc_template_compile (expression, strlen (expression), locate, expression, NULL, findings);
  return tc_template_render (template, &scope, error);
}

static TcValue *
eval_in_execution (const char  *data,
                   const char  *execution,
                   const char  *task_run,
                   const char  *expression,
                   GError     **error)
{
  g_autoptr (TcBackend) backend = tc_backend_open (data, NULL, error);

  return backend != NULL ? tc_backend_eval (backend, execution, task_run, expression, error) : NULL;
}

TcExit
tc_cmd_eval (const TcCommand *self,
             int              argc,
             char           **argv)
{
  g_autofree char *context = NULL, *execution = NULL, *task_run = NULL, *data = NULL, *text = NULL;
  const GOptionEntry entries[] = {
    { "context", 'c', 0, G_OPTION_ARG_STRING, &context, N_("The variables: JSON, or a file with JSON"), "FILE" },
    { "execution", 'e', 0, G_OPTION_ARG_STRING, &execution, N_("Render as in this execution"), "ID" },
    { "task-run", 't', 0, G_OPTION_ARG_STRING, &task_run, N_("With --execution: as in this task run"), "ID" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("The data directory"), "DIR" },
    { NULL }
  };
  g_autoptr (TcValue) value = NULL;
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, entries, &argc, &argv, 1, 1))
    return TC_EXIT_REFUSED;
  value = execution != NULL ? eval_in_execution (data, execution, task_run, argv[1], &error) : eval_alone (context, argv[1], &error);
  if (value == NULL)
    {
      show_place (argv[1], error);
      return tc_cli_fail (error);
    }
  text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
  puts (text);
  return TC_EXIT_OK;
}
