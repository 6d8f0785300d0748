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

  /* tc-scheduler.c */
  GHashTable *entries;          /* "NAMESPACE\nFLOW\nTRIGGER" → entry */
  guint       deadline;
  gboolean    has_deadline;
  gboolean    scheduling;       /* this engine evaluates triggers that go by time */
};

void tc_firing_free (gpointer self);

/** tc_triggers_flow: the flow of that name if it has triggers that may be looked at; borrowed; or NULL. */
TcFlow    *tc_triggers_flow   (TcCore *core, const char *namespace_, const char *id);
/** tc_triggers_sorted: all such flows (TcFlow*) in order of their names, so that what several of them start is started in the same order each
 * time. Caller unrefs. */
GPtrArray *tc_triggers_sorted (TcCore *core);

G_END_DECLS
