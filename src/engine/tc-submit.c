/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-submit.h"

#include "private/tc-order-scope.h"
#include "private/tc-sealed.h"
#include "tc-json.h"
#include "tc-library.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * A submission goes to a CPU worker, which reads and compiles the flow, stores files and resolves the inputs, and comes back to the engine's
 * thread, which decides the revision, makes the head, and steps SUBMITTED; all of it is one commit.
 */

TcSubmission *
tc_submission_new (void)
{
  return g_new0 (TcSubmission, 1);
}

void
tc_submission_free (gpointer data)
{
  TcSubmission *self = data;

  g_free (self->source);
  g_free (self->namespace);
  g_free (self->flow_id);
  tc_value_unref (self->inputs);
  tc_value_unref (self->labels);
  tc_value_unref (self->breakpoints);
  tc_value_unref (self->trigger);
  tc_value_unref (self->outer_labels);
  tc_value_unref (self->resolved);
  g_free (self->kind);
  g_free (self->execution_id);
  tc_head_unref (self->head);
  tc_head_unref (self->present);
  g_free (self->child_of);
  g_free (self->child_effect);
  tc_value_unref (self->child_outputs);
  g_free (self->replayed_run);
  g_free (self->failure);
  g_clear_pointer (&self->unknown, g_ptr_array_unref);
  tc_flow_unref (self->flow);
  g_free (self->known_source);
  g_clear_error (&self->error);
  g_free (self);
}

char *
tc_source_path (const TcSite *site, const char *execution_id)
{
  g_autofree char *name = g_strconcat (execution_id, ".yaml", NULL);

  return g_build_filename (site->data_dir, "sources", name, NULL);
}

TcFlow *
tc_flow_read (TcSite *site, const char *namespace_, const char *id, int revision, int *found, char **source, GError **error)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autofree char *text = tc_store_load_flow (site->store, namespace_, id, revision, found, error);
  TcFlow *flow;

  if (text == NULL)
    {
      if (error != NULL && g_error_matches (*error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
        {
          g_clear_error (error);
          g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("Unable to find flow '%s'.'%s' with revision '%d'"),
                       namespace_, id, revision);
        }
      return NULL;
    }
  flow = tc_flow_compile (text, strlen (text), site->types, findings);
  if (flow == NULL)
    g_propagate_error (error, tc_refuse (g_steal_pointer (&findings)));
  else if (source != NULL)
    *source = g_steal_pointer (&text);
  return flow;
}

static void
find_flow (TcSubmission *self)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (GError) none = NULL;

  if (self->source == NULL)
    {
      self->flow = tc_flow_read (self->site, self->namespace, self->flow_id, self->revision, &self->known_revision, &self->known_source,
                                 &self->error);
      return;
    }
  self->flow = tc_flow_compile (self->source, strlen (self->source), self->site->types, findings);
  if (self->flow == NULL || !tc_flow_is_runnable (self->flow))
    self->error = tc_refuse (g_steal_pointer (&findings));
  else
    self->known_source = tc_store_load_flow (self->site->store, tc_flow_namespace (self->flow), tc_flow_id (self->flow), 0,
                                             &self->known_revision, &none);
}

static void
check_flow (TcSubmission *self)
{
  if (tc_flow_is_disabled (self->flow))
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, self->child_of != NULL ? _("Cannot execute a flow which is disabled")
                                                                                                 : _("Requested Flow is disabled."));
  else if (!tc_flow_is_runnable (self->flow))
    self->error = tc_refuse (g_ptr_array_ref (tc_flow_diagnostics (self->flow)));
}

/* spec/scripts-and-runners.md §8.1: beside the executions' tasks. */
static char *
inputs_prefix (const TcSubmission *self, const char *name)
{
  g_autoptr (TcHead) head = tc_head_new (self->execution_id, tc_flow_namespace (self->flow), tc_flow_id (self->flow), 1, 0);
  g_autofree char *files = tc_head_files_path (head);

  return g_strdup_printf ("%s/inputs/%s", files, name);
}

/* A file that an input names by a local path goes to internal storage first; what it becomes is a URI. */
static TcValue *
store_file (TcSubmission *self, const TcInput *input, const TcValue *given, GPtrArray *findings)
{
  const char *path = tc_value_is (given, TC_VALUE_STRING) ? tc_value_get_text (given) : "";
  g_autofree char *name = g_path_get_basename (path), *prefix = NULL, *uri = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_path_is_absolute (path))
    return tc_value_ref (given);
  prefix = inputs_prefix (self, input->id);
  uri = tc_storage_put (self->site->data_dir, prefix, path, name, FALSE, &error);
  if (uri == NULL)
    {
      g_autofree char *where = g_strconcat ("inputs.", input->id, NULL);

      tc_diagnostics_add (findings, TC_SEVERITY_ERROR, "input.file", input->span, where, _("Choose a file that you may read."),
                          _("Input `%s`: %s"), input->id, error->message);
      return tc_value_ref (given);
    }
  return tc_value_string_take (g_steal_pointer (&uri));
}

/* Callers give flat dotted keys; subflows give nested maps. */
static const TcValue *
given_for (const TcValue *given, const char *id)
{
  const TcValue *value = given != NULL ? tc_value_get (given, id) : NULL;
  g_auto (GStrv) parts = NULL;

  if (value != NULL || given == NULL || strchr (id, '.') == NULL)
    return value;
  parts = g_strsplit (id, ".", -1);
  value = given;
  for (size_t i = 0; value != NULL && parts[i] != NULL; i++)
    value = tc_value_get (value, parts[i]);
  return value;
}

static gboolean
is_declared (const TcFlow *flow, const char *name)
{
  size_t length = strlen (name);

  for (size_t i = 0; i < tc_flow_n_inputs (flow); i++)
    {
      const char *id = tc_flow_input (flow, i)->id;

      /* A nested map of a subflow holds several inputs with dots. */
      if (strncmp (id, name, length) == 0 && (id[length] == '\0' || id[length] == '.'))
        return TRUE;
    }
  return FALSE;
}

static void
note_unknown (TcSubmission *self)
{
  for (size_t i = 0; self->inputs != NULL && i < tc_value_length (self->inputs); i++)
    if (!is_declared (self->flow, tc_value_key (self->inputs, i)))
      {
        if (self->unknown == NULL)
          self->unknown = g_ptr_array_new_with_free_func (g_free);
        g_ptr_array_add (self->unknown, g_strdup (tc_value_key (self->inputs, i)));
      }
}

static TcValue *
prepare_inputs (TcSubmission *self, GPtrArray *findings)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; self->inputs != NULL && i < tc_value_length (self->inputs); i++)
    tc_map_builder_take (map, tc_value_key (self->inputs, i), tc_value_ref (tc_value_item (self->inputs, i)));
  for (size_t i = 0; i < tc_flow_n_inputs (self->flow); i++)
    {
      const TcInput *input = tc_flow_input (self->flow, i);
      const TcValue *value = given_for (self->inputs, input->id);

      if (value != NULL)
        tc_map_builder_take (map, input->id, input->type == TC_INPUT_FILE ? store_file (self, input, value, findings) : tc_value_ref (value));
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* The strongest behaviour of the checks that do not hold (spec/flow-language.md §1.9). */
static void
apply_checks (TcSubmission *self, TcOrder *order)
{
  const TcValue *checks = tc_flow_value (self->flow, "checks");
  g_autoptr (GString) messages = g_string_new (NULL);
  gboolean blocked = FALSE;

  for (size_t i = 0; tc_value_is (checks, TC_VALUE_LIST) && i < tc_value_length (checks); i++)
    {
      const TcValue *check = tc_value_item (checks, i);
      const char *behavior = tc_value_get_str (check, "behavior"), *message = tc_value_get_str (check, "message");
      const char *condition = tc_value_get_str (check, "condition");
      g_autoptr (GError) error = NULL;
      g_autoptr (TcValue) holds = condition != NULL ? tc_order_render_typed (order, condition, &error)
                                                      : tc_value_ref (tc_value_get (check, "condition"));

      if (tc_value_is (holds, TC_VALUE_BOOL) && tc_value_get_bool (holds))
        continue;
      g_string_append_printf (messages, "%s%s", messages->len > 0 ? ", " : "", message != NULL ? message : condition);
      blocked |= error != NULL || behavior == NULL || g_str_equal (behavior, "BLOCK_EXECUTION");
      self->failed_check |= g_strcmp0 (behavior, "FAIL_EXECUTION") == 0;
    }
  if (blocked)
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED,
                               _("Flow execution blocked: one or more condition checks evaluated to false.\nFailed checks: %s"), messages->str);
}

static gboolean
is_started_by_hand (const TcSubmission *self)
{
  return self->child_of == NULL && self->trigger == NULL && self->replayed == NULL;
}

TcOrder *
tc_order_before (TcSite *site, const TcFlow *flow, const char *execution_id, int revision, TcValue *inputs,
                 TcValue *trigger)
{
  TcHead *head = tc_head_new (execution_id, tc_flow_namespace (flow), tc_flow_id (flow), MAX (1, revision), tc_now_us ());
  g_autoptr (TcExecution) execution = tc_execution_new (head);

  head->inputs = inputs;
  head->trigger = trigger;
  if (tc_flow_value (flow, "variables") != NULL)
    head->variables = tc_value_ref (tc_flow_value (flow, "variables"));
  if (trigger != NULL && tc_flow_value (flow, "labels") != NULL)
    {
      tc_value_unref (head->labels);
      head->labels = tc_value_ref (tc_flow_value (flow, "labels"));
    }
  return tc_order_new (site, flow, execution, NULL, NULL, NULL);
}

static void
resolve_inputs (TcSubmission *self)
{
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  g_autoptr (TcValue) given = prepare_inputs (self, findings);
  g_autoptr (TcOrder) order = tc_order_before (self->site, self->flow, self->execution_id, self->known_revision, NULL, NULL);
  TcOrderScope scope;
  TcValue *sealed;

  tc_order_scope (order, &scope, NULL);
  note_unknown (self);
  if (!tc_diagnostics_have_error (findings))
    self->resolved = tc_inputs_resolve (self->flow, given, &scope.base, findings);
  if (self->resolved == NULL || tc_diagnostics_have_error (findings))
    self->error = tc_refuse (g_steal_pointer (&findings));
  if (self->error != NULL)
    return;
  if (is_started_by_hand (self) && tc_flow_value (self->flow, "checks") != NULL)
    {
      tc_order_unref (order);
      order = tc_order_before (self->site, self->flow, self->execution_id, self->known_revision, tc_value_ref (self->resolved), NULL);
      apply_checks (self, order);
    }
  sealed = tc_sealed_close (order, self->flow, self->resolved, self->error == NULL ? &self->error : NULL);
  tc_value_unref (self->resolved);
  self->resolved = sealed;
}

static void
add_labels (GHashTable *places, GPtrArray *labels, const TcValue *source, gboolean system)
{
  gboolean is_map = tc_value_is (source, TC_VALUE_MAP);

  if (source == NULL || !(is_map || tc_value_is (source, TC_VALUE_LIST)))
    return;
  for (size_t i = 0; i < tc_value_length (source); i++)
    {
      const TcValue *item = tc_value_item (source, i), *value = is_map ? item : tc_value_get (item, "value");
      const char *key = is_map ? tc_value_key (source, i) : tc_value_get_str (item, "key");
      TcValue *label;
      gpointer place;

      if (key == NULL || value == NULL || (!system && g_str_has_prefix (key, "system.")))
        continue;
      label = tc_value_map_of ("key", tc_value_string (key),
                               "value", tc_value_is (value, TC_VALUE_STRING) ? tc_value_ref (value)
                                                                             : tc_value_string_take (tc_json_to_text (value)), NULL);
      if (g_hash_table_lookup_extended (places, key, NULL, &place))
        {
          tc_value_unref (labels->pdata[GPOINTER_TO_UINT (place)]);
          labels->pdata[GPOINTER_TO_UINT (place)] = label;
          continue;
        }
      g_hash_table_insert (places, g_strdup (key), GUINT_TO_POINTER (labels->len));
      g_ptr_array_add (labels, label);
    }
}

/* spec/flow-language.md §1.4: an outer execution's, over them the flow's, over them the caller's, and the correlation. */
static TcValue *
labels_of (const TcSubmission *self)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  add_labels (places, labels, self->outer_labels, TRUE);
  add_labels (places, labels, tc_flow_value (self->flow, "labels"), FALSE);
  add_labels (places, labels, self->labels, TRUE);
  if (!g_hash_table_contains (places, "system.correlationId"))
    g_ptr_array_add (labels, tc_value_map_of ("key", tc_value_string ("system.correlationId"),
                                              "value", tc_value_string (self->execution_id), NULL));
  return tc_value_list ((TcValue **) labels->pdata, labels->len);
}

static TcValue *
ref_or_null (const TcValue *value)
{
  return value != NULL ? tc_value_ref (value) : NULL;
}

/* "task" or "task.value" as {id, value}. */
static TcValue *
breakpoints_of (const TcSubmission *self)
{
  g_autoptr (TcListBuilder) list = NULL;

  if (self->breakpoints == NULL || tc_value_length (self->breakpoints) == 0)
    return NULL;
  list = tc_list_builder_new ();
  for (size_t i = 0; i < tc_value_length (self->breakpoints); i++)
    {
      const TcValue *item = tc_value_item (self->breakpoints, i);
      g_auto (GStrv) parts = NULL;

      if (!tc_value_is (item, TC_VALUE_STRING))
        continue;
      parts = g_strsplit (tc_value_get_text (item), ".", 2);
      tc_list_builder_take (list, tc_value_map_of ("id", tc_value_string (parts[0]),
                                                   "value", parts[1] != NULL ? tc_value_string (parts[1]) : tc_value_null (), NULL));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcHead *
make_head (TcSubmission *self, int revision, int64_t at_us)
{
  TcHead *head;

  if (self->head != NULL)
    return g_steal_pointer (&self->head);
  head = tc_head_new (self->execution_id, tc_flow_namespace (self->flow), tc_flow_id (self->flow), revision, at_us);
  head->unsaved = self->unsaved;
  head->inputs = self->resolved != NULL && tc_value_length (self->resolved) > 0 ? tc_value_ref (self->resolved) : NULL;
  head->variables = ref_or_null (tc_flow_value (self->flow, "variables"));
  head->labels = labels_of (self);
  head->trigger = ref_or_null (self->trigger);
  head->kind = g_strdup (self->kind);
  head->schedule_us = self->schedule_us;
  head->breakpoints = breakpoints_of (self);
  return head;
}

/* On the engine's thread, where what it was a replay of belongs. */
static void
finish (TcCore *core, TcSubmission *self, const GError *error)
{
  if (self->done != NULL)
    self->done (core, self, error);
  if (self->replayed != NULL)
    {
      tc_live_settle (self->replayed);
      tc_live_unref (self->replayed);
    }
  tc_submission_free (self);
}

static void
on_stored (TcCore *core, TcLive *live, gpointer data, const GError *error)
{
  finish (core, data, error);
}

/* spec/flow-language.md §7.4. */
static TcExecution *
make_replay (TcSubmission *self, int64_t at_us, TcBatch *batch, GError **error)
{
  TcExecution *execution = tc_executor_replay (self->flow, self->replayed->execution, self->execution_id, self->replayed_run, self->resolved,
                                               at_us, error);

  for (size_t i = 0; execution != NULL && i < tc_execution_n_runs (execution); i++)
    tc_batch_run (batch, self->execution_id, tc_execution_run (execution, i));
  return execution;
}

static TcExecution *
make_execution (TcCore *core, TcSubmission *self, int64_t at_us, TcBatch *batch, GError **error)
{
  int revision;

  if (self->replayed != NULL)
    return make_replay (self, at_us, batch, error);
  revision = self->source == NULL ? self->known_revision
             : self->unsaved     ? MAX (1, self->known_revision)
                                 : tc_flows_settle (core, self->flow, self->known_revision, self->known_source, batch);
  return tc_execution_new (make_head (self, revision, at_us));
}

static void
warn_of_unknown (TcCore *core, TcSubmission *self, TcLive *live)
{
  g_autoptr (TcLabel) label = self->unknown != NULL ? tc_live_label (live, NULL, NULL, 0) : NULL;

  for (guint i = 0; self->unknown != NULL && i < self->unknown->len; i++)
    {
      g_autofree char *text = g_strdup_printf (_("Input %s was provided for workflow %s.%s but isn't declared in the workflow inputs"),
                                               (char *) g_ptr_array_index (self->unknown, i), tc_flow_namespace (self->flow),
                                               tc_flow_id (self->flow));

      tc_hub_write (core->site.hub, label, TC_LEVEL_WARN, tc_now_us (), text);
    }
}

static void
on_failed_check (gpointer data, const GError *error)
{
  TcSubmission *self = data;

  finish (self->core, self, error);
}

typedef struct
{
  TcSubmission *submission;
  TcHead       *head;
  TcBatch      *batch;
} Dead;

static void
on_reason_written (TcCore *core, gpointer data, TcCheckpoint *checkpoint)
{
  g_autofree Dead *self = data;

  tc_checkpoint_free (checkpoint);
  tc_hub_close (core->site.hub, self->head->id);
  tc_bus_execution (core->bus, self->head, NULL);
  tc_head_unref (self->head);
  tc_store_commit (core->site.store, self->batch, on_failed_check, self->submission, NULL);
}

/* Stored as CREATED and FAILED without a run; it never comes to life. Its log says why before it is there. */
static void
store_failed (TcCore *core, TcSubmission *self, TcExecution *execution, TcBatch *batch)
{
  g_autoptr (TcExecution) dead = execution;
  TcHead *head = tc_head_with_state (tc_execution_head (dead), TC_STATE_FAILED, tc_now_us ());
  g_autoptr (TcLabel) label = tc_label_new (head->id, NULL, NULL, NULL, 0, TC_LEVEL_TRACE, NULL);
  Dead *last = g_new (Dead, 1);

  *last = (Dead) { self, head, batch };
  head->error = g_strdup (self->failure);
  self->core = core;
  tc_batch_head (batch, head);
  if (self->failure != NULL)
    tc_hub_write (core->site.hub, label, TC_LEVEL_ERROR, tc_now_us (), self->failure);
  tc_site_flush (&core->site, head->id, on_reason_written, last);
}

static void
admit (TcCore *core, gpointer data)
{
  TcSubmission *self = data;
  int64_t now = tc_now_us ();
  TcBatch *batch;
  TcLive *live;
  TcExecution *execution;
  g_autofree char *log_id = NULL;
  g_autoptr (GError) error = NULL;

  if (self->error != NULL || self->present != NULL || g_hash_table_contains (core->live, self->execution_id))
    {
      finish (core, self, self->error);
      return;
    }
  batch = tc_batch_new ();
  execution = make_execution (core, self, now, batch, &error);
  if (execution == NULL)
    {
      tc_batch_free (batch);
      finish (core, self, error);
      return;
    }
  if (self->record != NULL)
    self->record (core, self, batch);
  if (self->failed_check || self->failure != NULL)
    {
      store_failed (core, self, execution, batch);
      return;
    }
  tc_batch_head (batch, tc_execution_head (execution));
  log_id = g_strconcat (self->execution_id, "/log", NULL);
  tc_batch_effect (batch, log_id, self->execution_id, "CHECKPOINT", tc_value_map_of ("length", tc_value_int (0), NULL));
  live = tc_live_new (core, tc_flow_ref (self->flow), execution);
  live->child_of = g_strdup (self->child_of);
  live->child_effect = g_strdup (self->child_effect);
  live->child_wait = self->child_wait;
  live->child_outputs = ref_or_null (self->child_outputs);
  if (self->child_effect != NULL && self->child_of == NULL)
    tc_batch_effect_end (batch, self->child_effect);
  warn_of_unknown (core, self, live);
  if (!tc_live_step (live, tc_event_new (TC_EVENT_SUBMITTED, now, NULL), batch, on_stored, self, &error))
    finish (core, self, error);
}

/* The text of a buffer is written before its execution is: a restart must find it. */
static void
keep_source (TcSubmission *self)
{
  g_autofree char *path = tc_source_path (self->site, self->execution_id);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_STORE, _("Making the folder '%s': %s"), folder, g_strerror (errno));
  else
    g_file_set_contents_full (path, self->source, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &self->error);
}

/* Inputs as they are given, with those that fit on top; secrets among them encrypted. */
static void
keep_all_inputs (TcSubmission *self)
{
  g_autoptr (TcOrder) order = tc_order_before (self->site, self->flow, self->execution_id, self->known_revision, NULL, NULL);
  g_autoptr (TcValue) given = self->inputs != NULL ? tc_value_ref (self->inputs) : tc_value_map_of (NULL, NULL);
  g_autoptr (TcValue) known = g_steal_pointer (&self->resolved), sealed = NULL;

  g_clear_error (&self->error);
  g_clear_pointer (&self->unknown, g_ptr_array_unref);
  sealed = tc_sealed_close (order, self->flow, given, &self->error);
  if (sealed != NULL)
    self->resolved = known != NULL ? tc_value_merge (sealed, known) : g_steal_pointer (&sealed);
}

static void
resolve_or_fail (TcSubmission *self)
{
  if (self->failure == NULL)
    resolve_inputs (self);
  if (self->takes_all_inputs)
    keep_all_inputs (self);
  if (self->error == NULL || !self->fails_on_refusal)
    return;
  self->failure = g_strdup (self->error->message);
  g_clear_error (&self->error);
}

static void
prepare (gpointer data)
{
  TcSubmission *self = data;

  self->present = tc_store_load_head (self->site->store, self->execution_id, NULL);
  if (self->present == NULL)
    {
      if (self->replayed != NULL)
        self->flow = tc_flow_ref (self->replayed->flow);
      else
        find_flow (self);
      if (self->error == NULL)
        check_flow (self);
      if (self->error == NULL && self->head == NULL && (self->replayed == NULL || self->inputs != NULL))
        resolve_or_fail (self);
      if (self->error == NULL && self->unsaved && self->source != NULL)
        keep_source (self);
      if (self->error == NULL && self->source != NULL && !self->unsaved && !self->site->ephemeral)
        tc_library_write_flow (self->site->data_dir, tc_flow_namespace (self->flow), tc_flow_id (self->flow), self->source, &self->error);
    }
  tc_site_post (self->site, admit, self, tc_submission_free);
}

void
tc_submit (TcCore *core, TcSubmission *self)
{
  self->site = &core->site;
  if (self->execution_id == NULL)
    self->execution_id = tc_id_new ();
  tc_site_compute (&core->site, prepare, self);
}
