/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-container-props.h"
#include "tc-run-private.h"

G_BEGIN_DECLS

typedef enum { TC_FILES_VOLUME, TC_FILES_MOUNT } TcFileHandling;

/** TcDockerProps: the keys of a Docker `taskRunner` (spec/scripts-and-runners.md §5.1), decoded by tc_docker_props. */
typedef struct
{
  char    *host, *user, *network_mode, *shm_size, *image, *version;
  TcValue *config, *credentials, *entry_point, *extra_hosts, *port_bindings, *volumes, *device_requests, *cpu, *memory;
  gboolean privileged, delete_it, wait, resume;
  int      pull_policy, file_handling;      /* TcPullPolicy, TcFileHandling */
  int64_t  grace_us;
} TcDockerProps;

extern const TcProp tc_docker_props[];

/** tc_docker_body: the body of POST /containers/create. @volumes: whether `volumes` is honoured. @mount: bind the working
 * directory, though the files are to be copied by the letter. Error: TC_RUN_ERROR_SPEC. */
TcValue *tc_docker_body       (const TcRunSpec *spec, const TcDockerProps *props, const char *image, const TcRun *run, gboolean volumes, gboolean mount,
                               gboolean podman, GError **error);
/** tc_docker_size_parse: "64MB", "1.5g", "512 KiB", "1000": bytes; multiples are binary. FALSE: no size. */
gboolean tc_docker_size_parse (const char *text, int64_t *bytes);
/** tc_docker_user_ids: a numeric `uid[:gid]`, or root's for none. FALSE: a name that only the image knows. */
gboolean tc_docker_user_ids   (const char *user, int *uid, int *gid);

G_END_DECLS
