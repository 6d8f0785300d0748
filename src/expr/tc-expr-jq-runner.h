/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <jq.h>

#include "tc-value.h"

G_BEGIN_DECLS

/* libjq has no budget of its own, and a single operation of it cannot be interrupted. So programs run on a thread beside the one that
 * asks, which waits, halts what goes on too long, and leaves behind what does not even halt: that thread ends with its operation. */

/* How long a program may run, in milliseconds; by how many bytes the process may grow meanwhile. */
#define TC_EXPR_LIMIT_JQ_TIME     5000
#define TC_EXPR_LIMIT_JQ_BYTES    (256u * 1024 * 1024)
/* How many results a program may give, and how many compiled ones a thread keeps: one costs 27 ms to compile. */
#define TC_EXPR_LIMIT_JQ_RESULTS  1000000
#define TC_EXPR_LIMIT_JQ_PROGRAMS 64
/* How many threads may be left behind: each keeps a processor busy until its operation ends. Then no program is run. */
#define TC_EXPR_LIMIT_JQ_LEFT     4

typedef enum
{
  TC_JQ_DONE,
  TC_JQ_COMPILE,      /* the program is none */
  TC_JQ_RAISED,       /* it ended with an error, see @reason */
  TC_JQ_DEPTH,        /* a result is nested too deeply */
  TC_JQ_RESULTS,
  TC_JQ_BUDGET,       /* the results are more than @steps or @bytes */
  TC_JQ_TIME,
  TC_JQ_BYTES,
  TC_JQ_CANCELLED,
  TC_JQ_LEFT,         /* it was not run: as many as allowed were left behind */
} TcJqVerdict;

/** TcJqJob: one run. The asking thread fills the first part and, unless the job was left behind, reads the second. */
typedef struct
{
  char       *text;
  jv          input;          /* taken */
  uint64_t    steps, bytes;   /* what the results may cost */
  int         milliseconds;   /* how long it may run */

  TcJqVerdict verdict;
  GPtrArray  *results;        /* of TcValue */
  char       *reason;
  uint64_t    used_steps, used_bytes;

  gatomicrefcount refs;
  GMutex      mutex;          /* of @jq and of what halts it */
  jq_state   *jq;             /* while it runs */
  gboolean    halted;
  TcJqVerdict halt_verdict;
} TcJqJob;

/** tc_jq_job_run: runs @text on @input, which is taken; returns when it is done or was given up. Caller unrefs. */
TcJqJob *tc_jq_job_run   (const char *text, jv input, uint64_t steps, uint64_t bytes, int milliseconds, GCancellable *cancellable);
void     tc_jq_job_unref (TcJqJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcJqJob, tc_jq_job_unref)

G_END_DECLS
