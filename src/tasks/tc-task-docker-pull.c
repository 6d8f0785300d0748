/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-auth.h"
#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcDockerTask docker;
  char        *image;
} PullProps;

#define AT(member) offsetof (PullProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.Pull", NULL };
static const char *const examples[] = { "id: pull\ntype: io.kestra.plugin.docker.cli.Pull\nimage: alpine:3.20\n", NULL };
static const TcProp props[] = {
  { "image", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (PullProps, image), NULL, NULL, N_("Image to pull, with its tag.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};

static void
on_line (gpointer       data,
         const TcValue *line)
{
  const char *id = tc_value_get_str (line, "id"), *status = tc_value_get_str (line, "status");
  const TcValue *progress = tc_value_get (line, "progressDetail");

  if (status != NULL && !(tc_value_is (progress, TC_VALUE_MAP) && tc_value_length (progress) > 0))
    tc_job_log (data, TC_LEVEL_DEBUG, "%s%s%s", id == NULL ? "" : id, id == NULL ? "" : ": ", status);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const PullProps *given = data;
  const char *image = tc_docker_tag_of (given->image);
  g_autofree char *auth = tc_docker_auth_find (image, given->docker.credentials, given->docker.config), *refusal = NULL;
  g_autofree char *what = g_strdup_printf (_("pulling the image “%s”"), image);
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);
  g_autoptr (TcValue) answer = NULL;

  if (client == NULL)
    return NULL;
  tc_docker_client_lines (client, on_line, job);
  answer = tc_docker_client_wait (client, tc_docker_pull (tc_docker_client_docker (client), image, auth, tc_docker_client_line, tc_docker_client_done, client),
                                  what, error);
  refusal = answer == NULL ? tc_docker_client_refusal (client, image) : NULL;
  if (refusal != NULL)
    {
      g_clear_error (error);
      g_set_error_literal (error, TC_DOCKER_ERROR, TC_DOCKER_ERROR_DENIED, refusal);
    }
  if (answer == NULL)
    return NULL;
  tc_job_log (job, TC_LEVEL_INFO, "Image pulled [%s]", image);
  return tc_value_map_of (NULL, NULL);
}

extern const TcTaskClass tc_task_docker_pull;
const TcTaskClass tc_task_docker_pull = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.Pull", .aliases = aliases,
    .title = N_("Pull a container image"),
    .doc = N_("Fetches an image from its registry into the container engine."),
    .examples = examples, .props = props, .props_size = sizeof (PullProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
