/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-submit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * An execution that is over is in the store only. A command brings it back: a worker reads it, the log thread says how long its log is (the base
 * of its checkpoints), and from then on it is as any other.
 */
typedef struct
{
  TcSite    *site;
  char      *id;
  TcFlow    *flow;
  TcHead    *head;
  GPtrArray *runs;
  GError    *error;
  TcWoken    func;
  gpointer   data;
} Waking;

static void
waking_free (Waking *self)
{
  g_free (self->id);
  tc_flow_unref (self->flow);
  tc_head_unref (self->head);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
finish (TcCore *core, Waking *self, TcLive *live)
{
  self->func (core, live, self->data, live == NULL ? self->error : NULL);
  waking_free (self);
}

static void
on_measured (TcCore *core, gpointer data, TcCheckpoint *checkpoint)
{
  Waking *self = data;
  TcLive *live = g_hash_table_lookup (core->live, self->id);
  TcBatch *batch = tc_batch_new ();

  tc_core_settle_checkpoint (core, checkpoint, batch);
  tc_core_commit (core, batch);
  if (live == NULL)
    {
      TcExecution *execution = tc_execution_new (g_steal_pointer (&self->head));

      for (guint i = 0; i < self->runs->len; i++)
        tc_execution_put (execution, tc_task_run_ref (g_ptr_array_index (self->runs, i)));
      live = tc_live_new (core, g_steal_pointer (&self->flow), execution);
      live->over = TRUE;
    }
  tc_live_ref (live);
  finish (core, self, live);
  /* A command that was refused leaves it as it was: over, and to be forgotten again. */
  tc_live_settle (live);
  tc_live_unref (live);
}

static void
on_loaded (TcCore *core, gpointer data)
{
  Waking *self = data;
  TcLive *live = g_hash_table_lookup (core->live, self->id);

  if (live != NULL || self->error != NULL)
    finish (core, self, live);
  else
    tc_site_flush (&core->site, self->id, on_measured, self);
}

TcFlow *
tc_flow_of (TcSite *site, const TcHead *head, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *path = NULL, *source = NULL;
  TcFlow *flow;
  gsize length;

  if (!head->unsaved)
    return tc_flow_read (site, head->namespace, head->flow_id, head->flow_revision, NULL, NULL, error);
  path = tc_source_path (site, head->id);
  if (!g_file_get_contents (path, &source, &length, error))
    return NULL;
  findings = tc_diagnostics_new ();
  flow = tc_flow_compile (source, length, site->types, findings);
  if (flow == NULL)
    g_propagate_error (error, tc_refuse (g_steal_pointer (&findings)));
  return flow;
}

static void
load (gpointer data)
{
  Waking *self = data;

  self->head = tc_store_load_head (self->site->store, self->id, &self->error);
  if (self->head != NULL)
    self->runs = tc_store_load_runs (self->site->store, self->id, &self->error);
  if (self->runs != NULL)
    self->flow = tc_flow_of (self->site, self->head, &self->error);
  if (self->error == NULL && self->flow == NULL)
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("There is no execution '%s'"), self->id);
  tc_site_post (self->site, on_loaded, self, (GDestroyNotify) waking_free);
}

void
tc_wake (TcCore *core, const char *execution_id, TcWoken func, gpointer data)
{
  TcLive *live = g_hash_table_lookup (core->live, execution_id);
  Waking *self;

  if (live != NULL)
    {
      func (core, live, data, NULL);
      return;
    }
  self = g_new0 (Waking, 1);
  self->site = &core->site;
  self->id = g_strdup (execution_id);
  self->func = func;
  self->data = data;
  tc_site_compute (&core->site, load, self);
}
