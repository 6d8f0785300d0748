/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "flow-fixture.h"
#include "tc-limits.h"

#include <string.h>

#define HEAD "id: f\nnamespace: a.b\n"

static void
test_tasks (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD
    "tasks:\n"
    "- id: one\n"
    "  type: test.Log\n"
    "  message: hi\n"
    "  allowFailure: true\n"
    "- id: par\n"
    "  type: test.Parallel\n"
    "  tasks:\n"
    "  - {id: two, type: test.Log, message: x, disabled: true}\n"
    "  errors:\n"
    "  - {id: oops, type: test.Log, message: x}\n"
    "finally:\n"
    "- {id: last, type: test.Log, message: x}\n");
  const TcTask *par = tc_flow_find_task (flow, "par");
  const TcTask *two = tc_flow_find_task (flow, "two");

  g_assert_cmpuint (tc_flow_n_tasks (flow), ==, 5);
  g_assert_cmpstr (tc_flow_task (flow, 4)->id, ==, "last");
  g_assert_true (tc_flow_find_task (flow, "one")->allow_failure);
  g_assert_true (two->parent == par);
  g_assert_true (two->disabled);
  g_assert_cmpstr (two->path, ==, "tasks[1].tasks[0]");
  g_assert_cmpuint (two->span.line, ==, 11);
  g_assert_cmpstr (two->list->name, ==, "tasks");
  g_assert_cmpstr (tc_flow_find_task (flow, "oops")->list->name, ==, "errors");
  g_assert_cmpuint (tc_task_list (par, "errors")->tasks->len, ==, 1);
  g_assert_null (tc_value_get (par->props, "tasks"));
  g_assert_cmpuint (tc_flow_list (flow, "finally")->tasks->len, ==, 1);
  g_assert_null (tc_flow_list (flow, "errors"));
  g_assert_null (tc_flow_find_task (flow, "nope"));
}

static void
test_branches (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD
    "tasks:\n"
    "- id: s\n"
    "  type: test.Switch\n"
    "  value: x\n"
    "  cases:\n"
    "    true: [{id: a, type: test.Log, message: x}]\n"
    "    other: [{id: b, type: test.Log, message: x}]\n"
    "  defaults: [{id: c, type: test.Log, message: x}]\n"
    "- id: d\n"
    "  type: test.Dag\n"
    "  tasks:\n"
    "  - task: {id: e, type: test.Log, message: x}\n"
    "  - task: {id: g, type: test.Log, message: x}\n"
    "    dependsOn: [e]\n"
    "- id: p\n"
    "  type: test.Pause\n"
    "  onPause: {id: h, type: test.Log, message: x}\n");

  g_assert_cmpstr (tc_flow_find_task (flow, "a")->list->name, ==, "cases.true");
  g_assert_cmpstr (tc_flow_find_task (flow, "b")->list->name, ==, "cases.other");
  g_assert_cmpstr (tc_flow_find_task (flow, "g")->path, ==, "tasks[1].tasks[1].task");
  g_assert_cmpuint (tc_flow_find_task (flow, "g")->depends->len, ==, 1);
  g_assert_cmpuint (tc_flow_find_task (flow, "e")->depends->len, ==, 0);
  g_assert_cmpstr (tc_flow_find_task (flow, "h")->list->name, ==, "onPause");
  g_assert_null (tc_flow_find_task (flow, "a")->depends);
}

static void
test_task_at (void)
{
  const char *source = HEAD
    "tasks:\n"
    "- id: par\n"
    "  type: test.Parallel\n"
    "  tasks:\n"
    "  - id: two\n"
    "    type: test.Log\n"
    "    message: x\n";
  g_autoptr (TcFlow) flow = fixture_flow (source);

  g_assert_null (tc_flow_task_at (flow, 3));
  g_assert_cmpstr (tc_flow_task_at (flow, (uint32_t) (strstr (source, "test.Par") - source))->id, ==, "par");
  g_assert_cmpstr (tc_flow_task_at (flow, (uint32_t) (strstr (source, "test.Log") - source))->id, ==, "two");
  g_assert_cmpstr (tc_flow_task_at (flow, (uint32_t) (strstr (source, "- id: par") - source))->id, ==, "par");
}

static void
test_templates (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD
    "inputs: [{id: n, type: INT, defaults: '{{ 1 + 1 }}'}]\n"
    "variables: {v: 1}\n"
    "tasks:\n"
    "- id: one\n"
    "  type: test.Log\n"
    "  message: ['{{ inputs.n }}', plain]\n"
    "  env: {A: '{{ vars.v }}'}\n"
    "  level: '{{ not a template }}'\n"
    "  runIf: '{{ true }}'\n"
    "  timeout: 30\n"
    "outputs: [{id: o, type: JSON, value: {k: ['{{ outputs.one }}']}}]\n"
    "checks: [{condition: '{{ inputs.n > 0 }}', message: m}]\n");
  const TcTask *task = tc_flow_find_task (flow, "one");

  g_assert_nonnull (tc_task_template (task, "message[0]"));
  g_assert_null (tc_task_template (task, "message[1]"));
  g_assert_nonnull (tc_task_template (task, "env.A"));
  g_assert_null (tc_task_template (task, "level"));
  g_assert_nonnull (task->run_if);
  g_assert_nonnull (task->timeout);
  g_assert_true (tc_template_is_literal (task->timeout));
  g_assert_nonnull (tc_flow_template (flow, "inputs[0].defaults"));
  g_assert_nonnull (tc_flow_template (flow, "outputs[0].value.k[0]"));
  g_assert_nonnull (tc_flow_template (flow, "checks[0].condition"));
  g_assert_null (tc_flow_template (flow, "nope"));
}

static void
test_defaults (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD
    "pluginDefaults:\n"
    "- {type: test, values: {level: PREFIX, env: {A: 1, B: 1}}}\n"
    "- {type: test.Log, values: {message: default, level: EXACT, tags: [x, y]}}\n"
    "- {type: test.Log, values: {message: second}}\n"
    "- {type: test.Log, forced: true, values: {env: {C: forced}}}\n"
    "tasks:\n"
    "- id: one\n"
    "  type: test.Log\n"
    "  message: ~\n"
    "  tags: [y, z]\n"
    "  env: {B: 2, C: 2}\n"
    "- {id: two, type: old.Log, message: own}\n");
  const TcValue *one = tc_flow_find_task (flow, "one")->props;
  const TcValue *two = tc_flow_find_task (flow, "two")->props;

  g_assert_cmpstr (tc_value_get_str (one, "message"), ==, "default");
  g_assert_cmpstr (tc_value_get_str (one, "level"), ==, "PREFIX");      /* as the two types stand in a HashMap */
  g_assert_cmpuint (tc_value_length (tc_value_get (one, "tags")), ==, 3);
  g_assert_cmpstr (tc_value_get_text (tc_value_item (tc_value_get (one, "tags"), 2)), ==, "z");
  g_assert_cmpint (tc_value_get_i64 (tc_value_get (one, "env"), "A", 0), ==, 1);
  g_assert_cmpint (tc_value_get_i64 (tc_value_get (one, "env"), "B", 0), ==, 2);
  g_assert_cmpstr (tc_value_get_str (tc_value_get (one, "env"), "C"), ==, "forced");
  g_assert_cmpstr (tc_value_get_str (two, "message"), ==, "own");
  g_assert_cmpstr (tc_value_get_str (two, "level"), ==, "PREFIX");
}

static void
test_default_template (void)
{
  TcFlow *compiled = NULL;
  g_autofree char *findings = fixture_findings (HEAD
    "pluginDefaults:\n"
    "- type: test.Log\n"
    "  values:\n"
    "    message: '{{ outputs.nope.x }}'\n"
    "tasks:\n"
    "- {id: one, type: test.Log}\n", &compiled);
  g_autoptr (TcFlow) flow = compiled;

  /* The finding stands at the default, where the text is. */
  g_assert_cmpstr (findings, ==, "6:warning:expression.output.unknown\n");
  g_assert_nonnull (tc_task_template (tc_flow_find_task (flow, "one"), "message"));
}

static void
test_retry (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD
    "retry: {type: random, minInterval: PT1S, maxInterval: PT5S, maxAttempts: 4}\n"
    "tasks:\n"
    "- id: one\n"
    "  type: test.Log\n"
    "  message: x\n"
    "  retry: {type: exponential, interval: 2, maxInterval: PT1M, delayFactor: 1.5, maxDuration: PT5M, warningOnRetry: true,\n"
    "          behavior: CREATE_NEW_EXECUTION}\n");
  const TcRetry *retry = tc_flow_find_task (flow, "one")->retry;

  g_assert_cmpint (retry->kind, ==, TC_RETRY_EXPONENTIAL);
  g_assert_cmpint (retry->interval_us, ==, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (retry->max_interval_us, ==, 60 * G_USEC_PER_SEC);
  g_assert_cmpfloat (retry->delay_factor, ==, 1.5);
  g_assert_cmpint (retry->max_attempts, ==, 0);
  g_assert_true (retry->warning_on_retry);
  g_assert_true (retry->new_execution);
  g_assert_cmpint (tc_flow_retry (flow)->kind, ==, TC_RETRY_RANDOM);
  g_assert_cmpint (tc_flow_retry (flow)->max_attempts, ==, 4);
}

static void
test_values (void)
{
  g_autoptr (TcFlow) flow = fixture_flow (HEAD
    "extend: {title: x}\n"
    "disabled: true\n"
    "labels: {a: 1, b: yes}\n"
    "variables: {n: ~, m: [1, ~]}\n"
    "triggers: [{id: t, type: test.Schedule, cron: '* * * * *'}]\n"
    "pluginDefaults: [{type: test.Schedule, values: {inputs: {x: 1}}}]\n"
    "tasks: [{id: one, type: test.Log, message: x}]\n");
  const TcValue *labels = tc_flow_value (flow, "labels");
  const TcValue *trigger = tc_value_item (tc_flow_value (flow, "triggers"), 0);

  g_assert_true (tc_flow_is_disabled (flow));
  g_assert_cmpstr (tc_flow_id (flow), ==, "f");
  g_assert_cmpstr (tc_flow_namespace (flow), ==, "a.b");
  g_assert_cmpuint (tc_value_length (labels), ==, 2);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (labels, 0), "value"), ==, "1");
  g_assert_cmpuint (tc_value_length (tc_flow_value (flow, "variables")), ==, 1);
  g_assert_cmpint (tc_value_get_i64 (tc_value_get (trigger, "inputs"), "x", 0), ==, 1);
  g_assert_null (tc_flow_value (flow, "extend"));
  g_assert_null (tc_flow_value (flow, "tasks"));
}

/* What the findings of a text are: line, severity and code of each. */
static const struct { const char *source, *findings; } cases[] = {
  { "", "1:error:flow.kind\n" },
  { "[]", "1:error:flow.kind\n" },
  { "a: b: c", NULL },
  { "namespace: a\ntasks: [{id: t, type: test.Log, message: x}]", "1:error:flow.id.missing\n" },
  { "id: kill\nnamespace: A\ntasks: []", "1:error:flow.id.reserved\n2:error:flow.namespace.invalid\n3:error:flow.tasks.missing\n" },
  { HEAD "bogus: 1\ntasks: [{id: t, type: test.Log, message: x}]", "3:error:prop.unknown\n" },
  { HEAD "tasks:\n- {id: t, type: test.Log, mesage: x}", "4:error:prop.missing\n4:error:prop.unknown\n" },
  { HEAD "tasks:\n- {id: t, type: test.Lag, whatever: 1, or: 2}", "4:error:task.type.unknown\n" },
  { HEAD "tasks:\n- {id: t, type: old.Log, message: x}", "4:hint:task.type.deprecated\n" },
  { HEAD "tasks:\n- {type: test.Log, message: x}", "4:error:prop.missing\n" },
  { HEAD "tasks:\n- {id: a.b, type: test.Log, message: x}", "4:error:task.id.invalid\n" },
  { HEAD "tasks:\n- {id: t}", "4:error:task.type.missing\n" },
  { HEAD "tasks:\n- text", "4:error:task.kind\n" },
  { HEAD "tasks:\n- {id: t, type: test.Log, message: x}\nerrors:\n- {id: t, type: test.Log, message: x}", "6:error:task.id.duplicate\n" },
  { HEAD "tasks:\n- {id: t, type: test.ForEachItem, namespace: x, flowId: y}\n- {id: t_items, type: test.Log, message: x}",
    "5:error:task.id.duplicate\n" },
  { HEAD "tasks:\n- {id: t, type: test.Subflow, namespace: a.b, flowId: f}", "4:error:subflow.recursive\n" },
  { HEAD "tasks:\n- {id: t, type: test.Sequential, tasks: []}", "4:error:tasks.empty\n" },
  { HEAD "tasks:\n- id: w\n  type: test.WorkingDirectory\n  tasks:\n  - {id: s, type: test.Sequential, tasks: [{id: x, type: test.Log, message: m}]}",
    "7:error:workingdirectory.child\n" },
  { HEAD "tasks:\n- {id: t, type: test.Switch, value: x, cases: {a: []}}", "4:error:switch.empty\n" },
  { HEAD "tasks:\n- id: d\n  type: test.Dag\n  tasks:\n  - task: {id: a, type: test.Log, message: x}\n    dependsOn: [b]\n"
    "  - task: {id: b, type: test.Log, message: x}\n    dependsOn: [a, z]\n  - {}",
    "4:error:dag.cycle\n9:error:dag.dependency.unknown\n11:error:dag.task.missing\n" },
  { HEAD "tasks:\n- {id: t, type: test.Sequential, timeout: PT1S, tasks: [{id: x, type: test.Log, message: m}]}",
    "4:warning:task.property.unused\n" },
  { HEAD "tasks:\n- id: t\n  type: test.Log\n  message: x\n  retry: {type: constant, interval: PT5S, maxDuration: PT1S}", "7:error:retry.order\n" },
  { HEAD "tasks:\n- id: t\n  type: test.Log\n  message: x\n  retry: {type: constant}", "7:error:retry.missing\n" },
  { HEAD "tasks:\n- id: t\n  type: test.Log\n  message: x\n  retry: {type: sometimes, interval: 1}", "7:error:prop.value\n" },
  { HEAD "labels: {system.x: y, Bad: y, c: [], d: ''}\ntasks: [{id: t, type: test.Log, message: x}]",
    "3:error:label.system\n3:error:label.key\n3:error:label.value\n3:error:label.empty\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\ntriggers:\n- {id: a, type: test.Schedule}\n- {id: a, type: test.Schedule}",
    "6:error:trigger.id.duplicate\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\ntriggers:\n- {id: a, type: test.core.trigger.Flow}\n- {id: b, type: nope}",
    "5:warning:trigger.flow.everything\n6:error:trigger.type.unknown\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\npluginDefaults:\n- {values: {a: 1}}\n- {type: test.Log}\n- {type: test.Log, values: {nope: 1}}",
    "5:error:default.type.missing\n6:error:default.values.missing\n7:error:default.key.unknown\n" },
  { HEAD "tasks: [{id: t, type: test.Log}]\ntaskDefaults: [{type: test.Log, values: {message: x}}]", "4:warning:flow.taskdefaults\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\nlisteners: [{tasks: []}]", "4:hint:flow.listeners\n4:error:tasks.empty\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\nconcurrency: {behavior: QUEUE}", "4:error:prop.missing\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\nconcurrency: {limit: 0}", "4:error:concurrency.limit\n" },
  { HEAD "tasks: [{id: t, type: test.Log, message: x}]\nsla:\n- {id: a, type: MAX_DURATION, behavior: FAIL, labels: {system.a: b}}\n"
    "- {id: b, type: EXECUTION_ASSERTION, behavior: NONE}\n- {id: c, type: MAX_DURATION, behavior: NONE, duration: PT1S}",
    "5:error:sla.missing\n5:error:label.system\n6:error:sla.missing\n" },
  { HEAD "variables: {x: .nan}\ntasks: [{id: t, type: test.Log, message: x}]", "3:error:flow.number\n" },
};

static void
test_findings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TcFlow *flow = NULL;
      g_autofree char *findings = fixture_findings (cases[i].source, &flow);

      g_test_message ("%s", cases[i].source);
      if (cases[i].findings != NULL)
        g_assert_cmpstr (findings, ==, cases[i].findings);
      else
        g_assert_true (strstr (findings, ":error:") != NULL);
      g_assert_true (flow == NULL || tc_flow_is_runnable (flow) == (strstr (findings, ":error:") == NULL));
      tc_flow_unref (flow);
    }
}

static const struct { const char *message, *findings; } texts[] = {
  { "'{{ outputs.t.x }}{{ inputs.i }}{{ vars.v }}'", "" },
  { "'{{ outputs.u.x }}'", "6:warning:expression.output.unknown\n" },
  { "\"{{ outputs['u'].x }}{{ outputs[\\\"t\\\"] }}\"", "6:warning:expression.output.unknown\n" },
  { "'{{ inputs.j }}'", "6:warning:expression.input.unknown\n" },
  { "'{{ vars.w }}'", "6:warning:expression.variable.unknown\n" },
  { "'{{ trigger.outputs.u }}{{ \"outputs.u\" }} outputs.u'", "" },
  { "'{{ inputs.a-b }}'", "6:error:expression.dash\n" },
  { "'{{ 1 + inputs.a-b }}'", "6:warning:expression.dash\n" },
  { "'{{ inputs.i-b }}'", "" },
  { "'{{ inputs.d.e }}'", "" },
  { "\"{% if inputs.zz %}x{% endif %}\"", "6:warning:expression.input.unknown\n" },
  { "|\n    line one\n    {{ outputs.u }}", "8:warning:expression.output.unknown\n" },
};

static void
test_references (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *source = g_strdup_printf ("id: f\nnamespace: n\ninputs: [{id: i, type: INT}, {id: a-b, type: INT}, {id: d.e, type: INT}]\n"
                                                 "variables: {v: 1}\ntasks:\n- {id: t, type: test.Log, message: %s}\n", texts[i].message);
      g_autofree char *block = g_strdup_printf ("id: f\nnamespace: n\ninputs: [{id: i, type: INT}, {id: a-b, type: INT}, {id: d.e, type: INT}]\n"
                                                "variables: {v: 1}\ntasks:\n- message: %s\n  id: t\n  type: test.Log\n", texts[i].message);
      g_autofree char *findings = fixture_findings (*texts[i].message == '|' ? block : source, NULL);

      g_test_message ("%s", texts[i].message);
      g_assert_cmpstr (findings, ==, texts[i].findings);
    }
}

static void
test_set_variables (void)
{
  g_autofree char *findings = fixture_findings (HEAD
    "tasks:\n- {id: s, type: test.SetVariables, message: x}\n- {id: t, type: test.Log, message: '{{ vars.later }}'}\n", NULL);

  g_assert_cmpstr (findings, ==, "");
}

static const struct { const char *input, *findings; } inputs[] = {
  { "{id: a, type: FOO}", "3:error:input.type.unknown\n" },
  { "{id: a}", "3:error:input.type.missing\n" },
  { "{type: INT}", "3:error:input.id.missing\n" },
  { "{name: a, type: INT}", "3:hint:input.name.deprecated\n" },
  { "{id: a, type: BOOLEAN}", "3:hint:input.type.deprecated\n" },
  { "{id: a, type: STRING, defaults: x, required: false}", "3:error:input.defaults.optional\n" },
  { "{id: a, type: STRING, defaults: x, prefill: y}", "3:error:input.prefill\n" },
  { "{id: a, type: STRING, validator: '['}", "3:error:input.validator\n" },
  { "{id: a, type: STRING, min: 4}", "3:error:prop.unknown\n" },
  { "{id: a, type: ARRAY}", "3:error:input.itemtype.missing\n" },
  { "{id: a, type: ARRAY, itemType: SELECT}", "3:error:input.itemtype\n" },
  { "{id: a, type: SELECT}", "3:error:input.values.missing\n" },
  { "{id: a, type: SELECT, values: ['C++', 2]}", "" },
  { "{id: a, type: MULTISELECT, options: [x]}", "3:hint:input.options.deprecated\n" },
  { "{id: a, type: FILE, defaults: x}", "3:error:input.file.defaults\n" },
  { "{id: a, type: FILE, defaults: 'nsfile:///x'}", "" },
  { "{id: a, type: INT, dependsOn: {inputs: [z]}}", "3:error:input.dependency.unknown\n" },
  { "{id: a, type: INT, dependsOn: {inputs: [a]}}", "3:error:input.dependency.cycle\n" },
  { "{id: a, type: INT}, {id: a, type: INT}", "3:error:input.id.duplicate\n" },
  { "{id: -a, type: INT}", "3:error:input.id.invalid\n" },
};

static void
test_inputs (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      g_autofree char *source = g_strdup_printf (HEAD "inputs: [%s]\ntasks: [{id: t, type: test.Log, message: x}]\n", inputs[i].input);
      g_autofree char *findings = fixture_findings (source, NULL);

      g_test_message ("%s", inputs[i].input);
      g_assert_cmpstr (findings, ==, inputs[i].findings);
    }
}

static void
test_texts (void)
{
  g_autoptr (TcRegistry) types = fixture_registry ();
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  const char *source = HEAD "tasks:\n- id: t\n  type: test.Lgo\n";
  g_autoptr (TcFlow) flow G_GNUC_UNUSED = tc_flow_compile (source, strlen (source), types, found);
  const TcDiagnostic *item = g_ptr_array_index (found, 0);

  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (item->path, ==, "tasks[0].type");
  g_assert_nonnull (strstr (item->message, "“test.Lgo” is not available here"));
  g_assert_nonnull (strstr (item->hint, "test.Log"));
  g_assert_cmpuint (item->span.line, ==, 5);
  g_assert_cmpuint (item->span.column, ==, 9);
  g_assert_cmpuint (item->span.length, ==, 8);
}

/* A task whose type we lack gets one finding, and the tasks inside are still found. */
static void
test_unknown_group (void)
{
  TcFlow *compiled = NULL;
  g_autofree char *findings = fixture_findings (HEAD
    "tasks:\n- id: g\n  type: ee.Group\n  stuff: {a: 1}\n  tasks:\n  - {id: x, type: test.Log, message: m}\n"
    "- {id: t, type: test.Log, message: '{{ outputs.x.y }}'}\n", &compiled);
  g_autoptr (TcFlow) flow = compiled;

  g_assert_cmpstr (findings, ==, "5:error:task.type.unknown\n");
  g_assert_true (tc_flow_find_task (flow, "x")->parent == tc_flow_find_task (flow, "g"));
  g_assert_null (tc_flow_find_task (flow, "g")->klass);
}

/* Places in a long block are found without reading it anew for each: same answer as in a short one, and in time. */
static void
test_long_block (void)
{
  GString *source = g_string_new (HEAD "tasks:\n- id: t\n  type: test.Log\n  message: |\n\n");
  g_autoptr (TcRegistry) types = fixture_registry ();
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcFlow) flow = NULL;
  const TcDiagnostic *item;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 20000; i++)
    g_string_append (source, i % 100 == 0 ? "\n" : "    é {{ 1 }}\n");
  g_string_append (source, "      x {{ outputs.nope }}\n");
  flow = tc_flow_compile (source->str, source->len, types, found);
  item = g_ptr_array_index (found, 0);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpuint (item->span.line, ==, 20008);
  g_assert_cmpuint (item->span.column, ==, 20);
  g_assert_cmpuint (item->span.length, ==, 4);
  g_assert_cmpuint (item->span.offset, ==, g_utf8_strlen (source->str, strstr (source->str, "nope") - source->str));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  g_string_free (source, TRUE);
}

static void
test_too_many (void)
{
  GString *source = g_string_new (HEAD "tasks:\n");
  TcFlow *compiled = NULL;
  g_autofree char *findings = NULL;
  g_autoptr (TcFlow) flow = NULL;

  for (guint i = 0; i < TC_LIMIT_FLOW_TASKS + 2; i++)
    g_string_append_printf (source, "- {id: t%u, type: test.Log, message: x}\n", i);
  findings = fixture_findings (source->str, &compiled);
  flow = compiled;
  g_assert_cmpstr (findings, ==, "100004:error:flow.limit\n");
  g_assert_cmpuint (tc_flow_n_tasks (flow), ==, TC_LIMIT_FLOW_TASKS);
  g_string_free (source, TRUE);
}

/* Thousands of warnings, then an error. */
static void
test_many_findings (void)
{
  g_autoptr (TcRegistry) types = fixture_registry ();
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (GString) source = g_string_new ("id: f\nnamespace: a\ntasks:\n- id: a\n  type: test.Log\n  message: \"");
  g_autoptr (TcFlow) flow = NULL;
  const TcDiagnostic *last;

  for (int i = 0; i < 3000; i++)
    g_string_append (source, "{{ inputs.x }}");
  g_string_append (source, "\"\n- {id: b, type: test.Nothing}\n");
  flow = tc_flow_compile (source->str, source->len, types, found);
  g_assert_cmpuint (found->len, ==, 1001);
  g_assert_true (tc_diagnostics_have_error (found));
  g_assert_false (tc_flow_is_runnable (flow));
  last = found->pdata[1000];
  g_assert_cmpstr (last->code, ==, "findings.limit");
  g_assert_nonnull (strstr (last->message, "2001"));
}

/* What comes behind a mistake in the syntax was not read: nothing is said to be missing. */
static void
test_unread (void)
{
  g_autofree char *findings = fixture_findings ("id: x\n  - broken: [\n", NULL);

  g_assert_null (strstr (findings, "missing"));
  g_assert_nonnull (strstr (findings, "2:error:yaml.syntax"));
}

static void
test_nul_bytes (void)
{
  g_autoptr (TcRegistry) types = fixture_registry ();
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  const char source[] = "id: f\0x\nnamespace: a\n";
  g_autoptr (TcFlow) flow G_GNUC_UNUSED = tc_flow_compile (source, sizeof source - 1, types, found);

  g_assert_true (tc_diagnostics_have_error (found));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/flow/tasks", test_tasks);
  g_test_add_func ("/model/flow/branches", test_branches);
  g_test_add_func ("/model/flow/task-at", test_task_at);
  g_test_add_func ("/model/flow/templates", test_templates);
  g_test_add_func ("/model/flow/defaults", test_defaults);
  g_test_add_func ("/model/flow/default-template", test_default_template);
  g_test_add_func ("/model/flow/retry", test_retry);
  g_test_add_func ("/model/flow/values", test_values);
  g_test_add_func ("/model/flow/findings", test_findings);
  g_test_add_func ("/model/flow/references", test_references);
  g_test_add_func ("/model/flow/set-variables", test_set_variables);
  g_test_add_func ("/model/flow/inputs", test_inputs);
  g_test_add_func ("/model/flow/texts", test_texts);
  g_test_add_func ("/model/flow/unknown-group", test_unknown_group);
  g_test_add_func ("/model/flow/long-block", test_long_block);
  g_test_add_func ("/model/flow/too-many", test_too_many);
  g_test_add_func ("/model/flow/many-findings", test_many_findings);
  g_test_add_func ("/model/flow/unread", test_unread);
  g_test_add_func ("/model/flow/nul-bytes", test_nul_bytes);
  return g_test_run ();
}
