/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TcRunItem: a task run as lists show it; keeps the newest record of its id. Main thread.
 * Property (read-only): run (TcTaskRun boxed), notified at each change.
 */
#define TC_TYPE_RUN_ITEM (tc_run_item_get_type ())
G_DECLARE_FINAL_TYPE (TcRunItem, tc_run_item, TC, RUN_ITEM, GObject)

TcRunItem       *tc_run_item_new          (const TcTaskRun *run);
const TcTaskRun *tc_run_item_get_run      (TcRunItem *self);
void             tc_run_item_set_run      (TcRunItem *self, const TcTaskRun *run);
GListStore      *tc_run_item_get_children (TcRunItem *self);                 /* TcRunItem in order of creation; borrowed */
/** tc_run_item_get_started: when the run first was RUNNING, 0: not yet. tc_run_item_get_ended: 0: not yet. Microseconds since the epoch. */
int64_t          tc_run_item_get_started  (TcRunItem *self);
int64_t          tc_run_item_get_ended    (TcRunItem *self);

/** tc_history_first: when @state was first entered, 0: never. tc_history_over: when a terminated history ended, else 0. */
int64_t          tc_history_first         (const TcHistory *self, TcState state);
int64_t          tc_history_over          (const TcHistory *self);

G_END_DECLS
