/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

#define TC_CRON_ERROR (tc_cron_error_quark ())
GQuark tc_cron_error_quark (void);
typedef enum
{
  TC_CRON_ERROR_TEXT,       /* no cron expression; the message says what of it is wrong */
} TcCronError;

/**
 * TcCron: a cron expression as Kestra reads it (cron-utils): minute, hour, day, month, weekday, or a name such as `@daily`; with seconds a
 * first field more. `*`, lists, ranges, steps; names of months and weekdays; 0 and 7 are Sunday. If both day and weekday are restricted, either is
 * enough. Immutable, any thread.
 */
typedef struct _TcCron TcCron;
TcCron  *tc_cron_new      (const char *text, gboolean with_seconds, GError **error);
void     tc_cron_free     (TcCron *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcCron, tc_cron_free)

/**
 * tc_cron_next, tc_cron_previous: the closest date after or before @at_s, seconds since the epoch, as clocks on the wall in @zone show it; FALSE:
 * there is none within 40 years. A time of day that is skipped when clocks go forward is left out. One that comes twice when they go back counts
 * once, the first time, unless the expression means an interval: several times in that hour, or this hour and the next.
 */
gboolean tc_cron_next     (const TcCron *self, GTimeZone *zone, int64_t at_s, int64_t *found_s);
gboolean tc_cron_previous (const TcCron *self, GTimeZone *zone, int64_t at_s, int64_t *found_s);

G_END_DECLS
