/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-expr-conformance.h"
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  guint passed, failed, skipped;
} Counts;

static void
run_row (Counts      *counts,
         const char  *file,
         guint        number,
         const char  *line,
         gsize        length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) row = tc_json_read (line, length, &error);
  g_autofree char *why = NULL;
  const char *id = row != NULL ? tc_value_get_str (row, "id") : NULL;
  TcExprRowResult result = TC_EXPR_ROW_FAIL;

  if (row != NULL)
    result = tc_expr_conformance_row (row, &why);
  switch (result)
    {
    case TC_EXPR_ROW_PASS:
      counts->passed++;
      break;
    case TC_EXPR_ROW_SKIP:
      counts->skipped++;
      printf ("SKIP %s:%u %s: %s\n", file, number, id != NULL ? id : "", why != NULL ? why : "");
      break;
    case TC_EXPR_ROW_FAIL:
      counts->failed++;
      printf ("FAIL %s:%u %s: %s\n", file, number, id != NULL ? id : "", row == NULL ? error->message : why != NULL ? why : "");
      break;
    }
}

static gboolean
run_expressions (Counts      *counts,
                 const char  *file,
                 GError     **error)
{
  gsize length;
  g_autofree char *text = tc_cli_read (file, &length, error);
  guint number = 0;

  if (text == NULL)
    return FALSE;
  for (char *line = text, *end = text + length; line < end; number++)
    {
      char *newline = memchr (line, '\n', (size_t) (end - line));
      gsize size = (gsize) ((newline != NULL ? newline : end) - line);

      if (size > 0)
        run_row (counts, file, number + 1, line, size);
      line += size + 1;
    }
  return TRUE;
}

TcExit
tc_cmd_conformance (const TcCommand *self,
                    int              argc,
                    char           **argv)
{
  Counts counts = { 0, 0, 0 };
  g_autoptr (GError) error = NULL;

  if (!tc_cli_parse (self, NULL, &argc, &argv, 1, -1))
    return TC_EXIT_REFUSED;
  for (int i = 1; i < argc; i++)
    if (!run_expressions (&counts, argv[i], &error))
      return tc_cli_fail (error);
  printf ("%u passed, %u failed, %u skipped\n", counts.passed, counts.failed, counts.skipped);
  return counts.failed > 0 ? TC_EXIT_FAILED : TC_EXIT_OK;
}
