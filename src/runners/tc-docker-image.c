/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the engine to an image that is there (the upper part of the states in tc-runner-docker.c). */
#include "config.h"

#include "tc-docker-pull.h"
#include "tc-docker-run.h"

#include <glib/gi18n-lib.h>

#define PULL_TRIES      5
#define PULL_DELAY_US   (5 * G_USEC_PER_SEC)
#define PULL_LONGEST_US (120 * G_USEC_PER_SEC)
#define RECONNECT_US    (120 * G_USEC_PER_SEC)
#define KNOCK_US        (500 * 1000)
#define PROGRESS_US     (100 * 1000)

static void
on_retry (gpointer data)
{
  DockerRun *self = data;

  self->retry = 0;
  docker_go (self, self->state);
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
      docker_go (self, !had_container ? DOCKER_LOOKING_FOR_IMAGE : self->container ? DOCKER_RESUMING : DOCKER_FINDING_CONTAINER);
      return;
    }
  if (!had_container)
    {
      docker_finish (self, error);
      return;
    }
  if (!self->lost_us)
    {
      self->lost_us = g_get_monotonic_time ();
      tc_run_note (&self->run, TC_LEVEL_WARN, _("The container engine does not answer; waiting for it: %s"), error->message);
    }
  if (g_get_monotonic_time () - self->lost_us > RECONNECT_US)
    docker_fail (self, TC_RUN_ERROR_ENGINE_LOST, _("The container engine went away and did not come back: %s"), error->message);
  else
    docker_in_a_while (self, &self->retry, KNOCK_US, on_retry);
}

/* D6. Whatever was asked for is asked again once it is back. */
void
docker_lose_engine (DockerRun    *self,
                    const GError *error)
{
  tc_docker_engines_lost (self->run.host->engines, self->docker);
  docker_cancel_requests (self);
  docker_clear_timer (self);
  self->lost_us = g_get_monotonic_time ();
  self->logs_over = self->wait_over = FALSE;
  tc_run_note (&self->run, TC_LEVEL_WARN, _("The container engine at “%s” went away (%s); waiting for it"), tc_docker_host (self->docker), error->message);
  self->state = DOCKER_RECONNECTING;
  docker_in_a_while (self, &self->retry, KNOCK_US, on_retry);
}

/* Numbers of the user that runs the program. FALSE: only the image knows. */
gboolean
docker_user_ids (const DockerRun *self,
                 int             *uid,
                 int             *gid)
{
  return tc_docker_user_ids (self->props.user && *self->props.user ? self->props.user : self->image_user, uid, gid);
}

gboolean
docker_wants_files (const DockerRun *self)
{
  return !self->spec->private_directory || (self->spec->outputs && self->spec->outputs->len > 0) || self->spec->output_dir || self->spec->cache_file;
}

/* D4. Where nothing goes in or out there is nothing to gain. */
static gboolean
would_mount (const DockerRun *self)
{
  int uid, gid;

  return self->props.file_handling == TC_FILES_VOLUME && !self->must_copy && (!self->empty || docker_wants_files (self))
         && docker_user_ids (self, &uid, &gid) && uid == 0;
}

static void
on_looked_around (gpointer       data,
                  const TcValue *answer,
                  const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  self->mounts = would_mount (self) && tc_docker_shares_files (self->docker);      /* who does not answer this can be used all the same */
  docker_go (self, DOCKER_CREATING);
}

void
docker_look_around (DockerRun *self)
{
  self->request = tc_docker_look_around (self->docker, on_looked_around, self);
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
      self->mounts = would_mount (self) && tc_docker_shares_files (self->docker);
      docker_go (self, (would_mount (self) || docker_may_leave_foreign_files (self)) && !tc_docker_has_looked_around (self->docker) ? DOCKER_LOOKING_AROUND : DOCKER_CREATING);
    }
  else if (!g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    docker_fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("looking for the image"));
  else if (self->props.pull_policy == TC_PULL_NEVER)
    docker_fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was not found, and `pullPolicy` is NEVER: pull it (docker pull %s), or allow pulling"), self->image,
          self->image);
  else if (self->pulled)
    docker_fail (self, TC_RUN_ERROR_IMAGE_UNKNOWN, _("The image “%s” was pulled, but is not there: somebody has removed it meanwhile"), self->image);
  else
    docker_go (self, DOCKER_LOGGING_IN);
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
  progress = (TcPullProgress) { self->image, sum.text, sum.layers_done, sum.layers_total, sum.bytes_done, sum.bytes_total, FALSE, NULL };
  self->run.sink.progress (self->run.data, &progress);
}

static void
delay_pull (DockerRun    *self,
            const GError *error)
{
  int64_t delay = MIN ((int64_t) PULL_DELAY_US << (self->pulls - 1), (int64_t) PULL_LONGEST_US);

  if (self->pulls >= PULL_TRIES)
    {
      docker_fail (self, TC_RUN_ERROR_PULL_FAILED, _("The image “%s” could not be pulled after %d tries: %s. Check the network and the registry's address"), self->image,
            self->pulls, error->message);
      return;
    }
  tc_run_note (&self->run, TC_LEVEL_WARN, _("The image “%s” could not be pulled (%s); trying again in %d s"), self->image, error->message,
               (int) (delay / G_USEC_PER_SEC));
  self->state = DOCKER_PULL_DELAYED;
  docker_in_a_while (self, &self->retry, delay, on_retry);
}

static void
on_pulled (gpointer       data,
           const TcValue *answer,
           const GError  *error)
{
  DockerRun *self = data;
  g_autofree char *refusal = error ? tc_docker_explain_pull (error, self->image) : NULL;

  self->request = NULL;
  if (self->run.sink.progress)
    self->run.sink.progress (self->run.data, &(TcPullProgress) { .image = self->image, .over = TRUE, .error = error });
  if (!error)
    {
      self->pulled = TRUE;
      tc_run_note (&self->run, TC_LEVEL_INFO, _("Pulled the image %s"), self->image);
      docker_go (self, DOCKER_LOOKING_FOR_IMAGE);
    }
  else if (refusal)
    docker_fail (self, g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DENIED) ? TC_RUN_ERROR_PULL_DENIED
                       : g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_FAILED) ? TC_RUN_ERROR_PULL_FAILED : TC_RUN_ERROR_IMAGE_UNKNOWN,
                 "%s", refusal);
  else
    delay_pull (self, error);
}

void
docker_pull (DockerRun *self)
{
  self->pulls++;
  g_clear_pointer (&self->pull, tc_docker_pull_free);
  self->pull = tc_docker_pull_new ();
  self->request = tc_docker_pull (self->docker, self->image, self->auth, on_pull_line, on_pulled, self);
}

void
docker_look_for_image (DockerRun *self)
{
  const char *image = self->props.image && *self->props.image ? self->props.image : self->spec->image;

  if (!image || !*image)
    {
      docker_fail (self, TC_RUN_ERROR_IMAGE_UNNAMED, _("This task runner needs the `containerImage` property"));
      return;
    }
  if (!self->image)
    self->image = g_strdup (image);
  if (self->props.pull_policy == TC_PULL_ALWAYS && !self->pulled)
    docker_go (self, DOCKER_LOGGING_IN);
  else
    self->request = tc_docker_image (self->docker, self->image, on_image, self);
}

void
docker_find_engine (DockerRun *self)
{
  tc_docker_engines_get (self->run.host->engines, self->props.host, on_engine, self);
}
