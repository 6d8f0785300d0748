/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-executor.h"

#include "tc-fuzz.h"
#include "tc-tasks.h"

#include <string.h>

/*
 * Events in any order, with any answer, against one flow that has nearly every mechanism in it. Each byte picks an event: an answer to a pending
 * effect, or a command. A step may refuse; it must not crash, and must never make a change that the table of states does not have.
 */

static const char yaml[] =
  "id: f\nnamespace: a.b\n"
  "concurrency: {limit: 2, behavior: QUEUE}\n"
  "sla: [{id: s, type: MAX_DURATION, duration: PT10H, behavior: FAIL}]\n"
  "tasks:\n"
  "- id: p\n  type: io.kestra.plugin.core.flow.Parallel\n  concurrent: 2\n  tasks:\n"
  "  - {id: a, type: io.kestra.plugin.core.log.Log, message: m, timeout: PT5S, retry: {type: constant, interval: PT1S, maxAttempts: 3}}\n"
  "  - {id: b, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT1S}\n"
  "  - id: l\n    type: io.kestra.plugin.core.flow.LoopUntil\n    condition: \"{{ x }}\"\n    checkFrequency: {maxIterations: 3, interval: PT1S}\n"
  "    tasks: [{id: la, type: io.kestra.plugin.core.log.Log, message: m}]\n"
  "  - id: w\n    type: io.kestra.plugin.core.flow.WorkingDirectory\n    tasks: [{id: wa, type: io.kestra.plugin.core.log.Log, message: m}]\n"
  "  errors: [{id: pe, type: io.kestra.plugin.core.log.Log, message: m}]\n"
  "- id: e\n  type: io.kestra.plugin.core.flow.ForEach\n  values: \"{{ x }}\"\n  concurrencyLimit: 2\n  allowFailure: true\n  tasks:\n"
  "  - {id: ea, type: io.kestra.plugin.core.execution.Fail, runIf: \"{{ x }}\"}\n"
  "  - {id: eb, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, flowId: g}\n"
  "- {id: v, type: io.kestra.plugin.core.execution.SetVariables, variables: \"{{ x }}\"}\n"
  "- {id: x, type: io.kestra.plugin.core.execution.Exit, state: \"{{ x }}\"}\n"
  "finally: [{id: z, type: io.kestra.plugin.core.log.Log, message: m}]\n"
  "afterExecution: [{id: after, type: io.kestra.plugin.core.log.Log, message: m}]\n"
  "outputs: [{id: o, type: INT, value: \"{{ x }}\"}]\n";

static TcFlow *
compile (void)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  g_autoptr (TcRegistry) types = NULL;
  g_autoptr (GPtrArray) findings = tc_diagnostics_new ();
  TcFlow *flow;

  tc_registry_builder_tasks (builder, tc_task_types);
  types = tc_registry_builder_end (builder);
  flow = tc_flow_compile (yaml, strlen (yaml), types, findings);
  g_assert_true (flow != NULL && !tc_diagnostics_have_error (findings));
  return flow;
}

/* What a rendering may have given for each name that was asked. */
static TcValue *
rendered (const TcEffect *effect, uint8_t choice)
{
  static const char *const texts[] = { "true", "false", "[\"a\",\"b\",\"c\"]", "[]", "KILLED", "WARNING", "{\"k\":1}", "", "PT1S", "7" };
  g_autoptr (TcMapBuilder) map = tc_map_builder_new ();

  for (size_t i = 0; effect->payload != NULL && i < tc_value_length (effect->payload); i++)
    tc_map_builder_take (map, tc_value_key (effect->payload, i), tc_value_string (texts[(choice + i) % G_N_ELEMENTS (texts)]));
  return tc_map_builder_end (g_steal_pointer (&map));
}

static TcEvent *
answer_to (const TcEffect *effect, uint8_t choice, int64_t at_us)
{
  static const TcEventKind work[] = { TC_EVENT_STARTED, TC_EVENT_ENDED, TC_EVENT_ENDED, TC_EVENT_LOST };
  TcEventKind kind = TC_EVENT_TIMER;
  TcEvent *event;

  if (effect->kind == TC_EFFECT_RENDER)
    kind = TC_EVENT_RENDERED;
  else if (effect->kind == TC_EFFECT_WORK)
    kind = work[choice % G_N_ELEMENTS (work)];
  else if (effect->kind == TC_EFFECT_SUBFLOW)
    kind = choice % 2 == 0 ? TC_EVENT_CHILD_CREATED : TC_EVENT_CHILD_ENDED;
  event = tc_event_new (kind, at_us, effect->id);
  event->state = (TcState) (choice % TC_N_STATES);
  if (choice % 5 == 0)
    event->error = g_strdup ("no");
  else if (kind == TC_EVENT_RENDERED)
    event->payload = rendered (effect, choice);
  else if (kind == TC_EVENT_CHILD_CREATED)
    event->payload = tc_value_map_of ("executionId", tc_value_string ("child"), NULL);
  return event;
}

static TcEvent *
command (const TcExecution *now, uint8_t choice, int64_t at_us)
{
  static const TcEventKind kinds[] = {
    TC_EVENT_SUBMITTED, TC_EVENT_SLOT, TC_EVENT_KILL, TC_EVENT_PAUSE, TC_EVENT_RESUME, TC_EVENT_RESTART, TC_EVENT_CHANGE_STATE,
    TC_EVENT_FORCE_RUN, TC_EVENT_UNQUEUE, TC_EVENT_RESUME_BREAKPOINT,
  };
  TcEvent *event = tc_event_new (kinds[choice % G_N_ELEMENTS (kinds)], at_us, NULL);
  size_t n = tc_execution_n_runs (now);

  if (event->kind == TC_EVENT_CHANGE_STATE && n > 0)
    event->payload = tc_value_map_of ("taskRunId", tc_value_string (tc_execution_run (now, choice % n)->id), "state",
                                      tc_value_string (tc_state_name ((TcState) (choice % TC_N_STATES))), NULL);
  return event;
}

static void
feed (const TcFlow *flow, TcExecution *execution, uint8_t which, uint8_t choice, int64_t at_us)
{
  g_autoptr (GPtrArray) pending = tc_executor_pending (flow, execution);
  g_autoptr (TcStep) step = tc_step_new ();
  g_autoptr (GError) error = NULL;
  TcSituation situation = { .n_running = choice % 4 };
  g_autoptr (TcEvent) event = which < 200 && pending->len > 0 ? answer_to (g_ptr_array_index (pending, which % pending->len), choice, at_us)
                                                               : command (execution, choice, at_us);

  if (tc_executor_step (flow, execution, event, &situation, step, &error))
    tc_step_apply (step, execution);
  else if (g_error_matches (error, TC_EXECUTOR_ERROR, TC_EXECUTOR_ERROR_STATE))
    g_error ("event %d, state %s: %s", event->kind, tc_state_name (event->state), error->message);
}

void
tc_fuzz (const uint8_t *data, size_t size)
{
  g_autoptr (TcFlow) flow = compile ();
  g_autoptr (TcExecution) execution = tc_execution_new (tc_head_new ("x", "a.b", "f", 1, 0));

  feed (flow, execution, 255, 0, 0);
  for (size_t i = 0; i + 1 < size && i < 2000; i += 2)
    feed (flow, execution, data[i], data[i + 1], (int64_t) i * 100000);
}
