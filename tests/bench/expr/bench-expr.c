/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * usage: bench-expr compile|render NAME | fromjson-jq FILE | memory
 * Prints nanoseconds an operation; bench-expr.py runs it beside Jinja2 and the jq command.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tc-json.h"
#include "tc-template.h"

/* Templates of the kinds that flows hold; the same six are in bench-expr.py. */
static const struct { const char *name, *source; } templates[] = {
  { "literal", "s3://bucket/path/to/some/file.csv" },
  { "path", "{{ outputs.extract.rows }}" },
  { "message", "Flow {{ flow.id }} in {{ flow.namespace }} run {{ execution.id }} took {{ outputs.extract.rows }} rows from {{ inputs.user }}" },
  { "filters", "{{ inputs.user | upper }}-{{ inputs.tags | join(', ') }}-{{ inputs.user | replace({'a': 'b'}) | title }}" },
  { "condition", "{% if outputs.extract.rows > 10 and inputs.user == 'ann' %}big {{ outputs.extract.rows }}{% else %}small{% endif %}" },
  { "loop", "{% for r in outputs.list %}{{ loop.index }}: {{ r.name }} = {{ r.total }}\n{% endfor %}" },
};

static TcValue *
context (void)
{
  g_autoptr (GString) json = g_string_new ("{\"flow\":{\"id\":\"daily\",\"namespace\":\"company.team\"},\"execution\":{\"id\":\"4dHVk\"},"
                                           "\"inputs\":{\"user\":\"ann\",\"tags\":[\"a\",\"b\",\"c\"]},\"outputs\":{\"extract\":{\"rows\":42},"
                                           "\"list\":[");

  for (int i = 0; i < 50; i++)
    g_string_append_printf (json, "%s{\"name\":\"n%d\",\"total\":%d}", i > 0 ? "," : "", i, i * 10);
  g_string_append (json, "]}}");
  return tc_json_read (json->str, json->len, NULL);
}

static TcTemplate *
compile (const char *source)
{
  return tc_template_compile (source, strlen (source), NULL, NULL, NULL, NULL);
}

static void
render_once (const TcTemplate *template, const TcValue *values)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (TcValue) value = NULL;
  TcScope             scope;

  tc_scope_init_for_values (&scope, values);
  value = tc_template_render (template, &scope, &error);
  if (error != NULL)
    g_error ("%s", error->message);
}

/* Time of this process alone: the machine may be busy. */
static int64_t
cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
measure (gboolean compiling, const char *source)
{
  g_autoptr (TcValue)    values = context ();
  g_autoptr (TcTemplate) template = compile (source);
  int64_t best = INT64_MAX;

  for (int round = 0; round < 5; round++)
    {
      int64_t start = cpu_ns ();
      int     n = 0;

      while (cpu_ns () - start < 100000000)
        for (int i = 0; i < 20; i++, n++)
          if (compiling)
            tc_template_unref (compile (source));
          else
            render_once (template, values);
      best = MIN (best, (cpu_ns () - start) / n);
    }
  printf ("%" G_GINT64_FORMAT "\n", best);
}

static void
measure_jq (const char *path)
{
  g_autofree char    *text = NULL;
  size_t              length;
  g_autoptr (TcValue) values = NULL;
  g_autoptr (TcTemplate) template = compile ("{{ fromJson(text) | jq('[.[] | select(.total > 500) | .name] | length') | first }}");
  int64_t start;

  if (!g_file_get_contents (path, &text, &length, NULL))
    g_error ("cannot read %s", path);
  values = tc_value_map_of ("text", tc_value_string_len (text, length), NULL);
  start = g_get_monotonic_time ();
  render_once (template, values);
  printf ("%" G_GINT64_FORMAT "\n", (g_get_monotonic_time () - start) * 1000);
}

static long
resident_kb (void)
{
  g_autofree char *status = NULL;
  char            *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || (line = strstr (status, "VmRSS:")) == NULL)
    return 0;
  return g_ascii_strtoll (line + 6, NULL, 10);
}

/* 10,000 renderings of all templates, jq and regular expressions included. */
static void
measure_memory (void)
{
  g_autoptr (TcValue) values = context ();
  long                before = 0;

  for (int i = 0; i < 11000; i++)
    {
      if (i == 1000)
        before = resident_kb ();
      for (size_t t = 0; t < G_N_ELEMENTS (templates); t++)
        {
          g_autoptr (TcTemplate) template = compile (templates[t].source);

          render_once (template, values);
        }
      if (i % 10 == 0)
        {
          g_autoptr (TcTemplate) template = compile ("{{ outputs | jq('.list[].name') | join(',') | regexReplace('n(\\d)', '$1') }}{{ now() }}");

          render_once (template, values);
        }
    }
  printf ("%ld\n", resident_kb () - before);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "fromjson-jq") == 0)
    measure_jq (argv[2]);
  else if (argc == 2 && strcmp (argv[1], "memory") == 0)
    measure_memory ();
  else
    for (size_t i = 0; argc == 3 && i < G_N_ELEMENTS (templates); i++)
      if (strcmp (templates[i].name, argv[2]) == 0)
        measure (strcmp (argv[1], "compile") == 0, templates[i].source);
  tc_expr_thread_end ();
  return 0;
}
