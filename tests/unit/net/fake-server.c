/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-server.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

struct _FakeServer
{
  const FakeRule *rules;
  size_t          n;
  char           *folder, *path;
  GSocketService *service;
  GMutex          lock;
  GString        *seen;
  int             connections;    /* atomic */
};

static void
note (FakeServer *self,
      const char *text,
      size_t      length)
{
  g_mutex_lock (&self->lock);
  g_string_append_len (self->seen, text, (gssize) length);
  g_mutex_unlock (&self->lock);
}

static void
read_body (FakeServer       *self,
           GDataInputStream *in,
           const char       *headers)
{
  const char *length = strstr (headers, "Content-Length: ");
  g_autofree char *buffer = g_malloc (1 << 20);
  gsize got;

  if (strstr (headers, "Transfer-Encoding: chunked"))
    for (;;)
      {
        g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
        size_t size = line ? g_ascii_strtoull (line, NULL, 16) : 0;

        if (size > 0 && g_input_stream_read_all (G_INPUT_STREAM (in), buffer, size, &got, NULL, NULL))
          note (self, buffer, got);
        g_free (g_data_input_stream_read_line (in, NULL, NULL, NULL));
        if (size == 0)
          return;
      }
  if (length && g_input_stream_read_all (G_INPUT_STREAM (in), buffer, g_ascii_strtoull (length + 16, NULL, 10), &got, NULL, NULL))
    note (self, buffer, got);
}

static void
answer (const FakeRule *rule,
        GOutputStream  *out)
{
  size_t length = rule->length ? rule->length : strlen (rule->answer);
  size_t piece = rule->piece ? rule->piece : length;

  for (size_t at = 0; at < length; at += piece)
    {
      g_output_stream_write_all (out, rule->answer + at, MIN (piece, length - at), NULL, NULL, NULL);
      g_output_stream_flush (out, NULL, NULL);
      if (rule->piece)
        g_usleep (2000);
    }
}

static gboolean
on_connection (GThreadedSocketService *service,
               GSocketConnection      *connection,
               GObject                *source,
               gpointer                data)
{
  FakeServer *self = data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr(GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  gboolean keep = TRUE;

  g_atomic_int_inc (&self->connections);
  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (keep)
    {
      g_autoptr(GString) headers = g_string_new (NULL);
      const FakeRule *rule = NULL;
      char *line;

      while ((line = g_data_input_stream_read_line (in, NULL, NULL, NULL)) && *line)
        {
          g_string_append_printf (headers, "%s\n", line);
          g_free (line);
        }
      if (!line)
        break;
      g_free (line);
      note (self, headers->str, headers->len);
      read_body (self, in, headers->str);
      for (size_t i = 0; i < self->n && !rule; i++)
        if (g_str_has_prefix (headers->str, self->rules[i].request))
          rule = &self->rules[i];
      if (rule && rule->hang)
        g_usleep (G_USEC_PER_SEC);
      else if (rule)
        answer (rule, out);
      keep = rule && rule->keep;
    }
  g_atomic_int_add (&self->connections, -1);
  return TRUE;
}

FakeServer *
fake_server_new (const FakeRule *rules,
                 size_t          n)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  g_autoptr(GSocketAddress) address = NULL;

  self->rules = rules;
  self->n = n;
  g_mutex_init (&self->lock);
  self->seen = g_string_new (NULL);
  self->folder = g_dir_make_tmp ("tc-fake-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "s", NULL);
  self->service = g_threaded_socket_service_new (20);
  address = g_unix_socket_address_new (self->path);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, NULL));
  g_signal_connect (self->service, "run", G_CALLBACK (on_connection), self);
  g_socket_service_start (self->service);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  while (g_atomic_int_get (&self->connections) > 0)
    g_usleep (1000);
  g_object_unref (self->service);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_string_free (self->seen, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self->folder);
  g_free (self);
}

const char *
fake_server_path (FakeServer *self)
{
  return self->path;
}

char *
fake_server_seen (FakeServer *self)
{
  char *text;

  g_mutex_lock (&self->lock);
  text = g_strdup (self->seen->str);
  g_mutex_unlock (&self->lock);
  return text;
}
