/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

typedef enum
{
  TC_PHASE_WAITING,       /* for a place among the running programs */
  TC_PHASE_PREPARING,     /* a worker renders, or does all of a job */
  TC_PHASE_RUNNING,       /* the runner has it */
  TC_PHASE_DRAINING,      /* it ended; the log thread reads what is left */
  TC_PHASE_COLLECTING,    /* a worker stores its files */
  TC_PHASE_ENDED,         /* its ENDED is being committed */
} TcPhase;

/** TcWork: a WORK effect in flight. In core->works from the dispatch of the effect until its ENDED is durable. Engine's thread. */
struct _TcWork
{
  TcCore   *core;
  TcLive   *live;
  char     *effect_id;
  TcOrder  *order;
  TcPhase   phase;
  gboolean  placed;           /* counts among the running programs */
  gboolean  stopping, timed_out;
  gboolean  following;        /* the log thread has its output */
  TcRun    *run;
  TcValue  *details;          /* of the runner: containerId …; or NULL */
  TcValue  *vars, *metrics;   /* found in its output, or NULL */
  TcValue  *record;           /* what recovery knows, or NULL */
  int       exit_code;
  gboolean  stopped, lost;
  char     *failure;          /* text of the runner's error, or NULL */
};

/** TcEnding: how a work ended, on its way through the log thread. */
typedef struct
{
  char    *effect_id;
  TcEvent *event;
} TcEnding;
void tc_engine_work_end        (TcSite *site, const char *execution_id, TcEvent *event);   /* takes @event; any thread: flush, then ENDED */

/* tc-work-run.c: the part of works that runs programs. */
void tc_engine_work_queue      (TcWork *self);          /* waits for its place */
void tc_engine_work_leave      (TcWork *self);          /* gives its place back */
void tc_engine_work_adopt      (TcWork *self, const char *runner_type);
TcValue *tc_engine_work_record (const TcWork *self);     /* what its row holds besides the mark */
void tc_engine_work_free_all   (TcCore *core);
gboolean tc_engine_work_stop_run (TcWork *self, gboolean kill);

G_END_DECLS
