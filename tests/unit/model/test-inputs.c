/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "flow-fixture.h"
#include "tc-execution.h"
#include "tc-json.h"

#include <string.h>

static TcFlow *
flow_with (const char *inputs)
{
  g_autofree char *source = g_strdup_printf ("id: f\nnamespace: a\ninputs: [%s]\ntasks: [{id: t, type: test.Log, message: x}]\n", inputs);

  return fixture_flow (source);
}

static TcValue *
parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  TcValue *value = tc_json_read (text, strlen (text), &error);

  g_assert_no_error (error);
  return value;
}

/* The answer as JSON, or "path:code" of each finding. */
static char *
resolve (const char *inputs,
         const char *given)
{
  g_autoptr (TcFlow) flow = flow_with (inputs);
  g_autoptr (TcValue) values = parse_json (given);
  g_autoptr (TcValue) context = parse_json ("{\"flow\": {\"id\": \"f\"}, \"vars\": {\"v\": 3}}");
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcValue) result = NULL;
  GString *text = g_string_new (NULL);
  TcScope scope;

  tc_scope_init_for_values (&scope, context);
  result = tc_inputs_resolve (flow, values, &scope, found);
  for (guint i = 0; i < found->len; i++)
    {
      const TcDiagnostic *item = g_ptr_array_index (found, i);

      g_string_append_printf (text, "%s:%s ", item->path, item->code);
    }
  if (result != NULL)
    tc_json_write (result, text);
  else
    g_assert_true (tc_diagnostics_have_error (found));
  return g_strchomp (g_string_free (text, FALSE));
}

static const struct { const char *inputs, *given, *expected; } cases[] = {
  { "{id: a, type: STRING}", "{}", "inputs.a:input.missing" },
  { "{id: a, type: STRING}, {id: b, type: INT}", "{\"b\": \"x\"}", "inputs.a:input.missing inputs.b:input.invalid" },
  { "{id: a, type: STRING, required: false}", "{}", "{\"a\":null}" },
  { "{id: a, type: STRING}", "{\"a\": \"\"}", "{\"a\":\"\"}" },
  { "{id: a, type: STRING}", "{\"a\": null}", "inputs.a:input.missing" },
  { "{id: a, type: STRING, defaults: x}", "{}", "{\"a\":\"x\"}" },
  { "{id: a, type: INT, defaults: '{{ vars.v + 1 }}'}", "{}", "{\"a\":4}" },
  { "{id: a, type: INT, defaults: '{{ nope }}'}", "{}", "inputs.a:input.defaults" },
  { "{id: b, type: STRING, defaults: '{{ inputs.a }}y', dependsOn: {inputs: [a]}}, {id: a, type: STRING, defaults: x}", "{}",
    "{\"b\":\"xy\",\"a\":\"x\"}" },
  { "{id: a, type: STRING, defaults: x}, {id: b, type: STRING, defaults: '{{ inputs.a }}y'}", "{}", "{\"a\":\"x\",\"b\":\"y\"}" },
  { "{id: p, type: BOOL}, {id: q, type: STRING, dependsOn: {inputs: [p], condition: '{{ inputs.p }}'}}", "{\"p\": false}", "{\"p\":false}" },
  { "{id: p, type: BOOL}, {id: q, type: STRING, dependsOn: {inputs: [p], condition: '{{ inputs.p }}'}}", "{\"p\": true}",
    "inputs.q:input.missing" },
  { "{id: p, type: BOOL}, {id: q, type: STRING, dependsOn: {inputs: [p], condition: '{{ inputs.p }}'}},"
    "{id: r, type: STRING, dependsOn: {inputs: [q]}}", "{\"p\": false, \"r\": \"x\"}", "{\"p\":false}" },
  { "{id: q, type: STRING, dependsOn: {condition: '{{ nope.x }}'}}", "{}", "{}" },
  { "{id: a.b, type: INT}, {id: a.c, type: INT}", "{\"a.b\": 1, \"a.c\": 2}", "{\"a\":{\"b\":1,\"c\":2}}" },
  { "{id: a, type: STRING}", "{\"a\": \"x\", \"z\": 1}", "inputs.z:input.undeclared {\"a\":\"x\"}" },
  { "{id: l, type: SELECT, expression: \"{{ ['u', 'v'] }}\", autoSelectFirst: true}", "{}", "{\"l\":\"u\"}" },
  { "{id: l, type: SELECT, expression: \"{{ ['u', 'v'] }}\"}", "{\"l\": \"w\"}", "inputs.l:input.invalid" },
  { "{id: l, type: SELECT, expression: 'text'}", "{\"l\": \"w\"}", "inputs.l:input.expression" },
  { "{id: l, type: MULTISELECT, values: [u, v], autoSelectFirst: true}", "{}", "{\"l\":[\"u\"]}" },
  { "{id: j, type: JSON, defaults: {a: ['{{ vars.v }}', 1]}}", "{}", "{\"j\":{\"a\":[\"3\",1]}}" },
  { "{id: a, type: STRING, prefill: x, required: false}", "{}", "{\"a\":null}" },
};

static void
test_resolve (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = resolve (cases[i].inputs, cases[i].given);

      g_test_message ("%s %s", cases[i].inputs, cases[i].given);
      g_assert_cmpstr (answer, ==, cases[i].expected);
    }
}

/* @expected NULL: refused. */
static const struct { const char *input, *given, *expected; } types[] = {
  { "type: STRING", "5", "\"5\"" },
  { "type: STRING, validator: 'A\\d+'", "\"A1\"", "\"A1\"" },
  { "type: STRING, validator: 'A\\d+'", "\"xA1\"", NULL },
  { "type: STRING, validator: 'A\\d+'", "\"A1\\n\"", NULL },
  { "type: STRING, validator: 'a|b'", "\"bc\"", NULL },
  { "type: EMAIL", "\"a@b.c\"", "\"a@b.c\"" },
  { "type: EMAIL", "\"a@\"", NULL },
  { "type: INT", "\"42\"", "42" },
  { "type: INT", "\"+7\"", "7" },
  { "type: INT", "\" 7\"", NULL },
  { "type: INT", "2.0", NULL },
  { "type: INT", "\"\"", NULL },
  { "type: INT", "\"2147483648\"", NULL },
  { "type: INT", "\"99999999999999999999\"", NULL },
  { "type: INT, min: 10, max: 20", "9", NULL },
  { "type: INT, min: 10, max: 20", "10", "10" },
  { "type: INT, min: 10, max: 20", "21", NULL },
  { "type: FLOAT", "\"42.0\"", "42.0" },
  { "type: FLOAT", "\"3.14159265358979\"", "3.1415927" },
  { "type: FLOAT", "\"1e7\"", "1.0E7" },
  { "type: FLOAT", "\"16777217\"", "16777216" },
  { "type: FLOAT", "\"-0.0\"", "0.0" },
  { "type: FLOAT", "100", "100.0" },
  { "type: FLOAT", "\"x\"", NULL },
  { "type: FLOAT", "\"0x10\"", NULL },
  { "type: FLOAT, min: 0.1", "\"0.05\"", NULL },
  { "type: BOOL", "\"TRUE\"", "true" },
  { "type: BOOL", "\"yes\"", "false" },
  { "type: DATETIME", "\"2026-01-02T04:04:05+01:00\"", "\"2026-01-02T03:04:05.000000Z\"" },
  { "type: DATETIME", "\"2026-01-02\"", NULL },
  { "type: DATETIME, after: '2026-01-01T00:00:00Z'", "\"2025-12-31T23:59:59Z\"", NULL },
  { "type: DATE", "\"2024-02-29\"", "\"2024-02-29\"" },
  { "type: DATE", "\"2026-02-29\"", NULL },
  { "type: DATE", "\"2026-13-01\"", NULL },
  { "type: DATE, before: 2023-12-31", "\"2024-01-01\"", NULL },
  { "type: TIME", "\"03:04\"", "\"03:04:00\"" },
  { "type: TIME", "\"03:04:05.120\"", "\"03:04:05.12\"" },
  { "type: TIME", "\"25:00\"", NULL },
  { "type: TIME", "\"03:04:05.\"", NULL },
  { "type: TIME, after: '01:00:00', before: '11:59:59'", "\"12:00\"", NULL },
  { "type: DURATION", "\"PT1H30M\"", "5400.0" },
  { "type: DURATION", "\"30\"", NULL },
  { "type: DURATION, min: PT10S", "\"PT9S\"", NULL },
  { "type: JSON", "\"{\\\"a\\\": [1]}\"", "{\"a\":[1]}" },
  { "type: JSON", "{\"a\": 1}", "{\"a\":1}" },
  { "type: JSON", "\"{\"", NULL },
  { "type: YAML", "\"a: 1\"", "{\"a\":1}" },
  { "type: YAML", "\"a: b: c\"", NULL },
  { "type: URI", "\"https://x.y/z\"", "\"https://x.y/z\"" },
  { "type: URI", "\"x.y\"", NULL },
  { "type: SELECT, values: [A, B]", "\"C\"", NULL },
  { "type: SELECT, values: [A, B], required: false", "\"C\"", "\"C\"" },
  { "type: SELECT, values: [A, B], allowCustomValue: true", "\"C\"", "\"C\"" },
  { "type: SELECT, values: [1, 2]", "1", "\"1\"" },
  { "type: MULTISELECT, values: [A, B]", "\"[\\\"A\\\"]\"", "[\"A\"]" },
  { "type: MULTISELECT, values: [A, B]", "[\"A\", \"C\"]", NULL },
  { "type: MULTISELECT, values: [1, 2], itemType: INT", "[\"1\"]", "[1]" },
  { "type: ARRAY, itemType: INT", "\"[\\\"1\\\", 2]\"", "[1,2]" },
  { "type: ARRAY, itemType: INT", "[\"x\"]", NULL },
  { "type: ARRAY, itemType: INT", "\"5\"", NULL },
  { "type: FILE, allowedFileExtensions: [.csv]", "\"kestra:///a/b.CSV\"", "\"kestra:///a/b.CSV\"" },
  { "type: FILE, allowedFileExtensions: [.csv]", "\"kestra:///a/b.txt\"", NULL },
  { "type: FILE, allowedFileExtensions: [.csv]", "\"kestra:///a.b/plain\"", "\"kestra:///a.b/plain\"" },
};

static void
test_types (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *declaration = g_strdup_printf ("{id: a, %s}", types[i].input);
      g_autoptr (TcFlow) flow = flow_with (declaration);
      g_autoptr (TcValue) given = parse_json (types[i].given);
      g_autoptr (GError) error = NULL;
      g_autoptr (TcValue) value = tc_input_parse (tc_flow_input (flow, 0), given, &error);
      g_autofree char *text = value != NULL ? tc_json_to_text (value) : NULL;

      g_test_message ("%s %s", types[i].input, types[i].given);
      g_assert_cmpstr (text, ==, types[i].expected);
      if (types[i].expected == NULL)
        g_assert_error (error, TC_MODEL_ERROR, TC_MODEL_ERROR_INPUT);
    }
}

static void
test_null (void)
{
  g_autoptr (TcFlow) flow = flow_with ("{id: a, type: INT}");
  g_autoptr (TcValue) nothing = tc_value_null ();
  g_autoptr (TcValue) value = tc_input_parse (tc_flow_input (flow, 0), nothing, NULL);

  g_assert_true (tc_value_is (value, TC_VALUE_NULL));
}

static void
test_resume (void)
{
  g_autoptr (TcFlow) flow = fixture_flow ("id: f\nnamespace: a\ntasks:\n- id: p\n  type: test.Pause\n"
                                          "  onResume: [{id: why, type: STRING, defaults: because}]\n");
  const TcTask *task = tc_flow_find_task (flow, "p");
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcValue) result = NULL;
  TcScope scope;

  tc_scope_init (&scope);
  result = tc_inputs_resolve_list (task->resume_inputs, NULL, &scope, found);
  g_assert_cmpstr (tc_value_get_str (result, "why"), ==, "because");
}

#define CHAIN "{id: p, type: BOOL}, {id: q, type: STRING, dependsOn: {inputs: [p], condition: '{{ inputs.p }}'}}," \
              "{id: r, type: STRING, dependsOn: {inputs: [q]}}"

static const struct { const char *inputs, *given, *expected; } disabled[] = {
  { "{id: a, type: STRING}", "{}", "[]" },
  { CHAIN, "{}", "[\"q\",\"r\"]" },
  { CHAIN, "{\"p\": false, \"q\": \"x\"}", "[\"q\",\"r\"]" },
  { CHAIN, "{\"p\": \"true\"}", "[]" },
  { CHAIN, "{\"p\": \"neither\"}", "[\"q\",\"r\"]" },
  { "{id: m, type: SELECT, values: [u, v], defaults: u}, {id: a.b, type: INT, dependsOn: {inputs: [m], condition: \"{{ inputs.m == 'v' }}\"}}",
    "{}", "[\"a.b\"]" },
  { "{id: n, type: INT}, {id: q, type: STRING, dependsOn: {inputs: [n], condition: '{{ inputs.n > vars.v }}'}}", "{\"n\": \"4\"}", "[]" },
};

static void
test_disabled (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (disabled); i++)
    {
      g_autoptr (TcFlow) flow = flow_with (disabled[i].inputs);
      g_autoptr (TcValue) given = parse_json (disabled[i].given);
      g_autoptr (TcValue) context = parse_json ("{\"vars\": {\"v\": 3}}");
      g_autoptr (TcValue) ids = NULL;
      g_autofree char *text = NULL;
      TcScope scope;

      tc_scope_init_for_values (&scope, context);
      ids = tc_inputs_disabled (flow, given, &scope);
      text = tc_json_to_text (ids);
      g_test_message ("%s %s", disabled[i].inputs, disabled[i].given);
      g_assert_cmpstr (text, ==, disabled[i].expected);
    }
}

/* A chain of ten thousand dependencies needs no deep stack. */
static void
test_chain (void)
{
  GString *inputs = g_string_new ("{id: i0, type: INT, defaults: 1}");
  g_autoptr (TcFlow) flow = NULL;
  g_autoptr (GPtrArray) found = tc_diagnostics_new ();
  g_autoptr (TcValue) result = NULL;
  TcScope scope;

  for (guint i = 1; i < 10000; i++)
    {
      g_autofree char *input = g_strdup_printf ("{id: i%u, type: INT, defaults: 1, dependsOn: {inputs: [i%u]}}, ", i, i - 1);

      g_string_prepend (inputs, input);
    }
  flow = flow_with (inputs->str);
  tc_scope_init (&scope);
  result = tc_inputs_resolve (flow, NULL, &scope, found);
  g_assert_cmpuint (tc_value_length (result), ==, 10000);
  g_string_free (inputs, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/inputs/resolve", test_resolve);
  g_test_add_func ("/model/inputs/types", test_types);
  g_test_add_func ("/model/inputs/null", test_null);
  g_test_add_func ("/model/inputs/resume", test_resume);
  g_test_add_func ("/model/inputs/disabled", test_disabled);
  g_test_add_func ("/model/inputs/chain", test_chain);
  return g_test_run ();
}
