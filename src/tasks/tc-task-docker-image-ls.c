/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-client.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcDockerTask docker;
  gboolean     all;
  char        *name;
  TcValue     *label;
} ImageLsProps;

#define AT(member) offsetof (ImageLsProps, docker.member)
static const char *const aliases[] = { "io.kestra.plugin.docker.ImageLs", NULL };
static const char *const examples[] = { "id: images\ntype: io.kestra.plugin.docker.cli.ImageLs\nimageNameFilter: alpine\n", NULL };
static const TcProp props[] = {
  { "showAll", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (ImageLsProps, all), "false", NULL, N_("Whether the layers between are images, too.") },
  { "imageNameFilter", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (ImageLsProps, name), NULL, NULL, N_("Only images of this name; `*` stands for anything.") },
  { "labelFilter", TC_KIND_ANY, TC_PROP_DYNAMIC, offsetof (ImageLsProps, label), NULL, NULL, N_("Only images with this label, or these: `key` or `key=value`.") },
  TC_CONTAINER_ENGINE_ROWS (AT),
  { 0 }
};
static const TcProp outputs[] = {
  { "images", TC_KIND_LIST, 0, 0, NULL, NULL, N_("The images: id, repoTags, repoDigests, size, created, labels.") },
  { "count", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many they are.") },
  { 0 }
};

static TcValue *
filters_of (const ImageLsProps *given)
{
  TcMapBuilder *map = tc_map_builder_new ();

  if (given->name != NULL && *given->name != '\0')
    tc_map_builder_take (map, "reference", tc_docker_client_one (given->name));
  if (tc_value_is (given->label, TC_VALUE_LIST))
    tc_map_builder_take (map, "label", tc_value_ref (given->label));
  else if (tc_value_is (given->label, TC_VALUE_STRING) && tc_value_length (given->label) > 0)
    tc_map_builder_take (map, "label", tc_docker_client_one (tc_value_get_text (given->label)));
  return tc_map_builder_end (map);
}

/* One image, under Kestra's names. */
static TcValue *
image_of (const TcValue *image)
{
  static const struct { const char *ours, *theirs; } names[] = {
    { "id", "Id" }, { "repoTags", "RepoTags" }, { "repoDigests", "RepoDigests" }, { "size", "Size" }, { "created", "Created" }, { "labels", "Labels" },
  };
  TcMapBuilder *map = tc_map_builder_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const TcValue *value = tc_value_get (image, names[i].theirs);

      if (value != NULL)
        tc_map_builder_take (map, names[i].ours, tc_value_ref ((TcValue *) value));
    }
  return tc_map_builder_end (map);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const ImageLsProps *given = data;
  g_autoptr (TcValue) filters = filters_of (given), answer = NULL;
  g_autofree char *query = tc_docker_client_filters (filters), *path = g_strdup_printf ("/images/json?all=%d&%s", given->all, query);
  g_autoptr (TcDockerClient) client = tc_docker_client_new (job, &given->docker, error);
  TcListBuilder *images;
  size_t n;

  if (client == NULL)
    return NULL;
  answer = tc_docker_client_ask (client, "GET", path, _("listing images"), error);
  if (answer == NULL)
    return NULL;
  images = tc_list_builder_new ();
  n = tc_value_is (answer, TC_VALUE_LIST) ? tc_value_length (answer) : 0;
  for (size_t i = 0; i < n; i++)
    tc_list_builder_take (images, image_of (tc_value_item (answer, i)));
  return tc_value_map_of ("images", tc_list_builder_end (images), "count", tc_value_int ((int64_t) n), NULL);
}

extern const TcTaskClass tc_task_docker_image_ls;
const TcTaskClass tc_task_docker_image_ls = {
  .info = {
    .type = "io.kestra.plugin.docker.cli.ImageLs", .aliases = aliases,
    .title = N_("List container images"),
    .doc = N_("Lists the images that the container engine has."),
    .examples = examples, .props = props, .outputs = outputs, .props_size = sizeof (ImageLsProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
