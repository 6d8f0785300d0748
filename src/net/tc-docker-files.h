/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-tar.h"

G_BEGIN_DECLS

/**
 * TcDockerFiles: a transfer of a directory to or from an engine: a worker packs or unpacks, a request carries the bytes, a socket pair
 * lies between. @done is called on the thread-default context of whoever began it, once both are over (the request by
 * tc_docker_files_request_done()), with the worker's error or NULL.
 */
typedef struct _TcDockerFiles TcDockerFiles;
typedef void (*TcDockerFilesDone) (gpointer data, const GError *error);

/** @what is copied. @fd: the request's end, non-blocking; the caller passes it on. NULL and @error (G_IO_ERROR): no descriptors left. */
TcDockerFiles *tc_docker_files_pack    (const TcTarPack *what, int *fd, TcDockerFilesDone done, gpointer data, GError **error);
/** @skip: a name to leave out, or NULL. */
TcDockerFiles *tc_docker_files_unpack  (const char *directory, const char *skip, int *fd, TcDockerFilesDone done, gpointer data, GError **error);
void           tc_docker_files_request_done (TcDockerFiles *self);
void           tc_docker_files_drop    (TcDockerFiles *self);      /* no call follows; the worker stops by itself. NULL is allowed */

G_END_DECLS
