/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-job-world.h"

#include "private/tc-job-calls.h"
#include "tc-engine.h"
#include "tc-library-versions.h"
#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
tc_kv_check_expired (TcOrder *order, const char *namespace_, const char *key, GError **error)
{
  gboolean expired;
  TcBatch *batch;

  if (!tc_store_kv_has_expired (order->site->store, namespace_, key, &expired, error))
    return FALSE;
  if (!expired)
    return TRUE;
  batch = tc_batch_new ();
  tc_batch_kv_delete (batch, namespace_, key);
  if (tc_site_commit (order->site, batch, error))
    g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND, _("The requested value has expired"));
  return FALSE;
}

TcValue *
tc_call_kv_versions (TcOrder *order, const TcValue *args, GError **error)
{
  return tc_store_kv_versions (order->site->store, error);
}

TcValue *
tc_call_kv_purge (TcOrder *order, const TcValue *args, GError **error)
{
  const TcValue *entries = tc_value_get (args, "entries");
  size_t n = tc_value_is (entries, TC_VALUE_LIST) ? tc_value_length (entries) : 0;
  TcBatch *batch;

  if (n == 0)
    return tc_value_null ();
  batch = tc_batch_new ();
  for (size_t i = 0; i < n; i++)
    {
      const TcValue *entry = tc_value_item (entries, i);
      const char *space = tc_value_get_str (entry, "namespace"), *key = tc_value_get_str (entry, "key");

      if (space != NULL && key != NULL)
        tc_batch_kv_purge (batch, space, key, (int) tc_value_get_i64 (entry, "version", 0));
    }
  return tc_site_commit (order->site, batch, error) ? tc_value_null () : NULL;
}

/* The one that runs counts as well: its flow need not be stored. */
TcValue *
tc_call_namespaces (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcValue) flows = tc_store_find_flows (order->site->store, NULL, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) names = NULL;
  g_autoptr (TcListBuilder) list = NULL;

  if (flows == NULL)
    return NULL;
  g_hash_table_add (seen, order->head->namespace);
  for (size_t i = 0; i < tc_value_length (flows); i++)
    g_hash_table_add (seen, (gpointer) tc_value_get_str (tc_value_item (flows, i), "namespace"));
  names = g_list_sort (g_hash_table_get_keys (seen), (GCompareFunc) strcmp);
  list = tc_list_builder_new ();
  for (GList *name = names; name != NULL; name = name->next)
    tc_list_builder_take (list, tc_value_string (name->data));
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_call_namespace_delete (TcOrder *order, const TcValue *args, GError **error)
{
  const char *path = tc_value_get_str (args, "path");

  if (path != NULL && *path != '\0')
    return tc_library_delete_file (order->site->data_dir, tc_call_namespace (order, args), path, error) ? tc_value_null () : NULL;
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, _("A path is needed"));
  return NULL;
}

TcValue *
tc_call_namespace_versions (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GPtrArray) found = tc_library_versions (order->site->data_dir, tc_call_namespace (order, args), error);
  g_autoptr (TcListBuilder) list = found != NULL ? tc_list_builder_new () : NULL;

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const TcFileVersion *version = g_ptr_array_index (found, i);

      tc_list_builder_take (list, tc_value_map_of ("path", tc_value_string (version->path), "version", tc_value_int (version->version),
                                                   "updated_us", tc_value_int (version->updated_us), NULL));
    }
  return list != NULL ? tc_list_builder_end (g_steal_pointer (&list)) : NULL;
}

TcValue *
tc_call_namespace_purge (TcOrder *order, const TcValue *args, GError **error)
{
  const char *path = tc_value_get_str (args, "path");

  return tc_library_purge_version (order->site->data_dir, tc_call_namespace (order, args), path != NULL ? path : "",
                                   (int) tc_value_get_i64 (args, "version", 0), error) ? tc_value_null () : NULL;
}

TcValue *
tc_call_purge_files (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GPtrArray) uris = tc_storage_list_execution (order->site->data_dir, order->head, error);
  g_autoptr (TcListBuilder) list = NULL;

  if (uris == NULL || !tc_storage_remove_execution (order->site->data_dir, order->head, error))
    return NULL;
  list = tc_list_builder_new ();
  for (guint i = 0; i < uris->len; i++)
    tc_list_builder_take (list, tc_value_string (g_ptr_array_index (uris, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_call_directory_put (TcOrder *order, const TcValue *args, GError **error)
{
  return tc_directory_put (order, tc_value_get (args, "files"), error) ? tc_value_null () : NULL;
}

TcValue *
tc_call_directory_namespace (TcOrder *order, const TcValue *args, GError **error)
{
  return tc_directory_put_namespace (order, args, error) ? tc_value_null () : NULL;
}

TcValue *
tc_call_directory_collect (TcOrder *order, const TcValue *args, GError **error)
{
  return tc_directory_collect (order, tc_value_get (args, "patterns"), error);
}
