/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-json.h"
#include "tc-schema.h"

static const char *const aliases[] = { "old.Log", "older.Log", NULL };
static const char *const examples[] = { "id: x\n", NULL };
static const char *const levels[] = { "INFO", "WARN", NULL };
static const TcProp props[] = {
  { "message", TC_KIND_ANY, TC_PROP_REQUIRED | TC_PROP_DYNAMIC, 0, NULL, NULL, "What to log." },
  { "level", TC_KIND_ENUM, TC_PROP_DYNAMIC, 0, "INFO", levels, NULL },
  { "count", TC_KIND_INT, 0, 0, "1", NULL, NULL },
  { "texts", TC_KIND_LIST, 0, 0, NULL, tc_items_string, NULL },
  { "taskRunner", TC_KIND_RUNNER, 0, 0, NULL, NULL, NULL },
  { "tasks", TC_KIND_TASKS, TC_PROP_DEPRECATED, 0, NULL, NULL, NULL },
  { 0 },
};
static const TcTaskClass log_class = { .info = { .type = "new.Log", .aliases = aliases, .title = "Log", .examples = examples, .props = props } };
static const TcTaskClass other_class = { .info = { .type = "a.Other", .props = props } };
static const TcTaskClass *const classes[] = { &log_class, &other_class, NULL };
static const TcTypeInfo runner = { .type = "my.Runner", .props = props };
static const TcTypeInfo *const runners[] = { &runner, NULL };

static TcRegistry *
make (void)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();

  tc_registry_builder_tasks (builder, classes);
  tc_registry_builder_runners (builder, runners);
  tc_registry_builder_triggers (builder, runners);
  return tc_registry_builder_end (builder);
}

static void
test_find (void)
{
  g_autoptr (TcRegistry) types = make ();
  const char *alias = "untouched";

  g_assert_true (tc_registry_task (types, "new.Log", &alias) == &log_class);
  g_assert_null (alias);
  g_assert_true (tc_registry_task (types, "older.Log", &alias) == &log_class);
  g_assert_cmpstr (alias, ==, "new.Log");
  g_assert_null (tc_registry_task (types, "new.log", NULL));
  g_assert_true (tc_registry_runner (types, "my.Runner") == &runner);
  g_assert_true (tc_registry_trigger (types, "my.Runner", NULL) == &runner);
  g_assert_cmpstr (tc_registry_task_types (types)[0], ==, "a.Other");
  g_assert_cmpstr (tc_registry_task_types (types)[1], ==, "new.Log");
  g_assert_null (tc_registry_task_types (types)[2]);
  g_assert_null (tc_registry_runner_types (types)[1]);
}

static guint freed;

static void
free_made (gpointer made)
{
  g_free (made);
  freed++;
}

static void
test_made (void)
{
  TcRegistryBuilder *builder = tc_registry_builder_new ();
  TcTaskClass *made = g_new0 (TcTaskClass, 1);
  TcRegistry *types;

  made->info.type = "new.Log";
  tc_registry_builder_tasks (builder, classes);
  tc_registry_builder_take_task (builder, made, free_made);
  types = tc_registry_builder_end (builder);
  /* What comes later wins: a user's file may replace a shipped type. */
  g_assert_true (tc_registry_task (types, "new.Log", NULL) == made);
  tc_registry_ref (types);
  tc_registry_unref (types);
  g_assert_cmpuint (freed, ==, 0);
  tc_registry_unref (types);
  g_assert_cmpuint (freed, ==, 1);
  tc_registry_builder_free (tc_registry_builder_new ());
}

static void
test_schema (void)
{
  g_autoptr (TcRegistry) types = make ();
  g_autoptr (TcValue) log = tc_schema_for_type (types, "new.Log"), other = tc_schema_for_type (types, "my.Runner"), flow = tc_schema_for_flow (types);
  const TcValue *level = tc_value_lookup (log, "properties", "level", NULL), *tasks;

  g_assert_null (tc_schema_for_type (types, "nope"));
  g_assert_cmpstr (tc_value_get_str (log, "title"), ==, "Log");
  g_assert_cmpstr (tc_value_get_str (tc_value_lookup (log, "properties", "type", NULL), "const"), ==, "new.Log");
  g_assert_cmpstr (tc_value_get_str (level, "default"), ==, "INFO");
  g_assert_cmpuint (tc_value_length (tc_value_get (level, "anyOf")), ==, 2);
  g_assert_cmpint (tc_value_get_i64 (tc_value_lookup (log, "properties", "count", NULL), "default", 0), ==, 1);
  g_assert_nonnull (tc_value_lookup (log, "properties", "retry", "properties", "maxAttempts", NULL));
  g_assert_true (tc_value_get_flag (tc_value_lookup (log, "properties", "tasks", NULL), "$deprecated", FALSE));
  g_assert_nonnull (tc_value_lookup (log, "definitions", "my.Runner", NULL));
  g_assert_null (tc_value_lookup (other, "properties", "retry", NULL));
  tasks = tc_value_lookup (flow, "definitions", "task", "anyOf", NULL);
  g_assert_cmpuint (tc_value_length (tasks), ==, 2);
  g_assert_cmpstr (tc_value_get_str (tc_value_item (tasks, 1), "$ref"), ==, "#/definitions/new.Log");
  g_assert_cmpuint (tc_value_length (tc_value_get (flow, "required")), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/find", test_find);
  g_test_add_func ("/registry/made", test_made);
  g_test_add_func ("/registry/schema", test_schema);
  return g_test_run ();
}
