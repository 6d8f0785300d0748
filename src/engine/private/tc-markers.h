/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"

G_BEGIN_DECLS

/**
 * TcMarker: what a line `::{…}::` of a program's output says (spec/scripts-and-runners.md §3.2; Kestra: TaskLogLineMatcher). Plain data.
 */
typedef struct
{
  TcValue   *outputs;     /* map, or NULL */
  GPtrArray *metrics;     /* TcValue*: {name, type, value, tags}; timers in milliseconds */
  GPtrArray *logs;        /* TcValue*: {level: INT of TcLevel, message} */
} TcMarker;

/** tc_marker_is: whether the whole line is a marker. Such a line is swallowed, even if it cannot be read. */
gboolean  tc_marker_is    (const char *line, size_t length);
/** tc_marker_read: FALSE and @error: nothing of the line counts. */
gboolean  tc_marker_read  (const char *line, size_t length, TcMarker *marker, GError **error);
void      tc_marker_clear (TcMarker *marker);

/** tc_outputs_merge: @over on @outputs (taken, or NULL): the last one wins for each top-level key; a null drops it. */
TcValue  *tc_outputs_merge (TcValue *outputs, const TcValue *over);
/** tc_metrics_add: to @metrics (TcValue*), where equal names, types and tags become one: counters and timers add up, a gauge is the last. */
void      tc_metrics_add   (GPtrArray *metrics, const TcValue *metric);
TcValue  *tc_metric_new    (TcMetricKind kind, const char *name, double value, const TcValue *tags);

G_END_DECLS
