/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-planned.h"

#include "private/tc-poll-job.h"
#include "private/tc-submit.h"
#include "tc-flow-trigger.h"
#include "tc-poll.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>

void
tc_planned_answer (TcPlanned *self, const TcValue *state, const GError *error)
{
  TcSchedulerAnswer answer = self->answer;

  self->answer = NULL;
  answer (state, error, self->answer_data);
}

TcPlanned *
tc_planned_new (TcPlannedKind kind, const char *namespace_, const char *flow_id, const char *trigger_id)
{
  TcPlanned *self = g_new0 (TcPlanned, 1);

  self->kind = kind;
  self->namespace = g_strdup (namespace_);
  self->flow_id = g_strdup (flow_id);
  self->trigger_id = g_strdup (trigger_id);
  self->cancellable = g_cancellable_new ();
  return self;
}

void
tc_planned_free (gpointer data)
{
  TcPlanned *self = data;

  if (self == NULL)
    return;
  if (self->answer != NULL)
    {
      g_autoptr (GError) error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("Trigger %s of the flow %s.%s is not there any more"),
                                              self->trigger_id, self->namespace, self->flow_id);

      tc_planned_answer (self, NULL, error);
    }
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->trigger_id);
  g_object_unref (self->cancellable);
  tc_flow_unref (self->flow);
  tc_value_unref (self->trigger);
  tc_value_unref (self->state);
  tc_value_unref (self->request);
  tc_value_unref (self->after);
  g_clear_error (&self->error);
  g_free (self->execution_id);
  g_free (self->failure);
  tc_value_unref (self->variables);
  tc_value_unref (self->inputs);
  tc_value_unref (self->labels);
  g_free (self);
}

/* What a trigger's own properties see of `trigger`: of a poll its date, not what it finds. */
static TcValue *
own_names (const TcPlanned *self)
{
  TcTime now = { .seconds = self->now_us / G_USEC_PER_SEC };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "id", self->trigger_id);
  tc_map_builder_take (map, "type", tc_value_ref (tc_value_get (self->trigger, "type")));
  if (tc_poll_is (self->trigger))
    tc_map_builder_take (map, "date", tc_value_string_take (tc_time_format (&now)));
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* The names of the execution to be: what it logs is logged there. */
static TcOrder *
order_of (const TcPlanned *self)
{
  TcValue *trigger = tc_value_map_of ("id", tc_value_string (self->trigger_id), "type", tc_value_ref (tc_value_get (self->trigger, "type")),
                                      "variables", own_names (self), NULL);
  TcOrder *order = tc_order_before (self->site, self->flow, self->execution_id, 1, NULL, trigger);

  g_set_object (&order->cancellable, self->cancellable);
  return order;
}

static TcValue *
render (gpointer data, const char *text, const TcValue *extra, GError **error)
{
  g_autoptr (TcValue) value = tc_value_string (text);

  return tc_order_render (data, value, extra, error);
}

/* What fails after this is the execution's failure. */
static TcValue *
render_inputs (TcPlanned *self, TcOrder *order, const TcValue *names)
{
  const TcValue *own = tc_value_get (self->trigger, "inputs"), *more = tc_value_lookup (self->state, "backfill", "inputs", NULL);
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL), all = NULL;
  g_autoptr (GError) error = NULL;
  TcValue *rendered;

  all = tc_value_merge (tc_value_is (own, TC_VALUE_MAP) ? own : none, tc_value_is (more, TC_VALUE_MAP) ? more : none);
  rendered = tc_order_render (order, all, names, &error);
  if (rendered == NULL && self->failure == NULL)
    self->failure = tc_order_hide (order, error->message);
  return rendered;
}

static TcValue *
labels_of (TcPlanned *self, TcOrder *order, const TcValue *names)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_order_labels (order, tc_value_get (self->trigger, "labels"), names, map);
  tc_order_labels (order, tc_value_lookup (self->state, "backfill", "labels", NULL), names, map);
  tc_map_builder_str (map, "system.from", "trigger");
  return tc_map_builder_end (g_steal_pointer (&map));
}

static void
step (TcPlanned *self, TcSchedule *schedule, const TcConditionWorld *world, TcOrder *order)
{
  TcScheduleStep result;
  g_autoptr (TcValue) names = NULL, own = NULL;

  tc_schedule_step (schedule, self->state, world, self->now_us, &result);
  self->after = g_steal_pointer (&result.state);
  self->fires = result.fires;
  self->failure = g_steal_pointer (&result.failure);
  if (result.fires)
    {
      own = tc_value_merge (tc_value_get (order->head->trigger, "variables"), result.variables);
      names = tc_value_map_of ("trigger", tc_value_ref (own), "schedule", tc_value_ref (result.variables), NULL);
      self->variables = g_steal_pointer (&result.variables);
      self->inputs = render_inputs (self, order, names);
      self->labels = labels_of (self, order, names);
      self->schedule_us = tc_trigger_is (self->trigger, ".ScheduleOnDates") ? result.date_us : 0;
    }
  tc_schedule_step_clear (&result);
}

static TcValue *
with_paused (const TcValue *state, gboolean paused, GError **error)
{
  const TcValue *backfill = tc_value_get (state, "backfill");
  g_autoptr (TcValue) flag = tc_value_bool (paused), changed = NULL;

  if (backfill == NULL)
    {
      g_set_error_literal (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("No backfill found"));
      return NULL;
    }
  changed = tc_value_with (backfill, "paused", flag);
  return tc_value_with (state, "backfill", changed);
}

/* What needs no dates. FALSE: it does. */
static gboolean
run_plain (TcPlanned *self)
{
  switch (self->kind)
    {
    case TC_PLANNED_REST:
      self->after = tc_value_without (self->state, "nextExecutionDate");
      return TRUE;
    case TC_PLANNED_UNLOCK:
      if (tc_value_get_str (self->state, "executionId") != NULL)
        self->after = tc_value_without (self->state, "executionId");
      else
        self->error = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Trigger is not locked"));
      return TRUE;
    case TC_PLANNED_PAUSE_BACKFILL:
      self->after = with_paused (self->state, TRUE, &self->error);
      return TRUE;
    case TC_PLANNED_RESUME_BACKFILL:
      self->after = with_paused (self->state, FALSE, &self->error);
      return TRUE;
    case TC_PLANNED_DELETE_BACKFILL:
      if (tc_value_get (self->state, "backfill") != NULL)
        self->after = tc_schedule_end_backfill (self->state);
      else
        self->error = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("No backfill found"));
      return TRUE;
    case TC_PLANNED_BEGIN:
    case TC_PLANNED_STEP:
    case TC_PLANNED_ENDED:
    case TC_PLANNED_ENABLE:
    case TC_PLANNED_DISABLE:
    case TC_PLANNED_BACKFILL:
      break;
    }
  return FALSE;
}

static void
run_dated (TcPlanned *self, TcSchedule *schedule, const TcConditionWorld *world, TcOrder *order)
{
  static const TcConditionWorld nowhere = { 0 };
  const TcConditionWorld *where = world != NULL ? world : &nowhere;

  if (self->kind == TC_PLANNED_ENDED)
    self->after = tc_schedule_ended (schedule, self->trigger, self->state, self->end, where, self->now_us);
  else if (self->kind == TC_PLANNED_ENABLE || self->kind == TC_PLANNED_DISABLE)
    self->after = tc_schedule_toggle (schedule, self->state, self->kind == TC_PLANNED_DISABLE, where, self->now_us);
  else if (schedule == NULL)
    return;
  else if (self->kind == TC_PLANNED_BEGIN)
    self->after = tc_schedule_begin (schedule, self->state, where, self->now_us);
  else if (self->kind == TC_PLANNED_STEP)
    step (self, schedule, where, order);
  else if (self->kind == TC_PLANNED_BACKFILL && self->request != NULL)
    self->after = tc_schedule_backfill (schedule, self->state, self->request, where, self->now_us, &self->error);
}

/* A poll that starts nothing leaves no trace: its execution never is. */
static void
mute (TcOrder *order)
{
  tc_label_unref (order->label);
  order->label = tc_label_new (order->head->id, NULL, NULL, NULL, 0, TC_LEVEL_ERROR + 1, NULL);
}

static void
fire_poll (TcPlanned *self, TcOrder *order, TcValue *found)
{
  g_autoptr (TcValue) own = tc_value_merge (tc_value_get (order->head->trigger, "variables"), found);
  g_autoptr (TcValue) names = tc_value_map_of ("trigger", tc_value_ref (own), NULL);

  self->fires = TRUE;
  self->variables = found;
  self->labels = labels_of (self, order, names);
}

static void
fail_poll (TcPlanned *self, TcOrder *order, const char *reason)
{
  self->failure = g_strdup (reason);
  fire_poll (self, order, tc_value_map_of (NULL, NULL));
}

static void
poll (TcPlanned *self, const TcConditionWorld *world, TcOrder *order)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  gboolean holds = FALSE, asked = tc_conditions_hold (tc_value_get (self->trigger, "conditions"), world, &holds, &error);
  TcValue *found = holds ? tc_poll_http (order, self->trigger, &error) : NULL;

  if (found != NULL)
    fire_poll (self, order, found);
  if (error != NULL)
    reason = tc_order_hide (order, error->message);
  if (reason != NULL && (!asked || tc_value_get_flag (self->trigger, "failOnTriggerError", FALSE)))
    fail_poll (self, order, reason);
  else if (reason != NULL && g_strcmp0 (tc_value_get_str (self->state, "error"), reason) != 0)
    g_warning ("trigger %s of %s.%s: %s", self->trigger_id, self->namespace, self->flow_id, reason);
  self->after = tc_poll_after (self->trigger, self->state, reason, tc_clock_now_us (tc_clock_system ()));
}

static void
run_poll (TcPlanned *self, const TcConditionWorld *world, TcOrder *order)
{
  g_autoptr (TcValue) changed = NULL;

  if (self->kind == TC_PLANNED_STEP)
    {
      mute (order);
      poll (self, world, order);
      return;
    }
  if (self->kind == TC_PLANNED_BACKFILL)
    {
      self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("The trigger '%s' has no planned dates"), self->trigger_id);
      return;
    }
  run_dated (self, NULL, world, order);
  changed = self->after;
  self->after = tc_poll_begin (self->trigger, changed != NULL ? changed : self->state, self->now_us);
}

static TcValue *
with_problem (TcValue *state, const char *problem)
{
  g_autoptr (TcValue) owned G_GNUC_UNUSED = state, text = problem != NULL ? tc_value_string (problem) : NULL;
  g_autoptr (TcValue) idle = NULL;

  if (text == NULL)
    return tc_value_without (state, "error");
  idle = tc_value_without (state, "nextExecutionDate");
  return tc_value_with (idle, "error", text);
}

/* A trigger that cannot say dates keeps the reason in its state, and has no next date. */
void
tc_planned_run (TcPlanned *self)
{
  g_autoptr (TcOrder) order = NULL;
  g_autoptr (TcSchedule) schedule = NULL;
  g_autoptr (GError) problem = NULL;
  TcConditionWorld world = { .render = render, .flow = self->flow };

  if (run_plain (self))
    return;
  if (self->trigger != NULL)
    {
      self->execution_id = tc_id_new ();
      order = order_of (self);
      world.self = order;
      if (tc_poll_is (self->trigger))
        {
          run_poll (self, &world, order);
          return;
        }
      schedule = tc_schedule_new (self->trigger, &world, &problem);
    }
  run_dated (self, schedule, order != NULL ? &world : NULL, order);
  if (problem != NULL && self->after == NULL)
    self->after = self->state != NULL ? tc_value_ref (self->state) : tc_value_map_of (NULL, NULL);
  if (self->after != NULL && self->trigger != NULL)
    self->after = with_problem (self->after, problem != NULL ? problem->message : NULL);
  if (self->kind == TC_PLANNED_BACKFILL && self->error == NULL && schedule == NULL)
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("The trigger '%s' gives no dates: %s"), self->trigger_id,
                               problem != NULL ? problem->message : _("it is switched off in its flow"));
}

static void
put_date (TcMapBuilder *map, const TcValue *state, const char *name)
{
  int64_t us = tc_value_get_i64 (state, name, INT64_MIN);

  if (us != INT64_MIN)
    tc_map_builder_take (map, name, tc_value_string_take (tc_time_format_us (us)));
}

static void
put_as_is (TcMapBuilder *map, const TcValue *state, const char *name)
{
  const TcValue *value = tc_value_get (state, name);

  if (value != NULL)
    tc_map_builder_take (map, name, tc_value_ref (value));
}

static TcValue *
backfill_to_kestra (const TcValue *backfill)
{
  static const char *const dates[] = { "start", "end", "currentDate", "previousNextExecutionDate" }, *const plain[] = { "paused", "inputs", "labels" };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (dates); i++)
    put_date (map, backfill, dates[i]);
  for (size_t i = 0; i < G_N_ELEMENTS (plain); i++)
    put_as_is (map, backfill, plain[i]);
  return tc_map_builder_end (g_steal_pointer (&map));
}

TcValue *
tc_planned_state_to_kestra (const char *namespace_, const char *flow_id, const char *trigger_id, const TcValue *state)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "namespace", namespace_);
  tc_map_builder_str (map, "flowId", flow_id);
  tc_map_builder_str (map, "triggerId", trigger_id);
  put_date (map, state, "date");
  put_date (map, state, "nextExecutionDate");
  put_as_is (map, state, "executionId");
  put_as_is (map, state, "error");
  if (tc_value_get (state, "backfill") != NULL)
    tc_map_builder_take (map, "backfill", backfill_to_kestra (tc_value_get (state, "backfill")));
  tc_map_builder_take (map, "disabled", tc_value_bool (tc_value_get_flag (state, "disabled", FALSE)));
  return tc_map_builder_end (g_steal_pointer (&map));
}

TcValue *
tc_planned_to_kestra (const TcPlanned *self, const TcValue *state)
{
  return tc_planned_state_to_kestra (self->namespace, self->flow_id, self->trigger_id, state);
}
