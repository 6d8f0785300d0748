/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"
#include "tc-engine.h"
#include "tc-json.h"
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A program with an engine in it, to be killed.
 *
 *   tc-crash-driver DATA run FILE       runs the flow; prints its id at once and the result at the end
 *   tc-crash-driver DATA follow ID      starts the engine, which recovers, and waits for the end of ID; `-`: of the newest execution
 *   tc-crash-driver DATA all FILE       saves FILE.listener, runs the flow (`-`: nothing), and prints all executions once they are over
 *
 * TC_CRASH_AT=N: it kills itself when the N-th batch has become durable.
 */

static int commits, crash_at;

static void
on_point (gpointer data, const char *point)
{
  if (strcmp (point, "commit") == 0 && ++commits == crash_at)
    kill (getpid (), SIGKILL);
}

static void
on_executed (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  *(char **) data = tc_engine_execute_finish (NULL, result, &error);
  if (error != NULL)
    {
      g_printerr ("refused: %s\n", error->message);
      exit (2);
    }
}

static char *
execute (TcEngine *engine, const char *file)
{
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;
  TcExecuteRequest request = { 0 };
  char *id = NULL;

  if (!g_file_get_contents (file, &source, NULL, &error))
    g_error ("%s", error->message);
  request.source = source;
  tc_engine_execute_async (engine, &request, NULL, on_executed, &id);
  while (id == NULL)
    g_main_context_iteration (NULL, TRUE);
  return id;
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heads = tc_engine_find_executions_finish (NULL, result, &error);

  if (heads == NULL)
    g_error ("%s", error->message);
  *(char **) data = g_strdup (heads->len > 0 ? ((TcHead *) g_ptr_array_index (heads, 0))->id : "");
}

static char *
newest (TcEngine *engine)
{
  char *id = NULL;

  tc_engine_find_executions_async (engine, NULL, NULL, on_found, &id);
  while (id == NULL)
    g_main_context_iteration (NULL, TRUE);
  return id;
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(gboolean *) data = tc_engine_save_flow_finish (NULL, result, &error) > 0;
  if (error != NULL)
    g_error ("%s", error->message);
}

static void
save (TcEngine *engine, const char *file)
{
  g_autofree char *path = g_strconcat (file, ".listener", NULL), *source = NULL;
  g_autoptr (GError) error = NULL;
  gboolean saved = FALSE;

  if (!g_file_get_contents (path, &source, NULL, &error))
    g_error ("%s", error->message);
  tc_engine_save_flow_async (engine, source, NULL, on_saved, &saved);
  while (!saved)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_all_found (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GPtrArray **) data = tc_engine_find_executions_finish (NULL, result, NULL);
}

/* An execution that ends may start another one, which is there by then. */
static GPtrArray *
wait_for_all (TcEngine *engine)
{
  for (guint known = 0;;)
    {
      g_autoptr (GPtrArray) found = NULL;

      tc_engine_find_executions_async (engine, NULL, NULL, on_all_found, &found);
      while (found == NULL)
        g_main_context_iteration (NULL, TRUE);
      if (found->len == known)
        return g_steal_pointer (&found);
      known = found->len;
      for (guint i = 0; i < found->len; i++)
        tc_head_unref (tc_engine_wait (engine, ((TcHead *) g_ptr_array_index (found, i))->id, NULL, NULL));
    }
}

static int
run_all (TcEngine *engine, const char *file)
{
  g_autofree char *id = NULL;
  g_autoptr (GPtrArray) all = NULL;

  if (strcmp (file, "-") != 0)
    {
      save (engine, file);
      id = execute (engine, file);
    }
  all = wait_for_all (engine);
  for (guint i = 0; i < all->len; i++)
    {
      const TcHead *head = g_ptr_array_index (all, i);

      g_print ("EXECUTION %s %s\n", head->flow_id, tc_state_name (tc_head_state (head)));
    }
  g_print ("COMMITS %d\n", commits);
  return 0;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = tc_engine_load_execution_finish (NULL, result, &runs, NULL, &error);
  g_autoptr (TcValue) value = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (head == NULL)
    g_error ("%s", error->message);
  value = tc_execution_to_kestra (head, runs);
  tc_json_write_pretty (value, text);
  g_print ("%s\n", text->str);
  *(gboolean *) data = TRUE;
}

static void
print_logs (TcEngine *engine, const char *id)
{
  g_autoptr (TcLogCursor) cursor = tc_engine_open_logs (engine, id, NULL);
  g_autoptr (GPtrArray) lines = tc_log_cursor_read (cursor, 0, tc_log_cursor_n (cursor), NULL);

  for (guint i = 0; lines != NULL && i < lines->len; i++)
    {
      const TcLogLine *line = g_ptr_array_index (lines, i);

      g_print ("LOG %s %s %s\n", tc_level_name (line->level), line->task_id != NULL ? line->task_id : "-", line->message);
    }
}

int
main (int argc, char **argv)
{
  TcEngineOptions options = { .data_directory = argc > 1 ? argv[1] : NULL, .test = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (TcEngine) engine = NULL;
  g_autoptr (TcHead) head = NULL;
  g_autofree char *id = NULL;
  gboolean loaded = FALSE;

  setlocale (LC_ALL, "C.UTF-8");
  if (argc != 4)
    return 64;
  engine = tc_engine_new (&options, &error);
  if (engine == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 3;
    }
  crash_at = atoi (g_getenv ("TC_CRASH_AT") != NULL ? g_getenv ("TC_CRASH_AT") : "0");
  tc_engine_set_hook (engine, on_point, NULL);
  if (strcmp (argv[2], "all") == 0)
    return run_all (engine, argv[3]);
  if (strcmp (argv[2], "run") == 0)
    id = execute (engine, argv[3]);
  else
    id = strcmp (argv[3], "-") == 0 ? newest (engine) : g_strdup (argv[3]);
  g_print ("ID %s\n", id);
  if (*id == '\0')
    return 0;
  head = tc_engine_wait (engine, id, NULL, &error);
  if (head == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  print_logs (engine, id);
  tc_engine_load_execution_async (engine, id, NULL, on_loaded, &loaded);
  while (!loaded)
    g_main_context_iteration (NULL, TRUE);
  g_print ("COMMITS %d\n", commits);
  return 0;
}
