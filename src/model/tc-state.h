/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/** TcState: Kestra's states (io.kestra.core.models.flows.State.Type), in its spelling by tc_state_name(). */
typedef enum
{
  TC_STATE_CREATED, TC_STATE_SUBMITTED, TC_STATE_RUNNING, TC_STATE_PAUSED, TC_STATE_QUEUED, TC_STATE_BREAKPOINT,
  TC_STATE_RESTARTED, TC_STATE_RETRYING, TC_STATE_KILLING,
  TC_STATE_SUCCESS, TC_STATE_WARNING, TC_STATE_FAILED, TC_STATE_KILLED, TC_STATE_CANCELLED, TC_STATE_SKIPPED,
  TC_STATE_RETRIED, TC_STATE_RESUBMITTED,
} TcState;
#define TC_N_STATES (TC_STATE_RESUBMITTED + 1)

const char *tc_state_name          (TcState state);                    /* static, never translated */
gboolean    tc_state_parse         (const char *name, TcState *state);
gboolean    tc_state_is_terminated (TcState state);                    /* SUCCESS … RESUBMITTED */
gboolean    tc_state_ended_well    (TcState state);                    /* terminated, but not FAILED, KILLED, CANCELLED */

/** TcStateChange: one entry of a history. */
typedef struct { TcState state; int64_t at_us; } TcStateChange;

G_END_DECLS
