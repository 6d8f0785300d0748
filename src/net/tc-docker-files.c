/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-files.h"
#include "tc-tar.h"
#include "tc-util.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (512 * 1024)

struct _TcDockerFiles
{
  gboolean          dropped, worker_over, request_over;
  GError           *error;
  TcDockerFilesDone done;
  gpointer          data;
  /* for the worker */
  char             *directory, *prefix, *skip;
  int               uid, gid;
  gboolean          for_all, packs;
  TcFd              fd;
};

static void
files_free (TcDockerFiles *self)
{
  g_clear_error (&self->error);
  tc_fd_clear (&self->fd);
  g_free (self->directory);
  g_free (self->prefix);
  g_free (self->skip);
  g_free (self);
}

static void
finish_if_over (TcDockerFiles *self)
{
  if (!self->worker_over || !self->request_over)
    return;
  if (!self->dropped)
    self->done (self->data, self->error);
  files_free (self);
}

static void
transfer_on_worker (GTask        *task,
                    gpointer      source,
                    gpointer      data,
                    GCancellable *cancellable)
{
  TcDockerFiles *self = data;
  TcTarPack pack = { .directory = self->directory, .prefix = self->prefix, .uid = self->uid, .gid = self->gid, .for_all = self->for_all };
  TcTarLimits limits = { .strip = TRUE, .skip = self->skip };
  GError *error = NULL;
  gboolean good = self->packs ? tc_tar_pack (self->fd, &pack, &error) : tc_tar_unpack (self->fd, self->directory, &limits, &error);

  tc_fd_clear (&self->fd);       /* the other side sees the end */
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_transferred (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  TcDockerFiles *self = g_task_get_task_data (G_TASK (result));

  g_task_propagate_boolean (G_TASK (result), &self->error);
  self->worker_over = TRUE;
  finish_if_over (self);
}

static TcDockerFiles *
start (TcDockerFiles *self,
       int           *fd,
       GError       **error)
{
  int pair[2], size = BUFFER_BYTES;
  g_autoptr(GTask) task = NULL;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("No connection for the files could be made: %s"), g_strerror (errno));
      files_free (self);
      return NULL;
    }
  setsockopt (pair[self->packs], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  fcntl (pair[0], F_SETFL, O_NONBLOCK);
  *fd = pair[0];
  self->fd = pair[1];
  task = g_task_new (NULL, NULL, on_transferred, NULL);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, transfer_on_worker);
  return self;
}

TcDockerFiles *
tc_docker_files_pack (const TcTarPack  *what,
                      int              *fd,
                      TcDockerFilesDone done,
                      gpointer          data,
                      GError          **error)
{
  TcDockerFiles *self = g_new0 (TcDockerFiles, 1);

  *self = (TcDockerFiles) { .done = done, .data = data, .directory = g_strdup (what->directory), .prefix = g_strdup (what->prefix), .uid = what->uid,
                            .gid = what->gid, .for_all = what->for_all, .packs = TRUE, .fd = -1 };
  return start (self, fd, error);
}

TcDockerFiles *
tc_docker_files_unpack (const char       *directory,
                        const char       *skip,
                        int              *fd,
                        TcDockerFilesDone done,
                        gpointer          data,
                        GError          **error)
{
  TcDockerFiles *self = g_new0 (TcDockerFiles, 1);

  *self = (TcDockerFiles) { .done = done, .data = data, .directory = g_strdup (directory), .skip = g_strdup (skip), .fd = -1 };
  return start (self, fd, error);
}

void
tc_docker_files_request_done (TcDockerFiles *self)
{
  self->request_over = TRUE;
  finish_if_over (self);
}

void
tc_docker_files_drop (TcDockerFiles *self)
{
  if (!self)
    return;
  self->dropped = self->request_over = TRUE;
  finish_if_over (self);
}
