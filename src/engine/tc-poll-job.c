/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "private/tc-poll-job.h"

#include "private/tc-sealed.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define REQUEST   "io.kestra.plugin.core.http.Request"
#define CONDITION "{{ response.statusCode < 400 }}"

/* What http.Request takes of it, rendered; any status is an answer. */
static TcValue *
request_of (TcOrder *order, const TcValue *trigger, GError **error)
{
  static const char *const names[] = { "uri", "method", "body", "formData", "contentType", "headers", "options", "sslOptions" };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  g_autoptr (TcValue) written = NULL, rendered = NULL, any = tc_value_bool (TRUE);

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (tc_value_get (trigger, names[i]) != NULL)
      tc_map_builder_take (map, names[i], tc_value_ref (tc_value_get (trigger, names[i])));
  written = tc_map_builder_end (g_steal_pointer (&map));
  rendered = tc_order_render (order, written, NULL, error);
  return rendered != NULL ? tc_value_with (rendered, "allowFailed", any) : NULL;
}

static TcValue *
response_of (const TcValue *answer)
{
  const TcValue *body = tc_value_get (answer, "body"), *headers = tc_value_get (answer, "headers");
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  tc_map_builder_take (map, "statusCode", tc_value_int (tc_value_get_i64 (answer, "code", 0)));
  tc_map_builder_take (map, "body", body != NULL ? tc_value_ref (body) : tc_value_null ());
  if (headers != NULL)
    tc_map_builder_take (map, "headers", tc_value_ref (headers));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static gboolean
is_wanted (TcOrder *order, const TcValue *trigger, const TcValue *answer, gboolean *wanted, GError **error)
{
  const char *condition = tc_value_get_str (trigger, "responseCondition");
  g_autoptr (TcValue) text = tc_value_string (condition != NULL ? condition : CONDITION);
  g_autoptr (TcValue) names = tc_value_map_of ("response", response_of (answer), NULL);
  g_autoptr (TcValue) rendered = tc_order_render (order, text, names, error);

  if (rendered != NULL)
    *wanted = tc_expr_is_truthy (rendered);
  return rendered != NULL;
}

static TcValue *
sealed (TcOrder *order, const TcValue *answer, GError **error)
{
  const char *body = tc_value_get_str (answer, "body");
  g_autoptr (TcValue) hidden = body != NULL ? tc_sealed_text (order, body, error) : NULL, rest = NULL;

  if (body == NULL)
    return tc_value_ref (answer);
  rest = tc_value_without (answer, "body");
  return hidden != NULL ? tc_value_with (rest, "encryptedBody", hidden) : NULL;
}

TcValue *
tc_poll_http (TcOrder *order, const TcValue *trigger, GError **error)
{
  const TcTaskClass *klass = tc_registry_task (order->site->types, REQUEST, NULL);
  g_autoptr (TcValue) request = request_of (order, trigger, error), answer = NULL;
  gboolean wanted = FALSE;

  if (request == NULL)
    return NULL;
  answer = tc_job_call (order, klass, request, error);
  if (answer == NULL || !is_wanted (order, trigger, answer, &wanted, error) || !wanted)
    return NULL;
  return tc_value_get_flag (trigger, "encryptBody", FALSE) ? sealed (order, answer, error) : g_steal_pointer (&answer);
}
