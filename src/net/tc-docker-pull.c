/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-docker-pull.h"

typedef struct
{
  int64_t  done, total;
  gboolean complete;
} Layer;

struct _TcDockerPull
{
  GHashTable *layers;       /* id → Layer */
  char       *text;
};

TcDockerPull *
tc_docker_pull_new (void)
{
  TcDockerPull *self = g_new0 (TcDockerPull, 1);

  self->layers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
tc_docker_pull_free (TcDockerPull *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->layers);
  g_free (self->text);
  g_free (self);
}

/* Lines with an id that are not about a layer: "Pulling from library/x" has the tag as its id. */
static gboolean
is_about_layer (const char *status)
{
  static const char *const heads[] = { "Pulling fs layer", "Waiting", "Downloading", "Verifying", "Download complete", "Extracting", "Pull complete",
                                       "Already exists", "Preparing", "Pushing", "Pushed", "Layer already exists", NULL };

  for (size_t i = 0; heads[i]; i++)
    if (g_str_has_prefix (status, heads[i]))
      return TRUE;
  return FALSE;
}

static void
take_layer (TcDockerPull  *self,
            const char    *id,
            const char    *status,
            const TcValue *detail)
{
  Layer *layer = g_hash_table_lookup (self->layers, id);

  if (!layer)
    {
      layer = g_new0 (Layer, 1);
      g_hash_table_insert (self->layers, g_strdup (id), layer);
    }
  if ((g_str_has_prefix (status, "Downloading") || g_str_has_prefix (status, "Pushing")) && detail)
    {
      layer->done = MAX (tc_value_get_i64 (detail, "current", 0), 0);
      layer->total = MAX (tc_value_get_i64 (detail, "total", layer->total), 0);
    }
  if (g_str_has_prefix (status, "Download complete"))
    layer->done = layer->total;
  if (g_str_has_prefix (status, "Pull complete") || g_str_has_prefix (status, "Already exists")
      || g_str_has_prefix (status, "Pushed") || g_str_has_prefix (status, "Layer already exists"))
    {
      layer->done = layer->total;
      layer->complete = TRUE;
    }
}

void
tc_docker_pull_take (TcDockerPull    *self,
                     const TcValue   *line,
                     TcDockerPullSum *sum)
{
  const char *id = tc_value_get_str (line, "id"), *status = tc_value_get_str (line, "status");
  GHashTableIter iter;
  gpointer item;

  if (status)
    {
      g_free (self->text);
      self->text = g_strdup (status);
      if (id && is_about_layer (status))
        take_layer (self, id, status, tc_value_get (line, "progressDetail"));
    }
  *sum = (TcDockerPullSum) { .text = self->text ? self->text : "", .layers_total = g_hash_table_size (self->layers) };
  g_hash_table_iter_init (&iter, self->layers);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      const Layer *layer = item;

      sum->layers_done += (unsigned) layer->complete;
      sum->bytes_done += (uint64_t) layer->done;
      sum->bytes_total += (uint64_t) layer->total;
    }
}
