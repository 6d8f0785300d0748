/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define TC_STORE_ERROR (tc_store_error_quark ())
GQuark tc_store_error_quark (void);
typedef enum
{
  TC_STORE_ERROR_LOCKED,      /* another program works on this data directory (J4) */
  TC_STORE_ERROR_VERSION,     /* made by a newer Tiercel */
  TC_STORE_ERROR_READ_ONLY,   /* the directory cannot be written */
  TC_STORE_ERROR_FULL,        /* no space left; work resumes when it can write (J7) */
  TC_STORE_ERROR_CORRUPT,     /* SQLite or a record says so; names the file */
  TC_STORE_ERROR_IO,
  TC_STORE_ERROR_NOT_FOUND,
  TC_STORE_ERROR_PATH,        /* a file name that leads out of its root */
  TC_STORE_ERROR_RECORD,      /* one record that cannot be stored, now or later */
} TcStoreError;

/**
 * TcStore: the data directory: flock, SQLite records (WAL, synchronous=FULL) with one writer thread and group commit, migrations.
 * Layout: design/cli.md §2. Opened and closed on the engine's thread; commits are submitted there, `done` is called there in order.
 */
typedef struct _TcStore TcStore;
TcStore    *tc_store_open      (const char *directory, GMainContext *context, GError **error);    /* blocks briefly; migrates */
/** tc_store_open_memory: for a directory that only this program knows and removes: neither file nor lock, gone with the program. */
TcStore    *tc_store_open_memory (const char *directory, GMainContext *context, GError **error);
/** tc_store_keep: the directory of a store in memory is to stay: tc_store_close() will write the database there. Any thread. */
void        tc_store_keep      (TcStore *self);
void        tc_store_close     (TcStore *self);                                                   /* flushes, joins the writer, unlocks */
const char *tc_store_directory (const TcStore *self);

/* A batch is written in one transaction: journal rows, records and effect rows cannot disagree. */
typedef struct _TcBatch TcBatch;
TcBatch *tc_batch_new           (void);
void     tc_batch_free          (TcBatch *self);
void     tc_batch_head          (TcBatch *self, const TcHead *head);                               /* insert or replace; adds references only */
void     tc_batch_run           (TcBatch *self, const char *execution_id, const TcTaskRun *run);
void     tc_batch_remove_run    (TcBatch *self, const char *execution_id, const char *task_run_id);
void     tc_batch_journal       (TcBatch *self, const char *execution_id, int64_t at_us, TcValue *event);   /* takes @event */
void     tc_batch_effect        (TcBatch *self, const char *effect_id, const char *execution_id, const char *kind, TcValue *record);  /* takes; insert or replace */
void     tc_batch_effect_end    (TcBatch *self, const char *effect_id);                            /* forget it */
void     tc_batch_flow          (TcBatch *self, const char *namespace_, const char *id, int revision, const char *source, int64_t at_us);
void     tc_batch_flow_delete   (TcBatch *self, const char *namespace_, const char *id);
void     tc_batch_execution_delete (TcBatch *self, const char *execution_id);
void     tc_batch_metric        (TcBatch *self, const char *execution_id, const char *task_run_id, TcValue *metric);  /* takes */
void     tc_batch_kv_set        (TcBatch *self, const char *namespace_, const char *key, TcValue *entry);  /* takes {value, expires_us?, …} */
void     tc_batch_kv_delete     (TcBatch *self, const char *namespace_, const char *key);      /* its values become old ones */
void     tc_batch_kv_purge      (TcBatch *self, const char *namespace_, const char *key, int version);   /* for good */
void     tc_batch_trigger       (TcBatch *self, const char *namespace_, const char *flow_id, const char *trigger_id, TcValue *record);  /* takes */
void     tc_batch_trigger_delete (TcBatch *self, const char *namespace_, const char *flow_id, const char *trigger_id);
void     tc_batch_window        (TcBatch *self, const char *namespace_, const char *flow_id, const char *condition_id, TcValue *record);  /* takes */
void     tc_batch_window_delete (TcBatch *self, const char *namespace_, const char *flow_id, const char *condition_id);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcBatch, tc_batch_free)

typedef void (*TcCommitted) (gpointer data, const GError *error);       /* engine thread, in submission order */
/** tc_store_commit: takes @batch. On a full disk or an I/O error the writer keeps the queue, reports through @trouble (see below) and tries
 * again; @error is for errors that no waiting mends. */
void     tc_store_commit        (TcStore *self, TcBatch *batch, TcCommitted done, gpointer data, GDestroyNotify destroy);
/** The writer's trouble (J7) begins (error) and ends (NULL); engine thread. */
void     tc_store_set_trouble_func (TcStore *self, void (*func) (gpointer data, const GError *error), gpointer data);

/* Reads: block; any thread but the engine's and the main one; each read has a read-only connection to itself. */
TcHead    *tc_store_load_head       (TcStore *self, const char *execution_id, GError **error);
GPtrArray *tc_store_load_runs       (TcStore *self, const char *execution_id, GError **error);    /* TcTaskRun*, in order of creation */
GPtrArray *tc_store_load_journal    (TcStore *self, const char *execution_id, GError **error);    /* TcValue* events */
/** tc_store_live_executions: TcHead*, oldest first: not terminated, or with a task run that is not, or with an effect without an end. */
GPtrArray *tc_store_live_executions (TcStore *self, GError **error);
GPtrArray *tc_store_load_effects    (TcStore *self, GError **error);                              /* TcValue* {id, execution, kind, record} without an end */
/** tc_store_find_executions: @query {namespace?, flowId?, states?: LIST, text?, labels?: MAP, before?, limit?, offset?}; newest first.
 * A namespace stands for those below it too; `text` is part of an id, namespace, flow id or label; `before`: microseconds, created earlier. */
GPtrArray *tc_store_find_executions (TcStore *self, const TcValue *query, GError **error);        /* TcHead* */
GPtrArray *tc_store_load_metrics    (TcStore *self, const char *execution_id, GError **error);    /* TcValue* */
/** tc_store_find_flows: LIST of {namespace, id, revision, updated_us}, newest revision of each; @namespace_ or NULL. */
TcValue   *tc_store_find_flows      (TcStore *self, const char *namespace_, GError **error);
/** tc_store_find_sources: LIST of {namespace, id, revision, source}: newest revision of each flow whose text contains @word. */
TcValue   *tc_store_find_sources    (TcStore *self, const char *word, GError **error);
char      *tc_store_load_flow       (TcStore *self, const char *namespace_, const char *id, int revision, int *found_revision, GError **error);  /* source; revision 0: newest */
/** tc_store_last_revision: the newest revision ever stored, deleted flows included: numbering goes on after a deletion. 0: none; -1 and @error. */
int        tc_store_last_revision   (TcStore *self, const char *namespace_, const char *id, GError **error);
/** tc_store_load_triggers: LIST of {namespace, flowId, triggerId, record}. */
TcValue   *tc_store_load_triggers   (TcStore *self, GError **error);
/** tc_store_load_windows: LIST of {namespace, flowId, conditionId, record}: windows of several conditions (tc-window.h). */
TcValue   *tc_store_load_windows    (TcStore *self, GError **error);
TcValue   *tc_store_kv_get          (TcStore *self, const char *namespace_, const char *key, GError **error);   /* NULL without @error: none or expired */
/** tc_store_kv_versions: LIST of {namespace, key, version, expired, updated_us}: all values of all keys, old ones and those of deleted keys too,
 * by namespace and key, newest first. */
TcValue   *tc_store_kv_versions     (TcStore *self, GError **error);
/** tc_store_kv_has_expired: whether there is a value, but one that has expired. */
gboolean   tc_store_kv_has_expired  (TcStore *self, const char *namespace_, const char *key, gboolean *expired, GError **error);
TcValue   *tc_store_kv_list         (TcStore *self, const char *namespace_, GError **error);

G_END_DECLS
