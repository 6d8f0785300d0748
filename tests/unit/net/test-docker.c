/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Engine API against answers as Docker 20.10 and Podman 4.3 give them. */
#include "config.h"

#include "fake-server.h"
#include "tc-docker.h"
#include "tc-json.h"

#include <string.h>

#define JSON(status, body) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body

static const FakeRule rules[] = {
  { "GET /_ping", "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK", .keep = TRUE },
  { "GET /v1.41/images/there:1/json", JSON ("200 OK", "{\"Id\":\"sha256:1\",\"Config\":{\"User\":\"me\"}}") },
  { "GET /v1.41/images/", JSON ("404 Not Found", "{\"message\":\"No such image: x\"}") },
  { "POST /v1.41/images/create?fromImage=127.0.0.1%3A5055%2Fdenied&tag=1", JSON ("500 Internal Server Error", "{\"message\":\"Head \\\"http://127.0.0.1:5055/v2/\\\": no basic auth credentials\"}") },
  { "POST /v1.41/images/create?fromImage=late&tag=latest", JSON ("200 OK", "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"manifest unknown\"},\"error\":\"manifest unknown\"}\r\n") },
  { "POST /v1.41/images/create?fromImage=noise", JSON ("200 OK", "<html>proxy</html>\n") },
  { "POST /v1.41/images/create?fromImage=good&tag=sha256%3Aab", JSON ("200 OK", "{\"status\":\"Pulling\"}\r\n{\"status\":\"Done\"}\r\n"), .piece = 3 },
  { "POST /v1.41/containers/create", JSON ("400 Bad Request", "{\"message\":\"bad parameter\"}") },
  { "POST /v1.41/containers/c/start", "HTTP/1.1 304 Not Modified\r\n\r\n" },
  { "POST /v1.41/containers/c/kill", JSON ("409 Conflict", "{\"message\":\"Container c is not running\"}") },
  { "POST /v1.41/containers/c/wait", JSON ("200 OK", "{\"StatusCode\":7}") },
  { "DELETE /v1.41/containers/c?force=1&v=1", JSON ("500 Internal Server Error", "") },
  { "GET /v1.41/containers/json?all=1&filters=%7B%22label%22%3A%5B%22k%3Dv%22%5D%7D", JSON ("200 OK", "[{\"Id\":\"c\"}]") },
  { "GET /v1.41/info", JSON ("400 Bad Request", "{\"message\":\"client version 1.41 is too old. Minimum supported API version is 1.44\"}") },
  { "GET /v1.41/containers/tty/logs", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthis is a terminal" },
};

typedef struct
{
  TcFdSet    *fds;
  TcHttp     *http;
  FakeServer *server;
  TcDocker   *docker;
  gboolean    is_done;
  char       *answer;
  GError     *error;
  guint       lines;
} Client;

static void
on_done (gpointer       data,
         const TcValue *answer,
         const GError  *error)
{
  Client *self = data;

  g_assert_false (self->is_done);
  self->is_done = TRUE;
  self->answer = answer ? tc_json_to_text (answer) : NULL;
  self->error = error ? g_error_copy (error) : NULL;
}

static void
on_line (gpointer       data,
         const TcValue *line,
         const GError  *error)
{
  ((Client *) data)->lines++;
}

static void
finish (Client *self)
{
  int64_t late = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (!self->is_done && g_get_monotonic_time () < late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (self->is_done);
}

static void
renew (Client *self)
{
  self->is_done = FALSE;
  g_clear_pointer (&self->answer, g_free);
  g_clear_error (&self->error);
}

static void
set_up (Client       *self,
        gconstpointer unused)
{
  g_autofree char *host = NULL;
  g_autoptr(TcDockerAddress) address = NULL;

  self->fds = tc_fd_set_new (g_main_context_default ());
  self->http = tc_http_new (self->fds, g_main_context_default ());
  self->server = fake_server_new (rules, G_N_ELEMENTS (rules));
  host = g_strconcat ("unix://", fake_server_path (self->server), NULL);
  address = tc_docker_address_parse (host, NULL, NULL);
  self->docker = tc_docker_new (self->http, address);
  tc_docker_connect (self->docker, on_done, self);
  finish (self);
  g_assert_no_error (self->error);
  g_assert_cmpstr (tc_docker_version (self->docker), ==, "1.41");
  g_assert_false (tc_docker_is_podman (self->docker));
  renew (self);
}

static void
tear_down (Client       *self,
           gconstpointer unused)
{
  renew (self);
  tc_docker_free (self->docker);
  tc_http_free (self->http);
  tc_fd_set_free (self->fds);
  fake_server_free (self->server);
}

static void
expect (Client     *self,
        const char *answer,
        int         code,
        const char *message)
{
  finish (self);
  if (answer)
    {
      g_assert_no_error (self->error);
      g_assert_cmpstr (self->answer, ==, answer);
    }
  else
    {
      g_assert_error (self->error, TC_DOCKER_ERROR, code);
      if (message)
        g_assert_cmpstr (self->error->message, ==, message);
    }
  renew (self);
}

static void
test_answers (Client       *self,
              gconstpointer unused)
{
  g_autoptr(TcValue) body = tc_value_map_of ("Image", tc_value_string ("x"), NULL);

  tc_docker_image (self->docker, "there:1", on_done, self);
  expect (self, "{\"Id\":\"sha256:1\",\"Config\":{\"User\":\"me\"}}", 0, NULL);
  tc_docker_image (self->docker, "x", on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_NOT_FOUND, "No such image: x");
  tc_docker_create (self->docker, body, on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_BAD, "bad parameter");
  tc_docker_act (self->docker, TC_DOCKER_START, "c", on_done, self);
  expect (self, "null", 0, NULL);
  tc_docker_act (self->docker, TC_DOCKER_KILL, "c", on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_CONFLICT, "Container c is not running");
  tc_docker_act (self->docker, TC_DOCKER_WAIT, "c", on_done, self);
  expect (self, "{\"StatusCode\":7}", 0, NULL);
  tc_docker_act (self->docker, TC_DOCKER_REMOVE, "c", on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_FAILED, NULL);
  tc_docker_list (self->docker, "k=v", on_done, self);
  expect (self, "[{\"Id\":\"c\"}]", 0, NULL);
  tc_docker_ask (self->docker, "GET", "/info", on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_VERSION, NULL);
}

static void
test_pulls (Client       *self,
            gconstpointer unused)
{
  g_autofree char *seen = NULL;

  tc_docker_pull (self->docker, "127.0.0.1:5055/denied:1", NULL, on_line, on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_DENIED, NULL);
  tc_docker_pull (self->docker, "late", NULL, on_line, on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_NOT_FOUND, "manifest unknown");
  tc_docker_pull (self->docker, "noise", NULL, on_line, on_done, self);
  finish (self);
  g_assert_nonnull (self->error);
  renew (self);
  self->lines = 0;
  tc_docker_pull (self->docker, "good@sha256:ab", "c2VjcmV0", on_line, on_done, self);
  expect (self, "null", 0, NULL);
  g_assert_cmpuint (self->lines, ==, 2);
  seen = fake_server_seen (self->server);
  g_assert_nonnull (strstr (seen, "X-Registry-Auth: c2VjcmV0"));
}

static gboolean
may_take (gpointer data)
{
  return TRUE;
}

static void
on_frame (gpointer    data,
          int         stream,
          int64_t     time_ns,
          const char *bytes,
          size_t      length)
{
  g_assert_not_reached ();
}

static void
test_logs_of_terminal (Client       *self,
                       gconstpointer unused)
{
  tc_docker_logs (self->docker, "tty", 0, TRUE, may_take, on_frame, on_done, self);
  expect (self, NULL, TC_DOCKER_ERROR_FAILED, NULL);
}

static void
test_cancel (Client       *self,
             gconstpointer unused)
{
  tc_docker_cancel (tc_docker_act (self->docker, TC_DOCKER_WAIT, "c", on_done, self));
  tc_docker_cancel (NULL);
  tc_docker_act (self->docker, TC_DOCKER_INSPECT, "c", on_done, self);       /* the client's end drops it */
}

static void
connect_to (const char *answer,
            const char *version,
            gboolean    podman)
{
  FakeRule rule[] = { { "GET /_ping", answer } };
  Client self = { .fds = tc_fd_set_new (g_main_context_default ()), .server = fake_server_new (rule, 1) };
  g_autofree char *host = g_strconcat ("unix://", fake_server_path (self.server), NULL);
  g_autoptr(TcDockerAddress) address = tc_docker_address_parse (host, NULL, NULL);

  self.http = tc_http_new (self.fds, g_main_context_default ());
  self.docker = tc_docker_new (self.http, address);
  tc_docker_connect (self.docker, on_done, &self);
  finish (&self);
  if (version)
    {
      g_assert_no_error (self.error);
      g_assert_cmpstr (tc_docker_version (self.docker), ==, version);
      g_assert_true (tc_docker_is_podman (self.docker) == podman);
    }
  else
    g_assert_error (self.error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_VERSION);
  tear_down (&self, NULL);
}

static void
test_versions (void)
{
  connect_to ("HTTP/1.1 200 OK\r\nApi-Version: 1.99\r\nContent-Length: 0\r\n\r\n", "1.47", FALSE);
  connect_to ("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-API-Version: 4.3.1\r\nContent-Length: 0\r\n\r\n", "1.41", TRUE);
  connect_to ("HTTP/1.1 200 OK\r\nApi-Version: 1.12\r\nContent-Length: 0\r\n\r\n", NULL, FALSE);
  connect_to ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL, FALSE);
}

static void
test_image_names (void)
{
  static const struct { const char *image, *repository, *tag, *registry; } cases[] = {
    { "x", "x", "latest", "docker.io" }, { "x:1", "x", "1", "docker.io" }, { "a/x:1", "a/x", "1", "docker.io" },
    { "127.0.0.1:5000/x", "127.0.0.1:5000/x", "latest", "127.0.0.1:5000" }, { "localhost/x:2", "localhost/x", "2", "localhost" },
    { "r.io/a/x@sha256:ab", "r.io/a/x", "sha256:ab", "r.io" }, { "x:1@sha256:ab", "x", "sha256:ab", "docker.io" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *repository = NULL, *tag = NULL, *registry = tc_docker_image_registry (cases[i].image);

      tc_docker_image_parts (cases[i].image, &repository, &tag);
      g_assert_cmpstr (repository, ==, cases[i].repository);
      g_assert_cmpstr (tag, ==, cases[i].tag);
      g_assert_cmpstr (registry, ==, cases[i].registry);
    }
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
  add ("/net/docker/answers", test_answers);
  add ("/net/docker/pulls", test_pulls);
  add ("/net/docker/logs-of-terminal", test_logs_of_terminal);
  add ("/net/docker/cancel", test_cancel);
  g_test_add_func ("/net/docker/versions", test_versions);
  g_test_add_func ("/net/docker/image-names", test_image_names);
  return g_test_run ();
}
