/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Containers, over the Docker Engine API. One function, advance(), begins what a state does; what it answers goes on by go().
 *
 *  PREPARING ─▶ FINDING_ENGINE ─▶ LOOKING_FOR_IMAGE ◀──▶ LOGGING_IN ─▶ PULLING ◀─▶ PULL_DELAYED
 *                                        ▼
 *                                    CREATING ─▶ COPYING_IN ─▶ STARTING ─▶ FOLLOWING ─▶ INSPECTING ─▶ COPYING_OUT ─▶ ENDED
 *                                                                           │     ▲
 *  adopt: PREPARING ─▶ FINDING_ENGINE ─▶ FINDING_CONTAINER ─▶ RESUMING ─────┼─────┘
 *                           ▲                                     ▲         ▼
 *                           └───────────────────── RESCANNING ────┴─── RECONNECTING
 *
 * D1 A container carries its effect's id as a label from the moment it exists, so it is found again or swept, whenever we die.
 * D2 The program's output is the daemon's log, which is on disk: following it again loses and doubles nothing (tc-docker-output.h).
 * D3 A run that was to be stopped before its container started ends as stopped, and the container is removed.
 * D4 Copying is what VOLUME means, but where root runs the program on an engine that shares our files, mounting the directory does the same
 *    in a third of the time; an engine that turns out not to see it gets copies after all.
 * D5 Podman (4.3) loses lines of a log that it is to follow, so there the log is read again and again to its end, each time leaving out what
 *    is known.
 * D6 When the daemon goes away the run waits for it RECONNECT_US, then ends with ENGINE_LOST.
 */
#include "config.h"

#include "tc-docker-pull.h"
#include "tc-docker-run.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define PULL_TRIES      5
#define PULL_DELAY_US   (5 * G_USEC_PER_SEC)
#define PULL_LONGEST_US (120 * G_USEC_PER_SEC)
#define RECONNECT_US    (120 * G_USEC_PER_SEC)
#define KNOCK_US        (500 * 1000)
#define FULL_DISK_US    (250 * 1000)
#define LOOK_US         (200 * 1000)
#define LATE_LOGS_US    (10 * G_USEC_PER_SEC)
#define PROGRESS_US     (100 * 1000)

extern const TcRunnerClass tc_runner_docker;

static void advance (DockerRun *self);

/* ---- ends and edges ---- */

static void
clear_timer (DockerRun *self)
{
  tc_fd_set_remove_deadline (self->run.host->fds, self->timer);
  tc_fd_set_remove_deadline (self->run.host->fds, self->retry);
  self->timer = self->retry = 0;
}

static void
in_a_while (DockerRun  *self,
            guint      *timer,
            int64_t     us,
            TcTimerFunc func)
{
  tc_fd_set_remove_deadline (self->run.host->fds, *timer);
  *timer = tc_fd_set_add_deadline (self->run.host->fds, tc_clock_now_us (tc_clock_system ()) + us, func, self);
}

static void
cancel_requests (DockerRun *self)
{
  TcDockerRequest **all[] = { &self->request, &self->logs, &self->wait, &self->ask, &self->kill };

  for (size_t i = 0; i < G_N_ELEMENTS (all); i++)
    {
      tc_docker_cancel (*all[i]);
      *all[i] = NULL;
    }
  g_clear_pointer (&self->files, tc_docker_files_drop);
  tc_docker_engines_forget (self->run.host->engines, self);
}

static void
finish (DockerRun    *self,
        const GError *error)
{
  gboolean ran = self->wait_over || (!error && !self->props.wait);
  TcRunEnd end = {
    .exit_code = ran ? (int) self->exit_code : -1,
    .oom_killed = self->oom_killed,
    .lost = error && error->code == TC_RUN_ERROR_LOST,
    .stopped = self->stop_wanted,
    .started_us = self->started_us,
    .ended_us = self->ended_us,
    .output_bytes = self->output ? tc_docker_output_bytes (self->output) : 0,
    .error = error,
  };

  if (ran && self->exit_code > 128 && self->exit_code < 160)
    end.signal = (int) self->exit_code - 128;
  cancel_requests (self);
  docker_work_drop (self);
  clear_timer (self);
  self->state = DOCKER_ENDED;
  if (self->output)
    tc_docker_output_cut (self->output);
  tc_run_tell_ended (&self->run, &end);
}

static void
fail (DockerRun  *self,
      TcRunError  code,
      const char *format,
      ...) G_GNUC_PRINTF (3, 4);

static void
fail (DockerRun  *self,
      TcRunError  code,
      const char *format,
      ...)
{
  g_autoptr(GError) error = NULL;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (TC_RUN_ERROR, (int) code, format, args);
  va_end (args);
  finish (self, error);
}

static void
fail_with (DockerRun    *self,
           const GError *error,
           TcRunError    code,
           const char   *what)
{
  g_autoptr(GError) made = tc_docker_run_error (error, self->docker, code, what);

  if (made->code == TC_RUN_ERROR_ENGINE_DOWN || made->code == TC_RUN_ERROR_ENGINE_NONE || made->code == TC_RUN_ERROR_ENGINE_LOST)
    tc_docker_engines_lost (self->run.host->engines, self->docker);
  finish (self, made);
}

/* D3 */
static void
go (DockerRun  *self,
    DockerState state)
{
  if (self->stop_wanted && !self->told_started && !self->adopted)
    {
      fail (self, TC_RUN_ERROR_STOPPED, _("Stopped before the container was started"));
      return;
    }
  self->state = state;
  advance (self);
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NO_SOCKET) || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DOWN)
         || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_BROKEN);
}

/* ---- the engine and the image ---- */

static void
on_retry (gpointer data)
{
  DockerRun *self = data;

  self->retry = 0;
  advance (self);
}

static void
on_engine (gpointer      data,
           TcDocker     *docker,
           const GError *error)
{
  DockerRun *self = data;
  gboolean had_container = self->adopted || self->container;

  if (docker)
    {
      self->docker = docker;
      if (self->lost_us)
        tc_run_note (&self->run, TC_LEVEL_INFO, _("The container engine at “%s” answers again"), tc_docker_host (docker));
      self->lost_us = 0;
      go (self, !had_container ? DOCKER_LOOKING_FOR_IMAGE : self->container ? DOCKER_RESUMING : DOCKER_FINDING_CONTAINER);
      return;
    }
  if (!had_container)
    {
      finish (self, error);
      return;
    }
  if (!self->lost_us)
    {
      self->lost_us = g_get_monotonic_time ();
      tc_run_note (&self->run, TC_LEVEL_WARN, _("The container engine does not answer; waiting for it: %s"), error->message);
    }
  if (g_get_monotonic_time () - self->lost_us > RECONNECT_US)
    fail (self, TC_RUN_ERROR_ENGINE_LOST, _("The container engine went away and did not come back: %s"), error->message);
  else
    in_a_while (self, &self->retry, KNOCK_US, on_retry);
}

/* D6. Whatever was asked for is asked again once it is back. */
static void
lose_engine (DockerRun    *self,
             const GError *error)
{
  tc_docker_engines_lost (self->run.host->engines, self->docker);
  cancel_requests (self);
  clear_timer (self);
  self->lost_us = g_get_monotonic_time ();
  self->logs_over = self->wait_over = FALSE;
  tc_run_note (&self->run, TC_LEVEL_WARN, _("The container engine at “%s” went away (%s); waiting for it"), tc_docker_host (self->docker), error->message);
  self->state = DOCKER_RECONNECTING;
  in_a_while (self, &self->retry, KNOCK_US, on_retry);
}

/* Numbers of the user that runs the program. FALSE: only the image knows. */
static gboolean
user_ids (const DockerRun *self,
          int             *uid,
          int             *gid)
{
  return tc_docker_user_ids (self->props.user && *self->props.user ? self->props.user : self->image_user, uid, gid);
}

/* D4 */
static gboolean
may_mount (const DockerRun *self)
{
  int uid, gid;

  return self->props.file_handling == TC_FILES_VOLUME && !self->must_copy && tc_docker_shares_files (self->docker) && user_ids (self, &uid, &gid) && uid == 0;
}

static void
on_image (gpointer       data,
          const TcValue *answer,
          const GError  *error)
{
  DockerRun *self = data;
  const TcValue *config = answer ? tc_value_get (answer, "Config") : NULL;

  self->request = NULL;
  if (!error)
    {
      g_free (self->image_user);
      self->image_user = g_strdup (config ? tc_value_get_str (config, "User") : NULL);
      self->mounts = may_mount (self);
      go (self, DOCKER_CREATING);
    }
  else if (!g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("looking for the image"));
  else if (self->props.pull_policy == TC_PULL_NEVER)
    fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was not found, and `pullPolicy` is NEVER: pull it (docker pull %s), or allow pulling"), self->image,
          self->image);
  else if (self->pulled)
    fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was pulled, but is not there: somebody has removed it meanwhile"), self->image);
  else
    go (self, DOCKER_LOGGING_IN);
}

static void
on_pull_line (gpointer       data,
              const TcValue *line,
              const GError  *error)
{
  DockerRun *self = data;
  int64_t now = g_get_monotonic_time ();
  TcDockerPullSum sum;
  TcPullProgress progress;

  tc_docker_pull_take (self->pull, line, &sum);
  if (!self->run.sink.progress || now - self->progress_us < PROGRESS_US)
    return;
  self->progress_us = now;
  progress = (TcPullProgress) { self->image, sum.text, sum.layers_done, sum.layers_total, sum.bytes_done, sum.bytes_total };
  self->run.sink.progress (self->run.data, &progress);
}

static void
delay_pull (DockerRun    *self,
            const GError *error)
{
  int64_t delay = MIN ((int64_t) PULL_DELAY_US << (self->pulls - 1), (int64_t) PULL_LONGEST_US);

  if (self->pulls >= PULL_TRIES)
    {
      fail (self, TC_RUN_ERROR_PULL_FAILED, _("The image “%s” could not be pulled after %d tries: %s. Check the network and the registry's address"), self->image,
            self->pulls, error->message);
      return;
    }
  tc_run_note (&self->run, TC_LEVEL_WARN, _("The image “%s” could not be pulled (%s); trying again in %d s"), self->image, error->message,
               (int) (delay / G_USEC_PER_SEC));
  self->state = DOCKER_PULL_DELAYED;
  in_a_while (self, &self->retry, delay, on_retry);
}

static void
on_pulled (gpointer       data,
           const TcValue *answer,
           const GError  *error)
{
  DockerRun *self = data;
  g_autofree char *registry = tc_docker_image_registry (self->image);

  self->request = NULL;
  if (!error)
    {
      self->pulled = TRUE;
      tc_run_note (&self->run, TC_LEVEL_INFO, _("Pulled the image %s"), self->image);
      go (self, DOCKER_LOOKING_FOR_IMAGE);
    }
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DENIED))
    fail (self, TC_RUN_ERROR_PULL_DENIED,
          _("The image “%s” may not be pulled: %s. Check its name; if it is private, set `credentials` of the taskRunner, or log in (docker login %s)"), self->image,
          error->message, registry);
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND) || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_BAD))
    fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was not found at %s: %s. Check its name and tag (`containerImage`)"), self->image, registry,
          error->message);
  else
    delay_pull (self, error);
}

static void
pull (DockerRun *self)
{
  self->pulls++;
  g_clear_pointer (&self->pull, tc_docker_pull_free);
  self->pull = tc_docker_pull_new ();
  self->request = tc_docker_pull (self->docker, self->image, self->auth, on_pull_line, on_pulled, self);
}

/* ---- the container ---- */

static void
on_created (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  DockerRun *self = data;
  const TcValue *warnings = answer ? tc_value_get (answer, "Warnings") : NULL;

  self->request = NULL;
  if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND) && !self->pulled && self->props.pull_policy != TC_PULL_NEVER)
    go (self, DOCKER_LOGGING_IN);        /* removed since we looked */
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was not found: %s"), self->image, error->message);
  else if (error && self->mounts && strstr (error->message, "bind source path does not exist"))
    {
      self->mounts = FALSE;
      self->must_copy = TRUE;
      go (self, DOCKER_CREATING);
    }
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_BAD))
    fail_with (self, error, TC_RUN_ERROR_SPEC, _("making the container (see the properties of the taskRunner)"));
  else if (error)
    fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("making the container"));
  else
    {
      self->container = g_strdup (tc_value_get_str (answer, "Id"));
      for (size_t i = 0; tc_value_is (warnings, TC_VALUE_LIST) && i < tc_value_length (warnings); i++)
        if (tc_value_is (tc_value_item (warnings, i), TC_VALUE_STRING))
          tc_run_note (&self->run, TC_LEVEL_WARN, "%s", tc_value_get_text (tc_value_item (warnings, i)));
      if (self->container)
        go (self, DOCKER_COPYING_IN);
      else
        fail (self, TC_RUN_ERROR_ENGINE_REFUSED, _("The container engine made a container without an id"));
    }
}

static void
create (DockerRun *self)
{
  gboolean has_volumes = tc_value_is (self->props.volumes, TC_VALUE_LIST) && tc_value_length (self->props.volumes) > 0;
  g_autoptr(GError) error = NULL;
  g_autoptr(TcValue) body = tc_docker_body (self->spec, &self->props, self->image, &self->run, self->run.host->volumes, self->mounts,
                                             tc_docker_is_podman (self->docker), &error);

  if (!body)
    {
      finish (self, error);
      return;
    }
  if (has_volumes && !self->run.host->volumes)
    tc_run_note (&self->run, TC_LEVEL_WARN, _("`volumes` of the taskRunner is ignored: mounting folders of this computer is not allowed in the settings"));
  self->request = tc_docker_create (self->docker, body, on_created, self);
}

/* Both halves of a transfer are over. The worker's error comes first: a pack that broke off looks whole to the daemon. */
static void
on_copied_in (gpointer      data,
              const GError *error)
{
  DockerRun *self = data;

  self->files = NULL;
  if (error)
    fail (self, TC_RUN_ERROR_COPY_IN, _("The working directory could not be copied into the container: %s"), error->message);
  else
    go (self, DOCKER_STARTING);
}

static void
on_put (gpointer       data,
        const TcValue *answer,
        const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  if (error)
    fail_with (self, error, TC_RUN_ERROR_COPY_IN, _("copying the working directory into the container"));
  else
    tc_docker_files_request_done (self->files);
}

static void
copy_in (DockerRun *self)
{
  g_autoptr(GError) error = NULL;
  int uid, gid, fd;
  gboolean known = user_ids (self, &uid, &gid);

  /* The daemon makes the directory as root's, which is enough when there is nothing to put in and root runs the program. */
  if (self->mounts || self->props.file_handling == TC_FILES_MOUNT || (self->empty && known && uid == 0))
    {
      go (self, DOCKER_STARTING);
      return;
    }
  self->files = tc_docker_files_pack (self->spec->directory, uid, gid, !known, &fd, on_copied_in, self, &error);
  if (!self->files)
    finish (self, error);
  else
    self->request = tc_docker_put_archive (self->docker, self->container, "/", fd, on_put, self);
}

static void
fail_start (DockerRun    *self,
            const GError *error)
{
  const char *hint = NULL;

  if (strstr (error->message, "exec format error"))
    hint = _("The image is for another kind of processor");
  else if (strstr (error->message, "no such file or directory") || strstr (error->message, "executable file not found"))
    hint = _("The image has no such program: change `interpreter` or `entryPoint`, or use an image that has it");
  else if (strstr (error->message, "permission denied"))
    hint = _("The program is not executable inside the image");
  else if (strstr (error->message, "already allocated") || strstr (error->message, "already in use"))
    hint = _("Another program uses this port: change `portBindings`, or stop that program");
  else if (strstr (error->message, "could not select device driver"))
    hint = _("The engine does not know such a device: install its container toolkit, or change `deviceRequests`");
  if (is_gone (error) || !hint)
    fail_with (self, error, TC_RUN_ERROR_CONTAINER_START, _("starting the container"));
  else
    fail (self, TC_RUN_ERROR_CONTAINER_START, _("The container could not be started: %s. %s"), error->message, hint);
}

static void
tell_started (DockerRun *self)
{
  g_autoptr(TcValue) details = tc_value_map_of ("containerId", tc_value_string (self->container), NULL);

  if (self->told_started)
    return;
  self->told_started = TRUE;
  tc_run_tell_started (&self->run, details);
}

static void
on_started (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  if (error && !g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_CONFLICT))
    {
      fail_start (self, error);
      return;
    }
  self->started_us = tc_clock_now_us (tc_clock_system ());
  tc_run_note (&self->run, TC_LEVEL_DEBUG, _("Started container %s of the image %s"), self->container, self->image);
  tell_started (self);
  if (self->props.wait)
    go (self, DOCKER_FOLLOWING);
  else
    finish (self, NULL);
}

static void
on_stop_answer (DockerRun    *self,
                const GError *error)
{
  /* It has ended meanwhile (Docker 409, Podman 500), or the engine is gone, which the others notice as well. */
  if (error && !is_gone (error) && !strstr (error->message, "is not running") && !strstr (error->message, "not running")
      && !g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_CONFLICT) && !g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    tc_run_note (&self->run, TC_LEVEL_WARN, _("The container could not be stopped: %s"), error->message);
}

static void
on_asked (gpointer       data,
          const TcValue *answer,
          const GError  *error)
{
  ((DockerRun *) data)->ask = NULL;
  on_stop_answer (data, error);
}

static void
on_killed (gpointer       data,
           const TcValue *answer,
           const GError  *error)
{
  ((DockerRun *) data)->kill = NULL;
  on_stop_answer (data, error);
}

static void
send_stop (DockerRun *self)
{
  if ((self->kill_wanted || self->props.grace_us <= 0) && !self->kill)
    self->kill = tc_docker_kill (self->docker, self->container, on_killed, self);
  else if (!self->kill && !self->ask)
    self->ask = tc_docker_stop (self->docker, self->container, (self->props.grace_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, on_asked, self);
}

/* ---- following ---- */

static void
end_following (DockerRun *self)
{
  if (!self->logs_over || !self->wait_over || (self->output && !tc_docker_output_flush (self->output) && !self->stop_wanted))
    return;
  clear_timer (self);
  self->ended_us = tc_clock_now_us (tc_clock_system ());
  if (self->exit_code == 137 && !self->stop_wanted)
    go (self, DOCKER_INSPECTING);
  else
    go (self, DOCKER_COPYING_OUT);
}

static void
end_cut (DockerRun *self)
{
  fail (self, TC_RUN_ERROR_OUTPUT, _("The output was cut, as it could not be stored: %s"), g_strerror (tc_docker_output_errno (self->output)));
}

static void
on_flush_timer (gpointer data)
{
  DockerRun *self = data;

  self->timer = 0;
  if (!tc_docker_output_flush (self->output))
    {
      if (tc_docker_output_failed (self->output))
        end_cut (self);
      else
        in_a_while (self, &self->timer, FULL_DISK_US, on_flush_timer);
      return;
    }
  if (self->told_full)
    tc_run_note (&self->run, TC_LEVEL_INFO, _("The output can be stored again: the log is read on"));
  self->told_full = FALSE;
  if (self->logs)
    tc_docker_resume (self->logs);
  end_following (self);
}

static gboolean
may_take (gpointer data)
{
  DockerRun *self = data;

  if (tc_docker_output_flush (self->output))
    return TRUE;
  if (!self->told_full)
    tc_run_note (&self->run, TC_LEVEL_WARN, _("The output cannot be stored: %s. The log is read on when there is room again"),
                 g_strerror (tc_docker_output_errno (self->output)));
  self->told_full = TRUE;
  if (!self->timer)
    in_a_while (self, &self->timer, FULL_DISK_US, on_flush_timer);
  return FALSE;
}

static void
on_frame (gpointer    data,
          int         stream,
          int64_t     time_ns,
          const char *bytes,
          size_t      length)
{
  DockerRun *self = data;

  tc_docker_output_frame (self->output, stream, time_ns, bytes, length);
  /* Whatever one read brought is written at once when the loop comes round. */
  if (!self->timer)
    in_a_while (self, &self->timer, 0, on_flush_timer);
}

static void
fail_gone (DockerRun *self)
{
  fail (self, TC_RUN_ERROR_CONTAINER_GONE, _("The container %.12s was removed by somebody while it ran"), self->container);
}

static void on_look (gpointer data);

static void
on_logs_end (gpointer       data,
             const TcValue *answer,
             const GError  *error)
{
  DockerRun *self = data;

  self->logs = NULL;
  if (error && is_gone (error))
    {
      lose_engine (self, error);
      return;
    }
  if (error && !g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    tc_run_note (&self->run, TC_LEVEL_WARN, _("The container's log cannot be read: %s"), error->message);
  self->logs_over = error || self->last_look || !tc_docker_is_podman (self->docker);
  if (self->logs_over)
    end_following (self);
  else
    in_a_while (self, &self->retry, self->wait_over ? 0 : LOOK_US, on_look);
}

static void
read_logs (DockerRun *self)
{
  gboolean podman = tc_docker_is_podman (self->docker);

  self->last_look = self->wait_over;
  self->logs = tc_docker_logs (self->docker, self->container, tc_docker_output_since_ns (self->output), !podman, may_take, on_frame, on_logs_end, self);
}

/* D5 */
static void
on_look (gpointer data)
{
  DockerRun *self = data;

  self->retry = 0;
  if (tc_docker_output_again (self->output) && !self->wait_over && tc_docker_output_flush (self->output))
    {
      cancel_requests (self);
      clear_timer (self);
      self->logs_over = self->wait_over = FALSE;
      go (self, DOCKER_RESCANNING);
    }
  else
    read_logs (self);
}

static void
on_late_logs (gpointer data)
{
  DockerRun *self = data;

  self->retry = 0;
  tc_docker_cancel (self->logs);
  self->logs = NULL;
  self->logs_over = TRUE;
  tc_run_note (&self->run, TC_LEVEL_WARN, _("The container has ended, but its log has not: what came until now is kept"));
  end_following (self);
}

static void
on_wait_end (gpointer       data,
             const TcValue *answer,
             const GError  *error)
{
  DockerRun *self = data;
  const TcValue *wrong = answer ? tc_value_lookup (answer, "Error", "Message", NULL) : NULL;
  gboolean removed = tc_value_is (wrong, TC_VALUE_STRING) && strstr (tc_value_get_text (wrong), "no such container");

  self->wait = NULL;
  if (error && is_gone (error))
    lose_engine (self, error);
  else if (removed || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    fail_gone (self);
  else if (error)
    fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("waiting for the container"));
  else
    {
      self->exit_code = tc_value_get_i64 (answer, "StatusCode", -1);
      self->wait_over = TRUE;
      if (tc_docker_is_podman (self->docker) && !self->logs && !self->logs_over)
        in_a_while (self, &self->retry, 0, on_look);
      else if (!self->logs_over && !self->told_full && !tc_docker_is_podman (self->docker))
        in_a_while (self, &self->retry, LATE_LOGS_US, on_late_logs);
      end_following (self);
    }
}

static void
follow (DockerRun *self)
{
  self->logs_over = self->wait_over = FALSE;
  read_logs (self);
  self->wait = tc_docker_wait (self->docker, self->container, on_wait_end, self);
  if (self->stop_wanted)
    send_stop (self);
}

/* ---- after a restart of either side ---- */

static void
on_listed (gpointer       data,
           const TcValue *answer,
           const GError  *error)
{
  DockerRun *self = data;
  const TcValue *first = tc_value_is (answer, TC_VALUE_LIST) && tc_value_length (answer) > 0 ? tc_value_item (answer, 0) : NULL;

  self->request = NULL;
  if (error && is_gone (error))
    lose_engine (self, error);
  else if (error)
    fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("looking for the container"));
  else if (!first || !tc_value_get_str (first, "Id"))
    fail (self, TC_RUN_ERROR_LOST, _("The container was lost: the engine at “%s” does not know it"), tc_docker_host (self->docker));
  else
    {
      self->container = g_strdup (tc_value_get_str (first, "Id"));
      go (self, DOCKER_RESUMING);
    }
}

static gboolean
has_mount (const TcValue *container,
           const char    *directory)
{
  const TcValue *mounts = tc_value_get (container, "Mounts");

  for (size_t i = 0; tc_value_is (mounts, TC_VALUE_LIST) && i < tc_value_length (mounts); i++)
    if (g_strcmp0 (tc_value_get_str (tc_value_item (mounts, i), "Destination"), directory) == 0)
      return TRUE;
  return FALSE;
}

static void
on_resumed (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  DockerRun *self = data;
  const TcValue *state = answer ? tc_value_get (answer, "State") : NULL;
  const char *status = state ? tc_value_get_str (state, "Status") : NULL;

  self->request = NULL;
  self->mounts = answer && has_mount (answer, self->spec->directory);
  if (error && is_gone (error))
    lose_engine (self, error);
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    fail_gone (self);
  else if (error)
    fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("looking at the container"));
  else if (self->adopted && !self->told_started && (g_strcmp0 (status, "created") == 0 || !self->props.resume))
    fail (self, TC_RUN_ERROR_LOST, g_strcmp0 (status, "created") == 0 ? _("Tiercel ended before the container was started")
                                                                       : _("`resume` of the taskRunner is off: the container is not followed"));
  else
    {
      tell_started (self);
      if (self->props.wait)
        go (self, DOCKER_FOLLOWING);
      else
        finish (self, NULL);
    }
}

/* ---- the end ---- */

static void
on_inspected (gpointer       data,
              const TcValue *answer,
              const GError  *error)
{
  DockerRun *self = data;
  const TcValue *state = answer ? tc_value_get (answer, "State") : NULL;

  self->request = NULL;
  self->oom_killed = state && tc_value_get_flag (state, "OOMKilled", FALSE);
  go (self, DOCKER_COPYING_OUT);
}

static void
finish_run (DockerRun *self)
{
  const char *limit = self->props.memory ? tc_value_get_str (self->props.memory, "memory") : NULL;

  if (self->oom_killed && limit)
    fail (self, TC_RUN_ERROR_OUT_OF_MEMORY, _("The program was ended because it needed more memory than its limit of %s: raise `memory.memory` of the taskRunner"),
          limit);
  else if (self->oom_killed)
    fail (self, TC_RUN_ERROR_OUT_OF_MEMORY, _("The program was ended because the computer ran out of memory"));
  else
    finish (self, NULL);
}

static void
on_copy_failed (DockerRun  *self,
                const char *message)
{
  gboolean wanted = self->spec->outputs && self->spec->outputs->len > 0;

  if (wanted && !self->oom_killed)
    fail (self, TC_RUN_ERROR_COPY_OUT, _("The files could not be copied out of the container: %s"), message);
  else
    {
      tc_run_note (&self->run, TC_LEVEL_WARN, _("The files could not be copied out of the container: %s"), message);
      finish_run (self);
    }
}

static void
on_copied_out (gpointer      data,
               const GError *error)
{
  DockerRun *self = data;

  self->files = NULL;
  if (error)
    on_copy_failed (self, error->message);
  else
    finish_run (self);
}

static void
on_got (gpointer       data,
        const TcValue *answer,
        const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  if (error)
    {
      g_clear_pointer (&self->files, tc_docker_files_drop);
      on_copy_failed (self, error->message);
    }
  else
    tc_docker_files_request_done (self->files);
}

static void
copy_out (DockerRun *self)
{
  gboolean wanted = !self->spec->private_directory || (self->spec->outputs && self->spec->outputs->len > 0) || self->spec->output_dir;
  g_autoptr(GError) error = NULL;
  int fd;

  if (self->mounts || self->props.file_handling == TC_FILES_MOUNT || !wanted || self->stop_wanted)
    {
      finish_run (self);
      return;
    }
  self->files = tc_docker_files_unpack (self->spec->directory, &fd, on_copied_out, self, &error);
  if (!self->files)
    finish (self, error);
  else
    self->request = tc_docker_get_archive (self->docker, self->container, self->spec->directory, fd, on_got, self);
}

/* ---- the machine ---- */

static void
look_for_image (DockerRun *self)
{
  const char *image = self->props.image && *self->props.image ? self->props.image : self->spec->image;

  if (!image || !*image)
    {
      fail (self, TC_RUN_ERROR_IMAGE_UNNAMED, _("This task runner needs the `containerImage` property"));
      return;
    }
  if (!self->image)
    self->image = g_strdup (image);
  if (self->props.pull_policy == TC_PULL_ALWAYS && !self->pulled)
    go (self, DOCKER_LOGGING_IN);
  else
    self->request = tc_docker_image (self->docker, self->image, on_image, self);
}

static void
advance (DockerRun *self)
{
  switch (self->state)
    {
    case DOCKER_PREPARING: docker_work_start (self, self->adopted ? DOCKER_WORK_ADOPT : DOCKER_WORK_START); break;
    case DOCKER_FINDING_ENGINE: tc_docker_engines_get (self->run.host->engines, self->props.host, on_engine, self); break;
    case DOCKER_LOOKING_FOR_IMAGE: look_for_image (self); break;
    case DOCKER_LOGGING_IN: docker_work_start (self, DOCKER_WORK_LOGIN); break;
    case DOCKER_PULL_DELAYED: go (self, DOCKER_PULLING); break;
    case DOCKER_PULLING: pull (self); break;
    case DOCKER_CREATING: create (self); break;
    case DOCKER_COPYING_IN: copy_in (self); break;
    case DOCKER_STARTING: self->request = tc_docker_start (self->docker, self->container, on_started, self); break;
    case DOCKER_FINDING_CONTAINER:
      {
        g_autofree char *label = g_strconcat ("tiercel.effect=", self->run.effect_id, NULL);

        self->request = tc_docker_list (self->docker, label, on_listed, self);
        break;
      }
    case DOCKER_RESUMING: self->request = tc_docker_inspect (self->docker, self->container, on_resumed, self); break;
    case DOCKER_FOLLOWING: follow (self); break;
    case DOCKER_RECONNECTING: go (self, DOCKER_RESCANNING); break;
    case DOCKER_RESCANNING: docker_work_start (self, DOCKER_WORK_SCAN); break;
    case DOCKER_INSPECTING: self->request = tc_docker_inspect (self->docker, self->container, on_inspected, self); break;
    case DOCKER_COPYING_OUT: copy_out (self); break;
    case DOCKER_ENDED: g_assert_not_reached ();
    }
}

void
docker_work_done (DockerRun    *self,
                  const GError *error)
{
  if (error)
    finish (self, error);
  else if (self->state == DOCKER_LOGGING_IN)
    go (self, DOCKER_PULLING);
  else
    go (self, DOCKER_FINDING_ENGINE);
}

/* ---- the class ---- */

static void
on_stopped (TcRun *run)
{
  DockerRun *self = (DockerRun *) run;

  if (self->wait_over)
    finish_run (self);
  else
    fail (self, TC_RUN_ERROR_STOPPED, _("Stopped before the container was started"));
}

static void
docker_stop (TcRun     *run,
             TcStopMode mode)
{
  DockerRun *self = (DockerRun *) run;

  if (run->ended)
    return;
  self->stop_wanted = TRUE;
  self->kill_wanted |= mode == TC_STOP_KILL;
  if (self->state == DOCKER_FOLLOWING)
    send_stop (self);
  /* What takes long and has made nothing yet, or only takes things out, is left at once; the rest looks at stop_wanted when it is through. */
  else if (self->state == DOCKER_PULLING || self->state == DOCKER_PULL_DELAYED || self->state == DOCKER_COPYING_IN || self->state == DOCKER_COPYING_OUT)
    {
      cancel_requests (self);
      clear_timer (self);
      if (!run->later)
        tc_run_later (run, on_stopped);
    }
}

static void
begin (TcRun *run)
{
  advance ((DockerRun *) run);
}

static DockerRun *
run_new (TcRunnerHost    *host,
         const char      *effect_id,
         const TcRunSink *sink,
         gpointer         data)
{
  DockerRun *self = g_new0 (DockerRun, 1);

  tc_run_init (&self->run, &tc_runner_docker, host, effect_id, sink, data);
  self->props.wait = self->props.delete_it = TRUE;
  if (!host->engines)
    host->engines = tc_docker_engines_new (host);
  tc_run_later (&self->run, begin);
  return self;
}

static TcRun *
docker_start (TcRunnerHost    *host,
              TcRunSpec       *spec,
              const char      *effect_id,
              const TcRunSink *sink,
              gpointer         data)
{
  DockerRun *self = run_new (host, effect_id, sink, data);

  self->spec = spec;
  return &self->run;
}

static TcRun *
docker_adopt (TcRunnerHost    *host,
              const char      *effect_id,
              const TcRunSink *sink,
              gpointer         data)
{
  DockerRun *self = run_new (host, effect_id, sink, data);

  self->adopted = TRUE;
  return &self->run;
}

/* What we put into a mounted directory ourselves. */
static void
remove_script (DockerRun *self)
{
  g_autofree char *script = self->spec && self->spec->directory ? g_build_filename (self->spec->directory, TC_DOCKER_SCRIPT_NAME, NULL) : NULL;

  if (script)
    g_unlink (script);
}

static void
docker_free (TcRun *run)
{
  DockerRun *self = (DockerRun *) run;

  cancel_requests (self);
  docker_work_drop (self);
  clear_timer (self);
  if (run->ended)
    {
      remove_script (self);
      tc_run_remove_directory (run);
      if (self->container && self->props.delete_it && self->props.wait)
        tc_docker_engines_remove (self->run.host->engines, self->docker, self->container);
    }
  tc_run_clear (run);
  tc_run_spec_free (self->spec);
  tc_props_clear (tc_docker_props, &self->props);
  tc_docker_output_free (self->output);
  tc_docker_pull_free (self->pull);
  g_free (self->image);
  g_free (self->image_user);
  g_free (self->container);
  g_free (self->auth);
  g_free (self);
}

static const char *const docker_aliases[] = { "io.kestra.plugin.scripts.runner.docker.DockerTaskRunner", NULL };
static const char *const docker_examples[] = {
  "taskRunner:\n  type: io.kestra.plugin.scripts.runner.docker.Docker\n",
  "taskRunner:\n  type: io.kestra.plugin.scripts.runner.docker.Docker\n  pullPolicy: NEVER\n  memory:\n    memory: 512MB\n  cpu:\n    cpus: 1\n",
  NULL
};

const TcRunnerClass tc_runner_docker = {
  .info = {
    .type = "io.kestra.plugin.scripts.runner.docker.Docker",
    .aliases = docker_aliases,
    .title = N_("Docker"),
    .doc = N_("Runs the task in a container of its `containerImage`, on Docker or Podman. Files are copied in before and out after the run."),
    .examples = docker_examples,
    .props = tc_docker_props,
    .props_size = sizeof (TcDockerProps),
  },
  .start = docker_start,
  .adopt = docker_adopt,
  .stop = docker_stop,
  .free = docker_free,
};
