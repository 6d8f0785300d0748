/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-scheduler.h"
#include "tc-schedule.h"

G_BEGIN_DECLS

typedef enum
{
  TC_PLANNED_BEGIN,
  TC_PLANNED_STEP,                /* the state is due */
  TC_PLANNED_ENDED,               /* its execution ended in @end */
  TC_PLANNED_REST,                /* nothing of it is due until it changes */
  TC_PLANNED_UNLOCK,
  TC_PLANNED_ENABLE,
  TC_PLANNED_DISABLE,
  TC_PLANNED_BACKFILL,
  TC_PLANNED_PAUSE_BACKFILL,
  TC_PLANNED_RESUME_BACKFILL,
  TC_PLANNED_DELETE_BACKFILL,
} TcPlannedKind;

/** TcPlanned: one look at the state of one trigger. Moved to a worker and back. */
typedef struct
{
  TcPlannedKind kind;
  char     *namespace, *flow_id, *trigger_id;
  GCancellable *cancellable;
  TcSite   *site;
  TcFlow   *flow;                 /* or NULL, with @trigger: it is not there, or switched off in the flow */
  TcValue  *trigger;
  TcValue  *state;                /* or NULL: it is new */
  TcState   end;
  TcValue  *request;              /* or NULL */
  int64_t   now_us;
  TcSchedulerAnswer answer;       /* or NULL */
  gpointer  answer_data;

  /* found by the worker */
  TcValue  *after;                /* or NULL: unchanged */
  GError   *error;
  gboolean  fires;
  char     *execution_id, *failure;
  TcValue  *variables, *inputs, *labels;
  int64_t   schedule_us;
} TcPlanned;
TcPlanned *tc_planned_new  (TcPlannedKind kind, const char *namespace_, const char *flow_id, const char *trigger_id);
void       tc_planned_free (gpointer self);
void       tc_planned_run  (TcPlanned *self);                      /* worker */
/** tc_planned_answer: calls @answer, which there is; a job that is freed before has one that says so. */
void       tc_planned_answer (TcPlanned *self, const TcValue *state, const GError *error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcPlanned, tc_planned_free)

/** tc_planned_to_kestra: a state as Kestra's REST API shows it: dates as texts. @state or NULL. Caller owns the map. */
TcValue   *tc_planned_state_to_kestra (const char *namespace_, const char *flow_id, const char *trigger_id, const TcValue *state);
TcValue   *tc_planned_to_kestra (const TcPlanned *self, const TcValue *state);

G_END_DECLS
