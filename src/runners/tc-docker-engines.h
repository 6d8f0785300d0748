/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-docker.h"
#include "tc-run-private.h"

G_BEGIN_DECLS

/**
 * TcDockerEngines: the container engines that runs of one host use, found and connected at first use, then kept. Engine thread.
 *
 * get: gives a connected engine for @host (a task's `host`; NULL: the setting, DOCKER_HOST, the context or a usual place). @func is called
 * once, perhaps from inside; TC_RUN_ERROR_ENGINE_* says why there is none and what to do. Not after forget().
 * lost: the engine does not answer any more: the next get looks again.
 */
typedef void (*TcDockerEngineFunc) (gpointer data, TcDocker *docker, const GError *error);
void      tc_docker_engines_get    (TcDockerEngines *self, const char *host, TcDockerEngineFunc func, gpointer data);
void      tc_docker_engines_forget (TcDockerEngines *self, gpointer data);
void      tc_docker_engines_lost   (TcDockerEngines *self, TcDocker *docker);
/** tc_docker_engines_remove: removes a container in the background. When that fails the next sweep tries again. */
void      tc_docker_engines_remove (TcDockerEngines *self, TcDocker *docker, const char *container);
/** tc_docker_run_error: an error of the engine about @what ("making the container", translated) as a TC_RUN_ERROR; @code when nothing more
 * exact is known. Caller frees. */
GError   *tc_docker_run_error      (const GError *error, TcDocker *docker, TcRunError code, const char *what);

G_END_DECLS
