/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-schema.h"

#include <string.h>

static const char *const colours[] = { "RED", "GREEN", NULL };
static const TcProp inner[] = { { "a", TC_KIND_INT, TC_PROP_REQUIRED, 0, NULL, NULL, NULL }, { "b", TC_KIND_STRING, 0, 0, NULL, NULL, NULL }, { 0 } };
static const TcTypeInfo behaviour = { .type = "key", .props = inner };
static const TcTypeInfo *const behaviours[] = { &behaviour, NULL };

static const TcProp table[] = {
  { "text", TC_KIND_STRING, TC_PROP_REQUIRED, 0, NULL, NULL, NULL },
  { "flag", TC_KIND_BOOL, 0, 0, NULL, NULL, NULL },
  { "count", TC_KIND_INT, 0, 0, NULL, NULL, NULL },
  { "ratio", TC_KIND_DOUBLE, 0, 0, NULL, NULL, NULL },
  { "wait", TC_KIND_DURATION, 0, 0, NULL, NULL, NULL },
  { "colour", TC_KIND_ENUM, 0, 0, NULL, colours, NULL },
  { "list", TC_KIND_LIST, 0, 0, NULL, NULL, NULL },
  { "map", TC_KIND_MAP, 0, 0, NULL, tc_items_string, NULL },
  { "object", TC_KIND_OBJECT, 0, 0, NULL, inner, NULL },
  { "objects", TC_KIND_LIST, 0, 0, NULL, inner, NULL },
  { "tasks", TC_KIND_TASKS, 0, 0, NULL, NULL, NULL },
  { "taskRunner", TC_KIND_RUNNER, 0, 0, NULL, NULL, NULL },
  { "behavior", TC_KIND_TYPED, 0, 0, NULL, behaviours, NULL },
  { "any", TC_KIND_ANY, 0, 0, NULL, NULL, NULL },
  { "dynText", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { "dynCount", TC_KIND_INT, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL },
  { "dynList", TC_KIND_LIST, TC_PROP_LATE, 0, NULL, tc_items_dynamic, NULL },
  { "dynColour", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, NULL, colours, NULL },
  { "old", TC_KIND_STRING, TC_PROP_DEPRECATED, 0, NULL, NULL, "Use `text`." },
  { 0 },
};

static const TcProp runner_props[] = { { "host", TC_KIND_STRING, TC_PROP_DYNAMIC, 0, NULL, NULL, NULL }, { 0 } };
static const TcTypeInfo runner = { .type = "my.Runner", .props = runner_props };
static const TcTypeInfo *const runners[] = { &runner, NULL };

static GPtrArray *
check (const char *yaml)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  g_autoptr (TcRegistry) types = NULL;
  const TcProp *const tables[] = { table, NULL };
  GPtrArray *found = tc_diagnostics_new ();
  g_autoptr (TcYamlDoc) doc = tc_yaml_read (yaml, strlen (yaml), found);

  tc_registry_builder_runners (builder, runners);
  types = tc_registry_builder_end (builder);
  g_assert_cmpuint (found->len, ==, 0);
  tc_props_check (types, tables, tc_yaml_root (doc), "", found);
  return found;
}

static void
test_fine (void)
{
  static const char *const texts[] = {
    "flag: true", "flag: 'false'", "flag: yes", "count: 5", "count: '5'", "count: 5.0", "ratio: 1", "ratio: '1.5'", "wait: PT1S", "wait: 30",
    "wait: 1.5", "wait: '90'", "colour: RED", "list: [1, [2]]", "map: {a: b, c: 5}", "object: {a: 1, b: x}", "objects: [{a: 1}, {a: 2}]", "tasks: []",
    "taskRunner: {type: my.Runner, host: x, version: '1'}", "behavior: {type: key, a: 1}", "any: [x]", "any: {y: z}", "dynText: {a: [1]}", "dynText: 5",
    "dynCount: '{{ x }}'", "dynList: '{{ x }}'", "dynList: '[1, 2]'", "dynList: ['{{ x }}', 1]", "dynColour: '{{ x }}'", "flag: null", "object: ~", "text2: null",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *yaml = g_strconcat ("text: t\n", texts[i], "\n", NULL);
      g_autoptr (GPtrArray) found = check (yaml);

      g_test_message ("%s", texts[i]);
      g_assert_cmpuint (found->len, ==, g_str_has_prefix (texts[i], "text2") ? 1 : 0);
    }
}

static void
test_wrong (void)
{
  static const struct { const char *text, *code; TcSeverity severity; const char *path; uint32_t column; const char *hint; } cases[] = {
    { "flag: maybe", "prop.value", TC_SEVERITY_ERROR, "flag", 7, "true" },
    { "count: x", "prop.value", TC_SEVERITY_ERROR, "count", 8, "whole number" },
    { "count: '{{ x }}'", "prop.value", TC_SEVERITY_ERROR, "count", 8, NULL },
    { "ratio: []", "prop.kind", TC_SEVERITY_ERROR, "ratio", 1, "number" },
    { "wait: 1h", "prop.value", TC_SEVERITY_ERROR, "wait", 7, "PT30S" },
    { "colour: GREN", "prop.value", TC_SEVERITY_ERROR, "colour", 9, "GREEN" },
    { "list: x", "prop.kind", TC_SEVERITY_ERROR, "list", 7, "list" },
    { "list: {a: 1}", "prop.kind", TC_SEVERITY_ERROR, "list", 1, "list" },
    { "map: [1]", "prop.kind", TC_SEVERITY_ERROR, "map", 1, "map" },
    { "map: {a: [1]}", "prop.kind", TC_SEVERITY_ERROR, "map.a", 7, NULL },
    { "text: {a: 1}", "prop.kind", TC_SEVERITY_ERROR, "text", 1, "text" },
    { "object: {a: x}", "prop.value", TC_SEVERITY_ERROR, "object.a", 13, NULL },
    { "object: {b: x}", "prop.missing", TC_SEVERITY_ERROR, "object.a", 1, "a: …" },
    { "object: {a: 1, c: 2}", "prop.unknown", TC_SEVERITY_ERROR, "object.c", 16, "a, b" },
    { "objects: [{a: 1}, {b: 1}]", "prop.missing", TC_SEVERITY_ERROR, "objects[1].a", 20, NULL },
    { "objects: [x]", "prop.kind", TC_SEVERITY_ERROR, "objects[0]", 11, "map" },
    { "txt: x", "prop.unknown", TC_SEVERITY_ERROR, "txt", 1, "text" },
    { "old: x", "prop.deprecated", TC_SEVERITY_WARNING, "old", 1, "text" },
    { "dynCount: many", "prop.value", TC_SEVERITY_WARNING, "dynCount", 11, NULL },
    { "dynColour: RD", "prop.value", TC_SEVERITY_WARNING, "dynColour", 12, "RED" },
    { "dynList: x", "prop.kind", TC_SEVERITY_WARNING, "dynList", 10, NULL },
    { "taskRunner: {type: my.Runer}", "runner.type.unknown", TC_SEVERITY_ERROR, "taskRunner", 20, "my.Runner" },
    { "taskRunner: {host: x}", "type.missing", TC_SEVERITY_ERROR, "taskRunner", 1, "type" },
    { "taskRunner: {type: my.Runner, hots: x}", "prop.unknown", TC_SEVERITY_ERROR, "taskRunner.hots", 31, "host" },
    { "behavior: {type: ky}", "prop.type.unknown", TC_SEVERITY_ERROR, "behavior", 18, "key" },
    { "behavior: {type: key}", "prop.missing", TC_SEVERITY_ERROR, "behavior.a", 1, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *yaml = g_strconcat (cases[i].text, g_str_has_prefix (cases[i].text, "text:") ? "\n" : "\ntext: t\n", NULL);
      g_autoptr (GPtrArray) found = check (yaml);
      const TcDiagnostic *first = found->len == 0 ? NULL : found->pdata[0];

      g_test_message ("%s", cases[i].text);
      for (guint j = 0; j < found->len; j++)
        g_test_message ("  %s: %s (%s)", ((TcDiagnostic *) found->pdata[j])->path, ((TcDiagnostic *) found->pdata[j])->message, ((TcDiagnostic *) found->pdata[j])->hint);
      g_assert_cmpuint (found->len, ==, 1);
      g_assert_cmpstr (first->code, ==, cases[i].code);
      g_assert_cmpint (first->severity, ==, cases[i].severity);
      g_assert_cmpstr (first->path, ==, cases[i].path);
      g_assert_cmpuint (first->span.column, ==, cases[i].column);
      g_assert_nonnull (first->hint);
      if (cases[i].hint != NULL)
        g_assert_nonnull (strstr (first->hint, cases[i].hint));
    }
}

static void
test_not_a_map (void)
{
  g_autoptr (GPtrArray) list = check ("[1]\n"), missing = check ("flag: true\n"), null = check ("text:\n");

  g_assert_cmpstr (((TcDiagnostic *) list->pdata[0])->code, ==, "prop.kind");
  g_assert_cmpstr (((TcDiagnostic *) missing->pdata[0])->path, ==, "text");
  g_assert_cmpstr (((TcDiagnostic *) null->pdata[0])->code, ==, "prop.missing");
}

static void
test_base_props (void)
{
  const TcProp *const tables[] = { tc_task_base_props, NULL };
  static const struct { const char *yaml; guint n; } cases[] = {
    { "id: a\ntype: b\ntimeout: PT1S\nretry: {type: constant, interval: PT1S, maxAttempts: 3, behavior: CREATE_NEW_EXECUTION}\nallowFailure: true\n", 0 },
    { "id: a\ntype: b\nretry: {type: constant, maxAttempt: 3}\n", 1 },
    { "id: a\ntype: b\nretry: {type: linear}\n", 1 },
    { "id: a\ntype: b\nretry: {interval: PT1S}\n", 1 },
    { "type: b\ntaskCache: {ttl: PT1H}\nlogLevel: LOUD\n", 3 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) found = tc_diagnostics_new ();
      g_autoptr (TcYamlDoc) doc = tc_yaml_read (cases[i].yaml, strlen (cases[i].yaml), found);

      tc_props_check (NULL, tables, tc_yaml_root (doc), "tasks[0]", found);
      g_assert_cmpuint (found->len, ==, cases[i].n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/fine", test_fine);
  g_test_add_func ("/check/wrong", test_wrong);
  g_test_add_func ("/check/not-a-map", test_not_a_map);
  g_test_add_func ("/check/base-props", test_base_props);
  return g_test_run ();
}
