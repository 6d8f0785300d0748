/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-check.h"

typedef struct
{
  char                  *text;
  TcRegistry            *registry;
  const TcLayoutMetrics *metrics;
} Request;

static void
request_free (Request *request)
{
  g_free (request->text);
  tc_registry_unref (request->registry);
  g_free (request);
}

void
tc_flow_check_free (TcFlowCheck *self)
{
  if (self == NULL)
    return;
  tc_flow_unref (self->flow);
  g_clear_pointer (&self->graph, tc_graph_unref);
  g_ptr_array_unref (self->diagnostics);
  g_free (self);
}

static void
check_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  Request *request = data;
  TcFlowCheck *check = g_new0 (TcFlowCheck, 1);

  check->diagnostics = tc_diagnostics_new ();
  check->flow = tc_flow_compile (request->text, strlen (request->text), request->registry, check->diagnostics);
  tc_diagnostics_sort (check->diagnostics);
  if (check->flow != NULL && tc_flow_n_tasks (check->flow) > 0)
    {
      check->graph = tc_graph_new (check->flow);
      tc_graph_layout (check->graph, request->metrics, &check->width, &check->height);
    }
  g_task_return_pointer (task, check, (GDestroyNotify) tc_flow_check_free);
}

void
tc_flow_check_async (const char            *text,
                     const TcRegistry      *registry,
                     const TcLayoutMetrics *metrics,
                     GCancellable          *cancellable,
                     GAsyncReadyCallback    done,
                     gpointer               data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);
  Request *request = g_new0 (Request, 1);

  request->text = g_strdup (text);
  request->registry = tc_registry_ref ((TcRegistry *) registry);
  request->metrics = metrics;
  g_task_set_source_tag (task, tc_flow_check_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (task, check_thread);
}

TcFlowCheck *
tc_flow_check_finish (GAsyncResult *result,
                      GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
