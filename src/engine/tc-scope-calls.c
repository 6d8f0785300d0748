/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-order-scope.h"

#include "private/tc-job-world.h"
#include "private/tc-secrets.h"
#include "tc-json.h"
#include "tc-library-versions.h"
#include "tc-limits.h"
#include "tc-log-file.h"
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The functions of expressions that need the engine (spec/expressions.md §14). Worker threads. */

static TcValue *failed (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static TcValue *
failed (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (TC_EXPR_ERROR, TC_EXPR_ERROR_CALL, format, args);
  va_end (args);
  return NULL;
}

static const char *
argument (const TcValue *args, const char *name)
{
  return args != NULL ? tc_value_get_str (args, name) : NULL;
}

static const char *
space_of (TcOrder *order, const TcValue *args)
{
  const char *named = argument (args, "namespace");

  return named != NULL ? named : order->head->namespace;
}

static TcValue *
call_secret (TcOrder *order, const TcValue *args, GError **error)
{
  const char *name = argument (args, "key"), *subkey = argument (args, "subkey");
  char *secret;
  g_autoptr (TcValue) object = NULL;
  TcValue *value;

  if (name == NULL)
    return failed (error, _("The 'secret' function expects an argument 'key'."));
  secret = tc_secret_find (space_of (order, args), name, order->site->key_ring, order->cancellable, error);
  if (secret == NULL)
    return NULL;
  if (subkey == NULL)
    value = tc_value_string (secret);
  else
    {
      const TcValue *field;

      object = tc_json_read (secret, strlen (secret), NULL);
      field = object != NULL ? tc_value_get (object, subkey) : NULL;
      value = field == NULL                            ? failed (error, _("Cannot find secret sub-key '%s'."), subkey)
              : tc_value_is (field, TC_VALUE_STRING) ? tc_value_ref (field)
                                                     : tc_value_string_take (tc_json_to_text (field));
    }
  if (value != NULL)
    tc_order_secret (order, space_of (order, args), name, tc_value_get_text (value));
  tc_secret_free (secret);
  return value;
}

/* Without a namespace of its own the call looks in those above the flow's too. */
static TcValue *
call_kv (TcOrder *order, const TcValue *args, GError **error)
{
  const char *key = argument (args, "key"), *named = argument (args, "namespace");
  g_autofree char *space = g_strdup (space_of (order, args));

  if (key == NULL)
    return failed (error, _("The 'kv' function expects an argument 'key'."));
  for (char *dot = space; dot != NULL;)
    {
      g_autoptr (GError) problem = NULL;
      g_autoptr (TcValue) entry = tc_store_kv_get (order->site->store, space, key, &problem);

      if (entry != NULL)
        return tc_value_ref (tc_value_get (entry, "value") != NULL ? tc_value_get (entry, "value") : entry);
      if (problem == NULL && tc_value_get_flag (args, "errorOnMissing", TRUE))
        tc_kv_check_expired (order, space, key, &problem);
      if (problem != NULL && !g_error_matches (problem, TC_STORE_ERROR, TC_STORE_ERROR_NOT_FOUND))
        return failed (error, "%s", problem->message);
      dot = named == NULL ? strrchr (space, '.') : NULL;
      if (dot != NULL)
        *dot = '\0';
    }
  if (!tc_value_get_flag (args, "errorOnMissing", TRUE))
    return tc_value_null ();
  return failed (error, _("The key '%s' does not exist in the namespace '%s'."), key, space_of (order, args));
}

/* Of internal storage only the files of executions may be read by their URI (Kestra: AbstractFileFunction). */
static gboolean
is_execution_file (TcOrder *order, const char *uri)
{
  g_autofree char *own = g_strconcat ("/executions/", order->head->id, "/", NULL);
  const char *executions = strstr (uri, "/executions/");

  return !g_str_has_prefix (uri, "kestra://") || strstr (uri, own) != NULL || (executions != NULL && strstr (executions, "/tasks/") != NULL);
}

static char *
version_path (TcOrder *order, const TcValue *args, const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  char *found = tc_library_version_path (order->site->data_dir, space_of (order, args), path, (int) tc_value_get_i64 (args, "version", 0), &problem);

  if (found == NULL)
    failed (error, "%s", problem->message);
  return found;
}

/* A URI, or the path of a namespace file. */
static char *
path_of (TcOrder *order, const TcValue *args, GError **error)
{
  const char *path = argument (args, "path");
  g_autofree char *directory = NULL;

  if (path == NULL)
    path = argument (args, "uri");
  if (path == NULL)
    {
      failed (error, _("The function expects an argument 'path'."));
      return NULL;
    }
  if (!is_execution_file (order, path))
    {
      failed (error, _("Unable to read the file '%s' as it is not an execution file"), path);
      return NULL;
    }
  if (strstr (path, "://") != NULL)
    return tc_order_uri_path (order, path, error);
  while (*path == '/')
    path++;
  if (!tc_path_is_inside (path))
    {
      failed (error, _("Path must not contain '../': %s"), path);
      return NULL;
    }
  if (tc_value_get_i64 (args, "version", 0) > 0)
    return version_path (order, args, path, error);
  directory = tc_library_namespace_dir (order->site->data_dir, space_of (order, args));
  return g_build_filename (directory, path, NULL);
}

static TcValue *
call_read (TcOrder *order, const TcValue *args, GError **error)
{
  g_autofree char *path = path_of (order, args, error), *text = NULL;
  g_autoptr (GError) problem = NULL;
  gsize length;
  struct stat info;

  if (path == NULL)
    return NULL;
  if (stat (path, &info) == 0 && info.st_size > (off_t) TC_LIMIT_TEMPLATE_BYTES)
    return failed (error, _("The file '%s' is too large to be read into an expression."), argument (args, "path"));
  if (!g_file_get_contents (path, &text, &length, &problem))
    return failed (error, _("Unable to read the file '%s': no such file"), argument (args, "path"));
  return tc_value_string_len (text, length);
}

static TcValue *
call_exists (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *path = path_of (order, args, &problem);

  /* A file that is not there is the answer; a question that may not be asked is an error. */
  if (problem != NULL && problem->domain == TC_EXPR_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  return tc_value_bool (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

static TcValue *
call_size (TcOrder *order, const TcValue *args, GError **error)
{
  g_autofree char *path = path_of (order, args, error);
  struct stat info;

  if (path == NULL)
    return NULL;
  if (stat (path, &info) != 0)
    return failed (error, _("Unable to read the file '%s': no such file"), argument (args, "path"));
  return tc_value_int (info.st_size);
}

static TcValue *
call_empty (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcValue) size = call_size (order, args, error);

  return size != NULL ? tc_value_bool (tc_value_get_int (size) == 0) : NULL;
}

static TcValue *
call_uri (TcOrder *order, const TcValue *args, GError **error)
{
  const char *path = argument (args, "path");
  g_autofree char *space = g_strdelimit (g_strdup (space_of (order, args)), ".", '/');

  while (path != NULL && *path == '/')
    path++;
  if (path == NULL || strstr (path, "../") != NULL)
    return failed (error, _("Path must not contain '../'"));
  return tc_value_printf ("kestra:///%s/_files/%s", space, path);
}

static gboolean
add_error_log (uint64_t index, const TcLogEntry *entry, gpointer data)
{
  if (entry->level == TC_LEVEL_ERROR)
    tc_list_builder_take (data, tc_value_map_of ("level", tc_value_string ("ERROR"),
                                                 "message", tc_value_string_len (entry->message, entry->length),
                                                 "timestamp", tc_value_string_take (tc_time_format_us (entry->at_us)),
                                                 "taskId", entry->task_id != NULL ? tc_value_string (entry->task_id) : tc_value_null (),
                                                 "taskRunId", entry->task_run_id != NULL ? tc_value_string (entry->task_run_id)
                                                                                         : tc_value_null (),
                                                 "attemptNumber", tc_value_int (entry->attempt), NULL));
  return TRUE;
}

static TcValue *
call_error_logs (TcOrder *order, const TcValue *args, GError **error)
{
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  g_autoptr (TcLogReader) reader = NULL;

  tc_hub_barrier (order->site->hub);
  reader = tc_log_reader_open (order->site->log_dir, order->head->id, error);
  if (reader == NULL || !tc_log_reader_each (reader, 0, tc_log_reader_n (reader), add_error_log, list, error))
    return NULL;
  return tc_list_builder_end (g_steal_pointer (&list));
}

TcValue *
tc_scope_call (TcScope *scope, const char *name, const TcValue *args, GError **error)
{
  static const struct
  {
    const char *name;
    TcValue  *(*call) (TcOrder *, const TcValue *, GError **);
  } calls[] = {
    { "secret", call_secret }, { "kv", call_kv }, { "read", call_read }, { "fileExists", call_exists }, { "fileSize", call_size },
    { "isFileEmpty", call_empty }, { "fileEmpty", call_empty }, { "fileURI", call_uri }, { "errorLogs", call_error_logs },
  };
  TcOrder *order = ((TcOrderScope *) scope)->order;

  for (size_t i = 0; i < G_N_ELEMENTS (calls); i++)
    if (strcmp (calls[i].name, name) == 0)
      return calls[i].call (order, args, error);
  return failed (error, _("The function '%s' is not available here."), name);
}
