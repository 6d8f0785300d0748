/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-executor.h"

/* Names in the journal: they never change. */
static const char *const kind_names[] = {
  [TC_EVENT_SUBMITTED] = "SUBMITTED", [TC_EVENT_RENDERED] = "RENDERED", [TC_EVENT_STARTED] = "STARTED", [TC_EVENT_ENDED] = "ENDED",
  [TC_EVENT_LOST] = "LOST", [TC_EVENT_TIMER] = "TIMER", [TC_EVENT_CHILD_CREATED] = "CHILD_CREATED", [TC_EVENT_CHILD_ENDED] = "CHILD_ENDED",
  [TC_EVENT_SLOT] = "SLOT", [TC_EVENT_KILL] = "KILL", [TC_EVENT_PAUSE] = "PAUSE", [TC_EVENT_RESUME] = "RESUME",
  [TC_EVENT_RESTART] = "RESTART", [TC_EVENT_CHANGE_STATE] = "CHANGE_STATE", [TC_EVENT_FORCE_RUN] = "FORCE_RUN",
  [TC_EVENT_UNQUEUE] = "UNQUEUE", [TC_EVENT_RESUME_BREAKPOINT] = "RESUME_BREAKPOINT",
};

TcEvent *
tc_event_new (TcEventKind kind, int64_t at_us, const char *effect_id)
{
  TcEvent *self = g_new0 (TcEvent, 1);

  self->kind = kind;
  self->at_us = at_us;
  self->effect_id = g_strdup (effect_id);
  self->state = TC_STATE_SUCCESS;
  self->exit_code = -1;
  return self;
}

void
tc_event_free (TcEvent *self)
{
  if (self == NULL)
    return;
  g_free (self->effect_id);
  tc_value_unref (self->payload);
  g_free (self->error);
  g_free (self);
}

TcValue *
tc_event_to_record (const TcEvent *self)
{
  g_autoptr (TcMapBuilder) builder = tc_map_builder_new ();

  tc_map_builder_str (builder, "kind", kind_names[self->kind]);
  tc_map_builder_take (builder, "at", tc_value_int (self->at_us));
  tc_map_builder_str (builder, "effectId", self->effect_id);
  if (self->kind == TC_EVENT_ENDED || self->kind == TC_EVENT_CHILD_ENDED)
    tc_map_builder_str (builder, "state", tc_state_name (self->state));
  if (self->exit_code != -1)
    tc_map_builder_take (builder, "exitCode", tc_value_int (self->exit_code));
  if (self->payload != NULL)
    tc_map_builder_take (builder, "payload", tc_value_ref (self->payload));
  tc_map_builder_str (builder, "error", self->error);
  return tc_map_builder_end (g_steal_pointer (&builder));
}

TcEvent *
tc_event_from_record (const TcValue *record, GError **error)
{
  const char *name = tc_value_get_str (record, "kind"), *state = tc_value_get_str (record, "state");
  const TcValue *payload = tc_value_get (record, "payload");
  g_autoptr (TcEvent) self = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (name, kind_names[i]) == 0)
      self = tc_event_new ((TcEventKind) i, tc_value_get_i64 (record, "at", 0), tc_value_get_str (record, "effectId"));
  if (self == NULL || (state != NULL && !tc_state_parse (state, &self->state)))
    {
      g_set_error (error, TC_MODEL_ERROR, TC_MODEL_ERROR_RECORD, "event record: kind '%s' or state '%s' is unknown", name != NULL ? name : "",
                   state != NULL ? state : "");
      return NULL;
    }
  self->exit_code = (int) tc_value_get_i64 (record, "exitCode", -1);
  self->payload = payload != NULL ? tc_value_ref (payload) : NULL;
  self->error = g_strdup (tc_value_get_str (record, "error"));
  return g_steal_pointer (&self);
}
