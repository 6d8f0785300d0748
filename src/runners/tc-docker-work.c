/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-auth.h"
#include "tc-docker-run.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

/* While a worker has it, what it works on belongs to it; afterwards it goes back to the run, if that is still there. */
struct _DockerWork
{
  DockerWorkKind  kind;
  DockerRun      *owner;
  char           *directory, *data_dir, *effect_id;
  TcRunSpec      *spec;
  TcDockerProps   props;
  TcDockerOutput *output;
  char           *image, *auth;
  TcValue        *credentials, *config;
  gboolean        empty;
};

static void
work_free (DockerWork *work)
{
  tc_run_spec_free (work->spec);
  tc_props_clear (tc_docker_props, &work->props);
  tc_docker_output_free (work->output);
  tc_value_unref (work->credentials);
  tc_value_unref (work->config);
  g_free (work->directory);
  g_free (work->data_dir);
  g_free (work->effect_id);
  g_free (work->image);
  g_free (work->auth);
  g_free (work);
}

static gboolean
decode (DockerWork *work,
        GError    **error)
{
  g_autoptr(TcValue) none = tc_map_builder_end (tc_map_builder_new ());
  g_autoptr(GError) wrong = NULL;

  if (tc_props_decode (tc_docker_props, work->spec->runner ? work->spec->runner : none, &work->props, sizeof work->props, &wrong))
    return TRUE;
  g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_SPEC, "taskRunner: %s", wrong->message);
  return FALSE;
}

static gboolean
is_empty (const char *directory)
{
  g_autoptr(GDir) entries = g_dir_open (directory, 0, NULL);

  return entries && !g_dir_read_name (entries);
}

static TcDockerOutput *
open_output (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "output", NULL);

  return tc_docker_output_new (path);
}

static gboolean
work_start (DockerWork *work,
            GError    **error)
{
  if (!decode (work, error) || !tc_run_directory_make (work->directory, work->spec, error) || !tc_run_files_put (work->spec, error)
      || !tc_run_spec_shorten (work->spec, work->spec->directory, error))
    return FALSE;
  /* The mounted folder must be open to whatever user the image has; the folders above it are ours alone. */
  if (work->props.file_handling == TC_FILES_MOUNT && chmod (work->spec->directory, 0777) != 0)
    {
      g_set_error (error, TC_RUN_ERROR, TC_RUN_ERROR_FILES, _("The working directory “%s” cannot be used: %s"), work->spec->directory,
                   g_strerror (errno));
      return FALSE;
    }
  work->empty = is_empty (work->spec->directory);
  work->output = open_output (work->directory);
  return TRUE;
}

static gboolean
work_scan (DockerWork *work,
           GError    **error)
{
  g_autoptr(GError) wrong = NULL;

  if (tc_docker_output_scan (work->output, &wrong))
    return TRUE;
  g_set_error_literal (error, TC_RUN_ERROR, TC_RUN_ERROR_OUTPUT, wrong->message);
  return FALSE;
}

static gboolean
work_adopt (DockerWork *work,
            GError    **error)
{
  work->spec = tc_run_load_spec (work->data_dir, work->effect_id, error);
  if (!work->spec || !decode (work, error))
    return FALSE;
  work->output = open_output (work->directory);
  return work_scan (work, error);
}

static void
on_worker (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  DockerWork *work = data;
  GError *error = NULL;
  gboolean good = TRUE;

  switch (work->kind)
    {
    case DOCKER_WORK_START: good = work_start (work, &error); break;
    case DOCKER_WORK_ADOPT: good = work_adopt (work, &error); break;
    case DOCKER_WORK_SCAN: good = work_scan (work, &error); break;
    case DOCKER_WORK_LOGIN: work->auth = tc_docker_auth_find (work->image, work->credentials, work->config); break;
    }
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_worked (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  DockerWork *work = g_task_get_task_data (G_TASK (result));
  DockerRun *self = work->owner;
  g_autoptr(GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (!self)
    return;
  self->work = NULL;
  if (work->spec)
    self->spec = g_steal_pointer (&work->spec);
  if (work->output)
    self->output = g_steal_pointer (&work->output);
  if (work->kind == DOCKER_WORK_START || work->kind == DOCKER_WORK_ADOPT)
    {
      self->props = work->props;
      memset (&work->props, 0, sizeof work->props);
      self->empty = work->empty;
    }
  if (work->kind == DOCKER_WORK_LOGIN)
    {
      g_free (self->auth);
      self->auth = g_steal_pointer (&work->auth);
    }
  docker_work_done (self, error);
}

void
docker_work_start (DockerRun     *self,
                   DockerWorkKind kind)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, on_worked, NULL);
  DockerWork *work = g_new0 (DockerWork, 1);

  work->kind = kind;
  work->owner = self;
  work->directory = g_strdup (self->run.directory);
  work->data_dir = g_strdup (self->run.host->data_dir);
  work->effect_id = g_strdup (self->run.effect_id);
  if (kind == DOCKER_WORK_START)
    work->spec = g_steal_pointer (&self->spec);
  if (kind == DOCKER_WORK_SCAN)
    work->output = g_steal_pointer (&self->output);
  if (kind == DOCKER_WORK_LOGIN)
    {
      work->image = g_strdup (self->image);
      work->credentials = self->props.credentials ? tc_value_ref (self->props.credentials) : NULL;
      work->config = self->props.config ? tc_value_ref (self->props.config) : NULL;
    }
  self->work = work;
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, on_worker);
}

void
docker_work_drop (DockerRun *self)
{
  if (self->work)
    self->work->owner = NULL;
  self->work = NULL;
}
