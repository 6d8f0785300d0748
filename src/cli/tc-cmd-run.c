/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-cli.h"

#include "tc-cli-files.h"
#include "tc-follow.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  const TcCommand *command;
  char   **inputs, **labels;
  char    *files, *data, *runner, *level, *timeout;
  gboolean json, quiet, no_color, ephemeral;

  TcRegistry *types;
  GPtrArray  *sources;          /* char*: of FILE and MORE, in this order */
  char      **paths;
  char       *namespace;        /* of FILE */
  TcValue    *input_map, *label_map, *file_map;
  TcLevel     least_level;
  int64_t     timeout_us;
} Run;

static void
run_clear (Run *self)
{
  char **texts[] = { &self->files, &self->data, &self->runner, &self->level, &self->timeout, &self->namespace };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&self->inputs, g_strfreev);
  g_clear_pointer (&self->labels, g_strfreev);
  g_clear_pointer (&self->types, tc_registry_unref);
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_clear_pointer (&self->input_map, tc_value_unref);
  g_clear_pointer (&self->label_map, tc_value_unref);
  g_clear_pointer (&self->file_map, tc_value_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static gboolean
parse_options (Run    *self,
               int    *argc,
               char ***argv)
{
  const GOptionEntry entries[] = {
    { "input", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &self->inputs, N_("An input; KEY=@PATH gives a file (repeatable)"), "KEY=VALUE" },
    { "label", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &self->labels, N_("A label (repeatable)"), "KEY=VALUE" },
    { "files", 0, 0, G_OPTION_ARG_FILENAME, &self->files, N_("Its content becomes the namespace files of FILE's namespace"), "DIR" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &self->data, N_("The data directory (default: the user's)"), "DIR" },
    { "runner", 0, 0, G_OPTION_ARG_STRING, &self->runner, N_("Run all script tasks so"), "process|docker" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, N_("One JSON document: execution, logs, metrics"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_("No log entries"), NULL },
    { "level", 0, 0, G_OPTION_ARG_STRING, &self->level, N_("The least level of log entries shown"), "LEVEL" },
    { "no-color", 0, 0, G_OPTION_ARG_NONE, &self->no_color, N_("No colors"), NULL },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &self->timeout, N_("Kill the execution after this time (PT10M, or seconds)"), "DURATION" },
    { "ephemeral", 0, 0, G_OPTION_ARG_NONE, &self->ephemeral, N_("A private data directory, removed at the end"), NULL },
    { NULL }
  };

  if (!tc_cli_parse (self->command, entries, argc, argv, 1, -1))
    return FALSE;
  if (self->runner != NULL && !g_str_equal (self->runner, "process") && !g_str_equal (self->runner, "docker"))
    return tc_cli_usage (self->command, _("--runner is process or docker, not “%s”"), self->runner), FALSE;
  if (self->level != NULL && !tc_level_parse (self->level, &self->least_level))
    return tc_cli_usage (self->command, _("--level is TRACE, DEBUG, INFO, WARN or ERROR, not “%s”"), self->level), FALSE;
  if (self->timeout != NULL && (!tc_duration_parse (self->timeout, &self->timeout_us) || self->timeout_us <= 0))
    return tc_cli_usage (self->command, _("--timeout is a duration like PT10M, not “%s”"), self->timeout), FALSE;
  if (self->ephemeral && self->data != NULL)
    return tc_cli_usage (self->command, _("--ephemeral and --data exclude each other")), FALSE;
  self->paths = *argv + 1;
  return TRUE;
}

/* KEY=@PATH: the value is the path, and the key is remembered as one of a file. */
static gboolean
read_pairs (Run *self)
{
  g_autoptr (TcValue) given = tc_cli_pairs (self->command, self->inputs);
  g_autoptr (TcMapBuilder) inputs = tc_map_builder_new (), files = tc_map_builder_new ();

  self->label_map = given != NULL ? tc_cli_pairs (self->command, self->labels) : NULL;
  if (self->label_map == NULL)
    return FALSE;
  for (size_t i = 0; i < tc_value_length (given); i++)
    {
      const char *key = tc_value_key (given, i), *text = tc_value_get_text (tc_value_item (given, i));

      if (*text == '@')
        {
          g_autofree char *path = g_canonicalize_filename (text + 1, NULL);

          if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
            return tc_cli_usage (self->command, _("input “%s”: there is no file %s"), key, path), FALSE;
          tc_map_builder_str (inputs, key, path);
          tc_map_builder_take (files, key, tc_value_bool (TRUE));
        }
      else
        tc_map_builder_str (inputs, key, text);
    }
  self->input_map = tc_map_builder_end (g_steal_pointer (&inputs));
  self->file_map = tc_map_builder_end (g_steal_pointer (&files));
  return TRUE;
}

/* The document of a refusal, or the findings for people. */
static TcExit
refuse (Run        *self,
        GPtrArray  *findings,
        const char *file)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  g_autoptr (TcValue) document = NULL;

  if (!self->json)
    {
      tc_cli_print_findings (findings, file);
      return TC_EXIT_REFUSED;
    }
  for (guint i = 0; i < findings->len; i++)
    tc_list_builder_take (list, tc_diagnostic_to_value (g_ptr_array_index (findings, i)));
  document = tc_value_map_of ("refused", tc_list_builder_end (g_steal_pointer (&list)), "execution", tc_value_null (),
                              "logs", tc_value_list (NULL, 0), "metrics", tc_value_list (NULL, 0), NULL);
  tc_cli_print_json (document);
  return TC_EXIT_REFUSED;
}

static TcExit
fail (Run          *self,
      const GError *error)
{
  GPtrArray *given = tc_engine_error_findings (error);
  g_autoptr (GPtrArray) findings = NULL;
  TcExit code = self->json ? TC_EXIT_OK : tc_cli_fail (error);

  if (!self->json)
    return code;
  if (g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_LOCKED) || g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE)
      || g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED) || g_error_matches (error, TC_BACKEND_ERROR, TC_BACKEND_ERROR_BROKEN))
    return tc_cli_fail (error);
  findings = given != NULL && given->len > 0 ? g_ptr_array_ref (given) : tc_diagnostics_new ();
  if (findings->len == 0)
    tc_diagnostics_add (findings, TC_SEVERITY_ERROR, "run.refused", (TcSpan) { 0, 0, 0, 0 }, NULL, NULL, "%s", error->message);
  return refuse (self, findings, self->paths[0]);
}

/* FALSE: the flow is refused, and this was said. */
static gboolean
check_source (Run        *self,
              const char *path,
              char       *source,
              gsize       length)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcFlow) flow = tc_flow_compile (source, length, self->types, findings);

  tc_diagnostics_sort (findings);
  if (flow == NULL || tc_diagnostics_have_error (findings))
    return refuse (self, findings, path), FALSE;
  if (self->namespace == NULL)
    self->namespace = g_strdup (tc_flow_namespace (flow));
  if (!self->json && !self->quiet)
    tc_cli_print_findings (findings, path);
  return TRUE;
}

static gboolean
read_sources (Run    *self,
              TcExit *code)
{
  g_autoptr (GError) error = NULL;

  *code = TC_EXIT_REFUSED;
  self->sources = g_ptr_array_new_with_free_func (g_free);
  self->types = tc_cli_registry (&error);
  if (self->types == NULL)
    return *code = tc_cli_fail (error), FALSE;
  for (guint i = 0; self->paths[i] != NULL; i++)
    {
      gsize length;
      char *source = tc_cli_read (self->paths[i], &length, &error);

      if (source == NULL)
        return *code = fail (self, error), FALSE;
      g_ptr_array_add (self->sources, source);
      if (!check_source (self, self->paths[i], source, length))
        return FALSE;
    }
  return TRUE;
}

/* Log entries as the document shows them: always the same members, `value` of the task run. */
static TcValue *
document_logs (const TcValue *entries)
{
  static const char *const keys[] = { "timestamp", "level", "taskId", "taskRunId", "attemptNumber", "value", "message" };
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < tc_value_length (entries); i++)
    {
      g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        {
          const TcValue *item = tc_value_get (tc_value_item (entries, i), keys[k]);

          tc_map_builder_take (map, keys[k], item != NULL ? tc_value_ref (item) : tc_value_null ());
        }
      tc_list_builder_take (list, tc_map_builder_end (g_steal_pointer (&map)));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static gboolean
print_document (TcBackend      *backend,
                const char     *id,
                const TcValue  *execution,
                GError        **error)
{
  g_autoptr (TcValue) logs = tc_backend_logs (backend, id, 0, error), metrics = NULL, document = NULL;

  if (logs != NULL)
    metrics = tc_backend_metrics (backend, id, error);
  if (metrics == NULL)
    return FALSE;
  document = tc_value_map_of ("refused", tc_value_null (), "execution", tc_value_ref (execution), "logs", document_logs (logs),
                              "metrics", tc_value_ref (metrics), NULL);
  tc_cli_print_json (document);
  return TRUE;
}

static void
print_end (const TcValue *execution)
{
  const TcValue *state = tc_value_get (execution, "state"), *outputs = tc_value_get (execution, "outputs");
  const char *name = tc_value_get_str (state, "current");
  const TcValue *duration = tc_value_get (state, "duration");
  g_autofree char *time = duration != NULL ? tc_json_to_text (duration) : g_strdup ("");

  g_printerr ("%s %s\n", name != NULL ? name : "?", g_strstrip (g_strdelimit (time, "\"", ' ')));
  if (outputs != NULL && tc_value_is (outputs, TC_VALUE_MAP) && tc_value_length (outputs) > 0)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      tc_json_write_pretty (outputs, text);
      g_printerr ("%s\n", text->str);
    }
}

static TcExit
exit_of (const TcValue *execution)
{
  const char *name = tc_value_get_str (tc_value_get (execution, "state"), "current");
  TcState state = TC_STATE_FAILED;

  if (name != NULL && !tc_state_parse (name, &state))
    return TC_EXIT_FAILED;
  return state == TC_STATE_SUCCESS || state == TC_STATE_WARNING || state == TC_STATE_SKIPPED ? TC_EXIT_OK : TC_EXIT_FAILED;
}

static TcExit
follow (Run        *self,
        TcBackend  *backend,
        const char *id)
{
  TcFollow how = { .backend = backend, .id = id, .quiet = self->quiet || self->json, .color = tc_follow_wants_color (self->no_color),
                   .level = self->least_level, .timeout_us = self->timeout_us, .kill_on_signal = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) execution = NULL;

  if (!tc_follow_run (&how, &error))
    return fail (self, error);
  if (how.left)
    {
      tc_backend_keep (backend);
      self->ephemeral = FALSE;      /* what goes on needs its directory */
      return TC_EXIT_FAILED;
    }
  execution = tc_backend_execution (backend, id, self->json, &error);
  if (execution == NULL || !tc_follow_logs (&how, &error) || (self->json && !print_document (backend, id, execution, &error)))
    return fail (self, error);
  if (!self->json)
    print_end (execution);
  return exit_of (execution);
}

static gboolean
store_others (Run        *self,
              TcBackend  *backend,
              GError    **error)
{
  for (guint i = 1; i < self->sources->len; i++)
    if (tc_backend_save_flow (backend, g_ptr_array_index (self->sources, i), error) == 0)
      return FALSE;
  return self->files == NULL || tc_cli_import_files (backend->data, self->namespace, self->files, error);
}

static TcExit
execute (Run        *self,
         const char *data)
{
  g_autoptr (GError) error = NULL;
  TcEngineOptions options = { .data_directory = data, .runner = self->runner, .registry = self->types, .ephemeral = self->ephemeral };
  g_autoptr (TcBackend) backend = tc_backend_open_with (&options, &error);
  TcExecuteRequest request = { .inputs = self->input_map, .labels = self->label_map };
  g_autofree char *id = NULL;

  if (backend == NULL)
    return fail (self, error);
  backend->patience_us = self->timeout_us;
  if (self->runner != NULL && !self->json && !self->quiet)
    g_printerr (_("All script tasks run with the runner “%s”, whatever they ask for.\n"), self->runner);
  if (!store_others (self, backend, &error))
    return fail (self, error);
  request.source = g_ptr_array_index (self->sources, 0);
  id = tc_backend_execute (backend, &request, self->file_map, &error);
  return id != NULL ? follow (self, backend, id) : fail (self, error);
}

TcExit
tc_cmd_run (const TcCommand *self,
            int              argc,
            char           **argv)
{
  g_auto (Run) run = { .command = self, .least_level = TC_LEVEL_TRACE };
  g_autofree char *private_data = NULL;
  g_autoptr (GError) error = NULL;
  TcExit code;

  if (!parse_options (&run, &argc, &argv) || !read_pairs (&run))
    return TC_EXIT_REFUSED;
  if (!read_sources (&run, &code))
    return code;
  if (run.ephemeral)
    private_data = g_dir_make_tmp ("tiercel-XXXXXX", &error);
  if (error != NULL)
    return tc_cli_fail (error);
  code = execute (&run, run.ephemeral ? private_data : run.data);
  if (run.ephemeral)
    tc_cli_remove_tree (private_data);
  else if (private_data != NULL)
    g_printerr (_("Its data directory is %s.\n"), private_data);
  return code;
}
