/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-job-world.h"

#include "private/tc-core.h"
#include "private/tc-job-calls.h"
#include "private/tc-submit.h"
#include "tc-library.h"
#include "tc-log-file.h"
#include "tc-yaml.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* What tasks do with other executions, and with triggers. */

GPtrArray *
tc_call_find_executions (TcOrder *order, const TcValue *args, gboolean below, GError **error)
{
  g_autoptr (TcValue) limit = tc_value_int (-1), query = tc_value_with (args, "limit", limit);
  g_autoptr (GPtrArray) heads = tc_store_find_executions (order->site->store, query, error);
  const char *space = tc_value_get_str (args, "namespace");
  int64_t start = tc_value_get_i64 (args, "start_us", G_MININT64), end = tc_value_get_i64 (args, "end_us", G_MAXINT64);

  for (guint i = heads != NULL ? heads->len : 0; i-- > 0;)
    {
      const TcHead *head = g_ptr_array_index (heads, i);
      int64_t at = head->history.items[0].at_us;

      if (at < start || at > end || (!below && g_strcmp0 (space, head->namespace) != 0))
        g_ptr_array_remove_index (heads, i);
    }
  return g_steal_pointer (&heads);
}

TcValue *
tc_call_count_executions (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GPtrArray) heads = tc_call_find_executions (order, args, tc_value_get_str (args, "namespace") == NULL, error);

  return heads != NULL ? tc_value_int (heads->len) : NULL;
}

TcHead *
tc_call_head (TcOrder *order, const TcValue *args, GError **error)
{
  const char *id = tc_value_get_str (args, "executionId"), *space = tc_value_get_str (args, "namespace"), *flow = tc_value_get_str (args, "flowId");
  g_autoptr (GError) problem = NULL;
  g_autoptr (TcHead) head = NULL;

  if (id == NULL)
    return tc_head_ref (order->head);
  head = tc_store_load_head (order->site->store, id, &problem);
  if (head != NULL && g_strcmp0 (head->namespace, space != NULL ? space : order->head->namespace) == 0
      && g_strcmp0 (head->flow_id, flow != NULL ? flow : order->head->flow_id) == 0)
    return g_steal_pointer (&head);
  if (problem != NULL && !g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("No execution found for execution id %s"), id);
  return NULL;
}

/* By its id alone. */
static TcHead *
any_head (TcOrder *order, const TcValue *args, GError **error)
{
  const char *id = tc_value_get_str (args, "executionId");
  g_autoptr (GError) problem = NULL;
  TcHead *head = tc_store_load_head (order->site->store, id != NULL ? id : "", &problem);

  if (head == NULL)
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("No execution found for execution id %s"), id != NULL ? id : "");
  return head;
}

TcValue *
tc_call_kill_execution (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcHead) head = any_head (order, args, error);
  g_autoptr (TcValue) done = NULL;

  if (head == NULL)
    return NULL;
  if (!tc_state_is_terminated (tc_head_state (head)))
    {
      done = tc_site_command (order->site, head->id, "kill", args, order->cancellable, error);
      if (done == NULL)
        return NULL;
    }
  return tc_value_null ();
}

TcValue *
tc_call_delete_execution (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcHead) head = any_head (order, args, error);
  g_autoptr (TcValue) done = NULL;

  if (head == NULL)
    return NULL;
  if (strcmp (head->id, order->head->id) == 0)
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("It's not allowed to delete the current execution %s"), head->id);
  else if (!tc_state_is_terminated (tc_head_state (head)))
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Execution %s is not in a terminate state (%s)"), head->id,
                 tc_state_name (tc_head_state (head)));
  else
    done = tc_site_command (order->site, head->id, "delete", NULL, order->cancellable, error);
  return done != NULL ? tc_value_null () : NULL;
}

static gboolean
is_started_by (const TcHead *head, const char *outer)
{
  const TcValue *variables = head->trigger != NULL ? tc_value_get (head->trigger, "variables") : NULL;

  return outer == NULL || g_strcmp0 (tc_value_get_str (variables, "executionId"), outer) == 0;
}

TcValue *
tc_call_list_executions (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GPtrArray) heads = tc_call_find_executions (order, args, tc_value_get_str (args, "namespace") == NULL, error);
  g_autoptr (TcListBuilder) list = heads != NULL ? tc_list_builder_new () : NULL;

  for (guint i = 0; heads != NULL && i < heads->len; i++)
    {
      const TcHead *head = g_ptr_array_index (heads, i);
      g_autoptr (GPtrArray) runs = NULL;

      if (!is_started_by (head, tc_value_get_str (args, "triggerExecutionId")))
        continue;
      runs = tc_store_load_runs (order->site->store, head->id, error);
      if (runs == NULL)
        return NULL;
      tc_list_builder_take (list, tc_execution_to_kestra (head, runs));
    }
  return list != NULL ? tc_list_builder_end (g_steal_pointer (&list)) : NULL;
}

/* A flow as a value: what is written, and its revision. */
static TcValue *
flow_value (const char *source, const TcValue *found)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (source, strlen (source), findings);
  g_autoptr (TcValue) written = doc != NULL && tc_yaml_root (doc) != NULL ? tc_yaml_to_value (tc_yaml_root (doc)) : tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) place = tc_value_map_of ("namespace", tc_value_ref (tc_value_get (found, "namespace")), "id",
                                               tc_value_ref (tc_value_get (found, "id")), "revision",
                                               tc_value_ref (tc_value_get (found, "revision")), NULL);

  return tc_value_merge (written, place);
}

TcValue *
tc_call_list_flows (TcOrder *order, const TcValue *args, GError **error)
{
  const char *space = tc_call_namespace (order, args);
  g_autoptr (TcValue) flows = tc_store_find_flows (order->site->store, space, error);
  g_autoptr (TcListBuilder) list = flows != NULL ? tc_list_builder_new () : NULL;

  for (size_t i = 0; flows != NULL && i < tc_value_length (flows); i++)
    {
      const TcValue *found = tc_value_item (flows, i);
      g_autofree char *source = NULL;

      if (g_strcmp0 (tc_value_get_str (found, "namespace"), space) != 0)
        continue;
      source = tc_store_load_flow (order->site->store, space, tc_value_get_str (found, "id"), 0, NULL, NULL);
      if (source != NULL)
        tc_list_builder_take (list, flow_value (source, found));
    }
  return list != NULL ? tc_list_builder_end (g_steal_pointer (&list)) : NULL;
}

TcValue *
tc_call_resume_execution (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcHead) head = (tc_value_get_flag (args, "anyFlow", FALSE) ? any_head : tc_call_head) (order, args, error);
  const TcValue *inputs = tc_value_get (args, "inputs");
  g_autoptr (TcValue) given = tc_value_map_of ("inputs", inputs != NULL ? tc_value_ref (inputs) : tc_value_null (), NULL);
  g_autoptr (TcValue) done = NULL;

  if (head == NULL)
    return NULL;
  if (tc_head_state (head) != TC_STATE_PAUSED)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("The execution is not paused"));
      return NULL;
    }
  done = tc_site_command (order->site, head->id, "resume", given, order->cancellable, error);
  return done != NULL ? tc_value_null () : NULL;
}

/* How much of one execution there is to purge; what is purged without the execution itself is purged here. */
static gboolean
purge_parts (TcOrder *order, const TcHead *head, const TcValue *args, size_t *files, size_t *logs, size_t *metrics, GError **error)
{
  gboolean whole = tc_value_get_flag (args, "execution", TRUE);
  g_autoptr (GPtrArray) uris = tc_storage_list_execution (order->site->data_dir, head, error);
  g_autoptr (TcLogReader) reader = uris != NULL ? tc_log_reader_open (order->site->log_dir, head->id, error) : NULL;
  g_autoptr (GPtrArray) measured = reader != NULL ? tc_store_load_metrics (order->site->store, head->id, error) : NULL;

  if (measured == NULL)
    return FALSE;
  if (tc_value_get_flag (args, "storage", TRUE))
    {
      *files += uris->len;
      if (!whole && !tc_storage_remove_execution (order->site->data_dir, head, error))
        return FALSE;
    }
  if (tc_value_get_flag (args, "log", TRUE))
    {
      *logs += tc_log_reader_n (reader);
      if (!whole && !tc_log_remove (order->site->log_dir, head->id, error))
        return FALSE;
    }
  if (whole && tc_value_get_flag (args, "metric", TRUE))
    *metrics += measured->len;
  return TRUE;
}

TcValue *
tc_call_purge_executions (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GPtrArray) heads = tc_call_find_executions (order, args, tc_value_get_str (args, "flowId") == NULL
                                                                      || tc_value_get_str (args, "namespace") == NULL, error);
  size_t n = 0, files = 0, logs = 0, metrics = 0;

  if (heads == NULL)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    {
      const TcHead *head = g_ptr_array_index (heads, i);
      g_autoptr (TcValue) done = NULL;

      if (!tc_state_is_terminated (tc_head_state (head)) || strcmp (head->id, order->head->id) == 0)
        continue;
      if (!purge_parts (order, head, args, &files, &logs, &metrics, error))
        return NULL;
      if (!tc_value_get_flag (args, "execution", TRUE))
        continue;
      done = tc_site_command (order->site, head->id, "delete", NULL, order->cancellable, error);
      if (done == NULL)
        return NULL;
      n++;
    }
  return tc_value_map_of ("executionsCount", tc_value_int ((int64_t) n), "logsCount", tc_value_int ((int64_t) logs), "storagesCount",
                          tc_value_int ((int64_t) files), "metricsCount", tc_value_int ((int64_t) metrics), NULL);
}

static gboolean
check_flow (TcOrder *order, const char *space, const char *flow, GError **error)
{
  g_autofree char *source = NULL;

  if (strcmp (space, order->head->namespace) == 0 && strcmp (flow, order->head->flow_id) == 0)
    return TRUE;
  source = tc_store_load_flow (order->site->store, space, flow, 0, NULL, NULL);
  if (source == NULL)
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND,
                 _("Unable to find flow %s.%s. Make sure the flow exists and the current execution is authorized to access it."), space, flow);
  return source != NULL;
}

TcValue *
tc_call_toggle_trigger (TcOrder *order, const TcValue *args, GError **error)
{
  const char *space = tc_call_namespace (order, args), *flow = tc_value_get_str (args, "flowId"), *id = tc_value_get_str (args, "trigger");

  if (flow == NULL)
    flow = order->head->flow_id;
  if (!check_flow (order, space, flow, error)
      || !tc_site_toggle_trigger (order->site, space, flow, id, tc_value_get_flag (args, "enabled", FALSE), order->cancellable, error))
    return NULL;
  return tc_value_null ();
}
