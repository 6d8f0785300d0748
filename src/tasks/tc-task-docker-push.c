/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcDockerTask docker;
  TcValue     *tags;
} PushProps;

#define AT(member) offsetof (PushProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Push", NULL };
static const char *const examples[] = {
  "id: push\ntype: io.kestra.plugin.docker.cli.Push\ntags: [registry.example.org/tool:1]\ncredentials:\n  username: alice\n  password: \"{{ secret('REGISTRY') }}\"\n",
  NULL
};
static const TcProp props[] = {
  { "tags", TC_KIND_LIST, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PushProps, tags), NULL, tc_items_dynamic,
    N_("Images to push; the registry stands before the first slash.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PushProps *given = data;
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);

  return client != NULL && tc_docker_client_push_all (client, &given->docker, given->tags, error) ? tc_value_map_of (NULL, NULL) : NULL;
}

extern const TcTaskClass tc_task_docker_push;
const TcTaskClass tc_task_docker_push = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Push", .aliases = aliases,
    .title = N_("Push container images"),
    .doc = N_("Uploads images of the container engine to the registries that their names begin with."),
    .examples = examples, .props = props, .props_size = sizeof (PushProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
