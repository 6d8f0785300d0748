/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/* Texts for people, in their language. Callers free. Main thread. */

/** tc_format_duration: "0.4 s", "12.3 s", "3 min 04 s", "2 h 05 min". @us in microseconds; negative counts as 0. */
char *tc_format_duration (int64_t us);
/** tc_format_time: today's times as "14:03:22", others with their date. @us since the epoch, shown in local time. */
char *tc_format_time     (int64_t us);
/** tc_format_clock: "14:03:22.031", for log lines. */
char *tc_format_clock    (int64_t us);
/** tc_format_pull: "61 % · 18.4 MB of 30.1 MB · 2 of 5 layers", or what is known of it. @pull as in TcEngine's pull-changed. */
char *tc_format_pull     (const TcValue *pull);

G_END_DECLS
