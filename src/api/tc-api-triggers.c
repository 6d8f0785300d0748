/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-api-call.h"

#include "tc-json.h"
#include <glib/gi18n-lib.h>

/* Triggers (spec/core-tasks-and-triggers.md §8.6). A body names its trigger by {namespace, flowId, triggerId}. */

/* Generated clients insist on `date`. */
static TcValue *
with_date (const TcValue *state)
{
  const TcValue *next = tc_value_get (state, "nextExecutionDate");
  g_autoptr (TcValue) epoch = tc_value_string ("1970-01-01T00:00:00Z");

  return tc_value_get (state, "date") != NULL ? tc_value_ref (state) : tc_value_with (state, "date", next != NULL ? next : epoch);
}

static gboolean
is_wanted (TcApiCall     *call,
           const TcValue *state)
{
  const char *space = tc_value_get_str (state, "namespace"), *flow = tc_value_get_str (state, "flowId");
  const char *wanted = tc_api_query (call, "namespace"), *text = tc_api_query (call, "q");
  gsize length = wanted != NULL ? strlen (wanted) : 0;

  if (call->arguments[0] != NULL && (!g_str_equal (space, call->arguments[0]) || !g_str_equal (flow, call->arguments[1])))
    return FALSE;
  if (wanted != NULL && (!g_str_has_prefix (space, wanted) || (space[length] != '\0' && space[length] != '.')))
    return FALSE;
  return text == NULL || strstr (space, text) != NULL || strstr (flow, text) != NULL
         || strstr (tc_value_get_str (state, "triggerId"), text) != NULL;
}

static void
listed (GObject      *engine,
        GAsyncResult *result,
        gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) all = tc_engine_triggers_finish (call->engine, result, &error);
  TcListBuilder *list;

  if (all == NULL)
    {
      tc_api_answer_error (call, error);
      return;
    }
  list = tc_list_builder_new ();
  for (gsize i = 0; i < tc_value_length (all); i++)
    {
      const TcValue *state = tc_value_item (all, i);

      if (!is_wanted (call, state))
        continue;
      if (call->arguments[0] != NULL)
        tc_list_builder_take (list, with_date (state));
      else
        tc_list_builder_take (list, tc_value_map_of (
          "abstractTrigger", tc_value_map_of ("id", tc_value_ref (tc_value_get (state, "triggerId")),
                                              "type", tc_value_ref (tc_value_get (state, "type")), NULL),
          "triggerContext", with_date (state), NULL));
    }
  tc_api_answer (call, 200, tc_api_page (tc_list_builder_end (list)));
}

static void
list (TcApiCall *call)
{
  tc_engine_triggers_async (call->engine, "list", NULL, NULL, NULL, NULL, NULL, listed, call);
}

static void
commanded (GObject      *engine,
           GAsyncResult *result,
           gpointer      data)
{
  TcApiCall *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) state = tc_engine_triggers_finish (call->engine, result, &error);

  if (state == NULL)
    tc_api_answer_error (call, error);
  else
    tc_api_answer (call, 200, with_date (state));
}

static void
unlock (TcApiCall *call)
{
  tc_engine_triggers_async (call->engine, "unlock", call->arguments[0], call->arguments[1], call->arguments[2], NULL, NULL, commanded, call);
}

static TcValue *
read_body (TcApiCall *call)
{
  gsize length;
  g_autofree char *body = tc_api_body (call, &length);
  TcValue *value = tc_json_read (body, length, NULL);

  if (tc_value_is (value, TC_VALUE_MAP) && tc_value_get_str (value, "namespace") != NULL && tc_value_get_str (value, "flowId") != NULL
      && tc_value_get_str (value, "triggerId") != NULL)
    return value;
  tc_value_unref (value);
  tc_api_answer_status (call, 422, "Invalid entity: %s", _("a JSON object with namespace, flowId and triggerId is needed"));
  return NULL;
}

/* @args: of the command, or NULL. */
static void
command (TcApiCall     *call,
         const TcValue *body,
         const char    *action,
         const TcValue *args)
{
  tc_engine_triggers_async (call->engine, action, tc_value_get_str (body, "namespace"), tc_value_get_str (body, "flowId"),
                            tc_value_get_str (body, "triggerId"), args, NULL, commanded, call);
}

/* With `backfill`: makes one; else sets `disabled`. */
static void
put (TcApiCall *call)
{
  g_autoptr (TcValue) body = read_body (call);
  const TcValue *backfill = tc_value_get (body, "backfill");

  if (body == NULL)
    return;
  if (tc_value_is (backfill, TC_VALUE_MAP))
    command (call, body, "backfill", backfill);
  else
    command (call, body, tc_value_get_flag (body, "disabled", FALSE) ? "disable" : "enable", NULL);
}

static void
act (TcApiCall  *call,
     const char *action)
{
  g_autoptr (TcValue) body = read_body (call);

  if (body != NULL)
    command (call, body, action, NULL);
}

static void
pause_backfill (TcApiCall *call)
{
  act (call, "pause-backfill");
}

static void
resume_backfill (TcApiCall *call)
{
  act (call, "resume-backfill");
}

static void
delete_backfill (TcApiCall *call)
{
  act (call, "delete-backfill");
}

const TcApiRoute tc_api_trigger_routes[] = {
  { "GET", "triggers/search", list },
  { "GET", "triggers/*/*", list },
  { "PUT", "triggers", put },
  { "POST", "triggers/*/*/*/unlock", unlock },
  { "PUT", "triggers/backfill/pause", pause_backfill },
  { "PUT", "triggers/backfill/unpause", resume_backfill },
  { "POST", "triggers/backfill/delete", delete_backfill },
  { 0 }
};
