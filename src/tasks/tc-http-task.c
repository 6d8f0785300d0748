/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-http-task.h"
#include "tc-http.h"
#include "tc-json.h"
#include "tc-util.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* One client a task, on a context of its own: the worker thread turns it until the answer is there. Redirects are followed here, so that
 * each exchange is logged and counted as Kestra does. */

#define MOST_REDIRECTS 50
#define LARGEST_BODY (19 * 1024 * 1024)
#define DEFAULT_TIMEOUT_US (180 * G_USEC_PER_SEC)

static const char *const auth_types[] = { "BASIC", "BEARER", "DIGEST", NULL };
static const TcProp auth_props[] = {
  { "type", TC_KIND_ENUM, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, 0, NULL, auth_types, N_("Kind of authentication.") },
  { "username", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Name of the user.") },
  { "password", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_SECRET, 0, NULL, NULL, N_("Password of the user.") },
  { "token", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_SECRET, 0, NULL, NULL, N_("Token, for BEARER.") },
  { 0 }
};
static const TcProp timeout_props[] = {
  { "connectTimeout", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("How long connecting may take.") },
  { "readIdleTimeout", TC_KIND_DURATION, TC_PROP_DYNAMIC, 0, "PT5M", NULL, N_("How long the answer may take.") },
  { 0 }
};
static const TcProp ssl_props[] = {
  { "insecureTrustAllCertificates", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether any certificate is trusted.") },
  { 0 }
};

static const char *const proxy_types[] = { "DIRECT", "HTTP", "SOCKS", NULL };
static const TcProp proxy_props[] = {
  { "type", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "DIRECT", proxy_types, N_("Kind of the proxy.") },
  { "address", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Host of the proxy.") },
  { "port", TC_KIND_INT, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Port of the proxy.") },
  { "username", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, N_("Name of the user there.") },
  { "password", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_SECRET, 0, NULL, NULL, N_("Password of the user there.") },
  { 0 }
};

const TcProp tc_http_option_props[] = {
  { "auth", TC_KIND_OBJECT, TC_PROP_DYNAMIC, 0, NULL, auth_props, N_("Authentication.") },
  { "timeout", TC_KIND_OBJECT, TC_PROP_DYNAMIC, 0, NULL, timeout_props, N_("Time limits.") },
  { "proxy", TC_KIND_OBJECT, TC_PROP_DYNAMIC, 0, NULL, proxy_props, N_("Proxy; that of the environment without it.") },
  { "ssl", TC_KIND_OBJECT, TC_PROP_DYNAMIC, 0, NULL, ssl_props, N_("Encryption.") },
  { "followRedirects", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "true", NULL, N_("Whether redirects are followed.") },
  { "allowFailed", TC_KIND_BOOL, TC_PROP_DYNAMIC, 0, "false", NULL, N_("Whether an answer of 400 and above is fine.") },
  { "allowedResponseCodes", TC_KIND_LIST, TC_PROP_DYNAMIC, 0, NULL, tc_items_int, N_("The only codes that are fine.") },
  { "defaultCharset", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_ADVANCED, 0, "UTF-8", NULL, N_("Charset of the body sent, and of an answer that names none.") },
  { "logs", TC_KIND_LIST, TC_PROP_ADVANCED, 0, NULL, tc_items_string,
    N_("What is logged: REQUEST_HEADERS, REQUEST_BODY, RESPONSE_HEADERS, RESPONSE_BODY; headers at DEBUG, bodies at TRACE.") },
  { "connectTimeout", TC_KIND_DURATION, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `timeout.connectTimeout`.") },
  { "readTimeout", TC_KIND_DURATION, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `timeout.readIdleTimeout`.") },
  { "readIdleTimeout", TC_KIND_DURATION, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `timeout.readIdleTimeout`.") },
  { "connectionPoolIdleTimeout", TC_KIND_DURATION, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Has no effect.") },
  { "maxContentLength", TC_KIND_INT, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Has no effect.") },
  { "basicAuthUser", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `auth`.") },
  { "basicAuthPassword", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED | TC_PROP_SECRET, 0, NULL, NULL, N_("Use `auth`.") },
  { "logLevel", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_DEPRECATED, 0, NULL, NULL, N_("Use `logs`.") },
  { 0 }
};

typedef struct
{
  TcJob            *job;
  const TcHttpTask *task;
  TcHttpAnswer     *answer;
  FILE             *into;
  GPtrArray        *headers;        /* "Name: value" */
  GString          *content;        /* or NULL */
  GMainContext     *context;
  TcHttp           *http;
  TcHttpRequest    *request;
  char             *url, *location;
  const char       *method;
  bool              done, full;
  GError           *error;
  int               n;              /* exchanges so far; what was sent and received in them */
  double            sent, received;
} Ask;

static const TcValue *
option (const TcHttpTask *task,
        const char       *group,
        const char       *name)
{
  return group == NULL ? tc_value_get (task->options, name) : tc_value_lookup (task->options, group, name, NULL);
}

static gboolean
is_true (const TcValue *value,
         gboolean       fallback)
{
  if (tc_value_is (value, TC_VALUE_STRING))
    return g_ascii_strcasecmp (tc_value_get_text (value), "true") == 0;
  return tc_value_is (value, TC_VALUE_BOOL) ? tc_value_get_bool (value) : fallback;
}

static char *
text_of (const TcValue *value)
{
  return value == NULL ? NULL : tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
}

static int64_t
timeout_us (const TcHttpTask *task,
            const char       *name,
            const char       *old_name,
            int64_t           fallback)
{
  const TcValue *value = option (task, "timeout", name);
  g_autofree char *text = text_of (value != NULL ? value : option (task, NULL, old_name));
  int64_t us;

  return text != NULL && tc_duration_parse (text, &us) && us > 0 ? us : fallback;
}

/* The proxy that the task asks for as curl wants it; NULL: none. The name of a host is resolved by a SOCKS proxy itself. */
static gboolean
find_proxy (const TcHttpTask  *task,
            char             **url,
            GError           **error)
{
  g_autofree char *address = text_of (option (task, "proxy", "address")), *port = text_of (option (task, "proxy", "port"));
  const char *type = tc_value_get_str (option (task, NULL, "proxy"), "type");
  gboolean known = g_strcmp0 (type, "HTTP") == 0 || g_strcmp0 (type, "SOCKS") == 0;

  *url = NULL;
  if (address == NULL)
    return TRUE;
  if (!known)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("property “options.proxy”: an address needs the type HTTP or SOCKS"));
      return FALSE;
    }
  *url = g_strdup_printf ("%s://%s%s%s", g_str_equal (type, "HTTP") ? "http" : "socks5h", address, port != NULL ? ":" : "", port != NULL ? port : "");
  return TRUE;
}

static gboolean
add_auth (Ask     *self,
          GError **error)
{
  const TcValue *auth = option (self->task, NULL, "auth");
  const char *type = tc_value_get_str (auth, "type"), *user = tc_value_get_str (auth, "username"), *password = tc_value_get_str (auth, "password");
  const char *token = tc_value_get_str (auth, "token");
  g_autofree char *pair = NULL, *encoded = NULL;

  if (user == NULL && auth == NULL)
    {
      user = tc_value_get_str (self->task->options, "basicAuthUser");
      password = tc_value_get_str (self->task->options, "basicAuthPassword");
    }
  if (g_strcmp0 (type, "DIGEST") == 0)
    {
      if (user != NULL && password != NULL)
        return TRUE;      /* the client answers the challenge */
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Digest authentication requires both `username` and `password`."));
      return FALSE;
    }
  if (g_strcmp0 (type, "BEARER") == 0)
    g_ptr_array_add (self->headers, g_strdup_printf ("Authorization: Bearer %s", token == NULL ? "" : token));
  else if (user != NULL)
    {
      pair = g_strdup_printf ("%s:%s", user, password == NULL ? "" : password);
      encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
      g_ptr_array_add (self->headers, g_strdup_printf ("Authorization: Basic %s", encoded));
    }
  return TRUE;
}

static void
add_headers (Ask        *self,
             const char *content_type)
{
  const TcValue *given = self->task->headers;
  gboolean typed = FALSE;

  for (size_t i = 0; given != NULL && i < tc_value_length (given); i++)
    {
      const char *name = tc_value_key (given, i);
      const TcValue *value = tc_value_item (given, i);
      g_autofree char *text = tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);

      typed = typed || g_ascii_strcasecmp (name, "Content-Type") == 0;
      g_ptr_array_add (self->headers, g_strdup_printf ("%s: %s", name, text));
    }
  /* Headers without a body take the place of the default. */
  if (!typed && (given == NULL || self->content != NULL))
    g_ptr_array_add (self->headers, g_strdup_printf ("Content-Type: %s", content_type));
  g_ptr_array_add (self->headers, g_strdup ("Connection: keep-alive"));
  g_ptr_array_add (self->headers, g_strdup ("User-Agent: Kestra"));
  g_ptr_array_add (self->headers, g_strdup ("Accept:"));
}

static gboolean
on_body (gpointer    data,
         const char *bytes,
         size_t      length)
{
  Ask *self = data;

  self->answer->length += length;
  if (self->into != NULL)
    self->full = self->full || fwrite (bytes, 1, length, self->into) != length;
  else if (self->answer->length <= LARGEST_BODY)
    g_string_append_len (self->answer->body, bytes, (gssize) length);
  return TRUE;
}

static void
on_done (gpointer      data,
         int           status,
         const char   *body,
         size_t        length,
         const GError *error)
{
  Ask *self = data;

  self->answer->status = status;
  if (error != NULL)
    self->error = g_error_copy (error);
  else
    {
      tc_value_unref (self->answer->headers);
      self->answer->headers = tc_http_headers (self->request);
      g_free (self->location);
      self->location = g_strdup (tc_http_header (self->request, "Location"));
      self->received += (double) tc_http_header_bytes (self->request) + (double) self->answer->length;
    }
  self->request = NULL;
  self->done = true;
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  return G_SOURCE_REMOVE;      /* it has woken the loop: that is all */
}

static void
count_sent (Ask *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = uri == NULL ? "" : g_uri_get_host (uri), *query = uri == NULL ? NULL : g_uri_get_query (uri);
  size_t bytes = strlen (self->method) + strlen (" / HTTP/1.1\r\n") + strlen ("Host: \r\n\r\n") + strlen (host);

  if (uri != NULL)
    bytes += MAX (strlen (g_uri_get_path (uri)), 1) - 1 + (query == NULL ? 0 : strlen (query) + 1);
  if (uri != NULL && g_uri_get_port (uri) > 0)
    bytes += (size_t) snprintf (NULL, 0, ":%d", g_uri_get_port (uri));
  bytes += strlen ("Accept-Encoding: gzip, x-gzip, deflate\r\n");
  for (guint i = 0; i < self->headers->len; i++)
    if (!g_str_has_suffix (self->headers->pdata[i], ":"))
      bytes += strlen (self->headers->pdata[i]) + 2;
  if (self->content != NULL)
    bytes += self->content->len + (size_t) snprintf (NULL, 0, "Content-Length: %zu\r\n", self->content->len);
  self->sent += (double) bytes;
}

static void
tell (Ask *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->url, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (TcValue) tags = tc_value_map_of ("request.method", tc_value_string (self->method), "request.scheme",
                                              tc_value_string (uri == NULL ? "" : g_uri_get_scheme (uri)), "request.hostname",
                                              tc_value_string (uri == NULL ? "" : g_uri_get_host (uri)), "response.code",
                                              tc_value_printf ("%d", self->answer->status), NULL);
  const TcValue *length = tc_value_get (self->answer->headers, "content-length");

  tc_job_log (self->job, TC_LEVEL_DEBUG, "Request '%s' with the response code '%d'", self->url, self->answer->status);
  if (length != NULL && strcmp (self->method, "HEAD") != 0)
    tc_job_metric (self->job, TC_METRIC_COUNTER, "response.length", g_ascii_strtod (tc_value_get_text (tc_value_item (length, 0)), NULL), tags);
  tc_job_metric (self->job, TC_METRIC_COUNTER, "request.count", self->n, tags);
  tc_job_metric (self->job, TC_METRIC_COUNTER, "request.bytes", self->sent, tags);
  tc_job_metric (self->job, TC_METRIC_COUNTER, "response.bytes", self->received, tags);
  tc_job_metric (self->job, TC_METRIC_COUNTER, "response.count", self->n, tags);
}

static gboolean
is_logged (const Ask  *self,
           const char *what)
{
  const TcValue *logs = option (self->task, NULL, "logs");
  const char *level = tc_value_get_str (self->task->options, "logLevel");
  gboolean headers = g_str_has_suffix (what, "HEADERS");

  for (size_t i = 0; tc_value_is (logs, TC_VALUE_LIST) && i < tc_value_length (logs); i++)
    if (tc_value_is (tc_value_item (logs, i), TC_VALUE_STRING) && strcmp (tc_value_get_text (tc_value_item (logs, i)), what) == 0)
      return TRUE;
  return g_strcmp0 (level, "TRACE") == 0 || (g_strcmp0 (level, "DEBUG") == 0 && headers)
         || (g_strcmp0 (level, "INFO") == 0 && strcmp (what, "RESPONSE_HEADERS") == 0);
}

/* Secrets among the headers are those of the flow, which the log hides, or of `auth`, which are not shown. */
static void
log_request (Ask *self)
{
  g_autoptr (GString) text = g_string_new ("request headers:");

  if (is_logged (self, "REQUEST_HEADERS"))
    {
      for (guint i = 0; i < self->headers->len && self->headers->pdata[i] != NULL; i++)
        {
          const char *header = self->headers->pdata[i];

          if (g_str_has_prefix (header, "Authorization:"))
            g_string_append (text, "\n    Authorization: ***");
          else if (!g_str_has_suffix (header, ":"))
            g_string_append_printf (text, "\n    %s", header);
        }
      tc_job_log (self->job, TC_LEVEL_DEBUG, "request:\n    method: %s\n    uri: %s", self->method, self->url);
      tc_job_log (self->job, TC_LEVEL_DEBUG, "%s", text->str);
    }
  if (self->content != NULL && is_logged (self, "REQUEST_BODY"))
    tc_job_log (self->job, TC_LEVEL_TRACE, "request payload:\n    %s", self->content->str);
}

static void
log_answer (Ask *self)
{
  g_autoptr (GString) text = g_string_new ("response headers:");

  if (is_logged (self, "RESPONSE_HEADERS"))
    {
      for (size_t i = 0; i < tc_value_length (self->answer->headers); i++)
        for (size_t j = 0; j < tc_value_length (tc_value_item (self->answer->headers, i)); j++)
          g_string_append_printf (text, "\n    %s: %s", tc_value_key (self->answer->headers, i),
                                  tc_value_get_text (tc_value_item (tc_value_item (self->answer->headers, i), j)));
      tc_job_log (self->job, TC_LEVEL_DEBUG, "%s", text->str);
    }
  if (self->answer->body->len > 0 && is_logged (self, "RESPONSE_BODY"))
    {
      g_autofree char *body = tc_utf8_make_valid (self->answer->body->str, self->answer->body->len, NULL);

      tc_job_log (self->job, TC_LEVEL_TRACE, "response payload:\n    %s", body);
    }
}

static void
wait_for_answer (Ask *self)
{
  GSource *source = g_cancellable_source_new (self->job->cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled), NULL, NULL);
  g_source_attach (source, self->context);
  while (!self->done && !g_cancellable_is_cancelled (self->job->cancellable))
    g_main_context_iteration (self->context, TRUE);
  if (!self->done)
    tc_http_cancel (g_steal_pointer (&self->request));
  g_source_destroy (source);
  g_source_unref (source);
}

static gboolean
exchange (Ask     *self,
          GError **error)
{
  static const TcHttpFuncs funcs = { .body = on_body, .done = on_done };
  gboolean insecure = is_true (option (self->task, "ssl", "insecureTrustAllCertificates"), FALSE)
                      || is_true (tc_value_get (self->task->ssl, "insecureTrustAllCertificates"), FALSE);
  const TcValue *auth = option (self->task, NULL, "auth"), *proxy = option (self->task, NULL, "proxy");
  gboolean digest = g_strcmp0 (tc_value_get_str (auth, "type"), "DIGEST") == 0;
  g_autofree char *proxy_url = NULL;
  TcHttpCall call = {
    .method = self->method, .url = self->url, .headers = (const char *const *) self->headers->pdata, .insecure = insecure,
    .body = self->content == NULL ? NULL : self->content->str, .body_length = self->content == NULL ? 0 : self->content->len,
    .answer_timeout_us = timeout_us (self->task, "readIdleTimeout", "readTimeout", DEFAULT_TIMEOUT_US), .encodings = "gzip, x-gzip, deflate",
    .connect_timeout_us = timeout_us (self->task, "connectTimeout", "connectTimeout", DEFAULT_TIMEOUT_US),
    .digest_user = digest ? tc_value_get_str (auth, "username") : NULL, .digest_password = digest ? tc_value_get_str (auth, "password") : NULL,
    .proxy_user = tc_value_get_str (proxy, "username"), .proxy_password = tc_value_get_str (proxy, "password"),
  };

  if (!find_proxy (self->task, &proxy_url, error))
    return FALSE;
  call.proxy = proxy_url;

  g_ptr_array_add (self->headers, NULL);
  call.headers = (const char *const *) self->headers->pdata;
  self->done = false;
  self->n++;
  self->answer->length = 0;
  g_string_truncate (self->answer->body, 0);
  if (self->into != NULL && (fflush (self->into) != 0 || ftruncate (fileno (self->into), 0) != 0))
    self->full = true;
  if (self->into != NULL)
    rewind (self->into);
  log_request (self);
  self->request = tc_http_send (self->http, &call, &funcs, self);
  wait_for_answer (self);
  g_ptr_array_set_size (self->headers, (int) self->headers->len - 1);
  if (g_cancellable_set_error_if_cancelled (self->job->cancellable, error))
    return FALSE;
  if (self->error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&self->error), _("Request '%s' failed: "), self->url);
      return FALSE;
    }
  log_answer (self);
  count_sent (self);
  tell (self);
  return TRUE;
}

/* TRUE: ask once more, at self->url. */
static gboolean
is_redirected (Ask *self)
{
  int status = self->answer->status;
  g_autofree char *next = NULL;

  if (self->location == NULL || !is_true (option (self->task, NULL, "followRedirects"), TRUE)
      || !(status == 301 || status == 302 || status == 303 || status == 307 || status == 308))
    return FALSE;
  next = g_uri_resolve_relative (self->url, self->location, G_URI_FLAGS_ENCODED, NULL);
  if (next == NULL)
    return FALSE;
  g_free (self->url);
  self->url = g_steal_pointer (&next);
  if (status <= 303 && strcmp (self->method, "GET") != 0 && strcmp (self->method, "HEAD") != 0)
    {
      self->method = "GET";
      if (self->content != NULL)
        g_string_free (g_steal_pointer (&self->content), TRUE);
    }
  return TRUE;
}

/* An overloaded server is asked once more after a second. */
static gboolean
is_overloaded (Ask *self)
{
  GPollFD wake;

  if (self->n > 1 || (self->answer->status != 429 && self->answer->status != 503))
    return FALSE;
  if (g_cancellable_make_pollfd (self->job->cancellable, &wake))
    {
      g_poll (&wake, 1, 1000);
      g_cancellable_release_fd (self->job->cancellable);
    }
  return TRUE;
}

gboolean
tc_http_task_allows_failed (const TcHttpTask *task)
{
  return task->allow_failed || is_true (option (task, NULL, "allowFailed"), FALSE);
}

static gboolean
is_fine (const TcHttpTask *task,
         int               status)
{
  const TcValue *codes = option (task, NULL, "allowedResponseCodes");

  if (!tc_value_is (codes, TC_VALUE_LIST) || tc_value_length (codes) == 0)
    return status < 400 || tc_http_task_allows_failed (task);
  for (size_t i = 0; i < tc_value_length (codes); i++)
    {
      const TcValue *code = tc_value_item (codes, i);
      g_autofree char *text = tc_value_is (code, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (code)) : tc_json_to_text (code);

      if (g_ascii_strtoll (text, NULL, 10) == status)
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_answer (Ask     *self,
              GError **error)
{
  TcHttpAnswer *answer = self->answer;
  g_autofree char *body = NULL;

  if (!is_fine (self->task, answer->status))
    {
      body = tc_utf8_make_valid (answer->body->str, answer->body->len, NULL);
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, "Failed http request with response code '%d'%s%s", answer->status,
                   *body == '\0' ? "" : " and body:\n", body);
    }
  else if (self->full)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("The answer could not be written: the disk may be full"));
  else if (self->into == NULL && answer->length > LARGEST_BODY)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                 _("Response body is too large to store in task outputs (%" PRIu64 " bytes > max %d bytes). "
                   "Use io.kestra.plugin.core.http.Download to fetch large payloads as files instead."), answer->length, LARGEST_BODY);
  else
    return TRUE;
  return FALSE;
}

static gboolean
ask (Ask     *self,
     GError **error)
{
  g_autofree char *content_type = NULL;
  GError *refused = NULL;

  self->url = tc_http_url (self->task->uri, self->task->params, error);
  if (self->url == NULL)
    return FALSE;
  self->answer->url = g_strdup (self->url);
  self->content = tc_http_content (self->job, self->task, &content_type, &refused);
  if (refused != NULL)
    {
      g_propagate_error (error, refused);
      return FALSE;
    }
  add_headers (self, content_type);
  if (!add_auth (self, error))
    return FALSE;
  do
    if (!exchange (self, error))
      return FALSE;
  while (self->n <= MOST_REDIRECTS && (is_redirected (self) || is_overloaded (self)));
  self->answer->has_body = strcmp (self->method, "HEAD") != 0 && self->answer->status != 204 && self->answer->status != 304;
  return check_answer (self, error);
}

gboolean
tc_http_task_ask (TcJob             *job,
                  const TcHttpTask  *task,
                  FILE              *into,
                  TcHttpAnswer      *answer,
                  GError           **error)
{
  Ask self = { .job = job, .task = task, .answer = answer, .into = into, .method = task->method };
  TcFdSet *fds;
  gboolean fine;

  self.context = g_main_context_new ();
  g_main_context_push_thread_default (self.context);
  fds = tc_fd_set_new (self.context);
  self.http = tc_http_new (fds, self.context);
  self.headers = g_ptr_array_new_with_free_func (g_free);
  answer->body = g_string_new (NULL);
  fine = ask (&self, error);
  tc_http_free (self.http);
  tc_fd_set_free (fds);
  g_main_context_pop_thread_default (self.context);
  g_main_context_unref (self.context);
  g_ptr_array_unref (self.headers);
  if (self.content != NULL)
    g_string_free (self.content, TRUE);
  g_free (self.url);
  g_free (self.location);
  return fine;
}

void
tc_http_answer_clear (TcHttpAnswer *self)
{
  tc_value_unref (self->headers);
  if (self->body != NULL)
    g_string_free (self->body, TRUE);
  g_free (self->url);
}
