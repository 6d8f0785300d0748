/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-flow.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>

typedef struct
{
  const TcRegistry *types;
  TcListBuilder    *json;        /* NULL: for people */
  gboolean          has_error;
} Check;

static void
take_finding (Check              *check,
              const char         *file,
              const TcDiagnostic *finding)
{
  check->has_error |= finding->severity == TC_SEVERITY_ERROR;
  if (check->json != NULL)
    {
      g_autoptr (TcValue) plain = tc_diagnostic_to_value (finding), name = tc_value_string (file);

      tc_list_builder_take (check->json, tc_value_with (plain, "file", name));
    }
  else
    {
      g_autofree char *text = tc_diagnostic_to_text (finding, file);

      puts (text);
    }
}

static void
check_text (Check      *check,
            const char *file,
            const char *text,
            gsize       length)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcFlow) flow = tc_flow_compile (text, length, check->types, findings);

  tc_diagnostics_sort (findings);
  for (guint i = 0; i < findings->len; i++)
    take_finding (check, file, g_ptr_array_index (findings, i));
  check->has_error |= flow == NULL;
}

static void
check_file (Check      *check,
            const char *file)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *text = tc_cli_read (file, &length, &error);

  if (text != NULL)
    check_text (check, file, text, length);
  else
    {
      g_autoptr (TcDiagnostic) finding = tc_diagnostic_new (TC_SEVERITY_ERROR, "file.unreadable", (TcSpan) { 0, 0, 0, 0 }, NULL,
                                                            error->message, NULL);

      take_finding (check, file, finding);
    }
}

TcExit
tc_cmd_check (const TcCommand *self,
              int              argc,
              char           **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("One JSON list of findings"), NULL }, { NULL }
  };
  g_autoptr (TcRegistry) types = NULL;
  g_autoptr (GError) error = NULL;
  Check check = { NULL };

  if (!tc_cli_parse (self, entries, &argc, &argv, 1, -1))
    return TC_EXIT_REFUSED;
  check.types = types = tc_cli_registry (&error);
  if (types == NULL)
    return tc_cli_fail (error);
  check.json = json ? tc_list_builder_new () : NULL;
  for (int i = 1; i < argc; i++)
    check_file (&check, argv[i]);
  if (json)
    {
      g_autoptr (TcValue) list = tc_list_builder_end (check.json);

      tc_cli_print_json (list);
    }
  return check.has_error ? TC_EXIT_REFUSED : TC_EXIT_OK;
}
