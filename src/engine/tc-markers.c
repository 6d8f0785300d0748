/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-markers.h"

#include "tc-engine.h"
#include "tc-json.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const metric_names[] = { "counter", "timer", "gauge", NULL };

/* What `.` of java.util.regex does not match ends a line: a text with one of these is no marker. */
static gboolean
has_line_end (const char *text, size_t length)
{
  return memchr (text, '\n', length) != NULL || memchr (text, '\r', length) != NULL
         || g_strstr_len (text, (gssize) length, "\xc2\x85") != NULL || g_strstr_len (text, (gssize) length, "\xe2\x80\xa8") != NULL
         || g_strstr_len (text, (gssize) length, "\xe2\x80\xa9") != NULL;
}

gboolean
tc_marker_is (const char *line, size_t length)
{
  return length >= 6 && memcmp (line, "::{", 3) == 0 && memcmp (line + length - 3, "}::", 3) == 0 && !has_line_end (line, length);
}

void
tc_marker_clear (TcMarker *marker)
{
  g_clear_pointer (&marker->outputs, tc_value_unref);
  g_clear_pointer (&marker->metrics, g_ptr_array_unref);
  g_clear_pointer (&marker->logs, g_ptr_array_unref);
}

static gboolean
refuse (GError **error, const char *what, const TcValue *value)
{
  g_autofree char *text = value != NULL ? tc_json_to_text (value) : g_strdup ("null");

  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, "%s: %.200s", what, text);
  return FALSE;
}

static gboolean
read_number (const TcValue *value, double *number)
{
  char *end;

  if (tc_value_is (value, TC_VALUE_INT) || tc_value_is (value, TC_VALUE_DOUBLE) || tc_value_is (value, TC_VALUE_DECIMAL))
    {
      *number = tc_value_get_double (value);
      return TRUE;
    }
  if (!tc_value_is (value, TC_VALUE_STRING) || tc_value_length (value) == 0)
    return FALSE;
  *number = g_ascii_strtod (tc_value_get_text (value), &end);
  return *end == '\0';
}

/* A timer is told in seconds or as an ISO-8601 duration, and kept in milliseconds. */
static gboolean
read_timer (const TcValue *value, double *milliseconds)
{
  int64_t us;

  if (read_number (value, milliseconds))
    {
      *milliseconds *= 1000;
      return TRUE;
    }
  if (!tc_value_is (value, TC_VALUE_STRING) || !tc_duration_parse (tc_value_get_text (value), &us))
    return FALSE;
  *milliseconds = (double) us / 1000;
  return TRUE;
}

TcValue *
tc_metric_new (TcMetricKind kind, const char *name, double value, const TcValue *tags)
{
  return tc_value_map_of ("name", tc_value_string (name), "type", tc_value_string (metric_names[kind]), "value", tc_value_double (value),
                          "tags", tags != NULL && tc_value_is (tags, TC_VALUE_MAP) ? tc_value_ref (tags) : tc_value_map_of (NULL, NULL),
                          NULL);
}

static gboolean
read_metric (const TcValue *item, TcMarker *marker, GError **error)
{
  const char *type = tc_value_get_str (item, "type"), *name = tc_value_get_str (item, "name");
  const TcValue *value = tc_value_get (item, "value"), *tags = tc_value_get (item, "tags");
  int kind = 0;
  double number;

  while (metric_names[kind] != NULL && g_strcmp0 (type, metric_names[kind]) != 0)
    kind++;
  if (metric_names[kind] == NULL)
    return refuse (error, _("the type of a metric must be counter, timer or gauge"), tc_value_get (item, "type"));
  if (name == NULL)
    return refuse (error, _("a metric has no name"), item);
  if (!(kind == TC_METRIC_TIMER ? read_timer (value, &number) : read_number (value, &number)))
    return refuse (error, _("the value of a metric must be a number"), value);
  if (tags != NULL && !tc_value_is (tags, TC_VALUE_MAP) && !tc_value_is (tags, TC_VALUE_NULL))
    return refuse (error, _("the tags of a metric must be a map"), tags);
  g_ptr_array_add (marker->metrics, tc_metric_new ((TcMetricKind) kind, name, number, tags));
  return TRUE;
}

static gboolean
read_log (const TcValue *item, TcMarker *marker, GError **error)
{
  const TcValue *message = tc_value_get (item, "message");
  const char *level_name = tc_value_get_str (item, "level");
  TcLevel level;
  TcValue *text;

  if (!tc_value_is (item, TC_VALUE_MAP) || level_name == NULL || !tc_level_parse (level_name, &level))
    return refuse (error, _("the level of a log entry must be TRACE, DEBUG, INFO, WARN or ERROR"), tc_value_get (item, "level"));
  if (message == NULL || tc_value_is (message, TC_VALUE_NULL))
    text = tc_value_string ("");
  else
    text = tc_value_is (message, TC_VALUE_STRING) ? tc_value_ref (message) : tc_value_string_take (tc_json_to_text (message));
  g_ptr_array_add (marker->logs, tc_value_map_of ("level", tc_value_int (level), "message", text, NULL));
  return TRUE;
}

static gboolean
read_items (const TcValue *object, const char *key, TcMarker *marker,
            gboolean (*read_item) (const TcValue *, TcMarker *, GError **), GError **error)
{
  const TcValue *items = tc_value_get (object, key);

  if (items == NULL || tc_value_is (items, TC_VALUE_NULL))
    return TRUE;
  if (!tc_value_is (items, TC_VALUE_LIST))
    return refuse (error, _("a list was expected"), items);
  for (size_t i = 0; i < tc_value_length (items); i++)
    if (!read_item (tc_value_item (items, i), marker, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_outputs (const TcValue *object, TcMarker *marker, GError **error)
{
  static const char *const keys[] = { "outputs", "encryptedOutputs" };

  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const TcValue *outputs = tc_value_get (object, keys[i]);

      if (outputs == NULL || tc_value_is (outputs, TC_VALUE_NULL))
        continue;
      if (!tc_value_is (outputs, TC_VALUE_MAP))
        return refuse (error, _("outputs must be a map"), outputs);
      marker->outputs = marker->outputs != NULL ? tc_outputs_merge (marker->outputs, outputs) : tc_value_ref (outputs);
    }
  return TRUE;
}

gboolean
tc_marker_read (const char *line, size_t length, TcMarker *marker, GError **error)
{
  size_t end;
  g_autoptr (TcValue) object = tc_json_read_prefix (line + 2, length - 4, &end, error);
  TcMarker found = { 0 };

  if (object == NULL)
    return FALSE;
  found.metrics = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  found.logs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  if (!read_outputs (object, &found, error) || !read_items (object, "metrics", &found, read_metric, error)
      || !read_items (object, "logs", &found, read_log, error))
    {
      tc_marker_clear (&found);
      return FALSE;
    }
  *marker = found;
  return TRUE;
}

TcValue *
tc_outputs_merge (TcValue *outputs, const TcValue *over)
{
  g_autoptr (TcMapBuilder) merged = tc_map_builder_new ();
  size_t n = outputs != NULL ? tc_value_length (outputs) : 0;

  for (size_t i = 0; i < n; i++)
    if (tc_value_get (over, tc_value_key (outputs, i)) == NULL)
      tc_map_builder_take (merged, tc_value_key (outputs, i), tc_value_ref (tc_value_item (outputs, i)));
  for (size_t i = 0; i < tc_value_length (over); i++)
    if (!tc_value_is (tc_value_item (over, i), TC_VALUE_NULL))
      tc_map_builder_take (merged, tc_value_key (over, i), tc_value_ref (tc_value_item (over, i)));
  tc_value_unref (outputs);
  return tc_map_builder_end (g_steal_pointer (&merged));
}

static gboolean
same_metric (const TcValue *a, const TcValue *b)
{
  return tc_value_equal (tc_value_get (a, "name"), tc_value_get (b, "name")) && tc_value_equal (tc_value_get (a, "type"), tc_value_get (b, "type"))
         && tc_value_equal (tc_value_get (a, "tags"), tc_value_get (b, "tags"));
}

void
tc_metrics_add (GPtrArray *metrics, const TcValue *metric)
{
  for (guint i = 0; i < metrics->len; i++)
    {
      TcValue *known = g_ptr_array_index (metrics, i);
      double value = tc_value_get_double (tc_value_get (metric, "value"));
      g_autoptr (TcValue) sum = NULL;

      if (!same_metric (known, metric))
        continue;
      if (g_strcmp0 (tc_value_get_str (metric, "type"), "gauge") != 0)
        value += tc_value_get_double (tc_value_get (known, "value"));
      sum = tc_value_double (value);
      metrics->pdata[i] = tc_value_with (known, "value", sum);
      tc_value_unref (known);
      return;
    }
  g_ptr_array_add (metrics, tc_value_ref (metric));
}
