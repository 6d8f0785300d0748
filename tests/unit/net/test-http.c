/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-server.h"
#include "tc-http.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  TcFdSet       *fds;
  TcHttp        *http;
  FakeServer    *server;
  TcHttpRequest *request;
  int            status, headers_status;
  GString       *body;
  GError        *error;
  gboolean       is_done, refuse, stop_in_body;
  guint          refused, dones;
} Client;

static const FakeRule rules[] = {
  { "GET /plain", "HTTP/1.1 200 OK\r\nX-Thing: yes\r\nContent-Length: 5\r\n\r\nhello", .keep = TRUE },
  { "GET /pieces", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", .piece = 1 },
  { "GET /missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}" },
  { "GET /cut", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this" },
  { "GET /nothing", "" },
  { "GET /noise", "this is no HTTP at all\r\n\r\n" },
  { "GET /hang", "", .hang = TRUE },
  { "GET /continue", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n" },
  { "PUT /", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .keep = TRUE },
  { "POST /", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", .keep = TRUE },
};

static void
set_up (Client       *self,
        gconstpointer unused)
{
  self->fds = tc_fd_set_new (g_main_context_default ());
  self->http = tc_http_new (self->fds, g_main_context_default ());
  self->server = fake_server_new (rules, G_N_ELEMENTS (rules));
  self->body = g_string_new (NULL);
}

static void
tear_down (Client       *self,
           gconstpointer unused)
{
  tc_http_free (self->http);
  tc_fd_set_free (self->fds);
  fake_server_free (self->server);
  g_string_free (self->body, TRUE);
  g_clear_error (&self->error);
}

static void
on_headers (gpointer data,
            int      status)
{
  ((Client *) data)->headers_status = status;
}

static gboolean
on_body (gpointer    data,
         const char *bytes,
         size_t      length)
{
  Client *self = data;

  if (self->stop_in_body)
    {
      tc_http_cancel (self->request);
      self->is_done = TRUE;
      return TRUE;
    }
  if (self->refuse)
    {
      self->refused++;
      return FALSE;
    }
  g_string_append_len (self->body, bytes, (gssize) length);
  return TRUE;
}

static void
on_done (gpointer      data,
         int           status,
         const char   *body,
         size_t        length,
         const GError *error)
{
  Client *self = data;

  self->dones++;
  self->is_done = TRUE;
  self->status = status;
  self->error = error ? g_error_copy (error) : NULL;
  g_string_append_len (self->body, body, (gssize) length);
}

static gboolean
on_late (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
spin (gboolean *flag,
      guint     ms)
{
  gboolean late = FALSE;
  guint id = g_timeout_add (ms, on_late, &late);

  while (!*flag && !late)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (id);
}

static void
send_call (Client     *self,
           TcHttpCall  call,
           gboolean    stream)
{
  TcHttpFuncs funcs = { on_headers, stream ? on_body : NULL, on_done };
  g_autofree char *url = g_strconcat ("http://d", call.url, NULL);

  call.url = url;
  if (!call.socket_path)
    call.socket_path = fake_server_path (self->server);
  g_string_truncate (self->body, 0);
  g_clear_error (&self->error);
  self->is_done = FALSE;
  self->status = self->headers_status = 0;
  self->request = tc_http_send (self->http, &call, &funcs, self);
  g_assert_false (self->is_done);
}

static void
ask (Client     *self,
     TcHttpCall  call,
     gboolean    stream)
{
  send_call (self, call, stream);
  spin (&self->is_done, 10000);
  g_assert_true (self->is_done);
}

static void
test_answers (Client       *self,
              gconstpointer unused)
{
  for (int i = 0; i < 4; i++)
    {
      ask (self, (TcHttpCall) { .method = "GET", .url = "/plain" }, i % 2 == 1);
      g_assert_no_error (self->error);
      g_assert_cmpint (self->status, ==, 200);
      g_assert_cmpint (self->headers_status, ==, 200);
      g_assert_cmpstr (self->body->str, ==, "hello");
      ask (self, (TcHttpCall) { .method = "GET", .url = "/pieces" }, i % 2 == 1);
      g_assert_no_error (self->error);
      g_assert_cmpstr (self->body->str, ==, "hello world");
    }
  ask (self, (TcHttpCall) { .method = "GET", .url = "/missing" }, FALSE);
  g_assert_no_error (self->error);
  g_assert_cmpint (self->status, ==, 404);
  g_assert_cmpstr (self->body->str, ==, "{}");
  ask (self, (TcHttpCall) { .method = "GET", .url = "/continue" }, FALSE);
  g_assert_cmpint (self->headers_status, ==, 204);
}

static void
test_errors (Client       *self,
             gconstpointer unused)
{
  static const struct { const char *url, *socket; TcHttpError code; } cases[] = {
    { "/cut", NULL, TC_HTTP_ERROR_BROKEN }, { "/nothing", NULL, TC_HTTP_ERROR_BROKEN }, { "/noise", NULL, TC_HTTP_ERROR_BROKEN },
    { "/plain", "/no/such/socket", TC_HTTP_ERROR_NO_SOCKET },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ask (self, (TcHttpCall) { .method = "GET", .url = cases[i].url, .socket_path = cases[i].socket }, FALSE);
      g_assert_error (self->error, TC_HTTP_ERROR, (int) cases[i].code);
      g_assert_cmpint (self->status, ==, 0);
    }
  g_assert_cmpuint (self->dones, ==, G_N_ELEMENTS (cases));
}

static void
test_timeout (Client       *self,
              gconstpointer unused)
{
  ask (self, (TcHttpCall) { .method = "GET", .url = "/hang", .answer_timeout_us = 100000 }, FALSE);
  g_assert_error (self->error, TC_HTTP_ERROR, TC_HTTP_ERROR_TIMEOUT);
}

static void
test_limit (Client       *self,
            gconstpointer unused)
{
  ask (self, (TcHttpCall) { .method = "GET", .url = "/pieces", .limit = 7 }, FALSE);
  g_assert_error (self->error, TC_HTTP_ERROR, TC_HTTP_ERROR_LIMIT);
}

static void
test_bodies (Client       *self,
             gconstpointer unused)
{
  g_autofree char *seen = NULL;
  int pipe_ends[2];

  ask (self, (TcHttpCall) { .method = "POST", .url = "/", .body = "{\"a\":1}", .body_length = 7 }, FALSE);
  g_assert_cmpint (self->status, ==, 201);
  ask (self, (TcHttpCall) { .method = "POST", .url = "/", }, FALSE);
  g_assert_cmpint (self->status, ==, 201);
  g_assert_cmpint (pipe2 (pipe_ends, O_CLOEXEC), ==, 0);
  fcntl (pipe_ends[0], F_SETFL, O_NONBLOCK);
  send_call (self, (TcHttpCall) { .method = "PUT", .url = "/", .body_fd = pipe_ends[0] }, FALSE);
  for (int i = 0; i < 3; i++)
    {
      gboolean never = FALSE;

      spin (&never, 30);
      g_assert_cmpint (write (pipe_ends[1], "piece;", 6), ==, 6);
    }
  close (pipe_ends[1]);
  spin (&self->is_done, 10000);
  g_assert_no_error (self->error);
  g_assert_cmpint (self->status, ==, 200);
  seen = fake_server_seen (self->server);
  g_assert_nonnull (strstr (seen, "{\"a\":1}"));
  g_assert_nonnull (strstr (seen, "piece;piece;piece;"));
}

static void
test_pause (Client       *self,
            gconstpointer unused)
{
  gboolean never = FALSE;

  self->refuse = TRUE;
  send_call (self, (TcHttpCall) { .method = "GET", .url = "/pieces" }, TRUE);
  spin (&never, 200);
  g_assert_cmpuint (self->refused, >, 0);
  g_assert_false (self->is_done);
  tc_http_resume (self->request);
  spin (&never, 50);
  g_assert_cmpuint (self->refused, >, 1);
  self->refuse = FALSE;
  tc_http_resume (self->request);
  spin (&self->is_done, 10000);
  g_assert_cmpstr (self->body->str, ==, "hello world");
}

static void
test_cancel (Client       *self,
             gconstpointer unused)
{
  gboolean never = FALSE;

  send_call (self, (TcHttpCall) { .method = "GET", .url = "/hang" }, FALSE);
  tc_http_cancel (self->request);
  send_call (self, (TcHttpCall) { .method = "GET", .url = "/hang" }, FALSE);
  spin (&never, 50);
  tc_http_cancel (self->request);
  self->stop_in_body = TRUE;
  send_call (self, (TcHttpCall) { .method = "GET", .url = "/pieces" }, TRUE);
  spin (&self->is_done, 5000);
  spin (&never, 50);
  g_assert_cmpuint (self->dones, ==, 0);
  tc_http_cancel (NULL);
}

static void
add (const char *path,
     void      (*func) (Client *, gconstpointer))
{
  g_test_add (path, Client, NULL, set_up, func, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/net/http/answers", test_answers);
  add ("/net/http/errors", test_errors);
  add ("/net/http/timeout", test_timeout);
  add ("/net/http/limit", test_limit);
  add ("/net/http/bodies", test_bodies);
  add ("/net/http/pause", test_pause);
  add ("/net/http/cancel", test_cancel);
  return g_test_run ();
}
