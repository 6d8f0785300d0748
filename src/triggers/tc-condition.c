/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-condition-private.h"

#include "tc-json.h"
#include "tc-triggers.h"
#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (tc-trigger-error-quark, tc_trigger_error)

#define PREFIX "io.kestra.plugin.core.condition."

/* The present name of a condition's type, without its package; "" if there is no such type. */
static const char *
name_of (const TcValue *condition)
{
  const char *type = tc_value_get_str (condition, "type");

  for (guint i = 0; type != NULL && tc_condition_types[i] != NULL; i++)
    {
      const TcTypeInfo *info = tc_condition_types[i];

      if (g_str_equal (info->type, type) || (info->aliases != NULL && g_strv_contains (info->aliases, type)))
        return info->type + strlen (PREFIX);
    }
  return "";
}

gboolean
tc_condition_is (const TcValue *condition,
                 const char    *name)
{
  return g_str_equal (name_of (condition), name);
}

gboolean
tc_condition_fail (const TcValue  *condition,
                   const char     *key,
                   const char     *what,
                   GError        **error)
{
  g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_CONDITION, _("The condition %s cannot use “%s” as its “%s”"),
               tc_value_get_str (condition, "type"), what, key);
  return FALSE;
}

char *
tc_condition_text (const TcValue           *condition,
                   const char              *key,
                   const char              *fallback,
                   const TcConditionWorld  *world,
                   GError                 **error)
{
  const TcValue *given = tc_value_get (condition, key);
  g_autofree char *text = NULL;
  g_autoptr (TcValue) rendered = NULL;

  if (given == NULL || tc_value_is (given, TC_VALUE_NULL))
    text = g_strdup (fallback);
  else
    text = tc_value_is (given, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (given)) : tc_json_to_text (given);
  if (text == NULL || strchr (text, '{') == NULL)
    return g_steal_pointer (&text);
  rendered = world->render (world->self, text, NULL, error);
  return rendered != NULL ? g_strdup (tc_value_get_text (rendered)) : NULL;
}

/* Whether the rendered list @key holds @text. A text that renders to a JSON list stands for that list. @given: is there anything in it? */
static gboolean
list_holds (const TcValue           *condition,
            const char              *key,
            const char              *text,
            const TcConditionWorld  *world,
            gboolean                *given,
            gboolean                *holds,
            GError                 **error)
{
  const TcValue *list = tc_value_get (condition, key);
  g_autofree char *rendered = NULL;
  g_autoptr (TcValue) parsed = NULL;

  *given = *holds = FALSE;
  if (list == NULL || tc_value_is (list, TC_VALUE_NULL))
    return TRUE;
  rendered = tc_condition_text (condition, key, "", world, error);
  if (rendered == NULL)
    return FALSE;
  parsed = tc_json_read (rendered, strlen (rendered), NULL);
  if (!tc_value_is (parsed, TC_VALUE_LIST))
    {
      *given = *rendered != '\0';
      *holds = g_str_equal (rendered, text);
      return TRUE;
    }
  *given = tc_value_length (parsed) > 0;
  for (size_t i = 0; i < tc_value_length (parsed); i++)
    {
      const TcValue *item = tc_value_item (parsed, i);

      *holds |= tc_value_is (item, TC_VALUE_STRING) && g_str_equal (tc_value_get_text (item), text);
    }
  return TRUE;
}

/* `in` and `notIn`. */
static gboolean
state_fits (const TcValue           *condition,
            TcState                  state,
            const TcConditionWorld  *world,
            gboolean                *holds,
            GError                 **error)
{
  const char *name = tc_state_name (state);
  gboolean has_in, in, has_not, not_in;

  if (!list_holds (condition, "in", name, world, &has_in, &in, error) || !list_holds (condition, "notIn", name, world, &has_not, &not_in, error))
    return FALSE;
  *holds = (!has_in || in) && !not_in;
  return TRUE;
}

static gboolean
execution_status (const TcValue           *condition,
                  const TcConditionWorld  *world,
                  gboolean                *holds,
                  GError                 **error)
{
  return state_fits (condition, world->state, world, holds, error);
}

/* In Kestra 1.3 the texts of the lists are compared with states and never match; this is what is meant. */
static gboolean
has_retry_attempt (const TcValue           *condition,
                   const TcConditionWorld  *world,
                   gboolean                *holds,
                   GError                 **error)
{
  gboolean found = FALSE;

  for (guint i = 0; world->runs != NULL && i < world->runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (world->runs, i);

      for (guint j = 0; run->attempts->len > 1 && j < run->attempts->len; j++)
        {
          const TcAttempt *attempt = g_ptr_array_index (run->attempts, j);
          gboolean fits = FALSE;

          if (!state_fits (condition, attempt->history.items[attempt->history.n - 1].state, world, &fits, error))
            return FALSE;
          found |= fits;
        }
    }
  *holds = found;
  return TRUE;
}

static gboolean
compare_namespace (const TcValue           *condition,
                   const char              *namespace_,
                   const TcConditionWorld  *world,
                   gboolean                *holds,
                   GError                 **error)
{
  g_autofree char *wanted = tc_condition_text (condition, "namespace", "", world, error);
  g_autofree char *prefix = wanted != NULL ? tc_condition_text (condition, "prefix", "false", world, error) : NULL;
  g_autofree char *comparison = NULL;

  if (prefix == NULL)
    return FALSE;
  comparison = tc_condition_text (condition, "comparison", g_str_equal (prefix, "true") ? "PREFIX" : "EQUALS", world, error);
  if (comparison == NULL)
    return FALSE;
  if (g_str_equal (comparison, "PREFIX"))
    *holds = g_str_has_prefix (namespace_, wanted);
  else if (g_str_equal (comparison, "SUFFIX"))
    *holds = g_str_has_suffix (namespace_, wanted);
  else if (g_str_equal (comparison, "EQUALS"))
    *holds = g_str_equal (namespace_, wanted);
  else
    return tc_condition_fail (condition, "comparison", comparison, error);
  return TRUE;
}

static gboolean
compare_flow (const TcValue           *condition,
              const char              *namespace_,
              const char              *flow_id,
              const TcConditionWorld  *world,
              gboolean                *holds,
              GError                 **error)
{
  g_autofree char *space = tc_condition_text (condition, "namespace", "", world, error);
  g_autofree char *id = space != NULL ? tc_condition_text (condition, "flowId", "", world, error) : NULL;

  if (id == NULL)
    return FALSE;
  *holds = g_str_equal (space, namespace_) && g_str_equal (id, flow_id);
  return TRUE;
}

static gboolean
execution_namespace (const TcValue           *condition,
                     const TcConditionWorld  *world,
                     gboolean                *holds,
                     GError                 **error)
{
  return compare_namespace (condition, world->head->namespace, world, holds, error);
}

static gboolean
execution_flow (const TcValue           *condition,
                const TcConditionWorld  *world,
                gboolean                *holds,
                GError                 **error)
{
  return compare_flow (condition, world->head->namespace, world->head->flow_id, world, holds, error);
}

static gboolean
flow_condition (const TcValue           *condition,
                const TcConditionWorld  *world,
                gboolean                *holds,
                GError                 **error)
{
  return compare_flow (condition, tc_flow_namespace (world->flow), tc_flow_id (world->flow), world, holds, error);
}

static gboolean
flow_namespace_condition (const TcValue           *condition,
                          const TcConditionWorld  *world,
                          gboolean                *holds,
                          GError                 **error)
{
  return compare_namespace (condition, tc_flow_namespace (world->flow), world, holds, error);
}

static gboolean
execution_labels (const TcValue           *condition,
                  const TcConditionWorld  *world,
                  gboolean                *holds,
                  GError                 **error)
{
  *holds = tc_head_has_labels (world->head, tc_value_get (condition, "labels"));
  return TRUE;
}

/* Neither blank nor `false`; `0` is true. */
static gboolean
expression_holds (const TcValue           *condition,
                  const TcConditionWorld  *world,
                  const TcValue           *extra,
                  gboolean                *holds,
                  GError                 **error)
{
  const TcValue *expression = tc_value_get (condition, "expression");
  g_autofree char *text = tc_value_is (expression, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (expression))
                          : expression != NULL                      ? tc_json_to_text (expression)
                                                                    : g_strdup ("");
  g_autoptr (TcValue) rendered = world->render (world->self, text, extra, error);
  g_autofree char *stripped = rendered != NULL ? g_strstrip (g_strdup (tc_value_get_text (rendered))) : NULL;

  if (stripped == NULL)
    return FALSE;
  *holds = *stripped != '\0' && !g_str_equal (stripped, "false");
  return TRUE;
}

static gboolean
expression (const TcValue           *condition,
            const TcConditionWorld  *world,
            gboolean                *holds,
            GError                 **error)
{
  return expression_holds (condition, world, NULL, holds, error);
}

static gboolean
execution_outputs (const TcValue           *condition,
                   const TcConditionWorld  *world,
                   gboolean                *holds,
                   GError                 **error)
{
  const TcValue *outputs = world->head->outputs;
  g_autoptr (TcValue) trigger = NULL;

  if (outputs == NULL || tc_value_length (outputs) == 0)
    {
      *holds = FALSE;
      return TRUE;
    }
  trigger = tc_value_map_of ("trigger", tc_value_map_of ("outputs", tc_value_ref (outputs), NULL), NULL);
  return expression_holds (condition, world, trigger, holds, error);
}

/* How many of the conditions inside hold, up to the first. */
static gboolean
any_inside (const TcValue           *condition,
            const TcConditionWorld  *world,
            gboolean                *any,
            GError                 **error)
{
  const TcValue *inside = tc_value_get (condition, "conditions");

  *any = FALSE;
  for (size_t i = 0; tc_value_is (inside, TC_VALUE_LIST) && !*any && i < tc_value_length (inside); i++)
    if (!tc_condition_holds (tc_value_item (inside, i), world, any, error))
      return FALSE;
  return TRUE;
}

static gboolean
or_condition (const TcValue           *condition,
              const TcConditionWorld  *world,
              gboolean                *holds,
              GError                 **error)
{
  return any_inside (condition, world, holds, error);
}

static gboolean
not_condition (const TcValue           *condition,
               const TcConditionWorld  *world,
               gboolean                *holds,
               GError                 **error)
{
  gboolean any;

  if (!any_inside (condition, world, &any, error))
    return FALSE;
  *holds = !any;
  return TRUE;
}

static const struct
{
  const char     *name;
  gboolean        on_execution;
  TcConditionFunc holds;
} kinds[] = {
  { "DateTimeBetween", FALSE, tc_condition_date_time_between },
  { "DayWeek", FALSE, tc_condition_day_week },
  { "DayWeekInMonth", FALSE, tc_condition_day_week_in_month },
  { "ExecutionFlow", TRUE, execution_flow },
  { "ExecutionLabels", TRUE, execution_labels },
  { "ExecutionNamespace", TRUE, execution_namespace },
  { "ExecutionOutputs", TRUE, execution_outputs },
  { "ExecutionStatus", TRUE, execution_status },
  { "Expression", FALSE, expression },
  { "FlowCondition", FALSE, flow_condition },
  { "FlowNamespaceCondition", FALSE, flow_namespace_condition },
  { "HasRetryAttempt", TRUE, has_retry_attempt },
  { "Not", FALSE, not_condition },
  { "Or", FALSE, or_condition },
  { "PublicHoliday", FALSE, tc_condition_public_holiday },
  { "TimeBetween", FALSE, tc_condition_time_between },
  { "Weekend", FALSE, tc_condition_weekend },
};

gboolean
tc_condition_holds (const TcValue           *condition,
                    const TcConditionWorld  *world,
                    gboolean                *holds,
                    GError                 **error)
{
  const char *name = name_of (condition), *type = tc_value_get_str (condition, "type");

  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (!g_str_equal (kinds[i].name, name))
        continue;
      if (!kinds[i].on_execution || world->head != NULL)
        return kinds[i].holds (condition, world, holds, error);
      g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_CONDITION,
                   _("The condition %s looks at another execution, and there is none: use it in a Flow trigger"), type);
      return FALSE;
    }
  g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_CONDITION, _("The condition %s cannot be evaluated here"),
               type != NULL ? type : "?");
  return FALSE;
}

gboolean
tc_conditions_hold (const TcValue           *conditions,
                    const TcConditionWorld  *world,
                    gboolean                *holds,
                    GError                 **error)
{
  gboolean all = TRUE;

  for (size_t i = 0; tc_value_is (conditions, TC_VALUE_LIST) && all && i < tc_value_length (conditions); i++)
    {
      const TcValue *condition = tc_value_item (conditions, i);

      if (!tc_condition_is (condition, "MultipleCondition") && !tc_condition_holds (condition, world, &all, error))
        return FALSE;
    }
  *holds = all;
  return TRUE;
}
