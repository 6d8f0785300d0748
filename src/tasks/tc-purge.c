/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-purge.h"
#include <glib/gi18n-lib.h>

static gboolean
is_listed (const TcValue *names,
           const char    *name,
           gboolean       as_prefix)
{
  for (size_t i = 0; i < tc_value_length (names); i++)
    {
      const TcValue *item = tc_value_item (names, i);
      const char *text = tc_value_is (item, TC_VALUE_STRING) ? tc_value_get_text (item) : "";

      if (*text != '\0' && (as_prefix ? g_str_has_prefix (name, text) : g_str_equal (name, text)))
        return TRUE;
    }
  return FALSE;
}

/* Those given, flows or not, then what begins like one of them: a plain prefix, so `company` takes `company2` along, as Kestra does. */
static void
add_given (const TcPurge *purge,
           const TcValue *known,
           TcListBuilder *list)
{
  for (size_t i = 0; i < tc_value_length (purge->namespaces); i++)
    tc_list_builder_take (list, tc_value_ref (tc_value_item (purge->namespaces, i)));
  for (size_t i = 0; purge->children && i < tc_value_length (known); i++)
    {
      const char *name = tc_value_get_text (tc_value_item (known, i));

      if (is_listed (purge->namespaces, name, TRUE) && !is_listed (purge->namespaces, name, FALSE))
        tc_list_builder_take (list, tc_value_string (name));
    }
}

static void
tell (TcJob         *job,
      const TcValue *names)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (size_t i = 0; i < tc_value_length (names); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", tc_value_get_text (tc_value_item (names, i)));
  tc_job_log (job, TC_LEVEL_INFO, "purging %zu namespaces: [%s]", tc_value_length (names), text->str);
}

TcValue *
tc_purge_namespaces (TcJob          *job,
                     const TcPurge  *purge,
                     GError        **error)
{
  g_autoptr (TcValue) args = tc_value_map_of (NULL, NULL), known = NULL, names = NULL;
  g_autoptr (TcListBuilder) list = NULL;

  if (purge->namespaces != NULL && purge->pattern != NULL)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE,
                   _("Properties `namespaces` and `namespacePattern` can't be used at the same time — use one or the other."));
      return NULL;
    }
  known = tc_job_ask (job, "namespaces", args, error);
  if (known == NULL)
    return NULL;
  list = tc_list_builder_new ();
  if (purge->namespaces != NULL)
    add_given (purge, known, list);
  for (size_t i = 0; purge->namespaces == NULL && i < tc_value_length (known); i++)
    if (purge->pattern == NULL || g_pattern_match_simple (purge->pattern, tc_value_get_text (tc_value_item (known, i))))
      tc_list_builder_take (list, tc_value_ref (tc_value_item (known, i)));
  names = tc_list_builder_end (g_steal_pointer (&list));
  tell (job, names);
  return g_steal_pointer (&names);
}
