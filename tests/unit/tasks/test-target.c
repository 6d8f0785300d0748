/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-job.h"

#include "tc-json.h"

#include <string.h>

static char *
outputs_of (FakeJob    *job,
            const char *type,
            const char *yaml)
{
  g_autofree char *text = g_strdup_printf ("type: io.kestra.plugin.core.%s\n%s", type, yaml);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) outputs = fake_job_run (job, text, &error);

  return outputs != NULL ? tc_json_to_text (outputs) : g_strdup (error->message);
}

static const char *
last_call (FakeJob *job)
{
  return job->calls->len > 0 ? job->calls->pdata[job->calls->len - 1] : NULL;
}

static void
test_resume (void)
{
  static const struct { const char *yaml, *call; } cases[] = {
    { "", "execution.resume {}" },
    { "executionId: e\n", "execution.resume {\"executionId\":\"e\"}" },
    { "executionId: e\nnamespace: n\nflowId: f\ninputs: {a: '{{ x }}'}\n",
      "execution.resume {\"executionId\":\"e\",\"namespace\":\"n\",\"flowId\":\"f\",\"inputs\":{\"a\":\"X\"}}" },
  };
  static const struct { const char *yaml, *message; } wrong[] = {
    { "executionId: e\nflowId: f\n", "Both `namespace` and `flowId` must be set" }, { "executionId: e\nnamespace: n\n", "Both `namespace`" },
    { "namespace: n\n", "should only be set when `executionId` is set" }, { "namespace: n\nflowId: f\n", "should only be set" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *outputs = NULL;

      fake_job_answer (job, "execution.resume", "null");
      outputs = outputs_of (job, "execution.Resume", cases[i].yaml);
      g_assert_cmpstr (outputs, ==, "null");
      g_assert_cmpstr (last_call (job), ==, cases[i].call);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *refused = outputs_of (job, "execution.Resume", wrong[i].yaml), *fetch = outputs_of (job, "log.Fetch", wrong[i].yaml);

      g_assert_nonnull (strstr (refused, wrong[i].message));
      g_assert_cmpstr (fetch, ==, refused);
      g_assert_cmpuint (job->calls->len, ==, 0);
    }
}

static void
test_count (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *flows = NULL, *none = NULL, *dropped = NULL, *bad = NULL, *broken = NULL;
  static const char when[] = "startDate: '1970-01-01T00:00:01.5Z'\n";
  g_autofree char *of_flows = g_strconcat ("flows: [{namespace: n, flowId: f}, {namespace: n, flowId: g}]\nexpression: '{{ count > 2 }}'\n", when, NULL);
  g_autofree char *of_spaces = g_strconcat ("namespaces: [n]\nstates: [FAILED]\nexpression: '{{ count }}'\n", when, NULL);
  g_autofree char *of_none = g_strconcat ("expression: '{{ true }}'\n", when, NULL);

  fake_job_answer (job, "executions.count", "3");
  flows = outputs_of (job, "execution.Count", of_flows);
  g_assert_cmpstr (flows, ==, "{\"results\":[{\"namespace\":\"n\",\"flowId\":\"f\",\"count\":3},{\"namespace\":\"n\",\"flowId\":\"g\",\"count\":3}],\"total\":6}");
  g_assert_cmpstr (last_call (job), ==, "executions.count {\"namespace\":\"n\",\"flowId\":\"g\",\"start_us\":1500000}");
  /* Only `true` keeps a count, a number does not. */
  dropped = outputs_of (job, "execution.Count", of_spaces);
  g_assert_cmpstr (dropped, ==, "{\"results\":[],\"total\":0}");
  g_assert_cmpstr (last_call (job), ==, "executions.count {\"namespace\":\"n\",\"states\":[\"FAILED\"],\"start_us\":1500000}");
  none = outputs_of (job, "execution.Count", of_none);
  g_assert_cmpstr (none, ==, "You must provide a list of flows or namespaces.");
  bad = outputs_of (job, "execution.Count", "namespaces: [n]\nexpression: x\nstartDate: yesterday\n");
  g_assert_nonnull (strstr (bad, "yesterday"));
  fake_job_answer (job, "executions.count", "\"!no store\"");
  broken = outputs_of (job, "execution.Count", of_spaces);
  g_assert_cmpstr (broken, ==, "no store");
}

static void
test_purge (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *executions = NULL, *logs = NULL, *bad = NULL, *toggled = NULL;

  fake_job_answer (job, "executions.purge", "{\"executionsCount\":2}");
  executions = outputs_of (job, "execution.PurgeExecutions", "flowId: f\nendDate: '1970-01-01T00:00:01Z'\npurgeLog: false\nstates: [SUCCESS]\n");
  g_assert_cmpstr (executions, ==, "{\"executionsCount\":2}");
  g_assert_cmpstr (last_call (job), ==, "executions.purge {\"flowId\":\"f\",\"end_us\":1000000,\"states\":[\"SUCCESS\"],\"execution\":true,"
                                        "\"log\":false,\"metric\":true,\"storage\":true}");
  fake_job_answer (job, "logs.purge", "7");
  logs = outputs_of (job, "log.PurgeLogs", "namespace: n\nendDate: '1970-01-01T00:00:01Z'\nlogLevels: [DEBUG]\n");
  g_assert_cmpstr (logs, ==, "{\"count\":7}");
  g_assert_cmpstr (last_call (job), ==, "logs.purge {\"namespace\":\"n\",\"end_us\":1000000,\"levels\":[\"DEBUG\"]}");
  bad = outputs_of (job, "log.PurgeLogs", "endDate: soon\n");
  g_assert_nonnull (strstr (bad, "'soon' is no date and time"));
  fake_job_answer (job, "trigger.toggle", "null");
  toggled = outputs_of (job, "trigger.Toggle", "trigger: '{{ x }}'\nflowId: f\n");
  g_assert_cmpstr (last_call (job), ==, "trigger.toggle {\"flowId\":\"f\",\"trigger\":\"X\",\"enabled\":false}");
}

static void
test_fetch (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *outputs = NULL, *failed = NULL;

  fake_job_answer (job, "logs.fetch", "2");
  outputs = outputs_of (job, "log.Fetch", "tasksId: [b, a]\nlevel: WARN\n");
  g_assert_true (g_str_has_prefix (outputs, "{\"uri\":\"kestra:///"));
  g_assert_true (g_str_has_suffix (outputs, ".ion\",\"size\":2}"));
  g_assert_true (g_str_has_prefix (last_call (job), "logs.fetch {\"level\":\"WARN\",\"path\":\"/"));
  g_assert_true (g_str_has_suffix (last_call (job), ",\"tasks\":[\"b\",\"a\"]}"));
  fake_job_answer (job, "logs.fetch", "\"!no such execution\"");
  failed = outputs_of (job, "log.Fetch", "executionId: e\n");
  g_assert_cmpstr (failed, ==, "no such execution");
}

static char *
kestra_of (FakeJob    *job,
           const char *type,
           const char *yaml)
{
  g_autofree char *text = g_strdup_printf ("type: io.kestra.plugin.kestra.%s\n%s", type, yaml);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) outputs = fake_job_run (job, text, &error);

  return outputs != NULL ? tc_json_to_text (outputs) : g_strdup (error->message);
}

/* The tasks that call the API of a server in Kestra: what they ask of the engine. */
static void
test_kestra (void)
{
  static const struct { const char *type, *yaml, *answer, *outputs, *call; } cases[] = {
    { "executions.Count", "namespaces: [a, b]\nflowId: f\nstates: [FAILED]\n", "4", "{\"count\":8}",
      "executions.count {\"namespace\":\"b\",\"flowId\":\"f\",\"states\":[\"FAILED\"]}" },
    { "executions.Count", "endDate: '1970-01-01T00:00:01Z'\nexpression: '{{ count > 4 }}'\n", "4", "{\"count\":0}", "executions.count {\"end_us\":1000000}" },
    { "executions.Kill", "executionId: e\npropagateKill: false\n", "null", "null", "execution.kill {\"executionId\":\"e\",\"cascade\":false}" },
    { "executions.Delete", "executionId: '{{ x }}'\nkestraUrl: http://localhost:8080\n", "null", "null", "execution.delete {\"executionId\":\"X\"}" },
    { "executions.Resume", "executionId: e\ninputs: {a: 1}\nauth: {apiToken: t}\n", "null", "null",
      "execution.resume {\"executionId\":\"e\",\"anyFlow\":true,\"inputs\":{\"a\":1}}" },
    { "executions.Query", "labels: {l: v}\ntriggerExecutionId: e\nfetchType: FETCH\npage: 2\nsize: 1\n", "[1, 2, 3]", "{\"size\":3,\"rows\":[[2]]}",
      "executions.find {\"labels\":{\"l\":\"v\"},\"triggerExecutionId\":\"e\"}" },
    { "executions.Query", "flowId: f\nfetchType: FETCH_ONE\n", "[{\"id\": 1}]", "{\"size\":1,\"row\":{\"0\":{\"id\":1}}}", "executions.find {\"flowId\":\"f\"}" },
    { "triggers.Toggle", "trigger: t\nenabled: true\n", "null", "null", "trigger.toggle {\"trigger\":\"t\",\"enabled\":true}" },
    { "flows.List", "", "[{\"id\": \"f\"}]", "{\"flows\":[{\"id\":\"f\"}]}", "flows.list {\"namespace\":\"my.space\"}" },
    { "namespaces.List", "prefix: a\npage: 2\nsize: 2\n", "[\"a1\", \"b\", \"a2\", \"a3\"]", "{\"namespaces\":[\"a3\"]}", "namespaces {}" },
    { "namespaces.NamespacesWithFlows", "prefix: b\n", "[\"a1\", \"b\"]", "{\"namespaces\":[\"b\"]}", "namespaces {}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *what = g_strndup (cases[i].call, strcspn (cases[i].call, " ")), *outputs = NULL, *elsewhere = NULL, *failed = NULL;
      g_autofree char *far = g_strconcat (cases[i].yaml, strstr (cases[i].yaml, "kestraUrl") != NULL ? "" : "kestraUrl: https://other.example\n", NULL);

      fake_job_answer (job, what, cases[i].answer);
      outputs = kestra_of (job, cases[i].type, cases[i].yaml);
      g_assert_cmpstr (outputs, ==, cases[i].outputs);
      g_assert_cmpstr (last_call (job), ==, cases[i].call);
      fake_job_answer (job, what, "\"!refused\"");
      failed = kestra_of (job, cases[i].type, cases[i].yaml);
      g_assert_cmpstr (failed, ==, "refused");
      elsewhere = kestra_of (job, cases[i].type, far);
      g_assert_true (strcmp (far, cases[i].yaml) == 0 || strstr (elsewhere, "another server") != NULL);
    }
}

static void
test_kestra_files (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *log = NULL, *query = NULL, *text = NULL;
  g_autoptr (TcValue) outputs = NULL;

  fake_job_answer (job, "logs.fetch", "2");
  log = kestra_of (job, "logs.Fetch", "");
  g_assert_true (g_str_has_suffix (log, ".ion\",\"size\":2}"));
  fake_job_answer (job, "executions.find", "[{\"id\": \"a\"}, {\"id\": \"b\"}]");
  query = kestra_of (job, "executions.Query", "");
  outputs = tc_json_read (query, strlen (query), NULL);
  g_assert_true (g_file_get_contents (tc_value_get_str (outputs, "uri") + strlen ("kestra://"), &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/target/resume", test_resume);
  g_test_add_func ("/target/count", test_count);
  g_test_add_func ("/target/purge", test_purge);
  g_test_add_func ("/target/fetch", test_fetch);
  g_test_add_func ("/target/kestra", test_kestra);
  g_test_add_func ("/target/kestra-files", test_kestra_files);
  return g_test_run ();
}
