/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-condition.h"

G_BEGIN_DECLS

/** tc_trigger_is: whether @trigger, an entry of a flow's `triggers`, is of the type that ends in @name ("trigger.Flow"), or of an old name of it. */
gboolean tc_trigger_is (const TcValue *trigger, const char *name);
/** tc_trigger_is_enabled: not `disabled: true`, and it has an id. */
gboolean tc_trigger_is_enabled (const TcValue *trigger);

/** tc_flow_trigger_listens: whether it is an enabled Flow trigger that looks at @state. */
gboolean tc_flow_trigger_listens (const TcValue *trigger, TcState state);
/** tc_flow_trigger_window: the place of a window among all: "NAMESPACE/FLOW/CONDITION". Caller frees. */
char    *tc_flow_trigger_window (const TcFlow *flow, const char *condition_id);

/**
 * TcFlowDecision: what one execution in one state means for one Flow trigger. Initialise @windows with a map of all windows by
 * tc_flow_trigger_window() (owned; replaced by what they are afterwards), @changed and @warnings with arrays of char*, to which is added.
 */
typedef struct
{
  TcValue   *windows;
  GPtrArray *changed;      /* windows that are new, different or gone */
  GPtrArray *warnings;     /* conditions that cannot be evaluated: they count as false */
  TcValue   *outputs;      /* map: outputs of the executions that it fires for; owned; or NULL */
} TcFlowDecision;

/**
 * tc_flow_trigger_decide: TRUE: the flow is to be started. @trigger listens to world->state, and world->flow, which has it, is not the flow of
 * world->head. @zone: of windows that begin at midnight. Worker (it renders). Source: Kestra's FlowTriggerService.
 */
gboolean tc_flow_trigger_decide (const TcValue *trigger, const TcConditionWorld *world, int64_t at_us, GTimeZone *zone,
                                 TcFlowDecision *decision);
/** tc_flow_trigger_variables: what `{{ trigger.… }}` is in the execution that it starts; @outputs or NULL. Caller owns the map. */
TcValue *tc_flow_trigger_variables (const TcHead *head, TcState state, const TcValue *outputs);

G_END_DECLS
