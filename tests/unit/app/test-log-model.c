/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log model over a real engine and a script that writes many lines. */
#include "config.h"
#include "tc-log-model.h"

#include <glib/gstdio.h>

#define LINES 3000
#define FLOW \
  "id: noisy\nnamespace: test\ntasks:\n  - id: talk\n    type: io.kestra.plugin.scripts.shell.Commands\n" \
  "    taskRunner: {type: io.kestra.plugin.core.runner.Process}\n    commands:\n" \
  "      - seq 1 3000 | sed 's/^/line /'\n      - echo needle >&2\n"

typedef struct
{
  char     *directory, *id;
  TcEngine *engine;
} Fixture;

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  TcEngineOptions options = { .test = TRUE };
  const TcExecuteRequest request = { .source = FLOW };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcHead) head = NULL;

  fixture->directory = g_dir_make_tmp ("tiercel-log-XXXXXX", NULL);
  options.data_directory = fixture->directory;
  fixture->engine = tc_engine_new (&options, &error);
  g_assert_no_error (error);
  tc_engine_execute_async (fixture->engine, &request, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture->id = tc_engine_execute_finish (fixture->engine, result, &error);
  g_assert_no_error (error);
  head = tc_engine_wait (fixture->engine, fixture->id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tc_head_state (head), ==, TC_STATE_SUCCESS);
}

static void
remove_tree (const char *path)
{
  GDir *folder = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_clear_pointer (&folder, g_dir_close);
  g_remove (path);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  tc_engine_close (fixture->engine);
  g_object_unref (fixture->engine);
  remove_tree (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->id);
}

static void
settle (TcLogModel *model)
{
  while (tc_log_model_is_busy (model))
    g_main_context_iteration (NULL, TRUE);
}

static void
check_line (TcLogModel *model,
            guint       position,
            const char *text)
{
  g_autoptr (TcLogItem) item = g_list_model_get_item (G_LIST_MODEL (model), position);

  g_assert_nonnull (item);
  while (tc_log_item_get_line (item) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (tc_log_item_get_line (item)->message, ==, text);
}

static guint
find_first (TcLogModel *model,
            const char *text)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
    {
      g_autoptr (TcLogItem) item = g_list_model_get_item (G_LIST_MODEL (model), i);

      while (tc_log_item_get_line (item) == NULL)
        g_main_context_iteration (NULL, TRUE);
      if (g_str_equal (tc_log_item_get_line (item)->message, text))
        return i;
    }
  g_assert_not_reached ();
}

static void
test_windows (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (TcLogModel) model = tc_log_model_new (fixture->engine, fixture->id);
  guint first;

  settle (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, tc_log_model_get_total (model));
  g_assert_cmpuint (tc_log_model_get_total (model), >=, LINES);
  first = find_first (model, "line 1");
  check_line (model, first + 2999, "line 3000");
  check_line (model, first + 255, "line 256");
  check_line (model, first + 256, "line 257");
  check_line (model, first, "line 1");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), g_list_model_get_n_items (G_LIST_MODEL (model))));
}

static void
test_filter (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (TcLogModel) model = tc_log_model_new (fixture->engine, fixture->id);

  settle (model);
  tc_log_model_set_filter (model, TC_LEVEL_TRACE, "LINE 29");
  settle (model);
  /* 29, 290 to 299, 2900 to 2999 */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 111);
  check_line (model, 0, "line 29");
  check_line (model, 110, "line 2999");
  tc_log_model_set_filter (model, TC_LEVEL_TRACE, "no such text");
  settle (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  g_assert_cmpuint (tc_log_model_get_total (model), >=, LINES);
  tc_log_model_set_filter (model, TC_LEVEL_ERROR, NULL);
  settle (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, tc_log_model_get_n_level (model, TC_LEVEL_ERROR));
  tc_log_model_set_filter (model, TC_LEVEL_INFO, NULL);
  settle (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==,
                    tc_log_model_get_n_level (model, TC_LEVEL_INFO) + tc_log_model_get_n_level (model, TC_LEVEL_WARN)
                    + tc_log_model_get_n_level (model, TC_LEVEL_ERROR));
}

/* A view that is closed while a worker reads must leave nothing behind. */
static void
test_dropped (Fixture      *fixture,
              gconstpointer data)
{
  TcLogModel *model = tc_log_model_new (fixture->engine, fixture->id);

  g_object_add_weak_pointer (G_OBJECT (model), (gpointer *) &model);
  g_object_unref (model);
  while (model != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/app/log-model/windows", Fixture, NULL, set_up, test_windows, tear_down);
  g_test_add ("/app/log-model/filter", Fixture, NULL, set_up, test_filter, tear_down);
  g_test_add ("/app/log-model/dropped", Fixture, NULL, set_up, test_dropped, tear_down);
  return g_test_run ();
}
