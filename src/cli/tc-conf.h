/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-engine.h"
#include "tc-yaml.h"

G_BEGIN_DECLS

/** The runner of flow corpora (format: conformance/README.md). A case has a thread, an engine and a private data directory of its own. */
typedef enum { TC_CONF_PASS, TC_CONF_FAIL, TC_CONF_SKIP } TcConfResult;

/** TcConfCase: a case on its way. Bound to its thread. */
typedef struct
{
  const char *folder, *name;        /* of NAME.yaml */
  TcRegistry *types;
  TcValue    *spec;                 /* NAME.case.json, or an empty map */
  TcValue    *golden;               /* NAME.json */

  TcEngine   *engine;
  char       *data;
  char       *namespace, *flow_id;
  TcFlow     *flow;                 /* NAME.yaml */
  char       *id;                   /* the execution that is meant and recorded */
  gint64      deadline;             /* monotonic */
  gboolean    in_time;              /* all was over before the deadline */
  GPtrArray  *acts;                 /* TcValue*: steps that were refused */
  gboolean    dirty;                /* something changed since the last look */
} TcConfCase;

/** tc_conf_run: runs the case of @path (NAME.yaml). @why: (out): first difference, or reason of a skip. @record: (out) (nullable): what
 * happened, in the form of a golden. */
TcConfResult tc_conf_run      (const char *path, TcRegistry *types, char **why, TcValue **record);

/* Parts of it. */
/** tc_conf_inputs: inputs as the engine takes them: texts, FILE inputs as a file of the given text. */
TcValue   *tc_conf_inputs     (TcConfCase *self, const TcValue *inputs);
char      *tc_conf_launch     (TcConfCase *self, const char *namespace_, const char *flow_id, const TcValue *inputs, const TcValue *labels,
                               const TcValue *breakpoints, GError **error);
/** tc_conf_act: one step of `act`. FALSE and @error: refused. */
gboolean   tc_conf_act        (TcConfCase *self, const TcValue *step, GError **error);
/** tc_conf_settle: waits until all executions (@one: the one meant) are over, or paused for a while. FALSE: the time is up. */
gboolean   tc_conf_settle     (TcConfCase *self, gboolean one);
void       tc_conf_sleep      (TcConfCase *self, guint milliseconds);      /* runs the context meanwhile */
/** tc_conf_executions: TcHead* of the case by start. */
GPtrArray *tc_conf_executions (TcConfCase *self);
TcValue   *tc_conf_record     (TcConfCase *self);

/** TcConfNorm: replaces volatile text by <id>, <uri>, <time> …, as the recorder did. */
typedef struct _TcConfNorm TcConfNorm;
TcConfNorm *tc_conf_norm_new  (const char *data, GPtrArray *ids);          /* takes @ids: char* */
void        tc_conf_norm_free (TcConfNorm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcConfNorm, tc_conf_norm_free)
char       *tc_conf_norm_text (TcConfNorm *self, const char *text);
TcValue    *tc_conf_norm_value (TcConfNorm *self, const TcValue *value);

/** tc_conf_compare: the first difference, or NULL. @flow: of the case, to tell what its tasks are; may be NULL. */
char      *tc_conf_compare    (const TcValue *golden, const TcValue *record, const TcFlow *flow);

G_END_DECLS
