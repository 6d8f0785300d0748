/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-order-scope.h"
#include "private/tc-submit.h"
#include "tc-library.h"
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* The flows of the library: save, list, load, delete. Workers read; the engine's thread decides revisions. */

static void
on_saved (gpointer data, const GError *error)
{
  GTask *task = data;
  TcCall *self = tc_engine_call_of (task);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (self->deleting)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_int (task, self->revision);
}

static void
settle (TcCore *core, gpointer data)
{
  GTask *task = data;
  TcCall *self = tc_engine_call_of (task);
  TcBatch *batch = tc_batch_new ();

  if (self->deleting)
    {
      tc_flows_forget (core, self->namespace, self->name);
      tc_batch_flow_delete (batch, self->namespace, self->name);
      tc_bus_flow (core->bus, self->namespace, self->name);
    }
  else
    self->revision = tc_flows_settle (core, self->flow, self->known_revision, self->known_source, batch);
  tc_store_commit (core->site.store, batch, on_saved, task, g_object_unref);
}

static GError *
compile (TcCall *self)
{
  GPtrArray *findings = tc_diagnostics_new ();
  GError *error;

  self->flow = tc_flow_compile (self->text, strlen (self->text), self->site->types, findings);
  if (self->flow != NULL && *tc_flow_id (self->flow) != '\0' && *tc_flow_namespace (self->flow) != '\0')
    {
      g_ptr_array_unref (findings);
      return NULL;
    }
  error = tc_refuse (findings);
  return error;
}

static void
save (gpointer data)
{
  GTask *task = data;
  TcCall *self = tc_engine_call_of (task);
  GError *error = compile (self);

  if (error == NULL)
    {
      self->known_source = tc_store_load_flow (self->site->store, tc_flow_namespace (self->flow), tc_flow_id (self->flow), 0,
                                               &self->known_revision, NULL);
      if (!self->site->ephemeral)
        tc_library_write_flow (self->site->data_dir, tc_flow_namespace (self->flow), tc_flow_id (self->flow), self->text, &error);
    }
  if (error == NULL)
    {
      tc_site_post (self->site, settle, task, g_object_unref);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

void
tc_engine_save_flow_async (TcEngine *self, const char *source, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;
  TcCall *request = tc_engine_call (self, c, done, data, tc_engine_save_flow_async, &task);

  if (request == NULL)
    return;
  request->text = g_strdup (source);
  tc_site_compute (&self->core->site, save, task);
}

int
tc_engine_save_flow_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  gssize revision = g_task_propagate_int (G_TASK (result), error);

  return (int) MAX (0, revision);
}

/* The state of the newest execution of each flow. */
static const char *
last_state (TcSite *site, const TcValue *flow)
{
  g_autoptr (TcValue) query = tc_value_map_of ("namespace", tc_value_ref (tc_value_get (flow, "namespace")),
                                               "flowId", tc_value_ref (tc_value_get (flow, "id")), "limit", tc_value_int (1), NULL);
  g_autoptr (GPtrArray) heads = tc_store_find_executions (site->store, query, NULL);

  return heads != NULL && heads->len > 0 ? tc_state_name (tc_head_state (g_ptr_array_index (heads, 0))) : NULL;
}

static void
list (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  GError *error = NULL;
  g_autoptr (TcValue) flows = tc_store_find_flows (self->site->store, NULL, &error);
  g_autoptr (TcListBuilder) items = tc_list_builder_new ();

  if (flows == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (size_t i = 0; i < tc_value_length (flows); i++)
    {
      const TcValue *flow = tc_value_item (flows, i);
      const char *state = last_state (self->site, flow);
      g_autoptr (TcValue) last = state != NULL ? tc_value_string (state) : NULL;

      tc_list_builder_take (items, last != NULL ? tc_value_with (flow, "lastState", last) : tc_value_ref (flow));
    }
  g_task_return_pointer (task, tc_list_builder_end (g_steal_pointer (&items)), (GDestroyNotify) tc_value_unref);
}

void
tc_engine_list_flows_async (TcEngine *self, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;

  if (tc_engine_call (self, c, done, data, tc_engine_list_flows_async, &task) != NULL)
    tc_site_compute (&self->core->site, list, task);
}

TcValue *
tc_engine_list_flows_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
load (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  GError *error = NULL;
  char *source = tc_store_load_flow (self->site->store, self->namespace, self->name, self->revision, &self->known_revision, &error);

  if (source != NULL)
    g_task_return_pointer (task, source, g_free);
  else if (error == NULL || g_error_matches (error, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("There is no flow '%s' in the namespace '%s'"), self->name,
                               self->namespace);
    }
  else
    g_task_return_error (task, error);
}

void
tc_engine_load_flow_async (TcEngine *self, const char *namespace_, const char *id, int revision, GCancellable *c, GAsyncReadyCallback done,
                           gpointer data)
{
  GTask *task;
  TcCall *request = tc_engine_call (self, c, done, data, tc_engine_load_flow_async, &task);

  if (request == NULL)
    return;
  request->namespace = g_strdup (namespace_);
  request->name = g_strdup (id);
  request->revision = revision;
  tc_site_compute (&self->core->site, load, task);
}

char *
tc_engine_load_flow_finish (TcEngine *self, GAsyncResult *result, int *revision, GError **error)
{
  char *source = g_task_propagate_pointer (G_TASK (result), error);

  if (source != NULL && revision != NULL)
    *revision = tc_engine_call_of (result)->known_revision;
  return source;
}

static void
delete (gpointer data)
{
  GTask *task = data;
  TcCall *self = tc_engine_call_of (task);
  g_autofree char *path = tc_library_flow_path (self->site->data_dir, self->namespace, self->name);
  g_autofree char *source = tc_store_load_flow (self->site->store, self->namespace, self->name, 0, NULL, NULL);

  if (source == NULL)
    {
      g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("There is no flow '%s' in the namespace '%s'"), self->name,
                               self->namespace);
      g_object_unref (task);
      return;
    }
  if (path != NULL)
    g_unlink (path);
  tc_site_post (self->site, settle, task, g_object_unref);
}

void
tc_engine_delete_flow_async (TcEngine *self, const char *namespace_, const char *id, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;
  TcCall *request = tc_engine_call (self, c, done, data, tc_engine_delete_flow_async, &task);

  if (request == NULL)
    return;
  request->namespace = g_strdup (namespace_);
  request->name = g_strdup (id);
  request->deleting = TRUE;
  tc_site_compute (&self->core->site, delete, task);
}

gboolean
tc_engine_delete_flow_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
find_disabled (gpointer data)
{
  g_autoptr (GTask) task = data;
  TcCall *self = tc_engine_call_of (task);
  g_autofree char *id = tc_id_new ();
  g_autoptr (TcOrder) order = tc_order_before (self->site, self->flow, id, 0, NULL, NULL);
  TcOrderScope scope;

  tc_order_scope (order, &scope, NULL);
  g_task_return_pointer (task, tc_inputs_disabled (self->flow, self->args, &scope.base), (GDestroyNotify) tc_value_unref);
}

void
tc_engine_disabled_inputs_async (TcEngine *self, TcFlow *flow, const TcValue *given, GCancellable *c, GAsyncReadyCallback done, gpointer data)
{
  GTask *task;
  TcCall *request = tc_engine_call (self, c, done, data, tc_engine_disabled_inputs_async, &task);

  if (request == NULL)
    return;
  request->flow = tc_flow_ref (flow);
  request->args = given != NULL ? tc_value_ref (given) : NULL;
  tc_site_compute (&self->core->site, find_disabled, task);
}

TcValue *
tc_engine_disabled_inputs_finish (TcEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
