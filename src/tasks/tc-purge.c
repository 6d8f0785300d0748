/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-purge.h"

#include "tc-json.h"
#include "tc-target.h"
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

/* A number may be written as a text. */
static gboolean
read_keep (const TcValue    *value,
           int64_t          *keep,
           GError          **error)
{
  g_autofree char *text = value != NULL && !tc_value_is (value, TC_VALUE_NULL) ? tc_json_to_text (value) : NULL;
  const char *digits = text != NULL && *text == '"' ? text + 1 : text;
  char *end = NULL;

  *keep = text != NULL ? g_ascii_strtoll (digits, &end, 10) : -1;
  if (text == NULL || (end != digits && *keep >= 0))
    return TRUE;
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("behavior: `keepAmount` is a number of versions, not %s"), text);
  return FALSE;
}

gboolean
tc_purge_versions_read (const TcValue    *behavior,
                        TcPurgeVersions  *self,
                        GError          **error)
{
  const char *before = tc_value_get_str (behavior, "before");
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) times = NULL;

  if (!read_keep (tc_value_get (behavior, "keepAmount"), &self->keep, error) || !tc_target_put_time (map, "before", before, error))
    return FALSE;
  if (before != NULL && self->keep >= 0)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("behavior: Cannot set both 'before' and 'keepAmount' properties"));
      return FALSE;
    }
  times = tc_map_builder_end (g_steal_pointer (&map));
  self->before_us = tc_value_get_i64 (times, "before", G_MININT64);
  return TRUE;
}

gboolean
tc_purge_versions_goes (const TcPurgeVersions *self,
                        int64_t                rank,
                        int64_t                updated_us)
{
  if (self->keep >= 0)
    return rank >= self->keep;
  return rank > 0 && updated_us < self->before_us;
}
