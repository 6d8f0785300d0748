/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-kv.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define NANOS_A_MS 1000000

typedef struct
{
  char    *key, *namespace, *ttl, *type, *description;
  TcValue *value;
  gboolean overwrite;
} SetProps;

static const char *const types[] = { "STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON", NULL };

static const TcProp props[] = {
  { "key", TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_REQUIRED, offsetof (SetProps, key), NULL, NULL, N_("Name of the value.") },
  { "value", TC_KIND_ANY, TC_PROP_LATE | TC_PROP_REQUIRED, offsetof (SetProps, value), NULL, NULL, N_("The value; an expression keeps its kind, such as a number or a list.") },
  { "namespace", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SetProps, namespace), NULL, NULL, N_("Namespace; the flow's own without it.") },
  { "overwrite", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (SetProps, overwrite), "true", NULL, N_("Whether a value that exists is replaced; otherwise the task fails.") },
  { "ttl", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SetProps, ttl), NULL, NULL, N_("How long the value is kept, such as `PT1H`.") },
  { "kvType", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SetProps, type), NULL, NULL,
    N_("What the text is read as: STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON.") },
  { "kvDescription", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SetProps, description), NULL, NULL, N_("Text about the value.") },
  { 0 }
};

static TcValue *
wrong (const char  *text,
       const char  *type,
       GError     **error)
{
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("The value “%s” cannot be read as %s"), text, type);
  return NULL;
}

/* Java reads both dates and times as instants here, which need their seconds. They are kept to the millisecond, and midnight is read back as a
 * date. */
static TcValue *
instant (const char  *text,
         const char  *type,
         GError     **error)
{
  g_autofree char *shown = NULL;
  TcTime time;

  if (strlen (text) < strlen ("2026-01-01T00:00:00Z") || text[strlen ("2026-01-01T00:00")] != ':' || !tc_time_parse (text, &time))
    return wrong (text, type, error);
  shown = tc_time_format_us (time.seconds * G_USEC_PER_SEC + time.nanos / NANOS_A_MS * 1000);
  if (time.seconds % (24 * 60 * 60) == 0 && time.nanos < NANOS_A_MS)
    *strchr (shown, 'T') = '\0';
  return tc_value_string (shown);
}

static TcValue *
typed_text (const char  *text,
            const char  *type,
            GError     **error)
{
  int64_t us;
  TcValue *json = NULL;

  if (strcmp (type, "BOOLEAN") == 0)
    return tc_value_bool (g_ascii_strcasecmp (text, "true") == 0);
  if (strcmp (type, "DATETIME") == 0 || strcmp (type, "DATE") == 0)
    return instant (text, type, error);
  if (strcmp (type, "DURATION") == 0)
    return text[0] != '\0' && !g_ascii_isdigit (text[0]) && tc_duration_parse (text, &us) ? tc_value_string (text) : wrong (text, type, error);
  if (strcmp (type, "NUMBER") == 0 || strcmp (type, "JSON") == 0)
    {
      json = tc_json_read (text, strlen (text), error);
      if (json == NULL)
        g_prefix_error (error, _("The value cannot be read as %s: "), type);
      else if (type[0] == 'N' && !tc_value_is (json, TC_VALUE_INT) && !tc_value_is (json, TC_VALUE_DOUBLE) && !tc_value_is (json, TC_VALUE_DECIMAL))
        {
          tc_value_unref (json);
          return wrong (text, type, error);
        }
      return json;
    }
  return tc_value_string (text);
}

static TcValue *
typed (const SetProps  *given,
       TcValue         *rendered,
       GError         **error)
{
  g_autoptr (TcValue) value = rendered;
  g_autofree char *text = NULL;

  if (given->type == NULL || *given->type == '\0')
    return g_steal_pointer (&value);
  if (!g_strv_contains (types, given->type))
    return wrong (given->type, "kvType", error);
  if (tc_value_is (value, TC_VALUE_STRING))
    return typed_text (tc_value_get_text (value), given->type, error);
  text = tc_json_to_text (value);
  return strcmp (given->type, "STRING") == 0 ? tc_value_string (text) : g_steal_pointer (&value);
}

static gboolean
check_ttl (const char  *ttl,
           GError     **error)
{
  int64_t us;

  if (ttl == NULL)
    return TRUE;
  if (!tc_duration_parse (ttl, &us))
    return wrong (ttl, "DURATION", error) != NULL;
  if (us < 0)
    g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("ttl cannot be negative"));
  return us >= 0;
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const SetProps *given = data;
  TcValue *value = tc_job_render_typed (job, given->value, error);
  g_autoptr (TcMapBuilder) args = NULL;
  g_autoptr (TcValue) map = NULL;

  /* What is written as a list or map is its JSON text; only an expression gives one. */
  if (value != NULL && (tc_value_is (given->value, TC_VALUE_LIST) || tc_value_is (given->value, TC_VALUE_MAP)))
    {
      g_autoptr (TcValue) written = value;

      value = tc_value_string_take (tc_json_to_text (written));
    }
  value = value == NULL ? NULL : typed (given, value, error);
  if (value == NULL)
    return NULL;
  args = tc_map_builder_new ();
  tc_map_builder_take (args, "value", value);
  if (!tc_kv_check_key (given->key, error) || !check_ttl (given->ttl, error))
    return NULL;
  tc_map_builder_str (args, "key", given->key);
  tc_map_builder_str (args, "namespace", tc_kv_namespace (job, given->namespace));
  tc_map_builder_str (args, "ttl", given->ttl);
  tc_map_builder_str (args, "type", given->type);
  tc_map_builder_str (args, "description", given->description);
  tc_map_builder_take (args, "overwrite", tc_value_bool (given->overwrite));
  map = tc_map_builder_end (g_steal_pointer (&args));
  return tc_job_ask (job, "kv.set", map, error);
}

extern const TcTaskClass tc_task_kv_set;
const TcTaskClass tc_task_kv_set = {
  .info = {
    .type = "io.kestra.plugin.core.kv.Set",
    .title = N_("Store a value in the key-value store"),
    .doc = N_("Stores a value under a key, for other executions and flows."),
    .props = props, .props_size = sizeof (SetProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
