/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-runner.h"
#include "tc-util.h"

#include <sys/resource.h>

G_BEGIN_DECLS

/** The head of every runner's own run structure. */
struct _TcRun
{
  const TcRunnerClass *klass;
  TcRunnerHost *host;
  TcRunSink     sink;
  gpointer      data;
  char         *effect_id, *directory;      /* the run directory */
  gboolean      ended;                      /* sink.ended was called */
  GSource      *later;
};

typedef struct _TcProcessWatch TcProcessWatch;      /* tc-runner-process.c: one inotify descriptor for all runs */
typedef struct _TcDockerEngines TcDockerEngines;    /* tc-runner-docker.c: connections by address */

struct _TcRunnerHost
{
  TcFdSet         *fds;
  GMainContext    *context;
  char            *data_dir, *shim, *engine_host, *engine_kind;
  gboolean         volumes;
  int64_t          sweep_delay_us;
  rlim_t           nofile;          /* the soft limit that children get back */
  GHashTable      *runs;            /* effect id → TcRun that has a handle */
  GThreadPool     *cleaner;         /* removes run directories: giving long output back to the file system takes its time */
  TcProcessWatch  *processes;
  TcDockerEngines *engines;
};

typedef void (*TcRunFunc) (TcRun *run);
void tc_run_init       (TcRun *run, const TcRunnerClass *klass, TcRunnerHost *host, const char *effect_id, const TcRunSink *sink, gpointer data);
void tc_run_clear      (TcRun *run);
void tc_run_remove_directory (TcRun *run);                /* in the background */
void tc_run_later      (TcRun *run, TcRunFunc func);      /* once, from the loop, unless the run is freed before */
void tc_run_tell_started (TcRun *run, const TcValue *details);
void tc_run_tell_ended (TcRun *run, const TcRunEnd *end);
void tc_run_tell_error (TcRun *run, const GError *error);            /* an end without a program */
void tc_run_note       (TcRun *run, TcLevel level, const char *format, ...) G_GNUC_PRINTF (3, 4);

TcProcessWatch *tc_process_watch_new  (TcRunnerHost *host);
void            tc_process_watch_free (TcProcessWatch *self);
TcDockerEngines *tc_docker_engines_new (TcRunnerHost *host);
void            tc_docker_engines_free (TcDockerEngines *self);      /* waits a little for removals that are under way */
void            tc_docker_engines_sweep (TcDockerEngines *self, GHashTable *live);

/* Run directories (tc-run-directory.c). Blocking; those that prepare belong on workers. */
gboolean tc_run_directory_make   (const char *directory, const TcRunSpec *spec, GError **error);      /* with spec and empty output */
gboolean tc_run_directory_is_locked (const char *directory);
void     tc_run_directory_remove (const char *directory);
gboolean tc_run_files_put        (const TcRunSpec *spec, GError **error);     /* the working directory and its input files (tc-run-files.c) */
/* The folder that a spec wants to have from an earlier run (tc-run-cache.c). What goes wrong only means that there is none. */
void     tc_run_cache_restore    (const TcRunSpec *spec);
void     tc_run_cache_store      (const TcRunSpec *spec);
gboolean tc_run_spec_shorten     (TcRunSpec *spec, const char *directory, GError **error);

/** TcRunExit: what the `exit` file of the shim says. */
typedef struct
{
  int      code, signal, spawn_errno, output_errno;
  gboolean stopped, killed;
  char     spawn_failed[16];
  int64_t  started_ns, ended_ns, peak_bytes;
  uint64_t output_bytes;
} TcRunExit;
/** tc_run_exit_load: FALSE: there is none, or it is not whole, or the output is shorter than it says. */
gboolean tc_run_exit_load        (const char *directory, TcRunExit *made);

G_END_DECLS
