/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-webhook.h"

#include "private/tc-submit.h"
#include "private/tc-waiters.h"
#include "tc-flow-trigger.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * A web request: a worker looks for the trigger of the newest revision that has the key, and asks its conditions; the engine's thread submits the
 * execution, and waits for its end if the trigger says so. Kestra: Webhook, ExecutionController.webhook(); spec §3.6.
 */
typedef struct
{
  TcCore        *core;
  char          *namespace, *flow_id, *key;
  TcValue       *request;
  TcSiteAnswered answered;      /* NULL: it was called */
  gpointer       data;

  /* found by the worker */
  TcFlow        *flow;
  const TcValue *trigger;       /* the flow's; or NULL: none fires */
  char          *execution_id;
  TcValue       *inputs;
  int64_t        code;          /* 0: not given */
  gboolean       holds;
  GError        *error;
} Call;

static void
answer (Call *self, TcValue *value, const GError *error)
{
  TcSiteAnswered answered = self->answered;

  self->answered = NULL;
  answered (self->data, value, error);
}

static void
call_free (gpointer data)
{
  Call *self = data;

  if (self->answered != NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));

      answer (self, NULL, error);
    }
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->key);
  tc_value_unref (self->request);
  tc_flow_unref (self->flow);
  g_free (self->execution_id);
  tc_value_unref (self->inputs);
  g_clear_error (&self->error);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static TcValue *
trigger_record (const Call *self, const TcValue *trigger)
{
  return tc_value_map_of ("id", tc_value_ref (tc_value_get (trigger, "id")), "type", tc_value_ref (tc_value_get (trigger, "type")),
                          "variables", tc_value_ref (self->request), NULL);
}

static TcOrder *
order_of (const Call *self, const TcValue *trigger)
{
  return tc_order_before (&self->core->site, self->flow, self->execution_id, 1, NULL, trigger_record (self, trigger));
}

static TcValue *
render (gpointer data, const char *text, const TcValue *extra, GError **error)
{
  g_autoptr (TcValue) value = tc_value_string (text);

  return tc_order_render (data, value, extra, error);
}

/* All of it is compared, so that the time it takes says nothing about the key. @other is not empty. */
static gboolean
is_same_key (const char *one, const char *other)
{
  size_t n = strlen (one), length = strlen (other);
  unsigned differences = n != length;

  for (size_t i = 0; i < n; i++)
    differences |= (unsigned) (one[i] ^ other[i % length]);
  return differences == 0;
}

static gboolean
has_key (const Call *self, const TcValue *trigger)
{
  g_autoptr (TcOrder) order = order_of (self, trigger);
  const char *written = tc_value_get_str (trigger, "key");
  g_autoptr (TcValue) rendered = written != NULL ? render (order, written, NULL, NULL) : NULL;
  g_autofree char *key = rendered != NULL ? g_strstrip (g_strdup (tc_value_get_text (rendered))) : NULL;

  return key != NULL && *key != '\0' && is_same_key (self->key, key);
}

static void
find_trigger (Call *self)
{
  const TcValue *triggers = tc_flow_value (self->flow, "triggers");

  for (size_t i = 0; tc_value_is (triggers, TC_VALUE_LIST) && self->trigger == NULL && i < tc_value_length (triggers); i++)
    {
      const TcValue *trigger = tc_value_item (triggers, i);

      if (tc_trigger_is_enabled (trigger) && tc_trigger_is (trigger, ".trigger.Webhook") && has_key (self, trigger))
        self->trigger = trigger;
    }
  if (self->trigger == NULL)
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("Webhook not found"));
}

static void
find_flow (Call *self)
{
  g_autoptr (GError) error = NULL;

  self->flow = tc_flow_read (&self->core->site, self->namespace, self->flow_id, 0, NULL, NULL, &error);
  if (self->flow != NULL && tc_flow_is_disabled (self->flow))
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Cannot execute a disabled flow"));
  else if (self->flow != NULL && !tc_flow_is_runnable (self->flow))
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("Cannot execute an invalid flow"));
  else if (self->flow == NULL && g_error_matches (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND))
    self->error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("Flow not found"));
  else if (self->flow == NULL)
    self->error = g_steal_pointer (&error);
}

/* What cannot be rendered counts as a condition that does not hold. */
static void
decide (Call *self)
{
  g_autoptr (TcOrder) order = order_of (self, self->trigger);
  TcConditionWorld world = { .render = render, .self = order, .flow = self->flow };
  const TcValue *conditions = tc_value_get (self->trigger, "conditions"), *inputs = tc_value_get (self->trigger, "inputs");
  const TcValue *code = tc_value_get (self->trigger, "responseCode");
  g_autoptr (GError) error = NULL;

  if (!tc_conditions_hold (conditions, &world, &self->holds, &error))
    self->holds = FALSE;
  if (self->holds && tc_value_is (inputs, TC_VALUE_MAP))
    self->inputs = tc_order_render (order, inputs, NULL, &error);
  if (self->holds && code != NULL)
    {
      g_autoptr (TcValue) rendered = tc_value_is (code, TC_VALUE_STRING) ? render (order, tc_value_get_text (code), NULL, &error) : NULL;

      self->code = rendered != NULL ? g_ascii_strtoll (tc_value_get_text (rendered), NULL, 10)
                                    : tc_value_is (code, TC_VALUE_INT) ? tc_value_get_int (code) : 0;
    }
  self->holds = self->holds && error == NULL;
  if (error != NULL)
    g_warning ("webhook %s of %s.%s: %s", tc_value_get_str (self->trigger, "id"), self->namespace, self->flow_id, error->message);
}

/* @head: the execution at its end; NULL: it was not waited for. */
static void
answer_fired (Call *self, const TcHead *head)
{
  static const char *const kept[] = { "wait", "returnOutputs", "responseContentType" };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_str (map, "executionId", self->execution_id);
  for (size_t i = 0; i < G_N_ELEMENTS (kept); i++)
    if (tc_value_get (self->trigger, kept[i]) != NULL)
      tc_map_builder_take (map, kept[i], tc_value_ref (tc_value_get (self->trigger, kept[i])));
  if (self->code > 0)
    tc_map_builder_take (map, "responseCode", tc_value_int (self->code));
  if (head != NULL)
    tc_map_builder_str (map, "state", tc_state_name (tc_head_state (head)));
  if (head != NULL && head->outputs != NULL)
    tc_map_builder_take (map, "outputs", tc_value_ref (head->outputs));
  answer (self, tc_map_builder_end (g_steal_pointer (&map)), NULL);
}

static void
on_over (gpointer data, TcHead *head, const GError *error)
{
  g_autoptr (Call) self = data;

  if (error != NULL)
    answer (self, NULL, error);
  else
    answer_fired (self, head);
}

static void
on_submitted (TcCore *core, TcSubmission *submission, const GError *error)
{
  g_autoptr (Call) self = submission->data;

  if (error != NULL)
    answer (self, NULL, error);
  else if (tc_value_get_flag (self->trigger, "wait", FALSE) && g_hash_table_contains (core->live, self->execution_id))
    {
      const char *id = self->execution_id;

      tc_waiters_add (core, id, on_over, g_steal_pointer (&self));
    }
  else
    answer_fired (self, NULL);
}

static void
take (TcCore *core, gpointer data)
{
  g_autoptr (Call) self = data;
  TcSubmission *submission;

  if (self->error != NULL || !self->holds)
    {
      answer (self, self->error == NULL ? tc_value_map_of (NULL, NULL) : NULL, self->error);
      return;
    }
  submission = tc_submission_new ();
  submission->namespace = g_strdup (self->namespace);
  submission->flow_id = g_strdup (self->flow_id);
  submission->execution_id = g_strdup (self->execution_id);
  submission->inputs = self->inputs != NULL ? tc_value_ref (self->inputs) : NULL;
  submission->labels = tc_value_map_of ("system.from", tc_value_string ("trigger"), NULL);
  submission->trigger = trigger_record (self, self->trigger);
  submission->fails_on_refusal = TRUE;
  submission->done = on_submitted;
  submission->data = g_steal_pointer (&self);
  tc_submit (core, submission);
}

static void
work (gpointer data)
{
  Call *self = data;

  find_flow (self);
  if (self->error == NULL)
    find_trigger (self);
  if (self->error == NULL)
    decide (self);
  tc_site_post (&self->core->site, take, self, call_free);
}

void
tc_webhook (TcCore *core, const char *namespace_, const char *flow_id, const char *key, const TcValue *request, TcSiteAnswered answered,
            gpointer data)
{
  Call *self = g_new0 (Call, 1);

  self->core = core;
  self->namespace = g_strdup (namespace_);
  self->flow_id = g_strdup (flow_id);
  self->key = g_strstrip (g_strdup (key));
  self->request = tc_value_ref (request);
  self->execution_id = tc_id_new ();
  self->answered = answered;
  self->data = data;
  tc_site_compute (&core->site, work, self);
}
