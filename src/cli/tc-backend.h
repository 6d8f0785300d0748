/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"

G_BEGIN_DECLS

#define TC_BACKEND_ERROR (tc_backend_error_quark ())
GQuark tc_backend_error_quark (void);
typedef enum
{
  TC_BACKEND_ERROR_BROKEN,      /* the program that has the data directory does not answer, or answers wrongly */
  TC_BACKEND_ERROR_REFUSED,     /* it refused; the message says why */
} TcBackendError;

/**
 * TcBackend: what commands work on: an engine of our own, or a running one's REST API (J4). One thread, whose default context calls may run.
 * Executions, logs and metrics come as JSON in Kestra's shape, log entries with `value` besides.
 */
typedef struct _TcBackend TcBackend;

/** TcBackendClass: the two ways. Each function is documented at its caller below. */
typedef struct
{
  void      (*free)        (TcBackend *self);
  int       (*save_flow)   (TcBackend *self, const char *source, GError **error);
  char     *(*execute)     (TcBackend *self, const TcExecuteRequest *request, const TcValue *files, GError **error);
  TcValue  *(*execution)   (TcBackend *self, const char *id, gboolean with_runs, GError **error);
  TcValue  *(*logs)        (TcBackend *self, const char *id, uint64_t offset, GError **error);
  TcValue  *(*metrics)     (TcBackend *self, const char *id, GError **error);
  gboolean  (*wait)        (TcBackend *self, const char *id, gboolean *over, GError **error);
  TcValue  *(*command)     (TcBackend *self, const char *id, const char *command, const TcValue *args, GError **error);
  TcValue  *(*find)        (TcBackend *self, const TcValue *query, GError **error);
  TcValue  *(*flows)       (TcBackend *self, GError **error);
  char     *(*flow)        (TcBackend *self, const char *namespace_, const char *id, int revision, GError **error);
  gboolean  (*delete_flow) (TcBackend *self, const char *namespace_, const char *id, GError **error);
  TcValue  *(*kv)          (TcBackend *self, const char *action, const char *namespace_, const char *key, const TcValue *args, GError **error);
  TcValue  *(*triggers)    (TcBackend *self, const char *action, const char *namespace_, const char *flow_id, const char *trigger_id,
                            const TcValue *args, GError **error);
  TcValue  *(*secrets)     (TcBackend *self, GError **error);
  gboolean  (*set_secret)  (TcBackend *self, const char *namespace_, const char *name, const char *value, GError **error);
  TcValue  *(*eval)        (TcBackend *self, const char *id, const char *task_run_id, const char *text, GError **error);
  void      (*keep)        (TcBackend *self);                   /* or NULL */
} TcBackendClass;

struct _TcBackend
{
  const TcBackendClass *klass;
  char                 *data;       /* the data directory */
  int64_t               patience_us;    /* so long may the data directory refuse writes before the program gives up; 0: for ever */
};

/** tc_backend_open: @data NULL: the user's. @runner: replaces script runners; only for an engine of our own. */
TcBackend *tc_backend_open        (const char *data, const char *runner, GError **error);
/** tc_backend_open_with: the same by all options of an engine. An ephemeral one is not served to other programs: none knows its directory. */
TcBackend *tc_backend_open_with   (const TcEngineOptions *options, GError **error);
void       tc_backend_free        (TcBackend *self);
/** tc_backend_keep: an ephemeral one's directory is to stay, with all that another engine needs to go on in it. */
void       tc_backend_keep        (TcBackend *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcBackend, tc_backend_free)
TcBackend *tc_backend_local_new   (const TcEngineOptions *options, GError **error);           /* for tc_backend_open_with() */
TcBackend *tc_backend_remote_new  (const char *data, GError **error);

int        tc_backend_save_flow   (TcBackend *self, const char *source, GError **error);      /* revision; 0 and @error */
/** tc_backend_execute: @files: keys of the request's inputs whose values are paths of local files, as a map; or NULL. Returns the id. */
char      *tc_backend_execute     (TcBackend *self, const TcExecuteRequest *request, const TcValue *files, GError **error);
/** tc_backend_execution: as Kestra shows it; without @with_runs it may lack its task runs, which take long for many. */
TcValue   *tc_backend_execution   (TcBackend *self, const char *id, gboolean with_runs, GError **error);
TcValue   *tc_backend_logs        (TcBackend *self, const char *id, uint64_t offset, GError **error);    /* LIST, entries from @offset on */
TcValue   *tc_backend_metrics     (TcBackend *self, const char *id, GError **error);                     /* LIST */
/** tc_backend_wait: returns when something about the execution may have changed, at latest after a quarter of a second. @over: nothing
 * more will happen. */
gboolean   tc_backend_wait        (TcBackend *self, const char *id, gboolean *over, GError **error);
TcValue   *tc_backend_command     (TcBackend *self, const char *id, const char *command, const TcValue *args, GError **error);
TcValue   *tc_backend_find        (TcBackend *self, const TcValue *query, GError **error);               /* LIST of executions */
TcValue   *tc_backend_flows       (TcBackend *self, GError **error);                                     /* LIST of {namespace, id, revision} */
char      *tc_backend_flow        (TcBackend *self, const char *namespace_, const char *id, int revision, GError **error);   /* source */
gboolean   tc_backend_delete_flow (TcBackend *self, const char *namespace_, const char *id, GError **error);
TcValue   *tc_backend_kv          (TcBackend *self, const char *action, const char *namespace_, const char *key, const TcValue *args,
                                   GError **error);
/** tc_backend_triggers: as tc_engine_triggers_async(). */
TcValue   *tc_backend_triggers   (TcBackend *self, const char *action, const char *namespace_, const char *flow_id, const char *trigger_id,
                                  const TcValue *args, GError **error);
TcValue   *tc_backend_secrets     (TcBackend *self, GError **error);
gboolean   tc_backend_set_secret  (TcBackend *self, const char *namespace_, const char *name, const char *value, GError **error);
TcValue   *tc_backend_eval        (TcBackend *self, const char *id, const char *task_run_id, const char *text, GError **error);

G_END_DECLS
