/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-job.h"
#include "tc-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const level_names[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR" };

const char *
tc_level_name (TcLevel level)
{
  return level_names[level];
}

gboolean
tc_level_parse (const char *name,
                TcLevel    *level)
{
  for (size_t i = 0; i < G_N_ELEMENTS (level_names); i++)
    if (strcmp (name, level_names[i]) == 0)
      {
        *level = (TcLevel) i;
        return TRUE;
      }
  return FALSE;
}

const char *
tc_job_name (TcJob      *job,
             const char *what)
{
  return job->klass->name (job, what);
}

int
tc_job_open_uri (TcJob       *job,
                 const char  *uri,
                 GError     **error)
{
  return job->klass->open_uri (job, uri, error);
}

char *
tc_job_store_file (TcJob       *job,
                   const char  *path,
                   const char  *name,
                   gboolean     move,
                   GError     **error)
{
  return job->klass->store_file (job, path, name, move, error);
}

TcValue *
tc_job_ask (TcJob          *job,
            const char     *what,
            const TcValue  *args,
            GError        **error)
{
  return job->klass->call (job, what, args, error);
}

void
tc_job_metric (TcJob         *job,
               TcMetricKind   kind,
               const char    *name,
               double         value,
               const TcValue *tags)
{
  job->klass->metric (job, kind, name, value, tags);
}

void
tc_job_log (TcJob      *job,
            TcLevel     level,
            const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  job->klass->log (job, level, message);
}

static gboolean
log_one (TcJob          *job,
         TcLevel         level,
         const TcValue  *message,
         GError        **error)
{
  if (!tc_value_is (message, TC_VALUE_STRING))
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Invalid message type '%s': a message is a text or a list of texts"),
                   tc_value_kind_name (tc_value_kind (message)));
      return FALSE;
    }
  job->klass->log (job, level, tc_value_get_text (message));
  return TRUE;
}

gboolean
tc_job_log_value (TcJob          *job,
                  TcLevel         level,
                  const TcValue  *message,
                  GError        **error)
{
  if (!tc_value_is (message, TC_VALUE_LIST))
    return log_one (job, level, message, error);
  for (size_t i = 0; i < tc_value_length (message); i++)
    if (!log_one (job, level, tc_value_item (message, i), error))
      return FALSE;
  return TRUE;
}

TcValue *
tc_job_render (TcJob          *job,
               const char     *text,
               const TcValue  *extra,
               GError        **error)
{
  return job->klass->render (job, text, extra, error);
}

TcValue *
tc_job_render_typed (TcJob          *job,
                     const TcValue  *written,
                     GError        **error)
{
  if (tc_value_is (written, TC_VALUE_STRING) && job->klass->render_typed != NULL)
    return job->klass->render_typed (job, tc_value_get_text (written), NULL, error);
  return tc_job_render_all (job, written, NULL, error);
}

static char *
render_key (TcJob          *job,
            const char     *key,
            const TcValue  *extra,
            GError        **error)
{
  g_autoptr (TcValue) rendered = NULL;

  if (strchr (key, '{') == NULL)
    return g_strdup (key);
  rendered = tc_job_render (job, key, extra, error);
  if (rendered == NULL)
    return NULL;
  return tc_value_is (rendered, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (rendered)) : tc_json_to_text (rendered);
}

static TcValue *
render_list (TcJob          *job,
             const TcValue  *list,
             const TcValue  *extra,
             GError        **error)
{
  g_autoptr (TcListBuilder) builder = tc_list_builder_new ();

  for (size_t i = 0; i < tc_value_length (list); i++)
    {
      TcValue *item = tc_job_render_all (job, tc_value_item (list, i), extra, error);

      if (item == NULL)
        return NULL;
      tc_list_builder_take (builder, item);
    }
  return tc_list_builder_end (g_steal_pointer (&builder));
}

static TcValue *
render_map (TcJob          *job,
            const TcValue  *map,
            const TcValue  *extra,
            GError        **error)
{
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  for (size_t i = 0; i < tc_value_length (map); i++)
    {
      g_autofree char *key = render_key (job, tc_value_key (map, i), extra, error);
      TcValue *item = key == NULL ? NULL : tc_job_render_all (job, tc_value_item (map, i), extra, error);

      if (item == NULL)
        return NULL;
      tc_map_builder_take (builder, key, item);
    }
  return tc_map_builder_end (g_steal_pointer (&builder));
}

TcValue *
tc_job_render_all (TcJob          *job,
                   const TcValue  *value,
                   const TcValue  *extra,
                   GError        **error)
{
  switch (tc_value_kind (value))
    {
    case TC_VALUE_STRING:
      if (strchr (tc_value_get_text (value), '{') == NULL)
        return tc_value_ref (value);
      return tc_job_render (job, tc_value_get_text (value), extra, error);
    case TC_VALUE_LIST:
      return render_list (job, value, extra, error);
    case TC_VALUE_MAP:
      return render_map (job, value, extra, error);
    case TC_VALUE_NULL:
    case TC_VALUE_BOOL:
    case TC_VALUE_INT:
    case TC_VALUE_DOUBLE:
    case TC_VALUE_DECIMAL:
    case TC_VALUE_TIME:
    case TC_VALUE_DURATION:
      break;
    }
  return tc_value_ref (value);
}
