/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-context.h"
#include "tc-executor.h"
#include "tc-run-spec.h"
#include "tc-site.h"

G_BEGIN_DECLS

/**
 * TcOrder: all that a worker needs to carry out one RENDER or WORK effect: immutable records and a context, made on the engine's thread. Atomically
 * reference counted; the members below `mutable` belong to the one worker that has it at the time.
 */
typedef struct
{
  gatomicrefcount refs;
  TcSite         *site;
  TcFlow         *flow;
  TcHead         *head;
  TcTaskRun      *run;           /* or NULL: of the execution */
  const TcTask   *task;          /* or NULL */
  TcValue        *payload;       /* or NULL */
  char           *effect_id;
  int             attempt;
  TcLabel        *label;
  GCancellable   *cancellable;
  char           *directory;     /* working directory; need not exist yet */
  gboolean        shares_directory;
  int64_t         started_us;

  /* mutable */
  TcContext      *context;
  GPtrArray      *secrets;       /* char*: texts read by secret(), to be hidden in errors; names in @secret_names */
  GPtrArray      *secret_names;  /* char*: "namespace/NAME" */
  GPtrArray      *metrics;       /* TcValue* */
  TcValue        *inputs;        /* of the execution, in the clear; NULL: not needed yet, or as they are */
  TcValue        *outputs;       /* the name `outputs`, likewise */
  gboolean        inputs_known, outputs_known;
  GPtrArray      *taken;         /* char*: files of a shared directory that were stored, to be removed once that is recorded */
} TcOrder;
TcOrder *tc_order_new   (TcSite *site, const TcFlow *flow, const TcExecution *execution, const TcTask *task, const TcTaskRun *run,
                         const TcEffect *effect);
TcOrder *tc_order_ref   (TcOrder *self);
void     tc_order_unref (TcOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcOrder, tc_order_unref)

void     tc_order_log   (TcOrder *self, TcLevel level, const char *format, ...) G_GNUC_PRINTF (3, 4);   /* any thread */
char    *tc_order_hide  (TcOrder *self, const char *text);                       /* @text without the secrets read so far */
void     tc_order_hide_text (TcOrder *self, const char *secret);                /* from here on, in the log and in errors */
void     tc_order_secret (TcOrder *self, const char *namespace_, const char *name, const char *secret);

/** tc_order_render: @value with every text inside rendered, keys too; texts stay texts. @extra: map of further names, or NULL. */
TcValue *tc_order_render (TcOrder *self, const TcValue *value, const TcValue *extra, GError **error);
/** tc_order_render_typed: the value of a template that is one expression. */
TcValue *tc_order_render_typed (TcOrder *self, const char *text, GError **error);

/** tc_order_labels: adds rendered labels, a map or a LIST of {key, value} (NULL: none), to @map. One that cannot be rendered is left out with a warning
 * in the log. */
void     tc_order_labels (TcOrder *self, const TcValue *labels, const TcValue *extra, TcMapBuilder *map);

/** tc_order_uri_path: the local file of a URI: kestra://, nsfile://, file:// (below allowed folders). */
char    *tc_order_uri_path (TcOrder *self, const char *uri, GError **error);
/** tc_order_namespace_files: `namespaceFiles`: LIST of {path, source} by the rules of spec/scripts-and-runners.md §1.9; logs and counts. */
TcValue *tc_order_namespace_files (TcOrder *self, const TcValue *rules, GError **error);

/* The worker's part of effects. Each gives a new event (or spec), or NULL and @error. */
TcEvent   *tc_render_effect   (TcOrder *self);
TcEvent   *tc_job_run         (TcOrder *self);                                   /* class kind JOB */
/** tc_job_call: a job of another class, with properties rendered already; its outputs, or NULL and @error. */
TcValue   *tc_job_call        (TcOrder *self, const TcTaskClass *klass, const TcValue *rendered, GError **error);
TcRunSpec *tc_job_spec        (TcOrder *self, GError **error);                   /* class kind RUN */
TcEvent   *tc_directory_phase (TcOrder *self);                                   /* WorkingDirectory: open, close */
/** tc_directory_put: writes @files, a map of names and contents or URIs (or its JSON), into the working directory; says how many. */
gboolean   tc_directory_put   (TcOrder *self, const TcValue *files, GError **error);
/** tc_directory_put_namespace: the files of namespaces that @rules, a rendered `namespaceFiles`, choose. */
gboolean   tc_directory_put_namespace (TcOrder *self, const TcValue *rules, GError **error);
/** tc_directory_collect: stores what the globs of the LIST @patterns match there: map of path → URI; says how many. */
TcValue   *tc_directory_collect (TcOrder *self, const TcValue *patterns, GError **error);
TcEvent   *tc_items_phase     (TcOrder *self);                                   /* ForEachItem: split, merge */
TcEvent   *tc_order_failed    (TcOrder *self, const GError *error);              /* ENDED, FAILED (KILLED when cancelled) */
/** tc_order_clean: once the end is durable: removes what is not needed any more; takes @self. Worker. */
void       tc_order_clean     (TcOrder *self);
/** tc_order_store: puts a file that a task made into internal storage without taking it away: a crash may ask for it again. */
char      *tc_order_store     (TcOrder *self, const char *path, const char *name, GError **error);
/** tc_order_collect: stores the files that @spec's outputs name: map of key → URI; what was taken is added to taken. */
TcValue   *tc_order_collect   (TcOrder *self, const TcRunSpec *spec, GError **error);

/* tc-cache.c: `cache` of a WorkingDirectory: TRUE also if there is none, or nothing to be had. */
gboolean   tc_cache_restore   (TcOrder *self, GError **error);
gboolean   tc_cache_save      (TcOrder *self, GError **error);

G_END_DECLS
