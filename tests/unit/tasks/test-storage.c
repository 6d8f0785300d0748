/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-job.h"

#include "tc-json.h"

#include <glib/gstdio.h>
#include <string.h>

#define P "type: io.kestra.plugin.core.storage."

static TcValue *run (FakeJob *job, const char *type, const char *format, ...) G_GNUC_PRINTF (3, 4);

static TcValue *
run (FakeJob    *job,
     const char *type,
     const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rest = NULL, *yaml = NULL;
  TcValue *outputs;
  va_list args;

  va_start (args, format);
  rest = g_strdup_vprintf (format, args);
  va_end (args);
  yaml = g_strconcat ("id: t\n" P, type, "\n", rest, NULL);
  outputs = fake_job_run (job, yaml, &error);
  return outputs != NULL ? outputs : tc_value_printf ("!%s", error->message);
}

static char *
write_file (FakeJob    *job,
            const char *text)
{
  g_autofree char *path = g_build_filename (job->directory, "in.json", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_strconcat ("kestra://", path, NULL);
}

static void
assert_file (const char *uri,
             const char *text)
{
  g_autofree char *content = NULL;

  g_assert_nonnull (uri);
  g_assert_true (g_file_get_contents (uri + strlen ("kestra://"), &content, NULL, NULL));
  g_assert_cmpstr (content, ==, text);
}

static void
assert_failed (const TcValue *outputs,
               const char    *part)
{
  g_assert_true (tc_value_is (outputs, TC_VALUE_STRING));
  g_test_message ("%s", tc_value_get_text (outputs));
  g_assert_nonnull (strstr (tc_value_get_text (outputs), part));
}

static void
test_write (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) plain = run (job, "Write", "content: 'h\u00e9 {{ x }}'\n"), named = run (job, "Write", "content: ''\nextension: txt\n");

  assert_file (tc_value_get_str (plain, "uri"), "h\u00e9 X");
  g_assert_true (g_str_has_suffix (tc_value_get_str (plain, "uri"), ".tmp"));
  assert_file (tc_value_get_str (named, "uri"), "");
  g_assert_true (g_str_has_suffix (tc_value_get_str (named, "uri"), ".txt"));
}

static void
test_concat (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, "a");
  g_autoptr (TcValue) list = run (job, "Concat", "files: ['%s', '%s', null]\nseparator: ','\nextension: .csv\n", uri, uri);
  g_autoptr (TcValue) text = run (job, "Concat", "files: '[\"%s\"]'\n", uri), wrong = run (job, "Concat", "files: '{{ x }}'\n");
  g_autoptr (TcValue) gone = run (job, "Concat", "files: ['kestra:///tmp/nope/x']\n"), other = run (job, "Concat", "files: ['http://x/y']\n");

  assert_file (tc_value_get_str (list, "uri"), "a,a,");
  g_assert_true (g_str_has_suffix (tc_value_get_str (list, "uri"), ".csv"));
  assert_file (tc_value_get_str (text, "uri"), "a");
  assert_failed (wrong, "list of URIs");
  assert_failed (gone, "nope");
  assert_failed (other, "Invalid internal storage scheme");
}

static void
assert_split (const char *text,
              const char *options,
              const char *expected)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, text);
  g_autoptr (TcValue) outputs = run (job, "Split", "from: '%s'\n%s", uri, options);
  const TcValue *uris = tc_value_get (outputs, "uris");
  g_autoptr (GString) all = g_string_new (NULL);

  g_assert_nonnull (uris);
  for (size_t i = 0; i < tc_value_length (uris); i++)
    {
      g_autofree char *content = NULL;

      g_assert_true (g_str_has_suffix (tc_value_get_text (tc_value_item (uris, i)), ".json"));
      g_assert_true (g_file_get_contents (tc_value_get_text (tc_value_item (uris, i)) + strlen ("kestra://"), &content, NULL, NULL));
      g_string_append_printf (all, "[%s]", content);
    }
  g_assert_cmpstr (all->str, ==, expected);
}

static void
test_split (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, "a");
  g_autoptr (TcValue) none = run (job, "Split", "from: '%s'\n", uri), size = run (job, "Split", "from: '%s'\nbytes: 6B\n", uri);
  g_autoptr (TcValue) regex = run (job, "Split", "from: '%s'\nregexPattern: '('\n", uri);

  assert_split ("1\n2\n3\n", "rows: 2\n", "[1\n2\n][3\n]");
  assert_split ("1\r\n2\r3", "rows: 1\n", "[1\n][2\n][3\n]");
  assert_split ("1\n2\n3", "rows: 2\nseparator: ;\n", "[1;2;][3;]");
  assert_split ("1\n2\n3\n4\n5\n", "partitions: 2\n", "[1\n3\n5\n][2\n4\n]");
  assert_split ("1\n", "partitions: 3\n", "[1\n]");
  assert_split ("12\n34\n56\n", "bytes: '4'\n", "[12\n34\n][56\n]");
  assert_split ("aa\nbb\nx\nab\nba\n", "regexPattern: '^([ab])'\n", "[aa\nab\n][bb\nba\n]");
  assert_split ("", "rows: 2\n", "");
  assert_failed (none, "Invalid configuration");
  assert_failed (size, "Invalid size with value '6B'");
  assert_failed (regex, "(");
}

static void
test_lines (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, "1\n\n3");
  g_autoptr (TcValue) reversed = run (job, "Reverse", "from: '%s'\n", uri);

  assert_file (tc_value_get_str (reversed, "uri"), "3\n\n1\n");
}

static void
test_filter (void)
{
  static const struct { const char *options, *kept; int dropped; } cases[] = {
    { "filterCondition: '{{ v > 1 }}'\n", "{\"v\":2}\n", 1 },
    { "filterCondition: '{{ v > 1 }}'\nfilterType: EXCLUDE\n", "{\"v\":1}\n", 1 },
    { "filterCondition: '{{ w.a > 1 }}'\nerrorOrNullBehavior: INCLUDE\n", "{\"v\":1}\n{\"v\":2}\n", 0 },
    { "filterCondition: '{{ w.a > 1 }}'\nerrorOrNullBehavior: EXCLUDE\n", "", 2 },
  };
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, "{\"v\":1}\n{\"v\":2}\n");
  g_autoptr (TcValue) failed = run (job, "FilterItems", "from: '%s'\nfilterCondition: '{{ w.a > 1 }}'\n", uri);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TcValue) outputs = run (job, "FilterItems", "from: '%s'\n%s", uri, cases[i].options);

      assert_file (tc_value_get_str (outputs, "uri"), cases[i].kept);
      g_assert_cmpint (tc_value_get_i64 (outputs, "droppedItemsTotal", -1), ==, cases[i].dropped);
      g_assert_cmpint (tc_value_get_i64 (outputs, "processedItemsTotal", -1), ==, 2);
    }
  g_assert_true (tc_value_is (failed, TC_VALUE_STRING));
}

static void
test_deduplicate (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, "{\"k\":1,\"n\":1}\n{\"k\":2,\"n\":2}\n{\"k\":1,\"n\":3}\n");
  g_autoptr (TcValue) outputs = run (job, "DeduplicateItems", "from: '%s'\nexpr: '{{ k }}'\n", uri);

  assert_file (tc_value_get_str (outputs, "uri"), "{\"k\":2,\"n\":2}\n{\"k\":1,\"n\":3}\n");
  g_assert_cmpint (tc_value_get_i64 (outputs, "numKeys", 0), ==, 2);
  g_assert_cmpint (tc_value_get_i64 (outputs, "droppedItemsTotal", 0), ==, 1);
}

static void
test_size_and_delete (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *uri = write_file (job, "h\u00e9llo");
  g_autoptr (TcValue) size = run (job, "Size", "uri: '%s'\n", uri);
  g_autoptr (TcValue) once = run (job, "Delete", "uri: '%s'\n", uri), twice = run (job, "Delete", "uri: '%s'\n", uri);
  g_autoptr (TcValue) must = run (job, "Delete", "uri: '%s'\nerrorOnMissing: true\n", uri), gone = run (job, "Size", "uri: '%s'\n", uri);
  g_autoptr (TcValue) wrong = run (job, "Delete", "uri: /etc/passwd\n");

  g_assert_cmpint (tc_value_get_i64 (size, "size", 0), ==, 6);
  g_assert_true (tc_value_get_flag (once, "deleted", FALSE));
  g_assert_false (tc_value_get_flag (twice, "deleted", TRUE));
  assert_failed (must, "Unable to find file");
  g_assert_true (tc_value_is (gone, TC_VALUE_STRING));
  assert_failed (wrong, "Invalid internal storage uri");
}

static void
test_no_room (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) outputs = NULL;

  g_rmdir (job->directory);
  outputs = run (job, "Write", "content: x\n");
  assert_failed (outputs, "cannot write");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/write", test_write);
  g_test_add_func ("/storage/concat", test_concat);
  g_test_add_func ("/storage/split", test_split);
  g_test_add_func ("/storage/lines", test_lines);
  g_test_add_func ("/storage/filter", test_filter);
  g_test_add_func ("/storage/deduplicate", test_deduplicate);
  g_test_add_func ("/storage/size-and-delete", test_size_and_delete);
  g_test_add_func ("/storage/no-room", test_no_room);
  return g_test_run ();
}
