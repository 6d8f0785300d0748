/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TcDockerAddress: where a container engine may listen. */
typedef struct
{
  char    *host;          /* as users write it: "unix:///run/docker.sock", "tcp://build:2376" */
  char    *origin;        /* who says so: "DOCKER_HOST", "context “x”", or NULL: a usual place */
  char    *socket_path;   /* for unix:// */
  char    *url;           /* "http://docker", "https://build:2376" */
  char    *ca_file, *cert_file, *key_file;
  gboolean insecure;
} TcDockerAddress;

void             tc_docker_address_free  (TcDockerAddress *self);
TcDockerAddress *tc_docker_address_copy  (const TcDockerAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDockerAddress, tc_docker_address_free)
/** tc_docker_address_parse: unix://, tcp://, http://, https://. TLS for tcp:// as the docker command has it: DOCKER_TLS_VERIFY, DOCKER_CERT_PATH.
 * Error: G_IO_ERROR: another scheme, or no path. */
TcDockerAddress *tc_docker_address_parse (const char *host, const char *origin, GError **error);
/** tc_docker_find: addresses in the order in which they are to be tried (spec/scripts-and-runners.md §5.3). @setting, DOCKER_HOST or a context,
 * if there is one, is the only one: what somebody asked for is not replaced by something else. @kind is the setting `container-engine`:
 * "docker" or "podman" looks for no other, "off" (G_IO_ERROR_PERMISSION_DENIED) for none; NULL and "auto" for any. Never empty. Blocks:
 * reads small files. */
GPtrArray       *tc_docker_find          (const char *setting, const char *kind, GError **error);

G_END_DECLS
