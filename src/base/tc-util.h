/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/** tc_id_new: a random identifier as Kestra makes them: base 62 of a random UUID, at most 22 characters. Caller frees. Any thread. */
char     *tc_id_new              (void);

/**
 * TcClock: the only way in which the layers below storage learn the time. Microseconds since the epoch, UTC.
 * tc_clock_system() is the machine's; tests pass their own.
 */
typedef struct
{
  int64_t (*now_us) (gpointer self);
  gpointer  self;
} TcClock;
const TcClock *tc_clock_system   (void);
int64_t   tc_clock_now_us        (const TcClock *self);

/** tc_duration_parse: ISO-8601 PnDTnHnMnS as java.time.Duration.parse, or a plain number of seconds. FALSE: not a duration. */
gboolean  tc_duration_parse      (const char *text, int64_t *us);
char     *tc_duration_format     (int64_t us);                /* as java.time.Duration.toString(): "PT1H30M0.5S" */
char     *tc_time_format_us      (int64_t us);                /* "2026-01-02T03:04:05.123456Z", as java.time.Instant.toString() */
gboolean  tc_time_parse          (const char *text, TcTime *time);   /* ISO-8601 instant or with offset */

/** tc_path_is_inside: whether @path is relative, has no empty, `.` or `..` segment and no NUL: safe below a root. */
gboolean  tc_path_is_inside      (const char *path);

/** TcFd: a descriptor with one owner, close-on-exec at creation. -1: none. */
typedef int TcFd;
void      tc_fd_clear            (TcFd *fd);
int       tc_fd_steal            (TcFd *fd);
void      tc_fd_close            (TcFd fd);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (TcFd, tc_fd_close, -1)

G_END_DECLS
