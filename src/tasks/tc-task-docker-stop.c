/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcDockerTask docker;
  char        *container;
  gboolean     kill, remove;
} StopProps;

#define AT(member) offsetof (StopProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Stop", NULL };
static const char *const examples[] = {
  "id: stop\ntype: io.kestra.plugin.docker.cli.Stop\ncontainerId: \"{{ outputs.run.taskRunner.containerId }}\"\n", NULL
};
static const TcProp props[] = {
  { "containerId", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (StopProps, container), NULL, NULL, N_("Id or name of the container.") },
  { "kill", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (StopProps, kill), "false", NULL, N_("End it at once, instead of asking it to end.") },
  { "delete", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (StopProps, remove), "true", NULL, N_("Remove it then.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const StopProps *given = data;
  g_autofree char *path = tc_docker_client_path (given->kill ? "/containers/%s/kill" : "/containers/%s/stop", given->container);
  g_autofree char *removal = tc_docker_client_path ("/containers/%s?force=1", given->container);
  g_autofree char *stopping = g_strdup_printf (_("stopping the container “%s”"), given->container);
  g_autofree char *removing = g_strdup_printf (_("removing the container “%s”"), given->container);
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);
  g_autoptr (GError) wrong = NULL;
  g_autoptr (TcValue) stopped = NULL, removed = NULL;

  if (client == NULL)
    return NULL;
  stopped = tc_docker_client_ask (client, "POST", path, stopping, &wrong);
  /* One that has ended by itself is stopped. */
  if (stopped == NULL && !g_error_matches (wrong, TC_DOCKER_ERROR, TC_DOCKER_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return NULL;
    }
  tc_job_log (job, TC_LEVEL_INFO, "Container [%s] stopped", given->container);
  removed = given->remove ? tc_docker_client_ask (client, "DELETE", removal, removing, error) : tc_value_null ();
  return removed != NULL ? tc_value_map_of (NULL, NULL) : NULL;
}

extern const TcTaskClass tc_task_docker_stop;
const TcTaskClass tc_task_docker_stop = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Stop", .aliases = aliases,
    .title = N_("Stop a container"),
    .doc = N_("Stops a container, such as one that was started with `wait: false`, and removes it."),
    .examples = examples, .props = props, .props_size = sizeof (StopProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
