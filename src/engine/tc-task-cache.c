/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-task-cache.h"

#include "tc-json.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/*
 * `taskCache` (spec/flow-language.md §3.4): the outputs of a task by a digest of its rendered properties and the loop's value, one file each:
 * DATA/cache/NAMESPACE/FLOW/tasks/TASK-DIGEST.json. A task whose properties cannot be rendered beforehand is not cached.
 */

static char *
path_of (TcOrder *self)
{
  /* The directory has another name at each run and must not count. */
  g_autoptr (TcValue) names = tc_value_map_of ("workingDir", tc_value_string ("workingDir"), "outputDir", tc_value_string ("outputDir"), NULL);
  g_autoptr (TcValue) rendered = tc_order_render (self, self->task->props, names, NULL);
  g_autofree char *text = rendered != NULL ? tc_json_to_text (rendered) : NULL, *name = NULL;
  g_autoptr (GChecksum) sum = NULL;

  if (text == NULL)
    return NULL;
  sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, (const guchar *) self->task->type, -1);
  g_checksum_update (sum, (const guchar *) text, -1);
  if (self->run->value != NULL)
    g_checksum_update (sum, (const guchar *) self->run->value, -1);
  name = g_strdup_printf ("%s-%s.json", self->task->id, g_checksum_get_string (sum));
  return g_build_filename (self->site->data_dir, "cache", self->head->namespace, self->head->flow_id, "tasks", name, NULL);
}

static gboolean
is_wanted (const TcOrder *self)
{
  return tc_value_is (self->task->cache, TC_VALUE_MAP) && tc_value_get_flag (self->task->cache, "enabled", FALSE);
}

static gboolean
is_fresh (const TcOrder *self, const char *path)
{
  const char *ttl = tc_value_get_str (self->task->cache, "ttl");
  struct stat info;
  int64_t us;

  if (stat (path, &info) != 0)
    return FALSE;
  return ttl == NULL || !tc_duration_parse (ttl, &us)
         || (int64_t) info.st_mtime * G_USEC_PER_SEC + us > tc_clock_now_us (tc_clock_system ());
}

TcEvent *
tc_task_cache_find (TcOrder *self)
{
  g_autofree char *path = is_wanted (self) ? path_of (self) : NULL, *text = NULL;
  g_autoptr (TcValue) outputs = NULL;
  TcEvent *event;
  gsize length;

  if (path == NULL || !is_fresh (self, path) || !g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  outputs = tc_json_read (text, length, NULL);
  if (outputs == NULL)
    return NULL;
  tc_order_log (self, TC_LEVEL_INFO, _("Skipping task execution for task '%s' as there is an existing cache entry for it"), self->task->id);
  event = tc_event_new (TC_EVENT_ENDED, tc_clock_now_us (tc_clock_system ()), self->effect_id);
  event->state = TC_STATE_SUCCESS;
  event->payload = tc_value_is (outputs, TC_VALUE_MAP) ? g_steal_pointer (&outputs) : NULL;
  return event;
}

void
tc_task_cache_save (TcOrder *self, const TcEvent *ended)
{
  g_autofree char *path = NULL, *folder = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_wanted (self) || (ended->state != TC_STATE_SUCCESS && ended->state != TC_STATE_WARNING))
    return;
  path = path_of (self);
  if (path == NULL)
    return;
  folder = g_path_get_dirname (path);
  text = ended->payload != NULL ? tc_json_to_text (ended->payload) : g_strdup ("null");
  tc_order_log (self, TC_LEVEL_INFO, _("Uploading a cache entry for task '%s'"), self->task->id);
  if (g_mkdir_with_parents (folder, 0700) != 0 || !g_file_set_contents (path, text, -1, &error))
    tc_order_log (self, TC_LEVEL_WARN, _("The outputs of task '%s' could not be kept: %s"), self->task->id,
                  error != NULL ? error->message : folder);
}
