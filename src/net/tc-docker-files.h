/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TcDockerFiles: a transfer of the working directory: a worker packs or unpacks, a request carries the bytes, a socket pair lies between.
 * @done is called on the engine thread once both are over (the request by tc_docker_files_request_done()), with the worker's error or NULL.
 */
typedef struct _TcDockerFiles TcDockerFiles;
typedef void (*TcDockerFilesDone) (gpointer data, const GError *error);

/** @fd: the request's end, non-blocking; the caller passes it on. NULL and @error: no descriptors left. */
TcDockerFiles *tc_docker_files_pack    (const char *directory, int uid, int gid, gboolean for_all, int *fd, TcDockerFilesDone done, gpointer data, GError **error);
TcDockerFiles *tc_docker_files_unpack  (const char *directory, int *fd, TcDockerFilesDone done, gpointer data, GError **error);
void           tc_docker_files_request_done (TcDockerFiles *self);
void           tc_docker_files_drop    (TcDockerFiles *self);      /* no call follows; the worker stops by itself. NULL is allowed */

#define TC_DOCKER_SCRIPT_NAME ".tiercel-script.sh"

G_END_DECLS
