/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-life.h"
#include "tc-util.h"

#include <string.h>

static const char *const fail_props[] = { "condition", "errorMessage", NULL };
static const char *const sleep_props[] = { "duration", NULL };

static gboolean
fail_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  const TcValue *condition = tc_value_get (props, "condition");
  g_autofree char *message = tc_flowable_text (tc_value_get (props, "errorMessage"));

  tc_life_run (pass, run, NULL);
  if (condition == NULL)
    {
      tc_flowable_error (error, "%s", message != NULL ? message : "Task failure");
      return FALSE;
    }
  if (tc_expr_is_truthy (condition))
    {
      tc_pass_log (pass, run, TC_LEVEL_ERROR, "%s", message != NULL ? message : "Task failure");
      tc_flowable_error (error, "Fail on a condition");
      return FALSE;
    }
  tc_life_end (pass, run, TC_STATE_SUCCESS, TRUE, NULL);
  return TRUE;
}

static gboolean
sleep_begin (TcPass *pass, TcTaskRun *run, const TcTask *task, const TcValue *props, GError **error)
{
  g_autofree char *text = NULL;
  int64_t us;

  tc_life_run (pass, run, NULL);
  if (!tc_flowable_duration (props, "duration", -1, &us, error))
    return FALSE;
  if (us < 0)
    {
      tc_flowable_error (error, "`duration` is missing or negative");
      return FALSE;
    }
  text = tc_duration_format (us);
  tc_pass_log (pass, run, TC_LEVEL_INFO, "Waiting for %s", text);
  tc_pass_ask (pass, TC_EFFECT_TIMER, run, "sleep", tc_pass_at (pass) + us, NULL);
  tc_life_timeout (pass, run, tc_pass_at (pass));
  return TRUE;
}

static void
sleep_answer (TcPass *pass, TcTaskRun *run, const TcTask *task, const char *purpose, const TcValue *entry)
{
  if (strcmp (purpose, "sleep") == 0)
    tc_life_end (pass, run, TC_STATE_SUCCESS, TRUE, NULL);
}

/* Kestra: Fail, Sleep; both run on a worker there, hence the shape of their records. */
const TcFlowable tc_flowable_fail = { .name = "Fail", .kind = TC_FLOWABLE_WORKER, .props = fail_props, .begin = fail_begin };
const TcFlowable tc_flowable_sleep = {
  .name = "Sleep", .kind = TC_FLOWABLE_WORKER, .props = sleep_props, .begin = sleep_begin, .answer = sleep_answer,
};
