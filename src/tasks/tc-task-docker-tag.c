/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcDockerTask docker;
  char        *source, *target;
} TagProps;

#define AT(member) offsetof (TagProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Tag", NULL };
static const char *const examples[] = {
  "id: tag\ntype: io.kestra.plugin.docker.cli.Tag\nsourceImage: tool:1\ntargetImage: registry.example.org/tool:stable\n", NULL
};
static const TcProp props[] = {
  { "sourceImage", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (TagProps, source), NULL, NULL, N_("Image that is to have another name.") },
  { "targetImage", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (TagProps, target), NULL, NULL, N_("That name; its tag is `latest` without one.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const TagProps *given = data;
  const char *target = tc_docker_tag_of (given->target), *source = tc_docker_tag_of (given->source);
  g_autofree char *repository = NULL, *tag = NULL, *path = NULL;
  g_autofree char *what = g_strdup_printf (_("giving the image “%s” the name “%s”"), source, target);
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);
  g_autoptr (TcValue) answer = NULL;

  if (client == NULL)
    return NULL;
  tc_docker_image_parts (target, &repository, &tag);
  path = tc_docker_client_path ("/images/%s/tag?repo=%s&tag=%s", source, repository, tag);
  answer = tc_docker_client_ask (client, "POST", path, what, error);
  if (answer == NULL)
    return NULL;
  tc_job_log (job, TC_LEVEL_INFO, "Image [%s] tagged as [%s:%s]", source, repository, tag);
  return tc_value_map_of (NULL, NULL);
}

extern const TcTaskClass tc_task_docker_tag;
const TcTaskClass tc_task_docker_tag = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Tag", .aliases = aliases,
    .title = N_("Give a container image another name"),
    .doc = N_("Makes a second name for an image that the container engine has."),
    .examples = examples, .props = props, .props_size = sizeof (TagProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
