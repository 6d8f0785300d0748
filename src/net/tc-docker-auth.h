/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/**
 * tc_docker_auth_find: the X-Registry-Auth header for @image, or NULL: none known. Looks, in this order, at @credentials (a task's map: registry,
 * username, password, registryToken, identityToken, auth), @config (a docker config.json as map or as JSON text), the user's config.json with its
 * credential helpers, and podman's auth.json (spec/scripts-and-runners.md §5.9). Either may be NULL. Blocks, may run a helper: worker thread.
 */
char *tc_docker_auth_find (const char *image, const TcValue *credentials, const TcValue *config);
/** tc_docker_auth_all: the X-Registry-Config header for a build, of every registry that is known there; NULL: none. Blocks, too. */
char *tc_docker_auth_all  (const TcValue *credentials, const TcValue *config);

G_END_DECLS
