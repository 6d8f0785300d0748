/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-job.h"
#include "tc-log-file.h"
#include "tc-output-file.h"

G_BEGIN_DECLS

/** TcLabel: whose log entries these are. Immutable, reference counted, any thread. */
typedef struct
{
  gatomicrefcount refs;
  char   *execution_id, *task_id, *task_run_id, *value;     /* the latter three or NULL */
  int     attempt;
  TcLevel least;                                            /* entries below are dropped (`logLevel`) */
  char   *file;                                             /* `logToFile`: URI of the file where entries go instead of the log; or NULL */
} TcLabel;
TcLabel *tc_label_new   (const char *execution_id, const char *task_id, const char *task_run_id, const char *value, int attempt, TcLevel least,
                         const char *file);
TcLabel *tc_label_ref   (TcLabel *self);
void     tc_label_unref (TcLabel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcLabel, tc_label_unref)

/**
 * TcCheckpoint: a consistent cut of one execution's log: its length, and where the reader of each run stood at that moment. Recorded in one
 * transaction, so that recovery can cut the log to @length and read on from the marks: no line missing, none doubled (architecture §8).
 */
typedef struct
{
  char      *execution_id;
  uint64_t   length;        /* bytes */
  uint64_t   n;             /* entries */
  GPtrArray *ids, *records; /* char* effect ids and TcValue* {mark, vars, metrics} of the runs that moved since the last checkpoint */
  GPtrArray *written;       /* char*: ids of LOG effects that are in the log now */
} TcCheckpoint;
void     tc_checkpoint_free (TcCheckpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcCheckpoint, tc_checkpoint_free)

/** TcHubFuncs: called on the log thread; what is given is taken. */
typedef struct
{
  void (*checkpoint) (gpointer data, TcCheckpoint *checkpoint);                  /* about once a second while entries arrive */
  void (*available)  (gpointer data, const char *execution_id, uint64_t n);      /* at most each 16 ms */
  void (*drained)    (gpointer data, const char *effect_id, TcValue *vars, TcValue *metrics, const GError *error);
  void (*flushed)    (gpointer data, gpointer token, TcCheckpoint *checkpoint);
  void (*trouble)    (gpointer data, const GError *error);                       /* NULL: over */
} TcHubFuncs;

/**
 * TcHub: the log thread. All functions may be called on any thread and return at once, but tc_hub_barrier(). What comes from one thread is
 * written in order. An entry that cannot be written (disk full) holds the thread up until it can: nothing is dropped (J7).
 */
typedef struct _TcHub TcHub;

TcHub *tc_hub_new     (const char *log_directory, gboolean synced, const TcHubFuncs *funcs, gpointer data);
void   tc_hub_free    (TcHub *self);                                              /* writes what is queued; joins */

void   tc_hub_write   (TcHub *self, TcLabel *label, TcLevel level, int64_t at_us, const char *message);
/** tc_hub_write_effect: an entry that a LOG effect asks for; @effect_id comes back in a checkpoint. */
void   tc_hub_write_effect (TcHub *self, TcLabel *label, TcLevel level, int64_t at_us, const char *message, const char *effect_id);
void   tc_hub_mask    (TcHub *self, const char *execution_id, const char *secret);
/** tc_hub_flush: `flushed` follows with @token and a checkpoint that covers all entries sent before. */
void   tc_hub_flush   (TcHub *self, const char *execution_id, gpointer token);
/** tc_hub_barrier: returns when all entries sent before by this thread can be read. Worker threads. */
void   tc_hub_barrier (TcHub *self);

/** tc_hub_purge: takes entries out of a log, also of one that is being written; says how many in @n. @goes may run on the log thread while this
 * waits. Worker threads. */
gboolean tc_hub_purge  (TcHub *self, const char *execution_id, TcLogGoes goes, gpointer data, uint64_t *n, GError **error);

/** tc_hub_follow: tails @path from the mark in @record (NULL: from the start; else a record of an earlier checkpoint). */
void   tc_hub_follow  (TcHub *self, TcLabel *label, const char *effect_id, const char *path, TcValue *record);
/** tc_hub_finish: the run ended: read to the end, then `drained`. */
void   tc_hub_finish  (TcHub *self, const char *effect_id);
void   tc_hub_drop    (TcHub *self, const char *effect_id);                       /* no call follows */

/** tc_hub_recover: cuts the log of @execution_id to @length bytes. Before any entry of it is sent. */
void   tc_hub_recover (TcHub *self, const char *execution_id, uint64_t length);
void   tc_hub_close   (TcHub *self, const char *execution_id);                    /* the execution is over: frees its file */

G_END_DECLS
