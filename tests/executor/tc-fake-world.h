/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-executor.h"

G_BEGIN_DECLS

/**
 * TcFakeWorld: all that the engine does for executions, in memory and under a virtual clock: it carries out effects by itself and answers
 * them. Whole flows run in microseconds. After every step it checks the invariants below and dies with the seed if one does not hold:
 *   W1 every change of state is in the table; W2 an attempt has one start and one end; W3 a KILLED run or execution never changes again;
 *   W4 open attempts belong to open runs; W5 children that wait end with their parent; W6 no effect id is used twice.
 */
typedef struct _TcFakeWorld TcFakeWorld;

/** TcFakePlay: one execution of the world. */
typedef struct
{
  TcFakeWorld *world;
  const TcFlow *flow;
  TcExecution *execution;
  char        *waits_for;        /* effect id of the parent's SUBFLOW, or NULL */
  guint        parent;           /* index of the parent's play + 1; 0: none */
  GPtrArray   *logs;             /* char*: "task[value] LEVEL message" */
  GPtrArray   *journal;          /* TcEvent*, those that were taken */
  GArray      *slots;            /* int: TcSituation.n_running of each */
  GHashTable  *effect_ids;
  GHashTable  *stopped;          /* WORK ids that were stopped */
  guint        n_started;        /* WORK effects */
} TcFakePlay;

/** TcFakeWork: what a task does; fills @end (ENDED) and returns how long it takes. @rendered: its properties. */
typedef int64_t (*TcFakeWork) (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, TcEvent *end, gpointer data);

TcFakeWorld *tc_fake_world_new      (uint64_t seed);                     /* 0: events in order of time; else in random order */
void         tc_fake_world_free     (TcFakeWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcFakeWorld, tc_fake_world_free)
void         tc_fake_world_add_flow (TcFakeWorld *self, TcFlow *flow);   /* takes */
void         tc_fake_world_set_work (TcFakeWorld *self, TcFakeWork work, gpointer data);
guint        tc_fake_world_n_plays  (TcFakeWorld *self);
TcFakePlay  *tc_fake_world_play     (TcFakeWorld *self, guint index);
guint        tc_fake_world_n_steps  (TcFakeWorld *self);
int64_t      tc_fake_world_now      (TcFakeWorld *self);

/** tc_fake_world_start: an execution of @flow is created and submitted. */
TcFakePlay  *tc_fake_world_start    (TcFakeWorld *self, const TcFlow *flow, TcValue *inputs, TcValue *labels, TcValue *breakpoints);
TcFakePlay  *tc_fake_world_adopt    (TcFakeWorld *self, const TcFlow *flow, TcExecution *execution);   /* takes @execution; submits it */
/** tc_fake_world_turn: delivers one event; FALSE: nothing is due until @until_us. */
gboolean     tc_fake_world_turn     (TcFakeWorld *self, int64_t until_us);
void         tc_fake_world_run      (TcFakeWorld *self);                 /* until nothing is left to happen */
/** tc_fake_play_send: a command; FALSE and @error: refused. @payload is taken. */
gboolean     tc_fake_play_send      (TcFakePlay *play, TcEventKind kind, TcValue *payload, GError **error);
TcState      tc_fake_play_state     (TcFakePlay *play);
/** "cr,ru,S" and the like are hard to read: names joined by commas. Caller frees. */
char        *tc_fake_history        (const TcHistory *history);
/** One line per run: `id[value] STATE(attempts) <- parent`; the execution first. Caller frees. */
char        *tc_fake_play_describe  (TcFakePlay *play);
/** Replays the journal on a fresh copy and compares all records (J6). */
void         tc_fake_play_check_journal (TcFakePlay *play);

/* tc-fake-types.c: a registry of all types written in C. */
TcRegistry  *tc_fake_types          (void);
/* Compiles @yaml; dies if it has errors. */
TcFlow      *tc_fake_flow           (const char *yaml);
/* What a Log, Return or OutputValues does, with real rendering; other types: SUCCESS. */
int64_t      tc_fake_core_work      (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, TcEvent *end, gpointer data);
/* Renders all texts in @value as the scope of @run sees them. */
TcValue     *tc_fake_render         (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, const TcValue *value, GError **error);

G_END_DECLS
