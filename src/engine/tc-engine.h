/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-flow.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define TC_ENGINE_ERROR (tc_engine_error_quark ())
GQuark tc_engine_error_quark (void);
typedef enum
{
  TC_ENGINE_ERROR_LOCKED,       /* another engine has the data directory: talk to it over tc_engine_socket_path() */
  TC_ENGINE_ERROR_STORE,        /* the data directory cannot be used (read-only, full, newer version); the message says how to mend it */
  TC_ENGINE_ERROR_NOT_FOUND,    /* no such flow, execution, task run or file */
  TC_ENGINE_ERROR_REFUSED,      /* flow invalid, inputs missing, state does not allow it; see tc_engine_error_findings() */
  TC_ENGINE_ERROR_CLOSED,
} TcEngineError;

/**
 * TcEngine: the only door for app, api and cli. Callable on any thread; `_async` calls answer in the caller's thread-default context.
 * Signals are emitted on the context that was the thread default when the engine was made (the main thread's), never elsewhere:
 *   flow-changed       (const char *namespace, const char *id)
 *   execution-changed  (TcHead *head, GPtrArray *runs)     runs: TcTaskRun* changed since the last emission for this execution, newest form of each
 *   logs-available     (const char *execution_id, guint64 n)  n: entries readable now
 *   pull-changed       (TcValue *pull)                     {image, state: "pulling"|"done"|"failed", layers, layersDone, bytes, bytesDone, text, executionId?, taskRunId?}
 *   status-changed     (TcValue *status)                   see tc_engine_status_async()
 */
#define TC_TYPE_ENGINE (tc_engine_get_type ())
G_DECLARE_FINAL_TYPE (TcEngine, tc_engine, TC, ENGINE, GObject)

typedef struct
{
  const char *data_directory;      /* NULL: $XDG_DATA_HOME/tiercel */
  const char *plugin_directory;    /* YAML plugin files; NULL: the installed or build-tree ones, plus $XDG_CONFIG_HOME/tiercel/plugins */
  const char *runner;              /* NULL, "process" or "docker": replaces every script task's runner */
  const TcValue *globals;          /* map: the `globals` of expressions, or NULL */
  TcRegistry *registry;            /* of tc_engine_load_registry(): the plugin files are not read again; or NULL */
  gboolean    ephemeral;           /* the data directory is new, only the caller knows it, and it goes away: records stay in memory, nothing is synced or swept */
  gboolean    scheduling;          /* triggers that go by time are evaluated: for a program that stays, not for one command */
  gboolean    test;                /* conformance: fixed environment of shared recordings, no key ring */
} TcEngineOptions;

/** tc_engine_new: locks and opens the data directory, recovers, starts the engine's thread. Blocks until recovered (≤ 1 s). */
TcEngine   *tc_engine_new              (const TcEngineOptions *options, GError **error);
/** tc_engine_close: stops accepting, flushes, joins. Running processes and containers live on and are followed at the next start. */
void        tc_engine_close            (TcEngine *self);
/** tc_engine_keep: the directory of an ephemeral engine is to stay: tc_engine_close() leaves in it what another engine needs to go on. Any thread. */
void        tc_engine_keep             (TcEngine *self);
char       *tc_engine_default_data_directory (void);
char       *tc_engine_socket_path      (const char *data_directory);
const char *tc_engine_data_directory   (TcEngine *self);
TcRegistry *tc_engine_registry         (TcEngine *self);                    /* (transfer full): for tc_flow_compile() on any worker */
/** tc_engine_load_registry: the registry alone, for `check` and editors without an engine. Plugin files that are wrong are logged and left out. */
TcRegistry *tc_engine_load_registry    (const char *plugin_directory, GError **error);
GPtrArray  *tc_engine_error_findings   (const GError *error);               /* TcDiagnostic* of a REFUSED error, or NULL; borrowed */

/* Flows. Values: LIST of {namespace, id, revision, updated_us, lastState?}. */
void        tc_engine_save_flow_async  (TcEngine *self, const char *source, GCancellable *c, GAsyncReadyCallback done, gpointer data);
int         tc_engine_save_flow_finish (TcEngine *self, GAsyncResult *result, GError **error);        /* revision, 0 on error; saving a flow with errors is allowed if it has id and namespace */
void        tc_engine_list_flows_async (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_list_flows_finish (TcEngine *self, GAsyncResult *result, GError **error);
void        tc_engine_load_flow_async  (TcEngine *self, const char *namespace_, const char *id, int revision, GCancellable *c, GAsyncReadyCallback done, gpointer data);
char       *tc_engine_load_flow_finish (TcEngine *self, GAsyncResult *result, int *revision, GError **error);
void        tc_engine_delete_flow_async (TcEngine *self, const char *namespace_, const char *id, GCancellable *c, GAsyncReadyCallback done, gpointer data);
gboolean    tc_engine_delete_flow_finish (TcEngine *self, GAsyncResult *result, GError **error);

/** TcExecuteRequest: copied by the call. Either @source (run this text, saved as a revision if it is new) or namespace and flow_id. */
typedef struct
{
  const char    *source;
  gboolean       unsaved;          /* with source: do not store it as a revision */
  const char    *namespace, *flow_id;
  int            revision;         /* 0: newest */
  const TcValue *inputs;           /* map of flat keys; FILE inputs: an absolute local path or a URI; or NULL */
  const TcValue *labels;           /* map, or NULL */
  const TcValue *breakpoints;      /* LIST of texts, or NULL */
  const char    *kind;             /* NULL, "TEST", "PLAYGROUND" */
  int64_t        schedule_us;      /* 0: now */
} TcExecuteRequest;
void        tc_engine_execute_async    (TcEngine *self, const TcExecuteRequest *request, GCancellable *c, GAsyncReadyCallback done, gpointer data);
char       *tc_engine_execute_finish   (TcEngine *self, GAsyncResult *result, GError **error);        /* id, once it is durable */

/** tc_engine_disabled_inputs_async: tc_inputs_disabled() of @flow with all that expressions may use; @given as in a request. Answers a LIST. */
void        tc_engine_disabled_inputs_async (TcEngine *self, TcFlow *flow, const TcValue *given, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_disabled_inputs_finish (TcEngine *self, GAsyncResult *result, GError **error);

/** tc_engine_command_async: @command: "kill", "pause", "resume", "restart", "replay", "change-state", "force-run", "unqueue", "resume-breakpoint", "delete";
 * @args by command (map, or NULL). Answers once durable; "replay" answers {id} of the new execution. */
void        tc_engine_command_async    (TcEngine *self, const char *execution_id, const char *command, const TcValue *args, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_command_finish   (TcEngine *self, GAsyncResult *result, GError **error);

/* Executions. @query as tc_store_find_executions(). */
void        tc_engine_find_executions_async (TcEngine *self, const TcValue *query, GCancellable *c, GAsyncReadyCallback done, gpointer data);
GPtrArray  *tc_engine_find_executions_finish (TcEngine *self, GAsyncResult *result, GError **error);   /* TcHead* */
void        tc_engine_load_execution_async (TcEngine *self, const char *execution_id, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcHead     *tc_engine_load_execution_finish (TcEngine *self, GAsyncResult *result, GPtrArray **runs, char **source, GError **error);  /* @source: of the flow as executed */
void        tc_engine_load_metrics_async (TcEngine *self, const char *execution_id, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_load_metrics_finish (TcEngine *self, GAsyncResult *result, GError **error);      /* LIST */
/** tc_engine_wait: blocks the calling thread (not the engine's, not GTK's) until the execution and what follows it is over. For cli and tests. */
TcHead     *tc_engine_wait             (TcEngine *self, const char *execution_id, GCancellable *c, GError **error);

/* Logs. A cursor reads windows of one execution's log; it blocks, so use it on a worker; one thread at a time. */
typedef struct _TcLogCursor TcLogCursor;
typedef struct
{
  int64_t  at_us;
  TcLevel  level;
  int      attempt;
  char    *task_id, *task_run_id, *value;     /* or NULL */
  char    *message;                           /* valid UTF-8 */
} TcLogLine;
void         tc_log_line_free          (TcLogLine *self);
TcLogCursor *tc_engine_open_logs       (TcEngine *self, const char *execution_id, GError **error);
void         tc_log_cursor_free        (TcLogCursor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcLogCursor, tc_log_cursor_free)
gboolean     tc_log_cursor_refresh     (TcLogCursor *self, GError **error);
uint64_t     tc_log_cursor_n           (TcLogCursor *self);
uint64_t     tc_log_cursor_n_level     (TcLogCursor *self, TcLevel level);
GPtrArray   *tc_log_cursor_read        (TcLogCursor *self, uint64_t first, uint64_t n, GError **error);   /* TcLogLine* */

/* Files. Pure path functions; the folders are plain and may be watched and edited by anyone. */
char       *tc_engine_namespace_directory (TcEngine *self, const char *namespace_);                   /* created if missing */
char       *tc_engine_uri_path         (TcEngine *self, const char *uri, GError **error);              /* local path of a kestra:// URI */

/* Rendering in the context of an execution (Debug Expression, `eval`). */
void        tc_engine_eval_async       (TcEngine *self, const char *execution_id, const char *task_run_id, const char *text, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_eval_finish      (TcEngine *self, GAsyncResult *result, GError **error);

/* Secrets: SECRET_* of the environment first, then the key ring. Names only come out. */
void        tc_engine_set_secret_async (TcEngine *self, const char *namespace_, const char *name, const char *value, GCancellable *c, GAsyncReadyCallback done, gpointer data);  /* NULL value: delete */
gboolean    tc_engine_set_secret_finish (TcEngine *self, GAsyncResult *result, GError **error);
void        tc_engine_list_secrets_async (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_list_secrets_finish (TcEngine *self, GAsyncResult *result, GError **error);      /* LIST of {name, source} */
/* Key-value pairs: @action "get", "list", "set" (args {value, ttl?}), "delete". */
void        tc_engine_kv_async         (TcEngine *self, const char *action, const char *namespace_, const char *key, const TcValue *args, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_kv_finish        (TcEngine *self, GAsyncResult *result, GError **error);

/** tc_engine_triggers_async: @action "list" (no further arguments): LIST of {namespace, flowId, triggerId, type, disabled, date?, nextExecutionDate?,
 * executionId?, error?, backfill?}, of all triggers; or about one that goes by time "enable", "disable", "unlock", "backfill" (args {start, end?, inputs?,
 * labels?, paused?}), "pause-backfill", "resume-backfill", "delete-backfill": its new state. Dates are ISO texts. NOT_FOUND: there is no such trigger. */
void        tc_engine_triggers_async   (TcEngine *self, const char *action, const char *namespace_, const char *flow_id, const char *trigger_id, const TcValue *args, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_triggers_finish  (TcEngine *self, GAsyncResult *result, GError **error);

/** tc_engine_webhook_async: a request to a Webhook trigger. @request: {body?, headers, parameters}, as `trigger.…` shows it. Answers {} if a condition does
 * not hold, else {executionId, wait?, returnOutputs?, responseContentType?, responseCode?, and once it was waited for: state, outputs?}.
 * NOT_FOUND: no such flow, or no trigger with that key; REFUSED: the flow is disabled or invalid. Source: spec/core-tasks-and-triggers.md §3.6. */
void        tc_engine_webhook_async    (TcEngine *self, const char *namespace_, const char *flow_id, const char *key, const TcValue *request, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_webhook_finish   (TcEngine *self, GAsyncResult *result, GError **error);

/** tc_engine_status_async: {docker: {state: "ok"|"absent"|"denied"|"down", socket, version, rootless, hint}, process: {…}, store: {state, hint}, running, queued}. */
void        tc_engine_status_async     (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_status_finish    (TcEngine *self, GAsyncResult *result, GError **error);
/** tc_engine_doctor_async: LIST of {name, state: "ok"|"warning"|"missing", text, hint}: container engines, interpreters, secret store, data directory, limits. */
void        tc_engine_doctor_async     (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data);
TcValue    *tc_engine_doctor_finish    (TcEngine *self, GAsyncResult *result, GError **error);

G_END_DECLS
