/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-http-task.h"

#include "tc-json.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  TcHttpTask http;
  char      *program;
  gboolean   fail_on_missing;
} SseProps;

static const TcProp props[] = {
  TC_HTTP_TASK_ROWS (SseProps),
  { "concatJqExpression", TC_KIND_STRING, TC_PROP_DYNAMIC, offsetof (SseProps, program), NULL, NULL, N_("jq program that gives a text, number or boolean of each event; they are put together.") },
  { "failedOnMissingJq", TC_KIND_BOOL, TC_PROP_DYNAMIC, offsetof (SseProps, fail_on_missing), "true", NULL, N_("Whether an event of which that program makes nothing fails the task.") },
  { 0 }
};
static const TcProp outputs[] = {
  { "uri", TC_KIND_STRING, 0, 0, NULL, NULL, N_("Address asked, with its parameters.") },
  { "size", TC_KIND_INT, 0, 0, NULL, NULL, N_("How many events there were.") },
  { "events", TC_KIND_LIST, 0, 0, NULL, NULL, N_("The events, each with `data`, `id`, `name`, `comment` and `retry`; not with a jq program.") },
  { "result", TC_KIND_STRING, 0, 0, NULL, NULL, N_("What the jq program made of all events.") },
  { 0 }
};

/* An event while its lines arrive (Kestra: HttpClient.parseSse()). */
typedef struct
{
  GString *data;
  char    *id, *name, *comment, *retry;
  gboolean has_data;
} Event;

static void
event_reset (Event *self)
{
  g_string_truncate (self->data, 0);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->comment, g_free);
  g_clear_pointer (&self->retry, g_free);
  self->has_data = FALSE;
}

static void
set (char       **field,
     const char  *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
set_retry (Event      *self,
           const char *value)
{
  int64_t ms;

  if (*value == '\0' || strspn (value, "0123456789") != strlen (value) || strlen (value) > 15)
    return;
  ms = g_ascii_strtoll (value, NULL, 10);
  g_free (self->retry);
  self->retry = tc_duration_format (ms * 1000);
}

static void
take_line (Event *self,
           char  *line)
{
  char *colon = strchr (line, ':'), *value = colon != NULL ? colon + 1 : line + strlen (line);

  if (*value == ' ')
    value++;
  if (colon != NULL)
    *colon = '\0';
  if (*line == '\0')
    set (&self->comment, value);
  else if (strcmp (line, "data") == 0)
    {
      g_string_append_printf (self->data, "%s%s", self->has_data ? "\n" : "", value);
      self->has_data = TRUE;
    }
  else if (strcmp (line, "id") == 0)
    set (&self->id, value);
  else if (strcmp (line, "event") == 0)
    set (&self->name, value);
  else if (strcmp (line, "retry") == 0)
    set_retry (self, value);
}

/* Data is JSON if it reads as such. */
static TcValue *
event_end (const Event *self)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();
  TcValue *data = self->data->len > 0 ? tc_json_read (self->data->str, self->data->len, NULL) : NULL;

  if (data == NULL && self->data->len > 0)
    data = tc_value_string (self->data->str);
  if (data != NULL)
    tc_map_builder_take (map, "data", data);
  tc_map_builder_str (map, "id", self->id);
  tc_map_builder_str (map, "name", self->name);
  tc_map_builder_str (map, "comment", self->comment);
  tc_map_builder_str (map, "retry", self->retry);
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* An event that the end of the stream cuts off is none. */
static TcValue *
read_events (const TcValue *text)
{
  g_autofree char *copy = g_strdup (tc_value_get_text (text));
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();
  Event event = { .data = g_string_new (NULL) };

  for (char *at = copy, *end; *at != '\0'; at = end)
    {
      char *line = at;

      end = at + strcspn (at, "\r\n");
      if (*end == '\0')
        break;
      if (end[0] == '\r' && end[1] == '\n')
        *end++ = '\0';
      *end++ = '\0';
      if (*line != '\0')
        take_line (&event, line);
      else
        {
          if (event.has_data)
            tc_list_builder_take (list, event_end (&event));
          event_reset (&event);
        }
    }
  event_reset (&event);
  g_string_free (event.data, TRUE);
  return tc_list_builder_end (g_steal_pointer (&list));
}

/* What the program makes of one event, its last result. FALSE and @error: nothing, or nothing that could be put together. */
static gboolean
add_result (TcJob           *job,
            const SseProps  *given,
            const TcValue   *event,
            GString         *result,
            GError         **error)
{
  g_autoptr (TcValue) names = tc_value_map_of ("event", tc_value_ref (event), "program", tc_value_string (given->program), NULL);
  g_autoptr (TcValue) found = job->klass->render_typed (job, "{{ event | jq(program) }}", names, error);
  const TcValue *last = tc_value_is (found, TC_VALUE_LIST) && tc_value_length (found) > 0 ? tc_value_item (found, tc_value_length (found) - 1) : found;
  g_autofree char *json = NULL;

  if (found == NULL)
    return FALSE;
  switch (tc_value_kind (last))
    {
    case TC_VALUE_STRING:
      g_string_append_len (result, tc_value_get_text (last), (gssize) tc_value_length (last));
      return TRUE;
    case TC_VALUE_BOOL: case TC_VALUE_INT: case TC_VALUE_DOUBLE: case TC_VALUE_DECIMAL:
      json = tc_json_to_text (last);
      g_string_append (result, json);
      return TRUE;
    case TC_VALUE_NULL: case TC_VALUE_LIST: case TC_VALUE_MAP: case TC_VALUE_TIME: case TC_VALUE_DURATION:
      break;
    }
  json = tc_json_to_text (event);
  g_set_error (error, TC_SCHEMA_ERROR, TC_SCHEMA_ERROR_VALUE, _("“%s” makes no text, number or boolean of the event %s"), given->program, json);
  return FALSE;
}

static char *
concatenate (TcJob           *job,
             const SseProps  *given,
             const TcValue   *events,
             GError         **error)
{
  g_autoptr (GString) result = g_string_new (NULL);

  for (size_t i = 0; i < tc_value_length (events); i++)
    {
      g_autoptr (GError) problem = NULL;

      if (add_result (job, given, tc_value_item (events, i), result, &problem))
        continue;
      if (given->fail_on_missing)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
      tc_job_log (job, TC_LEVEL_DEBUG, "%s. Skipping this event.", problem->message);
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

static TcValue *
run (TcJob       *job,
     const void  *data,
     GError     **error)
{
  const SseProps *given = data;
  g_auto (TcHttpAnswer) answer = { 0 };
  g_autoptr (TcValue) text = tc_http_task_ask (job, &given->http, NULL, &answer, error) ? tc_http_answer_text (&given->http, &answer, error) : NULL;
  g_autoptr (TcValue) events = text != NULL ? read_events (text) : NULL;
  g_autoptr (TcMapBuilder) map = NULL;
  char *result = NULL;

  if (events == NULL)
    return NULL;
  tc_job_metric (job, TC_METRIC_COUNTER, "size", (double) tc_value_length (events), NULL);
  if (given->program != NULL && (result = concatenate (job, given, events, error)) == NULL)
    return NULL;
  map = tc_map_builder_new ();
  tc_map_builder_str (map, "uri", answer.url);
  tc_map_builder_take (map, "size", tc_value_int ((int64_t) tc_value_length (events)));
  if (result != NULL)
    tc_map_builder_take (map, "result", tc_value_string_take (result));
  else
    tc_map_builder_take (map, "events", tc_value_ref (events));
  return tc_map_builder_end (g_steal_pointer (&map));
}

extern const TcTaskClass tc_task_http_sse_request;
const TcTaskClass tc_task_http_sse_request = {
  .info = {
    .type = "io.kestra.plugin.core.http.SseRequest",
    .title = N_("Read server-sent events"),
    .doc = N_("Asks a server and reads the events that it sends until it ends the connection."),
    .props = props, .outputs = outputs, .props_size = sizeof (SseProps),
  },
  .kind = TC_TASK_JOB,
  .job = run,
};
