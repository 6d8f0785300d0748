/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"

G_BEGIN_DECLS

/**
 * TcLogItem: the place of one log line; its text is read when a row asks for it. Main thread.
 * Property (read-only): line (pointer to TcLogLine, NULL: not read yet).
 */
#define TC_TYPE_LOG_ITEM (tc_log_item_get_type ())
G_DECLARE_FINAL_TYPE (TcLogItem, tc_log_item, TC, LOG_ITEM, GObject)

const TcLogLine *tc_log_item_get_line (TcLogItem *self);      /* borrowed, or NULL */

/**
 * TcLogModel: a GListModel over the log of one execution. Lines are read in blocks of 256 on a worker and at most 64 blocks are kept, so
 * memory does not grow with the log. A filter makes an array of the numbers of matching lines, built by the worker in pieces. Main thread.
 *
 * Signals: counted ()   totals changed
 */
#define TC_TYPE_LOG_MODEL (tc_log_model_get_type ())
G_DECLARE_FINAL_TYPE (TcLogModel, tc_log_model, TC, LOG_MODEL, GObject)

TcLogModel *tc_log_model_new         (TcEngine *engine, const char *execution_id);
/** tc_log_model_refresh: look for new lines; many calls become few reads. */
void        tc_log_model_refresh     (TcLogModel *self);
/** tc_log_model_set_filter: only lines of @level and above that contain @needle (any case; NULL: all). */
void        tc_log_model_set_filter  (TcLogModel *self, TcLevel level, const char *needle);
guint64     tc_log_model_get_total   (TcLogModel *self);                       /* lines, whatever the filter */
guint64     tc_log_model_get_n_level (TcLogModel *self, TcLevel level);
gboolean    tc_log_model_is_busy     (TcLogModel *self);                       /* lines are still being counted or filtered */

G_END_DECLS
