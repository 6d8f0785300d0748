/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fixture.h"
#include <string.h>

/* Triggers that go by time, in real time: a second is the shortest there is. */

#define FLOW(id) "id: " id "\nnamespace: test.engine\n"
#define RETURN(text) "tasks:\n  - {id: r, type: io.kestra.plugin.core.debug.Return, format: \"" text "\"}\n"
#define SCHEDULE(more) "triggers:\n  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, timezone: UTC" more "}\n"
#define EACH_SECOND ", cron: '* * * * * *', withSeconds: true"
#define FAR         ", cron: '0 0 1 1 *'"
#define WAIT_S 20

static void
set_up (Fixture *self, gconstpointer data)
{
  self->scheduling = TRUE;
  fixture_set_up (self, data);
}

static void
save (Fixture *self, const char *source)
{
  g_autoptr (GError) error = NULL;

  fixture_save (self, source, &error);
  g_assert_no_error (error);
}

/* Once there are @n executions of the flow, all that there are, oldest first, each at its end. */
static GPtrArray *
await (Fixture *self, const char *flow_id, guint n)
{
  gint64 until = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GPtrArray) found = fixture_executions (self, flow_id);
      GPtrArray *ended;

      if (found->len < n)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, until);
          g_usleep (20000);
          continue;
        }
      ended = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_head_unref);
      for (guint i = found->len; i > 0; i--)
        g_ptr_array_add (ended, fixture_wait (self, ((TcHead *) g_ptr_array_index (found, i - 1))->id));
      return ended;
    }
}

static TcValue *
state (Fixture *self, const char *flow_id)
{
  g_autoptr (TcValue) all = fixture_trigger (self, "list", NULL, NULL, NULL, NULL);

  for (size_t i = 0; i < tc_value_length (all); i++)
    if (g_strcmp0 (tc_value_get_str (tc_value_item (all, i), "flowId"), flow_id) == 0)
      return tc_value_ref (tc_value_item (all, i));
  return NULL;
}

/* The state once it has @key, or has none. */
static TcValue *
await_state (Fixture *self, const char *flow_id, const char *key, gboolean wanted)
{
  gint64 until = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (TcValue) now = state (self, flow_id);

      if (now != NULL && (tc_value_get (now, key) != NULL) == wanted)
        return g_steal_pointer (&now);
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (20000);
    }
}

static const char *
output (Fixture *self, const TcHead *head, GPtrArray **runs)
{
  return tc_value_get_str (fixture_outputs (self, head->id, "r", runs), "value");
}

static const char *
label (const TcHead *head, const char *key)
{
  for (size_t i = 0; i < tc_value_length (head->labels); i++)
    if (g_strcmp0 (tc_value_get_str (tc_value_item (head->labels, i), "key"), key) == 0)
      return tc_value_get_str (tc_value_item (head->labels, i), "value");
  return NULL;
}

static void
test_fires (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL, one = NULL, two = NULL;
  g_autoptr (TcValue) off = NULL;
  g_autoptr (GError) error = NULL;
  const TcHead *first, *second;
  const char *text;

  save (self, FLOW ("each") "inputs: [{id: x, type: STRING}]\nlabels: {own: a}\n"
        RETURN ("{{ inputs.x }} {{ trigger.date == schedule.date }} {{ trigger.next > trigger.date }}")
        SCHEDULE (EACH_SECOND ", inputs: {x: 'at {{ trigger.date }}'}, labels: {from: '{{ flow.id }}'}"));
  found = await (self, "each", 2);
  off = fixture_trigger (self, "disable", "each", "s", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tc_value_get_flag (off, "disabled", FALSE));
  first = g_ptr_array_index (found, 0);
  second = g_ptr_array_index (found, 1);
  g_assert_cmpstr (tc_state_name (tc_head_state (first)), ==, "SUCCESS");
  text = output (self, first, &one);
  g_assert_true (g_str_has_prefix (text, "at 20") && g_str_has_suffix (text, "Z true true"));
  g_assert_cmpstr (text, <, output (self, second, &two));
  g_assert_cmpstr (label (first, "own"), ==, "a");
  g_assert_cmpstr (label (first, "from"), ==, "each");
  g_assert_cmpstr (label (first, "system.from"), ==, "trigger");
  g_assert_cmpstr (label (first, "system.correlationId"), ==, first->id);
  g_assert_cmpstr (tc_value_get_str (first->trigger, "id"), ==, "s");
  /* One after the other: the next one begins when the one before has ended. */
  g_assert_cmpint (second->created_us, >=, first->history.items[first->history.n - 1].at_us);
}

/* What cannot be started is seen as an execution that failed. */
static void
test_failures (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) missing = NULL, inputs = NULL, condition = NULL;
  g_autofree char *log = NULL;

  save (self, FLOW ("missing") "inputs: [{id: x, type: STRING}]\n" RETURN ("r") SCHEDULE (EACH_SECOND));
  save (self, FLOW ("inputs") RETURN ("r") SCHEDULE (EACH_SECOND ", inputs: {x: '{{ no.where }}'}"));
  save (self, FLOW ("condition") RETURN ("r") SCHEDULE (EACH_SECOND
        ", conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: '{{ no.where }}'}]"));
  missing = await (self, "missing", 1);
  inputs = await (self, "inputs", 1);
  condition = await (self, "condition", 1);
  g_assert_cmpstr (tc_state_name (tc_head_state (g_ptr_array_index (missing, 0))), ==, "FAILED");
  g_assert_cmpstr (tc_state_name (tc_head_state (g_ptr_array_index (inputs, 0))), ==, "FAILED");
  g_assert_cmpstr (tc_state_name (tc_head_state (g_ptr_array_index (condition, 0))), ==, "FAILED");
  log = fixture_logs (self, ((TcHead *) g_ptr_array_index (inputs, 0))->id, NULL);
  g_assert_true (g_str_has_prefix (log, "ERROR "));
  g_assert_nonnull (strstr (log, "no"));
}

static void
test_backfill (Fixture *self, gconstpointer data)
{
  g_autoptr (TcValue) request = tc_value_map_of ("start", tc_value_string ("2020-01-01T00:00:00Z"), "end", tc_value_string ("2022-06-01T00:00:00Z"),
                                                 "inputs", tc_value_map_of ("x", tc_value_string ("b"), NULL),
                                                 "labels", tc_value_map_of ("of", tc_value_string ("backfill"), NULL), NULL);
  g_autoptr (TcValue) begun = NULL, begin = NULL, ended = NULL, none = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL, refused = NULL;
  static const char *const years[] = { "b 2020", "b 2021", "b 2022" };

  save (self, FLOW ("fill") "inputs: [{id: x, type: STRING, defaults: a}]\n" RETURN ("{{ inputs.x }} {{ trigger.date }}") SCHEDULE (FAR));
  begun = await_state (self, "fill", "nextExecutionDate", TRUE);
  begin = fixture_trigger (self, "backfill", "fill", "s", request, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tc_value_get_str (tc_value_get (begin, "backfill"), "currentDate"), ==, "2020-01-01T00:00:00Z");
  found = await (self, "fill", 3);
  g_assert_cmpuint (found->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) runs = NULL;

      g_assert_true (g_str_has_prefix (output (self, g_ptr_array_index (found, i), &runs), years[i]));
      g_assert_cmpstr (label (g_ptr_array_index (found, i), "of"), ==, "backfill");
    }
  ended = await_state (self, "fill", "backfill", FALSE);
  g_assert_cmpstr (tc_value_get_str (ended, "nextExecutionDate"), ==, tc_value_get_str (begun, "nextExecutionDate"));
  none = fixture_trigger (self, "delete-backfill", "fill", "s", NULL, &refused);
  g_assert_error (refused, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
}

/* The Toggle task, and what is no trigger. */
static void
test_toggle (Fixture *self, gconstpointer data)
{
  g_autoptr (TcValue) begun = NULL, off = NULL, nothing = NULL;
  g_autoptr (TcHead) head = NULL, wrong = NULL;
  g_autoptr (GError) error = NULL;

  save (self, FLOW ("far") RETURN ("r") SCHEDULE (FAR));
  begun = await_state (self, "far", "nextExecutionDate", TRUE);
  head = fixture_run (self, FLOW ("toggle") "tasks:\n"
                      "  - {id: t, type: io.kestra.plugin.core.trigger.Toggle, flowId: far, namespace: test.engine, trigger: s, enabled: false}\n");
  g_assert_cmpstr (tc_state_name (tc_head_state (head)), ==, "SUCCESS");
  off = state (self, "far");
  g_assert_true (tc_value_get_flag (off, "disabled", FALSE));
  g_assert_null (tc_value_get (off, "nextExecutionDate"));
  wrong = fixture_run (self, FLOW ("wrong") "tasks:\n"
                       "  - {id: t, type: io.kestra.plugin.core.trigger.Toggle, flowId: far, namespace: test.engine, trigger: gone}\n");
  g_assert_cmpstr (tc_state_name (tc_head_state (wrong)), ==, "FAILED");
  nothing = fixture_trigger (self, "unlock", "far", "s", NULL, &error);
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED);
}

/* A flow that changes, is switched off, goes. */
static void
test_saved (Fixture *self, gconstpointer data)
{
  g_autoptr (TcValue) begun = NULL, changed = NULL, off = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  save (self, FLOW ("f") RETURN ("r") SCHEDULE (FAR));
  begun = await_state (self, "f", "nextExecutionDate", TRUE);
  g_assert_nonnull (strstr (tc_value_get_str (begun, "nextExecutionDate"), "-01-01T00:00:00Z"));
  save (self, FLOW ("f") RETURN ("r") SCHEDULE (", disabled: true, cron: '0 0 1 7 *'"));
  off = await_state (self, "f", "nextExecutionDate", FALSE);
  save (self, FLOW ("f") RETURN ("r") SCHEDULE (", cron: '0 0 1 7 *'"));
  changed = await_state (self, "f", "nextExecutionDate", TRUE);
  g_assert_nonnull (strstr (tc_value_get_str (changed, "nextExecutionDate"), "-07-01T00:00:00Z"));
  save (self, FLOW ("f") RETURN ("r"));
  none = fixture_trigger (self, "disable", "f", "s", NULL, &error);
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND);
}

/* Missed dates are made up for, and a lock whose execution ended without us is opened. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) before = NULL, after = NULL;

  save (self, FLOW ("each") RETURN ("{{ trigger.date }}") SCHEDULE (EACH_SECOND));
  before = await (self, "each", 1);
  tc_engine_close (self->engine);
  g_usleep (2500000);
  fixture_restart (self);
  after = await (self, "each", before->len + 3);
  for (guint i = 1; i < after->len; i++)
    {
      g_autoptr (GPtrArray) one = NULL, other = NULL;

      g_assert_cmpstr (output (self, g_ptr_array_index (after, i - 1), &one), <, output (self, g_ptr_array_index (after, i), &other));
    }
}

/* Without scheduling nothing fires, and there is no state. */
static void
test_off (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (TcValue) off = NULL, listed = NULL;
  g_autoptr (GError) error = NULL;

  self->scheduling = FALSE;
  fixture_restart (self);
  save (self, FLOW ("each") RETURN ("r") SCHEDULE (EACH_SECOND));
  g_usleep (1200000);
  none = fixture_executions (self, "each");
  g_assert_cmpuint (none->len, ==, 0);
  listed = state (self, "each");
  g_assert_cmpstr (tc_value_get_str (listed, "type"), ==, "io.kestra.plugin.core.trigger.Schedule");
  off = fixture_trigger (self, "disable", "each", "s", NULL, &error);
  g_assert_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/engine/schedule/" name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("fires", test_fires);
  ADD ("failures", test_failures);
  ADD ("backfill", test_backfill);
  ADD ("toggle", test_toggle);
  ADD ("saved", test_saved);
  ADD ("restart", test_restart);
  ADD ("off", test_off);
  return g_test_run ();
}
