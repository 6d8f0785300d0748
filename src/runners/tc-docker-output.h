/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * TcDockerOutput: writes a container's log into the `output` file of its run, each frame exactly once, also over restarts of either side.
 *
 * Frames carry the daemon's own times. The daemon gives them again from a time on, in the order of its log, so a reader that comes back asks
 * for those since a little before the newest it has (streams may be a little out of order), and leaves out as many as it has from then on.
 * When the disk is full nothing is taken (may_take says FALSE) until there is room.
 */
typedef struct _TcDockerOutput TcDockerOutput;

TcDockerOutput *tc_docker_output_new      (const char *path);      /* opens for appending; open errors come with the first frame */
void            tc_docker_output_free     (TcDockerOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDockerOutput, tc_docker_output_free)
/** tc_docker_output_scan: before following a log again: cuts off an incomplete frame and finds out what is there. Blocks: worker thread.
 * FALSE and @error: the file cannot be read. */
gboolean        tc_docker_output_scan     (TcDockerOutput *self, GError **error);
int64_t         tc_docker_output_since_ns (const TcDockerOutput *self);       /* after scan: what to ask the daemon for; 0: all */
/** tc_docker_output_again: the log will be read from the same time on once more. TRUE: so much of it is known that a scan, to begin later,
 * would pay. */
gboolean        tc_docker_output_again    (TcDockerOutput *self);
/** tc_docker_output_tail: the log will be read once more from a few seconds before its newest frame on. Knows what of that it has. */
void            tc_docker_output_tail     (TcDockerOutput *self);
void            tc_docker_output_frame    (TcDockerOutput *self, int stream, int64_t time_ns, const char *bytes, size_t length);
/** tc_docker_output_flush: tries to write what waits. FALSE: something waits still. */
gboolean        tc_docker_output_flush    (TcDockerOutput *self);
int             tc_docker_output_errno    (const TcDockerOutput *self);       /* why it waits, or 0 */
gboolean        tc_docker_output_failed   (const TcDockerOutput *self);       /* for a reason that waiting does not mend */
uint64_t        tc_docker_output_bytes    (const TcDockerOutput *self);       /* written so far, complete frames */
void            tc_docker_output_cut      (TcDockerOutput *self);             /* gives up what waits: the file ends with a complete frame */

G_END_DECLS
