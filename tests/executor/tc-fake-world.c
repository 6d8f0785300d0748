/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include "tc-context.h"
#include "tc-json.h"
#include "tc-state-table.h"

#include <stdlib.h>
#include <string.h>

#define START_US INT64_C (1767312000000000)    /* 2026-01-02T00:00:00Z */

typedef struct
{
  int64_t     at_us;
  uint64_t    serial;
  TcFakePlay *play;
  TcEvent    *event;
} Due;

struct _TcFakeWorld
{
  GPtrArray *flows, *plays;
  GSequence *due;           /* Due, by time, then by order of arrival */
  int64_t    now_us;
  uint64_t   serial, seed;
  GRand     *random;
  guint      n_steps, n_ids;
  TcFakeWork work;
  gpointer   work_data;
};

static int
compare_due (gconstpointer a, gconstpointer b, gpointer data)
{
  const Due *x = a, *y = b;

  if (x->at_us != y->at_us)
    return x->at_us < y->at_us ? -1 : 1;
  return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static void
due_free (gpointer data)
{
  tc_event_free (((Due *) data)->event);
  g_free (data);
}

static void
play_free (gpointer data)
{
  TcFakePlay *play = data;

  tc_execution_free (play->execution);
  g_free (play->waits_for);
  g_ptr_array_unref (play->logs);
  g_ptr_array_unref (play->journal);
  g_array_unref (play->slots);
  g_hash_table_unref (play->effect_ids);
  g_hash_table_unref (play->stopped);
  g_free (play);
}

TcFakeWorld *
tc_fake_world_new (uint64_t seed)
{
  TcFakeWorld *self = g_new0 (TcFakeWorld, 1);

  self->flows = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_flow_unref);
  self->plays = g_ptr_array_new_with_free_func (play_free);
  self->due = g_sequence_new (due_free);
  self->now_us = START_US;
  self->seed = seed;
  self->random = g_rand_new_with_seed ((guint32) seed);
  self->work = tc_fake_core_work;
  return self;
}

void
tc_fake_world_free (TcFakeWorld *self)
{
  if (self == NULL)
    return;
  g_sequence_free (self->due);
  g_ptr_array_unref (self->plays);
  g_ptr_array_unref (self->flows);
  g_rand_free (self->random);
  g_free (self);
}

void
tc_fake_world_add_flow (TcFakeWorld *self, TcFlow *flow)
{
  g_ptr_array_add (self->flows, flow);
}

void
tc_fake_world_set_work (TcFakeWorld *self, TcFakeWork work, gpointer data)
{
  self->work = work;
  self->work_data = data;
}

guint
tc_fake_world_n_plays (TcFakeWorld *self)
{
  return self->plays->len;
}

TcFakePlay *
tc_fake_world_play (TcFakeWorld *self, guint index)
{
  return g_ptr_array_index (self->plays, index);
}

guint
tc_fake_world_n_steps (TcFakeWorld *self)
{
  return self->n_steps;
}

int64_t
tc_fake_world_now (TcFakeWorld *self)
{
  return self->now_us;
}

TcState
tc_fake_play_state (TcFakePlay *play)
{
  return tc_head_state (tc_execution_head (play->execution));
}

static void
expect (TcFakePlay *play, TcEvent *event, int64_t at_us)
{
  Due *due = g_new0 (Due, 1);

  *due = (Due) { MAX (at_us, play->world->now_us), play->world->serial++, play, event };
  g_sequence_insert_sorted (play->world->due, due, compare_due, NULL);
}

/* --- invariants --- */

static void
check_history (const TcFakePlay *play, const TcHistory *before, const TcHistory *after, gboolean is_run, const char *who)
{
  size_t known = before != NULL ? before->n : 1;

  g_assert_cmpuint (after->n, >=, known);
  g_assert_true (after->items[0].state == TC_STATE_CREATED);
  for (size_t i = known; i < after->n; i++)
    {
      TcState from = after->items[i - 1].state, to = after->items[i].state;
      gboolean legal = is_run ? tc_state_run_may_become (from, to) : tc_state_head_may_become (from, to);

      if (!legal)
        g_error ("seed %" G_GUINT64_FORMAT ": %s: %s -> %s", play->world->seed, who, tc_state_name (from), tc_state_name (to));
      g_assert_cmpint (after->items[i].at_us, >=, after->items[i - 1].at_us);
    }
}

static void
check_attempts (const TcFakePlay *play, const TcTaskRun *run)
{
  for (guint i = 0; i < run->attempts->len; i++)
    {
      const TcHistory *history = &((const TcAttempt *) g_ptr_array_index (run->attempts, i))->history;
      guint ends = 0;

      for (size_t j = 0; j < history->n; j++)
        ends += tc_state_is_terminated (history->items[j].state);
      g_assert_cmpuint (ends, <=, 1);
      if (i + 1 < run->attempts->len || tc_state_is_terminated (tc_task_run_state (run)))
        if (ends != 1)
          g_error ("seed %" G_GUINT64_FORMAT ": %s in %s has an open attempt", play->world->seed, run->task_id,
                   tc_state_name (tc_task_run_state (run)));
    }
}

static void
check_effects (TcFakePlay *play, const TcStep *step, gboolean was_killed)
{
  for (guint i = 0; i < step->effects->len; i++)
    {
      const TcEffect *effect = g_ptr_array_index (step->effects, i);

      if (!g_hash_table_add (play->effect_ids, g_strdup (effect->id)))
        g_error ("effect id %s used twice", effect->id);
      if (was_killed && effect->kind == TC_EFFECT_WORK)
        {
          const TcTask *task = effect->task;

          while (task->parent != NULL)
            task = task->parent;
          if (strcmp (task->list->name, "afterExecution") != 0)
            g_error ("seed %" G_GUINT64_FORMAT ": %s starts in a killed execution", play->world->seed, effect->task->id);
        }
    }
}

static void
check_step (TcFakePlay *play, const TcStep *step)
{
  const TcHead *head = tc_execution_head (play->execution);
  TcState state = tc_head_state (head);

  if (step->head != NULL)
    check_history (play, &head->history, &step->head->history, FALSE, "execution");
  for (guint i = 0; i < step->runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (step->runs, i), *before = tc_execution_find (play->execution, run->id);
      gboolean is_void = run->memo != NULL && tc_value_get_flag (run->memo, "void", FALSE);

      /* A WorkingDirectory that was given up has a record as if it had never run. */
      check_history (play, before != NULL && !is_void ? &before->history : NULL, &run->history, TRUE, run->task_id);
      check_attempts (play, run);
      if (before != NULL && tc_task_run_state (before) == TC_STATE_KILLED)
        g_assert_true (tc_task_run_state (run) == TC_STATE_KILLED);
    }
  check_effects (play, step, state == TC_STATE_KILLING || state == TC_STATE_KILLED);
}

/* A parent that ended has no child left that only waits. */
static void
check_children (TcFakePlay *play, const TcStep *step)
{
  for (guint i = 0; i < step->runs->len; i++)
    {
      const TcTaskRun *run = g_ptr_array_index (step->runs, i);
      const GPtrArray *children = tc_execution_children (play->execution, run->id);

      if (!tc_state_is_terminated (tc_task_run_state (run)) || tc_task_run_state (run) == TC_STATE_FAILED)
        continue;
      for (guint j = 0; children != NULL && j < children->len; j++)
        {
          const TcTaskRun *child = g_ptr_array_index (children, j);
          TcState state = tc_task_run_state (child);

          if (state == TC_STATE_RETRYING || state == TC_STATE_PAUSED || state == TC_STATE_BREAKPOINT)
            g_error ("seed %" G_GUINT64_FORMAT ": %s is %s below %s in %s", play->world->seed, child->task_id, tc_state_name (state),
                     run->task_id, tc_state_name (tc_task_run_state (run)));
        }
    }
}

/* --- effects --- */

static TcFakePlay *
new_play (TcFakeWorld *self, const TcFlow *flow, TcExecution *execution)
{
  TcFakePlay *play = g_new0 (TcFakePlay, 1);

  play->world = self;
  play->flow = flow;
  play->execution = execution;
  play->logs = g_ptr_array_new_with_free_func (g_free);
  play->journal = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_event_free);
  play->slots = g_array_new (FALSE, FALSE, sizeof (int));
  play->effect_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  play->stopped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_add (self->plays, play);
  return play;
}

static TcFlow *
find_flow (TcFakeWorld *self, const char *namespace_, const char *id)
{
  for (guint i = 0; i < self->flows->len; i++)
    {
      TcFlow *flow = g_ptr_array_index (self->flows, i);

      if (g_strcmp0 (tc_flow_namespace (flow), namespace_) == 0 && g_strcmp0 (tc_flow_id (flow), id) == 0)
        return flow;
    }
  return NULL;
}

static void
answer_render (TcFakePlay *play, const TcEffect *effect)
{
  TcEvent *event = tc_event_new (TC_EVENT_RENDERED, 0, effect->id);
  const TcTaskRun *run = effect->task_run_id != NULL ? tc_execution_find (play->execution, effect->task_run_id) : NULL;
  g_autoptr (GError) error = NULL;

  event->payload = tc_fake_render (play, effect->task, run, effect->payload, &error);
  if (event->payload == NULL)
    event->error = g_strdup (error->message);
  expect (play, event, 0);
}

/* A file that is split gives as many batches as its name says: kestra:///3. */
static void
answer_phase (const TcEffect *effect, const char *phase, TcEvent *end)
{
  TcListBuilder *list;

  if (strcmp (phase, "merge") == 0 && tc_value_length (tc_value_get (effect->payload, "results")) > 0)
    end->payload = tc_value_map_of ("subflowOutputs", tc_value_string ("kestra:///merged"), NULL);
  if (strcmp (phase, "split") != 0)
    return;
  list = tc_list_builder_new ();
  for (int i = 0; i < atoi (tc_value_get_str (effect->payload, "from") + strlen ("kestra:///")); i++)
    tc_list_builder_take (list, tc_value_printf ("kestra:///batch%d", i));
  end->payload = tc_value_map_of ("splits", tc_value_string ("kestra:///splits"), "batches", tc_list_builder_end (list), NULL);
}

static void
start_work (TcFakePlay *play, const TcEffect *effect)
{
  TcEvent *end = tc_event_new (TC_EVENT_ENDED, 0, effect->id);
  const TcTaskRun *run = tc_execution_find (play->execution, effect->task_run_id);
  const char *phase = effect->payload != NULL ? tc_value_get_str (effect->payload, "phase") : NULL;
  int64_t took = 0;

  play->n_started++;
  expect (play, tc_event_new (TC_EVENT_STARTED, 0, effect->id), 0);
  if (phase != NULL)
    answer_phase (effect, phase, end);
  else
    took = play->world->work (play, effect->task, run, end, play->world->work_data);
  expect (play, end, play->world->now_us + took);
}

/* The WORK ends KILLED now, unless its end is due already. */
static void
stop_work (TcFakePlay *play, const char *id)
{
  g_hash_table_add (play->stopped, g_strdup (id));
  for (GSequenceIter *at = g_sequence_get_begin_iter (play->world->due); !g_sequence_iter_is_end (at); at = g_sequence_iter_next (at))
    {
      Due *due = g_sequence_get (at);

      if (due->event->kind != TC_EVENT_ENDED || g_strcmp0 (due->event->effect_id, id) != 0 || due->at_us <= play->world->now_us)
        continue;
      due->at_us = play->world->now_us;
      due->event->state = TC_STATE_KILLED;
      g_clear_pointer (&due->event->payload, tc_value_unref);
      g_sequence_sort_changed (at, compare_due, NULL);
      return;
    }
}

static char *
text_of (const TcValue *map, const char *key)
{
  const TcValue *value = tc_value_get (map, key);

  if (value == NULL)
    return NULL;
  return tc_value_is (value, TC_VALUE_STRING) ? g_strdup (tc_value_get_text (value)) : tc_json_to_text (value);
}

/* As the engine does: every input that is given is parsed by its type. */
static TcValue *
typed_inputs (const TcFlow *flow, const TcValue *given)
{
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; i < tc_flow_n_inputs (flow); i++)
    {
      const TcInput *input = tc_flow_input (flow, i);
      const TcValue *value = given != NULL ? tc_value_get (given, input->id) : NULL;
      TcValue *typed = value != NULL ? tc_input_parse (input, value, NULL) : NULL;

      if (typed == NULL && input->defaults != NULL)
        typed = tc_value_ref (input->defaults);
      if (typed != NULL)
        tc_map_builder_take (map, input->id, typed);
    }
  return tc_map_builder_end (g_steal_pointer (&map));
}

static void
start_subflow (TcFakePlay *play, const TcEffect *effect)
{
  g_autofree char *namespace_ = text_of (effect->payload, "namespace"), *id = text_of (effect->payload, "flowId");
  const char *restart = tc_value_get_str (effect->payload, "restart");
  const TcFlow *flow = find_flow (play->world, namespace_, id);
  TcEvent *created = tc_event_new (TC_EVENT_CHILD_CREATED, 0, effect->id);
  const TcValue *inputs = tc_value_get (effect->payload, "inputs");
  const TcValue *labels = tc_execution_head (play->execution)->labels;
  TcFakePlay *child = NULL;
  guint parent = 0;

  g_ptr_array_find (play->world->plays, play, &parent);
  for (guint i = 0; restart != NULL && i < play->world->plays->len; i++)
    if (strcmp (tc_execution_head (tc_fake_world_play (play->world, i)->execution)->id, restart) == 0)
      child = tc_fake_world_play (play->world, i);
  if (flow == NULL)
    created->error = g_strdup_printf ("Unable to find flow '%s'.'%s' with revision '0'", namespace_, id);
  else
    {
      if (child != NULL)
        g_assert_true (tc_fake_play_send (child, TC_EVENT_RESTART, NULL, NULL));
      else
        child = tc_fake_world_start (play->world, flow, typed_inputs (flow, inputs), labels != NULL ? tc_value_ref (labels) : NULL, NULL);
      created->payload = tc_value_map_of ("executionId", tc_value_string (tc_execution_head (child->execution)->id), NULL);
      if (tc_value_get_flag (effect->payload, "wait", TRUE))
        {
          g_free (child->waits_for);
          child->waits_for = g_strdup (effect->id);
          child->parent = parent + 1;
        }
    }
  expect (play, created, 0);
}

static void
kill_child (TcFakePlay *play, const TcEffect *effect)
{
  const char *id = tc_value_get_str (effect->payload, "executionId");

  for (guint i = 0; i < play->world->plays->len; i++)
    if (strcmp (tc_execution_head (tc_fake_world_play (play->world, i)->execution)->id, id) == 0)
      expect (tc_fake_world_play (play->world, i), tc_event_new (TC_EVENT_KILL, 0, NULL), 0);
}

static void
take_log (TcFakePlay *play, const TcEffect *effect)
{
  const TcTaskRun *run = effect->task_run_id != NULL ? tc_execution_find (play->execution, effect->task_run_id) : NULL;

  g_ptr_array_add (play->logs, g_strdup_printf ("%s%s%s%s %s %s", run != NULL ? run->task_id : "", run != NULL && run->value != NULL ? "[" : "",
                                                run != NULL && run->value != NULL ? run->value : "",
                                                run != NULL && run->value != NULL ? "]" : "", tc_value_get_str (effect->payload, "level"),
                                                tc_value_get_str (effect->payload, "message")));
}

static void
perform (TcFakePlay *play, const TcEffect *effect)
{
  switch (effect->kind)
    {
    case TC_EFFECT_RENDER:
      answer_render (play, effect);
      break;
    case TC_EFFECT_WORK:
      start_work (play, effect);
      break;
    case TC_EFFECT_STOP:
      stop_work (play, tc_value_get_str (effect->payload, "effectId"));
      break;
    case TC_EFFECT_TIMER:
      expect (play, tc_event_new (TC_EVENT_TIMER, 0, effect->id), effect->at_us);
      break;
    case TC_EFFECT_SUBFLOW:
      start_subflow (play, effect);
      break;
    case TC_EFFECT_LOG:
      take_log (play, effect);
      break;
    case TC_EFFECT_KILL_CHILD:
      kill_child (play, effect);
      break;
    case TC_EFFECT_EXECUTION:
      {
        g_autofree char *id = g_strdup_printf ("x%u", ++play->world->n_ids);

        tc_fake_world_adopt (play->world, play->flow,
                             tc_execution_new (tc_executor_next_execution (play->execution, effect, id, play->world->now_us)));
      }
      break;
    }
}

/* --- events --- */

static int
count_slots (TcFakePlay *play)
{
  int n = 0;

  for (guint i = 0; i < play->world->plays->len; i++)
    {
      TcFakePlay *other = tc_fake_world_play (play->world, i);

      n += other != play && other->flow == play->flow && tc_executor_holds_slot (other->execution);
    }
  return n;
}

static void
is_over (TcFakePlay *play)
{
  if (play->waits_for != NULL)
    {
      TcFakePlay *parent = tc_fake_world_play (play->world, play->parent - 1);
      TcEvent *event = tc_event_new (TC_EVENT_CHILD_ENDED, 0, play->waits_for);
      const TcHead *head = tc_execution_head (play->execution);

      event->state = tc_head_state (head);
      event->payload = head->outputs != NULL ? tc_value_map_of ("outputs", tc_value_ref (head->outputs), NULL) : NULL;
      expect (parent, event, 0);
      g_clear_pointer (&play->waits_for, g_free);
    }
  for (guint i = 0; i < play->world->plays->len; i++)
    {
      TcFakePlay *other = tc_fake_world_play (play->world, i);

      if (other->flow == play->flow && tc_fake_play_state (other) == TC_STATE_QUEUED)
        {
          expect (other, tc_event_new (TC_EVENT_SLOT, 0, NULL), 0);
          return;
        }
    }
}

/* Takes @event. */
static gboolean
deliver (TcFakePlay *play, TcEvent *event, GError **error)
{
  g_autoptr (TcStep) step = tc_step_new ();
  TcSituation situation = { .n_running = count_slots (play) };
  g_autoptr (GError) refusal = NULL;

  event->at_us = play->world->now_us;
  if (!tc_executor_step (play->flow, play->execution, event, &situation, step, &refusal))
    {
      if (g_error_matches (refusal, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_STATE))
        g_error ("seed %" G_GUINT64_FORMAT ": %s", play->world->seed, refusal->message);
      if (g_getenv ("TC_SEED") != NULL)
        g_test_message ("refused %d: %s", event->kind, refusal->message);
      g_assert_null (step->head);
      g_assert_cmpuint (step->runs->len + step->effects->len + step->removed->len, ==, 0);
      tc_event_free (event);
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  if (g_getenv ("TC_SEED") != NULL)
    g_test_message ("event %d of %s", event->kind, event->effect_id != NULL ? event->effect_id : "-");
  play->world->n_steps++;
  check_step (play, step);
  tc_step_apply (step, play->execution);
  check_children (play, step);
  g_ptr_array_add (play->journal, event);
  g_array_append_val (play->slots, situation.n_running);
  for (guint i = 0; i < step->effects->len; i++)
    perform (play, g_ptr_array_index (step->effects, i));
  if (step->over)
    is_over (play);
  return TRUE;
}

/* Anything may come next, but what answers one effect stays in order. */
static GSequenceIter *
pick_at_random (TcFakeWorld *self)
{
  int length = g_sequence_get_length (self->due);
  GSequenceIter *chosen = g_sequence_get_iter_at_pos (self->due, g_rand_int_range (self->random, 0, length));
  const Due *due = g_sequence_get (chosen);

  for (GSequenceIter *at = g_sequence_get_begin_iter (self->due); at != chosen; at = g_sequence_iter_next (at))
    {
      const Due *other = g_sequence_get (at);

      if (other->play == due->play && due->event->effect_id != NULL && g_strcmp0 (other->event->effect_id, due->event->effect_id) == 0)
        return at;
    }
  return chosen;
}

gboolean
tc_fake_world_turn (TcFakeWorld *self, int64_t until_us)
{
  GSequenceIter *at;
  Due *due;
  TcFakePlay *play;
  TcEvent *event;

  if (g_sequence_is_empty (self->due))
    at = NULL;
  else if (self->seed != 0)
    at = pick_at_random (self);
  else
    at = g_sequence_get_begin_iter (self->due);
  due = at != NULL ? g_sequence_get (at) : NULL;
  if (due == NULL || due->at_us > until_us)
    {
      if (until_us != G_MAXINT64)
        self->now_us = MAX (self->now_us, until_us);
      return FALSE;
    }
  play = due->play;
  event = g_steal_pointer (&due->event);
  self->now_us = MAX (self->now_us, due->at_us);
  g_sequence_remove (at);
  deliver (play, event, NULL);
  return TRUE;
}

void
tc_fake_world_run (TcFakeWorld *self)
{
  while (tc_fake_world_turn (self, G_MAXINT64))
    g_assert_cmpuint (self->n_steps, <, self->seed != 0 ? 100000 : 5000000);
}

TcFakePlay *
tc_fake_world_adopt (TcFakeWorld *self, const TcFlow *flow, TcExecution *execution)
{
  TcFakePlay *play = new_play (self, flow, execution);

  expect (play, tc_event_new (TC_EVENT_SUBMITTED, 0, NULL), 0);
  return play;
}

TcFakePlay *
tc_fake_world_start (TcFakeWorld *self, const TcFlow *flow, TcValue *inputs, TcValue *labels, TcValue *breakpoints)
{
  g_autofree char *id = g_strdup_printf ("x%u", ++self->n_ids);
  TcHead *head = tc_head_new (id, tc_flow_namespace (flow), tc_flow_id (flow), 1, self->now_us);
  const TcValue *variables = tc_flow_value (flow, "variables");

  head->inputs = inputs;
  tc_value_unref (head->labels);
  head->labels = labels;
  head->breakpoints = breakpoints;
  head->variables = variables != NULL ? tc_value_ref (variables) : NULL;
  return tc_fake_world_adopt (self, flow, tc_execution_new (head));
}

gboolean
tc_fake_play_send (TcFakePlay *play, TcEventKind kind, TcValue *payload, GError **error)
{
  TcEvent *event = tc_event_new (kind, 0, NULL);

  event->payload = payload;
  return deliver (play, event, error);
}

/* --- telling --- */

char *
tc_fake_history (const TcHistory *history)
{
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < history->n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", tc_state_name (history->items[i].state));
  return g_string_free (text, FALSE);
}

char *
tc_fake_play_describe (TcFakePlay *play)
{
  GString *text = g_string_new (NULL);
  g_autofree char *states = tc_fake_history (&tc_execution_head (play->execution)->history);

  g_string_append (text, states);
  for (size_t i = 0; i < tc_execution_n_runs (play->execution); i++)
    {
      const TcTaskRun *run = tc_execution_run (play->execution, i);

      g_string_append_printf (text, " | %s", run->task_id);
      if (run->value != NULL)
        g_string_append_printf (text, "[%s]", run->value);
      g_string_append_printf (text, " %s", tc_state_name (tc_task_run_state (run)));
      if (run->attempts->len != 1)
        g_string_append_printf (text, "(%u)", run->attempts->len);
    }
  return g_string_free (text, FALSE);
}

void
tc_fake_play_check_journal (TcFakePlay *play)
{
  const TcHead *head = tc_execution_head (play->execution);
  TcHead *first = tc_head_copy (head);
  g_autoptr (TcExecution) again = NULL;

  first->history.n = 1;
  g_clear_pointer (&first->memo, tc_value_unref);
  g_clear_pointer (&first->outputs, tc_value_unref);
  g_clear_pointer (&first->error, g_free);
  first->attempt_number = 1;
  again = tc_execution_new (first);
  for (guint i = 0; i < play->journal->len; i++)
    {
      g_autoptr (TcValue) record = tc_event_to_record (g_ptr_array_index (play->journal, i));
      g_autoptr (TcEvent) event = tc_event_from_record (record, NULL);
      g_autoptr (TcStep) step = tc_step_new ();
      g_autoptr (GError) error = NULL;
      TcSituation situation = { .n_running = g_array_index (play->slots, int, i) };

      tc_executor_step (play->flow, again, event, &situation, step, &error);
      g_assert_no_error (error);
      tc_step_apply (step, again);
    }
  g_assert_cmpuint (tc_execution_n_runs (again), ==, tc_execution_n_runs (play->execution));
  for (size_t i = 0; i < tc_execution_n_runs (again); i++)
    {
      g_autoptr (TcValue) one = tc_task_run_to_record (tc_execution_run (again, i));
      g_autoptr (TcValue) other = tc_task_run_to_record (tc_execution_run (play->execution, i));

      g_assert_true (tc_value_equal (one, other));
    }
}
