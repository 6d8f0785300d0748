/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-flow-trigger.h"
#include "tc-triggering.h"

G_BEGIN_DECLS

/** TcTriggeredFlow: a flow with triggers. */
typedef struct
{
  TcFlow *flow;
  guint   states;               /* a bit for each state that one of its Flow triggers listens to */
} TcTriggeredFlow;

struct _TcTriggers
{
  GHashTable *flows;            /* "NAMESPACE\nID" → TcTriggeredFlow */
  TcValue    *windows;          /* map by tc_flow_trigger_window() */
  GHashTable *firings;          /* set of TcFiring: all that are not over; owns them */
  GPtrArray  *waiting;          /* TcFiring* for the next evaluation, in order */
  gboolean    busy;             /* a worker evaluates */
};

void tc_firing_free (gpointer self);

G_END_DECLS
