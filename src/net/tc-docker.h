/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-docker-find.h"
#include "tc-http.h"
#include "tc-value.h"

G_BEGIN_DECLS

#define TC_DOCKER_ERROR (tc_docker_error_quark ())
GQuark tc_docker_error_quark (void);
typedef enum
{
  TC_DOCKER_ERROR_NO_SOCKET,   /* there is no such socket */
  TC_DOCKER_ERROR_SOCKET,      /* we may not use the socket */
  TC_DOCKER_ERROR_DOWN,        /* nobody answers there */
  TC_DOCKER_ERROR_BROKEN,      /* the connection broke, or no answer came in time */
  TC_DOCKER_ERROR_VERSION,     /* no common version of the API */
  TC_DOCKER_ERROR_NOT_FOUND,   /* no such image, container or path (404) */
  TC_DOCKER_ERROR_DENIED,      /* the registry wants other credentials */
  TC_DOCKER_ERROR_CONFLICT,    /* not in this state (409), or already so (304) */
  TC_DOCKER_ERROR_BAD,         /* the request is wrong (400) */
  TC_DOCKER_ERROR_FAILED,      /* the daemon could not do it (500 …) */
} TcDockerError;

/**
 * TcDocker: one container engine that speaks the Docker Engine API (Docker, Podman). Thread of its TcHttp.
 * Requests end with exactly one call of their `done`, never from inside the call that made them, and not after tc_docker_cancel().
 * The texts of errors are the engine's own words: callers say what they were doing.
 */
typedef struct _TcDocker TcDocker;
typedef struct _TcDockerRequest TcDockerRequest;
typedef void (*TcDockerDone)  (gpointer data, const TcValue *answer, const GError *error);     /* answer: JSON body, or null; NULL with @error; borrowed */
typedef void (*TcDockerFrame) (gpointer data, int stream, int64_t time_ns, const char *bytes, size_t length);

TcDocker   *tc_docker_new       (TcHttp *http, const TcDockerAddress *address);
void        tc_docker_free      (TcDocker *self);            /* cancels its requests */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDocker, tc_docker_free)
const char *tc_docker_host      (const TcDocker *self);      /* as users write it: "unix:///run/docker.sock" */
const char *tc_docker_version   (const TcDocker *self);      /* of the API, once connected: "1.41" */
/** tc_docker_shares_files: whether our files are the engine's under the same paths and with the same owners, for containers that root runs
 * (once connected and tc_docker_look_around() is done): same machine, no virtual machine, no mapped users that are not ours, no SELinux. */
gboolean    tc_docker_shares_files (const TcDocker *self);
gboolean    tc_docker_has_looked_around (const TcDocker *self);
gboolean    tc_docker_is_podman (const TcDocker *self);      /* once connected */
void        tc_docker_cancel    (TcDockerRequest *request);  /* NULL is allowed */
/** tc_docker_is_underway: the engine has @request and will do it, even if nobody waits for the answer. */
gboolean    tc_docker_is_underway (const TcDockerRequest *request);
/** tc_docker_resume: after a frame or chunk function said FALSE. */
void        tc_docker_resume    (TcDockerRequest *request);

/** tc_docker_connect: GET /_ping: agrees on the version (ours: 1.24 to 1.47). All other calls come after it. */
TcDockerRequest *tc_docker_connect   (TcDocker *self, TcDockerDone done, gpointer data);
TcDockerRequest *tc_docker_look_around (TcDocker *self, TcDockerDone done, gpointer data);                      /* GET /info */
/** tc_docker_ask: any request whose answer is one JSON text or nothing; @path with its query, escaped. It may take as long as it likes. */
TcDockerRequest *tc_docker_ask       (TcDocker *self, const char *method, const char *path, TcDockerDone done, gpointer data);

TcDockerRequest *tc_docker_image     (TcDocker *self, const char *image, TcDockerDone done, gpointer data);       /* GET /images/{}/json */
/** tc_docker_pull: POST /images/create. @line gets each progress line; @auth: X-Registry-Auth or NULL. */
TcDockerRequest *tc_docker_pull      (TcDocker *self, const char *image, const char *auth, TcDockerDone line, TcDockerDone done, gpointer data);
/** tc_docker_push: POST /images/{}/push. As tc_docker_pull(). */
TcDockerRequest *tc_docker_push      (TcDocker *self, const char *image, const char *auth, TcDockerDone line, TcDockerDone done, gpointer data);
/** tc_docker_build: POST /build with @query, escaped. @fd: the tar of the context, non-blocking; taken. @auths: X-Registry-Config or NULL.
 * @line gets {stream}, {aux: {ID}} and the like. */
TcDockerRequest *tc_docker_build     (TcDocker *self, const char *query, const char *auths, int fd, TcDockerDone line, TcDockerDone done, gpointer data);

TcDockerRequest *tc_docker_create    (TcDocker *self, const TcValue *body, TcDockerDone done, gpointer data);     /* {Id} */
TcDockerRequest *tc_docker_list      (TcDocker *self, const char *label, TcDockerDone done, gpointer data);       /* all states; @label "key=value" */
/** TcDockerAct: what can be asked of a container that needs no more than its id. */
typedef enum
{
  TC_DOCKER_INSPECT,
  TC_DOCKER_START,        /* already started: no error */
  TC_DOCKER_WAIT,         /* {StatusCode}; at once if it ended */
  TC_DOCKER_KILL,
  TC_DOCKER_REMOVE,       /* with force and its volumes */
} TcDockerAct;
TcDockerRequest *tc_docker_act       (TcDocker *self, TcDockerAct act, const char *id, TcDockerDone done, gpointer data);
TcDockerRequest *tc_docker_stop      (TcDocker *self, const char *id, int64_t seconds, TcDockerDone done, gpointer data);
/** tc_docker_logs: both streams with times, from @since_ns on (0: the beginning), to the container's end if @follow, else what is there now. @may_take is asked before bytes are handed on: FALSE: not
 * now, until tc_docker_resume(); it and @frame share @data. */
TcDockerRequest *tc_docker_logs      (TcDocker *self, const char *id, int64_t since_ns, gboolean follow, gboolean (*may_take) (gpointer data),
                                      TcDockerFrame frame, TcDockerDone done, gpointer data);
/** tc_docker_put_archive: @fd: the tar, non-blocking; taken. */
TcDockerRequest *tc_docker_put_archive (TcDocker *self, const char *id, const char *path, int fd, TcDockerDone done, gpointer data);
/** tc_docker_get_archive: writes the tar to @fd, a non-blocking socket; taken, closed at the end. */
TcDockerRequest *tc_docker_get_archive (TcDocker *self, const char *id, const char *path, int fd, TcDockerDone done, gpointer data);

/** tc_docker_explain: an error of the engine about @what ("making the container", translated) for a user: place, cause, next step. Caller
 * frees. explain_none: no engine at any of the places @tried. explain_pull: the registry's refusal, or no room; NULL: another trouble,
 * which may be over when it is tried again. */
char       *tc_docker_explain      (const GError *error, const TcDocker *docker, const char *what);
char       *tc_docker_explain_none (const char *tried);
char       *tc_docker_explain_pull (const GError *error, const char *image);
/** tc_docker_image_parts: "reg/x:1" → "reg/x", "1"; "x@sha256:…" → "x", "sha256:…"; "x" → "x", "latest". Caller frees both. */
void        tc_docker_image_parts (const char *image, char **repository, char **tag);
/** tc_docker_image_registry: where it is pulled from: "127.0.0.1:5000", or "docker.io". Caller frees. */
char       *tc_docker_image_registry (const char *image);

G_END_DECLS
