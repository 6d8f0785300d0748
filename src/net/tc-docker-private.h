/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-docker.h"
#include "tc-docker-frames.h"
#include "tc-ndjson.h"
#include "tc-util.h"

G_BEGIN_DECLS

#define NO_TIMEOUT (-1)

struct _TcDocker
{
  TcHttp          *http;
  TcDockerAddress *address;
  char            *version;
  gboolean         podman, has_looked_around, shares_files;
  GPtrArray       *requests;      /* borrowed */
};

struct _TcDockerRequest
{
  TcDocker      *docker;
  TcHttpRequest *http;
  TcDockerDone   done, line;
  TcDockerFrame  frame;
  gboolean     (*may_take) (gpointer data);
  gpointer       data;
  TcNdjson      *lines;           /* of a stream of JSON lines */
  GError        *stream_error;    /* that a line told */
  TcDockerFrames *frames;
  TcFd           out;             /* where the body goes */
  size_t         out_sent;        /* of the bytes that will come again */
  gboolean       out_watched;
  GString       *text;            /* body of an answer with an error status, when the body is a stream */
  int            status;
  gboolean       connecting, looking;
};

/** TcDockerAsk: a request to be made. */
typedef struct
{
  const char    *method;
  char          *path;            /* with query, escaped; taken */
  const TcValue *body;
  const char    *auth;
  int            fd;
  int64_t        timeout_us;
  gboolean       stream, unversioned;
  gboolean       auths;           /* @auth is for any number of registries */
  TcDockerDone   line, done;      /* line: of an answer of JSON lines */
  gpointer       data;
} TcDockerAsk;

TcDockerRequest *docker_ask (TcDocker *self, TcDockerAsk what);

G_END_DECLS
