/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "trigger-fixture.h"

#include "tc-flow-trigger.h"
#include "tc-json.h"
#include "tc-window.h"

#include <string.h>

#define T "  - id: w\n    type: io.kestra.plugin.core.trigger.Flow\n"
#define TWO T "    preconditions:\n      id: p\n      flows:\n        - {namespace: test.up, flowId: a, states: [SUCCESS]}\n" \
            "        - {namespace: test.up, flowId: b, states: [SUCCESS]}\n"

typedef struct
{
  TriggerFixture *fixture;
  TcFlowDecision  decision;
  GTimeZone      *zone;
} Play;

static Play *
play_new (const char *triggers)
{
  Play *self = g_new0 (Play, 1);

  self->fixture = trigger_fixture_new (triggers);
  self->zone = g_time_zone_new_utc ();
  self->decision.windows = tc_value_map_of (NULL, NULL);
  self->decision.changed = g_ptr_array_new_with_free_func (g_free);
  self->decision.warnings = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
play_free (Play *self)
{
  trigger_fixture_free (self->fixture);
  g_time_zone_unref (self->zone);
  tc_value_unref (self->decision.windows);
  tc_value_unref (self->decision.outputs);
  g_ptr_array_unref (self->decision.changed);
  g_ptr_array_unref (self->decision.warnings);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Play, play_free)

/* An execution of @flow_id ends at @time. */
static gboolean
ends (Play *self, const char *flow_id, TcState state, const char *time, const char *outputs)
{
  trigger_fixture_upstream (self->fixture, flow_id, state, outputs);
  return tc_flow_trigger_decide (trigger_fixture_trigger (self->fixture, 0), &self->fixture->world, trigger_fixture_time (time), self->zone,
                                 &self->decision);
}

static void
test_listens (void)
{
  g_autoptr (TriggerFixture) self = trigger_fixture_new (
    T "    conditions: [{type: io.kestra.plugin.core.condition.Weekend}]\n"
    "  - {id: x, type: io.kestra.core.models.triggers.types.Flow, states: [RUNNING]}\n"
    "  - {id: y, type: io.kestra.plugin.core.trigger.Flow, states: [RUNNING], disabled: true}\n"
    "  - {id: z, type: io.kestra.plugin.core.trigger.Webhook, key: k}\n");

  g_assert_true (tc_flow_trigger_listens (trigger_fixture_trigger (self, 0), TC_STATE_FAILED));
  g_assert_true (tc_flow_trigger_listens (trigger_fixture_trigger (self, 0), TC_STATE_PAUSED));
  g_assert_false (tc_flow_trigger_listens (trigger_fixture_trigger (self, 0), TC_STATE_RUNNING));
  g_assert_true (tc_flow_trigger_listens (trigger_fixture_trigger (self, 1), TC_STATE_RUNNING));
  g_assert_false (tc_flow_trigger_listens (trigger_fixture_trigger (self, 1), TC_STATE_SUCCESS));
  g_assert_false (tc_flow_trigger_listens (trigger_fixture_trigger (self, 2), TC_STATE_RUNNING));
  g_assert_false (tc_flow_trigger_listens (trigger_fixture_trigger (self, 3), TC_STATE_SUCCESS));
}

static void
test_two_flows (void)
{
  g_autoptr (Play) self = play_new (TWO);

  g_assert_false (ends (self, "b", TC_STATE_SUCCESS, "2026-03-01T10:00:00Z", "{\"b\": 1}"));
  g_assert_false (ends (self, "b", TC_STATE_SUCCESS, "2026-03-01T10:01:00Z", NULL));
  g_assert_false (ends (self, "a", TC_STATE_FAILED, "2026-03-01T10:02:00Z", NULL));
  g_assert_true (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:03:00Z", "{\"a\": 2}"));
  g_assert_cmpint (tc_value_get_i64 (self->decision.outputs, "a", 0), ==, 2);
  g_assert_cmpint (tc_value_get_i64 (self->decision.outputs, "b", 0), ==, 1);
  g_assert_cmpuint (tc_value_length (self->decision.windows), ==, 0);
  g_assert_false (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:04:00Z", NULL));
  /* The next day is another window. */
  g_assert_false (ends (self, "b", TC_STATE_SUCCESS, "2026-03-02T10:04:00Z", NULL));
  g_assert_cmpuint (self->decision.warnings->len, ==, 0);
}

static void
test_no_reset (void)
{
  g_autoptr (Play) self = play_new (TWO "      resetOnSuccess: false\n");

  g_assert_false (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:00:00Z", NULL));
  g_assert_true (ends (self, "b", TC_STATE_SUCCESS, "2026-03-01T10:01:00Z", NULL));
  g_assert_true (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:02:00Z", NULL));
  /* One that matches nothing does not fire what is complete. */
  g_assert_false (ends (self, "c", TC_STATE_SUCCESS, "2026-03-01T10:03:00Z", NULL));
}

static void
test_where (void)
{
  g_autoptr (Play) self = play_new (
    T "    preconditions:\n      id: p\n      where:\n"
    "        - id: either\n          operand: OR\n          filters:\n"
    "            - {field: FLOW_ID, type: REGEX, value: 'a|b+'}\n"
    "            - {field: FLOW_ID, type: IN, values: [c]}\n"
    "        - id: both\n          filters:\n"
    "            - {field: NAMESPACE, type: STARTS_WITH, value: test}\n"
    "            - {field: STATE, type: NOT_EQUAL_TO, value: FAILED}\n"
    "            - {field: EXPRESSION, type: IS_TRUE, value: '{{ vars.on }}'}\n");

  g_assert_true (ends (self, "bbb", TC_STATE_SUCCESS, "2026-03-01T10:00:00Z", NULL));
  g_assert_true (ends (self, "c", TC_STATE_SUCCESS, "2026-03-01T10:00:00Z", NULL));
  g_assert_false (ends (self, "ab", TC_STATE_FAILED, "2026-03-01T10:00:00Z", NULL));
  g_assert_false (ends (self, "a", TC_STATE_FAILED, "2026-03-01T10:00:00Z", NULL));
  g_assert_cmpuint (self->decision.warnings->len, ==, 0);
}

/* Plain conditions hold for the execution that is counted. */
static void
test_multiple_condition (void)
{
  g_autoptr (Play) self = play_new (
    T "    conditions:\n      - {type: io.kestra.plugin.core.condition.ExecutionStatus, in: [SUCCESS]}\n"
    "      - id: m\n        type: io.kestra.plugin.core.condition.MultipleCondition\n        window: PT1H\n        windowAdvance: P0D\n"
    "        conditions:\n"
    "          a: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: test.up, flowId: a}\n"
    "          b: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: test.up, flowId: b}\n");

  g_assert_false (ends (self, "a", TC_STATE_FAILED, "2026-03-01T10:00:00Z", NULL));
  g_assert_cmpuint (self->decision.changed->len, ==, 0);
  g_assert_false (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:10:00Z", NULL));
  g_assert_true (ends (self, "b", TC_STATE_SUCCESS, "2026-03-01T10:20:00Z", NULL));
  g_assert_false (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:59:00Z", NULL));
  g_assert_false (ends (self, "b", TC_STATE_SUCCESS, "2026-03-01T11:00:00Z", NULL));
}

static void
test_error_is_false (void)
{
  g_autoptr (Play) self = play_new (T "    conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: '{{ no.where }}'}]\n");

  g_assert_false (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T10:00:00Z", NULL));
  g_assert_cmpuint (self->decision.warnings->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (self->decision.warnings, 0), "listener"));
}

static void
check_window (const char *rule, const char *at, const char *zone_name, const char *start, const char *end)
{
  g_autoptr (TcValue) map = tc_json_read (rule, strlen (rule), NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  g_autoptr (TcValue) window = tc_time_window_new (map, trigger_fixture_time (at), zone);
  int64_t end_us = trigger_fixture_time (end);

  g_test_message ("%s at %s", rule, at);
  g_assert_cmpint (tc_value_get_i64 (window, "start", 0), ==, trigger_fixture_time (start));
  g_assert_cmpint (tc_value_get_i64 (window, "end", 0), ==, end_us);
  g_assert_false (tc_time_window_is_open (window, end_us));
  g_assert_false (tc_time_window_is_open (window, trigger_fixture_time (start) - 1));
  g_assert_true (tc_time_window_is_open (window, trigger_fixture_time (start)));
}

static void
test_windows (void)
{
  check_window ("{}", "2026-03-01T10:17:33Z", "UTC", "2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z");
  check_window ("{\"window\":\"PT10M\"}", "2026-03-01T10:17:33Z", "UTC", "2026-03-01T10:10:00Z", "2026-03-01T10:19:59.999Z");
  check_window ("{\"window\":\"PT6H\"}", "2026-03-01T10:17:33Z", "UTC", "2026-03-01T10:00:00Z", "2026-03-01T15:59:59.999Z");
  check_window ("{\"window\":\"P1D\",\"windowAdvance\":\"PT6H\"}", "2026-03-01T10:17:33Z", "UTC", "2026-03-01T06:00:00Z",
                "2026-03-02T05:59:59.999Z");
  check_window ("{\"window\":\"nonsense\"}", "2026-03-01T10:17:33Z", "Europe/Paris", "2026-02-28T23:00:00Z", "2026-03-01T22:59:59.999Z");
  check_window ("{\"type\":\"SLIDING_WINDOW\",\"window\":\"PT1H\"}", "2026-03-01T10:17:33.5Z", "UTC", "2026-03-01T10:17:33Z",
                "2026-03-01T11:17:33Z");
  check_window ("{\"type\":\"DAILY_TIME_WINDOW\",\"startTime\":\"06:00\",\"endTime\":\"09:30:01\"}", "2026-03-01T10:17:33Z", "UTC",
                "2026-03-01T06:00:00Z", "2026-03-01T09:30:01Z");
  check_window ("{\"type\":\"DAILY_TIME_DEADLINE\",\"deadline\":\"09:00:00Z\"}", "2026-03-01T10:17:33Z", "UTC", "2026-03-01T00:00:00Z",
                "2026-03-01T09:00:00Z");
}

static void
test_deadline_passed (void)
{
  g_autoptr (Play) self = play_new (
    T "    preconditions:\n      id: p\n      timeWindow: {type: DAILY_TIME_DEADLINE, deadline: '09:00:00'}\n"
    "      flows: [{namespace: test.up, flowId: a}]\n");

  g_assert_false (ends (self, "a", TC_STATE_SUCCESS, "2026-03-01T09:00:01Z", NULL));
  g_assert_cmpuint (self->decision.changed->len, ==, 0);
  g_assert_true (ends (self, "a", TC_STATE_SUCCESS, "2026-03-02T08:59:59Z", NULL));
}

static void
test_variables (void)
{
  g_autoptr (TriggerFixture) self = trigger_fixture_new (T "    states: [SUCCESS]\n");
  g_autoptr (TcValue) outputs = tc_value_map_of ("x", tc_value_int (1), NULL);
  g_autoptr (TcValue) variables = tc_flow_trigger_variables (self->head, TC_STATE_PAUSED, outputs);
  g_autofree char *json = tc_json_to_text (variables);

  g_assert_cmpstr (json, ==, "{\"executionId\":\"E1\",\"executionLabels\":{\"team\":\"a\",\"n\":\"1\"},\"state\":\"PAUSED\","
                   "\"namespace\":\"test.up\",\"flowId\":\"source\",\"flowRevision\":3,\"outputs\":{\"x\":1}}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-trigger/listens", test_listens);
  g_test_add_func ("/flow-trigger/two-flows", test_two_flows);
  g_test_add_func ("/flow-trigger/no-reset", test_no_reset);
  g_test_add_func ("/flow-trigger/where", test_where);
  g_test_add_func ("/flow-trigger/multiple-condition", test_multiple_condition);
  g_test_add_func ("/flow-trigger/error-is-false", test_error_is_false);
  g_test_add_func ("/flow-trigger/windows", test_windows);
  g_test_add_func ("/flow-trigger/deadline-passed", test_deadline_passed);
  g_test_add_func ("/flow-trigger/variables", test_variables);
  return g_test_run ();
}
