/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-job-calls.h"
#include "private/tc-secrets.h"
#include "private/tc-status.h"
#include <glib/gi18n-lib.h>
#include <string.h>

/* Secrets, key-value pairs, status and doctor through the front door. */

static void
set_secret (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  GError *error = NULL;

  if (!self->site->key_ring)
    g_set_error (&error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("There is no key ring in this mode"));
  else
    tc_secret_store (self->namespace, self->name, self->text, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
tc_engine_set_secret_async (TcEngine *self, const char *namespace_, const char *name, const char *value, GCancellable *c,
                            GAsyncReadyCallback done, gpointer data)
{
  GTask *task;
  TcCall *request = tc_engine_call (self, c, done, data, tc_engine_set_secret_async, &task);

  if (request == NULL)
    return;
  request->namespace = g_strdup (namespace_);
  request->name = g_strdup (name);
  request->text = g_strdup (value);
  tc_site_work (request->site, set_secret, task);
}

gboolean
tc_engine_set_secret_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
list_secrets (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  GError *error = NULL;
  TcValue *list = tc_secret_list (self->site->key_ring, &error);

  /* Without a key ring the names of the environment are still worth having. */
  if (list == NULL && self->site->key_ring)
    {
      g_clear_error (&error);
      list = tc_secret_list (FALSE, &error);
    }
  tc_engine_return (task, list, error);
}

void
tc_engine_list_secrets_async (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;

  if (tc_engine_call (self, c, done, data, tc_engine_list_secrets_async, &task) != NULL)
    tc_site_work (&self->core->site, list_secrets, task);
}

TcValue *
tc_engine_list_secrets_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static TcValue *
kv_write (TcCall *self, GError **error)
{
  TcBatch *batch = NULL;
  TcValue *entry;

  if (g_str_equal (self->action, "set"))
    {
      const TcValue *value = self->args != NULL ? tc_value_get (self->args, "value") : NULL;

      if (value == NULL)
        {
          g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("A value is needed"));
          return NULL;
        }
      entry = tc_kv_entry (value, tc_value_get_str (self->args, "ttl"), error);
      if (entry == NULL)
        return NULL;
      batch = tc_batch_new ();
      tc_batch_kv_set (batch, self->namespace, self->name, entry);
    }
  else
    {
      batch = tc_batch_new ();
      tc_batch_kv_delete (batch, self->namespace, self->name);
    }
  return tc_site_commit (self->site, batch, error) ? tc_value_null () : NULL;
}

static TcValue *
kv_get (TcCall *self, GError **error)
{
  GError *problem = NULL;
  TcValue *entry = tc_store_kv_get (self->site->store, self->namespace, self->name, &problem);

  if (entry != NULL)
    return entry;
  if (problem == NULL || g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("The key '%s' does not exist in the namespace '%s'."), self->name,
                 self->namespace);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  g_clear_error (&problem);
  return NULL;
}

static void
kv (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  GError *error = NULL;
  TcValue *value = NULL;

  if (g_str_equal (self->action, "get"))
    value = kv_get (self, &error);
  else if (g_str_equal (self->action, "list"))
    value = tc_store_kv_list (self->site->store, self->namespace, &error);
  else if (g_str_equal (self->action, "set") || g_str_equal (self->action, "delete"))
    value = kv_write (self, &error);
  else
    g_set_error (&error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("There is no action '%s'"), self->action);
  tc_engine_return (task, value, error);
}

void
tc_engine_kv_async (TcEngine *self, const char *action, const char *namespace_, const char *key, const TcValue *args, GCancellable *c,
                    GAsyncReadyCallback done, gpointer data)
{
  GTask *task;
  TcCall *request = tc_engine_call (self, c, done, data, tc_engine_kv_async, &task);

  if (request == NULL)
    return;
  request->action = g_strdup (action);
  request->namespace = g_strdup (namespace_);
  request->name = g_strdup (key);
  request->args = args != NULL ? tc_value_ref (args) : NULL;
  tc_site_work (&self->core->site, kv, task);
}

TcValue *
tc_engine_kv_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
add_docker (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  g_autoptr (TcValue) docker = tc_status_docker ();

  g_task_return_pointer (task, tc_value_with (self->now, "docker", docker), (GDestroyNotify) tc_value_unref);
}

static void
status (TcCore *core, gpointer data)
{
  tc_engine_call_of (data)->now = tc_status_now (core);
  tc_site_work (&core->site, add_docker, data);
}

void
tc_engine_status_async (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;

  if (tc_engine_call (self, c, done, data, tc_engine_status_async, &task) != NULL)
    tc_site_post (&self->core->site, status, task, g_object_unref);
}

TcValue *
tc_engine_status_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
doctor (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_pointer (task, tc_doctor (tc_engine_call_of (task)->site), (GDestroyNotify) tc_value_unref);
}

void
tc_engine_doctor_async (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;

  if (tc_engine_call (self, c, done, data, tc_engine_doctor_async, &task) != NULL)
    tc_site_work (&self->core->site, doctor, task);
}

TcValue *
tc_engine_doctor_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
