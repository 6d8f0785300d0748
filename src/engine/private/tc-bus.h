/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"

G_BEGIN_DECLS

/** TcNews: what changed since the last news: newest form of each. Moved to the main thread. */
typedef struct
{
  GHashTable *executions;     /* execution id → TcExecutionNews */
  GHashTable *logs;           /* execution id → uint64_t* entries readable now */
  GHashTable *flows;          /* "namespace\nid" (set) */
  GPtrArray  *pulls;          /* TcValue*, newest of each image */
  TcValue    *status;         /* or NULL */
} TcNews;
typedef struct
{
  TcHead     *head;
  GHashTable *places;         /* run id → index + 1 in @runs */
  GPtrArray  *runs;           /* TcTaskRun* */
} TcExecutionNews;
void tc_news_free (TcNews *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcNews, tc_news_free)

/**
 * TcBus: gathers changes on the engine's thread and hands them to the owner's context, one batch at a time and at most one each 16 ms. The next
 * one leaves when the last was taken, so a slow main thread gets fewer, larger batches, and memory stays bounded by what exists.
 */
typedef struct _TcBus TcBus;
typedef void (*TcNewsFunc) (gpointer data, const TcNews *news);       /* on the owner's context */

TcBus *tc_bus_new       (GMainContext *engine, GMainContext *owner, TcNewsFunc func, gpointer data);
void   tc_bus_free      (TcBus *self);                                 /* engine's thread, or after it ended */
void   tc_bus_close     (TcBus *self);                                 /* owner's thread: no call follows */
void   tc_bus_execution (TcBus *self, const TcHead *head, const GPtrArray *runs);
void   tc_bus_logs      (TcBus *self, const char *execution_id, uint64_t n);
void   tc_bus_flow      (TcBus *self, const char *namespace_, const char *id);
void   tc_bus_pull      (TcBus *self, TcValue *pull);
void   tc_bus_status    (TcBus *self, TcValue *status);

G_END_DECLS
