/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-pass.h"

#include "tc-flowable.h"
#include "tc-run-id.h"
#include "tc-state-table.h"

static const char *
key_of (const char *parent_id)
{
  return parent_id != NULL ? parent_id : "";
}

void
tc_pass_init (TcPass *self, const TcFlow *flow, const TcExecution *now, const TcEvent *event, const TcSituation *situation, TcStep *step)
{
  *self = (TcPass) {
    .flow = flow, .now = now, .event = event, .situation = situation, .step = step,
    .edited = g_hash_table_new (g_str_hash, g_str_equal),
    .found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .added = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref),
    .tallies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .ended = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref),
    .queued = g_hash_table_new (g_str_hash, g_str_equal),
    .work = G_QUEUE_INIT,
  };
}

void
tc_pass_clear (TcPass *self)
{
  g_hash_table_unref (self->queued);
  g_queue_clear_full (&self->work, g_free);
  g_hash_table_unref (self->ended);
  g_clear_pointer (&self->looked, g_hash_table_unref);
  g_hash_table_unref (self->edited);
  g_hash_table_unref (self->found);
  g_hash_table_unref (self->added);
  g_hash_table_unref (self->tallies);
  g_hash_table_unref (self->removed);
  g_clear_error (&self->error);
}

void
tc_pass_fail (TcPass *self, TcExecutorError code, const char *format, ...)
{
  va_list args;

  if (self->error != NULL)
    return;
  va_start (args, format);
  self->error = g_error_new_valist (TC_EXECUTOR_ERROR, code, format, args);
  va_end (args);
}

int64_t
tc_pass_at (const TcPass *self)
{
  return self->event->at_us;
}

const TcHead *
tc_pass_head (const TcPass *self)
{
  return self->step->head != NULL ? self->step->head : tc_execution_head (self->now);
}

TcHead *
tc_pass_edit_head (TcPass *self)
{
  if (self->step->head == NULL)
    self->step->head = tc_head_copy (tc_execution_head (self->now));
  return self->step->head;
}

TcState
tc_pass_state (const TcPass *self)
{
  return tc_head_state (tc_pass_head (self));
}

void
tc_pass_set_state (TcPass *self, TcState state)
{
  TcState from = tc_pass_state (self);

  if (from == state)
    return;
  if (!tc_state_head_may_become (from, state))
    {
      tc_pass_fail (self, TC_EXECUTOR_ERROR_STATE, "execution %s cannot go from %s to %s", tc_pass_head (self)->id,
                    tc_state_name (from), tc_state_name (state));
      return;
    }
  tc_history_add (&tc_pass_edit_head (self)->history, state, tc_pass_at (self));
}

gboolean
tc_pass_may_start (const TcPass *self)
{
  TcState state = tc_pass_state (self);

  return state == TC_STATE_RUNNING || state == TC_STATE_RETRYING || tc_state_is_terminated (state);
}

const TcTaskRun *
tc_pass_run (const TcPass *self, const char *run_id)
{
  const TcTaskRun *run = g_hash_table_lookup (self->edited, run_id);

  if (run != NULL)
    return run;
  if (g_hash_table_size (self->removed) > 0 && g_hash_table_contains (self->removed, run_id))
    return NULL;
  return tc_execution_find (self->now, run_id);
}

static char *
find_key (const char *task_id, const char *parent_id, const char *value)
{
  return g_strconcat (task_id, "\n", key_of (parent_id), "\n", value != NULL ? "=" : "", value, NULL);
}

const TcTaskRun *
tc_pass_find (const TcPass *self, const char *task_id, const char *parent_id, const char *value)
{
  const TcTaskRun *run = NULL;

  if (g_hash_table_size (self->found) > 0)
    {
      g_autofree char *key = find_key (task_id, parent_id, value);

      run = g_hash_table_lookup (self->found, key);
    }
  if (run == NULL)
    {
      run = tc_execution_find_task (self->now, task_id, parent_id, value);
      if (run != NULL)
        run = tc_pass_run (self, run->id);
    }
  return run;
}

static size_t
n_old_children (const TcPass *self, const char *parent_id)
{
  const GPtrArray *old = tc_execution_children (self->now, parent_id);

  return old != NULL ? old->len : 0;
}

size_t
tc_pass_n_children (const TcPass *self, const char *parent_id)
{
  const GPtrArray *fresh = g_hash_table_lookup (self->added, key_of (parent_id));

  return n_old_children (self, parent_id) + (fresh != NULL ? fresh->len : 0);
}

const TcTaskRun *
tc_pass_child (const TcPass *self, const char *parent_id, size_t index)
{
  size_t n_old = n_old_children (self, parent_id);
  const GPtrArray *fresh;

  if (index < n_old)
    {
      const TcTaskRun *old = g_ptr_array_index (tc_execution_children (self->now, parent_id), index);

      return tc_pass_run (self, old->id);
    }
  fresh = g_hash_table_lookup (self->added, key_of (parent_id));
  g_return_val_if_fail (fresh != NULL && index - n_old < fresh->len, NULL);
  return g_ptr_array_index (fresh, index - n_old);
}

guint
tc_pass_count (const TcPass *self, const char *parent_id, TcState state)
{
  const int *tally = g_hash_table_lookup (self->tallies, key_of (parent_id));

  return (guint) ((int) tc_execution_counts (self->now, parent_id)[state] + (tally != NULL ? tally[state] : 0));
}

guint
tc_pass_count_open (const TcPass *self, const char *parent_id)
{
  const int *tally = g_hash_table_lookup (self->tallies, key_of (parent_id));
  const guint *counts = tc_execution_counts (self->now, parent_id);
  int n = 0;

  for (TcState state = 0; state < TC_N_STATES; state++)
    if (!tc_state_is_terminated (state))
      n += (int) counts[state] + (tally != NULL ? tally[state] : 0);
  return (guint) n;
}

static void
tally_add (TcPass *self, const char *parent_id, TcState state, int difference)
{
  int *tally = g_hash_table_lookup (self->tallies, key_of (parent_id));

  if (tally == NULL)
    {
      tally = g_new0 (int, TC_N_STATES);
      g_hash_table_insert (self->tallies, g_strdup (key_of (parent_id)), tally);
    }
  tally[state] += difference;
}

gboolean
tc_pass_is_fresh (const TcPass *self, const char *run_id)
{
  return g_hash_table_contains (self->edited, run_id) && tc_execution_find (self->now, run_id) == NULL;
}

const TcTask *
tc_pass_task (const TcPass *self, const TcTaskRun *run)
{
  const TcTask *task = tc_flow_find_task (self->flow, run->task_id);

  if (task != NULL || run->parent_id == NULL)
    return task;
  return tc_flowable_maker (self->flow, tc_pass_run (self, run->parent_id));
}

TcTaskRun *
tc_pass_edit (TcPass *self, const TcTaskRun *run)
{
  TcTaskRun *copy = g_hash_table_lookup (self->edited, run->id);

  if (copy == NULL)
    {
      copy = tc_task_run_copy (run);
      g_ptr_array_add (self->step->runs, copy);
      g_hash_table_insert (self->edited, copy->id, copy);
    }
  return copy;
}

TcTaskRun *
tc_pass_create (TcPass *self, const TcTask *task, const char *parent_id, const char *value, int iteration)
{
  return tc_pass_create_named (self, task->id, parent_id, value, iteration);
}

TcTaskRun *
tc_pass_create_named (TcPass *self, const char *task_id, const char *parent_id, const char *value, int iteration)
{
  g_autofree char *id = tc_run_id (tc_pass_head (self), task_id, parent_id, value, iteration);
  TcTaskRun *run = tc_task_run_new (id, task_id, parent_id, value, iteration, tc_pass_at (self));
  GPtrArray *fresh = g_hash_table_lookup (self->added, key_of (parent_id));

  if (fresh == NULL)
    {
      fresh = g_ptr_array_new ();
      g_hash_table_insert (self->added, g_strdup (key_of (parent_id)), fresh);
    }
  g_ptr_array_add (fresh, run);
  g_ptr_array_add (self->step->runs, run);
  g_hash_table_insert (self->edited, run->id, run);
  g_hash_table_replace (self->found, find_key (task_id, parent_id, value), run);
  tally_add (self, parent_id, TC_STATE_CREATED, 1);
  if (tc_pass_state (self) == TC_STATE_CREATED || tc_pass_state (self) == TC_STATE_RESTARTED)
    tc_pass_set_state (self, TC_STATE_RUNNING);
  return run;
}

/* A run made in this very pass leaves no trace; an older one is named in step->removed. */
static void
remove_one (TcPass *self, const TcTaskRun *run)
{
  tally_add (self, run->parent_id, tc_task_run_state (run), -1);
  if (tc_execution_find (self->now, run->id) != NULL)
    g_ptr_array_add (self->step->removed, g_strdup (run->id));
  g_hash_table_add (self->removed, g_strdup (run->id));
  if (g_hash_table_lookup (self->edited, run->id) == run)
    {
      GPtrArray *fresh = g_hash_table_lookup (self->added, key_of (run->parent_id));
      g_autofree char *key = find_key (run->task_id, run->parent_id, run->value);

      if (g_hash_table_lookup (self->found, key) == run)
        g_hash_table_remove (self->found, key);
      if (fresh != NULL)
        g_ptr_array_remove (fresh, (gpointer) run);
      g_hash_table_remove (self->edited, run->id);
      g_ptr_array_remove (self->step->runs, (gpointer) run);
    }
}

void
tc_pass_remove (TcPass *self, const char *run_id)
{
  g_autoptr (GPtrArray) doomed = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (doomed, g_strdup (run_id));
  for (guint i = 0; i < doomed->len; i++)
    {
      const char *id = g_ptr_array_index (doomed, i);
      size_t n = tc_pass_n_children (self, id);

      for (size_t j = 0; j < n; j++)
        {
          const TcTaskRun *child = tc_pass_child (self, id, j);

          if (child != NULL)
            g_ptr_array_add (doomed, g_strdup (child->id));
        }
    }
  for (guint i = doomed->len; i > 0; i--)
    {
      const TcTaskRun *run = tc_pass_run (self, g_ptr_array_index (doomed, i - 1));

      if (run != NULL)
        remove_one (self, run);
    }
}

void
tc_pass_set_run_state (TcPass *self, TcTaskRun *run, TcState state)
{
  TcState from = tc_task_run_state (run);

  if (from == state)
    return;
  if (!tc_state_run_may_become (from, state))
    {
      tc_pass_fail (self, TC_EXECUTOR_ERROR_STATE, "task run %s of %s cannot go from %s to %s", run->id, run->task_id,
                    tc_state_name (from), tc_state_name (state));
      return;
    }
  tally_add (self, run->parent_id, from, -1);
  tally_add (self, run->parent_id, state, 1);
  tc_history_add (&run->history, state, tc_pass_at (self));
}

int
tc_pass_group_of (const TcTaskRun *run)
{
  return run->memo != NULL ? (int) tc_value_get_i64 (run->memo, "group", run->iteration) : run->iteration;
}

void
tc_pass_note_ended (TcPass *self, const TcTaskRun *run)
{
  GArray *groups;

  int group = tc_pass_group_of (run);

  if (run->parent_id == NULL || group < 0)
    return;
  groups = g_hash_table_lookup (self->ended, run->parent_id);
  if (groups == NULL)
    {
      groups = g_array_new (FALSE, FALSE, sizeof (int));
      g_hash_table_insert (self->ended, g_strdup (run->parent_id), groups);
    }
  g_array_append_val (groups, group);
}

gboolean
tc_pass_must_look (TcPass *self, const char *parent_id)
{
  return self->looked != NULL && g_hash_table_add (self->looked, g_strdup (parent_id));
}

GArray *
tc_pass_take_ended (TcPass *self, const char *parent_id)
{
  char *key = NULL;
  GArray *groups = NULL;

  if (g_hash_table_steal_extended (self->ended, parent_id, (gpointer *) &key, (gpointer *) &groups))
    g_free (key);
  return groups;
}

static void
remember (TcValue **memo, const char *key, TcValue *item)
{
  g_autoptr (TcValue) old = *memo != NULL ? *memo : tc_value_map_of (NULL, NULL);

  *memo = item != NULL ? tc_value_with (old, key, item) : tc_value_without (old, key);
  if (tc_value_length (*memo) == 0)
    g_clear_pointer (memo, tc_value_unref);
  tc_value_unref (item);
}

void
tc_pass_remember (TcTaskRun *run, const char *key, TcValue *item)
{
  remember (&run->memo, key, item);
}

void
tc_pass_remember_head (TcPass *self, const char *key, TcValue *item)
{
  remember (&tc_pass_edit_head (self)->memo, key, item);
}

void
tc_pass_next_generation (TcPass *self)
{
  const TcValue *memo = tc_pass_head (self)->memo;

  tc_pass_remember_head (self, "generation", tc_value_int ((memo != NULL ? tc_value_get_i64 (memo, "generation", 0) : 0) + 1));
}

static TcValue **
memo_of (TcPass *self, TcTaskRun *run)
{
  return run != NULL ? &run->memo : &tc_pass_edit_head (self)->memo;
}

static TcEffect *
add_effect (TcPass *self, TcEffectKind kind, TcTaskRun *run, TcValue *payload)
{
  TcEffect *effect = g_new0 (TcEffect, 1);
  TcValue **memo = memo_of (self, run);
  int64_t serial = tc_value_get_i64 (*memo, "serial", 0) + 1;

  remember (memo, "serial", tc_value_int (serial));
  effect->kind = kind;
  effect->attempt = run != NULL ? (int) run->attempts->len : 0;
  effect->id = g_strdup_printf ("%s/%d/%" G_GINT64_FORMAT, run != NULL ? run->id : tc_pass_head (self)->id, effect->attempt, serial);
  effect->task_run_id = run != NULL ? g_strdup (run->id) : NULL;
  effect->task = run != NULL ? tc_pass_task (self, run) : NULL;
  /* An entry names the run that a ForEachItem made, not the ForEachItem. */
  if (kind == TC_EFFECT_LOG && effect->task != NULL && g_strcmp0 (effect->task->id, run->task_id) != 0)
    effect->task = NULL;
  effect->payload = payload;
  g_ptr_array_add (self->step->effects, effect);
  return effect;
}

const char *
tc_pass_effect (TcPass *self, TcEffectKind kind, TcTaskRun *run, TcValue *payload)
{
  return add_effect (self, kind, run, payload)->id;
}

const char *
tc_pass_ask (TcPass *self, TcEffectKind kind, TcTaskRun *run, const char *purpose, int64_t at_us, TcValue *payload)
{
  TcEffect *effect = add_effect (self, kind, run, payload);
  TcValue **memo = memo_of (self, run);
  const TcValue *pending = tc_pass_pending (*memo);
  g_autoptr (TcValue) none = tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) entry = tc_value_map_of ("kind", tc_value_int (kind), "for", tc_value_string (purpose), "at", tc_value_int (at_us),
                                               "attempt", tc_value_int (effect->attempt), NULL);

  effect->at_us = at_us;
  if (payload != NULL)
    {
      TcValue *whole = tc_value_with (entry, "payload", payload);

      tc_value_unref (entry);
      entry = whole;
    }
  remember (memo, "pending", tc_value_with (pending != NULL ? pending : none, effect->id, entry));
  return effect->id;
}

/* What a worker says belongs to the last attempt; of what the executor says about a flowable Kestra gives the number of attempts. */
static int
attempt_of_entry (TcPass *self, const TcTaskRun *run)
{
  const TcTask *task = run != NULL ? tc_pass_task (self, run) : NULL;
  gboolean own = task != NULL && g_strcmp0 (task->id, run->task_id) == 0;
  int n = run != NULL ? (int) run->attempts->len : 0;

  return own && task->klass != NULL && task->klass->kind == TC_TASK_FLOWABLE ? n : MAX (0, n - 1);
}

static void
add_entry (TcPass *self, TcTaskRun *run, TcLevel level, int attempt, char *message)
{
  TcEffect *effect;

  if (level == TC_LEVEL_ERROR && tc_pass_head (self)->error == NULL)
    tc_pass_edit_head (self)->error = g_strdup (message);
  effect = add_effect (self, TC_EFFECT_LOG, run,
                       tc_value_map_of ("level", tc_value_string (tc_level_name (level)), "attempt", tc_value_int (attempt),
                                        "message", tc_value_string_take (message), NULL));
  effect->at_us = tc_pass_at (self);
}

void
tc_pass_log_attempt (TcPass *self, TcTaskRun *run, TcLevel level, int attempt, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add_entry (self, run, level, attempt, g_strdup_vprintf (format, args));
  va_end (args);
}

void
tc_pass_log (TcPass *self, TcTaskRun *run, TcLevel level, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add_entry (self, run, level, attempt_of_entry (self, run), g_strdup_vprintf (format, args));
  va_end (args);
}

const TcValue *
tc_pass_pending (const TcValue *memo)
{
  return memo != NULL ? tc_value_get (memo, "pending") : NULL;
}

void
tc_pass_answered (TcPass *self, TcTaskRun *run, const char *effect_id)
{
  TcValue **memo = memo_of (self, run);
  const TcValue *pending = tc_pass_pending (*memo);
  g_autoptr (TcValue) rest = NULL;

  if (pending == NULL)
    return;
  rest = tc_value_without (pending, effect_id);
  remember (memo, "pending", tc_value_length (rest) > 0 ? tc_value_ref (rest) : NULL);
}

void
tc_pass_forget (TcPass *self, TcTaskRun *run)
{
  TcValue **memo = memo_of (self, run);

  if (tc_pass_pending (*memo) != NULL)
    remember (memo, "pending", NULL);
}

const char *
tc_pass_awaits (const TcTaskRun *run, TcEffectKind kind, const char *purpose)
{
  const TcValue *pending = tc_pass_pending (run->memo);
  size_t n = pending != NULL ? tc_value_length (pending) : 0;

  for (size_t i = 0; i < n; i++)
    {
      const TcValue *entry = tc_value_item (pending, i);

      if (tc_value_get_i64 (entry, "kind", -1) == kind && (purpose == NULL || g_strcmp0 (tc_value_get_str (entry, "for"), purpose) == 0))
        return tc_value_key (pending, i);
    }
  return NULL;
}

static void
queue (TcPass *self, char kind, const char *id)
{
  g_autofree char *item = g_strdup_printf ("%c%s", kind, key_of (id));

  if (g_hash_table_contains (self->queued, item))
    return;
  g_hash_table_add (self->queued, item);
  g_queue_push_tail (&self->work, g_steal_pointer (&item));
}

void
tc_pass_queue_start (TcPass *self, const char *run_id)
{
  queue (self, 's', run_id);
}

void
tc_pass_queue_group (TcPass *self, const char *parent_id)
{
  queue (self, 'g', parent_id);
}
