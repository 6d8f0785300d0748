/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-execution.h"
#include "tc-model-private.h"

G_DEFINE_QUARK (tc-model-error-quark, tc_model_error)
G_DEFINE_BOXED_TYPE (TcTaskRun, tc_task_run, tc_task_run_ref, tc_task_run_unref)

void
tc_history_add (TcHistory *self,
                TcState    state,
                int64_t    at_us)
{
  g_return_if_fail (self != NULL);

  self->items = g_renew (TcStateChange, self->items, self->n + 1);
  self->items[self->n++] = (TcStateChange) { .state = state, .at_us = at_us };
}

TcHistory
tc_history_dup (const TcHistory *self)
{
  TcHistory copy = { .items = g_memdup2 (self->items, self->n * sizeof *self->items), .n = self->n };

  return copy;
}

TcAttempt *
tc_attempt_new (const char *effect_id,
                int64_t     at_us)
{
  TcAttempt *self = g_new0 (TcAttempt, 1);

  tc_history_add (&self->history, TC_STATE_CREATED, at_us);
  self->effect_id = g_strdup (effect_id);
  self->exit_code = -1;
  return self;
}

static gpointer
attempt_dup (gconstpointer item,
             gpointer      data)
{
  const TcAttempt *attempt = item;
  TcAttempt *copy = g_new0 (TcAttempt, 1);

  copy->history = tc_history_dup (&attempt->history);
  copy->effect_id = g_strdup (attempt->effect_id);
  copy->exit_code = attempt->exit_code;
  copy->log_file = g_strdup (attempt->log_file);
  return copy;
}

void
tc_attempt_free (TcAttempt *self)
{
  if (self == NULL)
    return;
  g_free (self->history.items);
  g_free (self->effect_id);
  g_free (self->log_file);
  g_free (self);
}

GPtrArray *
tc_attempts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tc_attempt_free);
}

TcTaskRun *
tc_task_run_new (const char *id,
                 const char *task_id,
                 const char *parent_id,
                 const char *value,
                 int         iteration,
                 int64_t     at_us)
{
  TcTaskRun *self;

  g_return_val_if_fail (id != NULL && task_id != NULL, NULL);

  self = g_new0 (TcTaskRun, 1);
  g_atomic_ref_count_init (&self->refs);
  self->id = g_strdup (id);
  self->task_id = g_strdup (task_id);
  self->parent_id = g_strdup (parent_id);
  self->value = g_strdup (value);
  self->iteration = iteration;
  self->attempts = tc_attempts_new ();
  tc_history_add (&self->history, TC_STATE_CREATED, at_us);
  return self;
}

TcTaskRun *
tc_task_run_ref (const TcTaskRun *self)
{
  TcTaskRun *shared = (TcTaskRun *) self;

  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
tc_task_run_unref (TcTaskRun *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->id);
  g_free (self->task_id);
  g_free (self->parent_id);
  g_free (self->value);
  g_free (self->history.items);
  g_ptr_array_unref (self->attempts);
  tc_value_unref (self->outputs);
  tc_value_unref (self->memo);
  g_free (self);
}

TcState
tc_task_run_state (const TcTaskRun *self)
{
  g_return_val_if_fail (self != NULL && self->history.n > 0, TC_STATE_CREATED);
  return self->history.items[self->history.n - 1].state;
}

const TcAttempt *
tc_task_run_last_attempt (const TcTaskRun *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  if (self->attempts->len == 0)
    return NULL;
  return g_ptr_array_index (self->attempts, self->attempts->len - 1);
}

TcTaskRun *
tc_task_run_copy (const TcTaskRun *self)
{
  TcTaskRun *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (TcTaskRun, 1);
  g_atomic_ref_count_init (&copy->refs);
  copy->id = g_strdup (self->id);
  copy->task_id = g_strdup (self->task_id);
  copy->parent_id = g_strdup (self->parent_id);
  copy->value = g_strdup (self->value);
  copy->iteration = self->iteration;
  copy->history = tc_history_dup (&self->history);
  copy->attempts = g_ptr_array_copy (self->attempts, attempt_dup, NULL);
  copy->outputs = tc_value_ref_or_null (self->outputs);
  copy->memo = tc_value_ref_or_null (self->memo);
  copy->dynamic = self->dynamic;
  return copy;
}

TcTaskRun *
tc_task_run_with_state (const TcTaskRun *self,
                        TcState          state,
                        int64_t          at_us)
{
  TcTaskRun *copy = tc_task_run_copy (self);

  if (copy != NULL && tc_task_run_state (copy) != state)
    tc_history_add (&copy->history, state, at_us);
  return copy;
}
