/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-fake-world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * Random flows, events in random order, random outcomes and random commands. The world checks its invariants after every step; here further:
 * X1 no more runs of a limited parent are at work than its limit; X2 in the end nothing is left that waits for nobody; X3 the journal replayed
 * gives the same records. $TC_SEED replays one seed, $TC_STEPS sets how many steps are made.
 */

#define P "io.kestra.plugin.core."

typedef struct
{
  GRand   *random;
  GString *yaml;
  guint    n_tasks;
} Maker;

static void make_list (Maker *self, const char *name, int indent, int depth, int least);

static gboolean
chance (GRand *random, int percent)
{
  return g_rand_int_range (random, 0, 100) < percent;
}

static void G_GNUC_PRINTF (3, 4)
line (Maker *self, int indent, const char *format, ...)
{
  va_list args;

  g_string_append_printf (self->yaml, "%*s", indent, "");
  va_start (args, format);
  g_string_append_vprintf (self->yaml, format, args);
  va_end (args);
  g_string_append_c (self->yaml, '\n');
}

static void
make_common (Maker *self, int indent)
{
  if (chance (self->random, 10))
    line (self, indent, "allowFailure: true");
  if (chance (self->random, 10))
    line (self, indent, "disabled: true");
  if (chance (self->random, 10))
    line (self, indent, "runIf: \"%s\"", chance (self->random, 50) ? "false" : "{{ true }}");
  if (chance (self->random, 15))
    line (self, indent, "retry: {type: constant, interval: PT1S, maxAttempts: %d%s}", g_rand_int_range (self->random, 2, 4),
          chance (self->random, 5) ? ", behavior: CREATE_NEW_EXECUTION" : "");
  if (chance (self->random, 10))
    line (self, indent, "timeout: PT2S");
}

static void
make_leaf (Maker *self, int indent)
{
  static const char *const leaves[] = {
    "log.Log", "log.Log", "log.Log", "execution.Fail", "flow.Sleep", "flow.Pause", "execution.Exit", "flow.Subflow"
  };
  const char *type = leaves[g_rand_int_range (self->random, 0, chance (self->random, 90) ? 5 : 8)];

  line (self, indent, "type: " P "%s", type);
  if (strcmp (type, "log.Log") == 0)
    line (self, indent, "message: m");
  if (strcmp (type, "flow.Sleep") == 0)
    line (self, indent, "duration: PT%dS", g_rand_int_range (self->random, 1, 4));
  if (strcmp (type, "flow.Pause") == 0 && chance (self->random, 70))
    line (self, indent, "pauseDuration: PT1S");
  if (strcmp (type, "flow.Subflow") == 0)
    g_string_append_printf (self->yaml, "%*snamespace: a.b\n%*sflowId: %s\n", indent, "", indent, "",
                            chance (self->random, 80) ? "child" : "missing");
  if (strcmp (type, "execution.Exit") == 0)
    line (self, indent, "state: %s", chance (self->random, 50) ? "KILLED" : "WARNING");
}

static void
make_flowable (Maker *self, int indent, int depth)
{
  switch (g_rand_int_range (self->random, 0, 10))
    {
    case 0:
      line (self, indent, "type: " P "flow.Sequential");
      break;
    case 1:
      line (self, indent, "type: " P "flow.Parallel");
      line (self, indent, "concurrent: %d", g_rand_int_range (self->random, 0, 3));
      break;
    case 2:
      line (self, indent, "type: " P "flow.If");
      line (self, indent, "condition: \"%s\"", chance (self->random, 50) ? "true" : "{{ 1 == 1 }}");
      make_list (self, "then", indent, depth, 1);
      return;
    case 3:
      line (self, indent, "type: " P "flow.ForEach");
      line (self, indent, "values: [a, b, c]");
      line (self, indent, "concurrencyLimit: %d", g_rand_int_range (self->random, 0, 3));
      break;
    case 4:
      line (self, indent, "type: " P "flow.EachParallel");
      line (self, indent, "value: '[\"x\", 2]'");
      break;
    case 5:
      line (self, indent, "type: " P "flow.LoopUntil");
      line (self, indent, "condition: \"{{ taskrun.id is empty }}\"");
      line (self, indent, "checkFrequency: {maxIterations: 3, interval: PT1S}");
      break;
    case 6:
      line (self, indent, "type: " P "flow.Switch");
      line (self, indent, "value: \"%s\"", chance (self->random, 50) ? "a" : "{{ 'b' }}");
      line (self, indent, "cases: {a: [{id: s%u, type: " P "log.Log, message: m}]}", self->n_tasks++);
      make_list (self, "defaults", indent, depth, 1);
      return;
    case 7:
      line (self, indent, "type: " P "flow.WorkingDirectory");
      line (self, indent, "tasks: [{id: w%u, type: " P "log.Log, message: m}, {id: v%u, type: " P "execution.Fail, allowFailure: true}]",
            self->n_tasks, self->n_tasks);
      self->n_tasks++;
      return;
    case 8:
      line (self, indent, "type: " P "flow.Dag");
      line (self, indent, "tasks: [{task: {id: d%u, type: " P "log.Log, message: m}}, {task: {id: c%u, type: " P
            "flow.Sleep, duration: PT1S}, dependsOn: [d%u]}]", self->n_tasks, self->n_tasks, self->n_tasks);
      self->n_tasks++;
      return;
    default:
      line (self, indent, "type: " P "flow.AllowFailure");
      break;
    }
  make_list (self, "tasks", indent, depth, 1);
}

static void
make_task (Maker *self, int indent, int depth)
{
  line (self, indent, "- id: t%u", self->n_tasks++);
  make_common (self, indent + 2);
  if (depth <= 0 || chance (self->random, 55))
    {
      make_leaf (self, indent + 2);
      return;
    }
  make_flowable (self, indent + 2, depth - 1);
  if (chance (self->random, 25))
    make_list (self, "errors", indent + 2, 0, 1);
  if (chance (self->random, 25))
    make_list (self, "finally", indent + 2, 0, 1);
}

static void
make_list (Maker *self, const char *name, int indent, int depth, int least)
{
  int n = g_rand_int_range (self->random, least, least + 3);

  line (self, indent, "%s:", name);
  for (int i = 0; i < n; i++)
    make_task (self, indent, depth);
}

static char *
make_flow (GRand *random)
{
  Maker maker = { .random = random, .yaml = g_string_new ("id: f\nnamespace: a.b\n") };

  make_list (&maker, "tasks", 0, 3, 1);
  if (chance (random, 30))
    make_list (&maker, "errors", 0, 1, 1);
  if (chance (random, 30))
    make_list (&maker, "finally", 0, 1, 1);
  if (chance (random, 30))
    make_list (&maker, "afterExecution", 0, 0, 1);
  if (chance (random, 10))
    g_string_append (maker.yaml, "retry: {type: constant, interval: PT1S, maxAttempts: 2}\n");
  return g_string_free (maker.yaml, FALSE);
}

static int64_t
any_outcome (TcFakePlay *play, const TcTask *task, const TcTaskRun *run, TcEvent *end, gpointer data)
{
  GRand *random = data;

  end->state = chance (random, 75) ? TC_STATE_SUCCESS : chance (random, 80) ? TC_STATE_FAILED : TC_STATE_WARNING;
  return g_rand_int_range (random, 0, 3000000);
}

/* TRUE: the execution was restarted. */
static gboolean
send_command (TcFakePlay *play, GRand *random)
{
  static const TcEventKind kinds[] = { TC_EVENT_KILL, TC_EVENT_PAUSE, TC_EVENT_RESUME, TC_EVENT_RESTART, TC_EVENT_FORCE_RUN };
  TcEventKind kind = kinds[g_rand_int_range (random, 0, G_N_ELEMENTS (kinds))];

  return tc_fake_play_send (play, kind, NULL, NULL) && kind == TC_EVENT_RESTART;
}

static void
check_limits (TcFakePlay *play)
{
  for (size_t i = 0; i < tc_execution_n_runs (play->execution); i++)
    {
      const TcTaskRun *run = tc_execution_run (play->execution, i);
      int64_t limit = run->memo != NULL ? tc_value_get_i64 (run->memo, "limit", 0) : 0;
      guint open = 0;

      if (limit <= 0 || tc_task_run_state (run) != TC_STATE_RUNNING)
        continue;
      for (TcState state = 0; state < TC_N_STATES; state++)
        if (!tc_state_is_terminated (state) && state != TC_STATE_CREATED && state != TC_STATE_RESTARTED && state != TC_STATE_RETRYING)
          open += tc_execution_counts (play->execution, run->id)[state];
      g_assert_cmpuint (open, <=, limit);
    }
}

/* Nothing is due any more: then it is over, or it waits for a user. */
static void
check_rest (TcFakePlay *play, const char *yaml)
{
  TcState state = tc_fake_play_state (play);
  const TcHead *head = tc_execution_head (play->execution);
  g_autofree char *shown = tc_fake_play_describe (play);

  if (state == TC_STATE_PAUSED || state == TC_STATE_BREAKPOINT)
    return;
  if (!tc_state_is_terminated (state) || !tc_value_get_flag (head->memo, "over", FALSE))
    g_error ("stuck: %s\n%s", shown, yaml);
  for (size_t i = 0; i < tc_execution_n_runs (play->execution); i++)
    if (!tc_state_is_terminated (tc_task_run_state (tc_execution_run (play->execution, i))))
      g_error ("left open: %s\n%s", shown, yaml);
}

/* Returns the steps made. */
static guint
play_seed (const TcFlow *flow, const TcFlow *child, const char *yaml, guint64 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) seed);
  g_autoptr (TcFakeWorld) world = tc_fake_world_new (seed);
  gboolean commands = chance (random, 50), restarted = FALSE;
  TcFakePlay *play;

  tc_fake_world_add_flow (world, tc_flow_ref (child));
  tc_fake_world_set_work (world, any_outcome, random);
  play = tc_fake_world_start (world, flow, NULL, NULL, NULL);
  for (guint i = 0; i < 3000 && tc_fake_world_turn (world, G_MAXINT64); i++)
    {
      /* A restart reopens every flowable above a failed run at once, also in a limited loop. */
      if (!restarted && i % 4 == 0)
        check_limits (play);
      if (commands && chance (random, 3))
        restarted |= send_command (play, random);
    }
  tc_fake_world_run (world);
  for (guint i = 0; i < tc_fake_world_n_plays (world); i++)
    check_rest (tc_fake_world_play (world, i), yaml);
  if (seed % 8 == 0)
    tc_fake_play_check_journal (play);
  return tc_fake_world_n_steps (world);
}

/* Seeds share a flow by 50, as compiling one takes longer than playing it. */
static void
test_random (void)
{
  const char *named = g_getenv ("TC_SEED"), *wanted = g_getenv ("TC_STEPS");
  guint64 seed = named != NULL ? g_ascii_strtoull (named, NULL, 10) : 1, steps = 0, first = seed;
  guint64 goal = wanted != NULL ? g_ascii_strtoull (wanted, NULL, 10) : 200000;
  clock_t begin = clock ();      /* of the processor: a machine that is busy with other things tells nothing */
  g_autoptr (TcFlow) child = tc_fake_flow ("id: child\nnamespace: a.b\ntasks:\n- {id: c, type: " P "log.Log, message: m}\n"
                                           "- {id: p, type: " P "flow.Sleep, duration: PT2S}\n");
  double seconds;

  while (steps < goal && (named == NULL || seed == first))
    {
      g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) (seed / 50));
      g_autofree char *yaml = make_flow (random);
      g_autoptr (TcFlow) flow = tc_fake_flow (yaml);

      if (named != NULL)
        g_test_message ("%s", yaml);
      do
        {
          if (g_getenv ("TC_LOUD") != NULL)
            g_printerr ("seed %" G_GUINT64_FORMAT "\n", seed);
          steps += play_seed (flow, child, yaml, seed++);
        }
      while (seed % 50 != 0 && named == NULL);
    }
  seconds = (double) (clock () - begin) / CLOCKS_PER_SEC;
  g_test_message ("%" G_GUINT64_FORMAT " steps with seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", %.0f a second of the processor", steps, first,
                  seed - 1, (double) steps / seconds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/executor/random", test_random);
  return g_test_run ();
}
