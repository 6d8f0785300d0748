/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-job.h"

#include "tc-json.h"
#include "tc-template.h"

#include <string.h>

/* A server on the loopback: answers by path, and tells what it was asked. */
typedef struct
{
  GSocketService *service;
  int             port;
  GMutex          lock;
  GString        *asked;        /* head and body of every request */
} Server;

static const struct { const char *path, *answer; } answers[] = {
  { "/ok", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nok" },
  { "/missing", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone" },
  { "/moved", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /ok\r\n\r\n" },
  { "/loop", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /loop\r\n\r\n" },
  { "/empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
  { "/none", "HTTP/1.1 204 No Content\r\n\r\n" },
  { "/named", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Disposition: attachment; filename=\"../../x y.txt\"\r\n\r\nz" },
  { "/digest", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n\r\nno" },
  { "/known", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nknown" },
  { "http://there.invalid/ok", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy" },
  { "/latin", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain; charset=\"ISO-8859-1\"\r\n\r\na\xfc" "b" },
  { "/bare", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\xfc" "b" },
  { "/odd", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Type: text/plain; charset=odd\r\n\r\na" },
  { "/events", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\n: note\ndata: {\"t\": \"Hel\"}\nid: 7\nevent: part\nretry: 1500\n\n"
               "id: alone\n\ndata:{\"t\": \"lo\"}\r\n\r\ndata: one\ndata:  two\nretry: soon\nother: x\n\ndata: cut off" },
  { "/bad", "nonsense\r\n\r\n" },
  { "/short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" },
};

static gboolean
on_connection (GThreadedSocketService *service,
               GSocketConnection      *connection,
               GObject                *source,
               gpointer                data)
{
  Server *self = data;
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char buffer[16384];
  gssize n = g_input_stream_read (in, buffer, sizeof buffer - 1, NULL, NULL);
  g_auto (GStrv) words = NULL;

  if (n <= 0)
    return TRUE;
  buffer[n] = '\0';
  g_mutex_lock (&self->lock);
  g_string_append (self->asked, buffer);
  g_mutex_unlock (&self->lock);
  words = g_strsplit_set (buffer, " ?", 3);
  if (g_strv_length (words) < 2)      /* no HTTP */
    return TRUE;
  if (strcmp (words[1], "/slow") == 0)
    g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL);      /* until the other side gives up */
  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    if (strcmp (strstr (buffer, "Authorization: Digest") != NULL ? "/known" : words[1], answers[i].path) == 0)
      g_output_stream_write_all (out, answers[i].answer, strlen (answers[i].answer), NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static Server *
server_new (void)
{
  Server *self = g_new0 (Server, 1);

  g_mutex_init (&self->lock);
  self->asked = g_string_new (NULL);
  self->service = g_threaded_socket_service_new (10);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_signal_connect (self->service, "run", G_CALLBACK (on_connection), self);
  g_socket_service_start (self->service);
  return self;
}

static gpointer
turn (gpointer loop)
{
  g_main_loop_run (loop);
  return NULL;
}

static Server *server;

static TcValue *
run (FakeJob    *job,
     const char *type,
     const char *path,
     const char *rest)
{
  g_autofree char *yaml = g_strdup_printf ("id: t\ntype: io.kestra.plugin.core.http.%s\nuri: 'http://127.0.0.1:%d%s'\n%s", type, server->port, path, rest);
  g_autoptr (GError) error = NULL;
  TcValue *outputs;

  g_mutex_lock (&server->lock);
  g_string_truncate (server->asked, 0);
  g_mutex_unlock (&server->lock);
  outputs = fake_job_run (job, yaml, &error);
  return outputs != NULL ? outputs : tc_value_printf ("!%s", error->message);
}

static void
assert_failed (const TcValue *outputs,
               const char    *part)
{
  g_assert_true (tc_value_is (outputs, TC_VALUE_STRING));
  g_test_message ("%s", tc_value_get_text (outputs));
  g_assert_nonnull (strstr (tc_value_get_text (outputs), part));
}

static void
assert_asked (const char *part)
{
  g_autofree char *shown = NULL;

  g_mutex_lock (&server->lock);
  shown = g_utf8_make_valid (server->asked->str, -1);
  g_test_message ("%s", shown);
  g_assert_nonnull (strstr (server->asked->str, part));
  g_mutex_unlock (&server->lock);
}

static void
test_request (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) plain = run (job, "Request", "/ok", "params: {a: ['1', '2'], q: x y}\n"), none = NULL, head = NULL;

  g_assert_cmpint (tc_value_get_i64 (plain, "code", 0), ==, 200);
  g_assert_cmpstr (tc_value_get_str (plain, "body"), ==, "ok");
  g_assert_true (g_str_has_suffix (tc_value_get_str (plain, "uri"), "/ok?a=1&a=2&q=x%20y"));
  g_assert_cmpuint (tc_value_length (tc_value_lookup (plain, "headers", "x-a", NULL)), ==, 2);
  assert_asked ("GET /ok?a=1&a=2&q=x%20y HTTP/1.1\r\n");
  assert_asked ("User-Agent: Kestra\r\n");
  assert_asked ("Content-Type: application/json\r\n");
  g_assert_nonnull (strstr (job->log->str, "METRIC request.bytes"));
  none = run (job, "Request", "/none", "");
  g_assert_null (tc_value_get (none, "body"));
  head = run (job, "Request", "/empty", "method: HEAD\nheaders: {X-B: '1'}\n");
  g_assert_null (tc_value_get (head, "body"));
  assert_asked ("X-B: 1\r\n");
}

static void
test_bodies (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autofree char *path = g_build_filename (job->directory, "f.txt", NULL), *form = NULL;
  g_autoptr (TcValue) json = run (job, "Request", "/ok", "method: PUT\nbody: '{\"a\":1}'\n"), text = NULL, encoded = NULL, parts = NULL, bearer = NULL;

  assert_asked ("Content-Type: application/json; charset=UTF-8\r\n");
  assert_asked ("\r\n\r\n{\"a\":1}");
  g_assert_cmpint (tc_value_get_i64 (json, "code", 0), ==, 200);
  text = run (job, "Request", "/ok", "method: POST\nbody: a,b\nheaders: {Content-Type: text/csv}\noptions: {auth: {type: BASIC, username: u, password: p}}\n");
  assert_asked ("Content-Type: text/csv\r\n");
  assert_asked ("Authorization: Basic dTpw\r\n");
  encoded = run (job, "Request", "/ok", "method: POST\nformData: {a: 1, b: x y}\n");
  assert_asked ("a=1&b=x+y");
  g_assert_true (g_file_set_contents (path, "content", -1, NULL));
  form = g_strdup_printf ("method: POST\ncontentType: multipart/form-data\nformData: {t: text, f: {name: d.txt, content: 'kestra://%s'}}\n", path);
  parts = run (job, "Request", "/ok", form);
  assert_asked ("name=\"f\"; filename=\"d.txt\"\r\nContent-Type: application/octet-stream\r\n\r\ncontent\r\n");
  bearer = run (job, "Request", "/ok", "options: {auth: {type: BEARER, token: abc}}\n");
  assert_asked ("Authorization: Bearer abc\r\n");
}

/* The engine encrypts; without it the task fails, and the body is not among its outputs. */
static void
test_encrypted (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) failed = run (job, "Request", "/ok", "encryptBody: true\n"), sealed = NULL, empty = NULL;

  assert_failed (failed, "seal");
  fake_job_answer (job, "seal", "{\"type\": \"t\", \"value\": \"cipher\"}");
  sealed = run (job, "Request", "/ok", "encryptBody: true\n");
  g_assert_cmpstr (job->calls->pdata[job->calls->len - 1], ==, "seal {\"text\":\"ok\"}");
  g_assert_cmpstr (tc_value_get_str (tc_value_get (sealed, "encryptedBody"), "value"), ==, "cipher");
  g_assert_null (tc_value_get (sealed, "body"));
  empty = run (job, "Request", "/none", "encryptBody: true\n");
  g_assert_null (tc_value_get (empty, "encryptedBody"));
}

static void
test_charsets (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) named = run (job, "Request", "/latin", "options: {defaultCharset: UTF-16}\n");
  g_autoptr (TcValue) asked = run (job, "Request", "/bare", "options: {defaultCharset: ISO-8859-1}\n"), odd = run (job, "Request", "/odd", ""), sent = NULL;
  g_autoptr (TcValue) unsent = run (job, "Request", "/ok", "method: POST\nbody: a€b\noptions: {defaultCharset: US-ASCII}\n");

  g_assert_cmpstr (tc_value_get_str (named, "body"), ==, "aüb");
  g_assert_cmpstr (tc_value_get_str (asked, "body"), ==, "aüb");
  g_assert_true (tc_value_is (odd, TC_VALUE_STRING));
  g_assert_cmpint (tc_value_get_i64 (unsent, "code", 0), ==, 200);
  assert_asked ("\r\n\r\na?b");
  sent = run (job, "Request", "/ok", "method: POST\nbody: aüb\noptions: {defaultCharset: ISO-8859-1}\n");
  g_assert_cmpint (tc_value_get_i64 (sent, "code", 0), ==, 200);
  assert_asked ("Content-Type: application/json; charset=ISO-8859-1\r\n");
  assert_asked ("\r\n\r\na\xfc" "b");
}

static void
test_events (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) all = run (job, "SseRequest", "/events", ""), none = run (job, "SseRequest", "/ok", ""), failed = run (job, "SseRequest", "/missing", "");
  g_autoptr (TcValue) joined = NULL, missing = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (tc_value_get_i64 (all, "size", 0), ==, 3);
  text = tc_json_to_text (tc_value_get (all, "events"));
  g_assert_cmpstr (text, ==, "[{\"data\":{\"t\":\"Hel\"},\"id\":\"7\",\"name\":\"part\",\"comment\":\"note\",\"retry\":\"PT1.5S\"},{\"data\":{\"t\":\"lo\"}},"
                             "{\"data\":\"one\\n two\"}]");
  g_assert_nonnull (strstr (job->log->str, "METRIC size"));
  g_assert_cmpint (tc_value_get_i64 (none, "size", 9), ==, 0);
  assert_failed (failed, "404");
  joined = run (job, "SseRequest", "/events", "concatJqExpression: '.data.t'\nfailedOnMissingJq: false\n");
  g_assert_cmpstr (tc_value_get_str (joined, "result"), ==, "Hello");
  g_assert_null (tc_value_get (joined, "events"));
  missing = run (job, "SseRequest", "/events", "concatJqExpression: .data.t\n");
  g_assert_true (tc_value_is (missing, TC_VALUE_STRING));
}

static void
test_answers (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) missing = run (job, "Request", "/missing", ""), allowed = run (job, "Request", "/missing", "options: {allowFailed: true}\n");
  g_autoptr (TcValue) only = run (job, "Request", "/ok", "options: {allowedResponseCodes: [404]}\n"), code = run (job, "Request", "/missing", "options: {allowedResponseCodes: [404]}\n");
  g_autoptr (TcValue) moved = run (job, "Request", "/moved", ""), stay = run (job, "Request", "/moved", "options: {followRedirects: false}\n");
  g_autoptr (TcValue) loop = run (job, "Request", "/loop", ""), bad = run (job, "Request", "/bad", ""), number = run (job, "Request", "/ok", "params: {a: 1}\n");
  g_autoptr (TcValue) slow = run (job, "Request", "/slow", "options: {timeout: {readIdleTimeout: PT0.2S}}\n");

  assert_failed (missing, "response code '404' and body:\ngone");
  g_assert_cmpint (tc_value_get_i64 (allowed, "code", 0), ==, 404);
  assert_failed (only, "'200'");
  g_assert_cmpint (tc_value_get_i64 (code, "code", 0), ==, 404);
  g_assert_cmpstr (tc_value_get_str (moved, "body"), ==, "ok");
  g_assert_true (g_str_has_suffix (tc_value_get_str (moved, "uri"), "/moved"));
  g_assert_cmpint (tc_value_get_i64 (stay, "code", 0), ==, 302);
  g_assert_cmpint (tc_value_get_i64 (loop, "code", 0), ==, 302);
  g_assert_true (tc_value_is (bad, TC_VALUE_STRING));
  assert_failed (number, "Unsupported param type");
  assert_failed (slow, "no answer in time");
}

static void
test_digest (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) known = run (job, "Request", "/digest", "options: {auth: {type: DIGEST, username: u, password: p}}\n"), unknown = NULL, half = NULL;

  g_assert_cmpint (tc_value_get_i64 (known, "code", 0), ==, 200);
  g_assert_cmpstr (tc_value_get_str (known, "body"), ==, "known");
  assert_asked ("Authorization: Digest username=\"u\"");
  unknown = run (job, "Request", "/digest", "");
  assert_failed (unknown, "'401'");
  half = run (job, "Request", "/digest", "options: {auth: {type: DIGEST, username: u}}\n");
  assert_failed (half, "requires both `username` and `password`");
}

static void
test_logs (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  static const char options[] = "method: POST\nbody: b1\nheaders: {X-B: '1'}\n"
                                "options: {logs: [REQUEST_HEADERS, REQUEST_BODY, RESPONSE_HEADERS, RESPONSE_BODY], "
                                "auth: {type: BEARER, token: hush}}\n";
  g_autoptr (TcValue) all G_GNUC_UNUSED = run (job, "Request", "/ok", options), some = NULL;

  g_assert_nonnull (strstr (job->log->str, "DEBUG request:\n    method: POST\n    uri: http://"));
  g_assert_nonnull (strstr (job->log->str, "DEBUG request headers:\n    X-B: 1\n"));
  g_assert_nonnull (strstr (job->log->str, "TRACE request payload:\n    b1\n"));
  g_assert_nonnull (strstr (job->log->str, "    x-a: 1\n    x-a: 2\n"));
  g_assert_nonnull (strstr (job->log->str, "TRACE response payload:\n    ok\n"));
  g_assert_null (strstr (job->log->str, "hush"));
  g_string_truncate (job->log, 0);
  some = run (job, "Request", "/ok", "options: {logLevel: INFO}\n");
  g_assert_nonnull (strstr (job->log->str, "response headers:"));
  g_assert_null (strstr (job->log->str, "request headers:"));
  g_assert_null (strstr (job->log->str, "payload:"));
}

static TcValue *
run_proxied (FakeJob    *job,
             const char *type)
{
  g_autofree char *yaml = g_strdup_printf ("id: t\ntype: io.kestra.plugin.core.http.Request\nuri: http://there.invalid/ok\noptions: "
                                           "{proxy: {%saddress: 127.0.0.1, port: %d, username: u, password: p}}\n", type, server->port);
  g_autoptr (GError) error = NULL;
  TcValue *outputs = fake_job_run (job, yaml, &error);

  return outputs != NULL ? outputs : tc_value_printf ("!%s", error->message);
}

static void
test_proxy (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) through = run_proxied (job, "type: HTTP, "), untyped = run_proxied (job, ""), socks = run_proxied (job, "type: SOCKS, ");

  g_assert_cmpstr (tc_value_get_str (through, "body"), ==, "proxy");
  assert_asked ("Proxy-Authorization: Basic dTpw\r\n");
  assert_failed (untyped, "needs the type HTTP or SOCKS");
  g_assert_true (tc_value_is (socks, TC_VALUE_STRING));      /* the server does not speak it */
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (100000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancelled (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, job->job.cancellable);
  g_autoptr (TcValue) outputs = run (job, "Request", "/slow", "");

  g_thread_join (thread);
  g_assert_true (tc_value_is (outputs, TC_VALUE_STRING));
}

static void
test_download (void)
{
  g_autoptr (FakeJob) job = fake_job_new ();
  g_autoptr (TcValue) plain = run (job, "Download", "/ok", ""), saved = run (job, "Download", "/ok", "saveAs: x.bin\n"), named = run (job, "Download", "/named", "");
  g_autoptr (TcValue) empty = run (job, "Download", "/empty", ""), fine = run (job, "Download", "/empty", "failOnEmptyResponse: false\n");
  g_autoptr (TcValue) cut = run (job, "Download", "/short", "");
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (tc_value_get_str (plain, "uri") + strlen ("kestra://"), &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "ok");
  g_assert_cmpint (tc_value_get_i64 (plain, "length", 0), ==, 2);
  g_assert_true (g_str_has_suffix (tc_value_get_str (saved, "uri"), "/x.bin"));
  g_assert_true (g_str_has_suffix (tc_value_get_str (named, "uri"), "/x+y.txt"));
  assert_failed (empty, "No response from server");
  g_assert_cmpint (tc_value_get_i64 (fine, "length", -1), ==, 0);
  g_assert_nonnull (strstr (job->log->str, "WARN File"));
  g_assert_true (tc_value_is (cut, TC_VALUE_STRING));
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GThread *thread;
  int failed;

  g_test_init (&argc, &argv, NULL);
  server = server_new ();
  thread = g_thread_new ("server", turn, loop);
  g_test_add_func ("/http/request", test_request);
  g_test_add_func ("/http/bodies", test_bodies);
  g_test_add_func ("/http/encrypted", test_encrypted);
  g_test_add_func ("/http/charsets", test_charsets);
  g_test_add_func ("/http/events", test_events);
  g_test_add_func ("/http/answers", test_answers);
  g_test_add_func ("/http/digest", test_digest);
  g_test_add_func ("/http/logs", test_logs);
  g_test_add_func ("/http/proxy", test_proxy);
  g_test_add_func ("/http/cancelled", test_cancelled);
  g_test_add_func ("/http/download", test_download);
  failed = g_test_run ();
  g_main_loop_quit (loop);
  g_thread_join (thread);
  tc_expr_thread_end ();
  return failed;
}
