/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-subflow.h"

#include "private/tc-order.h"
#include "private/tc-submit.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* Base 62, 22 characters at most, as all ids. */
char *
tc_subflow_derived_id (const char *cause)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  char id[23] = { 0 };

  g_checksum_update (sum, (const guchar *) cause, -1);
  g_checksum_get_digest (sum, digest, &length);
  for (size_t i = 0; i < 22; i++)
    id[i] = digits[digest[i] % 62];
  return g_strdup (id);
}

/* @unknown: names that were given and are no inputs of the flow, or NULL. */
static void
tell_created (TcCore *core, const char *execution_id, const char *effect_id, const char *child, GPtrArray *unknown, const char *error)
{
  TcEvent *event = tc_event_new (TC_EVENT_CHILD_CREATED, tc_now_us (), effect_id);
  TcListBuilder *names = tc_list_builder_new ();

  for (guint i = 0; unknown != NULL && i < unknown->len; i++)
    tc_list_builder_take (names, tc_value_string (g_ptr_array_index (unknown, i)));
  event->payload = tc_value_map_of ("executionId", error == NULL ? tc_value_string (child) : tc_value_null (),
                                    "unknown", tc_list_builder_end (names), NULL);
  event->error = g_strdup (error);
  tc_live_answer (core, execution_id, event, NULL);
}

/* @outputs and @error, either NULL: what the parent's own `outputs` are, or why there are none. */
static void
tell_ended (TcCore *core, const char *execution_id, const char *effect_id, const TcHead *head, const TcValue *outputs, const char *error)
{
  TcEvent *event = tc_event_new (TC_EVENT_CHILD_ENDED, tc_now_us (), effect_id);

  event->state = tc_head_state (head);
  event->payload = tc_value_map_of ("executionId", tc_value_string (head->id), "state", tc_value_string (tc_state_name (event->state)),
                                    "outputs", outputs != NULL ? tc_value_ref (outputs) : tc_value_null (), NULL);
  event->error = g_strdup (error);
  tc_live_answer (core, execution_id, event, NULL);
}

/* The deprecated `outputs` of a Subflow, rendered with the names of the execution that it started. */
typedef struct
{
  TcOrder *order;
  char    *parent, *effect_id;
  TcValue *asked, *outputs;
  char    *error;
} Extract;

static void
extract_free (gpointer data)
{
  Extract *self = data;

  tc_order_unref (self->order);
  g_free (self->parent);
  g_free (self->effect_id);
  tc_value_unref (self->asked);
  tc_value_unref (self->outputs);
  g_free (self->error);
  g_free (self);
}

static void
take_extract (TcCore *core, gpointer data)
{
  Extract *self = data;

  tell_ended (core, self->parent, self->effect_id, self->order->head, self->outputs, self->error);
  extract_free (self);
}

/* `task` and `taskrun` are those of the Subflow. */
static TcValue *
outer_names (const TcHead *child)
{
  const TcValue *variables = child->trigger != NULL ? tc_value_get (child->trigger, "variables") : NULL;
  const char *value = tc_value_get_str (variables, "taskRunValue");
  g_autoptr (TcMapBuilder) run = tc_map_builder_new ();

  tc_map_builder_str (run, "id", tc_value_get_str (variables, "taskRunId"));
  if (value != NULL)
    tc_map_builder_str (run, "value", value);
  return tc_value_map_of ("task", tc_value_map_of ("id", tc_value_string (tc_value_get_str (child->trigger, "id")),
                                                   "type", tc_value_string (tc_value_get_str (child->trigger, "type")), NULL),
                          "taskrun", tc_map_builder_end (g_steal_pointer (&run)), NULL);
}

static void
extract (gpointer data)
{
  Extract *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) names = outer_names (self->order->head);

  self->outputs = tc_order_render (self->order, self->asked, names, &error);
  if (self->outputs == NULL)
    self->error = tc_order_hide (self->order, error->message);
  tc_site_post (self->order->site, take_extract, self, extract_free);
}

/* What the flow itself declares goes first (Kestra: Subflow.createSubflowExecutionResult()). */
static void
tell_result (TcLive *child, const char *parent, const char *effect_id, const TcValue *asked)
{
  const TcHead *head = tc_execution_head (child->execution);
  Extract *self;

  if (asked == NULL || tc_flow_value (child->flow, "outputs") != NULL)
    {
      tell_ended (child->core, parent, effect_id, head, head->outputs, NULL);
      return;
    }
  self = g_new0 (Extract, 1);
  self->order = tc_order_new (&child->core->site, child->flow, child->execution, NULL, NULL, NULL);
  self->parent = g_strdup (parent);
  self->effect_id = g_strdup (effect_id);
  self->asked = tc_value_ref (asked);
  tc_site_compute (&child->core->site, extract, self);
}

void
tc_subflow_ended (TcLive *child)
{
  if (child->child_of != NULL && child->child_wait)
    tell_result (child, child->child_of, child->child_effect, child->child_outputs);
}

static void
set_parent (TcLive *child, const char *parent, const char *effect_id, gboolean wait, const TcValue *outputs)
{
  g_free (child->child_of);
  g_free (child->child_effect);
  tc_value_unref (child->child_outputs);
  child->child_of = g_strdup (parent);
  child->child_effect = g_strdup (effect_id);
  child->child_wait = wait;
  child->child_outputs = outputs != NULL ? tc_value_ref (outputs) : NULL;
}

/* Who asks for an execution once more: for its result, or for its restart. */
typedef struct
{
  char    *parent, *effect_id;
  gboolean wait;
  TcValue *outputs;
} Again;

static Again *
again_new (const char *parent, const char *effect_id, gboolean wait, const TcValue *outputs)
{
  Again *self = g_new (Again, 1);

  *self = (Again) { g_strdup (parent), g_strdup (effect_id), wait, outputs != NULL ? tc_value_ref (outputs) : NULL };
  return self;
}

static void
again_free (Again *self)
{
  g_free (self->parent);
  g_free (self->effect_id);
  tc_value_unref (self->outputs);
  g_free (self);
}

static void
on_woken (TcCore *core, TcLive *child, gpointer data, const GError *error)
{
  Again *self = data;

  if (child != NULL)
    tell_result (child, self->parent, self->effect_id, self->outputs);
  else
    g_warning ("subflow: %s", error->message);
  again_free (self);
}

static void
on_submitted (TcCore *core, TcSubmission *submission, const GError *error)
{
  const char *id = submission->execution_id, *parent = submission->child_of, *effect_id = submission->child_effect;
  TcLive *live = g_hash_table_lookup (core->live, id);
  gboolean over = live == NULL && submission->present != NULL && error == NULL;

  if (live != NULL && live->child_of == NULL)
    set_parent (live, parent, effect_id, submission->child_wait, submission->child_outputs);
  tell_created (core, parent, effect_id, id, submission->unknown, error != NULL ? error->message : NULL);
  if (over && submission->child_wait)
    tc_wake (core, id, on_woken, again_new (parent, effect_id, TRUE, submission->child_outputs));
}

/* All labels of the outer execution, or only those of the system (spec/flow-language.md §5.5). */
TcValue *
tc_subflow_labels (const TcHead *parent, gboolean inherit)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; parent->labels != NULL && i < tc_value_length (parent->labels); i++)
    {
      const TcValue *label = tc_value_item (parent->labels, i);
      const char *key = tc_value_get_str (label, "key");

      if (key != NULL && (g_str_equal (key, "system.correlationId") || (inherit && !g_str_has_prefix (key, "system."))))
        tc_list_builder_take (list, tc_value_ref (label));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static TcValue *
ref_map (const TcValue *payload, const char *key)
{
  const TcValue *value = tc_value_get (payload, key);

  return value != NULL && !tc_value_is (value, TC_VALUE_NULL) ? tc_value_ref (value) : NULL;
}

static void
on_restarted (TcCore *core, TcLive *child, gpointer data, const GError *error)
{
  Again *self = data;
  g_autoptr (GError) refused = NULL;

  if (child != NULL)
    {
      set_parent (child, self->parent, self->effect_id, self->wait, self->outputs);
      tc_live_step (child, tc_event_new (TC_EVENT_RESTART, tc_now_us (), NULL), NULL, NULL, NULL, &refused);
      tell_created (core, self->parent, self->effect_id, tc_execution_head (child->execution)->id, NULL,
                    refused != NULL ? refused->message : NULL);
    }
  else
    tell_created (core, self->parent, self->effect_id, NULL, NULL, error->message);
  again_free (self);
}

static void
restart_child (TcLive *live, const TcEffect *effect, const char *child)
{
  const char *parent = tc_execution_head (live->execution)->id;

  tc_wake (live->core, child, on_restarted, again_new (parent, effect->id, tc_value_get_flag (effect->payload, "wait", TRUE),
                                                       tc_value_get (effect->payload, "outputs")));
}

void
tc_subflow_start (TcLive *live, const TcEffect *effect)
{
  const TcValue *payload = effect->payload;
  const char *restart = tc_value_get_str (payload, "restart"), *date = tc_value_get_str (payload, "scheduleDate");
  const TcHead *parent = tc_execution_head (live->execution);
  TcSubmission *submission;
  TcTime time;

  if (restart != NULL)
    {
      restart_child (live, effect, restart);
      return;
    }
  submission = tc_submission_new ();
  submission->namespace = g_strdup (tc_value_get_str (payload, "namespace"));
  submission->flow_id = g_strdup (tc_value_get_str (payload, "flowId"));
  submission->revision = (int) tc_value_get_i64 (payload, "revision", 0);
  submission->inputs = ref_map (payload, "inputs");
  submission->labels = ref_map (payload, "labels");
  submission->trigger = ref_map (payload, "trigger");
  submission->outer_labels = tc_subflow_labels (parent, tc_value_get_flag (payload, "inheritLabels", FALSE));
  submission->kind = g_strdup (parent->kind);
  if (date != NULL && tc_time_parse (date, &time))
    submission->schedule_us = time.seconds * G_USEC_PER_SEC + time.nanos / 1000;
  submission->execution_id = tc_subflow_derived_id (effect->id);
  submission->child_of = g_strdup (parent->id);
  submission->child_effect = g_strdup (effect->id);
  submission->child_wait = tc_value_get_flag (payload, "wait", TRUE);
  submission->child_outputs = ref_map (payload, "outputs");
  submission->done = on_submitted;
  tc_submit (live->core, submission);
}

static void
on_again (TcCore *core, TcSubmission *submission, const GError *error)
{
  TcBatch *batch = tc_batch_new ();

  if (error != NULL)
    g_warning ("retry as a new execution: %s", error->message);
  tc_batch_effect_end (batch, submission->child_effect);
  tc_core_commit (core, batch);
}

void
tc_subflow_again (TcLive *live, const TcEffect *effect)
{
  const TcHead *head = tc_execution_head (live->execution);
  TcSubmission *submission = tc_submission_new ();

  submission->execution_id = tc_subflow_derived_id (effect->id);
  submission->head = tc_executor_next_execution (live->execution, effect, submission->execution_id, tc_now_us ());
  submission->namespace = g_strdup (head->namespace);
  submission->flow_id = g_strdup (head->flow_id);
  submission->revision = head->flow_revision;
  submission->unsaved = head->unsaved;
  submission->source = head->unsaved ? g_strdup (tc_flow_source (live->flow)) : NULL;
  submission->child_effect = g_strdup (effect->id);
  submission->done = on_again;
  tc_submit (live->core, submission);
}

static void
on_killed (TcCore *core, TcLive *child, gpointer data, const GError *error)
{
  g_autofree char *effect_id = data;
  TcBatch *batch = tc_batch_new ();

  tc_batch_effect_end (batch, effect_id);
  if (child != NULL && !child->over)
    tc_live_step (child, tc_event_new (TC_EVENT_KILL, tc_now_us (), NULL), batch, NULL, NULL, NULL);
  else
    tc_core_commit (core, batch);
}

void
tc_subflow_kill (TcCore *core, const char *effect_id, const char *execution_id)
{
  tc_wake (core, execution_id != NULL ? execution_id : "", on_killed, g_strdup (effect_id));
}
