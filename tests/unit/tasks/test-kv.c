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
    { "key: k\nvalue: [1, '{{ x }}']\n", "kv.set {\"value\":\"[1,\\\"X\\\"]\",\"key\":\"k\",\"namespace\":\"my.space\",\"overwrite\":true}" },
    { "key: k\nvalue: {a: 1}\nkvType: JSON\n", "kv.set {\"value\":{\"a\":1},\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"JSON\",\"overwrite\":true}" },
    { "key: k\nvalue: '2026-01-01T10:00:00.1239+02:00'\nkvType: DATETIME\n",
      "kv.set {\"value\":\"2026-01-01T08:00:00.123Z\",\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"DATETIME\",\"overwrite\":true}" },
    { "key: k\nvalue: '2026-01-01T02:00:00+02:00'\nkvType: DATE\n",
      "kv.set {\"value\":\"2026-01-01\",\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"DATE\",\"overwrite\":true}" },
    { "key: k\nvalue: PT5M\nkvType: DURATION\n", "kv.set {\"value\":\"PT5M\",\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"DURATION\",\"overwrite\":true}" },
    { "key: k\nvalue: '{{ 5 }}'\nkvType: STRING\n", "kv.set {\"value\":\"5\",\"key\":\"k\",\"namespace\":\"my.space\",\"type\":\"STRING\",\"overwrite\":true}" },
  };
  static const char *const wrong[] = {
    "key: -x\nvalue: a\n", "key: ''\nvalue: a\n", "key: k\nvalue: 2026-01-01\nkvType: DATE\n", "key: k\nvalue: 5m\nkvType: DURATION\n",
    "key: k\nvalue: '2026-01-01T10:00Z'\nkvType: DATETIME\n",
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
  g_assert_cmpstr (job->calls->pdata[1], ==, "kv.get {\"namespace\":\"my\",\"key\":\"k\",\"failExpired\":true}");
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

/* "namespace/key@version …" of the last kv.purge. */
static char *
purged_of (FakeJob *job)
{
  const char *call = job->calls->pdata[job->calls->len - 1];
  g_autoptr (TcValue) args = NULL;
  const TcValue *entries;
  GString *text = g_string_new (NULL);

  g_assert_true (g_str_has_prefix (call, "kv.purge "));
  args = tc_json_read (call + strlen ("kv.purge "), strlen (call) - strlen ("kv.purge "), NULL);
  entries = tc_value_get (args, "entries");
  for (size_t i = 0; i < tc_value_length (entries); i++)
    g_string_append_printf (text, "%s%s/%s@%" G_GINT64_FORMAT, i > 0 ? " " : "", tc_value_get_str (tc_value_item (entries, i), "namespace"),
                            tc_value_get_str (tc_value_item (entries, i), "key"), tc_value_get_i64 (tc_value_item (entries, i), "version", 0));
  return g_string_free (text, FALSE);
}

static void
test_purge (void)
{
  static const char entries[] =
    "[{\"namespace\":\"a\",\"key\":\"k1\",\"version\":3,\"expired\":true,\"updated_us\":30},"
    "{\"namespace\":\"a\",\"key\":\"k1\",\"version\":2,\"expired\":false,\"updated_us\":20},"
    "{\"namespace\":\"a\",\"key\":\"k1\",\"version\":1,\"expired\":false,\"updated_us\":1000000},"
    "{\"namespace\":\"a\",\"key\":\"k2\",\"version\":1,\"expired\":false},"
    "{\"namespace\":\"ab\",\"key\":\"x1\",\"version\":1,\"expired\":false},{\"namespace\":\"b\",\"key\":\"k1\",\"version\":9,\"expired\":true}]";
  static const struct { const char *yaml, *purged; } cases[] = {
    { "", "a/k1@3 b/k1@9" },
    { "namespaces: [a]\nbehavior: {type: key, expiredOnly: false}\n", "a/k1@3 a/k1@2 a/k1@1 a/k2@1 ab/x1@1" },
    { "namespaces: [a]\nincludeChildNamespaces: false\nexpiredOnly: false\nkeyPattern: '*2'\n", "a/k2@1" },
    { "namespacePattern: '?'\nexpiredOnly: true\n", "a/k1@3 b/k1@9" },
    { "behavior: {type: version, keepAmount: 1}\n", "a/k1@2 a/k1@1" },
    { "behavior: {type: version, keepAmount: 2}\n", "a/k1@1" },
    { "behavior: {type: version, keepAmount: '0'}\nnamespaces: [b]\n", "b/k1@9" },
    { "behavior: {type: version, before: '1970-01-01T00:00:00.5Z'}\n", "a/k1@2" },
    { "behavior: {type: version}\n", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *yaml = g_strconcat ("type: io.kestra.plugin.core.kv.PurgeKV\n", cases[i].yaml, NULL), *outputs = NULL, *purged = NULL;

      fake_job_answer (job, "namespaces", "[\"a\",\"ab\",\"b\"]");
      fake_job_answer (job, "kv.versions", entries);
      fake_job_answer (job, "kv.purge", "null");
      outputs = outputs_of (job, yaml);
      purged = purged_of (job);
      g_assert_cmpstr (purged, ==, cases[i].purged);
      g_assert_true (g_str_has_prefix (outputs, "{\"size\":"));
    }
}

static void
test_purge_refuses (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *both = outputs_of (job, "type: io.kestra.plugin.core.kv.PurgeKV\nnamespaces: [a]\nnamespacePattern: b\n"), *files = NULL;
  g_autofree char *two = NULL, *date = NULL;

  g_assert_nonnull (strstr (both, "can't be used at the same time"));
  g_assert_cmpuint (job->calls->len, ==, 0);
  fake_job_answer (job, "namespaces", "[]");
  two = outputs_of (job, "type: io.kestra.plugin.core.kv.PurgeKV\nbehavior: {type: version, keepAmount: 1, before: '2026-01-01T00:00:00Z'}\n");
  g_assert_nonnull (strstr (two, "Cannot set both"));
  date = outputs_of (job, "type: io.kestra.plugin.core.kv.PurgeKV\nbehavior: {type: version, before: '2026-01-01'}\n");
  g_assert_nonnull (strstr (date, "2026-01-01"));
  g_string_truncate (job->log, 0);
  fake_job_answer (job, "namespaces", "[\"a\",\"ab\"]");
  fake_job_answer (job, "namespace.versions", "[]");
  files = outputs_of (job, "type: io.kestra.plugin.core.namespace.PurgeFiles\nnamespaces: [a]\n");
  g_assert_cmpstr (files, ==, "{\"size\":0}");
  g_assert_nonnull (strstr (job->log->str, "INFO purging 2 namespaces: [a, ab]\nINFO purged 0 files\n"));
}

static void
test_purge_files (void)
{
  static const struct { const char *yaml, *size, *last; } cases[] = {
    { "", "{\"size\":3}", "namespace.purge {\"namespace\":\"a\",\"path\":\"d/b\",\"version\":1,\"updated_us\":1}" },
    { "filePattern: 'a.*'\nbehavior: {type: version, keepAmount: 2}\n", "{\"size\":1}",
      "namespace.purge {\"namespace\":\"a\",\"path\":\"a.txt\",\"version\":1,\"updated_us\":5}" },
    { "behavior: {type: version, before: '1970-01-01T00:00:00.000004Z'}\n", "{\"size\":1}",
      "namespace.purge {\"namespace\":\"a\",\"path\":\"d/b\",\"version\":1,\"updated_us\":1}" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeJob) job = fake_job_new ();
      g_autofree char *yaml = g_strconcat ("type: io.kestra.plugin.core.namespace.PurgeFiles\n", cases[i].yaml, NULL), *size = NULL, *failed = NULL;

      fake_job_answer (job, "namespaces", "[\"a\"]");
      fake_job_answer (job, "namespace.versions", "[{\"path\":\"a.txt\",\"version\":3,\"updated_us\":7},{\"path\":\"a.txt\",\"version\":2,"
                       "\"updated_us\":6},{\"path\":\"a.txt\",\"version\":1,\"updated_us\":5},{\"path\":\"d/b\",\"version\":2,\"updated_us\":2},"
                       "{\"path\":\"d/b\",\"version\":1,\"updated_us\":1}]");
      fake_job_answer (job, "namespace.purge", "null");
      size = outputs_of (job, yaml);
      g_assert_cmpstr (size, ==, cases[i].size);
      g_assert_cmpstr (job->calls->pdata[job->calls->len - 1], ==, cases[i].last);
      fake_job_answer (job, "namespace.purge", "\"!read-only\"");
      failed = outputs_of (job, yaml);
      g_assert_cmpstr (failed, ==, "read-only");
    }
}

static void
test_delete_files (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *done = NULL, *failed = NULL;

  fake_job_answer (job, "namespace.files", "[{\"path\":\"d/e/b\"},{\"path\":\"d/c\"},{\"path\":\"k/x\"}]");
  fake_job_answer (job, "namespace.delete", "null");
  fake_job_answer (job, "namespace.list", "[\"k/y\",\"dd/z\"]");
  done = outputs_of (job, "type: io.kestra.plugin.core.namespace.DeleteFiles\nfiles: '**'\ndeleteParentFolder: true\n");
  g_assert_cmpstr (done, ==, "null");
  g_assert_cmpstr (job->log->str, ==, "DEBUG Deleted d/e/b\nDEBUG Deleted d/c\nDEBUG Deleted k/x\nDEBUG Deleted empty folder: d/e\n"
                                      "DEBUG Deleted empty folder: d\nMETRIC deleted\n");
  fake_job_answer (job, "namespace.delete", "\"!read-only\"");
  failed = outputs_of (job, "type: io.kestra.plugin.core.namespace.DeleteFiles\nfiles: ['**']\n");
  g_assert_cmpstr (failed, ==, "read-only");
}

static void
test_files_of_the_execution (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *purged = NULL, *local = NULL, *refused = NULL;

  fake_job_answer (job, "execution.purgeFiles", "[\"kestra:///a\"]");
  purged = outputs_of (job, "type: io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles\n");
  g_assert_cmpstr (purged, ==, "{\"uris\":[\"kestra:///a\"]}");
  fake_job_answer (job, "directory.put", "null");
  fake_job_answer (job, "directory.collect", "{\"o\":\"kestra:///o\"}");
  local = outputs_of (job, "type: io.kestra.plugin.core.storage.LocalFiles\ninputs: {i: '{{ x }}'}\noutputs: ['*']\n");
  g_assert_cmpstr (local, ==, "{\"uris\":{\"o\":\"kestra:///o\"}}");
  g_assert_cmpstr (job->calls->pdata[1], ==, "directory.put {\"files\":{\"i\":\"X\"}}");
  g_assert_cmpstr (job->calls->pdata[2], ==, "directory.collect {\"patterns\":[\"*\"]}");
  fake_job_answer (job, "directory.put", "\"!disk full\"");
  refused = outputs_of (job, "type: io.kestra.plugin.core.storage.LocalFiles\n");
  g_assert_cmpstr (refused, ==, "disk full");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kv/set", test_set);
  g_test_add_func ("/kv/get", test_get);
  g_test_add_func ("/kv/others", test_others);
  g_test_add_func ("/kv/purge", test_purge);
  g_test_add_func ("/kv/purge-refuses", test_purge_refuses);
  g_test_add_func ("/kv/purge-files", test_purge_files);
  g_test_add_func ("/files/delete", test_delete_files);
  g_test_add_func ("/files/of-the-execution", test_files_of_the_execution);
  return g_test_run ();
}
