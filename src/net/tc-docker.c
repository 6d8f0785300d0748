/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-private.h"
#include "tc-json.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#define NEWEST_MINOR 47      /* 1.47: the newest version that we have read the changes of */
#define OLDEST_MINOR 24
#define SLOW_US      (10 * 60 * G_USEC_PER_SEC)      /* create, start and the like on a loaded machine */

G_DEFINE_QUARK (tc-docker-error-quark, tc_docker_error)

static void
request_free (TcDockerRequest *self)
{
  g_ptr_array_remove_fast (self->docker->requests, self);
  g_clear_pointer (&self->lines, tc_ndjson_free);
  g_clear_pointer (&self->frames, tc_docker_frames_free);
  g_clear_error (&self->stream_error);
  if (self->out_watched)
    tc_fd_set_forget (tc_http_fds (self->docker->http), self->out);
  tc_fd_clear (&self->out);
  g_string_free (self->text, TRUE);
  g_free (self);
}

gboolean
tc_docker_shares_files (const TcDocker *self)
{
  return self->shares_files;
}

gboolean
tc_docker_has_looked_around (const TcDocker *self)
{
  return self->has_looked_around;
}

gboolean
tc_docker_is_podman (const TcDocker *self)
{
  return self->podman;
}

void
tc_docker_cancel (TcDockerRequest *request)
{
  if (!request)
    return;
  tc_http_cancel (request->http);
  request_free (request);
}

/* Podman ends what it does for a client that went away; a proxy before a distant engine may do so. */
gboolean
tc_docker_is_underway (const TcDockerRequest *request)
{
  return request->docker->address->socket_path && !request->docker->podman && tc_http_is_sent (request->http);
}

void
tc_docker_resume (TcDockerRequest *request)
{
  tc_http_resume (request->http);
}

TcDocker *
tc_docker_new (TcHttp                *http,
               const TcDockerAddress *address)
{
  TcDocker *self = g_new0 (TcDocker, 1);

  self->http = http;
  self->address = tc_docker_address_copy (address);
  self->requests = g_ptr_array_new ();
  return self;
}

void
tc_docker_free (TcDocker *self)
{
  if (!self)
    return;
  while (self->requests->len > 0)
    tc_docker_cancel (self->requests->pdata[0]);
  g_ptr_array_unref (self->requests);
  tc_docker_address_free (self->address);
  g_free (self->version);
  g_free (self);
}

const char *
tc_docker_host (const TcDocker *self)
{
  return self->address->host;
}

const char *
tc_docker_version (const TcDocker *self)
{
  return self->version;
}

static GError *
error_of_transport (const GError *from)
{
  TcDockerError code = TC_DOCKER_ERROR_BROKEN;

  if (from->domain == TC_HTTP_ERROR)
    switch ((TcHttpError) from->code)
      {
      case TC_HTTP_ERROR_NO_SOCKET: code = TC_DOCKER_ERROR_NO_SOCKET; break;
      case TC_HTTP_ERROR_DENIED: code = TC_DOCKER_ERROR_SOCKET; break;
      case TC_HTTP_ERROR_REFUSED: code = TC_DOCKER_ERROR_DOWN; break;
      case TC_HTTP_ERROR_TLS: code = TC_DOCKER_ERROR_SOCKET; break;
      case TC_HTTP_ERROR_TIMEOUT:
      case TC_HTTP_ERROR_BROKEN:
      case TC_HTTP_ERROR_LIMIT:
      case TC_HTTP_ERROR_OTHER: break;
      }
  return g_error_new_literal (TC_DOCKER_ERROR, (int) code, from->message);
}

/* What registries and daemons write when a login is missing; the statuses differ too much to be of use. */
static gboolean
is_denied (const char *text)
{
  static const char *const words[] = { "unauthorized", "access denied", "access to the resource is denied", "no basic auth", "authentication required",
                                       "401 Unauthorized", "403 Forbidden", NULL };

  for (size_t i = 0; words[i]; i++)
    if (strstr (text, words[i]))
      return TRUE;
  return FALSE;
}

static TcDockerError
code_of (int         status,
         const char *text)
{
  if (strstr (text, "client version") && (strstr (text, "too old") || strstr (text, "too new")))
    return TC_DOCKER_ERROR_VERSION;
  if (is_denied (text))
    return TC_DOCKER_ERROR_DENIED;
  if (status == 404 || strstr (text, "manifest unknown") || strstr (text, "No such image"))
    return TC_DOCKER_ERROR_NOT_FOUND;
  return status == 400 ? TC_DOCKER_ERROR_BAD : status == 409 || status == 304 ? TC_DOCKER_ERROR_CONFLICT : TC_DOCKER_ERROR_FAILED;
}

static GError *
error_of_status (int         status,
                 const char *body,
                 size_t      length)
{
  g_autoptr(TcValue) value = tc_json_read (body, length, NULL);
  const char *message = value ? tc_value_get_str (value, "message") : NULL;
  g_autofree char *made = NULL;

  if (!message)
    message = made = tc_utf8_make_valid (body, MIN (length, 300), NULL);
  if (!*message)
    return g_error_new (TC_DOCKER_ERROR, (int) code_of (status, ""), _("answer %d"), status);
  return g_error_new_literal (TC_DOCKER_ERROR, (int) code_of (status, message), message);
}

static GError *
agree_on_version (TcDockerRequest *request)
{
  const char *theirs = tc_http_header (request->http, "Api-Version");
  int major = 0, minor = 0;

  if (!theirs || sscanf (theirs, "%d.%d", &major, &minor) != 2)
    return g_error_new (TC_DOCKER_ERROR, TC_DOCKER_ERROR_VERSION, _("it does not name a version of the Engine API"));
  if (major != 1 || minor < OLDEST_MINOR)
    return g_error_new (TC_DOCKER_ERROR, TC_DOCKER_ERROR_VERSION, _("it speaks version %s, but at least 1.%d is needed"), theirs, OLDEST_MINOR);
  request->docker->podman = tc_http_header (request->http, "Libpod-API-Version") != NULL;
  g_free (request->docker->version);
  request->docker->version = g_strdup_printf ("1.%d", MIN (minor, NEWEST_MINOR));
  return NULL;
}

static gboolean
has_option (const TcValue *info,
            const char    *name)
{
  const TcValue *options = tc_value_get (info, "SecurityOptions");

  for (size_t i = 0; tc_value_is (options, TC_VALUE_LIST) && i < tc_value_length (options); i++)
    if (tc_value_is (tc_value_item (options, i), TC_VALUE_STRING) && g_str_has_prefix (tc_value_get_text (tc_value_item (options, i)), name))
      return TRUE;
  return FALSE;
}

/* Containers' root is we ourselves: as root beside an engine of root, or as the user of a rootless one. */
static gboolean
shares_files (const TcDocker *self,
              const TcValue  *info)
{
  const char *system = tc_value_get_str (info, "OperatingSystem");
  struct utsname here;

  if (!self->address->socket_path || uname (&here) != 0 || g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    return FALSE;
  return g_strcmp0 (tc_value_get_str (info, "KernelVersion"), here.release) == 0 && g_strcmp0 (tc_value_get_str (info, "Name"), here.nodename) == 0
         && !(system && strstr (system, "Docker Desktop")) && !has_option (info, "name=selinux") && !has_option (info, "name=userns")
         && has_option (info, "name=rootless") == (geteuid () != 0);
}

static void
on_done (gpointer      data,
         int           status,
         const char   *body,
         size_t        length,
         const GError *failed)
{
  TcDockerRequest *self = data;
  g_autoptr(TcValue) answer = NULL;
  GError *error = NULL;
  TcDockerDone done = self->done;
  gpointer user = self->data;

  if (self->text->len > 0)
    {
      body = self->text->str;
      length = self->text->len;
    }
  if (self->stream_error)
    error = g_steal_pointer (&self->stream_error);
  else if (failed)
    error = error_of_transport (failed);
  else if (status >= 300 && status != 304)      /* a redirection answers a path that is none */
    error = error_of_status (status, body, length);
  else if (self->connecting)
    error = agree_on_version (self);
  if (!error && length > 0)
    answer = tc_json_read (body, length, NULL);
  if (!error && !answer)
    answer = tc_value_null ();
  if (self->looking)
    {
      self->docker->has_looked_around = TRUE;
      self->docker->shares_files = answer && shares_files (self->docker, answer);
    }
  request_free (self);
  done (user, error ? NULL : answer, error);
  g_clear_error (&error);
}

static void
on_headers (gpointer data,
            int      status)
{
  ((TcDockerRequest *) data)->status = status;
}

static void
on_line (gpointer       data,
         const TcValue *value)
{
  TcDockerRequest *self = data;
  const TcValue *detail = tc_value_get (value, "errorDetail");
  const char *message = detail ? tc_value_get_str (detail, "message") : NULL;

  if (!message)
    message = tc_value_get_str (value, "error");
  if (message && !self->stream_error)
    self->stream_error = g_error_new_literal (TC_DOCKER_ERROR, (int) code_of (0, message), message);
  else if (!message && self->line)
    self->line (self->data, value, NULL);
}

static void
on_out_ready (int          fd,
              GIOCondition condition,
              gpointer     data)
{
  TcDockerRequest *self = data;

  tc_fd_set_forget (tc_http_fds (self->docker->http), fd);
  self->out_watched = FALSE;
  tc_http_resume (self->http);
}

/* Into a socket that a worker empties. When the worker is gone the rest is of no use. FALSE: it is full; the bytes come again. */
static gboolean
write_out (TcDockerRequest *self,
           const char      *bytes,
           size_t           length)
{
  while (self->out_sent < length)
    {
      ssize_t n = send (self->out, bytes + self->out_sent, length - self->out_sent, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        {
          self->out_watched = TRUE;
          tc_fd_set_watch (tc_http_fds (self->docker->http), self->out, G_IO_OUT, on_out_ready, self);
          return FALSE;
        }
      if (n < 0)
        break;
      self->out_sent += (size_t) n;
    }
  self->out_sent = 0;
  return TRUE;
}

static gboolean
on_body (gpointer    data,
         const char *bytes,
         size_t      length)
{
  TcDockerRequest *self = data;

  if (self->status >= 400)
    {
      g_string_append_len (self->text, bytes, (gssize) MIN (length, 65536));
      return TRUE;
    }
  if (self->lines)
    {
      if (!self->stream_error)
        tc_ndjson_feed (self->lines, bytes, length, on_line, self, &self->stream_error);
      return TRUE;
    }
  if (self->frames)
    {
      if (!self->may_take (self->data))
        return FALSE;
      if (!tc_docker_frames_feed (self->frames, bytes, length, self->frame, self->data) && !self->stream_error)
        self->stream_error = g_error_new (TC_DOCKER_ERROR, TC_DOCKER_ERROR_FAILED, _("its log stream is not readable"));
      return TRUE;
    }
  return write_out (self, bytes, length);
}

TcDockerRequest *
docker_ask (TcDocker   *self,
            TcDockerAsk what)
{
  TcDockerRequest *request = g_new0 (TcDockerRequest, 1);
  g_autofree char *path = what.path;
  g_autofree char *url = what.unversioned || !self->version ? g_strconcat (self->address->url, path, NULL)
                                                            : g_strconcat (self->address->url, "/v", self->version, path, NULL);
  g_autofree char *body = what.body ? tc_json_to_text (what.body) : NULL;
  g_autofree char *auth = what.auth ? g_strconcat (what.auths ? "X-Registry-Config: " : "X-Registry-Auth: ", what.auth, NULL) : NULL;
  const char *headers[] = { what.fd > 0 ? "Content-Type: application/x-tar" : "Content-Type: application/json", auth, NULL };
  TcHttpFuncs funcs = { on_headers, what.stream || what.line ? on_body : NULL, on_done };
  TcHttpCall call = {
    .method = what.method, .url = url, .socket_path = self->address->socket_path, .headers = headers, .body = body,
    .body_length = body ? strlen (body) : 0, .body_fd = what.fd, .answer_timeout_us = what.timeout_us ? what.timeout_us : SLOW_US,
    .ca_file = self->address->ca_file, .cert_file = self->address->cert_file, .key_file = self->address->key_file,
    .insecure = self->address->insecure,
  };

  request->docker = self;
  request->done = what.done;
  request->line = what.line;
  request->lines = what.line ? tc_ndjson_new () : NULL;
  request->data = what.data;
  request->out = -1;
  request->text = g_string_new (NULL);
  g_ptr_array_add (self->requests, request);
  request->http = tc_http_send (self->http, &call, &funcs, request);
  return request;
}

static char *
container_path (const char *id,
                const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);

  return g_strconcat ("/containers/", escaped, rest, NULL);
}

TcDockerRequest *
tc_docker_connect (TcDocker    *self,
                   TcDockerDone done,
                   gpointer     data)
{
  TcDockerRequest *request = docker_ask (self, (TcDockerAsk) { .method = "GET", .path = g_strdup ("/_ping"), .unversioned = TRUE,
                                                .timeout_us = 10 * G_USEC_PER_SEC, .done = done, .data = data });

  request->connecting = TRUE;
  return request;
}

TcDockerRequest *
tc_docker_ask (TcDocker    *self,
               const char  *method,
               const char  *path,
               TcDockerDone done,
               gpointer     data)
{
  return docker_ask (self, (TcDockerAsk) { .method = method, .path = g_strdup (path), .timeout_us = NO_TIMEOUT, .done = done, .data = data });
}

TcDockerRequest *
tc_docker_look_around (TcDocker    *self,
                       TcDockerDone done,
                       gpointer     data)
{
  TcDockerRequest *request = docker_ask (self, (TcDockerAsk) { .method = "GET", .path = g_strdup ("/info"), .done = done, .data = data });

  request->looking = TRUE;
  return request;
}

TcDockerRequest *
tc_docker_create (TcDocker      *self,
                  const TcValue *body,
                  TcDockerDone   done,
                  gpointer       data)
{
  return docker_ask (self, (TcDockerAsk) { .method = "POST", .path = g_strdup ("/containers/create"), .body = body, .done = done, .data = data });
}

TcDockerRequest *
tc_docker_list (TcDocker    *self,
                const char  *label,
                TcDockerDone done,
                gpointer     data)
{
  TcValue *labels[] = { tc_value_string (label) };
  g_autoptr(TcValue) filters = tc_value_map_of ("label", tc_value_list (labels, 1), NULL);
  g_autofree char *text = tc_json_to_text (filters);
  g_autofree char *escaped = g_uri_escape_string (text, NULL, FALSE);

  return docker_ask (self, (TcDockerAsk) { .method = "GET", .path = g_strconcat ("/containers/json?all=1&filters=", escaped, NULL), .done = done, .data = data });
}

TcDockerRequest *
tc_docker_act (TcDocker    *self,
               TcDockerAct  act,
               const char  *id,
               TcDockerDone done,
               gpointer     data)
{
  static const struct
  {
    const char *method, *rest;
    int64_t     timeout_us;      /* 0: the usual one */
  } acts[] = {
    [TC_DOCKER_INSPECT] = { "GET", "/json", 0 },
    [TC_DOCKER_START] = { "POST", "/start", 0 },
    [TC_DOCKER_WAIT] = { "POST", "/wait", NO_TIMEOUT },
    [TC_DOCKER_KILL] = { "POST", "/kill", 0 },
    [TC_DOCKER_REMOVE] = { "DELETE", "?force=1&v=1", 0 },
  };

  return docker_ask (self, (TcDockerAsk) { .method = acts[act].method, .path = container_path (id, acts[act].rest),
                                           .timeout_us = acts[act].timeout_us, .done = done, .data = data });
}

TcDockerRequest *
tc_docker_stop (TcDocker    *self,
                const char  *id,
                int64_t      seconds,
                TcDockerDone done,
                gpointer     data)
{
  g_autofree char *rest = g_strdup_printf ("/stop?t=%lld", (long long) seconds);

  return docker_ask (self, (TcDockerAsk) { .method = "POST", .path = container_path (id, rest), .timeout_us = NO_TIMEOUT, .done = done, .data = data });
}

TcDockerRequest *
tc_docker_logs (TcDocker     *self,
                const char   *id,
                int64_t       since_ns,
                gboolean      follow,
                gboolean    (*may_take) (gpointer data),
                TcDockerFrame frame,
                TcDockerDone  done,
                gpointer      data)
{
  g_autofree char *rest = g_strdup_printf ("/logs?follow=%d&stdout=1&stderr=1&timestamps=1&since=%lld.%09lld", follow,
                                           (long long) (since_ns / 1000000000), (long long) (since_ns % 1000000000));
  TcDockerRequest *request = docker_ask (self, (TcDockerAsk) { .method = "GET", .path = container_path (id, rest), .timeout_us = NO_TIMEOUT, .stream = TRUE,
                                                .done = done, .data = data });

  request->frames = tc_docker_frames_new (TRUE);
  request->may_take = may_take;
  request->frame = frame;
  return request;
}

TcDockerRequest *
tc_docker_put_archive (TcDocker    *self,
                       const char  *id,
                       const char  *path,
                       int          fd,
                       TcDockerDone done,
                       gpointer     data)
{
  g_autofree char *escaped = g_uri_escape_string (path, NULL, FALSE);
  g_autofree char *rest = g_strconcat ("/archive?path=", escaped, NULL);

  return docker_ask (self, (TcDockerAsk) { .method = "PUT", .path = container_path (id, rest), .fd = fd, .timeout_us = NO_TIMEOUT, .done = done, .data = data });
}

TcDockerRequest *
tc_docker_get_archive (TcDocker    *self,
                       const char  *id,
                       const char  *path,
                       int          fd,
                       TcDockerDone done,
                       gpointer     data)
{
  g_autofree char *escaped = g_uri_escape_string (path, NULL, FALSE);
  g_autofree char *rest = g_strconcat ("/archive?path=", escaped, NULL);
  TcDockerRequest *request = docker_ask (self, (TcDockerAsk) { .method = "GET", .path = container_path (id, rest), .stream = TRUE, .done = done, .data = data });

  request->out = fd;
  return request;
}
