/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api.h"

#include "tc-api-call.h"
#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#define BODY_LIMIT (64 * 1024 * 1024)        /* of one that is no upload: it is kept in memory */
#define BODY_KEY "tc-body"
#define N_SOCKETS 3

struct _TcApi
{
  const TcSoup *soup;        /* the API's thread; NULL until the first client comes */
  SoupServer   *server;      /* likewise */
  TcEngine     *engine;
  char         *path;
  GSocket      *sockets[N_SOCKETS];     /* API; webhooks on IPv4 and IPv6, or NULL */
  GSource      *sources[N_SOCKETS];     /* of the API's thread, until the first client comes */
  GThread      *thread;
  GMainContext *context;
  GMainLoop    *loop;
};

/* What is known of a request's body; the message owns it. */
typedef struct
{
  const TcSoup *soup;
  TcUpload     *upload;      /* or NULL */
  guint64       length;
} Body;

static void
body_free (gpointer data)
{
  Body *self = data;

  tc_upload_free (self->upload);
  g_free (self);
}

static void
client_gone (SoupServerMessage *message,
             TcApiCall         *call)
{
  call->gone = TRUE;
}

/* The arguments of @path if it fits @pattern, else NULL. */
static char **
match_path (const char *pattern,
            const char *path)
{
  g_auto (GStrv) wanted = g_strsplit (pattern, "/", -1), given = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);

  if (g_strv_length (wanted) != g_strv_length (given))
    return NULL;
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      g_autofree char *segment = g_uri_unescape_string (given[i], NULL);

      if (segment == NULL || *segment == '\0')
        return NULL;
      if (g_str_equal (wanted[i], "*"))
        g_ptr_array_add (arguments, g_steal_pointer (&segment));
      else if (!g_str_equal (wanted[i], segment))
        return NULL;
    }
  g_ptr_array_add (arguments, NULL);
  return (char **) g_ptr_array_steal (arguments, NULL);
}

/* Who comes over the network gets no further than to webhooks, which have keys. */
static gboolean
is_from_network (const TcSoup      *soup,
                 SoupServerMessage *message)
{
  GSocketAddress *address = soup->server_message_get_local_address (message);

  return address == NULL || g_socket_address_get_family (address) != G_SOCKET_FAMILY_UNIX;
}

static const TcApiRoute *
find_route (const char   *method,
            const char   *path,
            gboolean      from_network,
            char       ***arguments)
{
  const TcApiRoute *const tables[] = {
    tc_api_webhook_routes, tc_api_flow_routes, tc_api_execution_routes, tc_api_namespace_routes, tc_api_trigger_routes
  };

  for (gsize t = 0; t < (from_network ? 1 : G_N_ELEMENTS (tables)); t++)
    for (const TcApiRoute *route = tables[t]; route->method != NULL; route++)
      if (g_str_equal (route->method, method) && (*arguments = match_path (route->path, path)) != NULL)
        return route;
  return NULL;
}

static void
handle (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  TcApi *self = data;
  TcApiCall *call = g_new0 (TcApiCall, 1);
  const Body *body = g_object_get_data (G_OBJECT (message), BODY_KEY);
  const TcApiRoute *route;

  call->soup = self->soup;
  call->engine = g_object_ref (self->engine);
  call->message = g_object_ref (message);
  call->upload = body->upload;
  call->query = query != NULL ? g_hash_table_ref (query) : NULL;
  g_signal_connect (message, "finished", G_CALLBACK (client_gone), call);
  g_signal_connect (message, "disconnected", G_CALLBACK (client_gone), call);
  call->soup->server_message_pause (message);
  path = g_uri_get_path (call->soup->server_message_get_uri (message));
  if (g_str_equal (path, "/ping"))
    {
      tc_api_answer_text (call, 200, "text/plain", "pong", -1);
      return;
    }
  path += g_str_has_prefix (path, "/api/v1/main/") ? strlen ("/api/v1/main/") : g_str_has_prefix (path, "/api/v1/") ? strlen ("/api/v1/") : 0;
  route = find_route (call->soup->server_message_get_method (message), path, is_from_network (call->soup, message), &call->arguments);
  if (body->upload == NULL && body->length > BODY_LIMIT)
    tc_api_answer_status (call, 413, "Request Entity Too Large: the body has more than %d MiB", BODY_LIMIT / 1024 / 1024);
  else if (route != NULL)
    route->handler (call);
  else
    tc_api_answer_status (call, 404, "Not Found: %s %s", call->soup->server_message_get_method (message), path);
}

/* Files of an upload go to disk as they come; any other body that would fill the memory is dropped as it comes, then refused. */
static void
got_chunk (SoupServerMessage *message,
           GBytes            *bytes,
           Body              *body)
{
  SoupMessageBody *kept = body->soup->server_message_get_request_body (message);

  body->length += g_bytes_get_size (bytes);
  if (body->upload != NULL)
    tc_upload_feed (body->upload, bytes);
  else if (body->length > BODY_LIMIT)
    {
      body->soup->message_body_set_accumulate (kept, FALSE);
      body->soup->message_body_truncate (kept);
    }
}

static void
got_headers (SoupServerMessage *message,
             gpointer           data)
{
  TcApi *self = data;
  SoupMessageHeaders *headers = self->soup->server_message_get_request_headers (message);
  g_autoptr (GHashTable) parameters = NULL;
  const char *type = self->soup->message_headers_get_content_type (headers, &parameters), *boundary = NULL;
  Body *body = g_new0 (Body, 1);

  body->soup = self->soup;
  if (type != NULL && g_ascii_strcasecmp (type, "multipart/form-data") == 0 && !is_from_network (self->soup, message))
    boundary = g_hash_table_lookup (parameters, "boundary");
  if (boundary != NULL)
    {
      body->upload = tc_upload_new (self->soup, tc_engine_data_directory (self->engine), boundary);
      self->soup->message_body_set_accumulate (self->soup->server_message_get_request_body (message), FALSE);
    }
  g_object_set_data_full (G_OBJECT (message), BODY_KEY, body, body_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk), body);
}

static void
request_started (SoupServer        *server,
                 SoupServerMessage *message,
                 gpointer           data)
{
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers), data);
}

static void
stop_waiting (TcApi *self)
{
  for (guint i = 0; i < N_SOCKETS; i++)
    if (self->sources[i] != NULL)
      {
        g_source_destroy (self->sources[i]);
        g_clear_pointer (&self->sources[i], g_source_unref);
      }
}

/* The client waits in the socket's queue, which the server takes over. Without a server the sockets close: nobody waits in vain. */
static gboolean
on_first_client (GSocket      *socket,
                 GIOCondition  condition,
                 gpointer      data)
{
  TcApi *self = data;
  g_autoptr (GError) error = NULL;

  stop_waiting (self);
  self->soup = tc_soup (&error);
  if (self->soup != NULL)
    {
      self->server = self->soup->server_new ("server-header", "tiercel", "raw-paths", TRUE, NULL);
      self->soup->server_add_handler (self->server, NULL, handle, self, NULL);
      g_signal_connect (self->server, "request-started", G_CALLBACK (request_started), self);
    }
  for (guint i = 0; i < N_SOCKETS && self->sockets[i] != NULL; i++)
    if (self->soup == NULL || !self->soup->server_listen_socket (self->server, self->sockets[i], 0, &error))
      {
        g_warning ("%s: %s", self->path, error->message);
        g_socket_close (self->sockets[i], NULL);
        if (self->soup != NULL)
          g_clear_error (&error);
      }
  return G_SOURCE_REMOVE;
}

static gpointer
serve (gpointer data)
{
  TcApi *self = data;

  g_main_context_push_thread_default (self->context);
  for (guint i = 0; i < N_SOCKETS && self->sockets[i] != NULL; i++)
    {
      self->sources[i] = g_socket_create_source (self->sockets[i], G_IO_IN, NULL);
      g_source_set_callback (self->sources[i], G_SOURCE_FUNC (on_first_client), self, NULL);
      g_source_attach (self->sources[i], self->context);
    }
  g_main_loop_run (self->loop);
  stop_waiting (self);
  if (self->server != NULL)
    self->soup->server_disconnect (self->server);
  g_clear_object (&self->server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* The engine holds the data directory's lock, so a socket that is there belongs to nobody. It is made with no rights for others. */
static GSocket *
listen_on (const char  *path,
           GError     **error)
{
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  gboolean bound;

  if (listener == NULL)
    return NULL;
  if (g_unlink (path) != 0 && errno != ENOENT)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The socket “%s” cannot be replaced: %s"), path, g_strerror (errno));
      return NULL;
    }
  bound = g_socket_bind (listener, address, FALSE, error);
  if (!bound || chmod (path, 0600) != 0 || !g_socket_listen (listener, error))
    {
      g_prefix_error (error, _("The socket “%s” cannot be made: "), path);
      return NULL;
    }
  return g_steal_pointer (&listener);
}

static GSocket *
listen_on_loopback (GSocketFamily   family,
                    guint16         port,
                    GError        **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) listener = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (listener != NULL && g_socket_bind (listener, address, TRUE, error) && g_socket_listen (listener, error))
    return g_steal_pointer (&listener);
  g_prefix_error (error, _("Port %u for webhooks cannot be opened: "), port);
  return NULL;
}

/* A machine without IPv6 has no such loopback address: that is no error. */
static gboolean
open_sockets (TcApi    *self,
              guint16   port,
              GError  **error)
{
  self->sockets[0] = listen_on (self->path, error);
  if (self->sockets[0] == NULL || port == 0)
    return self->sockets[0] != NULL;
  self->sockets[1] = listen_on_loopback (G_SOCKET_FAMILY_IPV4, port, error);
  if (self->sockets[1] != NULL)
    self->sockets[2] = listen_on_loopback (G_SOCKET_FAMILY_IPV6, port, NULL);
  return self->sockets[1] != NULL;
}

static void
api_free (TcApi *self)
{
  for (guint i = 0; i < N_SOCKETS; i++)
    g_clear_object (&self->sockets[i]);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_object_unref (self->engine);
  g_free (self->path);
  g_free (self);
}

TcApi *
tc_api_start_with_webhooks (TcEngine  *engine,
                            guint16    port,
                            GError   **error)
{
  TcApi *self = g_new0 (TcApi, 1);

  self->engine = g_object_ref (engine);
  self->path = tc_engine_socket_path (tc_engine_data_directory (engine));
  if (!open_sockets (self, port, error))
    {
      if (self->sockets[0] != NULL)
        g_unlink (self->path);
      api_free (self);
      return NULL;
    }
  tc_uploads_clear (tc_engine_data_directory (engine));
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("tc-api", serve, self);
  return self;
}

TcApi *
tc_api_start (TcEngine  *engine,
              GError   **error)
{
  return tc_api_start_with_webhooks (engine, 0, error);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
tc_api_stop (TcApi *self)
{
  g_autoptr (GSource) source = NULL;

  if (self == NULL)
    return;
  /* A source, not a direct call: the loop may not run yet. */
  source = g_idle_source_new ();
  g_source_set_callback (source, quit, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_unlink (self->path);
  api_free (self);
}
