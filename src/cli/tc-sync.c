/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-sync.h"

static void
ready (GObject      *source,
       GAsyncResult *result,
       gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **result)
{
  GMainContext *context = g_main_context_get_thread_default ();

  while (*result == NULL)
    g_main_context_iteration (context, TRUE);
  return *result;
}

int
tc_sync_save_flow (TcEngine    *engine,
                   const char  *source,
                   GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_save_flow_async (engine, source, NULL, ready, &result);
  return tc_engine_save_flow_finish (engine, await (&result), error);
}

char *
tc_sync_execute (TcEngine                *engine,
                 const TcExecuteRequest  *request,
                 GError                 **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_execute_async (engine, request, NULL, ready, &result);
  return tc_engine_execute_finish (engine, await (&result), error);
}

TcValue *
tc_sync_command (TcEngine       *engine,
                 const char     *execution_id,
                 const char     *command,
                 const TcValue  *args,
                 GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_command_async (engine, execution_id, command, args, NULL, ready, &result);
  return tc_engine_command_finish (engine, await (&result), error);
}

TcHead *
tc_sync_execution (TcEngine    *engine,
                   const char  *execution_id,
                   GPtrArray  **runs,
                   GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_load_execution_async (engine, execution_id, NULL, ready, &result);
  return tc_engine_load_execution_finish (engine, await (&result), runs, NULL, error);
}

TcValue *
tc_sync_metrics (TcEngine    *engine,
                 const char  *execution_id,
                 GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_load_metrics_async (engine, execution_id, NULL, ready, &result);
  return tc_engine_load_metrics_finish (engine, await (&result), error);
}

GPtrArray *
tc_sync_find (TcEngine       *engine,
              const TcValue  *query,
              GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_find_executions_async (engine, query, NULL, ready, &result);
  return tc_engine_find_executions_finish (engine, await (&result), error);
}

TcValue *
tc_sync_flows (TcEngine  *engine,
               GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_list_flows_async (engine, NULL, ready, &result);
  return tc_engine_list_flows_finish (engine, await (&result), error);
}

char *
tc_sync_flow (TcEngine    *engine,
              const char  *namespace_,
              const char  *id,
              int          revision,
              GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  int found;

  tc_engine_load_flow_async (engine, namespace_, id, revision, NULL, ready, &result);
  return tc_engine_load_flow_finish (engine, await (&result), &found, error);
}

gboolean
tc_sync_delete_flow (TcEngine    *engine,
                     const char  *namespace_,
                     const char  *id,
                     GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_delete_flow_async (engine, namespace_, id, NULL, ready, &result);
  return tc_engine_delete_flow_finish (engine, await (&result), error);
}

TcValue *
tc_sync_triggers (TcEngine       *engine,
                  const char     *action,
                  const char     *namespace_,
                  const char     *flow_id,
                  const char     *trigger_id,
                  const TcValue  *args,
                  GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_triggers_async (engine, action, namespace_, flow_id, trigger_id, args, NULL, ready, &result);
  return tc_engine_triggers_finish (engine, await (&result), error);
}

TcValue *
tc_sync_kv (TcEngine       *engine,
            const char     *action,
            const char     *namespace_,
            const char     *key,
            const TcValue  *args,
            GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_kv_async (engine, action, namespace_, key, args, NULL, ready, &result);
  return tc_engine_kv_finish (engine, await (&result), error);
}

TcValue *
tc_sync_secrets (TcEngine  *engine,
                 GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_list_secrets_async (engine, NULL, ready, &result);
  return tc_engine_list_secrets_finish (engine, await (&result), error);
}

gboolean
tc_sync_set_secret (TcEngine    *engine,
                    const char  *namespace_,
                    const char  *name,
                    const char  *value,
                    GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_set_secret_async (engine, namespace_, name, value, NULL, ready, &result);
  return tc_engine_set_secret_finish (engine, await (&result), error);
}

TcValue *
tc_sync_eval (TcEngine    *engine,
              const char  *execution_id,
              const char  *task_run_id,
              const char  *text,
              GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_eval_async (engine, execution_id, task_run_id, text, NULL, ready, &result);
  return tc_engine_eval_finish (engine, await (&result), error);
}

TcValue *
tc_sync_doctor (TcEngine  *engine,
                GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tc_engine_doctor_async (engine, NULL, ready, &result);
  return tc_engine_doctor_finish (engine, await (&result), error);
}
