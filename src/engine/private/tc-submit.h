/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-core.h"

G_BEGIN_DECLS

typedef struct _TcSubmission TcSubmission;
/** Engine's thread, once: the execution is durable, or @error. The submission is freed afterwards. */
typedef void (*TcSubmitted) (TcCore *core, TcSubmission *submission, const GError *error);

/** TcSubmission: an execution to be. The first part is filled in by whoever asks. Kestra: ExecutionController.createExecution(). */
struct _TcSubmission
{
  char    *source;              /* or NULL: the stored flow */
  gboolean unsaved;
  char    *namespace, *flow_id;
  int      revision;
  TcValue *inputs, *labels, *breakpoints, *trigger, *outer_labels;   /* labels: map or LIST of {key, value}; all or NULL */
  char    *kind;
  int64_t  schedule_us;
  char    *execution_id;        /* or NULL: a new one */
  TcHead  *head;                /* made by the executor (a retry), or NULL */
  char    *child_of, *child_effect;
  gboolean child_wait;
  TcValue *child_outputs;       /* as in TcLive */
  TcLive  *replayed;            /* the execution that this one is a replay of, and from which of its runs; or NULL */
  char    *replayed_run;
  char    *failure;             /* the execution is stored as FAILED at once, for this reason; or NULL */
  gboolean fails_on_refusal;    /* inputs that do not fit are such a reason, not an error */
  gboolean takes_all_inputs;    /* what is no input, or does not fit, is kept as it is given (Kestra: Flow triggers) */
  void   (*record) (TcCore *core, TcSubmission *submission, TcBatch *batch);   /* adds to the commit that makes the execution; or NULL */
  TcSubmitted done;
  gpointer data;

  /* found by the worker */
  TcSite  *site;
  TcCore  *core;                /* engine's thread only */
  TcFlow  *flow;
  int      known_revision;
  char    *known_source;
  TcValue *resolved;
  GPtrArray *unknown;           /* char*: given names that are no inputs; or NULL */
  gboolean failed_check;        /* a check of the flow wants the execution stored as FAILED */
  TcHead  *present;             /* it exists already: made before a crash */
  GError  *error;
};
TcSubmission *tc_submission_new  (void);
void          tc_submission_free (gpointer self);
void          tc_submit          (TcCore *core, TcSubmission *submission);       /* takes @submission */

/** tc_order_before: renders what is asked before there is an execution, as if it were @execution_id. @inputs: its own, @trigger: what
 * starts it (both taken, or NULL). Worker. */
TcOrder      *tc_order_before    (TcSite *site, const TcFlow *flow, const char *execution_id, int revision, TcValue *inputs, TcValue *trigger);
/** tc_refuse: a REFUSED error that carries findings (taken). */
GError       *tc_refuse          (GPtrArray *findings);
/** tc_flow_read: the flow's text: of @revision, 0: newest. Worker. */
TcFlow       *tc_flow_read       (TcSite *site, const char *namespace_, const char *id, int revision, int *found, char **source, GError **error);

/** tc_source_path: where the text of an execution that is no stored revision is kept. */
char         *tc_source_path     (const TcSite *site, const char *execution_id);

/** tc_flow_of: the flow that @head runs, of its own revision. Worker. */
TcFlow       *tc_flow_of         (TcSite *site, const TcHead *head, GError **error);

/** tc_wake: brings an execution that is over (or a live one) to memory, then @func. */
typedef void (*TcWoken) (TcCore *core, TcLive *live, gpointer data, const GError *error);
void          tc_wake            (TcCore *core, const char *execution_id, TcWoken func, gpointer data);

G_END_DECLS
