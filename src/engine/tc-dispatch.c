/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-core.h"

#include "private/tc-subflow.h"

typedef struct
{
  TcCore *core;
  char   *execution_id, *effect_id;
} Timer;

static void
timer_free (Timer *self)
{
  g_free (self->execution_id);
  g_free (self->effect_id);
  g_free (self);
}

/* The deadline's id and what it carries, for when it is not needed any more. */
typedef struct
{
  guint  id;
  Timer *timer;
} Deadline;

static void
on_timer (gpointer data)
{
  Timer *self = data;
  TcLive *live = g_hash_table_lookup (self->core->live, self->execution_id);

  if (live != NULL)
    {
      g_free (g_hash_table_lookup (live->timers, self->effect_id));
      g_hash_table_remove (live->timers, self->effect_id);
    }
  tc_live_answer (self->core, self->execution_id, tc_event_new (TC_EVENT_TIMER, tc_now_us (), self->effect_id), NULL);
  timer_free (self);
}

void
tc_live_cancel_timers (TcLive *live)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, live->timers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_autofree Deadline *deadline = value;

      tc_fd_set_remove_deadline (live->core->fds, deadline->id);
      timer_free (deadline->timer);
      g_hash_table_iter_remove (&iter);
    }
}

static void
start_timer (TcLive *live, const TcEffect *effect)
{
  Deadline *deadline = g_new0 (Deadline, 1);
  Timer *timer = g_new0 (Timer, 1);

  timer->core = live->core;
  timer->execution_id = g_strdup (tc_execution_head (live->execution)->id);
  timer->effect_id = g_strdup (effect->id);
  deadline->timer = timer;
  deadline->id = tc_fd_set_add_deadline (live->core->fds, effect->at_us, on_timer, timer);
  g_hash_table_insert (live->timers, g_strdup (effect->id), deadline);
}

/* Where entries of an attempt go with `logToFile`; NULL: into the log. */
static const char *
file_of (const TcTaskRun *run, int attempt)
{
  return run != NULL && attempt >= 0 && attempt < (int) run->attempts->len
             ? ((const TcAttempt *) g_ptr_array_index (run->attempts, (guint) attempt))->log_file : NULL;
}

TcLabel *
tc_live_label (TcLive *live, const TcTask *task, const TcTaskRun *run, int attempt)
{
  return tc_label_new (tc_execution_head (live->execution)->id, run != NULL ? run->task_id : task != NULL ? task->id : NULL,
                       run != NULL ? run->id : NULL, run != NULL ? run->value : NULL, attempt,
                       task != NULL ? task->log_level : TC_LEVEL_TRACE, file_of (run, attempt));
}

static void
write_log (TcLive *live, const TcEffect *effect)
{
  const TcTaskRun *run = effect->task_run_id != NULL ? tc_execution_find (live->execution, effect->task_run_id) : NULL;
  int attempt = (int) tc_value_get_i64 (effect->payload, "attempt", 0);
  g_autoptr (TcLabel) label = tc_live_label (live, effect->task, run, attempt);
  const char *level_name = tc_value_get_str (effect->payload, "level"), *message = tc_value_get_str (effect->payload, "message");
  TcLevel level = TC_LEVEL_INFO;

  if (level_name != NULL)
    tc_level_parse (level_name, &level);
  tc_hub_write_effect (live->core->site.hub, label, level, effect->at_us > 0 ? effect->at_us : tc_now_us (),
                       message != NULL ? message : "", effect->id);
}

/* What a worker found out, on its way back. */
typedef struct
{
  char    *execution_id;
  TcEvent *event;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->execution_id);
  tc_event_free (answer->event);
  g_free (answer);
}

/* One that closing cut short is no answer: the next start renders it again. */
static void
take_answer (TcCore *core, gpointer data)
{
  Answer *answer = data;

  if (!core->closing)
    tc_live_answer (core, answer->execution_id, g_steal_pointer (&answer->event), NULL);
  answer_free (answer);
}

static void
render (gpointer data)
{
  g_autoptr (TcOrder) order = data;
  Answer *answer = g_new (Answer, 1);

  *answer = (Answer) { g_strdup (order->head->id), tc_render_effect (order) };
  tc_site_await_turn ();
  tc_site_post (order->site, take_answer, answer, answer_free);
}

static void
start_render (TcLive *live, const TcEffect *effect)
{
  const TcTaskRun *run = effect->task_run_id != NULL ? tc_execution_find (live->execution, effect->task_run_id) : NULL;
  TcOrder *order;

  if (effect->task_run_id != NULL && run == NULL)
    return;
  order = tc_order_new (&live->core->site, live->flow, live->execution, effect->task, run, effect);
  if (live->rendering == NULL)
    live->rendering = g_cancellable_new ();
  g_set_object (&order->cancellable, live->rendering);
  tc_site_compute_in_turn (&live->core->site, order->head->id, render, order);
}

void
tc_live_cancel_renders (TcLive *live)
{
  if (live->rendering != NULL)
    g_cancellable_cancel (live->rendering);
  g_clear_object (&live->rendering);
}

void
tc_dispatch (TcLive *live, const TcEffect *effect, TcValue *record)
{
  switch (effect->kind)
    {
    case TC_EFFECT_RENDER: start_render (live, effect); break;
    case TC_EFFECT_WORK: tc_engine_work_start (live, effect, record); break;
    case TC_EFFECT_STOP:
      tc_engine_work_stop (live->core, tc_value_get_str (effect->payload, "effectId"), tc_value_get_str (effect->payload, "reason"));
      break;
    case TC_EFFECT_TIMER: start_timer (live, effect); break;
    case TC_EFFECT_SUBFLOW: tc_subflow_start (live, effect); break;
    case TC_EFFECT_LOG: write_log (live, effect); break;
    case TC_EFFECT_KILL_CHILD: tc_subflow_kill (live->core, effect->id, tc_value_get_str (effect->payload, "executionId")); break;
    case TC_EFFECT_EXECUTION: tc_subflow_again (live, effect); break;
    }
}

static TcValue *
effect_to_record (const TcEffect *effect)
{
  return tc_value_map_of ("task", effect->task != NULL ? tc_value_string (effect->task->id) : tc_value_null (),
                          "run", effect->task_run_id != NULL ? tc_value_string (effect->task_run_id) : tc_value_null (),
                          "attempt", tc_value_int (effect->attempt), "at", tc_value_int (effect->at_us),
                          "payload", effect->payload != NULL ? tc_value_ref (effect->payload) : tc_value_null (), NULL);
}

/* The executor asks again for what waits for an answer. What has none is remembered here until it is done. */
void
tc_dispatch_record (TcLive *live, const TcEffect *effect, TcBatch *batch)
{
  const char *id = tc_execution_head (live->execution)->id;

  switch (effect->kind)
    {
    case TC_EFFECT_LOG:
      tc_batch_effect (batch, effect->id, id, "LOG", effect_to_record (effect));
      break;
    case TC_EFFECT_KILL_CHILD:
      tc_batch_effect (batch, effect->id, id, "KILL_CHILD", effect_to_record (effect));
      break;
    case TC_EFFECT_EXECUTION:
      tc_batch_effect (batch, effect->id, id, "EXECUTION", effect_to_record (effect));
      break;
    case TC_EFFECT_RENDER:
    case TC_EFFECT_WORK:
    case TC_EFFECT_STOP:
    case TC_EFFECT_TIMER:
    case TC_EFFECT_SUBFLOW:
      break;
    }
}
