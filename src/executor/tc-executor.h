/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-flow.h"

G_BEGIN_DECLS

/**
 * The executor: a pure function from (flow, execution, event) to (changes, effects). No clock (events carry the time), no random (ids of
 * new task runs are derived from the execution's id and a serial kept in the head's memo), no I/O, no rendering (it asks for a RENDER
 * effect and goes on at RENDERED). Kestra: ExecutorService, FlowableUtils, ExecutionService; semantics in spec/flow-language.md §4–7.
 */
typedef enum
{
  TC_EVENT_SUBMITTED,       /* the execution was stored as CREATED: begin (concurrency, schedule date, first tasks) */
  TC_EVENT_RENDERED,        /* answers RENDER: payload {name: value}; error: what could not be rendered */
  TC_EVENT_STARTED,         /* answers WORK: the attempt really began */
  TC_EVENT_ENDED,           /* answers WORK: state (SUCCESS, WARNING, FAILED, KILLED), payload = outputs or NULL, exit_code, error */
  TC_EVENT_LOST,            /* answers WORK: what ran is gone without an end (J3, recovery) */
  TC_EVENT_TIMER,           /* answers TIMER: its deadline passed */
  TC_EVENT_CHILD_CREATED,   /* answers SUBFLOW: payload {executionId}; or error */
  TC_EVENT_CHILD_ENDED,     /* answers SUBFLOW: payload {executionId, state, outputs} */
  TC_EVENT_SLOT,            /* a concurrency slot is free: QUEUED goes on */
  TC_EVENT_KILL,            /* commands from here on */
  TC_EVENT_PAUSE,
  TC_EVENT_RESUME,          /* payload {taskRunId?, inputs?} */
  TC_EVENT_RESTART,
  TC_EVENT_CHANGE_STATE,    /* payload {taskRunId, state} */
  TC_EVENT_FORCE_RUN,
  TC_EVENT_UNQUEUE,         /* payload {state} */
  TC_EVENT_RESUME_BREAKPOINT,  /* payload {breakpoints?} */
} TcEventKind;

/** TcEvent: immutable once sent; journaled as a record. */
typedef struct
{
  TcEventKind kind;
  int64_t     at_us;
  char       *effect_id;    /* the effect it answers, or NULL */
  TcState     state;
  int         exit_code;    /* -1: none */
  TcValue    *payload;      /* by kind, or NULL */
  char       *error;        /* message for the task's log, or NULL */
} TcEvent;
TcEvent  *tc_event_new         (TcEventKind kind, int64_t at_us, const char *effect_id);
void      tc_event_free        (TcEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcEvent, tc_event_free)
TcValue  *tc_event_to_record   (const TcEvent *self);
TcEvent  *tc_event_from_record (const TcValue *record, GError **error);

typedef enum
{
  TC_EFFECT_RENDER,         /* render every text in payload {name: text or value}, keys too, in the scope of the task run (task_run_id NULL: of the
                               execution); a text stays a text, as Kestra's RunContext.render does. A member TC_EFFECT_TASKRUN is no name: what it
                               holds goes over `taskrun` in the scope. Answer RENDERED with the same names. Leaves no trace: issued again after a
                               crash */
  TC_EFFECT_WORK,           /* run the task (class kind JOB or RUN): answer STARTED, then ENDED or LOST. Payload NULL, or, about a WorkingDirectory:
                               {directory: run id of the WorkingDirectory whose directory is used}, and for the WorkingDirectory itself
                               {directory, phase: "open" | "close"}: "open" makes it (cache, namespaceFiles, inputFiles), "close" collects (outputFiles
                               → outputs, cache) and removes it; about ForEachItem: {phase: "split", from: URI, rows | bytes | partitions |
                               regexPattern, separator?} → outputs {splits: URI of a file with one URI a line, batches: [URI]}, and {phase: "merge",
                               results: [outputs of a subflow]} → outputs {subflowOutputs: URI of their ION lines}, or {} if there are none. */
  TC_EFFECT_STOP,           /* stop the WORK named in payload {effectId, reason: "killed" | "timeout"}: ask, kill after its grace; the WORK still ends with ENDED */
  TC_EFFECT_TIMER,          /* answer TIMER at at_us. Issued again after a crash */
  TC_EFFECT_SUBFLOW,        /* create an execution: payload {namespace, flowId, revision?, inputs?, labels?, inheritLabels, wait, scheduleDate?, trigger,
                               restart?: executionId of a child to restart instead}; answers CHILD_CREATED, then with wait CHILD_ENDED */
  TC_EFFECT_LOG,            /* write an entry of the engine's own: payload {level, attempt, message}; no answer */
  TC_EFFECT_KILL_CHILD,     /* kill the execution payload {executionId} */
  TC_EFFECT_EXECUTION,      /* create a new execution of the same flow (retry CREATE_NEW_EXECUTION), not to start before at_us: make its head with
                               tc_executor_next_execution(); no answer */
} TcEffectKind;

#define TC_EFFECT_TASKRUN "$taskrun"

/** TcEffect: starts only once the changes of its step are durable (J1). Ids are unique for ever: taskrun/attempt/serial (J3). */
typedef struct
{
  TcEffectKind  kind;
  char         *id;
  char         *task_run_id;    /* or NULL: of the execution itself */
  const TcTask *task;           /* or NULL; valid as long as the flow */
  int           attempt;        /* from 0 */
  int64_t       at_us;          /* TIMER: wall-clock deadline; LOG: when it happened; EXECUTION: when it is to start */
  TcValue      *payload;        /* by kind, or NULL */
} TcEffect;
void      tc_effect_free (TcEffect *self);

/** TcStep: what one event changed. Cost follows the change, not the size of the execution. */
typedef struct
{
  TcHead    *head;        /* the new head, or NULL: unchanged */
  GPtrArray *runs;        /* TcTaskRun*: new or changed, in order; each id at most once, its last form */
  GPtrArray *removed;     /* char*: ids of task runs that are no more (restart, loops) */
  GPtrArray *effects;     /* TcEffect* */
  gboolean   over;        /* the execution is terminated, its afterExecution too, and nothing is at work any more: its slot is free, waiting
                             parents go on */
} TcStep;
TcStep   *tc_step_new    (void);
void      tc_step_free   (TcStep *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcStep, tc_step_free)

#define TC_EXECUTOR_ERROR (tc_executor_error_quark ())
GQuark    tc_executor_error_quark (void);
typedef enum
{
  TC_EXECUTOR_ERROR_REFUSED,    /* a command does not fit the state (Kestra answers 409); nothing changed */
  TC_EXECUTOR_ERROR_STALE,      /* the event answers an effect that no longer counts; nothing changed */
  TC_EXECUTOR_ERROR_STATE,      /* a change that the table of states does not have: a fault of ours; nothing changed */
} TcExecutorError;

/** TcSituation: what the step may know about the world around the execution; given by the engine, recorded with the event. */
typedef struct
{
  int n_running;          /* executions of this flow that hold a concurrency slot, this one not counted */
} TcSituation;

/** tc_executor_step: @now is not changed; apply the result with tc_step_apply(). FALSE and @error: refused or stale. */
gboolean  tc_executor_step   (const TcFlow *flow, const TcExecution *now, const TcEvent *event, const TcSituation *situation,
                              TcStep *step, GError **error);
void      tc_step_apply      (const TcStep *step, TcExecution *execution);
/** tc_executor_pending: the effects that wait for an answer in @now (recovery: WORK is adopted, RENDER and TIMER are issued again). */
GPtrArray *tc_executor_pending (const TcFlow *flow, const TcExecution *now);
/** tc_executor_next_execution: the head for TC_EFFECT_EXECUTION: same flow, inputs, variables and trigger; parent_id = the old id; CREATED at
 * @at_us, scheduled for @effect's date. Caller owns it. Kestra: ExecutionService.replay() of a retry. */
TcHead   *tc_executor_next_execution (const TcExecution *old, const TcEffect *effect, const char *new_id, int64_t at_us);
/**
 * tc_executor_replay: a new execution with the head and the kept runs of @old, to go on from the run @task_run_id (NULL: from the start, with
 * @inputs in place of the old ones if not NULL). CREATED without runs, else RESTARTED: begin it with TC_EVENT_SUBMITTED. The caller labels the
 * old one system.replayed. NULL and @error: no such run. Kestra: ExecutionService.replay(). Caller owns the result.
 */
TcExecution *tc_executor_replay (const TcFlow *flow, const TcExecution *old, const char *new_id, const char *task_run_id, const TcValue *inputs,
                                 int64_t at_us, GError **error);
/** tc_executor_holds_slot: whether @now counts against the flow's concurrency limit. */
gboolean  tc_executor_holds_slot (const TcExecution *now);

G_END_DECLS
