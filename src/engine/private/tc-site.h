/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-hub.h"
#include "tc-mailbox.h"
#include "tc-schema.h"
#include "tc-store.h"
#include "tc-turns.h"

G_BEGIN_DECLS

typedef struct _TcCore TcCore;

/**
 * TcSite: what every thread of one engine may use: immutable texts and values, and objects that are made for several threads. Lives from the
 * start of the engine's thread until all workers are joined.
 */
typedef struct
{
  char        *data_dir, *log_dir, *work_dir;
  TcStore     *store;            /* its reads block: workers only */
  TcRegistry  *types;
  TcValue     *globals, *envs;   /* maps */
  TcValue     *names;            /* map of further names of expressions: kestra */
  char        *container_host, *container_engine;      /* settings `container-socket` and `container-engine`, or NULL */
  gboolean     container_volumes;
  char        *runner;           /* type that replaces every task's runner, or NULL */
  gboolean     key_ring;
  char        *key;              /* of SECRET inputs, base64 */
  gboolean     ephemeral;        /* nobody else knows the directory: what only others would read is not written */
  TcHub       *hub;
  TcMailbox   *mailbox;          /* to the engine's thread */
  GThreadPool *cpu, *jobs;
  TcTurns     *cpu_turns, *job_turns;
} TcSite;

typedef void (*TcSiteFunc) (TcCore *core, gpointer data);
typedef void (*TcWorkerFunc) (gpointer data);

/** tc_site_post: @func (core, @data) on the engine's thread; @destroy is for data that never gets there. Any thread. */
void     tc_site_post     (TcSite *self, TcSiteFunc func, gpointer data, GDestroyNotify destroy);
/**
 * tc_site_compute: on the CPU pool: may read files and the store, must not wait for anything else. tc_site_work: on the job pool: may wait. What
 * is done in turn calls tc_site_await_turn() before it tells what it found out (tc-turns.h).
 */
void     tc_site_compute  (TcSite *self, TcWorkerFunc func, gpointer data);
void     tc_site_compute_in_turn (TcSite *self, const char *execution_id, TcWorkerFunc func, gpointer data);
void     tc_site_work     (TcSite *self, TcWorkerFunc func, gpointer data);
void     tc_site_work_in_turn (TcSite *self, const char *execution_id, TcWorkerFunc func, gpointer data);
void     tc_site_await_turn (void);
/* For whoever makes the site. */
void     tc_site_start_pools (TcSite *self);
void     tc_site_stop_pools  (TcSite *self);        /* waits for what runs */
void     tc_site_take_message (gpointer message, gpointer core);
void     tc_site_drop_message (gpointer message);

char    *tc_site_work_directory (const TcSite *self, const char *name);   /* DATA/work/NAME, made safe; need not exist */
gboolean tc_site_remove_tree (const char *path, GError **error);          /* blocks; links are not followed */

G_END_DECLS
