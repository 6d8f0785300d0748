/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-recovery.h"

#include "private/tc-scheduler.h"
#include "private/tc-subflow.h"
#include "private/tc-submit.h"
#include "private/tc-triggering.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  TcHead     *head;
  GPtrArray  *runs;
  TcFlow     *flow;
  int64_t     log_length;      /* -1: not known */
  GPtrArray  *rows;            /* TcValue* {id, execution, kind, record}: effects without an end */
} Found;

typedef struct
{
  TcCore     *core;
  GPtrArray  *found;           /* Found*, oldest first */
  GHashTable *places;          /* execution id → Found */
  GPtrArray  *stale;           /* char*: rows of executions that are no more */
  TcTriggersFound *triggers;
  GError     *error;
  void      (*done) (TcCore *core, const GError *error);
} Recovery;

static void
found_free (gpointer data)
{
  Found *self = data;

  tc_head_unref (self->head);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  tc_flow_unref (self->flow);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static Found *
add_execution (Recovery *self, const TcHead *head)
{
  Found *found = g_hash_table_lookup (self->places, head->id);
  g_autoptr (GError) error = NULL;

  if (found != NULL)
    return found;
  found = g_new0 (Found, 1);
  found->head = tc_head_ref (head);
  found->log_length = -1;
  found->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_value_unref);
  found->runs = tc_store_load_runs (self->core->site.store, head->id, &error);
  if (found->runs != NULL)
    found->flow = tc_flow_of (&self->core->site, head, &error);
  if (error != NULL)
    g_warning ("execution %s cannot go on: %s", head->id, error->message);
  g_ptr_array_add (self->found, found);
  g_hash_table_insert (self->places, found->head->id, found);
  return found;
}

static void
add_row (Recovery *self, TcValue *row)
{
  const char *execution = tc_value_get_str (row, "execution"), *id = tc_value_get_str (row, "id");
  Found *found = execution != NULL ? g_hash_table_lookup (self->places, execution) : NULL;

  if (found == NULL && execution != NULL)
    {
      g_autoptr (TcHead) head = tc_store_load_head (self->core->site.store, execution, NULL);

      if (head != NULL)
        found = add_execution (self, head);
    }
  if (found == NULL)
    g_ptr_array_add (self->stale, g_strdup (id));
  else if (g_strcmp0 (tc_value_get_str (row, "kind"), "CHECKPOINT") == 0)
    found->log_length = tc_value_get_i64 (tc_value_get (row, "record"), "length", -1);
  else
    g_ptr_array_add (found->rows, tc_value_ref (row));
}

static void
reissue_row (TcLive *live, const TcValue *row)
{
  const TcValue *record = tc_value_get (row, "record"), *payload = tc_value_get (record, "payload");
  const char *kind = tc_value_get_str (row, "kind"), *task = tc_value_get_str (record, "task");
  TcEffect effect = {
    .id = (char *) tc_value_get_str (row, "id"), .task_run_id = (char *) tc_value_get_str (record, "run"),
    .task = task != NULL ? tc_flow_find_task (live->flow, task) : NULL, .attempt = (int) tc_value_get_i64 (record, "attempt", 0),
    .at_us = tc_value_get_i64 (record, "at", 0), .payload = (TcValue *) payload,
  };

  if (g_strcmp0 (kind, "FLOW_TRIGGER") == 0)
    {
      tc_triggers_resume (live, row);
      return;
    }
  if (g_strcmp0 (kind, "LOG") == 0)
    effect.kind = TC_EFFECT_LOG;
  else if (g_strcmp0 (kind, "KILL_CHILD") == 0)
    effect.kind = TC_EFFECT_KILL_CHILD;
  else if (g_strcmp0 (kind, "EXECUTION") == 0)
    effect.kind = TC_EFFECT_EXECUTION;
  else
    return;
  tc_dispatch (live, &effect, NULL);
}

static TcValue *
record_of (const Found *found, const char *effect_id)
{
  for (guint i = 0; i < found->rows->len; i++)
    {
      const TcValue *row = g_ptr_array_index (found->rows, i);

      if (g_strcmp0 (tc_value_get_str (row, "id"), effect_id) == 0)
        return (TcValue *) tc_value_get (row, "record");
    }
  return NULL;
}

static TcLive *
bring_back (TcCore *core, Found *found)
{
  TcExecution *execution;

  if (found->flow == NULL || found->runs == NULL)
    return NULL;
  execution = tc_execution_new (tc_head_ref (found->head));
  for (guint i = 0; i < found->runs->len; i++)
    tc_execution_put (execution, tc_task_run_ref (g_ptr_array_index (found->runs, i)));
  if (found->log_length >= 0)
    tc_hub_recover (core->site.hub, found->head->id, (uint64_t) found->log_length);
  return tc_live_new (core, tc_flow_ref (found->flow), execution);
}

static void
go_on (TcLive *live, Found *found)
{
  g_autoptr (GPtrArray) pending = tc_executor_pending (live->flow, live->execution);

  for (guint i = 0; i < found->rows->len; i++)
    reissue_row (live, g_ptr_array_index (found->rows, i));
  for (guint i = 0; i < pending->len; i++)
    {
      const TcEffect *effect = g_ptr_array_index (pending, i);

      if (effect->kind == TC_EFFECT_WORK)
        tc_engine_work_recover (live, effect, record_of (found, effect->id));
      else
        tc_dispatch (live, effect, NULL);
    }
  if (pending->len == 0 && tc_state_is_terminated (tc_head_state (found->head)))
    {
      live->over = TRUE;
      tc_live_settle (live);
    }
}

/* Working directories of executions that are over, or never were. */
static void
sweep_directories (gpointer data)
{
  Recovery *self = data;
  g_autoptr (GDir) dir = g_dir_open (self->core->site.work_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_hash_table_contains (self->places, name))
      {
        g_autofree char *path = g_build_filename (self->core->site.work_dir, name, NULL);

        tc_site_remove_tree (path, NULL);
      }
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->found);
  g_ptr_array_unref (self->stale);
  tc_triggers_found_free (self->triggers);
  g_free (self);
}

static void
sweep (Recovery *self)
{
  TcCore *core = self->core;
  g_autoptr (GHashTable) effects = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer id;
  TcBatch *batch = tc_batch_new ();

  g_hash_table_iter_init (&iter, core->works);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (effects, id);
  if (core->host != NULL && !core->site.ephemeral)
    tc_runner_host_sweep (core->host, effects);
  for (guint i = 0; i < self->stale->len; i++)
    tc_batch_effect_end (batch, g_ptr_array_index (self->stale, i));
  tc_core_commit (core, batch);
  tc_site_compute (&core->site, sweep_directories, self);
}

static void
on_loaded (TcCore *core, gpointer data)
{
  Recovery *self = data;
  g_autoptr (GPtrArray) lives = g_ptr_array_new ();

  if (self->error != NULL)
    {
      self->done (core, self->error);
      g_clear_error (&self->error);
    }
  else
    {
      tc_triggers_begin (core, self->triggers);
      /* All of them are there before the first goes on: they count for each other's slots, and are each other's children. */
      for (guint i = 0; i < self->found->len; i++)
        g_ptr_array_add (lives, bring_back (core, g_ptr_array_index (self->found, i)));
      for (guint i = 0; i < lives->len; i++)
        if (g_ptr_array_index (lives, i) != NULL)
          go_on (g_ptr_array_index (lives, i), g_ptr_array_index (self->found, i));
      for (guint i = 0; i < lives->len; i++)
        if (g_ptr_array_index (lives, i) != NULL)
          tc_core_free_slot (core, ((Found *) g_ptr_array_index (self->found, i))->flow);
      tc_scheduler_begin (core, self->triggers->states);
      self->done (core, NULL);
    }
  sweep (self);
}

static void
load (gpointer data)
{
  Recovery *self = data;
  TcSite *site = &self->core->site;
  g_autoptr (GPtrArray) heads = tc_store_live_executions (site->store, &self->error);
  g_autoptr (GPtrArray) rows = heads != NULL ? tc_store_load_effects (site->store, &self->error) : NULL;

  for (guint i = 0; rows != NULL && i < heads->len; i++)
    add_execution (self, g_ptr_array_index (heads, i));
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    add_row (self, g_ptr_array_index (rows, i));
  if (rows != NULL)
    self->triggers = tc_triggers_find (site, &self->error);
  tc_site_post (site, on_loaded, self, NULL);
}

void
tc_recover (TcCore *core, void (*done) (TcCore *core, const GError *error))
{
  Recovery *self = g_new0 (Recovery, 1);

  self->core = core;
  self->done = done;
  self->found = g_ptr_array_new_with_free_func (found_free);
  self->places = g_hash_table_new (g_str_hash, g_str_equal);
  self->stale = g_ptr_array_new_with_free_func (g_free);
  tc_site_compute (&core->site, load, self);
}
