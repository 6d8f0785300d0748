/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-engine-private.h"

#include "private/tc-secrets.h"

#include "private/tc-catalog.h"
#include "private/tc-submit.h"
#include "private/tc-waiters.h"
#include "tc-library.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (TcEngine, tc_engine, G_TYPE_OBJECT)

enum { FLOW_CHANGED, EXECUTION_CHANGED, LOGS_AVAILABLE, PULL_CHANGED, STATUS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
emit_executions (TcEngine *self, const TcNews *news)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, news->executions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_signal_emit (self, signals[EXECUTION_CHANGED], 0, ((TcExecutionNews *) value)->head, ((TcExecutionNews *) value)->runs);
  g_hash_table_iter_init (&iter, news->logs);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_signal_emit (self, signals[LOGS_AVAILABLE], 0, key, *(uint64_t *) value);
}

static void
on_news (gpointer data, const TcNews *news)
{
  g_autoptr (TcEngine) self = g_object_ref (data);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, news->flows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_auto (GStrv) parts = g_strsplit (key, "\n", 2);

      g_signal_emit (self, signals[FLOW_CHANGED], 0, parts[0], parts[1]);
    }
  emit_executions (self, news);
  for (guint i = 0; i < news->pulls->len; i++)
    g_signal_emit (self, signals[PULL_CHANGED], 0, g_ptr_array_index (news->pulls, i));
  if (news->status != NULL)
    g_signal_emit (self, signals[STATUS_CHANGED], 0, news->status);
}

static void
tc_engine_finalize (GObject *object)
{
  TcEngine *self = TC_ENGINE (object);

  tc_engine_close (self);
  if (self->core != NULL)
    tc_core_free (self->core);
  g_clear_pointer (&self->owner, g_main_context_unref);
  g_clear_pointer (&self->ready, g_async_queue_unref);
  G_OBJECT_CLASS (tc_engine_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n, GType first, GType second)
{
  return g_signal_new (name, TC_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, n, first, second);
}

static void
tc_engine_class_init (TcEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tc_engine_finalize;
  signals[FLOW_CHANGED] = add_signal ("flow-changed", 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[EXECUTION_CHANGED] = add_signal ("execution-changed", 2, TC_TYPE_HEAD, G_TYPE_PTR_ARRAY);
  signals[LOGS_AVAILABLE] = add_signal ("logs-available", 2, G_TYPE_STRING, G_TYPE_UINT64);
  signals[PULL_CHANGED] = add_signal ("pull-changed", 1, TC_TYPE_VALUE, G_TYPE_NONE);
  signals[STATUS_CHANGED] = add_signal ("status-changed", 1, TC_TYPE_VALUE, G_TYPE_NONE);
}

static void
tc_engine_init (TcEngine *self)
{
  self->owner = g_main_context_ref_thread_default ();
  self->ready = g_async_queue_new ();
}

static gpointer
serve (gpointer data)
{
  TcEngine *self = data;
  TcCore *core = self->core;
  GAsyncQueue *ready = self->ready;
  GError *error = NULL;

  tc_thread_set_role (TC_THREAD_ENGINE);
  g_main_context_push_thread_default (core->context);
  if (tc_core_open (core, &error))
    tc_core_serve (core, ready);
  else
    g_async_queue_push (ready, error);
  g_main_context_pop_thread_default (core->context);
  return NULL;
}

TcEngine *
tc_engine_new (const TcEngineOptions *options, GError **error)
{
  static const TcEngineOptions none = { 0 };
  g_autoptr (TcEngine) self = g_object_new (TC_TYPE_ENGINE, NULL);
  gpointer answer;

  self->core = tc_core_new (options != NULL ? options : &none, self->owner, on_news, self);
  self->thread = g_thread_new ("tc-engine", serve, self);
  answer = g_async_queue_pop (self->ready);
  if (answer == self->core)
    return g_steal_pointer (&self);
  if (self->core->site.hub == NULL)
    {
      g_thread_join (g_steal_pointer (&self->thread));
      tc_bus_close (self->core->bus);
      tc_mailbox_close (self->core->site.mailbox);
      self->closed = TRUE;
    }
  g_propagate_error (error, answer);
  return NULL;
}

void
tc_engine_close (TcEngine *self)
{
  if (!g_atomic_int_compare_and_exchange (&self->closed, FALSE, TRUE))
    return;
  tc_bus_close (self->core->bus);
  tc_core_shut (self->core);
  g_thread_join (g_steal_pointer (&self->thread));
}

void
tc_engine_keep (TcEngine *self)
{
  g_atomic_int_set (&self->core->keep, self->core->site.ephemeral);
}

char *
tc_engine_default_data_directory (void)
{
  return g_build_filename (g_get_user_data_dir (), "tiercel", NULL);
}

char *
tc_engine_socket_path (const char *data_directory)
{
  g_autofree char *fallback = data_directory == NULL ? tc_engine_default_data_directory () : NULL;

  return g_build_filename (data_directory != NULL ? data_directory : fallback, "api.sock", NULL);
}

const char *
tc_engine_data_directory (TcEngine *self)
{
  return self->core->site.data_dir;
}

TcRegistry *
tc_engine_registry (TcEngine *self)
{
  return tc_registry_ref (self->core->site.types);
}

TcRegistry *
tc_engine_load_registry (const char *plugin_directory, GError **error)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  TcRegistry *types = tc_catalog_load (plugin_directory, warnings, error);

  for (guint i = 0; i < warnings->len; i++)
    g_message ("%s", (char *) g_ptr_array_index (warnings, i));
  return types;
}

char *
tc_engine_namespace_directory (TcEngine *self, const char *namespace_)
{
  char *path = tc_library_namespace_dir (self->core->site.data_dir, namespace_);

  g_mkdir_with_parents (path, 0700);
  return path;
}

char *
tc_engine_uri_path (TcEngine *self, const char *uri, GError **error)
{
  return tc_storage_path (self->core->site.data_dir, uri, error);
}

void
tc_engine_set_hook (TcEngine *self, void (*func) (gpointer data, const char *point), gpointer data)
{
  self->core->hook_data = data;
  self->core->hook = func;
}

GTask *
tc_engine_task (TcEngine *self, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data, gpointer tag)
{
  GTask *task = g_task_new (NULL, cancellable, done, data);

  g_task_set_source_tag (task, tag);
  if (!g_atomic_int_get (&self->closed))
    return task;
  g_task_return_new_error (task, TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closed"));
  g_object_unref (task);
  return NULL;
}

static void
call_free (gpointer data)
{
  TcCall *self = data;

  g_free (self->action);
  g_free (self->namespace);
  g_free (self->name);
  tc_secret_free (self->text);
  g_free (self->known_source);
  tc_flow_unref (self->flow);
  tc_value_unref (self->args);
  tc_value_unref (self->now);
  g_free (self);
}

TcCall *
tc_engine_call (TcEngine *self, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data, gpointer tag, GTask **task)
{
  TcCall *call;

  *task = tc_engine_task (self, cancellable, done, data, tag);
  if (*task == NULL)
    return NULL;
  call = g_new0 (TcCall, 1);
  call->site = &self->core->site;
  g_task_set_task_data (*task, call, call_free);
  return call;
}

TcCall *
tc_engine_call_of (gpointer task)
{
  return g_task_get_task_data (task);
}

void
tc_engine_return (GTask *task, TcValue *value, GError *error)
{
  if (value != NULL)
    g_task_return_pointer (task, value, (GDestroyNotify) tc_value_unref);
  else
    g_task_return_error (task, error);
}
