/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order.h"

#include "tc-util.h"

/* The RENDER effect: every text of the payload, in the names of the task run. */
TcEvent *
tc_render_effect (TcOrder *self)
{
  g_autoptr (GError) error = NULL;
  TcEvent *event;
  TcValue *rendered = self->payload != NULL ? tc_order_render (self, self->payload, NULL, &error) : tc_value_map_of (NULL, NULL);

  event = tc_event_new (TC_EVENT_RENDERED, tc_clock_now_us (tc_clock_system ()), self->effect_id);
  event->payload = rendered;
  if (rendered == NULL)
    event->error = tc_order_hide (self, error->message);
  return event;
}
