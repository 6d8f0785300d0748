/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Root of a container that mounts our directory is root of this computer, unless the engine is rootless: what it leaves there we, as an
 * ordinary user, can neither read for sure nor remove. A second container of the same image gives it to us.
 */
#include "config.h"

#include "tc-docker-run.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

gboolean
docker_may_leave_foreign_files (const DockerRun *self)
{
  return self->props.file_handling == TC_FILES_MOUNT && geteuid () != 0
         && !(tc_docker_has_looked_around (self->docker) && tc_docker_shares_files (self->docker));
}

static TcValue *
list_of (const char *const *texts)
{
  TcListBuilder *list = tc_list_builder_new ();

  for (; *texts; texts++)
    tc_list_builder_take (list, tc_value_string (*texts));
  return tc_list_builder_end (list);
}

static TcValue *
make_body (const DockerRun *self)
{
  g_autofree char *owner = g_strdup_printf ("%u:%u", (unsigned) geteuid (), (unsigned) getegid ());
  g_autofree char *bind = g_strdup_printf ("%s:%s:rw", self->spec->directory, self->spec->directory);
  g_autofree char *effect = g_strconcat (self->run.effect_id, ".owner", NULL);      /* no run has this id: a sweep takes it */
  TcValue *labels = tc_value_map_of ("tiercel.effect", tc_value_string (effect), "tiercel.data", tc_value_string (self->run.host->data_dir), NULL);
  TcValue *host = tc_value_map_of ("Binds", list_of ((const char *const[]) { bind, NULL }), "NetworkMode", tc_value_string ("none"), NULL);

  return tc_value_map_of ("Image", tc_value_string (self->image), "User", tc_value_string ("0"), "Labels", labels, "HostConfig", host,
                          "Entrypoint", list_of ((const char *const[]) { "chown", NULL }),
                          "Cmd", list_of ((const char *const[]) { "-R", owner, self->spec->directory, NULL }), NULL);
}

static void
end (DockerRun  *self,
     const char *trouble)
{
  if (trouble)
    tc_run_note (&self->run, TC_LEVEL_WARN, _("What root of the container left in “%s” belongs to root (%s). Set `user` of the taskRunner to %u:%u, or "
                                              "`fileHandlingStrategy` to VOLUME"), self->spec->directory, trouble, (unsigned) geteuid (), (unsigned) getegid ());
  if (self->helper)
    tc_docker_engines_remove (self->run.host->engines, self->docker, self->helper);
  g_clear_pointer (&self->helper, g_free);
  docker_end_run (self);
}

static void
on_ended (gpointer       data,
          const TcValue *answer,
          const GError  *error)
{
  DockerRun *self = data;
  int64_t code = answer ? tc_value_get_i64 (answer, "StatusCode", -1) : -1;
  g_autofree char *failed = g_strdup_printf (_("chown: exit code %d"), (int) code);

  self->request = NULL;
  end (self, error ? error->message : code != 0 ? failed : NULL);
}

static void
on_started (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  if (error)
    end (self, error->message);
  else
    self->request = tc_docker_act (self->docker, TC_DOCKER_WAIT, self->helper, on_ended, self);
}

static void
on_created (gpointer       data,
            const TcValue *answer,
            const GError  *error)
{
  DockerRun *self = data;

  self->request = NULL;
  self->helper = answer ? g_strdup (tc_value_get_str (answer, "Id")) : NULL;
  if (self->helper)
    self->request = tc_docker_act (self->docker, TC_DOCKER_START, self->helper, on_started, self);
  else
    end (self, error ? error->message : _("no answer"));
}

void
docker_give_back (DockerRun *self)
{
  g_autoptr(TcValue) body = make_body (self);

  self->request = tc_docker_create (self->docker, body, on_created, self);
}
