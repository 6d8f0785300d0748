/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-subflow.h"

#include "private/tc-submit.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* Base 62, 22 characters at most, as all ids. */
static char *
derived_id (const char *effect_id)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  char id[23] = { 0 };

  g_checksum_update (sum, (const guchar *) effect_id, -1);
  g_checksum_get_digest (sum, digest, &length);
  for (size_t i = 0; i < 22; i++)
    id[i] = digits[digest[i] % 62];
  return g_strdup (id);
}

static void
tell_created (TcCore *core, const char *execution_id, const char *effect_id, const char *child, const char *error)
{
  TcEvent *event = tc_event_new (TC_EVENT_CHILD_CREATED, tc_now_us (), effect_id);

  event->payload = error == NULL ? tc_value_map_of ("executionId", tc_value_string (child), NULL) : NULL;
  event->error = g_strdup (error);
  tc_live_answer (core, execution_id, event, NULL);
}

static void
tell_ended (TcCore *core, const char *execution_id, const char *effect_id, const TcHead *head)
{
  TcEvent *event = tc_event_new (TC_EVENT_CHILD_ENDED, tc_now_us (), effect_id);

  event->state = tc_head_state (head);
  event->payload = tc_value_map_of ("executionId", tc_value_string (head->id), "state", tc_value_string (tc_state_name (event->state)),
                                    "outputs", head->outputs != NULL ? tc_value_ref (head->outputs) : tc_value_null (), NULL);
  tc_live_answer (core, execution_id, event, NULL);
}

void
tc_subflow_ended (TcLive *child)
{
  const TcHead *head = tc_execution_head (child->execution);

  if (child->child_of != NULL && child->child_wait)
    tell_ended (child->core, child->child_of, child->child_effect, head);
}

static void
on_submitted (TcCore *core, TcSubmission *submission, const GError *error)
{
  const TcHead *present = submission->present;
  TcLive *live = g_hash_table_lookup (core->live, submission->execution_id);
  gboolean over = live == NULL && present != NULL && error == NULL;

  if (live != NULL && live->child_of == NULL)
    {
      live->child_of = g_strdup (submission->child_of);
      live->child_effect = g_strdup (submission->child_effect);
      live->child_wait = submission->child_wait;
    }
  tell_created (core, submission->child_of, submission->child_effect, submission->execution_id, error != NULL ? error->message : NULL);
  if (over && submission->child_wait)
    tell_ended (core, submission->child_of, submission->child_effect, present);
}

/* All labels of the outer execution, or only those of the system (spec/flow-language.md §5.5). What the flow itself defines stays. */
static TcValue *
outer_labels (const TcHead *parent, gboolean inherit)
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

typedef struct
{
  char    *parent, *effect_id;
  gboolean wait;
} Again;

static void
on_restarted (TcCore *core, TcLive *child, gpointer data, const GError *error)
{
  g_autofree Again *self = data;
  g_autoptr (GError) refused = NULL;

  if (child != NULL)
    {
      g_free (child->child_of);
      g_free (child->child_effect);
      child->child_of = g_strdup (self->parent);
      child->child_effect = g_strdup (self->effect_id);
      child->child_wait = self->wait;
      tc_live_step (child, tc_event_new (TC_EVENT_RESTART, tc_now_us (), NULL), NULL, NULL, NULL, &refused);
      tell_created (core, self->parent, self->effect_id, tc_execution_head (child->execution)->id, refused != NULL ? refused->message : NULL);
    }
  else
    tell_created (core, self->parent, self->effect_id, NULL, error->message);
  g_free (self->parent);
  g_free (self->effect_id);
}

static void
restart_child (TcLive *live, const TcEffect *effect, const char *child)
{
  Again *again = g_new (Again, 1);

  *again = (Again) { g_strdup (tc_execution_head (live->execution)->id), g_strdup (effect->id),
                     tc_value_get_flag (effect->payload, "wait", TRUE) };
  tc_wake (live->core, child, on_restarted, again);
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
  submission->outer_labels = outer_labels (parent, tc_value_get_flag (payload, "inheritLabels", FALSE));
  submission->kind = g_strdup (parent->kind);
  if (date != NULL && tc_time_parse (date, &time))
    submission->schedule_us = time.seconds * G_USEC_PER_SEC + time.nanos / 1000;
  submission->execution_id = derived_id (effect->id);
  submission->child_of = g_strdup (parent->id);
  submission->child_effect = g_strdup (effect->id);
  submission->child_wait = tc_value_get_flag (payload, "wait", TRUE);
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

  submission->execution_id = derived_id (effect->id);
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
