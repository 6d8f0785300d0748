/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-triggering-private.h"

#include "private/tc-subflow.h"
#include "private/tc-submit.h"
#include <glib/gi18n-lib.h>

/* One flow that one change of state starts. */
typedef struct _Firing Firing;
typedef struct
{
  Firing  *firing;
  TcFlow  *flow;
  TcValue *trigger;             /* the entry of `triggers` */
  TcValue *variables, *inputs, *labels;
  gboolean refused;             /* its inputs cannot be rendered */
} Shot;

/* One change of state of one execution, from its commit until all that it starts is stored. */
struct _Firing
{
  char    *execution_id, *row;
  TcOrder *order;
  TcState  state;
  TcValue *decided;             /* after a restart: LIST of {namespace, flowId, triggerId, variables}; or NULL */
  GPtrArray *shots;
  guint    n_open;
};

/* One visit of a worker. */
typedef struct
{
  TcCore        *core;
  GPtrArray     *firings;       /* Firing*, in order */
  GPtrArray     *flows;         /* TcFlow* */
  int64_t        at_us;
  TcFlowDecision decision;
} Visit;

static void
shot_free (gpointer data)
{
  Shot *self = data;

  tc_flow_unref (self->flow);
  tc_value_unref (self->trigger);
  tc_value_unref (self->variables);
  tc_value_unref (self->inputs);
  tc_value_unref (self->labels);
  g_free (self);
}

void
tc_firing_free (gpointer data)
{
  Firing *self = data;

  g_free (self->execution_id);
  g_free (self->row);
  tc_order_unref (self->order);
  tc_value_unref (self->decided);
  g_ptr_array_unref (self->shots);
  g_free (self);
}

static Firing *
firing_new (TcLive *live, const char *row, TcState state)
{
  Firing *self = g_new0 (Firing, 1);

  self->execution_id = g_strdup (tc_execution_head (live->execution)->id);
  self->row = g_strdup (row);
  self->order = tc_order_new (&live->core->site, live->flow, live->execution, NULL, NULL, NULL);
  self->state = state;
  self->shots = g_ptr_array_new_with_free_func (shot_free);
  g_hash_table_add (live->core->triggers->firings, self);
  live->n_works++;
  return self;
}

static gboolean
is_own_flow (const TcFlow *flow, const TcHead *head)
{
  return g_str_equal (tc_flow_id (flow), head->flow_id) && g_str_equal (tc_flow_namespace (flow), head->namespace);
}

static gboolean
somebody_listens (TcCore *core, const TcHead *head, TcState state)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->triggers->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const TcTriggeredFlow *entry = value;

      if ((entry->states & (1u << state)) != 0 && !is_own_flow (entry->flow, head))
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
tc_triggers_note (TcLive *live, size_t n_before, TcBatch *batch)
{
  const TcHead *head = tc_execution_head (live->execution);
  GPtrArray *noted = NULL;

  for (size_t i = n_before; head->kind == NULL && i < head->history.n; i++)
    {
      TcState state = head->history.items[i].state;
      g_autofree char *row = NULL;

      if (!somebody_listens (live->core, head, state))
        continue;
      row = g_strdup_printf ("%s/trigger/%zu", head->id, i);
      tc_batch_effect (batch, row, head->id, "FLOW_TRIGGER", tc_value_map_of ("state", tc_value_string (tc_state_name (state)), NULL));
      if (noted == NULL)
        noted = g_ptr_array_new ();
      g_ptr_array_add (noted, firing_new (live, row, state));
    }
  return noted;
}

/* What the worker does. */

typedef struct
{
  const Firing *firing;
  const TcFlow *flow;
} Seen;

/* In the names of the execution, but `flow` is the one that has the trigger. @extra: map of further names, or NULL. */
static TcValue *
names_for (const TcFlow *flow, const TcValue *extra)
{
  g_autoptr (TcValue) own = tc_value_map_of ("id", tc_value_string (tc_flow_id (flow)),
                                             "namespace", tc_value_string (tc_flow_namespace (flow)), NULL);

  return extra != NULL ? tc_value_with (extra, "flow", own) : tc_value_map_of ("flow", tc_value_ref (own), NULL);
}

static TcValue *
render (gpointer data, const char *text, const TcValue *extra, GError **error)
{
  const Seen *self = data;
  g_autoptr (TcValue) names = names_for (self->flow, extra);
  g_autoptr (TcValue) value = tc_value_string (text);

  return tc_order_render (self->firing->order, value, names, error);
}

static void
warn_of_inputs (const Shot *shot, const GError *error)
{
  tc_order_log (shot->firing->order, TC_LEVEL_WARN, _("Failed to trigger flow %s.%s for trigger %s, invalid inputs: %s"),
                tc_flow_namespace (shot->flow), tc_flow_id (shot->flow), tc_value_get_str (shot->trigger, "id"), error->message);
}

static TcValue *
render_labels (const Shot *shot)
{
  g_autoptr (TcValue) names = names_for (shot->flow, NULL);
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_order_labels (shot->firing->order, tc_value_get (shot->trigger, "labels"), names, map);
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* Its own names are those of the execution; only the outputs are those of all that were waited for. */
static void
prepare_shot (Shot *shot)
{
  const TcValue *inputs = tc_value_get (shot->trigger, "inputs"), *outputs = tc_value_get (shot->variables, "outputs");
  const TcValue *own = tc_value_get (shot->firing->order->head->trigger, "variables");
  g_autoptr (TcValue) with_outputs = outputs != NULL ? tc_value_map_of ("outputs", tc_value_ref (outputs), NULL) : NULL;
  g_autoptr (TcValue) trigger = NULL, names = NULL;
  g_autoptr (GError) error = NULL;

  shot->labels = render_labels (shot);
  if (!tc_value_is (inputs, TC_VALUE_MAP))
    return;
  if (with_outputs != NULL)
    trigger = tc_value_map_of ("trigger", own != NULL ? tc_value_merge (own, with_outputs) : tc_value_ref (with_outputs), NULL);
  names = names_for (shot->flow, trigger);
  shot->inputs = tc_order_render (shot->firing->order, inputs, names, &error);
  shot->refused = shot->inputs == NULL;
  if (shot->refused)
    warn_of_inputs (shot, error);
}

/* @variables is taken. */
static void
add_shot (Firing *firing, const TcFlow *flow, const TcValue *trigger, TcValue *variables)
{
  Shot *shot = g_new0 (Shot, 1);

  shot->firing = firing;
  shot->flow = tc_flow_ref (flow);
  shot->trigger = tc_value_ref (trigger);
  shot->variables = variables;
  prepare_shot (shot);
  if (shot->refused)
    shot_free (shot);
  else
    g_ptr_array_add (firing->shots, shot);
}

static void
decide (Visit *visit, Firing *firing, const TcFlow *flow, const TcValue *trigger)
{
  const TcHead *head = firing->order->head;
  g_autoptr (GPtrArray) runs = tc_context_runs (firing->order->context);
  Seen seen = { firing, flow };
  TcConditionWorld world = { render, &seen, flow, head, firing->state, runs };
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  guint n_warnings = visit->decision.warnings->len;

  if (!tc_flow_trigger_listens (trigger, firing->state) || is_own_flow (flow, head))
    return;
  if (tc_flow_trigger_decide (trigger, &world, visit->at_us, zone, &visit->decision))
    add_shot (firing, flow, trigger, tc_flow_trigger_variables (head, firing->state, visit->decision.outputs));
  for (guint i = n_warnings; i < visit->decision.warnings->len; i++)
    tc_order_log (firing->order, TC_LEVEL_WARN, "%s", (char *) g_ptr_array_index (visit->decision.warnings, i));
}

/* What was decided before a crash. */
static void
repeat (Firing *firing, const TcFlow *flow, const TcValue *trigger)
{
  for (size_t i = 0; i < tc_value_length (firing->decided); i++)
    {
      const TcValue *shot = tc_value_item (firing->decided, i), *variables = tc_value_get (shot, "variables");

      if (g_strcmp0 (tc_value_get_str (shot, "namespace"), tc_flow_namespace (flow)) == 0
          && g_strcmp0 (tc_value_get_str (shot, "flowId"), tc_flow_id (flow)) == 0
          && g_strcmp0 (tc_value_get_str (shot, "triggerId"), tc_value_get_str (trigger, "id")) == 0)
        add_shot (firing, flow, trigger, variables != NULL ? tc_value_ref (variables) : tc_value_map_of (NULL, NULL));
    }
}

static void
evaluate (Visit *visit, Firing *firing)
{
  for (guint i = 0; i < visit->flows->len; i++)
    {
      const TcFlow *flow = g_ptr_array_index (visit->flows, i);
      const TcValue *triggers = tc_flow_value (flow, "triggers");

      for (size_t j = 0; j < tc_value_length (triggers); j++)
        if (firing->decided != NULL)
          repeat (firing, flow, tc_value_item (triggers, j));
        else
          decide (visit, firing, flow, tc_value_item (triggers, j));
    }
}

/* Back on the engine's thread. */

static void
visit_free (gpointer data)
{
  Visit *self = data;

  g_ptr_array_unref (self->firings);
  g_ptr_array_unref (self->flows);
  tc_value_unref (self->decision.windows);
  tc_value_unref (self->decision.outputs);
  g_ptr_array_unref (self->decision.changed);
  g_ptr_array_unref (self->decision.warnings);
  g_free (self);
}

static void
finish (TcCore *core, Firing *firing)
{
  TcLive *live = g_hash_table_lookup (core->live, firing->execution_id);

  g_hash_table_remove (core->triggers->firings, firing);
  if (live != NULL)
    tc_live_work_done (live);
}

static void
on_submitted (TcCore *core, TcSubmission *submission, const GError *error)
{
  const Shot *shot = submission->data;
  Firing *firing = shot->firing;
  TcBatch *batch;

  if (error != NULL)
    warn_of_inputs (shot, error);
  if (--firing->n_open > 0)
    return;
  batch = tc_batch_new ();
  tc_batch_effect_end (batch, firing->row);
  tc_core_commit (core, batch);
  finish (core, firing);
}

static TcSubmission *
submission_of (Shot *shot)
{
  const Firing *firing = shot->firing;
  TcSubmission *submission = tc_submission_new ();
  g_autofree char *cause = g_strjoin ("/", firing->row, tc_flow_namespace (shot->flow), tc_flow_id (shot->flow),
                                      tc_value_get_str (shot->trigger, "id"), NULL);

  submission->namespace = g_strdup (tc_flow_namespace (shot->flow));
  submission->flow_id = g_strdup (tc_flow_id (shot->flow));
  submission->execution_id = tc_subflow_derived_id (cause);
  submission->inputs = shot->inputs != NULL ? tc_value_ref (shot->inputs) : NULL;
  submission->labels = tc_value_ref (shot->labels);
  submission->outer_labels = tc_subflow_labels (firing->order->head, FALSE);
  submission->trigger = tc_value_map_of ("id", tc_value_ref (tc_value_get (shot->trigger, "id")),
                                         "type", tc_value_ref (tc_value_get (shot->trigger, "type")),
                                         "variables", tc_value_ref (shot->variables), NULL);
  submission->takes_all_inputs = TRUE;
  submission->done = on_submitted;
  submission->data = shot;
  return submission;
}

static void
on_decided (gpointer data, const GError *error)
{
  Visit *visit = data;
  TcCore *core = visit->core;

  if (core->hook != NULL)
    core->hook (core->hook_data, "commit");
  for (guint i = 0; error == NULL && !core->closing && i < visit->firings->len; i++)
    {
      Firing *firing = g_ptr_array_index (visit->firings, i);
      g_autoptr (GPtrArray) shots = g_ptr_array_ref (firing->shots);

      firing->n_open = shots->len;
      for (guint j = 0; j < shots->len; j++)
        tc_submit (core, submission_of (g_ptr_array_index (shots, j)));
      if (shots->len == 0)
        finish (core, firing);
    }
}

/* F2. Inputs are not stored: they may hold secrets, and are rendered again. */
static TcValue *
shots_to_record (const Firing *firing)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (guint i = 0; i < firing->shots->len; i++)
    {
      const Shot *shot = g_ptr_array_index (firing->shots, i);

      tc_list_builder_take (list, tc_value_map_of ("namespace", tc_value_string (tc_flow_namespace (shot->flow)),
                                                   "flowId", tc_value_string (tc_flow_id (shot->flow)),
                                                   "triggerId", tc_value_ref (tc_value_get (shot->trigger, "id")),
                                                   "variables", tc_value_ref (shot->variables), NULL));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static void
record_windows (const Visit *visit, TcBatch *batch)
{
  for (guint i = 0; i < visit->decision.changed->len; i++)
    {
      const char *place = g_ptr_array_index (visit->decision.changed, i);
      const TcValue *window = tc_value_get (visit->decision.windows, place);
      g_auto (GStrv) parts = g_strsplit (place, "/", 3);

      if (window != NULL)
        tc_batch_window (batch, parts[0], parts[1], parts[2], tc_value_ref (window));
      else
        tc_batch_window_delete (batch, parts[0], parts[1], parts[2]);
    }
}

static void go_on (TcCore *core);

static void
on_evaluated (TcCore *core, gpointer data)
{
  Visit *visit = data;
  TcBatch *batch = tc_batch_new ();

  tc_value_unref (core->triggers->windows);
  core->triggers->windows = tc_value_ref (visit->decision.windows);
  record_windows (visit, batch);
  for (guint i = 0; i < visit->firings->len; i++)
    {
      const Firing *firing = g_ptr_array_index (visit->firings, i);

      if (firing->shots->len == 0)
        tc_batch_effect_end (batch, firing->row);
      else
        tc_batch_effect (batch, firing->row, firing->execution_id, "FLOW_TRIGGER",
                         tc_value_map_of ("state", tc_value_string (tc_state_name (firing->state)), "shots", shots_to_record (firing), NULL));
    }
  tc_store_commit (core->site.store, batch, on_decided, visit, visit_free);
  core->triggers->busy = FALSE;
  go_on (core);
}

/* Windows that are over are forgotten. */
static void
drop_closed_windows (Visit *visit)
{
  g_autoptr (TcValue) windows = tc_value_ref (visit->decision.windows);

  for (size_t i = 0; i < tc_value_length (windows); i++)
    if (tc_value_get_i64 (tc_value_item (windows, i), "end", 0) < visit->at_us)
      {
        TcValue *fewer = tc_value_without (visit->decision.windows, tc_value_key (windows, i));

        tc_value_unref (visit->decision.windows);
        visit->decision.windows = fewer;
        g_ptr_array_add (visit->decision.changed, g_strdup (tc_value_key (windows, i)));
      }
}

static void
work (gpointer data)
{
  Visit *visit = data;

  drop_closed_windows (visit);
  for (guint i = 0; i < visit->firings->len; i++)
    evaluate (visit, g_ptr_array_index (visit->firings, i));
  tc_site_post (&visit->core->site, on_evaluated, visit, visit_free);
}

static void
go_on (TcCore *core)
{
  TcTriggers *self = core->triggers;
  Visit *visit;

  if (self->busy || core->closing || self->waiting->len == 0)
    return;
  self->busy = TRUE;
  visit = g_new0 (Visit, 1);
  visit->core = core;
  visit->firings = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new ();
  visit->flows = tc_triggers_sorted (core);
  visit->at_us = tc_now_us ();
  visit->decision.windows = tc_value_ref (self->windows);
  visit->decision.changed = g_ptr_array_new_with_free_func (g_free);
  visit->decision.warnings = g_ptr_array_new_with_free_func (g_free);
  tc_site_compute (&core->site, work, visit);
}

void
tc_triggers_fire (TcCore *core, GPtrArray *noted)
{
  g_autoptr (GPtrArray) firings = noted;

  for (guint i = 0; i < firings->len; i++)
    g_ptr_array_add (core->triggers->waiting, g_ptr_array_index (firings, i));
  go_on (core);
}

void
tc_triggers_resume (TcLive *live, const TcValue *row)
{
  const TcValue *record = tc_value_get (row, "record"), *shots = tc_value_get (record, "shots");
  const char *name = tc_value_get_str (record, "state");
  TcState state = TC_STATE_SUCCESS;
  Firing *firing;

  if (name != NULL)
    tc_state_parse (name, &state);
  firing = firing_new (live, tc_value_get_str (row, "id"), state);
  firing->decided = shots != NULL ? tc_value_ref (shots) : NULL;
  g_ptr_array_add (live->core->triggers->waiting, firing);
  go_on (live->core);
}
