/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-fd-set.h"
#include "tc-job.h"
#include "tc-run-spec.h"

G_BEGIN_DECLS

/**
 * TcRun: one attempt in flight. Engine thread only. A run survives its handle and the engine: what it does is in its run directory
 * DATA/runs/EFFECT (see README.md) and, for containers, in the daemon.
 */
typedef struct _TcRun TcRun;

/** TC_STOP_ASK: SIGTERM to the whole tree; the runner itself kills after the spec's grace_us, even if the engine dies meanwhile.
 *  TC_STOP_KILL: SIGKILL to the whole tree now. Both may be repeated, at any time before the handle is freed. */
typedef enum { TC_STOP_ASK, TC_STOP_KILL } TcStopMode;

#define TC_RUN_ERROR (tc_run_error_quark ())
GQuark tc_run_error_quark (void);
typedef enum
{
  TC_RUN_ERROR_SPEC,            /* the runner's properties or the run specification are wrong */
  TC_RUN_ERROR_FILES,           /* an input file could not be put in place, or its path leaves the working directory */
  TC_RUN_ERROR_PROGRAM,         /* the program could not be started: not found, not executable, argument list too long */
  TC_RUN_ERROR_STOPPED,         /* stopped before the program was started */
  TC_RUN_ERROR_LOST,            /* the supervisor or the container vanished and left no exit code */
  TC_RUN_ERROR_OUTPUT,          /* output was cut: the disk is full or failed; what was stored is complete up to there */
  TC_RUN_ERROR_ENGINE_NONE,     /* no container engine was found; the message lists the places looked at */
  TC_RUN_ERROR_ENGINE_DENIED,   /* its socket exists, but we may not use it */
  TC_RUN_ERROR_ENGINE_DOWN,     /* its socket exists, but nobody answers */
  TC_RUN_ERROR_ENGINE_VERSION,  /* it speaks no version of the Engine API that we speak */
  TC_RUN_ERROR_ENGINE_LOST,     /* it went away half-way and did not come back in time */
  TC_RUN_ERROR_ENGINE_REFUSED,  /* it refused a request for a reason of its own, which the message repeats */
  TC_RUN_ERROR_IMAGE_UNNAMED,   /* the task names no image */
  TC_RUN_ERROR_IMAGE_UNKNOWN,   /* no such image, here or in its registry */
  TC_RUN_ERROR_PULL_DENIED,     /* the registry wants other credentials */
  TC_RUN_ERROR_PULL_FAILED,     /* the registry could not be reached or broke off */
  TC_RUN_ERROR_CONTAINER_START, /* the container was made but its program could not be started: no such file, wrong architecture, port in use */
  TC_RUN_ERROR_CONTAINER_GONE,  /* somebody removed the container while it ran */
  TC_RUN_ERROR_OUT_OF_MEMORY,   /* the kernel killed it at its memory limit; exit_code is valid */
  TC_RUN_ERROR_COPY_IN,         /* the working directory could not be copied into the container */
  TC_RUN_ERROR_COPY_OUT,        /* it could not be copied back */
} TcRunError;

/** TcRunEnd: how it ended. Borrowed for the call. */
typedef struct
{
  int           exit_code;      /* 0…255, 128+N after signal N; -1: no program ended (see @error) */
  int           signal;         /* that ended it, or 0 */
  gboolean      oom_killed;
  gboolean      lost;           /* nothing is known of it any more: a new attempt is needed (event LOST) */
  gboolean      stopped;        /* it was told to stop before it ended, by us or by the end of the session */
  int64_t       started_us, ended_us;     /* UTC; 0: unknown */
  int64_t       peak_bytes;     /* largest resident memory of the tree's largest process; 0: unknown */
  uint64_t      output_bytes;   /* length of the output file, all of it written before this call */
  const GError *error;          /* NULL: it ran and ended by itself, or was stopped. May come with a valid exit_code */
} TcRunEnd;

/** TcPullProgress: a pull of an image that this run waits for. Totals grow while the registry names layers. The last one of a pull is over, but
 * a run that is stopped or freed meanwhile does not tell any more. */
typedef struct
{
  const char *image, *text;     /* text: what happens now, e.g. "Downloading" */
  unsigned    layers_done, layers_total;
  uint64_t    bytes_done, bytes_total;
  gboolean      over;           /* the pull has ended; all numbers are 0 */
  const GError *error;          /* why it failed, or NULL */
} TcPullProgress;

/**
 * TcRunSink: what a run tells the engine. All on the engine thread, never from inside start(), adopt(), stop() or free(), none after free().
 * Output is not among it: both runners write the `output` file of the run directory (tc-output-file.h), which the log thread follows.
 * The file exists when started is called; at ended it is complete. Any member may be NULL except ended, the only one that may free the run.
 */
typedef struct
{
  void (*started)  (gpointer data, const TcValue *details);        /* at most once; details: map, e.g. {"containerId": …}, or NULL; borrowed */
  void (*note)     (gpointer data, TcLevel level, const char *text);   /* for the task's log: "Pulled image x", "Volumes are off …" */
  void (*progress) (gpointer data, const TcPullProgress *progress);    /* at most 10 a second */
  void (*ended)    (gpointer data, const TcRunEnd *end);           /* exactly once, last */
} TcRunSink;

/** TcRunnerHost: what all runs of one engine share: descriptors, directories, connections to container engines. Engine thread. */
typedef struct _TcRunnerHost TcRunnerHost;

typedef struct
{
  TcFdSet      *fds;            /* borrowed; must outlive the host */
  GMainContext *context;        /* of the engine thread, where it must be the thread-default one */
  const char   *data_dir;       /* absolute; run directories are DATA/runs/EFFECT */
  const char   *shim;           /* path of tiercel-shim; NULL: beside our program, then TC_LIBEXECDIR, then the build folder */
  const char   *engine_host;    /* setting: container engine to use when the task names none, e.g. "unix:///run/docker.sock"; or NULL */
  const char   *engine_kind;    /* setting: "docker", "podman", "off", or NULL: any (tc_docker_find()) */
  gboolean      volumes;        /* setting: the docker runner's `volumes` are honoured */
  int64_t       sweep_delay_us; /* before engines are asked for containers to be swept: asking loads libcurl */
} TcRunnerHostSettings;

/** tc_runner_host_new: copies @settings; raises the soft limit on open files (children get the old one back). Error: no shim, no data_dir. */
TcRunnerHost *tc_runner_host_new   (const TcRunnerHostSettings *settings, GError **error);
/** tc_runner_host_free: all handles must have been freed. Running work goes on without us and can be adopted. Waits at most 5 s for
 * run directories that are being removed and for removals of containers that an engine has not got yet, running the context meanwhile. */
void          tc_runner_host_free  (TcRunnerHost *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcRunnerHost, tc_runner_host_free)

/** tc_runner_host_sweep: removes run directories and containers of this data directory whose effect is not in @live (a set of effect ids)
 * and which have no handle; what still runs is killed. Goes on in the background; failures are tried again at the next sweep. */
void          tc_runner_host_sweep (TcRunnerHost *self, GHashTable *live);

/**
 * TcRunnerClass: a row of runner-types.def. info.props declares the keys of `taskRunner` below `type`; the runner decodes spec->runner itself.
 *
 * start: takes @spec. Never NULL: what goes wrong comes as ended with an error. Makes the run directory and the working directory, puts
 *   the input files in place (on a worker thread) and starts. @effect_id is unique for ever (J3); it may hold any characters.
 * adopt: after a restart of the engine. Running: follows on; ended meanwhile: ended with the stored result; unknown: ended with lost.
 * stop: see TcStopMode; ended follows.
 * free: releases the handle. If ended was called, the container and the run directory are removed in the background (so read what you need
 *   from the output file first); otherwise the work goes on and can be adopted.
 */
typedef struct
{
  TcTypeInfo info;
  TcRun *(*start) (TcRunnerHost *host, TcRunSpec *spec, const char *effect_id, const TcRunSink *sink, gpointer data);
  TcRun *(*adopt) (TcRunnerHost *host, const char *effect_id, const TcRunSink *sink, gpointer data);
  void   (*stop)  (TcRun *run, TcStopMode mode);
  void   (*free)  (TcRun *run);
} TcRunnerClass;

extern const TcRunnerClass *const tc_runners[];        /* NULL-ended, in the order of runner-types.def */
extern const TcTypeInfo *const tc_runner_infos[];      /* the same, for tc_registry_builder_runners() */
const TcRunnerClass *tc_runner_find (const char *type);                        /* by type or alias; NULL: unknown here */

/* A handle knows its class: these call it. */
void        tc_run_stop       (TcRun *run, TcStopMode mode);
void        tc_run_free       (TcRun *run);                                     /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcRun, tc_run_free)

/** tc_run_directory: DATA/runs/EFFECT with the id made safe as a file name. Caller frees. Any thread. */
char       *tc_run_directory  (const char *data_dir, const char *effect_id);
/** tc_run_output_path: its output file. */
char       *tc_run_output_path (const char *data_dir, const char *effect_id);
/** tc_run_load_spec: what a run directory remembers of its spec, for collecting files after an adoption: runner, directory, outputs,
 * output_dir, image, grace_us; no argv, environment or files. Error: unknown run. */
TcRunSpec  *tc_run_load_spec  (const char *data_dir, const char *effect_id, GError **error);

/** TcFileOut: a file that a run left for us. */
typedef struct
{
  char *key;        /* as in `outputFiles`: relative to the working directory, or to the output directory */
  char *path;       /* absolute */
} TcFileOut;
void        tc_file_out_free  (TcFileOut *self);
/** tc_run_collect: the files that @spec's outputs and output_dir name, sorted, each once. Regular files only; symbolic links are not
 * followed. Blocks: worker thread, after ended. Returns: (transfer full): array of TcFileOut that owns them. (Kestra: ScriptService.uploadOutputFiles) */
GPtrArray  *tc_run_collect    (const TcRunSpec *spec, GError **error);

G_END_DECLS
