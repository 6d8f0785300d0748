/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-group.h"
#include "tc-life.h"

#include <string.h>

/*
 * The directory is opened by one WORK effect (cache, namespaceFiles, inputFiles), the children run in it one by one, a second WORK closes it
 * (outputFiles, cache). Both are about the run of the WorkingDirectory itself. Memo: "opened", "closed", "void" (a child could not even be
 * looked at). Kestra runs all of it in one job of a worker; the records are the same.
 */

static void
ask (TcPass *pass, TcTaskRun *run, const char *phase, TcState state)
{
  tc_pass_ask (pass, TC_EFFECT_WORK, run, phase, 0,
               tc_value_map_of ("directory", tc_value_string (run->id), "phase", tc_value_string (phase),
                                "state", tc_value_string (tc_state_name (state)), NULL));
}

static gboolean
begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  ask (pass, run, "open", TC_STATE_RUNNING);
  return TRUE;
}

static gboolean
next (TcPass *pass, const TcGroup *group)
{
  if (group->run->memo == NULL || !tc_value_get_flag (group->run->memo, "opened", FALSE))
    return TRUE;
  return tc_next_in_order (pass, group, group->tasks, -1);
}

static gboolean
ended (TcPass *pass, TcTaskRun *run, const TcTask *task, TcState state)
{
  if (tc_value_get_flag (run->memo, "closed", FALSE))
    return FALSE;
  if (tc_pass_awaits (run, TC_EFFECT_WORK, NULL) == NULL)
    ask (pass, run, "close", state);
  return TRUE;
}

void
tc_directory_void (TcPass *pass, const TcTaskRun *child)
{
  TcTaskRun *run = tc_pass_edit (pass, tc_pass_run (pass, child->parent_id));

  tc_pass_remember (run, "void", tc_value_bool (TRUE));
  tc_pass_remember (run, "terminal", tc_value_string (tc_state_name (TC_STATE_FAILED)));
  tc_pass_remove (pass, child->id);
  tc_pass_queue_group (pass, run->id);
}

/* FAILED as if it had never run. */
static void
end_void (TcPass *pass, TcTaskRun *run)
{
  TcHistory *history = &run->history;

  if (run->attempts->len > 0)
    g_ptr_array_set_size (run->attempts, (int) run->attempts->len - 1);
  tc_life_end (pass, run, TC_STATE_FAILED, TRUE, NULL);
  if (history->items[history->n - 2].state == TC_STATE_RUNNING)
    history->items[history->n - 2] = history->items[history->n - 1], history->n--;
}

static void
answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *phase, const TcValue *entry)
{
  const TcEvent *event = pass->event;
  gboolean failed = event->kind == TC_EVENT_LOST || event->state == TC_STATE_FAILED;

  if (event->kind == TC_EVENT_STARTED || tc_task_run_state (run) != TC_STATE_RUNNING)
    return;
  if (failed && tc_pass_state (pass) != TC_STATE_KILLING)
    {
      tc_pass_log (pass, run, TC_LEVEL_ERROR, "%s", event->error != NULL ? event->error : "The working directory was lost");
      tc_life_end (pass, run, TC_STATE_FAILED, TRUE, NULL);
      return;
    }
  tc_pass_remember (run, strcmp (phase, "open") == 0 ? "opened" : "closed", tc_value_bool (TRUE));
  if (event->payload != NULL && tc_value_is (event->payload, TC_VALUE_MAP) && tc_value_length (event->payload) > 0)
    {
      tc_value_unref (run->outputs);
      run->outputs = tc_value_ref (event->payload);
    }
  if (strcmp (phase, "close") == 0 && tc_value_get_flag (run->memo, "void", FALSE) && tc_pass_state (pass) != TC_STATE_KILLING)
    end_void (pass, run);
  else
    tc_pass_queue_group (pass, run->id);
}

/* Kestra: WorkingDirectory. */
const TcFlowable tc_flowable_working_directory = {
  .name = "WorkingDirectory", .kind = TC_FLOWABLE_PARENT, .begin = begin, .next = next, .ended = ended, .answer = answer,
};
