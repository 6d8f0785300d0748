/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-kestra-task.h"
#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
tc_kestra_task_check (const TcKestraTask  *self,
                      GError             **error)
{
  g_autoptr (GUri) uri = self->url != NULL ? g_uri_parse (self->url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (self->url == NULL || *self->url == '\0')
    return TRUE;
  if (host != NULL && (strcmp (host, "localhost") == 0 || strcmp (host, "::1") == 0 || g_str_has_prefix (host, "127.")))
    return TRUE;
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
               _("“%s” is another server, and this task acts on the one that runs it: remove `kestraUrl`, or ask that server with http.Request"),
               self->url);
  return FALSE;
}

TcValue *
tc_kestra_task_namespaces (TcJob               *job,
                           const TcKestraTask  *self,
                           const char          *prefix,
                           GError             **error)
{
  g_autoptr (TcValue) nothing = tc_value_map_of (NULL, NULL), known = NULL;
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  if (!tc_kestra_task_check (self, error))
    return NULL;
  known = tc_job_ask (job, "namespaces", nothing, error);
  if (known == NULL)
    return NULL;
  for (size_t i = 0; i < tc_value_length (known); i++)
    if (prefix == NULL || g_str_has_prefix (tc_value_get_text (tc_value_item (known, i)), prefix))
      tc_list_builder_take (list, tc_value_ref (tc_value_item (known, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}
