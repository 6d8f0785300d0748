/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api-call.h"

#include "tc-json.h"

/* Webhooks (spec/core-tasks-and-triggers.md §3.6): any method of three, any content; the key in the address is what is asked for. */

/* Names to lists of values, in the order in which they come. */
typedef struct
{
  GPtrArray *names;         /* char* */
  GPtrArray *values;        /* TcListBuilder* */
} Lists;

static void
lists_add (Lists      *self,
           const char *name,
           const char *value)
{
  for (guint i = 0; i < self->names->len; i++)
    if (g_str_equal (g_ptr_array_index (self->names, i), name))
      {
        tc_list_builder_take (g_ptr_array_index (self->values, i), tc_value_string (value));
        return;
      }
  g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_add (self->values, tc_list_builder_new ());
  tc_list_builder_take (g_ptr_array_index (self->values, self->values->len - 1), tc_value_string (value));
}

static void
lists_init (Lists *self)
{
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new ();
}

static TcValue *
lists_end (Lists *self)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (guint i = 0; i < self->names->len; i++)
    tc_map_builder_take (map, g_ptr_array_index (self->names, i), tc_list_builder_end (g_ptr_array_index (self->values, i)));
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->values);
  return tc_map_builder_end (g_steal_pointer (&map));
}

static void
add_header (const char *name,
            const char *value,
            gpointer    lists)
{
  lists_add (lists, name, value);
}

static char *
unescape (const char *text)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), "+", ' ');

  return g_uri_unescape_string (spaced, NULL);
}

static TcValue *
parameters_of (TcApiCall *call)
{
  const char *query = g_uri_get_query (call->soup->server_message_get_uri (call->message));
  g_auto (GStrv) pairs = g_strsplit (query != NULL ? query : "", "&", -1);
  Lists lists;

  lists_init (&lists);
  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *equals = strchr (*pair, '=');
      g_autofree char *name = NULL, *value = NULL;

      if (equals != NULL)
        *equals = '\0';
      name = unescape (*pair);
      value = unescape (equals != NULL ? equals + 1 : "");
      if (name != NULL && value != NULL && *name != '\0')
        lists_add (&lists, name, value);
    }
  return lists_end (&lists);
}

/* A JSON object or list as such, anything else as a text; NULL: there is none. */
static TcValue *
body_of (TcApiCall *call)
{
  gsize length;
  g_autofree char *body = call->upload == NULL ? tc_api_body (call, &length) : NULL;
  TcValue *value = body != NULL && *body != '\0' ? tc_json_read (body, length, NULL) : NULL;

  if (tc_value_is (value, TC_VALUE_MAP) || tc_value_is (value, TC_VALUE_LIST))
    return value;
  tc_value_unref (value);
  return body != NULL && length > 0 ? tc_value_string_len (body, length) : NULL;
}

static TcValue *
request_of (TcApiCall *call)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  TcValue *body = body_of (call);
  Lists headers;

  lists_init (&headers);
  call->soup->message_headers_foreach (call->soup->server_message_get_request_headers (call->message), add_header, &headers);
  if (body != NULL)
    tc_map_builder_take (map, "body", body);
  tc_map_builder_take (map, "headers", lists_end (&headers));
  tc_map_builder_take (map, "parameters", parameters_of (call));
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* What is sent back of an execution that was waited for, with `returnOutputs`. */
static void
answer_outputs (TcApiCall     *call,
                guint          status,
                const TcValue *fired)
{
  const TcValue *outputs = tc_value_get (fired, "outputs");
  const TcValue *only = outputs != NULL && tc_value_length (outputs) == 1 ? tc_value_item (outputs, 0) : NULL;
  gboolean plain = g_strcmp0 (tc_value_get_str (fired, "responseContentType"), "text/plain") == 0;
  g_autofree char *json = outputs != NULL ? tc_json_to_text (outputs) : g_strdup ("{}");

  tc_api_answer_text (call, status, plain ? "text/plain" : "application/json",
                      plain && tc_value_is (only, TC_VALUE_STRING) ? tc_value_get_text (only) : json, -1);
}

static void
loaded (GObject      *engine,
        GAsyncResult *result,
        gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *source = NULL;
  g_autoptr (TcHead) head = tc_engine_load_execution_finish (call->engine, result, &runs, &source, &error);

  if (head == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, GPOINTER_TO_UINT (call->state), tc_execution_to_kestra (head, runs));
}

static void
fired (GObject      *engine,
       GAsyncResult *result,
       gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) answer = tc_engine_webhook_finish (call->engine, result, &error);
  const char *id = tc_value_get_str (answer, "executionId"), *state = tc_value_get_str (answer, "state");
  guint status;

  if (answer == NULL)
    {
      tc_api_answer_error (call, error);
      return;
    }
  if (id == NULL)
    {
      tc_api_answer (call, 204, NULL);
      return;
    }
  status = state == NULL ? 200 : (guint) tc_value_get_i64 (answer, "responseCode", g_str_equal (state, "FAILED") ? 500 : 200);
  if (state != NULL && tc_value_get_flag (answer, "returnOutputs", FALSE))
    {
      answer_outputs (call, status, answer);
      return;
    }
  call->state = GUINT_TO_POINTER (status);
  tc_engine_load_execution_async (call->engine, id, NULL, loaded, call);
}

static void
receive (TcApiCall *call)
{
  g_autoptr (TcValue) request = request_of (call);

  tc_engine_webhook_async (call->engine, call->arguments[0], call->arguments[1], call->arguments[2], request, NULL, fired, call);
}

const TcApiRoute tc_api_webhook_routes[] = {
  { "GET", "executions/webhook/*/*/*", receive },
  { "POST", "executions/webhook/*/*/*", receive },
  { "PUT", "executions/webhook/*/*/*", receive },
  { 0 }
};
