/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/*
 * Flow triggers: one execution starts others. Engine's thread, but where said.
 *
 * F1 A change of state that some trigger listens to is stored together with a row that asks for its evaluation (kind FLOW_TRIGGER).
 * F2 What an evaluation changes in windows, and which flows it starts, is stored together in place of that row.
 * F3 The ids of the executions that it starts are derived from the row: carried out again after a crash, it finds what it made before.
 * So every change of state fires once. One worker evaluates at a time, all that waits, in order: windows see events in order.
 */
/** tc_triggers_new: @scheduling: this engine evaluates triggers that go by time (tc-scheduler.h). */
TcTriggers *tc_triggers_new   (gboolean scheduling);
void        tc_triggers_free  (TcTriggers *self);

/** TcTriggersFound: flows with triggers, and open windows, as the store has them. */
typedef struct
{
  GHashTable *flows;            /* "NAMESPACE\nID" → TcFlow */
  TcValue    *windows;          /* map by tc_flow_trigger_window() */
  TcValue    *states;           /* tc_scheduler_find() */
} TcTriggersFound;
/** tc_triggers_find: worker. NULL and @error. */
TcTriggersFound *tc_triggers_find (TcSite *site, GError **error);
void        tc_triggers_found_free (TcTriggersFound *self);
/** tc_triggers_begin: takes what was found, before anything is executed. */
void        tc_triggers_begin (TcCore *core, TcTriggersFound *found);

/** A new revision of a flow was stored, or the flow was deleted. */
void        tc_triggers_saved   (TcCore *core, const TcFlow *flow);
void        tc_triggers_deleted (TcCore *core, const char *namespace_, const char *id);

/** tc_triggers_note: the history of @live grew beyond @n_before: adds rows to @batch (F1). What is returned (or NULL) goes to
 * tc_triggers_fire() once the batch is durable; until then @live counts as at work. */
GPtrArray  *tc_triggers_note    (TcLive *live, size_t n_before, TcBatch *batch);
void        tc_triggers_fire    (TcCore *core, GPtrArray *noted);                    /* takes */
/** tc_triggers_resume: a row that was found after a restart. */
void        tc_triggers_resume  (TcLive *live, const TcValue *row);

G_END_DECLS
