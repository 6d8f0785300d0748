/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-pull.h"
#include "tc-json.h"
#include "tc-ndjson.h"

#include <string.h>

static void
add_text (gpointer       data,
          const TcValue *value)
{
  g_autofree char *text = tc_json_to_text (value);

  g_string_append_printf (data, "%s;", text);
}

static void
test_any_cut (void)
{
  static const char stream[] = "{\"a\":1}\n\r\n[2]\r\n\"x\\ny\"\n3";

  for (size_t step = 1; step <= sizeof stream; step++)
    {
      g_autoptr(TcNdjson) lines = tc_ndjson_new ();
      g_autoptr(GString) got = g_string_new (NULL);
      g_autoptr(GError) error = NULL;

      for (size_t at = 0; at < sizeof stream - 1; at += step)
        g_assert_true (tc_ndjson_feed (lines, stream + at, MIN (step, sizeof stream - 1 - at), add_text, got, &error));
      g_assert_true (tc_ndjson_finish (lines, add_text, got, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (got->str, ==, "{\"a\":1};[2];\"x\\ny\";3;");
    }
}

static void
test_bad_line (void)
{
  g_autoptr(TcNdjson) lines = tc_ndjson_new ();
  g_autoptr(GString) got = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (tc_ndjson_feed (lines, "1\n{bad\n2\n", 9, add_text, got, &error));
  g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_SYNTAX);
  g_assert_cmpstr (got->str, ==, "1;");
}

static void
test_limit (void)
{
  g_autoptr(TcNdjson) lines = tc_ndjson_new ();
  g_autoptr(GString) got = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *long_text = g_strnfill (1024 * 1024, ' ');
  gboolean good = TRUE;

  for (int i = 0; good && i < 20; i++)
    good = tc_ndjson_feed (lines, long_text, 1024 * 1024, add_text, got, &error);
  g_assert_false (good);
  g_assert_error (error, TC_JSON_ERROR, TC_JSON_ERROR_LIMIT);
}

static void
take (TcDockerPull    *pull,
      TcDockerPullSum *sum,
      const char      *line)
{
  g_autoptr(TcValue) value = tc_json_read (line, strlen (line), NULL);

  g_assert_nonnull (value);
  tc_docker_pull_take (pull, value, sum);
}

static void
test_pull_sum (void)
{
  g_autoptr(TcDockerPull) pull = tc_docker_pull_new ();
  TcDockerPullSum sum;

  take (pull, &sum, "{\"status\":\"Pulling from library/x\",\"id\":\"latest\"}");
  g_assert_cmpuint (sum.layers_total, ==, 0);
  take (pull, &sum, "{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"a\"}");
  take (pull, &sum, "{\"status\":\"Already exists\",\"progressDetail\":{},\"id\":\"b\"}");
  take (pull, &sum, "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10,\"total\":40},\"id\":\"a\"}");
  g_assert_cmpuint (sum.layers_total, ==, 2);
  g_assert_cmpuint (sum.layers_done, ==, 1);
  g_assert_cmpuint (sum.bytes_done, ==, 10);
  g_assert_cmpuint (sum.bytes_total, ==, 40);
  g_assert_cmpstr (sum.text, ==, "Downloading");
  take (pull, &sum, "{\"status\":\"Download complete\",\"id\":\"a\"}");
  g_assert_cmpuint (sum.bytes_done, ==, 40);
  g_assert_cmpuint (sum.layers_done, ==, 1);
  take (pull, &sum, "{\"status\":\"Pull complete\",\"id\":\"a\"}");
  g_assert_cmpuint (sum.layers_done, ==, 2);
  take (pull, &sum, "[1, 2]");
  take (pull, &sum, "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":-5,\"total\":-1},\"id\":\"c\"}");
  g_assert_cmpuint (sum.bytes_done, ==, 40);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/ndjson/any-cut", test_any_cut);
  g_test_add_func ("/net/ndjson/bad-line", test_bad_line);
  g_test_add_func ("/net/ndjson/limit", test_limit);
  g_test_add_func ("/net/ndjson/pull-sum", test_pull_sum);
  return g_test_run ();
}
