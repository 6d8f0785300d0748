/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api-call.h"

#include "tc-json.h"

static void
kv_done (GObject      *engine,
         GAsyncResult *result,
         gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  TcValue *value = tc_engine_kv_finish (call->engine, result, &error);

  if (value == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, value);
}

static void
list_kv (TcApiCall *call)
{
  tc_engine_kv_async (call->engine, "list", call->arguments[0], NULL, NULL, NULL, kv_done, call);
}

static void
get_kv (TcApiCall *call)
{
  tc_engine_kv_async (call->engine, "get", call->arguments[0], call->arguments[1], NULL, NULL, kv_done, call);
}

static void
delete_kv (TcApiCall *call)
{
  tc_engine_kv_async (call->engine, "delete", call->arguments[0], call->arguments[1], NULL, NULL, kv_done, call);
}

/* The body is JSON if it can be read as such, else a text. */
static void
put_kv (TcApiCall *call)
{
  gsize length;
  g_autofree char *body = tc_api_body (call, &length);
  const char *ttl = call->soup->message_headers_get_one (call->soup->server_message_get_request_headers (call->message), "ttl");
  TcValue *value = tc_json_read (body, length, NULL);
  TcMapBuilder *args = tc_map_builder_new ();
  g_autoptr (TcValue) built = NULL;

  tc_map_builder_take (args, "value", value != NULL ? value : tc_value_string_len (body, length));
  tc_map_builder_str (args, "ttl", ttl != NULL ? ttl : tc_api_query (call, "ttl"));
  built = tc_map_builder_end (args);
  tc_engine_kv_async (call->engine, "set", call->arguments[0], call->arguments[1], built, NULL, kv_done, call);
}

static void
secrets_listed (GObject      *engine,
                GAsyncResult *result,
                gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  TcValue *secrets = tc_engine_list_secrets_finish (call->engine, result, &error);

  if (secrets == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, tc_api_page (secrets));
}

static void
list_secrets (TcApiCall *call)
{
  tc_engine_list_secrets_async (call->engine, NULL, secrets_listed, call);
}

static void
secret_set (GObject      *engine,
            GAsyncResult *result,
            gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;

  if (tc_engine_set_secret_finish (call->engine, result, &error))
    tc_api_answer (call, 204, NULL);
  else
    tc_api_answer_error (call, error);
}

static void
put_secret (TcApiCall *call)
{
  gsize length;
  g_autofree char *body = tc_api_body (call, &length);

  tc_engine_set_secret_async (call->engine, call->arguments[0], call->arguments[1], body, NULL, secret_set, call);
}

static void
delete_secret (TcApiCall *call)
{
  tc_engine_set_secret_async (call->engine, call->arguments[0], call->arguments[1], NULL, NULL, secret_set, call);
}

const TcApiRoute tc_api_namespace_routes[] = {
  { "GET", "namespaces/*/kv", list_kv },
  { "GET", "namespaces/*/kv/*", get_kv },
  { "PUT", "namespaces/*/kv/*", put_kv },
  { "DELETE", "namespaces/*/kv/*", delete_kv },
  { "GET", "secrets", list_secrets },
  { "PUT", "namespaces/*/secrets/*", put_secret },
  { "DELETE", "namespaces/*/secrets/*", delete_secret },
  { 0 }
};
