/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-job-calls.h"

#include "private/tc-core.h"
#include "private/tc-job-world.h"
#include "private/tc-sealed.h"
#include "private/tc-secrets.h"
#include "tc-engine.h"
#include "tc-library.h"
#include "tc-util.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  TcBatch     *batch;
  GAsyncQueue *answer;          /* GError* or the queue itself for "done" */
} Commitment;

static void
on_durable (gpointer data, const GError *error)
{
  g_autofree Commitment *self = data;

  g_async_queue_push (self->answer, error != NULL ? (gpointer) g_error_copy (error) : (gpointer) self->answer);
  g_async_queue_unref (self->answer);
}

static void
commit (TcCore *core, gpointer data)
{
  Commitment *self = data;

  tc_store_commit (core->site.store, g_steal_pointer (&self->batch), on_durable, self, NULL);
}

static void
never_committed (gpointer data)
{
  Commitment *self = data;
  g_autoptr (GError) error = g_error_new (TC_ENGINE_ERROR, TC_ENGINE_ERROR_CLOSED, _("The engine is closing"));

  tc_batch_free (self->batch);
  on_durable (self, error);
}

gboolean
tc_site_commit (TcSite *site, TcBatch *batch, GError **error)
{
  Commitment *self = g_new (Commitment, 1);
  g_autoptr (GAsyncQueue) answer = g_async_queue_new ();
  gpointer result;

  *self = (Commitment) { batch, g_async_queue_ref (answer) };
  tc_site_post (site, commit, self, never_committed);
  result = g_async_queue_pop (answer);
  if (result == answer)
    return TRUE;
  g_propagate_error (error, result);
  return FALSE;
}

static const char *
kv_type (const TcValue *value)
{
  switch (tc_value_kind (value))
    {
    case TC_VALUE_BOOL: return "BOOLEAN";
    case TC_VALUE_INT: case TC_VALUE_DOUBLE: case TC_VALUE_DECIMAL: return "NUMBER";
    case TC_VALUE_TIME: return "DATETIME";
    case TC_VALUE_DURATION: return "DURATION";
    case TC_VALUE_LIST: case TC_VALUE_MAP: case TC_VALUE_NULL: return "JSON";
    case TC_VALUE_STRING: break;
    }
  return "STRING";
}

TcValue *
tc_kv_entry (const TcValue *value, const char *ttl, GError **error)
{
  int64_t now = tc_now_us (), us = 0;
  g_autoptr (TcMapBuilder) map = NULL;

  if (ttl != NULL && (!tc_duration_parse (ttl, &us) || us <= 0))
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("'%s' is no duration, as PT1H is"), ttl);
      return NULL;
    }
  map = tc_map_builder_new ();
  tc_map_builder_take (map, "value", tc_value_ref (value));
  tc_map_builder_str (map, "type", kv_type (value));
  tc_map_builder_take (map, "updated_us", tc_value_int (now));
  if (ttl != NULL)
    tc_map_builder_take (map, "expires_us", tc_value_int (now + us));
  return tc_map_builder_end (g_steal_pointer (&map));
}

const char *
tc_call_namespace (TcOrder *order, const TcValue *args)
{
  const char *named = tc_value_get_str (args, "namespace");

  return named != NULL && *named != '\0' ? named : order->head->namespace;
}

static TcValue *
call_secret (TcOrder *order, const TcValue *args, GError **error)
{
  const char *key = tc_value_get_str (args, "key");
  char *secret = tc_secret_find (tc_call_namespace (order, args), key != NULL ? key : "", order->site->key_ring, order->cancellable, error);
  TcValue *value = secret != NULL ? tc_value_string (secret) : NULL;

  if (secret != NULL)
    tc_order_secret (order, tc_call_namespace (order, args), key, secret);
  tc_secret_free (secret);
  return value;
}

/* A foreign namespace must be one: it has a flow, a file or a key. */
static gboolean
check_space (TcOrder *order, const char *space, GError **error)
{
  g_autoptr (TcValue) flows = NULL, keys = NULL;
  g_autofree char *directory = NULL;

  if (g_str_has_prefix (order->head->namespace, space))
    return TRUE;
  flows = tc_store_find_flows (order->site->store, space, NULL);
  keys = tc_store_kv_list (order->site->store, space, NULL);
  directory = tc_library_namespace_dir (order->site->data_dir, space);
  if ((flows != NULL && tc_value_length (flows) > 0) || (keys != NULL && tc_value_length (keys) > 0)
      || g_file_test (directory, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("Cannot access the KV store. The namespace '%s' does not exist."), space);
  return FALSE;
}

static TcValue *
kv_get (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *key = tc_value_get_str (args, "key");
  TcValue *entry;

  if (!check_space (order, tc_call_namespace (order, args), error))
    return NULL;
  entry = tc_store_kv_get (order->site->store, tc_call_namespace (order, args), key != NULL ? key : "", &problem);
  if (entry == NULL && problem != NULL && !g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (entry == NULL && tc_value_get_flag (args, "failExpired", FALSE) && !tc_kv_check_expired (order, tc_call_namespace (order, args), key, error))
    return NULL;
  return entry != NULL ? entry : tc_value_null ();
}

static TcValue *
kv_set (TcOrder *order, const TcValue *args, GError **error)
{
  const char *key = tc_value_get_str (args, "key");
  const TcValue *value = tc_value_get (args, "value");
  g_autoptr (TcValue) present = NULL, entry = NULL;
  TcBatch *batch;

  if (key == NULL || value == NULL)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("A key and a value are needed"));
      return NULL;
    }
  if (!tc_value_get_flag (args, "overwrite", TRUE))
    {
      present = kv_get (order, args, error);
      if (present == NULL)
        return NULL;
      if (!tc_value_is (present, TC_VALUE_NULL))
        {
          g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED,
                       _("Cannot set value for key '%s'. Key already exists and `overwrite` is set to `false`."), key);
          return NULL;
        }
    }
  entry = tc_kv_entry (value, tc_value_get_str (args, "ttl"), error);
  if (entry == NULL)
    return NULL;
  batch = tc_batch_new ();
  tc_batch_kv_set (batch, tc_call_namespace (order, args), key, g_steal_pointer (&entry));
  return tc_site_commit (order->site, batch, error) ? tc_value_null () : NULL;
}

static TcValue *
kv_delete (TcOrder *order, const TcValue *args, GError **error)
{
  const char *key = tc_value_get_str (args, "key");
  g_autoptr (TcValue) present = kv_get (order, args, error);
  TcBatch *batch;

  if (present == NULL)
    return NULL;
  if (tc_value_is (present, TC_VALUE_NULL))
    return tc_value_bool (FALSE);
  batch = tc_batch_new ();
  tc_batch_kv_delete (batch, tc_call_namespace (order, args), key);
  return tc_site_commit (order->site, batch, error) ? tc_value_bool (TRUE) : NULL;
}

static TcValue *
kv_list (TcOrder *order, const TcValue *args, GError **error)
{
  return tc_store_kv_list (order->site->store, tc_call_namespace (order, args), error);
}

static TcValue *
namespace_list (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GPtrArray) paths = tc_library_list_files (order->site->data_dir, tc_call_namespace (order, args), error);
  g_autoptr (TcListBuilder) list = paths != NULL ? tc_list_builder_new () : NULL;

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    tc_list_builder_take (list, tc_value_string (g_ptr_array_index (paths, i)));
  return list != NULL ? tc_list_builder_end (g_steal_pointer (&list)) : NULL;
}

static TcValue *
namespace_put (TcOrder *order, const TcValue *args, GError **error)
{
  const char *path = tc_value_get_str (args, "path"), *source = tc_value_get_str (args, "source");
  g_autofree char *content = NULL;
  gsize length;

  if (path == NULL || source == NULL)
    {
      g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("A path and a source are needed"));
      return NULL;
    }
  if (!g_file_get_contents (source, &content, &length, error)
      || !tc_library_put_file (order->site->data_dir, tc_call_namespace (order, args), path, content, length, error))
    return NULL;
  return tc_value_null ();
}

static TcValue *
file_path (TcOrder *order, const TcValue *args, GError **error)
{
  const char *uri = tc_value_get_str (args, "uri");
  char *path = tc_order_uri_path (order, uri != NULL ? uri : "", error);

  return path != NULL ? tc_value_string_take (path) : NULL;
}

static TcValue *
seal (TcOrder *order, const TcValue *args, GError **error)
{
  const char *text = tc_value_get_str (args, "text");

  return tc_sealed_text (order, text != NULL ? text : "", error);
}

TcValue *
tc_order_call (TcOrder *order, const char *what, const TcValue *args, GError **error)
{
  static const struct
  {
    const char *name;
    TcValue  *(*call) (TcOrder *, const TcValue *, GError **);
  } calls[] = {
    { "secret", call_secret }, { "kv.get", kv_get }, { "kv.set", kv_set }, { "kv.delete", kv_delete }, { "kv.list", kv_list },
    { "namespace.files", tc_order_namespace_files }, { "namespace.list", namespace_list }, { "namespace.put", namespace_put },
    { "uri.path", file_path }, { "seal", seal },
    { "kv.versions", tc_call_kv_versions }, { "kv.purge", tc_call_kv_purge }, { "namespaces", tc_call_namespaces },
    { "namespace.delete", tc_call_namespace_delete },
    { "namespace.versions", tc_call_namespace_versions }, { "namespace.purge", tc_call_namespace_purge }, { "execution.purgeFiles", tc_call_purge_files },
    { "executions.count", tc_call_count_executions }, { "executions.purge", tc_call_purge_executions },
    { "executions.find", tc_call_list_executions }, { "execution.kill", tc_call_kill_execution },
    { "execution.delete", tc_call_delete_execution }, { "flows.list", tc_call_list_flows },
    { "execution.resume", tc_call_resume_execution }, { "trigger.toggle", tc_call_toggle_trigger },
    { "logs.fetch", tc_call_fetch_logs }, { "logs.purge", tc_call_purge_logs },
    { "directory.put", tc_call_directory_put }, { "directory.namespace", tc_call_directory_namespace }, { "directory.collect", tc_call_directory_collect },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (calls); i++)
    if (strcmp (calls[i].name, what) == 0)
      return calls[i].call (order, args, error);
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("The engine has no call '%s'"), what);
  return NULL;
}
