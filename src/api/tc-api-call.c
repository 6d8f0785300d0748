/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api-call.h"

#include "tc-json.h"
#include <errno.h>

static void
call_free (TcApiCall *self)
{
  if (self->state_free != NULL)
    self->state_free (self->state);
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_strfreev (self->arguments);
  g_object_unref (self->message);
  g_object_unref (self->engine);
  g_free (self);
}

void
tc_api_answer_text (TcApiCall  *call,
                    guint       status,
                    const char *type,
                    const char *text,
                    gssize      length)
{
  call->soup->server_message_set_status (call->message, status, NULL);
  if (text != NULL)
    call->soup->server_message_set_response (call->message, type, SOUP_MEMORY_COPY, text, length >= 0 ? (gsize) length : strlen (text));
  if (!call->gone)
    call->soup->server_message_unpause (call->message);
  call_free (call);
}

void
tc_api_answer (TcApiCall *call,
               guint      status,
               TcValue   *value)
{
  g_autoptr (TcValue) owned G_GNUC_UNUSED = value;
  g_autofree char *text = value != NULL ? tc_json_to_text (value) : NULL;

  tc_api_answer_text (call, status, "application/json", text, -1);
}

static TcValue *
error_body (TcApiCall  *call,
            const char *message)
{
  const char *path = g_uri_get_path (call->soup->server_message_get_uri (call->message));
  TcValue *self = tc_value_map_of ("href", tc_value_string (path), "templated", tc_value_bool (FALSE), NULL);
  TcValue *links = tc_value_map_of ("self", tc_value_list (&self, 1), NULL);

  return tc_value_map_of ("message", tc_value_string (message), "_links", links, NULL);
}

void
tc_api_answer_status (TcApiCall  *call,
                      guint       status,
                      const char *format,
                      ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  tc_api_answer (call, status, error_body (call, message));
}

static TcValue *
findings_list (GPtrArray *findings)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (guint i = 0; i < findings->len; i++)
    tc_list_builder_take (list, tc_diagnostic_to_value (findings->pdata[i]));
  return tc_list_builder_end (list);
}

void
tc_api_answer_error (TcApiCall    *call,
                     const GError *error)
{
  GPtrArray *findings = tc_engine_error_findings (error);
  guint status = 500;
  const char *reason = "Internal server error";
  g_autofree char *message = NULL;
  g_autoptr (TcValue) body = NULL;

  if (g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND))
    status = 404, reason = "Not Found";
  else if (findings != NULL)
    status = 422, reason = "Invalid entity";
  else if (g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED))
    status = 409, reason = "Illegal state";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG))
    status = 400, reason = "Bad Request";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    status = 413, reason = "Request Entity Too Large";
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    status = 507, reason = "Insufficient Storage";
  message = g_strdup_printf ("%s: %s", reason, error->message);
  body = error_body (call, message);
  if (findings != NULL)
    {
      g_autoptr (TcValue) list = findings_list (findings);
      TcValue *with = tc_value_with (body, "findings", list);

      tc_value_unref (body);
      body = with;
    }
  tc_api_answer (call, status, g_steal_pointer (&body));
}

const char *
tc_api_query (TcApiCall  *call,
              const char *name)
{
  return call->query != NULL ? g_hash_table_lookup (call->query, name) : NULL;
}

gint64
tc_api_query_int (TcApiCall  *call,
                  const char *name,
                  gint64      fallback)
{
  const char *text = tc_api_query (call, name);
  gint64 value;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &value, NULL) ? value : fallback;
}

char *
tc_api_body (TcApiCall *call,
             gsize     *length)
{
  g_autoptr (GBytes) bytes = call->soup->message_body_flatten (call->soup->server_message_get_request_body (call->message));
  const char *data = g_bytes_get_data (bytes, length);

  return g_strndup (data != NULL ? data : "", *length);
}

TcValue *
tc_api_page (TcValue *items)
{
  return tc_value_map_of ("results", items, "total", tc_value_int (tc_value_length (items)), NULL);
}
