/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "trigger-fixture.h"

#include <string.h>

/* "true", "false" or the error's text of one condition, given without its package; `trigger.date` is @date. */
static char *
answer (const char *condition, const char *date, TriggerFixture *upstream)
{
  g_autofree char *yaml = g_strdup_printf ("  - {id: w, type: io.kestra.plugin.core.trigger.Flow, conditions: [{type: "
                                           "io.kestra.plugin.core.condition.%s}]}", condition);
  g_autoptr (TriggerFixture) self = trigger_fixture_new (yaml);
  g_autoptr (GError) error = NULL;
  TcConditionWorld world = self->world;
  gboolean holds = FALSE;

  if (upstream != NULL)
    {
      world = upstream->world;
      world.flow = self->flow;
    }
  if (date != NULL)
    {
      tc_value_unref (self->names);
      self->names = tc_value_map_of ("trigger", tc_value_map_of ("date", tc_value_string (date), NULL), NULL);
      world.self = self;
    }
  if (!tc_conditions_hold (tc_value_get (trigger_fixture_trigger (self, 0), "conditions"), &world, &holds, &error))
    return g_strdup (error->message);
  return g_strdup (holds ? "true" : "false");
}

static void
check (const char *condition, const char *date, const char *expected)
{
  g_autofree char *got = answer (condition, date, NULL);

  g_test_message ("%s at %s", condition, date != NULL ? date : "-");
  g_assert_cmpstr (got, ==, expected);
}

static void
test_days (void)
{
  check ("Weekend", "2026-02-28T23:30:00Z", "true");
  check ("Weekend", "2026-02-27T12:00:00Z", "false");
  check ("Weekend", "2026-02-28T00:30:00+01:00", "true");          /* Friday in UTC */
  check ("Weekend", "1969-12-28", "true");
  check ("DayWeek, dayOfWeek: MONDAY", "2026-03-02", "true");
  check ("DayWeek, dayOfWeek: '{{ \"MON\" ~ \"DAY\" }}'", "2026-03-03", "false");
  check ("DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: FIRST", "2026-03-02", "true");
  check ("DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: SECOND", "2026-03-02", "false");
  check ("DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: SECOND", "2026-03-09", "true");
  check ("DayWeekInMonth, dayOfWeek: SUNDAY, dayInMonth: LAST", "2026-03-29", "true");
  check ("DayWeekInMonth, dayOfWeek: SUNDAY, dayInMonth: LAST", "2026-03-22", "false");
  check ("DayWeekInMonth, dayOfWeek: SATURDAY, dayInMonth: FOURTH", "2024-02-24", "true");
  check ("DayWeekInMonth, dayOfWeek: THURSDAY, dayInMonth: LAST", "2024-02-29", "true");
}

/* Dates that Kestra's calendars have, too. */
static void
test_holidays (void)
{
  static const struct
  {
    const char *place, *dates, *others;
  } known[] = {
    { "country: DE", "2026-01-01 2026-04-03 2026-04-06 2026-05-14 2026-05-25 2026-10-03 2017-10-31", "2026-01-06 2026-10-31 2026-12-24" },
    { "country: DE, subDivision: DE-BY", "2026-01-06 2026-06-04 2026-11-01 2026-10-03", "2026-10-31" },
    { "country: de, subDivision: sn", "2026-10-31 2026-11-18", "2026-11-19 2026-11-01" },
    { "country: FR", "2024-05-08 2024-05-09 2024-05-20 2026-07-14", "2026-04-03" },
    { "country: US", "2024-01-15 2024-05-27 2024-11-28 2026-07-03", "2026-07-04 2026-07-06" },
    { "country: GB", "2026-12-28 2026-05-25 2022-06-03 2024-05-06", "2026-12-26 2022-05-30" },
    { "country: SE", "2024-06-22 2026-06-20 2026-10-31", "2026-06-27" },
    { "country: NL", "2025-04-26 2026-04-27", "2025-04-27" },
    { "country: NZ", "2026-07-10 2026-04-27", "2026-04-25" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *condition = g_strdup_printf ("PublicHoliday, %s", known[i].place);
      g_auto (GStrv) dates = g_strsplit (known[i].dates, " ", -1), others = g_strsplit (known[i].others, " ", -1);

      for (guint j = 0; dates[j] != NULL; j++)
        check (condition, dates[j], "true");
      for (guint j = 0; others[j] != NULL; j++)
        check (condition, others[j], "false");
    }
  {
    g_autofree char *unknown = answer ("PublicHoliday, country: ZZ", "2026-01-01", NULL);

    g_assert_nonnull (strstr (unknown, "ZZ"));
  }
}

static void
test_between (void)
{
  static const char night[] = "TimeBetween, after: '22:00:00Z', before: '02:00:00Z'";

  check (night, "2026-02-28T23:00:00Z", "true");
  check (night, "2026-02-28T01:00:00Z", "true");
  check (night, "2026-02-28T12:00:00Z", "false");
  check ("TimeBetween, after: '16:19:12-06:00'", "2026-02-28T16:19:13-06:00", "true");
  check ("TimeBetween, after: '16:19:12-06:00'", "2026-02-28T16:19:12-06:00", "false");
  check ("TimeBetween, before: '08:00:00Z'", "2026-02-28T07:59:59Z", "true");
  check ("DateTimeBetween, after: '2026-01-01T00:00:00Z', before: '2026-02-01T00:00:00Z'", "2026-01-15T00:00:00Z", "true");
  check ("DateTimeBetween, after: '2026-01-01T00:00:00Z', before: '2026-02-01T00:00:00Z'", "2026-02-01T00:00:00Z", "false");
  check ("DateTimeBetween, after: '2026-01-01T00:00:00Z'", "2026-01-01T00:30:00+01:00", "false");
}

static void
test_execution (void)
{
  check ("ExecutionStatus, in: [SUCCESS, WARNING]", NULL, "true");
  check ("ExecutionStatus, in: [FAILED]", NULL, "false");
  check ("ExecutionStatus, notIn: [SUCCESS]", NULL, "false");
  check ("ExecutionStatus", NULL, "true");
  check ("ExecutionStatus, in: \"{{ ['SUCCESS'] }}\"", NULL, "true");
  check ("ExecutionNamespace, namespace: test.up", NULL, "true");
  check ("ExecutionNamespace, namespace: test", NULL, "false");
  check ("ExecutionNamespace, namespace: te, prefix: true", NULL, "true");
  check ("ExecutionNamespace, namespace: te, comparison: SUFFIX, prefix: true", NULL, "false");
  check ("ExecutionNamespace, namespace: .up, comparison: SUFFIX", NULL, "true");
  check ("ExecutionFlow, namespace: test.up, flowId: source", NULL, "true");
  check ("ExecutionFlow, namespace: test.up, flowId: other", NULL, "false");
  check ("FlowCondition, namespace: test.down, flowId: listener", NULL, "true");
  check ("FlowNamespaceCondition, namespace: test.up", NULL, "false");
  check ("ExecutionLabels, labels: {team: a, n: 1}", NULL, "true");
  check ("ExecutionLabels, labels: [{key: team, value: b}]", NULL, "false");
}

static void
test_expressions (void)
{
  g_autoptr (TriggerFixture) with = trigger_fixture_new ("  - {id: w, type: io.kestra.plugin.core.trigger.Flow, states: [SUCCESS]}");
  g_autofree char *without = answer ("ExecutionOutputs, expression: \"{{ true }}\"", NULL, NULL), *given = NULL;

  g_assert_cmpstr (without, ==, "false");
  trigger_fixture_upstream (with, "source", TC_STATE_SUCCESS, "{\"n\": 5}");
  given = answer ("ExecutionOutputs, expression: \"{{ trigger.outputs.n == 5 }}\"", NULL, with);
  g_assert_cmpstr (given, ==, "true");
  check ("Expression, expression: '{{ vars.on }}'", NULL, "true");
  check ("Expression, expression: '0'", NULL, "true");
  check ("Expression, expression: ' '", NULL, "false");
  check ("Expression, expression: ' false '", NULL, "false");
  check ("Not, conditions: [{type: io.kestra.plugin.core.condition.Weekend}]", "2026-02-28", "false");
  check ("Or, conditions: [{type: io.kestra.plugin.core.condition.Weekend}, {type: io.kestra.plugin.core.condition.DayWeek, "
         "dayOfWeek: FRIDAY}]", "2026-02-27", "true");
}

static void
test_retry (void)
{
  g_autoptr (TriggerFixture) self = trigger_fixture_new ("  - {id: w, type: io.kestra.plugin.core.trigger.Flow, states: [SUCCESS]}");
  TcTaskRun *run = tc_task_run_new ("r", "t", NULL, NULL, -1, 0);
  g_autofree char *once = NULL, *failed = NULL, *killed = NULL;

  for (int i = 0; i < 2; i++)
    {
      TcAttempt *attempt = tc_attempt_new ("e", 0);

      tc_history_add (&attempt->history, TC_STATE_FAILED, 1);
      g_ptr_array_add (run->attempts, attempt);
    }
  once = answer ("HasRetryAttempt, in: [FAILED]", NULL, self);
  g_ptr_array_add (self->runs, run);
  failed = answer ("HasRetryAttempt, in: [FAILED]", NULL, self);
  killed = answer ("HasRetryAttempt, in: [KILLED]", NULL, self);
  g_assert_cmpstr (once, ==, "false");
  g_assert_cmpstr (failed, ==, "true");
  g_assert_cmpstr (killed, ==, "false");
}

static void
test_errors (void)
{
  g_autoptr (TriggerFixture) none = trigger_fixture_new ("  - {id: w, type: io.kestra.plugin.core.trigger.Flow, states: [SUCCESS]}");
  g_autofree char *unknown = answer ("Expression, expression: '{{ nothing.here }}'", NULL, NULL);
  g_autofree char *no_day = answer ("DayWeek, dayOfWeek: '{{ 1 }}'", "2026-02-27", NULL);
  g_autofree char *no_date = answer ("Weekend", "tomorrow", NULL);
  g_autofree char *no_bound = answer ("TimeBetween", "2026-02-27T00:00:00Z", NULL);
  g_autofree char *no_execution = NULL;

  g_assert_nonnull (strstr (unknown, "nothing"));
  g_assert_nonnull (strstr (no_day, "dayOfWeek"));
  g_assert_nonnull (strstr (no_date, "tomorrow"));
  g_assert_nonnull (strstr (no_bound, "before"));
  none->world.head = NULL;
  no_execution = answer ("ExecutionStatus, in: [SUCCESS]", NULL, none);
  g_assert_nonnull (strstr (no_execution, "Flow trigger"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/condition/days", test_days);
  g_test_add_func ("/condition/holidays", test_holidays);
  g_test_add_func ("/condition/between", test_between);
  g_test_add_func ("/condition/execution", test_execution);
  g_test_add_func ("/condition/expressions", test_expressions);
  g_test_add_func ("/condition/retry", test_retry);
  g_test_add_func ("/condition/errors", test_errors);
  return g_test_run ();
}
