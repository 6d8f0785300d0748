/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-remote.h"

#include "tc-form.h"
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
ask (TcRemote   *self,
     TcHttpCall  call,
     const char *content_type,
     Answer     *answer)
{
  g_autofree char *type = content_type != NULL ? g_strdup_printf ("Content-Type: %s", content_type) : NULL;
  const char *headers[] = { type, NULL };
  TcHttpFuncs funcs = { .done = answered };

  call.socket_path = self->socket_path;
  call.headers = headers;
  call.answer_timeout_us = -1;
  call.limit = ANSWER_LIMIT;
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
  const char *message = tc_value_is (body, TC_VALUE_STRING) ? tc_value_get_text (body) : tc_value_get_str (body, "message");
  const TcValue *findings = tc_value_get (body, "findings");
  TcRemoteError code = status == 404                                     ? TC_REMOTE_ERROR_NOT_FOUND
                       : status == 409 || status == 413 || status == 422 ? TC_REMOTE_ERROR_REFUSED : TC_REMOTE_ERROR_FAILED;

  self->findings = findings != NULL ? tc_value_ref (findings) : NULL;
  if (message != NULL)
    g_set_error_literal (error, TC_REMOTE_ERROR, code, message);
  else
    g_set_error (error, TC_REMOTE_ERROR, code, _("The running engine answers with status %d and gives no reason."), status);
}

/* @call: method and body; the rest is the same for all. */
static TcValue *
send_call (TcRemote    *self,
           TcHttpCall   call,
           const char  *path,
           const char  *content_type,
           GError     **error)
{
  g_autofree char *url = g_strconcat (BASE, path, NULL);
  Answer answer = { 0 };
  TcValue *value = NULL;

  g_clear_pointer (&self->findings, tc_value_unref);
  call.url = url;
  if (!ask (self, call, content_type, &answer))
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

TcValue *
tc_remote_call (TcRemote    *self,
                const char  *method,
                const char  *path,
                const char  *content_type,
                const char  *body,
                gsize        length,
                GError     **error)
{
  return send_call (self, (TcHttpCall) { .method = method, .body = body, .body_length = length }, path, content_type, error);
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
  there = ask (self, (TcHttpCall) { .method = "GET", .url = "http://tiercel/ping" }, NULL, &answer) && answer.status == 200;
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

static TcForm *
make_form (const TcValue  *inputs,
           const TcValue  *files,
           GError        **error)
{
  g_autoptr (TcForm) form = tc_form_new ();

  for (size_t i = 0; i < tc_value_length (inputs); i++)
    {
      const TcValue *item = tc_value_item (inputs, i);
      g_autofree char *text = tc_value_is (item, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (item)) : tc_json_to_text (item);
      const char *key = tc_value_key (inputs, i);

      if (files == NULL || tc_value_get (files, key) == NULL)
        tc_form_add_text (form, key, text);
      else if (!tc_form_add_file (form, key, text, error))
        return NULL;
    }
  tc_form_end (form);
  return g_steal_pointer (&form);
}

static ssize_t
read_form (gpointer form,
           char    *buffer,
           size_t   size)
{
  return tc_form_read (form, buffer, size);
}

static TcValue *
send_form (TcRemote    *self,
           const char  *path,
           TcForm      *form,
           GError     **error)
{
  g_autofree char *type = tc_form_type (form);
  GError *problem = NULL;
  TcValue *answer = send_call (self, (TcHttpCall) { .method = "POST", .read_body = read_form, .read_data = form }, path, type, &problem);

  if (answer == NULL && tc_form_error (form) != NULL)
    {
      g_error_free (problem);
      problem = g_error_new_literal (TC_REMOTE_ERROR, TC_REMOTE_ERROR_FAILED, tc_form_error (form)->message);
    }
  if (answer == NULL)
    g_propagate_error (error, problem);
  return answer;
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
  g_autofree char *path = tc_remote_path ("executions/%s/%s", namespace_, flow_id);
  g_autoptr (GString) url = g_string_new (path);
  g_autoptr (TcForm) form = NULL;

  g_string_append_printf (url, "?revision=%d", revision);
  for (size_t i = 0; labels != NULL && i < tc_value_length (labels); i++)
    {
      g_autofree char *label = g_strdup_printf ("%s:%s", tc_value_key (labels, i), tc_value_get_text (tc_value_item (labels, i)));

      g_string_append (url, "&labels=");
      g_string_append_uri_escaped (url, label, NULL, FALSE);
    }
  if (inputs == NULL || tc_value_length (inputs) == 0)
    return tc_remote_call (self, "POST", url->str, NULL, NULL, 0, error);
  form = make_form (inputs, files, error);
  return form != NULL ? send_form (self, url->str, form, error) : NULL;
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
