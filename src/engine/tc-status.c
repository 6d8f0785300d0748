/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-status.h"

#include "private/tc-secrets.h"
#include "tc-docker-find.h"
#include "tc-json.h"
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define ANSWER_SECONDS 3
#define FEW_FILES      4096
#define LITTLE_BYTES   (512ull * 1024 * 1024)

TcValue *
tc_status_now (TcCore *core)
{
  const char *trouble = core->store_trouble != NULL ? core->store_trouble : core->log_trouble;

  return tc_value_map_of (
    "store", tc_value_map_of ("state", tc_value_string (trouble != NULL ? "trouble" : "ok"),
                              "hint", trouble != NULL ? tc_value_string (trouble) : tc_value_null (), NULL),
    "process", tc_value_map_of ("state", tc_value_string (core->host != NULL ? "ok" : "missing"),
                                "hint", core->host_error != NULL ? tc_value_string (core->host_error->message) : tc_value_null (), NULL),
    "running", tc_value_int (core->n_admitted), "queued", tc_value_int (g_queue_get_length (&core->admission)),
    "executions", tc_value_int (g_hash_table_size (core->live)), NULL);
}

void
tc_status_trouble (TcCore *core, char **place, const GError *error)
{
  g_autoptr (TcValue) status = NULL;

  g_free (*place);
  *place = error != NULL ? g_strdup (error->message) : NULL;
  status = tc_status_now (core);
  tc_bus_status (core->bus, status);
}

static char *
ask (const char *path, GError **error)
{
  static const char request[] = "GET /version HTTP/1.0\r\nHost: docker\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GString) answer = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  g_socket_client_set_timeout (client, ANSWER_SECONDS);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  if (connection == NULL
      || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, error))
    return NULL;
  while ((n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, error)) > 0
         && answer->len < 1024 * 1024)
    g_string_append_len (answer, buffer, n);
  return n < 0 ? NULL : g_string_free (g_steal_pointer (&answer), FALSE);
}

static TcValue *
version_of (const char *answer)
{
  const char *body = strstr (answer, "\r\n\r\n");
  size_t end;

  /* Also in chunks: the object is the first thing that can be read. */
  while (body != NULL && *body != '\0' && *body != '{')
    body++;
  return body != NULL && *body == '{' ? tc_json_read_prefix (body, strlen (body), &end, NULL) : NULL;
}

static TcValue *
docker_state (const char *state, const char *host, const char *version, const char *hint)
{
  return tc_value_map_of ("state", tc_value_string (state), "socket", host != NULL ? tc_value_string (host) : tc_value_null (),
                          "version", version != NULL ? tc_value_string (version) : tc_value_null (),
                          "rootless", tc_value_bool (host != NULL && strstr (host, "/run/user/") != NULL),
                          "hint", hint != NULL ? tc_value_string (hint) : tc_value_null (), NULL);
}

static gboolean
is_podman (const TcDockerAddress *address)
{
  return strstr (address->socket_path, "podman") != NULL;
}

/* Podman makes its socket only when it is asked to. */
static const char *
way_to_an_engine (void)
{
  g_autofree char *podman = g_find_program_in_path ("podman");

  return podman != NULL ? _("Podman is here, but its socket is off. Run: systemctl --user enable --now podman.socket; or run tasks as processes.")
                        : _("No container engine was found. Install Docker or Podman, or run tasks as processes.");
}

static TcValue *
try_address (const TcDockerAddress *address)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL, *hint = NULL;
  g_autoptr (TcValue) version = NULL;

  if (address->socket_path == NULL)
    return docker_state ("ok", address->host, NULL, _("A remote engine; it is tried when a task needs it."));
  answer = ask (address->socket_path, &error);
  version = answer != NULL ? version_of (answer) : NULL;
  if (version != NULL)
    return docker_state ("ok", address->host, tc_value_get_str (version, "Version"), NULL);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) && is_podman (address))
    {
      hint = g_strdup_printf (_("Your account may not use %s. Run: systemctl --user enable --now podman.socket; that socket is your own."),
                              address->socket_path);
      return docker_state ("denied", address->host, NULL, hint);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      hint = g_strdup_printf (_("Your account may not use %s. Run: sudo usermod -aG docker %s; then log in again."), address->socket_path,
                              g_get_user_name ());
      return docker_state ("denied", address->host, NULL, hint);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return NULL;
  return docker_state ("down", address->host, NULL,
                       is_podman (address) ? _("The socket is there but nobody answers. Run: systemctl --user restart podman.socket")
                                           : _("The socket is there but nobody answers. Run: sudo systemctl start docker"));
}

TcValue *
tc_status_docker (void)
{
  g_autoptr (GPtrArray) addresses = tc_docker_find (NULL, NULL, NULL);
  g_autoptr (TcValue) worse = NULL;

  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      g_autoptr (TcValue) state = try_address (g_ptr_array_index (addresses, i));

      if (state != NULL && g_strcmp0 (tc_value_get_str (state, "state"), "ok") == 0)
        return g_steal_pointer (&state);
      if (worse == NULL)
        worse = g_steal_pointer (&state);
    }
  return worse != NULL ? g_steal_pointer (&worse)
                       : docker_state ("absent", NULL, NULL, way_to_an_engine ());
}

static void
add_finding (TcListBuilder *list, const char *name, const char *state, const char *text, const char *hint)
{
  tc_list_builder_take (list, tc_value_map_of ("name", tc_value_string (name), "state", tc_value_string (state), "text", tc_value_string (text),
                                               "hint", hint != NULL ? tc_value_string (hint) : tc_value_null (), NULL));
}

static void
check_docker (TcListBuilder *list)
{
  g_autoptr (TcValue) docker = tc_status_docker ();
  const char *state = tc_value_get_str (docker, "state"), *socket = tc_value_get_str (docker, "socket");
  const char *version = tc_value_get_str (docker, "version");
  g_autofree char *text = g_strdup_printf ("%s%s%s", socket != NULL ? socket : state, version != NULL ? " " : "", version != NULL ? version : "");

  add_finding (list, _("Container engine"), g_strcmp0 (state, "ok") == 0 ? "ok" : "warning", text, tc_value_get_str (docker, "hint"));
}

static void
check_programs (TcListBuilder *list)
{
  static const struct { const char *program, *package; } programs[] = {
    { "sh", "dash" }, { "bash", "bash" }, { "python3", "python3" }, { "node", "nodejs" }, { "git", "git" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = g_find_program_in_path (programs[i].program);
      g_autofree char *hint = g_strdup_printf (_("Tasks that run it as a process need it. Run: sudo apt install %s"), programs[i].package);

      add_finding (list, programs[i].program, path != NULL ? "ok" : "warning", path != NULL ? path : _("not found"), path != NULL ? NULL : hint);
    }
}

static void
check_secrets (TcListBuilder *list, TcSite *site)
{
  g_autoptr (GError) error = NULL;

  if (!site->key_ring)
    add_finding (list, _("Key ring"), "ok", _("not used in this mode"), NULL);
  else if (tc_secret_service_works (&error))
    add_finding (list, _("Key ring"), "ok", _("answers"), NULL);
  else
    add_finding (list, _("Key ring"), "warning", error->message, _("Secrets of the environment (SECRET_NAME, in base64) still work."));
}

static void
check_directory (TcListBuilder *list, TcSite *site)
{
  struct statvfs info;
  gboolean writable = access (site->data_dir, W_OK) == 0;
  unsigned long long free_bytes = statvfs (site->data_dir, &info) == 0 ? (unsigned long long) info.f_bavail * info.f_frsize : 0;
  g_autofree char *size = g_format_size (free_bytes), *text = g_strdup_printf (_("%s, %s free"), site->data_dir, size);

  add_finding (list, _("Data directory"), !writable ? "missing" : free_bytes < LITTLE_BYTES ? "warning" : "ok", text,
               !writable ? _("It cannot be written.") : free_bytes < LITTLE_BYTES ? _("Little room is left; executions stop when the disk is full.")
                                                                                   : NULL);
}

static void
check_limits (TcListBuilder *list)
{
  struct rlimit limit = { 0 };
  g_autofree char *text = NULL;

  getrlimit (RLIMIT_NOFILE, &limit);
  text = g_strdup_printf (_("%llu open files"), (unsigned long long) limit.rlim_cur);
  add_finding (list, _("Limits"), limit.rlim_cur < FEW_FILES ? "warning" : "ok", text,
               limit.rlim_cur < FEW_FILES ? _("Many tasks at once need more. Raise the hard limit in /etc/security/limits.conf.") : NULL);
}

TcValue *
tc_doctor (TcSite *site)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  check_docker (list);
  check_programs (list);
  check_secrets (list, site);
  check_directory (list, site);
  check_limits (list);
  return tc_list_builder_end (g_steal_pointer (&list));
}
