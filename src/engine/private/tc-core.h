/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-bus.h"
#include "tc-engine.h"
#include "tc-fd-set.h"
#include "tc-order.h"
#include "tc-runner.h"

G_BEGIN_DECLS

/* Everything here is bound to the engine's thread. */

typedef struct _TcLive TcLive;
typedef struct _TcWork TcWork;
typedef struct _TcTriggers TcTriggers;

/** TcCore: the engine's own state. */
struct _TcCore
{
  TcSite        site;
  GMainContext *context;
  GMainLoop    *loop;
  TcFdSet      *fds;
  TcRunnerHost *host;           /* NULL: no shim; running processes fails with @host_error */
  GError       *host_error;
  TcBus        *bus;
  GHashTable   *live;           /* execution id → TcLive */
  GHashTable   *flows;          /* "namespace\nid" → TcFlowEntry */
  TcTriggers   *triggers;       /* tc-triggering.h */
  GHashTable   *works;          /* effect id → TcWork */
  GHashTable   *waiters;        /* execution id → GPtrArray of TcWaiter* (tc-waiters.c) */
  GQueue        admission;      /* TcWork that wait for a place among the running programs */
  guint         n_admitted, most_admitted;
  char         *store_trouble, *log_trouble;
  char         *plugins;
  gint          keep;           /* atomic: an ephemeral directory is to stay */
  GAsyncQueue  *ready;          /* told once when recovery is over */
  gboolean      closing;
  void        (*hook) (gpointer data, const char *point);   /* tests: tc-engine-test.h */
  gpointer      hook_data;
};

/** TcLive: one execution that is not over, or that a command just woke. Reference counted, as commits may outlive it. */
struct _TcLive
{
  guint        refs;
  TcCore      *core;
  TcFlow      *flow;
  TcExecution *execution;
  GHashTable  *timers;          /* effect id → deadline id + 1 */
  GCancellable *rendering;      /* of the RENDER effects in flight, or NULL */
  char        *child_of, *child_effect;   /* execution and SUBFLOW effect that wait for this one, or NULL */
  gboolean     child_wait;
  TcValue     *child_outputs;   /* what that effect wants to have of it: a map with templates; or NULL */
  guint        n_works;         /* WORK effects in flight */
  guint        n_commits;       /* steps whose effects are not dispatched yet */
  gboolean     over;            /* a step said so */
  gboolean     gone;            /* no longer in core->live */
  gint64       order;           /* of creation, for the queue of concurrency slots */
};

/** tc_core_flush: @func (core, @data, checkpoint) when all entries sent so far are in the log. Any thread; the checkpoint is taken. */
typedef void (*TcFlushFunc) (TcCore *core, gpointer data, TcCheckpoint *checkpoint);
void     tc_site_flush    (TcSite *site, const char *execution_id, TcFlushFunc func, gpointer data);

/* tc-engine-loop.c */
typedef void (*TcLiveDone) (TcCore *core, TcLive *live, gpointer data, const GError *error);
TcLive  *tc_live_new      (TcCore *core, TcFlow *flow, TcExecution *execution);        /* takes both; enters core->live */
TcLive  *tc_live_ref      (TcLive *self);
void     tc_live_unref    (TcLive *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcLive, tc_live_unref)
/** tc_live_step: one event: step, apply, commit with what is in @batch already (taken; or NULL). @done (or NULL) once durable.
 * FALSE: the step refused; @batch was committed nevertheless if it holds anything. Takes @event. */
gboolean tc_live_step     (TcLive *self, TcEvent *event, TcBatch *batch, TcLiveDone done, gpointer data, GError **error);
/** tc_live_answer: the same for answers of effects: a refusal is stale news and is ignored. */
void     tc_live_answer   (TcCore *core, const char *execution_id, TcEvent *event, TcBatch *batch);
/** tc_core_commit: a batch of its own. */
void     tc_core_commit   (TcCore *core, TcBatch *batch);
void     tc_core_free_slot (TcCore *core, const TcFlow *flow);
void     tc_live_work_done (TcLive *self);                         /* one WORK less: an execution that is over may leave memory */
void     tc_live_settle    (TcLive *self);                         /* leaves memory if it is over */
void     tc_core_settle_checkpoint (TcCore *core, TcCheckpoint *checkpoint, TcBatch *batch);   /* adds its rows; takes it */

/* tc-dispatch.c */
void     tc_dispatch      (TcLive *live, const TcEffect *effect, TcValue *record);      /* record: what recovery knows of it, or NULL */
/** tc_live_cancel_renders: what is being rendered ends where it waits; what is asked for later is not concerned. */
void     tc_live_cancel_renders (TcLive *live);
/** tc_dispatch_record: what must be stored with the step so that @effect happens once even if we die: adds it to @batch. */
void     tc_dispatch_record (TcLive *live, const TcEffect *effect, TcBatch *batch);
void     tc_live_cancel_timers (TcLive *live);
TcLabel *tc_live_label    (TcLive *live, const TcTask *task, const TcTaskRun *run, int attempt);

/* tc-work.c */
void     tc_engine_work_start    (TcLive *live, const TcEffect *effect, TcValue *record);
void     tc_engine_work_recover  (TcLive *live, const TcEffect *effect, TcValue *record);      /* adopt, or LOST */
void     tc_engine_work_stop     (TcCore *core, const char *effect_id, const char *reason);
void     tc_engine_work_checkpoint (TcCore *core, TcCheckpoint *checkpoint, TcBatch *batch);   /* adds rows to @batch */
void     tc_engine_work_drained  (TcCore *core, const char *effect_id, TcValue *vars, TcValue *metrics, const GError *error);
void     tc_engine_work_release_all (TcCore *core);                       /* closing: programs live on */

/* tc-flows.c */

/** TcFlowEntry: the newest revision of a flow as this engine knows it: it alone writes revisions, so what it once read stays right. */
typedef struct
{
  char *source;                 /* or NULL */
  int   revision;               /* 0: none */
} TcFlowEntry;
/** tc_flows_settle: decides the revision of @flow's text: the one it has, or a new one, which is added to @batch. @known: what a worker read before. */
int      tc_flows_settle  (TcCore *core, const TcFlow *flow, int known_revision, const char *known_source, TcBatch *batch);
void     tc_flows_forget  (TcCore *core, const char *namespace_, const char *id);
void     tc_flow_entry_free (gpointer self);

static inline int64_t
tc_now_us (void)
{
  return tc_clock_now_us (tc_clock_system ());
}

G_END_DECLS
