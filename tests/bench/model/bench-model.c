/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the model costs: compiling beside the plain YAML parse of the same text, layout, contexts, memory of a task run. */
#include "config.h"

#include "../../unit/model/flow-fixture.h"
#include "tc-context.h"
#include "tc-graph.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ROUNDS 15

typedef void (*Work) (gpointer data);

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* Microseconds of the processor: what else the machine does is not counted. */
static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Median milliseconds. */
static double
clock_work (Work     work,
            gpointer data)
{
  gint64 taken[ROUNDS];

  work (data);
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 start = cpu_us ();

      work (data);
      taken[i] = cpu_us () - start;
    }
  qsort (taken, ROUNDS, sizeof *taken, compare_times);
  return (double) taken[ROUNDS / 2] / 1000;
}

static gboolean
report (const char *what,
        double      value,
        double      budget,
        const char *unit)
{
  printf ("%s: %.2f %s (budget <= %g) %s\n", what, value, unit, budget, value <= budget ? "ok" : "OVER BUDGET");
  return value <= budget;
}

static char *
flow_source (guint n)
{
  GString *text = g_string_new ("id: f\nnamespace: a.b\ninputs: [{id: n, type: INT}]\ntasks:\n");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "- id: t%u\n  type: test.Log\n  message: \"{{ outputs.t%u.x }} and {{ inputs.n }}\"\n", i, i == 0 ? 0 : i - 1);
  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *source;
  TcRegistry *types;
  TcFlow     *flow;
  TcExecution *execution;
} Bench;

static void
compile (gpointer data)
{
  const Bench *bench = data;
  g_autoptr (TcFlow) flow = tc_flow_compile (bench->source, strlen (bench->source), bench->types, NULL);

  g_assert_true (tc_flow_is_runnable (flow));
}

static void
read_yaml (gpointer data)
{
  const Bench *bench = data;
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) document = tc_yaml_read (bench->source, strlen (bench->source), found);

  g_assert_nonnull (document);
}

static void
lay_out (gpointer data)
{
  const TcLayoutMetrics metrics = { 220, 56, 24, 32, 28, 12, FALSE };
  g_autoptr (TcGraph) graph = tc_graph_new (((const Bench *) data)->flow);

  tc_graph_layout (graph, &metrics, NULL, NULL);
}

static void
build_outputs (gpointer data)
{
  const Bench *bench = data;
  g_autoptr (TcContext) context = tc_context_new (bench->flow, bench->execution, NULL, NULL, NULL, 0, NULL);

  g_assert_nonnull (tc_context_get (context, "outputs"));
}

static gboolean
bench_compile (TcRegistry *types)
{
  g_autofree char *source = flow_source (1000);
  Bench bench = { .source = source, .types = types };
  double ours = clock_work (compile, &bench), baseline = clock_work (read_yaml, &bench);
  gboolean good = report ("compile 1,000 tasks", ours, 30, "ms");

  printf ("  YAML parse of the same text: %.2f ms; ratio %.2f\n", baseline, ours / baseline);
  return good;
}

static gboolean
bench_layout (TcRegistry *types)
{
  GString *text = g_string_new ("id: f\nnamespace: a\ntasks:\n- id: d\n  type: test.Dag\n  tasks:\n");
  Bench bench = { .types = types };
  gboolean good;

  for (guint i = 0; i < 500; i++)
    {
      g_string_append_printf (text, "  - task: {id: t%u, type: test.Log, message: x}\n    dependsOn: [", i);
      for (guint k = 1; k <= 3 && i >= k * k; k++)
        g_string_append_printf (text, "t%u,", i - k * k);
      g_string_append (text, "]\n");
    }
  bench.flow = tc_flow_compile (text->str, text->len, types, NULL);
  good = report ("graph and layout of a Dag of 500 tasks", clock_work (lay_out, &bench), 30, "ms");
  tc_flow_unref (bench.flow);
  g_string_free (text, TRUE);
  return good;
}

static TcTaskRun *
finished_run (guint i)
{
  g_autofree char *id = g_strdup_printf ("4dHVkT2mP9qXnYz7b%05u", i);
  g_autofree char *value = g_strdup_printf ("%u", i);
  TcTaskRun *run = tc_task_run_new (id, "each", "4dHVkT2mP9qXnYz7bPARENT", value, (int) i, 1);
  TcAttempt *attempt = tc_attempt_new ("4dHVkT2mP9qXnYz7b00000/0/123", 2);

  for (TcState state = TC_STATE_SUBMITTED; state <= TC_STATE_RUNNING; state++)
    tc_history_add (&run->history, state, 3);
  tc_history_add (&run->history, TC_STATE_SUCCESS, 4);
  tc_history_add (&attempt->history, TC_STATE_RUNNING, 3);
  tc_history_add (&attempt->history, TC_STATE_SUCCESS, 4);
  g_ptr_array_add (run->attempts, attempt);
  run->outputs = tc_value_map_of ("value", tc_value_string (value), NULL);
  return run;
}

static gboolean
bench_runs (TcRegistry *types)
{
  g_autofree char *source = flow_source (1);
  Bench bench = { .types = types, .flow = tc_flow_compile (source, strlen (source), types, NULL) };
  size_t before;
  gboolean good;

  bench.execution = tc_execution_new (tc_head_new ("e", "a", "f", 1, 1));
  before = mallinfo2 ().uordblks;
  for (guint i = 0; i < 10000; i++)
    tc_execution_put (bench.execution, finished_run (i));
  good = report ("memory of a finished task run", (double) (mallinfo2 ().uordblks - before) / 10000, 4096, "bytes");
  good &= report ("outputs of 10,000 task runs", clock_work (build_outputs, &bench), 30, "ms");
  tc_execution_free (bench.execution);
  tc_flow_unref (bench.flow);
  return good;
}

int
main (void)
{
  g_autoptr (TcRegistry) types = fixture_registry ();
  gboolean good = bench_compile (types);

  good &= bench_layout (types);
  good &= bench_runs (types);
  return good ? 0 : 1;
}
