/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-run-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** TcGanttScale: the time that a chart shows; shared by its cells. Microseconds since the epoch. */
typedef struct { int64_t start_us, end_us; } TcGanttScale;

/** TcGanttCell: the states of one task run as bars on a time scale. Main thread. */
#define TC_TYPE_GANTT_CELL (tc_gantt_cell_get_type ())
G_DECLARE_FINAL_TYPE (TcGanttCell, tc_gantt_cell, TC, GANTT_CELL, GtkWidget)

/** tc_gantt_cell_new: @scale is borrowed and must outlive the cell's use. */
GtkWidget *tc_gantt_cell_new      (const TcGanttScale *scale);
void       tc_gantt_cell_set_item (TcGanttCell *self, TcRunItem *item);     /* NULL: none */

G_END_DECLS
