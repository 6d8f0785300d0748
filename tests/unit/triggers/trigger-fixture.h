/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-condition.h"

G_BEGIN_DECLS

/** A flow `test.down/listener` with @triggers (YAML of the list), and an execution of test.up/source that it may look at. */
typedef struct
{
  TcFlow          *flow;
  TcHead          *head;
  GPtrArray       *runs;
  TcValue         *names;       /* what expressions see */
  TcConditionWorld world;
} TriggerFixture;

TriggerFixture *trigger_fixture_new  (const char *triggers);
void            trigger_fixture_free (TriggerFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriggerFixture, trigger_fixture_free)
const TcValue  *trigger_fixture_trigger (TriggerFixture *self, size_t index);
/** trigger_fixture_upstream: the execution that is looked at is one of test.up/@flow_id in @state, with @outputs (JSON or NULL). */
void            trigger_fixture_upstream (TriggerFixture *self, const char *flow_id, TcState state, const char *outputs);
/** trigger_fixture_time: microseconds of an ISO date. */
int64_t         trigger_fixture_time (const char *text);

G_END_DECLS
