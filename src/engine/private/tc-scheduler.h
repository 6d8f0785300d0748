/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

/*
 * Triggers that go by time. Each has a state (tc-schedule.h), a row of the store; one job at a time looks at it, on a worker, as that may render.
 * Engine's thread, but where said.
 *
 * S1 The state after a planned date and the execution that the date starts are one transaction: a date that was missed by a crash is missed, or made
 *    up for, as any other; none starts two executions.
 * S2 While its execution runs, the trigger is locked by that execution's id. After a restart a lock whose execution has ended is opened.
 */

/** tc_scheduler_find: states as the store has them, LIST of {namespace, flowId, triggerId, record, end?: state of the execution that it is locked
 * by}. Worker. NULL and @error. */
TcValue *tc_scheduler_find    (TcSite *site, GError **error);
/** tc_scheduler_begin: once executions are back in memory. */
void     tc_scheduler_begin   (TcCore *core, const TcValue *states);

/** A flow has a new text, which tc_triggers_saved() knows already, or is deleted. */
void     tc_scheduler_saved   (TcCore *core, const TcFlow *flow);
void     tc_scheduler_deleted (TcCore *core, const char *namespace_, const char *id);
void     tc_scheduler_ended   (TcLive *live);             /* a step said that it is over */

void     tc_scheduler_close   (TcCore *core);             /* polls that wait for others stop */

/** @state: as the REST API shows it; or @error. */
typedef void (*TcSchedulerAnswer) (const TcValue *state, const GError *error, gpointer data);
/** tc_scheduler_command: @command: "enable", "disable", "unlock", "backfill", "pause-backfill", "resume-backfill", "delete-backfill". */
void     tc_scheduler_command (TcCore *core, const char *namespace_, const char *flow_id, const char *trigger_id, const char *command,
                               const TcValue *args, TcSchedulerAnswer answer, gpointer data);
/** tc_scheduler_list: LIST of all triggers of all flows as the REST API shows states, with `type` besides. Caller owns it. */
TcValue *tc_scheduler_list    (TcCore *core);

void     tc_scheduler_entry_free (gpointer entry);        /* for tc_triggers_new() */

G_END_DECLS
