/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum { TC_LEVEL_TRACE, TC_LEVEL_DEBUG, TC_LEVEL_INFO, TC_LEVEL_WARN, TC_LEVEL_ERROR } TcLevel;
const char *tc_level_name (TcLevel level);
gboolean    tc_level_parse (const char *name, TcLevel *level);

typedef enum { TC_METRIC_COUNTER, TC_METRIC_TIMER, TC_METRIC_GAUGE } TcMetricKind;

/** TcJobClass: what the engine lends a running task. A job is used by one worker thread; every call may block. */
typedef struct
{
  void        (*log)        (TcJob *job, TcLevel level, const char *message);
  void        (*metric)     (TcJob *job, TcMetricKind kind, const char *name, double value, const TcValue *tags);
  /* The rendered value of @text in the task's scope with @extra names (map or NULL) on top. */
  TcValue    *(*render)     (TcJob *job, const char *text, const TcValue *extra, GError **error);
  /* Text of a name of the run: "workingDir", "outputDir", "taskrun.id", "flow.namespace" …; borrowed, NULL: no such name. */
  const char *(*name)       (TcJob *job, const char *what);
  /* Opens `kestra://`, `nsfile://`, allowed `file://`. Caller closes. -1 and @error. */
  int         (*open_uri)   (TcJob *job, const char *uri, GError **error);
  /* Moves or copies a local file into internal storage; returns its kestra:// URI. */
  char       *(*store_file) (TcJob *job, const char *path, const char *name, gboolean move, GError **error);
  /* Calls to what the engine owns: "kv.get", "kv.set", "secret", "namespace.files" …; args and result by name of the call. */
  TcValue    *(*call)       (TcJob *job, const char *what, const TcValue *args, GError **error);
  /* As render, but the value itself if @text is a single expression. NULL: render is used. */
  TcValue    *(*render_typed) (TcJob *job, const char *text, const TcValue *extra, GError **error);
} TcJobClass;

struct _TcJob
{
  const TcJobClass *klass;
  GCancellable     *cancellable;    /* set when the task is killed or times out; check at least every 100 ms */
  const TcTaskClass *task_class;
  TcValue          *props;          /* rendered properties, LATE ones as written */
};

/* What a job may do. All may block; none may be called after the job function has returned. */
const char *tc_job_name    (TcJob *job, const char *what);                 /* borrowed; NULL: no such name */
int      tc_job_open_uri   (TcJob *job, const char *uri, GError **error);  /* caller closes; -1 and @error */
char    *tc_job_store_file (TcJob *job, const char *path, const char *name, gboolean move, GError **error);
TcValue *tc_job_ask        (TcJob *job, const char *what, const TcValue *args, GError **error);
void     tc_job_metric     (TcJob *job, TcMetricKind kind, const char *name, double value, const TcValue *tags);   /* @tags may be NULL */
void     tc_job_log        (TcJob *job, TcLevel level, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean tc_job_log_value  (TcJob *job, TcLevel level, const TcValue *message, GError **error);   /* a text, or each text of a list */
TcValue *tc_job_render     (TcJob *job, const char *text, const TcValue *extra, GError **error);
TcValue *tc_job_render_typed (TcJob *job, const TcValue *written, GError **error);      /* texts typed, all others by tc_job_render_all() */
TcValue *tc_job_render_all (TcJob *job, const TcValue *value, const TcValue *extra, GError **error);   /* every text inside, keys too */

G_END_DECLS
