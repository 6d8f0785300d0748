/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-order-scope.h"
#include "private/tc-submit.h"
#include "tc-library.h"
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Executions through the front door: start, command, find, load, evaluate. */

static TcValue *
ref_or_null (const TcValue *value)
{
  return value != NULL ? tc_value_ref (value) : NULL;
}

static void
on_executed (TcCore *core, TcSubmission *submission, const GError *error)
{
  g_autoptr (GTask) task = submission->data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_strdup (submission->execution_id), g_free);
}

static void
submit (TcCore *core, gpointer data)
{
  tc_submit (core, data);
}

void
tc_engine_execute_async (TcEngine *self, const TcExecuteRequest *request, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_execute_async);
  TcSubmission *submission;

  if (task == NULL)
    return;
  submission = tc_submission_new ();
  submission->source = g_strdup (request->source);
  submission->unsaved = request->unsaved;
  submission->namespace = g_strdup (request->namespace);
  submission->flow_id = g_strdup (request->flow_id);
  submission->revision = request->revision;
  submission->inputs = ref_or_null (request->inputs);
  submission->labels = ref_or_null (request->labels);
  submission->breakpoints = ref_or_null (request->breakpoints);
  submission->kind = g_strdup (request->kind);
  submission->schedule_us = request->schedule_us;
  submission->done = on_executed;
  submission->data = task;
  tc_site_post (&self->core->site, submit, submission, tc_submission_free);
}

char *
tc_engine_execute_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What a read asks for. */
typedef struct
{
  TcSite    *site;
  char      *id, *run_id, *text;
  TcValue   *query;
  GPtrArray *runs;
  char      *source;
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->id);
  g_free (self->run_id);
  g_free (self->text);
  tc_value_unref (self->query);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_free (self->source);
  g_free (self);
}

static Request *
request_new (GTask *task, TcEngine *engine, const char *id)
{
  Request *self = g_new0 (Request, 1);

  self->site = &engine->core->site;
  self->id = g_strdup (id);
  g_task_set_task_data (task, self, request_free);
  return self;
}

static void
find (gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *self = g_task_get_task_data (task);
  GError *error = NULL;
  GPtrArray *heads = tc_store_find_executions (self->site->store, self->query, &error);

  if (heads != NULL)
    g_task_return_pointer (task, heads, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
tc_engine_find_executions_async (TcEngine *self, const TcValue *query, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_find_executions_async);

  if (task == NULL)
    return;
  request_new (task, self, NULL)->query = query != NULL ? tc_value_ref (query) : tc_value_map_of (NULL, NULL);
  tc_site_compute (&self->core->site, find, task);
}

GPtrArray *
tc_engine_find_executions_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static TcHead *
load_head (Request *self, GError **error)
{
  GError *problem = NULL;
  TcHead *head = tc_store_load_head (self->site->store, self->id, &problem);

  if (head == NULL && (problem == NULL || g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND)))
    {
      g_clear_error (&problem);
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("There is no execution '%s'"), self->id);
    }
  else if (head == NULL)
    g_propagate_error (error, problem);
  return head;
}

static void
load (gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (TcHead) head = load_head (self, &error);
  g_autofree char *path = NULL;

  if (head != NULL)
    self->runs = tc_store_load_runs (self->site->store, self->id, &error);
  if (self->runs == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (head->unsaved)
    {
      path = tc_source_path (self->site, self->id);
      g_file_get_contents (path, &self->source, NULL, NULL);
    }
  else
    self->source = tc_store_load_flow (self->site->store, head->namespace, head->flow_id, head->flow_revision, NULL, NULL);
  g_task_return_pointer (task, g_steal_pointer (&head), (GDestroyNotify) tc_head_unref);
}

void
tc_engine_load_execution_async (TcEngine *self, const char *execution_id, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_load_execution_async);

  if (task == NULL)
    return;
  request_new (task, self, execution_id);
  tc_site_compute (&self->core->site, load, task);
}

TcHead *
tc_engine_load_execution_finish (TcEngine *self, GAsyncResult *result, GPtrArray **runs, char **source, GError **error)
{
  TcHead *head = g_task_propagate_pointer (G_TASK (result), error);
  Request *request = g_task_get_task_data (G_TASK (result));

  if (head != NULL && runs != NULL)
    *runs = g_steal_pointer (&request->runs);
  if (head != NULL && source != NULL)
    *source = g_steal_pointer (&request->source);
  return head;
}

static void
load_metrics (gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) metrics = tc_store_load_metrics (self->site->store, self->id, &error);
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  if (metrics == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < metrics->len; i++)
    tc_list_builder_take (list, tc_value_ref (g_ptr_array_index (metrics, i)));
  g_task_return_pointer (task, tc_list_builder_end (g_steal_pointer (&list)), (GDestroyNotify) tc_value_unref);
}

void
tc_engine_load_metrics_async (TcEngine *self, const char *execution_id, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_load_metrics_async);

  if (task == NULL)
    return;
  request_new (task, self, execution_id);
  tc_site_compute (&self->core->site, load_metrics, task);
}

TcValue *
tc_engine_load_metrics_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static TcExecution *
load_all (Request *self, TcFlow **flow, GError **error)
{
  TcHead *head = load_head (self, error);
  g_autoptr (GPtrArray) runs = head != NULL ? tc_store_load_runs (self->site->store, self->id, error) : NULL;
  TcExecution *execution;

  *flow = runs != NULL ? tc_flow_of (self->site, head, error) : NULL;
  if (*flow == NULL)
    {
      tc_head_unref (head);
      return NULL;
    }
  execution = tc_execution_new (head);
  for (guint i = 0; i < runs->len; i++)
    tc_execution_put (execution, tc_task_run_ref (g_ptr_array_index (runs, i)));
  return execution;
}

static void
eval (gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (TcFlow) flow = NULL;
  g_autoptr (TcExecution) execution = load_all (self, &flow, &error);
  const TcTaskRun *run = execution != NULL && self->run_id != NULL ? tc_execution_find (execution, self->run_id) : NULL;
  g_autoptr (TcOrder) order = NULL;
  TcValue *value = NULL;
  TcOrderScope scope;

  if (execution != NULL)
    {
      order = tc_order_new (self->site, flow, execution, run != NULL ? tc_flow_find_task (flow, run->task_id) : NULL, run, NULL);
      tc_order_scope (order, &scope, NULL);
      value = tc_expr_render_text (self->text, &scope.base, &error);
    }
  if (value != NULL)
    g_task_return_pointer (task, value, (GDestroyNotify) tc_value_unref);
  else
    g_task_return_error (task, error);
}

void
tc_engine_eval_async (TcEngine *self, const char *execution_id, const char *task_run_id, const char *text, GCancellable *c,
                      GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_eval_async);
  Request *request;

  if (task == NULL)
    return;
  request = request_new (task, self, execution_id);
  request->run_id = g_strdup (task_run_id);
  request->text = g_strdup (text);
  tc_site_compute (&self->core->site, eval, task);
}

TcValue *
tc_engine_eval_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
