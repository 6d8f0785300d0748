/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-conf.h"

#include "tc-cli-files.h"
#include "tc-json.h"
#include "tc-sync.h"
#include "tc-util.h"
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define LIMIT_S 60
#define LOOPBACK_PORT 18080     /* of the server that recorded http cases talk to */
#define QUIET_LOGS_MS 60

static void
case_clear (TcConfCase *self)
{
  if (self->engine != NULL)
    {
      tc_engine_close (self->engine);
      g_signal_handlers_disconnect_by_data (self->engine, self);
    }
  g_clear_object (&self->engine);
  if (self->data != NULL)
    tc_cli_remove_tree (self->data);
  g_clear_pointer (&self->acts, g_ptr_array_unref);
  g_clear_pointer (&self->flow, tc_flow_unref);
  tc_value_unref (self->spec);
  tc_value_unref (self->golden);
  g_free (self->data);
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->id);
}

static TcValue *
read_json (TcConfCase  *self,
           const char  *suffix,
           gboolean     may_be_absent,
           GError     **error)
{
  g_autofree char *name = g_strconcat (self->name, suffix, NULL), *path = g_build_filename (self->folder, name, NULL), *text = NULL;
  gsize length;

  if (may_be_absent && !g_file_test (path, G_FILE_TEST_EXISTS))
    return tc_value_map_of (NULL, NULL);
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return tc_json_read (text, length, error);
}

/* FILE inputs are given as their text, and reach the engine as a file of that text. */
static char *
file_for_input (TcConfCase *self,
                const char *key,
                const char *text)
{
  g_autofree char *folder = g_build_filename (self->data, "given", NULL), *name = g_strconcat (key, ".txt", NULL);
  char *path = g_build_filename (folder, name, NULL);

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, text, -1, NULL);
  return path;
}

/* Inputs of a flow, or those that a Pause asks for on resuming. */
static gboolean
is_file_input (TcConfCase *self,
               const char *key)
{
  for (size_t i = 0; i < tc_flow_n_inputs (self->flow); i++)
    if (strcmp (tc_flow_input (self->flow, i)->id, key) == 0)
      return tc_flow_input (self->flow, i)->type == TC_INPUT_FILE;
  for (size_t i = 0; i < tc_flow_n_tasks (self->flow); i++)
    {
      const TcValue *asked = tc_value_get (tc_flow_task (self->flow, i)->props, "onResume");

      for (size_t j = 0; asked != NULL && j < tc_value_length (asked); j++)
        if (g_strcmp0 (tc_value_get_str (tc_value_item (asked, j), "id"), key) == 0)
          return g_strcmp0 (tc_value_get_str (tc_value_item (asked, j), "type"), "FILE") == 0;
    }
  return FALSE;
}

TcValue *
tc_conf_inputs (TcConfCase    *self,
                const TcValue *inputs)
{
  TcMapBuilder *map = tc_map_builder_new ();

  for (size_t i = 0; inputs != NULL && i < tc_value_length (inputs); i++)
    {
      const TcValue *value = tc_value_item (inputs, i);
      const char *key = tc_value_key (inputs, i);
      g_autofree char *text = NULL, *path = NULL;

      if (tc_value_is (value, TC_VALUE_NULL))
        continue;
      text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
      if (is_file_input (self, key) && strstr (text, "://") == NULL)
        path = file_for_input (self, key, text);
      tc_map_builder_str (map, key, path != NULL ? path : text);
    }
  return tc_map_builder_end (map);
}

char *
tc_conf_launch (TcConfCase     *self,
                const char     *namespace_,
                const char     *flow_id,
                const TcValue  *inputs,
                const TcValue  *labels,
                const TcValue  *breakpoints,
                GError        **error)
{
  g_autoptr (TcValue) given = tc_conf_inputs (self, inputs);
  TcExecuteRequest request = { .namespace = namespace_, .flow_id = flow_id, .inputs = given, .labels = labels, .breakpoints = breakpoints };

  return tc_sync_execute (self->engine, &request, error);
}

static const char *
code_of_unknown (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const TcDiagnostic *finding = findings->pdata[i];

      if (finding->severity == TC_SEVERITY_ERROR && g_str_has_suffix (finding->code, "type.unknown"))
        return finding->message;
    }
  return NULL;
}

static gboolean
loopback_answers (void)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", LOOPBACK_PORT, NULL, NULL);

  return connection != NULL;
}

/* Why a flow cannot be compared here, or NULL. */
static char *
reason_to_skip (const TcFlow *flow)
{
  for (size_t i = 0; i < tc_flow_n_tasks (flow); i++)
    {
      const TcTask *task = tc_flow_task (flow, i);
      const char *runner = tc_value_get_str (tc_value_get (task->props, "taskRunner"), "type");
      g_autofree char *props = NULL;

      if (task->disabled || task->klass == NULL)
        continue;
      if (task->klass->kind == TC_TASK_RUN && (runner == NULL || !g_str_has_suffix (runner, ".Process"))
          && g_strcmp0 (tc_value_get_str (task->props, "runner"), "PROCESS") != 0)
        return g_strdup_printf (_("task “%s” needs a container"), task->id);
      if (strstr (task->type, ".http.") == NULL)
        continue;
      props = tc_json_to_text (task->props);
      if (g_regex_match_simple ("https?://(?!localhost|127\\.0\\.0\\.1|\\{\\{)", props, 0, 0))
        return g_strdup_printf (_("task “%s” needs the network"), task->id);
      if (strstr (props, "127.0.0.1:" G_STRINGIFY (LOOPBACK_PORT)) != NULL && !loopback_answers ())
        return g_strdup_printf (_("task “%s” needs the test server, and nothing answers on port %d"), task->id, LOOPBACK_PORT);
    }
  return NULL;
}

/* What was refused, in the form of a golden. */
static TcValue *
refusal (const char *stage,
         GPtrArray  *findings,
         const char *message)
{
  TcListBuilder *list = tc_list_builder_new (), *violations = tc_list_builder_new ();

  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const TcDiagnostic *finding = findings->pdata[i];

      if (finding->severity == TC_SEVERITY_ERROR)
        tc_list_builder_take (violations, tc_value_printf ("%s: %s", finding->path, finding->message));
    }
  tc_list_builder_take (list, tc_value_map_of ("stage", tc_value_string (stage), "violations", tc_list_builder_end (violations),
                                               "message", tc_value_string (message), NULL));
  return tc_value_map_of ("refused", tc_list_builder_end (list), NULL);
}

/* Stores one flow. A refusal is in @record; a reason to skip in @why. */
static gboolean
save_flow (TcConfCase *self,
           const char *path,
           gboolean    is_main,
           TcValue   **record,
           char      **why)
{
  g_autofree char *source = NULL;
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcFlow) flow = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  gboolean refused_there = tc_value_length (tc_value_get (self->golden, "refused")) > 0;

  if (!g_file_get_contents (path, &source, &length, &error))
    {
      *why = g_strdup (error->message);
      return FALSE;
    }
  flow = tc_flow_compile (source, length, self->types, findings);
  if (!refused_there && code_of_unknown (findings) != NULL)
    *why = g_strdup (code_of_unknown (findings));
  else if (flow != NULL && !refused_there)
    *why = reason_to_skip (flow);
  if (*why != NULL)
    return FALSE;
  if (flow == NULL || tc_diagnostics_have_error (findings))
    *record = refusal ("save", findings, "");
  else if (tc_sync_save_flow (self->engine, source, &error) == 0)
    *record = refusal ("save", tc_engine_error_findings (error), error->message);
  if (*record != NULL)
    return FALSE;
  if (is_main)
    {
      self->namespace = g_strdup (tc_flow_namespace (flow));
      self->flow_id = g_strdup (tc_flow_id (flow));
      self->flow = g_steal_pointer (&flow);
    }
  return TRUE;
}

static gboolean
save_flows (TcConfCase *self,
            const char *path,
            TcValue   **record,
            char      **why)
{
  for (int i = 1;; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%d.yaml", self->name, i), *companion = g_build_filename (self->folder, name, NULL);

      if (!g_file_test (companion, G_FILE_TEST_EXISTS))
        break;
      if (!save_flow (self, companion, FALSE, record, why))
        return FALSE;
    }
  return save_flow (self, path, TRUE, record, why);
}

/* "namespace|key", or a key of the case's own namespace. */
static char *
split_key (TcConfCase  *self,
           const char  *text,
           const char **key)
{
  const char *bar = strchr (text, '|');

  *key = bar != NULL ? bar + 1 : text;
  return bar != NULL ? g_strndup (text, (gsize) (bar - text)) : g_strdup (self->namespace);
}

static void
put_files_and_pairs (TcConfCase *self)
{
  const TcValue *files = tc_value_get (self->spec, "files"), *pairs = tc_value_get (self->spec, "kv");

  for (size_t i = 0; files != NULL && i < tc_value_length (files); i++)
    {
      const char *name, *text = tc_value_get_text (tc_value_item (files, i));
      g_autofree char *namespace_ = split_key (self, tc_value_key (files, i), &name);
      g_autofree char *root = tc_engine_namespace_directory (self->engine, namespace_), *path = g_build_filename (root, name, NULL);
      g_autofree char *folder = g_path_get_dirname (path);

      g_mkdir_with_parents (folder, 0700);
      g_file_set_contents (path, text, -1, NULL);
    }
  for (size_t i = 0; pairs != NULL && i < tc_value_length (pairs); i++)
    {
      const char *key;
      g_autofree char *namespace_ = split_key (self, tc_value_key (pairs, i), &key);
      g_autoptr (TcValue) args = tc_value_map_of ("value", tc_value_ref (tc_value_item (pairs, i)), NULL);
      g_autoptr (TcValue) answer G_GNUC_UNUSED = tc_sync_kv (self->engine, "set", namespace_, key, args, NULL);
    }
}

static void
act_all (TcConfCase *self)
{
  const TcValue *steps = tc_value_get (self->spec, "act");

  for (size_t i = 0; steps != NULL && i < tc_value_length (steps); i++)
    {
      g_autoptr (GError) error = NULL;

      if (!tc_conf_act (self, tc_value_item (steps, i), &error))
        g_ptr_array_add (self->acts, tc_value_map_of ("step", tc_value_int ((int64_t) i), "error",
                                                      tc_value_string (error != NULL ? error->message : ""), NULL));
    }
}

static uint64_t
count_logs (TcConfCase *self)
{
  g_autoptr (GPtrArray) heads = tc_conf_executions (self);
  uint64_t n = 0;

  for (guint i = 0; i < heads->len; i++)
    {
      g_autoptr (TcLogCursor) cursor = tc_engine_open_logs (self->engine, ((TcHead *) heads->pdata[i])->id, NULL);

      if (cursor != NULL && tc_log_cursor_refresh (cursor, NULL))
        n += tc_log_cursor_n (cursor);
    }
  return n;
}

/* Entries are on their way for a moment after the end. */
static void
wait_for_logs (TcConfCase *self)
{
  uint64_t before = count_logs (self), now;

  for (int i = 0; i < 50; i++, before = now)
    {
      tc_conf_sleep (self, QUIET_LOGS_MS);
      now = count_logs (self);
      if (now == before)
        break;
    }
}

/* What happened, or NULL and @why. */
static TcValue *
perform (TcConfCase *self,
         const char *path,
         char      **why)
{
  g_autoptr (GError) error = NULL;
  TcValue *record = NULL;

  if (!save_flows (self, path, &record, why))
    return record;
  put_files_and_pairs (self);
  self->id = tc_conf_launch (self, self->namespace, self->flow_id, tc_value_get (self->spec, "inputs"), tc_value_get (self->spec, "labels"),
                             tc_value_get (self->spec, "breakpoints"), &error);
  if (self->id == NULL)
    return refusal ("execute", tc_engine_error_findings (error), error->message);
  act_all (self);
  self->in_time = tc_conf_settle (self, FALSE);
  wait_for_logs (self);
  return tc_conf_record (self);
}

static void
note_change (TcEngine  *engine,
             TcHead    *head,
             GPtrArray *runs,
             TcConfCase *self)
{
  self->dirty = TRUE;
}

static gboolean
open_engine (TcConfCase  *self,
             GError     **error)
{
  static const char globals_text[] = "{\"string\": \"string\", \"int\": 1, \"bool\": true, \"nested\": {\"int\": 2}}";
  g_autoptr (TcValue) globals = tc_json_read (globals_text, strlen (globals_text), NULL);
  TcEngineOptions options = { .globals = globals, .test = TRUE };

  self->data = g_dir_make_tmp ("tiercel-case-XXXXXX", error);
  options.data_directory = self->data;
  self->engine = self->data != NULL ? tc_engine_new (&options, error) : NULL;
  if (self->engine == NULL)
    return FALSE;
  g_signal_connect (self->engine, "execution-changed", G_CALLBACK (note_change), self);
  return TRUE;
}

static TcConfResult
run_case (TcConfCase  *self,
          const char  *path,
          char       **why,
          TcValue    **record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) done = NULL;

  self->spec = read_json (self, ".case.json", TRUE, &error);
  self->golden = self->spec != NULL ? read_json (self, ".json", FALSE, &error) : NULL;
  if (self->golden == NULL || !open_engine (self, &error))
    {
      *why = g_strdup (error->message);
      return TC_CONF_FAIL;
    }
  self->deadline = g_get_monotonic_time () + tc_value_get_i64 (self->spec, "limit_s", LIMIT_S) * G_USEC_PER_SEC;
  done = perform (self, path, why);
  if (done == NULL)
    return TC_CONF_SKIP;
  *why = tc_conf_compare (self->golden, done, self->flow);
  if (record != NULL)
    *record = g_steal_pointer (&done);
  return *why == NULL ? TC_CONF_PASS : TC_CONF_FAIL;
}

TcConfResult
tc_conf_run (const char  *path,
             TcRegistry  *types,
             char       **why,
             TcValue    **record)
{
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  g_autoptr (GMainContext) context = g_main_context_new ();
  TcConfCase self = { .folder = folder, .name = name, .types = types };
  TcConfResult result;

  *strrchr (name, '.') = '\0';
  self.acts = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  g_main_context_push_thread_default (context);
  result = run_case (&self, path, why, record);
  case_clear (&self);
  g_main_context_pop_thread_default (context);
  return result;
}
