/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-task.h"

/* Kestra's slug: blanks and underlines become dashes, other signs go, dashes do not repeat, lower case. */
static char *
slug (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      char sign = g_ascii_isspace (*c) || *c == '_' || *c == '-' ? '-' : g_ascii_isalnum (*c) ? g_ascii_tolower (*c) : '\0';

      if (sign != '\0' && !(sign == '-' && out->len > 0 && out->str[out->len - 1] == '-'))
        g_string_append_c (out, sign);
    }
  return g_string_free (out, FALSE);
}

char *
tc_state_key (TcJob             *job,
              const TcStateTask *task)
{
  const char *flow = tc_job_name (job, "flow.id"), *value = task->by_value ? tc_job_name (job, "taskrun.value") : NULL;
  g_autofree char *prefix = slug (task->whole_namespace || flow == NULL ? "" : flow);
  GString *key = g_string_new (prefix);

  g_string_append_printf (key, "%sstates_tasks-states_%s", *prefix == '\0' ? "" : "_", task->name);
  if (value != NULL && *value != '\0')
    {
      g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, value, -1);

      g_string_append_printf (key, "_%s", hash);
    }
  return g_string_free (key, FALSE);
}

TcValue *
tc_state_read (TcJob       *job,
               const char  *key,
               GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("key", tc_value_string (key), NULL);
  g_autoptr (TcValue) entry = tc_job_ask (job, "kv.get", args, error);
  const TcValue *value = tc_value_get (entry, "value");

  if (entry == NULL)
    return NULL;
  return tc_value_is (value, TC_VALUE_MAP) ? tc_value_ref (value) : tc_value_null ();
}
