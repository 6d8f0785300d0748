/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-flow-trigger.h"

#include "tc-triggers.h"
#include "tc-window.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Order of evaluation: plain conditions first; only if they hold for this execution is it entered into the windows, of `preconditions` and of each
 * MultipleCondition. The trigger fires when every window is complete.
 */

gboolean
tc_trigger_is (const TcValue *trigger,
               const char    *name)
{
  const char *type = tc_value_get_str (trigger, "type");

  for (guint i = 0; type != NULL && tc_trigger_types[i] != NULL; i++)
    {
      const TcTypeInfo *info = tc_trigger_types[i];

      if (g_str_equal (info->type, type) || (info->aliases != NULL && g_strv_contains (info->aliases, type)))
        return g_str_has_suffix (info->type, name);
    }
  return FALSE;
}

gboolean
tc_trigger_is_enabled (const TcValue *trigger)
{
  return tc_value_get_str (trigger, "id") != NULL && !tc_value_get_flag (trigger, "disabled", FALSE);
}

static gboolean
names_state (const TcValue *states,
             TcState        state)
{
  for (size_t i = 0; tc_value_is (states, TC_VALUE_LIST) && i < tc_value_length (states); i++)
    {
      const TcValue *item = tc_value_item (states, i);

      if (tc_value_is (item, TC_VALUE_STRING) && g_str_equal (tc_value_get_text (item), tc_state_name (state)))
        return TRUE;
    }
  return FALSE;
}

gboolean
tc_flow_trigger_listens (const TcValue *trigger,
                         TcState        state)
{
  const TcValue *states = tc_value_get (trigger, "states");

  if (!tc_trigger_is_enabled (trigger) || !tc_trigger_is (trigger, ".trigger.Flow"))
    return FALSE;
  if (tc_value_is (states, TC_VALUE_LIST))
    return names_state (states, state);
  return tc_state_is_terminated (state) || state == TC_STATE_PAUSED;
}

char *
tc_flow_trigger_window (const TcFlow *flow,
                        const char   *condition_id)
{
  return g_strdup_printf ("%s/%s/%s", tc_flow_namespace (flow), tc_flow_id (flow), condition_id);
}

/* An entry of `preconditions.flows`. */
static gboolean
is_upstream (const TcValue          *wanted,
             const TcConditionWorld *world)
{
  const char *space = tc_value_get_str (wanted, "namespace"), *id = tc_value_get_str (wanted, "flowId");
  const TcValue *states = tc_value_get (wanted, "states"), *labels = tc_value_get (wanted, "labels");

  return (space == NULL || g_str_equal (space, world->head->namespace)) && (id == NULL || g_str_equal (id, world->head->flow_id))
         && (!tc_value_is (states, TC_VALUE_LIST) || names_state (states, world->state)) && tc_head_has_labels (world->head, labels);
}

static gboolean
list_has (const TcValue *list,
          const char    *text)
{
  for (size_t i = 0; tc_value_is (list, TC_VALUE_LIST) && i < tc_value_length (list); i++)
    if (tc_value_is (tc_value_item (list, i), TC_VALUE_STRING) && g_str_equal (tc_value_get_text (tc_value_item (list, i)), text))
      return TRUE;
  return FALSE;
}

/* The expression language has regular expressions as Java has them, and bounds for them. The mark tells an empty text from what is left of one that
 * matches. */
static gboolean
matches (const char              *text,
         const char              *pattern,
         const TcConditionWorld  *world,
         gboolean                *holds,
         GError                 **error)
{
  g_autoptr (TcValue) names = tc_value_map_of ("text", tc_value_string (text), "pattern", tc_value_string (pattern), NULL);
  g_autoptr (TcValue) found = world->render (world->self, "{{ ('#' ~ text) | regexReplace('^#(?:' ~ pattern ~ ')(?!(?s:.))', '') }}",
                                             names, error);

  if (found != NULL)
    *holds = *tc_value_get_text (found) == '\0';
  return found != NULL;
}

static gboolean
compare (const char              *type,
         const char              *text,
         const TcValue           *filter,
         const TcConditionWorld  *world,
         gboolean                *holds,
         GError                 **error)
{
  const char *value = tc_value_get_str (filter, "value");
  g_autoptr (TcValue) truth = tc_value_string (text);
  gboolean truthy = tc_expr_is_truthy (truth);

  if (value == NULL)
    value = "";
  if (g_str_equal (type, "REGEX"))
    return matches (text, value, world, holds, error);
  *holds = g_str_equal (type, "EQUAL_TO")       ? g_str_equal (text, value)
           : g_str_equal (type, "NOT_EQUAL_TO") ? !g_str_equal (text, value)
           : g_str_equal (type, "IN")           ? list_has (tc_value_get (filter, "values"), text)
           : g_str_equal (type, "NOT_IN")       ? !list_has (tc_value_get (filter, "values"), text)
           : g_str_equal (type, "IS_TRUE")      ? truthy
           : g_str_equal (type, "IS_FALSE")     ? !truthy
           : g_str_equal (type, "IS_NOT_NULL")  ? TRUE
           : g_str_equal (type, "STARTS_WITH")  ? g_str_has_prefix (text, value)
           : g_str_equal (type, "ENDS_WITH")    ? g_str_has_suffix (text, value)
           : g_str_equal (type, "CONTAINS")     ? strstr (text, value) != NULL
                                                : FALSE;
  return TRUE;
}

static gboolean
filter_holds (const TcValue           *filter,
              const TcConditionWorld  *world,
              gboolean                *holds,
              GError                 **error)
{
  const char *field = tc_value_get_str (filter, "field"), *type = tc_value_get_str (filter, "type"), *value = tc_value_get_str (filter, "value");
  g_autoptr (TcValue) rendered = NULL;
  const char *text;

  if (g_strcmp0 (field, "EXPRESSION") == 0)
    {
      rendered = world->render (world->self, value != NULL ? value : "", NULL, error);
      if (rendered == NULL)
        return FALSE;
      text = tc_value_get_text (rendered);
    }
  else
    text = g_strcmp0 (field, "FLOW_ID") == 0     ? world->head->flow_id
           : g_strcmp0 (field, "NAMESPACE") == 0 ? world->head->namespace
                                                 : tc_state_name (world->state);
  return compare (type != NULL ? type : "", text, filter, world, holds, error);
}

/* An entry of `preconditions.where`. */
static gboolean
where_holds (const TcValue           *where,
             const TcConditionWorld  *world,
             gboolean                *holds,
             GError                 **error)
{
  const TcValue *filters = tc_value_get (where, "filters");
  gboolean any = g_strcmp0 (tc_value_get_str (where, "operand"), "OR") == 0, all = !any;

  for (size_t i = 0; tc_value_is (filters, TC_VALUE_LIST) && all != any && i < tc_value_length (filters); i++)
    if (!filter_holds (tc_value_item (filters, i), world, &all, error))
      return FALSE;
  *holds = all;
  return TRUE;
}

/* One set of conditions that share a window. */
typedef struct
{
  const TcValue *set;           /* `preconditions`, or a MultipleCondition */
  char          *place;
  TcValue       *window;        /* what it is after this execution */
  gboolean       complete, matched;
} Set;

static void
set_clear (gpointer data)
{
  Set *self = data;

  g_free (self->place);
  tc_value_unref (self->window);
}

static void
warn (TcFlowDecision         *decision,
      const TcConditionWorld *world,
      const GError           *error)
{
  g_ptr_array_add (decision->warnings, g_strdup_printf (_("Flow %s.%s: %s"), tc_flow_namespace (world->flow), tc_flow_id (world->flow),
                                                        error->message));
}

/* Enters one condition's answer under @name; TRUE: it holds now or did before. */
static void
enter (Set             *self,
       TcMapBuilder    *results,
       const char      *name,
       gboolean         answered,
       gboolean         holds,
       const GError    *error,
       TcFlowDecision  *decision,
       const TcConditionWorld *world)
{
  gboolean before = tc_value_get_flag (tc_value_get (self->window, "results"), name, FALSE);

  if (!answered)
    warn (decision, world, error);
  self->matched |= answered && holds;
  self->complete &= before || (answered && holds);
  if (before || (answered && holds))
    tc_map_builder_take (results, name, tc_value_bool (TRUE));
}

/* `flows` and `where` of preconditions are counted through; a MultipleCondition has a map of conditions by name. */
static void
evaluate (Set                    *self,
          const TcConditionWorld *world,
          TcFlowDecision         *decision,
          TcMapBuilder           *results)
{
  const TcValue *flows = tc_value_get (self->set, "flows"), *where = tc_value_get (self->set, "where");
  const TcValue *named = tc_value_get (self->set, "conditions");

  for (size_t i = 0; tc_value_is (flows, TC_VALUE_LIST) && i < tc_value_length (flows); i++)
    {
      g_autofree char *name = g_strdup_printf ("flows[%zu]", i);

      enter (self, results, name, TRUE, is_upstream (tc_value_item (flows, i), world), NULL, decision, world);
    }
  for (size_t i = 0; tc_value_is (where, TC_VALUE_LIST) && i < tc_value_length (where); i++)
    {
      const char *id = tc_value_get_str (tc_value_item (where, i), "id");
      g_autofree char *name = g_strdup_printf ("where[%zu] %s", i, id != NULL ? id : "");
      g_autoptr (GError) error = NULL;
      gboolean holds = FALSE, answered = where_holds (tc_value_item (where, i), world, &holds, &error);

      enter (self, results, name, answered, holds, error, decision, world);
    }
  for (size_t i = 0; tc_value_is (named, TC_VALUE_MAP) && i < tc_value_length (named); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean holds = FALSE, answered = tc_condition_holds (tc_value_item (named, i), world, &holds, &error);

      enter (self, results, tc_value_key (named, i), answered, holds, error, decision, world);
    }
}

/* The deprecated members of a MultipleCondition go over its `timeWindow`. */
static TcValue *
rule_of (const TcValue *set)
{
  const TcValue *rule = tc_value_get (set, "timeWindow");
  static const char *const old[] = { "window", "windowAdvance" };
  TcValue *merged = tc_value_is (rule, TC_VALUE_MAP) ? tc_value_ref (rule) : tc_value_map_of (NULL, NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (old); i++)
    if (tc_value_get (set, old[i]) != NULL)
      {
        TcValue *with = tc_value_with (merged, old[i], tc_value_get (set, old[i]));

        tc_value_unref (merged);
        merged = with;
      }
  return merged;
}

static TcValue *
updated (const Set     *self,
         TcValue       *results,
         const TcValue *outputs)
{
  g_autoptr (TcValue) owned G_GNUC_UNUSED = results;
  g_autoptr (TcValue) with = tc_value_with (self->window, "results", results);
  const TcValue *before = tc_value_get (self->window, "outputs");
  g_autoptr (TcValue) merged = NULL;

  if (!self->matched || outputs == NULL)
    return g_steal_pointer (&with);
  merged = before != NULL ? tc_value_merge (before, outputs) : tc_value_ref (outputs);
  return tc_value_with (with, "outputs", merged);
}

/* FALSE: the execution is outside of the window, and counts for nothing. */
static gboolean
look_at (Set                    *self,
         const TcConditionWorld *world,
         int64_t                 at_us,
         GTimeZone              *zone,
         TcFlowDecision         *decision)
{
  const char *id = tc_value_get_str (self->set, "id");
  const TcValue *stored;
  TcMapBuilder *results;
  TcValue *window;

  self->place = tc_flow_trigger_window (world->flow, id != NULL ? id : "");
  stored = tc_value_get (decision->windows, self->place);
  if (tc_time_window_is_open (stored, at_us))
    self->window = tc_value_ref (stored);
  else
    {
      g_autoptr (TcValue) rule = rule_of (self->set);

      self->window = tc_time_window_new (rule, at_us, zone);
    }
  if (!tc_time_window_is_open (self->window, at_us))
    return FALSE;
  self->complete = TRUE;
  results = tc_map_builder_new ();
  evaluate (self, world, decision, results);
  window = updated (self, tc_map_builder_end (results), world->head->outputs);
  tc_value_unref (self->window);
  self->window = window;
  return TRUE;
}

/* @window NULL: forget it. */
static void
put_window (TcFlowDecision *decision,
            const char     *place,
            const TcValue  *window)
{
  const TcValue *before = tc_value_get (decision->windows, place);
  TcValue *windows;

  if (window == NULL ? before == NULL : before != NULL && tc_value_equal (before, window))
    return;
  windows = window != NULL ? tc_value_with (decision->windows, place, window) : tc_value_without (decision->windows, place);
  tc_value_unref (decision->windows);
  decision->windows = windows;
  g_ptr_array_add (decision->changed, g_strdup (place));
}

static GArray *
sets_of (const TcValue *trigger)
{
  const TcValue *conditions = tc_value_get (trigger, "conditions"), *preconditions = tc_value_get (trigger, "preconditions");
  GArray *sets = g_array_new (FALSE, TRUE, sizeof (Set));

  g_array_set_clear_func (sets, set_clear);
  if (tc_value_is (preconditions, TC_VALUE_MAP))
    g_array_append_val (sets, ((Set) { .set = preconditions }));
  for (size_t i = 0; tc_value_is (conditions, TC_VALUE_LIST) && i < tc_value_length (conditions); i++)
    if (tc_condition_is (tc_value_item (conditions, i), "MultipleCondition"))
      g_array_append_val (sets, ((Set) { .set = tc_value_item (conditions, i) }));
  return sets;
}

static void
add_outputs (TcFlowDecision *decision,
             const TcValue  *outputs)
{
  TcValue *merged = decision->outputs != NULL ? tc_value_merge (decision->outputs, outputs) : tc_value_ref (outputs);

  tc_value_unref (decision->outputs);
  decision->outputs = merged;
}

static gboolean
look_at_sets (GArray                 *sets,
              const TcConditionWorld *world,
              int64_t                 at_us,
              GTimeZone              *zone,
              TcFlowDecision         *decision)
{
  gboolean fires = TRUE, matched = FALSE;

  for (guint i = 0; i < sets->len; i++)
    {
      Set *set = &g_array_index (sets, Set, i);

      fires &= look_at (set, world, at_us, zone, decision) && set->complete;
      matched |= set->matched;
    }
  fires &= matched;
  for (guint i = 0; i < sets->len; i++)
    {
      Set *set = &g_array_index (sets, Set, i);
      const TcValue *outputs = tc_value_get (set->window, "outputs");
      gboolean reset = fires && tc_value_get_flag (set->set, "resetOnSuccess", TRUE);

      if (fires && outputs != NULL)
        add_outputs (decision, outputs);
      if (set->matched)
        put_window (decision, set->place, reset ? NULL : set->window);
      else if (reset)
        put_window (decision, set->place, NULL);
    }
  return fires;
}

gboolean
tc_flow_trigger_decide (const TcValue          *trigger,
                        const TcConditionWorld *world,
                        int64_t                 at_us,
                        GTimeZone              *zone,
                        TcFlowDecision         *decision)
{
  g_autoptr (GArray) sets = sets_of (trigger);
  g_autoptr (GError) error = NULL;
  gboolean holds = FALSE;

  g_clear_pointer (&decision->outputs, tc_value_unref);
  if (!tc_conditions_hold (tc_value_get (trigger, "conditions"), world, &holds, &error))
    warn (decision, world, error);
  if (!holds)
    return FALSE;
  if (sets->len > 0)
    return look_at_sets (sets, world, at_us, zone, decision);
  if (world->head->outputs != NULL)
    add_outputs (decision, world->head->outputs);
  return TRUE;
}

/* Labels as a nested map, without the correlation. */
static TcValue *
labels_of (const TcHead *head)
{
  g_autoptr (TcValue) nested = tc_head_labels (head);
  const TcValue *system = tc_value_get (nested, "system");
  g_autoptr (TcValue) rest = system != NULL ? tc_value_without (system, "correlationId") : NULL;

  if (rest == NULL)
    return g_steal_pointer (&nested);
  return tc_value_length (rest) > 0 ? tc_value_with (nested, "system", rest) : tc_value_without (nested, "system");
}

TcValue *
tc_flow_trigger_variables (const TcHead  *head,
                           TcState        state,
                           const TcValue *outputs)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "executionId", head->id);
  tc_map_builder_take (map, "executionLabels", labels_of (head));
  tc_map_builder_str (map, "state", tc_state_name (state));
  tc_map_builder_str (map, "namespace", head->namespace);
  tc_map_builder_str (map, "flowId", head->flow_id);
  tc_map_builder_take (map, "flowRevision", tc_value_int (head->flow_revision));
  if (outputs != NULL)
    tc_map_builder_take (map, "outputs", tc_value_ref (outputs));
  return tc_map_builder_end (g_steal_pointer (&map));
}
