/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-diagnostic.h"
#include "tc-json.h"

static void
test_texts (void)
{
  TcSpan span = { 10, 3, 2, 5 }, nowhere = { 0 };
  g_autoptr (TcDiagnostic) found = tc_diagnostic_new (TC_SEVERITY_ERROR, "task.type.unknown", span, "tasks[0].type", "no such type", "use Log");
  g_autoptr (TcDiagnostic) bare = tc_diagnostic_new (TC_SEVERITY_HINT, "x.y", nowhere, NULL, "note", NULL);
  g_autofree char *text = tc_diagnostic_to_text (found, "f.yaml"), *bare_text = tc_diagnostic_to_text (bare, "f.yaml");
  g_autoptr (TcValue) value = tc_diagnostic_to_value (found);
  g_autofree char *json = tc_json_to_text (value);

  g_assert_cmpstr (text, ==, "f.yaml:2:5: error: no such type [task.type.unknown]\n  use Log");
  g_assert_cmpstr (bare_text, ==, "f.yaml: hint: note [x.y]");
  g_assert_cmpstr (bare->path, ==, "");
  g_assert_cmpstr (json, ==, "{\"severity\":\"error\",\"code\":\"task.type.unknown\",\"line\":2,\"column\":5,"
                             "\"path\":\"tasks[0].type\",\"message\":\"no such type\",\"hint\":\"use Log\"}");
}

static void
test_lists (void)
{
  g_autoptr (GPtrArray) list = tc_diagnostics_new ();

  tc_diagnostics_add (list, TC_SEVERITY_WARNING, "w", (TcSpan) { 5, 1, 1, 6 }, NULL, NULL, "%d", 1);
  g_assert_false (tc_diagnostics_have_error (list));
  tc_diagnostics_add (list, TC_SEVERITY_ERROR, "e", (TcSpan) { 5, 1, 1, 6 }, NULL, NULL, "%s", "two");
  tc_diagnostics_add (list, TC_SEVERITY_HINT, "h", (TcSpan) { 1, 1, 1, 2 }, NULL, NULL, "three");
  tc_diagnostics_add (NULL, TC_SEVERITY_HINT, "h", (TcSpan) { 1, 1, 1, 2 }, NULL, NULL, "nobody listens");
  g_assert_true (tc_diagnostics_have_error (list));
  tc_diagnostics_sort (list);
  g_assert_cmpstr (((TcDiagnostic *) list->pdata[0])->code, ==, "h");
  g_assert_cmpstr (((TcDiagnostic *) list->pdata[1])->code, ==, "e");
  g_assert_cmpstr (((TcDiagnostic *) list->pdata[2])->code, ==, "w");
}

static void
test_nearest (void)
{
  static const char *const names[] = {
    "commands", "description", "taskRunner", "type", "id", "io.kestra.plugin.core.log.Log", "io.kestra.plugin.core.flow.Parallel",
    "io.kestra.plugin.scripts.python.Script", "io.kestra.plugin.scripts.shell.Script", NULL,
  };
  static const struct { const char *wrong, *near; } cases[] = {
    { "command", "commands" }, { "comands", "commands" }, { "taskrunner", "taskRunner" }, { "tpye", "type" }, { "x", NULL },
    { "bogus", NULL }, { "descrption", "description" }, { "io.kestra.plugin.core.log.Lgo", "io.kestra.plugin.core.log.Log" },
    { "Parallel", "io.kestra.plugin.core.flow.Parallel" }, { "io.kestra.core.tasks.log.log", "io.kestra.plugin.core.log.Log" },
    { "Script", NULL }, { "", NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (tc_nearest_name (cases[i].wrong, names), ==, cases[i].near);
}

static void
test_correct (void)
{
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  const TcSpan span = { 0, 5, 1, 1 };
  const TcDiagnostic *first, *second;

  tc_diagnostics_add (found, TC_SEVERITY_ERROR, "a", span, NULL, NULL, "one");
  tc_diagnostics_correct (found, "wrng", "wrong");
  tc_diagnostics_add (found, TC_SEVERITY_ERROR, "b", span, NULL, NULL, "two");
  tc_diagnostics_correct (found, "x", NULL);
  tc_diagnostics_correct (NULL, "x", "y");
  first = found->pdata[0];
  second = found->pdata[1];
  g_assert_cmpstr (first->wrong, ==, "wrng");
  g_assert_cmpstr (first->right, ==, "wrong");
  g_assert_null (second->right);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnostic/texts", test_texts);
  g_test_add_func ("/diagnostic/lists", test_lists);
  g_test_add_func ("/diagnostic/nearest", test_nearest);
  g_test_add_func ("/diagnostic/correct", test_correct);
  return g_test_run ();
}
