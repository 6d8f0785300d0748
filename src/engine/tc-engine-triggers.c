/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-job-world.h"
#include "private/tc-scheduler.h"
#include "private/tc-webhook.h"
#include <glib/gi18n-lib.h>

/* Commands on triggers that go by time, and requests to webhooks, from the front door and from tasks. */

typedef struct
{
  char    *action, *namespace, *flow_id, *trigger_id;     /* of "webhook" the key, in place of the id */
  TcValue *args;
  TcSiteAnswered answered;      /* NULL: it was called */
  gpointer data;
} Request;

static void
answer (Request *self, TcValue *value, const GError *error)
{
  TcSiteAnswered answered = self->answered;

  self->answered = NULL;
  answered (self->data, value, error);
}

/* What is freed without an answer was lost on its way. */
static void
request_free (gpointer data)
{
  Request *self = data;

  if (self->answered != NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));

      answer (self, NULL, error);
    }
  g_free (self->action);
  g_free (self->namespace);
  g_free (self->flow_id);
  g_free (self->trigger_id);
  tc_value_unref (self->args);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

/* Callers know our codes only. */
static void
on_answer (const TcValue *state, const GError *error, gpointer data)
{
  g_autoptr (Request) self = data;
  g_autoptr (GError) mine = error != NULL && error->domain != TC_ENGINE_ERROR
                              ? g_error_new_literal (TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, error->message) : NULL;

  answer (self, state != NULL ? tc_value_ref (state) : NULL, mine != NULL ? mine : error);
}

static void
begin (TcCore *core, gpointer data)
{
  Request *self = data;

  if (g_str_equal (self->action, "webhook"))
    {
      tc_webhook (core, self->namespace, self->flow_id, self->trigger_id, self->args, self->answered, self->data);
      self->answered = NULL;
      request_free (self);
      return;
    }
  if (!g_str_equal (self->action, "list"))
    {
      tc_scheduler_command (core, self->namespace, self->flow_id, self->trigger_id, self->action, self->args, on_answer, self);
      return;
    }
  answer (self, tc_scheduler_list (core), NULL);
  request_free (self);
}

static void
post (TcSite *site, const char *action, const char *namespace_, const char *flow_id, const char *trigger_id, const TcValue *args,
      TcSiteAnswered answered, gpointer data)
{
  Request *request = g_new0 (Request, 1);

  request->action = g_strdup (action);
  request->namespace = g_strdup (namespace_ != NULL ? namespace_ : "");
  request->flow_id = g_strdup (flow_id != NULL ? flow_id : "");
  request->trigger_id = g_strdup (trigger_id != NULL ? trigger_id : "");
  request->args = args != NULL ? tc_value_ref (args) : NULL;
  request->answered = answered;
  request->data = data;
  tc_site_post (site, begin, request, request_free);
}

static void
return_answer (gpointer data, TcValue *value, const GError *error)
{
  g_autoptr (GTask) task = data;

  if (value != NULL)
    g_task_return_pointer (task, value, (GDestroyNotify) tc_value_unref);
  else
    g_task_return_error (task, g_error_copy (error));
}

void
tc_engine_triggers_async (TcEngine *self, const char *action, const char *namespace_, const char *flow_id, const char *trigger_id,
                          const TcValue *args, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_triggers_async);

  if (task != NULL)
    post (&self->core->site, action, namespace_, flow_id, trigger_id, args, return_answer, task);
}

TcValue *
tc_engine_triggers_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tc_engine_webhook_async (TcEngine *self, const char *namespace_, const char *flow_id, const char *key, const TcValue *request, GCancellable *c,
                         GAsyncReadyCallback done, gpointer data)
{
  GTask *task = tc_engine_task (self, c, done, data, tc_engine_webhook_async);

  if (task != NULL)
    post (&self->core->site, "webhook", namespace_, flow_id, key, request, return_answer, task);
}

TcValue *
tc_engine_webhook_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  TcSite     *site;
  const char *action, *namespace, *flow_id, *trigger_id;
} Toggle;

static void
ask_toggle (gpointer data, TcSiteAnswered answered, gpointer answer_data)
{
  const Toggle *self = data;

  post (self->site, self->action, self->namespace, self->flow_id, self->trigger_id, NULL, answered, answer_data);
}

gboolean
tc_site_toggle_trigger (TcSite *site, const char *namespace_, const char *flow_id, const char *trigger_id, gboolean enabled,
                        GCancellable *cancellable, GError **error)
{
  Toggle toggle = { site, enabled ? "enable" : "disable", namespace_, flow_id, trigger_id };
  g_autoptr (TcValue) state = tc_site_await (ask_toggle, &toggle, cancellable, error);

  return state != NULL;
}
