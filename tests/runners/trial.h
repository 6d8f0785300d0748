/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-output-file.h"
#include "tc-runner.h"

G_BEGIN_DECLS

/** Bench: a data directory, a host and a working directory of its own, on the default context. */
typedef struct
{
  char         *root, *data_dir, *directory;
  TcFdSet      *fds;
  TcRunnerHost *host;
} Bench;

void bench_set_up    (Bench *self, gconstpointer settings);         /* settings: TcRunnerHostSettings to start from, or NULL */
void bench_tear_down (Bench *self, gconstpointer unused);
void bench_restart   (Bench *self);                                 /* a new host on the same data directory */

/** Trial: one run and what it told. */
typedef struct
{
  Bench      *bench;
  char       *effect_id;
  const char *type;
  TcRun      *run;
  gboolean    is_started, is_ended;
  TcRunEnd    end;
  GError     *error;
  TcValue    *details;
  GString    *notes;          /* "LEVEL text\n" */
  guint       progress;
} Trial;

TcRunSpec *bench_spec     (Bench *self, ...) G_GNUC_NULL_TERMINATED;      /* argv */
TcRunSpec *bench_sh       (Bench *self, const char *script);               /* sh -c SCRIPT */
Trial     *trial_start    (Bench *bench, const char *type, TcRunSpec *spec);
Trial     *trial_adopt    (Bench *bench, const char *type, const char *effect_id);
void       trial_free     (Trial *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trial, trial_free)
void       trial_wait_started (Trial *self);
void       trial_wait     (Trial *self);                     /* fails the test after 60 s */
gboolean   bench_spin     (gboolean *flag, int64_t timeout_us);
void       bench_pause    (int64_t us);                      /* runs the loop */
char      *trial_output   (Trial *self, int stream);         /* lines joined by \n, so far */
void       trial_expect   (Trial *self, int stream, const char *expected);      /* of trial_output(); tells where they differ */
guint64    trial_count    (Trial *self, int stream);

/** bench_run_and_die: another process starts @script with the same data directory and is killed (SIGKILL) @after_us after the run was started
 * (negative: after it was asked for). Returns the effect id. Programs that use it begin with trial_die_if_asked(). */
char      *bench_run_and_die  (Bench *self, const char *type, const char *script, const char *image, int64_t after_us);
void       trial_die_if_asked (int argc, char **argv);

#define PROCESS "io.kestra.plugin.core.runner.Process"
#define DOCKER  "io.kestra.plugin.scripts.runner.docker.Docker"

G_END_DECLS
