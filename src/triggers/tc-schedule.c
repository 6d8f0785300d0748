/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tc-schedule.h"

#include "tc-cron.h"
#include "tc-flow-trigger.h"
#include "tc-json.h"
#include "tc-util.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define SECOND         INT64_C (1000000)
#define SEARCH_YEARS   10
#define SEARCH_US      (SEARCH_YEARS * INT64_C (31557600) * SECOND)
#define SEARCH_AT_MOST 20000        /* dates that conditions are asked about, at one time */

typedef enum { RECOVER_ALL, RECOVER_LAST, RECOVER_NONE } Recovery;

struct _TcSchedule
{
  const TcValue *trigger;
  TcCron        *cron;          /* or NULL */
  GArray        *dates;         /* int64_t, sorted; or NULL */
  GTimeZone     *zone;
  int64_t        late_us;       /* 0: no limit */
  Recovery       recovery;
  TcValue       *steering;      /* LIST of conditions on dates, which steer the next one */
};

gboolean
tc_schedule_is (const TcValue *trigger)
{
  return tc_trigger_is (trigger, ".trigger.Schedule") || tc_trigger_is (trigger, ".ScheduleOnDates");
}

void
tc_schedule_free (TcSchedule *self)
{
  if (self == NULL)
    return;
  tc_cron_free (self->cron);
  g_clear_pointer (&self->dates, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  tc_value_unref (self->steering);
  g_free (self);
}

static TcValue *
steering_of (const TcValue *trigger)
{
  static const char *const kinds[] = {
    "DateTimeBetween", "DayWeek", "DayWeekInMonth", "Not", "Or", "PublicHoliday", "TimeBetween", "Weekend"
  };
  const TcValue *conditions = tc_value_get (trigger, "conditions");
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; tc_value_is (conditions, TC_VALUE_LIST) && i < tc_value_length (conditions); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (kinds); j++)
      if (tc_condition_is (tc_value_item (conditions, i), kinds[j]))
        tc_list_builder_take (list, tc_value_ref (tc_value_item (conditions, i)));
  return tc_list_builder_end (g_steal_pointer (&list));
}

static int
compare_dates (gconstpointer a,
               gconstpointer b)
{
  int64_t one = *(const int64_t *) a, other = *(const int64_t *) b;

  return (one > other) - (one < other);
}

static int64_t
time_us (const TcTime *time)
{
  return time->seconds * SECOND + time->nanos / 1000;
}

static gboolean
add_date (TcSchedule              *self,
          const TcValue           *item,
          const TcConditionWorld  *world,
          GError                 **error)
{
  g_autofree char *text = tc_value_is (item, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (item)) : tc_json_to_text (item);
  g_autoptr (TcValue) rendered = world->render (world->self, text, NULL, error);
  TcTime time;
  int64_t us;

  if (rendered == NULL)
    return FALSE;
  if (!tc_time_parse (tc_value_get_text (rendered), &time))
    {
      g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE,
                   _("“%s” is no date with time and zone, such as 2026-03-01T09:00:00+01:00"), tc_value_get_text (rendered));
      return FALSE;
    }
  us = time_us (&time);
  g_array_append_val (self->dates, us);
  return TRUE;
}

/* `dates`: a list of texts, or a text that gives one. */
static gboolean
read_dates (TcSchedule              *self,
            const TcConditionWorld  *world,
            GError                 **error)
{
  const TcValue *given = tc_value_get (self->trigger, "dates");
  g_autoptr (TcValue) rendered = NULL, list = NULL;

  self->dates = g_array_new (FALSE, FALSE, sizeof (int64_t));
  if (tc_value_is (given, TC_VALUE_STRING))
    {
      rendered = world->render (world->self, tc_value_get_text (given), NULL, error);
      if (rendered == NULL)
        return FALSE;
      list = tc_json_read (tc_value_get_text (rendered), tc_value_length (rendered), NULL);
    }
  else if (given != NULL)
    list = tc_value_ref (given);
  if (!tc_value_is (list, TC_VALUE_LIST))
    {
      g_set_error_literal (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE, _("The “dates” are no list of dates"));
      return FALSE;
    }
  for (size_t i = 0; i < tc_value_length (list); i++)
    if (!add_date (self, tc_value_item (list, i), world, error))
      return FALSE;
  g_array_sort (self->dates, compare_dates);
  return TRUE;
}

static gboolean
read_plan (TcSchedule              *self,
           const TcConditionWorld  *world,
           GError                 **error)
{
  const char *cron = tc_value_get_str (self->trigger, "cron");
  g_autoptr (GError) problem = NULL;

  if (!tc_trigger_is (self->trigger, ".trigger.Schedule"))
    return read_dates (self, world, error);
  self->cron = tc_cron_new (cron != NULL ? cron : "", tc_value_get_flag (self->trigger, "withSeconds", FALSE), &problem);
  if (self->cron == NULL)
    g_set_error_literal (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE, problem->message);
  return self->cron != NULL;
}

TcSchedule *
tc_schedule_new (const TcValue           *trigger,
                 const TcConditionWorld  *world,
                 GError                 **error)
{
  g_autoptr (TcSchedule) self = g_new0 (TcSchedule, 1);
  const char *zone = tc_value_get_str (trigger, "timezone"), *late = tc_value_get_str (trigger, "lateMaximumDelay");
  const char *recovery = tc_value_get_str (trigger, "recoverMissedSchedules");

  self->trigger = trigger;
  self->zone = zone != NULL ? g_time_zone_new_identifier (zone) : g_time_zone_new_local ();
  if (self->zone == NULL)
    {
      g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE, _("There is no time zone “%s”"), zone);
      return NULL;
    }
  if (late != NULL && !tc_duration_parse (late, &self->late_us))
    {
      g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE, _("“%s” is no duration"), late);
      return NULL;
    }
  self->recovery = g_strcmp0 (recovery, "LAST") == 0 ? RECOVER_LAST : g_strcmp0 (recovery, "NONE") == 0 ? RECOVER_NONE : RECOVER_ALL;
  self->steering = steering_of (trigger);
  return read_plan (self, world, error) ? g_steal_pointer (&self) : NULL;
}

/* The closest planned date after or before @at_us, whatever conditions say. */
static gboolean
closest_plan (const TcSchedule *self,
              int64_t           at_us,
              int               step,
              int64_t          *found_us)
{
  int64_t seconds = at_us / SECOND - (at_us % SECOND < 0), found;

  if (self->cron != NULL)
    {
      gboolean any = step > 0 ? tc_cron_next (self->cron, self->zone, seconds, &found)
                              : tc_cron_previous (self->cron, self->zone, seconds + (seconds * SECOND < at_us), &found);

      *found_us = any ? found * SECOND : 0;
      return any;
    }
  for (guint i = 0; i < self->dates->len; i++)
    {
      int64_t date = g_array_index (self->dates, int64_t, step > 0 ? i : self->dates->len - 1 - i);

      if (step > 0 ? date > at_us : date < at_us)
        {
          *found_us = date;
          return TRUE;
        }
    }
  return FALSE;
}

static void
put_date (TcMapBuilder     *map,
          const char       *name,
          const TcSchedule *self,
          int64_t           us)
{
  TcTime time = { .seconds = us / SECOND - (us % SECOND < 0) };

  time.nanos = (int32_t) (us - time.seconds * SECOND) * 1000;
  time.offset_s = g_time_zone_get_offset (self->zone, g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, time.seconds));
  tc_map_builder_take (map, name, tc_value_string_take (tc_time_format (&time)));
}

/* A date and those around it; a neighbour that there is not is left out. */
static TcValue *
variables (const TcSchedule *self,
           int64_t           date_us,
           const int64_t    *next_us,
           const int64_t    *previous_us)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  put_date (map, "date", self, date_us);
  if (next_us != NULL)
    put_date (map, "next", self, *next_us);
  if (previous_us != NULL)
    put_date (map, "previous", self, *previous_us);
  return tc_map_builder_end (g_steal_pointer (&map));
}

/* The world of a planned date: `trigger` and `schedule` are its variables. */
typedef struct
{
  const TcConditionWorld *outer;
  TcValue                *names;
} Dated;

static TcValue *
render_dated (gpointer        data,
              const char     *text,
              const TcValue  *extra,
              GError        **error)
{
  const Dated *self = data;
  g_autoptr (TcValue) names = extra != NULL ? tc_value_merge (self->names, extra) : tc_value_ref (self->names);

  return self->outer->render (self->outer->self, text, names, error);
}

static gboolean
hold_at (const TcSchedule        *self,
         const TcValue           *conditions,
         const TcConditionWorld  *world,
         int64_t                  date_us,
         gboolean                *holds,
         GError                 **error)
{
  int64_t next, previous;
  gboolean has_next = closest_plan (self, date_us, 1, &next), has_previous = closest_plan (self, date_us, -1, &previous);
  g_autoptr (TcValue) values = variables (self, date_us, has_next ? &next : NULL, has_previous ? &previous : NULL);
  g_autoptr (TcValue) names = tc_value_map_of ("trigger", tc_value_ref (values), "schedule", tc_value_ref (values), NULL);
  Dated dated = { world, names };
  TcConditionWorld there = *world;

  there.render = render_dated;
  there.self = &dated;
  return tc_conditions_hold (conditions, &there, holds, error);
}

/* The closest planned date for which the conditions on dates hold. If they cannot be evaluated they do not count; if none is found in time, what
 * is reached is looked at when it comes. */
static gboolean
closest_date (const TcSchedule       *self,
              const TcConditionWorld *world,
              int64_t                 at_us,
              int                     step,
              int64_t                *found_us)
{
  int64_t date = at_us;

  for (int i = 0; closest_plan (self, date, step, &date); i++)
    {
      gboolean holds = TRUE;

      if (ABS (date - at_us) > SEARCH_US)
        return FALSE;
      if (tc_value_length (self->steering) == 0 || i == SEARCH_AT_MOST
          || !hold_at (self, self->steering, world, date, &holds, NULL) || holds)
        {
          *found_us = date;
          return TRUE;
        }
    }
  return FALSE;
}

/* @state with @name, or without it if @value is NULL, which is taken; @state is taken. */
static TcValue *
put (TcValue    *state,
     const char *name,
     TcValue    *value)
{
  g_autoptr (TcValue) owned G_GNUC_UNUSED = state, item = value;

  return item != NULL ? tc_value_with (state, name, item) : tc_value_without (state, name);
}

static TcValue *
put_next (TcSchedule             *self,
          TcValue                *state,
          const TcConditionWorld *world,
          int64_t                 after_us)
{
  int64_t next;

  return put (state, "nextExecutionDate", closest_date (self, world, after_us, 1, &next) ? tc_value_int (next) : NULL);
}

/* @state is taken. What is missed is due at once, one after the other, or not at all. */
static TcValue *
catch_up (TcSchedule             *self,
          TcValue                *state,
          const TcConditionWorld *world,
          int64_t                 now_us)
{
  int64_t next = tc_value_get_i64 (state, "nextExecutionDate", INT64_MAX), last;

  if (self->recovery == RECOVER_ALL || next > now_us || tc_value_get (state, "backfill") != NULL)
    return state;
  if (self->recovery == RECOVER_LAST && closest_date (self, world, now_us + 1, -1, &last) && last >= next)
    return put (state, "nextExecutionDate", tc_value_int (last));
  return put_next (self, state, world, now_us);
}

TcValue *
tc_schedule_begin (TcSchedule             *self,
                   const TcValue          *state,
                   const TcConditionWorld *world,
                   int64_t                 now_us)
{
  g_autofree char *text = tc_json_to_text (self->trigger), *definition = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  TcValue *begun = state != NULL ? tc_value_ref (state) : tc_value_map_of (NULL, NULL);
  gboolean same = g_strcmp0 (tc_value_get_str (begun, "definition"), definition) == 0;

  if (!same)
    {
      begun = put (begun, "definition", tc_value_string (definition));
      begun = put (begun, "backfill", NULL);
    }
  if (tc_value_get_flag (begun, "disabled", FALSE))
    return put (begun, "nextExecutionDate", NULL);
  if (!same || (tc_value_get (begun, "nextExecutionDate") == NULL && self->cron != NULL))
    return put_next (self, begun, world, now_us);
  return catch_up (self, begun, world, now_us);
}

gboolean
tc_schedule_is_due (const TcValue *trigger,
                    const TcValue *state,
                    int64_t        now_us)
{
  return tc_value_get_i64 (state, "nextExecutionDate", INT64_MAX) <= now_us && !tc_value_get_flag (state, "disabled", FALSE)
         && (tc_value_get_str (state, "executionId") == NULL || tc_value_get_flag (trigger, "allowConcurrent", FALSE))
         && !tc_value_get_flag (tc_value_get (state, "backfill"), "paused", FALSE);
}

/* After @planned; a backfill that is over gives way to the plan that it interrupted. @state is taken. */
static TcValue *
go_on (TcSchedule             *self,
       TcValue                *state,
       const TcConditionWorld *world,
       int64_t                 planned,
       int64_t                 now_us)
{
  const TcValue *backfill = tc_value_get (state, "backfill");
  g_autoptr (TcValue) current = NULL;
  int64_t next;

  if (backfill == NULL)
    return put_next (self, state, world, planned);
  if (!closest_date (self, world, planned, 1, &next) || next > tc_value_get_i64 (backfill, "end", 0))
    {
      g_autoptr (TcValue) over = tc_schedule_end_backfill (state);

      tc_value_unref (state);
      if (tc_value_get (over, "nextExecutionDate") != NULL)
        return catch_up (self, g_steal_pointer (&over), world, now_us);
      return put_next (self, g_steal_pointer (&over), world, now_us);
    }
  current = tc_value_int (next);
  return put (put (state, "backfill", tc_value_with (backfill, "currentDate", current)), "nextExecutionDate", tc_value_ref (current));
}

static TcValue *
all_conditions (const TcSchedule *self)
{
  static const char *const names[] = { "conditions", "scheduleConditions" };
  g_autoptr (TcListBuilder) list = tc_list_builder_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const TcValue *some = tc_value_get (self->trigger, names[i]);

      for (size_t j = 0; tc_value_is (some, TC_VALUE_LIST) && j < tc_value_length (some); j++)
        tc_list_builder_take (list, tc_value_ref (tc_value_item (some, j)));
    }
  return tc_list_builder_end (g_steal_pointer (&list));
}

static void
fire (TcSchedule             *self,
      const TcConditionWorld *world,
      TcScheduleStep         *step)
{
  int64_t next, previous;
  gboolean has_next, has_previous;

  step->fires = TRUE;
  if (self->cron == NULL)
    {
      step->variables = tc_value_map_of (NULL, NULL);
      return;
    }
  has_next = closest_date (self, world, step->date_us, 1, &next);
  has_previous = closest_date (self, world, step->date_us, -1, &previous);
  step->variables = variables (self, step->date_us, has_next ? &next : NULL, has_previous ? &previous : NULL);
}

void
tc_schedule_step (TcSchedule             *self,
                  const TcValue          *state,
                  const TcConditionWorld *world,
                  int64_t                 now_us,
                  TcScheduleStep         *step)
{
  int64_t planned = tc_value_get_i64 (state, "nextExecutionDate", now_us);
  g_autoptr (TcValue) conditions = all_conditions (self);
  g_autoptr (GError) error = NULL;
  gboolean holds = TRUE;

  memset (step, 0, sizeof *step);
  step->date_us = planned;
  if (self->late_us > 0 && planned < now_us - self->late_us && tc_value_get (state, "backfill") == NULL)
    {
      step->state = put_next (self, tc_value_ref (state), world, now_us - self->late_us - 1);
      return;
    }
  if (!hold_at (self, conditions, world, planned, &holds, &error))
    step->failure = g_strdup (error->message);
  if (holds)
    fire (self, world, step);
  step->state = put (tc_value_ref (state), "date", tc_value_int (planned));
  step->state = go_on (self, step->state, world, planned, now_us);
}

void
tc_schedule_step_clear (TcScheduleStep *step)
{
  g_clear_pointer (&step->state, tc_value_unref);
  g_clear_pointer (&step->variables, tc_value_unref);
  g_clear_pointer (&step->failure, g_free);
}

static gboolean
stops_after (const TcValue *trigger,
             TcState        state,
             gboolean      *stops)
{
  const TcValue *states = tc_value_get (trigger, "stopAfter");

  *stops = FALSE;
  for (size_t i = 0; tc_value_is (states, TC_VALUE_LIST) && i < tc_value_length (states); i++)
    {
      const TcValue *item = tc_value_item (states, i);

      *stops |= tc_value_is (item, TC_VALUE_STRING) && g_str_equal (tc_value_get_text (item), tc_state_name (state));
    }
  return tc_value_is (states, TC_VALUE_LIST) && tc_value_length (states) > 0;
}

/* As in Kestra, an end that `stopAfter` does not name switches a trigger on again. */
TcValue *
tc_schedule_ended (TcSchedule             *self,
                   const TcValue          *trigger,
                   const TcValue          *state,
                   TcState                 end,
                   const TcConditionWorld *world,
                   int64_t                 now_us)
{
  TcValue *after = tc_value_without (state, "executionId");
  gboolean stops;

  if (stops_after (trigger, end, &stops) && stops != tc_value_get_flag (state, "disabled", FALSE))
    {
      TcValue *toggled = tc_schedule_toggle (self, after, stops, world, now_us);

      tc_value_unref (after);
      return toggled;
    }
  return self != NULL ? catch_up (self, after, world, now_us) : after;
}

TcValue *
tc_schedule_toggle (TcSchedule             *self,
                    const TcValue          *state,
                    gboolean                disabled,
                    const TcConditionWorld *world,
                    int64_t                 now_us)
{
  TcValue *toggled = put (tc_value_ref (state), "disabled", tc_value_bool (disabled));

  if (disabled)
    return put (toggled, "nextExecutionDate", NULL);
  if (self == NULL || tc_value_get (toggled, "nextExecutionDate") != NULL)
    return toggled;
  return put_next (self, toggled, world, now_us);
}

static gboolean
read_date (const TcValue  *request,
           const char     *key,
           int64_t         fallback,
           int64_t        *us,
           GError        **error)
{
  const char *text = tc_value_get_str (request, key);
  TcTime time;

  *us = fallback;
  if (text == NULL)
    return TRUE;
  if (!tc_time_parse (text, &time))
    {
      g_set_error (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE,
                   _("“%s” is no date with time and zone, such as 2026-03-01T09:00:00+01:00"), text);
      return FALSE;
    }
  *us = time_us (&time);
  return TRUE;
}

TcValue *
tc_schedule_backfill (TcSchedule              *self,
                      const TcValue           *state,
                      const TcValue           *request,
                      const TcConditionWorld  *world,
                      int64_t                  now_us,
                      GError                 **error)
{
  const TcValue *next = tc_value_get (state, "nextExecutionDate"), *inputs = tc_value_get (request, "inputs");
  const TcValue *labels = tc_value_get (request, "labels");
  g_autoptr (TcMapBuilder) map = NULL;
  TcValue *with;
  int64_t start, end, first;

  if (!read_date (request, "start", now_us, &start, error) || !read_date (request, "end", now_us, &end, error))
    return NULL;
  if (!closest_date (self, world, start - 1, 1, &first) || first > end || tc_value_get (state, "backfill") != NULL)
    {
      g_set_error_literal (error, TC_TRIGGER_ERROR, TC_TRIGGER_ERROR_SCHEDULE,
                           tc_value_get (state, "backfill") != NULL ? _("There is a backfill already: delete it first")
                                                                    : _("No planned date is between the start and the end of the backfill"));
      return NULL;
    }
  map = tc_map_builder_new ();
  tc_map_builder_take (map, "start", tc_value_int (start));
  tc_map_builder_take (map, "end", tc_value_int (end));
  tc_map_builder_take (map, "currentDate", tc_value_int (first));
  tc_map_builder_take (map, "paused", tc_value_bool (tc_value_get_flag (request, "paused", FALSE)));
  if (next != NULL)
    tc_map_builder_take (map, "previousNextExecutionDate", tc_value_ref (next));
  if (inputs != NULL)
    tc_map_builder_take (map, "inputs", tc_value_ref (inputs));
  if (labels != NULL)
    tc_map_builder_take (map, "labels", tc_value_ref (labels));
  with = put (tc_value_ref (state), "backfill", tc_map_builder_end (g_steal_pointer (&map)));
  return put (with, "nextExecutionDate", tc_value_int (first));
}

TcValue *
tc_schedule_end_backfill (const TcValue *state)
{
  const TcValue *next = tc_value_lookup (state, "backfill", "previousNextExecutionDate", NULL);
  TcValue *after = tc_value_without (state, "backfill");

  return tc_value_get (state, "backfill") == NULL ? after : put (after, "nextExecutionDate", next != NULL ? tc_value_ref (next) : NULL);
}
