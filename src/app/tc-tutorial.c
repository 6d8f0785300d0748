/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-tutorial.h"

#define FOLDER "/io/github/tiercel/Tiercel/tutorial"
#define NAMESPACE "tutorial"

typedef struct
{
  TcEngine      *engine;
  char         **names;
  guint          next;
  char          *first;
  TcTutorialDone done;
  gpointer       data;
} Install;

static void install_next (Install *install);

static char *
flow_id (const char *name)
{
  g_autofree char *stem = g_strndup (name, strcspn (name, "."));
  const char *id = strchr (stem, '-');

  return g_strdup (id != NULL ? id + 1 : stem);
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      data)
{
  Install *install = data;
  g_autoptr (GError) error = NULL;

  if (tc_engine_save_flow_finish (NULL, result, &error) == 0)
    g_warning ("tutorial flow %s: %s", install->names[install->next], error->message);
  else if (install->first == NULL)
    install->first = flow_id (install->names[install->next]);
  install->next++;
  install_next (install);
}

static void
install_next (Install *install)
{
  const char *name = install->names[install->next];

  if (name != NULL)
    {
      g_autofree char *path = g_strconcat (FOLDER "/", name, NULL);
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

      tc_engine_save_flow_async (install->engine, g_bytes_get_data (bytes, NULL), NULL, saved, install);
      return;
    }
  install->done (install->first != NULL ? NAMESPACE : NULL, install->first, install->data);
  g_object_unref (install->engine);
  g_strfreev (install->names);
  g_free (install->first);
  g_free (install);
}

static int
by_name (gconstpointer a,
         gconstpointer b,
         gpointer      unused)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

void
tc_tutorial_install (TcEngine      *engine,
                     TcTutorialDone done,
                     gpointer       data)
{
  Install *install = g_new0 (Install, 1);

  install->engine = g_object_ref (engine);
  install->names = g_resources_enumerate_children (FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (install->names == NULL)
    install->names = g_new0 (char *, 1);
  g_qsort_with_data (install->names, (int) g_strv_length (install->names), sizeof (char *), by_name, NULL);
  install->done = done;
  install->data = data;
  install_next (install);
}
