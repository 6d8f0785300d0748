/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-container-props.h"
#include "tc-docker.h"
#include "tc-job.h"

G_BEGIN_DECLS

/** TcDockerTask: the properties that all Docker tasks have (Kestra's AbstractDocker). */
typedef struct
{
  char    *host;
  TcValue *config, *credentials;
} TcDockerTask;

/**
 * TcDockerClient: a container engine for a job, on a context of its own, which is the thread's default one meanwhile: asks and waits.
 * Worker thread. Errors are TC_DOCKER_ERROR, with a text for the user.
 *
 * wait: until @request is over, or the job is cancelled. It must have been made with tc_docker_client_done and, for JSON lines,
 * tc_docker_client_line, and the client as their data. @what: "pulling the image", translated. Returns the answer; caller owns.
 */
typedef struct _TcDockerClient TcDockerClient;
typedef void (*TcDockerLineFunc) (gpointer data, const TcValue *line);

TcDockerClient *tc_docker_client_new    (TcJob *job, const TcDockerTask *task, GError **error);
void            tc_docker_client_free   (TcDockerClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDockerClient, tc_docker_client_free)
TcDocker       *tc_docker_client_docker (TcDockerClient *self);        /* borrowed */
void            tc_docker_client_lines  (TcDockerClient *self, TcDockerLineFunc func, gpointer data);      /* who gets JSON lines from now on */
void            tc_docker_client_line   (gpointer self, const TcValue *line, const GError *error);
void            tc_docker_client_done   (gpointer self, const TcValue *answer, const GError *error);
TcValue        *tc_docker_client_wait   (TcDockerClient *self, TcDockerRequest *request, const char *what, GError **error);

/** tc_docker_client_ask: tc_docker_ask() and wait. */
TcValue        *tc_docker_client_ask    (TcDockerClient *self, const char *method, const char *path, const char *what, GError **error);
/** tc_docker_client_push_all: pushes each of the texts of the LIST @tags; logs what happens and counts the bytes. */
gboolean        tc_docker_client_push_all (TcDockerClient *self, const TcDockerTask *task, const TcValue *tags, GError **error);
/** tc_docker_client_refusal: what the last error of a pull of @image says about the registry, or NULL. Caller frees. */
char           *tc_docker_client_refusal (const TcDockerClient *self, const char *image);
/** tc_docker_client_path: @format, whose only signs are %s, with the texts that follow, escaped. Caller frees. */
char           *tc_docker_client_path   (const char *format, ...);
/** tc_docker_client_filters: "filters=…" of a MAP of names to LISTs of texts, escaped for a query. Caller frees. */
char           *tc_docker_client_filters (const TcValue *filters);
TcValue        *tc_docker_client_one    (const char *text);            /* a LIST of one text */
/** tc_docker_tag_of: @text without a scheme, as users copy it from a browser. Borrowed. */
const char     *tc_docker_tag_of        (const char *text);

G_END_DECLS
