/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "flow-fixture.h"
#include "tc-context-private.h"
#include "tc-json.h"

#include <string.h>

static const char *const source =
  "id: f\nnamespace: a.b\ntasks:\n"
  "- id: outer\n  type: test.ForEach\n  values: [1]\n  tasks:\n"
  "  - id: seq\n    type: test.Sequential\n    tasks:\n"
  "    - {id: deep, type: test.Log, message: x}\n"
  "  - id: inner\n    type: test.ForEach\n    values: [1]\n    tasks:\n"
  "    - {id: leaf, type: test.Log, message: x}\n"
  "  - id: wd\n    type: test.WorkingDirectory\n    tasks:\n"
  "    - {id: job, type: test.Log, message: x}\n"
  "- {id: plain, type: test.Log, message: x}\n";

static const char *const labels =
  "[{\"key\":\"team\",\"value\":\"x\"},{\"key\":\"system.from\",\"value\":\"ui\"},"
  "{\"key\":\"team.sub\",\"value\":\"lost\"},{\"key\":\"team\",\"value\":\"second\"}]";

typedef struct
{
  TcFlow      *flow;
  TcExecution *execution;
} Fixture;

static void
add_run (TcExecution *execution,
         const char  *id,
         const char  *task,
         const char  *parent,
         const char  *value,
         int          iteration,
         const char  *outputs)
{
  TcTaskRun *run = tc_task_run_new (id, task, parent, value, iteration, 2000000);

  if (outputs != NULL)
    run->outputs = tc_json_read (outputs, strlen (outputs), NULL);
  tc_history_add (&run->history, TC_STATE_SUCCESS, 3000000);
  tc_execution_put (execution, run);
}

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  TcHead *head = tc_head_new ("e1", "a.b", "f", 3, 1000000);

  tc_value_unref (head->labels);
  head->labels = tc_json_read (labels, strlen (labels), NULL);
  head->inputs = tc_value_map_of ("n", tc_value_int (4), NULL);
  head->variables = tc_value_map_of ("base", tc_value_int (1), "merged", tc_value_int (2), "al", tc_value_int (3), NULL);
  head->trigger = tc_value_map_of ("id", tc_value_string ("s"), "type", tc_value_string ("io.kestra.plugin.core.trigger.Schedule"),
                                   "variables", tc_value_map_of ("date", tc_value_string ("2026-01-01"), NULL), NULL);
  self->flow = fixture_flow (source);
  self->execution = tc_execution_new (head);
  add_run (self->execution, "o", "outer", NULL, NULL, -1, "{}");
  for (int i = 0; i < 2; i++)
    {
      const char *value = i == 0 ? "a" : "b";
      g_autofree char *seq = g_strdup_printf ("s%d", i);
      g_autofree char *deep = g_strdup_printf ("d%d", i);
      g_autofree char *inner = g_strdup_printf ("i%d", i);
      g_autofree char *leaf = g_strdup_printf ("l%d", i);
      g_autofree char *wd = g_strdup_printf ("w%d", i);
      g_autofree char *job = g_strdup_printf ("j%d", i);
      g_autofree char *text = g_strdup_printf ("{\"v\":\"%s\"}", value);

      add_run (self->execution, seq, "seq", "o", value, i, NULL);
      add_run (self->execution, deep, "deep", seq, NULL, -1, text);
      add_run (self->execution, inner, "inner", "o", value, i, "{\"k\":1}");
      add_run (self->execution, leaf, "leaf", inner, "z", 0, text);
      add_run (self->execution, wd, "wd", "o", value, i, NULL);
      add_run (self->execution, job, "job", wd, NULL, -1, text);
    }
  add_run (self->execution, "p", "plain", NULL, NULL, -1, "{\"value\":\"hi\"}");
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  tc_execution_free (self->execution);
  tc_flow_unref (self->flow);
}

static TcContext *
context_of (Fixture    *self,
            const char *run_id)
{
  const TcTaskRun *run = run_id != NULL ? tc_execution_find (self->execution, run_id) : NULL;
  const TcTask *task = run != NULL ? tc_flow_find_task (self->flow, run->task_id) : NULL;

  return tc_context_new (self->flow, self->execution, task, run, NULL, 0, NULL);
}

static void
assert_root (TcContext  *context,
             const char *root,
             const char *expected)
{
  const TcValue *value = tc_context_get (context, root);
  g_autofree char *text = value != NULL ? tc_json_to_text (value) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
test_outputs (Fixture      *self,
              gconstpointer data)
{
  g_autoptr (TcContext) context = context_of (self, NULL);

  assert_root (context, "outputs",
               "{\"deep\":{\"a\":{\"v\":\"a\"},\"b\":{\"v\":\"b\"}},\"plain\":{\"value\":\"hi\"},\"outer\":{},"
               "\"job\":{\"a\":{\"v\":\"a\"},\"b\":{\"v\":\"b\"}},"
               "\"leaf\":{\"a\":{\"z\":{\"v\":\"a\"}},\"b\":{\"z\":{\"v\":\"b\"}}},"
               "\"wd\":{},\"inner\":{\"a\":{\"k\":1},\"b\":{\"k\":1}},\"seq\":{}}");
}

static void
test_tasks (Fixture      *self,
            gconstpointer data)
{
  g_autoptr (TcContext) context = context_of (self, NULL);
  const TcValue *tasks = tc_context_get (context, "tasks");

  g_assert_cmpstr (tc_value_get_str (tc_value_get (tasks, "plain"), "state"), ==, "SUCCESS");
  g_assert_cmpstr (tc_value_get_str (tc_value_lookup (tasks, "seq", "b", NULL), "state"), ==, "SUCCESS");
  g_assert_cmpstr (tc_value_get_str (tc_value_get (tasks, "deep"), "state"), ==, "SUCCESS");
}

static void
test_parents (Fixture      *self,
              gconstpointer data)
{
  g_autoptr (TcContext) leaf = context_of (self, "l1");
  g_autoptr (TcContext) deep = context_of (self, "d0");
  g_autoptr (TcContext) plain = context_of (self, "p");
  g_autoptr (TcContext) job = context_of (self, "j0");

  assert_root (leaf, "parent", "{\"outputs\":{\"k\":1},\"taskrun\":{\"value\":\"b\"}}");
  g_assert_cmpuint (tc_value_length (tc_context_get (leaf, "parents")), ==, 1);
  assert_root (deep, "parent", "{\"taskrun\":{\"value\":\"a\"}}");
  assert_root (job, "parent", NULL);
  assert_root (plain, "parent", NULL);
  assert_root (plain, "parents", "[]");
}

static void
test_taskrun (Fixture      *self,
              gconstpointer data)
{
  g_autoptr (TcContext) leaf = context_of (self, "l1");
  g_autoptr (TcContext) job = context_of (self, "j1");
  g_autoptr (TcContext) none = context_of (self, NULL);

  assert_root (leaf, "taskrun", "{\"id\":\"l1\",\"startDate\":\"1970-01-01T00:00:02Z\",\"attemptsCount\":0,\"parentId\":\"i1\","
                                "\"value\":\"z\",\"iteration\":0}");
  assert_root (leaf, "task", "{\"id\":\"leaf\",\"type\":\"test.Log\"}");
  assert_root (leaf, "workerTaskrun", NULL);
  g_assert_cmpstr (tc_value_get_str (tc_context_get (job, "taskrun"), "value"), ==, "b");
  g_assert_cmpstr (tc_value_get_str (tc_context_get (job, "workerTaskrun"), "value"), ==, "b");
  assert_root (none, "taskrun", NULL);
}

static void
test_attempts (Fixture      *self,
               gconstpointer data)
{
  TcTaskRun *run = tc_task_run_copy (tc_execution_find (self->execution, "p"));
  TcAttempt *first = tc_attempt_new ("p/0/1", 1);

  tc_history_add (&first->history, TC_STATE_FAILED, 2);
  g_ptr_array_add (run->attempts, first);
  g_ptr_array_add (run->attempts, tc_attempt_new ("p/1/2", 3));
  tc_execution_put (self->execution, run);
  {
    g_autoptr (TcContext) context = context_of (self, "p");

    g_assert_cmpint (tc_value_get_i64 (tc_context_get (context, "taskrun"), "attemptsCount", -1), ==, 1);
  }
}

static void
test_head (Fixture      *self,
           gconstpointer data)
{
  g_autoptr (TcContext) context = context_of (self, NULL);

  assert_root (context, "flow", "{\"id\":\"f\",\"namespace\":\"a.b\",\"revision\":3}");
  assert_root (context, "execution", "{\"id\":\"e1\",\"startDate\":\"1970-01-01T00:00:01Z\",\"state\":\"CREATED\",\"originalId\":\"e1\"}");
  assert_root (context, "inputs", "{\"n\":4}");
  assert_root (context, "vars", "{\"merged\":2,\"base\":1,\"al\":3}");    /* as a HashMap has it */
  assert_root (context, "labels", "{\"system\":{\"from\":\"ui\"},\"team\":\"x\"}");
  assert_root (context, "trigger", "{\"date\":\"2026-01-01\"}");
  assert_root (context, "schedule", "{\"date\":\"2026-01-01\"}");
  assert_root (context, "nope", NULL);
}

static void
test_host (Fixture      *self,
           gconstpointer data)
{
  g_autoptr (TcValue) envs = tc_value_map_of ("foo", tc_value_int (1), NULL);
  g_autoptr (TcValue) extra = tc_value_map_of ("inputs", tc_value_int (9), "workingDir", tc_value_string ("/w"), NULL);
  const TcContextHost host = { .envs = envs, .extra = extra };
  g_autoptr (TcContext) context = tc_context_new (self->flow, self->execution, NULL, NULL, NULL, 0, &host);
  g_autofree const char **names = tc_context_names (context);

  assert_root (context, "envs", "{\"foo\":1}");
  assert_root (context, "globals", NULL);
  assert_root (context, "inputs", "9");
  g_assert_true (g_strv_contains (names, "workingDir"));
  g_assert_true (g_strv_contains (names, "outputs"));
  g_assert_false (g_strv_contains (names, "globals"));
}

static void
test_render (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (TcContext) context = context_of (self, "l1");
  g_autoptr (GError) error = NULL;
  g_autoptr (TcValue) text = NULL;
  TcScope scope;

  tc_scope_init (&scope);
  tc_context_bind (context, &scope);
  text = tc_expr_render_text ("{{ outputs.leaf[parent.taskrun.value][taskrun.value].v }}-{{ labels.system.from }}", &scope, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tc_value_get_text (text), ==, "b-ui");
}

/* Task runs are only kept for templates that may read them. */
static void
test_needs (Fixture      *self,
            gconstpointer data)
{
  g_autoptr (TcTemplate) with = tc_template_compile ("{{ outputs.x }}", 15, NULL, NULL, NULL, NULL);
  g_autoptr (TcTemplate) without = tc_template_compile ("{{ inputs.n }}", 14, NULL, NULL, NULL, NULL);
  const TcTemplate *both[] = { without, with };
  g_autoptr (TcContext) lean = tc_context_new (self->flow, self->execution, NULL, NULL, both, 1, NULL);
  g_autoptr (TcContext) full = tc_context_new (self->flow, self->execution, NULL, NULL, both, 2, NULL);

  g_assert_null (tc_context_get (lean, "outputs"));
  g_assert_nonnull (tc_context_get (lean, "inputs"));
  g_assert_nonnull (tc_context_get (full, "outputs"));
}

/* The context is a snapshot: later changes do not reach it. */
static void
test_snapshot (Fixture      *self,
               gconstpointer data)
{
  g_autoptr (TcContext) context = context_of (self, NULL);

  tc_execution_remove (self->execution, "p");
  g_assert_nonnull (tc_value_get (tc_context_get (context, "outputs"), "plain"));
}

/* Whatever stands in a context has a row in the tables that completion reads. */
static void
assert_declared (const TcValue *value,
                 const TcProp  *table,
                 const char    *what)
{
  for (size_t i = 0; i < tc_value_length (value); i++)
    {
      const TcValue *item = tc_value_item (value, i);
      const TcProp *prop = tc_value_is (value, TC_VALUE_LIST) ? NULL : tc_props_find (table, tc_value_key (value, i));

      if (tc_value_is (value, TC_VALUE_LIST))
        assert_declared (item, table, what);
      else if (prop == NULL)
        g_error ("%s.%s is not declared", what, tc_value_key (value, i));
      else if (prop->of != NULL && (tc_value_is (item, TC_VALUE_MAP) || tc_value_is (item, TC_VALUE_LIST)))
        assert_declared (item, prop->of, prop->name);
    }
}

static void
test_declared (Fixture      *self,
               gconstpointer data)
{
  static const char *const runs[] = { "l1", "j0", "p" };

  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autoptr (TcContext) context = context_of (self, runs[i]);

      for (const TcProp *root = tc_context_roots; root->name != NULL; root++)
        {
          const TcValue *value = tc_context_get (context, root->name);

          g_assert_nonnull (root->doc);
          if (value != NULL && root->of != NULL)
            assert_declared (value, root->of, root->name);
        }
    }
}

#define ADD(name) g_test_add ("/model/context/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (outputs);
  ADD (tasks);
  ADD (parents);
  ADD (taskrun);
  ADD (attempts);
  ADD (head);
  ADD (host);
  ADD (render);
  ADD (needs);
  ADD (snapshot);
  ADD (declared);
  return g_test_run ();
}
