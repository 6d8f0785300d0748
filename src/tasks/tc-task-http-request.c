/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-http-task.h"
#include <glib/gi18n-lib.h>

typedef struct
{
  TcHttpTask http;
  gboolean   encrypt;
} RequestProps;

static const char *const aliases[] = { "io.kestra.plugin.fs.http.Request", NULL };
static const TcProp props[] = {
  TC_HTTP_TASK_ROWS (RequestProps),
  { "encryptBody", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (RequestProps, encrypt), "false", NULL, N_("Not available here: the task fails.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Address asked, with its parameters.") },
  { "code", TC_KIND_INT, 0, 0, NULL, NULL, N_("Status code of the answer.") },
  { "headers", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Headers of the answer: lower-case name to list.") },
  { "body", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Text of the answer.") },
  { 0 }
};

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const RequestProps *given = data;
  g_auto (TcHttpAnswer) answer = { 0 };
  TcMapBuilder *map;

  if (given->encrypt)
    {
      g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("encryptBody is not available here"));
      return NULL;
    }
  if (!tc_http_task_ask (job, &given->http, NULL, &answer, error))
    return NULL;
  map = tc_map_builder_new ();
  tc_map_builder_str (map, "uri", answer.url);
  tc_map_builder_take (map, "code", tc_value_int (answer.status));
  tc_map_builder_take (map, "headers", tc_value_ref (answer.headers));
  if (answer.has_body)
    tc_map_builder_take (map, "body", tc_value_string_len (answer.body->str, answer.body->len));
  return tc_map_builder_end (map);
}

extern const TcTaskClass tc_task_http_request;
const TcTaskClass tc_task_http_request = {
  .info = {
    .type = "io.kestra.plugin.core.http.Request", .aliases = aliases,
    .title = N_("Send an HTTP request"),
    .doc = N_("Asks a server and returns its answer."),
    .props = props, .outputs = outputs, .props_size = sizeof (RequestProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
