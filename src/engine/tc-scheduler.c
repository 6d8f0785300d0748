/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-scheduler.h"

#include "private/tc-planned.h"
#include "private/tc-submit.h"
#include "private/tc-triggering-private.h"
#include "tc-poll.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* One trigger that has a state. */
typedef struct
{
  char    *key, *namespace, *flow_id, *trigger_id;
  TcValue *state;               /* or NULL: not known yet */
  GQueue   jobs;                /* TcPlanned* that wait */
  gboolean busy;                /* one is at work */
  GCancellable *cancellable;    /* its own; or NULL */
} Entry;

void
tc_scheduler_entry_free (gpointer data)
{
  Entry *self = data;

  g_queue_clear_full (&self->jobs, tc_planned_free);
  g_free (self->key);
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->trigger_id);
  tc_value_unref (self->state);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static char *
key_of (const char *namespace_, const char *flow_id, const char *trigger_id)
{
  return g_strjoin ("\n", namespace_, flow_id, trigger_id, NULL);
}

static Entry *
entry_of (TcCore *core, const char *namespace_, const char *flow_id, const char *trigger_id)
{
  g_autofree char *key = key_of (namespace_, flow_id, trigger_id);

  return g_hash_table_lookup (core->triggers->entries, key);
}

static Entry *
add_entry (TcCore *core, const char *namespace_, const char *flow_id, const char *trigger_id)
{
  Entry *entry = entry_of (core, namespace_, flow_id, trigger_id);

  if (entry != NULL)
    return entry;
  entry = g_new0 (Entry, 1);
  entry->key = key_of (namespace_, flow_id, trigger_id);
  entry->namespace = g_strdup (namespace_);
  entry->flow_id = g_strdup (flow_id);
  entry->trigger_id = g_strdup (trigger_id);
  g_queue_init (&entry->jobs);
  g_hash_table_insert (core->triggers->entries, entry->key, entry);
  return entry;
}

static const TcValue *
find_trigger (const TcFlow *flow, const char *trigger_id)
{
  const TcValue *triggers = tc_flow_value (flow, "triggers");

  for (size_t i = 0; tc_value_is (triggers, TC_VALUE_LIST) && i < tc_value_length (triggers); i++)
    if (g_strcmp0 (tc_value_get_str (tc_value_item (triggers, i), "id"), trigger_id) == 0)
      return tc_value_item (triggers, i);
  return NULL;
}

static gboolean
goes_by_time (const TcValue *trigger)
{
  return tc_schedule_is (trigger) || tc_poll_is (trigger);
}

/* The trigger as the newest revision of its flow has it; NULL: it is not to be looked at. */
static const TcValue *
active_trigger (TcCore *core, const Entry *entry, TcFlow **flow)
{
  TcFlow *found = tc_triggers_flow (core, entry->namespace, entry->flow_id);
  const TcValue *trigger = found != NULL ? find_trigger (found, entry->trigger_id) : NULL;

  if (flow != NULL)
    *flow = found;
  return trigger != NULL && tc_trigger_is_enabled (trigger) && goes_by_time (trigger) ? trigger : NULL;
}

static void tick (TcCore *core);

static void
record (TcCore *core, const Entry *entry)
{
  TcBatch *batch = tc_batch_new ();

  tc_batch_trigger (batch, entry->namespace, entry->flow_id, entry->trigger_id, tc_value_ref (entry->state));
  tc_core_commit (core, batch);
}

static void
settle (TcCore *core, Entry *entry, TcValue *state)
{
  TcValue *owned = tc_value_ref (state);

  tc_value_unref (entry->state);
  entry->state = owned;
}

static void go_on (TcCore *core, Entry *entry);

static void
free_entry_to_go_on (TcCore *core, Entry *entry)
{
  entry->busy = FALSE;
  go_on (core, entry);
  tick (core);
}

/* S1. An execution that fails at once holds no lock. */
static void
on_record (TcCore *core, TcSubmission *submission, TcBatch *batch)
{
  TcPlanned *job = submission->data;

  if (submission->failure == NULL)
    {
      g_autoptr (TcValue) id = tc_value_string (submission->execution_id);
      TcValue *locked = tc_value_with (job->after, "executionId", id);

      tc_value_unref (job->after);
      job->after = locked;
    }
  tc_batch_trigger (batch, job->namespace, job->flow_id, job->trigger_id, tc_value_ref (job->after));
}

static void
on_submitted (TcCore *core, TcSubmission *submission, const GError *error)
{
  g_autoptr (TcPlanned) job = submission->data;
  Entry *entry = entry_of (core, job->namespace, job->flow_id, job->trigger_id);

  if (entry == NULL)
    return;
  settle (core, entry, job->after);
  if (error != NULL)
    {
      g_warning ("trigger %s of %s.%s: %s", job->trigger_id, job->namespace, job->flow_id, error->message);
      record (core, entry);
    }
  free_entry_to_go_on (core, entry);
}

static TcSubmission *
submission_of (TcPlanned *job)
{
  TcSubmission *submission = tc_submission_new ();

  submission->namespace = g_strdup (job->namespace);
  submission->flow_id = g_strdup (job->flow_id);
  submission->execution_id = g_strdup (job->execution_id);
  submission->inputs = job->inputs != NULL ? tc_value_ref (job->inputs) : NULL;
  submission->labels = job->labels != NULL ? tc_value_ref (job->labels) : NULL;
  submission->trigger = tc_value_map_of ("id", tc_value_string (job->trigger_id), "type", tc_value_ref (tc_value_get (job->trigger, "type")),
                                         "variables", tc_value_ref (job->variables), NULL);
  submission->schedule_us = job->schedule_us;
  submission->failure = g_strdup (job->failure);
  submission->fails_on_refusal = TRUE;
  submission->record = on_record;
  submission->done = on_submitted;
  submission->data = job;
  return submission;
}

/* A job is back from its worker. */
static void
take (TcCore *core, gpointer data)
{
  g_autoptr (TcPlanned) job = data;
  Entry *entry = entry_of (core, job->namespace, job->flow_id, job->trigger_id);

  if (entry == NULL || core->closing)
    return;
  if (job->fires)
    {
      tc_submit (core, submission_of (g_steal_pointer (&job)));
      return;
    }
  if (job->after != NULL && (entry->state == NULL || !tc_value_equal (entry->state, job->after)))
    {
      settle (core, entry, job->after);
      record (core, entry);
    }
  if (job->answer != NULL)
    {
      g_autoptr (TcValue) shown = job->error == NULL ? tc_planned_to_kestra (job, entry->state) : NULL;

      tc_planned_answer (job, shown, job->error);
    }
  free_entry_to_go_on (core, entry);
}

static void
work (gpointer data)
{
  TcPlanned *job = data;

  tc_planned_run (job);
  tc_site_post (job->site, take, job, tc_planned_free);
}

static void
go_on (TcCore *core, Entry *entry)
{
  TcFlow *flow = NULL;
  const TcValue *trigger;
  TcPlanned *job;

  if (entry->busy || core->closing)
    return;
  job = g_queue_pop_head (&entry->jobs);
  if (job == NULL)
    return;
  trigger = active_trigger (core, entry, &flow);
  job->site = &core->site;
  job->flow = trigger != NULL ? tc_flow_ref (flow) : NULL;
  job->trigger = trigger != NULL ? tc_value_ref (trigger) : NULL;
  job->state = entry->state != NULL ? tc_value_ref (entry->state) : NULL;
  job->now_us = tc_now_us ();
  entry->busy = TRUE;
  g_set_object (&entry->cancellable, job->cancellable);
  /* A poll waits for others. */
  if (job->kind == TC_PLANNED_STEP && trigger != NULL && tc_poll_is (trigger))
    tc_site_work (&core->site, work, job);
  else
    tc_site_compute (&core->site, work, job);
}

static TcPlanned *
push (TcCore *core, Entry *entry, TcPlannedKind kind)
{
  TcPlanned *job = tc_planned_new (kind, entry->namespace, entry->flow_id, entry->trigger_id);

  g_queue_push_tail (&entry->jobs, job);
  return job;
}

static void
on_deadline (gpointer data)
{
  TcCore *core = data;

  core->triggers->deadline = 0;
  core->triggers->has_deadline = FALSE;
  tick (core);
}

static void
set_deadline (TcCore *core, int64_t at_us)
{
  TcTriggers *self = core->triggers;

  if (self->has_deadline)
    tc_fd_set_remove_deadline (core->fds, self->deadline);
  self->has_deadline = at_us < INT64_MAX;
  if (self->has_deadline)
    self->deadline = tc_fd_set_add_deadline (core->fds, at_us, on_deadline, core);
}

/* What is due begins; the timer is set to what comes first of the rest. */
static void
tick (TcCore *core)
{
  int64_t now = tc_now_us (), first = INT64_MAX;
  GHashTableIter iter;
  gpointer value;

  if (!core->triggers->scheduling || core->closing)
    return;
  g_hash_table_iter_init (&iter, core->triggers->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;
      const TcValue *trigger = active_trigger (core, entry, NULL);

      if (trigger == NULL || entry->state == NULL || entry->busy || !tc_schedule_is_due (trigger, entry->state, INT64_MAX))
        continue;
      if (tc_schedule_is_due (trigger, entry->state, now))
        {
          push (core, entry, TC_PLANNED_STEP);
          go_on (core, entry);
        }
      else
        first = MIN (first, tc_value_get_i64 (entry->state, "nextExecutionDate", INT64_MAX));
    }
  set_deadline (core, first);
}

/* A trigger that is switched off in the flow has no next date: it does not catch up on what it missed meanwhile. */
static void
begin_entry (TcCore *core, Entry *entry)
{
  if (active_trigger (core, entry, NULL) != NULL)
    {
      if (core->triggers->scheduling)
        push (core, entry, TC_PLANNED_BEGIN);
    }
  else if (tc_value_get (entry->state, "nextExecutionDate") != NULL)
    push (core, entry, TC_PLANNED_REST);
  go_on (core, entry);
}

static void
begin_flow (TcCore *core, const TcFlow *flow)
{
  const TcValue *triggers = tc_flow_value (flow, "triggers");

  for (size_t i = 0; tc_value_is (triggers, TC_VALUE_LIST) && i < tc_value_length (triggers); i++)
    {
      const TcValue *trigger = tc_value_item (triggers, i);
      const char *id = tc_value_get_str (trigger, "id");
      Entry *entry = id != NULL ? entry_of (core, tc_flow_namespace (flow), tc_flow_id (flow), id) : NULL;

      if (entry == NULL && (!core->triggers->scheduling || !tc_trigger_is_enabled (trigger) || !goes_by_time (trigger)))
        continue;
      if (entry == NULL && tc_triggers_flow (core, tc_flow_namespace (flow), tc_flow_id (flow)) == NULL)
        continue;
      begin_entry (core, entry != NULL ? entry : add_entry (core, tc_flow_namespace (flow), tc_flow_id (flow), id));
    }
}

/* Forgets the triggers of a flow that @flow (NULL: none) does not have. */
static void
forget (TcCore *core, const char *namespace_, const char *id, const TcFlow *flow)
{
  TcBatch *batch = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->triggers->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Entry *entry = value;
      const TcValue *trigger;

      if (!g_str_equal (entry->namespace, namespace_) || !g_str_equal (entry->flow_id, id))
        continue;
      trigger = flow != NULL ? find_trigger (flow, entry->trigger_id) : NULL;
      if (trigger != NULL && goes_by_time (trigger))
        continue;
      if (batch == NULL)
        batch = tc_batch_new ();
      tc_batch_trigger_delete (batch, entry->namespace, entry->flow_id, entry->trigger_id);
      g_hash_table_iter_remove (&iter);
    }
  if (batch != NULL)
    tc_core_commit (core, batch);
}

void
tc_scheduler_saved (TcCore *core, const TcFlow *flow)
{
  forget (core, tc_flow_namespace (flow), tc_flow_id (flow), flow);
  begin_flow (core, flow);
  tick (core);
}

void
tc_scheduler_deleted (TcCore *core, const char *namespace_, const char *id)
{
  forget (core, namespace_, id, NULL);
  tick (core);
}

void
tc_scheduler_ended (TcLive *live)
{
  const TcHead *head = tc_execution_head (live->execution);
  const char *id = head->trigger != NULL ? tc_value_get_str (head->trigger, "id") : NULL;
  Entry *entry = id != NULL ? entry_of (live->core, head->namespace, head->flow_id, id) : NULL;
  const TcValue *trigger = entry != NULL ? active_trigger (live->core, entry, NULL) : NULL;

  if (entry == NULL || (g_strcmp0 (tc_value_get_str (entry->state, "executionId"), head->id) != 0
                        && !tc_value_get_flag (trigger, "allowConcurrent", FALSE)))
    return;
  push (live->core, entry, TC_PLANNED_ENDED)->end = tc_head_state (head);
  go_on (live->core, entry);
}

/* S2. */
static void
open_lock (TcCore *core, Entry *entry, const char *end)
{
  const char *id = tc_value_get_str (entry->state, "executionId");
  TcLive *live = id != NULL ? g_hash_table_lookup (core->live, id) : NULL;
  TcPlanned *job;

  if (id == NULL || (live != NULL && !live->over))
    return;
  job = push (core, entry, end != NULL ? TC_PLANNED_ENDED : TC_PLANNED_UNLOCK);
  if (end != NULL)
    tc_state_parse (end, &job->end);
}

void
tc_scheduler_begin (TcCore *core, const TcValue *states)
{
  GHashTableIter iter;
  gpointer value;

  for (size_t i = 0; i < tc_value_length (states); i++)
    {
      const TcValue *row = tc_value_item (states, i);
      Entry *entry = add_entry (core, tc_value_get_str (row, "namespace"), tc_value_get_str (row, "flowId"), tc_value_get_str (row, "triggerId"));

      entry->state = tc_value_ref (tc_value_get (row, "record"));
      open_lock (core, entry, tc_value_get_str (row, "end"));
    }
  g_hash_table_iter_init (&iter, core->triggers->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    begin_flow (core, ((TcTriggeredFlow *) value)->flow);
  tick (core);
}

TcValue *
tc_scheduler_find (TcSite *site, GError **error)
{
  g_autoptr (TcValue) rows = tc_store_load_triggers (site->store, error);
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; rows != NULL && i < tc_value_length (rows); i++)
    {
      const TcValue *row = tc_value_item (rows, i);
      const char *id = tc_value_get_str (tc_value_get (row, "record"), "executionId");
      g_autoptr (TcHead) head = id != NULL ? tc_store_load_head (site->store, id, NULL) : NULL;
      g_autoptr (TcValue) end = head != NULL ? tc_value_string (tc_state_name (tc_head_state (head))) : NULL;

      tc_list_builder_take (list, end != NULL ? tc_value_with (row, "end", end) : tc_value_ref (row));
    }
  return rows != NULL ? tc_list_builder_end (g_steal_pointer (&list)) : NULL;
}

void
tc_scheduler_command (TcCore *core, const char *namespace_, const char *flow_id, const char *trigger_id, const char *command,
                      const TcValue *args, TcSchedulerAnswer answer, gpointer data)
{
  static const struct
  {
    const char   *name;
    TcPlannedKind kind;
  } kinds[] = {
    { "enable", TC_PLANNED_ENABLE }, { "disable", TC_PLANNED_DISABLE }, { "unlock", TC_PLANNED_UNLOCK }, { "backfill", TC_PLANNED_BACKFILL },
    { "pause-backfill", TC_PLANNED_PAUSE_BACKFILL }, { "resume-backfill", TC_PLANNED_RESUME_BACKFILL },
    { "delete-backfill", TC_PLANNED_DELETE_BACKFILL },
  };
  Entry *entry = entry_of (core, namespace_, flow_id, trigger_id);
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; entry != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, command))
      {
        TcPlanned *job = push (core, entry, kinds[i].kind);

        job->request = args != NULL ? tc_value_ref (args) : NULL;
        job->answer = answer;
        job->answer_data = data;
        go_on (core, entry);
        return;
      }
  if (entry == NULL)
    error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("Unable to find trigger %s for the flow %s.%s"), trigger_id, namespace_,
                         flow_id);
  else
    error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("There is no command '%s'"), command);
  answer (NULL, error, data);
}

void
tc_scheduler_close (TcCore *core)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, core->triggers->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Entry *) value)->cancellable != NULL)
      g_cancellable_cancel (((Entry *) value)->cancellable);
}

static TcValue *
describe (TcCore *core, const TcFlow *flow, const TcValue *trigger)
{
  const char *id = tc_value_get_str (trigger, "id");
  const Entry *entry = entry_of (core, tc_flow_namespace (flow), tc_flow_id (flow), id != NULL ? id : "");
  g_autoptr (TcValue) type = tc_value_ref (tc_value_get (trigger, "type"));
  g_autoptr (TcValue) shown = tc_planned_state_to_kestra (tc_flow_namespace (flow), tc_flow_id (flow), id, entry != NULL ? entry->state : NULL);
  g_autoptr (TcValue) typed = tc_value_with (shown, "type", type);
  g_autoptr (TcValue) off = tc_value_bool (TRUE);

  return tc_trigger_is_enabled (trigger) ? g_steal_pointer (&typed) : tc_value_with (typed, "disabled", off);
}

TcValue *
tc_scheduler_list (TcCore *core)
{
  g_autoptr (GPtrArray) flows = tc_triggers_sorted (core);
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (guint i = 0; i < flows->len; i++)
    {
      const TcFlow *flow = g_ptr_array_index (flows, i);
      const TcValue *triggers = tc_flow_value (flow, "triggers");

      for (size_t j = 0; j < tc_value_length (triggers); j++)
        tc_list_builder_take (list, describe (core, flow, tc_value_item (triggers, j)));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}
