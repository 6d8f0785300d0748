/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"
#include "tc-run-item.h"

G_BEGIN_DECLS

/**
 * TcExecutionItem: an execution as views show it: the newest head, and once tc_execution_item_load() was called its task runs as a tree. One
 * object per id (TcSession hands it out), so all views agree. Main thread.
 *
 * Properties (read-only): head (TcHead boxed, NULL until known), n-logs (uint64), pull (TcValue boxed: newest image pull, or NULL),
 *                         error (string: why it could not be loaded, or NULL)
 * Signals: runs-changed (GPtrArray *runs)   TcTaskRun*, newest forms of what changed; borrowed
 *          tick ()                          some times a second while it runs and someone watches: clocks are drawn again
 */
#define TC_TYPE_EXECUTION_ITEM (tc_execution_item_get_type ())
G_DECLARE_FINAL_TYPE (TcExecutionItem, tc_execution_item, TC, EXECUTION_ITEM, GObject)

TcExecutionItem *tc_execution_item_new       (const char *id, const TcHead *head);      /* @head or NULL */
const char      *tc_execution_item_get_id    (TcExecutionItem *self);
const TcHead    *tc_execution_item_get_head  (TcExecutionItem *self);                   /* borrowed, or NULL */
TcState          tc_execution_item_get_state (TcExecutionItem *self);                   /* CREATED while nothing is known */
gboolean         tc_execution_item_is_live   (TcExecutionItem *self);                   /* known and not terminated */
int64_t          tc_execution_item_get_elapsed (TcExecutionItem *self);                 /* µs from creation to end or now */
const char      *tc_execution_item_get_source (TcExecutionItem *self);                  /* of the flow as executed, NULL: not loaded */
guint64          tc_execution_item_get_n_logs (TcExecutionItem *self);
const TcValue   *tc_execution_item_get_pull  (TcExecutionItem *self);
const char      *tc_execution_item_get_error (TcExecutionItem *self);
GListStore      *tc_execution_item_get_runs  (TcExecutionItem *self);                   /* TcRunItem without parent; borrowed */
TcRunItem       *tc_execution_item_find_run  (TcExecutionItem *self, const char *task_run_id);   /* borrowed, or NULL */
GPtrArray       *tc_execution_item_list_runs (TcExecutionItem *self);                   /* (transfer full): TcTaskRun* in order of creation */

/** tc_execution_item_load: reads its task runs, once; changes that arrive meanwhile win. */
void             tc_execution_item_load      (TcExecutionItem *self, TcEngine *engine);
/* What the engine says; called by TcSession. */
void             tc_execution_item_update    (TcExecutionItem *self, const TcHead *head, GPtrArray *runs);
void             tc_execution_item_set_n_logs (TcExecutionItem *self, guint64 n);
void             tc_execution_item_set_pull  (TcExecutionItem *self, const TcValue *pull);
/** tc_execution_item_watch: between watch and unwatch `tick` is emitted while the execution runs. Call at map and unmap. */
void             tc_execution_item_watch     (TcExecutionItem *self);
void             tc_execution_item_unwatch   (TcExecutionItem *self);

/** TcExecutionCount: executions that are not over: at work, waiting for somebody to go on, waiting for their turn or time. */
typedef struct
{
  guint running, paused, queued;
} TcExecutionCount;

G_END_DECLS
