/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that ask the engine: it looks things up, the messages for what is missing are made here. */
#include "config.h"
#include "tc-expr-tables.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* All arguments by name, as the engine gets them. */
static TcValue *
named_args (const TcExprArg *declared, const TcVal *args)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; declared[i].name != NULL; i++)
    {
      TcValue *value = tc_val_freeze (&args[i]);

      tc_map_builder_take (map, declared[i].name, value != NULL ? value : tc_value_null ());
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static gboolean
ask (TcRender *render, const char *name, const TcExprArg *declared, const TcVal *args, TcVal *result, gboolean *found)
{
  g_autoptr (TcValue) map = named_args (declared, args);

  return tc_render_ask (render, name, map, result, found);
}

static gboolean
ask_or_fail (TcRender *render, const char *name, const TcExprArg *declared, const TcVal *args, TcVal *result)
{
  gboolean found;

  return ask (render, name, declared, args, result, &found)
         && (found || tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "The '%s' function found nothing.", name));
}

/* The flow's namespace, for messages and addresses; "" if there is no flow. */
static gboolean
flow_namespace (TcRender *render, TcVal *result)
{
  g_auto (TcVal) flow = TC_VAL_INIT;
  g_auto (TcVal) key = tc_val_str ("namespace");
  gboolean       found;

  if (!tc_render_name (render, "flow", &flow, &found))
    return FALSE;
  if (!found || flow.type != TC_VAL_MAP || !tc_val_get (&flow, &key, result) || !tc_val_is_text (result))
    {
      tc_val_clear (result);
      *result = tc_val_str ("");
    }
  return TRUE;
}

static const TcExprArg secret_args[] = {
  { "key", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("Name of the secret.") },
  { "namespace", TC_EXPR_STRING, 0, NULL, N_("Its namespace; else the flow's.") },
  { "subkey", TC_EXPR_STRING, 0, NULL, N_("A field, if the secret is a JSON text.") }, { 0 }
};

static gboolean
function_secret (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  gboolean found;

  if (!ask (render, "secret", secret_args, args, result, &found))
    return FALSE;
  return found || tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "Cannot find secret for key '%s'.", tc_val_text (&args[0], NULL));
}

static const TcExprArg kv_args[] = {
  { "key", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("The key.") },
  { "namespace", TC_EXPR_STRING, 0, NULL, N_("Its namespace; else the flow's, then its parents.") },
  { "errorOnMissing", TC_EXPR_BOOLEAN, 0, "true", N_("Fail if there is no such key? Else the value is null.") }, { 0 }
};

static gboolean
function_kv (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_auto (TcVal) namespace = TC_VAL_INIT;
  gboolean       found;

  if (!ask (render, "kv", kv_args, args, result, &found))
    return FALSE;
  if (found || (args[2].type == TC_VAL_BOOL && !args[2].b))
    return TRUE;
  if (tc_val_is_text (&args[1]))
    namespace = tc_val_ref (&args[1]);
  else if (!flow_namespace (render, &namespace))
    return FALSE;
  return tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "The key '%s' does not exist in the namespace '%s'.",
                              tc_val_text (&args[0], NULL), tc_val_text (&namespace, NULL));
}

#define READ_MISSING "The 'read' function expects an argument 'path' that is a path to a namespace file or an internal storage URI."

static const TcExprArg read_args[] = {
  { "path", TC_EXPR_ANY, TC_EXPR_REQUIRED, NULL, N_("A namespace file, or the address of a stored file."), READ_MISSING },
  { "namespace", TC_EXPR_STRING, 0, NULL, N_("The namespace of the file; else the flow's.") },
  { "version", TC_EXPR_INTEGER, 0, NULL, N_("Which version of a namespace file; else the newest.") }, { 0 }
};

static gboolean
function_read (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  g_autoptr (GString) path = tc_render_to_text (&args[0]);
  gboolean            found;

  if (!tc_val_is_text (&args[0]))
    return tc_render_fail (render, "Unable to read the file %s", path->str);
  if (!ask (render, "read", read_args, args, result, &found))
    return FALSE;
  return found ? tc_render_bytes (render, tc_val_is_text (result) ? tc_value_length (result->value) : 0)
               : tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "Unable to read the file %s", path->str);
}

#define PATH_ARGS(function) \
  { "path", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A namespace file, or the address of a stored file."), \
    "The '" function "' function expects an argument 'path' that is a path to a namespace file or an internal storage URI." }, \
  { "namespace", TC_EXPR_STRING, 0, NULL, N_("The namespace of the file; else the flow's.") }, { 0 }

static const TcExprArg size_args[] = { PATH_ARGS ("fileSize") };
static const TcExprArg exists_args[] = { PATH_ARGS ("fileExists") };
static const TcExprArg empty_args[] = { PATH_ARGS ("isFileEmpty") };

static gboolean
ask_file (TcRender *render, const char *name, const TcExprArg *declared, const TcVal *args, TcVal *result)
{
  gboolean found;

  return ask (render, name, declared, args, result, &found)
         && (found || tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "Unable to find the file %s", tc_val_text (&args[0], NULL)));
}

static gboolean
function_file_size (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return ask_file (render, "fileSize", size_args, args, result);
}

static gboolean
function_file_exists (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return ask_file (render, "fileExists", exists_args, args, result);
}

static gboolean
function_is_file_empty (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return ask_file (render, "isFileEmpty", empty_args, args, result);
}

static const TcExprArg uri_args[] = {
  { "path", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A namespace file.") }, { 0 }
};

static gboolean
function_file_uri (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  const char      *path = tc_val_text (&args[0], NULL);
  g_auto (TcVal)   namespace = TC_VAL_INIT;
  g_autofree char *folder = NULL;

  if (strstr (path, "../") != NULL)
    return tc_render_fail (render, "Path must not contain '../'");
  if (!flow_namespace (render, &namespace))
    return FALSE;
  folder = g_strdelimit (g_strdup (tc_val_text (&namespace, NULL)), ".", '/');
  return tc_render_take_text (render, g_strdup_printf ("kestra:///%s/_files/%s", folder, path + (*path == '/')), result);
}

static gboolean
function_error_logs (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  static const TcExprArg none[] = { { 0 } };

  if (render->scope->call == NULL)
    return tc_render_fail_code (render, TC_EXPR_ERROR_CALL, "errorLogs() needs a running execution");
  return ask_or_fail (render, "errorLogs", none, args, result);
}

static gboolean
function_random_port (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  static const TcExprArg none[] = { { 0 } };

  return ask_or_fail (render, "randomPort", none, args, result);
}

static const TcExprArg http_args[] = {
  { "uri", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("The address.") },
  { "method", TC_EXPR_STRING, 0, "'GET'", N_("The method.") },
  { "query", TC_EXPR_MAP, 0, NULL, N_("Parameters of the query.") },
  { "body", TC_EXPR_ANY, 0, NULL, N_("What is sent.") },
  { "contentType", TC_EXPR_STRING, 0, "'application/json'", N_("The kind of the body.") },
  { "headers", TC_EXPR_MAP, 0, NULL, N_("Headers of the request.") },
  { "options", TC_EXPR_MAP, 0, NULL, N_("Options of the client.") },
  { "accept", TC_EXPR_STRING, 0, NULL, N_("The kind of answer that is wanted.") }, { 0 }
};

static gboolean
function_http (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return ask_or_fail (render, "http", http_args, args, result);
}

static const TcExprArg holiday_args[] = {
  { "date", TC_EXPR_STRING, TC_EXPR_REQUIRED, NULL, N_("A date by ISO 8601.") },
  { "countryCode", TC_EXPR_STRING, 0, NULL, N_("The country, such as `FR`.") },
  { "subDivision", TC_EXPR_STRING, 0, NULL, N_("A part of the country.") }, { 0 }
};

static gboolean
function_is_public_holiday (TcRender *render, const TcVal *args, size_t n, TcVal *result)
{
  return ask_or_fail (render, "isPublicHoliday", holiday_args, args, result);
}

const TcCallable tc_functions_scope[] = {
  { TC_FUNCTION ("errorLogs", function_error_logs, TC_EXPR_CALLS | TC_EXPR_UNDECLARED, NULL),
    TC_DOC (N_("The log records of the execution at level ERROR."), "{{ errorLogs()[0]['message'] }}", NULL) },
  { TC_FUNCTION ("fileExists", function_file_exists, TC_EXPR_CALLS, exists_args), .entry.since = "0.22",
    TC_DOC (N_("Is there such a file?"), "{{ fileExists(\"a.txt\") }}", NULL) },
  { TC_FUNCTION ("fileSize", function_file_size, TC_EXPR_CALLS, size_args),
    TC_DOC (N_("The size of a file, in bytes."), "{{ fileSize(\"a.txt\") }}", NULL) },
  { TC_FUNCTION ("fileURI", function_file_uri, TC_EXPR_READS_ALL, uri_args),
    TC_DOC (N_("The address of a namespace file."), "{% set flow = {\"namespace\": \"a.b\"} %}{{ fileURI(\"x.txt\") }}",
            "kestra:///a/b/_files/x.txt") },
  { TC_FUNCTION ("http", function_http, TC_EXPR_CALLS, http_args), .entry.since = "0.24",
    TC_DOC (N_("The answer to an HTTP request; JSON is read."), "{{ http(\"http://127.0.0.1/\") }}", NULL) },
  { TC_FUNCTION ("isFileEmpty", function_is_file_empty, TC_EXPR_CALLS, empty_args), .entry.since = "0.22",
    TC_DOC (N_("Is the file empty?"), "{{ isFileEmpty(\"a.txt\") }}", NULL) },
  { TC_FUNCTION ("isPublicHoliday", function_is_public_holiday, TC_EXPR_CALLS, holiday_args), .entry.since = "1.3",
    TC_DOC (N_("Is the date a public holiday of the country?"), "{{ isPublicHoliday(\"2024-12-25\", \"FR\") }}", NULL) },
  { TC_FUNCTION ("kv", function_kv, TC_EXPR_CALLS | TC_EXPR_READS_ALL, kv_args),
    TC_DOC (N_("A value of the key-value store."), "{{ kv(\"key\", errorOnMissing=false) ?? 1 }}", NULL) },
  { TC_FUNCTION ("randomPort", function_random_port, TC_EXPR_CALLS | TC_EXPR_VOLATILE | TC_EXPR_UNDECLARED, NULL), .entry.since = "0.22",
    TC_DOC (N_("A free TCP port."), "{{ randomPort() }}", NULL) },
  { TC_FUNCTION ("read", function_read, TC_EXPR_CALLS, read_args),
    TC_DOC (N_("The text of a file."), "{{ read(\"a.txt\") }}", NULL) },
  { TC_FUNCTION ("secret", function_secret, TC_EXPR_CALLS, secret_args),
    TC_DOC (N_("A secret; it is masked in logs."), "{{ secret(\"TOKEN\") }}", NULL) },
  { { 0 } }
};
