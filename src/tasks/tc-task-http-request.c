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
  { "encryptBody", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (RequestProps, encrypt), "false", NULL, N_("Whether the text of the answer is kept encrypted, as `encryptedBody`.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Address asked, with its parameters.") },
  { "code", TC_KIND_INT, 0, 0, NULL, NULL, N_("Status code of the answer.") },
  { "headers", TC_KIND_MAP, 0, 0, NULL, NULL, N_("Headers of the answer: lower-case name to list.") },
  { "body", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Text of the answer.") },
  { "encryptedBody", TC_KIND_MAP, 0, 0, NULL, NULL, N_("The same, encrypted; expressions see the text.") },
  { 0 }
};

static TcValue *
sealed (TcJob          *job,
        const TcValue  *body,
        GError        **error)
{
  g_autoptr (TcValue) args = tc_value_map_of ("text", tc_value_ref (body), NULL);

  return tc_job_ask (job, "seal", args, error);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const RequestProps *given = data;
  g_auto (TcHttpAnswer) answer = { 0 };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) body = NULL;
  TcValue *kept;

  if (!tc_http_task_ask (job, &given->http, NULL, &answer, error))
    return NULL;
  tc_map_builder_str (map, "uri", answer.url);
  tc_map_builder_take (map, "code", tc_value_int (answer.status));
  tc_map_builder_take (map, "headers", tc_value_ref (answer.headers));
  if (!answer.has_body)
    return tc_map_builder_end (g_steal_pointer (&map));
  body = tc_http_answer_text (&given->http, &answer, error);
  kept = body == NULL ? NULL : given->encrypt ? sealed (job, body, error) : tc_value_ref (body);
  if (kept == NULL)
    return NULL;
  tc_map_builder_take (map, given->encrypt ? "encryptedBody" : "body", kept);
  return tc_map_builder_end (g_steal_pointer (&map));
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
