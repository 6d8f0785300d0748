/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-pass.h"

G_BEGIN_DECLS

/** TcGroup: the children that stand together: those of a flowable's run, or of the flow. Borrowed from the pass. */
typedef struct
{
  const TcTask     *task;       /* NULL: the flow */
  const TcTaskRun  *run;        /* NULL: the flow */
  const char       *id;         /* parent id of the children; NULL: the flow */
  const TcTaskList *tasks;      /* the chosen branch; NULL: none */
  const TcTaskList *errors, *finally;
} TcGroup;

typedef enum
{
  TC_FLOWABLE_PARENT,     /* RUNNING while its children are at work; one attempt */
  TC_FLOWABLE_ACTION,     /* done by the executor: CREATED, RUNNING, end */
  TC_FLOWABLE_WORKER,     /* done by the executor, but its record looks like a worker's: SUBMITTED first, retried and timed out alike */
} TcFlowableKind;

/**
 * TcFlowable: one row of the table of tasks that the executor itself carries out (class kinds FLOWABLE and EXECUTOR). All functions are pure:
 * they see and change the execution through the pass only.
 */
struct _TcFlowable
{
  const char        *name;      /* TcTaskClass.flowable */
  TcFlowableKind     kind;
  const char *const *props;     /* properties rendered before begin(), NULL-ended; or NULL */
  gboolean           tells;     /* a PARENT whose rendered properties become outputs: their failure is told three times, as Kestra does */
  /* Starts it with the rendered @props. A PARENT is RUNNING already and may be ended here; an ACTION or WORKER must be run and ended, or
   * left waiting for an answer. FALSE and @error: it fails with that message. */
  gboolean (*begin)    (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error);
  const TcTaskList *(*tasks) (const TcTask *task, const TcTaskRun *run);     /* NULL: its list "tasks" */
  /* Creates the runs of its tasks that may be created now; TRUE: more will follow. NULL: one after the other. */
  gboolean (*next)     (TcPass *pass, const TcGroup *group);
  /* Its tasks have ended with @state. TRUE: it is not over yet (next iteration, closing work). NULL: over. */
  gboolean (*ended)    (TcPass *pass, TcTaskRun *run, const TcTask *task, TcState state);
  /* An answer to an effect that the row asked for with @purpose; the event is pass->event. */
  void     (*answer)   (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose, const TcValue *entry);
  /* The execution is being killed; NULL: a run that waits is simply KILLED. Returns TRUE if an answer is still to come. */
  gboolean (*kill)     (TcPass *pass, TcTaskRun *run, const TcTask *task);
};

/** tc_flowable_find: by TcTaskClass.flowable; NULL: none. tc_flowable_of: of a task, NULL for JOB and RUN classes. */
const TcFlowable *tc_flowable_find (const char *name);
const TcFlowable *tc_flowable_of   (const TcTask *task);
/** tc_flowable_names: all rows, NULL-ended, static. */
const char *const *tc_flowable_names (void);

extern const TcFlowable tc_flowable_sequential, tc_flowable_allow_failure, tc_flowable_parallel, tc_flowable_dag, tc_flowable_if,
  tc_flowable_switch, tc_flowable_for_each, tc_flowable_each_sequential, tc_flowable_each_parallel, tc_flowable_loop_until, tc_flowable_pause,
  tc_flowable_subflow, tc_flowable_for_each_item, tc_flowable_working_directory, tc_flowable_fail, tc_flowable_sleep, tc_flowable_exit,
  tc_flowable_labels, tc_flowable_set_variables, tc_flowable_unset_variables;

/** tc_flowable_maker: the ForEachItem that @parent, a run or NULL, carries out; else NULL. It stands for the runs that it makes. */
const TcTask     *tc_flowable_maker     (const TcFlow *flow, const TcTaskRun *parent);
/** tc_flowable_is_parent: whether @run has children of its own: not so the runs that a ForEachItem makes, though their task is a PARENT. */
gboolean          tc_flowable_is_parent (TcPass *pass, const TcTaskRun *run);

/* Helpers that several rows use. */
#define TC_FLOWABLE_ERROR (tc_executor_error_quark ())
void        tc_flowable_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);       /* the message of a failing task */
gboolean    tc_flowable_duration (const TcValue *props, const char *name, int64_t fallback_us, int64_t *us, GError **error);
gboolean    tc_flowable_int      (const TcValue *props, const char *name, int64_t fallback, int64_t *number, GError **error);
gboolean    tc_flowable_bool     (const TcValue *props, const char *name, gboolean fallback);
char       *tc_flowable_text     (const TcValue *value);         /* of a rendered value: a text as it is, others as JSON; NULL for null */

G_END_DECLS
