/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-state-table.h"

#define BIT(name) (UINT32_C (1) << TC_STATE_##name)

/* What a run can end as, and what its parent's end can make of it. */
#define ENDS (BIT (SUCCESS) | BIT (WARNING) | BIT (FAILED) | BIT (KILLED) | BIT (CANCELLED))
/* What a user's command can make of a run or execution that is over. */
#define REDO (BIT (RESTARTED) | BIT (RUNNING) | BIT (SUCCESS) | BIT (WARNING) | BIT (FAILED) | BIT (CANCELLED) | BIT (KILLED))

static const uint32_t run_table[TC_N_STATES] = {
  [TC_STATE_CREATED]    = ENDS | BIT (SUBMITTED) | BIT (RUNNING) | BIT (SKIPPED) | BIT (BREAKPOINT) | BIT (RETRIED),
  [TC_STATE_RESTARTED]  = ENDS | BIT (SUBMITTED) | BIT (RUNNING) | BIT (SKIPPED) | BIT (BREAKPOINT) | BIT (RETRIED),
  [TC_STATE_SUBMITTED]  = ENDS | BIT (RUNNING) | BIT (RETRIED),
  [TC_STATE_RUNNING]    = ENDS | BIT (PAUSED) | BIT (SUBMITTED) | BIT (RETRIED),
  [TC_STATE_PAUSED]     = ENDS | BIT (RUNNING) | BIT (RESTARTED) | BIT (RETRIED),
  [TC_STATE_BREAKPOINT] = ENDS | BIT (CREATED) | BIT (RETRIED),
  [TC_STATE_RETRYING]   = ENDS | BIT (CREATED) | BIT (RETRIED),
  [TC_STATE_FAILED]     = REDO | BIT (RETRYING) | BIT (RETRIED),
  [TC_STATE_SUCCESS]    = REDO,
  [TC_STATE_WARNING]    = REDO,
  [TC_STATE_CANCELLED]  = REDO,
  [TC_STATE_SKIPPED]    = REDO,
};

static const uint32_t head_table[TC_N_STATES] = {
  [TC_STATE_CREATED]    = BIT (RUNNING) | BIT (QUEUED) | BIT (SUCCESS) | BIT (WARNING) | BIT (FAILED) | BIT (CANCELLED) | BIT (KILLING),
  [TC_STATE_QUEUED]     = BIT (RUNNING) | BIT (FAILED) | BIT (CANCELLED) | BIT (KILLING),
  [TC_STATE_RUNNING]    = ENDS | BIT (PAUSED) | BIT (BREAKPOINT) | BIT (RETRYING) | BIT (RETRIED) | BIT (KILLING),
  [TC_STATE_PAUSED]     = ENDS | BIT (RUNNING) | BIT (RESTARTED) | BIT (KILLING),
  [TC_STATE_BREAKPOINT] = ENDS | BIT (RUNNING) | BIT (KILLING),
  [TC_STATE_RESTARTED]  = BIT (RUNNING) | BIT (QUEUED) | BIT (FAILED) | BIT (CANCELLED) | BIT (KILLING),
  [TC_STATE_RETRYING]   = ENDS | BIT (RUNNING) | BIT (PAUSED) | BIT (BREAKPOINT) | BIT (RETRIED) | BIT (KILLING),
  [TC_STATE_KILLING]    = BIT (KILLED),
  [TC_STATE_FAILED]     = BIT (RESTARTED) | BIT (RETRYING) | BIT (RETRIED) | BIT (SUCCESS) | BIT (WARNING) | BIT (CANCELLED),
  [TC_STATE_SUCCESS]    = BIT (RESTARTED) | BIT (WARNING) | BIT (FAILED) | BIT (CANCELLED),
  [TC_STATE_WARNING]    = BIT (RESTARTED) | BIT (SUCCESS) | BIT (FAILED) | BIT (CANCELLED),
  [TC_STATE_CANCELLED]  = BIT (RESTARTED) | BIT (SUCCESS) | BIT (WARNING) | BIT (FAILED),
};

gboolean
tc_state_run_may_become (TcState from, TcState to)
{
  return from < TC_N_STATES && to < TC_N_STATES && (run_table[from] >> to & 1) != 0;
}

gboolean
tc_state_head_may_become (TcState from, TcState to)
{
  return from < TC_N_STATES && to < TC_N_STATES && (head_table[from] >> to & 1) != 0;
}
