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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/target/resume", test_resume);
  g_test_add_func ("/target/count", test_count);
  g_test_add_func ("/target/purge", test_purge);
  g_test_add_func ("/target/fetch", test_fetch);
  return g_test_run ();
}
