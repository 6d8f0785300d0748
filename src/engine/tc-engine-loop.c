/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-core.h"

#include "private/tc-scheduler.h"
#include "private/tc-subflow.h"
#include "private/tc-triggering.h"
#include "private/tc-waiters.h"
#include <glib/gi18n-lib.h>

/*
 * One event: step → apply → commit (journal, records, effect rows in one transaction) → on commit: publish, start effects (J1, J2).
 *
 * An execution leaves memory when a step said it is over, no WORK of it is in flight, and its log is written: only then are those answered who
 * wait for its end.
 */

typedef struct
{
  TcLive    *live;
  TcHead    *head;             /* or NULL: unchanged */
  GPtrArray *runs, *effects;
  GPtrArray *noted;            /* for triggers; or NULL */
  gboolean   over, freed_slot;
  TcLiveDone done;
  gpointer   data;
} Commit;

TcLive *
tc_live_new (TcCore *core, TcFlow *flow, TcExecution *execution)
{
  TcLive *self = g_new0 (TcLive, 1);

  self->refs = 1;
  self->core = core;
  self->flow = flow;
  self->execution = execution;
  self->timers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->order = tc_execution_head (execution)->created_us;
  g_hash_table_replace (core->live, g_strdup (tc_execution_head (execution)->id), self);
  return self;
}

TcLive *
tc_live_ref (TcLive *self)
{
  self->refs++;
  return self;
}

void
tc_live_unref (TcLive *self)
{
  if (self == NULL || --self->refs > 0)
    return;
  tc_live_cancel_timers (self);
  tc_live_cancel_renders (self);
  g_hash_table_unref (self->timers);
  tc_flow_unref (self->flow);
  tc_execution_free (self->execution);
  g_free (self->child_of);
  g_free (self->child_effect);
  tc_value_unref (self->child_outputs);
  g_free (self);
}

static gboolean
same_flow (const TcLive *live, const TcFlow *flow)
{
  return g_strcmp0 (tc_flow_id (live->flow), tc_flow_id (flow)) == 0
         && g_strcmp0 (tc_flow_namespace (live->flow), tc_flow_namespace (flow)) == 0;
}

static int
count_running (TcCore *core, const TcLive *self)
{
  GHashTableIter iter;
  gpointer value;
  int n = 0;

  if (tc_flow_value (self->flow, "concurrency") == NULL)
    return 0;
  g_hash_table_iter_init (&iter, core->live);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value != self && same_flow (value, self->flow) && tc_executor_holds_slot (((TcLive *) value)->execution))
      n++;
  return n;
}

void
tc_core_free_slot (TcCore *core, const TcFlow *flow)
{
  GHashTableIter iter;
  gpointer value;
  TcLive *next = NULL;

  if (tc_flow_value (flow, "concurrency") == NULL)
    return;
  g_hash_table_iter_init (&iter, core->live);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      TcLive *live = value;

      if (same_flow (live, flow) && tc_head_state (tc_execution_head (live->execution)) == TC_STATE_QUEUED
          && (next == NULL || live->order < next->order))
        next = live;
    }
  if (next != NULL)
    tc_live_step (next, tc_event_new (TC_EVENT_SLOT, tc_now_us (), NULL), NULL, NULL, NULL, NULL);
}

static void
commit_free (gpointer data)
{
  Commit *self = data;

  tc_live_unref (self->live);
  tc_head_unref (self->head);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->effects);
  g_clear_pointer (&self->noted, g_ptr_array_unref);
  g_free (self);
}

void
tc_core_settle_checkpoint (TcCore *core, TcCheckpoint *checkpoint, TcBatch *batch)
{
  g_autofree char *id = g_strconcat (checkpoint->execution_id, "/log", NULL);

  tc_batch_effect (batch, id, checkpoint->execution_id, "CHECKPOINT",
                   tc_value_map_of ("length", tc_value_int ((int64_t) checkpoint->length), NULL));
  for (guint i = 0; i < checkpoint->written->len; i++)
    tc_batch_effect_end (batch, g_ptr_array_index (checkpoint->written, i));
  tc_engine_work_checkpoint (core, checkpoint, batch);
  tc_checkpoint_free (checkpoint);
}

/* Nothing of it is under way any more, nor on its way to the log. */
static gboolean
is_at_rest (const TcLive *self)
{
  return self->over && self->n_works == 0 && self->n_commits == 0;
}

/* Everything is in the log: the last rows of the execution go, and whoever waited for its end is told. */
static void
on_retired (gpointer data, const GError *error)
{
  TcLive *self = data;
  TcCore *core = self->core;
  const char *id = tc_execution_head (self->execution)->id;

  if (!is_at_rest (self) || self->gone || core->closing)
    return;
  self->gone = TRUE;
  tc_hub_close (core->site.hub, id);
  tc_waiters_answer (core, id, tc_execution_head (self->execution));
  g_hash_table_remove (core->live, id);
}

static void
on_last_entry (TcCore *core, gpointer data, TcCheckpoint *checkpoint)
{
  g_autoptr (TcLive) self = data;
  TcBatch *batch = tc_batch_new ();
  g_autofree char *id = g_strconcat (tc_execution_head (self->execution)->id, "/log", NULL);

  tc_core_settle_checkpoint (core, checkpoint, batch);
  if (is_at_rest (self))
    tc_batch_effect_end (batch, id);
  tc_store_commit (core->site.store, batch, on_retired, tc_live_ref (self), (GDestroyNotify) tc_live_unref);
}

static void
remove_directory (gpointer data)
{
  g_autofree char *path = data;

  tc_site_remove_tree (path, NULL);
}

void
tc_live_settle (TcLive *self)
{
  TcCore *core = self->core;

  if (!is_at_rest (self) || self->gone || core->closing)
    return;
  tc_live_cancel_timers (self);
  tc_site_compute (&core->site, remove_directory, tc_site_work_directory (&core->site, tc_execution_head (self->execution)->id));
  tc_site_flush (&core->site, tc_execution_head (self->execution)->id, on_last_entry, tc_live_ref (self));
}

void
tc_live_work_done (TcLive *self)
{
  self->n_works--;
  tc_live_settle (self);
}

static void
on_committed (gpointer data, const GError *error)
{
  Commit *self = data;
  TcLive *live = self->live;
  TcCore *core = live->core;

  if (core->hook != NULL)
    core->hook (core->hook_data, "commit");
  if (error == NULL && (self->head != NULL || self->runs->len > 0))
    tc_bus_execution (core->bus, self->head != NULL ? self->head : tc_execution_head (live->execution), self->runs);
  if (self->done != NULL)
    self->done (core, live, self->data, error);
  for (guint i = 0; i < self->effects->len && error == NULL && !core->closing; i++)
    tc_dispatch (live, g_ptr_array_index (self->effects, i), NULL);
  live->n_commits--;
  if (error != NULL || core->closing)
    return;
  if (self->noted != NULL)
    tc_triggers_fire (core, g_steal_pointer (&self->noted));
  if (self->freed_slot)
    tc_core_free_slot (core, live->flow);
  if (self->over)
    {
      tc_live_cancel_renders (live);
      tc_subflow_ended (live);
      tc_scheduler_ended (live);
    }
  tc_live_settle (live);
}

static void
record_step (TcLive *self, const TcStep *step, const TcEvent *event, TcBatch *batch)
{
  const char *id = tc_execution_head (self->execution)->id;

  if (step->head != NULL)
    tc_batch_head (batch, step->head);
  for (guint i = 0; i < step->removed->len; i++)
    tc_batch_remove_run (batch, id, g_ptr_array_index (step->removed, i));
  for (guint i = 0; i < step->runs->len; i++)
    tc_batch_run (batch, id, g_ptr_array_index (step->runs, i));
  tc_batch_journal (batch, id, event->at_us, tc_event_to_record (event));
  for (guint i = 0; i < step->effects->len; i++)
    tc_dispatch_record (self, g_ptr_array_index (step->effects, i), batch);
  if (event->effect_id != NULL
      && (event->kind == TC_EVENT_ENDED || event->kind == TC_EVENT_LOST || event->kind == TC_EVENT_CHILD_ENDED))
    tc_batch_effect_end (batch, event->effect_id);
}

gboolean
tc_live_step (TcLive *self, TcEvent *event, TcBatch *batch, TcLiveDone done, gpointer data, GError **error)
{
  TcCore *core = self->core;
  TcSituation situation = { count_running (core, self) };
  gboolean held = tc_executor_holds_slot (self->execution);
  size_t n_states = tc_execution_head (self->execution)->history.n;
  g_autoptr (TcEvent) owned = event;
  g_autoptr (TcStep) step = tc_step_new ();
  Commit *commit;

  if (!tc_executor_step (self->flow, self->execution, owned, &situation, step, error))
    {
      if (batch != NULL)
        tc_core_commit (core, batch);
      return FALSE;
    }
  tc_step_apply (step, self->execution);
  self->over = step->over || (self->over && step->head == NULL);
  if (batch == NULL)
    batch = tc_batch_new ();
  record_step (self, step, owned, batch);
  commit = g_new0 (Commit, 1);
  commit->live = tc_live_ref (self);
  commit->head = step->head != NULL ? tc_head_ref (step->head) : NULL;
  commit->runs = g_ptr_array_ref (step->runs);
  commit->effects = g_steal_pointer (&step->effects);
  step->effects = g_ptr_array_new ();
  commit->noted = tc_triggers_note (self, n_states, batch);
  commit->over = step->over;
  commit->freed_slot = held && !tc_executor_holds_slot (self->execution);
  commit->done = done;
  commit->data = data;
  self->n_commits++;
  tc_store_commit (core->site.store, batch, on_committed, commit, commit_free);
  return TRUE;
}

void
tc_live_answer (TcCore *core, const char *execution_id, TcEvent *event, TcBatch *batch)
{
  TcLive *live = g_hash_table_lookup (core->live, execution_id);
  g_autoptr (GError) error = NULL;

  if (live == NULL)
    {
      tc_event_free (event);
      if (batch != NULL)
        tc_core_commit (core, batch);
      return;
    }
  if (!tc_live_step (live, event, batch, NULL, NULL, &error) && !g_error_matches (error, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_STALE))
    g_warning ("execution %s: %s", execution_id, error->message);
}

static void
on_plain_commit (gpointer data, const GError *error)
{
  TcCore *core = data;

  if (core->hook != NULL)
    core->hook (core->hook_data, "commit");
}

void
tc_core_commit (TcCore *core, TcBatch *batch)
{
  tc_store_commit (core->site.store, batch, on_plain_commit, core, NULL);
}
