/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcDockerTask docker;
  TcValue     *containers, *images;
  gboolean     volumes, force;
} RmProps;

#define AT(member) offsetof (RmProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Rm", NULL };
static const char *const examples[] = { "id: rm\ntype: io.kestra.plugin.docker.cli.Rm\nimageIds: [tool:1]\nforce: true\n", NULL };
static const TcProp props[] = {
  { "containerIds", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (RmProps, containers), NULL, tc_items_dynamic, N_("Containers to remove: ids or names.") },
  { "imageIds", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (RmProps, images), NULL, tc_items_dynamic, N_("Images to remove: ids or names.") },
  { "removeVolumes", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (RmProps, volumes), "false", NULL, N_("Whether the unnamed volumes of the containers go, too.") },
  { "force", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (RmProps, force), "false", NULL, N_("Remove running containers, and images with several names or in use.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};

static gboolean
remove_all (TcDockerClient  *client,
            TcJob           *job,
            const TcValue   *ids,
            const char      *format,
            const char      *doing,
            const char      *done,
            GError         **error)
{
  for (size_t i = 0; tc_value_is (ids, TC_VALUE_LIST) && i < tc_value_length (ids); i++)
    {
      const char *id = tc_value_get_text (tc_value_item (ids, i));
      g_autofree char *path = tc_docker_client_path (format, id), *what = g_strdup_printf ("%s “%s”", doing, id);
      g_autoptr (TcValue) answer = tc_docker_client_ask (client, "DELETE", path, what, error);

      if (answer == NULL)
        return FALSE;
      tc_job_log (job, TC_LEVEL_INFO, "%s [%s]", done, id);
    }
  return TRUE;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const RmProps *given = data;
  g_autofree char *container = g_strdup_printf ("/containers/%%s?v=%d&force=%d", given->volumes, given->force);
  g_autofree char *image = g_strdup_printf ("/images/%%s?force=%d", given->force);
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);

  if (client == NULL || !remove_all (client, job, given->containers, container, _("removing the container"), "Container removed", error)
      || !remove_all (client, job, given->images, image, _("removing the image"), "Image removed", error))
    return NULL;
  return tc_value_map_of (NULL, NULL);
}

extern const TcTaskClass tc_task_docker_rm;
const TcTaskClass tc_task_docker_rm = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Rm", .aliases = aliases,
    .title = N_("Remove containers and images"),
    .doc = N_("Removes containers, then images. The first that cannot be removed fails the task."),
    .examples = examples, .props = props, .props_size = sizeof (RmProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
