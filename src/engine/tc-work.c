/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-work.h"

#include "private/tc-task-cache.h"

#include <unistd.h>

/*
 * WORK effects. A job (class kind JOB, or a phase of a WorkingDirectory or ForEachItem) runs on the job pool; a program (kind RUN) in
 * tc-work-run.c. Both end the same way: all their entries are in the log → ENDED, the checkpoint and the metrics in one commit → what they used
 * is released. Until that commit is durable nothing is released, so a crash finds it again.
 */

static void
work_free (gpointer data)
{
  TcWork *self = data;

  tc_run_free (self->run);
  tc_live_unref (self->live);
  tc_order_unref (self->order);
  g_free (self->effect_id);
  g_free (self->failure);
  tc_value_unref (self->details);
  tc_value_unref (self->vars);
  tc_value_unref (self->metrics);
  tc_value_unref (self->record);
  g_free (self);
}

static TcWork *
work_new (TcLive *live, const TcEffect *effect, TcValue *record)
{
  TcCore *core = live->core;
  const TcTaskRun *run = tc_execution_find (live->execution, effect->task_run_id);
  TcWork *self;

  if (run == NULL || effect->task == NULL || g_hash_table_contains (core->works, effect->id))
    return NULL;
  self = g_new0 (TcWork, 1);
  self->core = core;
  self->live = tc_live_ref (live);
  self->effect_id = g_strdup (effect->id);
  self->order = tc_order_new (&core->site, live->flow, live->execution, effect->task, run, effect);
  self->record = record != NULL ? tc_value_ref (record) : NULL;
  self->exit_code = -1;
  live->n_works++;
  g_hash_table_insert (core->works, self->effect_id, self);
  return self;
}

static void
clean (gpointer data)
{
  tc_order_clean (data);
}

static void
release (TcCore *core, TcLive *owner, gpointer data, const GError *error)
{
  TcWork *self = data;
  g_autoptr (TcLive) live = tc_live_ref (owner);

  /* At the close the store still answers what it was given, but the works are gone by then. */
  if (error != NULL || core->closing)
    return;
  /* Before the next task of a shared directory starts: what was captured has left it (spec/scripts-and-runners.md §1.8). */
  for (guint i = 0; self->order->shares_directory && i < self->order->taken->len; i++)
    unlink (g_ptr_array_index (self->order->taken, i));
  g_hash_table_steal (core->works, self->effect_id);
  tc_hub_drop (core->site.hub, self->effect_id);
  tc_site_compute (&core->site, clean, tc_order_ref (self->order));
  tc_engine_work_leave (self);
  work_free (self);
  tc_live_work_done (live);
}

static void
add_metric (TcWork *self, const TcValue *metric, TcBatch *batch)
{
  const TcOrder *order = self->order;
  g_autoptr (TcValue) names = tc_value_map_of ("taskId", tc_value_string (order->run->task_id), "taskRunId", tc_value_string (order->run->id), NULL);

  tc_batch_metric (batch, order->head->id, order->run->id, tc_value_merge (names, metric));
}

static void
add_metrics (TcWork *self, TcBatch *batch)
{
  for (guint i = 0; i < self->order->metrics->len; i++)
    add_metric (self, g_ptr_array_index (self->order->metrics, i), batch);
  for (size_t i = 0; self->metrics != NULL && i < tc_value_length (self->metrics); i++)
    add_metric (self, tc_value_item (self->metrics, i), batch);
}

static void
ending_free (TcEnding *self)
{
  g_free (self->effect_id);
  tc_event_free (self->event);
  g_free (self);
}

static void
on_flushed (TcCore *core, gpointer data, TcCheckpoint *checkpoint)
{
  TcEnding *ending = data;
  TcWork *self = g_hash_table_lookup (core->works, ending->effect_id);
  TcBatch *batch = tc_batch_new ();
  g_autoptr (GError) error = NULL;

  tc_core_settle_checkpoint (core, checkpoint, batch);
  if (self == NULL || core->closing)
    tc_core_commit (core, batch);
  else
    {
      add_metrics (self, batch);
      self->phase = TC_PHASE_ENDED;
      if (!tc_live_step (self->live, g_steal_pointer (&ending->event), batch, release, self, &error))
        {
          TcBatch *forget = tc_batch_new ();

          tc_batch_effect_end (forget, self->effect_id);
          tc_core_commit (core, forget);
          release (core, self->live, self, NULL);
        }
    }
  ending_free (ending);
}

void
tc_engine_work_end (TcSite *site, const char *execution_id, TcEvent *event)
{
  TcEnding *ending = g_new (TcEnding, 1);

  *ending = (TcEnding) { g_strdup (event->effect_id), event };
  tc_site_flush (site, execution_id, on_flushed, ending);
}

static void
began (TcCore *core, gpointer data)
{
  g_autoptr (TcOrder) order = data;

  tc_live_answer (core, order->head->id, tc_event_new (TC_EVENT_STARTED, order->started_us, order->effect_id), NULL);
}

static void
run_job (gpointer data)
{
  g_autoptr (TcOrder) order = data;
  const char *phase = order->payload != NULL ? tc_value_get_str (order->payload, "phase") : NULL;
  TcEvent *event;

  order->started_us = tc_now_us ();
  tc_site_post (order->site, began, tc_order_ref (order), (GDestroyNotify) tc_order_unref);
  if (phase == NULL)
    {
      event = tc_task_cache_find (order);
      if (event == NULL)
        {
          event = tc_job_run (order);
          tc_task_cache_save (order, event);
        }
    }
  else if (g_str_equal (phase, "open") || g_str_equal (phase, "close"))
    event = tc_directory_phase (order);
  else
    event = tc_items_phase (order);
  tc_site_await_turn ();
  tc_engine_work_end (order->site, order->head->id, event);
}

static gboolean
is_program (const TcWork *self)
{
  return self->order->task->klass->kind == TC_TASK_RUN && (self->order->payload == NULL || tc_value_get_str (self->order->payload, "phase") == NULL);
}

void
tc_engine_work_start (TcLive *live, const TcEffect *effect, TcValue *record)
{
  TcWork *self = work_new (live, effect, record);

  if (self == NULL)
    return;
  if (is_program (self))
    {
      tc_engine_work_queue (self);
      return;
    }
  self->phase = TC_PHASE_PREPARING;
  tc_site_work_in_turn (&live->core->site, self->order->head->id, run_job, tc_order_ref (self->order));
}

void
tc_engine_work_stop (TcCore *core, const char *effect_id, const char *reason)
{
  TcWork *self = effect_id != NULL ? g_hash_table_lookup (core->works, effect_id) : NULL;
  gboolean again;

  if (self == NULL || self->phase == TC_PHASE_ENDED)
    return;
  again = self->stopping;
  self->stopping = TRUE;
  self->timed_out |= g_strcmp0 (reason, "timeout") == 0;
  g_cancellable_cancel (self->order->cancellable);
  tc_engine_work_stop_run (self, again);
}

void
tc_engine_work_checkpoint (TcCore *core, TcCheckpoint *checkpoint, TcBatch *batch)
{
  for (guint i = 0; i < checkpoint->ids->len; i++)
    {
      const char *id = g_ptr_array_index (checkpoint->ids, i);
      TcWork *self = g_hash_table_lookup (core->works, id);
      g_autoptr (TcValue) found = self != NULL ? tc_engine_work_record (self) : NULL;

      if (self != NULL && self->phase != TC_PHASE_ENDED)
        tc_batch_effect (batch, id, checkpoint->execution_id, "WORK", tc_value_merge (found, g_ptr_array_index (checkpoint->records, i)));
    }
}

/* Began, but did it end? A program's run directory knows; a job leaves nothing: it is lost, and a new attempt starts (at least once, as Kestra). */
static void
recover_job (TcWork *self)
{
  const TcAttempt *attempt = tc_task_run_last_attempt (self->order->run);
  gboolean is_phase = self->order->payload != NULL && tc_value_get_str (self->order->payload, "phase") != NULL;

  if (is_phase || attempt == NULL || g_strcmp0 (attempt->effect_id, self->effect_id) != 0)
    {
      self->phase = TC_PHASE_PREPARING;
      tc_site_work_in_turn (&self->core->site, self->order->head->id, run_job, tc_order_ref (self->order));
      return;
    }
  tc_engine_work_end (&self->core->site, self->order->head->id, tc_event_new (TC_EVENT_LOST, tc_now_us (), self->effect_id));
}

void
tc_engine_work_recover (TcLive *live, const TcEffect *effect, TcValue *record)
{
  TcWork *self = work_new (live, effect, record);
  g_autoptr (TcRunSpec) spec = NULL;

  if (self == NULL)
    return;
  if (!is_program (self))
    {
      recover_job (self);
      return;
    }
  spec = tc_run_load_spec (live->core->site.data_dir, effect->id, NULL);
  /* No run directory: the program was never started, so the same effect may still be carried out. */
  if (spec == NULL)
    tc_engine_work_queue (self);
  else
    tc_engine_work_adopt (self, spec->runner != NULL ? tc_value_get_str (spec->runner, "type") : NULL);
}

void
tc_engine_work_release_all (TcCore *core)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->works);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TcWork *self = value;

      g_cancellable_cancel (self->order->cancellable);
      g_clear_pointer (&self->run, tc_run_free);
    }
}

void
tc_engine_work_free_all (TcCore *core)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->works);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_hash_table_iter_steal (&iter);
      work_free (value);
    }
}
