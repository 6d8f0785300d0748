/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-docker-engines.h"
#include "tc-docker-files.h"
#include "tc-docker-output.h"
#include "tc-docker-props.h"

G_BEGIN_DECLS

typedef enum
{
  DOCKER_PREPARING,
  DOCKER_FINDING_ENGINE,
  DOCKER_LOOKING_FOR_IMAGE,
  DOCKER_LOOKING_AROUND,
  DOCKER_LOGGING_IN,
  DOCKER_PULLING,
  DOCKER_PULL_DELAYED,
  DOCKER_CREATING,
  DOCKER_COPYING_IN,
  DOCKER_STARTING,
  DOCKER_FINDING_CONTAINER,
  DOCKER_RESUMING,
  DOCKER_FOLLOWING,
  DOCKER_RECONNECTING,
  DOCKER_RESCANNING,
  DOCKER_INSPECTING,
  DOCKER_COPYING_OUT,
  DOCKER_GIVING_BACK,
  DOCKER_ENDED,
} DockerState;

#define TC_DOCKER_SCRIPT_NAME ".tiercel-script.sh"      /* what tc_run_spec_shorten() makes */

typedef struct _DockerWork DockerWork;

/** DockerRun: a container in flight. Its states are drawn at the head of tc-runner-docker.c. */
typedef struct
{
  TcRun            run;
  DockerState      state;
  DockerWork      *work;              /* on a worker now */
  TcRunSpec       *spec;
  TcDockerProps    props;
  char            *image, *image_user, *container, *helper;
  TcDocker        *docker;
  TcDockerRequest *request, *logs, *wait, *ask, *kill;
  TcDockerFiles   *files;
  TcDockerOutput  *output;            /* NULL while a worker has it */
  struct _TcDockerPull *pull;
  char            *auth;
  guint            timer, retry;
  int              pulls;
  int64_t          progress_us, lost_us, started_us, ended_us;
  int64_t          exit_code;
  gboolean         adopted, pulled, empty, stop_wanted, kill_wanted, logs_over, wait_over, oom_killed, told_started, told_full, mounts, must_copy, last_look;
} DockerRun;

/* Edges, for all parts. Each may end the run and so be the last that a caller does. */
void     docker_go              (DockerRun *self, DockerState state);
void     docker_finish          (DockerRun *self, const GError *error);
void     docker_fail            (DockerRun *self, TcRunError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
void     docker_fail_with       (DockerRun *self, const GError *error, TcRunError code, const char *what);   /* what we were doing, translated */
gboolean docker_is_gone         (const GError *error);                 /* it says that nobody answers */
void     docker_fail_gone       (DockerRun *self);                      /* the container is there no more */
void     docker_lose_engine     (DockerRun *self, const GError *error);
void     docker_cancel_requests (DockerRun *self);
void     docker_clear_timer     (DockerRun *self);
void     docker_in_a_while      (DockerRun *self, guint *timer, int64_t us, TcTimerFunc func);

/* What the states begin, where it is in another file: tc-docker-image.c, tc-docker-follow.c, tc-runner-docker.c. */
void     docker_find_engine     (DockerRun *self);
void     docker_look_for_image  (DockerRun *self);
void     docker_look_around     (DockerRun *self);
void     docker_pull            (DockerRun *self);
gboolean docker_wants_files     (const DockerRun *self);       /* that the program leaves in its directory */
gboolean docker_user_ids        (const DockerRun *self, int *uid, int *gid);
void     docker_find_container  (DockerRun *self);
void     docker_resume          (DockerRun *self);
void     docker_follow          (DockerRun *self);
void     docker_tell_started    (DockerRun *self);
gboolean docker_may_leave_foreign_files (const DockerRun *self);
void     docker_give_back       (DockerRun *self);
void     docker_end_run         (DockerRun *self);                      /* after its program: nothing else is left to do */
void     docker_send_stop       (DockerRun *self);

/* What workers do for a run (tc-docker-work.c): the result comes as a call of docker_work_done() with the error, or NULL. */
typedef enum { DOCKER_WORK_START, DOCKER_WORK_ADOPT, DOCKER_WORK_SCAN, DOCKER_WORK_LOGIN } DockerWorkKind;
void docker_work_start (DockerRun *self, DockerWorkKind kind);
void docker_work_drop  (DockerRun *self);
void docker_work_done  (DockerRun *self, const GError *error);

G_END_DECLS
