/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-flowable.h"

void
tc_effect_free (TcEffect *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->task_run_id);
  tc_value_unref (self->payload);
  g_free (self);
}

TcStep *
tc_step_new (void)
{
  TcStep *self = g_new0 (TcStep, 1);

  self->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_task_run_unref);
  self->removed = g_ptr_array_new_with_free_func (g_free);
  self->effects = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_effect_free);
  return self;
}

void
tc_step_free (TcStep *self)
{
  if (self == NULL)
    return;
  tc_head_unref (self->head);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->removed);
  g_ptr_array_unref (self->effects);
  g_free (self);
}

void
tc_step_apply (const TcStep *step, TcExecution *execution)
{
  g_return_if_fail (step != NULL && execution != NULL);

  for (guint i = 0; i < step->removed->len; i++)
    tc_execution_remove (execution, g_ptr_array_index (step->removed, i));
  for (guint i = 0; i < step->runs->len; i++)
    tc_execution_put (execution, tc_task_run_ref (g_ptr_array_index (step->runs, i)));
  if (step->head != NULL)
    tc_execution_set_head (execution, tc_head_ref (step->head));
}

static const TcTask *
task_of (const TcFlow *flow, const TcExecution *now, const TcTaskRun *run)
{
  const TcTask *task = tc_flow_find_task (flow, run->task_id);

  if (task != NULL || run->parent_id == NULL)
    return task;
  return tc_flowable_maker (flow, tc_execution_find (now, run->parent_id));
}

static void
add_pending (GPtrArray *effects, const TcFlow *flow, const TcExecution *now, const TcTaskRun *run, const TcValue *memo)
{
  const TcValue *pending = tc_pass_pending (memo);
  size_t n = pending != NULL ? tc_value_length (pending) : 0;

  for (size_t i = 0; i < n; i++)
    {
      const TcValue *entry = tc_value_item (pending, i), *payload = tc_value_get (entry, "payload");
      TcEffect *effect = g_new0 (TcEffect, 1);

      effect->kind = (TcEffectKind) tc_value_get_i64 (entry, "kind", TC_EFFECT_RENDER);
      effect->id = g_strdup (tc_value_key (pending, i));
      effect->task_run_id = run != NULL ? g_strdup (run->id) : NULL;
      effect->task = run != NULL ? task_of (flow, now, run) : NULL;
      effect->attempt = (int) tc_value_get_i64 (entry, "attempt", 0);
      effect->at_us = tc_value_get_i64 (entry, "at", 0);
      effect->payload = payload != NULL ? tc_value_ref (payload) : NULL;
      g_ptr_array_add (effects, effect);
    }
}

GPtrArray *
tc_executor_pending (const TcFlow *flow, const TcExecution *now)
{
  GPtrArray *effects = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_effect_free);
  size_t n = tc_execution_n_runs (now);

  add_pending (effects, flow, now, NULL, tc_execution_head (now)->memo);
  for (size_t i = 0; i < n; i++)
    add_pending (effects, flow, now, tc_execution_run (now, i), tc_execution_run (now, i)->memo);
  return effects;
}
