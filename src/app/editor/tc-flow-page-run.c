/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-page-private.h"

#include "tc-execute-dialog.h"
#include "tc-format.h"
#include "tc-run-as-process.h"
#include <glib/gi18n-lib.h>

/* The execution in view: its runs on the nodes. */

static void
runs_changed (TcFlowPage      *self,
              GPtrArray       *runs,
              TcExecutionItem *execution)
{
  tc_topology_view_update_runs (self->topology, runs);
}

static const char *
pulling_task (TcExecutionItem *execution,
              const TcValue   *pull)
{
  TcRunItem *run = tc_execution_item_find_run (execution, tc_value_get_str (pull, "taskRunId"));

  return run != NULL ? tc_run_item_get_run (run)->task_id : NULL;
}

static void
pull_changed (TcFlowPage      *self,
              GParamSpec      *pspec,
              TcExecutionItem *execution)
{
  const TcValue *pull = tc_execution_item_get_pull (execution);
  const char *task = pulling_task (execution, pull);
  const int64_t bytes = tc_value_get_i64 (pull, "bytes", 0), done = tc_value_get_i64 (pull, "bytesDone", 0);
  g_autofree char *text = NULL;

  if (self->pull_task != NULL && g_strcmp0 (self->pull_task, task) != 0)
    tc_topology_view_set_progress (self->topology, self->pull_task, 0, NULL);
  g_free (self->pull_task);
  self->pull_task = g_strdup (task);
  if (task == NULL)
    return;
  text = g_strcmp0 (tc_value_get_str (pull, "state"), "pulling") == 0 ? tc_format_pull (pull) : NULL;
  tc_topology_view_set_progress (self->topology, task, bytes > 0 ? (double) done / (double) bytes : -1, text);
}

void
tc_flow_page_set_run (TcFlowPage      *self,
                      TcExecutionItem *execution)
{
  TcExecutionItem *old = tc_page_get_execution (TC_PAGE (self));
  g_autoptr (GPtrArray) runs = tc_execution_item_list_runs (execution);

  if (old == execution)
    return;
  if (old != NULL)
    {
      g_signal_handlers_disconnect_by_func (old, runs_changed, self);
      g_signal_handlers_disconnect_by_func (old, pull_changed, self);
    }
  tc_topology_view_clear_runs (self->topology);
  tc_topology_view_update_runs (self->topology, runs);
  g_signal_connect_object (execution, "runs-changed", G_CALLBACK (runs_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (execution, "notify::pull", G_CALLBACK (pull_changed), self, G_CONNECT_SWAPPED);
  tc_page_set_execution (TC_PAGE (self), execution);
}

/* Starting one. */

typedef struct
{
  TcFlowPage      *page;
  TcExecuteDialog *dialog;      /* or NULL */
} Starting;

static void
refused (Starting     *starting,
         const GError *error)
{
  GPtrArray *findings = g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED) ? tc_engine_error_findings (error) : NULL;

  if (starting->dialog != NULL)
    tc_execute_dialog_refused (starting->dialog, findings, error->message);
  else
    tc_notice_bar_show (starting->page->notice, "run-error", GTK_MESSAGE_ERROR, error->message, NULL, NULL);
}

static void
started (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Starting *starting = data;
  TcFlowPage *self = starting->page;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tc_engine_execute_finish (NULL, result, &error);

  if (id == NULL)
    refused (starting, error);
  else if (self->session != NULL)
    {
      g_autoptr (TcExecutionItem) item = tc_session_get_execution (self->session, id);

      tc_notice_bar_hide (self->notice, "run-error");
      tc_flow_page_set_run (self, item);
      tc_flow_page_show_panel (self, "execution");
      if (starting->dialog != NULL)
        gtk_window_destroy (GTK_WINDOW (starting->dialog));
    }
  g_clear_object (&starting->dialog);
  g_object_unref (self);
  g_free (starting);
}

static void
start (TcFlowPage      *self,
       const TcValue   *inputs,
       TcExecuteDialog *dialog)
{
  TcEngine *engine = tc_session_get_engine (self->session);
  g_autofree char *text = tc_flow_buffer_get_text (self->buffer), *changed = NULL;
  Starting *starting;
  TcExecuteRequest request = { .inputs = inputs };

  if (engine == NULL)
    return;
  if (self->as_processes)
    changed = tc_run_as_process (text, tc_flow_buffer_get_check (self->buffer)->flow);
  request.source = changed != NULL ? changed : text;
  request.unsaved = changed != NULL || self->file != NULL || self->origin_id == NULL
                    || gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (self->buffer));
  starting = g_new0 (Starting, 1);
  starting->page = g_object_ref (self);
  starting->dialog = dialog != NULL ? g_object_ref (dialog) : NULL;
  tc_engine_execute_async (engine, &request, NULL, started, starting);
}

static void
dialog_execute (TcFlowPage      *self,
                const TcValue   *inputs,
                TcExecuteDialog *dialog)
{
  start (self, inputs, dialog);
}

static gboolean
dialog_closed (TcFlowPage      *self,
               TcExecuteDialog *dialog)
{
  g_clear_pointer (&self->inputs, tc_value_unref);
  self->inputs = tc_execute_dialog_get_values (dialog);
  return FALSE;
}

static void
ask_inputs (TcFlowPage *self,
            TcFlow     *flow)
{
  TcExecuteDialog *dialog = tc_execute_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                                   tc_session_get_engine (self->session), flow, self->inputs);

  g_signal_connect_object (dialog, "execute", G_CALLBACK (dialog_execute), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "close-request", G_CALLBACK (dialog_closed), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
tc_flow_page_execute (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);

  if (!tc_flow_buffer_is_checked (self->buffer))
    {
      self->execute_pending = TRUE;
      tc_flow_buffer_check_now (self->buffer);
      return;
    }
  self->execute_pending = FALSE;
  if (!self->runnable)
    tc_flow_page_next_problem (self, TRUE);
  else if (tc_session_get_engine (self->session) == NULL)
    tc_notice_bar_show (self->notice, "run-error", GTK_MESSAGE_ERROR,
                        tc_session_get_state (self->session) == TC_SESSION_OPENING ? _("The engine is still starting. Try again in a moment.")
                                                                                   : tc_session_get_problem (self->session), NULL, NULL);
  else if (tc_flow_n_inputs (check->flow) > 0)
    ask_inputs (self, check->flow);
  else
    start (self, NULL, NULL);
}

/* What stands in the way of a run, said before it is tried. */

static gboolean
needs_container (const TcFlow *flow)
{
  for (size_t i = 0; i < tc_flow_n_tasks (flow); i++)
    {
      const TcTask *task = tc_flow_task (flow, i);
      const char *runner = tc_value_get_str (tc_value_get (task->props, "taskRunner"), "type");

      if (task->klass == NULL || task->klass->kind != TC_TASK_RUN || task->disabled)
        continue;
      if (runner == NULL || strstr (runner, "ocker") != NULL)
        return TRUE;
    }
  return FALSE;
}

static const char *
container_trouble (const char *state)
{
  if (g_str_equal (state, "denied"))
    return _("A container engine is running, but this user may not use it.");
  if (g_str_equal (state, "down"))
    return _("The container engine does not answer.");
  return _("There is no Docker or Podman on this machine.");
}

static void
update_container_notice (TcFlowPage *self)
{
  const TcFlowCheck *check = tc_flow_buffer_get_check (self->buffer);
  const TcValue *docker = tc_value_get (tc_session_get_status (self->session), "docker");
  const char *state = tc_value_get_str (docker, "state"), *hint = tc_value_get_str (docker, "hint");
  g_autofree char *text = NULL;

  if (state == NULL || g_str_equal (state, "ok") || self->as_processes || check == NULL || check->flow == NULL
      || !needs_container (check->flow))
    {
      tc_notice_bar_hide (self->notice, "run-container");
      return;
    }
  if (g_strcmp0 (tc_notice_bar_get_topic (self->notice), "run-container") == 0)
    return;
  text = g_strconcat (_("Tasks of this flow run in containers."), " ", hint != NULL ? hint : container_trouble (state), NULL);
  tc_notice_bar_show (self->notice, "run-container", GTK_MESSAGE_WARNING, text, _("Run as _Processes"), _("_Try Again"));
}

void
tc_flow_page_status_changed (TcFlowPage *self)
{
  update_container_notice (self);
}

void
tc_flow_page_checked (TcFlowPage *self)
{
  if (self->runnable)
    tc_notice_bar_hide (self->notice, "run-invalid");
  tc_notice_bar_hide (self->notice, "run-error");
  update_container_notice (self);
  if (self->execute_pending)
    tc_flow_page_execute (self);
}

void
tc_flow_page_run_notice (TcFlowPage *self,
                         const char *topic,
                         int         button)
{
  if (g_str_equal (topic, "run-invalid"))
    tc_flow_page_next_problem (self, TRUE);
  else if (g_str_equal (topic, "run-container") && button == 2)
    tc_session_refresh_status (self->session);
  else if (g_str_equal (topic, "run-container"))
    {
      self->as_processes = TRUE;
      tc_flow_page_execute (self);
    }
}
