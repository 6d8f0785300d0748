/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-life.h"

#include <string.h>

static const char *const props[] = { "state", NULL };

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *rendered, GError **error)
{
  g_autofree char *name = tc_flowable_text (tc_value_get (rendered, "state"));
  TcState state = TC_STATE_SUCCESS;

  if (g_strcmp0 (name, "CANCELED") == 0)
    state = TC_STATE_CANCELLED;
  else if (name != NULL
           && (!tc_state_parse (name, &state)
               || (state != TC_STATE_SUCCESS && state != TC_STATE_WARNING && state != TC_STATE_FAILED && state != TC_STATE_KILLED
                   && state != TC_STATE_CANCELLED)))
    {
      tc_flowable_error (error, "`state`: '%s' is none of SUCCESS, WARNING, FAILED, KILLED, CANCELLED", name);
      return FALSE;
    }
  tc_command_exit (pass, run, state);
  return TRUE;
}

/* Kestra: Exit. */
const TcFlowable tc_flowable_exit = { .name = "Exit", .kind = TC_FLOWABLE_ACTION, .props = props, .begin = begin };
