/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FakeServer: an HTTP server on a Unix socket, on a thread of its own, that says what the test tells it to. A rule answers requests whose
 * line begins with @request ("GET /x"); what is sent is @answer, byte for byte, in pieces of @piece bytes (0: whole) with 2 ms between them,
 * then the connection is closed, unless @keep.
 */
typedef struct _FakeServer FakeServer;
typedef struct
{
  const char *request, *answer;
  size_t      length;         /* 0: of the text */
  size_t      piece;
  gboolean    keep, hang;     /* hang: no answer at all */
} FakeRule;

FakeServer *fake_server_new   (const FakeRule *rules, size_t n);
void        fake_server_free  (FakeServer *self);
const char *fake_server_path  (FakeServer *self);
char       *fake_server_seen  (FakeServer *self);        /* all requests so far, as they came; chunked bodies decoded */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)


G_END_DECLS
