/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api-call.h"

#include "tc-json.h"

/* Kestra's flow JSON with the source beside it: the document as read, its namespace, id and revision certain. */
static TcValue *
flow_value (const char *source,
            int         revision,
            gboolean    with_source)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) document = tc_yaml_read (source, strlen (source), findings);
  const TcYamlNode *root = document != NULL ? tc_yaml_root (document) : NULL;
  g_autoptr (TcValue) value = root != NULL && tc_yaml_kind (root) == TC_YAML_MAPPING ? tc_yaml_to_value (root) : tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) number = tc_value_int (revision), text = tc_value_string (source);
  g_autoptr (TcValue) numbered = tc_value_with (value, "revision", number);

  return with_source ? tc_value_with (numbered, "source", text) : g_steal_pointer (&numbered);
}

static void
flow_loaded (GObject      *engine,
             GAsyncResult *result,
             gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  int revision;
  g_autofree char *source = tc_engine_load_flow_finish (call->engine, result, &revision, &error);

  if (source == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, flow_value (source, revision, g_strcmp0 (tc_api_query (call, "source"), "true") == 0));
}

static void
get_flow (TcApiCall *call)
{
  tc_engine_load_flow_async (call->engine, call->arguments[0], call->arguments[1], (int) tc_api_query_int (call, "revision", 0), NULL,
                             flow_loaded, call);
}

static void
flow_saved (GObject      *engine,
            GAsyncResult *result,
            gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  int revision = tc_engine_save_flow_finish (call->engine, result, &error);

  if (revision == 0)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, flow_value (call->state, revision, TRUE));
}

static void
put_flow (TcApiCall *call)
{
  gsize length;

  call->state = tc_api_body (call, &length);
  call->state_free = g_free;
  tc_engine_save_flow_async (call->engine, call->state, NULL, flow_saved, call);
}

static void
flow_deleted (GObject      *engine,
              GAsyncResult *result,
              gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;

  if (tc_engine_delete_flow_finish (call->engine, result, &error))
    tc_api_answer (call, 204, NULL);
  else
    tc_api_answer_error (call, error);
}

static void
delete_flow (TcApiCall *call)
{
  tc_engine_delete_flow_async (call->engine, call->arguments[0], call->arguments[1], NULL, flow_deleted, call);
}

static void
flows_listed (GObject      *engine,
              GAsyncResult *result,
              gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  TcValue *flows = tc_engine_list_flows_finish (call->engine, result, &error);

  if (flows == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, tc_api_page (flows));
}

static void
search_flows (TcApiCall *call)
{
  tc_engine_list_flows_async (call->engine, NULL, flows_listed, call);
}

const TcApiRoute tc_api_flow_routes[] = {
  { "GET", "flows/search", search_flows },
  { "POST", "flows", put_flow },
  { "GET", "flows/*/*", get_flow },
  { "PUT", "flows/*/*", put_flow },
  { "DELETE", "flows/*/*", delete_flow },
  { 0 }
};
