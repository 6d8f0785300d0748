/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-mailbox.h"
#include "tc-store.h"
#include "tc-util.h"

#include <pthread.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/** Private to this folder. What one operation of a batch writes: which statements, and what they are bound to. */
typedef enum
{
  TC_OP_HEAD, TC_OP_RUN, TC_OP_REMOVE_RUN, TC_OP_JOURNAL, TC_OP_EFFECT, TC_OP_EFFECT_END, TC_OP_FLOW, TC_OP_FLOW_DELETE,
  TC_OP_EXECUTION_DELETE, TC_OP_METRIC, TC_OP_KV_SET, TC_OP_KV_DELETE, TC_OP_KV_PURGE, TC_OP_TRIGGER, TC_OP_TRIGGER_DELETE, TC_OP_WINDOW,
  TC_OP_WINDOW_DELETE,
} TcOpKind;
#define TC_N_OPS (TC_OP_WINDOW_DELETE + 1)

typedef struct
{
  TcOpKind kind;
  char    *texts[3];      /* names by kind, or NULL */
  int64_t  number, at_us;
  gpointer object;        /* TcHead, TcTaskRun or TcValue by kind, or NULL; encoded on the writer's thread */
} TcOp;

struct _TcBatch
{
  GArray *ops;            /* TcOp */
};

/** A commit that waits for the writer, then for its answer to be delivered. */
typedef struct
{
  TcStore       *store;
  TcBatch       *batch;
  TcCommitted    done;
  gpointer       data;
  GDestroyNotify destroy;
  GError        *error;
  gboolean       is_trouble;    /* no commit: trouble begins (error) or ends (no error) */
} TcCommit;

struct _TcStore
{
  char           *directory, *file;
  gboolean        in_memory;     /* one connection for all, which @memory guards */
  gint            keep;          /* atomic */
  TcFd            lock;
  TcMailbox      *answers;       /* TcCommit*, to the engine's thread */
  void          (*trouble) (gpointer data, const GError *error);
  gpointer        trouble_data;

  pthread_mutex_t memory;
  sqlite3        *db;            /* writer's thread, after the open; in memory: whoever has @memory */
  GPtrArray      *statements;    /* writer's thread */
  pthread_t       writer;
  gboolean        has_writer;

  pthread_mutex_t mutex;         /* of all below */
  pthread_cond_t  wake;
  GQueue          queue;         /* TcCommit* */
  gboolean        closing;
  GPtrArray      *readers;       /* sqlite3*: read-only connections that nobody uses now */
};

gboolean tc_store_start_writer (TcStore *self, GError **error);
void     tc_store_stop_writer  (TcStore *self);
void     tc_commit_deliver     (TcCommit *commit);        /* engine's thread; calls and frees */
void     tc_store_bind_op      (const TcOp *op, sqlite3_stmt *statement, const char *record);
const char *const *tc_store_op_sql (TcOpKind kind);       /* NULL-ended; parameters as tc_store_bind_op() numbers them */
char    *tc_store_op_record    (const TcOp *op);          /* JSON of its object, or NULL */

/* Sets @error from the connection's last failure. Always returns FALSE. */
gboolean tc_store_fail         (sqlite3 *db, const char *file, const char *doing, GError **error);
gboolean tc_store_errno        (int code, const char *doing, const char *path, GError **error);     /* same, for system calls */
gboolean tc_store_migrate      (sqlite3 *db, const char *file, GError **error);
gboolean tc_store_exec         (sqlite3 *db, const char *file, const char *sql, GError **error);

/** tc_library_check_name: whether @name can be that of a namespace or flow: a single name, no path. */
gboolean tc_library_check_name (const char *name, GError **error);

G_END_DECLS
