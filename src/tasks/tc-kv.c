/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kv.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
tc_kv_check_key (const char *key,
                 GError    **error)
{
  if (key == NULL || *key == '\0')
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Key cannot be null or empty"));
      return FALSE;
    }
  for (const char *c = key; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && (c == key || strchr ("._-", *c) == NULL))
      {
        g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                     _("Key “%s”: it must begin with a letter or digit and may hold letters, digits, “.”, “_” and “-” only"), key);
        return FALSE;
      }
  return TRUE;
}

const char *
tc_kv_namespace (TcJob      *job,
                 const char *given)
{
  return given != NULL && *given != '\0' ? given : tc_job_name (job, "flow.namespace");
}

static TcValue *
ask (TcJob       *job,
     const char  *space,
     const char  *key,
     GError     **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("namespace", tc_value_string (space), "key", tc_value_string (key), "failExpired", tc_value_bool (TRUE), NULL);

  return tc_job_ask (job, "kv.get", args, error);
}

TcValue *
tc_kv_find (TcJob       *job,
            const char  *given,
            const char  *key,
            GError     **error)
{
  g_autofree char *space = g_strdup (tc_kv_namespace (job, given));
  gboolean parents = g_strcmp0 (space, tc_job_name (job, "flow.namespace")) == 0;
  TcValue *entry = ask (job, space, key, error);
  char *dot;

  while (parents && tc_value_is (entry, TC_VALUE_NULL) && (dot = strrchr (space, '.')) != NULL)
    {
      *dot = '\0';
      tc_value_unref (entry);
      entry = ask (job, space, key, error);
    }
  return entry;
}

void
tc_kv_missing (TcJob       *job,
               const char  *given,
               const char  *key,
               GError     **error)
{
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("No value found for key '%s' in namespace '%s' and `errorOnMissing` is set to true"), key,
               tc_kv_namespace (job, given));
}
