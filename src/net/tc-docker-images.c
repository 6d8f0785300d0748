/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the Engine API that is about images. */
#include "config.h"

#include "tc-docker-private.h"

#include <string.h>

#define NOBODY "e30="       /* {} */

TcDockerRequest *
tc_docker_image (TcDocker    *self,
                 const char  *image,
                 TcDockerDone done,
                 gpointer     data)
{
  g_autofree char *name = g_uri_escape_string (image, "/:@", FALSE);

  return docker_ask (self, (TcDockerAsk) { .method = "GET", .path = g_strconcat ("/images/", name, "/json", NULL), .done = done, .data = data });
}

TcDockerRequest *
tc_docker_pull (TcDocker    *self,
                const char  *image,
                const char  *auth,
                TcDockerDone line,
                TcDockerDone done,
                gpointer     data)
{
  g_autofree char *repository = NULL, *tag = NULL, *repository_part = NULL, *tag_part = NULL;

  tc_docker_image_parts (image, &repository, &tag);
  repository_part = g_uri_escape_string (repository, NULL, FALSE);
  tag_part = g_uri_escape_string (tag, NULL, FALSE);
  return docker_ask (self, (TcDockerAsk) { .method = "POST", .path = g_strdup_printf ("/images/create?fromImage=%s&tag=%s", repository_part, tag_part),
                                           .auth = auth, .line = line, .done = done, .data = data });
}

/* A push without the header is refused, even where nobody wants to know who pushes. */
TcDockerRequest *
tc_docker_push (TcDocker    *self,
                const char  *image,
                const char  *auth,
                TcDockerDone line,
                TcDockerDone done,
                gpointer     data)
{
  g_autofree char *repository = NULL, *tag = NULL, *repository_part = NULL, *tag_part = NULL;

  tc_docker_image_parts (image, &repository, &tag);
  repository_part = g_uri_escape_string (repository, "/:", FALSE);
  tag_part = g_uri_escape_string (tag, NULL, FALSE);
  return docker_ask (self, (TcDockerAsk) { .method = "POST", .path = g_strdup_printf ("/images/%s/push?tag=%s", repository_part, tag_part),
                                           .auth = auth ? auth : NOBODY, .timeout_us = NO_TIMEOUT, .line = line, .done = done, .data = data });
}

TcDockerRequest *
tc_docker_build (TcDocker    *self,
                 const char  *query,
                 const char  *auths,
                 int          fd,
                 TcDockerDone line,
                 TcDockerDone done,
                 gpointer     data)
{
  return docker_ask (self, (TcDockerAsk) { .method = "POST", .path = g_strconcat ("/build?", query, NULL), .auth = auths, .auths = TRUE, .fd = fd,
                                           .timeout_us = NO_TIMEOUT, .line = line, .done = done, .data = data });
}

void
tc_docker_image_parts (const char *image,
                       char      **repository,
                       char      **tag)
{
  const char *slash = strrchr (image, '/'), *at = strchr (image, '@');
  const char *end = strpbrk (slash ? slash : image, ":@");

  *repository = end ? g_strndup (image, (size_t) (end - image)) : g_strdup (image);
  *tag = g_strdup (at ? at + 1 : end ? end + 1 : "latest");
}

char *
tc_docker_image_registry (const char *image)
{
  const char *slash = strchr (image, '/');
  g_autofree char *first = slash ? g_strndup (image, (size_t) (slash - image)) : NULL;

  if (first && (strpbrk (first, ".:") || g_str_equal (first, "localhost")))
    return g_steal_pointer (&first);
  return g_strdup ("docker.io");
}
