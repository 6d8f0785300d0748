/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-http-task.h"
#include "tc-stored.h"
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

typedef struct
{
  TcHttpTask http;
  char      *save_as;
  gboolean   fail_on_empty;
} DownloadProps;

static const char *const aliases[] = { "io.kestra.plugin.fs.http.Download", NULL };
static const TcProp props[] = {
  TC_HTTP_TASK_ROWS (DownloadProps),
  { "saveAs", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (DownloadProps, save_as), NULL, NULL, N_("Name of the file.") },
  { "failOnEmptyResponse", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (DownloadProps, fail_on_empty), "true", NULL, N_("Whether an empty answer fails the task.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("URI of the file.") },
  { "code", TC_KIND_INT, 0, 0, NULL, NULL, N_("Status code of the answer.") },
  { "length", TC_KIND_INT, 0, 0, NULL, NULL, N_("Length of the file in bytes.") },
  { "headers", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Headers of the answer: lower-case name to list.") },
  { 0 }
};

/* The last `filename=` of Content-Disposition, without folders; blanks and brackets as Kestra writes them into URIs. */
static char *
name_of_disposition (const TcValue *headers)
{
  const TcValue *values = tc_value_get (headers, "content-disposition");
  const char *text = values == NULL ? NULL : tc_value_get_text (tc_value_item (values, 0)), *found = NULL, *slash;
  g_autoptr (GString) name = NULL;

  for (const char *at = text; at != NULL && (at = strstr (at, "filename=")) != NULL; at += strlen ("filename="))
    found = at + strlen ("filename=");
  if (found == NULL)
    return NULL;
  name = g_string_new (found);
  g_string_truncate (name, strcspn (name->str, ";"));
  g_string_replace (name, "\"", "", 0);
  slash = strrchr (name->str, '/');
  if (slash != NULL)
    g_string_erase (name, 0, slash + 1 - name->str);
  g_string_replace (name, " ", "+", 0);
  g_string_replace (name, "[", "%5B", 0);
  g_string_replace (name, "]", "%5D", 0);
  return name->len == 0 || strcmp (name->str, "..") == 0 || strcmp (name->str, ".") == 0 ? NULL : g_string_free (g_steal_pointer (&name), FALSE);
}

static void
choose_name (const DownloadProps *given,
             const TcHttpAnswer  *answer,
             TcStoredOut         *out)
{
  char *name = given->save_as != NULL ? g_path_get_basename (given->save_as) : name_of_disposition (answer->headers);

  if (name == NULL)
    return;
  g_free (out->name);
  out->name = name;
}

static gboolean
check_length (TcJob                *job,
              const DownloadProps  *given,
              const TcHttpAnswer   *answer,
              GError              **error)
{
  const TcValue *announced = tc_value_get (answer->headers, "content-length");
  gboolean encoded = tc_value_get (answer->headers, "content-encoding") != NULL;

  if (announced != NULL && !encoded && g_ascii_strtoull (tc_value_get_text (tc_value_item (announced, 0)), NULL, 10) != answer->length)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("Invalid size, got %" PRIu64 ", expected %s"), answer->length,
                   tc_value_get_text (tc_value_item (announced, 0)));
      return FALSE;
    }
  if (answer->length > 0)
    return TRUE;
  if (given->fail_on_empty && !tc_http_task_allows_failed (&given->http))
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("No response from server"));
      return FALSE;
    }
  tc_job_log (job, TC_LEVEL_WARN, "File '%s' is empty", answer->url);
  return TRUE;
}

static char *
extension_of (const char *uri)
{
  g_autofree char *path = g_strndup (uri, strcspn (uri, "?#"));
  const char *host = strstr (path, "://"), *slash = host == NULL ? NULL : strchr (host + 3, '/');

  return slash == NULL ? g_strdup (".tmp") : tc_stored_extension (slash);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const DownloadProps *given = data;
  g_autofree char *extension = extension_of (given->http.uri), *uri = NULL;
  g_autoptr (TcStoredOut) out = tc_stored_out_new (job, extension, error);
  g_auto (TcHttpAnswer) answer = { 0 };

  if (out == NULL || !tc_http_task_ask (job, &given->http, out->file, &answer, error) || !check_length (job, given, &answer, error))
    return NULL;
  choose_name (given, &answer, out);
  uri = tc_stored_out_end (job, g_steal_pointer (&out), error);
  if (uri == NULL)
    return NULL;
  tc_job_log (job, TC_LEVEL_DEBUG, "File '%s' downloaded with size '%" PRIu64 "'", answer.url, answer.length);
  return tc_value_map_of ("uri", tc_value_string (uri), "code", tc_value_int (answer.status), "length", tc_value_int ((int64_t) answer.length),
                          "headers", tc_value_ref (answer.headers), NULL);
}

extern const TcTaskClass tc_task_http_download;
const TcTaskClass tc_task_http_download = {
  .info = {
    .type = "io.kestra.plugin.core.http.Download", .aliases = aliases,
    .title = N_("Download a file"),
    .doc = N_("Asks a server and stores its answer as a file."),
    .props = props, .outputs = outputs, .props_size = sizeof (DownloadProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
