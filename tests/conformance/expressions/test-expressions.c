/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tc-expr-conformance.h"
#include "tc-json.h"

static void
run_file (const char *path, int *failures, int *number)
{
  g_autofree char    *text = NULL;
  g_auto (GStrv)      lines = NULL;
  g_autoptr (GError)  error = NULL;
  size_t              length;

  if (!g_file_get_contents (path, &text, &length, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (text, "\n", -1);
  for (size_t i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (TcValue) row = *lines[i] != 0 ? tc_json_read (lines[i], strlen (lines[i]), &error) : NULL;
      g_autofree char    *why = NULL;
      TcExprRowResult     result;

      if (*lines[i] == 0)
        continue;
      if (row == NULL)
        g_error ("%s:%zu: %s", path, i + 1, error->message);
      result = tc_expr_conformance_row (row, &why);
      printf ("%s %d %s%s%s\n", result == TC_EXPR_ROW_FAIL ? "not ok" : "ok", ++*number, tc_value_get_str (row, "id"),
              result == TC_EXPR_ROW_SKIP ? " # SKIP " : "", result == TC_EXPR_ROW_SKIP ? why : "");
      if (result == TC_EXPR_ROW_FAIL)
        {
          g_auto (GStrv) parts = g_strsplit (why, "\n", -1);
          g_autofree char *one = g_strjoinv ("⏎", parts);

          printf ("# %s: %s\n", tc_value_get_str (row, "expression"), one);
          ++*failures;
        }
    }
}

int
main (int argc, char **argv)
{
  int failures = 0, number = 0;

  for (int i = 1; i < argc; i++)
    run_file (argv[i], &failures, &number);
  printf ("1..%d\n", number);
  tc_expr_thread_end ();
  return failures > 0;
}
