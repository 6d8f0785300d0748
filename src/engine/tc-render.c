/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order.h"

#include "private/tc-sealed.h"
#include "tc-util.h"

/* @taskrun with the members of @over on top, as the name `taskrun`. */
static TcValue *
with_taskrun (TcOrder *self, const TcValue *over)
{
  const TcValue *taskrun = tc_context_get (self->context, "taskrun");

  return tc_value_map_of ("taskrun", taskrun != NULL ? tc_value_merge (taskrun, over) : tc_value_ref (over), NULL);
}

static TcValue *
render (TcOrder *self, GError **error)
{
  const TcValue *over = tc_value_get (self->payload, TC_EFFECT_TASKRUN);
  g_autoptr (TcValue) values = NULL, names = NULL;

  if (over == NULL)
    return tc_order_render (self, self->payload, NULL, error);
  values = tc_value_without (self->payload, TC_EFFECT_TASKRUN);
  names = with_taskrun (self, over);
  return tc_order_render (self, values, names, error);
}

/* What an execution, not a task run, has rendered may be a SECRET output, which is stored. */
static TcValue *
render_to_store (TcOrder *self, GError **error)
{
  g_autoptr (TcValue) rendered = render (self, error);

  return rendered == NULL || self->run != NULL ? g_steal_pointer (&rendered) : tc_sealed_close_output (self, rendered, error);
}

/* The RENDER effect: every text of the payload, in the names of the task run. */
TcEvent *
tc_render_effect (TcOrder *self)
{
  g_autoptr (GError) error = NULL;
  TcEvent *event;
  TcValue *rendered = self->payload != NULL ? render_to_store (self, &error) : tc_value_map_of (NULL, NULL);

  event = tc_event_new (TC_EVENT_RENDERED, tc_clock_now_us (tc_clock_system ()), self->effect_id);
  event->payload = rendered;
  if (rendered == NULL)
    event->error = tc_order_hide (self, error->message);
  return event;
}
