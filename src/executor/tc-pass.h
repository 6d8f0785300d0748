/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-executor.h"
#include "tc-job.h"

G_BEGIN_DECLS

/**
 * TcPass: one step in the making: what was, plus what this event has changed so far. All mechanisms of this folder read and change an
 * execution through it and never touch @now. Runs that tc_pass_edit() gives out are private to the pass until the step is handed over.
 *
 * Memory of a run or head (its memo): "serial" (of its last effect) and "pending" (effect id → {kind, for, at, attempt, payload}: what waits
 * for an answer); the rest belongs to the mechanism that wrote it.
 */
typedef struct
{
  const TcFlow      *flow;
  const TcExecution *now;
  const TcEvent     *event;
  const TcSituation *situation;
  TcStep            *step;
  GHashTable        *edited;     /* run id → TcTaskRun of step->runs */
  GHashTable        *found;      /* "task\nparent\nvalue" → TcTaskRun created in this pass */
  GHashTable        *added;      /* parent id or "" → GPtrArray of TcTaskRun created in this pass */
  GHashTable        *tallies;    /* parent id or "" → int[TC_N_STATES], differences to @now */
  GHashTable        *removed;    /* set of run ids */
  GHashTable        *ended;      /* parent id → GArray of int: loop groups with a run that ended, until the loop has seen them */
  gboolean           pausing;    /* a Pause has begun in this pass: what was created beside it still starts */
  GHashTable        *looked;     /* after a standstill: set of the loops that have looked through all their groups; else NULL */
  GHashTable        *queued;     /* set of what stands in work */
  GQueue             work;       /* char*: "s" + run id: to start; "g" + run id or nothing: a group to drive */
  GError            *error;      /* set: the step is given up */
} TcPass;

void             tc_pass_init         (TcPass *self, const TcFlow *flow, const TcExecution *now, const TcEvent *event,
                                       const TcSituation *situation, TcStep *step);
void             tc_pass_clear        (TcPass *self);
void             tc_pass_fail         (TcPass *self, TcExecutorError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
int64_t          tc_pass_at           (const TcPass *self);                          /* the event's time */

/* Head. tc_pass_edit_head() gives the private copy. */
const TcHead    *tc_pass_head         (const TcPass *self);
TcHead          *tc_pass_edit_head    (TcPass *self);
TcState          tc_pass_state        (const TcPass *self);
void             tc_pass_set_state    (TcPass *self, TcState state);
gboolean         tc_pass_may_start    (const TcPass *self);                          /* whether new runs may be created and begun now */

/* Runs: borrowed; NULL if there is none. */
const TcTaskRun *tc_pass_run          (const TcPass *self, const char *run_id);
const TcTaskRun *tc_pass_find         (const TcPass *self, const char *task_id, const char *parent_id, const char *value);
size_t           tc_pass_n_children   (const TcPass *self, const char *parent_id);   /* slots, the removed ones included */
const TcTaskRun *tc_pass_child        (const TcPass *self, const char *parent_id, size_t index);      /* NULL: removed */
guint            tc_pass_count        (const TcPass *self, const char *parent_id, TcState state);     /* O(1) */
guint            tc_pass_count_open   (const TcPass *self, const char *parent_id);   /* children that are not terminated */
gboolean         tc_pass_is_fresh     (const TcPass *self, const char *run_id);      /* created in this pass */
const TcTask    *tc_pass_task         (const TcPass *self, const TcTaskRun *run);    /* NULL: the flow has no such task any more; of a run that a
                                                                                        ForEachItem makes: the ForEachItem */
TcTaskRun       *tc_pass_edit         (TcPass *self, const TcTaskRun *run);
TcTaskRun       *tc_pass_create_named (TcPass *self, const char *task_id, const char *parent_id, const char *value, int iteration);
TcTaskRun       *tc_pass_create       (TcPass *self, const TcTask *task, const char *parent_id, const char *value, int iteration);
void             tc_pass_remove       (TcPass *self, const char *run_id);            /* its descendants too */
void             tc_pass_next_generation (TcPass *self);                             /* ids of runs made from here on differ from those removed */
void             tc_pass_set_run_state (TcPass *self, TcTaskRun *run, TcState state);

int              tc_pass_group_of     (const TcTaskRun *run);    /* which value of the loop around it, -1: none; a LoopUntil counts up its iteration */
void             tc_pass_note_ended   (TcPass *self, const TcTaskRun *run);          /* for loops: its group may go on */
gboolean         tc_pass_must_look    (TcPass *self, const char *parent_id);         /* once for each loop after a standstill */
GArray          *tc_pass_take_ended   (TcPass *self, const char *parent_id);         /* of int, or NULL; caller frees */

/* Memory; @item is taken, NULL forgets. */
void             tc_pass_remember      (TcTaskRun *run, const char *key, TcValue *item);
void             tc_pass_remember_head (TcPass *self, const char *key, TcValue *item);

/* Effects. @run NULL: of the execution. @payload is taken. The borrowed id is valid while the step is. */
const char      *tc_pass_effect       (TcPass *self, TcEffectKind kind, TcTaskRun *run, TcValue *payload);                  /* no answer awaited */
const char      *tc_pass_ask          (TcPass *self, TcEffectKind kind, TcTaskRun *run, const char *purpose, int64_t at_us, TcValue *payload);
void             tc_pass_log          (TcPass *self, TcTaskRun *run, TcLevel level, const char *format, ...) G_GNUC_PRINTF (4, 5);
/* The same with the number of the attempt that the entry belongs to, from 0; tc_pass_log() takes the one that Kestra gives such entries. */
void             tc_pass_log_attempt  (TcPass *self, TcTaskRun *run, TcLevel level, int attempt, const char *format, ...) G_GNUC_PRINTF (5, 6);
const TcValue   *tc_pass_pending      (const TcValue *memo);                         /* map of effect id → what waits, or NULL */
void             tc_pass_answered     (TcPass *self, TcTaskRun *run, const char *effect_id);
void             tc_pass_forget       (TcPass *self, TcTaskRun *run);                /* nothing of it is awaited any more */
/* Id and entry of the awaited effect of @kind with @purpose (NULL: any); NULL: none. */
const char      *tc_pass_awaits       (const TcTaskRun *run, TcEffectKind kind, const char *purpose);

/* Work to do before the pass ends, in order, each at most once at a time. */
void             tc_pass_queue_start  (TcPass *self, const char *run_id);
void             tc_pass_queue_group  (TcPass *self, const char *parent_id);         /* NULL: the flow */

G_END_DECLS
