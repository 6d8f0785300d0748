/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include "tc-json.h"
#include "tc-run-spec.h"

#include <string.h>

static GString *logged;

static void
on_log (TcJob      *job,
        TcLevel     level,
        const char *message)
{
  g_string_append_printf (logged, "%s:%s;", tc_level_name (level), message);
}

/* "{x}" renders to "X", "{bad}" fails. */
static TcValue *
on_render (TcJob          *job,
           const char     *text,
           const TcValue  *extra,
           GError        **error)
{
  if (strstr (text, "{bad}") != NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, "bad");
      return NULL;
    }
  return tc_value_string (strcmp (text, "{x}") == 0 ? "X" : text);
}

static const TcJobClass fake = { .log = on_log, .render = on_render };

static TcValue *
json (const char *text)
{
  return tc_json_read (text, strlen (text), NULL);
}

static void
test_levels (void)
{
  TcLevel level = TC_LEVEL_TRACE;

  g_assert_true (tc_level_parse ("WARN", &level));
  g_assert_cmpint (level, ==, TC_LEVEL_WARN);
  g_assert_false (tc_level_parse ("warn", &level));
  g_assert_cmpstr (tc_level_name (TC_LEVEL_ERROR), ==, "ERROR");
}

static void
test_log (void)
{
  TcJob job = { .klass = &fake };
  g_autoptr (TcValue) one = json ("\"a\""), many = json ("[\"b\",\"c\"]"), wrong = json ("[\"d\",5]"), map = json ("{}");
  g_autoptr (GError) error = NULL;

  logged = g_string_new (NULL);
  tc_job_log (&job, TC_LEVEL_INFO, "%d", 5);
  g_assert_true (tc_job_log_value (&job, TC_LEVEL_WARN, one, NULL));
  g_assert_true (tc_job_log_value (&job, TC_LEVEL_WARN, many, NULL));
  g_assert_false (tc_job_log_value (&job, TC_LEVEL_WARN, wrong, &error));
  g_assert_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE);
  g_assert_false (tc_job_log_value (&job, TC_LEVEL_WARN, map, NULL));
  g_assert_cmpstr (logged->str, ==, "INFO:5;WARN:a;WARN:b;WARN:c;WARN:d;");
  g_string_free (logged, TRUE);
}

static void
test_render_all (void)
{
  TcJob job = { .klass = &fake };
  g_autoptr (TcValue) value = json ("{\"{x}\":[\"{x}\",5,{\"k\":\"{x}\"}],\"plain\":null}"), bad = json ("[{\"a\":\"{bad}\"}]"), bad_key = json ("{\"{bad}\":1}");
  g_autoptr (TcValue) rendered = tc_job_render_all (&job, value, NULL, NULL);
  g_autofree char *text = tc_json_to_text (rendered);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (text, ==, "{\"X\":[\"X\",5,{\"k\":\"X\"}],\"plain\":null}");
  g_assert_null (tc_job_render_all (&job, bad, NULL, &error));
  g_assert_nonnull (error);
  g_assert_null (tc_job_render_all (&job, bad_key, NULL, NULL));
}

static void
test_run_spec (void)
{
  TcRunSpec *spec = tc_run_spec_new ();
  TcFileIn *file = g_new0 (TcFileIn, 1);

  file->path = g_strdup ("a");
  file->text = tc_value_string ("t");
  g_ptr_array_add (spec->files, file);
  g_ptr_array_add (spec->argv, g_strdup ("sh"));
  spec->image = g_strdup ("i");
  tc_run_spec_free (spec);
  tc_run_spec_free (NULL);
  tc_file_in_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job/levels", test_levels);
  g_test_add_func ("/job/log", test_log);
  g_test_add_func ("/job/render-all", test_render_all);
  g_test_add_func ("/job/run-spec", test_run_spec);
  return g_test_run ();
}
