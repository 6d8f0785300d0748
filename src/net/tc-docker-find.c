/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-find.h"
#include "tc-json.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

void
tc_docker_address_free (TcDockerAddress *self)
{
  if (!self)
    return;
  g_free (self->host);
  g_free (self->origin);
  g_free (self->socket_path);
  g_free (self->url);
  g_free (self->ca_file);
  g_free (self->cert_file);
  g_free (self->key_file);
  g_free (self);
}

TcDockerAddress *
tc_docker_address_copy (const TcDockerAddress *self)
{
  TcDockerAddress *copy = g_new0 (TcDockerAddress, 1);

  copy->host = g_strdup (self->host);
  copy->origin = g_strdup (self->origin);
  copy->socket_path = g_strdup (self->socket_path);
  copy->url = g_strdup (self->url);
  copy->ca_file = g_strdup (self->ca_file);
  copy->cert_file = g_strdup (self->cert_file);
  copy->key_file = g_strdup (self->key_file);
  copy->insecure = self->insecure;
  return copy;
}

static char *
config_directory (void)
{
  const char *given = g_getenv ("DOCKER_CONFIG");

  return given && *given ? g_strdup (given) : g_build_filename (g_get_home_dir (), ".docker", NULL);
}

static void
set_certificates (TcDockerAddress *self,
                  const char      *folder)
{
  struct { const char *name; char **place; } files[] = {
    { "ca.pem", &self->ca_file }, { "cert.pem", &self->cert_file }, { "key.pem", &self->key_file },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_free (*files[i].place);
          *files[i].place = g_steal_pointer (&path);
        }
    }
}

static gboolean
parse_tcp (TcDockerAddress *self,
           const char      *rest)
{
  const char *verify = g_getenv ("DOCKER_TLS_VERIFY"), *path = g_getenv ("DOCKER_CERT_PATH");
  g_autofree char *folder = path && *path ? g_strdup (path) : config_directory ();
  gboolean tls = verify && *verify;
  gboolean has_port = strrchr (rest, ':') && strrchr (rest, ':') > strrchr (rest, ']');
  g_autofree char *bare = g_strdup (rest);

  g_strchomp (bare);
  if (g_str_has_suffix (bare, "/"))
    bare[strlen (bare) - 1] = '\0';
  if (tls)
    set_certificates (self, folder);
  self->url = g_strdup_printf ("%s://%s%s", tls ? "https" : "http", bare, has_port ? "" : tls ? ":2376" : ":2375");
  return *bare != '\0';
}

TcDockerAddress *
tc_docker_address_parse (const char *host,
                         const char *origin,
                         GError    **error)
{
  g_autoptr(TcDockerAddress) self = g_new0 (TcDockerAddress, 1);
  gboolean good = FALSE;

  self->host = g_strdup (host);
  self->origin = g_strdup (origin);
  if (g_str_has_prefix (host, "unix://") || host[0] == '/')
    {
      self->socket_path = g_strdup (host[0] == '/' ? host : host + strlen ("unix://"));
      self->url = g_strdup ("http://docker");
      good = self->socket_path[0] == '/';
    }
  else if (g_str_has_prefix (host, "tcp://"))
    good = parse_tcp (self, host + strlen ("tcp://"));
  else if (g_str_has_prefix (host, "http://") || g_str_has_prefix (host, "https://"))
    {
      self->url = g_strdup (host);
      good = TRUE;
    }
  if (good)
    return g_steal_pointer (&self);
  if (g_str_has_prefix (host, "ssh://"))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _("“%s” is reached by ssh, which Tiercel does not speak: forward its socket (ssh -N -L /run/user/1000/remote.sock:/run/docker.sock "
                   "HOST) and use unix:///run/user/1000/remote.sock"), host);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("“%s” is no address of a container engine: write unix:///path/of/socket or tcp://host:port"), host);
  return NULL;
}

static TcValue *
load_json (const char *path)
{
  g_autofree char *text = NULL;
  size_t length;

  return g_file_get_contents (path, &text, &length, NULL) ? tc_json_read (text, length, NULL) : NULL;
}

/* The docker command's current context, unless it is the default one. Caller frees. */
static char *
current_context (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "config.json", NULL);
  g_autoptr(TcValue) config = NULL;
  const char *name = g_getenv ("DOCKER_CONTEXT");

  if (!name || !*name)
    {
      config = load_json (path);
      name = config ? tc_value_get_str (config, "currentContext") : NULL;
    }
  return name && *name && !g_str_equal (name, "default") ? g_strdup (name) : NULL;
}

static TcDockerAddress *
address_of_context (const char *folder,
                    const char *name,
                    GError    **error)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
  g_autofree char *path = g_build_filename (folder, "contexts", "meta", hash, "meta.json", NULL);
  g_autofree char *certificates = g_build_filename (folder, "contexts", "tls", hash, "docker", NULL);
  g_autofree char *origin = g_strdup_printf (_("context “%s”"), name);
  g_autoptr(TcValue) meta = load_json (path);
  const TcValue *endpoint = meta ? tc_value_lookup (meta, "Endpoints", "docker", NULL) : NULL;
  const char *host = endpoint ? tc_value_get_str (endpoint, "Host") : NULL;
  TcDockerAddress *address;

  if (!host)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("The docker context “%s” is chosen, but “%s” does not describe it: choose another one with docker context use"), name, path);
      return NULL;
    }
  address = tc_docker_address_parse (host, origin, error);
  if (!address)
    return NULL;
  address->insecure = tc_value_get_flag (endpoint, "SkipTLSVerify", FALSE);
  set_certificates (address, certificates);
  if (address->ca_file && g_str_has_prefix (address->url, "http://"))
    {
      g_autofree char *plain = g_steal_pointer (&address->url);

      address->url = g_strconcat ("https://", plain + strlen ("http://"), NULL);
    }
  return address;
}

static void
add_usual (GPtrArray  *addresses,
           const char *base,
           const char *below)
{
  g_autofree char *path = base ? g_build_filename (base, below, NULL) : NULL;
  g_autofree char *host = path ? g_strconcat ("unix://", path, NULL) : NULL;

  if (host)
    g_ptr_array_add (addresses, tc_docker_address_parse (host, NULL, NULL));
}

static GPtrArray *
add_usual_places (GPtrArray  *addresses,
                  const char *kind)
{
  const char *home = g_get_home_dir (), *run = g_getenv ("XDG_RUNTIME_DIR");

  if (g_strcmp0 (kind, "podman") != 0)
    {
      add_usual (addresses, "/var/run", "docker.sock");
      add_usual (addresses, run, "docker.sock");
      add_usual (addresses, home, ".docker/run/docker.sock");
      add_usual (addresses, home, ".docker/desktop/docker.sock");
      add_usual (addresses, home, ".colima/default/docker.sock");
    }
  if (g_strcmp0 (kind, "docker") != 0)
    {
      add_usual (addresses, run, "podman/podman.sock");
      add_usual (addresses, "/run", "podman/podman.sock");
    }
  return addresses;
}

GPtrArray *
tc_docker_find (const char *setting,
                const char *kind,
                GError    **error)
{
  g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_docker_address_free);
  const char *from_environment = g_getenv ("DOCKER_HOST");
  g_autofree char *folder = config_directory ();
  g_autofree char *context = NULL;
  TcDockerAddress *asked_for = NULL;

  if (g_strcmp0 (kind, "off") == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("Containers are switched off in the settings: switch them on (container-engine), or run the task as a process (taskRunner type "
                     "io.kestra.plugin.core.runner.Process)"));
      return NULL;
    }
  if (setting && *setting)
    asked_for = tc_docker_address_parse (setting, NULL, error);
  else if (from_environment && *from_environment)
    asked_for = tc_docker_address_parse (from_environment, "DOCKER_HOST", error);
  else
    {
      context = current_context (folder);
      if (context)
        asked_for = address_of_context (folder, context, error);
      else
        return add_usual_places (g_steal_pointer (&addresses), kind);
    }
  if (!asked_for)
    return NULL;
  g_ptr_array_add (addresses, asked_for);
  return g_steal_pointer (&addresses);
}
