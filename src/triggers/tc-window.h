/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-value.h"

G_BEGIN_DECLS

/**
 * A window of time in which several conditions must have come true, as a record {start, end: microseconds, results: {name: true}, outputs: {…}}.
 * Pure, any thread. Source: Kestra's MultipleConditionWindow and MultipleConditionStorageInterface.getOrCreate(); spec §3.5.
 */

/** tc_time_window_new: the window around @at_us by @rule, a `timeWindow` map, or NULL: a day. Days and hours are those of @zone. An unusable rule
 * counts as a day. Caller owns the map. */
TcValue *tc_time_window_new      (const TcValue *rule, int64_t at_us, GTimeZone *zone);
/** tc_time_window_is_open: whether @at_us is inside; a stored record that is not understood is not open. */
gboolean tc_time_window_is_open  (const TcValue *window, int64_t at_us);

G_END_DECLS
