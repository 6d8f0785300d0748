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
/* The same with the full resolution of java.time.Duration; @nanos is 0 … 999,999,999 also for negative durations. */
gboolean  tc_duration_parse_parts  (const char *text, int64_t *seconds, int32_t *nanos);
char     *tc_duration_format_parts (int64_t seconds, int32_t nanos);

char     *tc_time_format_us      (int64_t us);                /* "2026-01-02T03:04:05.123456Z", as java.time.Instant.toString() */
char     *tc_time_format         (const TcTime *time);        /* the same in the time's own offset, "+02:00" instead of Z */
gboolean  tc_time_parse          (const char *text, TcTime *time);   /* ISO-8601 instant or with offset; a zone in brackets is ignored */

/** Calendar of ISO 8601 (proleptic Gregorian), days since 1970-01-01. tc_civil_days: FALSE if there is no such day. */
gboolean  tc_civil_days          (int64_t year, int month, int day, int64_t *days);
void      tc_civil_from_days     (int64_t days, int64_t *year, int *month, int *day);

/** Numbers as java.lang.Double.toString() and Float.toString() print them: "1.0", "1.0E10", "NaN". Caller frees. */
char     *tc_double_format       (double number);
char     *tc_float_format        (float number);

/** UTF-8, U+0000 allowed. check: bytes up to the first invalid one (@length: all valid). make_valid: invalid bytes become U+FFFD, caller
 * frees, @made may be NULL. count: characters of a valid text. */
size_t    tc_utf8_check          (const char *text, size_t length);
char     *tc_utf8_make_valid     (const char *text, size_t length, size_t *made);
size_t    tc_utf8_count          (const char *text, size_t length);

/** tc_text_hash: for hash tables of this process: salted with a load address, so that nobody can prepare texts that collide. */
uint64_t  tc_text_hash           (const char *text, size_t length);

/** tc_path_is_inside: whether @path is relative, has no empty, `.` or `..` segment and no NUL: safe below a root. */
gboolean  tc_path_is_inside      (const char *path);

/** TcFd: a descriptor with one owner, close-on-exec at creation. -1: none. */
typedef int TcFd;
void      tc_fd_clear            (TcFd *fd);
int       tc_fd_steal            (TcFd *fd);
void      tc_fd_close            (TcFd fd);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (TcFd, tc_fd_close, -1)

G_END_DECLS
