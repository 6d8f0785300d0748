/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fixture.h"
#include <string.h>

/* Flows that others start. */

#define FLOW(id) "id: " id "\nnamespace: test.engine\n"
#define RETURN(text) "tasks:\n  - {id: r, type: io.kestra.plugin.core.debug.Return, format: \"" text "\"}\n"
#define WAIT_S 20

static void
save (Fixture *self, const char *source)
{
  g_autoptr (GError) error = NULL;

  fixture_save (self, source, &error);
  g_assert_no_error (error);
}

/* The end of the only execution of @flow_id, once there is one. */
static TcHead *
await (Fixture *self, const char *flow_id)
{
  gint64 until = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GPtrArray) found = fixture_executions (self, flow_id);

      g_assert_cmpuint (found->len, <=, 1);
      if (found->len == 1)
        return fixture_wait (self, ((TcHead *) g_ptr_array_index (found, 0))->id);
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (10000);
    }
}

static void
assert_text (Fixture *self, const TcHead *head, const char *text)
{
  g_autoptr (GPtrArray) runs = NULL;

  g_assert_cmpstr (tc_value_get_str (fixture_outputs (self, head->id, "r", &runs), "value"), ==, text);
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
test_starts (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) up = NULL, down = NULL;

  save (self, FLOW ("down") "inputs: [{id: x, type: STRING}]\nlabels: {own: a}\n"
        RETURN ("{{ inputs.x }} {{ trigger.flowId }} {{ trigger.state }} {{ trigger.outputs.o }} {{ trigger.executionLabels.team }}")
        "triggers:\n  - id: after\n    type: io.kestra.plugin.core.trigger.Flow\n    inputs: {x: \"{{ trigger.outputs.o }} of {{ flow.id }}\"}\n"
        "    labels: {from: '{{ execution.id }}', bad: '{{ no.where }}'}\n"
        "    preconditions: {id: p, flows: [{namespace: test.engine, flowId: up, states: [SUCCESS]}]}\n");
  up = fixture_run (self, FLOW ("up") "labels: {team: red}\n" RETURN ("v") "outputs: [{id: o, type: STRING, value: '{{ outputs.r.value }}'}]\n");
  down = await (self, "down");
  assert_text (self, down, "v of down up SUCCESS v red");
  g_assert_cmpstr (label (down, "own"), ==, "a");
  g_assert_cmpstr (label (down, "from"), ==, up->id);
  g_assert_null (label (down, "bad"));
  g_assert_cmpstr (label (down, "system.correlationId"), ==, up->id);
  g_assert_cmpstr (tc_value_get_str (down->trigger, "id"), ==, "after");
}

/* Half of what is waited for is remembered over a restart; so is what flows listen. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) a = NULL, b = NULL, down = NULL;
  g_autoptr (GPtrArray) before = NULL;

  save (self, FLOW ("down") RETURN ("{{ trigger.outputs.a }}{{ trigger.outputs.b }}")
        "triggers:\n  - id: after\n    type: io.kestra.plugin.core.trigger.Flow\n    preconditions:\n      id: p\n"
        "      timeWindow: {type: SLIDING_WINDOW, window: PT1H}\n"
        "      flows: [{namespace: test.engine, flowId: a}, {namespace: test.engine, flowId: b}]\n");
  a = fixture_run (self, FLOW ("a") RETURN ("a") "outputs: [{id: a, type: STRING, value: A}]\n");
  before = fixture_executions (self, "down");
  g_assert_cmpuint (before->len, ==, 0);
  fixture_restart (self);
  b = fixture_run (self, FLOW ("b") RETURN ("b") "outputs: [{id: b, type: STRING, value: B}]\n");
  down = await (self, "down");
  assert_text (self, down, "AB");
}

/* What goes wrong is said in the log of the execution that was looked at. */
static void
test_errors (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) up = NULL;
  g_autofree char *logs = NULL;
  g_autoptr (GPtrArray) inputs = NULL, condition = NULL;

  save (self, FLOW ("inputs") RETURN ("x")
        "triggers:\n  - id: after\n    type: io.kestra.plugin.core.trigger.Flow\n    inputs: {x: '{{ outputs.gone.value }}'}\n"
        "    conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: test.engine, flowId: up}]\n");
  save (self, FLOW ("condition") RETURN ("x")
        "triggers:\n  - id: after\n    type: io.kestra.plugin.core.trigger.Flow\n"
        "    conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: '{{ no.where }}'}]\n");
  up = fixture_run (self, FLOW ("up") RETURN ("v"));
  logs = fixture_logs (self, up->id, NULL);
  g_assert_nonnull (strstr (logs, "WARN Failed to trigger flow test.engine.inputs for trigger after, invalid inputs"));
  g_assert_nonnull (strstr (logs, "WARN Flow test.engine.condition: "));
  inputs = fixture_executions (self, "inputs");
  condition = fixture_executions (self, "condition");
  g_assert_cmpuint (inputs->len + condition->len, ==, 0);
}

/* As in Kestra, inputs are taken as they are given: none is missed, none is too many. */
static void
test_inputs (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) up = NULL, down = NULL;

  save (self, FLOW ("down") "inputs: [{id: needed, type: STRING}, {id: d, type: STRING, defaults: dd}]\n"
        RETURN ("{{ inputs.other }} {{ inputs.needed ?? 'none' }}")
        "triggers:\n  - {id: after, type: io.kestra.plugin.core.trigger.Flow, states: [SUCCESS], inputs: {other: y}}\n");
  up = fixture_run (self, FLOW ("up") RETURN ("v"));
  down = await (self, "down");
  assert_text (self, down, "y none");
}

/* Not for itself, not once it is disabled or deleted. */
static void
test_silent (Fixture *self, gconstpointer data)
{
  g_autoptr (TcHead) up = NULL, down = NULL;
  g_autoptr (GPtrArray) found = NULL;
  static const char listener[] = "triggers: [{id: after, type: io.kestra.plugin.core.trigger.Flow, states: [SUCCESS]}]\n";
  g_autofree char *enabled = g_strconcat (FLOW ("down") RETURN ("x"), listener, NULL);
  g_autofree char *disabled = g_strconcat (FLOW ("down") "disabled: true\n" RETURN ("x"), listener, NULL);

  save (self, enabled);
  down = fixture_run (self, enabled);
  save (self, disabled);
  up = fixture_run (self, FLOW ("up") RETURN ("v"));
  found = fixture_executions (self, "down");
  g_assert_cmpuint (found->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/engine/triggers/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("starts", test_starts);
  ADD ("restart", test_restart);
  ADD ("errors", test_errors);
  ADD ("inputs", test_inputs);
  ADD ("silent", test_silent);
  return g_test_run ();
}
