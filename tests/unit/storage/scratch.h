/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-store.h"

/** A private folder of a test, removed with all in it. */
char    *scratch_new    (void);
void     scratch_remove (char *directory);      /* frees @directory */

/** A tmpfs of @bytes on @directory, so that a full disk is real. FALSE where mounting is not allowed. */
gboolean scratch_mount  (const char *directory, size_t bytes);
void     scratch_unmount (const char *directory);

/** Runs @context until *@flag, ten seconds at most. */
void     wait_for       (GMainContext *context, const gboolean *flag);
/** Commits @batch and waits for its answer. */
void     commit_and_wait (TcStore *store, TcBatch *batch);

TcHead  *make_head      (const char *id, const char *namespace_, const char *flow_id, TcState state, int64_t at_us);
TcTaskRun *make_run     (const char *id, const char *task_id, TcState state);
