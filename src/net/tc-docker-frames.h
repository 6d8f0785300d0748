/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * TcDockerFrames: the multiplexed stream of attach and logs (Engine API, "Stream format"), however the bytes arrive. With timestamps every
 * frame begins with an RFC 3339 time and a blank, which is taken off.
 */
typedef struct _TcDockerFrames TcDockerFrames;
typedef void (*TcDockerFrameFunc) (gpointer data, int stream, int64_t time_ns, const char *bytes, size_t length);   /* time 0: none */

TcDockerFrames *tc_docker_frames_new  (gboolean timestamps);
void            tc_docker_frames_free (TcDockerFrames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDockerFrames, tc_docker_frames_free)
/** tc_docker_frames_feed: FALSE: this is not such a stream (an unknown stream number, or a frame beyond 16 MiB). */
gboolean        tc_docker_frames_feed (TcDockerFrames *self, const char *bytes, size_t length, TcDockerFrameFunc func, gpointer data);

G_END_DECLS
