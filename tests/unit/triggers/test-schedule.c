/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "trigger-fixture.h"

#include "tc-json.h"
#include "tc-schedule.h"
#include "tc-util.h"

#include <string.h>

#define S "  - id: s\n    type: io.kestra.plugin.core.trigger.Schedule\n    timezone: UTC\n"
#define DATES "  - id: s\n    type: io.kestra.plugin.core.trigger.ScheduleOnDates\n"

/* A trigger, its state, and a clock. */
typedef struct
{
  TriggerFixture *fixture;
  const TcValue  *trigger;
  TcSchedule     *schedule;
  TcValue        *state;
  TcScheduleStep  step;
  int64_t         now;
} Play;

static Play *
play_new (const char *triggers, const char *now)
{
  Play *self = g_new0 (Play, 1);
  g_autoptr (GError) error = NULL;

  self->fixture = trigger_fixture_new (triggers);
  self->fixture->world.head = NULL;
  self->trigger = trigger_fixture_trigger (self->fixture, 0);
  self->now = trigger_fixture_time (now);
  self->schedule = tc_schedule_new (self->trigger, &self->fixture->world, &error);
  g_assert_no_error (error);
  self->state = tc_schedule_begin (self->schedule, NULL, &self->fixture->world, self->now);
  return self;
}

static void
play_free (Play *self)
{
  tc_schedule_step_clear (&self->step);
  tc_schedule_free (self->schedule);
  tc_value_unref (self->state);
  trigger_fixture_free (self->fixture);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Play, play_free)

static void
take (Play *self, TcValue *state)
{
  tc_value_unref (self->state);
  self->state = state;
}

/* The program was away until @now. */
static void
begin_again (Play *self, const char *now)
{
  self->now = trigger_fixture_time (now);
  take (self, tc_schedule_begin (self->schedule, self->state, &self->fixture->world, self->now));
}

/* All that is due by @now, as "date" or "-date" (it does not fire), each execution ended at once. */
static char *
play (Play *self, const char *now)
{
  GString *text = g_string_new (NULL);

  self->now = trigger_fixture_time (now);
  while (tc_schedule_is_due (self->trigger, self->state, self->now))
    {
      g_autofree char *date = NULL;

      tc_schedule_step_clear (&self->step);
      tc_schedule_step (self->schedule, self->state, &self->fixture->world, self->now, &self->step);
      date = tc_time_format_us (self->step.date_us);
      take (self, tc_value_ref (self->step.state));
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? " " : "", self->step.fires ? "" : "-", date);
    }
  return g_string_free (text, FALSE);
}

static void
check (Play *self, const char *now, const char *expected)
{
  g_autofree char *text = play (self, now);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_next (Play *self, const char *expected)
{
  int64_t next = tc_value_get_i64 (self->state, "nextExecutionDate", 0);
  g_autofree char *text = next != 0 ? tc_time_format_us (next) : g_strdup ("none");

  g_assert_cmpstr (text, ==, expected);
}

static void
test_plan (void)
{
  g_autoptr (Play) self = play_new (S "    cron: '*/5 * * * *'\n", "2026-03-01T10:02:00Z");

  check (self, "2026-03-01T10:04:59Z", "");
  check (self, "2026-03-01T10:05:00.2Z", "2026-03-01T10:05:00Z");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "date"), ==, "2026-03-01T10:05:00Z");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "next"), ==, "2026-03-01T10:10:00Z");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "previous"), ==, "2026-03-01T10:00:00Z");
  check (self, "2026-03-01T10:05:01Z", "");
}

static void
test_zone (void)
{
  g_autoptr (Play) self = play_new ("  - {id: s, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', timezone: Europe/Paris}\n",
                                    "2026-03-28T12:00:00Z");

  check (self, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "date"), ==, "2026-03-29T00:00:00+01:00");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "next"), ==, "2026-03-30T00:00:00+02:00");
}

/* Conditions on dates steer the plan; others are asked when the date comes. */
static void
test_conditions (void)
{
  g_autoptr (Play) self = play_new (
    S "    cron: '0 9 * * *'\n    conditions: [{type: io.kestra.plugin.core.condition.DayWeek, dayOfWeek: MONDAY}]\n", "2026-03-01T10:00:00Z");
  g_autoptr (Play) asked = play_new (
    S "    cron: '0 9 * * *'\n    conditions:\n"
    "      - {type: io.kestra.plugin.core.condition.Expression, expression: '{{ trigger.date == \"2026-03-02T09:00:00Z\" }}'}\n",
    "2026-03-01T10:00:00Z");
  g_autoptr (Play) old = play_new (
    S "    cron: '0 9 * * *'\n    scheduleConditions: [{type: io.kestra.core.models.conditions.types.WeekendCondition}]\n",
    "2026-03-05T10:00:00Z");

  assert_next (self, "2026-03-02T09:00:00Z");
  check (self, "2026-03-09T10:00:00Z", "2026-03-02T09:00:00Z 2026-03-09T09:00:00Z");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "previous"), ==, "2026-03-02T09:00:00Z");
  g_assert_cmpstr (tc_value_get_str (self->step.variables, "next"), ==, "2026-03-16T09:00:00Z");
  check (asked, "2026-03-03T10:00:00Z", "2026-03-02T09:00:00Z -2026-03-03T09:00:00Z");
  check (old, "2026-03-07T10:00:00Z", "-2026-03-06T09:00:00Z 2026-03-07T09:00:00Z");
}

/* A condition that never holds ends the search, and one that cannot be evaluated fires an execution that fails. */
static void
test_bad_conditions (void)
{
  g_autoptr (Play) never = play_new (
    S "    cron: '* * * * *'\n    conditions:\n"
    "      - {type: io.kestra.plugin.core.condition.DateTimeBetween, before: '2000-01-01T00:00:00Z'}\n", "2026-03-01T10:00:00Z");
  g_autoptr (Play) wrong = play_new (
    S "    cron: '0 9 * * *'\n    conditions: [{type: io.kestra.plugin.core.condition.DayWeek, dayOfWeek: '{{ no.where }}'}]\n",
    "2026-03-01T10:00:00Z");
  g_autoptr (Play) yearly = play_new (
    S "    cron: '@yearly'\n    conditions:\n"
    "      - {type: io.kestra.plugin.core.condition.DateTimeBetween, before: '2000-01-01T00:00:00Z'}\n", "2026-03-01T10:00:00Z");

  assert_next (never, "2026-03-15T07:21:00Z");
  check (never, "2026-03-15T08:00:00Z", "-2026-03-15T07:21:00Z");
  assert_next (yearly, "none");
  check (wrong, "2026-03-02T10:00:00Z", "2026-03-02T09:00:00Z");
  g_assert_nonnull (strstr (wrong->step.failure, "no"));
}

static void
test_recovery (void)
{
  g_autoptr (Play) all = play_new (S "    cron: '0 * * * *'\n", "2026-03-01T10:30:00Z");
  g_autoptr (Play) last = play_new (S "    cron: '0 * * * *'\n    recoverMissedSchedules: LAST\n", "2026-03-01T10:30:00Z");
  g_autoptr (Play) none = play_new (S "    cron: '0 * * * *'\n    recoverMissedSchedules: NONE\n", "2026-03-01T10:30:00Z");
  g_autoptr (Play) late = play_new (S "    cron: '0 * * * *'\n    lateMaximumDelay: PT90M\n", "2026-03-01T10:30:00Z");

  begin_again (all, "2026-03-01T13:30:00Z");
  check (all, "2026-03-01T13:30:00Z", "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z 2026-03-01T13:00:00Z");
  begin_again (last, "2026-03-01T13:30:00Z");
  check (last, "2026-03-01T13:30:00Z", "2026-03-01T13:00:00Z");
  begin_again (last, "2026-03-01T13:40:00Z");
  check (last, "2026-03-01T13:59:59Z", "");
  begin_again (none, "2026-03-01T13:30:00Z");
  check (none, "2026-03-01T13:30:00Z", "");
  assert_next (none, "2026-03-01T14:00:00Z");
  begin_again (late, "2026-03-01T13:20:00Z");
  check (late, "2026-03-01T13:20:00Z", "-2026-03-01T11:00:00Z 2026-03-01T12:00:00Z 2026-03-01T13:00:00Z");
}

/* One execution at a time, unless more are allowed. */
static void
test_lock (void)
{
  g_autoptr (Play) self = play_new (S "    cron: '* * * * *'\n    stopAfter: [FAILED]\n", "2026-03-01T10:00:30Z");
  g_autoptr (Play) free_one = play_new (S "    cron: '* * * * *'\n    allowConcurrent: true\n", "2026-03-01T10:00:30Z");
  g_autoptr (TcValue) id = tc_value_string ("E");

  take (self, tc_value_with (self->state, "executionId", id));
  take (free_one, tc_value_with (free_one->state, "executionId", id));
  check (self, "2026-03-01T10:02:00Z", "");
  check (free_one, "2026-03-01T10:02:00Z", "2026-03-01T10:01:00Z 2026-03-01T10:02:00Z");
  take (self, tc_schedule_ended (self->schedule, self->trigger, self->state, TC_STATE_SUCCESS, &self->fixture->world, self->now));
  check (self, "2026-03-01T10:02:00Z", "2026-03-01T10:01:00Z 2026-03-01T10:02:00Z");
  take (self, tc_schedule_ended (self->schedule, self->trigger, self->state, TC_STATE_FAILED, &self->fixture->world, self->now));
  g_assert_true (tc_value_get_flag (self->state, "disabled", FALSE));
  check (self, "2026-03-01T10:10:00Z", "");
  begin_again (self, "2026-03-01T10:10:00Z");
  check (self, "2026-03-01T10:20:00Z", "");
  take (self, tc_schedule_ended (self->schedule, self->trigger, self->state, TC_STATE_SUCCESS, &self->fixture->world, self->now));
  g_assert_false (tc_value_get_flag (self->state, "disabled", TRUE));
  assert_next (self, "2026-03-01T10:21:00Z");
}

static void
test_toggle (void)
{
  g_autoptr (Play) self = play_new (S "    cron: '* * * * *'\n", "2026-03-01T10:00:30Z");

  take (self, tc_schedule_toggle (self->schedule, self->state, TRUE, &self->fixture->world, self->now));
  assert_next (self, "none");
  check (self, "2026-03-01T11:00:00Z", "");
  take (self, tc_schedule_toggle (self->schedule, self->state, FALSE, &self->fixture->world, self->now));
  assert_next (self, "2026-03-01T11:01:00Z");
  take (self, tc_schedule_toggle (NULL, self->state, TRUE, NULL, self->now));
  assert_next (self, "none");
}

/* A changed trigger begins anew, and stays off if it was. */
static void
test_changed (void)
{
  g_autoptr (Play) before = play_new (S "    cron: '0 * * * *'\n", "2026-03-01T10:30:00Z");
  g_autoptr (Play) after = play_new (S "    cron: '30 * * * *'\n", "2026-03-01T10:30:00Z");

  take (after, tc_value_ref (before->state));
  begin_again (after, "2026-03-01T20:00:00Z");
  assert_next (after, "2026-03-01T20:30:00Z");
  take (after, tc_schedule_toggle (before->schedule, before->state, TRUE, &before->fixture->world, before->now));
  begin_again (after, "2026-03-01T20:00:00Z");
  assert_next (after, "none");
}

static TcValue *
backfill (Play *self, const char *request, GError **error)
{
  g_autoptr (TcValue) map = tc_json_read (request, strlen (request), NULL);

  return tc_schedule_backfill (self->schedule, self->state, map, &self->fixture->world, self->now, error);
}

static void
test_backfill (void)
{
  g_autoptr (Play) self = play_new (S "    cron: '0 0 * * *'\n    lateMaximumDelay: PT1H\n", "2026-03-10T10:00:00Z");
  g_autoptr (GError) error = NULL, again = NULL;

  take (self, backfill (self, "{\"start\":\"2026-03-01T00:00:00Z\",\"end\":\"2026-03-03T12:00:00Z\",\"paused\":true,\"inputs\":{\"a\":1}}",
                        &error));
  g_assert_no_error (error);
  g_assert_null (backfill (self, "{\"start\":\"2026-03-01T00:00:00Z\"}", &again));
  g_assert_error (again, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE);
  check (self, "2026-03-10T10:00:00Z", "");
  {
    g_autoptr (TcValue) map = tc_value_ref (tc_value_get (self->state, "backfill")), no = tc_value_bool (FALSE);
    g_autoptr (TcValue) going = tc_value_with (map, "paused", no);

    take (self, tc_value_with (self->state, "backfill", going));
  }
  check (self, "2026-03-10T10:00:00Z", "2026-03-01T00:00:00Z 2026-03-02T00:00:00Z 2026-03-03T00:00:00Z");
  g_assert_null (tc_value_get (self->state, "backfill"));
  assert_next (self, "2026-03-11T00:00:00Z");
  take (self, backfill (self, "{\"start\":\"2026-03-01T00:00:00Z\"}", &error));
  g_assert_no_error (error);
  take (self, tc_schedule_end_backfill (self->state));
  assert_next (self, "2026-03-11T00:00:00Z");
}

static void
test_backfill_refused (void)
{
  static const char *const requests[] = {
    "{\"start\":\"2026-03-01T00:00:01Z\",\"end\":\"2026-03-01T23:59:59Z\"}", "{\"start\":\"yesterday\"}",
    "{\"start\":\"2026-03-01T00:00:00Z\",\"end\":\"2026-02-01T00:00:00Z\"}", "{}",
  };
  g_autoptr (Play) self = play_new (S "    cron: '0 0 * * *'\n", "2026-03-10T10:00:00Z");

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (backfill (self, requests[i], &error));
      g_assert_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE);
    }
}

static void
test_dates (void)
{
  g_autoptr (Play) self = play_new (DATES "    dates: ['2026-03-05T00:00:00Z', '2026-02-01T00:00:00+01:00', '{{ \"2026-03-02\" ~ \"T09:00:00Z\" }}']\n",
                                    "2026-03-01T00:00:00Z");
  g_autoptr (Play) whole = play_new (DATES "    dates: '{{ [\"2026-03-05T00:00:00Z\"] }}'\n", "2026-03-01T00:00:00Z");

  check (self, "2026-04-01T00:00:00Z", "2026-03-02T09:00:00Z 2026-03-05T00:00:00Z");
  g_assert_cmpuint (tc_value_length (self->step.variables), ==, 0);
  assert_next (self, "none");
  assert_next (whole, "2026-03-05T00:00:00Z");
}

static void
test_unusable (void)
{
  static const char *const triggers[] = {
    DATES "    dates: '{{ no.where }}'\n", DATES "    dates: [tomorrow]\n", DATES "    dates: ['2026-03-05']\n",
    DATES "    dates: '{{ 1 }}'\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (triggers); i++)
    {
      g_autoptr (TriggerFixture) fixture = trigger_fixture_new (triggers[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (tc_schedule_new (trigger_fixture_trigger (fixture, 0), &fixture->world, &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/plan", test_plan);
  g_test_add_func ("/schedule/zone", test_zone);
  g_test_add_func ("/schedule/conditions", test_conditions);
  g_test_add_func ("/schedule/bad-conditions", test_bad_conditions);
  g_test_add_func ("/schedule/recovery", test_recovery);
  g_test_add_func ("/schedule/lock", test_lock);
  g_test_add_func ("/schedule/toggle", test_toggle);
  g_test_add_func ("/schedule/changed", test_changed);
  g_test_add_func ("/schedule/backfill", test_backfill);
  g_test_add_func ("/schedule/backfill-refused", test_backfill_refused);
  g_test_add_func ("/schedule/dates", test_dates);
  g_test_add_func ("/schedule/unusable", test_unusable);
  return g_test_run ();
}
