/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flowable.h"

G_BEGIN_DECLS

TcGroup  tc_group_of        (TcPass *pass, const TcTaskRun *run);       /* @run NULL: of the flow */

/* tc-next.c: which list counts, and what of it starts (spec/flow-language.md §4.2, §4.3; Kestra: FlowableUtils). */
typedef enum
{
  TC_TURN_WAIT,        /* a retry is pending: nothing may start, nothing has ended */
  TC_TURN_TASKS, TC_TURN_ERRORS, TC_TURN_FINALLY,
  TC_TURN_END,         /* nothing is left to run after a failure */
} TcTurn;
TcTurn   tc_next_turn       (TcPass *pass, const TcGroup *group);
gboolean tc_next_in_order   (TcPass *pass, const TcGroup *group, const TcTaskList *list, int iteration);   /* TRUE: one is open or was created */
gboolean tc_next_has_any    (const TcTaskList *list);                                     /* a task that is not disabled */
size_t   tc_next_after      (const TcTaskList *list, const TcTask *task);                 /* index of the next task that is not disabled, or the length */
gboolean tc_next_has_failed (TcPass *pass, const TcGroup *group);                         /* some run of its tasks is FAILED */
void     tc_next_create     (TcPass *pass, const TcGroup *group, const TcTask *task, const char *value, int iteration);

/* tc-resolve.c: the state of a parent (§4.4). */
void     tc_resolve         (TcPass *pass, const char *parent_id);      /* drives the group of @parent_id, NULL: the flow: next runs or its end */
TcState  tc_resolve_guess   (TcPass *pass, const TcGroup *group);       /* by the runs of its tasks alone */
TcState  tc_resolve_allow   (const TcTask *task, TcState state);        /* after allowFailure, allowWarning */
void     tc_resolve_close   (TcPass *pass, const char *parent_id, TcState state);   /* the parent has ended: so do its children that wait */

G_END_DECLS
