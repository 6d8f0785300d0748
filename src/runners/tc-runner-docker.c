/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Containers, over the Docker Engine API. One function, advance(), begins what a state does; its answer goes on by docker_go().
 *
 *  PREPARING ─▶ FINDING_ENGINE ─▶ LOOKING_FOR_IMAGE ◀──▶ LOGGING_IN ─▶ PULLING ◀─▶ PULL_DELAYED
 *                                        ▼
 *                  (LOOKING_AROUND ─▶) CREATING ─▶ COPYING_IN ─▶ STARTING ─▶ FOLLOWING ─▶ INSPECTING ─▶ COPYING_OUT ─▶ (GIVING_BACK) ─▶ ENDED
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
 *    Its wait tells 0 for a container that somebody removed, so there the container is looked at before that is believed.
 *    Who follows Docker's log misses, at times, the last line if it has no end: so its tail is read once more after the container's end.
 * D6 When the daemon goes away the run waits for it RECONNECT_US, then ends with ENGINE_LOST.
 */
#include "config.h"

#include "tc-docker-pull.h"
#include "tc-docker-run.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

extern const TcRunnerClass tc_runner_docker;

static void advance (DockerRun *self);

void
docker_clear_timer (DockerRun *self)
{
  tc_fd_set_remove_deadline (self->run.host->fds, self->timer);
  tc_fd_set_remove_deadline (self->run.host->fds, self->retry);
  self->timer = self->retry = 0;
}

void
docker_in_a_while (DockerRun  *self,
                   guint      *timer,
                   int64_t     us,
                   TcTimerFunc func)
{
  tc_fd_set_remove_deadline (self->run.host->fds, *timer);
  *timer = tc_fd_set_add_deadline (self->run.host->fds, tc_clock_now_us (tc_clock_system ()) + us, func, self);
}

void
docker_cancel_requests (DockerRun *self)
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

void
docker_finish (DockerRun    *self,
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
  docker_cancel_requests (self);
  docker_work_drop (self);
  docker_clear_timer (self);
  self->state = DOCKER_ENDED;
  if (self->output)
    tc_docker_output_cut (self->output);
  tc_run_tell_ended (&self->run, &end);
}

void
docker_fail (DockerRun  *self,
             TcRunError  code,
             const char *format,
             ...)
{
  g_autoptr(GError) error = NULL;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (TC_RUN_ERROR, (int) code, format, args);
  va_end (args);
  docker_finish (self, error);
}

void
docker_fail_with (DockerRun    *self,
                  const GError *error,
                  TcRunError    code,
                  const char   *what)
{
  g_autoptr(GError) made = tc_docker_run_error (error, self->docker, code, what);

  if (made->code == TC_RUN_ERROR_ENGINE_DOWN || made->code == TC_RUN_ERROR_ENGINE_NONE || made->code == TC_RUN_ERROR_ENGINE_LOST)
    tc_docker_engines_lost (self->run.host->engines, self->docker);
  docker_finish (self, made);
}

/* D3 */
void
docker_go (DockerRun  *self,
           DockerState state)
{
  if (self->stop_wanted && !self->told_started && !self->adopted)
    {
      docker_fail (self, TC_RUN_ERROR_STOPPED, _("Stopped before the container was started"));
      return;
    }
  self->state = state;
  advance (self);
}

gboolean
docker_is_gone (const GError *error)
{
  return g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NO_SOCKET) || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DOWN)
         || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_BROKEN);
}

static void
on_created (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  DockerRun *self = data;
  const TcValue *warnings = answer ? tc_value_get (answer, "Warnings") : NULL;

  self->request = NULL;
  if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND) && !self->pulled && self->props.pull_policy != TC_PULL_NEVER)
    docker_go (self, DOCKER_LOGGING_IN);        /* removed since we looked */
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    docker_fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was not found: %s"), self->image, error->message);
  else if (error && self->mounts && strstr (error->message, "bind source path does not exist"))
    {
      self->mounts = FALSE;
      self->must_copy = TRUE;
      docker_go (self, DOCKER_CREATING);
    }
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_BAD))
    docker_fail_with (self, error, TC_RUN_ERROR_SPEC, _("making the container (see the properties of the taskRunner)"));
  else if (error)
    docker_fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("making the container"));
  else
    {
      self->container = g_strdup (tc_value_get_str (answer, "Id"));
      for (size_t i = 0; tc_value_is (warnings, TC_VALUE_LIST) && i < tc_value_length (warnings); i++)
        if (tc_value_is (tc_value_item (warnings, i), TC_VALUE_STRING))
          tc_run_note (&self->run, TC_LEVEL_WARN, "%s", tc_value_get_text (tc_value_item (warnings, i)));
      if (self->container)
        docker_go (self, DOCKER_COPYING_IN);
      else
        docker_fail (self, TC_RUN_ERROR_ENGINE_REFUSED, _("The container engine made a container without an id"));
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
      docker_finish (self, error);
      return;
    }
  if (has_volumes && !self->run.host->volumes)
    tc_run_note (&self->run, TC_LEVEL_WARN, _("`volumes` of the taskRunner is ignored: mounting folders of this computer is not allowed in the settings (gsettings set "
                                              TC_APP_ID " container-volumes true)"));
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
    docker_fail (self, TC_RUN_ERROR_COPY_IN, _("The working directory could not be copied into the container: %s"), error->message);
  else
    docker_go (self, DOCKER_STARTING);
}

static void
on_put (gpointer       data,
        const TcValue *answer,
        const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  if (error)
    docker_fail_with (self, error, TC_RUN_ERROR_COPY_IN, _("copying the working directory into the container"));
  else
    tc_docker_files_request_done (self->files);
}

static void
copy_in (DockerRun *self)
{
  g_autoptr(GError) error = NULL;
  int fd;
  TcTarPack what = { .directory = self->spec->directory, .prefix = self->spec->directory + 1 };
  gboolean known = docker_user_ids (self, &what.uid, &what.gid);

  /* The daemon makes the directory as root's, which is enough when there is nothing to put in and root runs the program. */
  if (self->mounts || self->props.file_handling == TC_FILES_MOUNT || (self->empty && known && what.uid == 0))
    {
      docker_go (self, DOCKER_STARTING);
      return;
    }
  what.for_all = !known;
  self->files = tc_docker_files_pack (&what, &fd, on_copied_in, self, &error);
  if (!self->files)
    docker_fail (self, TC_RUN_ERROR_COPY_IN, "%s", error->message);
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
  if (docker_is_gone (error) || !hint)
    docker_fail_with (self, error, TC_RUN_ERROR_CONTAINER_START, _("starting the container"));
  else
    docker_fail (self, TC_RUN_ERROR_CONTAINER_START, _("The container could not be started: %s. %s"), error->message, hint);
}

void
docker_tell_started (DockerRun *self)
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
  docker_tell_started (self);
  if (self->props.wait)
    docker_go (self, DOCKER_FOLLOWING);
  else
    docker_finish (self, NULL);
}

static void
on_stop_answer (DockerRun    *self,
                const GError *error)
{
  /* It has ended meanwhile (Docker 409, Podman 500), or the engine is gone, which the others notice as well. */
  if (error && !docker_is_gone (error) && !strstr (error->message, "is not running") && !strstr (error->message, "not running")
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

void
docker_send_stop (DockerRun *self)
{
  if ((self->kill_wanted || self->props.grace_us <= 0) && !self->kill)
    self->kill = tc_docker_act (self->docker, TC_DOCKER_KILL, self->container, on_killed, self);
  else if (!self->kill && !self->ask)
    self->ask = tc_docker_stop (self->docker, self->container, (self->props.grace_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, on_asked, self);
}

static void
on_inspected (gpointer       data,
              const TcValue *answer,
              const GError  *error)
{
  DockerRun *self = data;
  const TcValue *state = answer ? tc_value_get (answer, "State") : NULL;

  self->request = NULL;
  self->oom_killed = state && tc_value_get_flag (state, "OOMKilled", FALSE);
  if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    docker_fail_gone (self);
  else
    {
      if (self->exit_code == 137 && !self->oom_killed && !self->stop_wanted && self->props.memory && tc_docker_is_podman (self->docker))
        tc_run_note (&self->run, TC_LEVEL_WARN, _("The program was killed. Podman does not say why: it may have needed more memory than its limit"));
      docker_go (self, DOCKER_COPYING_OUT);
    }
}

void
docker_end_run (DockerRun *self)
{
  const char *limit = self->props.memory ? tc_value_get_str (self->props.memory, "memory") : NULL;

  if (self->oom_killed && limit)
    docker_fail (self, TC_RUN_ERROR_OUT_OF_MEMORY, _("The program was ended because it needed more memory than its limit of %s: raise `memory.memory` of the taskRunner"),
          limit);
  else if (self->oom_killed)
    docker_fail (self, TC_RUN_ERROR_OUT_OF_MEMORY, _("The program was ended because the computer ran out of memory"));
  else
    docker_finish (self, NULL);
}

static void
on_copy_failed (DockerRun  *self,
                const char *message)
{
  gboolean wanted = self->spec->outputs && self->spec->outputs->len > 0;

  if (wanted && !self->oom_killed)
    docker_fail (self, TC_RUN_ERROR_COPY_OUT, _("The files could not be copied out of the container: %s"), message);
  else
    {
      tc_run_note (&self->run, TC_LEVEL_WARN, _("The files could not be copied out of the container: %s"), message);
      docker_end_run (self);
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
    docker_end_run (self);
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
  g_autoptr(GError) error = NULL;
  int fd;

  if (self->mounts || self->props.file_handling == TC_FILES_MOUNT || !docker_wants_files (self) || self->stop_wanted)
    {
      if (docker_may_leave_foreign_files (self))
        docker_go (self, DOCKER_GIVING_BACK);
      else
        docker_end_run (self);
      return;
    }
  self->files = tc_docker_files_unpack (self->spec->directory, TC_DOCKER_SCRIPT_NAME, &fd, on_copied_out, self, &error);
  if (!self->files)
    docker_fail (self, TC_RUN_ERROR_COPY_OUT, "%s", error->message);
  else
    self->request = tc_docker_get_archive (self->docker, self->container, self->spec->directory, fd, on_got, self);
}

static void
advance (DockerRun *self)
{
  switch (self->state)
    {
    case DOCKER_PREPARING: docker_work_start (self, self->adopted ? DOCKER_WORK_ADOPT : DOCKER_WORK_START); break;
    case DOCKER_FINDING_ENGINE: docker_find_engine (self); break;
    case DOCKER_LOOKING_FOR_IMAGE: docker_look_for_image (self); break;
    case DOCKER_LOOKING_AROUND: docker_look_around (self); break;
    case DOCKER_LOGGING_IN: docker_work_start (self, DOCKER_WORK_LOGIN); break;
    case DOCKER_PULL_DELAYED: docker_go (self, DOCKER_PULLING); break;
    case DOCKER_PULLING: docker_pull (self); break;
    case DOCKER_CREATING: create (self); break;
    case DOCKER_COPYING_IN: copy_in (self); break;
    case DOCKER_STARTING: self->request = tc_docker_act (self->docker, TC_DOCKER_START, self->container, on_started, self); break;
    case DOCKER_FINDING_CONTAINER: docker_find_container (self); break;
    case DOCKER_RESUMING: docker_resume (self); break;
    case DOCKER_FOLLOWING: docker_follow (self); break;
    case DOCKER_RECONNECTING: docker_go (self, DOCKER_RESCANNING); break;
    case DOCKER_RESCANNING: docker_work_start (self, DOCKER_WORK_SCAN); break;
    case DOCKER_INSPECTING: self->request = tc_docker_act (self->docker, TC_DOCKER_INSPECT, self->container, on_inspected, self); break;
    case DOCKER_COPYING_OUT: copy_out (self); break;
    case DOCKER_GIVING_BACK: docker_give_back (self); break;
    case DOCKER_ENDED: g_assert_not_reached ();
    }
}

void
docker_work_done (DockerRun    *self,
                  const GError *error)
{
  if (error)
    docker_finish (self, error);
  else if (self->state == DOCKER_LOGGING_IN)
    docker_go (self, DOCKER_PULLING);
  else
    docker_go (self, DOCKER_FINDING_ENGINE);
}

static void
on_stopped (TcRun *run)
{
  DockerRun *self = (DockerRun *) run;

  if (self->wait_over)
    docker_end_run (self);
  else
    docker_fail (self, TC_RUN_ERROR_STOPPED, _("Stopped before the container was started"));
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
    docker_send_stop (self);
  /* What takes long and has made nothing yet, or only takes things out, is left at once; the rest looks at stop_wanted when it is through. */
  else if (self->state == DOCKER_PULLING || self->state == DOCKER_PULL_DELAYED || self->state == DOCKER_COPYING_IN || self->state == DOCKER_COPYING_OUT)
    {
      docker_cancel_requests (self);
      docker_clear_timer (self);
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

  docker_cancel_requests (self);
  docker_work_drop (self);
  docker_clear_timer (self);
  if (run->ended)
    {
      remove_script (self);
      tc_run_remove_directory (run);
      if (self->container && self->props.delete_it && self->props.wait)
        tc_docker_engines_remove (self->run.host->engines, self->docker, self->container);
      if (self->helper)
        tc_docker_engines_remove (self->run.host->engines, self->docker, self->helper);
    }
  tc_run_clear (run);
  tc_run_spec_free (self->spec);
  tc_props_clear (tc_docker_props, &self->props);
  tc_docker_output_free (self->output);
  tc_docker_pull_free (self->pull);
  g_free (self->image);
  g_free (self->image_user);
  g_free (self->container);
  g_free (self->helper);
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
