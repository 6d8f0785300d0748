/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-job.h"

#include "tc-json.h"

#include <string.h>

#define SET "id: t\ntype: io.kestra.plugin.core.kv.Set\n"

static char *
outputs_of (FakeJob    *job,
            const char *yaml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) outputs = fake_job_run (job, yaml, &error);

  return outputs != NULL ? tc_json_to_text (outputs) : g_strdup (error->message);
}

static void
test_set (void)
{
  static const struct { const char *yaml, *call; } cases[] = {
    { "key: k\nvalue: '5'\n", "kv.set {\"value\":\"5\",\"key\":\"k\",\"namespace\":\"my.space\",\"overwrite\":true}" },
    { "key: k\nvalue: '{{ [1,2] }}'\n", "kv.set {\"value\":[1,2],\"key\":\"k\",\"namespace\":\"my.space\",\"overwrite\":true}" },
    { "key: k\nvalue: '{{ x }}!'\nnamespace: other\noverwrite: false\nttl: PT1H\n",
      "kv.set {\"value\":\"X!\",\"key\":\"k\",\"namespace\":\"other\",\"ttl\":\"PT1H\",\"overwrite\":false}" },
    { "key: k\nvalue: '7.50'\nkvType: NUMBER\n", "kv.set {\"value\":7.5,\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"NUMBER\",\"overwrite\":true}" },
    { "key: k\nvalue: 'yes'\nkvType: BOOLEAN\n", "kv.set {\"value\":false,\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"BOOLEAN\",\"overwrite\":true}" },
    { "key: k\nvalue: '{\"a\":1}'\nkvType: JSON\n", "kv.set {\"value\":{\"a\":1},\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"JSON\",\"overwrite\":true}" },
    { "key: k\nvalue: PT5M\nkvType: DURATION\n", "kv.set {\"value\":\"PT5M\",\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"DURATION\",\"overwrite\":true}" },
    { "key: k\nvalue: '{{ 5 }}'\nkvType: STRING\n", "kv.set {\"value\":\"5\",\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"STRING\",\"overwrite\":true}" },
  };
  static const char *const wrong[] = {
    "key: -x\nvalue: a\n", "key: ''\nvalue: a\n", "key: k\nvalue: 2026-01-01\nkvType: DATE\n", "key: k\nvalue: 5m\nkvType: DURATION\n",
    "key: k\nvalue: '{a'\nkvType: JSON\n", "key: k\nvalue: x\nkvType: NUMBER\n", "key: k\nvalue: x\nkvType: NOPE\n", "key: k\nvalue: a\nttl: PT-1S\n",
    "key: k\nvalue: a\nttl: soon\n", "key: k\nvalue: '{{ nope.x }}'\n",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *yaml = g_strconcat (SET, cases[i].yaml, NULL), *outputs = NULL;

      fake_job_answer (job, "kv.set", "null");
      outputs = outputs_of (job, yaml);
      g_assert_cmpstr (outputs, ==, "null");
      g_assert_cmpstr (job->calls->pdata[0], ==, cases[i].call);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *yaml = g_strconcat (SET, wrong[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (fake_job_run (job, yaml, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_cmpuint (job->calls->len, ==, 0);
    }
}

static void
test_get (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *found = NULL, *none = NULL, *missing = NULL, *duration = NULL, *other = NULL;

  fake_job_answer (job, "kv.get", "null");
  none = outputs_of (job, "type: io.kestra.plugin.core.kv.Get\nkey: k\n");
  g_assert_cmpstr (none, ==, "{}");
  /* The flow's namespace is searched with those above it. */
  g_assert_cmpuint (job->calls->len, ==, 2);
  g_assert_cmpstr (job->calls->pdata[1], ==, "kv.get {\"namespace\":\"my\",\"key\":\"k\"}");
  missing = outputs_of (job, "type: io.kestra.plugin.core.kv.Get\nkey: k\nnamespace: a.b\nerrorOnMissing: true\n");
  g_assert_nonnull (strstr (missing, "'k' in namespace 'a.b'"));
  g_assert_cmpuint (job->calls->len, ==, 3);
  fake_job_answer (job, "kv.get", "{\"value\":[1,null]}");
  found = outputs_of (job, "type: io.kestra.plugin.core.kv.Get\nkey: k\n");
  g_assert_cmpstr (found, ==, "{\"value\":[1,null]}");
  fake_job_answer (job, "kv.get", "{\"value\":\"PT5M\"}");
  duration = outputs_of (job, "type: io.kestra.plugin.core.kv.Get\nkey: k\n");
  g_assert_cmpstr (duration, ==, "{\"value\":300.0}");
  fake_job_answer (job, "kv.get", "\"!disk full\"");
  other = outputs_of (job, "type: io.kestra.plugin.core.kv.Get\nkey: k\n");
  g_assert_cmpstr (other, ==, "disk full");
}

static void
test_others (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *keys = NULL, *deleted = NULL, *missing = NULL, *put = NULL;

  fake_job_answer (job, "kv.list", "[{\"key\":\"ab1\"},{\"key\":\"ab2\"},{\"key\":\"z\"}]");
  keys = outputs_of (job, "type: io.kestra.plugin.core.kv.GetKeys\nprefix: ab\n");
  g_assert_cmpstr (keys, ==, "{\"keys\":[\"ab1\",\"ab2\"]}");
  fake_job_answer (job, "kv.delete", "false");
  deleted = outputs_of (job, "type: io.kestra.plugin.core.kv.Delete\nkey: k\n");
  g_assert_cmpstr (deleted, ==, "{\"deleted\":false}");
  missing = outputs_of (job, "type: io.kestra.plugin.core.kv.Delete\nkey: k\nerrorOnMissing: true\n");
  g_assert_nonnull (strstr (missing, "'k'"));
  fake_job_answer (job, "kv.get", "{\"value\":1}");
  fake_job_answer (job, "kv.set", "null");
  put = outputs_of (job, "type: io.kestra.plugin.core.kv.Put\nkey: k\nvalue: {b: {d: 3}}\n");
  g_assert_cmpstr (put, ==, "null");
  g_assert_cmpstr (job->calls->pdata[job->calls->len - 1], ==, "kv.set {\"key\":\"k\",\"namespace\":\"my.space\",\"value\":\"{\\\"b\\\":{\\\"d\\\":3}}\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kv/set", test_set);
  g_test_add_func ("/kv/get", test_get);
  g_test_add_func ("/kv/others", test_others);
  return g_test_run ();
}
