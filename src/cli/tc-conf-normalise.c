/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-conf.h"

#include "tc-json.h"
#include "tc-util.h"
#include <string.h>

/* One rule: a pattern and what stands for it in goldens. Order matters: addresses hold ids, ids look like names. */
typedef struct
{
  const char *pattern, *replacement;
} Rule;

static const Rule rules[] = {
  { "(?<![0-9A-Za-z])(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{20,22}(?![0-9A-Za-z])", "<id>" },
  { "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>" },
  { NULL },       /* times: only near ones are volatile */
  { "(aes_encrypted\"?,? ?\"?value\"?[:=] ?\"?)[A-Za-z0-9+/=]+", "\\1<cipher>" },
  { "with pid \\d+", "with pid <pid>" },
  { "Killing process \\d+", "Killing process <pid>" },
  { "worker_\\d+", "worker_<n>" },
  { "httpclient_boundary_[A-Za-z0-9_-]+", "httpclient_boundary_<id>" },
  { "<dir>/\\d{9,}(?=[.:/]|$)", "<dir>/<n>" },
  { "PT(?:\\d+[HM])*\\d+(?:\\.\\d{3,})S", "<duration>" },
  { "completed with state (\\w+) in [0-9hms. ]+(ms|s|m|h)?", "completed with state \\1 in <duration>" },
};

#define TIME_PATTERN \
  "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d([.,]\\d+)?)?(Z|[+-]\\d\\d:?\\d\\d)?(\\[[A-Za-z/_]+\\])?"
#define URI_PATTERN "kestra:///[^\\s\"'`,\\]\\[}{)(<>|]+"

struct _TcConfNorm
{
  GPtrArray *ids;               /* longest first */
  GRegex    *uri, *time, *directory;
  GRegex    *compiled[G_N_ELEMENTS (rules)];
  char      *storage;
};

static int
compare_lengths (gconstpointer a,
                 gconstpointer b)
{
  size_t first = strlen (*(const char *const *) a), second = strlen (*(const char *const *) b);

  return first < second ? 1 : first > second ? -1 : 0;
}

TcConfNorm *
tc_conf_norm_new (const char *data,
                  GPtrArray  *ids)
{
  TcConfNorm *self = g_new0 (TcConfNorm, 1);
  g_autofree char *runs = g_build_filename (data, "runs", NULL), *escaped = g_regex_escape_string (runs, -1);
  g_autofree char *pattern = g_strconcat (escaped, "/[^/\\s\"']+(?:/work)?", NULL);

  g_ptr_array_sort (ids, compare_lengths);
  self->ids = ids;
  self->uri = g_regex_new (URI_PATTERN, 0, 0, NULL);
  self->time = g_regex_new (TIME_PATTERN, 0, 0, NULL);
  self->directory = g_regex_new (pattern, 0, 0, NULL);
  self->storage = g_build_filename (data, "storage", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    self->compiled[i] = rules[i].pattern != NULL ? g_regex_new (rules[i].pattern, G_REGEX_OPTIMIZE, 0, NULL) : NULL;
  return self;
}

void
tc_conf_norm_free (TcConfNorm *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->ids);
  g_regex_unref (self->uri);
  g_regex_unref (self->time);
  g_regex_unref (self->directory);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_clear_pointer (&self->compiled[i], g_regex_unref);
  g_free (self->storage);
  g_free (self);
}

static void
replace_literal (char      **text,
                 const char *from,
                 const char *to)
{
  g_autoptr (GString) string = NULL;

  if (strstr (*text, from) == NULL)
    return;
  string = g_string_new (*text);
  g_string_replace (string, from, to, 0);
  g_free (*text);
  *text = g_string_free (g_steal_pointer (&string), FALSE);
}

static void
replace_pattern (char       **text,
                 GRegex      *regex,
                 const char  *to)
{
  char *replaced = g_regex_replace (regex, *text, -1, 0, to, 0, NULL);

  if (replaced == NULL)
    return;
  g_free (*text);
  *text = replaced;
}

static gboolean
replace_time (const GMatchInfo *match,
              GString          *out,
              gpointer          data)
{
  g_autofree char *text = g_match_info_fetch (match, 0), *day = g_strdup_printf ("%.10sT00:00:00Z", text);
  int64_t now = tc_clock_now_us (tc_clock_system ()) / G_USEC_PER_SEC;
  TcTime time;
  gboolean near = tc_time_parse (day, &time) && ABS (now - time.seconds) / 86400 <= 2;

  g_string_append (out, near ? "<time>" : text);
  return FALSE;
}

char *
tc_conf_norm_text (TcConfNorm *self,
                   const char *given)
{
  char *text = g_strdup (given);

  replace_pattern (&text, self->uri, "<uri>");
  replace_pattern (&text, self->directory, "<dir>");
  replace_literal (&text, self->storage, "<storage>");
  for (guint i = 0; i < self->ids->len; i++)
    replace_literal (&text, self->ids->pdata[i], "<id>");
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (self->compiled[i] != NULL)
      replace_pattern (&text, self->compiled[i], rules[i].replacement);
    else
      {
        char *replaced = g_regex_replace_eval (self->time, text, -1, 0, 0, replace_time, NULL, NULL);

        if (replaced != NULL)
          {
            g_free (text);
            text = replaced;
          }
      }
  return text;
}

static TcValue *
normalise_map (TcConfNorm    *self,
               const TcValue *map)
{
  TcMapBuilder *out = tc_map_builder_new ();
  gboolean is_cipher = g_strcmp0 (tc_value_get_str (map, "type"), "io.kestra.datatype:aes_encrypted") == 0;

  for (size_t i = 0; i < tc_value_length (map); i++)
    {
      g_autofree char *key = tc_conf_norm_text (self, tc_value_key (map, i));

      if (is_cipher && strcmp (key, "value") == 0)
        tc_map_builder_take (out, key, tc_value_string ("<cipher>"));
      else
        tc_map_builder_take (out, key, tc_conf_norm_value (self, tc_value_item (map, i)));
    }
  return tc_map_builder_end (out);
}

TcValue *
tc_conf_norm_value (TcConfNorm    *self,
                    const TcValue *value)
{
  TcListBuilder *out;

  switch (tc_value_kind (value))
    {
    case TC_VALUE_STRING:
      return tc_value_string_take (tc_conf_norm_text (self, tc_value_get_text (value)));
    case TC_VALUE_MAP:
      return normalise_map (self, value);
    case TC_VALUE_LIST:
      out = tc_list_builder_new ();
      for (size_t i = 0; i < tc_value_length (value); i++)
        tc_list_builder_take (out, tc_conf_norm_value (self, tc_value_item (value, i)));
      return tc_list_builder_end (out);
    case TC_VALUE_TIME:
    case TC_VALUE_DURATION:
      {
        g_autofree char *json = tc_json_to_text (value);
        size_t length = strlen (json);

        if (length >= 2 && *json == '"')
          json[length - 1] = '\0';
        return tc_value_string_take (tc_conf_norm_text (self, *json == '"' ? json + 1 : json));
      }
    case TC_VALUE_NULL:
    case TC_VALUE_BOOL:
    case TC_VALUE_INT:
    case TC_VALUE_DOUBLE:
    case TC_VALUE_DECIMAL:
      break;
    }
  return tc_value_ref (value);
}
