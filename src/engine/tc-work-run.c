/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-work.h"

#include "private/tc-sealed.h"
#include "private/tc-secrets.h"
#include "private/tc-task-cache.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 *   WAITING ─place─▶ PREPARING ─spec─▶ RUNNING ─ended─▶ DRAINING ─all read─▶ COLLECTING ─▶ ENDED
 *
 * At most core->most_admitted programs have a place; the others wait in order. STARTED is told when the place is there: waiting is not running.
 */

#define NOT_FOUND 127      /* the exit code of a shell that has no such program */

static const char *
failure_of (const TcWork *self)
{
  return self->failure != NULL ? self->failure : _("The program could not be run");
}

/* The end of a program without outputs: stopped, lost or never started. */
static void
end_plainly (TcWork *self)
{
  TcEvent *event = tc_event_new (self->lost ? TC_EVENT_LOST : TC_EVENT_ENDED, tc_now_us (), self->effect_id);

  self->phase = TC_PHASE_COLLECTING;
  event->exit_code = self->exit_code;
  event->state = self->stopping && !self->timed_out ? TC_STATE_KILLED : TC_STATE_FAILED;
  if (!self->lost && event->state == TC_STATE_FAILED)
    event->error = tc_order_hide (self->order, failure_of (self));
  tc_engine_work_end (&self->core->site, self->order->head->id, event);
}

typedef struct
{
  TcOrder *order;
  int      exit_code;
  char    *failure;
  TcValue *vars, *details;
} Collection;

static TcValue *
outputs_of (Collection *self, TcValue *files)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_take (map, "exitCode", tc_value_int (self->exit_code));
  tc_map_builder_take (map, "vars", self->vars != NULL ? tc_value_ref (self->vars) : tc_value_map_of (NULL, NULL));
  tc_map_builder_take (map, "outputFiles", files);
  if (self->details != NULL && tc_value_get (self->details, "containerId") != NULL)
    tc_map_builder_take (map, "taskRunner", tc_value_ref (self->details));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcEvent *
ended_event (Collection *self, TcValue *files, const GError *error)
{
  TcEvent *event = tc_event_new (TC_EVENT_ENDED, tc_now_us (), self->order->effect_id);
  g_autofree char *text = NULL;

  event->exit_code = self->exit_code;
  event->state = self->exit_code == 0 && self->failure == NULL && error == NULL ? TC_STATE_SUCCESS : TC_STATE_FAILED;
  if (files != NULL)
    event->payload = outputs_of (self, files);
  if (error != NULL)
    text = g_strdup_printf (_("Storing the output files: %s"), error->message);
  else if (self->failure != NULL)
    text = g_strdup (self->failure);
  else if (self->exit_code == NOT_FOUND)
    text = g_strdup_printf (_("Command failed with exit code %d: a program that it calls may not be installed. Install it, or run the task in a "
                              "container whose image has it"), NOT_FOUND);
  else if (self->exit_code != 0)
    text = g_strdup_printf (_("Command failed with exit code %d"), self->exit_code);
  event->error = text != NULL ? tc_order_hide (self->order, text) : NULL;
  return event;
}

/* Worker: puts the files away. They are taken out of a shared directory only when all of them are stored (spec §1.8: moved, not copied). */
static void
collect (gpointer data)
{
  g_autofree Collection *self = data;
  g_autoptr (TcOrder) order = self->order;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcRunSpec) spec = tc_run_load_spec (order->site->data_dir, order->effect_id, &error);
  TcValue *files;
  TcEvent *event;

  if (self->exit_code == 0)
    tc_order_log (order, TC_LEVEL_DEBUG, _("Command succeed with exit code 0"));
  files = spec != NULL ? tc_order_collect (order, spec, &error) : NULL;
  if (files != NULL)
    tc_order_log (order, TC_LEVEL_TRACE, _("Captured %u output file(s)."), (unsigned) tc_value_length (files));
  event = ended_event (self, files, error);
  tc_task_cache_save (order, event);
  tc_engine_work_end (order->site, order->head->id, event);
  g_free (self->failure);
  tc_value_unref (self->vars);
  tc_value_unref (self->details);
}

static void
start_collecting (TcWork *self)
{
  Collection *collection;

  if (self->lost || self->stopped || self->exit_code < 0)
    {
      end_plainly (self);
      return;
    }
  self->phase = TC_PHASE_COLLECTING;
  collection = g_new0 (Collection, 1);
  collection->order = tc_order_ref (self->order);
  collection->exit_code = self->exit_code;
  collection->failure = g_strdup (self->failure);
  collection->vars = self->vars != NULL ? tc_value_ref (self->vars) : NULL;
  collection->details = self->details != NULL ? tc_value_ref (self->details) : NULL;
  tc_site_work (&self->core->site, collect, collection);
}

void
tc_engine_work_drained (TcCore *core, const char *effect_id, TcValue *vars, TcValue *metrics, const GError *error)
{
  TcWork *self = g_hash_table_lookup (core->works, effect_id);

  if (self == NULL || self->phase != TC_PHASE_DRAINING)
    return;
  self->vars = vars != NULL ? tc_value_ref (vars) : NULL;
  self->metrics = metrics != NULL ? tc_value_ref (metrics) : NULL;
  if (error != NULL && self->failure == NULL)
    self->failure = g_strdup_printf (_("Its output could not be read: %s"), error->message);
  start_collecting (self);
}

static void
follow (TcWork *self)
{
  g_autofree char *path = NULL;

  if (self->following)
    return;
  self->following = TRUE;
  path = tc_run_output_path (self->core->site.data_dir, self->effect_id);
  tc_hub_follow (self->core->site.hub, self->order->label, self->effect_id, path,
                 self->record != NULL && tc_value_get (self->record, "mark") != NULL ? self->record : NULL);
}

static void
on_started (gpointer data, const TcValue *details)
{
  TcWork *self = data;

  if (details != NULL)
    {
      tc_value_unref (self->details);
      self->details = tc_value_ref (details);
    }
  follow (self);
}

static void
on_note (gpointer data, TcLevel level, const char *text)
{
  tc_order_log (((TcWork *) data)->order, level, "%s", text);
}

static void
on_progress (gpointer data, const TcPullProgress *progress)
{
  TcWork *self = data;
  g_autoptr (TcValue) pull = tc_value_map_of (
    "image", tc_value_string (progress->image), "state", tc_value_string (progress->error != NULL ? "failed" : progress->over ? "done" : "pulling"),
    "text", tc_value_string (progress->text != NULL ? progress->text : ""), "layers", tc_value_int (progress->layers_total),
    "layersDone", tc_value_int (progress->layers_done), "bytes", tc_value_int ((int64_t) progress->bytes_total),
    "bytesDone", tc_value_int ((int64_t) progress->bytes_done), "executionId", tc_value_string (self->order->head->id),
    "taskRunId", tc_value_string (self->order->run->id), NULL);

  tc_bus_pull (self->core->bus, pull);
}

static void
on_ended (gpointer data, const TcRunEnd *end)
{
  TcWork *self = data;

  self->exit_code = end->exit_code;
  self->stopped = end->stopped;
  self->lost = end->lost;
  if (end->error != NULL)
    self->failure = g_strdup (end->error->message);
  self->phase = TC_PHASE_DRAINING;
  if (self->following)
    tc_hub_finish (self->core->site.hub, self->effect_id);
  else
    start_collecting (self);
}

static const TcRunSink sink = { on_started, on_note, on_progress, on_ended };

gboolean
tc_engine_work_stop_run (TcWork *self, gboolean kill)
{
  if (self->phase == TC_PHASE_WAITING)
    {
      g_queue_remove (&self->core->admission, self);
      end_plainly (self);
      return TRUE;
    }
  if (self->run == NULL || self->phase != TC_PHASE_RUNNING)
    return FALSE;
  tc_order_log (self->order, TC_LEVEL_WARN, self->timed_out ? _("Stopping the program: its time is over") : _("Stopping the program: it was killed"));
  tc_run_stop (self->run, kill ? TC_STOP_KILL : TC_STOP_ASK);
  return TRUE;
}

/* What a worker made ready. */
typedef struct
{
  TcCore    *core;
  char      *effect_id;
  TcRunSpec *spec;
  GError    *error;
} Prepared;

static void
prepared_free (gpointer data)
{
  Prepared *self = data;

  g_free (self->effect_id);
  tc_run_spec_free (self->spec);
  g_clear_error (&self->error);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prepared, prepared_free)

static void
launch (TcCore *core, gpointer data)
{
  g_autoptr (Prepared) prepared = data;
  TcWork *self = g_hash_table_lookup (core->works, prepared->effect_id);
  const char *type;
  const TcRunnerClass *runner;

  if (self == NULL || core->closing)
    return;
  type = prepared->spec->runner != NULL ? tc_value_get_str (prepared->spec->runner, "type") : NULL;
  runner = type != NULL ? tc_runner_find (type) : NULL;
  if (self->stopping || runner == NULL || core->host == NULL)
    {
      self->failure = runner == NULL ? g_strdup_printf (_("The task runner '%s' is not available here; use the Docker or Process runner"),
                                                        type != NULL ? type : "")
                                     : g_strdup (core->host_error != NULL ? core->host_error->message : NULL);
      end_plainly (self);
      return;
    }
  self->phase = TC_PHASE_RUNNING;
  self->run = runner->start (core->host, g_steal_pointer (&prepared->spec), self->effect_id, &sink, self);
}

TcValue *
tc_engine_work_record (const TcWork *self)
{
  g_autoptr (TcListBuilder) names = tc_list_builder_new ();
  const TcValue *known = self->record != NULL ? tc_value_get (self->record, "secrets") : NULL;

  for (size_t i = 0; known != NULL && i < tc_value_length (known); i++)
    tc_list_builder_take (names, tc_value_ref (tc_value_item (known, i)));
  for (guint i = 0; i < self->order->secret_names->len; i++)
    tc_list_builder_take (names, tc_value_string (g_ptr_array_index (self->order->secret_names, i)));
  return tc_value_map_of ("secrets", tc_list_builder_end (g_steal_pointer (&names)),
                          "details", self->details != NULL ? tc_value_ref (self->details) : tc_value_null (), NULL);
}

static void
on_recorded (gpointer data, const GError *error)
{
  Prepared *prepared = data;

  launch (prepared->core, prepared);
}

/* Before the program may print them: a restart must know which secrets to hide; and what was said so far must stay said. */
static void
record_and_launch (TcCore *core, gpointer data, TcCheckpoint *checkpoint)
{
  Prepared *prepared = data;
  TcWork *self = g_hash_table_lookup (core->works, prepared->effect_id);
  TcBatch *batch = tc_batch_new ();

  prepared->core = core;
  tc_core_settle_checkpoint (core, checkpoint, batch);
  if (self != NULL)
    tc_batch_effect (batch, self->effect_id, self->order->head->id, "WORK", tc_engine_work_record (self));
  tc_store_commit (core->site.store, batch, on_recorded, prepared, NULL);
}

static void
on_prepared (TcCore *core, gpointer data)
{
  Prepared *prepared = data;
  TcWork *self = g_hash_table_lookup (core->works, prepared->effect_id);

  if (self == NULL || core->closing || prepared->spec == NULL)
    {
      if (self != NULL && !core->closing)
        tc_engine_work_end (&core->site, self->order->head->id, tc_order_failed (self->order, prepared->error));
      prepared_free (prepared);
      return;
    }
  tc_site_flush (&core->site, self->order->head->id, record_and_launch, prepared);
}

static void
prepare (gpointer data)
{
  g_autoptr (TcOrder) order = data;
  TcEvent *known = tc_task_cache_find (order);
  Prepared *prepared;

  if (known != NULL)
    {
      tc_engine_work_end (order->site, order->head->id, known);
      return;
    }
  prepared = g_new0 (Prepared, 1);
  prepared->effect_id = g_strdup (order->effect_id);
  prepared->spec = tc_job_spec (order, &prepared->error);
  tc_site_post (order->site, on_prepared, prepared, prepared_free);
}

static void
admit (TcCore *core)
{
  while (core->n_admitted < core->most_admitted && !g_queue_is_empty (&core->admission) && !core->closing)
    {
      TcWork *self = g_queue_pop_head (&core->admission);

      self->placed = TRUE;
      core->n_admitted++;
      self->phase = TC_PHASE_PREPARING;
      tc_live_answer (core, self->order->head->id, tc_event_new (TC_EVENT_STARTED, tc_now_us (), self->effect_id), NULL);
      tc_site_work (&core->site, prepare, tc_order_ref (self->order));
    }
}

void
tc_engine_work_queue (TcWork *self)
{
  self->phase = TC_PHASE_WAITING;
  g_queue_push_tail (&self->core->admission, self);
  admit (self->core);
}

void
tc_engine_work_leave (TcWork *self)
{
  if (!self->placed)
    return;
  self->placed = FALSE;
  self->core->n_admitted--;
  admit (self->core);
}

/* Worker: the secrets that the program was given must be hidden in what it still prints. */
typedef struct
{
  TcOrder *order;
  TcValue *names;
  char    *runner;
} Adoption;

static void
adopt (TcCore *core, gpointer data)
{
  Adoption *adoption = data;
  TcWork *self = g_hash_table_lookup (core->works, adoption->order->effect_id);
  const TcRunnerClass *runner = adoption->runner != NULL ? tc_runner_find (adoption->runner) : NULL;

  if (self != NULL && !core->closing)
    {
      if (runner == NULL || core->host == NULL)
        {
          self->lost = TRUE;
          end_plainly (self);
        }
      else
        {
          self->phase = TC_PHASE_RUNNING;
          follow (self);
          self->run = runner->adopt (core->host, self->effect_id, &sink, self);
        }
    }
  tc_order_unref (adoption->order);
  tc_value_unref (adoption->names);
  g_free (adoption->runner);
  g_free (adoption);
}

static void
read_secrets (gpointer data)
{
  Adoption *self = data;

  for (size_t i = 0; self->names != NULL && i < tc_value_length (self->names); i++)
    {
      g_auto (GStrv) parts = g_strsplit (tc_value_get_text (tc_value_item (self->names, i)), "/", 2);
      char *secret = parts[1] != NULL ? tc_secret_find (parts[0], parts[1], self->order->site->key_ring, self->order->cancellable, NULL) : NULL;

      if (secret != NULL)
        tc_order_secret (self->order, parts[0], parts[1], secret);
      tc_secret_free (secret);
    }
  tc_value_unref (tc_sealed_open (self->order, self->order->head->inputs));
  tc_value_unref (tc_sealed_open (self->order, tc_context_get (self->order->context, "outputs")));
  tc_site_post (self->order->site, adopt, self, NULL);
}

void
tc_engine_work_adopt (TcWork *self, const char *runner_type)
{
  const TcValue *names = self->record != NULL ? tc_value_get (self->record, "secrets") : NULL;
  const TcValue *details = self->record != NULL ? tc_value_get (self->record, "details") : NULL;
  Adoption *adoption = g_new0 (Adoption, 1);

  if (tc_value_is (details, TC_VALUE_MAP))
    self->details = tc_value_ref (details);
  self->phase = TC_PHASE_PREPARING;
  self->placed = TRUE;
  self->core->n_admitted++;
  adoption->order = tc_order_ref (self->order);
  adoption->names = tc_value_is (names, TC_VALUE_LIST) ? tc_value_ref (names) : NULL;
  adoption->runner = g_strdup (runner_type);
  tc_live_answer (self->core, self->order->head->id, tc_event_new (TC_EVENT_STARTED, tc_now_us (), self->effect_id), NULL);
  tc_site_work (&self->core->site, read_secrets, adoption);
}
