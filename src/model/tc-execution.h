/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-state.h"
#include "tc-value.h"
#include <glib-object.h>

G_BEGIN_DECLS

/** TcHistory: the states a record went through, first CREATED. Part of its record, never empty. */
typedef struct { TcStateChange *items; size_t n; } TcHistory;

/** TcAttempt: one try of a runnable task. Part of an immutable TcTaskRun. */
typedef struct
{
  TcHistory history;
  char     *effect_id;     /* taskrun/attempt/serial: names container, run directory and files (J3); NULL for flowables */
  int       exit_code;     /* -1: none */
  char     *log_file;      /* URI with logToFile, or NULL */
} TcAttempt;

/** TcTaskRun: immutable, atomically reference counted, boxed; replaced on every change. Kestra: models.executions.TaskRun. */
typedef struct
{
  gatomicrefcount refs;
  char       *id, *task_id, *parent_id, *value;   /* parent_id, value: or NULL */
  int         iteration;                          /* -1: none */
  TcHistory   history;
  GPtrArray  *attempts;                           /* TcAttempt* */
  TcValue    *outputs;                            /* a map, or NULL: not counted in `outputs` */
  TcValue    *memo;                               /* what the executor remembers (values of a loop, chosen branch, deadlines); never shown; or NULL */
  gboolean    dynamic;
} TcTaskRun;

TcTaskRun  *tc_task_run_new        (const char *id, const char *task_id, const char *parent_id, const char *value, int iteration, int64_t at_us);
TcTaskRun  *tc_task_run_ref        (const TcTaskRun *self);
void        tc_task_run_unref      (TcTaskRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcTaskRun, tc_task_run_unref)
TcState     tc_task_run_state      (const TcTaskRun *self);
const TcAttempt *tc_task_run_last_attempt (const TcTaskRun *self);   /* or NULL */
/* Changed copies; the argument is borrowed, the result owned. Setting the present state again returns a plain copy. */
TcTaskRun  *tc_task_run_copy       (const TcTaskRun *self);          /* a private copy that its maker may still edit before sharing it */
TcTaskRun  *tc_task_run_with_state (const TcTaskRun *self, TcState state, int64_t at_us);
void        tc_history_add         (TcHistory *self, TcState state, int64_t at_us);
TcAttempt  *tc_attempt_new         (const char *effect_id, int64_t at_us);
#define TC_TYPE_TASK_RUN (tc_task_run_get_type ())
GType       tc_task_run_get_type   (void) G_GNUC_CONST;

/** TcHead: all of an execution but its task runs. Immutable, reference counted, boxed; replaced on every change. */
typedef struct
{
  gatomicrefcount refs;
  char       *id, *namespace, *flow_id;
  int         flow_revision;
  gboolean    unsaved;                            /* runs a buffer's text that is no stored revision */
  TcHistory   history;
  TcValue    *inputs, *outputs, *variables;       /* maps, or NULL */
  TcValue    *labels;                             /* LIST of {key, value} */
  TcValue    *trigger;                            /* {id, type, variables}, or NULL */
  char       *parent_id, *original_id;            /* parent_id: or NULL */
  int         attempt_number;                     /* metadata.attemptNumber, from 1 */
  int64_t     created_us;                         /* metadata.originalCreatedDate */
  int64_t     schedule_us;                        /* 0: none */
  char       *kind;                               /* NULL, "TEST", "PLAYGROUND" */
  TcValue    *breakpoints;                        /* LIST of {id, value}, or NULL */
  TcValue    *memo;                               /* the executor's memory (next serial, SLA marks …); never shown; or NULL */
  char       *error;                              /* first reason of a failure, for lists; or NULL */
} TcHead;
TcHead     *tc_head_new            (const char *id, const char *namespace_, const char *flow_id, int revision, int64_t at_us);
TcHead     *tc_head_ref            (const TcHead *self);
void        tc_head_unref          (TcHead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcHead, tc_head_unref)
TcHead     *tc_head_copy           (const TcHead *self);
TcHead     *tc_head_with_state     (const TcHead *self, TcState state, int64_t at_us);
TcState     tc_head_state          (const TcHead *self);
/** tc_head_labels: as `labels` of expressions: a nested map. Caller owns it. */
TcValue    *tc_head_labels         (const TcHead *self);
/** tc_head_has_labels: whether all of @wanted, a map or a LIST of {key, value} (NULL: none), are labels of @self; a value that is no text counts as its
 * JSON. */
gboolean    tc_head_has_labels     (const TcHead *self, const TcValue *wanted);
#define TC_TYPE_HEAD (tc_head_get_type ())
GType       tc_head_get_type       (void) G_GNUC_CONST;

/** TcExecution: a head and its task runs in order of creation, with indexes. Bound to the engine's thread (or a test's). */
typedef struct _TcExecution TcExecution;
TcExecution     *tc_execution_new   (TcHead *head);                      /* takes @head */
void             tc_execution_free  (TcExecution *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcExecution, tc_execution_free)
const TcHead    *tc_execution_head  (const TcExecution *self);
size_t           tc_execution_n_runs (const TcExecution *self);
const TcTaskRun *tc_execution_run   (const TcExecution *self, size_t index);
const TcTaskRun *tc_execution_find  (const TcExecution *self, const char *task_run_id);
/* The run of (task id, parent run id or NULL, value or NULL); newest if there are several; NULL: none. O(1). */
const TcTaskRun *tc_execution_find_task (const TcExecution *self, const char *task_id, const char *parent_id, const char *value);
/* Direct children of @parent_id (NULL: of the flow) in order of creation: an array of const TcTaskRun*, borrowed. O(1). */
const GPtrArray *tc_execution_children (const TcExecution *self, const char *parent_id);
/* How many direct children of @parent_id (NULL: of the flow) are in each state: TC_N_STATES numbers, borrowed. O(1), kept by put and remove: a
 * loop asks at every event. */
const guint     *tc_execution_counts (const TcExecution *self, const char *parent_id);
void             tc_execution_put   (TcExecution *self, TcTaskRun *run);    /* takes; replaces the one of the same id, or appends */
void             tc_execution_remove (TcExecution *self, const char *task_run_id);
void             tc_execution_set_head (TcExecution *self, TcHead *head);   /* takes */

/* Where files of an execution and of a run of it stand in the internal storage (spec/scripts-and-runners.md §8.1): "/NS/FLOW/executions/ID" and
 * ".../tasks/TASK/RUN". Caller frees. */
char      *tc_head_files_path       (const TcHead *self);
char      *tc_task_run_files_path   (const TcTaskRun *self, const TcHead *head);
/** tc_task_run_log_uri: kestra:// URI of the file that takes the entries of an attempt (from 0) with `logToFile`. Caller frees. */
char      *tc_task_run_log_uri      (const TcTaskRun *self, const TcHead *head, int attempt);

/* Records for the store (lossless, memo included) and Kestra's JSON (spec/flow-language.md §8). */
TcValue   *tc_task_run_to_record    (const TcTaskRun *self);
TcTaskRun *tc_task_run_from_record  (const TcValue *record, GError **error);
TcValue   *tc_head_to_record        (const TcHead *self);
TcHead    *tc_head_from_record      (const TcValue *record, GError **error);
TcValue   *tc_task_run_to_kestra    (const TcTaskRun *self, const TcHead *head);
TcValue   *tc_execution_to_kestra   (const TcHead *head, const GPtrArray *runs);   /* array of const TcTaskRun* */

#define TC_MODEL_ERROR (tc_model_error_quark ())
GQuark     tc_model_error_quark (void);
typedef enum
{
  TC_MODEL_ERROR_RECORD,     /* a stored record cannot be read; names the record and the member */
  TC_MODEL_ERROR_INPUT,      /* inputs refused; the message lists all of them */
} TcModelError;

G_END_DECLS
