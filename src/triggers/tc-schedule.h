/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-condition.h"

G_BEGIN_DECLS

/**
 * TcSchedule: a Schedule or ScheduleOnDates trigger, ready to say dates. Its state is a record (map) that is kept for it; dates are microseconds:
 *   date                the last planned date that was looked at
 *   nextExecutionDate   the next one; absent: none
 *   executionId         the execution that it started and waits for
 *   disabled            switched off by the user, a task, or `stopAfter`
 *   backfill            {start, end, currentDate, paused, previousNextExecutionDate?, inputs?, labels?}: dates that are made up for
 *   definition          the trigger as it was when the next date was found
 * Functions that give a state return a new one, which the caller owns; the argument is borrowed. They render, so: worker.
 * Source: Kestra's Schedule, ScheduleOnDates, AbstractScheduler; spec/core-tasks-and-triggers.md §3.2–3.4.
 */
typedef struct _TcSchedule TcSchedule;
/** tc_schedule_new: NULL and @error (of the trigger or of rendering): it cannot say dates. @trigger is borrowed for the schedule's life. */
TcSchedule *tc_schedule_new   (const TcValue *trigger, const TcConditionWorld *world, GError **error);
void        tc_schedule_free  (TcSchedule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcSchedule, tc_schedule_free)
gboolean    tc_schedule_is    (const TcValue *trigger);                     /* of one of the two types */

/** tc_schedule_begin: when the engine starts, or the flow was saved. @state NULL: the trigger is new. What was missed is treated by
 * `recoverMissedSchedules`. */
TcValue    *tc_schedule_begin (TcSchedule *self, const TcValue *state, const TcConditionWorld *world, int64_t now_us);
/** tc_schedule_is_due: by a state alone. Any thread. */
gboolean    tc_schedule_is_due (const TcValue *trigger, const TcValue *state, int64_t now_us);

/** TcScheduleStep: what one planned date means. */
typedef struct
{
  TcValue *state;           /* after it; owned */
  gboolean fires;
  int64_t  date_us;         /* the planned date */
  TcValue *variables;       /* what `{{ trigger.… }}` is; owned; or NULL */
  char    *failure;         /* it fires, and the execution fails at once: a condition cannot be evaluated; owned; or NULL */
} TcScheduleStep;
/** tc_schedule_step: @state is due. Clear the result with tc_schedule_step_clear(). */
void        tc_schedule_step  (TcSchedule *self, const TcValue *state, const TcConditionWorld *world, int64_t now_us, TcScheduleStep *step);
void        tc_schedule_step_clear (TcScheduleStep *step);

/** tc_schedule_ended: the execution that it waits for has ended in @end. @self NULL: the trigger is not there any more, or not usable. */
TcValue    *tc_schedule_ended (TcSchedule *self, const TcValue *trigger, const TcValue *state, TcState end, const TcConditionWorld *world,
                               int64_t now_us);
/** tc_schedule_toggle: switched on or off by hand. @self NULL: as above. */
TcValue    *tc_schedule_toggle (TcSchedule *self, const TcValue *state, gboolean disabled, const TcConditionWorld *world, int64_t now_us);
/** tc_schedule_backfill: dates from `start` to `end` (default: now) of @request {start, end?, inputs?, labels?, paused?}, dates as texts, are
 * made up for. NULL and @error: there is none, or the request is wrong. */
TcValue    *tc_schedule_backfill (TcSchedule *self, const TcValue *state, const TcValue *request, const TcConditionWorld *world, int64_t now_us,
                                  GError **error);
/** tc_schedule_end_backfill: what is left of it is not made up for. */
TcValue    *tc_schedule_end_backfill (const TcValue *state);

G_END_DECLS
