/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curl's multi interface inside a TcFdSet. curl must not be entered again from its own callbacks, so what they ask for (new requests,
 * cancelling, resuming) is noted and done when curl has returned: `depth` says whether we are inside.
 *
 *   QUEUED ──▶ ACTIVE ──▶ gone (done was called)
 *      └──────────┴─────▶ DEAD (cancelled inside curl) ──▶ gone
 */
#include "config.h"

#include "tc-http.h"

#include "tc-curl.h"
#include "tc-util.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_LIMIT      (16u * 1024 * 1024)
#define DEFAULT_TIMEOUT_US (30 * G_USEC_PER_SEC)
#define CONNECT_MS         10000

typedef enum { QUEUED, ACTIVE, DEAD } RequestState;

struct _TcHttpRequest
{
  TcHttp            *http;
  CURL              *easy;
  struct curl_slist *headers;
  RequestState       state;
  TcHttpFuncs        funcs;
  gpointer           data;
  TcFd               body_fd;
  ssize_t          (*read_body) (gpointer data, char *buffer, size_t size);
  gpointer           read_data;
  gboolean           body_watched, paused, resume_wanted, headers_told, too_long, sent;
  GString           *answer;
  size_t             limit;
  GSource           *timeout;
  gboolean           timed_out;
  GError            *failure;        /* it never began: there is no easy handle */
  char               error[CURL_ERROR_SIZE];
};

struct _TcHttp
{
  TcFdSet      *fds;
  GMainContext *context;
  const TcCurl *curl;           /* with multi: from the first request on */
  CURLM        *multi;
  GSource      *timer;
  GPtrArray    *requests;       /* all of them, borrowed */
  int           depth;
};

G_DEFINE_QUARK (tc-http-error-quark, tc_http_error)

static void settle (TcHttp *self);

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
request_free (TcHttpRequest *request)
{
  TcHttp *http = request->http;

  clear_source (&request->timeout);
  if (request->body_watched)
    tc_fd_set_forget (http->fds, request->body_fd);
  if (request->easy != NULL)
    {
      if (request->state != QUEUED)
        http->curl->multi_remove_handle (http->multi, request->easy);
      http->curl->easy_cleanup (request->easy);
      http->curl->slist_free_all (request->headers);
    }
  g_clear_error (&request->failure);
  tc_fd_clear (&request->body_fd);
  g_string_free (request->answer, TRUE);
  g_ptr_array_remove_fast (http->requests, request);
  g_free (request);
}

static size_t
on_header (char    *text,
           size_t   size,
           size_t   n,
           gpointer data)
{
  TcHttpRequest *request = data;
  gboolean empty = n == 2 && text[0] == '\r';
  long status = 0;

  if (request->state == DEAD)
    return 0;
  if (!empty)
    return size * n;
  request->http->curl->easy_getinfo (request->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 || status == 101)
    {
      clear_source (&request->timeout);
      if (!request->headers_told && request->funcs.headers)
        request->funcs.headers (request->data, (int) status);
      request->headers_told = TRUE;
    }
  return size * n;
}

static size_t
on_body (char    *bytes,
         size_t   size,
         size_t   n,
         gpointer data)
{
  TcHttpRequest *request = data;
  size_t length = size * n;

  if (request->state == DEAD)
    return 0;
  if (request->funcs.body)
    {
      if (!request->funcs.body (request->data, bytes, length))
        {
          request->paused = TRUE;
          return CURL_WRITEFUNC_PAUSE;
        }
      return request->state == DEAD ? 0 : length;
    }
  if (request->answer->len + length > request->limit)
    {
      request->too_long = TRUE;
      return 0;
    }
  g_string_append_len (request->answer, bytes, (gssize) length);
  return length;
}

static void
on_body_fd (int          fd,
            GIOCondition condition,
            gpointer     data)
{
  TcHttpRequest *request = data;

  tc_fd_set_forget (request->http->fds, fd);
  request->body_watched = FALSE;
  tc_http_resume (request);
}

static size_t
on_read (char    *buffer,
         size_t   size,
         size_t   n,
         gpointer data)
{
  TcHttpRequest *request = data;
  ssize_t got;

  if (request->state == DEAD)
    return CURL_READFUNC_ABORT;
  if (request->read_body != NULL)
    {
      got = request->read_body (request->read_data, buffer, size * n);
      return got >= 0 ? (size_t) got : CURL_READFUNC_ABORT;
    }
  do
    got = read (request->body_fd, buffer, size * n);
  while (got < 0 && errno == EINTR);
  if (got >= 0)
    return (size_t) got;
  if (errno != EAGAIN)
    return CURL_READFUNC_ABORT;
  request->paused = TRUE;
  request->body_watched = TRUE;
  tc_fd_set_watch (request->http->fds, request->body_fd, G_IO_IN | G_IO_HUP, on_body_fd, request);
  return CURL_READFUNC_PAUSE;
}

static void
on_socket_ready (int          fd,
                 GIOCondition condition,
                 gpointer     data)
{
  TcHttp *self = data;
  int running, events = 0;

  if (condition & (G_IO_IN | G_IO_HUP))
    events |= CURL_CSELECT_IN;
  if (condition & G_IO_OUT)
    events |= CURL_CSELECT_OUT;
  if (condition & G_IO_ERR)
    events |= CURL_CSELECT_ERR;
  self->depth++;
  self->curl->multi_socket_action (self->multi, fd, events, &running);
  self->depth--;
  settle (self);
}

static int
on_socket (CURL         *easy,
           curl_socket_t fd,
           int           what,
           gpointer      data,
           gpointer      of_socket)
{
  TcHttp *self = data;
  GIOCondition condition = ((what & CURL_POLL_IN) ? G_IO_IN : 0) | ((what & CURL_POLL_OUT) ? G_IO_OUT : 0);
  TcHttpRequest *request = NULL;

  /* Who only reads has written all. A handle of curl's own, which closes connections, has no request. */
  self->curl->easy_getinfo (easy, CURLINFO_PRIVATE, (char **) &request);
  if (request != NULL)
    request->sent = what == CURL_POLL_IN;
  if (what == CURL_POLL_REMOVE)
    tc_fd_set_forget (self->fds, fd);
  else
    tc_fd_set_watch (self->fds, fd, condition, on_socket_ready, self);
  return 0;
}

static gboolean
on_timer (gpointer data)
{
  TcHttp *self = data;
  int running;

  clear_source (&self->timer);
  self->depth++;
  self->curl->multi_socket_action (self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  self->depth--;
  settle (self);
  return G_SOURCE_REMOVE;
}

static int
on_timer_change (CURLM   *multi,
                 long     ms,
                 gpointer data)
{
  TcHttp *self = data;

  clear_source (&self->timer);
  if (ms < 0)
    return 0;
  self->timer = ms ? g_timeout_source_new ((guint) ms) : g_idle_source_new ();
  g_source_set_priority (self->timer, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
  return 0;
}

static TcHttpError
code_of (CURLcode code,
         long     os_error)
{
  switch ((int) code)
    {
    case CURLE_COULDNT_CONNECT:
      return os_error == ENOENT ? TC_HTTP_ERROR_NO_SOCKET : os_error == EACCES || os_error == EPERM ? TC_HTTP_ERROR_DENIED : TC_HTTP_ERROR_REFUSED;
    case CURLE_COULDNT_RESOLVE_HOST:
      return TC_HTTP_ERROR_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
      return TC_HTTP_ERROR_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return TC_HTTP_ERROR_TLS;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return TC_HTTP_ERROR_BROKEN;
    default:
      return TC_HTTP_ERROR_OTHER;
    }
}

static GError *
error_of (TcHttpRequest *request,
          CURLcode       code)
{
  long os_error = 0;

  if (request->failure != NULL)
    return g_error_new_literal (TC_HTTP_ERROR, TC_HTTP_ERROR_OTHER, request->failure->message);
  if (request->timed_out)
    return g_error_new (TC_HTTP_ERROR, TC_HTTP_ERROR_TIMEOUT, _("no answer in time"));
  if (request->too_long)
    return g_error_new (TC_HTTP_ERROR, TC_HTTP_ERROR_LIMIT, _("the answer is longer than %zu bytes"), request->limit);
  if (code == CURLE_OK)
    return NULL;
  request->http->curl->easy_getinfo (request->easy, CURLINFO_OS_ERRNO, &os_error);
  if (code == CURLE_COULDNT_CONNECT && os_error)
    return g_error_new_literal (TC_HTTP_ERROR, (int) code_of (code, os_error), g_strerror ((int) os_error));
  return g_error_new_literal (TC_HTTP_ERROR, (int) code_of (code, os_error),
                              request->error[0] ? request->error : request->http->curl->easy_strerror (code));
}

static void
finish (TcHttpRequest *request,
        CURLcode       code)
{
  g_autoptr(GError) error = error_of (request, code);
  TcHttpFuncs funcs = request->funcs;
  long status = 0;

  if (request->easy != NULL)
    request->http->curl->easy_getinfo (request->easy, CURLINFO_RESPONSE_CODE, &status);
  clear_source (&request->timeout);
  request->funcs = (TcHttpFuncs) { 0 };
  request->http->depth++;        /* a cancel from inside only marks it */
  if (funcs.done)
    funcs.done (request->data, error ? 0 : (int) status, request->answer->str, request->answer->len, error);
  request->http->depth--;
  request_free (request);
}

/* curl only arms its timer here; the connection begins in the loop. */
static void
activate (TcHttpRequest *request)
{
  request->state = ACTIVE;
  if (request->easy != NULL)
    request->http->curl->multi_add_handle (request->http->multi, request->easy);
}

/* Does what was put off, until nothing is left to do. */
static void
settle (TcHttp *self)
{
  gboolean again = self->depth == 0;

  while (again)
    {
      int left, running;
      CURLMsg *message;

      again = FALSE;
      for (guint i = self->requests->len; i > 0; i--)
        {
          TcHttpRequest *request = self->requests->pdata[i - 1];

          if (request->state == DEAD || request->state == QUEUED)
            again = TRUE;
          if (request->state == DEAD)
            request_free (request);
          else if (request->state == QUEUED)
            activate (request);
          else if (request->resume_wanted)
            {
              request->resume_wanted = request->paused = FALSE;
              self->depth++;
              self->curl->easy_pause (request->easy, CURLPAUSE_CONT);
              self->curl->multi_socket_action (self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
              self->depth--;
              again = TRUE;
              break;
            }
        }
      while (!again && self->multi != NULL && (message = self->curl->multi_info_read (self->multi, &left)))
        if (message->msg == CURLMSG_DONE)
          {
            TcHttpRequest *request;

            self->curl->easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, (char **) &request);
            if (request->state != DEAD)
              finish (request, message->data.result);
            again = TRUE;
          }
    }
}

/* A start that asks nobody anything does not wait for curl. */
static gboolean
have_curl (TcHttp  *self,
           GError **error)
{
  if (self->multi != NULL)
    return TRUE;
  self->curl = tc_curl (error);
  if (self->curl == NULL)
    return FALSE;
  self->curl->global_init (CURL_GLOBAL_DEFAULT);
  self->multi = self->curl->multi_init ();
  self->curl->multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  self->curl->multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  self->curl->multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
  self->curl->multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  self->curl->multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, 32L);
  return TRUE;
}

TcHttp *
tc_http_new (TcFdSet      *fds,
             GMainContext *context)
{
  TcHttp *self = g_new0 (TcHttp, 1);

  self->fds = fds;
  self->context = g_main_context_ref (context);
  self->requests = g_ptr_array_new ();
  return self;
}

void
tc_http_free (TcHttp *self)
{
  if (!self)
    return;
  g_return_if_fail (self->depth == 0);
  while (self->requests->len > 0)
    request_free (self->requests->pdata[0]);
  if (self->multi != NULL)
    self->curl->multi_cleanup (self->multi);
  clear_source (&self->timer);
  g_ptr_array_unref (self->requests);
  g_main_context_unref (self->context);
  g_free (self);
}

TcFdSet *
tc_http_fds (TcHttp *self)
{
  return self->fds;
}

static gboolean
on_timeout (gpointer data)
{
  TcHttpRequest *request = data;
  TcHttp *http = request->http;

  clear_source (&request->timeout);
  request->timed_out = TRUE;
  finish (request, CURLE_OPERATION_TIMEDOUT);
  settle (http);
  return G_SOURCE_REMOVE;
}

static void
set_up_body (TcHttpRequest    *request,
             const TcHttpCall *call)
{
  const TcCurl *curl = request->http->curl;
  CURL *easy = request->easy;

  if (call->body_fd > 0 || call->read_body != NULL)
    {
      request->headers = curl->slist_append (request->headers, "Transfer-Encoding: chunked");
      curl->easy_setopt (easy, CURLOPT_UPLOAD, 1L);
      curl->easy_setopt (easy, CURLOPT_READFUNCTION, on_read);
      curl->easy_setopt (easy, CURLOPT_READDATA, request);
    }
  else if (call->body || g_str_equal (call->method, "POST"))
    {
      curl->easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) (call->body ? call->body_length : 0));
      curl->easy_setopt (easy, CURLOPT_COPYPOSTFIELDS, call->body ? call->body : "");
    }
  if (g_str_equal (call->method, "HEAD"))
    curl->easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else
    curl->easy_setopt (easy, CURLOPT_CUSTOMREQUEST, call->method);
}

static void
set_up_proxy_and_user (TcHttpRequest    *request,
                       const TcHttpCall *call)
{
  const TcCurl *curl = request->http->curl;
  CURL *easy = request->easy;

  if (call->digest_user)
    {
      curl->easy_setopt (easy, CURLOPT_HTTPAUTH, (long) CURLAUTH_DIGEST);
      curl->easy_setopt (easy, CURLOPT_USERNAME, call->digest_user);
      curl->easy_setopt (easy, CURLOPT_PASSWORD, call->digest_password);
    }
  if (call->proxy)
    {
      curl->easy_setopt (easy, CURLOPT_PROXY, call->proxy);
      curl->easy_setopt (easy, CURLOPT_NOPROXY, "");
      curl->easy_setopt (easy, CURLOPT_PROXYUSERNAME, call->proxy_user);
      curl->easy_setopt (easy, CURLOPT_PROXYPASSWORD, call->proxy_password);
    }
}

static void
set_up (TcHttpRequest    *request,
        const TcHttpCall *call)
{
  const TcCurl *curl = request->http->curl;
  CURL *easy = request->easy;

  curl->easy_setopt (easy, CURLOPT_PRIVATE, request);
  curl->easy_setopt (easy, CURLOPT_URL, call->url);
  curl->easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl->easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  curl->easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl->easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS,
                     call->connect_timeout_us > 0 ? (long) MAX (call->connect_timeout_us / 1000, 1) : (long) CONNECT_MS);
  curl->easy_setopt (easy, CURLOPT_ERRORBUFFER, request->error);
  curl->easy_setopt (easy, CURLOPT_HEADERFUNCTION, on_header);
  curl->easy_setopt (easy, CURLOPT_HEADERDATA, request);
  curl->easy_setopt (easy, CURLOPT_WRITEFUNCTION, on_body);
  curl->easy_setopt (easy, CURLOPT_WRITEDATA, request);
  curl->easy_setopt (easy, CURLOPT_FOLLOWLOCATION, (long) call->follow);
  if (call->socket_path)
    {
      curl->easy_setopt (easy, CURLOPT_UNIX_SOCKET_PATH, call->socket_path);
      curl->easy_setopt (easy, CURLOPT_NOPROXY, "*");
    }
  curl->easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, call->encodings);
  curl->easy_setopt (easy, CURLOPT_CAINFO, call->ca_file);
  curl->easy_setopt (easy, CURLOPT_SSLCERT, call->cert_file);
  curl->easy_setopt (easy, CURLOPT_SSLKEY, call->key_file);
  if (call->insecure)
    {
      curl->easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 0L);
      curl->easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
  request->headers = curl->slist_append (request->headers, "Expect:");
  for (size_t i = 0; call->headers && call->headers[i]; i++)
    request->headers = curl->slist_append (request->headers, call->headers[i]);
  set_up_body (request, call);
  set_up_proxy_and_user (request, call);
  curl->easy_setopt (easy, CURLOPT_HTTPHEADER, request->headers);
}

TcHttpRequest *
tc_http_send (TcHttp            *self,
              const TcHttpCall  *call,
              const TcHttpFuncs *funcs,
              gpointer           data)
{
  TcHttpRequest *request = g_new0 (TcHttpRequest, 1);
  int64_t timeout = call->answer_timeout_us ? call->answer_timeout_us : DEFAULT_TIMEOUT_US;

  request->http = self;
  request->funcs = *funcs;
  request->data = data;
  request->body_fd = call->body_fd > 0 ? call->body_fd : -1;
  request->read_body = call->read_body;
  request->read_data = call->read_data;
  request->answer = g_string_new (NULL);
  request->limit = call->limit ? call->limit : DEFAULT_LIMIT;
  if (have_curl (self, &request->failure))
    {
      request->easy = self->curl->easy_init ();
      set_up (request, call);
    }
  else
    timeout = 0;
  if (timeout >= 0)
    {
      request->timeout = g_timeout_source_new ((guint) (timeout / 1000));
      g_source_set_callback (request->timeout, on_timeout, request, NULL);
      g_source_attach (request->timeout, self->context);
    }
  g_ptr_array_add (self->requests, request);
  if (self->depth == 0)
    activate (request);
  return request;
}

void
tc_http_resume (TcHttpRequest *request)
{
  if (!request->paused || request->state == DEAD)
    return;
  request->resume_wanted = TRUE;
  if (request->http->depth == 0)
    on_timer_change (request->http->multi, 0, request->http);        /* from the loop, as resuming gives bytes at once */
}

void
tc_http_cancel (TcHttpRequest *request)
{
  if (!request)
    return;
  request->funcs = (TcHttpFuncs) { 0 };
  if (request->http->depth == 0)
    request_free (request);
  else
    request->state = DEAD;
}

const char *
tc_http_header (TcHttpRequest *request,
                const char    *name)
{
  struct curl_header *header;

  return request->http->curl->easy_header (request->easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
}

TcValue *
tc_http_headers (TcHttpRequest *request)
{
  g_autoptr(TcValue) all = tc_value_map_of (NULL, NULL);
  struct curl_header *header = NULL;

  while ((header = request->http->curl->easy_nextheader (request->easy, CURLH_HEADER, -1, header)) != NULL)
    {
      g_autofree char *name = g_ascii_strdown (header->name, -1);
      const TcValue *before = tc_value_get (all, name);
      TcListBuilder *list = tc_list_builder_new ();
      g_autoptr(TcValue) values = NULL;
      TcValue *with;

      for (size_t i = 0; before != NULL && i < tc_value_length (before); i++)
        tc_list_builder_take (list, tc_value_ref (tc_value_item (before, i)));
      tc_list_builder_take (list, tc_value_string (header->value));
      values = tc_list_builder_end (list);
      with = tc_value_with (all, name, values);
      tc_value_unref (all);
      all = with;
    }
  return g_steal_pointer (&all);
}

size_t
tc_http_header_bytes (TcHttpRequest *request)
{
  long bytes = 0;

  request->http->curl->easy_getinfo (request->easy, CURLINFO_HEADER_SIZE, &bytes);
  return (size_t) bytes;
}

gboolean
tc_http_is_sent (const TcHttpRequest *request)
{
  return request->sent;
}
