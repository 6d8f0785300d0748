/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-log-model.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** TcLogRow: draws one log line with one layout; a label a line would cost four times as much. Main thread. */
#define TC_TYPE_LOG_ROW (tc_log_row_get_type ())
G_DECLARE_FINAL_TYPE (TcLogRow, tc_log_row, TC, LOG_ROW, GtkWidget)

GtkWidget *tc_log_row_new      (void);
void       tc_log_row_set_item (TcLogRow *self, TcLogItem *item);     /* NULL: none */
/** tc_log_line_text: the line as it is copied: time, level, task, message. Caller frees. */
char      *tc_log_line_text    (const TcLogLine *line);

G_END_DECLS
