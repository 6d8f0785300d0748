/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-job.h"

#include "tc-json.h"

#include <string.h>

static char *
run (FakeJob    *job,
     const char *yaml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) outputs = fake_job_run (job, yaml, &error);

  return outputs != NULL ? tc_json_to_text (outputs) : g_strconcat ("!", error->message, NULL);
}

static void
assert_run (FakeJob    *job,
            const char *yaml,
            const char *expected)
{
  g_autofree char *got = run (job, yaml);

  g_test_message ("%s", got);
  if (expected[0] == '!')
    g_assert_nonnull (strstr (got, expected + 1));
  else
    g_assert_cmpstr (got, ==, expected);
}

static void
test_output_values (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();

  assert_run (job, "type: io.kestra.plugin.core.output.OutputValues\nvalues: {t: '{{ true }}', n: '{{ 1 + 1 }}', l: '{{ [1,2] }}', nul: '{{ null }}', raw: true, f: 1.5, in: {a: '{{ x }}'}}\n",
              "{\"values\":{\"t\":\"true\",\"n\":\"2\",\"l\":\"[1,2]\",\"raw\":true,\"f\":1.5,\"in\":{\"a\":\"X\"}}}");
  assert_run (job, "type: io.kestra.plugin.core.output.OutputValues\nvalues: {t: '{{ nope.x }}'}\n", "!nope");
  assert_run (job, "type: io.kestra.plugin.core.output.OutputValues\nvalues: '{\"a\": [\"{{ x }}\"]}'\n", "{\"values\":{\"a\":[\"X\"]}}");
  assert_run (job, "type: io.kestra.plugin.core.output.OutputValues\nvalues: '{{ x }}'\n", "!no map");
}

static void
test_log_and_return (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();

  assert_run (job, "type: io.kestra.plugin.core.log.Log\nmessage: ['a {{ x }}', b]\nlevel: WARN\n", "null");
  g_assert_nonnull (strstr (job->log->str, "WARN a X\nWARN b\n"));
  assert_run (job, "type: io.kestra.plugin.core.debug.Return\nformat: '{{ x }}'\n", "{\"value\":\"X\"}");
}

static void
test_state (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();

  fake_job_answer (job, "kv.get", "{\"value\":{\"a\":1}}");
  fake_job_answer (job, "kv.set", "null");
  assert_run (job, "type: io.kestra.plugin.core.state.Set\ndata: {b: 2}\n", "{\"count\":2,\"key\":\"states_tasks-states_default\"}");
  g_assert_cmpstr (job->calls->pdata[1], ==, "kv.set {\"key\":\"states_tasks-states_default\",\"value\":{\"a\":1,\"b\":2}}");
  assert_run (job, "type: io.kestra.plugin.core.state.Get\nname: n\n", "{\"count\":1,\"data\":{\"a\":1}}");
  fake_job_answer (job, "kv.get", "null");
  assert_run (job, "type: io.kestra.plugin.core.state.Get\n", "{\"count\":0,\"data\":{}}");
  assert_run (job, "type: io.kestra.plugin.core.state.Get\nerrorOnMissing: true\n", "!not found");
  fake_job_answer (job, "kv.delete", "false");
  assert_run (job, "type: io.kestra.plugin.core.state.Delete\n", "{\"deleted\":false}");
  assert_run (job, "type: io.kestra.plugin.core.state.Delete\nerrorOnMissing: true\n", "!'default'");
}

static void
test_namespace_files (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *path = g_build_filename (job->directory, "f.txt", NULL), *map = NULL, *answer = NULL, *downloaded = NULL;

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  fake_job_answer (job, "namespace.list", "[\"d/old.txt\"]");
  fake_job_answer (job, "namespace.put", "null");
  map = g_strdup_printf ("type: io.kestra.plugin.core.namespace.UploadFiles\nfilesMap: {b.txt: 'kestra://%s'}\ndestination: /d/\n", path);
  assert_run (job, map, "null");
  g_assert_nonnull (strstr (job->log->str, "File '/d/b.txt' added to namespace 'my.space'."));
  assert_run (job, "type: io.kestra.plugin.core.namespace.UploadFiles\nfiles: [f.txt]\n", "null");
  assert_run (job, "type: io.kestra.plugin.core.namespace.UploadFiles\nfiles: ['../f.txt']\n", "!../f.txt");
  assert_run (job, "type: io.kestra.plugin.core.namespace.UploadFiles\n", "!filesMap is required");
  assert_run (job, "type: io.kestra.plugin.core.namespace.UploadFiles\nfilesMap: {x: 5}\n", "!filesMap");
  g_free (map);
  map = g_strdup_printf ("type: io.kestra.plugin.core.namespace.UploadFiles\nfilesMap: {old.txt: 'kestra://%s'}\ndestination: d/\nconflict: ERROR\n", path);
  assert_run (job, map, "!already exists");
  answer = g_strdup_printf ("[{\"path\":\"d/b.txt\",\"source\":\"%s\"}]", path);
  fake_job_answer (job, "namespace.files", answer);
  downloaded = run (job, "type: io.kestra.plugin.core.namespace.DownloadFiles\nfiles: b.txt\n");
  g_assert_nonnull (strstr (downloaded, "{\"files\":{\"/d/b.txt\":\"kestra://"));
}

static void
test_templated_task (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();

  assert_run (job, "type: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: io.kestra.plugin.core.debug.Return\n  format: '{{ x }}!'\n", "{\"value\":\"X!\"}");
  assert_run (job, "type: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: io.kestra.plugin.core.templating.TemplatedTask\n", "!cannot be of type");
  assert_run (job, "type: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: io.kestra.plugin.core.flow.Sequential\n", "!runnable");
  assert_run (job, "type: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: nope\n", "!nope");
  assert_run (job, "type: io.kestra.plugin.core.templating.TemplatedTask\nspec: 'a: [b'\n", "!spec:");
  assert_run (job, "type: io.kestra.plugin.core.templating.TemplatedTask\nspec: 'a'\n", "!type");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/output-values", test_output_values);
  g_test_add_func ("/core/log-and-return", test_log_and_return);
  g_test_add_func ("/core/state", test_state);
  g_test_add_func ("/core/namespace-files", test_namespace_files);
  g_test_add_func ("/core/templated-task", test_templated_task);
  return g_test_run ();
}
