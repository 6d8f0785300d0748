/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-markers.h"
#include "tc-json.h"
#include <string.h>

static void
test_recognise (void)
{
  static const struct { const char *line; gboolean is; } cases[] = {
    { "::{}::", TRUE }, { "::{\"a\":1}::", TRUE }, { " ::{}::", FALSE }, { "::{}:: ", FALSE }, { "x ::{}::", FALSE }, { "::{", FALSE },
    { "::}::", FALSE }, { "::{::", FALSE }, { "", FALSE }, { "::{\n}::", FALSE }, { "::{\xe2\x80\xa8}::", FALSE }, { "::{\xc2\x85}::", FALSE },
    { "::{\"a\":\"}::{\"}::", TRUE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (tc_marker_is (cases[i].line, strlen (cases[i].line)), ==, cases[i].is);
}

static gboolean
read_line (const char *line, TcMarker *marker, GError **error)
{
  g_assert_true (tc_marker_is (line, strlen (line)));
  return tc_marker_read (line, strlen (line), marker, error);
}

static void
test_read (void)
{
  TcMarker marker = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (read_line ("::{\"outputs\":{\"a\":1},\"logs\":[{\"level\":\"WARN\",\"message\":\"w\"}],"
                       "\"metrics\":[{\"name\":\"t\",\"type\":\"timer\",\"value\":\"PT1.5S\",\"tags\":{\"k\":\"v\"}}],\"foo\":1} trailing}::",
                       &marker, &error));
  g_assert_no_error (error);
  text = tc_json_to_text (marker.outputs);
  g_assert_cmpstr (text, ==, "{\"a\":1}");
  g_assert_cmpuint (marker.logs->len, ==, 1);
  g_assert_cmpint (tc_value_get_i64 (marker.logs->pdata[0], "level", -1), ==, TC_LEVEL_WARN);
  g_assert_cmpfloat (tc_value_get_double (tc_value_get (marker.metrics->pdata[0], "value")), ==, 1500.0);
  tc_marker_clear (&marker);
}

/* Nothing of a line counts if a part of it is wrong. */
static void
test_refuse (void)
{
  static const char *const lines[] = {
    "::{a}::", "::{\"outputs\":3}::", "::{\"outputs\":{\"a\":1},\"metrics\":[{\"name\":\"x\",\"type\":\"bogus\",\"value\":1}]}::",
    "::{\"metrics\":[{\"name\":\"x\",\"type\":\"counter\",\"value\":\"many\"}]}::", "::{\"metrics\":[{\"type\":\"counter\",\"value\":1}]}::",
    "::{\"metrics\":{}}::", "::{\"metrics\":[{\"name\":\"x\",\"type\":\"gauge\",\"value\":1,\"tags\":[1]}]}::", "::{\"logs\":[{\"message\":\"m\"}]}::",
    "::{\"logs\":[7]}::", "::{\"metrics\":[null]}::",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      TcMarker marker = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (read_line (lines[i], &marker, &error));
      g_assert_nonnull (error);
      g_assert_null (marker.outputs);
      g_assert_null (marker.metrics);
    }
}

static void
test_merge (void)
{
  g_autoptr (TcValue) first = tc_json_read ("{\"a\":1,\"b\":2,\"l\":[null]}", 24, NULL);
  g_autoptr (TcValue) second = tc_json_read ("{\"a\":3,\"b\":null}", 16, NULL);
  g_autoptr (TcValue) merged = NULL;
  g_autofree char *text = NULL;

  merged = tc_outputs_merge (tc_outputs_merge (NULL, first), second);
  text = tc_json_to_text (merged);
  g_assert_cmpstr (text, ==, "{\"l\":[null],\"a\":3}");
}

static void
test_metrics (void)
{
  g_autoptr (GPtrArray) metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  g_autoptr (TcValue) tags = tc_value_map_of ("k", tc_value_string ("v"), NULL);
  struct { TcMetricKind kind; double value; const TcValue *tags; } given[] = {
    { TC_METRIC_COUNTER, 2, tags }, { TC_METRIC_COUNTER, 3, tags }, { TC_METRIC_COUNTER, 5, NULL }, { TC_METRIC_GAUGE, 7, NULL },
    { TC_METRIC_GAUGE, 1, NULL },
  };
  static const double want[] = { 5, 5, 1 };

  for (size_t i = 0; i < G_N_ELEMENTS (given); i++)
    {
      g_autoptr (TcValue) metric = tc_metric_new (given[i].kind, "m", given[i].value, given[i].tags);

      tc_metrics_add (metrics, metric);
    }
  g_assert_cmpuint (metrics->len, ==, G_N_ELEMENTS (want));
  for (size_t i = 0; i < G_N_ELEMENTS (want); i++)
    g_assert_cmpfloat (tc_value_get_double (tc_value_get (metrics->pdata[i], "value")), ==, want[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/markers/recognise", test_recognise);
  g_test_add_func ("/engine/markers/read", test_read);
  g_test_add_func ("/engine/markers/refuse", test_refuse);
  g_test_add_func ("/engine/markers/merge", test_merge);
  g_test_add_func ("/engine/markers/metrics", test_metrics);
  return g_test_run ();
}
