/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-state.h"

#include <string.h>

static const char *const state_names[TC_N_STATES] = {
  [TC_STATE_CREATED] = "CREATED",
  [TC_STATE_SUBMITTED] = "SUBMITTED",
  [TC_STATE_RUNNING] = "RUNNING",
  [TC_STATE_PAUSED] = "PAUSED",
  [TC_STATE_QUEUED] = "QUEUED",
  [TC_STATE_BREAKPOINT] = "BREAKPOINT",
  [TC_STATE_RESTARTED] = "RESTARTED",
  [TC_STATE_RETRYING] = "RETRYING",
  [TC_STATE_KILLING] = "KILLING",
  [TC_STATE_SUCCESS] = "SUCCESS",
  [TC_STATE_WARNING] = "WARNING",
  [TC_STATE_FAILED] = "FAILED",
  [TC_STATE_KILLED] = "KILLED",
  [TC_STATE_CANCELLED] = "CANCELLED",
  [TC_STATE_SKIPPED] = "SKIPPED",
  [TC_STATE_RETRIED] = "RETRIED",
  [TC_STATE_RESUBMITTED] = "RESUBMITTED",
};

const char *
tc_state_name (TcState state)
{
  g_return_val_if_fail (state < TC_N_STATES, "CREATED");
  return state_names[state];
}

gboolean
tc_state_parse (const char *name,
                TcState    *state)
{
  g_return_val_if_fail (name != NULL, FALSE);

  for (guint i = 0; i < TC_N_STATES; i++)
    {
      if (strcmp (state_names[i], name) == 0)
        {
          *state = (TcState) i;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
tc_state_is_terminated (TcState state)
{
  return state >= TC_STATE_SUCCESS;
}

gboolean
tc_state_ended_well (TcState state)
{
  return tc_state_is_terminated (state) && state != TC_STATE_FAILED &&
         state != TC_STATE_KILLED && state != TC_STATE_CANCELLED;
}
