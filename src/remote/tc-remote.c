/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-remote.h"

#include "tc-http.h"
#include "tc-json.h"
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#define BASE "http://tiercel/api/v1/main/"
#define ANSWER_LIMIT ((size_t) 1024 * 1024 * 1024)

struct _TcRemote
{
  char         *socket_path;
  GMainContext *context;
  TcFdSet      *fds;
  TcHttp       *http;
  TcValue      *findings;      /* of the last refusal, or NULL */
};

G_DEFINE_QUARK (tc-remote-error-quark, tc_remote_error)

typedef struct
{
  gboolean done;
  int      status;
  GString *body;
  GError  *error;
} Answer;

static void
answered (gpointer      data,
          int           status,
          const char   *body,
          size_t        length,
          const GError *error)
{
  Answer *self = data;

  self->done = TRUE;
  self->status = status;
  g_string_append_len (self->body, body != NULL ? body : "", (gssize) length);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

/* Runs one request to its end on our own context. */
static gboolean
ask (TcRemote    *self,
     const char  *method,
     const char  *url,
     const char  *content_type,
     const char  *body,
     gsize        length,
     Answer      *answer)
{
  g_autofree char *type = content_type != NULL ? g_strdup_printf ("Content-Type: %s", content_type) : NULL;
  const char *headers[] = { type, NULL };
  TcHttpCall call = {
    .method = method, .url = url, .socket_path = self->socket_path, .headers = headers, .body = body, .body_length = length,
    .answer_timeout_us = -1, .limit = ANSWER_LIMIT,
  };
  TcHttpFuncs funcs = { .done = answered };

  answer->body = g_string_new (NULL);
  tc_http_send (self->http, &call, &funcs, answer);
  while (!answer->done)
    g_main_context_iteration (self->context, TRUE);
  return answer->error == NULL;
}

static TcValue *
read_answer (const Answer *answer)
{
  TcValue *value;

  if (answer->body->len == 0)
    return tc_value_null ();
  value = tc_json_read (answer->body->str, answer->body->len, NULL);
  return value != NULL ? value : tc_value_string_len (answer->body->str, answer->body->len);
}

static void
set_refusal (TcRemote       *self,
             int             status,
             const TcValue  *body,
             GError        **error)
{
  const char *message = tc_value_get_str (body, "message");
  const TcValue *findings = tc_value_get (body, "findings");

  self->findings = findings != NULL ? tc_value_ref (findings) : NULL;
  g_set_error (error, TC_REMOTE_ERROR,
               status == 404 ? TC_REMOTE_ERROR_NOT_FOUND
               : status == 409 || status == 422 ? TC_REMOTE_ERROR_REFUSED : TC_REMOTE_ERROR_FAILED,
               "%s", message != NULL ? message : _("The running engine gave no reason."));
}

TcValue *
tc_remote_call (TcRemote    *self,
                const char  *method,
                const char  *path,
                const char  *content_type,
                const char  *body,
                gsize        length,
                GError     **error)
{
  g_autofree char *url = g_strconcat (BASE, path, NULL);
  Answer answer = { 0 };
  TcValue *value = NULL;

  g_clear_pointer (&self->findings, tc_value_unref);
  if (!ask (self, method, url, content_type, body, length, &answer))
    g_set_error (error, TC_REMOTE_ERROR, TC_REMOTE_ERROR_FAILED, _("The running engine does not answer: %s"), answer.error->message);
  else
    {
      value = read_answer (&answer);
      if (answer.status >= 400)
        {
          set_refusal (self, answer.status, value, error);
          g_clear_pointer (&value, tc_value_unref);
        }
    }
  g_string_free (answer.body, TRUE);
  g_clear_error (&answer.error);
  return value;
}

const TcValue *
tc_remote_findings (TcRemote *self)
{
  return self->findings;
}

TcRemote *
tc_remote_new (const char  *socket_path,
               GError     **error)
{
  g_autoptr (TcRemote) self = g_new0 (TcRemote, 1);
  Answer answer = { 0 };
  gboolean there;

  self->socket_path = g_strdup (socket_path);
  self->context = g_main_context_new ();
  self->fds = tc_fd_set_new (self->context);
  self->http = tc_http_new (self->fds, self->context);
  there = ask (self, "GET", "http://tiercel/ping", NULL, NULL, 0, &answer) && answer.status == 200;
  if (!there)
    g_set_error (error, TC_REMOTE_ERROR, TC_REMOTE_ERROR_ABSENT, _("Nothing answers at “%s”: %s"), socket_path,
                 answer.error != NULL ? answer.error->message : _("it is no Tiercel"));
  g_string_free (answer.body, TRUE);
  g_clear_error (&answer.error);
  return there ? g_steal_pointer (&self) : NULL;
}

void
tc_remote_free (TcRemote *self)
{
  if (self == NULL)
    return;
  tc_http_free (self->http);
  tc_fd_set_free (self->fds);
  g_main_context_unref (self->context);
  g_clear_pointer (&self->findings, tc_value_unref);
  g_free (self->socket_path);
  g_free (self);
}

char *
tc_remote_path (const char *format,
                ...)
{
  g_autoptr (GString) path = g_string_new (NULL);
  va_list args;

  va_start (args, format);
  for (const char *at = format; *at != '\0'; at++)
    if (at[0] == '%' && at[1] == 's')
      {
        g_string_append_uri_escaped (path, va_arg (args, const char *), NULL, FALSE);
        at++;
      }
    else
      g_string_append_c (path, *at);
  va_end (args);
  return g_string_free (g_steal_pointer (&path), FALSE);
}

TcValue *
tc_remote_save_flow (TcRemote    *self,
                     const char  *source,
                     GError     **error)
{
  return tc_remote_call (self, "POST", "flows", "application/x-yaml", source, strlen (source), error);
}

static gboolean
append_file (GString     *form,
             const char  *boundary,
             const char  *name,
             const char  *path,
             GError     **error)
{
  g_autofree char *content = NULL, *base = g_path_get_basename (path);
  gsize length;

  if (!g_file_get_contents (path, &content, &length, error))
    return FALSE;
  g_string_append_printf (form, "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                                "Content-Type: application/octet-stream\r\n\r\n", boundary, name, base);
  g_string_append_len (form, content, (gssize) length);
  g_string_append (form, "\r\n");
  return TRUE;
}

static gboolean
append_inputs (GString        *form,
               const char     *boundary,
               const TcValue  *inputs,
               const TcValue  *files,
               GError        **error)
{
  for (size_t i = 0; inputs != NULL && i < tc_value_length (inputs); i++)
    {
      const TcValue *item = tc_value_item (inputs, i);
      g_autofree char *text = tc_value_is (item, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (item)) : tc_json_to_text (item);
      const char *key = tc_value_key (inputs, i);

      if (files != NULL && tc_value_get (files, key) != NULL)
        {
          if (!append_file (form, boundary, key, text, error))
            return FALSE;
        }
      else
        g_string_append_printf (form, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", boundary, key, text);
    }
  g_string_append_printf (form, "--%s--\r\n", boundary);
  return TRUE;
}

TcValue *
tc_remote_execute (TcRemote       *self,
                   const char     *namespace_,
                   const char     *flow_id,
                   int             revision,
                   const TcValue  *inputs,
                   const TcValue  *files,
                   const TcValue  *labels,
                   GError        **error)
{
  g_autofree char *path = tc_remote_path ("executions/%s/%s", namespace_, flow_id), *boundary = g_uuid_string_random ();
  g_autofree char *type = g_strdup_printf ("multipart/form-data; boundary=%s", boundary);
  g_autoptr (GString) url = g_string_new (path), form = g_string_new (NULL);
  gboolean has_inputs = inputs != NULL && tc_value_length (inputs) > 0;

  g_string_append_printf (url, "?revision=%d", revision);
  for (size_t i = 0; labels != NULL && i < tc_value_length (labels); i++)
    {
      g_autofree char *label = g_strdup_printf ("%s:%s", tc_value_key (labels, i), tc_value_get_text (tc_value_item (labels, i)));

      g_string_append (url, "&labels=");
      g_string_append_uri_escaped (url, label, NULL, FALSE);
    }
  if (has_inputs && !append_inputs (form, boundary, inputs, files, error))
    return NULL;
  return tc_remote_call (self, "POST", url->str, has_inputs ? type : NULL, form->str, form->len, error);
}

TcValue *
tc_remote_execution (TcRemote    *self,
                     const char  *id,
                     GError     **error)
{
  g_autofree char *path = tc_remote_path ("executions/%s", id);

  return tc_remote_call (self, "GET", path, NULL, NULL, 0, error);
}

TcValue *
tc_remote_logs (TcRemote    *self,
                const char  *id,
                guint64      offset,
                GError     **error)
{
  g_autofree char *path = tc_remote_path ("logs/%s", id), *url = g_strdup_printf ("%s?offset=%" G_GUINT64_FORMAT, path, offset);

  return tc_remote_call (self, "GET", url, NULL, NULL, 0, error);
}

TcValue *
tc_remote_metrics (TcRemote    *self,
                   const char  *id,
                   GError     **error)
{
  g_autofree char *path = tc_remote_path ("metrics/%s", id);
  g_autoptr (TcValue) page = tc_remote_call (self, "GET", path, NULL, NULL, 0, error);
  const TcValue *results = page != NULL ? tc_value_get (page, "results") : NULL;

  return page == NULL ? NULL : results != NULL ? tc_value_ref (results) : tc_value_list (NULL, 0);
}

TcValue *
tc_remote_command (TcRemote       *self,
                   const char     *id,
                   const char     *command,
                   const TcValue  *args,
                   GError        **error)
{
  gboolean is_kill = g_str_equal (command, "kill"), is_delete = g_str_equal (command, "delete");
  const char *name = g_str_equal (command, "change-state")        ? "state"
                     : g_str_equal (command, "resume-breakpoint") ? "resume-from-breakpoint" : command;
  g_autofree char *path = is_delete ? tc_remote_path ("executions/%s", id) : tc_remote_path ("executions/%s/%s", id, name);
  g_autofree char *body = args != NULL ? tc_json_to_text (args) : NULL;

  return tc_remote_call (self, is_kill || is_delete ? "DELETE" : "POST", path, body != NULL ? "application/json" : NULL, body,
                         body != NULL ? strlen (body) : 0, error);
}
