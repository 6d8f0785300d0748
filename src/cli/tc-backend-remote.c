/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-backend.h"

#include "tc-json.h"
#include "tc-remote.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define POLL_MS 100

/* The engine of another program, over the socket in the data directory. */
typedef struct
{
  TcBackend base;
  TcRemote *remote;
} Remote;

/* Errors of the client in the two kinds that commands tell apart, with the findings in the text. */
static void
translate (Remote  *self,
           GError  *cause,
           GError **error)
{
  const TcValue *findings = tc_remote_findings (self->remote);
  gboolean refused = g_error_matches (cause, TC_REMOTE_ERROR, TC_REMOTE_ERROR_NOT_FOUND)
                     || g_error_matches (cause, TC_REMOTE_ERROR, TC_REMOTE_ERROR_REFUSED);
  g_autoptr (GString) text = g_string_new (cause->message);

  for (size_t i = 0; refused && findings != NULL && i < tc_value_length (findings); i++)
    {
      const char *message = tc_value_get_str (tc_value_item (findings, i), "message");

      if (message != NULL && strstr (text->str, message) == NULL)
        g_string_append_printf (text, "\n%s", message);
    }
  g_set_error_literal (error, TC_BACKEND_ERROR, refused ? TC_BACKEND_ERROR_REFUSED : TC_BACKEND_ERROR_BROKEN, text->str);
  g_error_free (cause);
}

/* @cause is read only now: it may be filled in by the call that gives @answer. */
static TcValue *
checked (Remote   *self,
         TcValue  *answer,
         GError  **cause,
         GError  **error)
{
  if (answer == NULL)
    translate (self, *cause, error);
  return answer;
}

static TcValue *
call (TcBackend   *backend,
      const char  *method,
      const char  *path,
      const char  *type,
      const char  *body,
      GError     **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  TcValue *answer = tc_remote_call (self->remote, method, path, type, body, body != NULL ? strlen (body) : 0, &cause);

  return checked (self, answer, &cause, error);
}

static void
remote_free (TcBackend *backend)
{
  Remote *self = (Remote *) backend;

  tc_remote_free (self->remote);
  g_free (self);
}

static int
remote_save_flow (TcBackend   *backend,
                  const char  *source,
                  GError     **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  g_autoptr (TcValue) flow = checked (self, tc_remote_save_flow (self->remote, source, &cause), &cause, error);

  return flow != NULL ? (int) tc_value_get_i64 (flow, "revision", 1) : 0;
}

/* A text is saved first: the other side executes what is stored. */
static char *
remote_execute (TcBackend               *backend,
                const TcExecuteRequest  *request,
                const TcValue           *files,
                GError                 **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  g_autoptr (TcValue) saved = NULL, execution = NULL;
  const char *namespace_ = request->namespace, *id = request->flow_id;
  int revision = request->revision;

  if (request->source != NULL)
    {
      saved = checked (self, tc_remote_save_flow (self->remote, request->source, &cause), &cause, error);
      if (saved == NULL)
        return NULL;
      namespace_ = tc_value_get_str (saved, "namespace");
      id = tc_value_get_str (saved, "id");
      revision = (int) tc_value_get_i64 (saved, "revision", 0);
    }
  execution = tc_remote_execute (self->remote, namespace_, id, revision, request->inputs, files, request->labels, &cause);
  if (checked (self, execution, &cause, error) == NULL)
    return NULL;
  return g_strdup (tc_value_get_str (execution, "id"));
}

static TcValue *
remote_execution (TcBackend   *backend,
                  const char  *id,
                  gboolean     with_runs,
                  GError     **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  TcValue *answer = tc_remote_execution (self->remote, id, &cause);

  return checked (self, answer, &cause, error);
}

static TcValue *
remote_logs (TcBackend   *backend,
             const char  *id,
             uint64_t     offset,
             GError     **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  TcValue *answer = tc_remote_logs (self->remote, id, offset, &cause);

  return checked (self, answer, &cause, error);
}

static TcValue *
remote_metrics (TcBackend   *backend,
                const char  *id,
                GError     **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  TcValue *answer = tc_remote_metrics (self->remote, id, &cause);

  return checked (self, answer, &cause, error);
}

static gboolean
is_over (const TcValue *state)
{
  const char *name = tc_value_get_str (state, "current");
  TcState current;

  return name != NULL && tc_state_parse (name, &current) && tc_state_is_terminated (current);
}

/* Over: terminated with all task runs, those of afterExecution included. */
static gboolean
execution_is_over (const TcValue *execution)
{
  const TcValue *runs = tc_value_get (execution, "taskRunList");

  if (!is_over (tc_value_get (execution, "state")))
    return FALSE;
  for (size_t i = 0; runs != NULL && i < tc_value_length (runs); i++)
    if (!is_over (tc_value_get (tc_value_item (runs, i), "state")))
      return FALSE;
  return TRUE;
}

static gboolean
wake (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
remote_wait (TcBackend   *backend,
             const char  *id,
             gboolean    *over,
             GError     **error)
{
  gboolean woken = FALSE;
  g_autoptr (TcValue) execution = NULL;

  g_timeout_add (POLL_MS, wake, &woken);
  while (!woken)
    g_main_context_iteration (NULL, TRUE);
  execution = remote_execution (backend, id, TRUE, error);
  if (execution != NULL)
    *over = execution_is_over (execution);
  return execution != NULL;
}

static TcValue *
remote_command (TcBackend      *backend,
                const char     *id,
                const char     *command,
                const TcValue  *args,
                GError        **error)
{
  Remote *self = (Remote *) backend;
  GError *cause = NULL;
  TcValue *answer = tc_remote_command (self->remote, id, command, args, &cause);

  return checked (self, answer, &cause, error);
}

static void
append_filter (GString    *url,
               const char *name,
               const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (url, "&%s=", name);
  g_string_append_uri_escaped (url, value, NULL, FALSE);
}

static TcValue *
results_of (TcValue *page)
{
  g_autoptr (TcValue) owned G_GNUC_UNUSED = page;
  const TcValue *results = tc_value_get (page, "results");

  if (page == NULL)
    return NULL;
  return results != NULL ? tc_value_ref (results) : tc_value_list (NULL, 0);
}

static TcValue *
remote_find (TcBackend      *backend,
             const TcValue  *query,
             GError        **error)
{
  g_autoptr (GString) url = g_string_new ("executions/search");
  const TcValue *states = tc_value_get (query, "states");

  g_string_append_printf (url, "?size=%" G_GINT64_FORMAT, (gint64) tc_value_get_i64 (query, "limit", 1000));
  append_filter (url, "namespace", tc_value_get_str (query, "namespace"));
  append_filter (url, "flowId", tc_value_get_str (query, "flowId"));
  append_filter (url, "q", tc_value_get_str (query, "text"));
  for (size_t i = 0; states != NULL && i < tc_value_length (states); i++)
    append_filter (url, "state", tc_value_get_text (tc_value_item (states, i)));
  return results_of (call (backend, "GET", url->str, NULL, NULL, error));
}

static TcValue *
remote_flows (TcBackend  *backend,
              GError    **error)
{
  return results_of (call (backend, "GET", "flows/search?size=100000", NULL, NULL, error));
}

static char *
remote_flow (TcBackend   *backend,
             const char  *namespace_,
             const char  *id,
             int          revision,
             GError     **error)
{
  g_autofree char *path = tc_remote_path ("flows/%s/%s", namespace_, id), *url = NULL;
  g_autoptr (TcValue) flow = NULL;

  url = revision > 0 ? g_strdup_printf ("%s?source=true&revision=%d", path, revision) : g_strdup_printf ("%s?source=true", path);
  flow = call (backend, "GET", url, NULL, NULL, error);
  return flow != NULL ? g_strdup (tc_value_get_str (flow, "source")) : NULL;
}

static gboolean
remote_delete_flow (TcBackend   *backend,
                    const char  *namespace_,
                    const char  *id,
                    GError     **error)
{
  g_autofree char *path = tc_remote_path ("flows/%s/%s", namespace_, id);
  g_autoptr (TcValue) answer = call (backend, "DELETE", path, NULL, NULL, error);

  return answer != NULL;
}

static TcValue *
remote_kv (TcBackend      *backend,
           const char     *action,
           const char     *namespace_,
           const char     *key,
           const TcValue  *args,
           GError        **error)
{
  g_autofree char *path = key != NULL ? tc_remote_path ("namespaces/%s/kv/%s", namespace_, key)
                                      : tc_remote_path ("namespaces/%s/kv", namespace_);
  g_autofree char *value = args != NULL ? tc_json_to_text (tc_value_get (args, "value")) : NULL;
  g_autoptr (GString) url = g_string_new (path);

  if (tc_value_get_str (args, "ttl") != NULL)
    {
      g_string_append (url, "?ttl=");
      g_string_append_uri_escaped (url, tc_value_get_str (args, "ttl"), NULL, FALSE);
    }
  if (g_str_equal (action, "set"))
    return call (backend, "PUT", url->str, "text/plain", value, error);
  return call (backend, g_str_equal (action, "delete") ? "DELETE" : "GET", url->str, NULL, NULL, error);
}

static TcValue *
list_triggers (TcBackend  *backend,
               GError    **error)
{
  g_autoptr (TcValue) rows = results_of (call (backend, "GET", "triggers/search", NULL, NULL, error));
  TcListBuilder *list;

  if (rows == NULL)
    return NULL;
  list = tc_list_builder_new ();
  for (size_t i = 0; i < tc_value_length (rows); i++)
    tc_list_builder_take (list, tc_value_ref (tc_value_get (tc_value_item (rows, i), "triggerContext")));
  return tc_list_builder_end (list);
}

/* What the REST API has a place for each of. */
static TcValue *
remote_triggers (TcBackend      *backend,
                 const char     *action,
                 const char     *namespace_,
                 const char     *flow_id,
                 const char     *trigger_id,
                 const TcValue  *args,
                 GError        **error)
{
  static const struct
  {
    const char *action, *method, *path;
  } places[] = {
    { "pause-backfill", "PUT", "triggers/backfill/pause" }, { "resume-backfill", "PUT", "triggers/backfill/unpause" },
    { "delete-backfill", "POST", "triggers/backfill/delete" },
  };
  g_autoptr (TcMapBuilder) map = NULL;
  g_autoptr (TcValue) body = NULL;
  g_autofree char *text = NULL, *lock = NULL;

  if (g_str_equal (action, "list"))
    return list_triggers (backend, error);
  lock = tc_remote_path ("triggers/%s/%s/%s/unlock", namespace_, flow_id, trigger_id);
  if (g_str_equal (action, "unlock"))
    return call (backend, "POST", lock, NULL, NULL, error);
  map = tc_map_builder_new ();
  tc_map_builder_str (map, "namespace", namespace_);
  tc_map_builder_str (map, "flowId", flow_id);
  tc_map_builder_str (map, "triggerId", trigger_id);
  if (args != NULL)
    tc_map_builder_take (map, "backfill", tc_value_ref (args));
  tc_map_builder_take (map, "disabled", tc_value_bool (g_str_equal (action, "disable")));
  body = tc_map_builder_end (g_steal_pointer (&map));
  text = tc_json_to_text (body);
  for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_str_equal (places[i].action, action))
      return call (backend, places[i].method, places[i].path, "application/json", text, error);
  return call (backend, "PUT", "triggers", "application/json", text, error);
}

static TcValue *
remote_secrets (TcBackend  *backend,
                GError    **error)
{
  return results_of (call (backend, "GET", "secrets", NULL, NULL, error));
}

static gboolean
remote_set_secret (TcBackend   *backend,
                   const char  *namespace_,
                   const char  *name,
                   const char  *value,
                   GError     **error)
{
  g_autofree char *path = tc_remote_path ("namespaces/%s/secrets/%s", namespace_, name);
  g_autoptr (TcValue) answer = call (backend, value != NULL ? "PUT" : "DELETE", path, value != NULL ? "text/plain" : NULL, value, error);

  return answer != NULL;
}

static TcValue *
remote_eval (TcBackend   *backend,
             const char  *id,
             const char  *task_run_id,
             const char  *text,
             GError     **error)
{
  g_autofree char *path = tc_remote_path ("executions/%s/eval/%s", id, task_run_id != NULL ? task_run_id : "-");
  g_autoptr (TcValue) answer = call (backend, "POST", path, "text/plain", text, error);
  const TcValue *result = tc_value_get (answer, "result");

  if (result != NULL)
    return tc_value_ref (result);
  if (answer != NULL)
    g_set_error_literal (error, TC_BACKEND_ERROR, TC_BACKEND_ERROR_REFUSED,
                         tc_value_get_str (answer, "error") != NULL ? tc_value_get_str (answer, "error") : _("it cannot be rendered"));
  return NULL;
}

static const TcBackendClass remote_class = {
  remote_free, remote_save_flow, remote_execute, remote_execution, remote_logs, remote_metrics, remote_wait, remote_command, remote_find,
  remote_flows, remote_flow, remote_delete_flow, remote_kv, remote_triggers, remote_secrets, remote_set_secret, remote_eval, NULL,
};

TcBackend *
tc_backend_remote_new (const char  *data,
                       GError     **error)
{
  g_autofree char *socket = tc_engine_socket_path (data);
  g_autoptr (GError) cause = NULL;
  TcRemote *remote = tc_remote_new (socket, &cause);
  Remote *self;

  if (remote == NULL)
    {
      g_set_error (error, TC_BACKEND_ERROR, TC_BACKEND_ERROR_BROKEN,
                   _("another program has the data directory %s, and does not answer: %s; end it, or choose another with --data"), data,
                   cause->message);
      return NULL;
    }
  self = g_new0 (Remote, 1);
  self->base.klass = &remote_class;
  self->base.data = g_strdup (data);
  self->remote = remote;
  return &self->base;
}
