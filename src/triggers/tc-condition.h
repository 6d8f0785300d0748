/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-execution.h"
#include "tc-flow.h"

G_BEGIN_DECLS

#define TC_TRIGGER_ERROR (tc_trigger_error_quark ())
GQuark tc_trigger_error_quark (void);
typedef enum
{
  TC_TRIGGER_ERROR_CONDITION,     /* a condition cannot be evaluated; the message names its type and property */
  TC_TRIGGER_ERROR_SCHEDULE,      /* a trigger cannot give dates: its cron, zone or dates are wrong */
} TcTriggerError;

/**
 * TcConditionWorld: what a condition may look at; lives as long as the evaluation. Rendering is the caller's: this layer does no I/O. One
 * evaluation at a time. Source: Kestra's ConditionContext.
 */
typedef struct
{
  /** @text rendered, with the members of the map @extra (or NULL) as further names: always a STRING; NULL and @error. */
  TcValue        *(*render) (gpointer self, const char *text, const TcValue *extra, GError **error);
  gpointer         self;
  const TcFlow    *flow;        /* the flow that has the trigger */
  const TcHead    *head;        /* the execution that is looked at, or NULL: there is none, only a date */
  TcState          state;       /* its state that is looked at */
  const GPtrArray *runs;        /* const TcTaskRun*, or NULL */
} TcConditionWorld;

/**
 * tc_condition_holds: one entry of `conditions` but a MultipleCondition (tc-flow-trigger.h), as written in the flow. FALSE and @error: it
 * cannot be evaluated; @holds is untouched then. Worker (it renders). Source: io.kestra.plugin.core.condition, spec §4.
 */
gboolean tc_condition_holds (const TcValue *condition, const TcConditionWorld *world, gboolean *holds, GError **error);
/** tc_conditions_hold: all entries of a list (NULL: none, which holds), MultipleConditions left out. */
gboolean tc_conditions_hold (const TcValue *conditions, const TcConditionWorld *world, gboolean *holds, GError **error);
/** tc_condition_is: whether the entry's type, or what it is an old name of, is io.kestra.plugin.core.condition.@name. */
gboolean tc_condition_is    (const TcValue *condition, const char *name);

G_END_DECLS
