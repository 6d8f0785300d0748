/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>
#include <inttypes.h>

typedef enum { PRUNE_BUILD, PRUNE_CONTAINERS, PRUNE_IMAGES, PRUNE_NETWORKS, PRUNE_VOLUMES } PruneType;

typedef struct
{
  TcDockerTask docker;
  int          type;
  gboolean     dangling;
  char        *until;
  TcValue     *labels;
} PruneProps;

#define AT(member) offsetof (PruneProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Prune", NULL };
static const char *const examples[] = { "id: prune\ntype: io.kestra.plugin.docker.cli.Prune\npruneType: IMAGES\ndangling: true\n", NULL };
static const char *const types[] = { "BUILD", "CONTAINERS", "IMAGES", "NETWORKS", "VOLUMES", NULL };
static const char *const folders[] = { "build", "containers", "images", "networks", "volumes" };
static const TcProp props[] = {
  { "pruneType", TC_KIND_ENUM, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PruneProps, type), NULL, types, N_("What to remove as far as it is not in use.") },
  { "dangling", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (PruneProps, dangling), "false", NULL, N_("Of images, only those without a name.") },
  { "until", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (PruneProps, until), NULL, NULL, N_("Only what was made before: a time, or an age such as `24h`.") },
  { "labelFilters", TC_KIND_LIST, TC_PROP_DYNAMIC, offsetof (PruneProps, labels), NULL, tc_items_dynamic, N_("Only what has these labels: `key` or `key=value`.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};

static TcValue *
filters_of (const PruneProps *given)
{
  TcMapBuilder *map = tc_map_builder_new ();

  if (given->type == PRUNE_IMAGES)
    tc_map_builder_take (map, "dangling", tc_docker_client_one (given->dangling ? "true" : "false"));
  if (given->until != NULL && *given->until != '\0')
    tc_map_builder_take (map, "until", tc_docker_client_one (given->until));
  if (tc_value_is (given->labels, TC_VALUE_LIST) && tc_value_length (given->labels) > 0)
    tc_map_builder_take (map, "label", tc_value_ref (given->labels));
  return tc_map_builder_end (map);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PruneProps *given = data;
  g_autoptr (TcValue) filters = filters_of (given), answer = NULL;
  g_autofree char *query = tc_docker_client_filters (filters), *path = g_strdup_printf ("/%s/prune?%s", folders[given->type], query);
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);

  if (client == NULL)
    return NULL;
  answer = tc_docker_client_ask (client, "POST", path, _("removing what is not in use"), error);
  if (answer == NULL)
    return NULL;
  tc_job_log (job, TC_LEVEL_INFO, "Pruned %s, %" PRId64 " bytes reclaimed", folders[given->type], tc_value_get_i64 (answer, "SpaceReclaimed", 0));
  return tc_value_map_of (NULL, NULL);
}

extern const TcTaskClass tc_task_docker_prune;
const TcTaskClass tc_task_docker_prune = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Prune", .aliases = aliases,
    .title = N_("Remove what the container engine does not use"),
    .doc = N_("Removes stopped containers, unused images, networks or volumes, or the build cache."),
    .examples = examples, .props = props, .props_size = sizeof (PruneProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
