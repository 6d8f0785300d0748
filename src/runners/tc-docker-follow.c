/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a running container to its end, over restarts of either side (the right part of the states in tc-runner-docker.c). */
#include "config.h"

#include "tc-docker-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FULL_DISK_US (250 * 1000)
#define LOOK_US      (200 * 1000)
#define LATE_LOGS_US (10 * G_USEC_PER_SEC)

static void read_logs (DockerRun *self);
static void on_late_logs (gpointer data);

static void
end_following (DockerRun *self)
{
  if (!self->logs_over || !self->wait_over || (self->output && !tc_docker_output_flush (self->output) && !self->stop_wanted))
    return;
  docker_clear_timer (self);
  if (!self->last_look)
    {
      self->logs_over = FALSE;
      tc_docker_output_tail (self->output);
      docker_in_a_while (self, &self->retry, LATE_LOGS_US, on_late_logs);
      read_logs (self);
      return;
    }
  self->ended_us = tc_clock_now_us (tc_clock_system ());
  if ((self->exit_code == 137 && !self->stop_wanted) || tc_docker_is_podman (self->docker))
    docker_go (self, DOCKER_INSPECTING);
  else
    docker_go (self, DOCKER_COPYING_OUT);
}

static void
end_cut (DockerRun *self)
{
  docker_fail (self, TC_RUN_ERROR_OUTPUT, _("The output was cut, as it could not be stored: %s"), g_strerror (tc_docker_output_errno (self->output)));
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
        docker_in_a_while (self, &self->timer, FULL_DISK_US, on_flush_timer);
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
    docker_in_a_while (self, &self->timer, FULL_DISK_US, on_flush_timer);
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
    docker_in_a_while (self, &self->timer, 0, on_flush_timer);
}

void
docker_fail_gone (DockerRun *self)
{
  docker_fail (self, TC_RUN_ERROR_CONTAINER_GONE, _("The container %.12s was removed by somebody while it ran"), self->container);
}

static void on_look (gpointer data);

static void
on_logs_end (gpointer       data,
             const TcValue *answer,
             const GError  *error)
{
  DockerRun *self = data;

  self->logs = NULL;
  if (error && docker_is_gone (error))
    {
      docker_lose_engine (self, error);
      return;
    }
  if (error && !g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    tc_run_note (&self->run, TC_LEVEL_WARN, _("The container's log cannot be read: %s"), error->message);
  self->last_look = self->last_look || error;
  self->logs_over = self->last_look || !tc_docker_is_podman (self->docker);
  if (self->logs_over)
    end_following (self);
  else
    docker_in_a_while (self, &self->retry, self->wait_over ? 0 : LOOK_US, on_look);
}

static void
read_logs (DockerRun *self)
{
  gboolean follow = !tc_docker_is_podman (self->docker) && !self->wait_over;

  self->last_look = self->wait_over;
  self->logs = tc_docker_logs (self->docker, self->container, tc_docker_output_since_ns (self->output), follow, may_take, on_frame, on_logs_end, self);
}

/* D5 */
static void
on_look (gpointer data)
{
  DockerRun *self = data;

  self->retry = 0;
  if (tc_docker_output_again (self->output) && !self->wait_over && tc_docker_output_flush (self->output))
    {
      docker_cancel_requests (self);
      docker_clear_timer (self);
      self->logs_over = self->wait_over = FALSE;
      docker_go (self, DOCKER_RESCANNING);
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
  self->logs_over = self->last_look = TRUE;
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
  if (error && docker_is_gone (error))
    docker_lose_engine (self, error);
  else if (removed || g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    docker_fail_gone (self);
  else if (error)
    docker_fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("waiting for the container"));
  else
    {
      self->exit_code = tc_value_get_i64 (answer, "StatusCode", -1);
      self->wait_over = TRUE;
      if (tc_docker_is_podman (self->docker) && !self->logs && !self->logs_over)
        docker_in_a_while (self, &self->retry, 0, on_look);
      else if (!self->logs_over && !self->told_full && !tc_docker_is_podman (self->docker))
        docker_in_a_while (self, &self->retry, LATE_LOGS_US, on_late_logs);
      end_following (self);
    }
}

void
docker_follow (DockerRun *self)
{
  self->logs_over = self->wait_over = FALSE;
  read_logs (self);
  self->wait = tc_docker_act (self->docker, TC_DOCKER_WAIT, self->container, on_wait_end, self);
  if (self->stop_wanted)
    docker_send_stop (self);
}

static void
on_listed (gpointer       data,
           const TcValue *answer,
           const GError  *error)
{
  DockerRun *self = data;
  const TcValue *first = tc_value_is (answer, TC_VALUE_LIST) && tc_value_length (answer) > 0 ? tc_value_item (answer, 0) : NULL;

  self->request = NULL;
  if (error && docker_is_gone (error))
    docker_lose_engine (self, error);
  else if (error)
    docker_fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("looking for the container"));
  else if (!first || !tc_value_get_str (first, "Id"))
    docker_fail (self, TC_RUN_ERROR_LOST, _("The container was lost: the engine at “%s” does not know it"), tc_docker_host (self->docker));
  else
    {
      self->container = g_strdup (tc_value_get_str (first, "Id"));
      docker_go (self, DOCKER_RESUMING);
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
  if (error && docker_is_gone (error))
    docker_lose_engine (self, error);
  else if (g_error_matches (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_NOT_FOUND))
    docker_fail_gone (self);
  else if (error)
    docker_fail_with (self, error, TC_RUN_ERROR_ENGINE_REFUSED, _("looking at the container"));
  else if (self->adopted && !self->told_started && (g_strcmp0 (status, "created") == 0 || !self->props.resume))
    docker_fail (self, TC_RUN_ERROR_LOST, g_strcmp0 (status, "created") == 0 ? _("Tiercel ended before the container was started")
                                                                       : _("`resume` of the taskRunner is off: the container is not followed"));
  else
    {
      docker_tell_started (self);
      if (self->props.wait)
        docker_go (self, DOCKER_FOLLOWING);
      else
        docker_finish (self, NULL);
    }
}

void
docker_find_container (DockerRun *self)
{
  g_autofree char *label = g_strconcat ("tiercel.effect=", self->run.effect_id, NULL);

  self->request = tc_docker_list (self->docker, label, on_listed, self);
}

void
docker_resume (DockerRun *self)
{
  self->request = tc_docker_act (self->docker, TC_DOCKER_INSPECT, self->container, on_resumed, self);
}
