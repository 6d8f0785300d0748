/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-life.h"

#include <string.h>

static const char *const set_props[] = { "variables", "overwrite", NULL };
static const char *const unset_props[] = { "variables", "ignoreMissing", NULL };

/* A rendered property that may have been written as the text of a JSON value. Caller owns the result. */
static TcValue *
as_kind (const TcValue *given, TcValueKind kind, GError **error)
{
  g_autoptr (TcValue) parsed = NULL;

  if (given != NULL && tc_value_is (given, TC_VALUE_STRING))
    given = parsed = tc_json_read (tc_value_get_text (given), strlen (tc_value_get_text (given)), NULL);
  if (given != NULL && tc_value_is (given, kind))
    return tc_value_ref (given);
  tc_flowable_error (error, "`variables` must be a %s", tc_value_kind_name (kind));
  return NULL;
}

static gboolean
check_new (const TcValue *present, const TcValue *given, GError **error)
{
  g_autoptr (GString) taken = g_string_new (NULL);

  for (size_t i = 0; i < tc_value_length (given); i++)
    if (present != NULL && tc_value_get (present, tc_value_key (given, i)) != NULL)
      g_string_append_printf (taken, "%s%s", taken->len > 0 ? "," : "", tc_value_key (given, i));
  if (taken->len == 0)
    return TRUE;
  tc_flowable_error (error, "`overwrite` is set to false and the following variables already exist: %s", taken->str);
  return FALSE;
}

static void
take_variables (TcPass *pass, TcValue *variables)
{
  TcHead *head = tc_pass_edit_head (pass);

  tc_value_unref (head->variables);
  head->variables = variables;
}

static gboolean
set_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  const TcValue *present = tc_pass_head (pass)->variables;
  g_autoptr (TcValue) given = as_kind (tc_value_get (rendered, "variables"), TC_VALUE_MAP, error);

  if (given == NULL || (!tc_flowable_bool (rendered, "overwrite", TRUE) && !check_new (present, given, error)))
    return FALSE;
  take_variables (pass, present != NULL ? tc_value_merge (present, given) : tc_value_ref (given));
  tc_life_done (pass, run, TC_STATE_SUCCESS, NULL);
  return TRUE;
}

/* @map without the place named by a dotted @path; NULL: a part of the way does not exist. */
static TcValue *
without (const TcValue *map, const char *path)
{
  const char *dot = strchr (path, '.');
  g_autofree char *key = dot != NULL ? g_strndup (path, (gsize) (dot - path)) : NULL;
  const TcValue *inner;
  g_autoptr (TcValue) rest = NULL;

  if (dot == NULL)
    return tc_value_without (map, path);
  inner = tc_value_get (map, key);
  if (inner == NULL || !tc_value_is (inner, TC_VALUE_MAP))
    return NULL;
  rest = without (inner, dot + 1);
  return rest != NULL ? tc_value_with (map, key, rest) : NULL;
}

static gboolean
unset_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  g_autoptr (TcValue) names = as_kind (tc_value_get (rendered, "variables"), TC_VALUE_LIST, error);
  g_autoptr (TcValue) variables = NULL;
  gboolean lenient = tc_flowable_bool (rendered, "ignoreMissing", FALSE);

  if (names == NULL)
    return FALSE;
  variables = tc_pass_head (pass)->variables != NULL ? tc_value_ref (tc_pass_head (pass)->variables) : tc_value_map_of (NULL, NULL);
  for (size_t i = 0; i < tc_value_length (names); i++)
    {
      g_autofree char *path = tc_flowable_text (tc_value_item (names, i));
      TcValue *rest = path != NULL ? without (variables, path) : NULL;

      if (rest == NULL && lenient)
        continue;
      if (rest == NULL)
        {
          tc_flowable_error (error, "`variables`: there is no variable '%s'", path != NULL ? path : "");
          return FALSE;
        }
      tc_value_unref (variables);
      variables = rest;
    }
  take_variables (pass, g_steal_pointer (&variables));
  tc_life_done (pass, run, TC_STATE_SUCCESS, NULL);
  return TRUE;
}

/* Kestra: SetVariables, UnsetVariables. */
const TcFlowable tc_flowable_set_variables = { .name = "SetVariables", .kind = TC_FLOWABLE_ACTION, .props = set_props, .begin = set_begin };
const TcFlowable tc_flowable_unset_variables = {
  .name = "UnsetVariables", .kind = TC_FLOWABLE_ACTION, .props = unset_props, .begin = unset_begin,
};
